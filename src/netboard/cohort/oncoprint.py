"""The picture of a cohort: genes by samples, states told by form and pattern, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from netboard.cohort.summary import PICTURE_GENES, Cohort, recurrent

#: Samples drawn at most; the tables hold all. It keeps the page small.
MAX_SAMPLES = 400
_LABELLED = 60
#: Letters of a sample name that are drawn.
_NAME = 20
_LEFT, _ROW = 92, 16
_INK, _MID = "#17495a", "#7d8a94"

#: event -> mark of a pathogenic or copy-number finding.
_MARKS: Mapping[str, str] = {
    "truncating": "t", "splice": "t", "start_loss": "t", "hotspot": "h", "missense": "m", "in_frame": "m",
    "promoter": "m", "deletion": "d", "loss_of_heterozygosity": "d", "amplification": "a", "fusion": "r",
    "disruption": "r",
}  # fmt: skip
_LEGEND = (
    ("t", "truncating, splice or start"),
    ("h", "hotspot"),
    ("m", "other pathogenic"),
    ("d", "loss of copies"),
    ("a", "amplification"),
    ("r", "rearrangement"),
    ("u", "uncertain significance"),
    ("q", "effect not determined"),
)
_GROUNDS = (
    ("assessed", "assessed, nothing found"),
    ("partly", "partly assessed"),
    ("not_assessed", "not assessed"),
    ("undeclared", "not declared"),
)


def mark_of(alteration: Mapping[str, Any]) -> str:
    """Return the mark of one finding by its class and event."""
    if alteration["class"] == "undetermined":
        return "q"
    if alteration["class"] == "uncertain":
        return "u"
    return _MARKS.get(str(alteration["event"]), "m")


def oncoprint(cohort: Cohort) -> str:
    """Return the picture as inline SVG, or "" when nothing was found in any sample."""
    genes = recurrent(cohort.genes)[:PICTURE_GENES]
    if not genes:
        return ""
    marks: dict[tuple[str, str], set[str]] = {}
    for row in cohort.alterations:
        marks.setdefault((str(row["gene"]), str(row["sample"])), set()).add(mark_of(row))
    samples = _ordered([str(row["sample"]) for row in cohort.samples], genes, marks)[:MAX_SAMPLES]
    labelled = len(samples) <= _LABELLED
    pitch = 14.0 if labelled else max(2.0, 900 / len(samples))
    # Room for the longest name, set upright above its column.
    top = round(14 + 6.2 * max(len(sample[:_NAME]) for sample in samples)) if labelled else 8
    width = _LEFT + pitch * len(samples) + 70
    body = [_defs(pitch, top)]
    if labelled:
        body.extend(
            f'<text transform="translate({_LEFT + i * pitch + pitch - 3:.1f} {top - 5}) rotate(-90)" font-size="10">'
            f"{escape(sample[:_NAME])}</text>"
            for i, sample in enumerate(samples)
        )
    for line, gene in enumerate(genes):
        body.extend(_line(gene, samples, marks, cohort.seen, pitch, top + line * _ROW))
    y = top + len(genes) * _ROW + 12
    legend, height = _legend(y, max(width, 560))
    body.append(legend)
    box = f"0 0 {max(width, 560):.0f} {height:.0f}"
    desc = f"{len(genes)} genes by {len(samples)} samples. The table of genes below gives every count."
    return (
        f'<svg viewBox="{box}" width="{max(width, 560):.0f}" role="img" aria-labelledby="print-title print-desc">'
        f'<title id="print-title">Alterations by gene and sample</title><desc id="print-desc">{desc}</desc>'
        f"{''.join(body)}</svg>"
    )


def _ordered(
    samples: list[str], genes: Sequence[str], marks: Mapping[tuple[str, str], set[str]]
) -> list[str]:
    """Return samples sorted so that those altered in the most recurrent genes come first."""
    return sorted(samples, key=lambda sample: ([(gene, sample) not in marks for gene in genes], sample))


def _line(
    gene: str,
    samples: Sequence[str],
    marks: Mapping[tuple[str, str], set[str]],
    seen: Mapping[tuple[str, str], str],
    pitch: float,
    y: float,
) -> list[str]:
    parts = [f'<text x="{_LEFT - 8}" y="{y + 11}" font-size="11" text-anchor="end">{escape(gene)}</text>']
    start = 0
    states = [seen.get((gene, sample), "not_assessed") for sample in samples]
    for i in range(1, len(states) + 1):
        # One rectangle for a run of like cells keeps the page small.
        if i == len(states) or states[i] != states[start]:
            x, width = _LEFT + start * pitch, (i - start) * pitch
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="13" fill="url(#g-{states[start]})"/>'
            )
            start = i
    hit = 0
    for i, sample in enumerate(samples):
        found = marks.get((gene, sample), ())
        hit += bool(found)
        parts.extend(f'<use href="#m-{mark}" x="{_LEFT + i * pitch:.1f}" y="{y}"/>' for mark in sorted(found))
    parts.append(f'<text x="{_LEFT + len(samples) * pitch + 6:.1f}" y="{y + 11}" font-size="11">{hit}</text>')
    return parts


def _defs(pitch: float, top: int) -> str:
    """Return the patterns of the grounds, the marks of a cell, and both again at the size of the legend."""
    width = pitch - (2 if pitch > 6 else 0.4)
    patterns = "".join(
        f'<pattern id="g-{name}" x="{_LEFT}" y="0" width="{pitch:.3f}" height="{_ROW}" '
        f'patternUnits="userSpaceOnUse" patternTransform="translate(0 {top})">{drawing}</pattern>'
        for name, drawing in _grounds(width).items()
    )
    marks = "".join(f'<g id="m-{name}">{drawing}</g>' for name, drawing in _marks(width).items())
    legend = {**_marks(12), **_grounds(12)}
    signs = "".join(f'<g id="l-{name}">{drawing}</g>' for name, drawing in legend.items())
    return f"<defs>{patterns}{marks}{signs}</defs>"


def _grounds(w: float) -> dict[str, str]:
    return {
        "assessed": f'<rect width="{w:.1f}" height="13" fill="#e3eaed"/>',
        "partly": f'<rect width="{w:.1f}" height="13" fill="#fff" stroke="{_MID}" stroke-width=".8"/>'
        f'<path d="M0 13V0L{w:.1f} 13z" fill="#c3ccd2"/>',
        "not_assessed": f'<path d="M0 13L{w:.1f} 0" stroke="{_MID}" stroke-width=".8"/>',
        "undeclared": f'<circle cx="{w / 2:.1f}" cy="6.5" r="{min(1.4, w / 3):.1f}" fill="{_MID}"/>',
    }


def _marks(w: float) -> dict[str, str]:
    half = w / 2
    query = (
        f'<text x="{half:.1f}" y="11" font-size="12" font-weight="700" text-anchor="middle">?</text>'
        if w > 7
        else f'<path d="M{half:.1f} 1v6m0 3v2" stroke="{_INK}" stroke-width="{min(1.5, w):.1f}"/>'
    )
    return {
        "t": f'<rect width="{w:.1f}" height="13" fill="{_INK}"/>',
        "h": f'<rect width="{w:.1f}" height="13" fill="{_INK}"/>'
        f'<circle cx="{half:.1f}" cy="6.5" r="{min(3, w / 3):.1f}" fill="#fff"/>',
        "m": f'<rect y="4" width="{w:.1f}" height="5" fill="{_INK}"/>',
        "d": f'<path d="M0 13h{w:.1f}L{half:.1f} 6z" fill="{_INK}" stroke="#fff" stroke-width=".6"/>',
        "a": f'<path d="M0 0h{w:.1f}L{half:.1f} 7z" fill="{_INK}" stroke="#fff" stroke-width=".6"/>',
        "r": f'<path d="M{half:.1f} 0L{w:.1f} 6.5 {half:.1f} 13 0 6.5z" fill="#fff" stroke="{_INK}"/>',
        "u": f'<rect width="{w:.1f}" height="13" fill="#fff" stroke="{_INK}" stroke-width=".8"/>'
        f'<path d="M0 9L{w * 0.7:.1f} 0M0 13L{w:.1f} 0M{w * 0.3:.1f} 13L{w:.1f} 4" stroke="{_INK}"/>',
        "q": query,
    }


def _legend(y: float, width: float) -> tuple[str, float]:
    parts = []
    x = 0.0
    for key, text in (*_LEGEND, *_GROUNDS):
        length = 20 + 6.1 * len(text) + 14
        if x + length > width:
            x, y = 0.0, y + 18
        parts.append(
            f'<use href="#l-{key}" x="{x:.0f}" y="{y}"/>'
            f'<text x="{x + 18:.0f}" y="{y + 11}" font-size="11">{text}</text>'
        )
        x += length
    return "".join(parts), y + 22
