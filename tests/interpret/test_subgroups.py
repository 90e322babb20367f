"""Molecular subgroups: each has its state with what decided it, and one of another tumour is not listed."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.subgroups import evaluate_subgroups
from netboard.model.evidence import (
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    SubgroupRule,
    Truth,
)
from netboard.model.facts import SCOPES, Coverage, FactEvent, Facts
from netboard.model.result import Context, Evaluation, SubgroupLine
from netboard.model.variant import Gene, Panel

_GENES = {name: Gene(name, "a gene", "HGNC:1") for name in ("GENA", "GENB", "GENC")}
_SEEN = {gene: {scope: Coverage("assessed") for scope in SCOPES} for gene in ("GENA", "GENB")}
_FOUND = FactEvent("GENA:1-5-A-T", "GENA", "truncating", significance="pathogenic")
_FACTS = Facts({"GENA": (_FOUND,)}, _SEEN, {}, Context(grade="G2"))
_A, _B, _C = (EventClause(gene, ("truncating",)) for gene in ("GENA", "GENB", "GENC"))
_YES, _NO = ContextClause("grade", ("G2",)), ContextClause("grade", ("G1",))
_OPEN = ContextClause("stage", ("metastatic",))
_NEED_C = "an assay that covers GENC"


def _rule(name: str, when: Clause | None, **given: Any) -> SubgroupRule:
    return SubgroupRule(name, ("GENA",), f"the words of {name}", when, **given)


def _ask(*rules: SubgroupRule) -> tuple[tuple[SubgroupLine, ...], tuple[Evaluation, ...]]:
    base = Knowledge(Panel(_GENES, ()), (), (), {}, {}, {}, (), rules, "0", "0", "2026-01-01")
    return evaluate_subgroups(base, _FACTS)


def _all(*clauses: Clause) -> GroupClause:
    return GroupClause("all_of", clauses)


@pytest.mark.parametrize(
    ("when", "context", "state", "because"),
    [
        (_A, None, "yes", "GENA:1-5-A-T"),
        (_A, _YES, "yes", "GENA:1-5-A-T; grade = G2"),
        (GroupClause("any_of", (_B, _A)), None, "yes", "GENA:1-5-A-T"),
        (_A, _OPEN, "unknown", "GENA:1-5-A-T; stage of this patient"),
        (_all(_A, _C), None, "unknown", f"GENA:1-5-A-T; {_NEED_C}"),
        (_C, None, "unknown", _NEED_C),
        (_B, None, "no", "GENB looked for and not found"),
        (_all(_A, _B), None, "no", "GENA:1-5-A-T; GENB looked for and not found"),
        (_all(_B, _B), None, "no", "GENB looked for and not found"),
        (_all(_A, _NO), None, "no", "GENA:1-5-A-T"),
        (_NO, None, "no", "does not fit"),
    ],
)
def test_a_subgroup_says_its_state_and_what_decided_it(
    when: Clause, context: Clause | None, state: str, because: str
) -> None:
    (line,), (evaluation,) = _ask(_rule("one", when, context=context))
    assert (line.name, line.state, line.because) == ("one", state, because)
    assert (line.genes, line.statement) == (("GENA",), "the words of one")
    assert (evaluation.rule, evaluation.value) == ("subgroup/one", Truth(state))
    assert evaluation.proof is not None


def test_a_subgroup_of_another_tumour_is_neither_listed_nor_evaluated() -> None:
    assert _ask(_rule("one", _A, context=_NO), _rule("two", None, context=_NO)) == ((), ())


@pytest.mark.parametrize("context", [None, _YES, _OPEN])
def test_a_subgroup_that_dna_cannot_tell_says_why_and_leaves_no_evaluation(context: Clause | None) -> None:
    rule = _rule("one", None, context=context, not_assessable="told by methylation alone", sources=("paper",))
    (line,), evaluations = _ask(rule)
    assert (line.state, line.because) == ("not_assessable", "told by methylation alone")
    assert (line.sources, evaluations) == (("paper",), ())


def test_subgroups_stand_from_yes_to_no_and_by_name() -> None:
    lines, evaluations = _ask(
        _rule("d", _B),
        _rule("c", None, not_assessable="told by methylation"),
        _rule("b", _C),
        _rule("z", _A),
        _rule("a", _A),
    )
    assert [line.name for line in lines] == ["a", "z", "b", "c", "d"]
    assert [item.rule.removeprefix("subgroup/") for item in evaluations] == ["d", "b", "z", "a"]
