"""Plain records and plain cells, recognised from their bytes: the shapes that nearly all records have.

A plain record puts one base in the place of another, and a plain cell holds a genotype with the allele and
two counts in AD, where AD is what speaks first (see ``support``). What is not plain is left, untouched, to
the careful reading; what is comes out as the careful reading would have it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from netboard.variants.contigs import recognise
from netboard.variants.support import speaks_first
from netboard.variants.targets import POS_DIGITS

#: REF and ALT of substitutions, as written and as text.
SUBSTITUTIONS: dict[tuple[bytes, bytes], tuple[str, str]] = {
    (ref.encode(), alt.encode()): (ref, alt) for ref, alt in permutations("ACGT", 2)
}
#: Genotypes of at most two alleles that hold the one alternate allele, and no missing one.
_CARRYING = frozenset({b"0/1", b"1/0", b"1/1", b"0|1", b"1|0", b"1|1", b"1"})
#: How plain reference cells begin.
_REFERENCE_TEXTS = ("0/0:", "0|0:")
REFERENCE_STARTS = tuple(text.encode() for text in _REFERENCE_TEXTS)
#: Digits up to which a count is surely read as what is written.
_COUNT_DIGITS = 9

CellReader = Callable[[bytes], bytes | None]


@lru_cache(maxsize=1024)
def cell_reader(written: bytes) -> CellReader | None:
    """Return the function that reads plain cells under the FORMAT ``written``, None when there are none.

    The function returns AD as written (see :func:`plain_counts`), or None for a cell that is not plain.
    """
    keys = tuple(written.decode("utf-8", "replace").split(":"))
    # DPC: tumour and normal stand in one cell.
    if len(set(keys)) < len(keys) or "GT" not in keys or "DPC" in keys or not speaks_first("AD", keys):
        return None
    genotype, counts = keys.index("GT"), keys.index("AD")
    least = max(genotype, counts) + 1

    def read(cell: bytes) -> bytes | None:
        parts = cell.split(b":")
        return parts[counts] if len(parts) >= least and parts[genotype] in _CARRYING else None

    return read


def plain_counts(written: bytes) -> tuple[int, int] | None:
    """Return (reads of REF, reads of ALT) of an AD of two plain counts; None of any other."""
    ref, _, alt = written.partition(b",")
    if not (ref.isdigit() and alt.isdigit() and len(ref) <= _COUNT_DIGITS and len(alt) <= _COUNT_DIGITS):
        return None
    return int(ref), int(alt)


def other_cells(samples: bytes, columns: int) -> Iterator[tuple[int, bytes]]:
    """Yield (column from 0, cell) of the first ``columns`` cells that do not begin as plain reference does.

    The text is split where reference cells begin: of thousands of cells only the others are then touched.
    """
    # Whether a text holds a tab is asked several times faster of str than of bytes.
    text = "\t" + samples.decode("latin-1")
    pieces: list[str] = []
    for start in _REFERENCE_TEXTS:
        if len(pieces) <= columns // 2:
            pieces = max(pieces, text.split("\t" + start), key=len)
    seen = 0
    for k in [k for k, piece in enumerate(pieces) if "\t" in piece]:
        # Each piece but the first begins with the rest of a reference cell.
        for cell in pieces[k].split("\t")[1:]:
            column = k + seen
            seen += 1
            if column < columns and cell[:4] not in _REFERENCE_TEXTS:
                yield column, cell.encode("latin-1")


class Stretch(NamedTuple):
    """What holds for each single base of a stretch of a chromosome (0-based half-open)."""

    name: bytes
    start: int
    end: int
    chrom: str
    #: Whether a record there is one of the panel, and the genes that a table names for it.
    wanted: bool
    genes: str
    #: Whether reference bases may be known there, on either build.
    known: bool


NOWHERE = Stretch(b"", 0, 0, "", False, "", False)
_FAR = 10**POS_DIGITS


@dataclass(slots=True)
class _Contig:
    """Borders of the stretches, and what was described between them as far as it was met.

    ``known`` are the borders of stretches that do not overlap: begin, end, begin, end, and so on.
    """

    chrom: str
    borders: list[int]
    described: list[tuple[bool, str] | None]
    known: list[int]


class StretchMap:
    """The stretches of each contig, by the names that the file gives them.

    ``borders`` yields, for a chromosome, all positions (0-based) at which anything begins or ends that
    ``describe`` tells of a position: whether a record there is wanted, and the genes. ``known`` yields
    stretches (0-based half-open) in which reference bases may be known.
    """

    def __init__(
        self,
        borders: Callable[[str], Iterable[int]],
        describe: Callable[[str, int], tuple[bool, str]],
        known: Callable[[str], Iterable[tuple[int, int]]],
    ) -> None:
        self._borders = borders
        self._describe = describe
        self._known = known
        self._contigs: dict[bytes, _Contig | None] = {}

    def at(self, name: bytes, start: int) -> Stretch | None:
        """Return the stretch of a 0-based position; None on a contig that is no plainly named chromosome."""
        if name not in self._contigs:
            self._contigs[name] = self._contig(name)
        contig = self._contigs[name]
        if contig is None:
            return None
        index, k = bisect_right(contig.borders, start), bisect_right(contig.known, start)
        described = contig.described[index]
        if described is None:
            described = contig.described[index] = self._describe(contig.chrom, start)
        begin, end = _between(contig.borders, index)
        known_begin, known_end = _between(contig.known, k)
        # Inside a known stretch an odd number of borders lies at or before the position.
        known = k % 2 == 1
        return Stretch(name, max(begin, known_begin), min(end, known_end), contig.chrom, *described, known)

    def _contig(self, name: bytes) -> _Contig | None:
        found = recognise(name.decode("utf-8", "replace"))
        # An accession tells a build, which is weighed elsewhere.
        if found is None or found[1] is not None:
            return None
        borders = sorted(set(self._borders(found[0])))
        known: list[int] = []
        for start, end in sorted(self._known(found[0])):
            if known and start <= known[-1]:
                known[-1] = max(known[-1], end)
            else:
                known += start, end
        return _Contig(found[0], borders, [None] * (len(borders) + 1), known)


def _between(borders: list[int], index: int) -> tuple[int, int]:
    """Return the borders before and after, ``index`` being the number of those before."""
    return borders[index - 1] if index else -1, borders[index] if index < len(borders) else _FAR
