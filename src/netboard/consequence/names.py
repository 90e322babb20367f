"""HGVS names of a change: g. and c. from its 3'-most placement, p. through the library hgvs-weaver.

The names of bases are made here, since all placements are known: the library stops short of the 3'-most one in
introns of minus-strand genes. For the protein (one exchanged base needs no library) it asks a data provider for
transcripts and bases; ours serves the panel's models and whatever sequence is known, with N where nothing is.
"""

from __future__ import annotations

import re
from typing import Any

from netboard.consequence.places import Change, Placements
from netboard.consequence.project import TranscriptView, reverse_complement
from netboard.consequence.translation import CODONS, ONE_TO_THREE
from netboard.model.variant import Build, SequenceProvider

#: Versions of the RefSeq chromosome accessions NC_000001 to NC_000024 (NCBI assembly reports).
_VERSIONS: dict[Build, tuple[int, ...]] = {
    "GRCh37": (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9),
    "GRCh38": (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10),
}
_OVER_THE_STOP = re.compile(r"_Ter\d+del(?!.*Ter\)$)")
_SHORT_FRAME = re.compile(
    r"(?P<head>.*p\.\()(?P<old>[A-Z][a-z]{2}\d+)(?:_[A-Z][a-z]{2}\d+)?delins(?P<new>(?:[A-Z][a-z]{2})+?)Ter\)"
)
_STOPPED_INSERTION = re.compile(
    r"(?P<head>.*p\.\()(?P<old>[A-Z][a-z]{2})(?P<number>\d+)delins(?P<new>(?:[A-Z][a-z]{2})+?)Ter\)"
)
_RANGE = re.compile(r"p\.\([A-Z][a-z]{2}\d+_([A-Z][a-z]{2})(\d+)")
_CHROMOSOMES = (*(str(n) for n in range(1, 23)), "X", "Y")


def genome_accession(chrom: str, build: Build) -> str | None:
    """Return the versioned RefSeq accession of a chromosome, or None for MT and others."""
    if chrom not in _CHROMOSOMES:
        return None
    index = _CHROMOSOMES.index(chrom)
    return f"NC_{index + 1:06d}.{_VERSIONS[build][index]}"


def g_name(change: Change, copied: bool = False) -> str:
    """Return the genomic description of a change as placed, without an accession.

    ``copied`` says that an insertion repeats the bases before it, so that it is a duplication of those.
    """
    if copied:
        change = Change(change.start - len(change.alt), change.alt, "")
    first, last = change.start + 1, change.end
    if len(change.ref) == 1 and len(change.alt) == 1:
        return f"g.{first}{change.ref}>{change.alt}"
    if not change.ref:
        return f"g.{change.start}_{first}ins{change.alt}"
    return f"g.{first if first == last else f'{first}_{last}'}{_edit(change.ref, change.alt, copied)}"


def c_name(view: TranscriptView, change: Change, copied: bool = False) -> str:
    """Return the c. description of a change as placed (not shifted), without an accession.

    ``copied`` says that an insertion repeats the bases before it in the transcript's direction.
    """
    if copied:
        start = change.start - len(change.alt) if view.forward else change.start
        change = Change(start, change.alt, "")
    alt = change.alt if view.forward else reverse_complement(change.alt)
    ref = change.ref if view.forward else reverse_complement(change.ref)
    if not change.ref:
        edges = (change.start - 1, change.start) if view.forward else (change.start, change.start - 1)
        return f"c.{view.c_position(edges[0])}_{view.c_position(edges[1])}ins{alt}"
    edges = (change.start, change.end - 1) if view.forward else (change.end - 1, change.start)
    if len(ref) == len(alt) == 1:
        return f"c.{view.c_position(edges[0])}{ref}>{alt}"
    names = [view.c_position(edge) for edge in dict.fromkeys(edges)]
    return f"c.{'_'.join(names)}{_edit(ref, alt, copied)}"


def _edit(ref: str, alt: str, copied: bool) -> str:
    if copied:
        return "dup"
    if len(ref) > 1 and alt == reverse_complement(ref):
        return "inv"
    return f"delins{alt}" if alt else "del"


def substitution_name(view: TranscriptView, change: Change) -> str | None:
    """Return the p. name of one base exchanged in a codon between the first and the stop, else None."""
    span = view.edit_span(change.start, change.end)
    if span is None or view.mrna is None or view.cds is None:
        return None
    first, last = view.cds
    index, within = divmod(span[0] - first, 3)
    if index < 1 or span[0] >= last - 3:
        return None
    start = first + 3 * index
    old = view.mrna[start : start + 3]
    base = change.alt if view.forward else reverse_complement(change.alt)
    before, after = (CODONS.get(codon) for codon in (old, old[:within] + base + old[within + 1 :]))
    if before is None or after is None or before == "*":
        return None
    return f"p.({ONE_TO_THREE[before]}{index + 1}{'=' if after == before else ONE_TO_THREE[after]})"


def beyond_transcript(view: TranscriptView, change: Change, name: str | None) -> bool:
    """Whether a change, as placed or as its c. name has shifted it, reaches beyond the transcript's ends.

    Exchanged bases before and after a gene are left out: their numbering is a habit of its own (a promoter's
    ``c.-124C>T``), and nothing can shift.
    """
    if len(change.ref) == len(change.alt):
        return False
    edge = not change.ref  # an insertion at the very edge lies outside
    if change.start < view.start + edge or change.end > view.end - edge:
        return True
    first, last = view.start, view.end - 1
    if not view.forward:
        first, last = last, first
    outside = rf"(?<![\d*-]){re.escape(view.c_position(first))}-\d|{re.escape(view.c_position(last))}\+\d"
    return name is not None and re.search(outside, name.partition(":c.")[2]) is not None


