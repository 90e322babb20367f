"""Lines of biomarkers on an invented base: what is said of each, what rules may ask, and what would show the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from netboard.interpret import biomarkers
from netboard.model.evidence import ContextClause, EventClause, Knowledge, Truth
from netboard.model.facts import BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.markers import ArmsMeasure, Biomarker, BurdenMeasure, Outcome, SignatureMeasure
from netboard.model.result import BiomarkerResult, Context, Evaluation, NotAssessed
from netboard.model.variant import Panel

G1 = ContextClause("grade", ("G1",))


def _knowledge(*markers: Biomarker) -> Knowledge:
    by_id = {marker.id: marker for marker in markers}
    return Knowledge(Panel({}, ()), (), (), {}, {}, {}, (), (), "1", "h", "2026-01-01", biomarkers=by_id)


def _measured(
    *markers: Biomarker, context: Context | None = None, extra: Mapping[str, Any] | None = None
) -> tuple[tuple[BiomarkerResult, ...], dict[str, BiomarkerFact]]:
    return biomarkers.measured(context or Context(), _knowledge(*markers), extra or {})


# ---------------------------------------------------------------- given, or not to be read from DNA

KI67 = Biomarker("ki67", "Ki-67", "%", "ihc", "a stain", context_field="ki67")


def test_a_value_given_with_the_sample_is_told_as_given_and_rules_may_ask_it() -> None:
    for value in (12.0, 0.0):
        results, facts = _measured(KI67, context=Context(ki67=value))
        assert results == (BiomarkerResult("Ki-67", value, "%", "given", "as given with the sample", "ki67"),)
        assert facts == {"ki67": BiomarkerFact(value, "%", "given")}


@pytest.mark.parametrize(
    ("measured_by", "field", "why"),
    [
        ("ihc", "ki67", "not given with the sample"),
        ("ihc", "", "measured by immunohistochemistry, which a variant file does not hold"),
        ("rna", "", "measured by expression, which a variant file does not hold"),
        ("methylation", "", "measured by a methylation assay, which a variant file does not hold"),
        ("dna", "", "not read from single variants of the panel genes"),
        ("clinical", "", "not given with the sample"),
        ("imaging", "", "measured by imaging, which a variant file does not hold"),
    ],
)
def test_what_is_not_there_says_how_it_is_measured_and_what_would_show_it(
    measured_by: Any, field: str, why: str
) -> None:
    marker = Biomarker("m", "M", "%", measured_by, "its test", context_field=field)
    results, facts = _measured(marker)
    assert results == (BiomarkerResult("M", None, "%", "not_assessed", why, "m"),)
    assert facts == {}
    assert biomarkers.gaps(results, _knowledge(marker)) == [NotAssessed("M", why, "its test", "biomarker")]


def test_a_hidden_biomarker_is_for_rules_alone_and_one_of_another_context_is_not_listed() -> None:
    hidden = Biomarker("hidden", "H", context_field="ki67", shown=False)
    elsewhere = Biomarker("elsewhere", "E", context_field="ki67", context=G1)
    for grade, listed in (("G1", ["Ki-67", "E"]), (None, ["Ki-67", "E"]), ("G2", ["Ki-67"])):
        results, facts = _measured(hidden, KI67, elsewhere, context=Context(ki67=3.0, grade=grade))
        assert [item.name for item in results] == listed
        assert set(facts) == {"hidden", "ki67", "elsewhere"}


def test_each_way_of_measuring_is_asked_of_its_own_part_of_the_file() -> None:
    markers = (
        Biomarker("arms", "A", arms=ArmsMeasure(("18",), ("loss",))),
        Biomarker("burden", "B", burden=BurdenMeasure(1.0, 0.1, "", "doubt")),
        Biomarker("pattern", "P", signature=SignatureMeasure("C>T", ("C",), 50, 0.6, 0.5)),
        Biomarker("rules", "R", outcomes=(Outcome("yes", "It is.", G1),)),
    )
    tally = {
        "somatic": 60, "substitutions": 60, "changed": 60, "neighbours_known": 60, "in_context": 50,
        "judged": True, "bed_megabases": 2.0,
    }  # fmt: skip
    arms = [{"arm": f"18{side}", "told": 1.0, "by": "alleles", "shares": {"loss": 1.0}} for side in "pq"]
    extra = {"copy_number": {"arm_shares": arms}, "tally": {"counts": tally, "megabases": None}}
    results, facts = _measured(*markers, extra=extra)
    assert [(item.id, item.value) for item in results] == [
        ("arms", "yes"),
        ("burden", 30.0),
        ("pattern", "yes"),
    ]
    assert set(facts) == {"arms", "burden", "pattern"}
    nothing, none = _measured(*markers)
    assert [item.state for item in nothing] == ["not_assessed", "refused", "refused"]
    assert none == {}


# ---------------------------------------------------------------- answered by rules

A, B = EventClause("GENA", ("truncating",)), EventClause("GENB", ("missense",))
RULED = Biomarker(
    "ruled", "Ruled", "unit", settled_by="a stain", limits="No diagnosis.", sources=("src",),
    outcomes=(Outcome("suspected", "It may be.", A), Outcome("argued against", "It may not be", B)),
    otherwise="Nothing argues for it.",
)  # fmt: skip


def _event(gene: str, event: str, label: str = "", **given: Any) -> FactEvent:
    return FactEvent(f"{gene}:{event}", gene, event, significance="pathogenic", label=label, **given)


def _ruled(
    *events: FactEvent, seen: tuple[str, ...] = ("GENA", "GENB"), grade: str | None = None, **given: Any
) -> tuple[tuple[BiomarkerResult, ...], tuple[Evaluation, ...]]:
    marker = Biomarker(**{**{name: getattr(RULED, name) for name in RULED.__dataclass_fields__}, **given})
    coverage = {gene: {"small_variants": Coverage("assessed")} for gene in seen}
    facts = Facts({event.gene: (event,) for event in events}, coverage, {}, Context(grade=grade))
    return biomarkers.by_rules(_knowledge(KI67, marker), facts)


def test_an_outcome_that_holds_is_told_with_what_shows_it() -> None:
    (line,), (evaluation,) = _ruled(_event("GENA", "truncating"))
    assert line == BiomarkerResult(
        "Ruled",
        "suspected",
        "unit",
        "estimated",
        "It may be (GENA truncating). No diagnosis",
        "ruled",
        ("a stain",),
        ("src",),
    )
    assert (evaluation.rule, evaluation.value, evaluation.because) == (
        "biomarker/ruled",
        Truth.YES,
        ("GENA:truncating",),
    )
    assert evaluation.proof is not None


def test_every_outcome_that_holds_is_told_by_the_label_of_its_event() -> None:
    (line,), _ = _ruled(_event("GENA", "truncating", "R5*"), _event("GENB", "missense", "V600E"))
    assert line.value == "suspected; argued against"
    assert line.because == "It may be (GENA R5*). It may not be (GENB V600E). No diagnosis"


def test_without_any_outcome_the_answer_is_no_in_the_words_of_the_base() -> None:
    (line,), (evaluation,) = _ruled()
    assert (line.value, line.state, line.because, line.needs) == (
        "no",
        "estimated",
        "Nothing argues for it. No diagnosis",
        ("a stain",),
    )
    assert evaluation.value is Truth.NO


def test_where_nothing_could_be_seen_the_answer_is_open_and_names_the_gap() -> None:
    (line,), _ = _ruled(seen=("GENB",))
    assert (line.value, line.state) == (None, "not_assessed")
    assert line.because == "the input does not show it (not covered). No diagnosis"
    assert line.needs == ("an assay that covers GENA",)
    assert biomarkers.gaps((line,), _knowledge(RULED)) == [
        NotAssessed("Ruled", line.because, "an assay that covers GENA", "biomarker")
    ]


def test_where_something_was_found_that_decides_nothing_it_is_named() -> None:
    (line,), _ = _ruled(_event("GENA", "truncating", passed=False))
    assert (line.value, line.state) == (None, "not_assessed")
    assert line.because == "open, although something was found: GENA truncating. No diagnosis"
    assert line.needs
    assert line.needs != ("a stain",)


@pytest.mark.parametrize(
    ("grade", "value"), [("G1", "suspected"), ("G2", "not listed"), (None, None)]
)  # fmt: skip
def test_a_context_excludes_an_answer_or_leaves_it_open(grade: str | None, value: str | None) -> None:
    lines, evaluations = _ruled(_event("GENA", "truncating"), grade=grade, context=G1)
    assert len(lines) == len(evaluations) == (value != "not listed")
    if lines:
        assert lines[0].value == value


def test_an_event_of_two_words_is_told_in_words() -> None:
    start = EventClause("GENA", ("start_loss",))
    (line,), _ = _ruled(_event("GENA", "start_loss"), outcomes=(Outcome("yes", "It is.", start),), limits="")
    assert line.because == "It is (GENA start loss)"


# ---------------------------------------------------------------- arms and gaps


def test_each_arm_is_told_once_with_its_events() -> None:
    arms = [
        {"arm": "1p", "event": "loss"},
        {"arm": "11q", "event": "gain"},
        {"arm": "1p", "event": "loss_of_heterozygosity"},
    ]
    (line,) = biomarkers.of_arms({"copy_number": {"arms": arms}})
    assert line == BiomarkerResult(
        "Events of chromosome arms",
        "1p loss and loss of heterozygosity; 11q gain",
        "",
        "estimated",
        "from the segment table, where most of an arm shows it",
    )


@pytest.mark.parametrize(
    ("state", "gap"),
    [
        ("not_assessed", True),
        ("refused", True),
        ("open", True),
        ("estimated", False),
        ("given", False),
        ("measured", False),
    ],
)
def test_what_was_not_read_was_refused_or_decides_nothing_is_a_gap(state: str, gap: bool) -> None:
    result = BiomarkerResult("Ki-67", None, "%", state, "why", "ki67", ("one test", "another"))
    found = biomarkers.gaps((result,), _knowledge(KI67))
    assert found == ([NotAssessed("Ki-67", "why", "one test; another", "biomarker")] if gap else [])
