"""From a record to what people and programs read of its consequence: decay, exon and intron, conflict, splice."""

from __future__ import annotations

import csv
import html
import json
import re
from typing import Any

import jsonschema
import pytest

from netboard.cli import main
from netboard.model.schema import result_schema

_HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr11,length=135086622>\n##contig=<ID=chr17,length=83257441>\n"
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: '
    'Allele|Consequence|SYMBOL|Feature|BIOTYPE|HGVSp">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n"
)
_CSQ = "CSQ=-|missense_variant|MEN1|NM_001370259.2|protein_coding|ENSP1.1:p.Ile85Val"
_RECORDS = {
    "last exon": ("chr11", 64804620, "C", "CG", "."),
    "in conflict": ("chr11", 64809857, "TAGAC", "T", _CSQ),
    "silent, last base of an exon": ("chr17", 7675994, "C", "T", "."),
    "donor": ("chr17", 7675993, "C", "T", "."),
    "5th base": ("chr17", 7675989, "C", "T", "."),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], str]]:
    """JSON and text of the page of each record, run alone."""
    found = {}
    for name, (chrom, pos, ref, alt, info) in _RECORDS.items():
        folder = tmp_path_factory.mktemp("told")
        path = folder / "one.vcf"
        path.write_text(f"{_HEADER}{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t{info}\tGT:AD\t0/1:50,50\n")
        assert main(["run", str(path), "--out", str(folder), "--assay", "exome"]) == 0
        (stored,) = folder.glob("*/*.json")
        result = json.loads(stored.read_text())
        jsonschema.validate(result, result_schema())
        page = stored.with_suffix(".report.html").read_text()
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
        table = stored.with_suffix(".variants.tsv").read_text().splitlines()
        rows = list(csv.DictReader(table, delimiter="\t"))
        assert len(rows) == 1
        found[name] = ({**result, "row": rows[0]}, text)
    return found


def test_escape_from_decay_is_in_json_table_and_report_with_its_rule(
    told: dict[str, tuple[dict[str, Any], str]],
) -> None:
    result, text = told["last exon"]
    (finding,) = result["findings"]
    assert (finding["nmd_escape"], finding["nmd_rule"], finding["exon"]) == (True, "last_exon", "10/10")
    assert (result["row"]["nmd_escape"], result["row"]["nmd_rule"]) == ("yes", "last_exon")
    assert "may escape nonsense-mediated decay (new stop in the last exon)" in text
    assert "exon 10 of 10" in text
    other, page = told["in conflict"]
    assert (other["findings"][0]["nmd_escape"], other["findings"][0]["nmd_rule"]) == (False, None)
    assert "nonsense-mediated decay is expected" in page


def test_a_disagreement_with_the_files_annotation_is_shown_with_both_sides(
    told: dict[str, tuple[dict[str, Any], str]],
) -> None:
    result, text = told["in conflict"]
    (finding,) = result["findings"]
    assert finding["event"] == "truncating"
    assert finding["conflict"] == "sequence says truncating, CSQ says missense (missense_variant)"
    assert finding["upstream"]["agrees"] is False
    assert finding["upstream"]["chosen_by"] == "panel_transcript"
    assert "sources disagree: sequence says truncating, CSQ says missense (missense_variant)" in text
    assert "missense_variant, p.Ile85Val on NM_001370259.2 (the panel's own transcript); differs" in text
    assert "sources disagree" not in told["last exon"][1]


def test_a_silent_change_near_a_splice_site_is_kept_and_is_no_alteration(
    told: dict[str, tuple[dict[str, Any], str]],
) -> None:
    result, text = told["silent, last base of an exon"]
    (finding,) = result["findings"]
    assert (finding["event"], finding["oncogenicity"]["significance"]) == ("synonymous", "uncertain")
    assert "SBP2" not in {item["code"] for item in finding["oncogenicity"]["criteria"]}
    assert "Silent splice-region" in text
    assert "near a splice site: splicing may change" in text
    assert text.count("0 reportable findings") >= 1
    (gene,) = [item for item in result["genes"] if item["gene"] == "TP53"]
    assert gene["small_variants"] == "assessed"


def test_a_splice_event_names_its_intron(told: dict[str, tuple[dict[str, Any], str]]) -> None:
    result, text = told["donor"]
    (finding,) = result["findings"]
    assert (finding["event"], finding["exon"], finding["intron"]) == ("splice", None, "4/10")
    assert (finding["hgvsc"], finding["hgvsp"]) == ("NM_000546.6:c.375+1G>A", "NP_000537.3:p.?")
    assert "intron 4 of 10" in text
    stored = told["5th base"][0]["non_coding"]
    assert [item["hgvsc"] for item in stored] == ["NM_000546.6:c.375+5G>A"]
    assert "splice_donor_5th_base_variant" in stored[0]["consequence"]
