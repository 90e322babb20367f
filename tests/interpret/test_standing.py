"""Where a drug stands for this patient: an approval that is not entered is never read as a refusal."""

from __future__ import annotations

import pytest

from netboard.interpret.standing import standing
from netboard.model.evidence import Assertion, ContextClause, Evidence, Knowledge, Therapy
from netboard.model.facts import Facts
from netboard.model.result import Context
from netboard.model.variant import Panel

#: With a tumour of grade G2 these are surely met, surely not met, and open.
_YES, _NO = ContextClause("grade", ("G2",)), ContextClause("grade", ("G1",))
_OPEN = ContextClause("stage", ("metastatic",))
_FACTS = Facts(context=Context(grade="G2"))
_THERAPIES = {
    "here": Therapy("here", "Here", approved=_YES),
    "elsewhere": Therapy("elsewhere", "Elsewhere", approved=_NO),
    "open": Therapy("open", "Open", approved=_OPEN),
    "bare": Therapy("bare", "Bare"),
}
_BASE = Knowledge(Panel({}, ()), (), (), _THERAPIES, {}, {}, (), (), "0", "0", "2026-01-01")
_FOR_MARKER = "for this marker"
_ANYWAY = "whatever the genes, so not because of this finding"
_STAGE = "settled by stage of this patient"
_NOT_THIS = "not for this tumour, grade, stage or earlier treatment"
_LOOK_UP = "investigational unless a label says otherwise: look it up"


def _stands(
    *drugs: str,
    approved: ContextClause | None = None,
    direction: str = "sensitivity",
    design: str = "phase 2",
) -> tuple[str, str]:
    says = Assertion(
        "s1",
        "predictive",
        direction,  # type: ignore[arg-type]
        "words",
        _YES,
        drugs=drugs,
        evidence=Evidence("B", design),
        approved=approved,
    )
    return standing(says, _FACTS, _BASE)


@pytest.mark.parametrize(
    ("approved", "drugs", "told"),
    [
        (_YES, ("elsewhere",), ("approved_here", _FOR_MARKER)),
        (_YES, ("here",), ("approved_here", _FOR_MARKER)),
        (_NO, ("here",), ("approved_here", _ANYWAY)),
        (_OPEN, ("here",), ("approved_here", _ANYWAY)),
        (None, ("here",), ("approved_here", _ANYWAY)),
        (_OPEN, ("elsewhere",), ("approval_open", _STAGE)),
        (_NO, ("open",), ("approval_open", _STAGE)),
        (None, ("here", "open"), ("approval_open", _STAGE)),
        (_NO, (), ("approved_elsewhere", _NOT_THIS)),
        (None, ("elsewhere",), ("approved_elsewhere", _NOT_THIS)),
        (None, ("here", "elsewhere"), ("approved_elsewhere", _NOT_THIS)),
        (None, ("here", "bare"), ("no_approval_entered", _LOOK_UP)),
        (None, ("here", "unlisted"), ("no_approval_entered", _LOOK_UP)),
        (None, (), ("no_approval_entered", _LOOK_UP)),
        (_NO, ("bare",), ("approved_elsewhere", _NOT_THIS)),
    ],
)
def test_an_approval_counts_for_the_marker_first_then_for_all_drugs_together(
    approved: ContextClause | None, drugs: tuple[str, ...], told: tuple[str, str]
) -> None:
    assert _stands(*drugs, approved=approved) == told


@pytest.mark.parametrize(
    ("drugs", "approved", "state"),
    [
        (("elsewhere",), None, "preclinical"),
        ((), None, "preclinical"),
        (("open",), None, "approval_open"),
        ((), _YES, "approved_here"),
    ],
)
def test_work_on_models_stands_as_such_unless_an_approval_is_there_or_open(
    drugs: tuple[str, ...], approved: ContextClause | None, state: str
) -> None:
    assert _stands(*drugs, approved=approved, design="preclinical")[0] == state


@pytest.mark.parametrize(
    ("direction", "asked"),
    [("sensitivity", True), ("unclear", True), ("resistance", False), ("no_benefit", False)],
)
def test_of_a_drug_that_is_advised_against_no_approval_is_asked(direction: str, asked: bool) -> None:
    found = _stands("here", direction=direction)
    assert found == (("approved_here", _ANYWAY) if asked else ("", ""))
