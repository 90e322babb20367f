"""The command line: one small module per verb, imported only when its verb is called.

Everything for machines goes to standard output, everything for people to standard error. Exit codes:
0 done, 1 the input or configuration is wrong, 2 usage, 3 an internal fault.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import netboard

#: verb -> one line of help. The module is ``netboard.cli.<verb>`` with ``add_arguments`` and ``run``.
VERBS = {
    "run": "interpret VCFs: a report, JSON and table per tumour sample",
    "scan": "list the panel variants of a VCF as a table, nothing else",
    "report": "render stored results again, in other formats too",
    "reinterpret": "read stored results again with other knowledge, without the VCF",
    "cohort": "summarise many results in one page and tables",
    "batch": "interpret one batch of a sample sheet, with a manifest (for workflows)",
    "gate": "fail while a manifest holds a failed sample (for workflows)",
    "explain": "print why a finding leads to what the report says",
    "reference": "cut the panel's sequence out of a genome, compare it, tell what is known",
    "knowledge": "check, show and describe the knowledge base",
    "doctor": "check the installation",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    if sys.stderr is None:
        # Closed by the caller: what is for people has nowhere to go, and must not land in the table.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        print(
            "netboard: error: standard output is closed. Redirect it to a file or /dev/null", file=sys.stderr
        )
        return 1
    arguments = list(sys.argv[1:] if argv is None else argv)
    verb = next((item for item in arguments if not item.startswith("-")), None)
    # A verb in the first place is the whole of what is asked: the others' parsers need not be made.
    parser = _parser(verb, [verb] if verb in VERBS and arguments[0] == verb else list(VERBS))
    try:
        args = parser.parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    if verb is None or args.verb is None:
        parser.print_help(sys.stderr)
        return 2
    return _guarded(verb, args)


def entry() -> NoReturn:
    """Run the command line as a process of its own, which ends with the exit code.

    All files are closed by then; to give back memory piece by piece would only take time.
    """
    code = main()
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _parser(verb: str | None, known: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="netboard",
        description="Variant interpretation for neuroendocrine tumour boards. It informs a board; it never prescribes.",
        epilog="`netboard VERB --help` tells the options of a verb. For research use only.",
    )
    parser.add_argument("--version", action="version", version=f"netboard {netboard.__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs", prog=parser.prog)
    for name in known:
        text = VERBS[name]
        sub = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name == verb:
            importlib.import_module(f"netboard.cli.{name}").add_arguments(sub)
    return parser


def _guarded(verb: str, args: argparse.Namespace) -> int:
    from netboard.errors import NetboardError

    try:
        code: int = importlib.import_module(f"netboard.cli.{verb}").run(args)
        sys.stdout.flush()
        return code
    except NetboardError as error:
        print(f"netboard: error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("netboard: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has had enough: no error, and no traceback at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"netboard: error: {place}{error.strerror or error}", file=sys.stderr)
        return 1
    except Exception as error:  # the last fence: a fault of ours is said to be ours
        if os.environ.get("NETBOARD_DEBUG"):
            raise
        print(
            f"netboard: internal error: {type(error).__name__}: {error}. This is a fault of netboard, not of your "
            "input; set NETBOARD_DEBUG=1 for the trace and report it.",
            file=sys.stderr,
        )
        return 3
