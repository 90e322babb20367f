"""Finding stored results: what a user may name for the verbs that read them.

An argument is a result (``S.json``), the directory of a batch (``manifest.tsv``, ``samples/S/S.json``
and perhaps ``variants.parquet``), or a directory in which either is searched for.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netboard.errors import InputError


@dataclass(frozen=True, slots=True)
class Batch:
    """The directory of one batch with the rows of its manifest."""

    directory: Path
    rows: tuple[dict[str, str], ...]

    @property
    def parquet(self) -> Path:
        """Where the batch keeps its rows for cohorts (the file may be absent)."""
        return self.directory / "variants.parquet"

    def done(self) -> list[str]:
        """Return the samples with a result."""
        return [row["sample"] for row in self.rows if row["status"] == "done"]

    def results(self) -> list[Path]:
        """Return the result files of the batch, in the order of the manifest.

        Raises
        ------
        InputError
            When the manifest names a sample as done whose result is missing.
        """
        from netboard.output import safe_name

        found = []
        for sample in self.done():
            name = safe_name(sample)
            path = self.directory / "samples" / name / f"{name}.json"
            if not path.is_file():
                raise InputError(
                    f"the manifest says that {sample!r} is done, and its result is missing",
                    where=str(path),
                    remedy="Run the batch again.",
                )
            found.append(path)
        return found


@dataclass(slots=True)
class Found:
    """What the arguments lead to, each file once."""

    results: list[Path] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def all_results(self) -> Iterator[Path]:
        """Yield every result file, those of batches included."""
        yield from self.results
        for batch in self.batches:
            yield from batch.results()


def find(arguments: Sequence[str]) -> Found:
    """Return the results and batches that ``arguments`` name.

    Raises
    ------
    InputError
        When an argument does not exist or leads to no result.
    """
    found = Found()
    known: set[Path] = set()
    for argument in arguments:
        path = Path(argument)
        if path.is_file():
            _add(found, known, [path], [])
            continue
        if not path.is_dir():
            raise InputError("no such file or directory", where=argument, remedy="Check the path.")
        files, batches = _search(path)
        if not files and not batches:
            raise InputError(
                "no result of netboard was found here",
                where=argument,
                remedy="Give S.json files, a batch directory, or a directory that holds either.",
            )
        _add(found, known, files, batches)
    return found


def _add(found: Found, known: set[Path], files: Iterable[Path], batches: Iterable[Batch]) -> None:
    for path in files:
        if (place := path.resolve()) not in known:
            known.add(place)
            found.results.append(path)
    for batch in batches:
        if (place := batch.directory.resolve()) not in known:
            known.add(place)
            found.batches.append(batch)


def _search(directory: Path) -> tuple[list[Path], list[Batch]]:
    files: list[Path] = []
    batches: list[Batch] = []
    for here, folders, names in os.walk(directory):
        place = Path(here)
        if "manifest.tsv" in names and ("samples" in folders or "variants.parquet" in names):
            batches.append(Batch(place, read_manifest(place / "manifest.tsv")))
            folders.clear()
            continue
        # Directories of unfinished writing begin with a dot.
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        files.extend(place / name for name in sorted(names) if _is_result(place / name))
    return files, batches


def _is_result(path: Path) -> bool:
    """Whether a file found by searching is a result: ``S/S.json``, or JSON with the fields of one."""
    if path.suffix != ".json" or path.name.startswith("."):
        return False
    if path.stem == path.parent.name:
        return True
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    if isinstance(data, dict) and {"schema_version", "sample", "findings"} <= set(data):
        return True
    print(f"not a result of netboard, left out: {path}", file=sys.stderr)
    return False


def read_manifest(path: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a batch's manifest.

    Raises
    ------
    InputError
        When it is no manifest.
    """
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = tuple(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the manifest cannot be read ({error})", where=str(path)) from None
    for number, row in enumerate(rows, 2):
        if not row.get("sample") or row.get("status") not in ("done", "failed"):
            raise InputError("no line of a manifest: it needs sample and status", where=f"{path}:{number}")
    return rows
