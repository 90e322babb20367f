"""What a report says of the assay: which genes were looked at, and what the input could not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netboard.model.result import GeneAssessment, Interpretation
from netboard.report import phrases
from netboard.report.selection import reportable

#: Reading order of the states.
STATES = ("altered", "assessed", "partly", "not_assessed", "undeclared")
SCOPES = ("small_variants", "copy_number", "fusions", "promoter")
#: Above this many names a summary gives their number; the full list stands further down.
_NAMES_SHOWN = 8

_SEEN = {
    "assessed": "assessed",
    "partly_covered": "partly",
    "record_not_read": "partly",
    "absent_assay_undeclared": "undeclared",
}


@dataclass(frozen=True, slots=True)
class GeneRow:
    """A gene with its state in each scope, and the words for it."""

    gene: str
    states: tuple[str, ...]
    words: tuple[str, ...]
    covered: str


@dataclass(frozen=True, slots=True)
class StateGroup:
    """The genes that share a state of small variants."""

    state: str
    title: str
    genes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A line of the summary of what was not assessed: what it is about, and the statement."""

    subject: str
    text: str


def seen_state(gene: GeneAssessment, scope: str) -> str:
    """Return what the assay could see of a gene in one scope, whatever was found there."""
    code = gene.seen.get(scope)
    if code is not None:
        return _SEEN.get(code, "not_assessed")
    state: str = getattr(gene, scope)
    return "assessed" if state == "altered" else state


def gene_rows(genes: Sequence[GeneAssessment]) -> tuple[GeneRow, ...]:
    """Return one row per gene of the panel."""
    rows = []
    for gene in genes:
        states = tuple(str(getattr(gene, scope)) for scope in SCOPES)
        share = "not stated" if gene.covered is None else f"{gene.covered:.0%} ({gene.basis or 'design'})"
        rows.append(GeneRow(gene.gene, states, tuple(phrases.word(phrases.STATES, s) for s in states), share))
    return tuple(rows)


def state_groups(genes: Sequence[GeneAssessment]) -> tuple[StateGroup, ...]:
    """Return the genes by their state of small variants, in reading order, empty states left out."""
    groups = []
    for state in STATES:
        names = tuple(_named(gene) for gene in genes if gene.small_variants == state)
        if names:
            groups.append(StateGroup(state, phrases.word(phrases.STATES, state).capitalize(), names))
    return tuple(groups)


def _named(gene: GeneAssessment) -> str:
    partly = gene.small_variants == "partly" and gene.covered is not None
    return f"{gene.gene} ({gene.covered:.0%})" if partly else gene.gene


def gaps(result: Interpretation) -> tuple[Gap, ...]:
    """Return the short list of what was not assessed, for the top of the report."""
    found = _together(gap for scope in SCOPES[:3] if (gap := _scope_gap(result.genes, scope)) is not None)
    promoters = [item for item in result.not_assessed if item.what.startswith("promoter")]
    found.extend(Gap("Promoter", f"{item.what.split(': ', 1)[-1]}: {item.why}") for item in promoters)
    open_effects = [
        phrases.label(f) for f in reportable(result.findings) if f.event == "undetermined" or f.conflict
    ]
    if open_effects:
        found.append(Gap("Effect open", _names(open_effects, "finding")))
    unmeasured = [item.name for item in result.biomarkers if item.state == "not_assessed"]
    if unmeasured:
        found.append(Gap("Not measured", _names(unmeasured, "biomarker")))
    absent = [phrases.CONTEXT_FIELDS[f] for f in phrases.ASKED_CONTEXT if getattr(result.context, f) is None]
    if absent:
        found.append(Gap("Not given", _names(absent, "item")))
    return tuple(found)


def _together(gaps: Iterable[Gap]) -> list[Gap]:
    """Return the gaps with those of one text under one heading, so that nothing is said three times."""
    subjects: dict[str, list[str]] = {}
    for gap in gaps:
        subjects.setdefault(gap.text, []).append(
            gap.subject if not subjects.get(gap.text) else gap.subject.lower()
        )
    return [Gap(phrases.joined(names), text) for text, names in subjects.items()]


def _scope_gap(genes: Sequence[GeneAssessment], scope: str) -> Gap | None:
    title = phrases.SCOPES[scope]
    by_state: dict[str, list[str]] = {}
    for gene in genes:
        by_state.setdefault(seen_state(gene, scope), []).append(gene.gene)
    missing = {
        state: by_state[state] for state in ("not_assessed", "partly", "undeclared") if state in by_state
    }
    if not missing:
        return None
    if len(missing) == 1 and not by_state.get("assessed"):
        state = next(iter(missing))
        text = {
            "not_assessed": "not assessed in any gene",
            "partly": "only partly assessed, in every gene",
            "undeclared": "not declared for any gene, so nothing found does not mean nothing there",
        }[state]
        return Gap(title, text)
    words = {
        "not_assessed": "not assessed in",
        "partly": "partly assessed in",
        "undeclared": "not declared for",
    }
    total = len(genes)
    parts = [
        f"{words[state]} {len(names)} of {total} genes{_in_brackets(names)}"
        for state, names in missing.items()
    ]
    return Gap(title, "; ".join(parts))


def _in_brackets(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if len(names) <= _NAMES_SHOWN else ""


def _names(names: Sequence[str], noun: str) -> str:
    if len(names) <= _NAMES_SHOWN:
        return ", ".join(names)
    more = phrases.count(len(names) - _NAMES_SHOWN, f"more {noun}", f"more {noun}s")
    return f"{', '.join(names[:_NAMES_SHOWN])} and {more}"
