"""``netboard reinterpret``: stored results read again with other knowledge."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.cli import options

if TYPE_CHECKING:
    from netboard.model.evidence import Knowledge
    from netboard.model.result import Change, Interpretation

_COLUMNS = ("sample", "patient", "change", "why", "entry", "knowledge_was", "knowledge_is")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``reinterpret``."""
    parser.add_argument(
        "results", nargs="+", metavar="RESULTS", help="S.json files, or directories that hold them"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory for the new results")
    parser.add_argument("--formats", metavar="LIST", help="of html,json,tsv,pdf,xlsx,vcf,maf [html,json,tsv]")
    parser.add_argument(
        "--was",
        metavar="DIR",
        help="the knowledge with which the results were made (a whole base, a laboratory's own directory, or "
        "`packaged`): each change is then traced to the entries that differ",
    )
    options.add_settings(parser)
    options.add_knowledge(parser)


def run(args: argparse.Namespace) -> int:
    """Interpret each result anew; print and store what changed, for whom, and why."""
    import netboard
    from netboard.cli.knowledge_compare import read_base
    from netboard.cli.stored_inputs import find
    from netboard.cli.writing import parse_formats, write_sample
    from netboard.interpret.reread import reinterpret
    from netboard.interpret.why import explained
    from netboard.output import now_utc
    from netboard.stored import read_result

    formats = parse_formats(args.formats)
    settings = options.settings_of(args)
    stored = [read_result(path) for path in find(args.results).all_results()]
    knowledge = options.knowledge_of(args)
    was = read_base(args.was) if args.was else None
    today = now_utc().date()
    provenance = {
        "netboard_version": netboard.__version__,
        "knowledge_version": knowledge.version,
        "knowledge_hash": knowledge.hash,
        "knowledge_date": knowledge.date,
        "knowledge_overlays": list(knowledge.overlays),
        "created": now_utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": shlex.join(["netboard", *sys.argv[1:]]),
    }
    rows: list[tuple[Interpretation, Change]] = []
    for old in stored:
        before = {
            "reinterpreted_from": {
                key: old.provenance.get(key)
                for key in ("knowledge_version", "knowledge_hash", "knowledge_date", "created")
            }
        }
        new = reinterpret(old, knowledge, settings, today, {**provenance, **before})
        found = explained(old, new, knowledge, settings, today, _made_with(old, was))
        new = replace(new, changes=found)
        write_sample(new, Path(args.out), formats)
        for change in found:
            print(f"{new.sample}\t{change.text}\t{change.why}")
        rows += [(new, change) for change in found]
        print(f"{new.sample}: {len(found)} change(s)", file=sys.stderr)
    _write_changes(Path(args.out), rows)
    touched = len({result.sample for result, _ in rows})
    print(f"netboard: the results of {touched} of {len(stored)} samples changed", file=sys.stderr)
    return 0


def _made_with(old: Interpretation, was: Knowledge | None) -> Knowledge | None:
    """Return ``was`` where the result was made with it; say so where it was not."""
    if was is None or old.provenance.get("knowledge_hash") == was.hash:
        return was
    print(
        f"netboard: {old.sample} was not made with the knowledge of --was; its changes are explained from what "
        "the result stored",
        file=sys.stderr,
    )
    return None


def _write_changes(directory: Path, rows: Sequence[tuple[Interpretation, Change]]) -> None:
    """Write ``changes.tsv``: one line per change, with the patient and both versions of the knowledge."""
    from netboard.output import write_atomic

    lines = ["\t".join(_COLUMNS)]
    for result, change in rows:
        given = result.provenance
        cells = (
            result.sample,
            result.context.patient or "",
            change.text,
            change.why,
            f"{change.kind} {change.name}",
            str(given.get("reinterpreted_from", {}).get("knowledge_version") or ""),
            str(given.get("knowledge_version") or ""),
        )
        lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    write_atomic(directory / "changes.tsv", "\n".join(lines) + "\n")
