"""The hint at the share of cells holds at its limits, and says its figures and what would settle it."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.clonality import clonality_hints
from netboard.interpret.copies import Cells, GeneCopy
from netboard.model.result import Clonality, Finding, Locus, Oncogenicity
from netboard.model.standard import AlterationRules

#: Without an interval the figures are exact, so that a limit can be met.
_EXACT = {"confidence_z": 0.0, "copies_tolerance": 0.25}
_DIPLOID = GeneCopy(2.0, 1.0)


def _small(alt: int | None = 40, depth: int | None = 100, **given: Any) -> Finding:
    values: dict[str, Any] = {
        "id": "f1",
        "type": "small_variant",
        "gene": "GENA",
        "event": "missense",
        "variant": Locus("GRCh38", "1", 5, "A", "T"),
        "depth": depth,
        "alt_depth": alt,
        "oncogenicity": Oncogenicity("x", 0),
        **given,
    }
    return Finding(**values)


def _hints(
    *findings: Finding, purity: float | None = 1.0, copy: GeneCopy | None = _DIPLOID, **figures: float
) -> tuple[Clonality, ...]:
    copies = {} if copy is None else {"GENA": copy}
    return clonality_hints(findings, copies, Cells(purity), AlterationRules({**_EXACT, **figures}))


def _state(finding: Finding, **given: Any) -> str:
    (found,) = _hints(finding, **given)
    return found.state


@pytest.mark.parametrize(
    ("alt", "state"), [(374, "fits_part_of_the_cells"), (375, "fits_all_cells"), (500, "fits_all_cells")]
)
def test_within_the_tolerance_of_one_copy_all_cells_may_carry_it(alt: int, state: str) -> None:
    # Purity 1 and two copies: twice the share of reads is the number of mutated copies, 0.75 at the limit.
    assert _state(_small(alt, 1000)) == state


def test_an_interval_that_reaches_one_copy_leaves_it_open_and_asks_for_deeper_sequencing() -> None:
    (found,) = _hints(_small(37, 100), confidence_z=1.96)
    assert (found.state, found.needs) == ("unknown", ("deeper sequencing",))
    assert found.because.startswith("0.74 mutated copies per tumour cell (0.56 to 0.94): the reads allow one")
    assert (found.finding, found.copies) == ("f1", 0.74)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.6 < 0.75 < found.high


@pytest.mark.parametrize(("near", "contradict"), [(0.5, False), (0.49, True)])
def test_more_mutated_copies_than_there_are_contradict_each_other(near: float, contradict: bool) -> None:
    # All reads at purity 0.8 stand for 2.5 mutated copies of two.
    (found,) = _hints(_small(100, 100), purity=0.8, copies_tolerance=near)
    assert (found.state == "unknown") is contradict
    assert ("more than the 2 copies there are" in found.because) is contradict
    assert bool(found.needs) is contradict
    assert (found.copies, found.low, found.high) == (2.5, 2.5, 2.5)


@pytest.mark.parametrize(
    ("given", "purity", "copy", "need"),
    [
        ({}, None, _DIPLOID, "the tumour's purity, given as --purity"),
        ({}, 1.0, None, "the copies of the gene, given as --segments with total copies"),
        ({"alt": None}, 1.0, _DIPLOID, "read counts of the variant (AD or its equivalent)"),
    ],
)
def test_where_a_figure_is_absent_nothing_is_reckoned_and_the_figure_is_named(
    given: dict[str, Any], purity: float | None, copy: GeneCopy | None, need: str
) -> None:
    (found,) = _hints(_small(**given), purity=purity, copy=copy)
    assert (found.state, found.needs) == ("unknown", (need,))
    assert (found.copies, found.low, found.high) == (None, None, None)
    assert found.because == "the share of reads alone does not tell the share of cells"


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, True),
        ({"origin": "somatic"}, True),
        ({"origin": "germline_suspect"}, False),
        ({"event": "synonymous"}, False),
        ({"filter_passed": False}, False),
        ({"type": "copy_number"}, False),
        ({"oncogenicity": None}, False),
        ({"oncogenicity": Oncogenicity("x", -8, significance="benign")}, False),
    ],
)
def test_a_hint_is_given_for_small_variants_that_count_and_are_not_inherited(
    given: dict[str, Any], asked: bool
) -> None:
    assert len(_hints(_small(**given))) == asked
