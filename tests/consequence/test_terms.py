"""Terms of the Sequence Ontology and of the tools that spell them their own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.consequence.terms import (
    EVENT_PRECEDENCE,
    event_of_terms,
    funcotator_terms,
    normalise_term,
    sort_terms,
    split_terms,
    substitution_name,
)


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ("frameshift_variant", "truncating"),
        ("stop_gained", "truncating"),
        ("transcript_ablation", "truncating"),
        ("splice_acceptor_variant", "splice"),
        ("splice_donor_variant", "splice"),
        ("start_lost", "start_loss"),
        ("inframe_insertion", "in_frame"),
        ("disruptive_inframe_deletion", "in_frame"),
        ("conservative_inframe_insertion", "in_frame"),
        ("protein_altering_variant", "in_frame"),
        ("stop_lost", "in_frame"),
        ("missense_variant", "missense"),
        ("synonymous_variant", "synonymous"),
        ("stop_retained_variant", "synonymous"),
        ("start_retained_variant", "synonymous"),
        ("coding_sequence_variant", "undetermined"),
        ("splice_region_variant", "non_coding"),
        ("splice_donor_5th_base_variant", "non_coding"),
        ("splice_polypyrimidine_tract_variant", "non_coding"),
        ("5_prime_UTR_premature_start_codon_gain_variant", "non_coding"),
        ("upstream_gene_variant", "non_coding"),
    ],
)
def test_a_term_means_its_event(written: str, event: str) -> None:
    assert event_of_terms([written]) == event


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ("missense_variant&splice_region_variant", "missense"),
        ("splice_region_variant&synonymous_variant", "synonymous"),
        ("splice_region_variant&intron_variant", "non_coding"),
        ("frameshift_variant&splice_region_variant", "truncating"),
        ("splice_acceptor_variant&frameshift_variant", "truncating"),
        ("splice_donor_variant&coding_sequence_variant&intron_variant", "splice"),
        ("frameshift_variant&start_lost", "truncating"),
        ("stop_gained&inframe_insertion", "truncating"),
        ("coding_sequence_variant&intron_variant", "undetermined"),
        ("stop_gained&frameshift_variant&stop_retained_variant", "truncating"),
        ("missense_variant&NMD_transcript_variant", "missense"),
        ("5_prime_UTR_truncation+exon_loss_variant", "undetermined"),
    ],
)
def test_of_several_terms_the_documented_precedence_decides(written: str, event: str) -> None:
    assert event_of_terms(split_terms(written)) == event


@pytest.mark.parametrize(
    "written",
    ["frameshift_variant&stop_retained_variant", "start_lost&start_retained_variant&5_prime_UTR_variant"],
)
def test_terms_that_contradict_each_other_leave_the_event_open(written: str) -> None:
    assert event_of_terms(split_terms(written)) == "undetermined"


@pytest.mark.parametrize("terms", [(), ("",), ("made_up_variant",), ("sequence_variant",)])
def test_no_known_term_is_undetermined_and_not_harmless(terms: tuple[str, ...]) -> None:
    assert event_of_terms(terms) == "undetermined"


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("missense", "missense_variant"),
        ("*frameshift", "frameshift_variant"),
        ("splice_donor", "splice_donor_variant"),
        ("3_prime_utr", "3_prime_UTR_variant"),
        ("inframe_altering", "protein_altering_variant"),
        ("non_coding", "non_coding_transcript_variant"),
        ("INTERGENIC_REGION", "intergenic_variant"),
        ("stop_gained", "stop_gained"),
        (" tfbs_ablation ", "TFBS_ablation"),
        ("Made_Up", "Made_Up"),
    ],
)
def test_other_spellings_become_sequence_ontology(written: str, term: str) -> None:
    assert normalise_term(written) == term


def test_terms_are_sorted_by_severity_and_unknown_ones_come_last_as_they_came() -> None:
    written = ["zebra", "intron_variant", "missense", "ape", "stop_gained", "missense_variant"]
    assert sort_terms(written) == ("stop_gained", "missense_variant", "intron_variant", "zebra", "ape")


@given(st.lists(st.text()))
def test_any_text_has_an_event_and_sorting_twice_changes_nothing(terms: list[str]) -> None:
    assert event_of_terms(terms) in EVENT_PRECEDENCE
    assert sort_terms(sort_terms(terms)) == sort_terms(terms)


@given(st.lists(st.sampled_from(["missense_variant", "stop_gained", "intron_variant", "start_lost", "x"])))
def test_the_order_of_terms_does_not_change_the_event(terms: list[str]) -> None:
    assert event_of_terms(terms) == event_of_terms(reversed(terms)) == event_of_terms(sort_terms(terms))


@pytest.mark.parametrize(
    ("classification", "secondary", "change", "event"),
    [
        ("MISSENSE", "", "c.5A>G", "missense"),
        ("NONSENSE", "", "", "truncating"),
        ("FRAME_SHIFT_DEL", "", "", "truncating"),
        ("IN_FRAME_INS", "", "", "in_frame"),
        ("NONSTOP", "", "", "in_frame"),
        ("START_CODON_SNP", "", "", "start_loss"),
        ("START_CODON_DEL", "", "", "undetermined"),
        ("SILENT", "", "", "synonymous"),
        ("FIVE_PRIME_FLANK", "", "", "non_coding"),
        ("SPLICE_SITE", "INTRON", "c.e5-2A>G", "splice"),
        ("SPLICE_SITE", "", "c.e5+1G>T", "splice"),
        ("SPLICE_SITE", "", "c.e13+39G>A", "undetermined"),
        ("SPLICE_SITE", "MISSENSE", "c.120G>T", "missense"),
        ("SPLICE_SITE", "FRAME_SHIFT_DEL", "", "truncating"),
        ("SPLICE_SITE", "SILENT", "", "synonymous"),
        ("COULD_NOT_DETERMINE", "", "", "undetermined"),
        ("A_NEW_ONE", "", "", "undetermined"),
    ],
)
def test_a_funcotator_splice_site_is_one_only_on_the_introns_side(
    classification: str, secondary: str, change: str, event: str
) -> None:
    assert event_of_terms(funcotator_terms(classification, secondary, change)) == event


def test_only_a_change_of_one_residue_is_put_into_words() -> None:
    assert substitution_name("175", "R", "H", "missense") == "p.Arg175His"
    assert substitution_name("213", "R", "*", "truncating") == "p.Arg213Ter"
    assert substitution_name("36", "P", "P", "synonymous") == "p.Pro36="
    assert substitution_name("1", "M", "V", "start_loss") is None
    assert substitution_name("778", "K", "X", "truncating") is None
    assert substitution_name("10-11", "R", "H", "missense") is None
    assert substitution_name("", "R", "H", "missense") is None
    assert substitution_name("5", "RK", "H", "missense") is None
    assert substitution_name("393", "*", "W", "in_frame") is None
