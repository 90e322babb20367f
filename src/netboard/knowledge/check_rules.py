"""Every rule's own cases: each must come out as written, and together they must hold the whole rule.

No clause may be taken out, and no limit of a clause loosened, without a case failing; a case of a
statement may also say how a report reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.coverage import Tested
from netboard.knowledge.logic import conjunction, evaluate
from netboard.knowledge.reading import reading
from netboard.knowledge.show import describe
from netboard.knowledge.tree import Problem
from netboard.model.evidence import Assertion, Clause, Knowledge, RuleCase, Therapy


def run_rules(knowledge: Knowledge) -> tuple[dict[str, int], list[Problem]]:
    """Return how many rules, cases, and clauses with their limits there are, and every fault of them."""
    counts = {"rules": 0, "cases": 0, "clauses_and_limits": 0}
    problems: list[Problem] = []
    by_id = {assertion.id: assertion for assertion in knowledge.assertions}
    for parts, run, where in rules(knowledge):
        counts["rules"] += 1
        counts["cases"] += len(run)
        faults = [(case, fault) for case in run if (fault := run_case(parts, case, knowledge))]
        faults += _misread(by_id.get(where), run)
        problems += [_at(case, f"{where}: case {case.name!r}: {fault}") for case, fault in faults]
        if not faults:
            tested = Tested(parts, run, knowledge)
            counts["clauses_and_limits"] += tested.limits()
            problems += [
                _at(
                    run[0],
                    f"{where}: no case decides the clause {describe(leaf)!r}; add one that fails without it",
                )
                for leaf in tested.undecided()
            ]
            problems += [
                _at(
                    run[0],
                    f"{where}: no case holds the limit {limit!r} of {describe(leaf)!r}; add one that fails "
                    "when it is loosened",
                )
                for leaf, limit in tested.unguarded()
            ]
    return counts, problems


def _misread(assertion: Assertion | None, cases: Sequence[RuleCase]) -> list[tuple[RuleCase, str]]:
    """Return the cases that say how a report reads the statement, where it would read it otherwise."""
    faults = []
    how = reading(assertion) if assertion is not None else ""
    if how == "related" and not any(case.reads_as for case in cases):
        faults.append((cases[0], f"was measured by another assay, and no case says so (reads_as: {how})"))
    for case in cases:
        if case.reads_as and assertion is None:
            faults.append((case, "reads_as is for statements; an arm or subgroup is read in one way only"))
        elif case.reads_as and case.reads_as != how:
            faults.append((case, f"a report reads it as {how}, not {case.reads_as}"))
    return faults


def _at(case: RuleCase, message: str) -> Problem:
    file, _, line = case.where.rpartition(":")
    return Problem(file, int(line), message)


def rules(knowledge: Knowledge) -> Iterator[tuple[list[Clause], tuple[RuleCase, ...], str]]:
    """Yield (parts that must all hold, cases, name) of every statement, approval, arm, subgroup and
    outcome with a rule."""
    for assertion in knowledge.assertions:
        yield _present(assertion.when, assertion.context), assertion.cases, assertion.id
    entries: list[Assertion | Therapy] = [*knowledge.assertions, *knowledge.therapies.values()]
    for entry in entries:
        if entry.approved is not None and entry.approval_cases:
            yield [entry.approved], entry.approval_cases, f"{entry.id}: approval"
    for trial in knowledge.trials:
        for arm in trial.arms:
            yield _present(arm.when, arm.context, trial.context), arm.cases, f"{trial.nct} {arm.id}"
    for comparison in knowledge.comparisons:
        yield [comparison.context], comparison.cases, comparison.id
    for subgroup in knowledge.subgroups:
        if subgroup.when is not None:
            yield _present(subgroup.when, subgroup.context), subgroup.cases, subgroup.name
    for marker in knowledge.biomarkers.values():
        for outcome in marker.outcomes:
            name = f"{marker.id}: {outcome.value}"
            yield _present(outcome.when, marker.context), outcome.cases, name


def _present(*parts: Clause | None) -> list[Clause]:
    return [part for part in parts if part is not None]


def run_case(parts: Sequence[Clause], case: RuleCase, knowledge: Knowledge) -> str:
    """Return what is wrong with a case of the rule that all of ``parts`` make, or "" when it holds."""
    events: Any = case.given.get("events") or ()
    for event in events:
        if event["gene"] not in knowledge.panel.genes:
            return f"gene {event['gene']!r} is not in the knowledge base"
    try:
        facts = facts_from_case(case.given, knowledge)
    except (ValueError, KeyError, TypeError) as error:
        return f"cannot be set up: {error}"
    proof = conjunction("rule", [evaluate(part, facts, knowledge) for part in parts])
    if proof.value is case.expect:
        return ""
    found = "; ".join((*proof.because, *proof.needs)) or proof.code
    return f"expected {case.expect.value}, the rule says {proof.value.value} ({proof.code}: {found})"
