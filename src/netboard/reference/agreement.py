"""Bases given by a user beside those embedded with the panel: do they agree, and where not.

The embedded sequence is known to be of its build, so it also tells whose genome a FASTA is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netboard.consequence.sequence import KnownStretches, bases_or_n
from netboard.errors import BuildError
from netboard.model.variant import BUILDS, Build, SequenceProvider

#: Bases compared at least before they can speak, and the share of them that agrees in a genome of the build
#: (a genome of another agrees in one base of four by chance; a patched one differs in single bases).
_ENOUGH, _SHARE = 100, 0.9
#: Bases of one stretch that are looked at for a quick comparison.
_GLANCE = 1500


@dataclass(frozen=True, slots=True)
class Agreement:
    """Bases known to both sides, and how many of them are the same."""

    compared: int = 0
    agree: int = 0

    @property
    def proved(self) -> bool:
        """Whether enough bases agree for the two to be of one build."""
        return self.compared >= _ENOUGH and self.agree >= _SHARE * self.compared

    @property
    def refuted(self) -> bool:
        """Whether so many bases differ that the two cannot be of one build."""
        return self.compared >= _ENOUGH and self.agree < _SHARE * self.compared

    def __str__(self) -> str:
        return f"{self.agree:,} of {self.compared:,} bases agree"


@dataclass(frozen=True, slots=True)
class Difference:
    """A base that differs: ``pos`` is 1-based; ``embedded`` and ``given`` are plus-strand bases."""

    build: Build
    chrom: str
    pos: int
    embedded: str
    given: str


def glance(given: SequenceProvider, known: KnownStretches) -> Agreement:
    """Compare the longest known stretch of each chromosome, or its first bases."""
    longest: dict[str, tuple[int, str]] = {}
    for chrom, start, bases in known.stretches():
        if chrom not in longest or len(bases) > len(longest[chrom][1]):
            longest[chrom] = start, bases
    compared = agree = 0
    for chrom, (start, bases) in longest.items():
        shown = bases[:_GLANCE]
        there = bases_or_n(given, chrom, start, start + len(shown))
        pairs = [(a, b) for a, b in zip(shown, there, strict=True) if "N" not in (a, b)]
        compared += len(pairs)
        agree += sum(a == b for a, b in pairs)
    return Agreement(compared, agree)


def differences(given: SequenceProvider, known: KnownStretches) -> Iterator[Agreement | Difference]:
    """Yield each base that differs, and last the agreement over all embedded bases."""
    compared = agree = 0
    for chrom, start, bases in known.stretches():
        there = bases_or_n(given, chrom, start, start + len(bases))
        if there == bases:
            compared += len(bases)
            agree += len(bases)
            continue
        for place, (ours, theirs) in enumerate(zip(bases, there, strict=True), start + 1):
            if "N" in (ours, theirs):
                continue
            compared += 1
            agree += ours == theirs
            if ours != theirs:
                yield Difference(known.build, chrom, place, ours, theirs)
    yield Agreement(compared, agree)


def confirm(given: SequenceProvider, embedded: Mapping[Build, KnownStretches], where: str) -> Agreement:
    """Return how the bases agree with those embedded for their build.

    Raises
    ------
    BuildError
        When they are not of that build; it tells how many bases agree with it and with the other.
    """
    mine = glance(given, embedded[given.build])
    if mine.refuted:
        other: Build = "GRCh38" if given.build == "GRCh37" else "GRCh37"
        theirs = glance(given, embedded[other])
        raise BuildError(
            f"the reference bases are not those of {given.build}: {mine} with the packaged sequence of "
            f"{given.build}, {theirs} with {other}",
            where=where,
            remedy=f"Give the {given.build} primary assembly; this file is "
            + (f"of {other}." if theirs.proved else "of another genome, or damaged."),
        )
    return mine


def told_by_bases(
    given: Mapping[Build, SequenceProvider], embedded: Mapping[Build, KnownStretches]
) -> Build | None:
    """Return the build whose embedded bases a FASTA has, or None when they do not tell."""
    fitting = [build for build in BUILDS if glance(given[build], embedded[build]).proved]
    return fitting[0] if len(fitting) == 1 else None
