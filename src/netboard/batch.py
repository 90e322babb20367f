"""Many samples: stable batches of a sheet, a manifest, and a policy for samples that fail.

A batch is a block of rows (or the rows that share a ``batch`` cell), so that editing one row reruns
one batch. Each batch leaves ``manifest.tsv``, ``variants.parquet`` and ``samples/S/*``; a sample that
fails leaves its error in the manifest and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netboard.context import build_context
from netboard.errors import ConfigError, NetboardError
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.result import Interpretation
from netboard.model.variant import BUILDS
from netboard.output import safe_name
from netboard.pipeline import SampleRequest, interpret_sample, read_variants, sample_names
from netboard.sheet import Row, read_sheet
from netboard.variants.reader import FileReading, SampleReading

__all__ = ["Batch", "Outcome", "Row", "interpret_rows", "plan_batches", "read_sheet", "request_of"]


@dataclass(frozen=True, slots=True)
class Batch:
    """A named block of rows with a digest of all that its results depend on in the sheet."""

    name: str
    rows: tuple[Row, ...]

    @property
    def inputs(self) -> list[str]:
        """Every file that its rows name, each once, in order."""
        return list(dict.fromkeys(path for row in self.rows for path in row.inputs()))

    @property
    def samples(self) -> list[str]:
        """Names of its samples, as their directories are called."""
        return [safe_name(row.sample) for row in self.rows]

    @property
    def digest(self) -> str:
        """Digest of its rows' cells: changes when any cell of the batch changes."""
        cells = [sorted(row.values.items()) for row in self.rows]
        return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: an interpretation, or the error that stopped it."""

    row: Row
    result: Interpretation | None = None
    error: str = ""


def plan_batches(sheet: str | Path, batch_size: int = 200) -> list[Batch]:
    """Return the batches of a sheet: by its ``batch`` column where filled, else blocks of ``batch_size`` rows.

    Raises
    ------
    ConfigError
        When the sheet is wrong or ``batch_size`` is below one.
    """
    if batch_size < 1:
        raise ConfigError(f"batch_size {batch_size} is below 1", remedy="Use 200 when unsure.")
    named: dict[str, list[Row]] = {}
    loose: list[Row] = []
    for row in read_sheet(sheet):
        name = row.get("batch")
        if name is None:
            loose.append(row)
        else:
            named.setdefault(safe_name(name), []).append(row)
    for number, start in enumerate(range(0, len(loose), batch_size), 1):
        name = f"batch{number:04d}"
        named.setdefault(name, []).extend(loose[start : start + batch_size])
    return [Batch(name, tuple(rows)) for name, rows in named.items()]


def request_of(row: Row, knowledge: Knowledge) -> SampleRequest:
    """Return the request that a row states.

    Raises
    ------
    ConfigError
        When a cell is not of its vocabulary or cells contradict each other.
    """
    build = row.get("build")
    if build is not None and build not in BUILDS:
        raise ConfigError(f"build {build!r} is not one of {', '.join(BUILDS)}", where=row.where)
    return SampleRequest(
        vcf=row.vcf,
        sample=row.sample,
        build=build,
        tumour=row.get("tumour"),
        normal=row.get("normal"),
        context=build_context(row.values, knowledge, where=row.where),
        assay=row.get("assay"),
        targets=row.get("targets"),
        fasta=row.get("fasta"),
        segments=row.get("segments"),
        fusions=row.get("fusions"),
        population=row.get("population"),
        where=row.where,
    )


def interpret_rows(
    rows: Sequence[Row],
    knowledge: Knowledge,
    settings: Settings,
    *,
    stop_on_error: bool,
    on_done: Callable[[Outcome], None] | None = None,
    on_skip: Callable[[str], None] | None = None,
) -> Iterable[Outcome]:
    """Yield the outcome of each row; a file that serves several rows is read once.

    Rows come file by file, so that memory does not grow with the sheet.

    Raises
    ------
    NetboardError
        The first error, when ``stop_on_error``.
    """
    for group in _by_file(rows):
        for outcome in _interpret_group(group, knowledge, settings, stop_on_error, on_skip):
            if on_done is not None:
                on_done(outcome)
            yield outcome


def _by_file(rows: Sequence[Row]) -> list[list[Row]]:
    """Group rows that can be served by one reading of one file."""
    groups: dict[tuple[str | None, ...], list[Row]] = {}
    for row in rows:
        key = (row.vcf, row.get("build"), row.get("normal"), row.get("fasta"))
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _interpret_group(
    group: Sequence[Row],
    knowledge: Knowledge,
    settings: Settings,
    stop_on_error: bool,
    on_skip: Callable[[str], None] | None,
) -> Iterable[Outcome]:
    requests: list[tuple[Row, SampleRequest]] = []
    for row in group:
        try:
            requests.append((row, request_of(row, knowledge)))
        except NetboardError as error:
            if stop_on_error:
                raise
            yield Outcome(row, None, str(error))
    if not requests:
        return
    try:
        reading = _read(requests, knowledge, on_skip)
    except NetboardError as error:
        if stop_on_error:
            raise
        for row, _ in requests:
            yield Outcome(row, None, str(error))
        return
    for row, request in requests:
        try:
            sample = _sample_of(reading, request, alone=len(requests) == 1)
            result = interpret_sample(reading, sample, row.sample, request, knowledge, settings)
            yield Outcome(row, result)
        except NetboardError as error:
            if stop_on_error:
                raise
            yield Outcome(row, None, str(error))


def _read(
    requests: Sequence[tuple[Row, SampleRequest]], knowledge: Knowledge, on_skip: Callable[[str], None] | None
) -> FileReading:
    """Read the file of a group once, for the tumour columns of all its rows."""
    first = requests[0][1]
    if len(requests) > 1:
        columns = [request.tumour or row.sample for row, request in requests]
        first = replace(first, tumour=",".join(columns), sample=None)
    return read_variants(first, knowledge.panel, on_skip=on_skip)


def _sample_of(reading: FileReading, request: SampleRequest, *, alone: bool) -> SampleReading:
    if alone:
        sample_names(request, reading)  # refuses a row that fits several columns
        return reading.samples[0]
    column = request.tumour or request.sample
    for sample in reading.samples:
        if column == sample.name:
            return sample
    raise ConfigError(
        f"the file has no tumour column {column!r}",
        where=request.where,
        remedy="Name the column in the sheet's `tumour` column.",
    )


def manifest_lines(outcomes: Sequence[Mapping[str, str]]) -> str:
    """Return ``manifest.tsv``: sample, status (done or failed), error, vcf."""
    lines = ["sample\tstatus\terror\tvcf"]
    for item in outcomes:
        error = " ".join(item["error"].split())
        lines.append(f"{item['sample']}\t{item['status']}\t{error}\t{item['vcf']}")
    return "\n".join(lines) + "\n"
