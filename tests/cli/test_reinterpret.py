"""Stored results read again: what changed, for whom, and why; and a trial file of a laboratory in a run."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from netboard.cli import main
from netboard.model.schema import result_schema

GONE = "atrx-daxx-mutation-better"
CONTEXT = ["--tumour-type", "PANET", "--grade", "G2", "--stage", "metastatic", "--assay", "exome"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """Return the stored result of a demo sample, made with the packaged knowledge."""
    out = tmp_path_factory.mktemp("stored")
    vcf = repo_root / "examples" / "cohort" / "NB-01.grch38.mutect2.vcf"
    assert main(["run", str(vcf), "--out", str(out), "--formats", "json", *CONTEXT]) == 0
    (path,) = out.glob("*/*.json")
    return path


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Return a laboratory's directory that withdraws one statement."""
    directory = tmp_path / "ours"
    directory.mkdir()
    (directory / "overlay.yaml").write_text(f"name: ours\nwithdraw_assertions: [{GONE}]\n")
    return directory


def _json(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def _again(*arguments: object) -> int:
    return main(["reinterpret", *map(str, arguments)])


def test_a_change_names_the_sample_what_and_why_in_print_table_json_and_report(
    stored: Path, ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert _again(stored, "--out", out, "--knowledge", ours) == 0
    printed, said = capsys.readouterr()
    name = stored.stem
    (line,) = (line for line in printed.splitlines() if "no longer applies" in line)
    sample, change, why = line.split("\t")
    assert sample == name
    assert GONE in change
    assert f"entry {GONE} was withdrawn" in why
    assert "1 of 1 samples changed" in said
    with (out / "changes.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert [row["change"] for row in rows if row["entry"] == f"statement {GONE}"] == [change]
    result = _json(out / name / f"{name}.json")
    jsonschema.validate(result, result_schema())
    assert {"text": change, "kind": "statement", "name": GONE, "why": why} in result["changes"]
    assert (
        result["provenance"]["reinterpreted_from"]["knowledge_hash"]
        == _json(stored)["provenance"]["knowledge_hash"]
    )
    page = (out / name / f"{name}.report.html").read_text()
    assert "What changed" in page
    assert "was withdrawn" in page


def test_with_the_old_knowledge_at_hand_each_change_is_traced_to_its_entry(
    stored: Path, ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--out", tmp_path / "out", "--knowledge", ours, "--was", "packaged", "--formats", "json")
    assert _again(stored.parent.parent, *arguments) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "no longer applies" in line)
    assert line.split("\t")[2] == f"statement {GONE} removed"


def test_knowledge_that_did_not_make_the_result_is_said_and_not_used(
    stored: Path, ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--out", tmp_path / "out", "--knowledge", ours, "--was", ours, "--formats", "json")
    assert _again(stored, *arguments) == 0
    printed, said = capsys.readouterr()
    assert "was not made with the knowledge of --was" in said
    assert f"entry {GONE} was withdrawn" in printed


def test_what_differs_with_the_same_knowledge_is_not_its_doing(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _json(stored)
    # As if an earlier program had classed the finding otherwise.
    (finding,) = (
        item for item in data["findings"] if item["event"] == "truncating" and item["gene"] == "MEN1"
    )
    finding["oncogenicity"]["significance"] = "uncertain"
    older = tmp_path / "older.json"
    older.write_text(json.dumps(data))
    for more in ([], ["--was", "packaged"]):
        assert _again(older, "--out", tmp_path / "out", "--formats", "json", *more) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert "uncertain -> pathogenic\tnot the knowledge: the day of reading or the version" in line


def test_a_status_that_grew_old_is_a_change_of_the_day(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _json(stored)
    for arm in data["trials"]:
        arm["status_state"] = "current" if arm["nct"] == "NCT03401788" else arm["status_state"]
    older = tmp_path / "older.json"
    older.write_text(json.dumps(data))
    assert _again(older, "--out", tmp_path / "out", "--formats", "json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "NCT03401788: status of no date: current -> not dated" in line


def test_nothing_to_tell_is_said_and_the_table_is_there(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _again(stored, "--out", tmp_path / "out", "--formats", "json") == 0
    printed, said = capsys.readouterr()
    assert printed == ""
    assert "0 of 1 samples changed" in said
    assert (tmp_path / "out" / "changes.tsv").read_text().splitlines() == [
        "sample\tpatient\tchange\twhy\tentry\tknowledge_was\tknowledge_is"
    ]


def test_a_gene_that_is_new_in_the_panel_is_not_covered_and_said(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _json(stored)
    data["genes"] = [gene for gene in data["genes"] if gene["gene"] != "VHL"]
    older = tmp_path / "older.json"
    older.write_text(json.dumps(data))
    assert _again(older, "--out", tmp_path / "out", "--formats", "json") == 0
    assert "gene VHL is asked now; the stored run did not look at it: not covered" in capsys.readouterr().out
    (new,) = (tmp_path / "out").glob("*/*.json")
    (vhl,) = (gene for gene in _json(new)["genes"] if gene["gene"] == "VHL")
    assert vhl["small_variants"] == "not_assessed"


# ---------------------------------------------------------------- a laboratory's trial file

CTML = """\
nct_id: NCT01234567
long_title: A trial of a laboratory
short_title: Lab trial
phase: II
status: open to accrual
drug_list: {drug: [{drug_name: everolimus}]}
treatment_list:
  step:
    - arm:
        - arm_code: A
          arm_description: MEN1 truncated
          dose_level: []
          match:
            - and:
                - genomic: {hugo_symbol: MEN1, variant_category: Mutation}
                - clinical: {oncotree_primary_diagnosis: PANET}
        - arm_code: B
          arm_description: PTEN altered
          match:
            - genomic: {hugo_symbol: PTEN, variant_category: Mutation}
"""


def test_a_trial_file_of_a_laboratory_is_imported_checked_and_asked_in_a_run(
    repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, rules, out = tmp_path / "trial.yml", tmp_path / "lab", tmp_path / "out"
    file.write_text(CTML)
    assert main(["knowledge", "import-ctml", str(file), "--out", str(rules), "--as-of", "2026-11-01"]) == 0
    assert main(["knowledge", "check", str(rules)]) == 0
    vcf = repo_root / "examples" / "cohort" / "NB-01.grch38.mutect2.vcf"
    arguments = ["run", str(vcf), "--out", str(out), "--knowledge", str(rules), *CONTEXT]
    assert main(arguments) == 0
    capsys.readouterr()
    (path,) = out.glob("*/*.json")
    result = _json(path)
    jsonschema.validate(result, result_schema())
    arms = {line["arm_id"]: line for line in result["trials"] if line["nct"] == "NCT01234567"}
    assert {name: line["match"] for name, line in arms.items()} == {"a": "yes", "b": "no"}
    assert arms["a"]["status"] == "recruiting"
    assert arms["a"]["as_of"] == "2026-11-01"
    (proof,) = (reason for reason in arms["a"]["reasons"] if reason["code"] == "found")
    assert proof["because"][0].startswith("MEN1:")
    assert "NCT01234567" in (path.parent / f"{path.stem}.report.html").read_text()
    assert len(result["provenance"]["knowledge_overlays"]) == 1
    # The same file against a stored result: only the new arms are a change, and the overlay is why.
    plain = tmp_path / "plain"
    assert main(["run", str(vcf), "--out", str(plain), "--formats", "json", *CONTEXT]) == 0
    capsys.readouterr()
    (old,) = plain.glob("*/*.json")
    assert (
        _again(
            old, "--out", tmp_path / "again", "--knowledge", rules, "--was", "packaged", "--formats", "json"
        )
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert sum("not in the knowledge base ->" in line for line in lines) == 2
    assert all("NCT01234567" in line for line in lines)
    assert any("trial NCT01234567 added" in line for line in lines)
    shutil.rmtree(out)
