"""The compiled knowledge kept on disk between runs, so that a run does not read YAML again.

A cache file is JSON, never code: one line with the digest of the body, then the body. Its name holds
the key (content of the knowledge, package version and the shape of the nouns), so a stale file is
simply not found; a damaged one does not match its digest and is built anew. Nothing here may fail a
run: where the directory cannot be written, the knowledge is compiled each time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netboard.model.evidence import (
    Arm,
    Assertion,
    Biomarker,
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    Evidence,
    Frequency,
    GroupClause,
    Knowledge,
    Level,
    RuleCase,
    Source,
    Study,
    SubgroupRule,
    Therapy,
    Trial,
    Truth,
    TumourType,
)
from netboard.model.variant import Gene, Interval, KnownAllele, Panel, Promoter, Transcript

#: Raise when the way of encoding or compiling changes and the nouns do not.
_FORMAT = 1
#: Cache files kept beside the newest.
_KEEP = 4
_NOUNS = (
    Arm, Assertion, Biomarker, BiomarkerClause, ContextClause, EventClause, Evidence, Frequency, Gene, GroupClause,
    Interval, Knowledge, KnownAllele, Level, Panel, Promoter, RuleCase, Source, Study, SubgroupRule, Therapy,
    Transcript, Trial, TumourType,
)  # fmt: skip


def cache_directory() -> Path | None:
    """Return the user's cache directory for netboard, or None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and os.path.isabs(base):
        return Path(base) / "netboard"
    home = os.path.expanduser("~")
    return Path(home) / ".cache" / "netboard" if os.path.isabs(home) else None


def cache_key(content_hash: str, package_version: str) -> str:
    """Return the key of a compiled knowledge: content, package and the fields of every noun."""
    shape = ";".join(f"{noun.__name__}:{','.join(_fields(noun))}" for noun in _NOUNS)
    text = f"{_FORMAT}\n{package_version}\n{content_hash}\n{shape}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read(key: str) -> Knowledge | None:
    """Return the knowledge stored under ``key``, or None when there is none or it is damaged."""
    directory = cache_directory()
    if directory is None:
        return None
    try:
        digest, _, body = (directory / f"knowledge-{key}.json").read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        return decode(json.loads(body))
    except (OSError, ValueError, TypeError, LookupError):
        return None


def write(key: str, knowledge: Knowledge) -> None:
    """Store ``knowledge`` under ``key`` if the cache can be written; else do nothing."""
    directory = cache_directory()
    if directory is None:
        return
    from netboard.output import write_atomic

    body = json.dumps(encode(knowledge), separators=(",", ":"), ensure_ascii=False).encode()
    try:
        write_atomic(
            directory / f"knowledge-{key}.json", hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        )
        _prune(directory)
    except OSError:
        return


