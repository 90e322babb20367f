"""Copy-number calls and rearrangements as findings of genes.

A loss or gain counts for a gene when it touches one of its exons. What touches introns only, and calls
that are no event (a gain below amplification, a neutral stretch), is stored with the other variants, so
that every panel record of the file leaves its trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from netboard.interpret.events import finding_id, share_of_reads, support_level
from netboard.interpret.oncogenicity import assess_deletion
from netboard.interpret.origin import junction_origin
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.result import Finding, Locus, NonCoding
from netboard.model.standard import AlterationRules, Standard
from netboard.model.variant import Build, CopyNumber, Gene, Panel, Rearrangement, Transcript

_EVENTS = ("deletion", "loss_of_heterozygosity", "amplification")


def copy_number_findings(
    calls: Iterable[CopyNumber],
    knowledge: Knowledge,
    settings: Settings,
    *,
    from_records: bool,
) -> tuple[list[Finding], list[NonCoding]]:
    """Return (findings, stored rest) of copy-number calls, one for each gene that a call touches.

    ``from_records`` says that each call is a record of the variant file, none of which may vanish; of a
    segment table, which covers everything, only events are kept.
    """
    found: list[Finding] = []
    rest: list[NonCoding] = []
    rules = knowledge.alterations
    for call in calls:
        for gene in knowledge.panel.genes.values():
            models = gene.models(call.build)
            if not models or not _touches(models[0], call):
                continue
            hit = any(call.start < end and call.end > start for start, end in models[0].exons)
            if hit and call.call in _EVENTS:
                finding = _finding(call, models[0], settings, rules)
                found.append(with_oncogenicity(finding, gene, knowledge.oncogenicity))
            elif hit and call.call == "unknown" and from_records:
                found.append(_undetermined(call, models[0], settings, rules))
            elif from_records:
                rest.append(_stored(call, gene.symbol, hit))
    return found, rest


def with_oncogenicity(finding: Finding, gene: Gene | None, standard: Standard) -> Finding:
    """Return a copy-number finding with its points, which only deletions of tumour suppressors have."""
    if finding.event != "deletion":
        return finding
    whole = "covers_part_of_the_gene" not in finding.flags
    coding = whole or _takes_coding_bases(finding, gene)
    return replace(finding, oncogenicity=assess_deletion(gene, standard, whole=whole, coding=coding))


def _takes_coding_bases(finding: Finding, gene: Gene | None) -> bool:
    """Whether a deletion takes a base of the coding stretch; of a model without one every exon counts."""
    place = finding.variant
    models = gene.models(cast("Build", place.build)) if gene is not None and place is not None else ()
    if place is None or place.end is None or not models:
        return True
    return any(place.pos - 1 < end and place.end > start for start, end in models[0].coding())


def _touches(model: Transcript, call: CopyNumber) -> bool:
    return model.chrom == call.chrom and call.start < model.exons[-1][1] and call.end > model.exons[0][0]


def _finding(call: CopyNumber, model: Transcript, settings: Settings, rules: AlterationRules) -> Finding:
    whole = call.start <= model.exons[0][0] and call.end >= model.exons[-1][1]
    passed = all(item in ("PASS", ".") for item in call.filters)
    origin, basis = junction_origin(call.normal_support, rules)
    level = support_level(call.support, settings)
    return Finding(
        id=finding_id(model.gene, call.chrom, call.start + 1, str(call.end), call.call),
        type="copy_number",
        gene=model.gene,
        event=call.call,
        variant=Locus(call.build, call.chrom, call.start + 1, "N", "<CN>", end=call.end),
        consequence=("transcript_ablation",) if call.call == "deletion" and whole else (),
        consequence_source=call.source,
        reading=call.call.replace("_", " ").capitalize() + ("" if whole else " of part of the gene"),
        vaf=share_of_reads(call.support),
        depth=call.support.depth,
        alt_depth=call.support.alt_depth,
        vaf_source=call.support.source or None,
        support=level,
        filter=";".join(call.filters) or ".",
        filter_passed=passed,
        origin=origin,
        origin_basis=basis,
        flags=(*([] if whole else ["covers_part_of_the_gene"]), *_doubts(level, passed=passed)),
        record=call.written,
        total_copy_number=call.total,
        minor_copy_number=call.minor,
    )


def _doubts(level: str, *, passed: bool) -> tuple[str, ...]:
    """Return the flags of a call that few reads carry or that the caller's filters stopped."""
    named = (("low_support", level == "low"), ("filtered_by_caller", not passed))
    return tuple(flag for flag, on in named if on)


