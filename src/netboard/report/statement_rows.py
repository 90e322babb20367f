"""What the page shows of statements, rules and trials: rows and groups, ready for a template."""

from __future__ import annotations

from dataclasses import dataclass

from netboard.report.references import Identifier


@dataclass(frozen=True, slots=True)
class Link:
    """A finding as another line names it; ``anchor`` is empty when the finding is not on the page."""

    anchor: str
    label: str


@dataclass(frozen=True, slots=True)
class ProofNode:
    """A clause of a rule with its outcome in words, and the clauses beneath it."""

    value: str
    text: str
    children: tuple[ProofNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a line of the report rests on, clause by clause."""

    anchor: str
    title: str
    node: ProofNode


@dataclass(frozen=True, slots=True)
class TherapyRow:
    """A therapy statement as a table shows it."""

    drugs: str
    statement: str
    direction: str
    match: str
    because: tuple[Link, ...]
    design: str
    patients: str
    tumour: str
    numbers: str
    level: str
    tiers: str
    fit: str
    approval: str
    #: Approved here, elsewhere, open, preclinical or not entered, with what that rests on.
    standing: str
    year: str
    #: Key of the statement in the knowledge base: it sets the tiers of the line.
    entry: str
    references: tuple[int, ...]
    conflicts: tuple[str, ...]
    needs: tuple[str, ...]
    notes: tuple[str, ...]
    #: Anchor of its rule, clause by clause; empty when no proof is stored.
    rule: str


@dataclass(frozen=True, slots=True)
class TherapyGroup:
    """Therapy statements of one direction."""

    key: str
    title: str
    rows: tuple[TherapyRow, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an arm has its value: one line, with the value of the clause or clauses it speaks of."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm of a trial."""

    name: str
    drugs: str
    molecular: str
    context: str
    match: str
    reasons: tuple[Reason, ...]
    rule: str
    #: What alone would settle an unknown arm.
    settled_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialBlock:
    """A trial with its arms side by side."""

    identifier: Identifier
    title: str
    status: str
    historical: bool
    both_arms: bool
    arms: tuple[ArmRow, ...]
    notes: tuple[str, ...]
    references: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A prognostic, diagnostic or predisposing statement."""

    kind: str
    direction: str
    match: str
    statement: str
    because: tuple[Link, ...]
    evidence: str
    measured_by: str
    fit: str
    references: tuple[int, ...]
    #: Contradicting statements that stand nowhere else in the report.
    conflicts: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseRow:
    """The prognostic statements about one gene, those for a better beside those for a worse course."""

    gene: str
    better: tuple[CourseEntry, ...]
    worse: tuple[CourseEntry, ...]
    unclear: tuple[CourseEntry, ...]
