"""Which clauses of a rule its own cases decide, and which of its limits they hold.

A clause that can be taken out of a rule without one case noticing is not tested: the rule could be
loosened there and nobody would see it. The same is true of what narrows a clause: a named allele, an
origin, the end of a range, that a variant must be held pathogenic, or a tumour type that could be
widened to the group above it. :func:`undecided` and :func:`unguarded` find both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.logic import conjunction, evaluate
from netboard.model.evidence import (
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    RuleCase,
)
from netboard.model.facts import Facts

_Path = tuple[int, ...]


class Tested:
    """A rule (all of ``parts``) with its cases, ready to be loosened.

    Raises
    ------
    ValueError
        When a case states something outside the vocabulary.
    """

    def __init__(self, parts: Sequence[Clause], cases: Sequence[RuleCase], knowledge: Knowledge) -> None:
        self.parts = tuple(parts)
        self.knowledge = knowledge
        self._facts: list[tuple[Facts, RuleCase]] = [
            (facts_from_case(case.given, knowledge), case) for case in cases
        ]

    def leaves(self) -> Iterator[tuple[int, _Path, Clause]]:
        """Yield (part, path inside it, leaf) of every leaf."""
        for index, part in enumerate(self.parts):
            yield from ((index, path, leaf) for path, leaf in _leaves(part))

    def undecided(self) -> list[Clause]:
        """Return the leaves whose removal no case notices."""
        missed = []
        for index, path, leaf in self.leaves():
            rest = without(self.parts[index], path)
            changed = [*self.parts[:index], *([rest] if rest is not None else []), *self.parts[index + 1 :]]
            if changed and not self._noticed(changed):
                missed.append(leaf)
        return missed

    def unguarded(self) -> list[tuple[Clause, str]]:
        """Return (leaf, the limit) for each limit of a leaf that can be dropped unnoticed."""
        missed = []
        for index, path, leaf in self.leaves():
            for limit, looser in loosened(leaf, self.knowledge):
                changed = list(self.parts)
                changed[index] = _put(self.parts[index], path, looser)
                if not self._noticed(changed):
                    missed.append((leaf, limit))
        return missed

    def limits(self) -> int:
        """Return how many leaves and limits there are to be held."""
        return sum(1 + len(list(loosened(leaf, self.knowledge))) for _, _, leaf in self.leaves())

    def _noticed(self, parts: Sequence[Clause]) -> bool:
        for known, case in self._facts:
            proof = conjunction("rule", [evaluate(part, known, self.knowledge) for part in parts])
            if proof.value is not case.expect:
                return True
        return False


def undecided(parts: Sequence[Clause], cases: Sequence[RuleCase], knowledge: Knowledge) -> list[Clause]:
    """Return the leaves of a rule (all of ``parts``) whose removal no case notices."""
    return Tested(parts, cases, knowledge).undecided()


def unguarded(
    parts: Sequence[Clause], cases: Sequence[RuleCase], knowledge: Knowledge
) -> list[tuple[Clause, str]]:
    """Return (leaf, the limit in words) for each limit of a rule that no case holds."""
    return Tested(parts, cases, knowledge).unguarded()


def loosened(leaf: Clause, knowledge: Knowledge) -> Iterator[tuple[str, Clause]]:
    """Yield (limit in words, the leaf without it) for everything that narrows a leaf."""
    if isinstance(leaf, EventClause):
        if leaf.alleles:
            yield f"alleles: {', '.join(leaf.alleles)}", replace(leaf, alleles=())
        if leaf.origin != "any":
            yield f"origin: {leaf.origin}", replace(leaf, origin="any")
        return
    if isinstance(leaf, BiomarkerClause | ContextClause):
        if leaf.at_least is not None and (leaf.at_most is not None or isinstance(leaf, BiomarkerClause)):
            yield f"at_least: {leaf.at_least:g}", replace(leaf, at_least=leaf.at_least / 100)
        if leaf.at_most is not None:
            yield f"at_most: {leaf.at_most:g}", replace(leaf, at_most=leaf.at_most * 100)
    if isinstance(leaf, ContextClause) and leaf.field == "tumour_type":
        for value in leaf.values:
            known = knowledge.tumour_types.get(value)
            for parent in known.parents if known is not None else ():
                if not knowledge.ancestors(parent) & set(leaf.values):
                    wider = tuple(parent if word == value else word for word in leaf.values)
                    yield f"tumour_type: {value} and not {parent}", replace(leaf, values=wider)


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


def _put(clause: Clause, path: _Path, leaf: Clause) -> Clause:
    """Return ``clause`` with ``leaf`` at ``path``."""
    if not path:
        return leaf
    assert isinstance(clause, GroupClause)
    kept = tuple(
        _put(part, path[1:], leaf) if index == path[0] else part for index, part in enumerate(clause.clauses)
    )
    return GroupClause(clause.op, kept, clause.count)


def _leaves(clause: Clause, path: _Path = ()) -> Iterator[tuple[_Path, Clause]]:
    if isinstance(clause, GroupClause):
        for index, part in enumerate(clause.clauses):
            yield from _leaves(part, (*path, index))
    else:
        yield path, clause
