"""Assertions of the knowledge base against one sample: therapy lines, prognosis and the like.

A statement is listed only when something was found for it: an assertion whose event is unknown merely
because its gene was not looked at is no line of a report (the gap is listed under "not assessed").
What a source measured by staining, expression, methylation or imaging is never answered by a DNA
variant: such an assertion is at most ``related`` under prognosis and never a therapy line. A statement
that rests on the clinical context or on another assay's result alone is a standing option: background,
apart from what the genome says, listed with the missing field when only that keeps it open.
"""

from __future__ import annotations

from netboard.interpret.fit import FIT_ORDER, context_match, tiers
from netboard.interpret.standing import standing
from netboard.knowledge.logic import conjunction, evaluate, leaves
from netboard.knowledge.reading import reading
from netboard.model.evidence import Assertion, Knowledge, Truth
from netboard.model.facts import Facts
from netboard.model.result import Evaluation, EvidenceNote, PrognosisLine, Proof, TherapyLine

#: Evidence levels of CIViC from strongest to weakest; a blank one comes last.
_LEVELS = ("A", "B", "C", "D", "E", "")


def evaluate_assertions(
    knowledge: Knowledge, facts: Facts
) -> tuple[
    tuple[TherapyLine, ...], tuple[PrognosisLine, ...], tuple[TherapyLine, ...], tuple[Evaluation, ...]
]:
    """Return therapy lines, prognosis lines, background lines and the evaluation of every assertion."""
    therapies: list[TherapyLine] = []
    background: list[TherapyLine] = []
    prognosis: list[PrognosisLine] = []
    evaluations: list[Evaluation] = []
    for assertion in knowledge.assertions:
        when = evaluate(assertion.when, facts, knowledge)
        whole = when
        if assertion.context is not None:
            whole = conjunction(assertion.id, [when, evaluate(assertion.context, facts, knowledge)])
        evaluations.append(_evaluation(assertion, whole))
        if whole.value is Truth.NO:
            continue
        how = reading(assertion)
        if how == "background":
            if whole.value is Truth.YES or _tumour_fits(whole):
                background.append(_therapy(assertion, whole, when, facts, knowledge))
        elif how == "therapy":
            line = _therapy(assertion, whole, when, facts, knowledge)
            if line.because:
                therapies.append(line)
        elif how in ("certain", "related") and _finding_ids(when, facts):
            prognosis.append(_prognosis(assertion, whole, when, facts, knowledge))
    therapies.sort(key=_rank)
    prognosis.sort(key=lambda line: (line.gene, line.match != "yes", line.id))
    background.sort(key=_rank)
    return tuple(therapies), tuple(prognosis), tuple(background), tuple(evaluations)


def _tumour_fits(proof: Proof) -> bool:
    """Whether the statement names a tumour type and this one is of it, so that another gap keeps it open."""
    asked = [leaf for leaf in leaves(proof) if leaf.clause.startswith("tumour type:")]
    return bool(asked) and all(leaf.value is Truth.YES for leaf in asked)


def _evaluation(assertion: Assertion, proof: Proof) -> Evaluation:
    # The proof tree is kept where something was found; elsewhere code and need say it all.
    kept = proof if proof.because else None
    return Evaluation(assertion.id, proof.value, proof.code, proof.because, proof.needs, kept)


def _therapy(
    assertion: Assertion, whole: Proof, when: Proof, facts: Facts, knowledge: Knowledge
) -> TherapyLine:
    fit = context_match(assertion, facts.context, knowledge)
    amp, escat = tiers(assertion, fit, knowledge)
    sure = whole.value is Truth.YES
    stands, basis = standing(assertion, facts, knowledge)
    years = [knowledge.sources[key].year for key in assertion.sources if key in knowledge.sources]
    return TherapyLine(
        id=assertion.id,
        drugs=tuple(_drug_name(drug, knowledge) for drug in assertion.drugs),
        direction=assertion.direction,
        match="yes" if sure else "unknown",
        level=assertion.evidence.level,
        context_match=fit,
        evidence=_evidence(assertion),
        because=_finding_ids(when, facts),
        sources=assertion.sources,
        conflicts_with=assertion.conflicts_with,
        statement=assertion.statement,
        genes=assertion.genes,
        tier_amp=amp if sure else None,
        tier_escat=escat if sure else None,
        approval=assertion.approval,
        needs=() if sure else whole.needs,
        notes=_notes(assertion, knowledge),
        status=assertion.status,
        standing=stands,
        standing_basis=basis,
        year=max((year for year in years if year is not None), default=None),
    )


def _prognosis(
    assertion: Assertion, whole: Proof, when: Proof, facts: Facts, knowledge: Knowledge
) -> PrognosisLine:
    match = "yes" if whole.value is Truth.YES else "unknown"
    if match == "yes" and reading(assertion) == "related":
        match = "related"
    found = _finding_ids(when, facts)
    return PrognosisLine(
        gene=found[0].split(":", 1)[0],
        direction=assertion.direction,
        match=match,
        because=found,
        sources=assertion.sources,
        conflicts_with=assertion.conflicts_with,
        id=assertion.id,
        kind=assertion.kind,
        statement=assertion.statement,
        measured_by=assertion.measured_by,
        context_match=context_match(assertion, facts.context, knowledge),
        evidence=_evidence(assertion),
        needs=whole.needs if match == "unknown" else (),
    )


def _evidence(assertion: Assertion) -> EvidenceNote:
    evidence = assertion.evidence
    return EvidenceNote(evidence.design, evidence.patients, evidence.tumour, evidence.numbers)


def _finding_ids(proof: Proof, facts: Facts) -> tuple[str, ...]:
    if not proof.because:
        return ()
    known = {event.id for events in facts.events.values() for event in events}
    return tuple(item for item in proof.because if item in known)


def _drug_name(drug: str, knowledge: Knowledge) -> str:
    therapy = knowledge.therapies.get(drug)
    return therapy.name if therapy is not None else drug


def _notes(assertion: Assertion, knowledge: Knowledge) -> tuple[str, ...]:
    notes = [assertion.note] if assertion.note else []
    for drug in assertion.drugs:
        therapy = knowledge.therapies.get(drug)
        if therapy is not None:
            notes.extend(f"Pathway feedback: {text}" for text, _ in therapy.feedback)
    return tuple(dict.fromkeys(notes))


#: Designs of single patients, of models and of views.
_SLIGHT = ("case", "preclinical", "opinion", "review", "protocol")


def _slight(line: TherapyLine) -> bool:
    """Whether a single patient, a model or a view is all that stands behind a line.

    Asked before the level, so that a level set too high for a case cannot lift it above a controlled trial.
    """
    patients = line.evidence.patients
    return line.evidence.design in _SLIGHT or (patients is not None and patients < 2)


def _rank(line: TherapyLine) -> tuple[bool, bool, int, int, int, int, str]:
    """Sure before unknown, studies of patients before single patients, models and views; then level, fit
    and date (newest first), and of what is left the larger number of patients."""
    return (
        line.match != "yes",
        _slight(line),
        _LEVELS.index(line.level) if line.level in _LEVELS else len(_LEVELS),
        FIT_ORDER.index(line.context_match),
        -(line.year or 0),
        -(line.evidence.patients or 0),
        line.id,
    )
