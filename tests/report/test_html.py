from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netboard.report
from fixtures.interpretations import (
    ATRX_OPEN,
    BRAF,
    CDKN2A_LOST,
    MEN1,
    PTEN,
    minimal,
    nothing_found,
    rich,
    small,
)
from fixtures.pages import Page, faults
from netboard.model.result import Interpretation, NotAssessed, from_json, to_json
from netboard.report.html import render_html

FIXTURES = [rich, nothing_found, minimal]
Build = Callable[[], Interpretation]


def section(text: str, name: str) -> str:
    """Return what a reader sees of one section."""
    match = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    assert match is not None, f"no section {name}"
    return Page(match[0]).text()


@pytest.mark.parametrize("build", FIXTURES)
def test_a_page_is_well_formed_accessible_and_self_contained(build: Build) -> None:
    assert faults(render_html(build())) == []


def test_the_page_checker_sees_faults() -> None:
    page = render_html(minimal())
    assert faults(page.replace('scope="col"', "", 1)) == ["th without scope"]
    assert "<img> loads or runs something" in faults(
        page.replace("<main>", '<main><img src="https://x.y/z.png">')
    )
    assert any(
        "never closed" in fault or "closes" in fault for fault in faults(page.replace("</section>", "", 1))
    )


@pytest.mark.parametrize("build", FIXTURES)
def test_a_stored_result_renders_to_the_same_page(build: Build) -> None:
    result = build()
    assert render_html(from_json(to_json(result))) == render_html(result)


@pytest.mark.parametrize("build", FIXTURES)
def test_the_page_never_says_wild_type(build: Build) -> None:
    assert not re.search(r"wild.?type", render_html(build()), re.IGNORECASE)


def test_the_count_sentence_comes_first() -> None:
    brief = section(render_html(rich()), "brief")
    assert brief.startswith(
        "In brief 8 reportable findings in 8 genes (2 of uncertain significance, 1 with an effect not determined); "
        "3 candidate therapy statements (1 more if an open point is settled); 0 trial arms fit; "
        "2 arms of historical trials would have fitted."
    )


@pytest.mark.parametrize("build", [nothing_found, minimal])
def test_the_count_sentence_is_there_when_every_number_is_nought(build: Build) -> None:
    assert "0 reportable findings in 0 genes; 0 candidate therapy statements; 0 trial arms fit." in section(
        render_html(build()), "brief"
    )


def test_nothing_found_is_not_said_of_what_was_not_assessed() -> None:
    text = section(render_html(nothing_found()), "findings")
    assert "No reportable variant was found in the genes that were assessed" in text
    assert "says nothing of the genes and event classes listed as not assessed" in text


def test_what_was_not_assessed_stands_at_the_top_and_in_full_below() -> None:
    page = render_html(rich())
    brief = section(page, "brief")
    assert "not assessed in 3 of 23 genes (APC, RB1, TSC1); partly assessed in 1 of 23 genes (NF1)" in brief
    assert "Fusions not assessed in any gene" in brief
    assert "Not given prior therapy" in brief
    below = section(page, "not-assessed")
    for gap in rich().not_assessed:
        assert " ".join(gap.what.split()) in below
        assert " ".join(gap.remedy.split()) in below


def test_an_undeclared_assay_is_said_loudly() -> None:
    brief = section(render_html(minimal()), "brief")
    assert "The assay was not declared. A gene without a finding is therefore unknown" in brief
    assert "Not declared" in section(render_html(minimal()), "genes")
    found = section(render_html(minimal()), "findings")
    assert "No assay was declared, so this says nothing of any gene." in found
    assert "in the genes that were assessed" not in found


def test_a_key_finding_shows_name_vaf_in_per_cent_reads_significance_and_origin() -> None:
    text = section(render_html(rich()), "findings")
    assert (
        "MEN1 Frameshift: cuts the protein short exon 2 of 10 c.249_252del p.(Ile85SerfsTer33) 69.6 % 103 of 148 "
        "pathogenic AMP III possibly germline" in text
    )
    assert "Recurrent cancer allele V600E exon 15 of 18 c.1799T>A p.(Val600Glu) 43.4 % 88 of 203" in text