def as_frameshift(name: str) -> str:
    """Return the p. name of an opened reading frame as one: ``Glu37delinsAspTer`` is ``Glu37AspfsTer2``.

    The library tells a frame that soon ends as what it replaces. Source: HGVS recommendations, frame shift.
    """
    match = _SHORT_FRAME.fullmatch(name)
    if match is None:
        return name
    residues = len(match["new"]) // 3
    return f"{match['head']}{match['old']}{match['new'][:3]}fsTer{residues + 1})"


def as_insertion(name: str, protein: str) -> str:
    """Return the p. name of an insertion in frame that brings a stop: ``Glu14delinsIleTer`` is
    ``Glu13_Glu14insIleTer``. Source: HGVS recommendations, insertion of residues with a stop.
    """
    match = _STOPPED_INSERTION.fullmatch(name)
    number = int(match["number"]) if match is not None else 0
    if match is None or number < 2 or number > len(protein):
        return name
    before = f"{ONE_TO_THREE[protein[number - 2]]}{number - 1}"
    return f"{match['head']}{before}_{match['old']}{number}ins{match['new']}Ter)"


class Namer:
    """Names of changes on one build; keeps one mapper, which caches the sequence it has asked for."""

    def __init__(self, build: Build, sequence: SequenceProvider) -> None:
        import weaver

        self._weaver = weaver
        self._build: Build = build
        self._sequence = sequence
        self._provider = _Provider()
        self._mapper: Any = weaver.VariantMapper(self._provider)

    def names(
        self, view: TranscriptView, found: Placements, placed: Change, *, protein: bool
    ) -> tuple[str | None, str | None, str | None]:
        """Return (g., c., p.) with accessions; None for each that cannot be told or, of p., is not asked for.

        ``placed`` is the placement that the effect rests on. The caller has made sure that ``found`` is complete.
        """
        accession = genome_accession(view.model.chrom, self._build)
        if accession is None or view.cds is None or not (placed.ref or placed.alt):
            return None, None, None
        on_genome = (
            f"{accession}:{g_name(found.changes[-1], self._copied(view, found.changes[-1], right=True))}"
        )
        # By the 3' rule also over the edge of an exon: only a transcript's own junctions are an exception.
        last = found.changes[-1 if view.forward else 0]
        on_transcript = (
            f"{view.model.accession}:{c_name(view, last, self._copied(view, last, right=view.forward))}"
        )
        if not protein:
            return on_genome, on_transcript, None
        if len(placed.ref) == len(placed.alt) == 1:
            told = substitution_name(view, placed)
            if told is not None:
                return (
                    on_genome,
                    on_transcript,
                    f"{view.model.protein}:{told}" if view.model.protein else told,
                )
        self._provider.add(view, accession)
        told = self._protein(view, on_transcript)
        if told is not None and told.endswith("p.?") and view.edit_span(placed.start, placed.end) is not None:
            # The 3' rule carried the c. name over the end of the exon, where nothing can be said of the
            # protein; the placement within the exon makes the same sequence and leaves the splice site.
            told = self._protein(view, f"{view.model.accession}:{c_name(view, placed)}") or told
        return on_genome, on_transcript, told

    def _copied(self, view: TranscriptView, change: Change, *, right: bool) -> bool:
        """Whether an insertion repeats the bases on its 5' side (its left one where names run to the right)."""
        if change.ref or not change.alt:
            return False
        size = len(change.alt)
        start = change.start - size if right else change.start
        return self._sequence.base(view.model.chrom, start, start + size) == change.alt

    def _protein(self, view: TranscriptView, on_transcript: str) -> str | None:
        if view.mrna is None:
            return None
        try:
            parsed = self._weaver.parse(on_transcript)
            name: str = self._mapper.c_to_p(parsed, view.model.protein or _unnamed(view)).format()
        except (self._weaver.HGVSError, ValueError):
            return None
        if "Xaa" in name:
            return None  # the new reading frame runs into unknown bases at once
        if _OVER_THE_STOP.search(name):
            return None  # such a name leaves out what is read beyond the lost stop codon
        name = _within_protein(name, len(view.protein or ""))
        # A protein whose accession is not known is described without one.
        return name if view.model.protein else name.split(":", 1)[-1]


def _within_protein(name: str, length: int) -> str:
    """Return a p. name whose range ends with the stop codon at the latest: no residue follows it.

    The library counts on where a deletion takes the stop codon along.
    """
    match = _RANGE.search(name)
    if match is None or int(match[2]) <= length + 1:
        return name
    return f"{name[: match.start(1)]}Ter{length + 1}{name[match.end(2) :]}"


def _unnamed(view: TranscriptView) -> str:
    return f"protein-of-{view.model.accession}"


class _Provider:
    """The library's DataProvider over the panel's transcripts.

    Only proteins are named through it, from the transcript's own sequence: of the genome nothing is asked.
    """

    def __init__(self) -> None:
        self._views: dict[str, TranscriptView] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._proteins: dict[str, TranscriptView] = {}

    def add(self, view: TranscriptView, genome: str) -> None:
        """Make a transcript known under its accession and its protein's."""
        if view.model.accession in self._views:
            return
        self._views[view.model.accession] = view
        self._records[view.model.accession] = self._record(view, genome)
        self._proteins[view.model.protein or _unnamed(view)] = view

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
        """Return bases or residues of ``[start, end)``; N where they are not known."""
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
        if identifier in self._views:
            return "transcript_accession"
        return "protein_accession" if identifier in self._proteins else "unknown"
