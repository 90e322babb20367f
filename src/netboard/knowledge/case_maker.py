"""Cases for a rule that came without any: for each clause one where it decides, one where it fails.

The truth that a case expects is worked out from the groups alone (two-valued), then asked of the
evaluator; a case on which both do not agree, because two clauses speak of one field, is left out. Cases made
here hold a rule as it stands; whether the rule is right is for the curator who reads them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.coverage import Tested
from netboard.knowledge.logic import conjunction, evaluate
from netboard.knowledge.show import describe
from netboard.model.evidence import (
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    RuleCase,
    Truth,
)
from netboard.model.facts import GERMLINE_SCOPE, SCOPES

_Path = tuple[int, ...]
#: A name of a case is a line; what a clause lists beyond it stands in the rule.
_NAME_LENGTH = 60
_OTHER = {
    "site": ("other", "unknown"),
    "grade": ("G1", "G2", "G3", "NEC"),
    "differentiation": ("well", "poor"),
    "stage": ("localised", "metastatic"),
    "sstr": ("positive", "negative"),
    "mgmt": ("methylated", "unmethylated"),
    "functioning": ("functioning", "non_functioning"),
}


def make_cases(parts: Sequence[Clause], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Return cases (``name``, ``given``, ``expect``) for the rule that all of ``parts`` make."""
    rule: Clause = GroupClause("all_of", tuple(parts)) if len(parts) > 1 else parts[0]
    made: dict[str, dict[str, Any]] = {}
    for path, leaf in _leaves(rule):
        for value in (True, False):
            truths = {path: value}
            _neutral(rule, path, (), truths)
            given = _given(rule, truths, knowledge)
            expect = _truth(rule, truths, ())
            if given is not None and _asked(parts, given, knowledge) is (Truth.YES if expect else Truth.NO):
                words = "fits" if value else "does not fit"
                made.setdefault(repr(given), _case(f"{_short(leaf)} {words}", given, expect))
    if _asked(parts, {}, knowledge) is Truth.UNKNOWN:
        made["{}"] = {"name": "nothing known", "given": {}, "expect": "unknown"}
    cases = list(made.values())
    return _named(cases + list(_limits(rule, parts, cases, knowledge)))


def _case(name: str, given: Mapping[str, Any], expect: bool) -> dict[str, Any]:
    return {"name": name, "given": dict(given), "expect": "yes" if expect else "no"}


def _short(leaf: Clause) -> str:
    text = describe(leaf)
    return text if len(text) <= _NAME_LENGTH else f"{text[:_NAME_LENGTH].rstrip(' ,')} and more"


