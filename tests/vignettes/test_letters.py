"""Whole letters against kept ones. To review and renew them: ``python tests/vignettes/update_letters.py``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from netboard.model.evidence import Knowledge
from vignettes.letter import FOLDER, letter
from vignettes.tumour import Case, interpretation, plain_id, read_vignettes

LETTERS = [vignette for _, vignette in read_vignettes() if vignette.get("letter")]


@pytest.mark.parametrize("vignette", LETTERS, ids=lambda vignette: plain_id(vignette["name"]))
def test_a_letter_says_what_was_approved(
    vignette: Mapping[str, Any], knowledge: Knowledge, tmp_path: Path
) -> None:
    result = interpretation(Case(vignette["given"]), knowledge, tmp_path)
    new = letter(vignette["name"], vignette["story"], result)
    kept = (FOLDER / f"{plain_id(vignette['name'])}.txt").read_text(encoding="utf-8")
    changes = difflib.unified_diff(kept.splitlines(), new.splitlines(), "kept", "new", n=0, lineterm="")
    shown = "\n".join(line[:400] for _, line in zip(range(40), changes, strict=False))
    assert new == kept, f"{shown}\nReview with: python tests/vignettes/update_letters.py"


def test_each_letter_has_its_vignette() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {plain_id(vignette["name"]) for vignette in LETTERS}
