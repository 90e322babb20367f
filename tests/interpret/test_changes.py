"""What differs between two interpretations of one sample is said once, with the entry it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netboard.interpret.changes import changes_between
from netboard.interpret.reread import changes
from netboard.model.evidence import Truth
from netboard.model.result import (
    BiomarkerResult,
    Change,
    Context,
    EvidenceNote,
    Finding,
    GeneAssessment,
    Interpretation,
    Oncogenicity,
    PrognosisLine,
    SubgroupLine,
    TherapyLine,
    TrialLine,
)

_BARE = Interpretation("S", Context(), *({},) * 4, *((),) * 11, {})  # type: ignore[arg-type]


def _result(**given: Any) -> Interpretation:
    return replace(_BARE, **given)


def _line(key: str = "a1", **given: Any) -> TherapyLine:
    values: dict[str, Any] = {
        "drugs": ("drug one",),
        "direction": "sensitivity",
        "match": "yes",
        "level": "B",
        "context_match": "same_tumour",
        "evidence": EvidenceNote("phase 2", 40, "pancreas"),
        "because": (),
        "sources": ("paper",),
        "statement": f"the words of {key}",
        "standing": "approved_here",
        **given,
    }
    return TherapyLine(id=key, **values)


def _arm(arm: str = "Arm A", nct: str = "NCT1", **given: Any) -> TrialLine:
    values: dict[str, Any] = {
        "molecular": Truth.YES,
        "context": Truth.YES,
        "match": Truth.YES,
        "status": "recruiting",
        "as_of": "2026-01-01",
        "other_arm_fits": False,
        "reasons": (),
        "status_state": "current",
        **given,
    }
    return TrialLine(nct=nct, arm=arm, **values)


def _subgroup(name: str, state: str) -> SubgroupLine:
    return SubgroupLine(name, (), state, "")


def _biomarker(value: str | float | None, state: str = "measured", **given: Any) -> BiomarkerResult:
    return BiomarkerResult(
        **{"name": "Burden", "value": value, "unit": "", "state": state, "because": "", "id": "tmb", **given}
    )


def _finding(key: str = "f1", **given: Any) -> Finding:
    return Finding(id=key, type="small_variant", gene="GENA", event="missense", variant=None, **given)


def _said(old: Interpretation, new: Interpretation) -> list[tuple[str, str, str]]:
    return [(change.text, change.kind, change.name) for change in changes_between(old, new)]


def _texts(old: Interpretation, new: Interpretation) -> list[str]:
    return [text for text, _, _ in _said(old, new)]


def test_two_equal_results_differ_in_nothing() -> None:
    full = _result(
        therapies=(_line(),),
        trials=(_arm(),),
        subgroups=(_subgroup("one", "yes"),),
        biomarkers=(_biomarker(2.0),),
        findings=(_finding(oncogenicity=Oncogenicity("x", 0)),),
        genes=(GeneAssessment("GENA", "assessed", "assessed", "assessed"),),
    )
    assert changes_between(full, full) == []


@pytest.mark.parametrize(
    ("field", "what"),
    [("therapies", "therapy statement"), ("background", "standing option")],
)
def test_a_statement_that_comes_or_goes_is_said_with_its_words_in_the_order_of_names(
    field: str, what: str
) -> None:
    old = _result(**{field: (_line("c"), _line("b"))})
    new = _result(**{field: (_line("b"), _line("d", match="unknown"), _line("a"))})
    assert _said(old, new) == [
        (f"{what} a is new (yes): the words of a", "statement", "a"),
        (f"{what} c no longer applies: the words of c", "statement", "c"),
        (f"{what} d is new (unknown): the words of d", "statement", "d"),
    ]


def test_a_prognostic_statement_is_compared_in_the_fields_that_it_has() -> None:
    line = PrognosisLine("GENA", "worse", "yes", (), ("paper",), id="p1", statement="shorter survival")
    old, new = _result(prognosis=(line,)), _result(prognosis=(replace(line, direction="better"),))
    assert _texts(old, new) == ["prognostic or diagnostic statement p1: direction worse -> better"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"match": "unknown"}, "yes -> unknown"),
        ({"direction": "resistance"}, "direction sensitivity -> resistance"),
        ({"level": ""}, "level B -> none"),
        ({"tier_amp": "I"}, "AMP tier none -> I"),
        ({"tier_escat": "IIIA"}, "ESCAT tier none -> IIIA"),
        ({"context_match": "other_net"}, "fit of the tumour same_tumour -> other_net"),
        ({"drugs": ("drug one", "drug two")}, "drugs drug one -> drug one, drug two"),
        ({"drugs": ()}, "drugs drug one -> none"),
        ({"standing": "approved_elsewhere"}, "standing approved_here -> approved_elsewhere"),
        ({"standing": ""}, "standing approved_here -> none"),
        ({"needs": ("grade of this patient",)}, "what would settle it none -> grade of this patient"),
        ({"statement": "other words"}, "its words differ"),
        ({"approval": "a label"}, "its approval differs"),
        ({"evidence": EvidenceNote("phase 3", 400, "pancreas")}, "its evidence differs"),
        ({"sources": ("paper", "other")}, "its sources differ"),
        ({"conflicts_with": ("a2",)}, "its conflicts differ"),
        ({"notes": ("a note",)}, "its notes differ"),
    ],
)
def test_a_change_of_a_listed_statement_says_old_and_new_or_that_it_differs(
    given: dict[str, Any], text: str
) -> None:
    old, new = _result(therapies=(_line(),)), _result(therapies=(_line(**given),))
    assert _said(old, new) == [(f"therapy statement a1: {text}", "statement", "a1")]


def test_what_a_reader_does_not_see_and_what_older_results_do_not_hold_is_no_change() -> None:
    old = _line(standing="", standing_basis="", year=None, genes=())
    new = _line(standing="preclinical", standing_basis="in cells", year=2025, genes=("GENA",))
    assert _texts(_result(therapies=(old,)), _result(therapies=(new,))) == []


# ---------------------------------------------------------------- trials


def test_an_arm_that_fits_otherwise_comes_or_goes_is_said_with_both_values() -> None:
    old = _result(trials=(_arm("Arm A"), _arm("Arm B", match=Truth.UNKNOWN)))
    new = _result(trials=(_arm("Arm A", match=Truth.NO), _arm("Arm C")))
    assert _said(old, new) == [
        ("NCT1, Arm A: yes -> no", "trial", "NCT1"),
        ("NCT1, Arm C: not in the knowledge base -> yes", "trial", "NCT1"),
        ("NCT1, Arm B: unknown -> not in the knowledge base", "trial", "NCT1"),
    ]


def test_arms_are_told_apart_by_trial_and_name() -> None:
    old = _result(trials=(_arm(nct="NCT1"), _arm(nct="NCT2", match=Truth.NO)))
    new = _result(trials=(_arm(nct="NCT1"), _arm(nct="NCT2")))
    assert _texts(old, new) == ["NCT2, Arm A: no -> yes"]


def test_the_status_of_a_trial_is_said_once_for_all_of_its_arms() -> None:
    closed = {"status": "completed", "status_state": "historical"}
    old = _result(trials=(_arm("Arm A"), _arm("Arm B"), _arm(nct="NCT2")))
    new = _result(trials=(_arm("Arm A", **closed), _arm("Arm B", **closed), _arm(nct="NCT2", **closed)))
    assert _said(old, new) == [
        ("NCT1: status recruiting -> completed", "trial", "NCT1"),
        ("NCT2: status recruiting -> completed", "trial", "NCT2"),
    ]


@pytest.mark.parametrize(("as_of", "date"), [("2026-01-01", "2026-01-01"), ("", "no date")])
def test_a_status_that_is_no_longer_current_is_said_once_with_its_date(as_of: str, date: str) -> None:
    stale = {"status_state": "not_current", "as_of": as_of}
    old = _result(trials=(_arm("Arm A", as_of=as_of), _arm("Arm B", as_of=as_of)))
    new = _result(trials=(_arm("Arm A", **stale), _arm("Arm B", **stale)))
    assert _said(old, new) == [(f"NCT1: status of {date}: current -> not current", "trial", "NCT1")]


def test_a_trial_of_which_one_arm_changed_its_status_is_not_named_again_for_its_age() -> None:
    old = _result(trials=(_arm("Arm A"), _arm("Arm B")))
    new = _result(trials=(_arm("Arm A", status="completed"), _arm("Arm B", status_state="not_current")))
    assert _texts(old, new) == ["NCT1: status recruiting -> completed"]


def test_a_result_of_before_the_age_of_a_status_was_kept_says_nothing_of_it() -> None:
    old, new = _result(trials=(_arm(status_state=""),)), _result(trials=(_arm(),))
    assert _texts(old, new) == []


# ---------------------------------------------------------------- subgroups, biomarkers


def test_a_subgroup_is_compared_by_its_state_in_the_order_of_names() -> None:
    old = _result(subgroups=(_subgroup("gone", "yes"), _subgroup("same", "no"), _subgroup("turned", "no")))
    new = _result(
        subgroups=(_subgroup("turned", "not_assessable"), _subgroup("same", "no"), _subgroup("come", "yes"))
    )
    assert _said(old, new) == [
        ("subgroup 'come': not listed -> yes", "subgroup", "come"),
        ("subgroup 'gone': yes -> not listed", "subgroup", "gone"),
        ("subgroup 'turned': no -> not assessable", "subgroup", "turned"),
    ]


@pytest.mark.parametrize(
    ("was", "now", "text"),
    [
        (_biomarker(2.0), _biomarker(12.0), "2.0 -> 12.0"),
        (_biomarker(None, "not_assessed"), _biomarker(0.0), "not assessed -> 0.0"),
        (_biomarker("high"), _biomarker(None, "refused"), "high -> refused"),
    ],
)
def test_a_biomarker_is_compared_by_its_value_else_by_its_state(
    was: BiomarkerResult, now: BiomarkerResult, text: str
) -> None:
    said = _said(_result(biomarkers=(was,)), _result(biomarkers=(now,)))
    assert said == [(f"biomarker 'Burden': {text}", "biomarker", "tmb")]


def test_a_biomarker_that_one_result_does_not_list_is_not_compared() -> None:
    other = _biomarker(1.0, name="Other")
    old, new = _result(biomarkers=(_biomarker(2.0),)), _result(biomarkers=(other, _biomarker(3.0, id="")))
    assert _said(old, new) == [("biomarker 'Burden': 2.0 -> 3.0", "biomarker", "Burden")]
    assert _texts(new, _result()) == []


# ---------------------------------------------------------------- findings, genes


def test_a_finding_says_significance_and_tiers_that_differ() -> None:
    was = _finding(oncogenicity=Oncogenicity("x", 0), tier_amp="II", tier_set_by=("old_line",))
    now = _finding(
        oncogenicity=Oncogenicity("x", 8, significance="pathogenic"),
        tier_amp="I",
        tier_escat="IA",
        tier_set_by=("new_line", "other"),
    )
    assert _said(_result(findings=(was,)), _result(findings=(_finding("f0"), now))) == [
        ("f1: uncertain -> pathogenic", "gene", "GENA"),
        ("f1: AMP tier II -> I", "statement", "new_line"),
        ("f1: ESCAT tier none -> IA", "statement", "new_line"),
    ]


def test_a_tier_that_is_gone_belongs_to_the_statement_that_had_set_it_else_to_the_gene() -> None:
    set_by = _finding(tier_amp="II", tier_set_by=("old_line",))
    assert _said(_result(findings=(set_by,)), _result(findings=(_finding(),))) == [
        ("f1: AMP tier II -> none", "statement", "old_line")
    ]
    alone = _finding(tier_amp="II")
    assert _said(_result(findings=(alone,)), _result(findings=(_finding(),))) == [
        ("f1: AMP tier II -> none", "gene", "GENA")
    ]


def test_a_finding_without_points_in_one_result_is_not_compared_by_them() -> None:
    weighed = _result(findings=(_finding(oncogenicity=Oncogenicity("x", 8, significance="pathogenic")),))
    bare = _result(findings=(_finding(),))
    assert _texts(weighed, bare) == _texts(bare, weighed) == []


def test_genes_that_joined_or_left_the_panel_are_named_in_order() -> None:
    def panel(*names: str) -> Interpretation:
        return _result(
            genes=tuple(GeneAssessment(name, "assessed", "assessed", "assessed") for name in names)
        )

    assert _said(panel("GENC", "GENA", "GENB"), panel("GENZ", "GENC", "GENY")) == [
        ("gene GENY is asked now; the stored run did not look at it: not covered", "gene", "GENY"),
        ("gene GENZ is asked now; the stored run did not look at it: not covered", "gene", "GENZ"),
        ("gene GENA is no longer part of the panel", "gene", "GENA"),
        ("gene GENB is no longer part of the panel", "gene", "GENB"),
    ]
    assert _texts(panel(), panel("GENA")) == _texts(panel("GENA"), panel()) == []


def test_statements_come_first_then_arms_subgroups_biomarkers_findings_and_genes() -> None:
    old = _result(
        therapies=(_line("t"),),
        background=(_line("b"),),
        prognosis=(PrognosisLine("GENA", "worse", "yes", (), (), id="p"),),
        trials=(_arm(),),
        subgroups=(_subgroup("s", "yes"),),
        biomarkers=(_biomarker(2.0),),
        findings=(_finding(tier_amp="I"),),
        genes=(GeneAssessment("GENA", "assessed", "assessed", "assessed"),),
    )
    new = _result(
        biomarkers=(_biomarker(3.0),),
        findings=(_finding(),),
        genes=(GeneAssessment("GENB", "assessed", "assessed", "assessed"),),
    )
    found: list[Change] = changes_between(old, new)
    assert [(change.kind, change.name) for change in found] == [
        ("statement", "t"),
        ("statement", "b"),
        ("statement", "p"),
        ("trial", "NCT1"),
        ("subgroup", "s"),
        ("biomarker", "tmb"),
        ("gene", "GENA"),
        ("gene", "GENB"),
        ("gene", "GENA"),
    ]
    assert changes(old, new) == [change.text for change in found]
