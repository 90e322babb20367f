"""The sample sheet: one row per tumour sample, columns named like the command's options.

Tab-separated (or comma-separated when the name ends in ``.csv``); a line that starts with ``#`` is a
comment, an empty cell or ``NA`` is not given. Paths may be relative to the working directory or to the
sheet's own directory.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netboard.errors import ConfigError
from netboard.output import safe_name

COLUMNS = (
    "sample", "vcf", "build", "tumour", "normal", "tumour_type", "site", "grade", "differentiation", "stage",
    "ki67", "sstr", "mgmt", "functioning", "prior_therapy", "assay", "targets", "fasta", "segments", "fusions",
    "population", "purity", "sex", "patient", "batch",
)  # fmt: skip
_REQUIRED = ("sample", "vcf")
_PATHS = ("vcf", "targets", "fasta", "segments", "fusions", "population")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: ``values`` by column, paths resolved; ``where`` is ``file:line``."""

    sample: str
    vcf: str
    values: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    def get(self, column: str) -> str | None:
        """Return the cell, or None when it is empty."""
        return self.values.get(column) or None

    def inputs(self) -> list[str]:
        """Return every file that the row names."""
        paths = [self.values[column] for column in _PATHS if self.values.get(column)]
        # A bundle of reference sequence is a directory, and its files are what the result rests on.
        paths = [file for path in paths for file in _files(path)]
        assay = self.get("assay")
        if assay is not None and assay.lower() not in ("genome", "exome"):
            paths.append(assay)
        return paths


def read_sheet(path: str | Path) -> list[Row]:
    """Return the rows of a sample sheet.

    Raises
    ------
    ConfigError
        For an unreadable or empty sheet, an unknown or repeated column, a missing value, a repeated
        sample or a file that is not there; the error names sheet, line and remedy.
    """
    sheet = Path(path)
    lines = _lines(sheet)
    if not lines:
        raise ConfigError(
            "the sample sheet is empty", where=str(sheet), remedy="Its columns: sample, vcf, ..."
        )
    delimiter = "," if sheet.suffix.lower() == ".csv" else "\t"
    header_line, header_text = lines[0]
    columns = [name.strip() for name in next(csv.reader([header_text], delimiter=delimiter))]
    _check_columns(columns, f"{sheet}:{header_line}")
    rows: list[Row] = []
    seen: dict[str, str] = {}
    for number, text in lines[1:]:
        where = f"{sheet}:{number}"
        row = _row(next(csv.reader([text], delimiter=delimiter)), columns, sheet, where)
        key = safe_name(row.sample).lower()
        if key in seen:
            raise ConfigError(
                f"sample {row.sample!r} stands twice (first at {seen[key]})",
                where=where,
                remedy="Give each sample its own name; names differ by more than case and punctuation.",
            )
        seen[key] = where
        rows.append(row)
    if not rows:
        raise ConfigError("the sample sheet has a header and no sample", where=str(sheet))
    return rows


def _lines(sheet: Path) -> list[tuple[int, str]]:
    try:
        text = sheet.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("no such sample sheet", where=str(sheet), remedy="Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the sample sheet cannot be read ({error})", where=str(sheet)) from None
    return [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]


def _check_columns(columns: Iterable[str], where: str) -> None:
    given = list(columns)
    for name in given:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name.lower().replace("-", "_"), COLUMNS, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ConfigError(
                f"unknown column {name!r}", where=where, remedy=f"{hint}The columns are {', '.join(COLUMNS)}."
            )
        if given.count(name) > 1:
            raise ConfigError(f"column {name!r} stands twice", where=where, remedy="Keep one of them.")
    for name in _REQUIRED:
        if name not in given:
            raise ConfigError(
                f"column {name!r} is missing", where=where, remedy="Columns sample and vcf are required."
            )


def _row(cells: list[str], columns: list[str], sheet: Path, where: str) -> Row:
    if len(cells) > len(columns):
        raise ConfigError(
            f"{len(cells)} cells where the header has {len(columns)} columns",
            where=where,
            remedy="Check the tabs.",
        )
    values = {
        name: text
        for name, text in zip(columns, (cell.strip() for cell in cells), strict=False)
        if text and text != "NA"
    }
    for name in _REQUIRED:
        if name not in values:
            raise ConfigError(f"no value for {name!r}", where=where, remedy="Fill it in, or drop the row.")
    assay = values.get("assay", "genome")
    checked = [*_PATHS, *(["assay"] if assay.lower() not in ("genome", "exome") else [])]
    for column in checked:
        if column in values:
            values[column] = _found(values[column], sheet, f"{where}: {column}", directory=column == "fasta")
    safe_name(values["sample"])
    return Row(values["sample"], values["vcf"], values, where)


def _files(path: str) -> list[str]:
    place = Path(path)
    return sorted(str(file) for file in place.iterdir() if file.is_file()) if place.is_dir() else [path]


def _found(name: str, sheet: Path, where: str, *, directory: bool = False) -> str:
    for candidate in (Path(name), sheet.parent / name):
        if candidate.is_file() or (directory and candidate.is_dir()):
            return str(candidate)
    raise ConfigError(
        f"no such file: {name}",
        where=where,
        remedy="Paths are relative to the working directory or to the sheet.",
    )
