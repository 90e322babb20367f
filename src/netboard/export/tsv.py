"""``S.variants.tsv`` and ``S.genes.tsv``: stored panel variants, and what was assessed, for machines.

Values stand as they are (a spreadsheet is another format, which guards against formulas); only tabs
and line breaks become spaces, so that a row stays a row. Unknown is an empty cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netboard.export.rows import COLUMNS, GENE_COLUMNS, Cell, gene_rows, variant_rows
from netboard.model.result import Interpretation


def variants_tsv(result: Interpretation) -> str:
    """Return the table of findings and non-coding panel variants, with a header line."""
    return table(COLUMNS, variant_rows(result))


def genes_tsv(result: Interpretation) -> str:
    """Return the table of what was assessed of each panel gene, with a header line."""
    return table(GENE_COLUMNS, gene_rows(result))


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Return rows as tab-separated text under a header line."""
    lines = ["\t".join(columns)]
    lines.extend("\t".join(_text(row.get(name)) for name in columns) for row in rows)
    return "\n".join(lines) + "\n"


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return " ".join(value.split()) if isinstance(value, str) else str(value)
