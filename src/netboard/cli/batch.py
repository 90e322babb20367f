"""``netboard batch``: one batch of a sample sheet, as workflows call it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.cli import options
from netboard.errors import ConfigError

if TYPE_CHECKING:
    from netboard.model.result import Interpretation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``batch``."""
    parser.add_argument("--sample-sheet", required=True, metavar="TSV", help="the whole sample sheet")
    parser.add_argument("--batch", required=True, metavar="NAME", help="name of the batch")
    parser.add_argument("--batch-size", type=int, default=200, metavar="N", help="rows in a batch [200]")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="directory of the batch, made whole or not at all"
    )
    parser.add_argument(
        "--on-error", choices=("stop", "continue"), default="continue", help="what a failed sample does"
    )
    parser.add_argument("--formats", metavar="LIST", help="of html,json,tsv,pdf,xlsx,vcf,maf [html,json,tsv]")
    options.add_settings(parser)
    options.add_knowledge(parser)


def run(args: argparse.Namespace) -> int:
    """Interpret the batch's samples; failures stand in its manifest and fail the gate, not the batch."""
    from netboard.batch import interpret_rows, manifest_lines, plan_batches
    from netboard.cli.writing import parse_formats, write_sample
    from netboard.cohort.store import write_batch_parquet
    from netboard.output import Staging, write_atomic

    formats = parse_formats(args.formats)
    if "json" not in formats:
        formats = (*formats, "json")  # the record that the cohort and every later rendering read
    batches = {batch.name: batch for batch in plan_batches(args.sample_sheet, args.batch_size)}
    if args.batch not in batches:
        raise ConfigError(
            f"the sheet has no batch {args.batch!r}",
            where=args.sample_sheet,
            remedy=f"Its batches: {', '.join(list(batches)[:10])}.",
        )
    batch = batches[args.batch]
    knowledge = options.knowledge_of(args)
    settings = options.settings_of(args)
    manifest: dict[str, dict[str, str]] = {}

    def written(directory: Path) -> Iterator[Interpretation]:
        """Write each sample as it is done and hand it on, so that one at a time is held in memory."""
        stop = args.on_error == "stop"
        for outcome in interpret_rows(batch.rows, knowledge, settings, stop_on_error=stop):
            row, result = outcome.row, outcome.result
            manifest[row.sample] = {
                "sample": row.sample,
                "status": "done" if result is not None else "failed",
                "error": outcome.error,
                "vcf": row.vcf,
            }
            if result is not None:
                write_sample(result, directory, formats)
                yield result

    with Staging(Path(args.out), replace=True) as aside:
        write_batch_parquet(written(aside / "samples"), aside / "variants.parquet")
        ordered = [manifest[row.sample] for row in batch.rows]
        write_atomic(aside / "manifest.tsv", manifest_lines(ordered))
        (aside / "samples").mkdir(exist_ok=True)
    failed = sum(item["status"] == "failed" for item in manifest.values())
    print(f"batch {batch.name}: {len(manifest) - failed} done, {failed} failed", file=sys.stderr)
    return 0
