"""``netboard gate``: fail while a sample of any manifest has failed."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from netboard.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``gate``."""
    parser.add_argument(
        "manifests", nargs="+", metavar="MANIFEST", help="manifest.tsv of a batch, or its directory"
    )


def run(args: argparse.Namespace) -> int:
    """Print where each failed sample stands; return 1 when there is one.

    The line of the manifest is named and not the sample, since what is printed here ends in a log.
    """
    done = 0
    failed: list[str] = []
    for name in args.manifests:
        path = Path(name) / "manifest.tsv" if Path(name).is_dir() else Path(name)
        try:
            with path.open(encoding="utf-8", newline="") as handle:
                rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
        except OSError as error:
            raise InputError(f"the manifest cannot be read ({error.strerror})", where=str(path)) from None
        if any(row.get("status") not in ("done", "failed") for row in rows):
            raise InputError("not a manifest: a status is neither done nor failed", where=str(path))
        failed.extend(f"{path}:{line}" for line, row in enumerate(rows, 2) if row["status"] == "failed")
        done += sum(row["status"] == "done" for row in rows)
    for place in failed:
        print(f"failed: {place} (the error stands in the manifest)", file=sys.stderr)
    print(f"{done} sample(s) done, {len(failed)} failed", file=sys.stderr)
    return 1 if failed else 0
