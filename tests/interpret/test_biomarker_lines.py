"""The lines of biomarkers from a small base: what is given, what rules answer, and why a line is empty."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.biomarkers import by_rules, gaps, measured, of_arms
from netboard.model.evidence import ContextClause, EventClause, Knowledge, Truth
from netboard.model.facts import BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.markers import Biomarker, Outcome
from netboard.model.result import BiomarkerResult, Context, NotAssessed
from netboard.model.variant import Panel

G3 = ContextClause("grade", ("G3",))


def _base(*markers: Biomarker) -> Knowledge:
    held = {marker.id: marker for marker in markers}
    return Knowledge(Panel({}, ()), (), (), {}, {}, {}, (), (), "1", "h", "2026-01-01", biomarkers=held)


def _marker(**given: Any) -> Biomarker:
    return Biomarker(**{"id": "m", "name": "Marker", "settled_by": "a test of it", **given})


def _when(gene: str) -> EventClause:
    return EventClause(gene, ("truncating",))


def _ruled(**given: Any) -> Biomarker:
    outcomes = (
        Outcome("first", "GENA speaks for it.", _when("GENA")),
        Outcome("second", "GENB too", _when("GENB")),
    )
    return _marker(**{"outcomes": outcomes, "otherwise": "nothing speaks for it.", **given})


def _event(gene: str = "GENA", **given: Any) -> FactEvent:
    return FactEvent(f"{gene}:1-5-A-T", gene, "truncating", **{"significance": "pathogenic", **given})


def _facts(*events: FactEvent, seen: tuple[str, ...] = ("GENA", "GENB"), **context: Any) -> Facts:
    coverage = {gene: {"small_variants": Coverage("assessed")} for gene in seen}
    return Facts({event.gene: (event,) for event in events}, coverage, {}, Context(**context))


def _line(marker: Biomarker, facts: Facts) -> BiomarkerResult:
    ((line,), _) = by_rules(_base(marker), facts)
    return line


# ---------------------------------------------------------------- given with the sample


def test_a_value_given_with_the_sample_is_printed_and_may_be_asked() -> None:
    results, facts = measured(Context(ki67=0.0), _base(_marker(context_field="ki67", unit="%")), {})
    assert results == (BiomarkerResult("Marker", 0.0, "%", "given", "as given with the sample", "m"),)
    assert facts == {"m": BiomarkerFact(0.0, "%", "given")}


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        ({"measured_by": "ihc"}, "measured by immunohistochemistry, which a variant file does not hold"),
        ({"measured_by": "rna"}, "measured by expression, which a variant file does not hold"),
        (
            {"measured_by": "methylation"},
            "measured by a methylation assay, which a variant file does not hold",
        ),
        ({"measured_by": "dna"}, "not read from single variants of the panel genes"),
        ({"measured_by": "clinical"}, "not given with the sample"),
        ({"measured_by": "imaging"}, "measured by imaging, which a variant file does not hold"),
        ({"measured_by": "ihc", "context_field": "ki67"}, "not given with the sample"),
    ],
)
def test_what_was_not_given_is_not_assessed_for_the_way_it_is_measured_and_no_rule_may_ask_it(
    marker: dict[str, Any], why: str
) -> None:
    base = _base(_marker(**marker))
    results, facts = measured(Context(), base, {})
    assert results == (BiomarkerResult("Marker", None, "", "not_assessed", why, "m"),)
    assert facts == {}
    assert gaps(results, base) == [NotAssessed("Marker", why, "a test of it", "biomarker")]


@pytest.mark.parametrize(
    ("given", "grade", "listed"),
    [
        ({}, "G1", True),
        ({"shown": False}, "G1", False),
        ({"context": G3}, "G3", True),
        ({"context": G3}, None, True),
        ({"context": G3}, "G1", False),
    ],
)
def test_one_that_is_not_shown_or_that_the_tumour_excludes_has_no_line_and_may_still_be_asked(
    given: dict[str, Any], grade: str | None, listed: bool
) -> None:
    marker = _marker(context_field="ki67", **given)
    results, facts = measured(Context(ki67=30.0, grade=grade), _base(marker), {})
    assert (bool(results), facts["m"].value) == (listed, 30.0)


def test_one_that_rules_answer_is_not_among_the_measured() -> None:
    assert measured(Context(), _base(_ruled()), {}) == ((), {})


# ---------------------------------------------------------------- answered by rules


def test_every_outcome_that_holds_is_named_with_its_events_by_gene() -> None:
    facts = _facts(_event(label="A1*"), _event("GENB"))
    line = _line(_ruled(limits="No diagnosis.", sources=("paper",), unit="units"), facts)
    assert (line.value, line.state, line.unit, line.sources) == (
        "first; second",
        "estimated",
        "units",
        ("paper",),
    )
    assert line.because == "GENA speaks for it (GENA A1*). GENB too (GENB truncating). No diagnosis"
    assert line.needs == ("a test of it",)
    assert _line(_ruled(), _facts(_event("GENB"))).value == "second"


def test_no_is_said_with_what_it_means_where_all_was_looked_at() -> None:
    line = _line(_ruled(), _facts())
    assert (line.value, line.state, line.because) == ("no", "estimated", "nothing speaks for it")
    assert line.needs == ("a test of it",)


def test_an_open_answer_says_whether_anything_was_found_and_what_would_settle_it() -> None:
    found = _line(_ruled(limits="No diagnosis."), _facts(_event(significance="uncertain")))
    assert (found.value, found.state) == (None, "not_assessed")
    assert found.because == "open, although something was found: GENA truncating. No diagnosis"
    assert found.needs[0].startswith("GENA: ")
    unseen = _line(_ruled(), _facts(seen=()))
    assert (unseen.value, unseen.because) == (None, "the input does not show it (not covered)")
    assert len(unseen.needs) == 2
    assert "a test of it" not in unseen.needs


def test_one_outcome_that_holds_is_told_while_another_is_open() -> None:
    line = _line(_ruled(), _facts(_event(), seen=("GENA",)))
    assert (line.value, line.because) == ("first", "GENA speaks for it (GENA truncating)")


@pytest.mark.parametrize(
    ("grade", "value"), [("G3", [(Truth.YES, "first")]), (None, [(Truth.UNKNOWN, None)]), ("G1", [])]
)
def test_an_outcome_holds_only_with_the_context_of_its_biomarker(
    grade: str | None, value: list[tuple[Truth, str | None]]
) -> None:
    lines, evaluations = by_rules(_base(_ruled(context=G3)), _facts(_event(), grade=grade))
    told = [(item.value, line.value) for item, line in zip(evaluations, lines, strict=True)]
    assert told == value
    assert all(item.rule == "biomarker/m" and item.proof is not None for item in evaluations)


# ---------------------------------------------------------------- gaps and arms


@pytest.mark.parametrize(
    ("state", "listed"),
    [("not_assessed", True), ("refused", True), ("open", True), ("given", False), ("estimated", False)],
)
def test_each_state_that_leaves_a_question_is_a_gap(state: str, listed: bool) -> None:
    lines = (BiomarkerResult("Marker", None, "", state, "why", "m", ("one", "two")),)
    told = [(gap.what, gap.why, gap.remedy) for gap in gaps(lines, _base(_marker()))]
    assert told == ([("Marker", "why", "one; two")] if listed else [])


@pytest.mark.parametrize(
    ("arms", "value"),
    [
        ([], "none"),
        ([("1p", "loss")], "1p loss"),
        (
            [("1p", "loss"), ("7q", "gain"), ("1p", "loss_of_heterozygosity")],
            "1p loss and loss of heterozygosity; 7q gain",
        ),
    ],
)
def test_events_of_chromosome_arms_are_one_line_by_arm(arms: list[tuple[str, str]], value: str) -> None:
    stored = {"copy_number": {"arms": [{"arm": arm, "event": event} for arm, event in arms]}}
    (line,) = of_arms(stored)
    assert (line.name, line.value, line.state) == ("Events of chromosome arms", value, "estimated")


@pytest.mark.parametrize("stored", [{}, {"copy_number": None}, {"copy_number": {}}])
def test_without_a_segment_table_there_is_no_line_of_arms(stored: dict[str, Any]) -> None:
    assert of_arms(stored) == ()
