"""The lines of a table, one per allele of a sample, and how those of several ranges of a file join.

A worker hands its lines on as one text: to pass them singly from process to process would take longer than
to find them. Where the records of a file are in order, the texts of its ranges only need to be put one
after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Rows:
    """Lines, each with its rank, by allele. Of two records of one allele the one of the higher rank stays."""

    lines: dict[Key, tuple[int, str]] = field(default_factory=dict)
    _last: Key = ("", -1, "", "")
    _in_order: bool = True

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, key: Key, rank: int, line: str) -> bool:
        """Keep a line; return whether its allele is new."""
        earlier = self.lines.get(key)
        if earlier is not None:
            if rank > earlier[0]:
                self.lines[key] = rank, line
            return False
        self.lines[key] = rank, line
        last = self._last
        # Most records stand on the chromosome of the one before, at a later position.
        if not (key[1] > last[1] and key[0] == last[0]) and last[0] and order_of(key) < order_of(last):
            self._in_order = False
        self._last = key
        return True

    def packed(self) -> Packed:
        """Return the lines sorted."""
        if not self.lines:
            return Packed()
        if self._in_order:
            first = next(iter(self.lines))
            text = "\n".join([line for _, line in self.lines.values()])
            return Packed(text, len(self.lines), first, self._last)
        keys = tuple(sorted(self.lines, key=order_of))
        text = "\n".join([self.lines[key][1] for key in keys])
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
