"""``netboard knowledge compare``: two knowledge bases against each other, and what that does to patients."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netboard.knowledge.compare import Difference
    from netboard.model.evidence import Knowledge

#: Word for the base of this installation.
PACKAGED = "packaged"


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verb ``compare``."""
    compare = verbs.add_parser(
        "compare",
        help="which statements differ between two knowledge bases, and which patients' reports with them",
        description=(
            "Print every entry that differs between OLD and NEW. With RESULTS (S.json, or directories that "
            "hold them) each stored sample is read again with both, and every change of its report is "
            "printed: sample, change, and the differences behind it, separated by tabs."
        ),
    )
    base = (
        "a whole base, a laboratory's own directory (laid on the packaged base), or `packaged` for the base "
        "of this installation"
    )
    compare.add_argument("old", metavar="OLD", help=base)
    compare.add_argument("new", metavar="NEW", help="the same")
    compare.add_argument("results", metavar="RESULTS", nargs="*", help="stored results")


def compare(old: str, new: str, results: Sequence[str]) -> int:
    """Print the differences, and for each stored result how its report changes and why."""
    from netboard.knowledge.compare import differences

    before, after = read_base(old), read_base(new)
    found = differences(before, after)
    for item in found:
        print(item)
    print(f"netboard: {len(found)} entries differ", file=sys.stderr)
    if results:
        _patients(before, after, found, results)
    return 0


def read_base(name: str) -> Knowledge:
    """Return the knowledge that a word or directory of the command line means.

    Raises
    ------
    KnowledgeError
        When it is no directory of knowledge, or one with faults.
    """
    from netboard.knowledge.load import load

    if name == PACKAGED:
        return load()
    directory = Path(name)
    if (directory / "version.yaml").is_file() and not (directory / "overlay.yaml").is_file():
        return load(base=directory)
    return load([directory])


def _patients(
    before: Knowledge, after: Knowledge, found: Sequence[Difference], results: Sequence[str]
) -> None:
    from netboard.cli.stored_inputs import find
    from netboard.interpret.changes import changes_between
    from netboard.interpret.reread import reinterpret
    from netboard.interpret.settings import Settings
    from netboard.knowledge.compare import why
    from netboard.output import now_utc
    from netboard.stored import read_result

    settings, today = Settings(), now_utc().date()
    samples = touched = 0
    for path in find(results).all_results():
        stored = read_result(path)
        samples += 1
        with_old = reinterpret(stored, before, settings, today, {})
        with_new = reinterpret(stored, after, settings, today, {})
        changes = changes_between(with_old, with_new)
        touched += bool(changes)
        for change in changes:
            reason = why(change.kind, change.name, found, after)
            print(f"{stored.sample}\t{change.text}\t{reason}")
    print(f"netboard: the reports of {touched} of {samples} samples would change", file=sys.stderr)
