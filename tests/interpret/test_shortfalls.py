"""What a file takes away from its assay: nothing found there is never nothing there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from netboard.interpret.assessed import coverage
from netboard.interpret.shortfalls import build_in_doubt, of_segments, without_unread
from netboard.model.facts import Coverage
from netboard.model.variant import Assay, CopyNumber, Gene, Interval, Panel, Promoter, Transcript

#: Coding from 1100 to 2200: the last exon holds no coding base, nor does the first.
_MODEL = Transcript(
    "GENA", "GRCh38", "NM_1.1", "11", 1, ((500, 600), (1000, 1300), (2000, 2300), (2800, 2900)), 1100, 2200
)
_PROMOTERS = (Promoter("GRCh38", Interval("11", 300, 400)), Promoter("GRCh37", Interval("11", 100, 200)))
_GENE = Gene("GENA", "a gene", "HGNC:1", transcripts=(_MODEL,), promoters=_PROMOTERS)
PANEL = Panel({"GENA": _GENE}, ())
GENOME = Assay(True, "genome", "genome", frozenset({"small_variants", "copy_number", "promoter"}))
SEEN = coverage(GENOME, PANEL, "GRCh38")


def _place(start: int, end: int, chrom: str = "11") -> Interval:
    return Interval(chrom, start, end)


def _without(
    *places: Interval, scope: str = "small_variants", seen: Mapping[str, Mapping[str, Coverage]] = SEEN
) -> Mapping[str, Coverage]:
    return without_unread(seen, PANEL, "GRCh38", [(place, scope) for place in places])["GENA"]


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (_place(1150, 1151), "partly"),
        (_place(1500, 1501), "assessed"),  # in the intron
        (_place(1050, 1051), "assessed"),  # before the coding sequence
        (_place(1150, 1151, "12"), "assessed"),
        (_place(1097, 1098), "assessed"),
        (_place(1097, 1099), "partly"),  # reaches two bases before what is coding
        (_place(1301, 1302), "partly"),  # the splice site
        (_place(1302, 1303), "assessed"),
        (_place(1998, 1999), "partly"),
        (_place(1997, 1998), "assessed"),
        (_place(2201, 2202), "partly"),
        (_place(2202, 2300), "assessed"),
        (_place(2800, 2900), "assessed"),  # an exon of the untranslated end
        (_place(500, 600), "assessed"),
        (_place(0, 9000), "partly"),
    ],
)
def test_a_record_that_could_not_be_read_leaves_its_gene_partly_assessed(place: Interval, state: str) -> None:
    seen = _without(place)
    assert seen["small_variants"].state == state
    assert (seen["small_variants"].reason == "record_not_read") is (state == "partly")
    assert seen["copy_number"] == SEEN["GENA"]["copy_number"]


def test_one_unreadable_record_among_many_is_enough() -> None:
    elsewhere = (_place(1500, 1501), _place(1150, 1151, "12"))
    assert _without(*elsewhere, _place(1150, 1151))["small_variants"].state == "partly"
    assert _without(*elsewhere)["small_variants"].state == "assessed"


@pytest.mark.parametrize("at", [500, 599, 1000, 2899])
def test_a_gene_that_codes_for_nothing_is_open_at_any_of_its_exons(at: int) -> None:
    panel = Panel({"GENA": replace(_GENE, transcripts=(replace(_MODEL, cds_start=None, cds_end=None),))}, ())
    for place, state in ((_place(at, at + 1), "partly"), (_place(2400, 2500), "assessed")):
        seen = without_unread(SEEN, panel, "GRCh38", [(place, "small_variants")])
        assert seen["GENA"]["small_variants"].state == state


@pytest.mark.parametrize(
    ("start", "state"),
    [(1098, "partly"), (1096, "assessed"), (2201, "partly"), (2202, "assessed")],
)
def test_exons_that_end_where_the_coding_sequence_begins_have_no_splice_site_of_it(
    start: int, state: str
) -> None:
    model = replace(_MODEL, exons=((900, 1100), (1100, 2200), (2200, 2400)))
    panel = Panel({"GENA": replace(_GENE, transcripts=(model,))}, ())
    seen = without_unread(SEEN, panel, "GRCh38", [(_place(start, start + 1), "small_variants")])
    assert seen["GENA"]["small_variants"].state == state


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (_place(1500, 1501), "partly"),
        (_place(500, 501), "partly"),
        (_place(2899, 2900), "partly"),
        (_place(499, 500), "assessed"),
        (_place(2900, 2901), "assessed"),
        (_place(1500, 1501, "12"), "assessed"),
        (_place(0, 9000), "partly"),
    ],
)
def test_a_copy_number_record_that_could_not_be_read_leaves_copy_number_open(
    place: Interval, state: str
) -> None:
    for places in ((place,), (_place(9500, 9600), place), (place, _place(9500, 9600))):
        scopes = _without(*places, scope="copy_number")
        reason = "record_not_read" if state == "partly" else ""
        assert (scopes["copy_number"].state, scopes["copy_number"].reason) == (state, reason)
        assert scopes["small_variants"].state == "assessed"


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (_place(300, 301), "partly"),
        (_place(399, 400), "partly"),
        (_place(299, 300), "assessed"),
        (_place(400, 401), "assessed"),
        (_place(150, 151), "assessed"),  # the promoter by the other build
        (_place(300, 400, "12"), "assessed"),
        (_place(0, 9000), "partly"),
    ],
)
def test_a_record_in_the_promoter_that_could_not_be_read_leaves_the_promoter_open(
    place: Interval, state: str
) -> None:
    for places in ((place,), (_place(9500, 9600), place)):
        promoter = _without(*places)["promoter"]
        reason = "record_not_read" if state == "partly" else ""
        assert (promoter.state, promoter.reason) == (state, reason)
    assert _without(place, scope="copy_number")["promoter"].state == "assessed"


def test_one_record_may_leave_several_classes_of_event_open() -> None:
    given = [(_place(300, 1200), "small_variants"), (_place(300, 1200), "copy_number")]
    seen = without_unread(SEEN, PANEL, "GRCh38", given)["GENA"]
    assert {scope for scope, cover in seen.items() if cover.state == "partly"} == {
        "small_variants",
        "promoter",
        "copy_number",
    }
    assert seen["small_variants"].covered == 1.0


@pytest.mark.parametrize("state", ["not_assessed", "undeclared", "partly"])
def test_what_was_not_assessed_before_keeps_its_own_reason(state: str) -> None:
    before = {"GENA": {scope: Coverage(state, "the reason") for scope in SEEN["GENA"]}}
    for scope in ("small_variants", "copy_number"):
        assert _without(_place(0, 9000), scope=scope, seen=before) == before["GENA"]


def test_without_an_unreadable_record_the_coverage_is_what_it_was() -> None:
    assert without_unread(SEEN, PANEL, "GRCh38", []) == SEEN


def test_a_gene_without_a_model_on_the_build_or_without_a_promoter_is_left_as_it_is() -> None:
    elsewhere = Panel({"GENA": _GENE, "GENB": replace(_GENE, symbol="GENB", transcripts=())}, ())
    seen = {
        "GENB": SEEN["GENA"],
        "GENA": {scope: cover for scope, cover in SEEN["GENA"].items() if scope != "promoter"},
    }
    after = without_unread(seen, elsewhere, "GRCh38", [(_place(0, 9000), "small_variants")])
    assert after["GENB"] == seen["GENB"]
    assert after["GENA"]["small_variants"].state == "partly"
    assert "promoter" not in after["GENA"]
    assert of_segments(seen, elsewhere, "GRCh38", [])["GENB"] == seen["GENB"]


def _segment(start: int, end: int, call: str = "neutral", chrom: str = "11") -> CopyNumber:
    return CopyNumber("GRCh38", chrom, start, end, "S", 2.0, call=call)


#: The gene reaches from 500 to 2900.
@pytest.mark.parametrize(
    ("segments", "state", "covered"),
    [
        ([_segment(0, 5000)], "assessed", 1.0),
        ([_segment(0, 5000, "unknown")], "not_assessed", 0.0),
        ([_segment(0, 5000, chrom="12")], "not_assessed", 0.0),
        ([_segment(9000, 9900)], "not_assessed", 0.0),
        ([_segment(0, 500), _segment(2900, 5000)], "not_assessed", 0.0),
        ([_segment(0, 1700, "deletion")], "partly", 0.5),
        ([_segment(500, 1100), _segment(1100, 1700, "gain")], "partly", 0.5),
        ([_segment(500, 1100), _segment(1100, 2900, "unknown")], "partly", 0.25),
        ([_segment(500, 2780)], "assessed", 0.95),  # exactly the share that is asked
        ([_segment(500, 2779)], "partly", 0.9496),
        ([_segment(0, 5000), _segment(0, 5000)], "assessed", 1.0),  # never more than the whole
    ],
)
def test_copy_number_is_assessed_only_where_a_segment_with_a_call_lies(
    segments: list[CopyNumber], state: str, covered: float
) -> None:
    reason = {"assessed": "", "partly": "partly_covered", "not_assessed": "no_copy_number_call"}[state]
    seen = of_segments(SEEN, PANEL, "GRCh38", segments)["GENA"]
    assert seen["copy_number"] == Coverage(state, reason, covered, "measured")
    assert seen["small_variants"] == SEEN["GENA"]["small_variants"]


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
