"""The lines of a table, one per allele of a sample, and how those of several ranges of a file join.

A worker hands its lines on as one text: to pass them singly from process to process would take longer than
to find them. Where the records of a file are in order, the texts of its ranges only need to be put one
after the other.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from netboard.variants.site import Key


def order_of(key: Key) -> tuple[int, str, int, str, str]:
    """Return by what alleles are sorted: chromosomes by number, then by name; position; bases."""
    chrom, start, ref, alt = key
    return (int(chrom), "", start, ref, alt) if chrom.isdigit() else (99, chrom, start, ref, alt)


class Packed(NamedTuple):
    """Sorted lines as one text (without the last line feed), their number, and the first and last allele.

    ``keys`` are all alleles, in the order of the lines, where the file was not in order; else None.
    """

    text: str = ""
    number: int = 0
    first: Key | None = None
    last: Key | None = None
    keys: tuple[Key, ...] | None = None


class Rows:
    """Lines by allele, each with its rank. Of two records of one allele the line of the higher rank stays.

    While records come in order an allele can only repeat at the position of the one before, so that lists
    suffice; with the first that is out of order an index of all alleles is made.
    """

    __slots__ = ("_chrom", "_index", "_keys", "_lines", "_ranks", "_start")

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._ranks: list[int] = []
        self._lines: list[str] = []
        self._chrom, self._start = "", -2
        self._index: dict[Key, int] | None = None

    def __len__(self) -> int:
        return len(self._keys)

    def keep(self, key: Key, rank: int, line: str) -> bool:
        """Keep a line; return whether its allele is new."""
        if key[1] > self._start and key[0] == self._chrom and self._index is None:
            self._start = key[1]
            self._keys.append(key)
            self._ranks.append(rank)
            self._lines.append(line)
            return True
        return self._keep_beside(key, rank, line)

    def _keep_beside(self, key: Key, rank: int, line: str) -> bool:
        """Keep a line that does not plainly follow the last."""
        place = len(self._keys)
        if self._index is None:
            # Alleles of one position may be written in any order.
            while (
                place
                and self._keys[place - 1][:2] == key[:2]
                and order_of(self._keys[place - 1]) >= order_of(key)
            ):
                place -= 1
            if place and order_of(self._keys[place - 1]) > order_of(key):
                self._index = {known: number for number, known in enumerate(self._keys)}
        if self._index is not None:
            place = self._index.setdefault(key, len(self._keys))
        if place < len(self._keys) and self._keys[place] == key:
            if rank > self._ranks[place]:
                self._ranks[place], self._lines[place] = rank, line
            return False
        self._keys.insert(place, key)
        self._ranks.insert(place, rank)
        self._lines.insert(place, line)
        self._chrom, self._start = key[:2]
        return True

    def packed(self) -> Packed:
        """Return the lines sorted."""
        if not self._keys:
            return Packed()
        if self._index is None:
            return Packed("\n".join(self._lines), len(self._keys), self._keys[0], self._keys[-1])
        keys = tuple(sorted(self._keys, key=order_of))
        text = "\n".join([self._lines[self._index[key]] for key in keys])
        return Packed(text, len(keys), keys[0], keys[-1], keys)


def joined(parts: list[Packed]) -> Packed | None:
    """Return the lines of consecutive ranges of a file as one; None when they must be read in order.

    That is so when an allele stands in two ranges, since ranks are then to be compared, or when ranges in
    order overlap.
    """
    parts = [part for part in parts if part.number]
    if len(parts) < 2:
        return parts[0] if parts else Packed()
    places = [(order_of(part.first), order_of(part.last)) for part in parts if part.first and part.last]
    if all(before[1] < after[0] for before, after in pairwise(places)):
        text = "\n".join([part.text for part in parts])
        return Packed(text, sum(part.number for part in parts), parts[0].first, parts[-1].last)
    found: dict[Key, str] = {}
    for part in parts:
        if part.keys is None or not found.keys().isdisjoint(part.keys):
            return None
        found.update(zip(part.keys, part.text.split("\n"), strict=True))
    keys = tuple(sorted(found, key=order_of))
    return Packed("\n".join([found[key] for key in keys]), len(keys), keys[0], keys[-1], keys)
