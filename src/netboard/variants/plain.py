"""Plain records and plain cells, recognised from their bytes: the shapes that nearly all records have.

A plain record puts one base in the place of another, and a plain cell holds a genotype with the allele and
two counts in AD, where AD is what speaks first (see ``support``). What is not plain is left, untouched, to
the careful reading; what is comes out as the careful reading would have it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from netboard.variants.contigs import recognise
from netboard.variants.support import speaks_first

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

CellReader = Callable[[bytes], tuple[int, int] | None]


@lru_cache(maxsize=1024)
def cell_reader(written: bytes) -> CellReader | None:
    """Return the function that reads plain cells under the FORMAT ``written``, None when there are none.

    The function returns (reads of REF, reads of ALT), or None for a cell that is not plain.
    """
    keys = tuple(written.decode("utf-8", "replace").split(":"))
    # DPC: tumour and normal stand in one cell.
    if len(set(keys)) < len(keys) or "GT" not in keys or "DPC" in keys or not speaks_first("AD", keys):
        return None
    genotype, counts = keys.index("GT"), keys.index("AD")
    least = max(genotype, counts) + 1

    def read(cell: bytes) -> tuple[int, int] | None:
        parts = cell.split(b":")
        if len(parts) < least or parts[genotype] not in _CARRYING:
            return None
        ref, _, alt = parts[counts].partition(b",")
        if not (ref.isdigit() and alt.isdigit() and len(ref) <= _COUNT_DIGITS and len(alt) <= _COUNT_DIGITS):
            return None
        return int(ref), int(alt)

    return read


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
    """What holds for each single base of a stretch of a chromosome."""

    chrom: str
    #: Whether the scan lets a record there through, and whether it is a record of the panel.
    scanned: bool
    wanted: bool
    #: Whether reference bases may be known there, on either build.
    known: bool
    genes: str


class StretchMap:
    """The stretches of each contig, by the names that the file gives them; each is filled when met first.

    ``borders`` yields, for a chromosome, all positions (0-based) at which anything begins or ends that
    ``describe`` tells of a position.
    """

    def __init__(
        self, borders: Callable[[str], Iterable[int]], describe: Callable[[str, int], Stretch]
    ) -> None:
        self._borders = borders
        self._describe = describe
        self._contigs: dict[bytes, tuple[str, list[int], list[Stretch | None]] | None] = {}

    def at(self, name: bytes, start: int) -> Stretch | None:
        """Return the stretch of a 0-based position; None on a contig that is no plainly named chromosome."""
        if name not in self._contigs:
            self._contigs[name] = self._contig(name)
        contig = self._contigs[name]
        if contig is None:
            return None
        chrom, borders, stretches = contig
        index = bisect_right(borders, start)
        stretch = stretches[index]
        if stretch is None:
            stretch = stretches[index] = self._describe(chrom, start)
        return stretch

    def _contig(self, name: bytes) -> tuple[str, list[int], list[Stretch | None]] | None:
        found = recognise(name.decode("utf-8", "replace"))
        # An accession tells a build, which is weighed elsewhere.
        if found is None or found[1] is not None:
            return None
        borders = sorted(set(self._borders(found[0])))
        return found[0], borders, [None] * (len(borders) + 1)
