"""Whole chromosomes from the shares of their arms: every limit, and what is said where an arm is not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from netboard.interpret.chromosomes import of_chromosomes, shares_of
from netboard.model.facts import BiomarkerFact
from netboard.model.markers import ArmShare, ArmsMeasure, Biomarker
from netboard.model.result import BiomarkerResult

LOSS = ("loss", "loss_of_heterozygosity")
SEGMENTS = "copy-number segments of the whole genome, given as --segments"
ALLELES = "segments with copies of each allele (minor copy number), given as --segments"
ONE = Biomarker(
    "one", "Loss of 18", limits="no cause.", settled_by="an array", sources=("src",), arms=ArmsMeasure(("18",), LOSS)
)  # fmt: skip
COUNT = Biomarker(
    "count", "Lost", "chromosomes", sources=("src",), arms=ArmsMeasure(("1", "2"), LOSS, "count")
)


def _arm(name: str, loss: float = 0.0, told: float = 1.0, by: str = "alleles", **more: float) -> ArmShare:
    return ArmShare(name, told, by, {"loss": loss, **more})


def _shares(*arms: ArmShare) -> Mapping[str, ArmShare]:
    return {arm.arm: arm for arm in arms}


def _asked(marker: Biomarker, *arms: ArmShare) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    return of_chromosomes(marker, _shares(*arms))


def _measure(marker: Biomarker, **given: Any) -> Biomarker:
    assert marker.arms is not None
    return replace(marker, arms=replace(marker.arms, **given))


# ---------------------------------------------------------------- yes or no


def test_a_lost_chromosome_says_the_shares_of_its_arms() -> None:
    result, fact = _asked(ONE, _arm("18q", 0.9, loss_of_heterozygosity=0.95), _arm("18p", 1.0))
    assert result == BiomarkerResult(
        "Loss of 18",
        "yes",
        "",
        "estimated",
        "share of each arm: 18p loss 100%, loss of heterozygosity 0%; 18q loss 90%, loss of heterozygosity 95%. "
        "no cause.",
        "one",
        (),
        ("src",),
    )
    assert fact == BiomarkerFact("yes", "", "estimated", "")
    bare, _ = _asked(replace(ONE, limits=""), _arm("18p", 1.0), _arm("18q", 1.0))
    assert bare.because.endswith("18q loss 100%, loss of heterozygosity 0%")


@pytest.mark.parametrize(
    ("arm", "value"),
    [
        (_arm("18q", 0.8), "yes"),  # exactly the share of a whole arm
        (_arm("18q", 0.79), "partly"),
        (_arm("18q", 0.2), "partly"),  # exactly the share of a part
        (_arm("18q", 0.19), "no"),
        (_arm("18q", 0.8, told=0.5), "yes"),  # exactly enough of the arm is told
        (_arm("18q", 0.8, told=0.49), None),
        (_arm("18q", 0.1, loss_of_heterozygosity=0.8), "yes"),
        (_arm("18q", gain=1.0), "no"),
        (_arm("18q", 0.79, by="ratio"), "partly"),
        (_arm("18q", 0.19, by="ratio"), None),
        (_arm("18q", 0.8, by="copies"), "yes"),
        (_arm("18q", 0.19, by="copies"), "no loss of copies; heterozygosity not told"),
    ],
)
def test_an_arm_is_decided_at_its_own_limits(arm: ArmShare, value: str | None) -> None:
    assert _asked(ONE, arm)[0].value == value


def test_copies_alone_are_enough_where_only_copies_are_asked() -> None:
    marker = _measure(ONE, events=("loss",))
    result, fact = _asked(marker, _arm("18p", by="copies"), _arm("18q", by="copies"))
    assert (result.value, result.needs) == ("no", ())
    assert fact == BiomarkerFact("no", "", "estimated", "")


def test_a_chromosome_lost_in_part_is_open_and_asks_for_the_test_that_settles_it() -> None:
    result, fact = _asked(ONE, _arm("18p", 1.0), _arm("18q"))
    assert (result.value, result.state, result.needs) == ("partly", "open", ("an array",))
    assert fact == BiomarkerFact("partly", "", "estimated", "Loss of 18: in part: 18")


def test_without_the_alleles_a_chromosome_that_lost_no_copy_is_open_and_asks_for_them() -> None:
    result, fact = _asked(ONE, _arm("18p"), _arm("18q", by="copies"))
    assert (result.state, result.needs) == ("open", (ALLELES,))
    assert fact is not None
    assert (fact.value, fact.doubt) == ("no_copies", "Loss of 18: heterozygosity not told: 18")


@pytest.mark.parametrize(
    ("arms", "shown"),
    [
        ((_arm("18p", told=0.49), _arm("18q", 1.0)), "18p is told to 49%; 18q loss 100%, loss of heterozygosity 0%"),
        (
            (_arm("18p", by="ratio"), _arm("18q", 0.05, told=0.5, by="ratio")),
            "18p loss 0%, loss of heterozygosity 0%; 18q loss 5%, loss of heterozygosity 0%",
        ),
        ((), "no segment there"),
        ((_arm("17p", 1.0), _arm("8q", 1.0)), "no segment there"),
    ],
)  # fmt: skip
def test_a_chromosome_that_the_table_does_not_tell_is_not_assessed_and_says_what_it_holds(
    arms: tuple[ArmShare, ...], shown: str
) -> None:
    result, fact = _asked(ONE, *arms)
    assert result == BiomarkerResult(
        "Loss of 18", None, "", "not_assessed", f"the segment table does not tell it ({shown})", "one", (SEGMENTS,),
        ("src",),
    )  # fmt: skip
    assert fact is None


def test_without_a_table_that_is_said() -> None:
    result, fact = of_chromosomes(ONE, None)
    assert result.state == "not_assessed"
    assert (result.because, result.needs, fact) == (
        "no segment table (copy number of the whole genome) was given",
        (SEGMENTS,),
        None,
    )


# ---------------------------------------------------------------- counts

TWO = (_arm("1p", 1.0), _arm("1q", 1.0), _arm("2p"), _arm("2q"))


def test_a_count_names_the_chromosomes_and_how_many_were_asked() -> None:
    result, fact = _asked(COUNT, *TWO)
    assert result == BiomarkerResult(
        "Lost",
        1.0,
        "chromosomes",
        "estimated",
        "loss or loss of heterozygosity of 1 (2 chromosomes asked)",
        "count",
        (),
        ("src",),
    )
    assert fact == BiomarkerFact(1.0, "chromosomes", "estimated", "")
    none, _ = _asked(replace(COUNT, limits="no cause."), *TWO[2:], _arm("1q"))
    assert (
        none.because == "loss or loss of heterozygosity of none (2 chromosomes asked). no cause."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("second", "words", "state", "needs"),
    [
        ((_arm("2p", 1.0), _arm("2q")), "in part: 2", "estimated", ()),
        ((_arm("2p", told=0.1), _arm("2q")), "not told: 2", "open", (SEGMENTS,)),
        ((), "not told: 2", "open", (SEGMENTS,)),
    ],
)
def test_a_count_that_could_be_higher_is_in_doubt_and_says_where(
    second: tuple[ArmShare, ...], words: str, state: str, needs: tuple[str, ...]
) -> None:
    result, fact = _asked(COUNT, *TWO[:2], *second)
    assert (result.value, result.state, result.needs) == (1.0, state, needs)
    assert result.because.endswith(f"(2 chromosomes asked); {words}")
    assert fact == BiomarkerFact(1.0, "chromosomes", "estimated", f"Lost: {words}")


def test_a_count_without_the_alleles_asks_for_them_unless_an_arm_is_not_told_at_all() -> None:
    single = (_arm("2p", by="copies"), _arm("2q", by="copies"))
    result, fact = _asked(COUNT, *TWO[:2], *single)
    assert (result.value, result.state, result.needs) == (1.0, "open", (ALLELES,))
    assert result.because.endswith("(2 chromosomes asked); heterozygosity not told: 2")
    assert fact is not None
    assert fact.doubt == "Lost: heterozygosity not told: 2"  # no rule reads it as a sure count
    untold, _ = _asked(COUNT, _arm("1p", told=0.1), *single)
    assert untold.needs == (SEGMENTS,)


def test_several_doubts_stand_side_by_side() -> None:
    marker = _measure(COUNT, chromosomes=("1", "2", "3", "4"))
    _, fact = _asked(marker, _arm("1p", 1.0), _arm("1q"), _arm("2q", 0.5), _arm("3q", told=0.1))
    assert fact is not None
    assert fact.doubt == "Lost: in part: 1, 2; not told: 3, 4"


@pytest.mark.parametrize(
    ("open_", "doubt"),
    [
        ((1, 3), "Lost: 1, and no number from which it counts was found printed"),
        ((0, 1), "Lost: 1, and no number from which it counts was found printed"),
        ((2, 3), ""),
        ((0, 0), ""),
        ((), ""),
    ],
)
def test_a_count_for_which_no_cut_was_found_printed_answers_no_rule(
    open_: tuple[int, ...], doubt: str
) -> None:
    result, fact = _asked(_measure(COUNT, open=open_), *TWO)
    assert fact is not None
    assert fact.doubt == doubt
    assert (result.value, result.state) == (1.0, "estimated")
    _, missing = _asked(_measure(COUNT, open=(0, 3)), *TWO[:2])
    assert missing is not None
    assert missing.doubt == "Lost: not told: 2"


def test_a_count_over_all_autosomes_leaves_out_what_the_marker_names_and_the_sex_chromosomes() -> None:
    arms = [_arm(f"{name}q", 1.0) for name in (*range(1, 23), "X", "Y")]
    every, _ = _asked(_measure(COUNT, chromosomes=()), *arms)
    assert every.value == 22.0
    assert "of 1, 2, 3" in every.because
    assert "21, 22 (22 chromosomes asked)" in every.because
    fewer, _ = _asked(_measure(COUNT, chromosomes=(), besides=("11", "22")), *arms)
    assert fewer.value == 20.0
    named, _ = _asked(_measure(COUNT, chromosomes=("1", "2", "11"), besides=("11",)), *arms)
    assert named.because == "loss or loss of heterozygosity of 1, 2 (2 chromosomes asked)"


def test_single_arms_are_counted_where_they_are_asked_each_for_itself() -> None:
    marker = _measure(COUNT, unit="arm")
    result, _ = _asked(marker, _arm("1p", 1.0), _arm("1q"), _arm("2q", 1.0))
    assert result.value == 2.0
    assert result.because == "loss or loss of heterozygosity of 1p, 2q (3 arms asked)"


# ---------------------------------------------------------------- what a result stores


def test_stored_shares_are_read_again_and_none_are_told_of_an_older_result() -> None:
    arm = _arm("18p", 0.3, told=0.7, by="ratio")
    assert shares_of({"copy_number": {"arm_shares": [asdict(arm)]}}) == {"18p": arm}
    assert shares_of({"copy_number": {"arm_shares": []}}) == {}
    for older in ({}, {"copy_number": None}, {"copy_number": {"arms": []}}):
        assert shares_of(older) is None
