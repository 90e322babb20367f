"""Whole pages against kept ones. To review and renew them: ``python tests/report/update_golden.py``."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.interpretations import minimal, nothing_found, read_again, rich
from netboard.model.result import Interpretation
from netboard.report.html import render_html


@pytest.mark.parametrize("build", [rich, nothing_found, minimal, read_again])
def test_a_report_looks_as_it_was_approved(build: Callable[[], Interpretation]) -> None:
    kept = (Path(__file__).parent / "golden" / f"{build.__name__}.html").read_text(encoding="utf-8")
    new = render_html(build())
    changes = difflib.unified_diff(kept.splitlines(), new.splitlines(), "golden", "new", n=0, lineterm="")
    shown = "\n".join(line[:300] for _, line in zip(range(40), changes, strict=False))
    assert new == kept, f"{shown}\nReview with: python tests/report/update_golden.py"
