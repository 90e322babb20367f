"""Symbolic alleles and breakends: copy-number statements and rearrangements.

Shapes read: Delly (``CHR2``/``END``, ``CT``, ``POS2``, ``RDCN``), Manta, DRAGEN and GRIDSS, also after PURPLE
(bracketed breakends, single breakends), and copy-number callers that write ``<DEL>``, ``<DUP>``, ``<CNV>``,
``<LOH>`` or ``<CN0>``: CNVkit (its log2 ratio and genotype tell the copies where CN does not) and DRAGEN
(``CN``, ``MCN``; loss of heterozygosity as ``<DEL>,<DUP>`` of genotype 1/2 in VCF 4.2, as ``<LOH>`` in 4.4).
A deletion or duplication is a copy-number statement over its span, and also a rearrangement where a
breakpoint lies in a gene that does not hold the other one.

What a deletion is called: one that reads over its junction show is a ``deletion``, of one copy or of both
(``total`` says which). One told by depth alone has no junction; there the copies decide by the same
thresholds as in a segment table, so that a chromosome arm lost once is a loss of heterozygosity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from netboard.model.variant import Build, CopyNumber, Rearrangement, Support
from netboard.variants.contigs import chromosome
from netboard.variants.records import Record, parse_genotype
from netboard.variants.spans import GeneSpans
from netboard.variants.thresholds import call_of_total

_MATE = re.compile(r"[\[\]]<?([^\[\]<>]+)>?:(\d{1,18})[\[\]]")
_COPIES = re.compile(r"CN(\d{1,6})")
#: Fields of callers that look at reads over a junction: split reads and pairs.
_JUNCTION_FORMAT = frozenset({"PR", "SR", "DV", "RV", "VF", "BVF"})
_JUNCTION_INFO = frozenset({"PE", "SR", "CT", "HOMLEN", "MATEID", "CIGAR"})


@dataclass(frozen=True)
class Structural:
    """What a structural allele became; ``reason`` says why nothing was made of it."""

    copy_number: CopyNumber | None = None
    rearrangement: Rearrangement | None = None
    reason: str = ""


def read_structural(
    record: Record,
    allele: int,
    column: int | None,
    sample: str,
    build: Build,
    genes: GeneSpans,
    support: Support,
) -> Structural:
    """Return what ALT number ``allele`` (from 0), symbolic or a breakend, means for ``sample``.

    ``column`` is the sample's column, for CN and GT. Reasons: ``symbolic_without_end``,
    ``no_panel_gene_at_breakpoint``, ``symbolic_allele_not_read``.
    """
    alt = record.alts[allele]
    fields = record.sample(column)
    maker = _Maker(record, allele, sample, build, genes, support, fields)
    if not alt.startswith("<"):
        return maker.breakend(alt)
    if record.alts == ("<DEL>", "<DUP>") and maker.carries(1) and maker.carries(2):
        # One statement in two alleles (DRAGEN, VCF 4.2): one homologue lost, the other doubled.
        return maker.copy_number("LOH") if allele == 0 else Structural()
    kind = _kind(alt, record.info)
    if kind == "LOH":
        return maker.copy_number(kind)
    if kind in ("DEL", "DUP", "CNV"):
        return maker.copy_number(kind)
    if kind in ("INV", "INS", "BND", "TRA"):
        return maker.junction(kind)
    return Structural(reason="symbolic_allele_not_read")


def _kind(alt: str, info: Mapping[str, str]) -> str:
    name, _, rest = alt.strip("<>").upper().partition(":")
    if name == "CNV" and rest.startswith("TR"):
        # A tandem repeat (VCF 4.4): its CN counts repeat units, not copies of the genome.
        return "TR"
    if _COPIES.fullmatch(name) or name in ("LOSS", "GAIN"):
        return "CNV"
    return {"TDUP": "DUP", "TRANSLOCATION": "TRA", "CTX": "TRA"}.get(name, name) or info.get("SVTYPE", "")


@dataclass
class _Maker:
    record: Record
    allele: int
    sample: str
    build: Build
    genes: GeneSpans
    support: Support
    fields: Mapping[str, str]

    def _end(self) -> int | None:
        """0-based exclusive end: END, else the length SVLEN says."""
        info = self.record.info
        end = _integer(info.get("END", ""))
        if end is None:
            values = info.get("SVLEN", "").split(",")
            length = _integer(values[self.allele] if self.allele < len(values) else values[0])
            end = None if length is None else self.record.start + 1 + abs(length)
        return end if end is not None and end > self.record.start else None

    def copy_number(self, kind: str) -> Structural:
        start, end = self.record.start + 1, self._end()
        if end is None or end <= start:
            return Structural(reason="symbolic_without_end")
        total = self._total(kind)
        minor = _number(self.fields.get("MCN", self.record.info.get("MCN", "")))
        call = self._call(kind, total, minor)
        stretch = CopyNumber(
            build=self.build, chrom=self.record.chrom, start=start, end=end, sample=self.sample, total=total,
            minor=minor, log2=self._log2(), call=call, filters=self.record.filters, source=self._source(),
            written=self.record.written, support=self.support,
        )  # fmt: skip
        found: Rearrangement | None = None
        if kind not in ("CNV", "LOH") and not self._by_depth(total):
            ends = (
                self.genes.gene_at(self.record.chrom, start - 1),
                self.genes.gene_at(self.record.chrom, end - 1),
            )
            if ends[0] != ends[1]:
                found = self._rearrangement(kind, self.record.chrom, end - 1)
        touched = self.genes.genes_over(self.record.chrom, start, end)
        if not touched and found is None:
            return Structural(reason="no_panel_gene_in_stretch")
        return Structural(stretch if touched else None, found)

    def carries(self, number: int) -> bool:
        """Whether GT holds allele ``number`` (from 1)."""
        genotype = parse_genotype(self.fields.get("GT"))
        return genotype is not None and number in genotype.alleles

    def _by_depth(self, total: float | None) -> bool:
        """Whether the record tells copies from depth alone, with no reads over a junction."""
        info = self.record.info
        if not _JUNCTION_FORMAT.isdisjoint(self.fields) or not _JUNCTION_INFO.isdisjoint(info):
            return False
        claim = info.get("SVCLAIM", "").split(",")[0]
        if claim:
            return claim == "D"
        return total is not None or info.get("SVTYPE") == "CNV" or "FOLD_CHANGE_LOG" in info

    def _total(self, kind: str) -> float | None:
        named = _COPIES.fullmatch(self.record.alts[self.allele].strip("<>").upper())
        if named:
            return float(named[1])
        for text in (
            self.fields.get("TCN"), self.fields.get("CN"), self.record.info.get("CN"), self.fields.get("RDCN"),
        ):  # fmt: skip
            value = _number(text or "")
            # Delly writes -1 where it did not estimate.
            if value is not None and value >= 0:
                return value
        if kind == "DEL" and self._by_depth(None):
            # CNVkit and DRAGEN tell the copies of a loss in GT: 1/1 none left, 0/1 one.
            genotype = parse_genotype(self.fields.get("GT"))
            if genotype is not None and len(genotype.alleles) == 2 and not genotype.missing:
                return float(genotype.alleles.count(0))
        return None

    def _log2(self) -> float | None:
        for key in ("FOLD_CHANGE_LOG", "LOG2", "LOG2_RATIO", "LOG2FC"):
            value = _number(self.fields.get(key, self.record.info.get(key, "")))
            if value is not None:
                return value
        return None

    def _call(self, kind: str, total: float | None, minor: float | None) -> str:
        if kind == "LOH":
            return "loss_of_heterozygosity"
        known = total if total is not None and not (self.record.chrom in ("X", "Y") and total >= 1) else None
        if kind == "DEL" and not self._by_depth(total):
            return "deletion"
        if known is None:
            return {"DEL": "unknown" if total is not None else "deletion", "DUP": "gain"}.get(kind, "unknown")
        call = call_of_total(known, minor)
        # Lost against the average of a genome of many copies: the copies that are left say nothing of it.
        return "unknown" if kind == "DEL" and call in ("neutral", "gain", "amplification") else call

    def junction(self, kind: str) -> Structural:
        info = self.record.info
        mate = chromosome(info["CHR2"]) if "CHR2" in info else self.record.chrom
        end = _integer(info.get("POS2", "")) if mate != self.record.chrom else None
        end = end if end is not None else _integer(info.get("END", ""))
        if end is None and kind == "INV":
            end = self._end()
        if kind == "INS":
            mate, end = None, None
        elif end is None:
            return Structural(reason="symbolic_without_end")
        return self._at_breakpoints(kind, mate, None if end is None else end - 1)

    def breakend(self, alt: str) -> Structural:
        match = _MATE.search(alt)
        if match is None:
            return self._at_breakpoints("BND", None, None)
        return self._at_breakpoints("BND", chromosome(match[1]), int(match[2]) - 1)

    def _at_breakpoints(self, kind: str, mate: str | None, place: int | None) -> Structural:
        found = self._rearrangement(kind, mate, place)
        if not found.gene and not found.mate_gene:
            return Structural(reason="no_panel_gene_at_breakpoint")
        return Structural(rearrangement=found)

    def _rearrangement(self, kind: str, mate: str | None, place: int | None) -> Rearrangement:
        record = self.record
        return Rearrangement(
            build=self.build, sample=self.sample, chrom=record.chrom, start=record.start, mate_chrom=mate,
            mate_start=place, kind="BND" if kind == "TRA" else kind,
            gene=self.genes.gene_at(record.chrom, record.start), mate_gene=self.genes.gene_at(mate, place),
            filters=record.filters, source=self._source(), written=record.written, support=self.support,
        )  # fmt: skip

    def _source(self) -> str:
        method = self.record.info.get("SVMETHOD", "")
        return f"VCF record {self.record.alts[self.allele][:60]}" + (f" of {method}" if method else "")


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
