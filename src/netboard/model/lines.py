"""Lines of a result that rest on the knowledge base: therapies, trial arms, prognosis, comparisons, changes.

They are part of the JSON contract (:mod:`netboard.model.result`), as is the proof that each rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

from netboard.model.evidence import Truth
from netboard.model.proof import Proof


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """Design, patients and tumour of the evidence behind a line."""

    design: str
    patients: int | None
    tumour: str
    numbers: str = ""


@dataclass(frozen=True, slots=True)
class TherapyLine:
    """A candidate therapy statement: sensitivity, resistance or no benefit."""

    id: str
    drugs: tuple[str, ...]
    direction: str
    #: ``yes`` or ``unknown``; a statement that does not apply is not listed.
    match: str
    level: str
    context_match: str
    evidence: EvidenceNote
    because: tuple[str, ...]
    sources: tuple[str, ...]
    conflicts_with: tuple[str, ...] = ()
    statement: str = ""
    genes: tuple[str, ...] = ()
    tier_amp: str | None = None
    tier_escat: str | None = None
    approval: str = ""
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    status: str = ""
    #: Where the drug stands for this patient: approved_here, approved_elsewhere, approval_open,
    #: preclinical or no_approval_entered; empty for resistance and no benefit.
    standing: str = ""
    #: What that rests on, and for approval_open the fields that would settle it.
    standing_basis: str = ""
    #: Year of the newest source.
    year: int | None = None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One arm of a trial against this sample."""

    nct: str
    arm: str
    molecular: Truth
    context: Truth
    match: Truth
    status: str
    as_of: str
    other_arm_fits: bool
    reasons: tuple[Proof, ...]
    title: str = ""
    #: Key of the arm in the knowledge base; ``NCT/arm_id`` names its evaluation.
    arm_id: str = ""
    drugs: tuple[str, ...] = ()
    phase: str = ""
    historical: bool = False
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    #: Whether the status may be relied on today: current, not_current, not_dated or historical.
    status_state: str = ""
    #: Tests or fields of which each alone would settle an arm that is unknown, whatever came out.
    settled_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrognosisLine:
    """A prognostic, diagnostic or predisposing statement: match is yes, related or unknown."""

    gene: str
    direction: str
    match: str
    because: tuple[str, ...]
    sources: tuple[str, ...]
    conflicts_with: tuple[str, ...] = ()
    id: str = ""
    kind: str = "prognostic"
    statement: str = ""
    measured_by: str = "dna"
    context_match: str = ""
    evidence: EvidenceNote | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonPoint:
    """One thing that speaks for or against a drug of a comparison, or that is not known."""

    drug: str
    #: ``for``, ``against`` or ``unknown``.
    side: str
    text: str
    #: What it rests on: ``finding``, ``context`` (whatever the genes), ``trial`` or ``pathway``.
    kind: str
    #: The statement or ``NCT/arm`` behind it; empty for pathway feedback.
    entry: str = ""
    because: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    level: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Drugs that a board sets against each other: every line on them in one place."""

    id: str
    title: str
    drugs: tuple[str, ...]
    #: ``yes``, or ``unknown`` where the context does not say whether the question arises here.
    match: str
    statement: str
    sources: tuple[str, ...]
    points: tuple[ComparisonPoint, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between a stored result and its reading with other knowledge, and why."""

    text: str
    #: Kind and name of the entry of the knowledge base that it rests on.
    kind: str
    name: str
    why: str = ""