def _named(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cases with names that differ."""
    seen: dict[str, int] = {}
    for case in cases:
        name = str(case["name"])
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            case["name"] = f"{name} ({seen[name]})"
    return cases


def _asked(parts: Sequence[Clause], given: Mapping[str, Any], knowledge: Knowledge) -> Truth:
    facts = facts_from_case(given, knowledge)
    return conjunction("rule", [evaluate(part, facts, knowledge) for part in parts]).value


# ---------------------------------------------------------------- truths of leaves


def _leaves(clause: Clause, path: _Path = ()) -> Iterator[tuple[_Path, Clause]]:
    if isinstance(clause, GroupClause):
        for index, part in enumerate(clause.clauses):
            yield from _leaves(part, (*path, index))
    else:
        yield path, clause


def _neutral(clause: Clause, path: _Path, here: _Path, truths: dict[_Path, bool]) -> None:
    """Set every leaf beside ``path`` so that the leaf there decides ``clause``."""
    if not path:
        return
    assert isinstance(clause, GroupClause)
    helped = 0
    for index, part in enumerate(clause.clauses):
        inner = (*here, index)
        if index == path[0]:
            _neutral(part, path[1:], inner, truths)
            continue
        wanted = clause.op == "all_of"
        if clause.op == "at_least":
            wanted = helped < clause.count - 1
            helped += wanted
        _settle(part, inner, wanted, truths)


def _settle(clause: Clause, here: _Path, wanted: bool, truths: dict[_Path, bool]) -> None:
    """Set the leaves of ``clause`` so that it is ``wanted``."""
    if not isinstance(clause, GroupClause):
        truths[here] = wanted
        return
    inner = not wanted if clause.op == "none_of" else wanted
    for index, part in enumerate(clause.clauses):
        _settle(part, (*here, index), inner, truths)


def _truth(clause: Clause, truths: Mapping[_Path, bool], here: _Path) -> bool:
    if not isinstance(clause, GroupClause):
        return truths[here]
    values = [_truth(part, truths, (*here, index)) for index, part in enumerate(clause.clauses)]
    if clause.op == "at_least":
        return sum(values) >= clause.count
    if clause.op == "all_of":
        return all(values)
    return any(values) if clause.op == "any_of" else not any(values)


# ---------------------------------------------------------------- what is given


def _given(rule: Clause, truths: Mapping[_Path, bool], knowledge: Knowledge) -> dict[str, Any] | None:
    """Return what a case must give for these truths, or None where a leaf cannot be had so."""
    events: list[dict[str, Any]] = []
    context: dict[str, Any] = {}
    biomarkers: dict[str, Any] = {}
    genes: list[str] = []
    # What must not be is written first, so that what must be stands where both are of one field.
    for path, leaf in sorted(_leaves(rule), key=lambda item: truths[item[0]]):
        value = truths[path]
        if isinstance(leaf, EventClause):
            genes.append(leaf.gene)
            if value:
                events.append(_event(leaf))
        elif isinstance(leaf, BiomarkerClause):
            biomarkers[leaf.name] = _measured(leaf, value)
        elif isinstance(leaf, ContextClause):
            fitting = _context(leaf, value, knowledge)
            if fitting is None:
                return None
            context[leaf.field] = fitting
    given: dict[str, Any] = {}
    if genes:
        given["assay"] = {"genes": list(dict.fromkeys(genes)), "sees": [*SCOPES, GERMLINE_SCOPE]}
    for key, held in (("events", events), ("context", context), ("biomarkers", biomarkers)):
        if held:
            given[key] = held
    return given


def _event(leaf: EventClause) -> dict[str, Any]:
    name = "missense" if leaf.alleles and "missense" in leaf.events else leaf.events[0]
    event: dict[str, Any] = {"gene": leaf.gene, "event": name, "significance": "pathogenic"}
    if leaf.alleles:
        event["allele"] = leaf.alleles[0]
    if leaf.origin != "any":
        event["origin"] = leaf.origin
    return event


def _measured(leaf: BiomarkerClause, value: bool) -> Any:
    if leaf.equals is not None:
        return leaf.equals if value else f"not {leaf.equals}"
    if leaf.at_least is not None:
        return leaf.at_least if value else leaf.at_least / 2
    assert leaf.at_most is not None
    return leaf.at_most if value else leaf.at_most * 2


def _context(leaf: ContextClause, value: bool, knowledge: Knowledge) -> Any:
    if leaf.at_least is not None or leaf.at_most is not None:
        inside = leaf.at_least if leaf.at_least is not None else leaf.at_most
        assert inside is not None
        outside = inside / 2 if leaf.at_least is not None else inside * 2
        return inside if value else outside
    if leaf.field == "prior_therapy":
        return [leaf.values[0]] if value else []
    if value:
        return leaf.values[0]
    if leaf.field == "tumour_type":
        return _unrelated(leaf.values, knowledge)
    return next((word for word in _OTHER.get(leaf.field, ()) if word not in leaf.values), None)


def _unrelated(values: Sequence[str], knowledge: Knowledge) -> str | None:
    """Return a tumour type that is neither above nor below any of ``values``, a near one if there is one."""
    wanted = set(values)
    above = {code for value in values for code in knowledge.ancestors(value)}
    apart = [
        code
        for code in knowledge.tumour_types
        if code not in above and not knowledge.ancestors(code) & wanted
    ]
    return max(apart, key=lambda code: len(knowledge.ancestors(code) & above), default=None)


# ---------------------------------------------------------------- limits


def _limits(
    rule: Clause, parts: Sequence[Clause], cases: Sequence[Mapping[str, Any]], knowledge: Knowledge
) -> Iterator[dict[str, Any]]:
    """Yield a case for each limit that the others do not hold, as the evaluator answers it."""
    held = [_rule_case(case) for case in cases]
    places = {id(leaf): path for path, leaf in _leaves(rule)}
    for leaf, limit in Tested(parts, held, knowledge).unguarded():
        truths = {places[id(leaf)]: True}
        _neutral(rule, places[id(leaf)], (), truths)
        fitting = _given(rule, truths, knowledge)
        if fitting is None:
            continue
        given = _outside(leaf, limit, copy.deepcopy(fitting))
        value = _asked(parts, given, knowledge)
        words = limit if len(limit) <= _NAME_LENGTH else f"{limit[:_NAME_LENGTH].rstrip(' ,')} and more"
        yield {"name": f"outside {words}", "given": given, "expect": value.value}


def _outside(leaf: Clause, limit: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a case that lies outside one limit of a leaf and fits it otherwise."""
    if isinstance(leaf, EventClause):
        other = {"allele": "X0X"} if limit.startswith("alleles") else {"origin": "unknown"}
        wanted = _event(leaf)
        given["events"] = [{**event, **other} if event == wanted else event for event in given["events"]]
    elif isinstance(leaf, ContextClause) and leaf.field == "tumour_type":
        given.setdefault("context", {})["tumour_type"] = limit.rpartition(" ")[2]
    elif isinstance(leaf, BiomarkerClause | ContextClause):
        ends = (leaf.at_least or 0) / 2, (leaf.at_most or 0) * 2
        key = "biomarkers" if isinstance(leaf, BiomarkerClause) else "context"
        name = leaf.name if isinstance(leaf, BiomarkerClause) else leaf.field
        given.setdefault(key, {})[name] = ends[0] if limit.startswith("at_least") else ends[1]
    return given


def _rule_case(case: Mapping[str, Any]) -> RuleCase:
    return RuleCase(str(case["name"]), case["given"], Truth(case["expect"]))
