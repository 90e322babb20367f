"""Where a change lies on a transcript: its equivalent placements, and the zones each one touches.

An indel in a repeat can be written at several places that give the same sequence. What it does must not
depend on the one that was written, so all placements are looked at, and the one that leaves the splice
sites alone is taken; among several the 3'-most in the transcript's direction, as HGVS has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netboard.consequence.project import TranscriptView
from netboard.model.variant import SequenceProvider

#: Placements looked at in one direction; a repeat longer than this is taken as written.
MAX_SHIFT = 1000
#: Zones of the Sequence Ontology, in bases: canonical dinucleotide, region in exon and intron, tract.
_ESSENTIAL = 2
_REGION_EXON, _REGION_INTRON = 3, 8
_DONOR_REGION = (3, 6)
_TRACT = (3, 17)


@dataclass(frozen=True, slots=True)
class Change:
    """A trimmed allele: ``[start, end)`` of the genome becomes ``alt`` (an insertion has start == end)."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """0-based exclusive end of the replaced stretch."""
        return self.start + len(self.ref)


def trim(start: int, ref: str, alt: str) -> Change:
    """Return the allele without the bases that REF and ALT share at their ends (suffix first)."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return Change(start, ref, alt)


@dataclass(frozen=True, slots=True)
class Placements:
    """Equivalent placements of a change, and whether sequence showed that there are no others."""

    changes: tuple[Change, ...]
    complete: bool


def placements(change: Change, chrom: str, sequence: SequenceProvider) -> Placements:
    """Return every equivalent placement of ``change``, from left to right.

    ``complete`` is False when a repeat runs into unknown sequence, so that further placements may exist.
    """
    if (change.ref and change.alt) or not (change.ref or change.alt):
        return Placements((change,), True)
    left, left_known = _shift(change, chrom, sequence, step=-1)
    right, right_known = _shift(change, chrom, sequence, step=1)
    return Placements((*left[::-1], change, *right), left_known and right_known)


def _shift(change: Change, chrom: str, sequence: SequenceProvider, step: int) -> tuple[list[Change], bool]:
    unit = change.ref or change.alt
    start = change.start
    found: list[Change] = []
    for _ in range(MAX_SHIFT):
        beside = start - 1 if step < 0 else start + (len(unit) if change.ref else 0)
        base = sequence.base(chrom, beside, beside + 1)
        if base is None:
            return found, False
        if base != (unit[-1] if step < 0 else unit[0]):
            return found, True
        unit = base + unit[:-1] if step < 0 else unit[1:] + base
        start += step
        found.append(Change(start, unit if change.ref else "", unit if change.alt else ""))
    return found, False


@dataclass(frozen=True, slots=True)
class Touch:
    """What one placement touches on one transcript."""

    #: Lies wholly within one exon.
    exonic: bool
    #: Touches any exon base.
    touches_exon: bool
    donor: bool = False
    acceptor: bool = False
    #: Terms of the looser zones around splice sites.
    near: tuple[str, ...] = ()
    intronic: bool = False
    upstream: bool = False
    downstream: bool = False
    whole_transcript: bool = False
    #: Number of the exon touched, or of the exon before the intron.
    rank: int | None = None
    #: Number of the first intron touched, in the transcript's order.
    intron: int | None = None

    @property
    def crosses(self) -> bool:
        """Whether an edge of an exon or a canonical splice base is touched."""
        return not self.exonic and (self.donor or self.acceptor or self.whole_transcript or self.touches_exon)


