"""What a proof says beside its value: clause, code, what decided, what would settle it, and flags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.test_logic import KNOWLEDGE, NO, UNKNOWN, YES
from netboard.knowledge.logic import conjunction, evaluate
from netboard.model.evidence import (
    Biomarker,
    BiomarkerClause,
    ContextClause,
    EventClause,
    GroupClause,
    Truth,
    TumourType,
)
from netboard.model.facts import SCOPES, BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.result import Context, Proof
from netboard.model.variant import Gene, Interval, Panel, Promoter

_TRUNCATED = EventClause("GENA", ("truncating",))
_ASSESSED = {"GENA": dict.fromkeys(SCOPES, Coverage("assessed"))}


def _found(**given: object) -> FactEvent:
    values = {"id": "e", "gene": "GENA", "event": "truncating", "significance": "pathogenic", **given}
    return FactEvent(**values)  # type: ignore[arg-type]


def _ask(
    clause: EventClause, *events: FactEvent, coverage: dict[str, dict[str, Coverage]] | None = None
) -> Proof:
    facts = Facts({"GENA": events} if events else {}, _ASSESSED if coverage is None else coverage)
    return evaluate(clause, facts, KNOWLEDGE)


def _only(scope: str, cover: Coverage) -> dict[str, dict[str, Coverage]]:
    return {"GENA": {**dict.fromkeys(SCOPES, Coverage("assessed")), scope: cover}}


# ---------------------------------------------------------------- event leaf: words


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (EventClause("GENA", ("truncating", "start_loss")), "GENA: truncating or start loss (pathogenic)"),
        (EventClause("GENA", ("hotspot",), pathogenic=False), "GENA: hotspot"),
        (EventClause("GENA", ("hotspot",), ("V600E", "V600K")), "GENA V600E, V600K: hotspot (pathogenic)"),
        (EventClause("GENA", ("splice",), origin="germline"), "GENA: splice (pathogenic, germline)"),
        (EventClause("GENA", ("splice",), pathogenic=False, origin="somatic"), "GENA: splice (somatic)"),
    ],
)
def test_an_event_clause_is_told_in_words(clause: EventClause, text: str) -> None:
    assert _ask(clause).clause == text


@pytest.mark.parametrize(
    ("given", "need"),
    [
        ({"passed": False}, "GENA: confirm the filtered call by another method or a deeper sequencing run"),
        (
            {"support": "low"},
            "GENA: confirm the low-support call by another method or a deeper sequencing run",
        ),
        ({"event": "undetermined"}, "GENA: run again with --fasta, so that the effect can be told"),
        ({"event": "undetermined", "remedy": "phase the two variants"}, "phase the two variants"),
        (
            {"significance": "uncertain"},
            "GENA: functional or clinical evidence that this variant of uncertain significance is pathogenic",
        ),
    ],
)
def test_an_open_event_says_what_would_settle_it(given: dict[str, object], need: str) -> None:
    proof = _ask(_TRUNCATED, _found(**given))
    assert (proof.value, proof.needs, proof.because) == (UNKNOWN, (need,), ("e",))


def test_an_open_origin_asks_for_the_test_that_the_event_names() -> None:
    clause = replace(_TRUNCATED, origin="germline")
    proof = _ask(clause, _found(origin_remedy="a germline test of GENA"))
    assert (proof.code, proof.needs) == ("origin_undetermined", ("GENA: a germline test of GENA",))


def test_what_was_found_needs_nothing_more() -> None:
    proof = _ask(_TRUNCATED, _found())
    assert (proof.value, proof.needs, proof.flags) == (YES, (), ())


def test_reads_that_were_not_stated_are_flagged() -> None:
    assert _ask(_TRUNCATED, _found(support="unknown")).flags == ("support_not_stated",)
    assert _ask(_TRUNCATED, _found(support="low")).flags == ()


@pytest.mark.parametrize(
    ("reason", "need"),
    [
        ("class_not_assayed", "an assay that sees small variants of GENA"),
        ("absent_assay_undeclared", "declare what was sequenced (--assay or --targets)"),
        ("partly_covered", "sequencing of the uncovered part of GENA"),
        ("record_not_read", "a call for the record of GENA that could not be read in this sample"),
        ("build_in_doubt", "the genome build of the file (--build, or a header of the right build)"),
        ("not_covered", "an assay that covers GENA"),
        (
            "no_copy_number_call",
            "a copy-number call that covers GENA (of a gene on X: total copies, and --sex)",
        ),
    ],
)
def test_each_gap_of_an_assay_says_what_would_close_it(reason: str, need: str) -> None:
    proof = _ask(_TRUNCATED, coverage={"GENA": dict.fromkeys(SCOPES, Coverage("not_assessed", reason))})
    assert (proof.value, proof.code, proof.needs) == (UNKNOWN, reason, (need,))


@pytest.mark.parametrize(
    ("scope", "event", "word"),
    [
        ("copy_number", "deletion", "copy number"),
        ("fusions", "fusion", "fusions and rearrangements"),
        ("promoter", "promoter", "the promoter"),
    ],
)
def test_a_class_that_was_not_assayed_is_named(scope: str, event: str, word: str) -> None:
    coverage = _only(scope, Coverage("not_assessed", "class_not_assayed"))
    assert _ask(EventClause("GENA", (event,)), coverage=coverage).needs == (
        f"an assay that sees {word} of GENA",
    )


_GAPS = (
    "build_in_doubt",
    "class_not_assayed",
    "not_covered",
    "no_copy_number_call",
    "record_not_read",
    "partly_covered",
    "absent_assay_undeclared",
)


@pytest.mark.parametrize("first", range(len(_GAPS)))
@pytest.mark.parametrize("second", range(len(_GAPS)))
def test_of_two_gaps_the_graver_gives_the_code_whatever_their_order(first: int, second: int) -> None:
    coverage = {
        "GENA": {
            "small_variants": Coverage("not_assessed", _GAPS[first]),
            "copy_number": Coverage("not_assessed", _GAPS[second]),
        }
    }
    proof = _ask(EventClause("GENA", ("truncating", "deletion")), coverage=coverage)
    assert proof.code == _GAPS[min(first, second)]
    assert len(proof.needs) == (1 if first == second and _GAPS[first] != "class_not_assayed" else 2)


def test_a_gap_of_a_reason_that_the_table_does_not_hold_comes_last() -> None:
    for reasons in (("odd", "absent_assay_undeclared"), ("absent_assay_undeclared", "odd")):
        small, copies = (Coverage("not_assessed", reason) for reason in reasons)
        coverage = {"GENA": {"small_variants": small, "copy_number": copies}}
        proof = _ask(EventClause("GENA", ("truncating", "deletion")), coverage=coverage)
        assert proof.code == "absent_assay_undeclared"


# ---------------------------------------------------------------- the states of a gene


@pytest.mark.parametrize(
    ("cover", "code"),
    [
        (Coverage("assessed"), "absent_covered"),
        (Coverage("assessed", "partly_covered", 0.5), "absent_covered"),
        (Coverage("partly", "", 0.95), "absent_covered"),
        (Coverage("partly", "", 0.9499), "partly_covered"),
        (Coverage("partly", ""), "partly_covered"),
        (Coverage("partly", "record_not_read", 1.0), "record_not_read"),
        (Coverage("partly", "other", 0.99), "absent_covered"),
        (Coverage("undeclared"), "absent_assay_undeclared"),
        (Coverage("not_assessed"), "not_covered"),
        (Coverage("not_assessed", "record_not_read"), "record_not_read"),
        (Coverage("undeclared", "build_in_doubt"), "build_in_doubt"),
    ],
)
def test_each_state_of_a_gene_gives_its_code(cover: Coverage, code: str) -> None:
    proof = _ask(_TRUNCATED, coverage={"GENA": {"small_variants": cover}})
    assert proof.code == code
    assert proof.value is (NO if code == "absent_covered" else UNKNOWN)


@pytest.mark.parametrize(("basis", "flag"), [("design", "basis_design"), ("measured", "basis_measured")])
def test_a_no_says_whether_the_coverage_was_designed_or_measured(basis: str, flag: str) -> None:
    proof = _ask(_TRUNCATED, coverage={"GENA": {"small_variants": Coverage("assessed", basis=basis)}})
    assert (proof.value, proof.flags, proof.needs) == (NO, (flag,), ())


def test_a_scope_without_a_statement_is_not_covered() -> None:
    assert _ask(EventClause("GENA", ("fusion",)), coverage={"GENA": {}}).code == "not_covered"


def test_the_promoter_alone_is_asked_even_of_a_gene_without_one() -> None:
    coverage = _only("promoter", Coverage("not_assessed", "class_not_assayed"))
    assert _ask(EventClause("GENA", ("promoter",)), coverage=coverage).code == "class_not_assayed"
    assert _ask(EventClause("GENA", ("truncating", "promoter")), coverage=coverage).value is NO


def test_a_gene_that_the_panel_does_not_hold_asks_no_promoter() -> None:
    coverage = {"GENX": {"small_variants": Coverage("assessed")}}
    clause = EventClause("GENX", ("truncating", "promoter"))
    assert evaluate(clause, Facts({}, coverage), KNOWLEDGE).value is NO


def test_two_other_classes_are_both_asked_of_a_gene_without_a_promoter() -> None:
    coverage = _only("copy_number", Coverage("not_assessed", "class_not_assayed"))
    assert _ask(EventClause("GENA", ("truncating", "deletion")), coverage=coverage).value is UNKNOWN


@pytest.mark.parametrize("state", ["partly", "not_assessed", "undeclared"])
def test_inherited_variants_must_be_assessed_and_nothing_less(state: str) -> None:
    clause = replace(_TRUNCATED, origin="germline")
    coverage = {"GENA": {**_ASSESSED["GENA"], "germline": Coverage(state)}}
    proof = _ask(clause, coverage=coverage)
    assert (proof.code, proof.needs) == ("germline_not_assayed", ("a germline test of GENA",))


def test_a_gap_goes_before_the_question_of_inheritance() -> None:
    clause = replace(_TRUNCATED, origin="germline")
    proof = _ask(clause, coverage={"GENA": {"small_variants": Coverage("not_assessed", "not_covered")}})
    assert proof.code == "not_covered"
    assert evaluate(clause, Facts(), KNOWLEDGE).code == "not_covered"


# ---------------------------------------------------------------- event leaf: rows


@pytest.mark.parametrize(
    ("asked", "origin", "value", "code"),
    [
        ("somatic", "germline", NO, "absent_covered"),
        ("somatic", "germline_suspect", UNKNOWN, "origin_undetermined"),
        ("germline", "germline_suspect", UNKNOWN, "origin_undetermined"),
        ("germline", "germline", YES, "found"),
        ("any", "germline", YES, "found"),
        ("any", "somatic", YES, "found"),
    ],
)
def test_an_origin_that_is_known_answers(asked: str, origin: str, value: Truth, code: str) -> None:
    proof = _ask(replace(_TRUNCATED, origin=asked), _found(origin=origin))  # type: ignore[type-var]
    assert (proof.value, proof.code) == (value, code)


@pytest.mark.parametrize("significance", ["uncertain", "benign"])
def test_a_rule_that_asks_for_any_significance_takes_it(significance: str) -> None:
    clause = replace(_TRUNCATED, pathogenic=False)
    assert _ask(clause, _found(significance=significance)).value is YES


def test_a_recurrent_indel_may_be_missense_or_in_frame_and_a_substitution_is_missense() -> None:
    indel, substitution = (
        _found(event="hotspot", label="W557_K558del"),
        _found(event="hotspot", label="V600E"),
    )
    assert _ask(EventClause("GENA", ("missense",)), indel).value is YES
    assert _ask(EventClause("GENA", ("in_frame",)), indel).value is YES
    assert _ask(EventClause("GENA", ("missense",)), substitution).value is YES
    assert _ask(EventClause("GENA", ("hotspot",)), substitution).value is YES
    assert _ask(EventClause("GENA", ("truncating",)), indel).value is NO


def test_no_other_event_stands_for_a_missense_change() -> None:
    for event in ("in_frame", "truncating", "splice", "promoter"):
        assert _ask(EventClause("GENA", ("missense",)), _found(event=event)).value is NO, event


# ---------------------------------------------------------------- groups


def test_a_conjunction_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rule holds no clause"):
        conjunction("rule", [])


def test_what_was_found_is_told_before_what_was_not_covered() -> None:
    missing, found = (
        Proof("a", UNKNOWN, "not_covered", (), ("cover a",)),
        Proof("b", UNKNOWN, "found_filtered", ("e",), ("confirm b",)),
    )
    proof = conjunction("rule", [missing, found])
    assert (proof.code, proof.because, proof.needs) == ("found_filtered", ("e",), ("confirm b", "cover a"))
    assert proof.children == (missing, found)


def test_a_group_whose_value_none_of_its_clauses_has_keeps_all_reasons() -> None:
    """At least two of (yes, unknown, no) is unknown by the one; of (yes, no) it is no by the other."""
    grade, stage = ContextClause("grade", ("G2",)), ContextClause("stage", ("metastatic",))
    facts = Facts(context=Context(grade="G2", stage="metastatic"))
    other = ContextClause("grade", ("G1",))
    proof = evaluate(GroupClause("at_least", (grade, stage, other), 3), facts, KNOWLEDGE)
    assert (proof.value, proof.because) == (NO, ("grade = G2",))
    assert evaluate(GroupClause("at_least", (grade, stage), 2), facts, KNOWLEDGE).because == (
        "grade = G2",
        "stage = metastatic",
    )


def test_more_clauses_than_there_are_can_never_hold_and_all_reasons_are_kept() -> None:
    grade = ContextClause("grade", ("G2",))
    proof = evaluate(GroupClause("at_least", (grade,), 2), Facts(context=Context(grade="G2")), KNOWLEDGE)
    assert (proof.value, proof.because) == (NO, ("grade = G2",))


def test_none_of_nothing_that_decides_the_other_way_keeps_its_reasons() -> None:
    facts = Facts(context=Context(grade="G2"))
    proof = evaluate(GroupClause("none_of", (ContextClause("grade", ("G1",)),)), facts, KNOWLEDGE)
    assert (proof.clause, proof.value, proof.because, len(proof.children)) == (
        "none of",
        YES,
        ("grade = G2",),
        1,
    )


# ---------------------------------------------------------------- biomarker leaf

_MARKED = replace(
    KNOWLEDGE,
    biomarkers={
        "tmb": Biomarker("tmb", "Burden", "mutations/Mb", settled_by="the assay of the label"),
        "odd": Biomarker("odd", "Odd"),
    },
)


def _marker(clause: BiomarkerClause, fact: BiomarkerFact | None = None) -> Proof:
    return evaluate(clause, Facts(biomarkers={clause.name: fact} if fact else {}), _MARKED)


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (BiomarkerClause("tmb", at_least=10, unit="mutations/Mb"), "tmb at least 10 mutations/Mb"),
        (BiomarkerClause("tmb", at_most=5), "tmb at most 5"),
        (BiomarkerClause("tmb", at_least=5, at_most=9), "tmb at least 5 and at most 9"),
        (BiomarkerClause("msi", equals="high"), "msi is high"),
    ],
)
def test_a_biomarker_clause_is_told_in_words(clause: BiomarkerClause, text: str) -> None:
    assert _marker(clause).clause == text


@pytest.mark.parametrize(
    ("name", "need"),
    [("tmb", "the assay of the label"), ("odd", "a measurement of odd"), ("none", "a measurement of none")],
)
def test_a_biomarker_that_was_not_measured_is_unknown_and_names_its_test(name: str, need: str) -> None:
    proof = _marker(BiomarkerClause(name, at_least=1))
    assert (proof.value, proof.code, proof.needs) == (UNKNOWN, "biomarker_not_measured", (need,))


def test_a_biomarker_in_doubt_is_unknown_whatever_its_value() -> None:
    proof = _marker(BiomarkerClause("tmb", at_least=10), BiomarkerFact(99, doubt="after temozolomide"))
    assert (proof.value, proof.because, proof.needs) == (
        UNKNOWN,
        ("tmb: after temozolomide",),
        ("after temozolomide",),
    )


@pytest.mark.parametrize(("value", "truth"), [("High", YES), ("high", YES), ("stable", NO)])
def test_a_word_is_compared_whatever_its_case(value: str, truth: Truth) -> None:
    proof = _marker(BiomarkerClause("msi", equals="HIGH"), BiomarkerFact(value))
    assert (proof.value, proof.code, proof.because) == (truth, "biomarker_value", (f"msi = {value}",))


@pytest.mark.parametrize(
    ("value", "truth"),
    [(1, NO), (5, YES), (7, YES), (10, YES), (20, NO), (4.6, UNKNOWN), (5.4, UNKNOWN), (10.9, UNKNOWN)],
)
def test_both_ends_of_a_range_count_and_what_lies_near_one_is_unknown(value: float, truth: Truth) -> None:
    assert _marker(BiomarkerClause("tmb", at_least=5, at_most=10), BiomarkerFact(value)).value is truth


@pytest.mark.parametrize(("value", "truth"), [(4.5, NO), (11, NO)])
def test_a_value_a_tenth_of_the_cut_away_is_no_longer_near(value: float, truth: Truth) -> None:
    assert _marker(BiomarkerClause("tmb", at_least=5, at_most=10), BiomarkerFact(value)).value is truth


def test_a_value_near_its_cut_says_so_with_the_cut() -> None:
    proof = _marker(BiomarkerClause("tmb", at_least=10), BiomarkerFact(9.5, "mutations/Mb"))
    assert proof.because == ("tmb = 9.5 mutations/Mb",)
    assert proof.needs == ("tmb lies within 10% of the cut of 10: measure it by the assay of the label",)


def test_a_word_where_a_number_belongs_asks_for_the_number() -> None:
    proof = _marker(BiomarkerClause("tmb", at_least=10), BiomarkerFact("high"))
    assert (proof.value, proof.needs) == (UNKNOWN, ("a numeric value of tmb",))


# ---------------------------------------------------------------- context leaf

_PLACED = replace(
    KNOWLEDGE,
    tumour_types={
        **KNOWLEDGE.tumour_types,
        "PANNET": TumourType(
            "PANNET", "p", ("NET",), site="pancreas", neuroendocrine=True, differentiation="well"
        ),
        "ADENO": TumourType("ADENO", "a", (), site="pancreas", differentiation="poor"),
    },
)


def _context(clause: ContextClause, **given: object) -> Proof:
    return evaluate(clause, Facts(context=Context(**given)), _PLACED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clause", "given", "text", "because"),
    [
        (ContextClause("grade", ("G1", "G2")), {"grade": "G2"}, "grade: G1, G2", "grade = G2"),
        (
            ContextClause("ki67", at_least=10, at_most=55),
            {"ki67": 20.0},
            "ki67: at least 10 and at most 55",
            "ki67 = 20",
        ),
        (ContextClause("ki67", at_least=10), {"ki67": 20}, "ki67: at least 10", "ki67 = 20"),
        (ContextClause("ki67", at_most=55), {"ki67": 20.5}, "ki67: at most 55", "ki67 = 20.5"),
        (
            ContextClause("prior_therapy", ("drug_a", "drug_b")),
            {"prior_therapy": ("drug_a", "drug_c")},
            "prior therapy: drug_a, drug_b",
            "prior therapy = drug_a, drug_c",
        ),
        (
            ContextClause("prior_therapy", ("any",)),
            {"prior_therapy": ()},
            "prior therapy: any",
            "prior therapy = none",
        ),
        (
            ContextClause("site", ("pancreas",)),
            {"tumour_type": "PANNET"},
            "site: pancreas",
            "site = pancreas, implied by tumour type or grade",
        ),
        (
            ContextClause("site", ("small_intestine",)),
            {"site": "Small-Intestine"},
            "site: small_intestine",
            "site = Small-Intestine",
        ),
        (
            ContextClause("tumour_type", ("NET",)),
            {"tumour_type": "PANET"},
            "tumour type: NET",
            "tumour type = PANET",
        ),
    ],
)
def test_a_context_clause_says_what_it_asks_and_what_was_given(
    clause: ContextClause, given: dict[str, object], text: str, because: str
) -> None:
    proof = _context(clause, **given)
    assert (proof.clause, proof.because, proof.code) == (text, (because,), "context_value")
    assert proof.value is (NO if because == "prior therapy = none" else YES)


@pytest.mark.parametrize(
    ("number", "value"), [(9.9, NO), (10, YES), (10.0, YES), (55, YES), (55.1, NO), (0, NO)]
)
def test_the_ends_of_a_context_range_belong_to_it(number: float, value: Truth) -> None:
    assert _context(ContextClause("ki67", at_least=10, at_most=55), ki67=number).value is value


def test_an_open_end_of_a_context_range_lets_everything_through() -> None:
    assert _context(ContextClause("ki67", at_most=55), ki67=0.0).value is YES
    assert _context(ContextClause("ki67", at_least=10), ki67=100.0).value is YES


@pytest.mark.parametrize(
    ("field", "wanted", "given", "value"),
    [
        ("site", "pancreas", {"tumour_type": "PANNET"}, YES),
        ("site", "pancreas", {"tumour_type": "PANET"}, UNKNOWN),
        ("site", "pancreas", {"tumour_type": "PANNET", "site": "lung"}, NO),
        ("site", "pancreas", {}, UNKNOWN),
        ("site", "pancreas", {"tumour_type": "nothing known"}, UNKNOWN),
        ("stage", "pancreas", {"tumour_type": "PANNET"}, UNKNOWN),
        ("grade", "NEC", {"tumour_type": "NEC"}, YES),
        ("grade", "G2", {"tumour_type": "NEC"}, NO),
        ("grade", "NEC", {"tumour_type": "NEC", "grade": "G3"}, NO),
        ("grade", "NEC", {"tumour_type": "PANET"}, UNKNOWN),
        ("grade", "NEC", {"tumour_type": "ADENO"}, UNKNOWN),
        ("grade", "NEC", {"tumour_type": "nothing known"}, UNKNOWN),
        ("grade", "NEC", {}, UNKNOWN),
        ("stage", "NEC", {"tumour_type": "NEC"}, UNKNOWN),
        ("differentiation", "poor", {"tumour_type": "NEC"}, YES),
        ("differentiation", "well", {"tumour_type": "PANET"}, YES),
        ("differentiation", "well", {"tumour_type": "NEN"}, UNKNOWN),
        ("differentiation", "well", {"tumour_type": "nothing known"}, UNKNOWN),
        ("differentiation", "well", {"tumour_type": "PANET", "grade": "NEC"}, NO),
        ("differentiation", "poor", {"tumour_type": "NEC", "grade": "G1"}, NO),
        ("differentiation", "poor", {"tumour_type": "NEC", "differentiation": "well"}, NO),
    ],
)
def test_a_field_follows_from_tumour_type_or_grade_where_they_imply_it(
    field: str, wanted: str, given: dict[str, object], value: Truth
) -> None:
    assert _context(ContextClause(field, (wanted,)), **given).value is value


def test_a_tumour_type_that_is_too_broad_asks_for_the_types_inside_it_that_would_fit() -> None:
    proof = _context(ContextClause("tumour_type", ("PANET", "NEC", "ADENO")), tumour_type="NEN")
    assert (proof.value, proof.code, proof.because) == (UNKNOWN, "context_ancestor", ("tumour type = NEN",))
    assert proof.needs == ("a tumour type more exact than NEN (PANET or NEC would fit)",)


def test_a_missing_field_asks_for_it() -> None:
    proof = _context(ContextClause("prior_therapy", ("any",)))
    assert (proof.value, proof.code, proof.needs) == (
        UNKNOWN,
        "context_missing",
        ("prior therapy of this patient",),
    )


def test_an_unknown_tumour_code_is_another_tumour() -> None:
    proof = _context(ContextClause("tumour_type", ("NET",)), tumour_type="XXXX")
    assert (proof.value, proof.code) == (NO, "context_value")


def test_a_gene_with_a_promoter_among_two_classes_keeps_both() -> None:
    genes = {"GENP": Gene("GENP", "p", "HGNC:2", promoters=(Promoter("GRCh38", Interval("5", 1, 9)),))}
    knowledge = replace(KNOWLEDGE, panel=Panel(genes, ()))
    coverage = {"GENP": {"small_variants": Coverage("assessed"), "promoter": Coverage("assessed")}}
    clause = EventClause("GENP", ("truncating", "promoter"))
    assert evaluate(clause, Facts({}, coverage), knowledge).value is NO
    del coverage["GENP"]["promoter"]
    assert evaluate(clause, Facts({}, coverage), knowledge).code == "not_covered"
