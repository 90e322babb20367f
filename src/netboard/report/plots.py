"""Small drawings of a report as inline SVG: no script, no outside resource, no state told by colour alone.

Each drawing is decorated text: it has a title and a description, and a table near it says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from netboard.report.coverage import GeneRow
from netboard.report.findings import FindingGroup

_WIDTH = 720
#: Shape of a marker by group of the key table.
_SHAPES = {"pathogenic": "disc", "event": "disc", "uncertain": "ring", "undetermined": "query"}
_GENES_IN_A_ROW = 42
_MATRIX_SCOPES = ("Small variants", "Copy number", "Fusions")


def vaf_strip(groups: Sequence[FindingGroup]) -> str:
    """Return the findings on a line from 0 to 100 % of reads, or "" when fewer than two state a VAF."""
    marks = sorted(
        (row.fraction, row.label, _SHAPES[group.key])
        for group in groups
        for row in group.rows
        if row.fraction is not None
    )
    if len(marks) < 2:
        return ""
    left, right, step = 20, _WIDTH - 20, 16
    lanes: list[float] = []
    labels, points = [], []
    placed = []
    for fraction, label, shape in marks:
        x = left + fraction * (right - left)
        width = 6.3 * len(label) + 10
        start = min(max(x - 4, left), _WIDTH - width)
        lane = next((i for i, taken in enumerate(lanes) if taken <= start), len(lanes))
        if lane == len(lanes):
            lanes.append(0.0)
        lanes[lane] = start + width
        placed.append((x, start, lane, label, shape))
    axis = len(lanes) * step + 22
    for x, start, lane, label, shape in placed:
        y = axis - 18 - lane * step
        points.append(f'<path d="M{x:.1f} {axis - 6}V{y + 3}" stroke="#9aa4ac"/>')
        labels.append(
            f'<text class="halo" x="{start:.1f}" y="{y}" font-size="11">{escape(label)}</text>{_marker(x, axis, shape)}'
        )
    ticks = "".join(
        f'<path d="M{x:.0f} {axis}v5" stroke="#1c2126"/>'
        f'<text x="{x:.0f}" y="{axis + 17}" font-size="11" text-anchor="middle">{share} %</text>'
        for share in (0, 25, 50, 75, 100)
        for x in (left + share / 100 * (right - left),)
    )
    body = f'<path d="M{left} {axis}H{right}" stroke="#1c2126"/>{ticks}{"".join(points)}{"".join(labels)}'
    return _figure(
        "vaf",
        f"0 0 {_WIDTH} {axis + 22}",
        "Share of reads that carry each variant",
        "; ".join(f"{label} {fraction * 100:.1f} %" for fraction, label, _ in marks),
        body,
        "Share of reads that carry the variant (VAF). Filled: counts as pathogenic; ring: uncertain; "
        "question mark: effect not determined.",
    )


def _marker(x: float, y: float, shape: str) -> str:
    if shape == "query":
        return (
            f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="#fff" stroke="#1c2126"/>'
            f'<text x="{x:.1f}" y="{y + 4}" font-size="10" text-anchor="middle">?</text>'
        )
    fill = "#17495a" if shape == "disc" else "#fff"
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{fill}" stroke="#17495a" stroke-width="1.5"/>'


#: Drawing of one cell of 12 by 12 units for each state; each differs in form.
_CELLS = {
    "altered": '<rect width="12" height="12" fill="#17495a"/>',
    "assessed": '<rect x=".5" y=".5" width="11" height="11" fill="#e6ecef" stroke="#7d8a94"/>',
    "partly": '<rect x=".5" y=".5" width="11" height="11" fill="#fff" stroke="#7d8a94"/>'
    '<path d="M.5 11.5V.5L11.5 11.5z" fill="#7d8a94"/>',
    "not_assessed": '<path d="M3 3l6 6M9 3l-6 6" stroke="#5d6871" stroke-width="1.2"/>',
    "undeclared": '<text x="6" y="10" font-size="11" text-anchor="middle">?</text>',
}
_LEGEND = (
    ("altered", "altered"),
    ("assessed", "assessed, nothing found"),
    ("partly", "partly assessed"),
    ("not_assessed", "not assessed"),
    ("undeclared", "not declared"),
)


def assessed_matrix(rows: Sequence[GeneRow]) -> str:
    """Return what was looked at, a column per gene and a row per class of event; "" without genes."""
    if not rows:
        return ""
    pitch, left, names = 15, 92, 58
    height = names + 3 * pitch + 10
    body = [f"<defs>{''.join(_symbol(state) for state in _CELLS)}</defs>"]
    blocks = [rows[start : start + _GENES_IN_A_ROW] for start in range(0, len(rows), _GENES_IN_A_ROW)]
    for number, block in enumerate(blocks):
        top = number * height
        for line, scope in enumerate(_MATRIX_SCOPES):
            y = top + names + line * pitch
            body.append(f'<text x="0" y="{y + 10}" font-size="11">{scope}</text>')
            body.extend(
                f'<use href="#cell-{row.states[line]}" x="{left + column * pitch}" y="{y}"/>'
                for column, row in enumerate(block)
            )
        body.extend(
            f'<text transform="translate({left + column * pitch + 10} {top + names - 5}) rotate(-90)" '
            f'font-size="9.5">{escape(row.gene)}</text>'
            for column, row in enumerate(block)
        )
    y, x = len(blocks) * height + 6, 0.0
    for state, text in _LEGEND:
        body.append(
            f'<use href="#cell-{state}" x="{x:.0f}" y="{y}"/>'
            f'<text x="{x + 17:.0f}" y="{y + 10}" font-size="11">{text}</text>'
        )
        x += 17 + 6.1 * len(text) + 18
    counts = ", ".join(
        f"{sum(row.states[0] == state for row in rows)} {text}"
        for state, text in _LEGEND
        if any(row.states[0] == state for row in rows)
    )
    return _figure(
        "matrix",
        f"0 0 {_WIDTH + 8} {y + 18}",
        "What was looked at in each gene",
        f"Small variants: {counts}. The table below names every gene.",
        "".join(body),
        "What was looked at, gene by gene. A cross or a question mark is never to be read as unaltered.",
    )


def _symbol(state: str) -> str:
    return f'<g id="cell-{state}">{_CELLS[state]}</g>'


def _figure(name: str, box: str, title: str, description: str, body: str, caption: str) -> str:
    return (
        f'<figure><svg viewBox="{box}" width="{box.split()[2]}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{body}</svg>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
