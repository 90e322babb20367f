"""The compiled knowledge kept on disk between runs, so that a run does not read YAML again.

The key is of the content of the knowledge, the package version and the shape of the nouns; see
:mod:`netboard.knowledge.stored` for the files.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable
from typing import Any

from netboard.knowledge.panel import PANEL_NOUNS, panel_of
from netboard.knowledge.stored import build_noun, fields_of, read_stored, shape_of, write_stored
from netboard.model.evidence import (
    Arm,
    Assertion,
    Biomarker,
    BiomarkerClause,
    Clause,
    ComparisonRule,
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
from netboard.model.markers import ArmsMeasure, BurdenMeasure, Outcome, SignatureMeasure
from netboard.model.standard import AlterationRules, CriterionRule, Standard

#: Raise when the way of encoding or compiling changes and the nouns do not.
_FORMAT = 1
_NOUNS = (
    *PANEL_NOUNS, AlterationRules, Arm, ArmsMeasure, Assertion, Biomarker, BiomarkerClause, BurdenMeasure,
    ComparisonRule, ContextClause, CriterionRule, EventClause, Evidence, Frequency, GroupClause, Knowledge, Level,
    Outcome, RuleCase, SignatureMeasure, Source, Standard, Study, SubgroupRule, Therapy, Trial, TumourType,
)  # fmt: skip


def cache_key(content_hash: str, package_version: str) -> str:
    """Return the key of a compiled knowledge: content, package and the fields of every noun."""
    text = f"{_FORMAT}\n{package_version}\n{content_hash}\n{shape_of(_NOUNS)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read(key: str) -> Knowledge | None:
    """Return the knowledge stored under ``key``, or None when there is none or it is damaged."""
    # Thousands of objects are made that all stay: to look for garbage among them only takes time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        data = read_stored(f"knowledge-{key}")
        return None if data is None else decode(data)
    except (ValueError, TypeError, LookupError):
        return None
    finally:
        if collecting:
            gc.enable()


def write(key: str, knowledge: Knowledge) -> None:
    """Store ``knowledge`` under ``key`` if the cache can be written; else do nothing."""
    write_stored(f"knowledge-{key}", encode(knowledge))


# ---------------------------------------------------------------- encoding


def encode(value: Any) -> Any:
    """Return ``value`` as lists, mappings and scalars: a noun is the list of its fields in order."""
    if isinstance(value, Truth):
        return value.value
    kind = type(value)
    if kind in _CLAUSES:
        return [_CLAUSES[kind], *(encode(getattr(value, name)) for name in fields_of(kind))]
    if kind in _NOUNS:
        return [encode(getattr(value, name)) for name in fields_of(kind)]
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
    given = dict(zip(fields_of(Knowledge), data, strict=True))
    given["panel"] = panel_of(given["panel"])
    given["assertions"] = tuple(_assertion(row) for row in given["assertions"])
    given["trials"] = tuple(_trial(row) for row in given["trials"])
    given["therapies"] = {name: _therapy(row) for name, row in given["therapies"].items()}
    nouns = (("tumour_types", TumourType), ("sources", Source))
    for name, noun in nouns:
        given[name] = {key: _flat(noun, row) for key, row in given[name].items()}
    given["biomarkers"] = {key: _biomarker(row) for key, row in given["biomarkers"].items()}
    given["frequencies"] = tuple(Frequency(*row) for row in given["frequencies"])
    given["subgroups"] = tuple(
        build_noun(SubgroupRule, row, when=_maybe_clause, context=_maybe_clause, cases=_cases)
        for row in given["subgroups"]
    )
    given["studies"] = tuple(
        build_noun(Study, row, results=lambda rows: tuple((tuple(drugs), text) for drugs, text in rows))
        for row in given["studies"]
    )
    given["levels"] = tuple(Level(*row) for row in given["levels"])
    given["comparisons"] = tuple(
        build_noun(ComparisonRule, row, context=_clause, cases=_cases) for row in given["comparisons"]
    )
    given["oncogenicity"] = build_noun(
        Standard,
        given["oncogenicity"],
        criteria=lambda rows: tuple(build_noun(CriterionRule, row) for row in rows),
        classes=lambda rows: tuple((least, name) for least, name in rows),
    )
    given["alterations"] = AlterationRules(*given["alterations"])
    given["overlays"] = tuple(given["overlays"])
    return Knowledge(**given)


def _biomarker(row: list[Any]) -> Biomarker:
    return build_noun(  # type: ignore[no-any-return]
        Biomarker,
        row,
        arms=lambda data: None if data is None else _flat(ArmsMeasure, data),
        burden=lambda data: None if data is None else _flat(BurdenMeasure, data),
        signature=lambda data: None if data is None else _flat(SignatureMeasure, data),
        outcomes=lambda rows: tuple(build_noun(Outcome, item, when=_clause, cases=_cases) for item in rows),
        context=_maybe_clause,
    )


def _flat(noun: Callable[..., Any], row: list[Any]) -> Any:
    return noun(*[tuple(item) if type(item) is list else item for item in row])


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
    return build_noun(  # type: ignore[no-any-return]
        Assertion,
        row,
        when=_clause,
        context=_maybe_clause,
        evidence=lambda item: Evidence(*item),
        cases=_cases,
        approved=_maybe_clause,
        approval_cases=_cases,
    )


def _arm(row: list[Any]) -> Arm:
    return build_noun(Arm, row, when=_clause, context=_maybe_clause, cases=_cases)  # type: ignore[no-any-return]


def _trial(row: list[Any]) -> Trial:
    return build_noun(  # type: ignore[no-any-return]
        Trial, row, arms=lambda arms: tuple(_arm(arm) for arm in arms), context=_maybe_clause
    )


def _therapy(row: list[Any]) -> Therapy:
    return build_noun(  # type: ignore[no-any-return]
        Therapy,
        row,
        feedback=lambda items: tuple((note, source) for note, source in items),
        remarks=lambda items: tuple((note, tuple(sources)) for note, sources in items),
        approved=_maybe_clause,
        approval_cases=_cases,
    )
