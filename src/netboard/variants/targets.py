"""Which lines of a VCF concern the panel.

:meth:`TargetSet.reaches` is the exact test, on the bytes of one line. A record is a target's when its
REF overlaps a target, or when it is structural (INFO holds SVTYPE, SVLEN or SVCLAIM, or ALT is a symbolic
deletion, duplication, inversion or translocation, or a breakend) and its span or mate does. An ordinary
REF is looked at when it begins at most :data:`REACH` bases before the target; structural records are found
wherever they begin.

:meth:`TargetSet.expression` is a coarse regular expression on CHROM and POS that lets every such line
(but the structural ones) through, and is made of bins of 1 and 10 kb: exact digit ranges took a regular-expression
engine half a minute at a thousand genes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from netboard.variants.contigs import chromosome, name_pattern

#: Longest ordinary REF, in bases, that is surely found when it begins before a target.
REACH = 10_000
#: Symbolic alleles and breakends that are structural without any mark in INFO.
_SYMBOLIC_ALLELES = (
    rb"<(?:DEL|DUP|CN|INV|LO|GAIN|TRA|CTX)",
    rb"\[[^\[\]\t\n]+:[0-9]+\[",
    rb"\][^\[\]\t\n]+:[0-9]+\]",
)
#: Coarse marks of structural records (VCF 4.4, section 3), as RE2 expressions. Each begins with one byte,
#: which makes it free where that byte does not stand (V is rarer than S: most records say PASS).
MARKS = (rb"V(?:TYPE|LEN|CLAIM)=", *_SYMBOLIC_ALLELES)
_STRUCTURAL = re.compile(rb"(?:^|;)SV(?:TYPE|LEN|CLAIM)=")
_SYMBOLIC = re.compile(b"|".join(_SYMBOLIC_ALLELES))
# A number of more digits than any genome has bases is no number.
_END = re.compile(rb"(?:^|;)END=(\d{1,18})(?!\d)")
_POS2 = re.compile(rb"(?:^|;)POS2=(\d{1,18})(?!\d)")
_LENGTH = re.compile(rb"(?:^|;)SVLEN=-?(\d{1,18})(?!\d)")
_CHR2 = re.compile(rb"(?:^|;)CHR2=([^;\t]+)")
_MATE = re.compile(rb"[\[\]]([^\[\]]+):(\d{1,18})[\[\]]")
#: Digits that a position may have.
POS_DIGITS = 18
#: Digits that the smallest bin leaves open.
_BIN_DIGITS = 3

Bounds = dict[str, list[int]]


@lru_cache(maxsize=8192)
def _chromosome(name: bytes) -> str | None:
    return chromosome(name.decode("utf-8", "replace"))


class TargetSet:
    """Stretches of chromosomes, merged, with the exact and the coarse test for lines.

    ``intervals`` are (chromosome, start, end), 0-based half-open, in any order. ``places`` are stretches of
    which only the records matter whose POS lies in them, however far they reach.
    """

    def __init__(
        self, intervals: Iterable[tuple[str, int, int]], places: Iterable[tuple[str, int, int]] = ()
    ) -> None:
        self._starts, self._ends = _merged(intervals)
        self._place_starts, self._place_ends = _merged(places)

    def intervals(self) -> Iterator[tuple[str, int, int]]:
        """Yield the merged intervals by chromosome, ascending."""
        for chrom, starts in self._starts.items():
            for start, end in zip(starts, self._ends[chrom], strict=True):
                yield chrom, start, end

    def stretches(self) -> Iterator[tuple[str, int, int]]:
        """Yield the targets and the places."""
        yield from self.intervals()
        for chrom, starts in self._place_starts.items():
            for start, end in zip(starts, self._place_ends[chrom], strict=True):
                yield chrom, start, end

    def borders(self, chrom: str) -> Iterator[int]:
        """Yield the 0-based positions at which a target of ``chrom`` begins, or has ended."""
        for borders in (self._starts, self._ends, self._place_starts, self._place_ends):
            yield from borders.get(chrom, ())

    def holds(self, chrom: str, start: int) -> bool:
        """Return whether the base at ``start`` (0-based) lies in a target or a place."""
        if self.overlaps(chrom, start, start + 1):
            return True
        starts = self._place_starts.get(chrom, ())
        i = bisect_right(starts, start) - 1
        return i >= 0 and start < self._place_ends[chrom][i]

    def overlaps(self, chrom: str, start: int, end: int, reach: int | None = None) -> bool:
        """Return whether ``[start, end)`` overlaps a target.

        With ``reach``, a target that begins more than ``reach`` bases after ``start`` does not count.
        """
        starts = self._starts.get(chrom)
        if starts is None:
            return False
        ends = self._ends[chrom]
        i = bisect_right(ends, start)
        return i < len(starts) and starts[i] < end and (reach is None or starts[i] - start <= reach)

    def reaches(self, line: bytes) -> bool:
        """Return whether the record on ``line`` (no line end needed) concerns a target.

        Lines that are no records (blank, too few columns, POS not a number) do not.
        """
        columns = line.split(b"\t", 8)
        if len(columns) < 8 or not columns[1].isdigit() or len(columns[1]) > POS_DIGITS:
            return False
        return self.reaches_columns(_chromosome(columns[0]), int(columns[1]) - 1, columns)

    def reaches_columns(self, chrom: str | None, start: int, columns: Sequence[bytes]) -> bool:
        """Return what :meth:`reaches` does for a line split at its tabs, whose CHROM and POS were read."""
        if chrom is not None and (
            self.overlaps(chrom, start, start + max(1, len(columns[3])), REACH) or self.holds(chrom, start)
        ):
            return True
        alt, info = columns[4], columns[7]
        marked = b"SV" in info and _STRUCTURAL.search(info)
        # The shortest symbolic allele that matters, <CN>, and the shortest breakend have four characters.
        if not marked and (len(alt) < 4 or not _SYMBOLIC.search(alt)):
            return False
        return any(self.overlaps(*span) for span in structural_spans(chrom, start, alt, info))

    def expression(self) -> bytes:
        """Return the coarse RE2 expression; it begins with the line feed before the line.

        Its second half finds lines whose POS is no number and lines of one column only.
        """
        parts = []
        for chrom in dict.fromkeys((*self._starts, *self._place_starts)):
            bins = _bins(self._starts.get(chrom, ()), self._ends.get(chrom, ()), REACH)
            bins |= _bins(self._place_starts.get(chrom, ()), self._place_ends.get(chrom, ()), 0)
            shapes = list(_shapes(bins))
            parts.append(rf"{name_pattern(chrom)}\t(?:{'|'.join(shapes)})\t")
        parts.append(r"[^\t\n]*(?:\t[0-9]*[^0-9\t]|\n)")
        return (r"\n(?:" + "|".join(parts) + ")").encode()


def _merged(intervals: Iterable[tuple[str, int, int]]) -> tuple[Bounds, Bounds]:
    """Return the starts and ends of merged intervals by chromosome, ascending."""
    by_chrom: dict[str, list[tuple[int, int]]] = {}
    for chrom, start, end in intervals:
        by_chrom.setdefault(chrom, []).append((start, end))
    starts: Bounds = {}
    ends: Bounds = {}
    for chrom, spans in by_chrom.items():
        merged: list[list[int]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        starts[chrom] = [s for s, _ in merged]
        ends[chrom] = [e for _, e in merged]
    return starts, ends


def _bins(starts: Sequence[int], ends: Sequence[int], reach: int) -> set[int]:
    """Return the numbers of the bins with a POS that lies in a stretch or at most ``reach`` bases before it."""
    bins: set[int] = set()
    for start, end in zip(starts, ends, strict=True):
        bins.update(range(max(0, start + 1 - reach) // 10**_BIN_DIGITS, end // 10**_BIN_DIGITS + 1))
    return bins


def _shapes(bins: set[int]) -> Iterator[str]:
    """Yield expressions of all POS in the bins: ten neighbours that share all digits but one are one."""
    by_ten: dict[int, list[int]] = {}
    for number in bins:
        by_ten.setdefault(number // 10, []).append(number)
    whole = sorted(ten for ten, members in by_ten.items() if len(members) == 10)
    single = sorted(number for members in by_ten.values() if len(members) < 10 for number in members)
    for numbers, digits in ((whole, _BIN_DIGITS + 1), (single, _BIN_DIGITS)):
        if any(numbers):
            yield f"0*(?:{'|'.join(str(n) for n in numbers if n)})[0-9]{{{digits}}}"
        if 0 in numbers:
            yield f"0*[0-9]{{1,{digits}}}"


def structural_spans(
    chrom: str | None, start: int, alt: bytes, info: bytes
) -> Iterator[tuple[str, int, int]]:
    """Yield the stretches (0-based half-open) that a structural record touches beyond its position.

    ``start`` is the 0-based position. A breakend touches its mate; a record with CHR2 touches END on that
    chromosome; any other touches everything up to END, or over the length that SVLEN says.
    """
    for name, pos in _MATE.findall(alt):
        mate = chromosome(name.decode("utf-8", "replace").strip("<>"))
        if mate is not None:
            yield mate, int(pos) - 1, int(pos)
    end = _END.search(info)
    second = _CHR2.search(info)
    if second:
        mate = chromosome(second[1].decode("utf-8", "replace"))
        if mate != chrom:
            place = _POS2.search(info) or end
            if mate is not None and place:
                yield mate, int(place[1]) - 1, int(place[1])
            return
    if chrom is None or b"[" in alt or b"]" in alt:
        return
    if end:
        yield chrom, start, int(end[1])
    elif (length := _LENGTH.search(info)) and b"INS" not in alt:
        yield chrom, start, start + 1 + int(length[1])
