"""How a report reads a statement whose rule fits: the one place that keeps what was measured by another
assay out of therapy lines and certain prognosis."""

from __future__ import annotations

from typing import Literal

from netboard.model.evidence import Assertion, Clause, EventClause, GroupClause

#: ``therapy``: a line of its own; ``background``: a standing option or one of another assay;
#: ``certain``: prognosis, diagnosis or predisposition as measured; ``related``: shown beside, since the
#: source measured something else than DNA; ``never``: no line at all.
Reading = Literal["therapy", "background", "certain", "related", "never"]

#: Ways of measuring that a DNA event can answer for a treatment.
_ANSWERABLE = ("dna", "clinical")


def reading(assertion: Assertion) -> Reading:
    """Return how a report reads ``assertion`` where its rule is yes."""
    if assertion.kind == "predictive":
        if not asks_for_event(assertion.when):
            return "background"
        return "therapy" if assertion.measured_by in _ANSWERABLE else "never"
    return "certain" if assertion.measured_by == "dna" else "related"


def asks_for_event(clause: Clause) -> bool:
    """Whether a rule asks for an event of a gene anywhere."""
    if isinstance(clause, GroupClause):
        return any(asks_for_event(part) for part in clause.clauses)
    return isinstance(clause, EventClause)
