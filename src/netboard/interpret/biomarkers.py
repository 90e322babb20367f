"""Biomarkers as far as the input shows them; what it cannot show is said with what would show it.

The knowledge base says how each is read: from the context as given (``context_field``), from chromosome arms
(``chromosomes``), from a count of somatic variants (``burden``), or by rules over events, here. A scan of the
panel's genes alone never gives a mutational burden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netboard.interpret.burden import burden, counted_of, signature
from netboard.interpret.chromosomes import of_chromosomes, shares_of
from netboard.knowledge.logic import evaluate, leaves
from netboard.model.evidence import Biomarker, Clause, GroupClause, Knowledge, Truth
from netboard.model.facts import BiomarkerFact, Facts
from netboard.model.result import BiomarkerResult, Context, Evaluation, NotAssessed, Proof

#: Why a biomarker is not there, by how it is measured.
_WHY = {
    "ihc": "measured by immunohistochemistry, which a variant file does not hold",
    "rna": "measured by expression, which a variant file does not hold",
    "methylation": "measured by a methylation assay, which a variant file does not hold",
    "dna": "not read from single variants of the panel genes",
    "clinical": "not given with the sample",
}


def measured(
    context: Context, knowledge: Knowledge, extra: Mapping[str, Any]
) -> tuple[tuple[BiomarkerResult, ...], dict[str, BiomarkerFact]]:
    """Return the biomarkers to print that need no rule, and those that rules may ask.

    They come from the context as given, and from what ``extra`` holds of chromosome arms and of the count of
    somatic variants.
    """
    results: list[BiomarkerResult] = []
    facts: dict[str, BiomarkerFact] = {}
    shares, counted = shares_of(extra), counted_of(extra)
    for key, marker in knowledge.biomarkers.items():
        if marker.outcomes:
            continue
        if marker.arms is not None:
            result, fact = of_chromosomes(marker, shares)
        elif marker.burden is not None:
            result, fact = burden(marker, counted, context, knowledge)
        elif marker.signature is not None:
            result, fact = signature(marker, counted, context, knowledge)
        else:
            result, fact = _given(marker, context)
        if fact is not None:
            facts[key] = fact
        if marker.shown and not _excluded(marker, context, knowledge):
            results.append(result)
    return tuple(results), facts


def _excluded(marker: Biomarker, context: Context, knowledge: Knowledge) -> bool:
    if marker.context is None:
        return False
    return evaluate(marker.context, Facts(context=context), knowledge).value is Truth.NO


def by_rules(
    knowledge: Knowledge, facts: Facts
) -> tuple[tuple[BiomarkerResult, ...], tuple[Evaluation, ...]]:
    """Return the biomarkers that rules over events answer, and the evaluation of each with its proof.

    One whose context surely does not fit is not asked and not listed. Every outcome that holds is named; while
    none holds and one is unknown, the answer is unknown.
    """
    lines, evaluations = [], []
    for marker in knowledge.biomarkers.values():
        if not marker.outcomes or _excluded(marker, facts.context, knowledge):
            continue
        clauses = [
            outcome.when if marker.context is None else GroupClause("all_of", (outcome.when, marker.context))
            for outcome in marker.outcomes
        ]
        proof = evaluate(GroupClause("any_of", tuple(clauses)), facts, knowledge)
        lines.append(_line(marker, proof, knowledge, facts))
        rule = f"biomarker/{marker.id}"
        evaluations.append(Evaluation(rule, proof.value, proof.code, proof.because, proof.needs, proof))
    return tuple(lines), tuple(evaluations)


def _line(marker: Biomarker, proof: Proof, knowledge: Knowledge, facts: Facts) -> BiomarkerResult:
    value: str | None = None
    needs: tuple[str, ...] = (marker.settled_by,)
    if proof.value is Truth.UNKNOWN:
        found = proof.because
        parts = [
            f"open, although something was found: {', '.join(_named(found, facts))}"
            if found
            else _open(proof)
        ]
        needs = proof.needs or needs
    elif proof.value is Truth.NO:
        value, parts = "no", [marker.otherwise]
    else:
        held = [o for o, p in zip(marker.outcomes, proof.children, strict=True) if p.value is Truth.YES]
        value = "; ".join(o.value for o in held)
        parts = [f"{o.says.rstrip('.')} ({'; '.join(_events(o.when, facts, knowledge))})" for o in held]
    because = ". ".join(part.rstrip(".") for part in (*parts, marker.limits) if part)
    state = "not_assessed" if value is None else "estimated"
    return BiomarkerResult(
        marker.name, value, marker.unit, state, because, marker.id, needs, marker.sources
    )  # fmt: skip


def _events(clause: Clause, facts: Facts, knowledge: Knowledge) -> list[str]:
    """Return what shows a clause, by gene and event rather than by the finding's key."""
    proof = evaluate(clause, facts, knowledge)
    shown = [item for leaf in leaves(proof) if leaf.value is Truth.YES for item in leaf.because]
    return _named(shown, facts)


def _named(items: Iterable[str], facts: Facts) -> list[str]:
    names = {
        event.id: f"{event.gene} {event.label or event.event.replace('_', ' ')}"
        for events in facts.events.values()
        for event in events
    }
    return list(dict.fromkeys(names.get(item, item) for item in items))


def _open(proof: Proof) -> str:
    return f"the input does not show it ({proof.code.replace('_', ' ')})"


def _given(marker: Biomarker, context: Context) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    value = getattr(context, marker.context_field) if marker.context_field else None
    if value is None:
        why = _why(marker)
        return BiomarkerResult(marker.name, None, marker.unit, "not_assessed", why, marker.id), None
    why = "as given with the sample"
    result = BiomarkerResult(marker.name, value, marker.unit, "given", why, marker.id)
    return result, BiomarkerFact(value, marker.unit, "given")


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
    """Return each biomarker that the input could not show, left open or was refused, with what would show it."""
    remedies = {marker.name: marker.settled_by for marker in knowledge.biomarkers.values()}
    return [
        NotAssessed(result.name, result.because, "; ".join(result.needs) or remedies[result.name])
        for result in results
        if result.state in ("not_assessed", "refused", "open")
    ]


def _why(marker: Biomarker) -> str:
    if marker.context_field:
        return "not given with the sample"
    return _WHY.get(
        marker.measured_by, f"measured by {marker.measured_by}, which a variant file does not hold"
    )
