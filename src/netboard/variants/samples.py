"""From the records of the panel to the variants of one sample, each record counted once.

For each sample ``in_targets == kept + sum(skipped)``, counted in records: a record is kept when any of its
alleles is, else it is skipped for the reason of its most telling allele. An allele is in the sample when
GT holds it. Where GT is missing or absent, as somatic callers leave it, the record itself is the call. GT
that holds the reference alone is a negative, but for an exact known hotspot with enough alternate reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from netboard.model.variant import (
    Build,
    CopyNumber,
    Counts,
    Rearrangement,
    Support,
    Variant,
)
from netboard.variants.junctions import structural_support
from netboard.variants.records import (
    AltKind,
    Filters,
    Genotype,
    Record,
    caller_status,
    kind_of_alt,
    parse_genotype,
    phase_of,
    population_frequency,
    shown_filters,
)
from netboard.variants.roles import Role
from netboard.variants.rows import Packed, Rows, joined
from netboard.variants.site import Key, Site
from netboard.variants.spans import GeneSpans
from netboard.variants.support import Evidence, normal_of_merged, second_tier_reads, support_of

#: Alternate reads from which a known hotspot is kept although the genotype is reference.
HOTSPOT_READS = 3
#: Why a record is skipped, the reason that tells most first.
REASONS: dict[str, str] = {
    "reference_genotype": "the genotype holds none of its alternate alleles",
    "no_call": "no genotype was called and no alternate reads are stated",
    "no_alternate_reads": "the file states that no read of the sample carries it",
    "genotype_of_another_allele": "the genotype names an allele that the record does not hold",
    "duplicate_record": "the same allele stands in an earlier record",
    "no_panel_gene_at_breakpoint": "no breakpoint lies in a gene of the panel",
    "no_panel_gene_in_stretch": "the stretch holds no gene of the panel",
    "symbolic_without_end": "its symbolic allele says neither END nor SVLEN",
    "symbolic_allele_not_read": "its symbolic allele is of no kind that is read",
    "invalid_allele": "its ALT is not a sequence of the bases A, C, G and T",
    "no_change": "REF and ALT are the same",
    "overlapping_deletion": "its allele * speaks of a deletion in another record",
    "gvcf_block": "it is a reference block",
    "no_alternate_allele": "it has no alternate allele",
}
_RANK = {reason: i for i, reason in enumerate(REASONS)}
_KIND_REASON: dict[AltKind, str] = {
    "none": "no_alternate_allele",
    "overlapping_deletion": "overlapping_deletion",
    "gvcf_block": "gvcf_block",
    "invalid": "invalid_allele",
}
#: Reasons that leave open what the sample has there: nothing found then says nothing.
_UNREAD = frozenset(
    {
        "no_call",
        "invalid_allele",
        "symbolic_without_end",
        "symbolic_allele_not_read",
        "genotype_of_another_allele",
    }
)
#: Records without an allele of their own leave it open when the sample's genotype is missing.
_BLOCKS = frozenset({"gvcf_block", "no_alternate_allele"})
_NO_INFO: Mapping[str, str] = {}


class RowMaker(Protocol):
    """Writes a variant of a sample as one line of a table; positions are 0-based."""

    def __call__(
        self,
        build: Build,
        sample: str,
        chrom: str,
        start: int,
        ref: str,
        alt: str,
        filters: tuple[str, ...],
        support: Support,
    ) -> str:
        """Return the line without its line feed."""
        ...

    def plain(self, sample: str, key: Key, support: str, filters: str, genes: str) -> str:
        """Return the line of a substitution whose other cells are known already."""
        ...

    def support(self, ref_reads: int, alt_reads: int) -> str:
        """Return the cells that show two counts."""
        ...

    def genes(self, build: Build, chrom: str, start: int, end: int) -> str:
        """Return the cell that names the genes of a stretch."""
        ...

    def borders(self, build: Build, chrom: str) -> Iterable[int]:
        """Return the positions at which :meth:`genes` changes."""
        ...


_MOST_READS = 10**9


def _rank(filters: tuple[str, ...], alt_reads: int | None) -> int:
    """Return which of two records of one allele speaks: passed, then with more alternate reads stated."""
    return shown_filters(filters).rank + (-1 if alt_reads is None else min(alt_reads, _MOST_READS))


@dataclass
class Gathered:
    """What a collector gathered, without what it needs to gather more.

    Of records that repeat an allele the one of the higher rank speaks: passed, then with counted reads.
    ``packed`` holds the rows once all are gathered.
    """

    variants: list[Variant] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    packed: Packed = field(default_factory=Packed)
    copy_numbers: list[CopyNumber] = field(default_factory=list)
    rearrangements: list[Rearrangement] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    merged_normal: bool = False
    #: Stretches (chromosome, 0-based start, end) of records that could not be read for this sample, each
    #: with the class of event that it leaves open: ``small_variants`` or ``copy_number``.
    unread: list[tuple[str, int, int, str]] = field(default_factory=list)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        # A cohort sends thousands from process to process: as plain values that takes a third of the time.
        assert not len(self.rows), "rows are packed before they are sent"
        return _gathered, (
            self.variants, tuple(self.packed), self.copy_numbers, self.rearrangements, dict(self.skipped),
            self.kept, self.merged_normal, self.unread,
        )  # fmt: skip


def _gathered(variants: list[Variant], packed: tuple[Any, ...], *others: Any) -> Gathered:
    copy_numbers, rearrangements, skipped, kept, merged_normal, unread = others
    return Gathered(
        variants, Rows(), Packed(*packed), copy_numbers, rearrangements, Counter(skipped), kept, merged_normal,
        unread,
    )  # fmt: skip


@dataclass
class Collector:
    """Gathers the variants of one tumour sample."""

    role: Role
    build: Build
    genes: GeneSpans
    #: Whether INFO speaks of this sample: the file has no other.
    info_is_own: bool
    #: Number of tumour samples of the file: beyond one, a missing genotype is no call.
    tumours: int
    on_skip: Callable[[str], None] | None = None
    #: Writes each variant as a line at once; no :class:`Variant` is then made.
    row: RowMaker | None = None
    found: Gathered = field(default_factory=Gathered)
    _by_key: dict[Key, int] = field(default_factory=dict)

    def take(self, site: Site) -> None:
        """Count a record, and keep what it says of this sample."""
        record = site.record
        fields = record.sample(self.role.tumour)
        genotype = parse_genotype(fields.get("GT"))
        if len(site.kinds) == 1:
            reason = self._allele(site, 0, site.kinds[0], genotype, (self._support(site, 0, fields),))
            if reason:
                self._note_unread(record, reason, site.kinds[0])
                self.skip(record, reason, noted=True)
            else:
                self.found.kept += 1
            return
        reasons: list[tuple[str, AltKind]] = []
        kept = False
        supports = [self._support(site, i, fields) for i in range(len(record.alts))]
        for i, kind in enumerate(site.kinds):
            reason = self._allele(site, i, kind, genotype, supports)
            kept = kept or not reason
            if reason:
                reasons.append((reason, kind))
        for reason, kind in reasons:
            self._note_unread(record, reason, kind)
        if kept:
            self.found.kept += 1
        else:
            self.skip(record, min((reason for reason, _ in reasons), key=_RANK.__getitem__), noted=True)

    def drain(self) -> list[Variant]:
        """Return the variants gathered since, and forget what was gathered."""
        found, self.found = self.found.variants, Gathered()
        self._by_key.clear()
        return found

    def skip(self, record: Record, reason: str, *, noted: bool = False) -> None:
        """Count a record as skipped for ``reason``; ``noted`` says that its place was remembered already."""
        self.found.skipped[reason] += 1
        if not noted:
            self._note_unread(record, reason, *(kind_of_alt(alt) for alt in record.alts))
        if self.on_skip is not None:
            place = f"line {record.line}: " if record.line is not None else ""
            sample = f"sample {self.role.name}: " if self.tumours > 1 else ""
            self.on_skip(f"{place}{sample}{record.name} skipped ({reason}): {REASONS[reason]}")

    def _note_unread(self, record: Record, reason: str, *kinds: AltKind) -> None:
        """Remember a place that this sample's record leaves open."""
        if reason not in _UNREAD and not (reason in _BLOCKS and self._uncalled(record)):
            return
        end = record.info.get("END", "")
        last = int(end) if end.isdigit() and len(end) < 12 else record.start + len(record.ref)
        scope = "copy_number" if "symbolic" in kinds else "small_variants"
        self.found.unread.append((record.chrom, record.start, max(last, record.start + 1), scope))

    def _uncalled(self, record: Record) -> bool:
        genotype = parse_genotype(record.sample(self.role.tumour).get("GT"))
        return genotype is not None and genotype.missing

    def _evidence(self, site: Site, i: int, fields: Mapping[str, str], own_info: bool) -> Evidence:
        record = site.record
        info: Mapping[str, str] = record.info if own_info and self.info_is_own else _NO_INFO
        return Evidence(fields, info, record.ref, record.alts[i].upper(), i, len(record.alts))

    def _support(self, site: Site, i: int, fields: Mapping[str, str]) -> Support:
        evidence = self._evidence(site, i, fields, own_info=True)
        if site.kinds[i] in ("symbolic", "breakend"):
            return structural_support(evidence)
        if site.kinds[i] != "sequence":
            return Support()
        found = support_of(evidence)
        # Structural callers also write insertions and deletions out as bases.
        return found if found.alt_depth is not None or found.vaf is not None else structural_support(evidence)

    def _allele(
        self, site: Site, i: int, kind: AltKind, genotype: Genotype | None, supports: Sequence[Support]
    ) -> str:
        """Keep ALT number ``i`` when the sample has it; return why not, or ``""``."""
        if kind in _KIND_REASON:
            return _KIND_REASON[kind]
        if kind == "sequence" and site.alleles[i] is None:
            return "no_change" if site.record.alts[i].upper() == site.record.ref else "invalid_allele"
        support = supports[i]
        if genotype is None or i + 1 not in genotype.alleles:
            absent, note = self._absent(site, i, genotype, supports)
            if absent:
                return absent
            if note:
                support = replace(support, notes=(*support.notes, note))
        if kind == "sequence":
            keep = self._keep_variant if self.row is None else self._keep_row
            return keep(site, i, support)
        return self._keep_structural(site, i, support)

    def _absent(
        self, site: Site, i: int, genotype: Genotype | None, supports: Sequence[Support]
    ) -> tuple[str, str]:
        """Return for an allele that GT does not hold (why the sample has it not, or ""; why it has)."""
        reads, vaf = supports[i].alt_depth, supports[i].vaf
        if genotype is not None and not genotype.missing:
            if any(number is not None and number > len(supports) for number in genotype.alleles):
                if reads:
                    return "", "the genotype names an allele that the record does not hold; its reads speak"
                return "genotype_of_another_allele", ""
            if reads is not None and reads >= HOTSPOT_READS and site.hotspot(i) is not None:
                return "", f"the genotype is reference; kept as a known hotspot with {reads} alternate reads"
            return "reference_genotype", ""
        if reads == 0 and self.role.tumour is not None:
            if second_tier_reads(
                self._evidence(site, i, site.record.sample(self.role.tumour), own_info=False)
            ):
                return "", "no read of the first tier, some of the second"
            # Of no reads at all nothing can be said.
            return ("no_call" if supports[i].depth == 0 else "no_alternate_reads"), ""
        # A junction inferred from depth (PURPLE) has neither genotype nor reads: the record is the call.
        missing = genotype is not None and genotype.missing and site.kinds[i] == "sequence"
        if (missing or self.tumours > 1) and not reads and not vaf and self.role.tumour is not None:
            if missing and self._caller_writes_no_genotypes(site):
                return "", "the genotype is missing: the record itself is taken as the call"
            return "no_call", ""
        if genotype is not None and genotype.missing and self.role.tumour is not None:
            return "", "the genotype is missing: the record itself is taken as the call"
        return "", ""

    def _caller_writes_no_genotypes(self, site: Site) -> bool:
        """Whether a missing genotype is the caller's way: it says SOMATIC, or the normal has none either."""
        record = site.record
        if caller_status(record.info, record.sample(self.role.tumour)) == "somatic":
            return True
        if self.role.normal is None or self.tumours > 1:
            return False
        normal = parse_genotype(record.sample(self.role.normal).get("GT"))
        return normal is not None and normal.missing

    def _keep_variant(self, site: Site, i: int, support: Support) -> str:
        record, allele = site.record, site.alleles[i]
        assert allele is not None
        fields, normal = record.sample(self.role.tumour), record.sample(self.role.normal)
        frequency, frequency_source = population_frequency(record.info, i)
        variant = Variant(
            build=self.build, chrom=record.chrom, start=allele.start, ref=allele.ref, alt=allele.alt,
            sample=self.role.name, support=support, normal_support=self._normal(site, i, fields, normal),
            filters=record.filters, genotype=fields.get("GT"), normal_genotype=normal.get("GT"),
            phase=phase_of(fields, i + 1), caller_status=caller_status(record.info, fields),
            annotation=site.annotation, population_frequency=frequency, population_source=frequency_source,
            written=record.written, line=record.line, changes=allele.changes, alt_index=i,
            ref_written=record.ref_written, alt_written=record.alts[i], ref_check=site.ref_check,
        )  # fmt: skip
        key = (variant.chrom, variant.start, variant.ref, variant.alt)
        earlier = self._by_key.get(key)
        if earlier is None:
            self._by_key[key] = len(self.found.variants)
            self.found.variants.append(variant)
            return ""
        known = self.found.variants[earlier]
        if _rank(variant.filters, support.alt_depth) > _rank(known.filters, known.support.alt_depth):
            # The better record speaks; the count stays that of one allele.
            self.found.variants[earlier] = variant
        return "duplicate_record"

    def _keep_row(self, site: Site, i: int, support: Support) -> str:
        """Keep what :meth:`_keep_variant` keeps, as a line."""
        record, allele = site.record, site.alleles[i]
        assert allele is not None
        assert self.row is not None
        if self.role.normal is None and "DPC" in record.format:
            fields = record.sample(self.role.tumour)
            self._normal(site, i, fields, {})
        key = (record.chrom, allele.start, allele.ref, allele.alt)
        line = self.row(self.build, self.role.name, *key, record.filters, support)
        new = self.found.rows.keep(key, _rank(record.filters, support.alt_depth), line)
        return "" if new else "duplicate_record"

    def keep_plain(self, key: Key, filters: Filters, genes: str, support: tuple[int, str]) -> None:
        """Keep and count a plain record (see ``plain``) as a line.

        ``support`` holds the alternate reads and the cells of the table that show it.
        """
        row, found = self.row, self.found
        assert row is not None
        reads, cells = support
        line = row.plain(self.role.name, key, cells, filters.written, genes)
        if found.rows.keep(key, filters.rank + reads, line):
            found.kept += 1
        else:
            found.skipped["duplicate_record"] += 1

    def add(self, parts: Sequence[Gathered]) -> bool:
        """Add what was gathered from consecutive ranges of the file, as rows.

        Return False when an allele was gathered twice: its records must be read in order.
        """
        found = self.found
        packed = joined([part.packed for part in parts])
        if packed is None:
            return False
        found.packed = packed
        for later in parts:
            found.copy_numbers.extend(later.copy_numbers)
            found.rearrangements.extend(later.rearrangements)
            found.skipped.update(later.skipped)
            found.kept += later.kept
            found.merged_normal = found.merged_normal or later.merged_normal
            found.unread.extend(later.unread)
        return True

    def _normal(
        self, site: Site, i: int, fields: Mapping[str, str], normal: Mapping[str, str]
    ) -> Support | None:
        if self.role.normal is not None:
            return support_of(self._evidence(site, i, normal, own_info=False))
        merged = normal_of_merged(self._evidence(site, i, fields, own_info=False))
        self.found.merged_normal = self.found.merged_normal or merged is not None
        return merged

    def _keep_structural(self, site: Site, i: int, support: Support) -> str:
        from netboard.variants.structural import read_structural

        found = read_structural(
            site.record, i, self.role.tumour, self.role.name, self.build, self.genes, support
        )
        normal = None
        if self.role.normal is not None:
            fields = site.record.sample(self.role.normal)
            normal = structural_support(self._evidence(site, i, fields, own_info=False))
        if found.copy_number is not None:
            self.found.copy_numbers.append(replace(found.copy_number, normal_support=normal))
        if found.rearrangement is not None:
            self.found.rearrangements.append(replace(found.rearrangement, normal_support=normal))
        return found.reason

    def counts(self, records: int | None, in_targets: int, contigs: tuple[str, ...]) -> Counts:
        """Return the counts of the sample; they add up by construction, which is asserted."""
        found = self.found
        assert in_targets == found.kept + sum(found.skipped.values())
        return Counts(records, in_targets, found.kept, dict(sorted(found.skipped.items())), contigs)
