"""The edges of two hits: figures exactly at their limit, what counts as an event, and how doubts are worded."""

from __future__ import annotations

import pytest

from interpret.test_two_hits import ALL_SEEN, LOH, ONE, PANEL, _copy, _read, _small
from netboard.interpret.copies import Cells, GeneCopy
from netboard.interpret.two_hits import gene_alterations
from netboard.model.evidence import Truth
from netboard.model.facts import Coverage
from netboard.model.result import Finding, GeneAlteration, Locus, Oncogenicity
from netboard.model.standard import AlterationRules
from netboard.model.variant import Gene, Panel

PATHOGENIC = Oncogenicity("likely oncogenic", 8, significance="pathogenic")
SEGMENTS = "copy number of the gene (--segments with total and minor copies)"


def _all(*findings: Finding, panel: Panel = PANEL) -> tuple[GeneAlteration, ...]:
    scopes = {finding.gene: ALL_SEEN for finding in findings}
    return gene_alterations(findings, scopes, {}, Cells(), panel, AlterationRules())


def _told(found: GeneAlteration) -> tuple[Truth, str]:
    return found.two_hits, found.code


def _with_figures(finding: Finding, copy: GeneCopy, **figures: float) -> GeneAlteration:
    """Read one mutation in a pure tumour under other figures of the base."""
    rules = AlterationRules(figures)
    copies = {"GENS": copy}
    (found,) = gene_alterations([finding], {"GENS": ALL_SEEN}, copies, Cells(1.0), PANEL, rules)
    return found


# ---------------------------------------------------------------- what is an event of the gene


def test_findings_that_do_not_count_are_no_events_of_their_gene() -> None:
    harmless = Oncogenicity("benign", -8, significance="benign")
    others = (
        _small("m2", event="synonymous"),
        _small("m3", oncogenicity=harmless),
        _small("m4", filter_passed=False),
    )
    (found,) = _all(_small("m1"), *others)
    assert (found.findings, found.events) == (("m1",), ("truncating",))
    assert _all(*others) == ()


def test_the_classes_of_events_are_named_once_each_in_the_order_found() -> None:
    (found,) = _all(_small("m1"), _copy("amplification", 8.0), _small("m2"))
    assert found.findings == ("m1", "amplification", "m2")
    assert found.events == ("truncating", "amplification")


@pytest.mark.parametrize(
    ("role", "asked"),
    [("tumour_suppressor", True), ("both", True), ("oncogene", False), ("unknown", False), (None, False)],
)
def test_a_gene_that_may_suppress_is_asked_and_one_outside_the_panel_has_no_known_role(
    role: str | None, asked: bool
) -> None:
    genes = {"GENS": Gene("GENS", "s", "HGNC:1", role=role)} if role is not None else {}
    (found,) = _all(_small(), panel=Panel(genes, ()))
    assert (found.asked, found.role) == (asked, role or "unknown")
    if not asked:
        assert _told(found) == (Truth.UNKNOWN, "not_asked")
        words = "needs one hit" if role == "oncogene" else "role is not known"
        assert words in found.because


@pytest.mark.parametrize("given", [{"conflict": "they differ"}, {"possible": ("missense",)}])
def test_sources_that_differ_without_another_class_and_one_class_without_a_conflict_leave_a_hit_sure(
    given: dict[str, object],
) -> None:
    assert _told(_read(_small("m1", phase="7:0", **given), _small("m2", phase="7:1"))) == (
        Truth.YES,
        "in_trans",
    )
    assert _read(_small("m1"), _small("m2", support="low", **given)).needs == (
        "a second method or a deeper run for p.(m2), which few reads carry",
    )


def test_a_rearrangement_is_an_open_hit_whatever_is_known_of_its_class() -> None:
    broken = _copy(
        "disruption", type="rearrangement", oncogenicity=PATHOGENIC, support="adequate", phase="7:1"
    )
    found = _read(_small(phase="7:0"), broken)
    assert _told(found) == (Truth.UNKNOWN, "hit_uncertain")


