"""The alleles of a record as annotators name them, and what one of them says of one transcript."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from netboard.model.variant import Variant


@dataclass(frozen=True, slots=True)
class Alleles:
    """The alleles of a record as written, upper case, and which of them is meant.

    ``start`` is the record's 0-based position, None when it is not known; ``complete`` is False when the
    other ALTs are not known.
    """

    ref: str
    alts: tuple[str, ...]
    index: int
    start: int | None
    complete: bool
    #: The allele normalised: 0-based start, REF and ALT.
    key: tuple[int, str, str]

    @property
    def count(self) -> int:
        """Number of ALTs of the record, 0 when it is not known."""
        return len(self.alts) if self.complete else 0

    @property
    def single(self) -> bool:
        """Whether the record calls this allele alone: ``*`` and symbolic ALTs beside it call nothing."""
        others = (alt for i, alt in enumerate(self.alts) if i != self.index)
        return self.complete and not any(map(_is_bases, others))

    def numbered(self, numbers: Sequence[str]) -> bool:
        """Whether ALLELE_NUM (1-based) can be believed: after a split it still counts the old ALTs."""
        allowed = {str(number) for number in range(1, self.count + 1)}
        return bool(numbers) and allowed.issuperset(numbers)

    def name_among(self, names: Set[str], *, as_written: bool) -> str | None:
        """Return the one of ``names`` that an annotator gave to this allele, or None.

        SnpEff names an allele ``as_written``; VEP takes the first base off all alleles of a record when
        they share it and differ in length. Other ways of trimming are tried after that, unless another
        ALT could bear the same name. SnpEff's ``G-C`` (against the germline) and ``G-chr1:5_A>T`` (with
        another change) are statements about other changes, and never fit.
        """
        if not self.complete:
            # An unknown ALT may bear one of the names: only one that stands alone is sure enough.
            fitting = names & set(self._names(self.index))
            return min(fitting) if len(fitting) == 1 else None
        own = (self.alts if as_written else self._vep_names())[self.index]
        if own in names:
            return own
        others = {n for i in range(len(self.alts)) if i != self.index for n in self._names(i)}
        for name in self._names(self.index):
            if name in names and name not in others:
                return name
        rest = [name for name in names if name != "*" and not name.startswith("<") and name != "NON_REF"]
        return rest[0] if self.single and len(rest) == 1 and _PLAIN.fullmatch(rest[0]) else None

    def is_change(self, pos: int, ref: str, alt: str) -> bool:
        """Whether a change at ``pos`` (1-based) is this allele, as written in the record or trimmed."""
        if (ref, alt) == (self.ref, self.alts[self.index]) and self.start in (None, pos - 1):
            return True
        return (pos - 1, ref, alt) == self.key

    def _vep_names(self) -> tuple[str, ...]:
        bases = [self.ref, *filter(_is_bases, self.alts)]
        if len({len(b) for b in bases}) == 1 or len({b[:1] for b in bases}) > 1:
            return self.alts
        return tuple((alt[1:] or "-") if _is_bases(alt) else alt for alt in self.alts)

    def _names(self, index: int) -> tuple[str, ...]:
        alt = self.alts[index]
        if not _is_bases(alt):
            return (alt,)
        prefix = _shared(self.ref, alt)
        kept = _shared(self.ref[prefix:][::-1], alt[prefix:][::-1])
        first = alt[1:] if self.ref[:1] == alt[:1] and len(alt) != len(self.ref) else alt
        trimmed = (first, alt[prefix : len(alt) - kept])
        return (alt, self._vep_names()[index], *(name or "-" for name in trimmed))


_PLAIN: Final[re.Pattern[str]] = re.compile(r"[ACGTN]*|-")


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_bases(alt: str) -> bool:
    return alt.isalpha()


def alleles_of(variant: Variant) -> Alleles:
    """Return the alleles of the record that ``variant`` came from, as far as it tells them."""
    own = (variant.alt_written or variant.alt).upper()
    key = (variant.start, variant.ref, variant.alt)
    cells = variant.written.split("\t")
    # The record is cut where INFO is long; a sixth column shows that ALT is whole.
    if len(cells) > 5:
        alts = tuple(cells[4].upper().split(","))
        if variant.alt_index < len(alts) and alts[variant.alt_index] == own:
            start = int(cells[1]) - 1 if cells[1].isascii() and cells[1].isdigit() else None
            return Alleles(cells[3].upper(), alts, variant.alt_index, start, True, key)
    ref = (variant.ref_written or variant.ref).upper()
    complete = "split" not in variant.changes and variant.alt_index == 0
    return Alleles(ref, (own,), 0, None, complete, key)


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of an annotator about one transcript. Empty strings stand for what it does not say."""

    gene: str
    transcript: str
    terms: tuple[str, ...]
    hgvsc: str | None = None
    hgvsp: str | None = None
    biotype: str = ""
    #: Value of MANE_SELECT: the matching accession, or a mere flag.
    mane_select: str = ""
    mane_plus_clinical: str = ""
    canonical: bool = False
    pick: bool = False
    #: True where the statement is about this allele together with others of its haplotype.
    compound: bool = False
    #: Length of the transcript's coding sequence in bases, where it is stated.
    cds_length: int | None = None
    frequency: float | None = None
    frequency_field: str = ""


def written_pos(variant: Variant) -> int:
    """Return the 1-based POS of the record that ``variant`` came from, before trimming."""
    start = alleles_of(variant).start
    return variant.pos if start is None else start + 1
