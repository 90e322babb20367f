"""Population frequencies from a laboratory's own table, for files that are not annotated with them.

The table is text (also gzip): a line ``##build=GRCh38``, a header ``chrom pos ref alt`` with one or more
columns of frequencies (``AF``, ``AF_grpmax``, ``AF_nfe`` and so on, fractions from 0 to 1, ``.`` where none
is stated), then one allele a line, ``pos`` 1-based. An allele that is not in the table has no frequency: the
table does not say where it was looked for, so its absence says nothing.
"""

from __future__ import annotations

import gzip
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TextIO, cast

from netboard.errors import ConfigError
from netboard.model.variant import Build, Interval, Panel, Variant
from netboard.variants.contigs import chromosome
from netboard.variants.normalise import bare

_PLACE = ("chrom", "pos", "ref", "alt")
_COLUMN = re.compile(r"(gnomad\w*_)?af(_\w+)?", re.IGNORECASE)
_BASES = re.compile(r"[ACGTN]+", re.IGNORECASE)
_REMEDY = "Give ##build=GRCh38 (or GRCh37), then a header: chrom pos ref alt AF (tab-separated)."

Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Population:
    """Frequencies by allele, each with the column that states the highest."""

    name: str
    build: Build
    frequencies: Mapping[Key, tuple[float, str]] = field(default_factory=dict)

    def of(self, variant: Variant) -> tuple[float | None, str]:
        """Return the highest frequency of an allele and where it stands; (None, "") where it does not."""
        found = self.frequencies.get((variant.chrom, *bare(variant.start, variant.ref, variant.alt)))
        return (None, "") if found is None else (found[0], f"{self.name}/{found[1]}")


def with_frequencies(variants: Iterable[Variant], table: Population | None) -> list[Variant]:
    """Return the variants with the table's frequency where it is higher than what the record states."""
    result = []
    for variant in variants:
        value, source = table.of(variant) if table is not None else (None, "")
        known = variant.population_frequency
        if value is not None and (known is None or value > known):
            variant = replace(variant, population_frequency=value, population_source=source)
        result.append(variant)
    return result


def read_population(path: str, panel: Panel, build: Build) -> Population:
    """Return the frequencies that ``path`` states of alleles in the panel's genes.

    Raises
    ------
    ConfigError
        When the file cannot be read, is of another build, or a line is wrong; the error names the line.
    """
    file = Path(path)
    if not file.is_file():
        raise ConfigError("no such file", where=path, remedy="Check the path of the table of frequencies.")
    return _read(path, file.stat().st_mtime_ns, _Places(panel.targets(build)), build)


class _Places:
    """Whether a place lies in a gene of the panel; equal for equal targets, so that a table is read once."""

    def __init__(self, targets: tuple[tuple[Interval, str], ...]) -> None:
        self._targets = targets
        self._by_chrom: dict[str, list[tuple[int, int]]] = {}
        for item, _ in targets:
            spans = self._by_chrom.setdefault(item.chrom, [])
            if spans and item.start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], item.end))
            else:
                spans.append((item.start, item.end))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Places) and self._targets == other._targets

    def __hash__(self) -> int:
        return hash(self._targets)

    def holds(self, chrom: str, start: int) -> bool:
        """Whether the 0-based place lies in a target."""
        spans = self._by_chrom.get(chrom, ())
        index = bisect_right(spans, (start, 1 << 62)) - 1
        return index >= 0 and start < spans[index][1]


@lru_cache(maxsize=2)
def _read(path: str, stamp: int, places: _Places, build: Build) -> Population:
    stated = ""
    columns: list[str] = []
    found: dict[Key, tuple[float, str]] = {}
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                text = line.rstrip("\r\n")
                where = f"{path}:{number}"
                if text.lower().startswith("##build="):
                    stated = text.partition("=")[2].strip()
                elif not text or text.startswith("##"):
                    continue
                elif not columns:
                    columns = _columns(text, where)
                    if stated != build:
                        said = stated or "not stated"
                        raise ConfigError(
                            f"the table of frequencies is of build {said}, the variants are of {build}",
                            where=where,
                            remedy=f"Give a table of {build} that says so in a line ##build={build}.",
                        )
                else:
                    _take(text, columns, where, places, found)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot be read ({getattr(error, 'strerror', None) or error})",
            where=path,
            remedy="Give text, or gzip of it.",
        ) from None
    if not columns:
        raise ConfigError("holds no header", where=path, remedy=_REMEDY)
    return Population(Path(path).name, build, found)


def _opened(path: str) -> TextIO:
    with open(path, "rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    if packed:
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8"))
    return open(path, encoding="utf-8")


def _columns(text: str, where: str) -> list[str]:
    names = [name.strip() for name in text.lstrip("#").split("\t")]
    if [name.lower() for name in names[:4]] != list(_PLACE) or len(names) < 5:
        raise ConfigError("the header is not one of frequencies", where=where, remedy=_REMEDY)
    wrong = [name for name in names[4:] if not _COLUMN.fullmatch(name)]
    if wrong:
        raise ConfigError(
            f"column {wrong[0]!r} is no frequency",
            where=where,
            remedy="Name columns of frequencies AF, AF_grpmax, AF_nfe and so on; leave others out.",
        )
    return names[4:]


def _take(
    text: str, columns: list[str], where: str, places: _Places, found: dict[Key, tuple[float, str]]
) -> None:
    cells = text.split("\t")
    if len(cells) != len(columns) + 4:
        raise ConfigError(
            f"{len(cells)} cells, where the header has {len(columns) + 4}", where=where, remedy=_REMEDY
        )
    chrom, pos, ref, alt = cells[:4]
    if not (pos.isascii() and pos.isdigit() and int(pos)) or not all(map(_BASES.fullmatch, (ref, alt))):
        raise ConfigError(
            "chrom, pos, ref and alt are no allele",
            where=where,
            remedy="One allele a line, bases as in a VCF.",
        )
    name = chromosome(chrom)
    start = int(pos) - 1
    if name is None or not places.holds(name, start):
        return
    for column, cell in zip(columns, cells[4:], strict=True):
        if cell in ("", ".", "NA"):
            continue
        value = _share(cell, where)
        key = (name, *bare(start, ref.upper(), alt.upper()))
        if key not in found or value > found[key][0]:
            found[key] = (value, column)


def _share(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ConfigError(
            f"{cell!r} is no frequency", where=where, remedy="Give fractions from 0 to 1, or . where none is."
        )
    return value
