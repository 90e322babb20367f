"""Molecular subgroups of the tumour, as far as the input allows."""

from __future__ import annotations

from netboard.knowledge.logic import conjunction, evaluate, leaves
from netboard.model.evidence import Knowledge, SubgroupRule, Truth
from netboard.model.facts import Facts
from netboard.model.result import Evaluation, Proof, SubgroupLine


def evaluate_subgroups(
    knowledge: Knowledge, facts: Facts
) -> tuple[tuple[SubgroupLine, ...], tuple[Evaluation, ...]]:
    """Return one line per subgroup whose context does not exclude this tumour, and the proofs of their rules."""
    lines: list[SubgroupLine] = []
    evaluations: list[Evaluation] = []
    for rule in knowledge.subgroups:
        line, proof = _line(rule, knowledge, facts)
        if line is not None:
            lines.append(line)
        if proof is not None:
            name = f"subgroup/{rule.name}"
            evaluations.append(Evaluation(name, proof.value, proof.code, proof.because, proof.needs, proof))
    order = ("yes", "unknown", "not_assessable", "no")
    return tuple(sorted(lines, key=lambda line: (order.index(line.state), line.name))), tuple(evaluations)


def _because(proof: Proof) -> str:
    """Return what decided, in words: for a no, what was found and what was looked for in vain."""
    if proof.value is Truth.YES:
        return "; ".join(proof.because)
    if proof.value is Truth.UNKNOWN:
        found = [item for leaf in leaves(proof) if leaf.value is Truth.YES for item in leaf.because]
        return "; ".join([*found, *proof.needs]) or proof.code.replace("_", " ")
    parts: list[str] = []
    for leaf in leaves(proof):
        if leaf.value is Truth.YES:
            parts.extend(leaf.because)
        elif leaf.code == "absent_covered":
            parts.append(f"{leaf.clause.split(':')[0]} looked for and not found")
    return "; ".join(dict.fromkeys(parts)) or "does not fit"


def _line(rule: SubgroupRule, knowledge: Knowledge, facts: Facts) -> tuple[SubgroupLine | None, Proof | None]:
    context = evaluate(rule.context, facts, knowledge) if rule.context is not None else None
    if context is not None and context.value is Truth.NO:
        return None, None
    if rule.when is None:
        why = rule.not_assessable
        return SubgroupLine(
            rule.name, rule.genes, "not_assessable", why, rule.statement, rule.sources
        ), None  # fmt: skip
    proof = evaluate(rule.when, facts, knowledge)
    if context is not None:
        proof = conjunction(rule.name, [proof, context])
    because = _because(proof)
    line = SubgroupLine(rule.name, rule.genes, proof.value.value, because, rule.statement, rule.sources)
    return line, proof
