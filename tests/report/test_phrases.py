from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.interpretations import ATRX_OPEN, BRAF, CDKN2A_LOST, KRAS_FILTERED, MEN1, VHL_SILENT, rich
from netboard.report import phrases
from netboard.report.coverage import seen_state
from netboard.report.references import References
from netboard.report.selection import fits, reportable


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (None, "not stated"),
        (0.0, "0.0 %"),
        (0.0206, "2.1 %"),
        (0.9994, "99.9 %"),
        (0.9996, "100 %"),
        (1.0, "100 %"),
    ],
)
def test_a_fraction_is_said_in_per_cent(fraction: float | None, shown: str) -> None:
    assert phrases.percent(fraction) == shown


def test_reads_that_the_file_does_not_state_are_not_nought() -> None:
    assert phrases.reads(replace(BRAF, depth=None, alt_depth=None)) == "not stated"
    assert phrases.reads(replace(BRAF, depth=200, alt_depth=None)) == "? of 200"
    assert phrases.reads(replace(BRAF, depth=200, alt_depth=0)) == "0 of 200"


def test_a_finding_is_named_by_protein_then_coding_change_then_kind() -> None:
    assert phrases.label(MEN1) == "MEN1 p.(Ile85SerfsTer33)"
    assert phrases.label(ATRX_OPEN) == "ATRX c.2785G>C"
    assert phrases.label(CDKN2A_LOST) == "CDKN2A deletion"
    assert phrases.label(replace(ATRX_OPEN, hgvsc_unshifted=None)) == "ATRX X:77682471 C>G"


def test_what_is_filtered_silent_or_benign_is_not_reportable() -> None:
    found = (KRAS_FILTERED, MEN1, VHL_SILENT, ATRX_OPEN, CDKN2A_LOST)
    assert reportable(found) == (MEN1, ATRX_OPEN, CDKN2A_LOST)


def test_loss_of_heterozygosity_counts_as_the_second_hit_of_a_gene_and_not_alone() -> None:
    second = replace(CDKN2A_LOST, id="a", gene="MEN1", event="loss_of_heterozygosity")
    alone = replace(second, id="b", gene="SDHD")
    assert reportable((MEN1, second, alone)) == (MEN1, second)
    assert reportable((second, alone)) == ()


def test_an_arm_of_a_trial_that_is_over_never_counts_as_fitting() -> None:
    arms = [line for line in rich().trials if line.historical]
    assert arms
    assert not any(fits(line) for line in arms)
    assert fits(replace(arms[0], historical=False))


def test_an_unknown_code_is_shown_and_not_hidden() -> None:
    assert phrases.word(phrases.CODES, "some_new_code") == "some new code"


def test_what_the_assay_saw_is_told_apart_from_what_was_found() -> None:
    genes = {gene.gene: gene for gene in rich().genes}
    assert genes["MEN1"].small_variants == "altered"
    assert seen_state(genes["MEN1"], "small_variants") == "assessed"
    assert seen_state(genes["NF1"], "small_variants") == "partly"
    assert seen_state(genes["APC"], "small_variants") == "not_assessed"


def test_sources_are_numbered_as_they_are_met_and_once() -> None:
    references = References(rich().knowledge_slice["sources"])
    assert references.cite(["jiao2011", "yuan2014", "jiao2011"]) == (1, 2)
    assert references.cite(["yuan2014"]) == (2,)
    assert [item.number for item in references.listed()] == [1, 2]
