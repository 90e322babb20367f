"""Tables of RNA fusion callers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from netboard.errors import InputError
from netboard.interpret.settings import Settings
from netboard.interpret.structural import rearrangement_findings
from netboard.model.variant import Gene, Panel, Rearrangement, Support
from netboard.variants.fusions import read_fusions

PANEL = Panel(
    {"GENA": Gene("GENA", "a", "HGNC:1", aliases=("OLDA",)), "GENB": Gene("GENB", "b", "HGNC:2")}, ()
)
ARRIBA = "#gene1\tgene2\tstrand1(gene/fusion)\tbreakpoint1\tbreakpoint2\tconfidence\treading_frame\n"
STAR = "#FusionName\tJunctionReadCount\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint\n"
PLAIN = "gene1\tgene2\tbreakpoint1\tbreakpoint2\n"


def _read(tmp_path: Path, text: str) -> tuple[Rearrangement, ...]:
    path = tmp_path / "fusions.tsv"
    path.write_text(text)
    return read_fusions(str(path), PANEL, "GRCh38", "S")


@pytest.mark.parametrize(
    "text",
    [
        ARRIBA + "GENA\tFAR\t+/+\tchr2:100\t5:200\thigh\tin-frame\n",
        STAR + "GENA--FAR\t9\tGENA^ENSG1.2\tchr2:100:+\tFAR^ENSG2\tchr5:200:-\n",
        PLAIN + "GENA\tFAR\t2:100\t5:200\n",
        "##made by hand\n" + PLAIN + "OLDA\tFAR\t2:100\t5:200\n",
    ],
)
def test_each_table_gives_the_ends_of_a_fusion(tmp_path: Path, text: str) -> None:
    (call,) = _read(tmp_path, text)
    assert (call.gene, call.chrom, call.start) == ("GENA", "2", 99)
    assert (call.mate_gene, call.mate_chrom, call.mate_start) == ("FAR", "5", 199)
    (finding,) = rearrangement_findings([call], PANEL, Settings())
    assert (finding.gene, finding.event) == ("GENA", "fusion")
    assert finding.reading.startswith("Fusion transcript with FAR")


def test_the_gene_of_the_panel_stands_first_and_two_of_them_give_two_findings(tmp_path: Path) -> None:
    far, both = _read(tmp_path, PLAIN + "FAR\tGENA\t2:100\t5:200\nGENB\tGENA\t1:7\t5:200\n")
    assert (far.gene, far.chrom, far.mate_gene) == ("GENA", "5", "FAR")
    assert {item.gene for item in rearrangement_findings([both], PANEL, Settings())} == {"GENA", "GENB"}


def test_other_genes_and_repeats_are_left_out(tmp_path: Path) -> None:
    line = "GENA\tFAR\t2:100\t5:200\n"
    assert len(_read(tmp_path, PLAIN + line + "X\tY\t2:1\t3:1\n" + line)) == 1


@pytest.mark.parametrize(
    ("confidence", "passed"), [("high", True), ("medium", True), ("low", False), ("", False)]
)
def test_a_call_of_low_confidence_is_kept_as_filtered(tmp_path: Path, confidence: str, passed: bool) -> None:
    calls = _read(tmp_path, ARRIBA + f"GENA\tFAR\t+/+\t2:100\t5:200\t{confidence}\t.\n")
    (finding,) = rearrangement_findings(calls, PANEL, Settings())
    assert finding.filter_passed is passed


def test_an_intergenic_partner_is_no_gene(tmp_path: Path) -> None:
    calls = _read(tmp_path, ARRIBA + "GENA\tGENB(1234),FAR(99)\t+/+\t2:100\t5:200\thigh\t.\n")
    assert [item.event for item in rearrangement_findings(calls, PANEL, Settings())] == ["disruption"]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("a\tb\n", "no header", None),
        ("", "no header", None),
        (PLAIN + "GENA\tFAR\t2:100\n", "3 cells", 2),
        (PLAIN + "GENA\tFAR\t2:100\t5\n", "'5' is no breakpoint", 2),
        (PLAIN + "GENA\tFAR\t2:0\t5:1\n", "'2:0' is no breakpoint", 2),
        (PLAIN + "GENA\tFAR\tscaffold9:10\t5:1\n", "no breakpoint", 2),
        (PLAIN + "GENA\tFAR\t2:999999999\t5:1\n", "beyond chromosome 2", 2),
    ],
)
def test_a_wrong_table_is_one_error(tmp_path: Path, text: str, said: str, line: int | None) -> None:
    with pytest.raises(InputError) as error:
        _read(tmp_path, text)
    assert said in str(error.value)
    assert line is None or error.value.where.endswith(f":{line}")


@pytest.mark.parametrize(
    ("reads", "level"),
    [
        (Support(), "unknown"),
        (Support(100, 2), "low"),
        (Support(100, 3), "low"),
        (Support(100, 30), "adequate"),
    ],
)
def test_the_reads_that_are_stated_are_the_support_of_a_rearrangement(
    tmp_path: Path, reads: Support, level: str
) -> None:
    (call,) = _read(tmp_path, PLAIN + "GENA\tFAR\t2:100\t5:200\n")
    (finding,) = rearrangement_findings([replace(call, support=reads)], PANEL, Settings())
    assert finding.support == level
