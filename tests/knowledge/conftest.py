"""A small knowledge base that tests may break."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.small_base import FILES, write


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a whole and right little base."""
    return write(tmp_path / "base", FILES)
