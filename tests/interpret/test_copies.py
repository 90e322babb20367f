"""What is absent to reckon mutated copies is named; what is there gives the figures of the usual model."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.copies import SEX, Cells, GeneCopy, Mutated, gene_copies, missing, mutated
from netboard.model.result import Finding, Locus
from netboard.model.standard import AlterationRules

_EXACT = AlterationRules({"confidence_z": 0.0})
_READS = "read counts of the variant (AD or its equivalent)"
_PURITY = "the tumour's purity, given as --purity"
_COPIES = "the copies of the gene, given as --segments with total copies"
_NORMAL = "the number of copies in the patient's normal cells"


def _small(alt: int | None = 40, depth: int | None = 100, chrom: str | None = "1") -> Finding:
    place = None if chrom is None else Locus("GRCh38", chrom, 5, "A", "T")
    return Finding("f1", "small_variant", "GENA", "missense", place, depth=depth, alt_depth=alt)


@pytest.mark.parametrize(
    ("chrom", "sex", "copies"),
    [
        ("1", None, 2),
        ("22", "male", 2),
        ("X", "male", 1),
        ("X", "female", 2),
        ("X", None, None),
        ("X", "", None),
        ("Y", "male", None),
        ("Y", None, None),
        ("MT", "female", None),
    ],
)
def test_normal_cells_hold_two_copies_of_autosomes_and_of_x_as_the_sex_tells(
    chrom: str, sex: str | None, copies: int | None
) -> None:
    assert Cells(0.5, sex).in_normal(chrom) == copies


@pytest.mark.parametrize(
    ("finding", "copy", "cells", "needs"),
    [
        (_small(), GeneCopy(2.0), Cells(0.5), ()),
        (_small(alt=0), GeneCopy(0.0), Cells(1.0), ()),
        (_small(alt=None), GeneCopy(2.0), Cells(0.5), (_READS,)),
        (_small(depth=None), GeneCopy(2.0), Cells(0.5), (_READS,)),
        (_small(alt=0, depth=0), GeneCopy(2.0), Cells(0.5), (_READS,)),
        (_small(), GeneCopy(2.0), Cells(None), (_PURITY,)),
        (_small(), GeneCopy(2.0), Cells(0.0), (_PURITY,)),
        (_small(), None, Cells(0.5), (_COPIES,)),
        (_small(), GeneCopy(None, 0.0), Cells(0.5), (_COPIES,)),
        (_small(chrom="X"), GeneCopy(2.0), Cells(0.5), (SEX,)),
        (_small(chrom="Y"), GeneCopy(2.0), Cells(0.5, "male"), (_NORMAL,)),
        (_small(chrom=None), GeneCopy(2.0), Cells(0.5), (_NORMAL,)),
        (_small(alt=None, chrom="X"), None, Cells(), (_READS, _PURITY, _COPIES, SEX)),
    ],
)
def test_each_figure_that_is_absent_is_named_once_in_order_and_nothing_is_reckoned_then(
    finding: Finding, copy: GeneCopy | None, cells: Cells, needs: tuple[str, ...]
) -> None:
    assert missing(finding, copy, cells) == needs
    found = mutated(finding, copy, cells, _EXACT, inherited=False)
    assert (found is None) is bool(needs)


@pytest.mark.parametrize(
    ("purity", "total", "inherited", "copies"),
    [
        (1.0, 2.0, False, 0.8),
        (0.5, 2.0, False, 1.6),
        (0.5, 4.0, False, 2.4),
        (0.5, 2.0, True, 0.6),
        (0.2, 2.0, True, 0.0),
    ],
)
def test_mutated_copies_follow_share_purity_and_copies_and_are_never_below_nought(
    purity: float, total: float, inherited: bool, copies: float
) -> None:
    # Two of five reads carry it.
    found = mutated(_small(), GeneCopy(total), Cells(purity), _EXACT, inherited=inherited)
    assert found == Mutated(copies, copies, copies, total)


@pytest.mark.parametrize(
    ("extra", "copies"),
    [
        ({}, {}),
        ({"copy_number": None}, {}),
        ({"copy_number": {"genes": None}}, {}),
        (
            {
                "copy_number": {
                    "genes": [{"gene": "GENA", "total": 3.0, "minor": 1.0}, {"gene": "GENB", "total": None}]
                }
            },
            {"GENA": GeneCopy(3.0, 1.0), "GENB": GeneCopy(None, None)},
        ),
    ],
)
def test_the_copies_of_a_stored_result_are_read_as_far_as_they_are_there(
    extra: dict[str, Any], copies: dict[str, GeneCopy]
) -> None:
    assert gene_copies(extra) == copies
