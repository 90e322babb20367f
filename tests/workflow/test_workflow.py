"""The workflow as a user runs it: planned, run, mended, imported by another workflow, reported on."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("snakemake", reason="Snakemake comes with the extra `workflow`")

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SHEET = """sample\tvcf\ttumour_type\tgrade\tassay
one\tone.vcf\tPANET\tG1\texome
two\ttwo.vcf\tPANET\tG2\texome
three\tthree.vcf\tPANET\tG2\texome
"""
CONFIG = "samples: samples.tsv\nbatch_size: 2\n"


@pytest.fixture(scope="module")
def snakemake(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs Snakemake on this checkout's workflow in a directory."""
    command = tmp_path_factory.mktemp("bin") / "netboard"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m netboard "$@"\n')
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(repo_root / "src"),
        # Whatever would ask the network is told no at once.
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    }
    environment.pop("PYTEST_CURRENT_TEST", None)

    def run(
        directory: Path, *arguments: str, snakefile: Path = repo_root / "Snakefile"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile), "--nocolor", *arguments],
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture
def project(repo_root: Path, tmp_path: Path) -> Path:
    """Return a directory with a configuration, a sheet of three samples in two batches and their files."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(CONFIG)
    (tmp_path / "samples.tsv").write_text(SHEET)
    source = repo_root / "examples" / "cohort" / "NB-04.grch38.freebayes.vcf"
    for name in ("one", "two", "three"):
        shutil.copy(source, tmp_path / f"{name}.vcf")
    return tmp_path


def planned(output: str) -> dict[str, int]:
    """Return the job counts of Snakemake's table."""
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", output, flags=re.MULTILINE)}


def manifest(project: Path, batch: str) -> dict[str, dict[str, str]]:
    with (project / "results" / "batches" / batch / "manifest.tsv").open(newline="") as handle:
        return {row["sample"]: row for row in csv.DictReader(handle, delimiter="\t")}


def test_dry_run_at_the_root_plans_jobs(repo_root: Path, tmp_path: Path, snakemake: Run) -> None:
    done = snakemake(repo_root, "--dry-run", "--config", f"results={tmp_path}")
    assert done.returncode == 0, done.stderr
    jobs = planned(done.stdout + done.stderr)
    assert jobs["interpret_batch"] >= 1
    assert jobs["cohort"] == jobs["gate"] == jobs["all"] == 1


def test_the_demo_is_planned_in_batches(repo_root: Path, tmp_path: Path, snakemake: Run) -> None:
    done = snakemake(
        repo_root, "--dry-run", "--configfile", "examples/config.yaml", "--config", f"results={tmp_path}"
    )
    assert done.returncode == 0, done.stderr
    assert planned(done.stdout + done.stderr)["interpret_batch"] >= 2


def test_each_rule_only_calls_the_command_line(repo_root: Path) -> None:
    text = "".join(path.read_text() for path in sorted((repo_root / "workflow").rglob("*.smk")))
    rules = re.findall(r"^rule (\w+):", text, flags=re.MULTILINE)
    shells = re.findall(r"shell:\s+\"(\w+)", text)
    assert sorted(rules) == ["cohort", "gate", "interpret_batch", "pdf"]
    assert shells == ["netboard"] * len(rules)
    for part in ("log:", "benchmark:", "conda:", "threads:", "resources:"):
        assert text.count(f"    {part}\n") + text.count(f"    {part} 1\n") == len(rules), part
    for unwanted in ("wrapper:", "checkpoint ", "run:", "lambda"):
        assert unwanted not in text


