"""Every real file beside the checkout yields reports, or one clear error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netboard.cli import main

#: Files whose header and REF bases do not tell the build, with the one they are of.
_ASK_FOR_BUILD = {
    "vcf2maf_test_b37.vcf": "GRCh37",
    "vcf2maf_test_strelka.vcf": "GRCh37",
    "vcf2maf_test_varscan.vcf": "GRCh37",
}


def _run(path: Path, out: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["run", str(path), "--out", str(out), *options])
    results = list(out.glob("*/*.json"))
    return code, json.loads(results[0].read_text()) if results else {}


def test_every_file_yields_reports_or_one_clear_error(
    shared_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((shared_dir / "data" / "vcf").iterdir())
    assert files
    for path in files:
        out = tmp_path / path.name
        code, result = _run(path, out)
        errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("netboard: ")]
        if path.name in _ASK_FOR_BUILD:
            assert (code, len(errors)) == (1, 1), path.name
            assert "--build" in errors[0]
            assert not out.exists()
            code, result = _run(path, out, "--build", _ASK_FOR_BUILD[path.name])
        assert code == 0, (path.name, errors)
        counts = result["counts"]
        assert counts["in_targets"] == counts["kept"] + sum(counts["skipped"].values()), path.name
        assert len(list(out.glob("*/*.report.html"))) == 1, path.name


def test_known_variants_of_the_real_files_come_out(shared_dir: Path, tmp_path: Path) -> None:
    vcfs = shared_dir / "data" / "vcf"
    names = {}
    for key, name in (
        ("exome", "HCC1395.vep95.grch38.vcf.gz"),
        ("colon37", "T001-COAD.grch37.vcf.gz"),
        ("colon38", "T001-COAD.grch38.vcf.gz"),
    ):
        _, result = _run(vcfs / name, tmp_path / key, "--formats", "json")
        names[key] = {
            (f["gene"], f["event"], f["hgvsc"] or f["hgvsc_unshifted"], f["hgvsp"])
            for f in result["findings"]
        }
    proteins = {
        key: {(gene, p.split(":")[-1]) for gene, _, _, p in found if p} for key, found in names.items()
    }
    assert {("TP53", "p.(Arg175His)"), ("BRCA2", "p.(Glu1593Ter)")} <= proteins["exome"]
    assert {("BRAF", "p.(Val600Glu)"), ("TP53", "p.(Val73TrpfsTer50)")} <= proteins["colon38"]
    assert names["colon37"] == names["colon38"]
