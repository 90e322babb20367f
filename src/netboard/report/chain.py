"""The whole chain of a finding: from the record in the file to every statement that rests on it.

The report shows it behind one click and ``netboard explain`` prints it: the same facts in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from netboard.model.result import (
    Evaluation,
    Finding,
    Interpretation,
    PrognosisLine,
    Proof,
    TherapyLine,
    TrialLine,
)
from netboard.report import phrases
from netboard.report.findings import Fact, row
from netboard.report.statement_rows import ProofNode

#: Clauses of one group that are all shown; of more, those without anything found are counted.
_SHOWN = 4
_SIGNS = {"yes": "+", "no": "-", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class ChainRule:
    """A rule that a finding takes part in: its value, its clauses, and what the report says for it."""

    title: str
    value: str
    node: ProofNode
    settled_by: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """What was read, what it means, and where it leads."""

    facts: tuple[Fact, ...]
    rules: tuple[ChainRule, ...]


def of(result: Interpretation, finding: Finding) -> Chain:
    """Return the chain of one finding of ``result``."""
    labels = {item.id: phrases.label(item) for item in result.findings}
    rules = tuple(
        ChainRule(
            title=item.rule,
            value=item.value.value,
            node=_node(item.proof, labels),
            settled_by=item.needs if item.value.value == "unknown" else (),
            outcomes=tuple(_outcomes(item, result)),
        )
        for item in result.evaluations
        if item.proof is not None and finding.id in item.because
    )
    return Chain(row(finding, "").facts, rules)


def _node(proof: Proof, labels: Mapping[str, str]) -> ProofNode:
    if not proof.children:
        shown = ", ".join(labels.get(item, item) for item in proof.because)
        text = f"{proof.clause}: {phrases.reason(proof)}" + (f" ({shown})" if shown else "")
        return ProofNode(proof.value.value, f"{text} [{proof.code}]")
    kept = [child for child in proof.children if child.because or len(proof.children) <= _SHOWN]
    nodes = [_node(child, labels) for child in kept]
    rest = [child for child in proof.children if child not in kept]
    for value in ("yes", "unknown", "no"):
        same = [child for child in rest if child.value.value == value]
        if same:
            words = ", ".join(dict.fromkeys(phrases.reason(child) for child in same))
            nodes.append(ProofNode(value, f"{phrases.count(len(same), 'more clause')}: {words}"))
    return ProofNode(proof.value.value, proof.clause, tuple(nodes))


def _outcomes(evaluation: Evaluation, result: Interpretation) -> Iterator[str]:
    lines: tuple[TherapyLine | PrognosisLine, ...] = (
        *result.therapies,
        *result.background,
        *result.prognosis,
    )
    for line in lines:
        if line.id == evaluation.rule:
            cited = "; ".join(_source(result, key) for key in line.sources) or "no source"
            yield f"{line.match}: {line.statement} {_weight(line)}. Sources: {cited}"
    for trial in result.trials:
        if f"{trial.nct}/{trial.arm_id}" == evaluation.rule:
            yield _arm(trial)


def _arm(trial: TrialLine) -> str:
    date = f" as of {trial.as_of}" if trial.as_of else ", not dated"
    over = ", historical" if trial.historical else ""
    return (
        f"{trial.nct}, {trial.arm}: {trial.match.value} (molecular {trial.molecular.value}, context "
        f"{trial.context.value}); status {trial.status.replace('_', ' ')}{date}{over}"
    )


def _weight(line: TherapyLine | PrognosisLine) -> str:
    """Return the evidence in proportion, and for a therapy its tiers and where the drug stands."""
    parts = []
    if line.evidence is not None:
        patients = line.evidence.patients
        parts = [
            line.evidence.design or "design not stated",
            phrases.count(patients, "patient") if patients is not None else "number of patients not stated",
            line.evidence.tumour or "tumour not stated",
            phrases.fit(line.context_match, line.evidence.design) if line.context_match else "",
        ]
    if isinstance(line, TherapyLine):
        parts += [
            f"level {line.level}" if line.level else "not graded",
            f"AMP {line.tier_amp}" if line.tier_amp else "",
            f"ESCAT {line.tier_escat}" if line.tier_escat else "",
            phrases.word(phrases.STANDINGS, line.standing).lower() if line.standing else "",
        ]
    else:
        parts.append(f"measured by {phrases.word(phrases.MEASURED_BY, line.measured_by)}")
    return f"({', '.join(part for part in parts if part)})"


def _source(result: Interpretation, key: str) -> str:
    known: Any = result.knowledge_slice.get("sources", {}).get(key)
    if not known:
        return key
    ids = [
        f"PMID {known['pmid']}" if known.get("pmid") else "",
        known.get("doi") or "",
        known.get("nct") or "",
    ]
    return f"{known['citation']} ({'; '.join(item for item in ids if item) or 'identifier open'})"


def text(finding_id: str, chain: Chain) -> str:
    """Return a chain as indented lines for a terminal."""
    width = max((len(fact.label) for fact in chain.facts), default=0)
    lines = [finding_id, *(f"  {fact.label:<{width}}  {fact.text}" for fact in chain.facts)]
    for rule in chain.rules:
        lines.append(f"  rule {rule.title}: {rule.value}")
        lines += _tree(rule.node, 2)
        lines += [f"    settled by: {need}" for need in rule.settled_by]
        lines += [f"    => {outcome}" for outcome in rule.outcomes]
    return "\n".join(lines)


def _tree(node: ProofNode, depth: int) -> list[str]:
    lines = [f"{'  ' * depth}{_SIGNS[node.value]} {node.text}"]
    return [*lines, *(line for child in node.children for line in _tree(child, depth + 1))]
