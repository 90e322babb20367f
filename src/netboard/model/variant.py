"""Nouns of the genome: the panel, the alleles, their support, and what the assay can see.

Coordinates in code are 0-based half-open and their names end in ``0`` or are called ``start`` and
``end``; whatever is shown to people is 1-based closed and called ``pos``. Chromosomes are named
``1`` to ``22``, ``X``, ``Y``, ``MT`` (no ``chr``); the reader reconciles other spellings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Build = Literal["GRCh37", "GRCh38"]
BUILDS: tuple[Build, Build] = ("GRCh37", "GRCh38")


class SequenceProvider(Protocol):
    """Reference bases of one build, where they are known."""

    build: Build

    def base(self, chrom: str, start: int, end: int) -> str | None:
        """Return upper-case bases of ``[start, end)`` (0-based half-open), or None where unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open 0-based stretch of a chromosome."""

    chrom: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript model on one build.

    ``exons`` are 0-based half-open and ascending in genome order whatever the strand;
    ``cds_start``/``cds_end`` bound the coding span including the stop codon, or are both None.
    ``accession`` carries its version only where the model was checked against that version.
    """

    gene: str
    build: Build
    accession: str
    chrom: str
    strand: Literal[1, -1]
    exons: tuple[tuple[int, int], ...]
    cds_start: int | None
    cds_end: int | None
    #: ``MANE Select``, ``MANE Plus Clinical`` or ``stand-in`` (a documented substitute).
    status: str = "MANE Select"
    ensembl: str | None = None
    protein: str | None = None
    #: Why another accession stands in, or what was checked.
    note: str = ""

    def coding(self) -> tuple[tuple[int, int], ...]:
        """Return the coding parts of the exons, 0-based half-open; every exon where no coding span is known."""
        first, last = self.cds_start, self.cds_end
        if first is None or last is None:
            return self.exons
        return tuple((max(a, first), min(b, last)) for a, b in self.exons if a < last and b > first)


@dataclass(frozen=True, slots=True)
class KnownAllele:
    """A recurrent allele on one build, on its trimmed key (``pos`` 1-based, VCF-style never padded)."""

    build: Build
    chrom: str
    start: int
    ref: str
    alt: str
    gene: str
    #: Name of the hotspot, for instance ``V600E``. A protein name only when ``substitution``.
    label: str
    substitution: bool


@dataclass(frozen=True, slots=True)
class Promoter:
    """A promoter stretch in which a substitution is an event of the gene."""

    build: Build
    interval: Interval


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene of the panel with its identifiers and models on both builds."""

    symbol: str
    name: str
    hgnc_id: str
    ncbi_gene_id: str = ""
    ensembl_gene: str = ""
    #: ``tumour_suppressor``, ``oncogene``, ``both`` or ``unknown``.
    role: str = "unknown"
    role_sources: tuple[str, ...] = ()
    pathways: tuple[str, ...] = ()
    #: Event classes that count as an alteration of this gene.
    events: tuple[str, ...] = ()
    #: Residues (numbered on the MANE Select protein) at which a missense counts as a hotspot.
    hotspot_residues: tuple[int, ...] = ()
    germline_syndrome: str = ""
    germline_sources: tuple[str, ...] = ()
    #: One plain sentence for the board on what the gene does.
    summary: str = ""
    transcripts: tuple[Transcript, ...] = ()
    promoters: tuple[Promoter, ...] = ()
    #: Aliases a file may use (former symbols).
    aliases: tuple[str, ...] = ()
    #: Place of origin: ``netboard`` or an overlay's name.
    provenance: str = "netboard"

    def models(self, build: Build) -> tuple[Transcript, ...]:
        """Return the transcript models of ``build``, the one to be reported first."""
        return tuple(t for t in self.transcripts if t.build == build)


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the streaming core and the consequence engine need to know of the genes."""

    genes: Mapping[str, Gene]
    alleles: Sequence[KnownAllele]
    #: File of the embedded reference sequence, or None when the panel has none.
    sequence_file: str | None = None
    #: Bases added on either side of a gene, so that what begins before it is found.
    padding: int = 2000

    def targets(self, build: Build) -> tuple[tuple[Interval, str], ...]:
        """Return (interval, gene symbol) of each gene on ``build``, sorted, gene span with padding."""
        found: list[tuple[Interval, str]] = []
        for gene in self.genes.values():
            models = gene.models(build)
            if not models:
                continue
            start = min(m.exons[0][0] for m in models)
            end = max(m.exons[-1][1] for m in models)
            for promoter in gene.promoters:
                if promoter.build == build:
                    start, end = min(start, promoter.interval.start), max(end, promoter.interval.end)
            span = Interval(models[0].chrom, max(0, start - self.padding), end + self.padding)
            found.append((span, gene.symbol))
        return tuple(sorted(found, key=lambda item: (item[0].chrom, item[0].start, item[1])))


