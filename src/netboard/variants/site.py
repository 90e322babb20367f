"""A record as all samples share it: the kind of each ALT, and its allele normalised once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netboard.model.variant import KnownAllele, SequenceProvider
from netboard.variants.normalise import Allele, bare, normalise
from netboard.variants.records import AltKind, Record, kind_of_alt

Key = tuple[str, int, str, str]
KnownKeys = Mapping[Key, KnownAllele]
_BASE = frozenset("ACGT")


@dataclass(slots=True)
class Site:
    """A record with what all samples share: the kind of each ALT and its normalised allele.

    ``known`` yields the recurrent alleles by key when they are first asked for.
    """

    record: Record
    kinds: tuple[AltKind, ...]
    alleles: tuple[Allele | None, ...]
    annotation: Mapping[str, str]
    ref_check: str
    known: Callable[[], KnownKeys]

    def hotspot(self, i: int) -> KnownAllele | None:
        """Return the recurrent allele that ALT number ``i`` is, if it is one."""
        allele = self.alleles[i]
        if allele is None:
            return None
        return self.known().get((self.record.chrom, *bare(allele.start, allele.ref, allele.alt)))

    @property
    def may_override_genotype(self) -> bool:
        """Whether a reference genotype must be looked at for reads of a known hotspot."""
        return any(self.hotspot(i) is not None for i in range(len(self.alleles)))


def make_site(
    record: Record,
    annotation: Mapping[str, str],
    ref_check: str,
    known: Callable[[], KnownKeys],
    sequence: SequenceProvider | None,
) -> Site:
    """Return a record with its alleles normalised once for all samples."""
    if (
        len(record.alts) == 1
        and len(record.ref) == 1
        and record.alts[0] in _BASE
        and record.alts != (record.ref,)
    ):
        # Most records: one base for another is normalised as it stands.
        return Site(
            record,
            ("sequence",),
            (Allele(record.start, record.ref, record.alts[0]),),
            annotation,
            ref_check,
            known,
        )
    kinds = tuple(kind_of_alt(alt) for alt in record.alts)
    # Beside <NON_REF> or * an allele is still the only one that the record calls.
    split = sum(k in ("sequence", "symbolic", "breakend") for k in kinds) > 1
    alleles: list[Allele | None] = []
    for alt, kind in zip(record.alts, kinds, strict=True):
        allele = None
        if kind == "sequence" and "N" not in alt.upper() and alt.upper() != record.ref:
            # Moving a REF that is not the genome's would place it at random.
            trusted = sequence if ref_check == "agree" else None
            allele = normalise(record.chrom, record.start, record.ref, alt.upper(), trusted, split=split)
        alleles.append(allele)
    return Site(record, kinds, tuple(alleles), annotation, ref_check, known)
