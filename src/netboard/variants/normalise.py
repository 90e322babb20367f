"""One spelling for one allele: trimmed, and left-aligned where the sequence is known.

The rules are those of Tan et al. 2015 (Unified representation of genetic variants): no shared base at the
end, none at the start but the anchor of an indel, and an indel as far left as the sequence allows.
Substitutions of several bases and deletion-insertions stay whole: splitting them would lose that their
bases lie on one molecule.
"""

from __future__ import annotations

from dataclasses import dataclass

from netboard.model.variant import SequenceProvider

#: Bases an indel may move; longer repeats than this are not in exons of the panel.
_MAX_SHIFT = 5000


@dataclass(frozen=True, slots=True)
class Allele:
    """A normalised allele: ``start`` 0-based, bases upper case and never empty, and what was changed."""

    start: int
    ref: str
    alt: str
    changes: tuple[str, ...] = ()


def trim(start: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Return the allele without shared bases: first those at the end, then those at the start.

    One base of each is kept. ``start`` is 0-based.
    """
    end = 0
    while end < min(len(ref), len(alt)) - 1 and ref[-1 - end] == alt[-1 - end]:
        end += 1
    if end:
        ref, alt = ref[:-end], alt[:-end]
    begin = 0
    while begin < min(len(ref), len(alt)) - 1 and ref[begin] == alt[begin]:
        begin += 1
    return start + begin, ref[begin:], alt[begin:]


def bare(start: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Return an allele without any shared base, so that one side of an indel is empty (a matching key)."""
    if len(ref) == len(alt) == 1:
        return start, ref, alt
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


def bare_left(
    chrom: str, start: int, ref: str, alt: str, sequence: SequenceProvider | None
) -> tuple[int, str, str]:
    """Return a bare allele at its leftmost place, where the sequence shows one."""
    start, ref, alt = bare(start, ref, alt)
    if sequence is None or (ref and alt) or start == 0:
        return start, ref, alt
    before = sequence.base(chrom, start - 1, start)
    if before is None:
        return start, ref, alt
    return bare(*left_align(chrom, start - 1, before + ref, before + alt, sequence))


def left_align(
    chrom: str, start: int, ref: str, alt: str, sequence: SequenceProvider
) -> tuple[int, str, str]:
    """Return a trimmed allele moved left as far as known sequence shows that it may.

    ``start`` is 0-based. Where the sequence ends, the allele stays at the last place that is proved.
    """
    shifts = 0
    while ref[-1] == alt[-1] and ref != alt and shifts < _MAX_SHIFT and start > 0:
        before = sequence.base(chrom, start - 1, start)
        if before is None or before == "N":
            break
        ref, alt = before + ref[:-1], before + alt[:-1]
        start -= 1
        shifts += 1
    return trim(start, ref, alt)


def normalise(
    chrom: str, start: int, ref: str, alt: str, sequence: SequenceProvider | None, *, split: bool = False
) -> Allele:
    """Return the normalised allele of a record (``start`` 0-based, bases upper case).

    ``split`` says that the record had several alternate alleles.
    """
    changes = ["split"] if split else []
    placed = trim(start, ref, alt)
    if placed != (start, ref, alt):
        changes.append("trimmed")
    if sequence is not None:
        moved = left_align(chrom, *placed, sequence)
        if moved != placed:
            changes.append("left_aligned")
            placed = moved
    return Allele(*placed, tuple(changes))
