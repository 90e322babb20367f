"""``S.report.xlsx``: the result as a workbook, settings and data versions on its first sheets.

Every text is written as a string cell: what looks like a formula or an address in a sample sheet or a
VCF stays text when the workbook is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from netboard.errors import ConfigError
from netboard.export.rows import COLUMNS, Cell, variant_rows
from netboard.model.result import Interpretation, to_json
from netboard.output import atomic_path

#: XML 1.0 has no such characters; a VCF may.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Longest text a cell of the format holds.
_CELL_LENGTH = 32767


def write_xlsx(result: Interpretation, path: Path) -> None:
    """Write the workbook of one sample whole or not at all.

    Raises
    ------
    ConfigError
        When the extra ``xlsx`` is not installed.
    """
    module = _xlsxwriter()
    with atomic_path(path) as aside:
        book = module.Workbook(
            str(aside),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,
            },
        )
        # The date of the interpretation, not of the writing: the same result gives the same workbook.
        book.set_properties({"title": f"{result.sample}: variant report", "created": _created(result)})
        style = book.add_format({"bold": True, "bottom": 1})
        for name, columns, rows in sheets(result):
            _sheet(book, name, columns, rows, style)
        book.close()


def sheets(result: Interpretation) -> Iterable[tuple[str, Sequence[str], list[Sequence[Cell]]]]:
    """Yield (name, columns, rows) of each sheet in order."""
    yield "SETTINGS", ("SECTION", "PARAMETER", "VALUE"), list(_settings(result))
    columns = ("DATABASE", "VERSION", "DESCRIPTION", "URL", "LICENSE")
    yield "DATA_VERSIONS", columns, list(_versions(result))
    yield "VARIANTS", COLUMNS, [[row[name] for name in COLUMNS] for row in variant_rows(result)]
    yield _of_lines("THERAPIES", result.therapies, skip=())
    yield _of_lines("STANDING_OPTIONS", result.background, skip=())
    points = [
        {"comparison": item.title, **to_json(point)} for item in result.comparisons for point in item.points
    ]
    yield _of_lines("COMPARISONS", points, skip=())
    yield _of_lines("CHANGES", result.changes, skip=())
    yield _of_lines("TRIALS", result.trials, skip=("reasons",))
    yield _of_lines("PROGNOSIS", result.prognosis, skip=())
    yield _of_lines("SUBGROUPS", result.subgroups, skip=())
    yield _of_lines("GENES", result.genes, skip=("seen",))
    yield _of_lines("NOT_ASSESSED", result.not_assessed, skip=())
    yield _of_lines("BIOMARKERS", result.biomarkers, skip=())
    sources: Mapping[str, Any] = result.knowledge_slice.get("sources", {})
    keys = ("id", "citation", "year", "pmid", "doi", "nct", "url", "verified")
    yield "SOURCES", keys, [[_flat(item.get(key)) for key in keys] for item in sources.values()]


def _of_lines(
    name: str, lines: Sequence[Any], skip: Sequence[str]
) -> tuple[str, Sequence[str], list[Sequence[Cell]]]:
    """Return a sheet with a column per field of the lines; nested mappings are opened one level."""
    rows: list[dict[str, Cell]] = []
    for line in lines:
        row: dict[str, Cell] = {}
        for key, value in to_json(line).items():
            if key in skip:
                continue
            if isinstance(value, dict):
                row.update({f"{key}_{inner}": _flat(held) for inner, held in value.items()})
            else:
                row[key] = _flat(value)
        rows.append(row)
    columns = list(dict.fromkeys(key for row in rows for key in row)) or ["none"]
    return name, columns, [[row.get(key) for key in columns] for row in rows]


def _settings(result: Interpretation) -> Iterable[Sequence[Cell]]:
    sections: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("sample", {"name": result.sample}),
        ("context", to_json(result.context)),
        ("assay", {key: value for key, value in result.assay.items() if key != "thresholds"}),
        ("thresholds", result.assay.get("thresholds") or {}),
        ("provenance", result.provenance),
        ("counts", {key: value for key, value in result.counts.items() if key != "skipped"}),
        ("skipped", result.counts.get("skipped") or {}),
        ("ref_check", result.ref_check),
        ("warnings", {str(number): text for number, text in enumerate(result.warnings, 1)}),
    )
    for section, values in sections:
        for key, value in values.items():
            yield section, key, _flat(value)


def _versions(result: Interpretation) -> Iterable[Sequence[Cell]]:
    given = result.provenance
    yield "netboard", _flat(given.get("netboard_version")), "software", "", "MIT"
    yield "result schema", result.schema_version, "schema of S.json", "", ""
    what = f"knowledge base, reviewed {given.get('knowledge_date') or 'date not stored'}"
    yield "knowledge", _flat(given.get("knowledge_version")), what, "", ""
    yield "knowledge hash", _flat(given.get("knowledge_hash")), "content of the knowledge base", "", ""
    for overlay in given.get("knowledge_overlays") or ():
        yield "overlay", str(overlay), "knowledge of the laboratory", "", ""
    yield "genome", _flat(given.get("build")), str(given.get("build_basis") or ""), "", ""


def _flat(value: Any) -> Cell:
    """Return a value as one cell: lists joined by semicolons, truth values as yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(str(_flat(item)) for item in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_flat(held)}" for key, held in value.items())
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], style: Any) -> None:
    sheet = book.add_worksheet(name)
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title, style)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, column, value)
            elif value is not None:
                sheet.write_string(line, column, _CONTROL.sub(" ", value)[:_CELL_LENGTH])
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    for column, title in enumerate(columns):
        longest = max([len(title), *(len(str(row[column])) for row in rows[:100] if row[column] is not None)])
        sheet.set_column(column, column, min(60, longest + 2))


def _created(result: Interpretation) -> datetime:
    try:
        return datetime.strptime(str(result.provenance.get("created")), "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return datetime.fromtimestamp(0, tz=UTC).replace(tzinfo=None)


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter
    except ImportError:
        raise ConfigError(
            "spreadsheets need the package xlsxwriter, which is not installed",
            where="--formats xlsx",
            remedy="Install it with: pip install 'netboard[xlsx]'",
        ) from None
    return xlsxwriter
