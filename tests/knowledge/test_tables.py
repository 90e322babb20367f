"""The tables of ``tables/``, read by people, against the evaluator in every combination of their columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from knowledge.test_logic import KNOWLEDGE, NO, UNKNOWN, YES
from netboard.knowledge.logic import evaluate
from netboard.model.evidence import ContextClause, EventClause, GroupClause, Truth
from netboard.model.facts import SCOPES, Coverage, FactEvent, Facts
from netboard.model.result import Context, Proof

Row = Mapping[str, str]
_WORD = {"yes": YES, "no": NO, "unknown": UNKNOWN}
_CONTEXT = Context(grade="G2")
_LEAF = {
    "yes": ContextClause("grade", ("G2",)),
    "no": ContextClause("grade", ("G1",)),
    "unknown": ContextClause("stage", ("metastatic",)),
}


def _table(name: str) -> list[Row]:
    text = (Path(__file__).parent / "tables" / name).read_text(encoding="utf-8")
    head, *rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _fitting(table: Sequence[Row], state: Row) -> int:
    """Return the first row of a table that fits a state; none at all is a hole in the table."""
    for number, row in enumerate(table):
        if all(row[key] in ("*", value) for key, value in state.items()):
            return number
    raise AssertionError(f"no row fits {state}")


def _states(columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for values in itertools.product(*columns.values()):
        yield dict(zip(columns, values, strict=True))


# ---------------------------------------------------------------- groups


@pytest.mark.parametrize("row", _table("kleene.tsv"), ids=lambda row: row["clauses"].replace(" ", "-"))
def test_groups_follow_kleenes_tables(row: Row) -> None:
    clauses = tuple(_LEAF[word] for word in row["clauses"].split())
    for op, count in (("all_of", 0), ("any_of", 0), ("none_of", 0), ("at_least", 2)):
        proof = evaluate(GroupClause(op, clauses, count), Facts(context=_CONTEXT), KNOWLEDGE)  # type: ignore[arg-type]
        assert proof.value is _WORD[row["at_least_2" if op == "at_least" else op]], op


def test_the_table_holds_every_pair_and_every_three() -> None:
    told = [tuple(row["clauses"].split()) for row in _table("kleene.tsv")]
    wanted = [values for count in (1, 2, 3) for values in itertools.product(_WORD, repeat=count)]
    assert sorted(told) == sorted(wanted)


# ---------------------------------------------------------------- nothing found

_ABSENT = _table("absent.tsv")
_ABSENT_COLUMNS = {
    "state": ("absent", "assessed", "partly", "not_assessed", "undeclared"),
    "reason": (
        "",
        "build_in_doubt",
        "class_not_assayed",
        "no_copy_number_call",
        "record_not_read",
        "partly_covered",
    ),
    "covered": ("below", "enough", "unstated"),
    "asked_origin": ("any", "somatic", "germline"),
    "inherited": ("yes", "no"),
}
#: What the reader of an assay never states: a state beside the reason of another.
_NEVER = {
    ("not_assessed", "record_not_read"),
    ("not_assessed", "build_in_doubt"),
    ("not_assessed", "partly_covered"),
    ("undeclared", "record_not_read"),
    ("undeclared", "class_not_assayed"),
    ("undeclared", "no_copy_number_call"),
    ("undeclared", "partly_covered"),
}
_SHARE = {"below": 0.5, "enough": 0.95, "unstated": None}


def _coverage(state: Row) -> dict[str, dict[str, Coverage]]:
    if state["state"] == "absent":
        return {}
    cover = Coverage(state["state"], state["reason"], _SHARE[state["covered"]])
    inherited = {"germline": Coverage("assessed")} if state["inherited"] == "yes" else {}
    return {"GENA": {**dict.fromkeys(SCOPES, cover), **inherited}}


def _ask(state: Row, coverage: Mapping[str, Mapping[str, Coverage]], *events: FactEvent) -> Proof:
    clause = EventClause(
        "GENA",
        ("truncating", "hotspot"),
        pathogenic=state.get("asked_pathogenic", "yes") == "yes",
        origin=state["asked_origin"],  # type: ignore[arg-type]
    )
    return evaluate(clause, Facts({"GENA": events} if events else {}, coverage), KNOWLEDGE)


def test_nothing_found_follows_its_table_in_every_state() -> None:
    used = set()
    for state in _states(_ABSENT_COLUMNS):
        if (state["state"], state["reason"]) in _NEVER:
            continue
        number = _fitting(_ABSENT, state)
        used.add(number)
        proof = _ask(state, _coverage(state))
        assert (proof.value, proof.code) == _said(_ABSENT[number]), state
        assert bool(proof.needs) == (proof.value is UNKNOWN), state
    assert used == set(range(len(_ABSENT))), "a row that no state reaches"


def _said(row: Row) -> tuple[Truth, str]:
    return _WORD[row["value"]], row["code"]


# ---------------------------------------------------------------- something found

_LEAVES = _table("event_leaf.tsv")
_EVENT_COLUMNS = {
    "found": ("nothing", "other", "open_other", "open_wanted", "open_any", "wanted"),
    "passed": ("yes", "no"),
    "support": ("adequate", "low", "unknown"),
    "asked_pathogenic": ("yes", "no"),
    "significance": ("pathogenic", "uncertain", "benign"),
    "asked_origin": ("any", "somatic", "germline"),
    "origin": ("somatic", "germline", "unknown"),
}
_FOUND: Mapping[str, Mapping[str, object]] = {
    "other": {"event": "missense"},
    "wanted": {"event": "truncating"},
    "open_other": {"event": "undetermined", "possible": ("missense", "synonymous")},
    "open_wanted": {"event": "missense", "settled": False, "possible": ("truncating",)},
    "open_any": {"event": "undetermined"},
}
#: Where nothing stands in the way of a no, and where the assay was not declared.
_SEEN: Mapping[str, Row] = {
    "seen": {"state": "assessed", "reason": "", "covered": "enough", "inherited": "yes"},
    "not declared": {"state": "undeclared", "reason": "", "covered": "unstated", "inherited": "no"},
}


def _events(state: Row, name: str = "e") -> tuple[FactEvent, ...]:
    if state["found"] == "nothing":
        return ()
    event = FactEvent(
        id=name,
        gene="GENA",
        passed=state["passed"] == "yes",
        support=state["support"],
        significance=state["significance"],
        origin=state["origin"],
        **_FOUND[state["found"]],  # type: ignore[arg-type]
    )
    return (event,)


@pytest.mark.parametrize("seen", _SEEN)
def test_an_event_follows_its_table_in_every_state(seen: str) -> None:
    used = set()
    for state in _states(_EVENT_COLUMNS):
        number = _fitting(_LEAVES, state)
        used.add(number)
        absent = {**_SEEN[seen], "asked_origin": state["asked_origin"]}
        row = _LEAVES[number]
        if row["value"] == "see":
            row = _ABSENT[_fitting(_ABSENT, absent)]
        proof = _ask(state, _coverage(absent), *_events(state))
        assert (proof.value, proof.code) == _said(row), state
        assert bool(proof.needs) == (proof.value is UNKNOWN), state
    assert used == set(range(len(_LEAVES))), "a row that no state reaches"


#: The order in which what was found answers, when a gene holds several events.
_ORDER = (
    "found",
    "found_filtered",
    "found_low_support",
    "effect_undetermined",
    "significance_uncertain",
    "origin_undetermined",
    "absent_covered",
)


@pytest.mark.parametrize("asked_origin", _EVENT_COLUMNS["asked_origin"])
def test_of_two_events_the_one_whose_row_stands_first_answers(asked_origin: str) -> None:
    """One state for each row that may answer, in pairs and in both orders."""
    seen = {**_SEEN["seen"], "asked_origin": asked_origin}
    chosen: dict[int, dict[str, str]] = {}
    for state in _states({**_EVENT_COLUMNS, "asked_pathogenic": ("yes",), "asked_origin": (asked_origin,)}):
        chosen.setdefault(_fitting(_LEAVES, state), state)
    for first, second in itertools.product(chosen.values(), repeat=2):
        alone = [_ask(seen, _coverage(seen), *_events(state)) for state in (first, second)]
        both = _ask(seen, _coverage(seen), *_events(first, "one"), *_events(second, "two"))
        assert both.code == min((proof.code for proof in alone), key=_ORDER.index), (first, second)
