"""Reads a stored result again with other knowledge, without the VCF.

Alleles, effects, reads and coverage stay as stored; significance and every rule are asked anew. A gene
that was added to the panel since was never looked at: it is not covered, not absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from netboard.interpret.assessed import stored_coverage
from netboard.interpret.oncogenicity import assess
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect, EffectSource, NmdRule, SmallEvent
from netboard.model.evidence import Knowledge
from netboard.model.result import Finding, Interpretation
from netboard.model.variant import Build, Panel


def reinterpret(
    stored: Interpretation,
    knowledge: Knowledge,
    settings: Settings,
    today: date,
    provenance: Mapping[str, Any],
) -> Interpretation:
    """Return ``stored`` interpreted against ``knowledge``.

    ``provenance`` is laid over the stored one (versions and hash of the new knowledge, command, date).
    """
    given = SampleInput(
        sample=stored.sample,
        context=stored.context,
        assay=stored.assay,
        coverage=stored_coverage(stored.genes, knowledge.panel),
        findings=[_reassessed(finding, knowledge.panel) for finding in stored.findings],
        non_coding=stored.non_coding,
        provenance={**stored.provenance, **provenance},
        counts=stored.counts,
        ref_check=stored.ref_check,
        warnings=stored.warnings,
        extra=stored.extra,
    )
    return interpret(given, knowledge, settings, today)


def changes(old: Interpretation, new: Interpretation) -> list[str]:
    """Return one sentence per statement, arm or significance that differs between two interpretations."""
    lines: list[str] = []
    before = {line.id: line for line in old.therapies}
    after = {line.id: line for line in new.therapies}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            lines.append(f"therapy statement {key} is new ({now.match}): {now.statement}")
        elif now is None and was is not None:
            lines.append(f"therapy statement {key} no longer applies: {was.statement}")
        elif was is not None and now is not None and was.match != now.match:
            lines.append(f"therapy statement {key}: {was.match} -> {now.match}")
    arms = {(line.nct, line.arm): line for line in old.trials}
    for arm in new.trials:
        known = arms.get((arm.nct, arm.arm))
        value = known.match.value if known is not None else "not in the knowledge base"
        if value != arm.match.value:
            lines.append(f"{arm.nct}, {arm.arm}: {value} -> {arm.match.value}")
        if known is not None and known.status != arm.status:
            lines.append(f"{arm.nct}: status {known.status} -> {arm.status}")
    significance = {item.id: item.oncogenicity for item in old.findings}
    for item in new.findings:
        was_onco = significance.get(item.id)
        if was_onco and item.oncogenicity and was_onco.significance != item.oncogenicity.significance:
            lines.append(f"{item.id}: {was_onco.significance} -> {item.oncogenicity.significance}")
    return lines


def _reassessed(finding: Finding, panel: Panel) -> Finding:
    if finding.type != "small_variant" or finding.variant is None:
        return finding
    effect = Effect(
        gene=finding.gene,
        event=cast("SmallEvent", finding.event),
        terms=finding.consequence,
        source=cast("EffectSource", finding.consequence_source),
        residue=finding.residue,
        nmd_escape=finding.nmd_escape,
        nmd_rule=cast("NmdRule | None", finding.nmd_rule),
        hotspot=finding.hotspot,
        hotspot_exact=finding.hotspot_exact,
    )
    build = cast("Build", finding.variant.build)
    source = finding.population_source or ""
    anew = assess(effect, panel.genes.get(finding.gene), build, finding.population_frequency, source)
    return replace(finding, oncogenicity=anew)
