"""HGVS names of a change: g., c. and p., 3'-shifted, through the library hgvs-weaver.

The library asks a data provider for transcripts and bases; ours serves the panel's models and whatever
sequence is known, with N where nothing is, so that no shift can run through unknown bases unnoticed.
"""

from __future__ import annotations

import re
from typing import Any

from netboard.consequence.places import Change
from netboard.consequence.project import TranscriptView, reverse_complement
from netboard.consequence.sequence import bases_or_n
from netboard.errors import NetboardError
from netboard.model.variant import Build, SequenceProvider

#: Versions of the RefSeq chromosome accessions NC_000001 to NC_000024 (NCBI assembly reports).
_VERSIONS: dict[Build, tuple[int, ...]] = {
    "GRCh37": (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9),
    "GRCh38": (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10),
}
_OVER_THE_STOP = re.compile(r"_Ter\d+del(?!.*Ter\)$)")
_CHROMOSOMES = (*(str(n) for n in range(1, 23)), "X", "Y")


def genome_accession(chrom: str, build: Build) -> str | None:
    """Return the versioned RefSeq accession of a chromosome, or None for MT and others."""
    if chrom not in _CHROMOSOMES:
        return None
    index = _CHROMOSOMES.index(chrom)
    return f"NC_{index + 1:06d}.{_VERSIONS[build][index]}"


def g_name(change: Change) -> str:
    """Return the genomic description of a change as placed, without an accession."""
    first, last = change.start + 1, change.end
    if len(change.ref) == 1 and len(change.alt) == 1:
        return f"g.{first}{change.ref}>{change.alt}"
    if not change.ref:
        return f"g.{change.start}_{first}ins{change.alt}"
    span = str(first) if first == last else f"{first}_{last}"
    return f"g.{span}del" if not change.alt else f"g.{span}delins{change.alt}"


def c_name(view: TranscriptView, change: Change) -> str:
    """Return the c. description of a change as placed (not shifted), without an accession."""
    alt = change.alt if view.forward else reverse_complement(change.alt)
    ref = change.ref if view.forward else reverse_complement(change.ref)
    if not change.ref:
        edges = (change.start - 1, change.start) if view.forward else (change.start, change.start - 1)
        return f"c.{view.c_position(edges[0])}_{view.c_position(edges[1])}ins{alt}"
    edges = (change.start, change.end - 1) if view.forward else (change.end - 1, change.start)
    if len(ref) == len(alt) == 1:
        return f"c.{view.c_position(edges[0])}{ref}>{alt}"
    names = [view.c_position(edge) for edge in dict.fromkeys(edges)]
    return f"c.{'_'.join(names)}del" + (f"ins{alt}" if alt else "")


class Namer:
    """Names of changes on one build; keeps one mapper, which caches the sequence it has asked for."""

    def __init__(self, build: Build, sequence: SequenceProvider) -> None:
        import weaver

        self._weaver = weaver
        self._build: Build = build
        self._provider = _Provider(sequence)
        self._mapper: Any = weaver.VariantMapper(self._provider)

    def names(self, view: TranscriptView, change: Change) -> tuple[str | None, str | None, str | None]:
        """Return (g., c., p.) with accessions; None for each that cannot be told.

        The caller has made sure that the sequence around the change is known.
        """
        accession = genome_accession(view.model.chrom, self._build)
        if accession is None or view.cds is None:
            return None, None, None
        self._provider.add(view, accession)
        weaver, mapper = self._weaver, self._mapper
        try:
            on_genome = mapper.normalize_variant(weaver.parse(f"{accession}:{g_name(change)}"))
        except (weaver.HGVSError, ValueError):
            self._provider.raise_fault()
            return None, None, None
        try:
            on_transcript = mapper.normalize_variant(mapper.g_to_c(on_genome, view.model.accession))
        except (weaver.HGVSError, ValueError):
            self._provider.raise_fault()
            return on_genome.format(), None, None
        protein = self._protein(view, on_transcript)
        if protein is not None and protein.endswith("p.?"):
            # The 3' rule carried the c. name over the end of the exon, where nothing can be said of the
            # protein; the placement within the exon makes the same sequence and leaves the splice site.
            placed = f"{view.model.accession}:{c_name(view, change)}"
            if view.edit_span(change.start, change.end) is not None:
                protein = self._protein(view, weaver.parse(placed)) or protein
        return on_genome.format(), on_transcript.format(), protein

    def _protein(self, view: TranscriptView, on_transcript: Any) -> str | None:
        if view.mrna is None:
            return None
        try:
            name: str = self._mapper.c_to_p(on_transcript, view.model.protein or _unnamed(view)).format()
        except (self._weaver.HGVSError, ValueError):
            self._provider.raise_fault()
            return None
        if "Xaa" in name:
            return None  # the new reading frame runs into unknown bases at once
        if _OVER_THE_STOP.search(name):
            return None  # such a name leaves out what is read beyond the lost stop codon
        # A protein whose accession is not known is described without one.
        return name if view.model.protein else name.split(":", 1)[-1]


