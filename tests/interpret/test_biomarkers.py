"""Biomarkers that DNA shows: chromosomes, burden, pattern of substitutions, rules over events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from fixtures.interpretations import minimal
from netboard.interpret import biomarkers
from netboard.interpret.burden import Counted, burden, poisson_interval, signature, worth_counting
from netboard.interpret.changes import changes_between
from netboard.interpret.chromosomes import of_chromosomes
from netboard.knowledge.cases import facts_from_case
from netboard.model.evidence import Knowledge
from netboard.model.markers import ArmShare, ArmsMeasure, Biomarker, Tally
from netboard.model.result import BiomarkerResult, Context, Interpretation
from netboard.model.variant import Assay, Interval

LOSS = ("loss", "loss_of_heterozygosity")
EIGHTEEN = Biomarker("c18", "Loss of 18", arms=ArmsMeasure(("18",), LOSS), settled_by="an array")
COUNT = Biomarker("some", "Some lost", arms=ArmsMeasure(("1", "2", "13"), LOSS, "count"))


def share(arm: str, loss: float = 0.0, told: float = 1.0, by: str = "alleles", **more: float) -> ArmShare:
    return ArmShare(arm, told, by, {"loss": loss, **more})


def shares(*items: ArmShare) -> Mapping[str, ArmShare]:
    return {item.arm: item for item in items}


# ---------------------------------------------------------------- chromosomes


@pytest.mark.parametrize(
    ("short", "long", "value", "open_"),
    [
        (share("18p", 1.0), share("18q", 0.9), "yes", False),
        (share("18p", 0.0), share("18q", 0.1), "no", False),
        (share("18p", 0.0), share("18q", 1.0), "partly", True),
        (share("18p", 0.5), share("18q", 0.5), "partly", True),
        (share("18p", loss_of_heterozygosity=1.0), share("18q", loss_of_heterozygosity=0.8), "yes", False),
        (share("18p", 1.0, told=0.4), share("18q", 1.0), None, True),
        (share("18p", by="ratio"), share("18q", by="ratio"), None, True),
        (share("18p", 1.0, by="ratio"), share("18q", 1.0, by="ratio"), "yes", False),
        (share("18p", by="copies"), share("18q"), "no loss of copies; heterozygosity not told", True),
    ],
)
def test_a_whole_chromosome_is_lost_where_both_arms_are_and_open_where_they_are_not_told(
    short: ArmShare, long: ArmShare, value: str | None, open_: bool
) -> None:
    result, fact = of_chromosomes(EIGHTEEN, shares(short, long))
    assert result.value == value
    assert result.state == ("not_assessed" if value is None else "open" if open_ else "estimated")
    assert (fact is None or bool(fact.doubt)) == open_
    assert bool(result.needs) == open_


def test_an_acrocentric_chromosome_is_told_by_its_long_arm() -> None:
    told = shares(share("1p", 1), share("1q", 1), share("2p"), share("2q"), share("13q", 1))
    result, fact = of_chromosomes(COUNT, told)
    assert result.value == 2.0
    assert "of 1, 13 (3 chromosomes asked)" in result.because
    assert fact is not None
    assert fact.doubt == ""


def test_a_count_with_an_arm_that_is_not_told_is_in_doubt() -> None:
    told = shares(share("1p", 1), share("1q", 1), share("2p", told=0.1), share("2q"), share("13q"))
    result, fact = of_chromosomes(COUNT, told)
    assert result.value == 1.0
    assert fact is not None
    assert "not told: 2" in fact.doubt


def test_a_count_between_the_ends_of_what_is_printed_decides_nothing() -> None:
    between = Biomarker("n", "N", arms=ArmsMeasure(("1", "2"), ("loss",), "count", open=(1, 1)))
    for lost, doubt in ((0, False), (1, True), (2, False)):
        told = shares(*(share(f"{c}{a}", float(c <= lost)) for c in (1, 2) for a in "pq"))
        _, fact = of_chromosomes(between, told)
        assert fact is not None
        assert (fact.value, bool(fact.doubt)) == (lost, doubt)


def test_without_a_segment_table_nothing_is_said_of_chromosomes() -> None:
    result, fact = of_chromosomes(EIGHTEEN, None)
    assert (result.value, result.state, fact) == (None, "not_assessed", None)
    assert "--segments" in result.needs[0]


# ---------------------------------------------------------------- burden


def _tmb(knowledge: Knowledge, counted: Counted, **context: Any) -> BiomarkerResult:
    return burden(knowledge.biomarkers["tmb"], counted, Context(**context), knowledge)[0]


def tally(**counts: Any) -> Tally:
    return Tally(**{"somatic": 30, "indels": 4, "judged": True, "bed_megabases": 1.5, **counts})


def test_the_burden_is_the_somatic_variants_over_the_size_of_the_bed(knowledge: Knowledge) -> None:
    result = _tmb(knowledge, Counted(tally()), prior_therapy=())
    assert (result.value, result.unit, result.state) == (20.0, "mutations/Mb", "estimated")
    for words in ("30 somatic variants in 1.50 Mb", "4 of them", "95 % interval", "silent changes", "label"):
        assert words in result.because


def test_a_declared_callable_size_stands_for_that_of_the_bed(knowledge: Knowledge) -> None:
    assert _tmb(knowledge, Counted(tally(), megabases=1.0)).value == 30.0


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (Counted(), "not counted beyond the panel genes"),
        (Counted(tally(bed_megabases=0.6)), "too few: below 0.667 Mb"),
        (Counted(tally(), megabases=0.5), "too few"),
        (Counted(tally(), megabases=2.0), "declares 2 Mb, and its BED holds 1.50"),
        (Counted(tally(bed_megabases=None)), "no BED"),
        (Counted(tally(judged=False)), "FILTER is empty"),
        (Counted(tally(unstated=10)), "states no reads of the matched normal for 10 of 40"),
        (Counted(tally(open=10)), "leaves the origin of 10 of 40 variants open"),
    ],
)
def test_a_burden_without_a_right_denominator_is_refused(
    knowledge: Knowledge, counted: Counted, words: str
) -> None:
    marker = knowledge.biomarkers["tmb"]
    result, fact = burden(marker, counted, Context(), knowledge)
    assert (result.value, result.state, fact) == (None, "refused", None)
    assert words in result.because
    assert result.needs[0]
    (gap,) = biomarkers.gaps((result,), knowledge)
    assert gap.remedy == result.needs[0]


def test_after_an_alkylating_agent_the_burden_is_flagged_by_any_of_its_names(knowledge: Knowledge) -> None:
    for drug in ("temozolomide", "CAPTEM", "streptozotocin"):
        result = _tmb(knowledge, Counted(tally()), prior_therapy=(drug,))
        assert result.flags == ("after_alkylator",)
        assert "trace of the drug" in result.because
    assert _tmb(knowledge, Counted(tally()), prior_therapy=("everolimus",)).flags == ()
    assert "was not said" in _tmb(knowledge, Counted(tally())).because


def test_no_rule_on_the_labels_burden_is_answered_by_our_own_count(knowledge: Knowledge) -> None:
    for somatic in (1, 30, 3000):
        counts = Counted(tally(somatic=somatic))
        _, fact = burden(knowledge.biomarkers["tmb"], counts, Context(prior_therapy=()), knowledge)
        assert fact is not None
        assert "label" in fact.doubt


def test_the_interval_of_a_count_is_that_of_published_tables() -> None:
    # Exact Poisson limits (Breslow and Day): 10 gives 4.80 to 18.39, 0 gives 0 to 3.69.
    low, high = poisson_interval(10)
    assert (low, high) == (pytest.approx(4.80, abs=0.03), pytest.approx(18.39, abs=0.03))
    assert poisson_interval(0) == (0.0, pytest.approx(3.69, abs=0.05))


BED = (Interval("1", 0, 1_000_000),)


@pytest.mark.parametrize(
    ("assay", "bases", "prior", "words"),
    [
        (Assay(), None, None, "nobody declared"),
        (Assay(True, matched_normal=True), None, None, "no BED"),
        (Assay(True, targets=BED, matched_normal=True), 100_000, None, "below 0.667 Mb"),
        (Assay(True, targets=BED), 1_000_000, None, "without a matched normal"),
        (Assay(True, targets=BED, matched_normal=False), 1_000_000, None, "without a matched normal"),
        (Assay(True, targets=BED, matched_normal=True), 1_000_000, None, ""),
        # The pattern of substitutions is asked for after the drug, with or without a size.
        (Assay(True, matched_normal=True), None, ("temozolomide",), ""),
    ],
)
def test_a_file_is_read_a_second_time_only_where_something_can_come_of_it(
    knowledge: Knowledge, assay: Assay, bases: int | None, prior: tuple[str, ...] | None, words: str
) -> None:
    context = Context(prior_therapy=prior)
    why, remedy = worth_counting(assay, bases, knowledge, context, rereadable=True)
    assert words in why
    assert bool(why) == bool(words) == bool(remedy)
    piped, _ = worth_counting(assay, bases, knowledge, context, rereadable=False)
    assert piped


# ---------------------------------------------------------------- pattern of substitutions


@pytest.mark.parametrize(
    ("counts", "value", "open_"),
    [
        ({"changed": 95, "neighbours_known": 95, "in_context": 80}, "yes", False),
        ({"changed": 95, "neighbours_known": 95, "in_context": 40}, "open", True),
        ({"changed": 95}, "open", True),
        ({"changed": 95, "neighbours_known": 50, "in_context": 50}, "open", True),
        ({"changed": 40}, "no", False),
        ({"changed": 40, "neighbours_known": 40, "in_context": 10}, "no", False),
    ],
)
def test_the_share_of_one_change_alone_never_shows_the_pattern(
    knowledge: Knowledge, counts: dict[str, int], value: str, open_: bool
) -> None:
    marker = knowledge.biomarkers["alkylator_signature"]
    counted = Counted(tally(substitutions=100, **counts))
    result, fact = signature(marker, counted, Context(prior_therapy=("temozolomide",)), knowledge)
    assert result.value == value
    assert "given before" in result.because
    assert fact is not None
    assert bool(fact.doubt) == open_ == bool(result.needs)


def test_few_substitutions_show_no_pattern(knowledge: Knowledge) -> None:
    marker = knowledge.biomarkers["alkylator_signature"]
    counted = Counted(tally(substitutions=49, changed=49, neighbours_known=49, in_context=49))
    result, fact = signature(marker, counted, Context(), knowledge)
    assert (result.state, fact) == ("refused", None)
    assert "fewer than 50" in result.because


# ---------------------------------------------------------------- rules over events


def _by_rules(knowledge: Knowledge, **given: Any) -> dict[str, BiomarkerResult]:
    lines, evaluations = biomarkers.by_rules(knowledge, facts_from_case(given, knowledge))
    assert [item.rule for item in evaluations] == [f"biomarker/{line.id}" for line in lines]
    assert all(item.proof is not None for item in evaluations)
    return {line.id: line for line in lines}


def test_both_arguments_of_a_g3_neoplasm_stand_side_by_side(knowledge: Knowledge) -> None:
    events = [{"gene": "TP53", "event": "hotspot"}, {"gene": "RB1", "event": "truncating"}]
    context = {"tumour_type": "PANET", "grade": "G3"}
    one = _by_rules(knowledge, assay="genome", events=events, context=context)["g3_pattern"]
    both = _by_rules(
        knowledge, assay="genome", events=[*events, {"gene": "DAXX", "event": "truncating"}], context=context
    )["g3_pattern"]
    assert one.value == "argues for carcinoma"
    assert both.value == "argues for carcinoma; argues for NET"
    assert "no diagnosis" in both.because
    assert "DAXX truncating" in both.because


def test_a_biomarker_whose_context_does_not_fit_is_not_listed(knowledge: Knowledge) -> None:
    found = _by_rules(knowledge, assay="genome", context={"tumour_type": "HGNEC", "prior_therapy": []})
    assert "mmr_genes" in found
    assert not {"alt_suspicion", "g3_pattern", "mtor_after_alkylator", "rb_after_alkylator"} & set(found)


def test_what_the_assay_does_not_see_is_not_assessed_with_what_would_show_it(knowledge: Knowledge) -> None:
    found = _by_rules(knowledge, assay="exome", context={"tumour_type": "PANET", "grade": "G3"})
    for line in found.values():
        assert (line.value, line.state) == (None, "not_assessed")
        assert line.needs
    seen = _by_rules(knowledge, assay="genome", context={"tumour_type": "PANET"})
    assert seen["alt_suspicion"].value == "no"
    assert "no argument for ALT" in seen["alt_suspicion"].because


def test_every_gap_names_its_remedy_and_a_given_value_is_none(knowledge: Knowledge) -> None:
    results, facts = biomarkers.measured(Context(ki67=12.0), knowledge, {})
    assert facts["ki67"].value == 12.0
    gaps = biomarkers.gaps(results, knowledge)
    assert all(gap.remedy for gap in gaps)
    assert "Ki-67 index" not in {gap.what for gap in gaps}
    assert {"Tumour mutational burden", "Loss of chromosome 18"} <= {gap.what for gap in gaps}


def test_a_stored_count_and_stored_arms_give_the_same_answers_again(knowledge: Knowledge) -> None:
    arms = [asdict(share(f"18{side}", 1.0)) for side in "pq"]
    stored = {
        "copy_number": {"arm_shares": arms},
        "tally": {"counts": asdict(tally()), "megabases": None, "why": "", "remedy": ""},
    }
    results, facts = biomarkers.measured(Context(), knowledge, stored)
    values = {item.id: item.value for item in results}
    assert (values["tmb"], values["chromosome_18_loss"]) == (20.0, "yes")
    assert facts["chromosome_18_loss"].value == "yes"
    older, _ = biomarkers.measured(Context(), knowledge, {"copy_number": {"arms": []}})
    assert {item.id: item.state for item in older}["chromosome_18_loss"] == "not_assessed"


def test_a_changed_answer_is_a_change_between_two_results_and_a_new_question_is_none() -> None:
    def result(*lines: BiomarkerResult) -> Interpretation:
        return replace(minimal(), biomarkers=lines)

    old = result(BiomarkerResult("ALT", None, "", "not_assessed", "why", "alt"))
    new = result(
        BiomarkerResult("ALT", "suspected", "", "estimated", "why", "alt"),
        BiomarkerResult("TMB", 3.0, "", "estimated", "why", "tmb"),
    )
    assert [change.text for change in changes_between(old, new)] == [
        "biomarker 'ALT': not assessed -> suspected"
    ]
    assert changes_between(new, new) == []