def test_an_amplification_is_neither_a_loss_nor_an_open_hit() -> None:
    high = GeneCopy(8.0, 1.0)
    for passed in (True, False):
        gained = _copy("amplification", 8.0, filter_passed=passed)
        assert _told(_read(_small(), gained, copy=high, purity=0.8)) == (Truth.NO, "one_hit")


# ---------------------------------------------------------------- figures at their limit


def test_copies_exactly_at_the_limit_are_no_deletion_of_both() -> None:
    assert _told(_read(_copy("deletion", 0.5))) == (Truth.NO, "one_hit")
    assert _told(_read(_copy("deletion", 0.49))) == (Truth.YES, "both_copies_deleted")


@pytest.mark.parametrize(
    ("copy", "lone"),
    [
        (GeneCopy(2.0, 0.4), "no copy of the other parent is left"),
        (GeneCopy(2.0, 0.5), ""),
        (GeneCopy(1.4, None), "one copy is left"),
        (GeneCopy(1.4, 0.7), "one copy is left"),
        (GeneCopy(1.5, 0.75), ""),
        (GeneCopy(None, 0.4), "no copy of the other parent is left"),
    ],
)
def test_the_table_of_copies_says_whether_a_second_copy_is_left(copy: GeneCopy, lone: str) -> None:
    found = _read(_small(), copy=copy)
    assert found.code == ("second_copy_open" if lone else "one_hit")
    if lone:
        assert found.because == f"{lone} beside p.(m1): whether the copy that is left carries it is open"


def test_reads_of_every_copy_are_no_two_hits_while_the_table_says_that_both_parents_copies_are_there() -> (
    None
):
    found = _read(_small(alt=160, depth=200), copy=GeneCopy(2.0, 1.0), purity=0.8)
    assert found.two_hits is not Truth.YES


@pytest.mark.parametrize("copy", [GeneCopy(2.0, None), GeneCopy(None, None)])
@pytest.mark.parametrize("alt", [40, 160])
def test_copies_without_those_of_the_lesser_allele_leave_a_copy_neutral_loss_open(
    copy: GeneCopy, alt: int
) -> None:
    found = _read(_small(alt=alt, depth=200), copy=copy, purity=0.8)
    assert _told(found) == (Truth.UNKNOWN, "heterozygosity_not_told")
    assert found.needs == (SEGMENTS,)


def test_mutated_copies_exactly_as_far_off_as_allowed_count_as_all() -> None:
    assert _told(_with_figures(_small(alt=75), ONE, copies_tolerance=0.25)) == (Truth.YES, "no_intact_copy")
    assert _told(_with_figures(_small(alt=74), ONE, copies_tolerance=0.25)) == (
        Truth.UNKNOWN,
        "figures_leave_a_copy",
    )


def test_reads_that_allow_exactly_one_copy_fewer_leave_it_open() -> None:
    # All of n reads, two copies: the interval begins at 2n / (n + z^2) copies, which is one for n = 4 and z = 2.
    neutral = GeneCopy(2.0, 0.0)
    told = [
        _with_figures(_small(alt=reads, depth=reads), neutral, confidence_z=2.0).two_hits for reads in (4, 5)
    ]
    assert told == [Truth.UNKNOWN, Truth.YES]


def test_with_less_than_half_a_copy_there_is_no_copy_that_the_mutation_could_lie_on() -> None:
    found = _read(_small(alt=40), copy=GeneCopy(0.4, 0.0), purity=0.8)
    assert _told(found) == (Truth.UNKNOWN, "figures_leave_a_copy")


# ---------------------------------------------------------------- doubts and their words


def test_a_deletion_of_a_part_of_the_gene_is_said_to_be_of_a_part() -> None:
    found = _read(_copy("deletion", 0.0, flags=("covers_part_of_the_gene",)))
    assert found.because == "both copies of a part of the gene are deleted (0 left)"
    assert _read(_copy("deletion", 0.0)).because == "both copies are deleted (0 left)"


def test_a_deletion_of_untold_copies_is_named_beside_the_first_mutation() -> None:
    lost = _copy("deletion")
    begin, end = "a deletion", "of one copy or of both: the number of copies left is not told"
    assert _read(lost).because == f"{begin}, {end}"
    cis = (_small("m1", phase="7:0"), _small("m2", phase="7:0"))
    assert _read(*cis, lost).because == f"{begin} beside p.(m1), {end}"


