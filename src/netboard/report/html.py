"""The report of one sample as one self-contained HTML page.

The page needs nothing else: styles and drawings are inline, there is no script, and its content
security policy forbids every request. Links lead outside only when a reader follows them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netboard.model.result import Interpretation
from netboard.report import phrases
from netboard.report.coverage import SCOPES
from netboard.report.plots import assessed_matrix, vaf_strip
from netboard.report.view import build

if TYPE_CHECKING:
    import jinja2

_TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
#: Rows of one kind of other variants that a page lists; the TSV holds all. It keeps a page small.
_OTHER_ROWS = 200


def render_html(result: Interpretation) -> str:
    """Return the page of one sample.

    It is a pure function of ``result``: a stored result rendered again gives the same page, byte for
    byte, on the same version of netboard.
    """
    from markupsafe import Markup

    report = build(result)
    return render_template(
        "report.html.j2",
        r=report,
        text=phrases,
        scopes=[phrases.SCOPES[scope] for scope in SCOPES],
        limit=_OTHER_ROWS,
        # Drawings escape what they show themselves.
        vaf_strip=Markup(vaf_strip(report.findings)),
        matrix=Markup(assessed_matrix(report.genes)),
    )


def render_template(name: str, **values: Any) -> str:
    """Return a template of this package filled with ``values``; every text is escaped."""
    text = _environment().get_template(name).render(values)
    # Lines that only held template statements leave blanks behind.
    return "\n".join(line for line in text.split("\n") if line.strip()) + "\n"


@cache
def _environment() -> jinja2.Environment:
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        css=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),
        policy=Markup(POLICY),
        both_text=phrases.BOTH_ARMS,
        historical_text=phrases.HISTORICAL,
    )
    return environment
