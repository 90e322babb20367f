"""Composes the interpretation of one sample.

Order: findings, then what was assessed, then facts, then the rules over them (therapies, trials,
prognosis, subgroups), then tiers of each finding, then gaps. The same composition serves a fresh VCF
and a stored result that is read again with other knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from netboard.interpret import assessed, biomarkers, gaps
from netboard.interpret.clonality import clonality_hints
from netboard.interpret.comparisons import comparisons
from netboard.interpret.copies import Cells, gene_copies
from netboard.interpret.facts import build_facts
from netboard.interpret.settings import Settings
from netboard.interpret.slice import knowledge_slice
from netboard.interpret.statements import evaluate_assertions
from netboard.interpret.subgroups import evaluate_subgroups
from netboard.interpret.trials import evaluate_trials
from netboard.interpret.two_hits import gene_alterations
from netboard.model.evidence import Knowledge
from netboard.model.facts import Coverage
from netboard.model.result import (
    Context,
    Finding,
    GeneAssessment,
    Interpretation,
    NonCoding,
    TherapyLine,
)

#: AMP/ASCO/CAP tiers and ESCAT tiers from best to worst, for the tier that a finding carries.
_AMP_ORDER = ("I-A", "I-B", "II-C", "II-D", "III", "IV")
_ESCAT_ORDER = ("I-A", "I-B", "I-C", "II-A", "II-B", "III-A", "III-B", "IV-A", "IV-B", "V", "X")

_EVENT_ORDER = (
    "hotspot", "truncating", "splice", "start_loss", "fusion", "deletion", "amplification", "promoter",
    "in_frame", "missense", "loss_of_heterozygosity", "disruption", "undetermined", "synonymous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleInput:
    """What is known of a sample before any rule is asked."""

    sample: str
    context: Context
    #: Assay as printed, with its thresholds.
    assay: Mapping[str, Any]
    coverage: Mapping[str, Mapping[str, Coverage]]
    findings: Sequence[Finding]
    non_coding: Sequence[NonCoding] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)
    ref_check: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    #: Further parts of the result, stored as they are (copies per gene, events of chromosome arms).
    extra: Mapping[str, Any] = field(default_factory=dict)


def interpret(given: SampleInput, knowledge: Knowledge, settings: Settings, today: date) -> Interpretation:
    """Return the interpretation of one sample against ``knowledge``.

    ``today`` decides which trial statuses are still current.
    """
    results, marker_facts = biomarkers.measured(given.context, knowledge, given.extra)
    facts = build_facts(given.findings, given.coverage, marker_facts, given.context)
    by_rules, marker_evaluations = biomarkers.by_rules(knowledge, facts)
    results = (*results, *by_rules)
    therapies, prognosis, background, evaluations = evaluate_assertions(knowledge, facts)
    trials, trial_evaluations = evaluate_trials(knowledge, facts, settings, today)
    subgroups, group_evaluations = evaluate_subgroups(knowledge, facts)
    compared = comparisons(knowledge, facts, therapies, background, trials)
    findings = tuple(sorted((_tiered(item, therapies) for item in given.findings), key=_finding_rank))
    promoters = frozenset(gene.symbol for gene in knowledge.panel.genes.values() if gene.promoters)
    genes: tuple[GeneAssessment, ...] = assessed.gene_assessments(given.coverage, findings, promoters)
    copies, rules = gene_copies(given.extra), knowledge.alterations
    cells = Cells(given.context.purity, given.context.sex)
    alterations = gene_alterations(findings, given.coverage, copies, cells, knowledge.panel, rules)
    hints = clonality_hints(findings, copies, cells, rules)
    return Interpretation(
        sample=given.sample,
        context=given.context,
        assay=given.assay,
        provenance=given.provenance,
        counts={**given.counts, "set_aside": _set_aside(findings)},
        ref_check=given.ref_check,
        findings=findings,
        non_coding=tuple(given.non_coding),
        genes=genes,
        evaluations=(*evaluations, *trial_evaluations, *marker_evaluations, *group_evaluations),
        biomarkers=(*biomarkers.of_arms(given.extra), *results),
        therapies=therapies,
        trials=trials,
        prognosis=prognosis,
        subgroups=subgroups,
        not_assessed=gaps.not_assessed(
            given.coverage,
            findings,
            biomarkers.gaps(results, knowledge),
            given.context,
            promoters,
            waiting=gaps.waiting((*therapies, *background), trials),
            alterations=alterations,
            clonality=hints,
            standard=knowledge.oncogenicity,
        ),
        knowledge_slice=knowledge_slice(
            knowledge,
            given.context,
            findings,
            (*therapies, *background),
            trials,
            prognosis,
            (*subgroups, *results),
            compared,
        ),
        warnings=tuple(given.warnings),
        background=background,
        comparisons=compared,
        alterations=alterations,
        clonality=hints,
        extra=given.extra,
    )


def _set_aside(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings are set aside by reason; they are kept, and stand apart in each output."""
    common = sum("common_in_population" in finding.flags for finding in findings)
    return {"common_in_population": common} if common else {}


def _finding_rank(finding: Finding) -> tuple[bool, bool, int, str, int]:
    onco = finding.oncogenicity
    order = _EVENT_ORDER.index(finding.event) if finding.event in _EVENT_ORDER else len(_EVENT_ORDER)
    return (
        not finding.filter_passed,
        onco is not None and onco.significance != "pathogenic",
        order,
        finding.gene,
        finding.variant.pos if finding.variant is not None else 0,
    )


def _tiered(finding: Finding, therapies: Sequence[TherapyLine]) -> Finding:
    """Give the finding the best tier among the therapy lines that rest on it and surely apply."""
    lines = [line for line in therapies if finding.id in line.because and line.match == "yes"]
    amp = _best([(line.tier_amp, line.id) for line in lines], _AMP_ORDER)
    escat = _best([(line.tier_escat, line.id) for line in lines], _ESCAT_ORDER)
    onco = finding.oncogenicity
    fallback = "III" if onco is not None and onco.significance == "uncertain" else None
    if onco is not None and onco.significance == "benign":
        fallback = "IV"
    return replace(
        finding,
        tier_amp=amp[0] or fallback,
        tier_escat=escat[0],
        tier_set_by=tuple(dict.fromkeys(name for _, name in (amp, escat) if name)),
    )


def _best(tiers: Sequence[tuple[str | None, str]], order: Sequence[str]) -> tuple[str | None, str]:
    """Return the best tier and the first statement that bears it, or (None, "") where there is none."""
    held = [(tier, name) for tier, name in tiers if tier in order]
    return min(held, key=lambda item: order.index(item[0] or ""), default=(None, ""))
