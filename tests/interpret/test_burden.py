"""Burden and pattern of substitutions, on invented measures: every limit, and what a reader is told at it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from netboard.interpret.burden import (
    Counted,
    burden,
    counted_of,
    earlier_therapy,
    poisson_interval,
    signature,
    worth_counting,
)
from netboard.model.evidence import Knowledge, Therapy, Truth
from netboard.model.facts import BiomarkerFact
from netboard.model.markers import Biomarker, BurdenMeasure, SignatureMeasure, Tally
from netboard.model.result import BiomarkerResult, Context
from netboard.model.variant import Assay, Interval, Panel

BURDEN = BurdenMeasure(
    min_megabases=1.0,
    max_open=0.2,
    counted="silent ones are counted.",
    doubt="it is no label's assay.",
    therapies=("drugx",),
    after="it may be a trace of drug X.",
    after_unknown="earlier drugs were not said.",
)
TMB = Biomarker(
    "tmb", "Burden", "per Mb", settled_by="the label's assay", limits="one region.", sources=("src",), burden=BURDEN
)  # fmt: skip
PATTERN = SignatureMeasure("C>T", ("C", "T"), 50, yes_from=0.6, no_to=0.5, therapies=("drugx",))
TRACE = Biomarker(
    "trace", "Trace", settled_by="a genome", limits="no cause.", sources=("src",), signature=PATTERN
)
KNOWLEDGE = Knowledge(
    Panel({}, ()), (), (), {"drugx": Therapy("drugx", "drug X", aliases=("X-1",))}, {}, {}, (), (), "1", "h",
    "2026-01-01", biomarkers={"tmb": TMB, "trace": TRACE},
)  # fmt: skip
#: Prior therapy by what is known of it.
NONE, GIVEN, UNSAID = Context(prior_therapy=()), Context(prior_therapy=("drugx",)), Context()


REGIONS = (
    "give the regions as --targets BED, or `callable` in the assay file; or their size as `megabases` there, where "
    "the file holds the variants of these regions alone"
)


def tally(**counts: Any) -> Tally:
    return Tally(**{"somatic": 30, "indels": 4, "judged": True, "bed_megabases": 2.0, **counts})


def _burden(
    counted: Counted, context: Context = NONE, marker: Biomarker = TMB
) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    return burden(marker, counted, context, KNOWLEDGE)


def _trace(context: Context = NONE, **counts: Any) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    return signature(TRACE, Counted(tally(**{"substitutions": 100, **counts})), context, KNOWLEDGE)


def test_a_burden_says_what_was_counted_and_what_it_does_not_say() -> None:
    result, fact = _burden(Counted(tally()))
    assert result == BiomarkerResult(
        "Burden",
        15.0,
        "per Mb",
        "estimated",
        "30 somatic variants in 2.00 Mb of the assay's regions, 4 of them insertions or deletions (95 % "
        "interval 10.1 to 21.4 per Mb). Silent ones are counted. It is no label's assay. One region",
        "tmb",
        ("the label's assay",),
        ("src",),
        (),
    )
    assert fact == BiomarkerFact(15.0, "per Mb", "estimated", "it is no label's assay.")


@pytest.mark.parametrize(("somatic", "value"), [(0, 0.0), (1, 0.5), (7, 3.5), (2000, 1000.0)])
def test_a_burden_is_the_count_over_the_size(somatic: int, value: float) -> None:
    assert _burden(Counted(tally(somatic=somatic)))[0].value == value


def test_a_burden_over_a_declared_size_says_on_whose_word() -> None:
    result, fact = _burden(Counted(tally(bed_megabases=None), 15.0))
    assert (result.value, result.state) == (2.0, "estimated")
    assert (
        "per Mb). The size is the assay file's, and no BED tells the regions: every variant" in result.because
    )
    assert fact is not None
    assert "no BED tells" not in _burden(Counted(tally(), 1.9))[0].because
    few, _ = _burden(Counted(tally(bed_megabases=None), 0.99))
    assert (few.state, few.because) == ("refused", "0.99 Mb are too few: below 1 Mb no burden is given")


def test_a_burden_is_told_to_one_decimal() -> None:
    assert _burden(Counted(tally(somatic=10, bed_megabases=3.0)))[0].value == 3.3


@pytest.mark.parametrize(
    ("context", "words", "flags", "doubt"),
    [
        (GIVEN, "It may be a trace of drug X", ("after_alkylator",), "it may be a trace of drug X."),
        (UNSAID, "Earlier drugs were not said", (), "it is no label's assay."),
        (Context(prior_therapy=("X-1",)), "trace of drug X", ("after_alkylator",), "it may be a trace of drug X."),
    ],
)  # fmt: skip
def test_an_earlier_drug_that_leaves_a_trace_is_said_beside_the_burden(
    context: Context, words: str, flags: tuple[str, ...], doubt: str
) -> None:
    result, fact = _burden(Counted(tally()), context)
    assert words in result.because
    assert result.flags == flags
    assert fact is not None
    assert fact.doubt == doubt


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"filtered": 1}, "left out: 1 filtered."),
        ({"inherited": 2}, "left out: 2 in the normal or common in the population."),
        ({"weak": 3}, "left out: 3 of few reads."),
        ({"open": 1, "unstated": 2}, "left out: 3 of open origin."),
        (
            {"filtered": 9, "inherited": 8, "weak": 7, "open": 4},
            "left out: 9 filtered, 8 in the normal or common in the population, 7 of few reads, 4 of open origin.",
        ),
    ],
)
def test_what_was_left_out_of_the_count_is_said(counts: dict[str, int], words: str) -> None:
    assert f". {words[0].upper()}{words[1:]} Silent" in _burden(Counted(tally(**counts)))[0].because


def test_nothing_left_out_is_not_mentioned() -> None:
    assert "eft out" not in _burden(Counted(tally()))[0].because


@pytest.mark.parametrize(
    ("counted", "why", "remedy"),
    [
        (Counted(None, why="stopped", remedy="go on"), "stopped", "go on"),
        (Counted(None, why="stopped", remedy=""), "stopped", "the label's assay"),
        (
            Counted(tally(bed_megabases=None)),
            "variants were counted in the whole file, and no BED says which of its regions were sequenced",
            REGIONS,
        ),
        (
            Counted(tally(), 2.05),
            "the assay file declares 2.05 Mb, and its BED holds 2.00 Mb",
            "correct `megabases` of the assay file, or its BED",
        ),
        (
            Counted(tally(bed_megabases=0.99)),
            "0.99 Mb are too few: below 1 Mb no burden is given",
            "an assay of at least 1 Mb",
        ),
        (Counted(tally(), 0.5), "0.50 Mb are too few: below 1 Mb no burden is given", "an assay of at least 1 Mb"),
        (
            Counted(tally(judged=False)),
            "no record bears a verdict of a filter (FILTER is empty throughout), so calls cannot be told from noise",
            "filter the calls by the caller's own tool, so that FILTER says PASS or why not",
        ),
        (
            Counted(tally(unstated=8, open=1)),
            "the file states no reads of the matched normal for 8 of 39 variants",
            "`matched_normal: true` in the assay file, where the calls were made against the normal",
        ),
        (
            Counted(tally(unstated=7, open=1)),
            "the matched normal leaves the origin of 8 of 38 variants open",
            "a matched normal of more reads",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_burden_without_its_own_denominator_is_refused_with_what_would_give_one(
    counted: Counted, why: str, remedy: str
) -> None:
    result, fact = _burden(counted)
    assert result == BiomarkerResult(
        "Burden", None, "per Mb", "refused", why, "tmb", (remedy,), ("src",)
    )  # fmt: skip
    assert fact is None


@pytest.mark.parametrize(
    "counted",
    [
        Counted(tally(bed_megabases=1.0)),
        Counted(tally(), 1.0),
        Counted(tally(bed_megabases=100.0), 102.0),
        Counted(tally(somatic=8, open=2)),
        Counted(tally(somatic=8, unstated=2)),
        Counted(tally(somatic=8, open=1, unstated=1)),
    ],
)
def test_exactly_at_a_limit_a_burden_is_given(counted: Counted) -> None:
    assert _burden(counted)[0].state == "estimated"


def test_the_interval_of_a_single_variant_is_that_of_published_tables() -> None:
    # Exact Poisson limits (Breslow and Day): 1 gives 0.025 to 5.57, 100 gives 81.4 to 121.6.
    assert poisson_interval(1) == (pytest.approx(0.025, abs=0.02), pytest.approx(5.57, abs=0.02))
    assert poisson_interval(100) == (pytest.approx(81.4, abs=0.05), pytest.approx(121.6, abs=0.05))


# ---------------------------------------------------------------- what a result stores


def test_a_stored_count_gives_the_same_burden_again() -> None:
    stored = {
        "counts": {**asdict(tally()), "of_a_later_version": 3},
        "megabases": 1.5,
        "why": "",
        "remedy": "",
    }
    assert counted_of({"tally": stored}) == Counted(tally(), 1.5)


def test_a_stored_refusal_keeps_its_reason() -> None:
    stored = {"counts": None, "megabases": 1.5, "why": "no normal", "remedy": "a normal"}
    assert counted_of({"tally": stored}) == Counted(None, 1.5, "no normal", "a normal")
    assert counted_of({}) == counted_of({"tally": None}) == Counted()


# ---------------------------------------------------------------- whether to count at all

BED = (Interval("1", 0, 1_000_000),)
WITH_NORMAL = Assay(True, targets=BED, matched_normal=True)


def _worth(
    assay: Assay = WITH_NORMAL,
    bases: int | None = 1_000_000,
    context: Context = NONE,
    knowledge: Knowledge = KNOWLEDGE,
    rereadable: bool = True,
) -> tuple[str, str]:
    return worth_counting(assay, bases, knowledge, context, rereadable=rereadable)


def test_a_file_is_counted_from_exactly_the_least_size() -> None:
    assert _worth() == ("", "")
    assert _worth(bases=999_999) != ("", "")
    assert _worth(bases=870_000) == (
        "the assay's regions hold 0.87 Mb; below 1 Mb no burden is given",
        "an assay of at least 1 Mb",
    )


def test_the_least_size_is_the_smallest_that_any_burden_asks_for() -> None:
    larger = replace(TMB, id="large", burden=replace(BURDEN, min_megabases=30.0))
    knowledge = replace(KNOWLEDGE, biomarkers={"large": larger, "tmb": TMB})
    assert _worth(knowledge=knowledge) == ("", "")
    assert "below 1 Mb" in _worth(bases=500_000, knowledge=knowledge)[0]


def test_without_a_burden_in_the_knowledge_base_only_the_pattern_is_a_reason_to_count() -> None:
    knowledge = replace(KNOWLEDGE, biomarkers={"trace": TRACE})
    assert _worth(bases=10**9, knowledge=knowledge)[0]
    assert _worth(bases=10**9, knowledge=knowledge, context=GIVEN) == ("", "")


@pytest.mark.parametrize("bases", [None, 10, 10**7])
def test_after_a_drug_that_leaves_a_pattern_any_size_is_counted(bases: int | None) -> None:
    assert _worth(bases=bases, context=GIVEN) == ("", "")


@pytest.mark.parametrize("context", [NONE, UNSAID])
def test_otherwise_a_count_without_a_size_is_of_no_use(context: Context) -> None:
    assert _worth(bases=None, context=context) == (
        "no BED says which regions were sequenced, so a count would have no size to be divided by",
        REGIONS,
    )
    assert _worth(bases=10, context=context)[0]


def test_a_size_that_the_assay_declares_stands_for_regions_that_nobody_gave() -> None:
    sized = replace(WITH_NORMAL, megabases=1.0)
    assert _worth(sized, bases=None) == ("", "")
    assert "hold 0.99 Mb; below 1 Mb" in _worth(replace(sized, megabases=0.99), bases=None)[0]
    assert "hold 0.50 Mb" in _worth(sized, bases=500_000)[0]


def test_without_a_declared_assay_a_normal_or_a_file_nothing_is_counted() -> None:
    assert _worth(Assay(matched_normal=True), context=GIVEN) == (
        "nobody declared what was sequenced",
        "declare it: --assay, with the targets as --targets BED",
    )
    assert _worth(replace(WITH_NORMAL, matched_normal=None), context=GIVEN) == (
        "without a matched normal, inherited variants cannot be told from those of the tumour",
        "a matched normal in the file, or `matched_normal: true` in the assay file",
    )
    assert _worth(rereadable=False) == (
        "standard input cannot be read a second time, beyond the panel genes",
        "give the file by its path",
    )


@pytest.mark.parametrize(
    ("names", "context", "given"),
    [
        (("drugx",), GIVEN, Truth.YES),
        (("drugx",), NONE, Truth.NO),
        (("drugx",), UNSAID, Truth.UNKNOWN),
        ((), GIVEN, Truth.NO),
        ((), UNSAID, Truth.NO),
    ],
)
def test_an_earlier_therapy_is_unknown_where_nobody_said_and_somebody_asks(
    names: tuple[str, ...], context: Context, given: Truth
) -> None:
    assert earlier_therapy(names, context, KNOWLEDGE) is given


# ---------------------------------------------------------------- pattern of substitutions


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ({"changed": 50, "neighbours_known": 50, "in_context": 50}, "no"),  # exactly the share of a no
        ({"changed": 51, "neighbours_known": 51, "in_context": 51}, "open"),
        ({"changed": 60, "neighbours_known": 60, "in_context": 60}, "yes"),  # exactly the share of a yes
        ({"changed": 60, "neighbours_known": 60, "in_context": 59}, "open"),
        ({"changed": 80, "neighbours_known": 72, "in_context": 60}, "yes"),  # exactly enough neighbours
        ({"changed": 80, "neighbours_known": 71, "in_context": 60}, "open"),
        ({"changed": 50, "neighbours_known": 0, "in_context": 0}, "no"),
        ({"changed": 51, "neighbours_known": 0, "in_context": 0}, "open"),
        ({"changed": 0, "neighbours_known": 0, "in_context": 0}, "no"),
    ],
)
def test_a_pattern_is_decided_at_its_own_limits(counts: dict[str, int], value: str) -> None:
    result, fact = _trace(**counts)
    assert result.value == value
    assert result.state == ("open" if value == "open" else "estimated")
    assert result.needs == (("a genome",) if value == "open" else ())
    assert (result.name, result.id, result.sources) == ("Trace", "trace", ("src",))
    assert fact is not None
    assert (fact.value, fact.state, bool(fact.doubt)) == (value, "estimated", value == "open")


def test_a_pattern_says_the_shares_and_what_they_do_not_prove() -> None:
    result, _ = _trace(changed=80, neighbours_known=80, in_context=60)
    assert result.because == (
        "80 of 100 somatic substitutions are C>T (80%). C>T before C or T: 60 of 100 (60%). No drug that leaves "
        "this pattern is among the treatments given. No cause"
    )
    open_, fact = _trace(changed=80, neighbours_known=50, in_context=50)
    beside = (
        "the base behind it is known of 50 of 80, so C>T before C or T cannot be told from other causes of C>T; "
        "run again with --fasta of the whole genome"
    )
    assert f". The{beside[3:]}. " in open_.because
    assert fact is not None
    assert fact.doubt == f"Trace is open: {beside}"
    none, _ = _trace(changed=0)
    assert "C>T before C or T: 0 of 100 (0%)" in none.because


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (GIVEN, "A drug that leaves this pattern was given before"),
        (NONE, "No drug that leaves this pattern is among the treatments given"),
        (UNSAID, "Earlier treatment was not given with the sample"),
    ],
)
def test_a_pattern_says_whether_a_drug_that_leaves_it_was_given(context: Context, words: str) -> None:
    assert words in _trace(context, changed=80)[0].because


@pytest.mark.parametrize(
    ("counts", "why", "remedy"),
    [
        ({"judged": False}, "no record bears a verdict", "filter the calls"),
        (
            {"substitutions": 49, "unstated": 50},
            "states no reads of the matched normal for 50",
            "matched_normal",
        ),
        (
            {"substitutions": 49, "unstated": 49},
            "49 somatic substitutions, and fewer than 50 show no pattern",
            "a genome",
        ),
        ({"substitutions": 0}, "0 somatic substitutions, and fewer than 50 show no pattern", "a genome"),
    ],
)
def test_a_pattern_of_too_few_substitutions_is_refused(counts: dict[str, Any], why: str, remedy: str) -> None:
    result, fact = _trace(**counts)
    assert (result.value, result.state, fact) == (None, "refused", None)
    assert why in result.because
    assert remedy in result.needs[0]


def test_a_pattern_is_given_from_exactly_the_least_number_of_substitutions() -> None:
    assert _trace(substitutions=50, changed=10, unstated=90)[0].value == "no"


def test_a_pattern_of_what_was_not_counted_is_refused_for_that_reason() -> None:
    result, fact = signature(TRACE, Counted(None, why="no normal", remedy="a normal"), NONE, KNOWLEDGE)
    assert (result.because, result.needs, fact) == ("no normal", ("a normal",), None)
