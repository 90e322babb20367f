"""The sample sheet: each fault is one error that names sheet, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from netboard.batch import plan_batches
from netboard.errors import ConfigError
from netboard.sheet import read_sheet


def _sheet(tmp_path: Path, text: str, name: str = "samples.tsv") -> Path:
    (tmp_path / "a.vcf").touch()
    (tmp_path / "b.vcf").touch()
    path = tmp_path / name
    path.write_text(text)
    return path


def test_rows_are_read_with_comments_and_empty_cells_left_out(tmp_path: Path) -> None:
    path = _sheet(tmp_path, "# cohort\nsample\tvcf\tgrade\tsite\nS1\ta.vcf\tG2\tNA\n#S2\tb.vcf\n")
    (row,) = read_sheet(path)
    assert (row.sample, row.get("grade"), row.get("site")) == ("S1", "G2", None)
    assert Path(row.vcf).is_file()
    assert row.where == f"{path}:3"


def test_a_comma_separated_sheet_is_told_by_its_name(tmp_path: Path) -> None:
    path = _sheet(tmp_path, 'sample,vcf,prior_therapy\nS1,a.vcf,"x,y"\n', "samples.csv")
    assert read_sheet(path)[0].get("prior_therapy") == "x,y"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "empty"),
        ("sample\tvcf\n", "no sample"),
        ("sample\tvcf\tgrad\nS\ta.vcf\tG1\n", r"samples\.tsv:1: unknown column 'grad'.*Did you mean 'grade'"),
        ("sample\tgrade\nS\tG1\n", "column 'vcf' is missing"),
        ("sample\tvcf\tvcf\nS\ta.vcf\tb.vcf\n", "stands twice"),
        ("sample\tvcf\nS\tnone.vcf\n", r"samples\.tsv:2: vcf: no such file: none\.vcf"),
        ("sample\tvcf\nS\t\n", r"samples\.tsv:2: no value for 'vcf'"),
        ("sample\tvcf\nS\ta.vcf\ns\tb.vcf\n", r"samples\.tsv:3: sample 's' stands twice"),
        ("sample\tvcf\nS\ta.vcf\textra\n", "3 cells where the header has 2"),
        ("sample\tvcf\n...\ta.vcf\n", "holds no letter or digit"),
        ("sample\tvcf\tassay\nS\ta.vcf\tpanel.yaml\n", r"assay: no such file: panel\.yaml"),
    ],
)
def test_a_wrong_sheet_is_one_clear_error(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read_sheet(_sheet(tmp_path, text))


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such sample sheet"):
        read_sheet(tmp_path / "none.tsv")


def test_batches_are_stable_blocks_and_named_batches(tmp_path: Path) -> None:
    rows = "".join(f"S{n}\ta.vcf\t{'x' if n == 3 else ''}\n" for n in range(5))
    batches = plan_batches(_sheet(tmp_path, "sample\tvcf\tbatch\n" + rows), 2)
    assert {batch.name: batch.samples for batch in batches} == {
        "x": ["S3"],
        "batch0001": ["S0", "S1"],
        "batch0002": ["S2", "S4"],
    }


def test_editing_one_cell_changes_the_digest_of_its_batch_alone(tmp_path: Path) -> None:
    text = "sample\tvcf\tgrade\nS1\ta.vcf\tG1\nS2\tb.vcf\tG2\n"
    before = {b.name: b.digest for b in plan_batches(_sheet(tmp_path, text), 1)}
    after = {b.name: b.digest for b in plan_batches(_sheet(tmp_path, text.replace("G2", "G3")), 1)}
    assert before["batch0001"] == after["batch0001"]
    assert before["batch0002"] != after["batch0002"]
