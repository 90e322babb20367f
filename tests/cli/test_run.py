"""The main job as its user runs it: files that appear, exit codes, and one clear error for bad input."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from netboard.cli import main
from netboard.model.schema import result_schema

HEADER = (
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr7,length=159345973>\n##contig=<ID=chr11,length=135086622>\n"
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n"
)
BRAF = "chr7\t140753336\t.\tA\tT\t.\tPASS\t.\tGT:AD\t0/1:60,40\n"
MEN1 = "chr11\t64809857\t.\tTAGAC\tT\t.\tPASS\t.\tGT:AD\t0/1:30,45\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str | bytes, name: str = "tumour.vcf") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write


def _result(out: Path, sample: str) -> dict[str, object]:
    data: dict[str, object] = json.loads((out / sample / f"{sample}.json").read_text())
    return data


def test_a_raw_vcf_gives_report_json_and_table(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["run", str(write(HEADER + BRAF + MEN1)), "--out", str(out)]) == 0
    assert sorted(path.name for path in (out / "T1").iterdir()) == [
        "T1.genes.tsv",
        "T1.json",
        "T1.report.html",
        "T1.variants.tsv",
    ]
    result = _result(out, "T1")
    jsonschema.validate(result, result_schema())
    found = {f["gene"]: f for f in result["findings"]}  # type: ignore[index, attr-defined]
    assert found["MEN1"]["hgvsp"].endswith("p.(Ile85SerfsTer33)")
    assert found["MEN1"]["hgvsc"].endswith("c.249_252del")
    assert found["BRAF"]["hgvsp"].endswith("p.(Val600Glu)")
    counts = result["counts"]
    assert counts["in_targets"] == counts["kept"] + sum(counts["skipped"].values()) == 2  # type: ignore[index, call-overload]
    printed = capsys.readouterr()
    assert printed.out.split() == sorted(str(path) for path in (out / "T1").iterdir())
    assert "assay is not declared" in printed.err


def test_standard_input_is_read(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(HEADER + BRAF)
    with path.open("rb") as handle:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(handle))
        assert main(["run", "-", "--out", str(tmp_path / "out"), "--formats", "json"]) == 0
    assert _result(tmp_path / "out", "T1")["findings"]


def test_a_generic_column_name_gives_way_to_the_files_name(write: Write, tmp_path: Path) -> None:
    path = write((HEADER + BRAF).replace("\tT1\n", "\tTUMOR\n"), "patient7.vcf")
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--formats", "json"]) == 0
    assert (tmp_path / "out" / "patient7" / "patient7.json").is_file()


def test_nothing_found_is_no_only_with_a_declared_assay(write: Write, tmp_path: Path) -> None:
    path = write(HEADER)
    states = {}
    for assay in ("exome", None):
        out = tmp_path / str(assay)
        arguments = ["run", str(path), "--out", str(out), "--formats", "json", "--build", "GRCh38"]
        assert main([*arguments, *(["--assay", assay] if assay else [])]) == 0
        result = _result(out, "T1")
        states[assay] = (
            # a gene of which only the promoter counts is partly looked at by an exome
            {gene["small_variants"] for gene in result["genes"]} - {"partly"},  # type: ignore[attr-defined]
            {arm["molecular"] for arm in result["trials"] if arm["nct"] == "NCT02315625"},  # type: ignore[attr-defined]
        )
    assert states == {"exome": ({"assessed"}, {"no"}), None: ({"undeclared"}, {"unknown"})}


def _bgzip(text: str, path: Path) -> Path:
    import pysam

    with pysam.BGZFile(str(path), "w") as handle:
        handle.write(text.encode())
    return path


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ("empty file", "empty"),
        ("truncated gzip", "truncated|ends"),
        ("missing EOF block", "truncated"),
        ("no header", "header|#CHROM"),
        ("wrong build asked for", "GRCh3[78]"),
        ("header that lies", "GRCh38"),
        ("missing sample", "NOBODY"),
        ("duplicate samples", "more than once"),
        ("REF of no genome", "chr7.*140753336|140753336"),
        ("no such file", "no such file"),
        ("unknown contigs", "contig|chromosome"),
        ("position is no number", r":\d+|line"),
        ("unknown tumour type", "tumour type"),
    ],
)
def test_bad_input_is_one_clear_error_and_nothing_is_written(
    case: str, what: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = _bad(case, write, tmp_path)
    assert main(["run", *arguments, "--out", str(out)]) == 1
    message = capsys.readouterr().err
    lines = [line for line in message.splitlines() if not line.startswith("warning")]
    assert len(lines) == 1, message
    assert lines[0].startswith("netboard: error: ")
    import re

    assert re.search(what, lines[0]), lines[0]
    assert not out.exists() or list(out.iterdir()) == []


def _bad(case: str, write: Write, tmp_path: Path) -> list[str]:
    body = HEADER + BRAF + MEN1
    big = HEADER + "".join(f"chr7\t{1000 + n}\t.\tA\tT\t.\tPASS\t.\tGT\t0/1\n" for n in range(20000)) + BRAF
    if case == "empty file":
        return [str(write(""))]
    if case == "truncated gzip":
        whole = _bgzip(big, tmp_path / "whole.vcf.gz").read_bytes()
        return [str(write(whole[: len(whole) // 2 + 7], "cut.vcf.gz"))]
    if case == "missing EOF block":
        return [str(write(_bgzip(big, tmp_path / "whole.vcf.gz").read_bytes()[:-28], "cut.vcf.gz"))]
    if case == "no header":
        return [str(write(BRAF))]
    if case == "wrong build asked for":
        return [str(write(body)), "--build", "GRCh37"]
    if case == "header that lies":
        lying = HEADER.replace("159345973", "159138663").replace("135086622", "135006516")
        return [str(write(lying + BRAF + MEN1))]
    if case == "missing sample":
        return [str(write(body)), "--tumour", "NOBODY"]
    if case == "duplicate samples":
        return [str(write(body.replace("\tT1\n", "\tT1\tT1\n").replace(":60,40\n", ":60,40\t0/0:9,0\n")))]
    if case == "REF of no genome":
        return [str(write(body.replace("140753336\t.\tA", "140753336\t.\tG")))]
    if case == "no such file":
        return [str(tmp_path / "none.vcf")]
    if case == "unknown contigs":
        return [str(write(body.replace("chr7", "scaffold_7").replace("chr11", "scaffold_11")))]
    if case == "position is no number":
        return [str(write(HEADER + BRAF.replace("140753336", "14x753336")))]
    assert case == "unknown tumour type"
    return [str(write(body)), "--tumour-type", "NOSUCH"]


def test_a_plain_gzip_file_is_read(write: Write, tmp_path: Path) -> None:
    path = write(gzip.compress((HEADER + BRAF).encode()), "plain.vcf.gz")
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--formats", "json"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["run", "--out", "x"],
        ["run", "a.vcf", "--out", "x", "--sample-sheet", "s.tsv"],
        ["run", "a.vcf", "--out", "x", "--formats", "docx"],
        ["run", "a.vcf", "--out", "x", "--build", "hg19"],
        ["run", "a.vcf", "b.vcf", "--out", "x", "--sample", "S"],
        ["nosuchverb"],
    ],
)
def test_usage_errors_end_with_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_one_failed_sample_keeps_the_others_under_continue(write: Write, tmp_path: Path) -> None:
    good, bad = write(HEADER + BRAF, "good.vcf"), write("", "bad.vcf")
    out = tmp_path / "out"
    arguments = ["run", str(bad), str(good), "--out", str(out), "--formats", "json"]
    assert main(arguments) == 1
    assert not out.exists()
    assert main([*arguments, "--on-error", "continue"]) == 1
    assert [path.name for path in out.iterdir()] == ["T1"]


def test_two_samples_of_one_name_are_refused(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = write(HEADER + BRAF, "a.vcf"), write(HEADER + MEN1, "b.vcf")
    assert main(["run", str(first), str(second), "--out", str(tmp_path / "out"), "--formats", "json"]) == 1
    assert "'T1' stands in" in capsys.readouterr().err


def test_a_batch_writes_a_manifest_and_the_gate_fails_while_a_sample_has_failed(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(HEADER + BRAF, "good.vcf")
    write("", "bad.vcf")
    sheet = write("sample\tvcf\nG\tgood.vcf\nB\tbad.vcf\n", "samples.tsv")
    out = tmp_path / "batch"
    assert main(["batch", "--sample-sheet", str(sheet), "--batch", "batch0001", "--out", str(out)]) == 0
    rows = [line.split("\t") for line in (out / "manifest.tsv").read_text().splitlines()]
    assert [row[:2] for row in rows] == [["sample", "status"], ["G", "done"], ["B", "failed"]]
    assert "empty" in rows[2][2]
    assert (out / "variants.parquet").is_file()
    assert (out / "samples" / "G" / "G.report.html").is_file()
    assert not (out / "samples" / "B").exists()
    assert main(["gate", str(out)]) == 1
    printed = capsys.readouterr().err
    assert "manifest.tsv:3" in printed
    assert "1 sample(s) done, 1 failed" in printed


def test_explain_prints_the_chain_from_record_to_statement(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    context = ["--tumour-type", "PANET", "--grade", "G2", "--assay", "exome"]
    assert main(["run", str(write(HEADER + MEN1)), "--out", str(out), "--formats", "json", *context]) == 0
    capsys.readouterr()
    assert main(["explain", str(out / "T1" / "T1.json"), "MEN1"]) == 0
    chain = capsys.readouterr().out
    for part in ("64809857", "NM_001370259.2:c.249_252del", "truncating", "NCT02315625", "found"):
        assert part in chain
    assert main(["explain", str(out / "T1" / "T1.json"), "PTEN"]) == 0
    assert "no finding" in capsys.readouterr().out
    assert main(["explain", str(out / "T1" / "T1.json"), "NOGENE"]) == 1


def test_stored_results_are_read_again_without_the_vcf(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    path = write(HEADER + MEN1)
    assert main(["run", str(path), "--out", str(out), "--formats", "json"]) == 0
    path.unlink()
    capsys.readouterr()
    stored = out / "T1" / "T1.json"
    assert main(["reinterpret", str(stored), "--out", str(tmp_path / "new"), "--formats", "json"]) == 0
    assert "0 change(s)" in capsys.readouterr().err
    assert _result(tmp_path / "new", "T1")["findings"] == _result(out, "T1")["findings"]


def test_help_imports_no_heavy_library(run_netboard: Callable[..., object]) -> None:
    import subprocess

    code = (
        "import sys; from netboard.cli import main; main(['--help']); "
        "heavy = {'pysam', 'weaver', 'jinja2', 'duckdb', 'pydantic', 'ruamel.yaml', 're2'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_second_result_leaves_no_file_of_the_first(write: Write, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, second = write(HEADER + BRAF, "a.vcf"), write(HEADER, "b.vcf")
    assert main(["run", str(first), "--out", str(out), "--formats", "html,json,tsv,maf"]) == 0
    build = ["--build", "GRCh38"]
    assert main(["run", str(second), "--out", str(out), "--formats", "json", *build]) == 0
    assert [path.name for path in (out / "T1").iterdir()] == ["T1.json"]
    assert main(["report", str(out / "T1" / "T1.json"), "--out", str(out), "--formats", "html"]) == 0
    assert sorted(path.name for path in (out / "T1").iterdir()) == ["T1.json", "T1.report.html"]


def test_a_panel_assay_without_targets_is_refused(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assay = write("name: hotspots\nkind: panel\n", "assay.yaml")
    arguments = ["run", str(write(HEADER + BRAF)), "--out", str(tmp_path / "out"), "--assay", str(assay)]
    assert main(arguments) == 1
    assert "without targets" in capsys.readouterr().err


def test_a_record_that_was_not_called_leaves_its_gene_unknown(write: Write, tmp_path: Path) -> None:
    path = write(HEADER + MEN1.replace("GT:AD\t0/1:30,45", "GT\t./."))
    out = tmp_path / "out"
    assert main(["run", str(path), "--out", str(out), "--formats", "json", "--assay", "exome"]) == 0
    result = _result(out, "T1")
    states = {gene["gene"]: gene["small_variants"] for gene in result["genes"]}  # type: ignore[attr-defined]
    assert (states["MEN1"], states["PTEN"]) == ("partly", "assessed")
    assert result["counts"]["skipped"] == {"no_call": 1}  # type: ignore[index]
    arms = {a["arm_id"]: a["molecular"] for a in result["trials"] if a["nct"] == "NCT02315625"}  # type: ignore[attr-defined]
    assert arms == {"sunitinib": "unknown", "everolimus": "no"}


def test_a_build_in_doubt_leaves_every_gene_unknown(write: Write, tmp_path: Path) -> None:
    lying = "chr7\t140453136\t.\tA\tT\t.\tPASS\t.\tGT:AD\t0/1:30,20\n"  # a GRCh37 position
    out = tmp_path / "out"
    arguments = [
        "run",
        str(write(HEADER + lying)),
        "--out",
        str(out),
        "--formats",
        "json",
        "--assay",
        "exome",
    ]
    assert main(arguments) == 0
    result = _result(out, "T1")
    assert {gene["small_variants"] for gene in result["genes"]} == {"not_assessed"}  # type: ignore[attr-defined]
    assert any("make sure of the build" in warning for warning in result["warnings"])  # type: ignore[attr-defined]


def test_a_named_pipe_is_read(write: Write, tmp_path: Path) -> None:
    import os
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=lambda: pipe.write_text(HEADER + BRAF))
    feeder.start()
    arguments = ["run", str(pipe), "--sample", "P", "--out", str(tmp_path / "out"), "--formats", "json"]
    assert main(arguments) == 0
    feeder.join()
    assert _result(tmp_path / "out", "P")["findings"]


def test_a_deletion_that_only_the_normal_carries_is_no_finding(write: Write, tmp_path: Path) -> None:
    head = HEADER.replace("\tT1\n", "\tNORMAL\tTUMOR\n")
    place = "chr11\t64803000\tx\tN\t<DEL>\t.\tPASS\tEND=64812000;SVTYPE=DEL\tPR:SR\t"
    found = {}
    for name, cells in (
        ("normal only", "20,10:20,10\t20,0:20,0"),
        ("both", "20,10:20,10\t20,10:20,10"),
        ("tumour only", "20,0:20,0\t20,10:20,10"),
    ):
        out = tmp_path / name.replace(" ", "_")
        path = write(head + place + cells + "\n", "sv.vcf")
        assert main(["run", str(path), "--out", str(out), "--formats", "json"]) == 0
        findings = _result(out, "sv")["findings"]
        found[name] = [(f["event"], f["origin"], f["alt_depth"]) for f in findings if f["gene"] == "MEN1"]  # type: ignore[attr-defined]
    assert found == {
        "normal only": [],
        "both": [("deletion", "germline_suspect", 20)],
        "tumour only": [("deletion", "somatic", 20)],
    }


def test_a_deletion_inside_an_intron_is_stored_and_no_event(write: Write, tmp_path: Path) -> None:
    record = "chr11\t64806450\tx\tN\t<DEL>\t.\tPASS\tEND=64806900;SVTYPE=DEL\tGT\t0/1\n"
    out = tmp_path / "out"
    assert main(["run", str(write(HEADER + record)), "--out", str(out), "--formats", "json"]) == 0
    result = _result(out, "T1")
    assert result["findings"] == []
    assert [row["gene"] for row in result["non_coding"]] == ["MEN1"]  # type: ignore[attr-defined]


def test_each_file_of_a_run_is_read_by_its_own_annotation_fields(write: Write, tmp_path: Path) -> None:
    sheet = ["sample\tvcf"]
    for number in range(12):
        # the same annotation in two orders of its fields, on a gene without packaged sequence
        fields = ["Allele", "Consequence", "SYMBOL"] if number % 2 else ["SYMBOL", "Allele", "Consequence"]
        values = {"Allele": "T", "Consequence": "missense_variant", "SYMBOL": "ATRX"}
        meta = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: {"|".join(fields)}">\n'
        head = HEADER.replace("##FORMAT", "##contig=<ID=chrX,length=156040895>\n" + meta + "##FORMAT", 1)
        csq = "|".join(values[field] for field in fields)
        write(head + f"chrX\t77682553\t.\tC\tT\t.\tPASS\tCSQ={csq}\tGT:AD\t0/1:9,9\n", f"{number}.vcf")
        sheet.append(f"S{number}\t{number}.vcf")
    out = tmp_path / "out"
    path = write("\n".join(sheet) + "\n", "samples.tsv")
    assert main(["run", "--sample-sheet", str(path), "--out", str(out), "--formats", "json"]) == 0
    for number in range(12):
        (finding,) = _result(out, f"S{number}")["findings"]  # type: ignore[misc]
        assert (finding["event"], finding["consequence_source"]) == ("missense", "upstream"), number


def test_a_segment_table_of_several_samples_is_read_by_the_columns_name(write: Write, tmp_path: Path) -> None:
    rows = "".join(
        f"{name}\tchr11\t1\t135000000\t900\t{log2}\n" for name, log2 in (("P9", 0.0), ("T1", -1.2))
    )
    table = write("ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\n" + rows, "cohort.seg")
    out = tmp_path / "out"
    arguments = [
        "run",
        str(write(HEADER + BRAF)),
        "--sample",
        "Patient",
        "--out",
        str(out),
        "--formats",
        "json",
    ]
    assert main([*arguments, "--segments", str(table)]) == 0
    result = _result(out, "Patient")
    copies = {g["gene"]: g["call"] for g in result["extra"]["copy_number"]["genes"]}  # type: ignore[index]
    assert copies["MEN1"] != "neutral"
    assert result["provenance"]["tumour_column"] == "T1"  # type: ignore[index]
