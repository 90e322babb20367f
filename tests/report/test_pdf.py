from __future__ import annotations

import builtins
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.interpretations import MEN1, minimal, nothing_found, rich
from netboard.errors import ConfigError
from netboard.model.result import Interpretation
from netboard.report.pdf import render_pdf


@pytest.fixture(autouse=True)
def _needs_typst(request: pytest.FixtureRequest) -> None:
    if "without_typst" not in request.node.name:
        pytest.importorskip("typst", reason="typst comes with the extra `pdf`")


def pages(pdf: bytes) -> int:
    """Count the page objects, also those inside compressed object streams."""
    text = pdf
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text += zlib.decompress(stream)
        except zlib.error:
            continue
    return len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", text))


@pytest.mark.parametrize(("build", "most"), [(rich, 4), (nothing_found, 2), (minimal, 1)])
def test_a_pdf_has_few_pages(build: Callable[[], Interpretation], most: int) -> None:
    pdf = render_pdf(build())
    assert pdf.startswith(b"%PDF-")
    assert 1 <= pages(pdf) <= most


def test_the_same_result_gives_the_same_bytes() -> None:
    assert render_pdf(rich()) == render_pdf(rich())


def test_markup_of_the_typesetter_in_names_is_set_as_text() -> None:
    hostile = '#panic("x") $ ] \\ *b* _i_ @ref <label> "quote" `raw` //'
    finding = replace(MEN1, gene=hostile, reading=hostile, hgvsp=f"p.{hostile}")
    assert render_pdf(replace(rich(hostile), findings=(finding,), warnings=(hostile,))).startswith(b"%PDF-")


def test_without_typst_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"pip install 'netboard\[pdf\]'"):
        render_pdf(minimal())
