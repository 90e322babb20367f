"""All that netboard says of a tumour, one line each, as it is kept for review in ``letters/``.

Left out is what stands in the knowledge base word for word (statements, notes, titles, citations): a letter tells
what was concluded, from what, and what would settle the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from netboard.model.evidence import Truth
from netboard.model.result import Interpretation, Proof

FOLDER = Path(__file__).resolve().parent / "letters"
#: Told of the knowledge base, whatever the tumour.
_TOLD_ELSEWHERE = {
    "statement", "notes", "title", "approval", "evidence", "sources", "clause", "children", "limits", "year", "phase",
    "status", "as_of", "numbers", "drugs", "arm", "record",
}  # fmt: skip
_SECTIONS = (
    "findings", "non_coding", "alterations", "clonality", "therapies", "background", "prognosis", "comparisons",
    "trials", "subgroups", "biomarkers", "not_assessed",
)  # fmt: skip


def letter(name: str, story: str, result: Interpretation) -> str:
    """Return a vignette's letter as text."""
    lines = [f"# {name}", f"# {story}", ""]
    for section in _SECTIONS:
        lines += [f"## {section}", *_items(getattr(result, section), 0), ""]
    lines += ["## genes", *_genes(result), ""]
    lines += ["## rules", *(f"- {e.rule}: {_plain(e)}" for e in result.evaluations), ""]
    lines += ["## said beside", *(f"- {text}" for text in result.warnings)]
    lines += [f"- {key}: {_word(value)}" for key, value in result.counts.items()]
    lines += [
        f"- {key} kept: {', '.join(sorted(_ids(value)))}" for key, value in result.knowledge_slice.items()
    ]
    return "\n".join(lines) + "\n"


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(str, value)
    elif isinstance(value, list | tuple):
        yield from (str(item.get("id") or item.get("gene") or sorted(item)) for item in value)


def _items(items: tuple[Any, ...], depth: int) -> Iterator[str]:
    for item in items:
        if isinstance(item, Proof):
            yield f"{'  ' * depth}- {item.clause}: {_plain(item)}"
            yield from _items(item.children, depth + 1)
            continue
        yield f"{'  ' * depth}- {_plain(item)}"
        for field in fields(item):
            value = getattr(item, field.name)
            if isinstance(value, tuple) and value and is_dataclass(value[0]):
                yield from _items(value, depth + 1)


def _plain(item: Any) -> str:
    """Return the fields of an item that are told, but for those that have lines of their own."""
    told = []
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in (*_TOLD_ELSEWHERE, "rule", "proof") or value in (None, "", (), False, {}):
            continue
        if isinstance(value, tuple) and is_dataclass(value[0]):
            continue
        told.append(f"{field.name}={_word(value)}")
    return "; ".join(told)


def _word(value: Any) -> str:
    if isinstance(value, Truth):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        inner = [_plain(value)]
        inner += [f"[{_plain(part)}]" for f in fields(value) for part in _nouns(getattr(value, f.name))]
        return f"({' '.join(inner)})"
    if isinstance(value, tuple | list):
        return " + ".join(map(_word, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_word(part)}" for key, part in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _nouns(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and value and is_dataclass(value[0]) else ()


def _genes(result: Interpretation) -> Iterator[str]:
    """Return the states of the genes, those of one state in one line."""
    states: dict[str, list[str]] = {}
    for gene in result.genes:
        states.setdefault(_plain(gene).partition("; ")[2], []).append(gene.gene)
    for state, genes in states.items():
        yield f"- {', '.join(genes)}: {state}"
