"""The report of one sample as a PDF of a few pages, set by Typst.

Typst comes as a Python package with its fonts (extra ``pdf``), so neither an office program nor a
system font is needed, and the same result gives the same file. All text reaches the template as JSON:
nothing that a sample sheet or a VCF holds can be read as markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from netboard.errors import ConfigError
from netboard.model.result import Interpretation
from netboard.report import phrases
from netboard.report.view import build

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def render_pdf(result: Interpretation) -> bytes:
    """Return the PDF of one sample, in the order of the HTML report.

    Raises
    ------
    ConfigError
        When the extra ``pdf`` is not installed.
    """
    typst = _typst()
    report = build(result)
    data = {
        **asdict(report),
        "text": {
            "research_use": phrases.RESEARCH_USE,
            "undeclared": phrases.UNDECLARED,
            "historical": phrases.HISTORICAL,
            "both_arms": phrases.BOTH_ARMS,
            "nothing_found": phrases.nothing_found(report.undeclared),
            "protocol": phrases.PROTOCOL_NO_EVIDENCE,
        },
    }
    pdf: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        font_paths=[],
        ignore_system_fonts=True,
        # No clock in the file: a stored result rendered again gives the same bytes.
        timestamp=0,
    )
    return pdf


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise ConfigError(
            "PDF reports need the package typst, which is not installed",
            where="--formats pdf",
            remedy="Install it with: pip install 'netboard[pdf]'",
        ) from None
    return typst