def test_a_failed_sample_fails_the_gate_alone_and_mending_it_reruns_its_batch_alone(
    project: Path, snakemake: Run
) -> None:
    whole = (project / "two.vcf").read_bytes()
    (project / "two.vcf").write_text("not a variant file\n")
    first = snakemake(project, "--cores", "2", "--keep-going")
    assert first.returncode != 0
    assert {name: row["status"] for name, row in manifest(project, "batch0001").items()} == {
        "one": "done",
        "two": "failed",
    }
    assert "two.vcf" in manifest(project, "batch0001")["two"]["error"]
    assert manifest(project, "batch0002")["three"]["status"] == "done"
    results = project / "results"
    assert (results / "batches" / "batch0001" / "samples" / "one" / "one.report.html").is_file()
    assert not (results / "batches" / "batch0001" / "samples" / "two").exists()
    assert (results / "cohort" / "cohort.html").is_file()
    assert not (results / "gate.ok").exists()

    (project / "two.vcf").write_bytes(whole)
    second = snakemake(project, "--cores", "2")
    assert second.returncode == 0, second.stderr
    jobs = planned(second.stdout + second.stderr)
    assert jobs["interpret_batch"] == 1
    assert {row["status"] for row in manifest(project, "batch0001").values()} == {"done"}
    assert (results / "gate.ok").is_file()

    idle = snakemake(project, "--dry-run")
    assert "Nothing to be done" in idle.stdout + idle.stderr

    # Snakemake's report needs nothing from outside, and shows page, table and manifests.
    report = snakemake(project, "--report", "report.zip")
    assert report.returncode == 0, report.stderr
    with zipfile.ZipFile(project / "report.zip") as archive:
        names = [Path(name).name for name in archive.namelist()]
    assert names.count("manifest.tsv") == 2
    assert {"report.html", "cohort.html", "cohort.genes.tsv"} <= set(names)

    # One edited cell reruns one batch; the other depends on none of it.
    (project / "samples.tsv").write_text(SHEET.replace("three.vcf\tPANET\tG2", "three.vcf\tPANET\tG3"))
    edited = snakemake(project, "--dry-run")
    shown = edited.stdout + edited.stderr
    assert planned(shown)["interpret_batch"] == 1
    assert "wildcards: batch=batch0002" in shown


def test_pdf_reports_are_a_rule_of_their_own_made_from_json(project: Path, snakemake: Run) -> None:
    pytest.importorskip("typst", reason="PDF needs the extra `pdf`")
    (project / "samples.tsv").write_text("".join(SHEET.splitlines(keepends=True)[:2]))
    done = snakemake(project, "--cores", "1", "--config", "pdf=True")
    assert done.returncode == 0, done.stderr
    assert planned(done.stdout + done.stderr)["pdf"] == 1
    (made,) = (project / "results" / "pdf" / "batch0001").rglob("*.pdf")
    assert made.read_bytes().startswith(b"%PDF-")


def test_another_workflow_imports_the_rules_under_its_own_names(
    repo_root: Path, project: Path, snakemake: Run
) -> None:
    (project / "Snakefile").write_text(
        f'module netboard:\n    snakefile: "{repo_root}/workflow/Snakefile"\n'
        '    config: {"samples": "samples.tsv", "results": "elsewhere", "batch_size": 1}\n\n'
        "use rule * from netboard as netboard_*\n\n"
        "rule mine:\n    default_target: True\n    input: rules.netboard_cohort.output.page\n"
        '    output: "mine.html"\n    shell: "cp {input} {output}"\n'
    )
    done = snakemake(project, "--dry-run", snakefile=project / "Snakefile")
    assert done.returncode == 0, done.stderr
    jobs = planned(done.stdout + done.stderr)
    assert jobs["mine"] == 1
    assert jobs["netboard_interpret_batch"] == 3
    assert "elsewhere/cohort" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("config/config.yaml", "batch_size: 2", "batch_sise: 2"), "batch_sise"),
        (("config/config.yaml", "batch_size: 2", "batch_size: 0"), "minimum"),
        (("config/config.yaml", "batch_size: 2", "formats: [tsv]"), "json"),
        (("config/config.yaml", "samples.tsv", "missing.tsv"), "missing.tsv"),
        (("samples.tsv", "tumour_type", "tumor_typ"), "samples.tsv:1: unknown column 'tumor_typ'"),
        (("samples.tsv", "two.vcf", "absent.vcf"), "samples.tsv:3"),
        (("samples.tsv", "three\t", "one\t"), "samples.tsv:4"),
        (("samples.tsv", "G1", "G7"), "'G7' does not match"),
    ],
)
def test_a_wrong_configuration_or_sheet_is_told_before_any_job_starts(
    project: Path, snakemake: Run, change: tuple[str, str, str], told: str
) -> None:
    name, old, new = change
    text = (project / name).read_text()
    assert old in text
    (project / name).write_text(text.replace(old, new))
    done = snakemake(project, "--cores", "1")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert not (project / "results").exists()
