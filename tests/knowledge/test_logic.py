"""The evaluator against Kleene's tables and the printed table of event leaves, exhaustively."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from netboard.knowledge.logic import conjunction, evaluate, leaves, negate
from netboard.model.evidence import (
    BiomarkerClause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    Therapy,
    Truth,
    TumourType,
)
from netboard.model.facts import SCOPES, BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.result import Context
from netboard.model.variant import Gene, Interval, Panel, Promoter

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

_TYPES = {
    code: TumourType(code, code, parents, neuroendocrine=True, differentiation=differentiation)
    for code, parents, differentiation in (
        ("NEN", (), ""),
        ("NET", ("NEN",), "well"),
        ("PANET", ("NET",), "well"),
        ("NEC", ("NEN",), "poor"),
    )
}
_GENES = {
    "GENA": Gene("GENA", "a gene", "HGNC:1"),
    "GENP": Gene(
        "GENP", "a gene with a promoter", "HGNC:2", promoters=(Promoter("GRCh38", Interval("5", 1, 9)),)
    ),
}
KNOWLEDGE = Knowledge(Panel(_GENES, ()), (), (), {}, _TYPES, {}, (), (), "0", "0", "2026-01-01")

#: Context leaves that are surely yes, no and unknown, to build every table from.
_CONTEXT = Context(grade="G2")
_LEAF = {
    YES: ContextClause("grade", ("G2",)),
    NO: ContextClause("grade", ("G1",)),
    UNKNOWN: ContextClause("stage", ("metastatic",)),
}


def _group(op: str, values: tuple[Truth, ...], count: int = 0) -> Truth:
    clause = GroupClause(op, tuple(_LEAF[value] for value in values), count)  # type: ignore[arg-type]
    return evaluate(clause, Facts(context=_CONTEXT), KNOWLEDGE).value


@pytest.mark.parametrize(
    ("pair", "least", "greatest"),
    [
        ((NO, NO), NO, NO),
        ((NO, UNKNOWN), NO, UNKNOWN),
        ((NO, YES), NO, YES),
        ((UNKNOWN, NO), NO, UNKNOWN),
        ((UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN),
        ((UNKNOWN, YES), UNKNOWN, YES),
        ((YES, NO), NO, YES),
        ((YES, UNKNOWN), UNKNOWN, YES),
        ((YES, YES), YES, YES),
    ],
)
def test_groups_follow_kleenes_strong_tables(
    pair: tuple[Truth, Truth], least: Truth, greatest: Truth
) -> None:
    assert _group("all_of", pair) is least
    assert _group("any_of", pair) is greatest
    assert _group("none_of", pair) is negate(greatest)


def test_negation_leaves_unknown_unknown() -> None:
    assert [negate(value) for value in (NO, UNKNOWN, YES)] == [YES, UNKNOWN, NO]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_at_least_counts_sure_and_possible_clauses(count: int) -> None:
    for values in itertools.product((NO, UNKNOWN, YES), repeat=3):
        sure, possible = values.count(YES), 3 - values.count(NO)
        expected = YES if sure >= count else UNKNOWN if possible >= count else NO
        assert _group("at_least", values, count) is expected, values


@pytest.mark.parametrize("op", ["any_of", "all_of", "none_of", "at_least"])
def test_an_empty_group_is_refused(op: str) -> None:
    with pytest.raises(ValueError, match="no clause"):
        evaluate(GroupClause(op, ()), Facts(), KNOWLEDGE)  # type: ignore[arg-type]


def test_the_reasons_of_a_group_are_those_of_the_clauses_that_decide() -> None:
    proof = evaluate(GroupClause("any_of", (_LEAF[NO], _LEAF[YES])), Facts(context=_CONTEXT), KNOWLEDGE)
    assert proof.because == ("grade = G2",)
    proof = evaluate(GroupClause("all_of", (_LEAF[UNKNOWN], _LEAF[YES])), Facts(context=_CONTEXT), KNOWLEDGE)
    assert proof.needs == ("stage of this patient",)
    assert len(leaves(proof)) == 2


def test_a_field_whose_name_says_too_little_is_asked_for_in_words() -> None:
    proof = evaluate(ContextClause("functioning", ("non_functioning",)), Facts(), KNOWLEDGE)
    assert (proof.value, proof.code) == (Truth.UNKNOWN, "context_missing")
    assert proof.needs == ("whether the tumour is functioning",)


def test_a_conjunction_of_proofs_is_their_least() -> None:
    proofs = [evaluate(_LEAF[value], Facts(context=_CONTEXT), KNOWLEDGE) for value in (YES, UNKNOWN)]
    assert conjunction("both", proofs).value is UNKNOWN


# ---------------------------------------------------------------- event leaf

_ASSESSED = {"GENA": dict.fromkeys(SCOPES, Coverage("assessed"))}
_UNDECLARED = {"GENA": dict.fromkeys(SCOPES, Coverage("undeclared", "absent_assay_undeclared"))}
_WANTED = EventClause("GENA", ("truncating", "hotspot"))


def _event(**given: object) -> FactEvent:
    values = {"id": "e", "gene": "GENA", "event": "truncating", "significance": "pathogenic", **given}
    return FactEvent(**values)  # type: ignore[arg-type]


def _leaf(
    clause: EventClause, *events: FactEvent, coverage: dict[str, dict[str, Coverage]] | None = None
) -> tuple[Truth, str]:
    facts = Facts({"GENA": events}, _ASSESSED if coverage is None else coverage)
    proof = evaluate(clause, facts, KNOWLEDGE)
    return proof.value, proof.code


@pytest.mark.parametrize(
    ("given", "value", "code"),
    [
        ({}, YES, "found"),
        ({"support": "unknown"}, YES, "found"),
        ({"passed": False}, UNKNOWN, "found_filtered"),
        ({"support": "low"}, UNKNOWN, "found_low_support"),
        ({"event": "undetermined", "possible": ("truncating", "missense")}, UNKNOWN, "effect_undetermined"),
        ({"event": "undetermined"}, UNKNOWN, "effect_undetermined"),
        ({"settled": False, "possible": ("truncating", "synonymous")}, UNKNOWN, "effect_undetermined"),
        (
            {"settled": False, "event": "missense", "possible": ("truncating",)},
            UNKNOWN,
            "effect_undetermined",
        ),
        ({"significance": "uncertain"}, UNKNOWN, "significance_uncertain"),
        ({"significance": "benign"}, NO, "absent_covered"),
        ({"event": "missense"}, NO, "absent_covered"),
        ({"event": "undetermined", "possible": ("in_frame",)}, NO, "absent_covered"),
        ({"event": "synonymous"}, NO, "absent_covered"),
    ],
)
def test_an_event_leaf_follows_the_printed_table(given: dict[str, object], value: Truth, code: str) -> None:
    assert _leaf(_WANTED, _event(**given)) == (value, code)


def test_the_first_row_that_fits_wins_over_several_events() -> None:
    filtered, sure = _event(id="f", passed=False), _event(id="s")
    proof = evaluate(_WANTED, Facts({"GENA": (filtered, sure)}, _ASSESSED), KNOWLEDGE)
    assert (proof.value, proof.because) == (YES, ("s",))


@pytest.mark.parametrize(
    ("coverage", "code"),
    [
        (Coverage("not_assessed", "class_not_assayed"), "class_not_assayed"),
        (Coverage("not_assessed", "not_covered"), "not_covered"),
        (Coverage("partly", "partly_covered", 0.9), "partly_covered"),
        (Coverage("undeclared", "absent_assay_undeclared"), "absent_assay_undeclared"),
    ],
)
def test_nothing_found_is_unknown_where_it_could_not_be_seen(coverage: Coverage, code: str) -> None:
    assert _leaf(_WANTED, coverage={"GENA": dict.fromkeys(SCOPES, coverage)}) == (UNKNOWN, code)


def test_nothing_found_is_no_where_gene_and_class_were_assessed() -> None:
    assert _leaf(_WANTED) == (NO, "absent_covered")


def test_a_rule_may_accept_less_coverage() -> None:
    partly = {"GENA": dict.fromkeys(SCOPES, Coverage("partly", "partly_covered", 0.9))}
    assert _leaf(EventClause("GENA", ("truncating",), min_callable=0.8), coverage=partly) == (
        NO,
        "absent_covered",
    )


def test_a_gene_of_no_coverage_statement_is_not_covered() -> None:
    assert _leaf(_WANTED, coverage={}) == (UNKNOWN, "not_covered")


def test_surely_another_event_is_no_only_where_the_gene_was_assessed() -> None:
    assert _leaf(_WANTED, _event(event="missense"), coverage=_UNDECLARED) == (
        UNKNOWN,
        "absent_assay_undeclared",
    )


def test_a_rule_over_two_scopes_needs_both_assessed() -> None:
    small = {
        "GENA": {
            s: Coverage("assessed")
            if s == "small_variants"
            else Coverage("not_assessed", "class_not_assayed")
            for s in SCOPES
        }
    }
    clause = EventClause("GENA", ("truncating", "deletion"))
    assert _leaf(clause, coverage=small) == (UNKNOWN, "class_not_assayed")
    assert _leaf(clause, _event(), coverage=small) == (YES, "found")


def test_the_promoter_is_asked_only_of_genes_that_have_one() -> None:
    scopes = {
        s: Coverage("assessed") if s == "small_variants" else Coverage("not_assessed", "class_not_assayed")
        for s in SCOPES
    }
    facts = Facts({}, {"GENA": scopes, "GENP": scopes})
    events = ("truncating", "promoter")
    assert evaluate(EventClause("GENA", events), facts, KNOWLEDGE).value is NO
    assert evaluate(EventClause("GENP", events), facts, KNOWLEDGE).code == "class_not_assayed"


def test_a_recurrent_allele_answers_a_rule_that_asks_for_missense() -> None:
    assert _leaf(EventClause("GENA", ("missense",)), _event(event="hotspot")) == (YES, "found")


def test_a_named_allele_must_be_that_allele() -> None:
    clause = EventClause("GENA", ("hotspot",), alleles=("V600E",))
    assert _leaf(clause, _event(event="hotspot", label="V600E")) == (YES, "found")
    assert _leaf(clause, _event(event="hotspot", label="V600K")) == (NO, "absent_covered")


@pytest.mark.parametrize(
    ("asked", "origin", "value"),
    [
        ("germline", "somatic", UNKNOWN),
        ("germline", "unknown", UNKNOWN),
        ("somatic", "somatic", YES),
        ("somatic", "unknown", UNKNOWN),
        ("any", "unknown", YES),
    ],
)
def test_origin_narrows_a_rule(asked: str, origin: str, value: Truth) -> None:
    clause = EventClause("GENA", ("truncating",), origin=asked)  # type: ignore[arg-type]
    assert _leaf(clause, _event(origin=origin))[0] is value


def test_nothing_inherited_found_is_no_only_where_the_file_holds_inherited_variants() -> None:
    clause = EventClause("GENA", ("truncating",), origin="germline")
    assert _leaf(clause) == (UNKNOWN, "germline_not_assayed")
    germline = {"GENA": {**_ASSESSED["GENA"], "germline": Coverage("assessed")}}
    assert _leaf(clause, coverage=germline) == (NO, "absent_covered")
    assert _leaf(clause, _event(origin="somatic"), coverage=germline) == (NO, "absent_covered")


# ---------------------------------------------------------------- biomarker and context leaves


@pytest.mark.parametrize(
    ("value", "expected", "code"),
    [
        (12.0, YES, "biomarker_value"),
        (10.0, YES, "biomarker_value"),
        (9.5, UNKNOWN, "biomarker_near_cut"),
        (10.5, UNKNOWN, "biomarker_near_cut"),
        (5.0, NO, "biomarker_value"),
        ("high", UNKNOWN, "biomarker_not_measured"),
    ],
)
def test_a_biomarker_near_its_cut_is_unknown(value: float | str, expected: Truth, code: str) -> None:
    facts = Facts(biomarkers={"tmb": BiomarkerFact(value)})
    proof = evaluate(BiomarkerClause("tmb", at_least=10), facts, KNOWLEDGE)
    assert (proof.value, proof.code) == (expected, code)


def test_a_biomarker_that_was_not_measured_or_is_in_doubt_is_unknown() -> None:
    assert evaluate(BiomarkerClause("tmb", at_least=10), Facts(), KNOWLEDGE).code == "biomarker_not_measured"
    doubt = Facts(biomarkers={"tmb": BiomarkerFact(40, doubt="measured after temozolomide")})
    assert evaluate(BiomarkerClause("tmb", at_least=10), doubt, KNOWLEDGE).code == "biomarker_in_doubt"


@pytest.mark.parametrize(
    ("given", "wanted", "value", "code"),
    [
        ("PANET", "NET", YES, "context_value"),
        ("NET", "NET", YES, "context_value"),
        ("NEN", "PANET", UNKNOWN, "context_ancestor"),
        ("NEC", "NET", NO, "context_value"),
        (None, "NET", UNKNOWN, "context_missing"),
    ],
)
def test_tumour_types_match_descendants_and_ancestors_are_unknown(
    given: str | None, wanted: str, value: Truth, code: str
) -> None:
    facts = Facts(context=Context(tumour_type=given))
    proof = evaluate(ContextClause("tumour_type", (wanted,)), facts, KNOWLEDGE)
    assert (proof.value, proof.code) == (value, code)


@pytest.mark.parametrize(
    ("prior", "value"), [(None, UNKNOWN), ((), NO), (("temozolomide",), YES), (("everolimus",), NO)]
)
def test_no_prior_therapy_differs_from_not_told(prior: tuple[str, ...] | None, value: Truth) -> None:
    facts = Facts(context=Context(prior_therapy=prior))
    assert evaluate(ContextClause("prior_therapy", ("temozolomide",)), facts, KNOWLEDGE).value is value


def test_a_number_of_the_context_is_compared_with_its_range() -> None:
    clause = ContextClause("ki67", at_least=20, at_most=55)
    values = [
        evaluate(clause, Facts(context=Context(ki67=number)), KNOWLEDGE).value
        for number in (10.0, 20.0, 60.0)
    ]
    assert values == [NO, YES, NO]


@pytest.mark.parametrize(("grade", "value"), [("NEC", "poor"), ("G1", "well"), ("G2", "well")])
def test_differentiation_follows_from_the_grade(grade: str, value: str) -> None:
    facts = Facts(context=Context(grade=grade))
    assert evaluate(ContextClause("differentiation", (value,)), facts, KNOWLEDGE).value is YES


def test_a_grade_of_three_alone_does_not_tell_the_differentiation() -> None:
    facts = Facts(context=Context(grade="G3"))
    assert evaluate(ContextClause("differentiation", ("well",)), facts, KNOWLEDGE).value is UNKNOWN


def test_an_earlier_treatment_is_known_by_any_of_its_words() -> None:
    therapies = {"drug_a": Therapy("drug_a", "drug A", aliases=("DRA",))}
    knowledge = replace(KNOWLEDGE, therapies=therapies)
    for words in (("DRA",), ("Drug A",), ("drug-a",)):
        facts = Facts(context=Context(prior_therapy=words))
        for wanted in (("drug_a",), ("drug A",), ("any",)):
            assert evaluate(ContextClause("prior_therapy", wanted), facts, knowledge).value is YES
    nothing = Facts(context=Context(prior_therapy=()))
    assert evaluate(ContextClause("prior_therapy", ("any",)), nothing, knowledge).value is NO


def test_a_recurrent_substitution_is_no_in_frame_change() -> None:
    clause = EventClause("GENA", ("in_frame",))
    assert _leaf(clause, _event(event="hotspot", label="V600E")) == (NO, "absent_covered")
    assert _leaf(clause, _event(event="hotspot", label="W557_K558del")) == (YES, "found")
