"""``netboard knowledge import-ctml``: a trial written in CTML as a directory of rules."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb ``import-ctml``."""
    ctml = verbs.add_parser(
        "import-ctml",
        help="turn a trial written in CTML into a directory of rules with cases",
        description=(
            "Read a trial in CTML (MatchMiner's markup, YAML or JSON) and write it as a directory of rules, with "
            "cases and schemas for editors. A criterion that cannot be asked stays unknown and is a warning."
        ),
    )
    ctml.add_argument("file", metavar="FILE", type=Path, help="one trial")
    ctml.add_argument("--out", metavar="DIR", type=Path, required=True, help="directory to write")
    ctml.add_argument(
        "--as-of", metavar="DAY", default="", help="day (2026-01-31) to which the status was read"
    )


def run(args: argparse.Namespace) -> int:
    """Import the file, write the directory, and print paths, warnings and what to do next."""
    from netboard.errors import UsageError
    from netboard.knowledge.ctml import import_ctml, write_overlay
    from netboard.knowledge.load import load

    if args.as_of and not re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", args.as_of):
        raise UsageError(f"--as-of {args.as_of!r} is no day", remedy="Write it as 2026-01-31.")
    imported = import_ctml(args.file, load(), as_of=args.as_of)
    for path in write_overlay(imported, args.out):
        print(path)
    for warning in imported.warnings:
        print(f"netboard: warning: {warning}", file=sys.stderr)
    many = "s" if imported.arms != 1 else ""
    print(
        f"netboard: {imported.nct} with {imported.arms} arm{many}, {len(imported.warnings)} warnings; "
        f"check it with: netboard knowledge check {args.out}",
        file=sys.stderr,
    )
    return 0