def test_an_undetermined_effect_says_what_would_settle_it() -> None:
    text = section(render_html(rich()), "findings")
    assert "ATRX c.2785G>C effect not determined run again with --fasta" in text
    assert "c.2785G>C (as placed in the file) not proved" in text
    assert "TSC2 p.(Gln1178Ter) few reads (2 of 97, VAF 2.1 %) confirmation by another method" in text
    assert "DAXX c.1884C>T sources disagree: the file's CSQ says splice_donor_variant" in text


def test_a_filtered_hotspot_stands_apart_and_is_no_key_finding() -> None:
    text = section(render_html(rich()), "findings")
    key, apart = text.split("Known hotspot alleles that the caller filtered")
    assert "KRAS" not in key
    assert (
        "KRAS Recurrent cancer allele G12D c.35G>A p.(Gly12Asp) weak_evidence;strand_bias 3.3 % 6 of 180"
        in apart
    )


def test_both_arms_hit_is_said_in_brief_and_beside_the_arms() -> None:
    page = render_html(rich())
    said = "more than one arm of this trial were found: the published rule does not decide between them"
    assert said in section(page, "brief")
    assert said in section(page, "historical")


def test_a_terminated_trial_is_historical_and_never_among_the_arms() -> None:
    page = render_html(rich())
    assert "NCT02315625" not in section(page, "trials")
    text = section(page, "historical")
    assert "Status: phase 2, terminated, as of 2017-11-01. Historical: it cannot be an option today" in text
    assert "MEN1 p.(Ile85SerfsTer33): found" in text
    assert "PDGFRA, PDGFRB, KIT, FLT3: looked for, not found" in text
    assert "TSC2: not in the printed list; it speaks for the drug through the mTOR pathway" in text


def test_a_protocol_is_called_no_evidence() -> None:
    assert "That is no evidence that the drug helps" in section(render_html(nothing_found()), "trials")


def test_an_arm_that_could_not_be_assessed_is_unknown_with_its_reason() -> None:
    text = section(render_html(nothing_found()), "other")
    assert "unknown : KIT: outside the assay's targets" in text
    assert "no : MEN1: looked for, not found" in text


def test_a_therapy_statement_carries_its_evidence_in_proportion() -> None:
    text = section(render_html(rich()), "therapies")
    for part in ("case 2016, 2 patients", "high-grade rectal NEC", "C, case study", "shown in another neuroendocrine neoplasm",
                 "FDA (accelerated): BRAF V600E solid tumours after progression"):  # fmt: skip
        assert part in text
    assert "Speaks against: no benefit. No benefit from an EGFR antibody alone." in text
    assert "a condition is open run again with --fasta" in text
    assert "preclinical 2010, number not stated" in text
    assert (
        "Contradicted by: Everolimus controlled disease far beyond the few tumours with mutations. [1]"
        in text
    )


def test_prognosis_shows_both_directions_and_what_was_measured() -> None:
    text = section(render_html(rich()), "course")
    assert text.index("lived longer") < text.index("shorter survival")
    assert "related, not the measured marker: the study measured staining (IHC)" in text


def test_every_gene_of_the_panel_is_named_with_its_state() -> None:
    text = section(render_html(rich()), "genes")
    for gene in rich().genes:
        assert gene.gene in text
    assert "Assessed, nothing found 13" in text
    assert "Partly assessed 1 NF1 (81%)" in text
    assert "Not assessed 3 APC, RB1, TSC1" in text


def test_provenance_tells_versions_build_checks_counts_and_command() -> None:
    text = section(render_html(rich()), "provenance")
    for part in ("2026.11, reviewed 2026-11-20", rich().provenance["knowledge_hash"], "netboard 0.1.0",
                 "GRCh38: contig lengths of the header", "412 agree, 0 disagree, 9 could not be compared",
                 "24 in panel genes = 21 kept + 3 skipped (2 no call, 1 symbolic allele)",
                 rich().provenance["input_sha256"], "netboard run tumour.vcf.gz --out results --assay exome"):  # fmt: skip
        assert part in text


def test_counts_that_do_not_add_up_are_said_to_be_a_fault() -> None:
    result = replace(rich(), counts={**rich().counts, "kept": 20})
    assert "do not add up" in section(render_html(result), "provenance")


def test_sources_show_identifiers_as_text_and_an_open_one_as_open() -> None:
    text = section(render_html(rich()), "sources")
    assert "PMID 21252315" in text
    assert "doi:10.1136/bmjopen-2015-008248" in text
    assert "2010;3:95–102. (identifier open)" in text


