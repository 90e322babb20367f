"""Biomarkers as far as the input shows them; what it cannot show is said with what would show it.

A panel scan never sees the whole exome, so no mutational burden is computed from it. Values that the
user gives with the sample are passed on as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netboard.model.evidence import Biomarker, Knowledge
from netboard.model.facts import BiomarkerFact
from netboard.model.result import BiomarkerResult, Context, NotAssessed

#: Why a biomarker is not there, by how it is measured.
_WHY = {
    "ihc": "measured by immunohistochemistry, which a variant file does not hold",
    "rna": "measured by expression, which a variant file does not hold",
    "methylation": "measured by a methylation assay, which a variant file does not hold",
    "dna": "not read from single variants of the panel genes",
    "clinical": "not given with the sample",
}


def measured(
    context: Context, knowledge: Knowledge
) -> tuple[tuple[BiomarkerResult, ...], dict[str, BiomarkerFact]]:
    """Return the biomarkers to print, and those that rules may ask, from the context as given."""
    results: list[BiomarkerResult] = []
    facts: dict[str, BiomarkerFact] = {}
    for key, marker in knowledge.biomarkers.items():
        value = getattr(context, marker.context_field) if marker.context_field else None
        if value is None:
            results.append(BiomarkerResult(marker.name, None, marker.unit, "not_assessed", _why(marker)))
        else:
            results.append(
                BiomarkerResult(marker.name, value, marker.unit, "given", "as given with the sample")
            )
            facts[key] = BiomarkerFact(value, marker.unit, "given")
    return tuple(results), facts


def of_arms(extra: Mapping[str, Any]) -> tuple[BiomarkerResult, ...]:
    """Return the events of chromosome arms that a segment table shows, as one line; nothing without a table."""
    arms = (extra.get("copy_number") or {}).get("arms")
    if arms is None:
        return ()
    by_arm: dict[str, list[str]] = {}
    for item in arms:
        by_arm.setdefault(item["arm"], []).append(item["event"].replace("_", " "))
    text = "; ".join(f"{arm} {' and '.join(events)}" for arm, events in by_arm.items()) or "none"
    why = "from the segment table, where most of an arm shows it"
    return (BiomarkerResult("Events of chromosome arms", text, "", "estimated", why),)


def gaps(results: tuple[BiomarkerResult, ...], knowledge: Knowledge) -> list[NotAssessed]:
    """Return each biomarker that the input could not show, with the test that would."""
    remedies = {marker.name: marker.settled_by for marker in knowledge.biomarkers.values()}
    return [
        NotAssessed(result.name, result.because, remedies[result.name], "biomarker")
        for result in results
        if result.state == "not_assessed"
    ]


def _why(marker: Biomarker) -> str:
    if marker.context_field:
        return "not given with the sample"
    return _WHY.get(
        marker.measured_by, f"measured by {marker.measured_by}, which a variant file does not hold"
    )