def _undetermined(call: CopyNumber, model: Transcript, settings: Settings, rules: AlterationRules) -> Finding:
    """Return the finding of a record whose number of copies the file does not tell."""
    return replace(
        _finding(call, model, settings, rules),
        event="undetermined",
        possible=_EVENTS,
        reading="Copy number not determined: the file does not tell the number of copies",
        consequence=(),
    )


def _stored(call: CopyNumber, gene: str, hit: bool) -> NonCoding:
    copies = f", {call.total:g} copies" if call.total is not None else ""
    what = f"copy number {call.call.replace('_', ' ')}{copies}" if hit else "intron_variant (copy number)"
    return NonCoding(
        gene=gene,
        chrom=call.chrom,
        pos=call.start + 1,
        ref="N",
        alt=f"<CN:{call.start + 1}-{call.end}>",
        consequence=what,
        filter=";".join(call.filters) or ".",
        vaf=share_of_reads(call.support),
    )


def rearrangement_findings(
    calls: Iterable[Rearrangement],
    panel: Panel,
    settings: Settings,
    rules: AlterationRules = AlterationRules(),  # noqa: B008  (frozen)
) -> list[Finding]:
    """Return one finding per panel gene at either end of a rearrangement."""
    found: dict[str, Finding] = {}
    for call in calls:
        ends = [(call.gene, call.chrom, call.start, call.mate_gene)]
        if call.mate_chrom is not None and call.mate_start is not None and call.mate_gene != call.gene:
            ends.append((call.mate_gene, call.mate_chrom, call.mate_start, call.gene))
        for gene, chrom, start, mate in ends:
            if gene not in panel.genes:
                continue
            finding = _rearrangement_finding(call, gene, chrom, start, mate, settings, rules)
            found.setdefault(finding.id, finding)
    return list(found.values())


def _rearrangement_finding(
    call: Rearrangement,
    gene: str,
    chrom: str,
    start: int,
    mate: str,
    settings: Settings,
    rules: AlterationRules,
) -> Finding:
    far_chrom, far_start = (
        (call.mate_chrom, call.mate_start) if gene == call.gene else (call.chrom, call.start)
    )
    place = f"{far_chrom}:{far_start + 1}" if far_chrom is not None and far_start is not None else "unknown"
    event = "fusion" if mate and mate != gene else "disruption"
    partner = f" with {mate}" if event == "fusion" else ""
    origin, basis = junction_origin(call.normal_support, rules)
    level = support_level(call.support, settings)
    passed = all(item in ("PASS", ".") for item in call.filters)
    return Finding(
        id=finding_id(gene, chrom, start + 1, call.kind, place),
        type="rearrangement",
        gene=gene,
        event=event,
        variant=Locus(call.build, chrom, start + 1, "N", f"<{call.kind}>"),
        consequence_source=call.source,
        reading=_reading(call, partner),
        vaf=share_of_reads(call.support),
        depth=call.support.depth,
        alt_depth=call.support.alt_depth,
        vaf_source=call.support.source or None,
        support=level,
        filter=";".join(call.filters) or ".",
        filter_passed=passed,
        origin=origin,
        origin_basis=basis,
        flags=_doubts(level, passed=passed),
        record=call.written,
        mate=f"{mate or 'no panel gene'} ({place})",
    )


def _reading(call: Rearrangement, partner: str) -> str:
    if call.kind == "FUSION":
        return f"Fusion transcript{partner} ({call.source}); what it does to the protein is not weighed here"
    return f"Breakpoint inside the gene{partner}; the reading frame is not told by DNA breakpoints alone"
