"""Whose genome the records are of, decided and proved on their REF bases.

Header text may lie; bases do not. Each record of the panel whose REF lies in known sequence either agrees
with a build or does not. A file whose header tells no build is of the build with which at least
:data:`DECIDING` records agree while none, or clearly fewer, agree with the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from netboard.errors import BuildError, ReferenceMismatch
from netboard.model.variant import BUILDS, Build, RefCheck, SequenceProvider

#: Records that must agree with one build before their bases alone decide.
DECIDING = 5
#: "Clearly fewer": the other build may have at most a third of the agreements. A base agrees by chance
#: with another place of the genome one time in four.
_CLEARLY = 3

_IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T", "U": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT",
    "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG",
}  # fmt: skip


class Place(NamedTuple):
    """A record as the check needs it: ``start`` 0-based, ``ref`` upper case, and how to name it."""

    chrom: str
    start: int
    ref: str
    line: int | None
    #: The build that the contig's accession tells, if any.
    told: Build | None = None


class Placed(Protocol):
    """What a vote needs of a record: see :class:`Place`."""

    @property
    def chrom(self) -> str:
        """Chromosome, as the panel names it."""
        ...

    @property
    def start(self) -> int:
        """0-based position."""
        ...

    @property
    def ref(self) -> str:
        """REF in upper case."""
        ...

    @property
    def line(self) -> int | None:
        """Line number, where known."""
        ...


@dataclass
class Votes:
    """Agreements with one build, and the first disagreement (record, base of the genome)."""

    agree: int = 0
    disagree: int = 0
    unverifiable: int = 0
    first: tuple[Place, str] | None = None
    #: Bases of the REF that agrees, by place: a locus counts once, however often it is written.
    agreed: dict[tuple[str, int], int] = field(default_factory=dict)

    def cast(self, provider: SequenceProvider | None, place: Placed) -> str:
        """Count the vote of one record; return ``agree``, ``disagree`` or ``unverifiable``."""
        outcome, genome = compare(provider, place.chrom, place.start, place.ref)
        if outcome == "unverifiable":
            self.unverifiable += 1
        elif outcome == "agree":
            self.agree += 1
            key = (place.chrom, place.start)
            self.agreed[key] = max(self.agreed.get(key, 0), len(place.ref))
        else:
            self.disagree += 1
            if self.first is None:
                self.first = Place(place.chrom, place.start, place.ref, place.line), genome
        return outcome

    @property
    def loci(self) -> int:
        """Number of different places that agree."""
        return len(self.agreed)

    @property
    def bases(self) -> int:
        """Bases that agree: one does by chance one time in four, five do one time in a thousand."""
        return sum(self.agreed.values())

    def add(self, later: Votes) -> None:
        """Add the votes of records that come later in the file."""
        self.agree += later.agree
        self.disagree += later.disagree
        self.unverifiable += later.unverifiable
        for key, bases in later.agreed.items():
            self.agreed[key] = max(self.agreed.get(key, 0), bases)
        self.first = self.first or later.first


def compare(provider: SequenceProvider | None, chrom: str, start: int, ref: str) -> tuple[str, str]:
    """Return (``agree``, ``disagree`` or ``unverifiable``; the bases of the genome where known).

    ``start`` is 0-based. N in REF says nothing; other IUPAC codes agree with each base they stand for.
    Of a REF that lies partly in known sequence the known bases are compared.
    """
    if provider is None:
        return "unverifiable", ""
    whole = provider.base(chrom, start, start + len(ref))
    if (whole is None and len(ref) == 1) or not ref.strip("N"):
        return "unverifiable", ""
    if whole == ref:
        return "agree", whole
    if whole is None:
        bases = [provider.base(chrom, start + i, start + i + 1) or "N" for i in range(min(len(ref), 200))]
        whole = "".join(bases)
    if not whole.strip("N"):
        return "unverifiable", ""
    known = zip(ref, whole, strict=False)
    fits = all(r == "N" or g == "N" or g in _IUPAC.get(r, "") for r, g in known)
    return ("agree" if fits else "disagree"), whole


def count_votes(places: Iterable[Place], sequences: Mapping[Build, SequenceProvider]) -> dict[Build, Votes]:
    """Return the votes of the records for each build."""
    votes = {build: Votes() for build in BUILDS}
    for place in places:
        for build, vote in votes.items():
            vote.cast(sequences.get(build), place)
    return votes


def decide(votes: Mapping[Build, Votes], where: str, hint: Build | None) -> tuple[Build, str]:
    """Return the build that REF bases alone prove, and the sentence that says so.

    Raises
    ------
    BuildError
        When they do not.
    """
    for build in BUILDS:
        mine, other = votes[build], votes[_other(build)]
        clear = mine.agree >= _CLEARLY * other.agree and mine.disagree * 9 <= mine.agree
        if mine.loci >= DECIDING and clear:
            checked = mine.agree + mine.disagree
            basis = (
                f"REF bases: {mine.agree} of {checked} records in known sequence agree with {build}, "
                f"{other.agree} of {other.agree + other.disagree} with {_other(build)}; the header does not tell"
            )
            return build, basis
    counts = ", ".join(f"{v.agree} agree and {v.disagree} disagree with {b}" for b, v in votes.items())
    suggestion = f" (its text mentions {hint}, which alone proves nothing)" if hint else ""
    raise BuildError(
        f"the header does not tell the genome build{suggestion}, and the REF bases do not decide it "
        f"(of the records in known sequence {counts}; {DECIDING} are needed)",
        where=where,
        remedy="Give --build GRCh37 or --build GRCh38",
    )


def confirm(build: Build, basis: str, votes: Mapping[Build, Votes], where: str) -> RefCheck:
    """Return the check of REF bases against ``build``.

    Raises
    ------
    BuildError
        When the records disagree with ``build`` and agree with the other.
    ReferenceMismatch
        When any record disagrees.
    """
    mine, other = votes[build], votes[_other(build)]
    if mine.first is None and _belongs_to(other, mine):
        raise BuildError(
            f"{basis} says {build}, but the REF bases are those of {_other(build)} ({other.agree} records in known "
            f"sequence agree with it and none disagrees; {mine.agree} agree with {build})",
            where=where,
            remedy=f"Give --build {_other(build)} and mend the header, if that is the build it was called on",
        )
    if mine.first is not None:
        place, genome = mine.first
        where_line = f"{where}:{place.line}" if place.line is not None else where
        record = f"record {place.chrom}:{place.start + 1} {_short(place.ref)}"
        counts = (
            f"{mine.agree} records agree and {mine.disagree} disagree with {build}, "
            f"{other.agree} agree and {other.disagree} disagree with {_other(build)}; "
            f"bases that agree: {mine.bases} with {build}, {other.bases} with {_other(build)}"
        )
        if (
            other.agree > mine.agree
            and other.disagree < mine.disagree
            and other.agree >= _CLEARLY * other.disagree
        ):
            raise BuildError(
                f"{basis} says {build}, but the REF bases are those of {_other(build)} ({counts}; first {record}, "
                f"where {build} has {_short(genome)})",
                where=where_line,
                remedy=f"Give --build {_other(build)} and mend the header, if that is the build it was called on",
            )
        raise ReferenceMismatch(
            f"REF of {record} is not the genome's: {build} has {_short(genome)} there ({counts})",
            where=where_line,
            remedy="Check which reference the file was called on; mend or remove the record",
        )
    return RefCheck(mine.agree, mine.disagree, mine.unverifiable, other.agree, other.disagree)


def _belongs_to(other: Votes, mine: Votes) -> bool:
    """Whether the bases prove the other build although none contradicts this one.

    Records of the wrong build often miss the known sequence altogether, so that nothing disagrees; what
    lies in the other build's known sequence then tells.
    """
    return other.bases >= DECIDING and other.disagree == 0 and other.bases >= _CLEARLY * mine.bases


def doubt(build: Build, votes: Mapping[Build, Votes]) -> str | None:
    """Return a warning when a few bases speak for the other build and none for this one, else None."""
    mine, other = votes[build], votes[_other(build)]
    if mine.agree or other.disagree or not other.agree:
        return None
    return (
        f"{other.agree} REF base(s) agree with {_other(build)} and none could be compared with {build}: "
        "make sure of the build"
    )


def _other(build: Build) -> Build:
    return "GRCh38" if build == "GRCh37" else "GRCh37"


def _short(bases: str) -> str:
    return bases if len(bases) <= 20 else f"{bases[:17]}... ({len(bases)} bases)"
