"""Arms of trials against one sample: the match, what stands beside it, and the order in which they are read."""

from __future__ import annotations

from dataclasses import replace
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
from netboard.model.result import Context, Evaluation, TrialLine
from netboard.model.variant import Panel

TODAY = date(2026, 6, 1)
SETTINGS = Settings()
G12 = ContextClause("grade", ("G1", "G2"))


def _when(gene: str, **given: Any) -> EventClause:
    return EventClause(gene, ("truncating",), **given)


def _arm(key: str, when: Clause | None = None, **given: Any) -> Arm:
    return Arm(key, f"Arm {key}", given.pop("drugs", ()), when or _when("GENA"), **given)


def _trial(*arms: Arm, nct: str = "NCT1", **given: Any) -> Trial:
    return Trial(nct, f"title of {nct}", arms, **{"status": "recruiting", "as_of": "2026-05-01", **given})


def _facts(*events: FactEvent, seen: tuple[str, ...] = ("GENA", "GENB", "GENC"), **context: Any) -> Facts:
    coverage = {gene: {"small_variants": Coverage("assessed")} for gene in seen}
    by_gene: dict[str, tuple[FactEvent, ...]] = {}
    for event in events:
        by_gene[event.gene] = (*by_gene.get(event.gene, ()), event)
    return Facts(by_gene, coverage, {}, Context(**context))


def _event(gene: str = "GENA", **given: Any) -> FactEvent:
    values = {"event": "truncating", "significance": "pathogenic", **given}
    return FactEvent(f"{gene}:{values['event']}", gene, **values)


def _asked(
    facts: Facts, *trials: Trial, today: date = TODAY
) -> tuple[tuple[TrialLine, ...], tuple[Evaluation, ...]]:
    therapies = {"drugx": Therapy("drugx", "drug X")}
    base = Knowledge(Panel({}, ()), (), trials, therapies, {}, {}, (), (), "1", "h", "2026-01-01")
    return evaluate_trials(base, facts, SETTINGS, today)


def _lines(facts: Facts, *trials: Trial, today: date = TODAY) -> tuple[TrialLine, ...]:
    return _asked(facts, *trials, today=today)[0]


# ---------------------------------------------------------------- the match


@pytest.mark.parametrize(
    ("grade", "context", "match"),
    [("G1", Truth.YES, Truth.YES), ("G3", Truth.NO, Truth.NO), (None, Truth.UNKNOWN, Truth.UNKNOWN)],
)
@pytest.mark.parametrize("holder", ["trial", "arm"])
def test_the_context_of_the_trial_and_of_its_arm_count_alike(
    holder: str, grade: str | None, context: Truth, match: Truth
) -> None:
    trial = _trial(_arm("a", context=G12)) if holder == "arm" else _trial(_arm("a"), context=G12)
    (line,) = _lines(_facts(_event(), grade=grade), trial)
    assert (line.molecular, line.context, line.match) == (Truth.YES, context, match)
    assert len(line.reasons) == 2


def test_a_trial_that_asks_for_no_context_fits_every_patient_and_says_so_in_its_proof() -> None:
    (line,), (evaluation,) = _asked(_facts(_event()), _trial(_arm("a")))
    assert (line.context, line.match, len(line.reasons)) == (Truth.YES, Truth.YES, 1)
    assert evaluation.proof is not None
    told = [(part.clause, part.value, part.code) for part in evaluation.proof.children]
    assert told[1] == ("context", Truth.YES, "no_context_asked")


def test_a_proof_names_its_trial_and_arm_and_is_kept_only_where_something_was_found() -> None:
    trial = _trial(_arm("a"), _arm("b", _when("GENB")), context=G12)
    _, (found, absent) = _asked(_facts(_event(), grade="G1"), trial)
    assert (found.rule, found.value, absent.rule, absent.value) == ("NCT1/a", Truth.YES, "NCT1/b", Truth.NO)
    assert found.proof is not None
    assert [part.clause for part in found.proof.children][1] == "context"
    assert found.proof.clause == "NCT1 a"
    assert found.because == ("GENA:truncating", "grade = G1")
    assert absent.proof is None


