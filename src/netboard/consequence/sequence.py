"""Reference bases, where they are known: embedded with the panel, or given by the user.

What the user gives (a FASTA, or a bundle cut out of one) is opened by :mod:`netboard.reference`. Every
provider answers ``base(chrom, start, end)`` (0-based half-open) with upper-case bases, or None where any
base of the stretch is unknown. Nothing is guessed and nothing is lifted between builds.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from netboard.errors import BuildError, KnowledgeError
from netboard.model.variant import Build, Panel, SequenceProvider


@runtime_checkable
class SpellsUnknown(Protocol):
    """A provider that also spells a stretch of which it knows a part."""

    def or_n(self, chrom: str, start: int, end: int) -> str:
        """Return the bases of ``[start, end)`` (0-based half-open) with N for each that is not known."""
        ...


class KnownStretches:
    """Reference bases of one build as stretches in memory; overlapping stretches are joined."""

    def __init__(self, build: Build, stretches: Iterable[tuple[str, int, str]]) -> None:
        self.build: Build = build
        self._starts: dict[str, list[int]] = {}
        self._bases: dict[str, list[str]] = {}
        for chrom, start, bases in sorted(stretches):
            starts, known = self._starts.setdefault(chrom, []), self._bases.setdefault(chrom, [])
            if starts and start <= starts[-1] + len(known[-1]):
                overlap = starts[-1] + len(known[-1]) - start
                known[-1] += bases[overlap:]
            else:
                starts.append(start)
                known.append(bases)

    def base(self, chrom: str, start: int, end: int) -> str | None:
        """Return the bases of ``[start, end)``, or None where any of them is unknown."""
        starts = self._starts.get(chrom)
        if not starts or start >= end:
            return None
        index = bisect_right(starts, start) - 1
        if index < 0:
            return None
        bases = self._bases[chrom][index]
        offset = start - starts[index]
        if offset + (end - start) > len(bases):
            return None
        return bases[offset : offset + (end - start)]

    def spans(self, chrom: str) -> Iterable[tuple[int, int]]:
        """Yield the known stretches of a chromosome (0-based half-open)."""
        for start, bases in zip(self._starts.get(chrom, ()), self._bases.get(chrom, ()), strict=True):
            yield start, start + len(bases)

    def or_n(self, chrom: str, start: int, end: int) -> str:
        """Return the bases of ``[start, end)`` with N for each that is not known."""
        starts = self._starts.get(chrom, [])
        parts: list[str] = []
        place = start
        for index in range(max(0, bisect_right(starts, start) - 1), len(starts)):
            low = starts[index]
            if low >= end:
                break
            known = self._bases[chrom][index][max(0, place - low) : end - low]
            if known:
                parts.append("N" * (low - place))
                parts.append(known)
                place = max(place, low) + len(known)
        parts.append("N" * (end - place))
        return "".join(parts)

    def stretches(self) -> Iterable[tuple[str, int, str]]:
        """Yield (chromosome, 0-based start, bases) of every known stretch."""
        for chrom, starts in self._starts.items():
            yield from (
                (chrom, start, bases) for start, bases in zip(starts, self._bases[chrom], strict=True)
            )


def embedded(panel: Panel, build: Build) -> KnownStretches:
    """Return the sequence that is packaged with the panel.

    Raises
    ------
    KnowledgeError
        When the file is missing or damaged.
    """
    if panel.sequence_file is None:
        return KnownStretches(build, ())
    return _read_stretches(panel.sequence_file)[build]


@lru_cache(maxsize=4)
def _read_stretches(path: str) -> dict[Build, KnownStretches]:
    try:
        return parse_stretches(Path(path).read_bytes(), path)
    except OSError as error:
        raise KnowledgeError(f"the embedded sequence cannot be read ({error.strerror})", where=path) from None
    except ValueError as error:
        raise KnowledgeError(
            f"the embedded sequence is damaged ({error})", where=path, remedy="Install netboard again."
        ) from None


def parse_stretches(packed: bytes, where: str) -> dict[Build, KnownStretches]:
    """Return the stretches of a packed sequence file, by build.

    The file is gzipped text, a stretch per line: build, chromosome, start and end (0-based half-open), gene,
    source and plus-strand bases, separated by tabs; lines that begin with ``#`` are comments.

    Raises
    ------
    ValueError
        When it is no gzip, or damaged.
    KnowledgeError
        When a line is malformed; it is named.
    """
    try:
        text = zlib.decompress(packed, wbits=31).decode("ascii")
    except zlib.error as error:
        raise ValueError(str(error)) from None
    found: dict[str, list[tuple[str, int, str]]] = {"GRCh37": [], "GRCh38": []}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 7 or fields[0] not in found or int(fields[3]) - int(fields[2]) != len(fields[6]):
            raise KnowledgeError("a malformed line of the sequence", where=f"{where}:{number}")
        found[fields[0]].append((fields[1], int(fields[2]), fields[6]))
    return {
        "GRCh37": KnownStretches("GRCh37", found["GRCh37"]),
        "GRCh38": KnownStretches("GRCh38", found["GRCh38"]),
    }


class Layered:
    """The first provider that knows a stretch answers."""

    def __init__(self, first: SequenceProvider, second: SequenceProvider) -> None:
        if first.build != second.build:
            raise BuildError(f"sequence of {first.build} and {second.build} cannot be mixed")
        self.build: Build = first.build
        self._providers = (first, second)

    def base(self, chrom: str, start: int, end: int) -> str | None:
        """Return the bases of ``[start, end)``, or None where no provider knows all of them."""
        for provider in self._providers:
            bases = provider.base(chrom, start, end)
            if bases is not None:
                return bases
        return None

    def or_n(self, chrom: str, start: int, end: int) -> str:
        """Return the bases of ``[start, end)``, each from the first provider that knows it, else N."""
        first, second = (bases_or_n(provider, chrom, start, end) for provider in self._providers)
        return "".join([b if a == "N" else a for a, b in zip(first, second, strict=True)])


def bases_or_n(sequence: SequenceProvider, chrom: str, start: int, end: int) -> str:
    """Return the bases of ``[start, end)`` from any provider, with N for each that is not known."""
    if end <= start:
        return ""
    known = sequence.base(chrom, start, end)
    if known is not None:
        return known
    if isinstance(sequence, SpellsUnknown):
        return sequence.or_n(chrom, start, end)
    if end - start == 1:
        return "N"
    middle = (start + end) // 2
    return bases_or_n(sequence, chrom, start, middle) + bases_or_n(sequence, chrom, middle, end)
