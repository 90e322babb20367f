"""Copy-number segment tables: ASCAT, CNVkit, PURPLE, FACETS and CBS ``.seg``, known by their header.

Coordinates of ASCAT, PURPLE, FACETS and CBS are 1-based closed; CNVkit's are 0-based half-open (its
manual, "File formats"). Calls are made in ``thresholds``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netboard.errors import InputError
from netboard.model.variant import Build, CopyNumber
from netboard.variants.contigs import LENGTHS, recognise
from netboard.variants.thresholds import call_of_log2, call_of_total, tumour_copies

_MISSING = frozenset({"", "na", "nan", ".", "null", "none"})


@dataclass(frozen=True)
class _Segment:
    chrom: str
    start: int
    end: int
    total: float | None
    minor: float | None
    log2: float | None
    sample: str
    written: str


@dataclass(frozen=True)
class _Row:
    """A line of the table: lower-case column name to text, and how to name it in an error."""

    cells: Mapping[str, str]
    where: str

    def text(self, *names: str) -> str:
        for name in names:
            if name in self.cells:
                return self.cells[name].strip().strip('"')
        return ""

    def number(self, *names: str) -> float | None:
        text = self.text(*names)
        if text.lower() in _MISSING:
            return None
        try:
            value = float(text)
        except ValueError:
            raise InputError(
                f"{names[0]} is {text[:40]!r}, which is not a number",
                where=self.where,
                remedy="Mend this cell",
            ) from None
        return value if math.isfinite(value) else None

    def place(self, *names: str) -> int:
        value = self.number(*names)
        if value is None or value < 0:
            raise InputError(f"{names[0]} is missing or negative", where=self.where, remedy="Mend this cell")
        return int(value)


@dataclass(frozen=True)
class _Format:
    """A known table: its name, the columns that tell it, and how a row is read."""

    name: str
    columns: frozenset[str]
    read: Callable[[_Row], tuple[str, int, int, float | None, float | None, float | None, str]]


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def _ascat(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    major, minor = row.number("nmajor"), row.number("nminor")
    chrom = row.text("chromosome", "chr", "chrom")
    start, end = row.place("start", "startpos"), row.place("end", "endpos")
    return chrom, start - 1, end, _sum(major, minor), minor, None, row.text("sample", "sampleid")


def _cnvkit(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    return (
        row.text("chromosome"), row.place("start"), row.place("end"), row.number("cn"), row.number("cn2"),
        row.number("log2"), "",
    )  # fmt: skip


def _purple(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    return (
        row.text("chromosome"), row.place("start") - 1, row.place("end"), row.number("copynumber"),
        row.number("minorallelecopynumber", "minoralleleploidy"), None, "",
    )  # fmt: skip


def _facets(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    total, minor = row.number("tcn.em", "tcn"), row.number("lcn.em", "lcn")
    return (
        row.text("chrom", "chromosome"), row.place("start", "loc.start") - 1, row.place("end", "loc.end"), total,
        minor, row.number("cnlr.median") if total is None else None, row.text("id", "sample"),
    )  # fmt: skip


def _cbs(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    return (
        row.text("chrom", "chromosome", "chr"), row.place("loc.start", "start") - 1, row.place("loc.end", "end"),
        None, None, row.number("seg.mean", "segment_mean", "mean"), row.text("id", "sample", "gdc_aliquot"),
    )  # fmt: skip


_FORMATS: tuple[_Format, ...] = (
    _Format("ASCAT", frozenset({"nmajor", "nminor"}), _ascat),
    _Format("PURPLE", frozenset({"chromosome", "start", "end", "copynumber"}), _purple),
    _Format("FACETS", frozenset({"chrom", "start", "end", "tcn.em"}), _facets),
    _Format("FACETS", frozenset({"chrom", "start", "end", "tcn"}), _facets),
    _Format("CNVkit", frozenset({"chromosome", "start", "end", "gene", "log2"}), _cnvkit),
    _Format("CBS", frozenset({"chrom", "loc.start", "loc.end", "seg.mean"}), _cbs),
    _Format("CBS", frozenset({"chromosome", "start", "end", "segment_mean"}), _cbs),
)
_KNOWN = "ASCAT (nMajor nMinor), CNVkit (.cns), PURPLE (copyNumber), FACETS (tcn.em lcn.em), CBS (seg.mean)"


def read_segments(path: str | Path, build: Build, purity: float | None = None) -> tuple[CopyNumber, ...]:
    """Return the stretches of a segment table with their calls.

    Total copies are used where the table has them. A table of log2 ratios alone is called by CNVkit's
    thresholds, or, with ``purity`` (0 to 1), on the copies of the tumour cells. Contigs other than the
    chromosomes are passed over; on X and Y one copy may be all there is, so losses there stay ``unknown``.

    Raises
    ------
    InputError
        When the file is missing or empty, its header unknown, a cell no number, or an end lies beyond the
        chromosome of ``build``.
    """
    where = str(path)
    lines = _lines(Path(path), where)
    number, heading = next(lines, (0, ""))
    if not heading:
        raise InputError("the segment table is empty", where=where, remedy=f"Give one of: {_KNOWN}")
    delimiter = "\t" if "\t" in heading else "," if "," in heading else None
    names = [name.strip().strip('"').lower() for name in heading.split(delimiter)]
    kind = next((f for f in _FORMATS if f.columns <= set(names)), None)
    if kind is None:
        raise InputError(
            f"the header of the segment table is not known ({', '.join(names)[:120]})",
            where=f"{where}:{number}",
            remedy=f"Give one of: {_KNOWN}",
        )
    segments = []
    for number, line in lines:
        segment = _segment(kind, names, line.split(delimiter), build, f"{where}:{number}")
        if segment is not None:
            segments.append(segment)
    ploidy = _ploidy(segments)
    return tuple(_called(s, kind, build, purity, ploidy) for s in segments)


def _lines(path: Path, where: str) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"the segment table cannot be read ({error.strerror})", where=where) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "the segment table is not text", where=where, remedy=f"Give one of: {_KNOWN}"
        ) from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _segment(
    kind: _Format, names: Sequence[str], cells: Sequence[str], build: Build, where: str
) -> _Segment | None:
    if len(cells) < len(names):
        # R writes row names without a heading for them, and tables end lines early.
        raise InputError(
            f"the row has {len(cells)} cells where the header names {len(names)}",
            where=where,
            remedy="Mend the row",
        )
    shifted = cells[1:] if len(cells) == len(names) + 1 else cells
    row = _Row(dict(zip(names, shifted, strict=False)), where)
    name, start, end, total, minor, log2, sample = kind.read(row)
    found = recognise(name)
    if found is None:
        return None
    chrom, told = found
    if told is not None and told != build:
        raise InputError(
            f"{name} is a contig of {told}, not {build}", where=where, remedy=f"Give --build {told}"
        )
    length = LENGTHS[build].get(chrom)
    if length is not None and end > length:
        raise InputError(
            f"the segment ends at {end}, beyond chromosome {chrom} of {build} ({length} bases)",
            where=where,
            remedy="Check the build of the table",
        )
    if end <= start:
        raise InputError("the segment ends before it begins", where=where, remedy="Mend the row")
    return _Segment(chrom, start, end, total, minor, log2, sample, "\t".join(cells))


def _ploidy(segments: Sequence[_Segment]) -> float | None:
    """Return the mean of total copies over the autosomes, weighted by length."""
    weighed = [(s.end - s.start, s.total) for s in segments if s.total is not None and s.chrom.isdigit()]
    length = sum(n for n, _ in weighed)
    return sum(n * total for n, total in weighed) / length if length else None


def _called(
    s: _Segment, kind: _Format, build: Build, purity: float | None, ploidy: float | None
) -> CopyNumber:
    total = s.total
    if total is not None:
        call = call_of_total(total, s.minor, ploidy)
    elif s.log2 is not None:
        call = call_of_log2(s.log2, purity)
        if purity:
            total = max(0.0, tumour_copies(s.log2, purity))
    else:
        call = "unknown"
    if (
        s.chrom in ("X", "Y", "MT")
        and call in ("loss_of_heterozygosity", "deletion")
        and (total is None or total > 0.5)
    ):
        call = "unknown"
    return CopyNumber(
        build=build, chrom=s.chrom, start=s.start, end=s.end, sample=s.sample, total=total, minor=s.minor,
        log2=s.log2, call=call, source=f"{kind.name} segments", written=s.written,
    )  # fmt: skip
