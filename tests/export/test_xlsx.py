from __future__ import annotations

import builtins
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from fixtures.interpretations import BRAF, minimal, nothing_found, rich
from netboard.errors import ConfigError
from netboard.export.xlsx import write_xlsx

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(autouse=True)
def _needs_xlsxwriter(request: pytest.FixtureRequest) -> None:
    if "without_xlsxwriter" not in request.node.name:
        pytest.importorskip("xlsxwriter", reason="xlsxwriter comes with the extra `xlsx`")


def read(path: Path) -> dict[str, list[list[str]]]:
    """Return the cells of each sheet as text, read from the file's own XML."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(node.text or "" for node in item.iter(f"{{{NS['m']}}}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [
            s.attrib["name"]
            for s in ElementTree.fromstring(book.read("xl/workbook.xml")).find("m:sheets", NS) or ()
        ]
        sheets = {}
        for number, name in enumerate(names, 1):
            root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert root.find(".//m:f", NS) is None, "a formula"
            rows = []
            for row in root.iterfind(".//m:row", NS):
                cells = []
                for cell in row.iterfind("m:c", NS):
                    value = cell.findtext("m:v", "", NS)
                    cells.append(shared[int(value)] if cell.get("t") == "s" else value)
                rows.append(cells)
            sheets[name] = rows
        return sheets


def test_settings_and_versions_come_first(tmp_path: Path) -> None:
    write_xlsx(rich(), tmp_path / "x.xlsx")
    sheets = read(tmp_path / "x.xlsx")
    assert list(sheets)[:3] == ["SETTINGS", "DATA_VERSIONS", "VARIANTS"]
    assert sheets["SETTINGS"][0] == ["SECTION", "PARAMETER", "VALUE"]
    assert ["sample", "name", "NB-RICH"] in sheets["SETTINGS"]
    assert ["thresholds", "min_vaf", "0.05"] in sheets["SETTINGS"]
    assert sheets["DATA_VERSIONS"][0] == ["DATABASE", "VERSION", "DESCRIPTION", "URL", "LICENSE"]
    assert ["knowledge", "2026.11", "knowledge base, reviewed 2026-11-20"] in [
        row[:3] for row in sheets["DATA_VERSIONS"]
    ]


def test_every_line_of_the_result_has_a_row(tmp_path: Path) -> None:
    write_xlsx(rich(), tmp_path / "x.xlsx")
    sheets = read(tmp_path / "x.xlsx")
    counts = {name: len(rows) - 1 for name, rows in sheets.items()}
    assert counts["VARIANTS"] == 12
    assert counts["THERAPIES"] == 4
    assert counts["TRIALS"] == 4
    assert counts["PROGNOSIS"] == 3
    assert counts["GENES"] == 23
    assert counts["NOT_ASSESSED"] == 6
    assert counts["SOURCES"] == 6


def test_what_looks_like_a_formula_or_an_address_stays_text(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://x.y","click")'
    finding = replace(BRAF, gene=hostile, reading="+1+1", hgvsc="@SUM(A1)", filter="-2", record="http://x.y")
    write_xlsx(
        replace(rich("=1+1"), findings=(finding,), warnings=("bad \x00\x07 characters",)), tmp_path / "x.xlsx"
    )
    sheets = read(tmp_path / "x.xlsx")
    assert ["sample", "name", "=1+1"] in sheets["SETTINGS"]
    assert {hostile, "+1+1", "@SUM(A1)", "-2"} <= set(sheets["VARIANTS"][1])
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert not any(
            re.search("hyperlink", book.read(name).decode(), re.I)
            for name in book.namelist()
            if "_rels" in name
        )


@pytest.mark.parametrize("build", [nothing_found, minimal])
def test_a_poor_result_still_makes_every_sheet(build: Any, tmp_path: Path) -> None:
    write_xlsx(build(), tmp_path / "x.xlsx")
    write_xlsx(rich(), tmp_path / "y.xlsx")
    assert list(read(tmp_path / "x.xlsx")) == list(read(tmp_path / "y.xlsx"))


def test_without_xlsxwriter_the_error_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name == "xlsxwriter":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"pip install 'netboard\[xlsx\]'"):
        write_xlsx(minimal(), tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []
