from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.interpretations import BRAF, MEN1, PTEN, minimal, nothing_found, rich, small
from netboard.export.json import result_json
from netboard.export.maf import classification, maf, place, short_protein
from netboard.export.rows import COLUMNS
from netboard.export.tsv import genes_tsv, variants_tsv
from netboard.model.result import Interpretation, from_json

Build = Callable[[], Interpretation]


def read(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_has_a_row_per_finding_and_per_non_coding_variant() -> None:
    rows = read(variants_tsv(rich()))
    assert [row["row"] for row in rows] == ["finding"] * 10 + ["non_coding"] * 2
    assert {row["sample"] for row in rows} == {"NB-RICH"}


def test_a_row_says_position_name_support_and_which_entries_speak_of_it() -> None:
    row = next(row for row in read(variants_tsv(rich())) if row["gene"] == "PTEN")
    assert (row["chrom"], row["pos"], row["end"], row["ref"], row["alt"]) == (
        "10",
        "87957915",
        "87957915",
        "C",
        "T",
    )
    assert row["hgvsc"] == "NM_000314.8:c.697C>T"
    assert (row["vaf"], row["depth"], row["alt_depth"]) == ("0.3929", "112", "44")
    assert row["significance"] == "pathogenic"
    assert row["statements"] == "everolimus-mtor-pathway=yes"
    assert row["trial_arms"] == "NCT04305496/altered=no;NCT02315625/everolimus=yes"


def test_unknown_is_an_empty_cell_and_nought_is_a_figure() -> None:
    rows = {row["gene"]: row for row in read(variants_tsv(rich())) if row["row"] == "finding"}
    assert rows["CDKN2A"]["vaf"] == ""
    assert rows["CDKN2A"]["total_copy_number"] == "0"
    assert (rows["CDKN2A"]["pos"], rows["CDKN2A"]["end"]) == ("21950001", "22050000")
    assert rows["ATRX"]["hgvsp"] == ""
    assert rows["KRAS"]["filter_passed"] == "no"


def test_the_table_of_genes_has_a_row_for_each_gene_and_says_what_was_seen_and_hit() -> None:
    result = rich()
    found = {row["gene"]: row for row in read(genes_tsv(result))}
    assert list(found) == [gene.gene for gene in result.genes]
    assert (found["PTEN"]["two_hits"], found["MEN1"]["two_hits"]) == ("yes", "unknown")
    assert found["BRAF"]["two_hits"] == "not_asked"
    assert (found["KIT"]["two_hits"], found["APC"]["small_variants"]) == ("", "not_assessed")


@pytest.mark.parametrize("build", [nothing_found, minimal])
def test_a_sample_without_findings_still_has_the_header(build: Build) -> None:
    assert variants_tsv(build()) == "\t".join(COLUMNS) + "\n"


@given(st.text(max_size=30))
def test_no_text_breaks_the_rows_of_the_table(text: str) -> None:
    result = replace(
        rich(text), findings=(replace(BRAF, reading=text, filter=text, hgvsc=text),), non_coding=()
    )
    lines = variants_tsv(result).split("\n")
    assert len(lines) == 3
    assert [line.count("\t") for line in lines[:2]] == [len(COLUMNS) - 1] * 2


@pytest.mark.parametrize("build", [rich, nothing_found, minimal])
def test_json_reads_back_to_the_same_result_and_ends_with_a_newline(build: Build) -> None:
    text = result_json(build())
    assert text.endswith("}\n")
    assert result_json(from_json(json.loads(text))) == text


@pytest.mark.parametrize("build", [rich, nothing_found, minimal])
def test_json_follows_its_schema(build: Build) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra `dev`")
    from netboard.model.schema import result_schema

    jsonschema.validate(json.loads(result_json(build())), result_schema())


def test_json_refuses_a_number_that_json_has_not() -> None:
    with pytest.raises(ValueError, match="JSON"):
        result_json(replace(rich(), findings=(replace(BRAF, vaf=float("nan")),)))


def test_maf_has_the_version_line_and_says_what_it_leaves_out() -> None:
    lines = maf(rich()).splitlines()
    assert lines[0] == "#version 2.4"
    assert "#1 findings of other kinds (copy number, rearrangement) are not in this file" in lines
    assert len(read(maf(rich()))) == 9 + 2


def test_maf_names_position_class_and_counts() -> None:
    rows = {row["Hugo_Symbol"]: row for row in read(maf(rich())) if row["netboard_event"] != "non_coding"}
    men1 = rows["MEN1"]
    assert (men1["Start_Position"], men1["End_Position"], men1["Variant_Type"]) == (
        "64809858",
        "64809861",
        "DEL",
    )
    assert (men1["Reference_Allele"], men1["Tumor_Seq_Allele2"]) == ("AGAC", "-")
    assert men1["Variant_Classification"] == "Frame_Shift_Del"
    assert men1["HGVSp_Short"] == "p.I85Sfs*33"
    braf = rows["BRAF"]
    assert (braf["Variant_Classification"], braf["HGVSp_Short"]) == ("Missense_Mutation", "p.V600E")
    assert (braf["t_depth"], braf["t_alt_count"], braf["Mutation_Status"]) == ("203", "88", "Somatic")
    assert braf["NCBI_Build"] == "GRCh38"
    assert men1["Mutation_Status"] == "Unknown"


def test_maf_claims_no_protein_effect_where_none_is_determined() -> None:
    rows = {row["Hugo_Symbol"]: row for row in read(maf(rich()))}
    assert rows["ATRX"]["Variant_Classification"] == "Targeted_Region"
    assert rows["ATRX"]["HGVSp_Short"] == ""


@pytest.mark.parametrize(
    ("allele", "expected"),
    [
        ((100, "A", "T"), (100, 100, "A", "T", "SNP")),
        ((100, "AC", "TG"), (100, 101, "AC", "TG", "DNP")),
        ((100, "ACG", "TGA"), (100, 102, "ACG", "TGA", "TNP")),
        ((100, "ACGT", "TGAC"), (100, 103, "ACGT", "TGAC", "ONP")),
        ((100, "AC", "A"), (101, 101, "C", "-", "DEL")),
        ((100, "A", "ACC"), (100, 101, "-", "CC", "INS")),
        ((100, "ACG", "AT"), (101, 102, "CG", "T", "DEL")),
        ((100, "AC", "ATTT"), (101, 101, "C", "TTT", "INS")),
    ],
)
def test_maf_places_alleles_by_its_own_convention(
    allele: tuple[int, str, str], expected: tuple[Any, ...]
) -> None:
    assert place(*allele) == expected


@pytest.mark.parametrize(
    ("terms", "ref", "alt", "expected"),
    [
        (("frameshift_variant",), "A", "AT", "Frame_Shift_Ins"),
        (("inframe_deletion",), "ATTT", "A", "In_Frame_Del"),
        (("splice_donor_variant", "coding_sequence_variant"), "G", "A", "Splice_Site"),
        (("stop_gained",), "C", "T", "Nonsense_Mutation"),
        (("start_lost",), "A", "G", "Translation_Start_Site"),
        (("something_new",), "A", "G", "Targeted_Region"),
    ],
)
def test_maf_classes_follow_the_terms(terms: tuple[str, ...], ref: str, alt: str, expected: str) -> None:
    assert classification(terms, "x", ref, alt) == expected


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NP_004324.2:p.(Val600Glu)", "p.V600E"),
        ("p.(Arg233Ter)", "p.R233*"),
        ("p.(Ile85SerfsTer33)", "p.I85Sfs*33"),
        ("p.(Met1?)", "p.M1?"),
        (None, None),
    ],
)
def test_protein_names_are_shortened(name: str | None, short: str | None) -> None:
    assert short_protein(name) == short


def test_two_findings_of_one_gene_keep_their_own_statements() -> None:
    other = small("PTEN", "missense", ("10", 87957916, "G", "A"))
    rows = read(variants_tsv(replace(rich(), findings=(PTEN, other, MEN1))))
    assert [row["statements"] for row in rows[:3]] == ["everolimus-mtor-pathway=yes", "", "men1-syndrome=yes"]
