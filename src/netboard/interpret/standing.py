"""Where the drugs of a statement stand for this patient: approved here, elsewhere, or not so far.

An approval is a rule on the clinical context, of the statement (for its marker) or of the drug (whatever
the genes), so it has three values like every other: a missing field leaves it open and is named. Where the
knowledge base holds no approval, that is said as such; it is never read as "not approved".
"""

from __future__ import annotations

from netboard.knowledge.logic import conjunction, evaluate
from netboard.model.evidence import Assertion, Knowledge, Truth
from netboard.model.facts import Facts
from netboard.model.result import Proof

#: Directions that speak for a drug, so that its approval is of interest.
_FOR = ("sensitivity", "unclear")


def standing(assertion: Assertion, facts: Facts, knowledge: Knowledge) -> tuple[str, str]:
    """Return the standing and what it rests on, both empty for resistance and no benefit."""
    if assertion.direction not in _FOR:
        return "", ""
    marker = evaluate(assertion.approved, facts, knowledge) if assertion.approved is not None else None
    if marker is not None and marker.value is Truth.YES:
        return "approved_here", "for this marker"
    drugs = _of_drugs(assertion, facts, knowledge)
    if drugs is not None and drugs.value is Truth.YES:
        return "approved_here", "whatever the genes, so not because of this finding"
    held = [proof for proof in (marker, drugs) if proof is not None]
    for proof in held:
        if proof.value is Truth.UNKNOWN:
            return "approval_open", f"settled by {'; '.join(proof.needs)}"
    if assertion.evidence.design == "preclinical":
        return "preclinical", "shown in animals or cells alone"
    if held:
        return "approved_elsewhere", "not for this tumour, grade, stage or earlier treatment"
    return "no_approval_entered", "investigational unless a label says otherwise: look it up"


def _of_drugs(assertion: Assertion, facts: Facts, knowledge: Knowledge) -> Proof | None:
    """Return whether every drug is approved whatever the genes, None where one has no such entry."""
    proofs = []
    for drug in assertion.drugs:
        therapy = knowledge.therapies.get(drug)
        if therapy is None or therapy.approved is None:
            return None
        proofs.append(evaluate(therapy.approved, facts, knowledge))
    return conjunction("approved", proofs) if proofs else None