@dataclass(frozen=True, slots=True)
class Support:
    """Read support of one allele in one sample.

    ``depth`` and ``alt_depth`` count reads; ``vaf`` is a fraction from 0 to 1. None means that the
    file does not say. ``source`` names the fields used, for instance ``FORMAT/AD``.
    """

    depth: int | None = None
    alt_depth: int | None = None
    vaf: float | None = None
    source: str = ""
    #: Warnings about how the figures were obtained.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One allele in one tumour sample, trimmed and left-aligned where the sequence is known.

    ``start`` is 0-based; ``ref`` and ``alt`` are upper-case and never empty: an indel keeps one
    anchoring base as in VCF. ``written`` is the record as it stood in the file.
    """

    build: Build
    chrom: str
    start: int
    ref: str
    alt: str
    sample: str
    support: Support = field(default_factory=Support)
    normal_support: Support | None = None
    #: FILTER column, ``()`` for ``.`` and ``("PASS",)`` for PASS.
    filters: tuple[str, ...] = ("PASS",)
    genotype: str | None = None
    normal_genotype: str | None = None
    #: Phase set and haplotype (``"123:1"``): alleles that share it lie on one molecule.
    phase: str | None = None
    #: ``somatic``, ``germline``, ``loh`` or ``unknown``: what the caller said (INFO SOMATIC, SS).
    caller_status: str = "unknown"
    #: Raw annotation strings by INFO key (``CSQ``, ``ANN``, ``BCSQ``, ``FUNCOTATION``).
    annotation: Mapping[str, str] = field(default_factory=dict)
    #: Highest population allele frequency the file states, with its field.
    population_frequency: float | None = None
    population_source: str = ""
    written: str = ""
    line: int | None = None
    #: How the record was changed: ``split``, ``trimmed``, ``left_aligned``.
    changes: tuple[str, ...] = ()
    #: Index (0-based) of the allele among the ALTs of its record; upstream ANN/CSQ need it.
    alt_index: int = 0
    #: ALT as written in the record, before trimming; and REF likewise.
    ref_written: str = ""
    alt_written: str = ""
    #: ``agree``, ``disagree`` or ``unverifiable``: REF against known sequence.
    ref_check: str = "unverifiable"

    @property
    def pos(self) -> int:
        """1-based position as shown to people."""
        return self.start + 1

    @property
    def end(self) -> int:
        """0-based exclusive end of REF."""
        return self.start + len(self.ref)

    @property
    def passed(self) -> bool:
        """Whether the caller's filters let it pass (``.`` counts as unfiltered, hence passed)."""
        return all(f in ("PASS", ".") for f in self.filters)


@dataclass(frozen=True, slots=True)
class CopyNumber:
    """A copy-number statement over a stretch, from a segment table or a symbolic record."""

    build: Build
    chrom: str
    start: int
    end: int
    sample: str
    total: float | None
    minor: float | None = None
    log2: float | None = None
    #: ``deletion``, ``loss_of_heterozygosity``, ``amplification``, ``gain``, ``neutral`` or ``unknown``.
    call: str = "unknown"
    filters: tuple[str, ...] = ("PASS",)
    source: str = ""
    written: str = ""
    support: Support = field(default_factory=Support)
    #: Reads of the matched normal over the same junction, where the file states them.
    normal_support: Support | None = None


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """A breakpoint pair; the second end is None where the file does not tell it."""

    build: Build
    sample: str
    chrom: str
    start: int
    mate_chrom: str | None
    mate_start: int | None
    #: ``BND``, ``INV``, ``DEL``, ``DUP``, ``INS`` or ``FUSION``.
    kind: str
    #: Genes at the two ends, "" where there is none of the panel.
    gene: str = ""
    mate_gene: str = ""
    filters: tuple[str, ...] = ("PASS",)
    source: str = ""
    written: str = ""
    support: Support = field(default_factory=Support)
    #: Reads of the matched normal over the same junction, where the file states them.
    normal_support: Support | None = None


@dataclass(frozen=True, slots=True)
class Assay:
    """What the laboratory's test can see.

    ``declared`` False means that nobody said; absence of a finding is then never read as absence of
    an alteration. ``targets`` are the stretches that the assay covers (None: all of its kind).
    """

    declared: bool = False
    name: str = "not declared"
    #: ``genome``, ``exome``, ``panel`` or ``unknown``.
    kind: str = "unknown"
    sees: frozenset[str] = frozenset()
    targets: tuple[Interval, ...] | None = None
    #: Stretches measured as callable in this sample; None when not given.
    callable_regions: tuple[Interval, ...] | None = None
    megabases: float | None = None
    matched_normal: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class RefCheck:
    """How the REF alleles of a file compare with known sequence (counts of records)."""

    agree: int = 0
    disagree: int = 0
    unverifiable: int = 0
    #: The same for the build that was *not* chosen.
    other_agree: int = 0
    other_disagree: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of a file as they concern one sample: ``in_targets == kept + sum(skipped)``."""

    records: int | None
    in_targets: int
    kept: int
    skipped: Mapping[str, int]
    contigs_seen: tuple[str, ...]
