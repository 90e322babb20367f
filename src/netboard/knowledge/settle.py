"""Which one test or field would settle a rule that is unknown.

A need settles a rule when the rule has a value whatever the answer to it, all other clauses staying as
they are. What only one of two answers would decide is no near miss: the other answer would leave the rule
open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netboard.knowledge.logic import negate
from netboard.model.evidence import Clause, EventClause, GroupClause, Truth
from netboard.model.result import Proof

#: Needs that are tried at most; a rule with more open ends than this is settled by none of them alone.
_MOST = 12
#: Gaps of a clause on inherited variants after which a germline test would still be missing.
_FURTHER_TEST = (
    "class_not_assayed", "not_covered", "no_copy_number_call", "partly_covered", "record_not_read", "build_in_doubt",
    "absent_assay_undeclared",
)  # fmt: skip


def settled_by(clause: Clause, proof: Proof, children: Sequence[Proof] | None = None) -> tuple[str, ...]:
    """Return the needs of an unknown ``clause`` of which each alone would give it a value.

    ``proof`` is the clause's evaluation; ``children`` are the proofs of its parts where ``proof`` groups
    them in another way.
    """
    if proof.value is not Truth.UNKNOWN or len(proof.needs) > _MOST:
        return ()
    return tuple(need for need in proof.needs if _settles(need, clause, proof, children))


def _settles(need: str, clause: Clause, proof: Proof, children: Sequence[Proof] | None) -> bool:
    def answered(answer: Truth) -> Callable[[Proof], Truth]:
        def value(leaf: Proof) -> Truth:
            return answer if leaf.value is Truth.UNKNOWN and leaf.needs == (need,) else leaf.value

        return value

    return all(
        _value(clause, proof, answered(answer), children) is not Truth.UNKNOWN
        for answer in (Truth.YES, Truth.NO)
    )


def _value(
    clause: Clause, proof: Proof, leaf: Callable[[Proof], Truth], children: Sequence[Proof] | None = None
) -> Truth:
    if isinstance(clause, EventClause) and clause.origin == "germline" and proof.code in _FURTHER_TEST:
        # To look at the gene in the tumour is not yet to know what is inherited.
        return proof.value
    if not isinstance(clause, GroupClause):
        return leaf(proof)
    parts = proof.children if children is None else children
    values = [_value(part, child, leaf) for part, child in zip(clause.clauses, parts, strict=True)]
    if clause.op == "at_least":
        sure = sum(value is Truth.YES for value in values)
        possible = sum(value is not Truth.NO for value in values)
        return Truth.YES if sure >= clause.count else Truth.UNKNOWN if possible >= clause.count else Truth.NO
    if clause.op == "all_of":
        return min(values, key=lambda value: value.rank)
    greatest = max(values, key=lambda value: value.rank)
    return negate(greatest) if clause.op == "none_of" else greatest
