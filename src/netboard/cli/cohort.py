"""``netboard cohort``: many results in one page and tables."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.errors import InputError

if TYPE_CHECKING:
    from netboard.cli.stored_inputs import Batch, Found
    from netboard.cohort.summary import Failed
    from netboard.model.result import Interpretation

#: Results that go into one temporary Parquet file; memory does not grow with the cohort.
_PER_PART = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``cohort``."""
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="S.json, a batch directory, or a directory to search for either",
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="directory for cohort.html and its tables"
    )


def run(args: argparse.Namespace) -> int:
    """Write ``cohort.html``, ``cohort.{genes,samples,alterations,biomarkers}.tsv`` and ``cohort.parquet``."""
    from netboard.cli.stored_inputs import find
    from netboard.cohort.page import render
    from netboard.cohort.summary import summarise, write_merged
    from netboard.cohort.tables import alterations_tsv, biomarkers_tsv, genes_tsv, samples_tsv
    from netboard.output import Staging, write_atomic

    found = find(args.inputs)
    failed = _failed(found.batches)
    out = Path(args.out)
    with tempfile.TemporaryDirectory(prefix="netboard-cohort-") as directory, Staging(out) as aside:
        parts, loose = _parts(found, Path(directory))
        cohort = summarise(parts, failed=failed, reports=_reports(found, loose, out))
        _check(found.batches, {str(row["sample"]) for row in cohort.samples})
        write_atomic(aside / "cohort.html", render(cohort))
        write_atomic(aside / "cohort.genes.tsv", genes_tsv(cohort))
        write_atomic(aside / "cohort.samples.tsv", samples_tsv(cohort))
        write_atomic(aside / "cohort.alterations.tsv", alterations_tsv(cohort))
        write_atomic(aside / "cohort.biomarkers.tsv", biomarkers_tsv(cohort))
        write_merged(parts, aside / "cohort.parquet")
    for name in ("html", "genes.tsv", "samples.tsv", "alterations.tsv", "biomarkers.tsv", "parquet"):
        print(out / f"cohort.{name}")
    print(f"{len(cohort.samples)} sample(s), {len(failed)} failed", file=sys.stderr)
    return 0


def _failed(batches: Sequence[Batch]) -> list[Failed]:
    from netboard.cohort.summary import Failed

    return [
        Failed(
            row["sample"], row.get("error") or "no error stored", row.get("vcf") or "", str(batch.directory)
        )
        for batch in batches
        for row in batch.rows
        if row["status"] == "failed"
    ]


def _parts(found: Found, directory: Path) -> tuple[list[Path], list[tuple[str, Path]]]:
    """Return the Parquet files of the cohort, and (sample, result file) of those read from JSON.

    Batches bring their own file; single results are read one by one and written in parts.
    """
    from netboard.cohort.store import write_batch_parquet

    parts = [batch.parquet for batch in found.batches if batch.parquet.is_file()]
    single = [*found.results]
    for batch in found.batches:
        if not batch.parquet.is_file():
            single.extend(batch.results())
    loose: list[tuple[str, Path]] = []
    for start in range(0, len(single), _PER_PART):
        part = directory / f"part{start:06d}.parquet"
        write_batch_parquet(_read(single[start : start + _PER_PART], loose), part)
        parts.append(part)
    if not parts:
        raise InputError(
            "no sample of these batches has a result",
            remedy="See their manifest.tsv for what stopped each sample.",
        )
    return parts, loose


def _read(paths: Sequence[Path], loose: list[tuple[str, Path]]) -> Iterator[Interpretation]:
    from netboard.stored import read_result

    for path in paths:
        result = read_result(path)
        loose.append((result.sample, path))
        yield result


def _reports(found: Found, loose: Sequence[tuple[str, Path]], out: Path) -> dict[str, str]:
    """Return by sample the place of its report relative to the page, where there is one."""
    from urllib.parse import quote

    from netboard.output import safe_name

    places = {sample: path.with_name(f"{path.stem}.report.html") for sample, path in loose}
    for batch in found.batches:
        for sample in batch.done():
            name = safe_name(sample)
            places.setdefault(sample, batch.directory / "samples" / name / f"{name}.report.html")
    base = out.resolve()
    return {
        sample: quote(os.path.relpath(place.resolve(), base))
        for sample, place in places.items()
        if place.is_file()
    }


def _check(batches: Sequence[Batch], samples: set[str]) -> None:
    """Refuse a batch whose Parquet lacks a sample that its manifest calls done."""
    for batch in batches:
        missing = [sample for sample in batch.done() if sample not in samples]
        if missing:
            raise InputError(
                f"variants.parquet lacks {len(missing)} sample(s) that the manifest calls done: "
                f"{', '.join(missing[:5])}",
                where=str(batch.directory),
                remedy="Run the batch again.",
            )