def test_a_line_carries_what_the_base_says_of_trial_and_arm() -> None:
    trial = _trial(_arm("a", drugs=("drugx", "drugy")), phase="2", sources=("paper",))
    (line,) = _lines(_facts(_event()), trial)
    assert (line.nct, line.arm, line.arm_id, line.title) == ("NCT1", "Arm a", "a", "title of NCT1")
    # A drug that the base does not describe stays under its key.
    assert line.drugs == ("drug X", "drugy")
    assert (line.phase, line.sources, line.status, line.as_of) == (
        "2",
        ("paper",),
        "recruiting",
        "2026-05-01",
    )


# ---------------------------------------------------------------- several arms


def test_arms_that_fit_at_once_say_so_and_one_that_does_not_fit_is_left_alone() -> None:
    arms = (_arm("a"), _arm("b", _when("GENB")), _arm("c", _when("GENC")), _arm("d", context=G12))
    trial = _trial(*arms, both_arms="the rule does not decide", note="of the trial")
    lines = _lines(_facts(_event(), _event("GENB"), grade="G3"), trial)
    told = {line.arm_id: (line.other_arm_fits, line.notes) for line in lines}
    both = (True, ("of the trial", "the rule does not decide"))
    alone = (False, ("of the trial",))
    assert told == {"a": both, "b": both, "c": alone, "d": alone}


def test_arms_of_two_trials_and_one_arm_that_fits_stand_in_no_conflict() -> None:
    first, second = _trial(_arm("a"), _arm("b", _when("GENB"))), _trial(_arm("a"), nct="NCT2")
    assert not any(line.other_arm_fits for line in _lines(_facts(_event()), first, second))


def test_an_arm_that_waits_for_a_field_still_fits_beside_another_and_without_words_none_are_added() -> None:
    lines = _lines(_facts(_event()), _trial(_arm("a"), _arm("b", context=G12)))
    assert [(line.other_arm_fits, line.notes) for line in lines] == [(True, ()), (True, ())]


def test_arms_whose_genes_were_not_looked_at_are_not_said_to_fit_at_once() -> None:
    trial = _trial(_arm("a"), _arm("b", _when("GENB")), both_arms="the rule does not decide")
    lines = _lines(_facts(seen=()), trial)
    assert [(line.match, line.other_arm_fits) for line in lines] == [(Truth.UNKNOWN, False)] * 2


# ---------------------------------------------------------------- a gene that the printed rule lacks


@pytest.mark.parametrize(
    ("events", "because"),
    [
        ((), None),
        ((_event("GENC", event="synonymous"),), None),
        ((_event("GENC"),), ("GENC:truncating",)),
        (
            (_event("GENC"), _event("GENC", event="missense"), _event("GENC", event="synonymous")),
            ("GENC:truncating", "GENC:missense"),
        ),
    ],
)
def test_only_an_event_that_changes_something_calls_for_the_reason_why_its_gene_is_not_in_the_rule(
    events: tuple[FactEvent, ...], because: tuple[str, ...] | None
) -> None:
    arm = _arm("a", not_in_rule={"GENC": "not in the printed list"})
    (line,) = _lines(_facts(*events, grade="G1"), _trial(arm, context=G12))
    told = [reason for reason in line.reasons if reason.code == "not_in_rule"]
    assert [reason.because for reason in told] == ([] if because is None else [because])
    # It stands between the events and the context.
    assert [reason.clause for reason in told] == [reason.clause for reason in line.reasons[1:-1]]
    assert all(reason.clause == "GENC: not in the printed list" for reason in told)
    assert all(reason.value is Truth.NO for reason in told)


# ---------------------------------------------------------------- status


@pytest.mark.parametrize(
    ("days", "state", "notes"),
    [
        (0, "current", ()),
        (SETTINGS.status_days, "current", ()),
        (SETTINGS.status_days + 1, "not_current", ("Status not current: read on 2026-05-01",)),
    ],
)
def test_a_status_is_current_up_to_its_last_day(days: int, state: str, notes: tuple[str, ...]) -> None:
    (line,) = _lines(_facts(), _trial(_arm("a")), today=date(2026, 5, 1) + timedelta(days=days))
    assert (line.status_state, line.notes) == (state, notes)


