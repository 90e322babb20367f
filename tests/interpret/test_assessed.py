"""What an assay could see of a gene, by class of event: nothing found is never read as nothing there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from netboard.interpret.assessed import coverage, gene_assessments, stored_coverage
from netboard.model.alteration import Oncogenicity
from netboard.model.facts import SCOPES, Coverage
from netboard.model.result import Finding, GeneAssessment
from netboard.model.variant import Assay, Gene, Interval, Panel, Promoter, Transcript

#: Coding from 1100 to 2100: 200 bases of the first exon, 100 of the second, none of the third.
_MODEL = Transcript(
    "GENA", "GRCh38", "NM_1.1", "11", 1, ((1000, 1300), (2000, 2300), (3000, 3100)), 1100, 2100
)
_PROMOTER = Promoter("GRCh38", Interval("11", 800, 900))
_GENE = Gene("GENA", "a gene", "HGNC:1", transcripts=(_MODEL,), promoters=(_PROMOTER,))
_ALL = frozenset(SCOPES)


def _panel(gene: Gene = _GENE) -> Panel:
    return Panel({gene.symbol: gene}, ())


def _places(*places: tuple[int, int], chrom: str = "11") -> tuple[Interval, ...]:
    return tuple(Interval(chrom, start, end) for start, end in places)


def _assay(
    *targets: tuple[int, int], sees: frozenset[str] = _ALL, measured: Sequence[Interval] | None = None
) -> Assay:
    return Assay(
        True,
        "a panel",
        "panel",
        sees,
        _places(*targets) if targets else None,
        None if measured is None else tuple(measured),
    )


def _seen(assay: Assay, gene: Gene = _GENE) -> dict[str, Coverage]:
    return coverage(assay, _panel(gene), "GRCh38")[gene.symbol]


@pytest.mark.parametrize(
    ("targets", "state", "covered"),
    [
        ([(1100, 1300), (2000, 2100)], "assessed", 1.0),
        ([(0, 5000)], "assessed", 1.0),
        ([(1100, 1285), (2000, 2100)], "assessed", 0.95),  # exactly the share that is asked
        ([(1100, 1284), (2000, 2100)], "partly", 0.9467),
        ([(1100, 1200)], "partly", 0.3333),
        ([(1299, 1301)], "partly", 0.0033),
        ([(2000, 2100)], "partly", 0.3333),
        ([(1000, 1100), (1300, 2000), (2100, 3100)], "not_assessed", 0.0),  # all but what is coding
    ],
)
def test_a_gene_is_assessed_from_95_per_cent_of_its_coding_bases(
    targets: Sequence[tuple[int, int]], state: str, covered: float
) -> None:
    found = _seen(_assay(*targets))["small_variants"]
    reason = {"assessed": "", "partly": "partly_covered", "not_assessed": "not_covered"}[state]
    assert found == Coverage(state, reason, covered, "design")


@pytest.mark.parametrize(
    "targets",
    [
        [(1100, 1200), (1200, 1300)],  # that touch
        [(1100, 1250), (1150, 1300)],  # that overlap
        [(1100, 1300), (1150, 1200)],  # one inside the other
        [(1250, 1300), (1100, 1150), (1150, 1250)],  # in any order
        [(100, 200), (1100, 1150), (1150, 1160), (1160, 1300), (4000, 4100)],
    ],
)
def test_bases_that_several_targets_cover_are_counted_once(targets: Sequence[tuple[int, int]]) -> None:
    assert _seen(_assay(*targets))["small_variants"].covered == 0.6667


def test_each_piece_of_an_exon_that_is_covered_counts() -> None:
    pieces = [(1100, 1110), (1120, 1130), (1140, 1150), (1160, 1170)]
    assert _seen(_assay(*pieces))["small_variants"].covered == round(40 / 300, 4)
    assert _seen(_assay(*pieces, (0, 1105)))["small_variants"].covered == round(40 / 300, 4)


def test_targets_on_another_chromosome_cover_nothing() -> None:
    assay = replace(_assay((0, 1)), targets=_places((0, 5000), chrom="12"))
    assert _seen(assay)["small_variants"] == Coverage("not_assessed", "not_covered", 0.0, "design")


def test_what_was_measured_stands_above_what_was_designed() -> None:
    found = _seen(_assay((0, 5000), measured=_places((1100, 1200))))["small_variants"]
    assert (found.state, found.covered, found.basis) == ("partly", 0.3333, "measured")
    nothing = _seen(_assay((0, 5000), measured=()))["small_variants"]
    assert (nothing.state, nothing.reason, nothing.basis) == ("not_assessed", "not_covered", "measured")


@pytest.mark.parametrize(
    ("ends", "covered"),
    [
        ((1100, 2100), 1.0),
        ((None, None), round(300 / 700, 4)),
        ((1100, None), round(300 / 700, 4)),
        ((None, 2100), round(300 / 700, 4)),
    ],
)
def test_a_gene_that_codes_for_nothing_is_asked_for_all_its_exons(
    ends: tuple[int | None, int | None], covered: float
) -> None:
    model = replace(_MODEL, cds_start=ends[0], cds_end=ends[1])
    gene = replace(_GENE, transcripts=(model,))
    assert _seen(_assay((1100, 1300), (2000, 2100)), gene)["small_variants"].covered == covered


def test_exons_outside_the_coding_stretch_do_not_count_even_where_they_touch_it() -> None:
    model = replace(
        _MODEL,
        exons=((800, 900), (1000, 1100), (1100, 1300), (2100, 2300), (2500, 2600)),
        cds_start=1100,
        cds_end=2100,
    )
    found = _seen(_assay((1100, 1300)), replace(_GENE, transcripts=(model,)))["small_variants"]
    assert (found.state, found.covered) == ("assessed", 1.0)


def test_an_assay_without_regions_covers_all_of_what_it_sees_and_says_so_by_design() -> None:
    seen = _seen(_assay(sees=frozenset({"small_variants", "promoter", "copy_number"})))
    assert seen["small_variants"] == Coverage("assessed", "", 1.0, "design")
    assert seen["promoter"] == Coverage("assessed", "", 1.0, "design")
    assert seen["copy_number"] == Coverage("assessed", "", 1.0, "design")
    assert seen["fusions"] == Coverage("not_assessed", "class_not_assayed")


@pytest.mark.parametrize("scope", ["copy_number", "fusions"])
def test_copy_number_and_fusions_are_seen_where_the_targets_lie(scope: str) -> None:
    assert _seen(_assay((1100, 1200)))[scope] == Coverage("partly", "partly_covered", 0.3333, "design")
    found = _seen(_assay(measured=_places((1100, 1200))))[scope]
    assert found == Coverage("partly", "partly_covered", 0.3333, "measured")


def test_a_promoter_is_asked_for_its_own_stretch_on_the_build_of_the_file() -> None:
    assert _seen(_assay((800, 900)))["promoter"] == Coverage("assessed", "", 1.0, "design")
    assert _seen(_assay((1100, 1300)))["promoter"] == Coverage("not_assessed", "not_covered", 0.0, "design")
    elsewhere = replace(_GENE, promoters=(Promoter("GRCh37", Interval("11", 800, 900)),))
    assert _seen(_assay((800, 900)), elsewhere)["promoter"] == Coverage("not_assessed", "class_not_assayed")


def test_a_gene_without_a_model_on_the_build_is_not_covered() -> None:
    bare = replace(_GENE, transcripts=(replace(_MODEL, build="GRCh37"),), promoters=())
    seen = _seen(_assay(), bare)
    assert seen["promoter"].reason == "class_not_assayed"
    for scope in ("small_variants", "copy_number", "fusions"):
        assert seen[scope] == Coverage("not_assessed", "not_covered")


def test_an_undeclared_assay_leaves_all_open_but_what_the_file_itself_shows() -> None:
    seen = _seen(Assay(sees=frozenset({"copy_number"})))
    assert seen["copy_number"] == Coverage("assessed", basis="measured")
    for scope in ("small_variants", "promoter", "fusions"):
        assert seen[scope] == Coverage("undeclared", "absent_assay_undeclared")
    assert set(seen) == set(SCOPES)


def test_inherited_variants_are_assessed_only_where_the_gene_is() -> None:
    sees = frozenset({"small_variants", "germline"})
    assert _seen(_assay((0, 5000), sees=sees))["germline"].state == "assessed"
    assert "germline" not in _seen(_assay((1100, 1200), sees=sees))
    assert "germline" not in _seen(_assay((0, 5000)))


_SEEN = {
    "GENB": {scope: Coverage("assessed", "", 0.97, "design") for scope in SCOPES},
    "GENA": {
        "small_variants": Coverage("partly", "partly_covered", 0.5, "measured"),
        "promoter": Coverage("not_assessed", "not_covered"),
        "copy_number": Coverage("assessed", "", 1.0),
        "fusions": Coverage("undeclared", "absent_assay_undeclared"),
    },
}


def _finding(event: str, kind: str = "small_variant", gene: str = "GENB", significance: str = "") -> Finding:
    onco = Oncogenicity("", 0, significance=significance) if significance else None
    return Finding("f", kind, gene, event, None, oncogenicity=onco)


def test_each_gene_shows_a_state_by_class_of_event_in_order_of_its_name() -> None:
    first, second = gene_assessments(_SEEN, ())
    assert first == GeneAssessment(
        "GENA",
        small_variants="partly",
        copy_number="assessed",
        fusions="undeclared",
        promoter="not_assessed",
        covered=0.5,
        basis="measured",
        seen={
            "small_variants": "partly_covered",
            "promoter": "not_covered",
            "copy_number": "assessed",
            "fusions": "absent_assay_undeclared",
        },
    )
    assert (second.gene, second.small_variants, second.covered, second.basis) == (
        "GENB",
        "assessed",
        0.97,
        "design",
    )


def test_an_undeclared_gene_names_no_basis() -> None:
    seen = {"GENA": {scope: Coverage("undeclared", "absent_assay_undeclared") for scope in SCOPES}}
    assert gene_assessments(seen, ())[0].basis == ""


@pytest.mark.parametrize(
    ("finding", "altered"),
    [
        (_finding("truncating"), {"small_variants"}),
        (_finding("missense", significance="uncertain"), {"small_variants"}),
        (_finding("missense", significance="pathogenic"), {"small_variants"}),
        (_finding("promoter"), {"promoter"}),
        (_finding("deletion", "copy_number"), {"copy_number"}),
        (_finding("fusion", "rearrangement"), {"fusions"}),
        (_finding("missense", significance="benign"), set()),
        (_finding("synonymous"), set()),
        (_finding("undetermined"), set()),
        (replace(_finding("truncating"), filter_passed=False), set()),
        (_finding("truncating", gene="GENC"), set()),
    ],
    ids=lambda value: str(value.event if isinstance(value, Finding) else ""),
)
def test_a_gene_is_altered_by_a_passed_event_that_changes_it_and_is_not_benign(
    finding: Finding, altered: set[str]
) -> None:
    genes = {item.gene: item for item in gene_assessments(_SEEN, [finding])}
    assert {scope for scope in SCOPES if getattr(genes["GENB"], scope) == "altered"} == altered
    assert "altered" not in {getattr(genes["GENA"], scope) for scope in SCOPES}
    assert set(genes["GENB"].seen.values()) == {"assessed"}  # what could be seen stays what it was


def test_a_later_benign_variant_does_not_take_an_alteration_back() -> None:
    found = [_finding("truncating"), _finding("missense", significance="benign"), _finding("synonymous")]
    assert gene_assessments(_SEEN, found)[1].small_variants == "altered"


@pytest.mark.parametrize(
    ("promoter", "of_interest", "state"),
    [
        ("assessed", True, "assessed"),
        ("not_assessed", True, "partly"),
        ("partly", True, "partly"),
        ("not_assessed", False, "assessed"),
    ],
)
def test_a_gene_whose_promoter_counts_is_only_partly_looked_at_without_it(
    promoter: str, of_interest: bool, state: str
) -> None:
    seen = {"GENB": {**_SEEN["GENB"], "promoter": Coverage(promoter, "not_covered")}}
    genes = frozenset({"GENB"} if of_interest else ())
    assert gene_assessments(seen, (), genes)[0].small_variants == state
    assert gene_assessments(seen, [_finding("truncating")], genes)[0].small_variants == "altered"
    unseen = {"GENB": {**seen["GENB"], "small_variants": Coverage("not_assessed", "not_covered")}}
    assert gene_assessments(unseen, (), genes)[0].small_variants == "not_assessed"


def test_an_altered_promoter_was_looked_at() -> None:
    found = gene_assessments(_SEEN, [_finding("promoter")], frozenset({"GENB"}))[1]
    assert (found.promoter, found.small_variants) == ("altered", "assessed")


def test_a_stored_result_gives_back_the_coverage_it_was_made_with() -> None:
    seen = {**_SEEN, "GENA": {**_SEEN["GENA"], "copy_number": Coverage("partly", "record_not_read")}}
    panel = Panel({"GENA": _GENE, "GENB": replace(_GENE, symbol="GENB")}, ())
    stored = stored_coverage(gene_assessments(seen, [_finding("truncating")]), panel)
    for gene, scopes in seen.items():
        for scope, cover in scopes.items():
            assert (stored[gene][scope].state, stored[gene][scope].reason) == (cover.state, cover.reason)
        assert stored[gene]["small_variants"] == scopes["small_variants"]
        assert [stored[gene][scope].covered for scope in SCOPES[1:]] == [None] * 3


@pytest.mark.parametrize(
    "code", ["class_not_assayed", "not_covered", "no_copy_number_call", "build_in_doubt"]
)
def test_a_stored_code_of_a_gap_is_read_as_not_assessed(code: str) -> None:
    gene = GeneAssessment("GENA", "", "", "", seen=dict.fromkeys(SCOPES, code))
    assert {(c.state, c.reason) for c in stored_coverage([gene], _panel())["GENA"].values()} == {
        ("not_assessed", code)
    }


def test_a_gene_or_class_that_a_stored_result_does_not_know_is_not_covered() -> None:
    unknown = Coverage("not_assessed", "not_covered", None, "design")
    assert stored_coverage((), _panel())["GENA"] == dict.fromkeys(SCOPES, unknown)
    older = GeneAssessment("GENA", "assessed", "", "", covered=1.0, seen={"small_variants": "assessed"})
    found = stored_coverage([older], _panel())["GENA"]
    assert found["fusions"] == unknown
    assert found["small_variants"] == Coverage("assessed", "", 1.0, "design")


def test_a_stored_result_keeps_that_inherited_variants_were_seen() -> None:
    gene = GeneAssessment("GENA", "assessed", "", "", covered=0.96, seen={"germline": "assessed"})
    assert stored_coverage([gene], _panel())["GENA"]["germline"] == Coverage("assessed", "", 0.96)
    for seen in ({"germline": "not_covered"}, {}):
        assert "germline" not in stored_coverage([replace(gene, seen=seen)], _panel())["GENA"]