def _prune(directory: Path) -> None:
    files = sorted(directory.glob("knowledge-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEEP:]:
        path.unlink(missing_ok=True)


def _fields(noun: type) -> tuple[str, ...]:
    slots: tuple[str, ...] = getattr(noun, "__slots__", ())
    return slots


# ---------------------------------------------------------------- encoding


def encode(value: Any) -> Any:
    """Return ``value`` as lists, mappings and scalars: a noun is the list of its fields in order."""
    if isinstance(value, Truth):
        return value.value
    kind = type(value)
    if kind in _CLAUSES:
        return [_CLAUSES[kind], *(encode(getattr(value, name)) for name in _fields(kind))]
    if kind in _NOUNS:
        return [encode(getattr(value, name)) for name in _fields(kind)]
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(name): encode(item) for name, item in value.items()}
    return value


_CLAUSES: dict[type, str] = {EventClause: "e", BiomarkerClause: "b", ContextClause: "c", GroupClause: "g"}


# ---------------------------------------------------------------- decoding


def decode(data: Any) -> Knowledge:
    """Return the knowledge that :func:`encode` wrote.

    Raises
    ------
    ValueError, TypeError, LookupError
        When ``data`` is not of that shape.
    """
    given = dict(zip(_fields(Knowledge), data, strict=True))
    given["panel"] = _panel(given["panel"])
    given["assertions"] = tuple(_assertion(row) for row in given["assertions"])
    given["trials"] = tuple(_trial(row) for row in given["trials"])
    given["therapies"] = {name: _therapy(row) for name, row in given["therapies"].items()}
    nouns = (("tumour_types", TumourType), ("sources", Source), ("biomarkers", Biomarker))
    for name, noun in nouns:
        given[name] = {key: _flat(noun, row) for key, row in given[name].items()}
    given["frequencies"] = tuple(Frequency(*row) for row in given["frequencies"])
    given["subgroups"] = tuple(
        _build(SubgroupRule, row, when=_maybe_clause, context=_maybe_clause, cases=_cases)
        for row in given["subgroups"]
    )
    given["studies"] = tuple(
        _build(Study, row, results=lambda rows: tuple((tuple(drugs), text) for drugs, text in rows))
        for row in given["studies"]
    )
    given["levels"] = tuple(Level(*row) for row in given["levels"])
    given["overlays"] = tuple(given["overlays"])
    return Knowledge(**given)


def _flat(noun: Callable[..., Any], row: list[Any]) -> Any:
    return noun(*[tuple(item) if type(item) is list else item for item in row])


def _build(noun: type, row: list[Any], **readers: Callable[[Any], Any]) -> Any:
    """Return a noun from its row; the named fields are read by their own readers."""
    values = []
    for name, item in zip(_fields(noun), row, strict=True):
        reader = readers.get(name)
        values.append(reader(item) if reader is not None else tuple(item) if type(item) is list else item)
    return noun(*values)


def _clause(row: list[Any]) -> Clause:
    kind = row[0]
    if kind == "e":
        return EventClause(row[1], tuple(row[2]), tuple(row[3]), *row[4:])
    if kind == "g":
        return GroupClause(row[1], tuple(_clause(part) for part in row[2]), row[3])
    if kind == "c":
        return ContextClause(row[1], tuple(row[2]), *row[3:])
    if kind == "b":
        return BiomarkerClause(*row[1:])
    raise ValueError(f"clause of kind {kind!r}")


def _maybe_clause(row: list[Any] | None) -> Clause | None:
    return None if row is None else _clause(row)


def _cases(rows: list[Any]) -> tuple[RuleCase, ...]:
    return tuple(
        RuleCase(name, given, Truth(expect), where, reads) for name, given, expect, where, reads in rows
    )


def _assertion(row: list[Any]) -> Assertion:
    return _build(  # type: ignore[no-any-return]
        Assertion,
        row,
        when=_clause,
        context=_maybe_clause,
        evidence=lambda item: Evidence(*item),
        cases=_cases,
    )


def _arm(row: list[Any]) -> Arm:
    return _build(Arm, row, when=_clause, context=_maybe_clause, cases=_cases)  # type: ignore[no-any-return]


def _trial(row: list[Any]) -> Trial:
    return _build(  # type: ignore[no-any-return]
        Trial, row, arms=lambda arms: tuple(_arm(arm) for arm in arms), context=_maybe_clause
    )


def _therapy(row: list[Any]) -> Therapy:
    return _build(  # type: ignore[no-any-return]
        Therapy,
        row,
        feedback=lambda items: tuple((note, source) for note, source in items),
        remarks=lambda items: tuple((note, tuple(sources)) for note, sources in items),
    )


def _panel(row: list[Any]) -> Panel:
    return _build(  # type: ignore[no-any-return]
        Panel,
        row,
        genes=lambda genes: {symbol: _gene(gene) for symbol, gene in genes.items()},
        alleles=lambda alleles: tuple([KnownAllele(*allele) for allele in alleles]),
    )


def _gene(row: list[Any]) -> Gene:
    return _build(  # type: ignore[no-any-return]
        Gene,
        row,
        transcripts=lambda rows: tuple(_transcript(item) for item in rows),
        promoters=lambda rows: tuple(Promoter(build, Interval(*span)) for build, span in rows),
    )


def _transcript(row: list[Any]) -> Transcript:
    return _build(  # type: ignore[no-any-return]
        Transcript, row, exons=lambda exons: tuple([(start, end) for start, end in exons])
    )
