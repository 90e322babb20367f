"""What a board weighs: evidence in proportion, approval, near misses of trials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interpret.test_sample import SETTINGS, TODAY, _assertion, _finding, _knowledge, _run, _when
from netboard.context import build_context
from netboard.errors import ConfigError
from netboard.interpret.sample import SampleInput, interpret
from netboard.knowledge.load import load
from netboard.knowledge.logic import evaluate
from netboard.knowledge.settle import settled_by
from netboard.model.evidence import (
    Arm,
    Assertion,
    Clause,
    ComparisonRule,
    ContextClause,
    EventClause,
    Evidence,
    GroupClause,
    Source,
    Therapy,
    Trial,
    Truth,
)
from netboard.model.facts import SCOPES, Coverage, FactEvent, Facts
from netboard.model.result import Context, TherapyLine

HERE = ContextClause("tumour_type", ("PANET",))
G12 = ContextClause("grade", ("G1", "G2"))


# ---------------------------------------------------------------- evidence in proportion


def _only(assertion: Assertion, context: Context, approved: Clause | None = None) -> TherapyLine:
    base = _knowledge(assertion)
    base = replace(base, therapies={"drugx": Therapy("drugx", "drug X", approved=approved)})
    (line,) = _run(base, _finding("GENA"), context=context).therapies
    return line


@pytest.mark.parametrize(
    ("marker", "drug", "design", "context", "standing", "basis"),
    [
        (HERE, None, "phase 3", Context(tumour_type="PANET"), "approved_here", "for this marker"),
        (HERE, None, "phase 3", Context(tumour_type="COAD"), "approved_elsewhere", "not for this tumour"),
        (HERE, None, "phase 3", Context(), "approval_open", "tumour type"),
        (HERE, None, "phase 3", Context(tumour_type="NET"), "approval_open", "more exact than NET"),
        (None, HERE, "opinion", Context(tumour_type="PANET"), "approved_here", "whatever the genes"),
        (None, HERE, "opinion", Context(tumour_type="COAD"), "approved_elsewhere", "not for this tumour"),
        (None, None, "preclinical", Context(tumour_type="PANET"), "preclinical", "animals or cells"),
        (None, None, "case", Context(tumour_type="PANET"), "no_approval_entered", "look it up"),
        (HERE, HERE, "phase 3", Context(tumour_type="PANET"), "approved_here", "for this marker"),
    ],
)  # fmt: skip
def test_each_line_says_where_its_drug_stands(
    marker: Clause | None, drug: Clause | None, design: str, context: Context, standing: str, basis: str
) -> None:
    assertion = _assertion("a", "GENA", approved=marker, evidence=Evidence("B", design, 9, "NET", "NET"))
    line = _only(assertion, context, drug)
    assert line.standing == standing
    assert basis in line.standing_basis


def test_resistance_has_no_standing() -> None:
    line = _only(_assertion("a", "GENA", approved=HERE, direction="resistance"), Context(tumour_type="PANET"))
    assert (line.standing, line.standing_basis) == ("", "")


def test_a_missing_field_of_an_approval_is_named_and_never_read_as_not_approved() -> None:
    both = GroupClause("all_of", (HERE, G12))
    line = _only(_assertion("a", "GENA", approved=both), Context(tumour_type="PANET"))
    assert line.standing == "approval_open"
    assert "grade of this patient" in line.standing_basis


@pytest.mark.parametrize(
    ("level", "design", "patients"),
    [("A", "case", 1), ("A", "case", 2), ("A", "preclinical", None), ("A", "phase 2", 1), ("A", "opinion", None)],
)  # fmt: skip
def test_a_single_patient_or_a_mouse_never_stands_above_a_controlled_trial_whatever_its_level(
    level: str, design: str, patients: int | None
) -> None:
    slight = _assertion("a-slight", "GENA", evidence=Evidence(level, design, patients, "NET", "NET"))
    trial = _assertion("b-trial", "GENA", evidence=Evidence("C", "phase 3", 300, "NET", "NET"))
    result = _run(_knowledge(slight, trial), _finding("GENA"), context=Context(tumour_type="PANET"))
    assert [line.id for line in result.therapies] == ["b-trial", "a-slight"]


def test_lines_rank_by_level_then_fit_then_date() -> None:
    def made(key: str, level: str, tumour: str, source: str, patients: int) -> Assertion:
        evidence = Evidence(level, "phase 2", patients, tumour, tumour)
        return _assertion(key, "GENA", evidence=evidence, sources=(source,))

    base = replace(
        _knowledge(
            made("old-large", "B", "NET", "s2010", 900), made("new-small", "B", "NET", "s2024", 20),
            made("other", "B", "COAD", "s2025", 999), made("best", "A", "COAD", "s2000", 5),
        ),
        sources={f"s{year}": Source(f"s{year}", "c", year=year) for year in (2000, 2010, 2024, 2025)},
    )  # fmt: skip
    result = _run(base, _finding("GENA"), context=Context(tumour_type="PANET"))
    assert [line.id for line in result.therapies] == ["best", "new-small", "old-large", "other"]
    assert [line.year for line in result.therapies] == [2000, 2024, 2010, 2025]


# ---------------------------------------------------------------- functioning tumours


@pytest.mark.parametrize(
    ("given", "read"),
    [("yes", "functioning"), ("No", "non_functioning"), ("non-functional", "non_functioning"), (None, None)],
)
def test_functioning_is_read_in_the_words_people_use(given: str | None, read: str | None) -> None:
    assert build_context({"functioning": given}, _knowledge()).functioning == read


def test_a_word_that_is_neither_is_refused() -> None:
    with pytest.raises(ConfigError, match="functioning"):
        build_context({"functioning": "perhaps"}, _knowledge())


def test_whether_a_tumour_functions_decides_and_is_named_when_missing() -> None:
    knowledge = load()
    (statement,) = (item for item in knowledge.assertions if item.id == "everolimus-gi-lung-net")
    assert statement.context is not None
    given = Context(tumour_type="LUCA", grade="G2", stage="metastatic", prior_therapy=())
    for value, truth in (("non_functioning", Truth.YES), ("functioning", Truth.NO), (None, Truth.UNKNOWN)):
        proof = evaluate(statement.context, Facts(context=replace(given, functioning=value)), knowledge)
        assert proof.value is truth
    assert proof.needs == ("whether the tumour is functioning",)


# ---------------------------------------------------------------- near misses


def _facts(*, seen: tuple[str, ...] = (), events: tuple[FactEvent, ...] = (), **context: str) -> Facts:
    coverage = {gene: {"small_variants": Coverage("assessed")} for gene in seen}
    return Facts({event.gene: (event,) for event in events}, coverage, {}, Context(**context))  # type: ignore[arg-type]


A, B = EventClause("GENA", ("truncating",)), EventClause("GENB", ("truncating",))
GERMLINE = EventClause("GENA", ("truncating",), origin="germline")
VUS = FactEvent("GENA:v", "GENA", "truncating", significance="uncertain")


@pytest.mark.parametrize(
    ("clause", "facts", "settling"),
    [
        (GroupClause("all_of", (A, G12)), _facts(seen=("GENA",), events=(VUS,), grade="G1"), ["uncertain significance"]),
        (GroupClause("all_of", (A, G12)), _facts(events=(VUS,)), []),
        (GroupClause("any_of", (A, B)), _facts(), []),
        (GroupClause("any_of", (A, B)), _facts(seen=("GENB",)), ["covers GENA"]),
        (GroupClause("all_of", (A, GroupClause("none_of", (G12,)))), _facts(seen=("GENA",)), []),
        (GroupClause("none_of", (G12,)), _facts(), ["grade of this patient"]),
        (GroupClause("at_least", (A, B, G12), 2), _facts(seen=("GENB",), grade="G1"), ["covers GENA"]),
        (A, _facts(), ["covers GENA"]),
        (A, _facts(seen=("GENA",)), []),
        (GERMLINE, _facts(), []),
        (GERMLINE, _facts(seen=("GENA",)), ["a germline test of GENA"]),
    ],
)  # fmt: skip
def test_a_need_settles_a_rule_when_either_answer_decides_it(
    clause: Clause, facts: Facts, settling: list[str]
) -> None:
    knowledge = _knowledge()
    found = settled_by(clause, evaluate(clause, facts, knowledge))
    assert len(found) == len(settling)
    assert all(word in need for word, need in zip(settling, found, strict=True))


def _trial(nct: str, *arms: Arm, status: str = "recruiting", as_of: str = "2026-05-01") -> Trial:
    return Trial(nct, nct, arms, status=status, as_of=as_of, context=G12)


def test_near_misses_stand_first_among_the_unknown_and_name_their_test() -> None:
    both = GroupClause("any_of", (_when("GENB"), _when("GENC")))
    trials = (
        _trial("NCT00000001", Arm("far", "far", (), both)),
        _trial("NCT00000002", Arm("near", "near", (), _when("GENB"))),
        _trial("NCT00000003", Arm("found", "found", (), GroupClause("all_of", (_when("GENA"), _when("GENB"))))),
        _trial("NCT00000004", Arm("fits", "fits", (), _when("GENA"))),
        _trial("NCT00000005", Arm("over", "over", (), _when("GENA")), status="terminated"),
    )  # fmt: skip
    # Nobody looked at GENB and GENC.
    seen = {"GENA": dict.fromkeys(SCOPES, Coverage("assessed"))}
    given = SampleInput("S", Context(grade="G1"), {}, seen, [_finding("GENA")])
    result = interpret(given, _knowledge(trials=trials), SETTINGS, TODAY)
    assert [(line.arm, bool(line.settled_by)) for line in result.trials] == [
        ("fits", False), ("found", True), ("near", True), ("far", False), ("over", False),
    ]  # fmt: skip
    assert result.trials[1].settled_by == ("an assay that covers GENB",)


@pytest.mark.parametrize(
    ("status", "as_of", "state"),
    [
        ("recruiting", "2026-05-01", "current"), ("recruiting", "2025-11-01", "not_current"),
        ("unknown", "", "not_dated"), ("terminated", "2020-08", "historical"),
    ],
)  # fmt: skip
def test_how_far_a_status_can_be_relied_on_is_a_word_of_its_own(status: str, as_of: str, state: str) -> None:
    trial = _trial("NCT00000001", Arm("a", "a", (), _when("GENA")), status=status, as_of=as_of)
    (line,) = _run(_knowledge(trials=(trial,)), _finding("GENA")).trials
    assert line.status_state == state


# ---------------------------------------------------------------- comparisons


def _compared(*findings: object, context: Context) -> list[tuple[str, str, str, str]]:
    """Return (drug, side, kind, entry) of the comparison of two drugs of the small base."""
    option = _assertion(
        "option", "GENA", when=HERE, genes=(), context=G12, measured_by="clinical", drugs=("drugx",)
    )
    base = replace(
        _knowledge(
            _assertion("sensitive", "GENA"),
            _assertion("resistant", "GENB", direction="resistance", drugs=("drugy",)),
            _assertion("unsure", "GENC", drugs=("drugy",), context=ContextClause("mgmt", ("methylated",))),
            option,
            trials=(_trial("NCT00000001", Arm("y", "arm y", ("drugy",), _when("GENB"))),),
        ),
        therapies={
            "drugx": Therapy("drugx", "drug X", feedback=(("it rebounds", "src"),)),
            "drugy": Therapy("drugy", "drug Y", approved=ContextClause("tumour_type", ("LUNET",))),
        },
        comparisons=(
            ComparisonRule("xy", "X against Y", ("drugx", "drugy"), ContextClause("tumour_type", ("NET",)), "no trial", ("src",)),
        ),
    )  # fmt: skip
    (comparison,) = _run(base, *findings, context=context).comparisons  # type: ignore[arg-type]
    return [(point.drug, point.side, point.kind, point.entry) for point in comparison.points]


def test_a_comparison_sets_for_against_and_unknown_of_each_drug_side_by_side() -> None:
    context = Context(tumour_type="PANET", grade="G1")
    found = _compared(_finding("GENA"), _finding("GENB"), _finding("GENC"), context=context)
    assert found == [
        ("drug X", "for", "finding", "sensitive"),
        ("drug X", "for", "context", "option"),
        ("drug X", "unknown", "pathway", ""),
        ("drug Y", "against", "finding", "resistant"),
        ("drug Y", "against", "context", ""),
        ("drug Y", "unknown", "finding", "unsure"),
        ("drug Y", "unknown", "trial", "NCT00000001/y"),
    ]


def test_an_option_whose_conditions_are_not_met_speaks_against_its_drug() -> None:
    found = _compared(context=Context(tumour_type="PANET", grade="G3"))
    assert ("drug X", "against", "context", "option") in found
    # Nothing was found for the rules, so no finding speaks.
    assert not [item for item in found if item[2] == "finding"]


def test_a_comparison_that_may_not_arise_is_unknown_and_names_the_field() -> None:
    rule = ComparisonRule("xy", "X", ("drugx",), ContextClause("tumour_type", ("NET",)), "s", ("src",))
    base = replace(_knowledge(), comparisons=(rule,))
    (open_one,) = _run(base).comparisons
    assert (open_one.match, open_one.needs) == ("unknown", ("tumour type of this patient",))
    assert _run(base, context=Context(tumour_type="COAD")).comparisons == ()


# ---------------------------------------------------------------- gaps of the context


def test_a_missing_field_names_the_lines_it_would_help_to_decide() -> None:
    statement = _assertion("waits-for-grade", "GENA", context=G12)
    trial = _trial("NCT00000001", Arm("near", "near", (), _when("GENA")))
    over = _trial("NCT00000002", Arm("gone", "gone", (), _when("GENA")), status="terminated")
    result = _run(_knowledge(statement, trials=(trial, over)), _finding("GENA"))
    gaps = {gap.what: gap for gap in result.not_assessed}
    assert gaps["grade"].why == (
        "not given with the sample; it would help to decide waits-for-grade, NCT00000001/near"
    )
    assert gaps["stage"].why == "not given with the sample"


@pytest.mark.parametrize("field", ["functioning"])
def test_a_field_that_few_rules_ask_is_a_gap_only_where_a_line_waits_for_it(field: str) -> None:
    word = {"functioning": "functioning or not"}.get(field, field)
    asks = _assertion("asks", "GENA", context=ContextClause(field, ("well", "functioning")))
    for assertion, listed in ((asks, True), (_assertion("a", "GENA"), False)):
        result = _run(_knowledge(assertion), _finding("GENA"))
        assert (word in {gap.what for gap in result.not_assessed}) is listed


def test_an_irrelevant_finding_changes_no_comparison_and_no_near_miss() -> None:
    rule = ComparisonRule("xy", "X", ("drugx",), ContextClause("tumour_type", ("NET",)), "s", ("src",))
    trial = _trial("NCT00000001", Arm("near", "near", ("drugx",), _when("GENA")))
    base = replace(_knowledge(_assertion("a", "GENA"), trials=(trial,)), comparisons=(rule,))
    context = Context(tumour_type="PANET")
    plain = _run(base, _finding("GENA"), context=context)
    more = _run(base, _finding("GENA"), _finding("GENC"), context=context)
    assert plain.comparisons == more.comparisons
    assert plain.trials == more.trials