def test_of_two_mutations_either_may_lack_a_phase() -> None:
    for one, other in (("7:0", None), (None, "7:0"), ("1", "2")):
        found = _read(_small("m1", phase=one), _small("m2", phase=other))
        assert _told(found) == (Truth.UNKNOWN, "phase_open")


@pytest.mark.parametrize(("count", "names"), [(2, "p.(v0), p.(v1)"), (3, "p.(v0), p.(v1), p.(v2)")])
def test_up_to_three_open_events_are_all_named(count: int, names: str) -> None:
    many = [_small(f"v{number}", support="low") for number in range(count)]
    assert _read(_small("m1"), *many).because == f"whether {names} is a hit is open"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"hgvsp": "NP_1.1:p.(A1T)", "hgvsc": "NM_1.1:c.1G>A"}, "p.(A1T)"),
        ({"hgvsp": None, "hgvsc": "NM_1.1:c.1G>A", "hgvsc_unshifted": "NM_1.1:c.0del"}, "c.1G>A"),
        ({"hgvsp": None, "hgvsc_unshifted": "NM_1.1:c.9del"}, "c.9del"),
        ({"hgvsp": None, "event": "start_loss"}, "start loss"),
    ],
)
def test_an_event_is_named_by_its_protein_change_else_that_of_dna_else_its_class(
    given: dict[str, object], name: str
) -> None:
    found = _read(_small("m1"), _small("m2", support="low", **given))
    assert found.because == f"whether {name} is a hit is open"


@pytest.mark.parametrize(
    ("absent", "words"),
    [
        (("small_variants",), "small variants of the gene were not fully assessed"),
        (("copy_number",), "copy number of the gene was not fully assessed"),
        (
            ("small_variants", "copy_number"),
            "small variants and copy number of the gene were not fully assessed",
        ),
    ],
)
def test_what_was_not_looked_at_is_named_whether_told_or_left_out(
    absent: tuple[str, ...], words: str
) -> None:
    told = {scope: Coverage("partly") for scope in absent}
    for seen in ({**ALL_SEEN, **told}, {key: cover for key, cover in ALL_SEEN.items() if key not in absent}):
        found = _read(_small(), seen=seen)
        assert found.because == words
        assert (SEGMENTS in found.needs) == ("copy_number" in absent)
        assert len(found.needs) == len(absent)


def test_a_finding_without_a_place_tells_nothing_of_the_copies_in_normal_cells() -> None:
    nowhere = _small("m1", variant=None, phase="7:0")
    assert _told(_read(nowhere)) == (Truth.NO, "one_hit")
    assert _told(_read(nowhere, sex="male")) == (Truth.NO, "one_hit")
    # One of two mutations that surely lies on a man's X is enough to know that no second copy is there.
    on_x = _small("m2", alt=160, depth=200, variant=Locus("GRCh38", "X", 5, "A", "T"), phase="7:0")
    found = _read(nowhere, on_x, copy=GeneCopy(1.0, None), purity=0.8, sex="male")
    assert found.because.startswith("a man's cells have one copy, and p.(m2)")


def test_loss_beside_a_mutation_says_how_many_copies_the_reads_allow() -> None:
    found = _read(_small(alt=20, depth=200), LOH, copy=ONE, purity=0.8)
    assert found.because.startswith("loss of heterozygosity beside p.(m1), but 0.15 (")
    assert " or, if it is inherited, " not in found.because
    suspect = _read(_small(alt=66, depth=200, origin="germline_suspect"), LOH, copy=ONE, purity=0.5)
    # In a third of the reads an acquired variant lies on the copy left, an inherited one on those of normal cells alone.
    assert suspect.because.startswith("loss of heterozygosity beside p.(m1), but 0.99 (")
    assert " or, if it is inherited, 0 (" in suspect.because


def test_a_loss_beside_a_variant_that_may_be_no_hit_asks_about_the_variant() -> None:
    found = _read(_small(support="low"), LOH, copy=ONE, purity=0.8)
    assert _told(found) == (Truth.UNKNOWN, "hit_uncertain")
