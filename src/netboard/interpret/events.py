"""From alleles and their effects to findings: the reported events of genes.

Order of the work: each allele's effects become findings (one per gene), copy-number calls and
rearrangements follow, and what lies outside coding sequence, splice sites and promoters is stored as
non-coding. Thresholds only flag; filters of the caller are kept and shown, never applied in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from netboard.interpret.oncogenicity import assess
from netboard.interpret.origin import COMMON_FREQUENCY, origin_of
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect
from netboard.model.result import Finding, Locus, NonCoding, UpstreamNote
from netboard.model.variant import CopyNumber, Panel, Rearrangement, Support, Variant

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
_DAMAGING = ("truncating", "splice", "start_loss", "hotspot")


def finding_of(
    variant: Variant, effect: Effect, panel: Panel, settings: Settings, *, matched_normal: bool
) -> Finding:
    """Return the finding that ``effect`` of ``variant`` is (the caller leaves out ``non_coding``)."""
    gene = panel.genes.get(effect.gene)
    frequency, frequency_source = _frequency(variant, effect)
    oncogenicity = assess(effect, gene, variant.build, frequency, frequency_source)
    damaging = effect.event in _DAMAGING and oncogenicity.significance == "pathogenic"
    origin, basis = origin_of(variant, gene, matched_normal=matched_normal, damaging=damaging)
    level = support_level(variant.support, settings)
    flags = [*effect.flags]
    if frequency is not None and frequency >= COMMON_FREQUENCY:
        flags.append("common_in_population")
    if level == "low":
        flags.append("low_support")
    if not variant.passed:
        flags.append("filtered_by_caller")
    if not variant.filters:
        flags.append("no_filter_applied")
    flags.extend(variant.support.notes)
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
        nmd_escape=effect.nmd_escape,
        residue=effect.residue,
        hotspot=effect.hotspot,
        hotspot_exact=effect.hotspot_exact,
        possible=_open_readings(effect),
        upstream=_upstream(effect),
        conflict=effect.conflict,
        reading=_reading(effect),
        vaf=_rounded(variant.support),
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
        flags=tuple(dict.fromkeys(flags)),
        oncogenicity=oncogenicity,
        record=variant.written,
        ref_check=variant.ref_check,
    )


def finding_id(gene: str, chrom: str, pos: int, ref: str, alt: str) -> str:
    """Return a stable id: gene and allele, the allele shortened by a digest where it is long."""
    change = f"{ref}-{alt}"
    if len(change) > 60:
        change = hashlib.sha256(change.encode()).hexdigest()[:16]
    return f"{gene}:{chrom}-{pos}-{change}"


def support_level(support: Support, settings: Settings) -> str:
    """Return ``adequate``, ``low`` or ``unknown`` for the reads that carry the allele."""
    vaf = _rounded(support)
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
        vaf=_rounded(variant.support),
        hgvsc=effect.hgvsc or effect.hgvsc_unshifted,
    )


def copy_number_findings(calls: Iterable[CopyNumber], panel: Panel) -> list[Finding]:
    """Return one finding per gene that a copy-number call with an event overlaps."""
    found = []
    for call in calls:
        if call.call not in ("deletion", "loss_of_heterozygosity", "amplification"):
            continue
        for gene in panel.genes.values():
            span = _span(gene.symbol, panel, call)
            if span is None:
                continue
            whole = call.start <= span[0] and call.end >= span[1]
            found.append(_copy_number_finding(call, gene.symbol, whole=whole))
    return found


def _span(symbol: str, panel: Panel, call: CopyNumber) -> tuple[int, int] | None:
    models = panel.genes[symbol].models(call.build)
    if not models or models[0].chrom != call.chrom:
        return None
    start, end = models[0].exons[0][0], models[0].exons[-1][1]
    return (start, end) if call.start < end and call.end > start else None


def _copy_number_finding(call: CopyNumber, symbol: str, *, whole: bool) -> Finding:
    flags = [] if whole else ["covers_part_of_the_gene"]
    return Finding(
        id=finding_id(symbol, call.chrom, call.start + 1, str(call.end), call.call),
        type="copy_number",
        gene=symbol,
        event=call.call,
        variant=Locus(call.build, call.chrom, call.start + 1, "N", "<CN>", end=call.end),
        consequence=("transcript_ablation",) if call.call == "deletion" and whole else (),
        consequence_source=call.source,
        reading=call.call.replace("_", " ").capitalize() + ("" if whole else " of part of the gene"),
        support="unknown",
        filter=";".join(call.filters) or ".",
        filter_passed=all(item in ("PASS", ".") for item in call.filters),
        origin_basis="copy number tells no origin",
        flags=tuple(flags),
        record=call.written,
        total_copy_number=call.total,
        minor_copy_number=call.minor,
    )


def rearrangement_findings(calls: Iterable[Rearrangement], panel: Panel) -> list[Finding]:
    """Return one finding per panel gene at either end of a rearrangement."""
    found: dict[str, Finding] = {}
    for call in calls:
        ends = [(call.gene, call.chrom, call.start, call.mate_gene)]
        if call.mate_chrom is not None and call.mate_start is not None and call.mate_gene != call.gene:
            ends.append((call.mate_gene, call.mate_chrom, call.mate_start, call.gene))
        for gene, chrom, start, mate in ends:
            if gene not in panel.genes:
                continue
            finding = _rearrangement_finding(call, gene, chrom, start, mate)
            found.setdefault(finding.id, finding)
    return list(found.values())


def _rearrangement_finding(call: Rearrangement, gene: str, chrom: str, start: int, mate: str) -> Finding:
    far_chrom, far_start = (
        (call.mate_chrom, call.mate_start) if gene == call.gene else (call.chrom, call.start)
    )
    place = f"{far_chrom}:{far_start + 1}" if far_chrom is not None and far_start is not None else "unknown"
    event = "fusion" if mate and mate != gene else "disruption"
    partner = f" with {mate}" if event == "fusion" else ""
    return Finding(
        id=finding_id(gene, chrom, start + 1, call.kind, place),
        type="rearrangement",
        gene=gene,
        event=event,
        variant=Locus(call.build, chrom, start + 1, "N", f"<{call.kind}>"),
        consequence_source=call.source,
        reading=f"Breakpoint inside the gene{partner}; the reading frame is not told by DNA breakpoints alone",
        vaf=_rounded(call.support),
        depth=call.support.depth,
        alt_depth=call.support.alt_depth,
        vaf_source=call.support.source or None,
        support="unknown",
        filter=";".join(call.filters) or ".",
        filter_passed=all(item in ("PASS", ".") for item in call.filters),
        origin_basis="not told for rearrangements",
        record=call.written,
        mate=f"{mate or 'no panel gene'} ({place})",
    )


def _frequency(variant: Variant, effect: Effect) -> tuple[float | None, str]:
    if variant.population_frequency is not None:
        return variant.population_frequency, variant.population_source
    for call in effect.upstream:
        if call.population_frequency is not None:
            return call.population_frequency, call.population_source
    return None, ""


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
                call.key, call.transcript, call.terms, call.hgvsc, call.hgvsp, call.chosen_by, agrees
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
    if effect.nmd_escape:
        text += "; the transcript may escape nonsense-mediated decay"
    if effect.hotspot and not effect.hotspot_exact:
        text += f"; at the recurrent residue of {effect.hotspot}, by another change"
    return text


def _rounded(support: Support) -> float | None:
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
