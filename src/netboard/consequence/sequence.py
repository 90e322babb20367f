"""Reference bases, where they are known: embedded with the panel, or out of the user's FASTA.

Every provider answers ``base(chrom, start, end)`` (0-based half-open) with upper-case bases, or None
where any base of the stretch is unknown. Nothing is guessed and nothing is lifted between builds.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from netboard.errors import BuildError, InputError, KnowledgeError
from netboard.model.variant import Build, Panel, SequenceProvider

#: Length of chromosome 1 of each build (NCBI assembly reports): tells the build of a FASTA.
_CHR1_LENGTH: dict[int, Build] = {249250621: "GRCh37", 248956422: "GRCh38"}


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


def embedded(panel: Panel, build: Build) -> SequenceProvider:
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
        text = zlib.decompress(Path(path).read_bytes(), wbits=31).decode("ascii")
    except OSError as error:
        raise KnowledgeError(f"the embedded sequence cannot be read ({error.strerror})", where=path) from None
    except (zlib.error, UnicodeDecodeError) as error:
        raise KnowledgeError(
            f"the embedded sequence is damaged ({error})", where=path, remedy="Install netboard again."
        ) from None
    found: dict[str, list[tuple[str, int, str]]] = {"GRCh37": [], "GRCh38": []}
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 7 or fields[0] not in found or int(fields[3]) - int(fields[2]) != len(fields[6]):
            raise KnowledgeError("a malformed line of the embedded sequence", where=f"{path}:{number}")
        found[fields[0]].append((fields[1], int(fields[2]), fields[6]))
    return {
        "GRCh37": KnownStretches("GRCh37", found["GRCh37"]),
        "GRCh38": KnownStretches("GRCh38", found["GRCh38"]),
    }


class FastaSequence:
    """Reference bases of a user's FASTA (plain or bgzipped), through htslib.

    Contig names of UCSC, Ensembl and RefSeq are one. The build is told from the length of
    chromosome 1; a given ``build`` that disagrees is an error.
    """

    def __init__(self, path: str, build: Build | None = None) -> None:
        if not Path(path).is_file():
            raise InputError("no such FASTA", where=path, remedy="Check the path given with --fasta.")
        import pysam

        try:
            self._file: Any = pysam.FastaFile(path)
        except (OSError, ValueError) as error:
            raise InputError(
                f"the FASTA cannot be read ({error})",
                where=path,
                remedy="Give an uncompressed or bgzipped FASTA in a writable place, or with its .fai beside it.",
            ) from None
        self._names = {_plain(name): name for name in self._file.references}
        self._lengths = dict(zip(self._file.references, self._file.lengths, strict=True))
        self.build: Build = self._told_build(path, build)

    def _told_build(self, path: str, build: Build | None) -> Build:
        name = self._names.get("1")
        told = _CHR1_LENGTH.get(self._lengths[name]) if name is not None else None
        if told is not None and build is not None and told != build:
            raise BuildError(f"the FASTA is {told}, and {build} was asked for", where=path)
        if told is None and build is None:
            raise BuildError(
                "the build of the FASTA cannot be told from chromosome 1",
                where=path,
                remedy="Give the whole GRCh37 or GRCh38 primary assembly.",
            )
        chosen = told or build
        assert chosen is not None
        return chosen

    def base(self, chrom: str, start: int, end: int) -> str | None:
        """Return the bases of ``[start, end)``; None outside the contig or where the FASTA has an N."""
        name = self._names.get(chrom)
        if name is None or start < 0 or start >= end or end > self._lengths[name]:
            return None
        bases: str = self._file.fetch(name, start, end).upper()
        return None if len(bases) != end - start or bases.strip("ACGT") else bases


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


def bases_or_n(sequence: SequenceProvider, chrom: str, start: int, end: int) -> str:
    """Return the bases of ``[start, end)`` from any provider, with N for each that is not known."""
    if end <= start:
        return ""
    known = sequence.base(chrom, start, end)
    if known is not None:
        return known
    if isinstance(sequence, KnownStretches):
        return sequence.or_n(chrom, start, end)
    if end - start == 1:
        return "N"
    middle = (start + end) // 2
    return bases_or_n(sequence, chrom, start, middle) + bases_or_n(sequence, chrom, middle, end)


_REFSEQ_CHROMOSOMES = {
    **{f"NC_0000{n:02d}": str(n) for n in range(1, 23)},
    "NC_000023": "X",
    "NC_000024": "Y",
}


def _plain(name: str) -> str:
    """Return the project's name of a contig; a name that is not a chromosome's stays as it is."""
    stem = name.split(".")[0]
    if stem in _REFSEQ_CHROMOSOMES:
        return _REFSEQ_CHROMOSOMES[stem]
    plain = name[3:] if name[:3].lower() == "chr" else name
    return "MT" if plain in ("M", "MT") else plain
