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
from netboard.interpret.changes import changes_between
from netboard.interpret.oncogenicity import assess
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.interpret.structural import with_oncogenicity
from netboard.model.effect import Effect, EffectSource, NmdRule, SmallEvent
from netboard.model.evidence import Knowledge
from netboard.model.result import Finding, Interpretation
from netboard.model.variant import Build


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
        findings=[_reassessed(finding, knowledge) for finding in stored.findings],
        non_coding=stored.non_coding,
        provenance={**stored.provenance, **provenance},
        counts=stored.counts,
        ref_check=stored.ref_check,
        warnings=stored.warnings,
        extra=stored.extra,
    )
    return interpret(given, knowledge, settings, today)


def changes(old: Interpretation, new: Interpretation) -> list[str]:
    """Return one sentence per statement, arm, subgroup, significance or tier that differs between the two."""
    return [change.text for change in changes_between(old, new)]


def _reassessed(finding: Finding, knowledge: Knowledge) -> Finding:
    gene = knowledge.panel.genes.get(finding.gene)
    if finding.type == "copy_number":
        return with_oncogenicity(finding, gene, knowledge.oncogenicity)
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
    common = knowledge.alterations.figure("common_frequency")
    anew = assess(effect, gene, build, finding.population_frequency, source, knowledge.oncogenicity, common)
    return replace(finding, oncogenicity=anew)