def test_a_source_that_the_result_does_not_store_is_said_so() -> None:
    result = replace(rich(), knowledge_slice={**rich().knowledge_slice, "sources": {}})
    assert "klempner2016 (not among the sources stored with this result)" in section(
        render_html(result), "sources"
    )


def test_an_address_that_is_no_web_address_never_becomes_a_link() -> None:
    source = {"citation": "A laboratory's note", "url": "javascript:alert(1)", "verified": True}
    given = rich()
    sources = {**given.knowledge_slice["sources"], "jiao2011": source}
    page = render_html(replace(given, knowledge_slice={**given.knowledge_slice, "sources": sources}))
    assert not any(a.get("href", "").startswith("javascript") for _, a in Page(page).elements)
    assert "javascript:alert(1)" in Page(page).text()


def test_markup_in_names_stays_text() -> None:
    hostile = "<script>alert(1)</script>"
    finding = replace(
        MEN1, gene='"><img src=x onerror=alert(1)>', reading="'quoted' & \"double\"", record="</td><b>"
    )
    result = replace(rich(hostile), findings=(finding,), warnings=("</style><script>",))
    page = render_html(result)
    assert faults(page) == []
    assert "script" not in Page(page).tags
    assert "img" not in Page(page).tags
    assert hostile in Page(page).text()
    assert "'quoted' & \"double\"" in Page(page).text()


@given(st.text(max_size=40))
def test_no_text_of_a_user_ever_changes_the_elements_of_a_page(text: str) -> None:
    finding = replace(
        BRAF, gene=text or "G", hgvsp=f"p.{text}", reading=text or "r", filter=text, flags=(text,)
    )
    plain = replace(BRAF, gene="G", hgvsp="p.x", reading="r", filter="x", flags=("x",))
    gap = (NotAssessed(text, text, text),)
    shown = replace(rich(text), findings=(finding,), not_assessed=gap, therapies=(), warnings=(text,))
    known = replace(rich("x"), findings=(plain,), not_assessed=gap, therapies=(), warnings=("x",))
    assert Page(render_html(shown)).tags == Page(render_html(known)).tags


def test_silent_benign_filtered_and_non_coding_variants_are_counted_and_listed() -> None:
    common = replace(
        PTEN,
        id="x",
        oncogenicity=replace(PTEN.oncogenicity, significance="benign") if PTEN.oncogenicity else None,
    )
    lost = replace(CDKN2A_LOST, id="y", gene="AKT1", event="loss_of_heterozygosity")
    text = section(render_html(replace(rich(), findings=(*rich().findings, common, lost))), "other")
    assert "Loss of heterozygosity without another finding in the gene: 1" in text
    assert "Silent: 1" in text
    assert "Benign: 1" in text
    assert "Non-coding: 2" in text


def test_a_page_of_a_crowded_sample_stays_small() -> None:
    crowd = [small("ATRX", "undetermined", ("X", 77000000 + i, "C", "G"), reading="open") for i in range(60)]
    silent = [
        small("PTEN", "synonymous", ("10", 87000000 + i, "C", "G"), reading="silent") for i in range(500)
    ]
    page = render_html(replace(rich(), findings=(*rich().findings, *crowd, *silent)))
    assert len(page.encode()) < 300_000
    assert "301 more stand in the table of variants" in page


def test_an_empty_finding_list_with_only_an_open_effect_is_no_nothing_found() -> None:
    brief = section(render_html(replace(rich(), findings=(ATRX_OPEN,))), "brief")
    assert "1 reportable finding in 1 gene (1 with an effect not determined)" in brief


def luminance(colour: str) -> float:
    text = colour.lstrip("#")
    text = "".join(2 * c for c in text) if len(text) == 3 else text
    parts = [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_text_colour_has_enough_contrast_on_every_ground() -> None:
    css = (Path(netboard.report.__file__).parent / "templates" / "style.css").read_text()
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", css))
    for ink in ("ink", "soft", "accent", "warn"):
        for ground in ("#fff", colours["faint"], colours["warnbg"]):
            assert contrast(colours[ink], ground) >= 4.5, (ink, ground)


def test_what_is_one_click_away_lies_open_in_print() -> None:
    css = (Path(netboard.report.__file__).parent / "templates" / "style.css").read_text()
    assert "details::details-content" in css.split("@media print")[1]
