"""Drugs that a board sets against each other: for, against and unknown, gathered from every line on them.

Nothing is weighed here. A line that surely applies speaks for or against by its direction; one that a gap
keeps open is unknown and names the gap; a trial's allocation is unknown whatever its match, since a
protocol is no evidence; a standing option whose conditions this patient does not meet speaks against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netboard.knowledge.logic import conjunction, evaluate, leaves
from netboard.knowledge.reading import reading
from netboard.model.evidence import Assertion, Knowledge, Truth
from netboard.model.facts import Facts
from netboard.model.result import Comparison, ComparisonPoint, TherapyLine, TrialLine

_SIDES = {"sensitivity": "for", "resistance": "against", "no_benefit": "against"}
_ORDER = ("for", "against", "unknown")


def comparisons(
    knowledge: Knowledge,
    facts: Facts,
    therapies: Sequence[TherapyLine],
    background: Sequence[TherapyLine],
    trials: Sequence[TrialLine],
) -> tuple[Comparison, ...]:
    """Return the comparisons that arise in this context, or may arise once it is known."""
    found = []
    for rule in knowledge.comparisons:
        arises = evaluate(rule.context, facts, knowledge)
        if arises.value is Truth.NO:
            continue
        points = [
            replace(point, drug=_name(drug, knowledge))
            for drug in rule.drugs
            for point in sorted(
                _points(drug, knowledge, facts, (therapies, background), trials),
                key=lambda point: _ORDER.index(point.side),
            )
        ]
        found.append(
            Comparison(
                id=rule.id,
                title=rule.title,
                drugs=tuple(_name(drug, knowledge) for drug in rule.drugs),
                match=arises.value.value,
                statement=rule.statement,
                sources=rule.sources,
                points=tuple(points),
                needs=arises.needs if arises.value is Truth.UNKNOWN else (),
            )
        )
    return tuple(found)


def _points(
    drug: str,
    knowledge: Knowledge,
    facts: Facts,
    lines: tuple[Sequence[TherapyLine], Sequence[TherapyLine]],
    trials: Sequence[TrialLine],
) -> Iterator[ComparisonPoint]:
    name = _name(drug, knowledge)
    options = [point for item in knowledge.assertions for point in _not_met(drug, item, facts, knowledge)]
    for kind, listed in zip(("finding", "context"), lines, strict=True):
        for line in listed:
            if name in line.drugs:
                point = _line(drug, kind, line)
                options += [point] if kind == "context" and line.direction == "sensitivity" else []
                yield point
    yield from (point for point in options if point.side == "against")
    if not options:
        yield from _approval(drug, facts, knowledge)
    for arm in trials:
        if name in arm.drugs and arm.match is not Truth.NO:
            yield _arm(drug, arm)
    therapy = knowledge.therapies.get(drug)
    for note, source in therapy.feedback if therapy is not None else ():
        yield ComparisonPoint(drug, "unknown", f"Pathway feedback: {note}", "pathway", sources=(source,))


def _line(drug: str, kind: str, line: TherapyLine) -> ComparisonPoint:
    sure = line.match == "yes"
    return ComparisonPoint(
        drug=drug,
        side=_SIDES.get(line.direction, "unknown") if sure else "unknown",
        text=line.statement or line.id,
        kind=kind,
        entry=line.id,
        because=line.because,
        needs=line.needs,
        sources=line.sources,
        level=line.level,
        standing=line.standing,
    )


def _not_met(
    drug: str, assertion: Assertion, facts: Facts, knowledge: Knowledge
) -> Iterator[ComparisonPoint]:
    """Yield a standing option of this tumour type whose other conditions the patient does not meet."""
    if drug not in assertion.drugs or reading(assertion) != "background":
        return
    parts = [part for part in (assertion.when, assertion.context) if part is not None]
    whole = conjunction(assertion.id, [evaluate(part, facts, knowledge) for part in parts])
    if whole.value is not Truth.NO or assertion.direction != "sensitivity":
        return
    asked = leaves(whole)
    if not any(leaf.clause.startswith("tumour type:") and leaf.value is Truth.YES for leaf in asked):
        return
    yield ComparisonPoint(
        drug=drug,
        side="against",
        text=f"Its conditions are not met here ({'; '.join(whole.because)}): {assertion.statement}",
        kind="context",
        entry=assertion.id,
        because=whole.because,
        sources=assertion.sources,
    )


def _approval(drug: str, facts: Facts, knowledge: Knowledge) -> Iterator[ComparisonPoint]:
    """Yield what its approval says here, where no standing option of this tumour type speaks of the drug."""
    therapy = knowledge.therapies.get(drug)
    if therapy is None or therapy.approved is None:
        return
    proof = evaluate(therapy.approved, facts, knowledge)
    told = "; ".join(therapy.approvals) or "an approval is entered"
    text = {
        Truth.YES: f"Approved for this context: {told}",
        Truth.NO: f"Approved, but not for this context ({'; '.join(proof.because)}): {told}",
        Truth.UNKNOWN: f"Whether its approval covers this context is open: {told}",
    }
    yield ComparisonPoint(
        drug=drug,
        side={Truth.YES: "for", Truth.NO: "against", Truth.UNKNOWN: "unknown"}[proof.value],
        text=text[proof.value],
        kind="context",
        because=proof.because,
        needs=proof.needs if proof.value is Truth.UNKNOWN else (),
        sources=therapy.sources,
    )


def _arm(drug: str, arm: TrialLine) -> ComparisonPoint:
    value = "would take this patient" if arm.match is Truth.YES else "may take this patient"
    over = f" ({arm.status}, no option today)" if arm.historical else ""
    return ComparisonPoint(
        drug=drug,
        side="unknown",
        text=f"{arm.nct}, {arm.arm}: its rule {value}{over}; an allocation is no evidence",
        kind="trial",
        entry=f"{arm.nct}/{arm.arm_id}",
        because=tuple(
            dict.fromkeys(item for leaf in arm.reasons if leaf.value is Truth.YES for item in leaf.because)
        ),
        needs=arm.settled_by,
        sources=arm.sources,
    )


def _name(drug: str, knowledge: Knowledge) -> str:
    therapy = knowledge.therapies.get(drug)
    return therapy.name if therapy is not None else drug
