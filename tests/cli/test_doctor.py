"""`netboard doctor` tells what is there, what is missing and how to mend it."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from netboard.cli import main


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Return subject -> (state, detail) of what was printed."""
    found = {}
    for line in capsys.readouterr().out.splitlines():
        state, subject, detail = line.split(maxsplit=2)
        found[subject] = (state, detail)
    return found


def hide(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let one library look as if it were not installed."""
    real = importlib.import_module

    def importing(module: str, package: str | None = None) -> ModuleType:
        if module == name:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(module, package)

    monkeypatch.setattr(importlib, "import_module", importing)


def test_a_whole_installation_is_found_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    found = lines(capsys)
    assert {state for state, _ in found.values()} <= {"ok", "absent"}
    assert found["pysam"][0] == "ok"
    assert found["knowledge"][0] == "ok"
    assert "genes" in found["knowledge"][1]


def test_a_missing_extra_is_a_remark_that_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "duckdb")
    assert main(["doctor"]) == 0
    state, detail = lines(capsys)["[cohort]"]
    assert state == "absent"
    assert "pip install 'netboard[cohort]'" in detail


def test_a_missing_library_of_the_core_is_a_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "pysam")
    assert main(["doctor"]) == 1
    state, detail = lines(capsys)["pysam"]
    assert state == "broken"
    assert "No module named 'pysam'" in detail


def test_an_overlay_that_cannot_be_read_is_a_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["doctor", "--knowledge", str(tmp_path / "absent")]) == 1
    state, detail = lines(capsys)["knowledge"]
    assert state == "broken"
    assert "absent" in detail


def test_a_cache_that_cannot_be_written_costs_time_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert main(["doctor"]) == 0
    state, detail = lines(capsys)["cache"]
    assert state == "absent"
    assert "XDG_CACHE_HOME" in detail
