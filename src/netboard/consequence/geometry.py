"""What exon geometry alone proves, for genes whose sequence is not known.

Claimed is only what holds whatever the sequence is: a substitution's place, a canonical splice base, the
start codon, and the frameshift of an indel well inside a coding exon. An indel that lies wholly inside an
exon leaves the splice sites intact in one placement, and the sequence is the same in all of them; only
where the change is as near to a boundary as it is long could it copy a splice site or cut one, so there,
and for every change of length in frame (which may still create a stop), the effect stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

from netboard.consequence.places import Change, Touch, touch
from netboard.consequence.predict import exon_terms
from netboard.consequence.project import TranscriptView
from netboard.model.effect import SmallEvent

#: What remains possible where nothing may have happened to the protein.
_SILENT: tuple[SmallEvent, ...] = ("synonymous", "non_coding")
#: Bases before the stop codon within which a frameshift may happen to keep the protein.
_STOP_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Claim:
    """What geometry says: terms, event, the readings left open, and whether the c. name is proved."""

    terms: tuple[str, ...]
    event: SmallEvent
    possible: tuple[SmallEvent, ...] = ()
    #: Why it is open, in words.
    open_because: str = ""


def claim(view: TranscriptView, change: Change) -> Claim:
    """Return what holds for ``change`` under every equivalent placement."""
    seen = touch(view, change)
    if seen.whole_transcript:
        return Claim(("transcript_ablation",), "truncating")
    if len(change.ref) == len(change.alt):
        return _substitution(view, change, seen)
    return _indel(view, change, seen)


def _substitution(view: TranscriptView, change: Change, seen: Touch) -> Claim:
    """A substitution of one or more bases; bases that stay the same in between do not count."""
    places = [change.start + i for i, (a, b) in enumerate(zip(change.ref, change.alt, strict=True)) if a != b]
    touched = [touch(view, Change(place, "N", "N")) for place in places]
    splice = tuple(
        term
        for term, hit in (
            ("splice_acceptor_variant", any(t.acceptor for t in touched)),
            ("splice_donor_variant", any(t.donor for t in touched)),
        )
        if hit
    )
    if splice:
        exonic = [term for place in places for term in exon_terms(view, Change(place, "N", "N"))]
        return Claim((*splice, *dict.fromkeys(exonic), *seen.near, "intron_variant"), "splice")
    offsets = [offset for offset in (view.offset(place) for place in places) if offset is not None]
    if view.cds is not None:
        first, last = view.cds
        coding = [offset for offset in offsets if first <= offset < last]
        if any(offset < first + 3 for offset in coding):
            return Claim(("start_lost", *seen.near), "start_loss")
        if coding:
            stop = any(offset >= last - 3 for offset in coding)
            open_: tuple[SmallEvent, ...] = ("missense", "truncating", "synonymous")
            if stop:
                open_ = ("in_frame", "synonymous") if len(coding) == 1 else (*open_, "in_frame")
            return Claim(("coding_sequence_variant", *seen.near), "undetermined", open_, "amino acid")
        if offsets:
            term = "5_prime_UTR_variant" if offsets[0] < first else "3_prime_UTR_variant"
            return Claim((term, *seen.near), "non_coding")
    return Claim(_outside(seen), "non_coding")


def _indel(view: TranscriptView, change: Change, seen: Touch) -> Claim:
    size = max(len(change.ref), len(change.alt))
    # Everything that a placement shifted by its own length could reach is looked at together.
    reach = touch(view, Change(change.start - size, "N" * (len(change.ref) + 2 * size), ""))
    if reach.donor or reach.acceptor or (reach.touches_exon and not _inside_one_exon(view, change, size)):
        possible: tuple[SmallEvent, ...] = ("splice", "truncating", "in_frame", *_SILENT)
        if _reaches_start(view, change.start - size, change.end + size):
            possible = (*possible, "start_loss")
        term = "coding_sequence_variant" if seen.touches_exon else "intron_variant"
        return Claim((term, *reach.near), "undetermined", possible, "whether the splice site is kept")
    if not reach.touches_exon:
        return Claim(_outside(reach), "non_coding")
    return _exonic_indel(view, change, size, seen)


def _reaches_start(view: TranscriptView, low: int, high: int) -> bool:
    """Whether ``[low, high)`` comes to the start codon (three bases from the edge of the coding span)."""
    first, end = view.model.cds_start, view.model.cds_end
    if first is None or end is None:
        return False
    return low < first + 3 and high >= first if view.forward else low <= end and high > end - 3


def _inside_one_exon(view: TranscriptView, change: Change, size: int) -> bool:
    return view.edit_span(change.start - size, change.end + size) is not None


def _exonic_indel(view: TranscriptView, change: Change, size: int, seen: Touch) -> Claim:
    span = view.edit_span(change.start, change.end)
    if span is None or view.cds is None:
        return Claim(("coding_sequence_variant", *seen.near), "undetermined", (), "effect")
    first, last = view.cds
    i, j = span
    if j + size <= first:
        return Claim(("5_prime_UTR_variant", *seen.near), "non_coding")
    if i - size >= last:
        return Claim(("3_prime_UTR_variant", *seen.near), "non_coding")
    if i - size < first + 3:
        open_: tuple[SmallEvent, ...] = ("start_loss", "truncating", "in_frame", *_SILENT)
        return Claim(
            ("coding_sequence_variant", *seen.near), "undetermined", open_, "whether the start codon is kept"
        )
    if j + size > last - 3 - _STOP_MARGIN:
        return Claim(
            ("coding_sequence_variant", *seen.near),
            "undetermined",
            ("truncating", "in_frame", *_SILENT),
            "whether the stop codon is kept",
        )
    delta = len(change.alt) - len(change.ref)
    if delta % 3:
        return Claim(("frameshift_variant", *seen.near), "truncating")
    term = "inframe_insertion" if delta > 0 else "inframe_deletion"
    return Claim((term, *seen.near), "undetermined", ("in_frame", "truncating"), "whether a stop arises")


def _outside(seen: Touch) -> tuple[str, ...]:
    if seen.upstream:
        return ("upstream_gene_variant",)
    if seen.downstream:
        return ("downstream_gene_variant",)
    return (*seen.near, "intron_variant")
