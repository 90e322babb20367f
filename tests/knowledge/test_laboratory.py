"""A laboratory's own rules: the example, the hook and the recipe that refuse a wrong one."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from netboard.cli import main


def _yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.fixture
def laboratory(repo_root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(repo_root / "examples" / "laboratory", tmp_path / "laboratory"))


def _hook(repo_root: Path, laboratory: Path) -> list[str]:
    """Return the command line that pre-commit makes of our hook and the example's configuration."""
    (hook,) = _yaml(repo_root / ".pre-commit-hooks.yaml")
    (repository,) = _yaml(laboratory / "pre-commit-config.yaml")["repos"]
    (used,) = repository["hooks"]
    assert used["id"] == hook["id"]
    assert hook["pass_filenames"] is False
    program, *rest = shlex.split(hook["entry"])
    assert program == "netboard"
    return [*rest, *used["args"]]


def test_the_hook_passes_on_the_example(
    repo_root: Path, laboratory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(laboratory)
    assert main(_hook(repo_root, laboratory)) == 0


def test_the_hook_refuses_a_wrong_rule_with_file_line_and_key(
    repo_root: Path, laboratory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(laboratory)
    path = laboratory / "our-rules" / "assertions" / "our_rules.yaml"
    path.write_text(path.read_text().replace("tumour_type: [PANET]", "tumour_types: [PANET]"))
    assert main(_hook(repo_root, laboratory)) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "our-rules/assertions/our_rules.yaml:11: key assertions[0].context.context.tumour_types"
    )


def test_the_recipe_runs_commands_that_there_are(laboratory: Path) -> None:
    steps = _yaml(laboratory / "knowledge.yml")["jobs"]["check"]["steps"]
    commands = [line.strip() for step in steps for line in str(step.get("run", "")).splitlines()]
    ours = [shlex.split(line)[1:3] for line in commands if line.startswith("netboard ")]
    assert ours == [["knowledge", "check"], ["knowledge", "compare"]]


def test_what_a_laboratory_changes_can_be_compared(
    laboratory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "compare", "packaged", str(laboratory / "our-rules")]) == 0
    assert capsys.readouterr().out == "statement example-lab-men1-board added\n"


def test_a_statement_says_whose_it_is(laboratory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = str(laboratory / "our-rules")
    assert main(["knowledge", "show", "example-lab-men1-board", "--knowledge", ours]) == 0
    assert "from example-lab, assertions/our_rules.yaml:2" in capsys.readouterr().out
