"""Two hits of a gene and the hint at clonality: yes and no only where the figures allow it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.interpret.clonality import clonality_hints
from netboard.interpret.copies import SEX, Cells, GeneCopy, mutated
from netboard.interpret.two_hits import gene_alterations
from netboard.model.evidence import Truth
from netboard.model.facts import Coverage
from netboard.model.result import Finding, GeneAlteration, Locus, Oncogenicity
from netboard.model.share import score_interval
from netboard.model.standard import AlterationRules
from netboard.model.variant import Gene, Panel

RULES = AlterationRules()
PANEL = Panel(
    {
        "GENS": Gene("GENS", "s", "HGNC:1", role="tumour_suppressor"),
        "GENO": Gene("GENO", "o", "HGNC:2", role="oncogene"),
        "GENU": Gene("GENU", "u", "HGNC:3"),
    },
    (),
)
ALL_SEEN = {"small_variants": Coverage("assessed"), "copy_number": Coverage("assessed")}


def _small(key: str = "m1", alt: int = 40, depth: int = 100, **given: object) -> Finding:
    values: dict[str, object] = {
        "gene": "GENS",
        "event": "truncating",
        "variant": Locus("GRCh38", "1", 5, "A", "T"),
        "hgvsp": f"NP_1.1:p.({key})",
        "depth": depth,
        "alt_depth": alt,
        "support": "adequate",
        "origin": "somatic",
        "oncogenicity": Oncogenicity("likely oncogenic", 8, significance="pathogenic"),
        **given,
    }
    return Finding(id=key, type="small_variant", **values)  # type: ignore[arg-type]


def _copy(event: str, total: float | None = None, **given: object) -> Finding:
    return Finding(
        id=event,
        gene="GENS",
        event=event,
        variant=Locus("GRCh38", "1", 1, "N", "<CN>", end=100),
        total_copy_number=total,
        **{"type": "copy_number", **given},  # type: ignore[arg-type]
    )


def _read(
    *findings: Finding,
    copy: GeneCopy | None = None,
    purity: float | None = None,
    sex: str | None = None,
    seen: dict[str, Coverage] | None = None,
) -> GeneAlteration:
    copies = {"GENS": copy} if copy is not None else {}
    scopes = {"GENS": ALL_SEEN if seen is None else seen}
    (found,) = gene_alterations(findings, scopes, copies, Cells(purity, sex), PANEL, RULES)
    return found


LOH = _copy("loss_of_heterozygosity", 1.0)
ONE = GeneCopy(1.0, 0.0)


def test_one_hit_is_said_where_both_scopes_were_looked_at() -> None:
    found = _read(_small())
    assert (found.two_hits, found.code) == (Truth.NO, "one_hit")


@pytest.mark.parametrize("scope", ["small_variants", "copy_number"])
@pytest.mark.parametrize("state", ["partly", "not_assessed", "undeclared"])
def test_a_scope_that_was_not_fully_looked_at_leaves_the_second_hit_open(scope: str, state: str) -> None:
    found = _read(_small(), seen={**ALL_SEEN, scope: Coverage(state)})
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "second_hit_not_assessed")
    assert found.needs


def test_a_mutation_on_the_only_copy_left_is_two_hits() -> None:
    # Purity 0.8, one copy: 0.8 / (0.8 + 0.4) of the reads carry it.
    found = _read(_small(alt=133, depth=200), LOH, copy=ONE, purity=0.8)
    assert (found.two_hits, found.code) == (Truth.YES, "no_intact_copy")
    assert set(found.events) == {"truncating", "loss_of_heterozygosity"}


@pytest.mark.parametrize(("purity", "copy"), [(None, ONE), (0.8, None), (0.8, GeneCopy(None, 0.0))])
def test_without_purity_or_copies_mutation_and_loss_stay_open_and_name_what_is_absent(
    purity: float | None, copy: GeneCopy | None
) -> None:
    found = _read(_small(alt=133, depth=200), LOH, copy=copy, purity=purity)
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "second_copy_open")
    assert any(("--purity" if purity is None else "--segments") in need for need in found.needs)


def test_a_mutation_in_few_reads_beside_a_lost_copy_is_not_read_as_two_hits() -> None:
    found = _read(_small(alt=20, depth=200), LOH, copy=ONE, purity=0.8)
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "figures_leave_a_copy")


def test_copy_neutral_loss_needs_the_mutation_on_both_copies() -> None:
    neutral = GeneCopy(2.0, 0.0)
    loss = _copy("loss_of_heterozygosity", 2.0)
    assert _read(_small(alt=160, depth=200), loss, copy=neutral, purity=0.8).two_hits is Truth.YES
    assert _read(_small(alt=80, depth=200), loss, copy=neutral, purity=0.8).two_hits is Truth.UNKNOWN


def test_too_few_reads_to_exclude_an_intact_copy_leave_it_open() -> None:
    neutral = GeneCopy(2.0, 0.0)
    loss = _copy("loss_of_heterozygosity", 2.0)
    # Four of five reads fit two mutated copies of two, and one of two as well.
    found = _read(_small(alt=4, depth=5), loss, copy=neutral, purity=0.8)
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "figures_leave_a_copy")
    assert _read(_small(alt=80, depth=100), loss, copy=neutral, purity=0.8).two_hits is Truth.YES


def test_a_variant_that_may_be_inherited_must_fit_both_readings() -> None:
    suspect = {"origin": "germline_suspect"}
    # As an acquired one it would lie on the one copy left; as an inherited one that copy may be the intact.
    assert _read(_small(alt=66, depth=200, **suspect), LOH, copy=ONE, purity=0.5).two_hits is Truth.UNKNOWN
    # Inherited and kept: (0.8 + 0.2) / (0.8 + 0.4) of the reads.
    assert _read(_small(alt=166, depth=200, **suspect), LOH, copy=ONE, purity=0.8).two_hits is Truth.YES


@pytest.mark.parametrize(
    ("total", "value", "code"),
    [
        (0.0, Truth.YES, "both_copies_deleted"),
        (0.3, Truth.YES, "both_copies_deleted"),
        (1.0, Truth.NO, "one_hit"),
        (None, Truth.UNKNOWN, "deletion_of_one_or_both"),
    ],
)
def test_a_deletion_is_two_hits_only_where_no_copy_is_left(
    total: float | None, value: Truth, code: str
) -> None:
    found = _read(_copy("deletion", total))
    assert (found.two_hits, found.code) == (value, code)


@pytest.mark.parametrize(
    ("one", "other", "value", "code"),
    [
        ("7:0", "7:1", Truth.YES, "in_trans"),
        ("7:0", "7:0", Truth.NO, "one_hit"),
        ("7:0", "8:1", Truth.UNKNOWN, "phase_open"),
        (None, "7:1", Truth.UNKNOWN, "phase_open"),
        (None, None, Truth.UNKNOWN, "phase_open"),
    ],
)
def test_two_mutations_are_two_hits_only_on_different_molecules(
    one: str | None, other: str | None, value: Truth, code: str
) -> None:
    found = _read(_small("m1", phase=one), _small("m2", phase=other))
    assert (found.two_hits, found.code) == (value, code)


@pytest.mark.parametrize(
    ("doubt", "need"),
    [
        (
            {"oncogenicity": Oncogenicity("uncertain significance", 0)},
            "what p.(m2) does to the protein",
        ),
        ({"oncogenicity": None}, "what p.(m2) does to the protein"),
        ({"event": "undetermined"}, "what p.(m2) does to the protein"),
        (
            {"filter_passed": False},
            "a second method or a deeper run for p.(m2), which the caller's filters stopped",
        ),
        ({"support": "low"}, "a second method or a deeper run for p.(m2), which few reads carry"),
        ({"support": "unknown"}, "the read counts of p.(m2) (AD or its equivalent)"),
        (
            {"conflict": "they differ", "possible": ("missense",)},
            "which of the sources is right about p.(m2)",
        ),
        (
            {"flags": ("combined_effect_unknown",)},
            "whether p.(m2) and its neighbour in the codon lie on one molecule",
        ),
    ],
)
def test_a_doubtful_second_variant_leaves_it_open_and_the_cause_says_what_would_settle_it(
    doubt: dict[str, object], need: str
) -> None:
    found = _read(_small("m1"), _small("m2", **doubt))
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "hit_uncertain")
    assert found.because == "whether p.(m2) is a hit is open"
    assert found.needs == (need,)


def test_open_events_of_other_kinds_ask_for_their_own_tests() -> None:
    broken = _copy("disruption", type="rearrangement")
    assert _read(_small(), broken).needs == ("an RNA test of what the disruption leaves of the transcript",)
    lost = _copy("undetermined")
    assert _read(_small(), lost).needs == (
        "copy number of the gene (--segments with total and minor copies)",
    )
    stopped = _copy("deletion", 0.0, filter_passed=False)
    assert _read(_small(), stopped).needs == (
        "a second method or a deeper run for deletion, which the caller's filters stopped",
    )


def test_of_many_open_events_three_are_named_and_all_are_asked_for() -> None:
    many = [_small(f"v{number}", support="low") for number in range(5)]
    found = _read(_small("m1"), *many)
    assert found.because == "whether p.(v0), p.(v1), p.(v2) and 2 more is a hit is open"
    assert len(found.needs) == 5


@pytest.mark.parametrize(
    "second", [{"event": "synonymous"}, {"oncogenicity": Oncogenicity("benign", -8, significance="benign")}]
)
def test_silent_and_benign_variants_are_no_hit(second: dict[str, object]) -> None:
    assert _read(_small("m1"), _small("m2", **second)).two_hits is Truth.NO


def test_on_x_one_hit_may_be_enough() -> None:
    found = _read(_small(variant=Locus("GRCh38", "X", 5, "A", "T")))
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "copies_in_normal_cells")
    assert SEX in found.needs


def _on_x(alt: int = 160, **given: object) -> Finding:
    return _small(alt=alt, depth=200, variant=Locus("GRCh38", "X", 5, "A", "T"), **given)


def test_in_a_man_a_mutation_on_every_copy_of_x_leaves_none_intact() -> None:
    found = _read(_on_x(), copy=ONE, purity=0.8, sex="male")
    assert (found.two_hits, found.code) == (Truth.YES, "no_intact_copy")
    assert found.because.startswith("a man's cells have one copy, and")
    few = _read(_on_x(alt=20), copy=ONE, purity=0.8, sex="male")
    assert (few.two_hits, few.code) == (Truth.UNKNOWN, "figures_leave_a_copy")
    without = _read(_on_x(), purity=0.8, sex="male")
    assert (without.two_hits, without.code) == (Truth.UNKNOWN, "second_copy_open")
    assert SEX not in without.needs


def test_in_a_woman_one_hit_on_x_may_be_enough_and_two_are_told_from_the_figures() -> None:
    one = _read(_on_x(alt=80), copy=GeneCopy(2.0, 1.0), purity=0.8, sex="female")
    assert (one.two_hits, one.code) == (Truth.UNKNOWN, "x_inactivation")
    assert "stain" in one.needs[0]
    assert _read(_on_x(alt=160), copy=GeneCopy(2.0, 0.0), purity=0.8, sex="female").two_hits is Truth.YES


@pytest.mark.parametrize(("sex", "words"), [("male", "the only copy is"), ("female", "both copies are")])
def test_a_deletion_on_x_says_how_many_copies_there_were(sex: str, words: str) -> None:
    lost = _copy("deletion", 0.0)
    found = _read(replace(lost, variant=Locus("GRCh38", "X", 1, "N", "<CN>", end=9)), sex=sex)
    assert (found.two_hits, found.because) == (Truth.YES, f"{words} deleted (0 left)")


def test_a_deletion_on_the_x_of_a_man_is_of_all_cells_or_a_part() -> None:
    lost = replace(_copy("deletion"), variant=Locus("GRCh38", "X", 1, "N", "<CN>", end=9))
    assert _read(lost, sex="male").because.startswith("a deletion, in all cells or in a part:")
    assert _read(lost).because.startswith("a deletion, of one copy or of both:")


def test_a_deletion_that_leaves_one_copy_beside_a_mutation_is_never_one_hit() -> None:
    found = _read(_small(), _copy("deletion", 1.0))
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "second_copy_open")
    assert found.because.startswith("one copy is left beside p.(m1)")


def test_an_amplification_is_no_hit_of_a_suppressor() -> None:
    found = _read(_copy("amplification", 9.0))
    assert (found.asked, found.two_hits, found.code) == (False, Truth.UNKNOWN, "not_asked")
    assert _read(_small(), _copy("amplification", 9.0)).asked
    assert not _read(_copy("amplification", 9.0), LOH).asked


def test_a_deletion_of_untranslated_bases_leaves_the_hit_open() -> None:
    harmless = Oncogenicity("uncertain significance", 0)
    found = _read(_copy("deletion", 0.0, oncogenicity=harmless))
    assert (found.two_hits, found.code) == (Truth.UNKNOWN, "hit_uncertain")
    assert found.needs == ("what the deletion leaves of the transcript (RNA)",)


def test_the_sex_tells_nothing_of_an_autosome() -> None:
    assert {_read(_small(), sex=sex).two_hits for sex in (None, "male", "female")} == {Truth.NO}


@pytest.mark.parametrize("gene", ["GENO", "GENU"])
def test_the_question_is_asked_of_suppressors_alone(gene: str) -> None:
    found = gene_alterations([_small(gene=gene)], {gene: ALL_SEEN}, {}, Cells(), PANEL, RULES)[0]
    assert (found.asked, found.code) == (False, "not_asked")


def test_loss_of_heterozygosity_alone_makes_no_gene_altered() -> None:
    assert gene_alterations([LOH], {"GENS": ALL_SEEN}, {}, Cells(), PANEL, RULES) == ()


@given(
    alt=st.integers(0, 300),
    total=st.sampled_from([1.0, 2.0, 3.0]),
    purity=st.floats(0.1, 1.0),
    origin=st.sampled_from(["somatic", "unknown", "germline_suspect"]),
    place=st.sampled_from([("1", None), ("X", "male"), ("X", "female")]),
)
def test_taking_a_figure_away_never_turns_the_answer_into_yes_or_no(
    alt: int, total: float, purity: float, origin: str, place: tuple[str, str | None]
) -> None:
    chrom, sex = place
    finding = _small(alt=alt, depth=300, origin=origin, variant=Locus("GRCh38", chrom, 5, "A", "T"))
    copy = GeneCopy(total, 0.0)
    whole = _read(finding, LOH, copy=copy, purity=purity, sex=sex).two_hits
    for less in (
        _read(finding, LOH, copy=copy, purity=None, sex=sex),
        _read(finding, LOH, copy=None, purity=purity, sex=sex),
        _read(finding, LOH, copy=copy, purity=purity),
        _read(replace(finding, alt_depth=None), LOH, copy=copy, purity=purity, sex=sex),
        _read(finding, LOH, copy=copy, purity=purity, seen={}, sex=sex),
    ):
        assert less.two_hits in (Truth.UNKNOWN, whole)


# ---------------------------------------------------------------- clonality


def _hint(finding: Finding, copy: GeneCopy | None, purity: float | None) -> str:
    (found,) = clonality_hints([finding], {"GENS": copy} if copy else {}, Cells(purity), RULES)
    assert (found.state == "unknown") is bool(found.needs)
    return found.state


DIPLOID = GeneCopy(2.0, 1.0)


@pytest.mark.parametrize(
    ("alt", "state"),
    [(80, "fits_all_cells"), (20, "fits_part_of_the_cells"), (66, "unknown"), (195, "unknown")],
)
def test_the_hint_follows_the_share_of_reads(alt: int, state: str) -> None:
    assert _hint(_small(alt=alt, depth=200), DIPLOID, 0.8) == state


@pytest.mark.parametrize(("copy", "purity"), [(None, 0.8), (DIPLOID, None), (GeneCopy(), 0.8)])
def test_without_purity_or_copies_there_is_no_hint(copy: GeneCopy | None, purity: float | None) -> None:
    assert _hint(_small(), copy, purity) == "unknown"


def test_nothing_is_asked_of_what_may_be_inherited_or_does_not_count() -> None:
    harmless = Oncogenicity("benign", -8, significance="benign")
    others = [
        _small(origin="germline_suspect"),
        _small(filter_passed=False),
        _small(event="synonymous"),
        _small(oncogenicity=harmless),
    ]
    assert clonality_hints(others, {"GENS": DIPLOID}, Cells(0.8), RULES) == ()


@given(
    purity=st.floats(0.05, 1.0),
    total=st.integers(1, 6),
    on=st.integers(1, 6),
    place=st.sampled_from([("1", "", 2), ("X", "female", 2), ("X", "male", 1)]),
    inherited=st.booleans(),
)
def test_mutated_copies_are_those_that_the_model_put_in(
    purity: float, total: int, on: int, place: tuple[str, str, int], inherited: bool
) -> None:
    chrom, sex, normal = place
    on = min(on, total)
    depth = 1_000_000
    share = (purity * on + (1 - purity) * inherited) / (purity * total + normal * (1 - purity))
    found = mutated(
        _small(alt=round(share * depth), depth=depth, variant=Locus("GRCh38", chrom, 5, "A", "T")),
        GeneCopy(total, None),
        Cells(purity, sex),
        RULES,
        inherited=inherited,
    )
    assert found is not None
    assert abs(found.copies - on) < 0.01
    assert found.low <= found.copies <= found.high


def test_the_interval_holds_its_share_and_stays_within_nought_and_one() -> None:
    for hits, total in ((0, 10), (5, 10), (10, 10), (12, 10)):
        low, high = score_interval(hits, total, 1.96)
        assert 0 <= low <= min(hits, total) / total <= high + 1e-12 <= 1 + 1e-12
