"""Two knowledge bases against each other, and what the difference does to stored patients."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from netboard.cli import main
from netboard.knowledge.compare import differences, why
from netboard.knowledge.load import load
from netboard.model.evidence import Knowledge

FIRST = "assertions/first.yaml"


@pytest.fixture
def changed(base: Path, tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Return a copy of the base with one text replaced."""

    def change(name: str, old: str, new: str) -> Path:
        copy = tmp_path / "changed"
        if not copy.exists():
            shutil.copytree(base, copy)
        text = (copy / name).read_text()
        assert old in text
        (copy / name).write_text(text.replace(old, new))
        return copy

    return change


def _told(old: Path, new: Path) -> list[str]:
    return [str(item) for item in differences(_load(old), _load(new))]


def _load(base: Path) -> Knowledge:
    return load(base=base, use_cache=False)


def test_a_base_does_not_differ_from_itself_wherever_it_lies(base: Path, tmp_path: Path) -> None:
    shutil.copytree(base, tmp_path / "elsewhere")
    assert _told(base, tmp_path / "elsewhere") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (FIRST, "direction: sensitivity", "direction: resistance", "statement first changed: direction sensitivity -> resistance"),
        (FIRST, "is: mutation", "is: truncating", "statement first changed: when MEN1 mutation -> MEN1 truncating"),
        (FIRST, "level: B", "level: C", "statement first changed: evidence, level B -> C"),
        (FIRST, "name: nothing", "name: nothing at all", "statement first changed: cases: 1 added, 1 removed, 0 altered"),
        (FIRST, "expect: no}", "expect: unknown}", "statement first changed: cases: 0 added, 0 removed, 1 altered"),
        ("genes/MEN1.yaml", "role: tumour_suppressor", "role: oncogene", "gene MEN1 changed: role tumour_suppressor -> oncogene"),
        ("sources.yaml", "year: 2020", "year: 2021", "source paper2020 changed: year 2020 -> 2021"),
        ("tumour_types.yaml", "site: pancreas", "site: lung", "tumour type PANET changed: site pancreas -> lung"),
        ("biomarkers.yaml", "name: Burden", "name: Load", "biomarker tmb changed: name Burden -> Load"),
        ("therapies.yaml", "class: inhibitor", "class: antibody", "drug drugone changed: drug class inhibitor -> antibody"),
    ],
)  # fmt: skip
def test_each_changed_field_is_told(
    base: Path, changed: Callable[[str, str, str], Path], name: str, old: str, new: str, told: str
) -> None:
    assert _told(base, changed(name, old, new)) == [told]


def test_what_is_added_or_removed_is_named(base: Path, changed: Callable[[str, str, str], Path]) -> None:
    more = changed("therapies.yaml", "therapies:\n", "therapies:\n  drugtwo: {name: Drug Two}\n")
    assert _told(base, more) == ["drug drugtwo added"]
    assert _told(more, base) == ["drug drugtwo removed"]


def test_a_changed_place_in_a_file_is_no_difference(
    base: Path, changed: Callable[[str, str, str], Path]
) -> None:
    assert _told(base, changed(FIRST, "assertions:\n", "# a remark\n\nassertions:\n")) == []


def test_a_change_of_cases_alone_explains_nothing_in_a_report(
    base: Path, changed: Callable[[str, str, str], Path]
) -> None:
    new = _load(changed(FIRST, "name: nothing", "name: nothing at all"))
    found = differences(_load(base), new)
    assert len(found) == 1
    assert why("statement", "first", found, new) == "no entry of its own changed"


def test_what_a_statement_rests_on_explains_its_change(
    base: Path, changed: Callable[[str, str, str], Path]
) -> None:
    new = _load(changed("therapies.yaml", "name: Drug One", "name: Drug 1"))
    assert why("statement", "first", differences(_load(base), new), new) == (
        "drug drugone changed: name Drug One -> Drug 1"
    )


# ---------------------------------------------------------------- the verb


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """Return the directory with one stored result of the demo cohort."""
    out = tmp_path_factory.mktemp("stored")
    vcf = repo_root / "examples" / "cohort" / "NB-01.grch38.mutect2.vcf"
    context = ["--tumour-type", "PANET", "--site", "pancreas", "--grade", "G2", "--stage", "metastatic"]
    code = main(["run", str(vcf), "--out", str(out), "--assay", "exome", "--formats", "json", *context])
    assert code == 0
    return out


def _overlay(directory: Path, **files: str) -> Path:
    directory.mkdir()
    (directory / "overlay.yaml").write_text(f"name: {directory.name}\n{files.pop('overlay', '')}")
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text)
    return directory


def test_the_verb_says_whose_report_changes_and_why(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = _overlay(tmp_path / "ours", overlay="withdraw_assertions: [atrx-daxx-mutation-better]\n")
    # A statement that is gone must not be named by those that contradicted it.
    assert main(["knowledge", "compare", "packaged", str(ours), str(stored)]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == "statement atrx-daxx-mutation-better removed"
    (line,) = (line for line in lines if "\t" in line and "no longer applies" in line)
    sample, change, reason = line.split("\t")
    assert sample.startswith("NB-01")
    assert change.startswith("prognostic or diagnostic statement atrx-daxx-mutation-better no longer applies")
    assert reason == "statement atrx-daxx-mutation-better removed"
    assert "the reports of 1 of 1 samples would change" in err


def test_the_verb_says_when_no_report_changes(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = _overlay(tmp_path / "ours", therapies="therapies:\n  newdrug: {name: New Drug}\n")
    assert main(["knowledge", "compare", "packaged", str(ours), str(stored)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == ["drug newdrug added"]
    assert "the reports of 0 of 1 samples would change" in err


def test_the_verb_refuses_what_is_no_knowledge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "compare", "packaged", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
