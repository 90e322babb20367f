"""The panel that is had alone is the panel of the whole knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

from netboard.knowledge.load import load
from netboard.knowledge.panel import load_panel
from netboard.knowledge.stored import cache_directory


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def same_as_the_knowledge() -> None:
    whole, alone = load().panel, load_panel()
    assert alone.genes == whole.genes
    assert list(alone.alleles) == list(whole.alleles)
    assert alone.alleles[0] == whole.alleles[0]
    assert len(alone.alleles) == len(whole.alleles)
    assert (alone.padding, alone.sequence_file) == (whole.padding, whole.sequence_file)


def test_the_panel_is_the_same_made_anew_and_stored() -> None:
    same_as_the_knowledge()
    same_as_the_knowledge()


@pytest.mark.parametrize("kind", ["panel", "alleles"])
@pytest.mark.parametrize("damage", [b"", b"x\n[]", b"{}"])
def test_a_damaged_store_is_made_anew(kind: str, damage: bytes) -> None:
    load_panel()
    directory = cache_directory()
    assert directory is not None
    (stored,) = directory.glob(f"{kind}-*.json")
    stored.write_bytes(damage)
    same_as_the_knowledge()


def test_without_a_cache_the_panel_is_had_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    same_as_the_knowledge()
