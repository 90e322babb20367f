"""Arms of trials: what of a match is molecular, what stands beside it, and which arm is read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from netboard.interpret.settings import Settings
from netboard.interpret.trials import evaluate_trials
from netboard.model.evidence import (
    Arm,
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    Therapy,
    Trial,
    Truth,
)
from netboard.model.facts import Coverage, FactEvent, Facts
from netboard.model.lines import TrialLine
from netboard.model.result import Context, Evaluation
from netboard.model.variant import Panel

TODAY = date(2026, 6, 1)
G1 = ContextClause("grade", ("G1",))
DRUGS = {"drugx": Therapy("drugx", "drug X")}


def _when(gene: str, **given: Any) -> EventClause:
    return EventClause(gene, ("truncating",), **given)


A, B = _when("GENA"), _when("GENB")


def _event(gene: str, event: str = "truncating", **given: Any) -> FactEvent:
    values = {"significance": "pathogenic", **given}
    return FactEvent(f"{gene}:{event}", gene, event, **values)


def _facts(*events: FactEvent, seen: Sequence[str] = ("GENA", "GENB"), grade: str | None = "G1") -> Facts:
    by_gene: dict[str, tuple[FactEvent, ...]] = {}
    for event in events:
        by_gene[event.gene] = (*by_gene.get(event.gene, ()), event)
    coverage = {gene: {"small_variants": Coverage("assessed")} for gene in seen}
    return Facts(by_gene, coverage, {}, Context(grade=grade))


def _arm(key: str = "one", when: Clause = A, **given: Any) -> Arm:
    return Arm(key, f"Arm {key}", ("drugx", "drugy"), when, **given)


def _trial(*arms: Arm, nct: str = "NCT1", **given: Any) -> Trial:
    values: Mapping[str, Any] = {"status": "recruiting", "as_of": "2026-05-01", "sources": ("src",), **given}
    return Trial(nct, f"title of {nct}", arms or (_arm(),), **values)


def _evaluated(
    *trials: Trial, facts: Facts | None = None
) -> tuple[tuple[TrialLine, ...], tuple[Evaluation, ...]]:
    knowledge = Knowledge(Panel({}, ()), (), trials, DRUGS, {}, {}, (), (), "1", "h", "2026-01-01")
    return evaluate_trials(knowledge, facts or _facts(_event("GENA")), Settings(), TODAY)


def _lines(*trials: Trial, facts: Facts | None = None) -> tuple[TrialLine, ...]:
    return _evaluated(*trials, facts=facts)[0]


def test_an_arm_tells_of_its_trial_and_names_its_drugs() -> None:
    (line,) = _lines(_trial(phase="2", context=G1))
    assert (line.nct, line.arm, line.arm_id, line.title, line.phase) == (
        "NCT1", "Arm one", "one", "title of NCT1", "2",
    )  # fmt: skip
    assert (line.drugs, line.sources, line.status, line.as_of) == (
        ("drug X", "drugy"),
        ("src",),
        "recruiting",
        "2026-05-01",
    )
    assert (line.molecular, line.context, line.match) == (Truth.YES, Truth.YES, Truth.YES)
    assert [reason.code for reason in line.reasons][-1] == "context_value"


@pytest.mark.parametrize(
    ("of_trial", "of_arm", "grade", "context"),
    [
        (None, None, None, Truth.YES),
        (G1, None, "G1", Truth.YES),
        (G1, None, None, Truth.UNKNOWN),
        (G1, None, "G2", Truth.NO),
        (None, G1, "G2", Truth.NO),
        (G1, ContextClause("stage", ("IV",)), "G1", Truth.UNKNOWN),
        (G1, ContextClause("stage", ("IV",)), "G2", Truth.NO),
    ],
)
def test_the_context_of_trial_and_arm_must_both_fit(
    of_trial: Clause | None, of_arm: Clause | None, grade: str | None, context: Truth
) -> None:
    facts = _facts(_event("GENA"), grade=grade)
    (line,) = _lines(_trial(_arm(context=of_arm), context=of_trial), facts=facts)
    assert len(line.reasons) == 1 + (of_trial is not None) + (of_arm is not None)
    assert (line.molecular, line.context, line.match) == (Truth.YES, context, context)


def test_each_arm_has_an_evaluation_with_its_proof_where_something_shows_it() -> None:
    _, (first, second) = _evaluated(_trial(_arm("one", A), _arm("two", B)))
    assert (first.rule, first.value, first.because) == ("NCT1/one", Truth.YES, ("GENA:truncating",))
    assert first.proof is not None
    assert [part.clause for part in first.proof.children][-1] == "context"
    assert (first.proof.clause, first.proof.children[-1].code) == ("NCT1 one", "no_context_asked")
    assert (second.rule, second.value, second.because, second.proof) == ("NCT1/two", Truth.NO, (), None)


def test_arms_that_fit_at_once_say_so_and_others_do_not() -> None:
    arms = (_arm("one", A), _arm("two", GroupClause("any_of", (A, B))), _arm("three", B))
    trial = _trial(*arms, both_arms="the rule does not decide")
    found = {line.arm_id: (line.other_arm_fits, line.notes) for line in _lines(trial)}
    assert found == {
        "one": (True, ("the rule does not decide",)),
        "two": (True, ("the rule does not decide",)),
        "three": (False, ()),
    }
    assert {line.notes for line in _lines(_trial(*arms))} == {()}
    assert not any(line.other_arm_fits for line in _lines(_trial(arms[0], arms[2])))


def test_two_trials_that_fit_are_not_two_arms_of_one() -> None:
    assert not any(line.other_arm_fits for line in _lines(_trial(), _trial(nct="NCT2")))


@pytest.mark.parametrize(
    ("events", "listed"),
    [
        ([_event("GENC")], ("GENC:truncating",)),
        ([_event("GENC", "synonymous"), _event("GENC", "missense")], ("GENC:missense",)),
        ([_event("GENC", "synonymous")], None),
        ([], None),
    ],
)
def test_an_altered_gene_that_the_printed_rule_lacks_is_a_reason_that_says_no(
    events: list[FactEvent], listed: tuple[str, ...] | None
) -> None:
    (line,) = _lines(_trial(_arm(not_in_rule={"GENC": "not printed"})), facts=_facts(*events))
    found = [(r.clause, r.value, r.because) for r in line.reasons if r.code == "not_in_rule"]
    assert found == ([("GENC: not printed", Truth.NO, listed)] if listed else [])


@pytest.mark.parametrize(
    ("given", "state", "note"),
    [
        ({"as_of": str(TODAY - timedelta(180))}, "current", None),
        ({"as_of": str(TODAY - timedelta(181))}, "not_current", "Status not current: read on 2025-12-02"),
        ({"as_of": ""}, "not_dated", "Status not dated: look it up before use"),
        (
            {"status": "not_recruiting", "as_of": ""},
            "historical",
            "Historical: not recruiting; not an option today",
        ),
    ],
)
def test_a_status_is_relied_on_for_half_a_year(
    given: Mapping[str, Any], state: str, note: str | None
) -> None:
    (line,) = _lines(_trial(_arm(note="of the arm"), note="of the trial", **given))
    assert (line.status_state, line.historical) == (state, state == "historical")
    assert line.notes == ("of the trial", "of the arm", *([note] if note else []))
    assert line.match is Truth.YES  # the status is never part of the match


# ---------------------------------------------------------------- order


def test_arms_are_read_open_before_closed_and_yes_before_unknown_before_no() -> None:
    lines = _lines(
        _trial(_arm("no", B), nct="NCT1"),
        _trial(_arm("unknown", _when("GENX")), nct="NCT2"),
        _trial(_arm("yes"), nct="NCT3"),
        _trial(_arm("closed"), nct="NCT4", status="completed"),
        _trial(_arm("closed, no", B), nct="NCT5", status="completed"),
    )
    assert [line.arm_id for line in lines] == ["yes", "unknown", "no", "closed", "closed, no"]


def test_among_the_unknown_near_misses_come_first_and_of_these_what_fits_the_genes() -> None:
    far = GroupClause("any_of", (_when("GENX"), _when("GENY")))
    lines = _lines(
        _trial(_arm("far", far), nct="NCT1"),
        _trial(_arm("genes open", _when("GENX")), nct="NCT2"),
        _trial(_arm("genes fit", context=ContextClause("stage", ("IV",))), nct="NCT3"),
    )
    assert [line.arm_id for line in lines] == ["genes fit", "genes open", "far"]


def test_arms_without_a_match_stand_in_one_order_whatever_would_settle_them() -> None:
    lines = _lines(*(_trial(_arm("no", B), nct=nct) for nct in ("NCT3", "NCT1", "NCT2")))
    assert [line.nct for line in lines] == ["NCT1", "NCT2", "NCT3"]
    fitting = _lines(_trial(_arm("b"), _arm("a")), _trial(_arm("c"), nct="NCT0"))
    assert [line.arm_id for line in fitting] == ["c", "a", "b"]


@pytest.mark.parametrize(
    "event",
    [
        _event("GENA", passed=False),
        _event("GENA", significance="uncertain"),
        _event("GENA", "undetermined", settled=False, possible=("truncating", "missense")),
    ],
    ids=["found, and stopped by a filter", "of uncertain significance", "of an open effect"],
)
def test_an_open_arm_for_which_something_was_found_is_read_before_one_for_which_nothing_was(
    event: FactEvent,
) -> None:
    facts = _facts(event, seen=("GENA",))
    nothing = _trial(_arm("nothing", _when("GENX")), nct="NCT1", context=G1)
    lines = _lines(nothing, _trial(nct="NCT2", context=G1), facts=facts)
    assert [line.match for line in lines] == [Truth.UNKNOWN, Truth.UNKNOWN]
    assert [line.nct for line in lines] == ["NCT2", "NCT1"]


def test_a_variant_whose_origin_is_open_is_something_found() -> None:
    inherited = _arm("inherited", _when("GENA", origin="germline"))
    nothing = _arm("nothing", _when("GENX", origin="germline"))
    facts = _facts(_event("GENA"), seen=("GENA", "GENX"))
    lines = _lines(_trial(nothing, nct="NCT1"), _trial(inherited, nct="NCT2"), facts=facts)
    assert all(line.settled_by for line in lines)
    assert [(line.nct, line.match) for line in lines] == [("NCT2", Truth.UNKNOWN), ("NCT1", Truth.UNKNOWN)]