def touch(view: TranscriptView, change: Change) -> Touch:
    """Return what ``change``, as placed, touches on the transcript."""
    low, high = change.start, change.end
    if low <= view.start and high >= view.end:
        return Touch(False, True, whole_transcript=True)
    if high <= view.start or low >= view.end:
        # An insertion at the very edge lies outside too.
        first = (high <= view.start) is view.forward
        return Touch(False, False, upstream=first, downstream=not first)
    span = view.edit_span(low, high)
    exon = next(
        (e for e in view.exons if (low < e.end and high > e.start) or e.start <= low == high <= e.end), None
    )
    donor = acceptor = intronic = False
    near: list[str] = []
    intron: int | None = None
    rank = exon.rank if exon is not None else None
    for start, end, before in view.introns:
        if high < start - _REGION_EXON or low > end + _REGION_EXON:
            continue
        if low < end and high > start and span is None:
            intronic, intron = True, intron or before
        rank = rank if rank is not None else before
        five, three = (start, end) if view.forward else (end, start)
        donor = donor or _overlaps(low, high, *_zone(five, 1, _ESSENTIAL, inward=view.forward))
        acceptor = acceptor or _overlaps(low, high, *_zone(three, 1, _ESSENTIAL, inward=not view.forward))
        near.extend(_near(view, low, high, five, three))
    touches_exon = any(_overlaps(low, high, e.start, e.end) for e in view.exons) or span is not None
    terms = tuple(dict.fromkeys(near))
    return Touch(span is not None, touches_exon, donor, acceptor, terms, intronic, rank=rank, intron=intron)


def _zone(edge: int, first: int, last: int, *, inward: bool) -> tuple[int, int]:
    """Return bases ``first`` to ``last`` (1-based) of the intron counted from ``edge``."""
    return (edge + first - 1, edge + last) if inward else (edge - last, edge - first + 1)


def _overlaps(low: int, high: int, start: int, end: int) -> bool:
    if low == high:  # an insertion lies inside only when it separates two bases of the zone
        return start < low < end
    return low < end and high > start


def _near(view: TranscriptView, low: int, high: int, five: int, three: int) -> Iterable[str]:
    down = view.forward
    if _overlaps(low, high, *_zone(five, 5, 5, inward=down)):
        yield "splice_donor_5th_base_variant"
    if _overlaps(low, high, *_zone(five, *_DONOR_REGION, inward=down)):
        yield "splice_donor_region_variant"
    if _overlaps(low, high, *_zone(three, *_TRACT, inward=not down)):
        yield "splice_polypyrimidine_tract_variant"
    for edge, inward in ((five, down), (three, not down)):
        exon_side = _zone(edge, 1, _REGION_EXON, inward=not inward)
        intron_side = _zone(edge, 3, _REGION_INTRON, inward=inward)
        # An insertion right at the junction is near the splice site on either side.
        if any(_overlaps(low, high, *zone) for zone in (exon_side, intron_side)) or low == high == edge:
            yield "splice_region_variant"


def choose(view: TranscriptView, found: Placements) -> tuple[Change, Touch]:
    """Return the placement to describe, with what it touches.

    A placement inside one exon comes before one inside an intron, and both before one that touches a
    canonical splice base: the sequence is the same, so a splice site that some placement leaves alone
    is intact. Among equals the 3'-most in the transcript's direction is taken.
    """
    ordered = found.changes[::-1] if view.forward else found.changes
    best: tuple[int, Change, Touch] | None = None
    for change in ordered:
        seen = touch(view, change)
        if seen.donor or seen.acceptor or seen.whole_transcript:
            score = 2
        else:
            score = 0 if seen.exonic else 1
        if best is None or score < best[0]:
            best = (score, change, seen)
        if score == 0:
            break
    assert best is not None
    return best[1], best[2]


def splices_otherwise(view: TranscriptView, found: Placements) -> bool:
    """Whether one placement lies within an exon and another within an intron, both with intact splice sites.

    So it is where an insertion repeats the canonical bases (``G|GT`` to ``G|GTGT``): the sequence offers two
    sites, and which of them the cell uses decides whether the exon is changed at all.
    """
    ends = (found.changes[0], found.changes[-1])
    if all(view.edit_span(change.start, change.end) is not None for change in ends):
        return False  # a repeat that stays within one exon
    seen = [touch(view, change) for change in found.changes]
    intact = [item for item in seen if not (item.donor or item.acceptor or item.whole_transcript)]
    return any(item.exonic for item in intact) and any(
        not item.touches_exon and item.intron is not None for item in intact
    )
