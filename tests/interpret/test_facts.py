"""What the rules are told of a finding: settled or open, how pathogenic, and what would settle it."""

from __future__ import annotations

import pytest

from netboard.interpret.facts import build_facts, short_change
from netboard.model.facts import OF_A_VARIANT, BiomarkerFact, Coverage, FactEvent
from netboard.model.result import Context, Finding, Locus, Oncogenicity


def _finding(event: str = "missense", **given: object) -> Finding:
    values: dict[str, object] = {
        "id": "f1",
        "type": "small_variant",
        "gene": "GENA",
        "variant": Locus("GRCh38", "1", 5, "A", "T"),
        "support": "adequate",
        **given,
    }
    return Finding(event=event, **values)  # type: ignore[arg-type]


def _told(event: str = "missense", **given: object) -> FactEvent:
    facts = build_facts([_finding(event, **given)], {}, {}, Context())
    (told,) = facts.events["GENA"]
    return told


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NP_1.1:p.(Val600Glu)", "V600E"),
        ("NP_1.1:p.Arg21Ter", "R21*"),
        ("NP_1.1:p.(Val600=)", ""),
        ("NP_1.1:p.(Val600GlufsTer5)", ""),
        ("NP_1.1:p.(Val600_Lys601del)", ""),
        ("NP_1.1:p.(Xxx600Glu)", ""),
        ("NP_1.1:p.(Val600Xxx)", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_short_name_is_that_of_a_substitution_alone(name: str | None, short: str) -> None:
    assert short_change(name) == short


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"hgvsp": "NP_1.1:p.(Val600Glu)", "hotspot": "V600", "hotspot_exact": True}, "V600E"),
        ({"hotspot": "E746del", "hotspot_exact": True}, "E746del"),
        ({"hotspot": "V600E", "hotspot_exact": False}, ""),
        ({"hotspot": None, "hotspot_exact": True}, ""),
        ({}, ""),
    ],
)
def test_an_allele_is_named_by_its_protein_change_else_by_the_exact_recurrent_one(
    given: dict[str, object], label: str
) -> None:
    assert _told(**given).label == label


def test_findings_of_one_gene_stand_together_in_their_order_beside_coverage_and_context() -> None:
    seen = {"GENA": {"small_variants": Coverage("assessed")}}
    marks = {"tmb": BiomarkerFact(12.0)}
    context = Context(grade="G2")
    found = [_finding(id="a"), _finding(id="b", gene="GENB"), _finding(id="c", filter_passed=False)]
    facts = build_facts(found, seen, marks, context)
    assert {gene: [event.id for event in events] for gene, events in facts.events.items()} == {
        "GENA": ["a", "c"],
        "GENB": ["b"],
    }
    assert [event.passed for event in facts.events["GENA"]] == [True, False]
    assert (facts.coverage, facts.biomarkers, facts.context) == (seen, marks, context)


@pytest.mark.parametrize(
    ("event", "onco", "significance"),
    [
        ("missense", Oncogenicity("x", 0, significance="uncertain"), "uncertain"),
        ("missense", Oncogenicity("x", 8, significance="pathogenic"), "pathogenic"),
        ("missense", Oncogenicity("x", -8, significance="benign"), "benign"),
        ("amplification", None, "pathogenic"),
        ("deletion", None, "pathogenic"),
        ("fusion", None, "uncertain"),
        ("disruption", None, "uncertain"),
        ("fusion", Oncogenicity("x", 8, significance="pathogenic"), "uncertain"),
    ],
)
def test_a_class_of_copy_number_is_its_own_statement_and_a_broken_gene_is_uncertain(
    event: str, onco: Oncogenicity | None, significance: str
) -> None:
    assert _told(event, oncogenicity=onco).significance == significance


@pytest.mark.parametrize(
    ("event", "given", "settled", "remedy"),
    [
        ("missense", {}, True, ""),
        ("missense", {"possible": ("missense", "truncating")}, True, ""),
        ("missense", {"conflict": "they differ"}, True, "they differ"),
        ("missense", {"conflict": "they differ", "possible": ("splice",)}, False, "they differ"),
        ("undetermined", {"reading": "Run again with --fasta"}, False, "Run again with --fasta"),
        ("missense", {"reading": "Exchanges a residue"}, True, ""),
    ],
)
def test_an_event_is_open_where_it_is_undetermined_or_sources_leave_another_reading(
    event: str, given: dict[str, object], settled: bool, remedy: str
) -> None:
    told = _told(event, **given)
    assert (told.settled, told.remedy) == (settled, remedy)


def test_two_changes_of_one_codon_are_open_between_all_that_they_may_make_together() -> None:
    told = _told("missense", flags=("combined_effect_unknown",), possible=("in_frame",))
    assert not told.settled
    assert told.possible == ("in_frame", "missense", "hotspot", "truncating", "synonymous")
    assert told.remedy == "GENA: whether the two changes of the codon lie on one molecule (reads or cloning)"
    assert _told("missense", flags=("low_support",), possible=("in_frame",)).possible == ("in_frame",)


@pytest.mark.parametrize(
    ("origin", "told", "remedy"),
    [
        ("somatic", "somatic", "a matched normal or a germline test"),
        ("unknown", "unknown", "a matched normal or a germline test"),
        ("germline_suspect", "unknown", "a germline test, with genetic counselling"),
    ],
)
def test_a_suspicion_is_told_as_unknown_and_asks_for_a_germline_test(
    origin: str, told: str, remedy: str
) -> None:
    event = _told(origin=origin)
    assert (event.origin, event.origin_remedy) == (told, remedy)


_RNA_SEEN = Locus("GRCh38", "1", 5, "N", "<FUSION>")
_DNA_SEEN = Locus("GRCh38", "1", 5, "N", "<BND>")


@pytest.mark.parametrize(
    ("event", "variant", "words"),
    [
        ("fusion", _DNA_SEEN, "an RNA test (RNA sequencing or RT-PCR)"),
        ("disruption", _DNA_SEEN, "an RNA test (RNA sequencing or RT-PCR)"),
        ("fusion", None, "an RNA test (RNA sequencing or RT-PCR)"),
        ("fusion", _RNA_SEEN, "whether the fused transcript keeps the reading frame"),
        ("disruption", _RNA_SEEN, "whether the fused transcript keeps the reading frame"),
        ("missense", _DNA_SEEN, OF_A_VARIANT),
        ("amplification", _DNA_SEEN, OF_A_VARIANT),
    ],
)
def test_a_fusion_seen_in_dna_asks_for_rna_and_one_seen_in_rna_for_its_frame(
    event: str, variant: Locus | None, words: str
) -> None:
    assert _told(event, variant=variant).significance_remedy.startswith(words)
