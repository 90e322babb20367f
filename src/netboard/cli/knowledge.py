"""``netboard knowledge``: check the knowledge base, print its schemas, look a gene, trial or drug up."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from netboard.cli import knowledge_compare, knowledge_ctml

#: Files that ``schema --of`` knows; named here so that ``--help`` needs no pydantic.
_KINDS = (
    "gene", "assertion", "trial", "therapies", "tumour_types", "sources", "cohorts", "subgroups",
    "biomarkers", "studies", "levels", "comparisons", "inventory", "version", "overlay",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``netboard knowledge``."""
    verbs = parser.add_subparsers(dest="knowledge_verb", metavar="VERB", required=True)
    check = verbs.add_parser(
        "check",
        help="validate the knowledge base and run every rule's own cases",
        description=(
            "Validate the packaged knowledge base, with a laboratory's own directories laid on it: shape, "
            "references between files, and every rule's own cases. Problems go to standard output as "
            "file:line: sentence; the exit code is 1 when there is any."
        ),
    )
    check.add_argument("directories", metavar="DIR", nargs="*", type=Path, help="a laboratory's own rules")
    check.add_argument(
        "--todo", action="store_true", help="also list what is left for a curator (never an error)"
    )
    schema = verbs.add_parser(
        "schema",
        help="print the JSON Schema of S.json, or of a YAML file of the knowledge base",
        description="Print the JSON Schema of the result (S.json), or with --of that of a knowledge file.",
    )
    schema.add_argument("--of", metavar="FILE", choices=_KINDS, help=f"one of {', '.join(_KINDS)}")
    schema.add_argument(
        "--write",
        metavar="DIR",
        type=Path,
        help="write the schemas of all knowledge files there, for editors (the first line of a file names its own)",
    )
    show = verbs.add_parser(
        "show",
        help="print everything known of a gene, a trial (NCT number) or a drug",
        description="Print everything that the knowledge base says of a gene, a trial, a drug or a statement.",
    )
    show.add_argument(
        "name",
        metavar="NAME",
        help="gene, NCT number, drug or statement; or genes, trials, studies, drugs, tumour-types for a list",
    )
    knowledge_compare.add_arguments(verbs)
    knowledge_ctml.add_arguments(verbs)
    account = verbs.add_parser(
        "inventory",
        help="print where each statement of the first sources went, as Markdown",
        description=(
            "Account for every row of the lists from which the knowledge base was made: the entries that "
            "rest on it, or the reason why no rule can compute it (docs/seed-coverage.md)."
        ),
    )
    account.add_argument("--out", metavar="FILE", type=Path, help="write the page there [standard output]")
    show.add_argument(
        "--knowledge",
        metavar="DIR",
        action="append",
        default=[],
        type=Path,
        help="lay this directory of a laboratory's own rules on the base (may be repeated)",
    )


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command; return its exit code."""
    if args.knowledge_verb == "check":
        return _check(args)
    if args.knowledge_verb == "schema":
        return _schema(args.of) if args.write is None else _write_schemas(args.write)
    if args.knowledge_verb == "import-ctml":
        return knowledge_ctml.run(args)
    if args.knowledge_verb == "compare":
        return knowledge_compare.compare(args.old, args.new, args.results)
    if args.knowledge_verb == "inventory":
        return _inventory(args.out)
    from netboard.knowledge.load import load
    from netboard.knowledge.show import show

    sys.stdout.write(show(args.name, load(args.knowledge)))
    return 0


def _check(args: argparse.Namespace) -> int:
    from netboard.knowledge.check import check

    report = check(args.directories)
    for problem in report.problems:
        print(problem)
    if args.todo:
        for item in report.todo:
            print(f"todo: {item}")
    counted = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in report.counts.items())
    faults = len(report.problems)
    verdict = "nothing wrong" if report.ok else f"{faults} problem{'s' if faults != 1 else ''}"
    owed = f"; {len(report.todo)} left for a curator (--todo lists them)" if report.todo else ""
    print(f"netboard: {verdict}; {counted}{owed}", file=sys.stderr)
    return 0 if report.ok else 1


def _inventory(out: Path | None) -> int:
    from netboard.knowledge.content import annotations_dir
    from netboard.knowledge.inventory import account
    from netboard.knowledge.load import read_layers
    from netboard.output import write_atomic

    page = account(read_layers(annotations_dir(), ())[0])
    if out is None:
        sys.stdout.write(page)
    else:
        write_atomic(out, page)
    return 0


def _write_schemas(directory: Path) -> int:
    from netboard.knowledge.editor import write_editor_schemas

    for path in write_editor_schemas(directory):
        print(path)
    return 0


def _schema(kind: str | None) -> int:
    if kind is None:
        from netboard.model.schema import result_schema

        document = result_schema()
    else:
        from netboard.knowledge.editor import editor_schema

        document = editor_schema(kind)
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0