def _unnamed(view: TranscriptView) -> str:
    return f"protein-of-{view.model.accession}"


class _Provider:
    """The library's DataProvider over the panel's transcripts and the known sequence."""

    def __init__(self, sequence: SequenceProvider) -> None:
        self._sequence = sequence
        self._views: dict[str, TranscriptView] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._proteins: dict[str, TranscriptView] = {}
        self._chromosomes: dict[str, str] = {}
        self._fault: NetboardError | None = None

    def raise_fault(self) -> None:
        """Raise what went wrong with the sequence: the library turns it into a doubt about the name.

        Raises
        ------
        NetboardError
            When a user's sequence file turned out to be damaged.
        """
        if self._fault is not None:
            raise self._fault

    def add(self, view: TranscriptView, genome: str) -> None:
        """Make a transcript known under its accession, its protein's and its chromosome's."""
        if view.model.accession in self._views:
            return
        self._views[view.model.accession] = view
        self._records[view.model.accession] = self._record(view, genome)
        self._proteins[view.model.protein or _unnamed(view)] = view
        self._chromosomes[genome] = view.model.chrom

    def get_transcript(self, transcript_ac: str, reference_ac: str | None) -> dict[str, Any]:
        """Return the model in the library's shape."""
        return self._records[transcript_ac]

    def _record(self, view: TranscriptView, genome: str) -> dict[str, Any]:
        """Return a model in the library's shape (0-based; the last CDS base is inclusive)."""
        assert view.cds is not None
        return {
            "ac": view.model.accession,
            "gene": view.model.gene,
            "cds_start_index": view.cds[0],
            "cds_end_index": view.cds[1] - 1,
            "strand": view.model.strand,
            "reference_accession": genome,
            "exons": [
                {
                    "transcript_start": exon.offset,
                    "transcript_end": exon.offset + exon.length,
                    "reference_start": exon.start,
                    "reference_end": exon.end - 1,  # inclusive, unlike the transcript's
                    "alt_strand": view.model.strand,
                    "cigar": f"{exon.length}=",
                }
                for exon in view.exons
            ],
        }

    def get_seq(self, ac: str, start: int, end: int | None, kind: object) -> str:
        """Return bases or residues of ``[start, end)``; N where the genome is not known."""
        if ac in self._chromosomes:
            stop = start + 1 if end is None else end
            try:
                return bases_or_n(self._sequence, self._chromosomes[ac], start, stop)
            except NetboardError as error:
                self._fault = error
                raise
        if ac in self._views:
            view = self._views[ac]
            return (view.mrna or "N" * view.length)[start:end]
        protein = self._proteins[ac].protein
        return (protein + "*")[start:end] if protein is not None else ""

    def get_symbol_accessions(self, symbol: str, source_kind: str, target_kind: str) -> list[tuple[str, str]]:
        """Return nothing: every name is asked for by accession."""
        return []

    def get_identifier_type(self, identifier: str) -> str:
        """Return which kind of accession ``identifier`` is."""
        if identifier in self._chromosomes:
            return "genomic_accession"
        if identifier in self._views:
            return "transcript_accession"
        return "protein_accession" if identifier in self._proteins else "unknown"
