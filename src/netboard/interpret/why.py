"""Why a stored result reads otherwise today: the entry of the knowledge base, the day, or the program.

Where the knowledge that made the stored result is at hand, the result is read with it first: what differs
already then is not the knowledge's doing, and the rest is explained by the entries that differ. Without it
the reason is read from what the result itself stored of every rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from netboard.interpret.changes import changes_between
from netboard.interpret.reread import reinterpret
from netboard.interpret.settings import Settings
from netboard.knowledge.compare import differences, why
from netboard.model.evidence import Knowledge
from netboard.model.result import Change, Evaluation, Interpretation, PrognosisLine, TherapyLine

_NOT_KNOWLEDGE = "not the knowledge: the day of reading or the version of netboard differs"


def explained(
    old: Interpretation, new: Interpretation, knowledge: Knowledge, settings: Settings, today: date,
    was: Knowledge | None = None,
) -> tuple[Change, ...]:  # fmt: skip
    """Return every difference between ``old`` as stored and ``new``, each with its reason.

    ``knowledge`` is that of ``new``; ``was`` that of ``old``, where it is at hand.
    """
    found = changes_between(old, new)
    if was is not None:
        return _by_entries(old, new, found, (was, knowledge), settings, today)
    if old.provenance.get("knowledge_hash") == knowledge.hash:
        return tuple(replace(change, why=_NOT_KNOWLEDGE) for change in found)
    return tuple(replace(change, why=_from_stored(change, old, new)) for change in found)


def _by_entries(
    old: Interpretation, new: Interpretation, found: Sequence[Change], bases: tuple[Knowledge, Knowledge],
    settings: Settings, today: date,
) -> tuple[Change, ...]:  # fmt: skip
    was, knowledge = bases
    differing = differences(was, knowledge)
    then = reinterpret(old, was, settings, today, {})
    of_knowledge = {change.text for change in changes_between(then, new)}
    return tuple(
        replace(
            change,
            why=why(change.kind, change.name, differing, knowledge)
            if change.text in of_knowledge
            else _NOT_KNOWLEDGE,
        )
        for change in found
    )


def _from_stored(change: Change, old: Interpretation, new: Interpretation) -> str:
    """Return the reason as far as the stored evaluations of every rule tell it."""
    base = f"knowledge {' -> '.join(_version(one, old, new) for one in (old, new))}"
    if change.kind == "gene":
        return f"{base}: what is known of gene {change.name} was edited or added"
    before, after = _rules(old, change), _rules(new, change)
    if change.kind == "subgroup" or not (before or after):
        return f"{base}: entry {change.name} was edited or added"
    if not before:
        return f"{base}: entry {change.name} was added{_sources(new, change.name)}"
    if not after:
        return f"{base}: entry {change.name} was withdrawn"
    altered = [
        f"{rule}: {_told(before[rule])} -> {_told(after[rule])}"
        for rule in sorted(before.keys() & after.keys())
        if (before[rule].value, before[rule].code) != (after[rule].value, after[rule].code)
    ]
    if altered:
        return f"{base}: the rule reads otherwise ({'; '.join(altered)}){_sources(new, change.name)}"
    return f"{base}: entry {change.name} was edited, its rule reads as before{_sources(new, change.name)}"


def _version(one: Interpretation, old: Interpretation, new: Interpretation) -> str:
    """Return the version of a result's knowledge, with the begin of its hash where both are of one version."""
    key = "knowledge_version"
    version = str(one.provenance.get(key) or "unknown")
    if old.provenance.get(key) != new.provenance.get(key):
        return version
    return f"{version} ({str(one.provenance.get('knowledge_hash') or 'no hash')[:8]})"


def _rules(result: Interpretation, change: Change) -> dict[str, Evaluation]:
    """Return the evaluations of a statement or biomarker, or of every arm of a trial."""
    name = f"biomarker/{change.name}" if change.kind == "biomarker" else change.name
    return {
        item.rule: item
        for item in result.evaluations
        if item.rule == name or item.rule.startswith(f"{name}/")
    }


def _told(evaluation: Evaluation) -> str:
    return f"{evaluation.value.value}, {evaluation.code.replace('_', ' ')}"


def _sources(new: Interpretation, name: str) -> str:
    """Return the sources of the statement as it stands now, in brackets."""
    lines: tuple[TherapyLine | PrognosisLine, ...] = (*new.therapies, *new.background, *new.prognosis)
    for line in lines:
        if line.id == name and line.sources:
            return f" [{', '.join(line.sources)}]"
    return ""
