"""Copy-number segment tables, known by their header.

ASCAT, CNVkit, PURPLE, FACETS, CBS and GISTIC ``.seg``, Sequenza and GATK. Coordinates are 1-based closed, but
for CNVkit's, which are 0-based half-open (its manual, "File formats"). Calls are made in ``thresholds``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netboard.errors import InputError
from netboard.model.variant import Build, CopyNumber, Panel
from netboard.variants.contigs import LENGTHS, recognise
from netboard.variants.spans import GeneSpans
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


def _ascat_of_gdc(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    return (
        row.text("chromosome"), row.place("start") - 1, row.place("end"), row.number("copy.number"),
        row.number("minor.copy.number"), None, row.text("gdc.aliquot"),
    )  # fmt: skip


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
        row.text("chrom", "chromosome", "chr"), row.place("loc.start", "start", "start.position") - 1,
        row.place("loc.end", "end", "end.position", "stop"), None, None,
        row.number("seg.mean", "segment.mean", "seg.cn"), row.text("id", "sample", "gdc.aliquot"),
    )  # fmt: skip


def _sequenza(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    return (
        row.text("chromosome"), row.place("start.pos") - 1, row.place("end.pos"), row.number("cnt"), row.number("b"),
        None, "",
    )  # fmt: skip


def _gatk(row: _Row) -> tuple[str, int, int, float | None, float | None, float | None, str]:
    ratio = row.number("mean.log2.copy.ratio", "log2.copy.ratio.posterior.50")
    return row.text("contig"), row.place("start") - 1, row.place("end"), None, None, ratio, ""


_FORMATS: tuple[_Format, ...] = (
    _Format("ASCAT", frozenset({"nmajor", "nminor"}), _ascat),
    _Format("ASCAT", frozenset({"major.copy.number", "minor.copy.number"}), _ascat_of_gdc),
    _Format("PURPLE", frozenset({"chromosome", "start", "end", "copynumber"}), _purple),
    _Format("FACETS", frozenset({"chrom", "start", "end", "tcn.em"}), _facets),
    _Format("FACETS", frozenset({"chrom", "start", "end", "tcn"}), _facets),
    _Format("CNVkit", frozenset({"chromosome", "start", "end", "gene", "log2"}), _cnvkit),
    _Format("CBS", frozenset({"chrom", "loc.start", "loc.end", "seg.mean"}), _cbs),
    _Format("CBS", frozenset({"chromosome", "start", "end", "segment.mean"}), _cbs),
    _Format("GISTIC", frozenset({"chromosome", "start.position", "end.position", "seg.cn"}), _cbs),
    _Format("GISTIC", frozenset({"chromosome", "start", "end", "seg.cn"}), _cbs),
    _Format("GISTIC", frozenset({"chrom", "start", "stop", "seg.cn"}), _cbs),
    _Format("Sequenza", frozenset({"chromosome", "start.pos", "end.pos", "cnt"}), _sequenza),
    _Format("GATK", frozenset({"contig", "start", "end", "mean.log2.copy.ratio"}), _gatk),
    _Format("GATK", frozenset({"contig", "start", "end", "log2.copy.ratio.posterior.50"}), _gatk),
)
_KNOWN = (
    "ASCAT (nMajor nMinor), CNVkit (.cns), PURPLE (copyNumber), FACETS (tcn.em lcn.em), "
    "CBS or GISTIC .seg (seg.mean), Sequenza (CNt B), GATK (MEAN_LOG2_COPY_RATIO)"
)


def read_segments(
    path: str | Path,
    build: Build,
    purity: float | None = None,
    sample: str | Sequence[str] | None = None,
    sex: str | None = None,
) -> tuple[CopyNumber, ...]:
    """Return the stretches of a segment table with their calls.

    Total copies are used where the table has them: ASCAT, PURPLE, FACETS and ``cnvkit.py call`` have taken
    the purity into account. A table of log2 ratios alone is called by CNVkit's thresholds, or, with
    ``purity`` (0 to 1), on the copies of the tumour cells. Contigs other than the chromosomes are passed
    over; on X and Y one copy may be all there is, so losses there stay ``unknown``, but on X where the table
    states total copies and ``sex`` (female or male) says how many normal cells have. Of a table of several
    samples the rows of ``sample`` are read, or of the first of its names that the table holds.

    Raises
    ------
    InputError
        When the file is missing or empty, its header unknown, a cell no number, an end lies beyond the
        chromosome of ``build``, or the table holds several samples and ``sample`` is none of them.
    """
    where = str(path)
    lines = _lines(Path(path), where)
    number, heading = next(lines, (0, ""))
    if not heading:
        raise InputError("the segment table is empty", where=where, remedy=f"Give one of: {_KNOWN}")
    delimiter, names = _names(heading)
    kind = _kind(names)
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
    segments = _of_sample(segments, sample, where)
    ploidy = _ploidy(segments)
    return tuple(_called(s, kind, build, purity, ploidy, sex) for s in segments)


def _names(heading: str) -> tuple[str | None, list[str]]:
    """Return the delimiter (None: blanks) and the column names, lower case with dots."""
    delimiter = "\t" if "\t" in heading else "," if "," in heading else None
    # R turns blanks in headings into dots, GDC into underscores.
    names = [re.sub("[ _]", ".", name.strip().strip('"').lower()) for name in heading.split(delimiter)]
    return delimiter, names


def _kind(names: Sequence[str]) -> _Format | None:
    return next((f for f in _FORMATS if f.columns <= set(names)), None)


def _of_sample(segments: list[_Segment], sample: str | Sequence[str] | None, where: str) -> list[_Segment]:
    """Return the segments of one sample; a table of one sample is read whatever it calls it."""
    names = list(dict.fromkeys(s.sample for s in segments))
    if len(names) < 2:
        return segments
    wanted = [sample] if isinstance(sample, str) else list(sample or ())
    for name in wanted:
        if name in names:
            return [s for s in segments if s.sample == name]
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    raise InputError(
        f"the segment table holds {len(names)} samples ({shown})" + _none(wanted),
        where=where,
        remedy="Give a table of one sample, or one that names the sample as the VCF does",
    )


def _none(wanted: Sequence[str]) -> str:
    return f", none is {' or '.join(wanted)}" if wanted else ""


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
        if line.startswith("#") and _kind(_names(line[1:])[1]) is not None:
            # PURPLE marks its heading so in early versions.
            yield number, line[1:]
        elif line.strip() and not line.startswith(("#", "@")):
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
    s: _Segment, kind: _Format, build: Build, purity: float | None, ploidy: float | None, sex: str | None
) -> CopyNumber:
    total = s.total
    settled = s.chrom == "X" and sex is not None and total is not None
    if total is not None:
        call = call_of_total(total, s.minor, ploidy)
        if settled and sex == "male" and call == "loss_of_heterozygosity":
            call = "neutral" if total < 1.5 else "gain"  # the one copy of a man, or more of the same
    elif s.log2 is not None:
        call = call_of_log2(s.log2, purity)
        if purity and s.chrom.isdigit():  # elsewhere normal cells have not two copies in everyone
            total = max(0.0, tumour_copies(s.log2, purity))
    else:
        call = "unknown"
    if (
        s.chrom in ("X", "Y", "MT")
        and not settled
        and call in ("loss_of_heterozygosity", "deletion")
        and (total is None or total > 0.5)
    ):
        call = "unknown"
    return CopyNumber(
        build=build, chrom=s.chrom, start=s.start, end=s.end, sample=s.sample, total=total, minor=s.minor,
        log2=s.log2, call=call, source=f"{kind.name} segments", written=s.written,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GeneCopies:
    """What the segments tell of one gene: the copies and call of the one that covers most of it.

    ``told`` is the share of the gene (from its first exon to its last) that any segment covers, ``segments``
    how many do; beyond one a border lies within the gene.
    """

    gene: str
    total: float | None
    minor: float | None
    call: str
    told: float
    segments: int


def copies_per_gene(segments: Sequence[CopyNumber], panel: Panel, build: Build) -> tuple[GeneCopies, ...]:
    """Return total and minor copies of each panel gene that a segment covers, in the panel's order."""
    spans = GeneSpans(panel, build)
    parts: dict[str, list[tuple[int, CopyNumber]]] = {}
    for segment in segments:
        if segment.build != build:
            continue
        for gene in spans.genes_over(segment.chrom, segment.start, segment.end):
            start, end = spans.span_of(gene)
            parts.setdefault(gene, []).append((min(end, segment.end) - max(start, segment.start), segment))
    found = []
    for gene in panel.genes:
        if gene not in parts:
            continue
        start, end = spans.span_of(gene)
        _, most = max(parts[gene], key=lambda part: part[0])
        told = sum(length for length, _ in parts[gene]) / (end - start)
        found.append(GeneCopies(gene, most.total, most.minor, most.call, round(told, 4), len(parts[gene])))
    return tuple(found)
