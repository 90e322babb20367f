"""The tests of ``interpret/``, tested: a sample of its small changes, asked in every run of the suite.

The whole takes some ten minutes (``make mutation``); its record is ``survivors.tsv``, and its score is told in
``docs/curating.md``.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interpret.mutation import COLUMNS, RECORD, Survivor, modules, source_of

#: One mutant of so many is asked here.
EVERY = 41
#: How far the share that is noticed in the sample may lie below that of the whole: fewer tests are asked.
SLACK = 0.05


def _record(path: Path) -> tuple[int, int, list[Survivor]]:
    """Return how many mutants were noticed, of how many, and those that were not."""
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    found = re.fullmatch(r"# (\d+) of (\d+) mutants noticed", first)
    assert found is not None, first
    table = csv.DictReader(rows, delimiter="\t")
    return int(found[1]), int(found[2]), [Survivor(**row) for row in table]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant is asked in a fork of the process")
def test_a_sample_of_small_changes_is_noticed(repo_root: Path, tmp_path: Path) -> None:
    here = Path(__file__).parent.relative_to(repo_root)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "interpret.mutation",
        "--mutate-every", str(EVERY), "--mutate-record", str(tmp_path / "left.tsv"),
        "--ignore", str(here / "test_mutation.py"), str(here), "tests/vignettes/test_letters.py",
    ]  # fmt: skip
    path = os.pathsep.join([str(repo_root / "src"), str(repo_root / "tests")])
    done = subprocess.run(
        command,
        cwd=repo_root,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    noticed, tried, left = _record(tmp_path / "left.tsv")
    whole_noticed, whole_tried, _ = _record(RECORD)
    assert tried > whole_tried / EVERY / 2
    assert len(left) == tried - noticed
    shown = "\n".join(f"{item.module}: {item.change}: {item.line}" for item in left)
    assert noticed / tried >= whole_noticed / whole_tried - SLACK, shown


def test_the_score_is_the_one_that_curators_are_told(repo_root: Path) -> None:
    told = " ".join((repo_root / "docs" / "curating.md").read_text(encoding="utf-8").split())
    noticed, tried, left = _record(RECORD)
    assert f"Of {tried} small changes of `interpret/` the tests notice {noticed}" in told
    assert len(left) == tried - noticed


def test_the_record_tells_of_code_that_is_there() -> None:
    _, tried, left = _record(RECORD)
    assert RECORD.read_text(encoding="utf-8").splitlines()[1] == "\t".join(COLUMNS)
    assert {item.module for item in left} <= set(modules())
    gone = [item for item in left if item.line not in source_of(item.module).read_text(encoding="utf-8")]
    # Lines change from day to day; a record most of whose lines are gone tells of another program.
    assert len(gone) <= len(left) / 4, gone[:5]
    assert tried > 3000
