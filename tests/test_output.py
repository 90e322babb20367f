"""Nothing half-written is ever left behind, and names are safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.errors import ConfigError
from netboard.output import Staging, now_utc, safe_name, write_atomic


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    write_atomic(tmp_path / "deep" / "a.txt", "text\n")
    assert (tmp_path / "deep" / "a.txt").read_text() == "text\n"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_a_failed_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Staging(tmp_path / "S") as aside:
        (aside / "S.json").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_failed_block_leaves_an_earlier_result_untouched(tmp_path: Path) -> None:
    with Staging(tmp_path / "S") as aside:
        (aside / "S.json").write_text("old")
    with pytest.raises(RuntimeError), Staging(tmp_path / "S") as aside:
        (aside / "S.json").write_text("new")
        raise RuntimeError
    assert (tmp_path / "S" / "S.json").read_text() == "old"


def test_staging_keeps_other_files_unless_told_to_replace(tmp_path: Path) -> None:
    (tmp_path / "S").mkdir()
    (tmp_path / "S" / "other").touch()
    with Staging(tmp_path / "S") as aside:
        (aside / "new").touch()
    assert sorted(p.name for p in (tmp_path / "S").iterdir()) == ["new", "other"]
    with Staging(tmp_path / "S", replace=True) as aside:
        (aside / "newer").touch()
    assert [p.name for p in (tmp_path / "S").iterdir()] == ["newer"]
    assert [p.name for p in tmp_path.iterdir()] == ["S"]


@given(st.text())
def test_a_safe_name_is_one_harmless_path_component(text: str) -> None:
    try:
        name = safe_name(text)
    except ConfigError:
        return
    assert name and "/" not in name and "\x00" not in name
    assert not name.startswith((".", "-"))
    assert Path(name).name == name
    assert safe_name(name) == name


@pytest.mark.parametrize("name", ["../etc", "/etc/passwd", "..", "a/../b", "-rf"])
def test_a_name_cannot_leave_its_directory(name: str, tmp_path: Path) -> None:
    try:
        safe = safe_name(name)
    except ConfigError:
        return
    assert (tmp_path / safe).resolve().parent == tmp_path.resolve()


def test_two_names_never_become_one_and_letters_of_any_script_stay() -> None:
    names = ["Müller", "Möller", "患者甲", "a b", "a_b", "a/b", "x" * 200, "x" * 201]
    assert len({safe_name(name) for name in names}) == len(names)
    assert safe_name("Müller") == "Müller"
    assert safe_name("患者甲") == "患者甲"


def test_the_printed_time_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert now_utc().isoformat() == "1970-01-01T00:00:00+00:00"
