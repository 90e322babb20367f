"""Drugs set against each other: on which side each line speaks, in which words, and what keeps one open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from netboard.interpret.comparisons import comparisons
from netboard.model.evidence import (
    Assertion,
    Clause,
    ComparisonRule,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    Therapy,
    Truth,
    TumourType,
)
from netboard.model.facts import Facts
from netboard.model.lines import Comparison, ComparisonPoint, EvidenceNote, TherapyLine, TrialLine
from netboard.model.proof import Proof
from netboard.model.result import Context
from netboard.model.variant import Panel

HERE = ContextClause("tumour_type", ("PANET",))
G12 = ContextClause("grade", ("G1", "G2"))
TYPES = {code: TumourType(code, code, oncotree=True) for code in ("PANET", "LUNET")}
RULE = ComparisonRule(
    "x", "X alone", ("drugx",), ContextClause("tumour_type", ("PANET",)), "no trial", ("rule",)
)
PANET = Context(tumour_type="PANET", grade="G1")
DRUG_X = Therapy("drugx", "drug X")


def _compare(
    *assertions: Assertion,
    context: Context = PANET,
    rule: ComparisonRule = RULE,
    therapies: Mapping[str, Therapy] | None = None,
    lines: Sequence[TherapyLine] = (),
    background: Sequence[TherapyLine] = (),
    trials: Sequence[TrialLine] = (),
) -> tuple[Comparison, ...]:
    drugs = {"drugx": DRUG_X} if therapies is None else therapies
    knowledge = Knowledge(
        Panel({}, ()), assertions, (), drugs, TYPES, {}, (), (), "1", "h", "2026-01-01", comparisons=(rule,)
    )
    return comparisons(knowledge, Facts(context=context), lines, background, trials)


def _points(*assertions: Assertion, **given: Any) -> tuple[ComparisonPoint, ...]:
    (comparison,) = _compare(*assertions, **given)
    return comparison.points


def _line(**given: Any) -> TherapyLine:
    values = {
        "id": "a1", "drugs": ("drug X",), "direction": "sensitivity", "match": "yes", "level": "B",
        "context_match": "same_tumour", "evidence": EvidenceNote("", None, ""), "because": ("f1",),
        "sources": ("src",), "statement": "It helps.", "standing": "approved_here", **given,
    }  # fmt: skip
    return TherapyLine(**values)


def test_a_comparison_without_any_line_still_names_its_drugs_and_what_is_known() -> None:
    assert _compare() == (Comparison("x", "X alone", ("drug X",), "yes", "no trial", ("rule",)),)


def test_a_drug_that_the_base_does_not_describe_goes_by_its_key() -> None:
    (comparison,) = _compare(therapies={}, lines=[_line(drugs=("drugx",))])
    assert comparison.drugs == ("drugx",)
    assert [point.drug for point in comparison.points] == ["drugx"]


def test_whether_a_comparison_arises_is_no_unknown_or_yes_by_its_context() -> None:
    assert _compare(context=Context(tumour_type="LUNET")) == ()
    (open_,) = _compare(context=Context(grade="G1"))
    assert (open_.match, open_.needs) == ("unknown", ("tumour type of this patient",))
    either = replace(RULE, context=GroupClause("any_of", (HERE, ContextClause("stage", ("IV",)))))
    (sure,) = _compare(rule=either)
    assert (sure.match, sure.needs) == ("yes", ())


# ---------------------------------------------------------------- lines


def test_a_line_on_the_drug_is_a_point_with_all_that_stands_behind_it() -> None:
    assert _points(lines=[_line(needs=("a test",)), _line(drugs=("drug Y",))]) == (
        ComparisonPoint(
            drug="drug X",
            side="for",
            text="It helps.",
            kind="finding",
            entry="a1",
            because=("f1",),
            needs=("a test",),
            sources=("src",),
            level="B",
            standing="approved_here",
        ),
    )
    (bare,) = _points(lines=[_line(statement="")])
    assert bare.text == "a1"


@pytest.mark.parametrize(
    ("direction", "match", "side"),
    [
        ("sensitivity", "yes", "for"),
        ("resistance", "yes", "against"),
        ("no_benefit", "yes", "against"),
        ("unclear", "yes", "unknown"),
        ("sensitivity", "unknown", "unknown"),
        ("resistance", "unknown", "unknown"),
    ],
)
def test_only_a_line_that_surely_applies_takes_a_side(direction: str, match: str, side: str) -> None:
    (point,) = _points(lines=[_line(direction=direction, match=match)])
    assert point.side == side


def test_points_of_a_drug_stand_for_then_against_then_unknown_and_drugs_in_the_order_of_the_rule() -> None:
    lines = [
        _line(id="open", match="unknown"),
        _line(id="against", direction="resistance"),
        _line(id="for", drugs=("drug X", "drug Y")),
    ]
    rule = replace(RULE, drugs=("drugy", "drugx"))
    therapies = {"drugx": DRUG_X, "drugy": Therapy("drugy", "drug Y")}
    assert [(point.drug, point.entry) for point in _points(lines=lines, rule=rule, therapies=therapies)] == [
        ("drug Y", "for"),
        ("drug X", "for"),
        ("drug X", "against"),
        ("drug X", "open"),
    ]


# ---------------------------------------------------------------- standing options


def _option(when: Clause = HERE, context: Clause | None = G12, **given: Any) -> Assertion:
    values = {
        "id": "option", "kind": "predictive", "direction": "sensitivity", "statement": "It stands.",
        "drugs": ("drugx",), "measured_by": "clinical", "sources": ("opt",), **given,
    }  # fmt: skip
    return Assertion(when=when, context=context, **values)


def test_a_standing_option_whose_conditions_are_not_met_speaks_against_and_says_which() -> None:
    assert _points(_option(), context=replace(PANET, grade="G3")) == (
        ComparisonPoint(
            drug="drug X",
            side="against",
            text="Its conditions are not met here (grade = G3): It stands.",
            kind="context",
            entry="option",
            because=("grade = G3",),
            sources=("opt",),
        ),
    )
    several = _option(context=GroupClause("all_of", (G12, ContextClause("stage", ("IV",)))))
    (point,) = _points(several, context=replace(PANET, grade="G3", stage="II"))
    assert "(grade = G3; stage = II)" in point.text


@pytest.mark.parametrize(
    ("option", "context"),
    [
        (_option(), PANET),  # its conditions are met: its own line speaks for it
        (_option(), Context(tumour_type="PANET")),  # open
        (_option(direction="resistance"), replace(PANET, grade="G3")),
        (_option(drugs=("drugy",)), replace(PANET, grade="G3")),
        (_option(kind="prognostic"), replace(PANET, grade="G3")),
        (_option(when=EventClause("GENA", ("truncating",))), replace(PANET, grade="G3")),
        (_option(when=ContextClause("stage", ("IV",))), replace(PANET, grade="G3")),
        (_option(when=ContextClause("tumour_type", ("LUNET",))), replace(PANET, grade="G3")),
        (_option(when=ContextClause("tumour_type", ("LUNET",))), PANET),  # the grade alone would fit
    ],
    ids=[
        "met",
        "open",
        "resistance",
        "other drug",
        "prognosis",
        "a finding",
        "no tumour type",
        "other tumour",
        "other tumour of that grade",
    ],
)
def test_nothing_else_speaks_against_as_a_condition_that_is_not_met(
    option: Assertion, context: Context
) -> None:
    assert _points(option, context=context) == ()


# ---------------------------------------------------------------- approval


def _approved(
    clause: Clause | None, *told: str, context: Context = PANET, **given: Any
) -> tuple[ComparisonPoint, ...]:
    therapy = Therapy("drugx", "drug X", approvals=told, sources=("label",), approved=clause)
    return _points(context=context, therapies={"drugx": therapy}, **given)


@pytest.mark.parametrize(
    ("context", "side", "text", "because", "needs"),
    [
        (PANET, "for", "Approved for this context: FDA 2011; EMA 2012", ("grade = G1",), ()),
        (
            replace(PANET, grade="G3"),
            "against",
            "Approved, but not for this context (grade = G3): FDA 2011; EMA 2012",
            ("grade = G3",),
            (),
        ),
        (
            Context(tumour_type="PANET"),
            "unknown",
            "Whether its approval covers this context is open: FDA 2011; EMA 2012",
            (),
            ("grade of this patient",),
        ),
    ],
)
def test_without_a_standing_option_the_approval_speaks(
    context: Context, side: str, text: str, because: tuple[str, ...], needs: tuple[str, ...]
) -> None:
    assert _approved(G12, "FDA 2011", "EMA 2012", context=context) == (
        ComparisonPoint("drug X", side, text, "context", because=because, needs=needs, sources=("label",)),
    )


def test_an_approval_that_holds_whatever_is_open_asks_for_nothing() -> None:
    either = GroupClause("any_of", (G12, ContextClause("stage", ("IV",))))
    (point,) = _approved(either)
    assert (point.side, point.needs) == ("for", ())
    assert point.text == "Approved for this context: an approval is entered"


def test_without_an_entered_approval_nothing_is_said_of_it() -> None:
    assert _approved(None, "FDA 2011") == ()


def test_a_standing_option_speaks_in_place_of_the_approval_and_other_lines_do_not() -> None:
    option = _line(id="option")
    assert [point.entry for point in _approved(G12, background=[option])] == ["option"]
    assert [point.entry for point in _approved(G12, lines=[_line(id="finding")])] == ["finding", ""]
    against = replace(option, direction="resistance")
    assert [point.entry for point in _approved(G12, background=[against])] == ["", "option"]
    not_met = Therapy("drugx", "drug X", approved=HERE)
    found = _points(_option(), context=replace(PANET, grade="G3"), therapies={"drugx": not_met})
    assert [point.entry for point in found] == ["option"]


def test_a_standing_option_that_is_met_stands_once() -> None:
    assert [point.kind for point in _points(_option(), background=[_line(id="option")])] == ["context"]


# ---------------------------------------------------------------- trials and pathways


def _arm(match: Truth = Truth.YES, **given: Any) -> TrialLine:
    values = {"status": "recruiting", "drugs": ("drug X",), "arm_id": "one", "sources": ("trial",), **given}
    return TrialLine(
        nct="NCT1", arm="Arm one", molecular=match, context=match, match=match, as_of="", other_arm_fits=False,
        reasons=(
            Proof("a", Truth.YES, "found", ("f1", "f2")), Proof("b", Truth.YES, "found", ("f1",)),
            Proof("c", Truth.UNKNOWN, "found_filtered", ("f3",)),
        ),
        settled_by=("a test",), **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arm", "words"),
    [
        (_arm(), "its rule would take this patient; an allocation is no evidence"),
        (_arm(Truth.UNKNOWN), "its rule may take this patient; an allocation is no evidence"),
        (
            _arm(status="terminated", historical=True),
            "its rule would take this patient (terminated, no option today); an allocation is no evidence",
        ),
    ],
)
def test_an_arm_is_unknown_whatever_its_match_since_a_protocol_is_no_evidence(
    arm: TrialLine, words: str
) -> None:
    assert _points(trials=[arm]) == (
        ComparisonPoint(
            drug="drug X",
            side="unknown",
            text=f"NCT1, Arm one: {words}",
            kind="trial",
            entry="NCT1/one",
            because=("f1", "f2"),
            needs=("a test",),
            sources=("trial",),
        ),
    )


def test_an_arm_that_does_not_fit_or_gives_another_drug_is_no_point() -> None:
    assert _points(trials=[_arm(Truth.NO), _arm(drugs=("drug Y",))]) == ()


def test_pathway_feedback_is_a_doubt_with_its_source() -> None:
    therapy = replace(DRUG_X, feedback=(("it rebounds", "rebound"), ("it turns", "turn")))
    assert _points(therapies={"drugx": therapy}) == (
        ComparisonPoint(
            "drug X", "unknown", "Pathway feedback: it rebounds", "pathway", sources=("rebound",)
        ),
        ComparisonPoint("drug X", "unknown", "Pathway feedback: it turns", "pathway", sources=("turn",)),
    )
