"""Places on a transcript: exons, coding offsets, introns, and the edited sequence.

A :class:`TranscriptView` is a transcript model with what its sequence, where known, gives: the bases
of the mRNA and of the coding sequence in the transcript's direction. Offsets into the mRNA are
0-based; everything genomic is 0-based half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from netboard.consequence.translation import translate
from netboard.model.variant import SequenceProvider, Transcript

_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def reverse_complement(bases: str) -> str:
    """Return the other strand of ``bases``."""
    return bases.translate(_COMPLEMENT)[::-1]


@dataclass(frozen=True, slots=True)
class Exon:
    """An exon in the transcript's order: ``rank`` from 1, ``offset`` of its first mRNA base."""

    rank: int
    start: int
    end: int
    offset: int

    @property
    def length(self) -> int:
        """Length in bases."""
        return self.end - self.start


class TranscriptView:
    """A transcript model beside the sequence that is known of it."""

    def __init__(self, model: Transcript, sequence: SequenceProvider) -> None:
        self.model = model
        self.forward = model.strand == 1
        self._sequence = sequence
        ordered = model.exons if self.forward else model.exons[::-1]
        exons: list[Exon] = []
        offset = 0
        for rank, (start, end) in enumerate(ordered, 1):
            exons.append(Exon(rank, start, end, offset))
            offset += end - start
        self.exons: tuple[Exon, ...] = tuple(exons)
        self.length = offset

    @property
    def start(self) -> int:
        """First genomic base."""
        return self.model.exons[0][0]

    @property
    def end(self) -> int:
        """Genomic base after the last."""
        return self.model.exons[-1][1]

    @cached_property
    def cds(self) -> tuple[int, int] | None:
        """mRNA offsets ``[first, last)`` of the coding sequence, stop codon included; None if non-coding."""
        if self.model.cds_start is None or self.model.cds_end is None:
            return None
        low, high = self.offset(self.model.cds_start), self.offset(self.model.cds_end - 1)
        if low is None or high is None:
            return None
        return (low, high + 1) if self.forward else (high, low + 1)

    @cached_property
    def mrna(self) -> str | None:
        """Bases of the mRNA with N where unknown; None when any coding base is unknown."""
        parts = []
        for exon in self.exons:
            bases = self._exon_bases(exon)
            parts.append(bases if self.forward else reverse_complement(bases))
        text = "".join(parts)
        if self.cds is None or "N" in text[self.cds[0] : self.cds[1]]:
            return None
        return text

    @cached_property
    def protein(self) -> str | None:
        """Residues of the reference protein without its stop; None where the sequence is not known."""
        if self.mrna is None or self.cds is None:
            return None
        return translate(self.mrna[self.cds[0] : self.cds[1]])[0]

    def _exon_bases(self, exon: Exon) -> str:
        """Return the exon's plus-strand bases, N where unknown (a model's ends may leave the known stretch).

        Of an exon that is not known whole, what is known without a gap around its coding part counts, or
        from its edges where it has none: a frameshift may read on into the untranslated bases.
        """
        chrom, low, high = self.model.chrom, exon.start, exon.end
        whole = self._sequence.base(chrom, low, high)
        if whole is not None:
            return whole
        cds_start, cds_end = self.model.cds_start, self.model.cds_end
        if cds_start is not None and cds_end is not None and max(low, cds_start) < min(high, cds_end):
            inner_low, inner_high = max(low, cds_start), min(high, cds_end)
            if self._sequence.base(chrom, inner_low, inner_high) is None:
                return "N" * exon.length
            first = self._known_from(inner_high, low, inner_low)
            last = self._known_to(inner_low, inner_high, high)
            core = self._sequence.base(chrom, first, last) or ""
            return "N" * (first - low) + core + "N" * (high - last)
        left, right = self._known_to(low, low, high), self._known_from(high, low, high)
        start, end = (self._sequence.base(chrom, *span) or "" for span in ((low, left), (right, high)))
        return start + "N" * (right - left) + end

    def _known_to(self, start: int, known: int, limit: int) -> int:
        """Return the furthest end up to ``limit`` of a known stretch from ``start``, known up to ``known``."""
        while known < limit:
            middle = (known + limit + 1) // 2
            if self._sequence.base(self.model.chrom, start, middle) is None:
                limit = middle - 1
            else:
                known = middle
        return known

    def _known_from(self, end: int, limit: int, known: int) -> int:
        """Return the first start down to ``limit`` of a known stretch to ``end``, known from ``known`` on."""
        while limit < known:
            middle = (known + limit) // 2
            if self._sequence.base(self.model.chrom, middle, end) is None:
                limit = middle + 1
            else:
                known = middle
        return known

    def exon_at(self, place: int) -> Exon | None:
        """Return the exon that holds genomic base ``place``."""
        for exon in self.exons:
            if exon.start <= place < exon.end:
                return exon
        return None

    def offset(self, place: int) -> int | None:
        """Return the mRNA offset of genomic base ``place``, or None outside exons."""
        exon = self.exon_at(place)
        if exon is None:
            return None
        inside = place - exon.start if self.forward else exon.end - 1 - place
        return exon.offset + inside

    def edit_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return mRNA offsets ``[i, j)`` that a change of genomic ``[start, end)`` replaces.

        An insertion (``start == end``) may stand at either edge of an exon. None when the stretch
        does not lie wholly within one exon.
        """
        for exon in self.exons:
            if exon.start <= start and end <= exon.end:
                if self.forward:
                    return exon.offset + start - exon.start, exon.offset + end - exon.start
                return exon.offset + exon.end - end, exon.offset + exon.end - start
        return None

    @cached_property
    def introns(self) -> tuple[tuple[int, int, int], ...]:
        """Return (start, end, rank of the exon before it in the transcript's order) of each intron."""
        found = []
        for before, after in zip(self.exons, self.exons[1:], strict=False):
            start, end = (before.end, after.start) if self.forward else (after.end, before.start)
            found.append((start, end, before.rank))
        return tuple(found)

    def c_position(self, place: int) -> str:
        """Return the HGVS c. position of genomic base ``place`` (``123``, ``123+1``, ``-5``, ``*7``).

        Source: HGVS recommendations, reference sequence and numbering of coding DNA.
        """
        exon = self.exon_at(place)
        if exon is not None:
            offset = self.offset(place)
            assert offset is not None
            return self._c_name(offset)
        for start, end, rank in self.introns:
            if start <= place < end:
                before, after = self.exons[rank - 1], self.exons[rank]
                from_donor = place - start + 1 if self.forward else end - place
                from_acceptor = end - place if self.forward else place - start + 1
                if from_donor <= from_acceptor:
                    return f"{self._c_name(before.offset + before.length - 1)}+{from_donor}"
                return f"{self._c_name(after.offset)}-{from_acceptor}"
        # Beyond the transcript's ends the numbering runs on from its first or last base.
        upstream = place < self.start if self.forward else place >= self.end
        distance = max(self.start - place, place - self.end + 1)
        assert self.cds is not None
        if upstream:
            return f"-{self.cds[0] + distance}"
        return f"*{self.length - self.cds[1] + distance}"

    def _c_name(self, offset: int) -> str:
        assert self.cds is not None
        first, last = self.cds
        if offset < first:
            return f"-{first - offset}"
        if offset >= last:
            return f"*{offset - last + 1}"
        return str(offset - first + 1)
