"""Which clauses of a rule its own cases decide.

A clause that can be taken out of a rule without one case noticing is not tested: the rule could be
loosened there and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.logic import conjunction, evaluate
from netboard.model.evidence import Clause, GroupClause, Knowledge, RuleCase
from netboard.model.facts import Facts

_Path = tuple[int, ...]


def undecided(parts: Sequence[Clause], cases: Sequence[RuleCase], knowledge: Knowledge) -> list[Clause]:
    """Return the leaves of a rule (all of ``parts``) whose removal no case notices.

    Raises
    ------
    ValueError
        When a case states something outside the vocabulary.
    """
    facts = [(facts_from_case(case.given, knowledge), case) for case in cases]
    missed = []
    for index, part in enumerate(parts):
        for path, leaf in _leaves(part):
            rest = without(part, path)
            changed = [*parts[:index], *([rest] if rest is not None else []), *parts[index + 1 :]]
            if changed and not _noticed(changed, facts, knowledge):
                missed.append(leaf)
    return missed


def without(clause: Clause, path: _Path) -> Clause | None:
    """Return ``clause`` without the leaf at ``path`` (indices from the top), or None when nothing is left."""
    if not path:
        return None
    assert isinstance(clause, GroupClause)
    kept: list[Clause] = []
    for index, part in enumerate(clause.clauses):
        left = without(part, path[1:]) if index == path[0] else part
        if left is not None:
            kept.append(left)
    return GroupClause(clause.op, tuple(kept), clause.count) if kept else None


def _leaves(clause: Clause, path: _Path = ()) -> Iterator[tuple[_Path, Clause]]:
    if isinstance(clause, GroupClause):
        for index, part in enumerate(clause.clauses):
            yield from _leaves(part, (*path, index))
    else:
        yield path, clause


def _noticed(parts: Sequence[Clause], facts: Sequence[tuple[Facts, RuleCase]], knowledge: Knowledge) -> bool:
    for known, case in facts:
        proof = conjunction("rule", [evaluate(part, known, knowledge) for part in parts])
        if proof.value is not case.expect:
            return True
    return False
