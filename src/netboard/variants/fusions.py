"""Fusions of a sample from the table of an RNA caller: Arriba, STAR-Fusion, or four plain columns.

Recognised by the header. A table holds what was called and not what was looked at, so it brings findings
and never the statement that a gene without one was assessed: the assay declares that. Breakpoints are
1-based in the file (``chr2:42522656``, STAR-Fusion adds the strand) and 0-based here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from netboard.errors import InputError
from netboard.model.variant import Build, Panel, Rearrangement
from netboard.variants.contigs import LENGTHS, chromosome

_BREAKPOINT = re.compile(r"([^:\s]+):(\d+)(?::[+-])?")
#: Arriba writes the neighbours of an intergenic breakpoint: ``A(1234),B(567)``.
_NEIGHBOUR = re.compile(r"\(\d+\)")
_REMEDY = "Give Arriba's fusions.tsv, STAR-Fusion's table, or columns gene1 gene2 breakpoint1 breakpoint2."

Row = Mapping[str, str]
#: Gene and breakpoint of either end, the caller's filter and frame.
Ends = tuple[str, str, str, str, str, str]


def read_fusions(path: str, panel: Panel, build: Build, sample: str) -> tuple[Rearrangement, ...]:
    """Return the fusions of ``path`` that touch a gene of the panel, each once.

    Raises
    ------
    InputError
        When the file cannot be read, no known header is found, or a line is no fusion; the error names
        the line.
    """
    symbols = _symbols(panel)
    found: dict[tuple[object, ...], Rearrangement] = {}
    for where, line, kind, (one, at, other, there, status, frame) in _rows(path):
        gene, mate = symbols.get(_name(one), ""), symbols.get(_name(other), "")
        (chrom, start), (mate_chrom, mate_start) = _place(at, where, build), _place(there, where, build)
        if not gene and not mate:
            continue
        ends = [(chrom, start, gene or _name(one)), (mate_chrom, mate_start, mate or _name(other))]
        first, second = ends if gene else ends[::-1]
        found.setdefault(
            (*first, *second),
            Rearrangement(
                build=build, sample=sample, chrom=first[0], start=first[1], mate_chrom=second[0],
                mate_start=second[1], kind="FUSION", gene=first[2], mate_gene=second[2],
                filters=(status,), source=f"{kind} table{', ' + frame if frame else ''}", written=line,
            ),
        )  # fmt: skip
    return tuple(found.values())


def _symbols(panel: Panel) -> dict[str, str]:
    """Return the panel's symbol by symbol and alias; an alias of two genes names none."""
    names: dict[str, set[str]] = {}
    for gene in panel.genes.values():
        for alias in gene.aliases:
            names.setdefault(alias, set()).add(gene.symbol)
    known = {alias: next(iter(held)) for alias, held in names.items() if len(held) == 1}
    return known | {symbol: symbol for symbol in panel.genes}


def _name(text: str) -> str:
    """Return a gene's symbol: without STAR-Fusion's ``^ENSG...``; "" for an intergenic place."""
    if _NEIGHBOUR.search(text) or text in (".", ""):
        return ""
    return text.partition("^")[0].strip()


def _rows(path: str) -> Iterator[tuple[str, str, str, Ends]]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot be read ({getattr(error, 'strerror', None) or 'no text'})", where=path, remedy=_REMEDY
        ) from None
    header = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("##")), None)
    names = [] if header is None else [name.strip() for name in lines[header].lstrip("#").split("\t")]
    reader = next((item for item in _READERS if set(item[1]) <= set(names)), None)
    if header is None or reader is None:
        raise InputError("no header of a fusion table is known", where=path, remedy=_REMEDY)
    kind, _, take = reader
    for number, line in enumerate(lines[header + 1 :], header + 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        if len(cells) != len(names):
            raise InputError(
                f"{len(cells)} cells, where the header has {len(names)}",
                where=f"{path}:{number}",
                remedy=_REMEDY,
            )
        row = dict(zip(names, (cell.strip() for cell in cells), strict=True))
        yield f"{path}:{number}", line, kind, take(row)


def _place(text: str, where: str, build: Build) -> tuple[str, int]:
    match = _BREAKPOINT.fullmatch(text)
    chrom = chromosome(match[1]) if match else None
    if match is None or chrom is None or int(match[2]) < 1:
        raise InputError(
            f"{text!r} is no breakpoint",
            where=where,
            remedy="Give chromosome:position, for instance 2:42522656.",
        )
    start = int(match[2]) - 1
    if start >= LENGTHS[build].get(chrom, 1 << 40):
        raise InputError(
            f"{text!r} lies beyond chromosome {chrom} of {build}",
            where=where,
            remedy=f"Give fusions called on {build}.",
        )
    return chrom, start


def _arriba(row: Row) -> Ends:
    confidence = row["confidence"].lower()
    status = "PASS" if confidence in ("high", "medium") else f"{confidence or 'no'}_confidence"
    frame = row.get("reading_frame", "")
    ends = (row["gene1"], row["breakpoint1"], row["gene2"], row["breakpoint2"])
    return (*ends, status, "" if frame in (".", "") else frame)


def _star_fusion(row: Row) -> Ends:
    frame = row.get("PROT_FUSION_TYPE", "")
    ends = (row["LeftGene"], row["LeftBreakpoint"], row["RightGene"], row["RightBreakpoint"])
    return (*ends, "PASS", "" if frame in (".", "") else frame.lower())


def _plain(row: Row) -> Ends:
    ends = (row["gene1"], row["breakpoint1"], row["gene2"], row["breakpoint2"])
    return (*ends, row.get("filter", "") or ".", "")


_READERS: tuple[tuple[str, tuple[str, ...], Callable[[Row], Ends]], ...] = (
    ("Arriba", ("gene1", "gene2", "breakpoint1", "breakpoint2", "confidence"), _arriba),
    ("STAR-Fusion", ("LeftGene", "LeftBreakpoint", "RightGene", "RightBreakpoint"), _star_fusion),
    ("fusion", ("gene1", "gene2", "breakpoint1", "breakpoint2"), _plain),
)
