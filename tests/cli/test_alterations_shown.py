"""What was assessed, hits, cells, points and common variants: the same in JSON, tables, report and cohort."""

from __future__ import annotations

import csv
import json
from html import unescape
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from netboard.cli import main
from netboard.cohort.store import rows
from netboard.export.rows import GENE_COLUMNS
from netboard.model.result import from_json
from netboard.model.schema import result_schema
from netboard.report.coverage import SCOPES

HEADER = (
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr10,length=133797422>\n##contig=<ID=chr11,length=135086622>\n"
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n"
)
MEN1 = "chr11\t64809857\t.\tTAGAC\tT\t.\tPASS\t.\tGT:AD\t0/1:66,134\n"
PTEN = "chr10\t87957915\t.\tC\tT\t.\tPASS\t.\tGT:AD\t0/1:180,20\n"
#: A missense of one base, for which the tables below state frequencies.
COMMON = "chr11\t64807218\t.\tT\tC\t.\tPASS\t.\tGT:AD\t0/1:100,100\n"
SEGMENTS = (
    "sample\tchr\tstartpos\tendpos\tnMajor\tnMinor\n"
    "T1\tchr10\t1\t133797422\t1\t1\nT1\tchr11\t1\t135086622\t1\t0\n"
)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def _run(tmp_path: Path, records: str, *options: str) -> tuple[dict[str, Any], Path]:
    vcf = tmp_path / "t.vcf"
    vcf.write_text(HEADER + records)
    out = tmp_path / "out"
    assert main(["run", str(vcf), "--out", str(out), "--assay", "exome", *options]) == 0
    data: dict[str, Any] = json.loads((out / "T1" / "T1.json").read_text())
    jsonschema.validate(data, result_schema())
    return data, out / "T1"


@pytest.fixture
def segments(tmp_path: Path) -> str:
    path = tmp_path / "segments.tsv"
    path.write_text(SEGMENTS)
    return str(path)


def test_two_hits_and_cells_are_told_with_purity_and_copies_in_each_output(
    tmp_path: Path, segments: str
) -> None:
    data, folder = _run(tmp_path, MEN1 + PTEN, "--segments", segments, "--purity", "0.8")
    hits = {item["gene"]: (item["two_hits"], item["code"]) for item in data["alterations"]}
    assert hits == {"MEN1": ("yes", "no_intact_copy"), "PTEN": ("no", "one_hit")}
    cells = {item["finding"].split(":")[0]: item["state"] for item in data["clonality"]}
    assert cells == {"MEN1": "fits_all_cells", "PTEN": "fits_part_of_the_cells"}
    variants = {
        row["gene"]: row for row in _table(folder / "T1.variants.tsv") if row["type"] == "small_variant"
    }
    genes = {row["gene"]: row for row in _table(folder / "T1.genes.tsv")}
    for gene, (value, code) in hits.items():
        assert (variants[gene]["two_hits"], variants[gene]["two_hits_code"]) == (value, code)
        assert (genes[gene]["two_hits"], genes[gene]["two_hits_code"]) == (value, code)
        assert variants[gene]["clonality"] == cells[gene]
    page = unescape((folder / "T1.report.html").read_text())
    assert "Both copies hit: MEN1." in page
    assert "Genes read together" in page
    assert "perhaps in a part of the cells only" in page
    stored = [
        row for row in rows(from_json(data)) if row["kind"] == "finding" and row["event"] == "truncating"
    ]
    assert {(row["gene"], row["two_hits"], row["clonality"]) for row in stored} == {
        (gene, hits[gene][0], cells[gene]) for gene in hits
    }


def test_without_purity_and_copies_both_are_unknown_and_stand_among_the_gaps(tmp_path: Path) -> None:
    data, folder = _run(tmp_path, MEN1)
    assert data["alterations"][0]["two_hits"] == "unknown"
    gaps = {item["kind"]: item for item in data["not_assessed"] if item["genes"] == ["MEN1"]}
    assert "--segments" in gaps["two_hits"]["remedy"]
    assert "--purity" in gaps["clonality"]["remedy"]
    page = unescape((folder / "T1.report.html").read_text())
    assert "two hits: MEN1" in page
    assert "Both copies hit" not in page


def test_the_states_of_genes_are_the_same_in_json_table_report_and_cohort(
    tmp_path: Path, segments: str
) -> None:
    data, folder = _run(tmp_path, MEN1, "--segments", segments)
    table = {row["gene"]: row for row in _table(folder / "T1.genes.tsv")}
    assert list(next(iter(table.values()))) == list(GENE_COLUMNS)
    stored = {(r["gene"], r["scope"]): r["seen"] for r in rows(from_json(data)) if r["kind"] == "gene"}
    page = unescape((folder / "T1.report.html").read_text())
    assert {gene["gene"] for gene in data["genes"]} == set(table)
    for gene in data["genes"]:
        assert gene["gene"] in page
        for scope in SCOPES:
            assert table[gene["gene"]][scope] == gene[scope]
            assert table[gene["gene"]][f"seen_{scope}"] == gene["seen"][scope]
            code = gene["seen"][scope]
            assert (stored[gene["gene"], scope] == "assessed") is (code == "assessed")
    assert table["MEN1"]["small_variants"] == "altered"
    assert table["BRAF"]["copy_number"] == "not_assessed"


def test_a_table_of_frequencies_sets_a_common_variant_aside_with_number_and_reason(tmp_path: Path) -> None:
    before, _ = _run(tmp_path, COMMON + MEN1)
    assert before["counts"]["set_aside"] == {}
    common = next(item for item in before["findings"] if item["variant"]["pos"] == 64807218)
    assert any(text.startswith("OP4") for text in common["oncogenicity"]["not_assessed"])
    table = tmp_path / "pop.tsv"
    table.write_text("##build=GRCh38\nchrom\tpos\tref\talt\tAF_grpmax\n11\t64807218\tT\tC\t0.23\n")
    data, folder = _run(tmp_path, COMMON + MEN1, "--population", str(table))
    assert data["counts"]["set_aside"] == {"common_in_population": 1}
    assert data["provenance"]["population"] == "pop.tsv"
    common = next(item for item in data["findings"] if item["variant"]["pos"] == 64807218)
    assert (common["population_frequency"], common["population_source"]) == (0.23, "pop.tsv/AF_grpmax")
    assert common["oncogenicity"]["significance"] == "benign"
    assert [item["code"] for item in common["oncogenicity"]["criteria"]] == ["SBVS1"]
    page = unescape((folder / "T1.report.html").read_text())
    assert "Common in the population: 1 variant." in page
    assert "of the kept, set aside: 1 common in population" in page
    row = next(r for r in _table(folder / "T1.variants.tsv") if r["pos"] == "64807218")
    assert "common_in_population" in row["flags"]
    assert row["criteria_met"] == "SBVS1=-8"


def test_a_table_of_the_other_build_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "pop.tsv"
    table.write_text("##build=GRCh37\nchrom\tpos\tref\talt\tAF\n")
    vcf = tmp_path / "t.vcf"
    vcf.write_text(HEADER + MEN1)
    arguments = ["run", str(vcf), "--out", str(tmp_path / "o"), "--population", str(table)]
    assert main(arguments) == 1
    assert "of build GRCh37, the variants are of GRCh38" in capsys.readouterr().err


def test_what_could_be_inherited_stands_apart_and_is_never_called_so(tmp_path: Path) -> None:
    half = MEN1.replace("66,134", "100,100")
    data, folder = _run(tmp_path, half)
    (finding,) = data["findings"]
    assert finding["origin"] == "germline_suspect"
    assert data["clonality"] == []
    page = unescape((folder / "T1.report.html").read_text())
    assert "Could be inherited: for the board to discuss" in page
    assert "1 finding could be inherited" in page
    assert data["knowledge_slice"]["wording"]["referral"] in page
    section = page.partition('id="inherited"')[2].partition("</section>")[0]
    assert "VAF 50%" in section
    for claim in ("is germline", "germline mutation", "germline variant", "is inherited"):
        assert claim not in section


def test_a_common_variant_asks_for_no_referral(tmp_path: Path) -> None:
    table = tmp_path / "pop.tsv"
    table.write_text("##build=GRCh38\nchrom\tpos\tref\talt\tAF\n11\t64807218\tT\tC\t0.23\n")
    data, folder = _run(tmp_path, COMMON, "--population", str(table))
    assert data["findings"][0]["origin"] == "germline_suspect"
    assert "Could be inherited" not in (folder / "T1.report.html").read_text()


def test_a_table_of_fusions_brings_findings_and_no_absence(tmp_path: Path) -> None:
    table = tmp_path / "fusions.tsv"
    table.write_text("gene1\tgene2\tbreakpoint1\tbreakpoint2\nEML4\tALK\t2:42522656\t2:29446394\n")
    data, folder = _run(tmp_path, MEN1, "--fusions", str(table))
    fusion = next(item for item in data["findings"] if item["type"] == "rearrangement")
    assert (fusion["gene"], fusion["event"]) == ("ALK", "fusion")
    genes = {gene["gene"]: gene["fusions"] for gene in data["genes"]}
    assert (genes["ALK"], genes["RET"]) == ("altered", "not_assessed")
    assert data["provenance"]["fusions"] == "fusions.tsv"
    assert "Fusion transcript with EML4" in unescape((folder / "T1.report.html").read_text())