@pytest.mark.parametrize(
    ("status", "as_of", "state", "last"),
    [
        ("not_recruiting", "2020-08", "historical", "Historical: not recruiting; not an option today"),
        ("terminated", "", "historical", "Historical: terminated; not an option today"),
        ("recruiting", "", "not_dated", "Status not dated: look it up before use"),
    ],
)
def test_a_status_that_does_not_hold_today_is_said_after_the_notes_of_trial_and_arm(
    status: str, as_of: str, state: str, last: str
) -> None:
    trial = _trial(_arm("a", note="of the arm"), note="of the trial", status=status, as_of=as_of)
    (line,) = _lines(_facts(_event()), trial)
    assert (line.match, line.status_state, line.historical) == (Truth.YES, state, state == "historical")
    assert line.notes == ("of the trial", "of the arm", last)


# ---------------------------------------------------------------- order


def _order(facts: Facts, *trials: Trial) -> list[str]:
    names = [f"{line.nct} {line.arm_id}" for line in _lines(facts, *trials)]
    # The order is that of the lines, and never that of the base.
    assert names == [f"{line.nct} {line.arm_id}" for line in _lines(facts, *reversed(trials))]
    return names


def test_open_trials_stand_before_historical_ones_and_yes_before_unknown_before_no() -> None:
    facts = _facts(_event(), seen=("GENB",))
    trials = (
        _trial(_arm("over"), nct="NCT1", status="terminated"),
        _trial(_arm("no", _when("GENB")), nct="NCT2"),
        _trial(_arm("unknown", _when("GENC")), nct="NCT3"),
        _trial(_arm("yes"), nct="NCT4"),
    )
    assert _order(facts, *trials) == ["NCT4 yes", "NCT3 unknown", "NCT2 no", "NCT1 over"]


def test_among_the_unknown_near_misses_stand_first_and_then_those_whose_events_surely_fit() -> None:
    facts = _facts(_event(), seen=())
    far = GroupClause("any_of", (_when("GENB"), _when("GENC")))
    trials = (
        _trial(_arm("far", far), nct="NCT1"),
        _trial(_arm("near", _when("GENB")), nct="NCT2"),
        _trial(_arm("events"), nct="NCT3", context=G12),
    )
    assert _order(facts, *trials) == ["NCT3 events", "NCT2 near", "NCT1 far"]


@pytest.mark.parametrize(
    ("facts", "settling"),
    [
        (_facts(_event()), ("grade of this patient",)),
        (_facts(_event(significance="uncertain"), grade="G1"), ("GENA: ",)),
        # Neither answer alone would decide.
        (_facts(_event(significance="uncertain")), ()),
        (_facts(_event(), grade="G1"), ()),
    ],
)
def test_a_near_miss_names_the_one_thing_that_would_settle_events_and_context_together(
    facts: Facts, settling: tuple[str, ...]
) -> None:
    (line,) = _lines(facts, _trial(_arm("a"), context=G12))
    assert len(line.settled_by) == len(settling)
    assert all(need.startswith(begin) for need, begin in zip(line.settled_by, settling, strict=True))


@pytest.mark.parametrize(
    ("found", "origin"),
    [
        (_event(passed=False), "any"),
        (_event(support="low"), "any"),
        (_event(significance="uncertain"), "any"),
        (_event(event="undetermined", settled=False, possible=("truncating",)), "any"),
        (_event(origin="unknown"), "germline"),
    ],
)
def test_an_arm_for_which_something_was_found_stands_before_one_whose_gene_was_not_looked_at(
    found: FactEvent, origin: str
) -> None:
    trials = (
        _trial(_arm("unseen", _when("GENB")), nct="NCT1", context=G12),
        _trial(_arm("found", _when("GENA", origin=origin)), nct="NCT2", context=G12),
    )
    facts = _facts(found, seen=("GENA",), grade="G1")
    assert {line.match for line in _lines(facts, *trials)} == {Truth.UNKNOWN}
    assert _order(facts, *trials) == ["NCT2 found", "NCT1 unseen"]


def test_lines_that_are_alike_stand_by_trial_and_then_by_arm() -> None:
    arms = (_arm("b"), _arm("a"))
    trials = (_trial(*arms, nct="NCT2"), _trial(*map(replace, arms), nct="NCT1"))
    assert _order(_facts(_event()), *trials) == ["NCT1 a", "NCT1 b", "NCT2 a", "NCT2 b"]
