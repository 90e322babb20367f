"""What differs between two knowledge bases, entry by entry and field by field.

Where an entry stands in its file, and from which directory it came, is no difference; what it says is.
Rules are compared as what they mean and told in words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from netboard.knowledge.show import describe
from netboard.model.evidence import (
    BiomarkerClause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    RuleCase,
)

#: Fields that say where an entry stands and not what it says.
_PLACE = ("file", "provenance", "id", "nct", "symbol", "code")
#: Long texts and lists are not printed twice over.
_LONG = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that was added, removed or changed, with each changed field told in a few words."""

    kind: str
    name: str
    what: Literal["added", "removed", "changed"]
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f": {'; '.join(self.fields)}" if self.fields else ""
        return f"{self.kind} {self.name} {self.what}{told}"


def differences(old: Knowledge, new: Knowledge) -> list[Difference]:
    """Return every difference between two knowledge bases, by kind and then by name."""
    found: list[Difference] = []
    for kind, before, after in _kinds(old, new):
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was is None or now is None:
                found.append(Difference(kind, name, "added" if was is None else "removed"))
            elif fields := tuple(_fields(was, now)):
                found.append(Difference(kind, name, "changed", fields))
    return found


def why(kind: str, name: str, found: Iterable[Difference], knowledge: Knowledge) -> str:
    """Return the differences that explain a change in a report at the entry (``kind``, ``name``).

    The entry itself first; else what it rests on: its drugs, sources, genes, trials of the same gene.
    """
    held = [item for item in found if not _only_cases(item)]
    own = [item for item in held if item.kind == kind and item.name == name]
    if not own and kind == "trial":
        own = [item for item in held if item.kind == "arm" and item.name.startswith(f"{name} ")]
    if own and kind != "gene":
        return " | ".join(map(str, own))
    beside = _rests_on(kind, name, knowledge)
    near = own + [item for item in held if (item.kind, item.name) in beside]
    # What changes a tier or level explains more than a source or a word.
    near.sort(
        key=lambda item: not any("tier" in text or "level" in text for text in (item.kind, *item.fields))
    )
    if near:
        return " | ".join(map(str, near[:3]))
    general = [
        item for item in held if item.kind in ("tumour type", "evidence level", "biomarker", "statement")
    ]
    return " | ".join(map(str, general[:3])) or "no entry of its own changed"


def _only_cases(item: Difference) -> bool:
    """Whether nothing but the cases of a rule changed, which no report shows."""
    return item.what == "changed" and all(text.startswith("cases:") for text in item.fields)


def _rests_on(kind: str, name: str, knowledge: Knowledge) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for item in knowledge.assertions:
        if (kind == "statement" and item.id == name) or (kind == "gene" and name in item.genes):
            found.add(("statement", item.id))
            found |= {("drug", drug) for drug in item.drugs}
            found |= {("gene", gene) for gene in item.genes}
            found |= {("source", source) for source in item.sources}
            found |= {("evidence level", f"{key} {tier}") for key, tier in _tiers(item)}
    return found


def _tiers(item: Any) -> Iterator[tuple[str, str]]:
    yield "amp", item.tier_amp
    yield "escat", item.tier_escat


def _kinds(old: Knowledge, new: Knowledge) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    for kind, entries in _ENTRIES.items():
        yield kind, entries(old), entries(new)


_ENTRIES: dict[str, Callable[[Knowledge], Mapping[str, Any]]] = {
    "statement": lambda base: {item.id: item for item in base.assertions},
    "trial": lambda base: {item.nct: dataclasses.replace(item, arms=()) for item in base.trials},
    "arm": lambda base: {f"{item.nct} {arm.id}": arm for item in base.trials for arm in item.arms},
    "comparison": lambda base: {item.id: item for item in base.comparisons},
    "subgroup": lambda base: {item.name: item for item in base.subgroups},
    "gene": lambda base: dict(base.panel.genes),
    "recurrent alleles of": lambda base: _alleles(base),
    "drug": lambda base: dict(base.therapies),
    "study": lambda base: {item.id: item for item in base.studies},
    "frequency": lambda base: {
        f"{item.gene}, {item.alteration}, {item.source}, {item.tumour}": item for item in base.frequencies
    },
    "biomarker": lambda base: dict(base.biomarkers),
    "tumour type": lambda base: dict(base.tumour_types),
    "evidence level": lambda base: {f"{item.framework} {item.level}": item for item in base.levels},
    "source": lambda base: dict(base.sources),
}


def _alleles(base: Knowledge) -> dict[str, frozenset[Any]]:
    held: dict[str, set[Any]] = {}
    for allele in base.panel.alleles:
        held.setdefault(allele.gene, set()).add(allele)
    return {gene: frozenset(alleles) for gene, alleles in held.items()}


def _fields(was: Any, now: Any) -> Iterator[str]:
    if isinstance(was, frozenset):
        if was != now:
            yield f"{len(now - was)} added, {len(was - now)} removed"
        return
    for field in dataclasses.fields(was):
        if field.name in _PLACE:
            continue
        one, other = getattr(was, field.name), getattr(now, field.name)
        if field.name == "cases":
            one, other = _cases(one), _cases(other)
        if one != other:
            yield from _told(field.name.replace("_", " "), one, other)


def _cases(cases: Iterable[RuleCase]) -> dict[str, Any]:
    return {case.name: (case.given, case.expect, case.reads_as) for case in cases}


def _told(name: str, one: Any, other: Any) -> Iterator[str]:
    if name == "cases":
        added, gone = other.keys() - one.keys(), one.keys() - other.keys()
        altered = [key for key in one.keys() & other.keys() if one[key] != other[key]]
        yield f"cases: {len(added)} added, {len(gone)} removed, {len(altered)} altered"
        return
    if dataclasses.is_dataclass(one) and type(one) is type(other) and not _is_clause(one):
        yield from (f"{name}, {text}" for text in _fields(one, other))
        return
    texts = _words(one), _words(other)
    if max(map(len, texts)) > _LONG:
        yield f"{name} differ{'' if name.endswith('s') else 's'}"
    else:
        yield f"{name} {texts[0]} -> {texts[1]}"


def _is_clause(value: Any) -> bool:
    return isinstance(value, EventClause | BiomarkerClause | ContextClause | GroupClause)


def _words(value: Any) -> str:
    if _is_clause(value):
        return describe(value)
    if isinstance(value, tuple | list):
        return ", ".join(_words(item) for item in value) or "none"
    return str(value) if value not in (None, "") else "none"
