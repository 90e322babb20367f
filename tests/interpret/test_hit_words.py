"""Events of one gene read together: the limits of the figures, what counts as an event, and the words of an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interpret.test_two_hits import ALL_SEEN, LOH, ONE, PANEL, RULES, _copy, _on_x, _read, _small
from netboard.interpret.copies import Cells, GeneCopy
from netboard.interpret.two_hits import gene_alterations
from netboard.model.evidence import Truth
from netboard.model.facts import Coverage
from netboard.model.result import Finding, GeneAlteration, Locus, Oncogenicity
from netboard.model.standard import AlterationRules
from netboard.model.variant import Gene, Panel

SEGMENTS = "copy number of the gene (--segments with total and minor copies)"
BENIGN = Oncogenicity("benign", -8, significance="benign")


def _alterations(*findings: Finding, panel: Panel = PANEL) -> tuple[GeneAlteration, ...]:
    seen = dict.fromkeys(panel.genes, ALL_SEEN)
    return gene_alterations(findings, seen, {}, Cells(), panel, RULES)


# ---------------------------------------------------------------- what counts as an event


@pytest.mark.parametrize(
    "silent",
    [
        _small("m2", filter_passed=False),
        _small("m2", event="synonymous"),
        _small("m2", oncogenicity=BENIGN),
    ],
    ids=["stopped by a filter", "synonymous", "benign"],
)
def test_what_does_not_count_makes_no_gene_altered_and_is_no_event_of_one(silent: Finding) -> None:
    assert _alterations(silent) == ()
    found = _read(_small("m1"), silent)
    assert (found.findings, found.events) == (("m1",), ("truncating",))


def test_genes_stand_in_the_order_of_the_findings_with_each_class_of_event_once() -> None:
    found = _alterations(
        _small("u1", gene="GENU", event="missense"), _small("m1"), _small("m2", gene="GENU"), _small("m3"), LOH
    )  # fmt: skip
    assert [(item.gene, item.role, item.findings, item.events) for item in found] == [
        ("GENU", "unknown", ("u1", "m2"), ("missense", "truncating")),
        ("GENS", "tumour_suppressor", ("m1", "m3", LOH.id), ("truncating", "loss_of_heterozygosity")),
    ]


@pytest.mark.parametrize(
    ("gene", "because"),
    [
        ("GENO", "an oncogene needs one hit: the question is not asked"),
        ("GENU", "the gene's role is not known: the question is not asked"),
        ("GENZ", "the gene's role is not known: the question is not asked"),
    ],
)
def test_where_two_hits_are_not_asked_the_reason_is_said_and_nothing_is_answered(
    gene: str, because: str
) -> None:
    (found,) = _alterations(_small(gene=gene))
    assert (found.asked, found.two_hits, found.because, found.needs) == (False, Truth.UNKNOWN, because, ())
    assert found.role == {"GENO": "oncogene"}.get(gene, "unknown")


def test_a_gene_of_both_roles_is_asked_like_a_suppressor() -> None:
    panel = Panel({"GENS": Gene("GENS", "s", "HGNC:1", role="both")}, ())
    (found,) = _alterations(_small(), panel=panel)
    assert (found.asked, found.code, found.role) == (True, "one_hit", "both")
    assert found.because == "one hit, and no second among small variants and copy number"


# ---------------------------------------------------------------- what may be a hit


@pytest.mark.parametrize(
    ("second", "open_"),
    [
        (_copy("amplification", 8.0, filter_passed=False), False),
        (_copy("amplification", 8.0), False),
        (_copy("loss_of_heterozygosity", 1.0, filter_passed=False), True),
        (_copy("undetermined"), True),
        (_copy("fusion", type="rearrangement"), True),
        (replace(_small("r1", event="disruption"), type="rearrangement"), True),
    ],
    ids=["amplification, stopped", "amplification", "loss, stopped", "open copies", "fusion", "disruption"],
)
def test_an_amplification_is_no_hit_and_what_is_open_may_be_one(second: Finding, open_: bool) -> None:
    assert _read(_small(), second).code == ("hit_uncertain" if open_ else "one_hit")


@pytest.mark.parametrize(
    ("doubt", "sure"),
    [
        ({"conflict": "they differ"}, True),  # without another reading of the event
        ({"possible": ("missense",)}, True),
        ({"conflict": "they differ", "possible": ("missense",)}, False),
        ({"flags": ("another",)}, True),
    ],
)
def test_sources_that_differ_leave_a_hit_open_only_where_another_event_may_be_meant(
    doubt: dict[str, object], sure: bool
) -> None:
    found = _read(_small("m1", phase="7:0"), _small("m2", phase="7:1", **doubt))
    assert (found.two_hits is Truth.YES) is sure


@pytest.mark.parametrize("part", [{"conflict": "they differ"}, {"possible": ("missense",)}])
def test_half_a_conflict_asks_for_no_judge_of_sources(part: dict[str, object]) -> None:
    found = _read(_small("m1"), _small("m2", support="low", **part))
    assert found.needs == ("a second method or a deeper run for p.(m2), which few reads carry",)


def test_three_open_events_are_all_named() -> None:
    found = _read(_small("m1"), *(_small(f"v{number}", support="low") for number in range(3)))
    assert found.because == "whether p.(v0), p.(v1), p.(v2) is a hit is open"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"hgvsp": "NP_1.1:p.(Arg5Ter)", "hgvsc": "NM_1.1:c.13C>T"}, "p.(Arg5Ter)"),
        ({"hgvsp": None, "hgvsc": "NM_1.1:c.13C>T", "hgvsc_unshifted": "NM_1.1:c.12C>T"}, "c.13C>T"),
        ({"hgvsp": None, "hgvsc_unshifted": "NM_1.1:c.12C>T"}, "c.12C>T"),
        ({"hgvsp": "NC_1.1(NM_1:x):p.?"}, "p.?"),
        ({"hgvsp": None, "event": "start_loss"}, "start loss"),
    ],
)
def test_an_event_is_named_by_its_change_in_protein_then_in_sequence_then_by_its_class(
    names: dict[str, object], shown: str
) -> None:
    assert _read(_small("m1"), _small("m2", support="low", **names)).because == (
        f"whether {shown} is a hit is open"
    )


# ---------------------------------------------------------------- deletions


def test_a_deletion_of_exactly_the_limit_leaves_a_copy() -> None:
    assert _read(_copy("deletion", 0.5)).two_hits is Truth.NO
    assert _read(_copy("deletion", 0.49)).two_hits is Truth.YES


@pytest.mark.parametrize(
    ("sex", "chrom", "words"),
    [
        (None, "1", "both copies of a part of the gene are deleted (0.2 left)"),
        ("male", "X", "the only copy of a part of the gene is deleted (0.2 left)"),
    ],
)
def test_a_deletion_of_a_part_of_the_gene_says_so(sex: str | None, chrom: str, words: str) -> None:
    lost = _copy("deletion", 0.2, flags=("covers_part_of_the_gene",))
    found = _read(replace(lost, variant=Locus("GRCh38", chrom, 1, "N", "<CN>", end=9)), sex=sex)
    assert found.because == words
    assert _read(replace(lost, variant=None)).because.startswith("both copies of a part")


def test_a_deletion_without_a_number_of_copies_names_the_mutation_beside_it() -> None:
    beside = _read(_copy("deletion"), _small("m1"), _small("m2", phase="7:0"))
    assert beside.because.startswith(
        "a deletion beside p.(m1), of one copy or of both: the number of copies left is not told; "
    )
    alone = _read(_copy("deletion"))
    assert alone.because == "a deletion, of one copy or of both: the number of copies left is not told"
    assert alone.needs == (SEGMENTS,)


# ---------------------------------------------------------------- a lost copy


@pytest.mark.parametrize(
    ("copy", "lone"),
    [
        (GeneCopy(2.0, 0.49), "no copy of the other parent is left"),
        (GeneCopy(2.0, 0.5), ""),
        (GeneCopy(1.49, 1.0), "one copy is left"),
        (GeneCopy(1.49, None), "one copy is left"),
        (GeneCopy(1.5, None), ""),
        (GeneCopy(None, 1.0), ""),
        (GeneCopy(None, 0.0), "no copy of the other parent is left"),
        (GeneCopy(), ""),
        (None, ""),
    ],
)
def test_a_lost_copy_is_known_from_the_copies_of_the_gene_or_not_at_all(
    copy: GeneCopy | None, lone: str
) -> None:
    found = _read(_small(alt=20, depth=200), copy=copy)
    assert found.because.startswith(f"{lone} beside p.(m1)") is bool(lone)
    assert (found.code == "second_copy_open") is bool(lone)


def test_a_lost_copy_without_a_mutation_is_one_hit() -> None:
    uncertain = _small("v1", oncogenicity=Oncogenicity("uncertain significance", 0))
    assert _read(uncertain, LOH, copy=ONE, purity=0.8).code == "hit_uncertain"
    assert _read(_copy("deletion", 1.0), copy=ONE, purity=0.8).code == "one_hit"


def test_two_hits_on_the_copy_that_is_left_say_the_figures() -> None:
    found = _read(_small(alt=133, depth=200), LOH, copy=ONE, purity=0.8)
    assert found.because == (
        "loss of heterozygosity, and p.(m1) lies on every copy: 1 mutated copies per tumour cell (0.9 to 1.1) of 1"
    )
    left = _read(_small(alt=20, depth=200), LOH, copy=ONE, purity=0.8)
    assert left.because == (
        "loss of heterozygosity beside p.(m1), but 0.15 (0.099 to 0.22) mutated copies per tumour cell of 1: an "
        "intact copy may be left, or a part of the cells is hit"
    )
    assert left.needs == ("a second look at purity and copies, and a matched normal",)


def test_of_an_inherited_variant_both_readings_are_said() -> None:
    suspect = _small(alt=66, depth=200, origin="germline_suspect")
    found = _read(suspect, LOH, copy=ONE, purity=0.5)
    assert "but 0.99 (0.81 to 1.2) or, if it is inherited, 0 (0 to 0.19) mutated copies" in found.because
    acquired = replace(suspect, origin="somatic")
    assert _read(acquired, LOH, copy=ONE, purity=0.5).two_hits is Truth.YES


def test_any_of_several_mutations_may_lie_on_every_copy() -> None:
    few, most = _small("m1", alt=20, depth=200, phase="7:0"), _small("m2", alt=133, depth=200, phase="7:0")
    found = _read(few, most, LOH, copy=ONE, purity=0.8)
    assert (found.two_hits, found.code) == (Truth.YES, "no_intact_copy")
    assert "p.(m2) lies on every copy" in found.because


@pytest.mark.parametrize(("tolerance", "value"), [(0.15, Truth.UNKNOWN), (0.2, Truth.YES)])
def test_mutated_copies_reach_the_whole_from_exactly_the_tolerance(tolerance: float, value: Truth) -> None:
    # Purity 1, one copy: the share of reads is the number of mutated copies, 0.8 here.
    rules = AlterationRules(figures={"copies_tolerance": tolerance})
    findings = [_small(alt=800, depth=1000), LOH]
    (found,) = gene_alterations(findings, {"GENS": ALL_SEEN}, {"GENS": ONE}, Cells(1.0), PANEL, rules)
    assert found.two_hits is value


def test_a_gene_of_which_nothing_is_left_has_no_copy_for_a_mutation_to_lie_on() -> None:
    found = _read(_small(alt=10, depth=200), LOH, copy=GeneCopy(0.2, 0.0), purity=0.8)
    assert found.two_hits is Truth.UNKNOWN


def test_in_a_man_one_mutation_on_x_among_others_is_enough_to_know_that_no_second_copy_is_there() -> None:
    nowhere = replace(_small("m0", alt=20, depth=200, phase="7:0"), variant=None)
    found = _read(nowhere, _on_x(phase="7:0"), copy=GeneCopy(1.6, None), purity=0.8, sex="male")
    assert found.because.startswith("a man's cells have one copy")


def test_variants_are_in_trans_only_by_phases_of_one_set() -> None:
    for one, other in (("7:0", ""), ("", "7:0"), ("7:0", None), ("0", "1"), ("7:0", "1")):
        found = _read(_small("m1", phase=one), _small("m2", phase=other))
        assert (found.two_hits, found.code) == (Truth.UNKNOWN, "phase_open")
        assert found.because == "two pathogenic variants, on one copy or on two: p.(m1) and p.(m2)"


# ---------------------------------------------------------------- what was not looked at


@pytest.mark.parametrize(
    ("seen", "words", "needs"),
    [
        ({}, "small variants and copy number of the gene were not fully assessed", 2),
        (
            {"small_variants": Coverage("assessed")},
            "copy number of the gene was not fully assessed",
            1,
        ),
        (
            {"copy_number": Coverage("assessed")},
            "small variants of the gene were not fully assessed",
            1,
        ),
    ],
)
def test_what_was_not_looked_at_is_named(seen: dict[str, Coverage], words: str, needs: int) -> None:
    found = _read(_small(), seen=seen)
    assert (found.because, len(found.needs)) == (words, needs)


def test_every_doubt_is_said_and_the_first_names_the_answer() -> None:
    x = Locus("GRCh38", "X", 5, "A", "T")
    found = _read(
        replace(_copy("deletion"), variant=None), _small("m1", variant=x), _small("m2", variant=x),
        _small("m3", support="low", variant=x), seen={},
    )  # fmt: skip
    assert found.code == "deletion_of_one_or_both"
    assert [part.split(" ")[0] for part in found.because.split("; ")] == [
        "a",
        "two",
        "whether",
        "the",
        "small",
    ]
    assert found.needs.count(SEGMENTS) == 1
