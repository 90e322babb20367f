"""What a file takes away from its assay: nothing found there is never nothing there."""

from __future__ import annotations

import pytest

from netboard.interpret.assessed import coverage
from netboard.interpret.shortfalls import build_in_doubt, of_segments, without_unread
from netboard.model.variant import Assay, CopyNumber, Gene, Interval, Panel, Transcript

_MODEL = Transcript("GENA", "GRCh38", "NM_1.1", "11", 1, ((1000, 1300), (2000, 2300)), 1100, 2200)
PANEL = Panel({"GENA": Gene("GENA", "a gene", "HGNC:1", transcripts=(_MODEL,))}, ())
GENOME = Assay(True, "genome", "genome", frozenset({"small_variants", "copy_number"}))
SEEN = coverage(GENOME, PANEL, "GRCh38")


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (Interval("11", 1150, 1151), "partly"),
        (Interval("11", 1500, 1501), "assessed"),  # in the intron
        (Interval("11", 1050, 1051), "assessed"),  # before the coding sequence
        (Interval("12", 1150, 1151), "assessed"),
    ],
)
def test_a_record_that_could_not_be_read_leaves_its_gene_partly_assessed(place: Interval, state: str) -> None:
    seen = without_unread(SEEN, PANEL, "GRCh38", [(place, "small_variants")])
    assert seen["GENA"]["small_variants"].state == state
    assert (seen["GENA"]["small_variants"].reason == "record_not_read") is (state == "partly")


def test_a_copy_number_record_that_could_not_be_read_leaves_copy_number_open() -> None:
    place = (Interval("11", 1500, 1501), "copy_number")
    scopes = without_unread(SEEN, PANEL, "GRCh38", [place])["GENA"]
    assert (scopes["copy_number"].state, scopes["copy_number"].reason) == ("partly", "record_not_read")
    assert scopes["small_variants"].state == "assessed"


@pytest.mark.parametrize(
    ("start", "end", "call", "state"),
    [
        (0, 5000, "neutral", "assessed"),
        (0, 5000, "unknown", "not_assessed"),
        (0, 1800, "deletion", "partly"),
        (9000, 9900, "neutral", "not_assessed"),
    ],
)
def test_copy_number_is_assessed_only_where_a_segment_with_a_call_lies(
    start: int, end: int, call: str, state: str
) -> None:
    segment = CopyNumber("GRCh38", "11", start, end, "S", 2.0, call=call)
    assert of_segments(SEEN, PANEL, "GRCh38", [segment])["GENA"]["copy_number"].state == state


def test_a_build_in_doubt_leaves_nothing_assessed() -> None:
    doubted = build_in_doubt(SEEN)
    assert {cover.state for cover in doubted["GENA"].values()} == {"not_assessed"}
    assert {cover.reason for cover in doubted["GENA"].values()} == {"build_in_doubt"}


def test_events_of_chromosome_arms_are_one_line_and_absent_without_a_table() -> None:
    from netboard.interpret.biomarkers import of_arms

    arms = [{"arm": "11q", "event": "loss"}, {"arm": "11q", "event": "loss_of_heterozygosity"}]
    (line,) = of_arms({"copy_number": {"genes": [], "arms": arms}})
    assert (line.value, line.state) == ("11q loss and loss of heterozygosity", "estimated")
    assert of_arms({"copy_number": {"genes": [], "arms": []}})[0].value == "none"
    assert of_arms({}) == ()
