"""From alleles and their effects to findings: the reported events of genes.

Each allele's effects become findings (one per gene), and what lies outside coding sequence, splice sites
and promoters is stored as non-coding; copy number and rearrangements have a module of their own
(``structural``). Thresholds only flag; filters of the caller are kept and shown, never applied in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from netboard.interpret.oncogenicity import assess, near_splice_site
from netboard.interpret.origin import origin_of
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect, NmdRule
from netboard.model.result import Finding, Locus, NonCoding, UpstreamNote
from netboard.model.standard import AlterationRules, Standard
from netboard.model.variant import Panel, Support, Variant

_READINGS = {
    "truncating": "Cuts the protein short",
    "splice": "Changes a canonical splice site",
    "start_loss": "Removes the start codon",
    "in_frame": "Adds or removes residues in frame",
    "missense": "Exchanges a residue",
    "hotspot": "Recurrent cancer allele",
    "promoter": "Changes the promoter",
    "synonymous": "Leaves the protein unchanged",
    "undetermined": "Effect not determined",
}
#: Why a transcript with a premature stop may escape decay.
_ESCAPES: Mapping[NmdRule, str] = {
    "single_exon": "it has one exon only",
    "last_exon": "new stop in the last exon",
    "last_50_bases_of_penultimate_exon": "new stop in the last 50 bases of the exon before the last",
    "first_150_coding_bases": "new stop among the first 150 coding bases",
}
_DAMAGING = ("truncating", "splice", "start_loss", "hotspot")


def finding_of(
    variant: Variant,
    effect: Effect,
    panel: Panel,
    settings: Settings,
    *,
    matched_normal: bool,
    standard: Standard = Standard(),  # noqa: B008  (frozen)
    rules: AlterationRules = AlterationRules(),  # noqa: B008  (frozen)
) -> Finding:
    """Return the finding that ``effect`` of ``variant`` is (the caller leaves out ``non_coding``).

    ``standard`` and ``rules`` are those of the knowledge base.
    """
    gene = panel.genes.get(effect.gene)
    frequency, frequency_source = _frequency(variant, effect)
    common = rules.figure("common_frequency")
    oncogenicity = assess(effect, gene, variant.build, frequency, frequency_source, standard, common)
    damaging = effect.event in _DAMAGING and oncogenicity.significance == "pathogenic"
    origin, basis = origin_of(
        variant,
        gene,
        matched_normal=matched_normal,
        damaging=damaging,
        frequency=(frequency, frequency_source),
        rules=rules,
    )
    level = support_level(variant.support, settings)
    common_allele = frequency is not None and frequency >= common and not effect.hotspot_exact
    return Finding(
        id=finding_id(effect.gene, variant.chrom, variant.pos, variant.ref, variant.alt),
        type="small_variant",
        gene=effect.gene,
        event=effect.event,
        variant=Locus(variant.build, variant.chrom, variant.pos, variant.ref, variant.alt),
        hgvsg=effect.hgvsg,
        hgvsc=effect.hgvsc,
        hgvsc_unshifted=effect.hgvsc_unshifted,
        hgvsp=effect.hgvsp,
        transcript=effect.transcript or None,
        transcript_status=effect.transcript_status or None,
        consequence=effect.terms,
        consequence_source=effect.source,
        exon=f"{effect.exon}/{effect.exon_count}" if effect.exon and effect.exon_count else None,
        intron=f"{effect.intron}/{effect.exon_count - 1}" if effect.intron and effect.exon_count else None,
        nmd_escape=effect.nmd_escape,
        nmd_rule=effect.nmd_rule,
        residue=effect.residue,
        hotspot=effect.hotspot,
        hotspot_exact=effect.hotspot_exact,
        possible=_open_readings(effect),
        upstream=_upstream(effect),
        conflict=effect.conflict,
        reading=_reading(effect),
        vaf=share_of_reads(variant.support),
        depth=variant.support.depth,
        alt_depth=variant.support.alt_depth,
        vaf_source=variant.support.source or None,
        support=level,
        filter=";".join(variant.filters) or ".",
        filter_passed=variant.passed,
        phase=variant.phase,
        origin=origin,
        origin_basis=basis,
        population_frequency=frequency,
        population_source=frequency_source or None,
        flags=_flags(variant, effect, level, common=common_allele),
        oncogenicity=oncogenicity,
        record=variant.written,
        ref_check=variant.ref_check,
    )


def _flags(variant: Variant, effect: Effect, level: str, *, common: bool) -> tuple[str, ...]:
    flags = [*effect.flags]
    if common:
        flags.append("common_in_population")
    if level == "low":
        flags.append("low_support")
    if not variant.passed:
        flags.append("filtered_by_caller")
    if not variant.filters:
        flags.append("no_filter_applied")
    return tuple(dict.fromkeys([*flags, *variant.support.notes]))


def finding_id(gene: str, chrom: str, pos: int, ref: str, alt: str) -> str:
    """Return a stable id: gene and allele, the allele shortened by a digest where it is long."""
    change = f"{ref}-{alt}"
    if len(change) > 60:
        change = hashlib.sha256(change.encode()).hexdigest()[:16]
    return f"{gene}:{chrom}-{pos}-{change}"


def support_level(support: Support, settings: Settings) -> str:
    """Return ``adequate``, ``low`` or ``unknown`` for the reads that carry the allele."""
    vaf = share_of_reads(support)
    if support.alt_depth is None and vaf is None:
        return "unknown"
    if support.alt_depth is not None and support.alt_depth < settings.min_alt_reads:
        return "low"
    if vaf is not None and vaf < settings.min_vaf:
        return "low"
    return "adequate"


def non_coding_of(variant: Variant, effect: Effect) -> NonCoding:
    """Return the stored form of a panel variant that is no finding."""
    return NonCoding(
        gene=effect.gene,
        chrom=variant.chrom,
        pos=variant.pos,
        ref=variant.ref,
        alt=variant.alt,
        consequence="&".join(effect.terms),
        filter=";".join(variant.filters) or ".",
        vaf=share_of_reads(variant.support),
        hgvsc=effect.hgvsc or effect.hgvsc_unshifted,
    )


def _frequency(variant: Variant, effect: Effect) -> tuple[float | None, str]:
    """Return the highest population frequency that the record, its annotation or the table states."""
    stated = [(variant.population_frequency, variant.population_source)]
    stated += [(call.population_frequency, call.population_source) for call in effect.upstream]
    known = [(share, source) for share, source in stated if share is not None]
    return max(known, key=lambda item: item[0]) if known else (None, "")


def _open_readings(effect: Effect) -> tuple[str, ...]:
    readings: list[str] = [*effect.possible]
    if effect.conflict and not effect.proved:
        readings.extend([effect.event, *(call.event for call in effect.upstream)])
    return tuple(dict.fromkeys(item for item in readings if item not in ("undetermined", "non_coding")))


def _upstream(effect: Effect) -> UpstreamNote | None:
    """Return what annotators said, the first that differs in the class of event at the head."""
    notes = []
    for call in effect.upstream:
        same = call.event == effect.event or {call.event, effect.event} == {"missense", "hotspot"}
        agrees = None if "undetermined" in (call.event, effect.event) else same
        notes.append(
            UpstreamNote(
                call.key,
                call.transcript,
                call.terms,
                call.hgvsc,
                call.hgvsp,
                call.chosen_by,
                agrees,
                compound=call.compound,
                remarks=call.remarks,
            )
        )
    if not notes:
        return None
    head = next((note for note in notes if note.agrees is False), notes[0])
    return replace(head, others=tuple(note for note in notes if note is not head))


def _reading(effect: Effect) -> str:
    text = _READINGS[effect.event]
    if effect.event == "undetermined":
        remedy = effect.remedy or "effect not determined"
        return remedy[0].upper() + remedy[1:]
    if effect.nmd_rule:
        text += f"; the transcript may escape nonsense-mediated decay ({_ESCAPES[effect.nmd_rule]})"
    if effect.event == "synonymous" and near_splice_site(effect):
        text += ", near a splice site: splicing may change"
    if effect.hotspot and not effect.hotspot_exact:
        text += f"; at the recurrent residue of {effect.hotspot}, by another change"
    return text


def share_of_reads(support: Support) -> float | None:
    """Return the VAF with four digits, from the counts where the file states no fraction."""
    vaf = support.vaf
    if vaf is None and support.depth and support.alt_depth is not None:
        vaf = support.alt_depth / support.depth
    return None if vaf is None else round(vaf, 4)


def split_effects(
    pairs: Sequence[tuple[Variant, Sequence[Effect]]],
) -> tuple[list[tuple[Variant, Effect]], list[tuple[Variant, Effect]]]:
    """Return (coding or otherwise reportable, non-coding) pairs of allele and effect."""
    reportable: list[tuple[Variant, Effect]] = []
    rest: list[tuple[Variant, Effect]] = []
    for variant, effects in pairs:
        for effect in effects:
            (rest if effect.event == "non_coding" else reportable).append((variant, effect))
    return reportable, rest
