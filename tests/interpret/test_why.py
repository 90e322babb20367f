"""Why a stored result reads otherwise: the entry that differs, what the stored rules tell, or neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from netboard.interpret.reread import reinterpret
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.interpret.why import explained
from netboard.model.evidence import Arm, Assertion, EventClause, Evidence, Knowledge, Trial, Truth
from netboard.model.facts import SCOPES, Coverage
from netboard.model.result import (
    BiomarkerResult,
    Context,
    Evaluation,
    EvidenceNote,
    Finding,
    Interpretation,
    PrognosisLine,
    SubgroupLine,
    TherapyLine,
    TrialLine,
)
from netboard.model.variant import Gene, Panel

TODAY = date(2026, 6, 1)
NOT_KNOWLEDGE = "not the knowledge: the day of reading or the version of netboard differs"
_BARE = Interpretation("S", Context(), *({},) * 4, *((),) * 11, {})  # type: ignore[arg-type]


def _base(*assertions: Assertion, hash_: str = "new-hash", trials: tuple[Trial, ...] = ()) -> Knowledge:
    panel = Panel({"GENA": Gene("GENA", "a gene", "HGNC:1", role="oncogene")}, ())
    return Knowledge(panel, assertions, trials, {}, {}, {}, (), (), "2", hash_, "2026-01-01")


def _result(version: str | None = "1", hash_: str | None = "old-hash", **given: Any) -> Interpretation:
    return replace(_BARE, provenance={"knowledge_version": version, "knowledge_hash": hash_}, **given)


def _later(**given: Any) -> Interpretation:
    return _result("2", "new-hash", **given)


def _line(key: str = "a1", sources: tuple[str, ...] = (), **given: Any) -> TherapyLine:
    values: dict[str, Any] = {
        "drugs": ("drug one",),
        "direction": "sensitivity",
        "match": "yes",
        "level": "B",
        "context_match": "same_tumour",
        "evidence": EvidenceNote("phase 2", 40, "pancreas"),
        "because": (),
        "statement": f"the words of {key}",
        **given,
    }
    return TherapyLine(id=key, sources=sources, **values)


def _arm(arm: str, match: Truth) -> TrialLine:
    return TrialLine("NCT1", arm, match, Truth.YES, match, "recruiting", "2026-01-01", False, ())


def _rule(rule: str, value: Truth = Truth.YES, code: str = "found") -> Evaluation:
    return Evaluation(rule, value, code)


def _whys(old: Interpretation, new: Interpretation, was: Knowledge | None = None) -> list[str]:
    found = explained(old, new, _base(), Settings(), TODAY, was)
    return [change.why for change in found]


# ---------------------------------------------------------------- by what the results stored


def test_equal_results_have_nothing_to_explain() -> None:
    one = _result(therapies=(_line(),))
    assert explained(one, one, _base(), Settings(), TODAY) == ()


def test_what_differs_under_the_same_knowledge_is_not_its_doing() -> None:
    old = _result("2", "new-hash")
    assert _whys(old, _later(therapies=(_line(),))) == [NOT_KNOWLEDGE]
    assert _whys(_result("2", "old-hash"), _later(therapies=(_line(),))) != [NOT_KNOWLEDGE]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((), ("a1",), "entry a1 was added"),
        (("a1",), (), "entry a1 was withdrawn"),
        (("a1",), ("a1",), "entry a1 was edited, its rule reads as before"),
        ((), (), "entry a1 was edited or added"),
        # The rule of another entry whose name begins alike tells nothing of this one.
        (("a12",), ("a1", "a12"), "entry a1 was added"),
    ],
)
def test_an_entry_whose_rule_was_not_asked_in_both_was_added_or_withdrawn(
    before: tuple[str, ...], after: tuple[str, ...], told: str
) -> None:
    old = _result(evaluations=tuple(map(_rule, before)))
    new = _later(evaluations=tuple(map(_rule, after)), therapies=(_line(),))
    assert _whys(old, new) == [f"knowledge 1 -> 2: {told}"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            (Truth.NO, "absent_covered"),
            (Truth.YES, "found"),
            "the rule reads otherwise (a1: no, absent covered -> yes, found)",
        ),
        (
            (Truth.UNKNOWN, "not_covered"),
            (Truth.UNKNOWN, "found_low_support"),
            "the rule reads otherwise (a1: unknown, not covered -> unknown, found low support)",
        ),
        ((Truth.YES, "found"), (Truth.YES, "found"), "entry a1 was edited, its rule reads as before"),
    ],
)
def test_a_rule_with_another_answer_or_another_ground_is_told_from_what_to_what(
    before: tuple[Truth, str], after: tuple[Truth, str], told: str
) -> None:
    old = _result(evaluations=(_rule("a1", *before),), therapies=(_line(level="C"),))
    new = _later(evaluations=(_rule("a1", *after),), therapies=(_line(),))
    assert _whys(old, new) == [f"knowledge 1 -> 2: {told}"]


def test_of_a_trial_only_the_arms_whose_rule_reads_otherwise_are_told_in_their_order() -> None:
    def rules(value: Truth) -> tuple[Evaluation, ...]:
        return (_rule("NCT1/b", value), _rule("NCT1/a", value), _rule("NCT1/c"), _rule("NCT2/a", value))

    old = _result(evaluations=(*rules(Truth.NO), _rule("NCT1/gone")), trials=(_arm("Arm A", Truth.NO),))
    new = _later(evaluations=(*rules(Truth.YES), _rule("NCT1/new")), trials=(_arm("Arm A", Truth.YES),))
    assert _whys(old, new) == [
        "knowledge 1 -> 2: the rule reads otherwise (NCT1/a: no, found -> yes, found; "
        "NCT1/b: no, found -> yes, found)"
    ]


@pytest.mark.parametrize("place", ["therapies", "background"])
def test_a_new_reason_names_the_sources_of_the_statement_as_it_stands_now(place: str) -> None:
    lines = (_line("a0", ("another",)), _line("a1", ("paper one", "paper two")))
    old = _result(**{place: (lines[0], _line("a1", ("old paper",), level="C"))})
    new = _later(**{place: lines})
    begin = "knowledge 1 -> 2:"
    sources = "[paper one, paper two]"
    for before, after, told in (
        ((), (_rule("a1"),), f"{begin} entry a1 was added {sources}"),
        ((_rule("a1"),), (_rule("a1"),), f"{begin} entry a1 was edited, its rule reads as before {sources}"),
        (
            (_rule("a1", Truth.NO),),
            (_rule("a1"),),
            f"{begin} the rule reads otherwise (a1: no, found -> yes, found) {sources}",
        ),
    ):
        whys = _whys(replace(old, evaluations=before), replace(new, evaluations=after))
        assert set(whys) == {told}


def test_a_prognostic_statement_names_its_sources_too() -> None:
    line = PrognosisLine("GENA", "worse", "yes", (), ("paper",), id="p1")
    (why,) = _whys(_result(), _later(prognosis=(line,), evaluations=(_rule("p1"),)))
    assert why.endswith("entry p1 was added [paper]")


def test_a_changed_gene_is_a_matter_of_what_is_known_of_it() -> None:
    before, after = (
        Finding("f1", "small_variant", "GENA", "missense", None, tier_amp=tier) for tier in (None, "III")
    )
    (why,) = _whys(_result(findings=(before,)), _later(findings=(after,)))
    assert why == "knowledge 1 -> 2: what is known of gene GENA was edited or added"


def _group(state: str) -> SubgroupLine:
    return SubgroupLine("Group", (), state, "")


def _marker(value: str) -> BiomarkerResult:
    return BiomarkerResult("Marker", value, "", "estimated", "", "group")


@pytest.mark.parametrize(
    ("kind", "name", "old", "new"),
    [
        ("subgroup", "Group", {"subgroups": (_group("no"),)}, {"subgroups": (_group("yes"),)}),
        ("biomarker", "group", {"biomarkers": (_marker("no"),)}, {"biomarkers": (_marker("yes"),)}),
    ],
)
def test_the_rule_of_a_subgroup_or_biomarker_is_told_where_both_results_asked_it(
    kind: str, name: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    was, now = _rule(f"{kind}/{name}", Truth.NO), _rule(f"{kind}/{name}")
    edited = f"knowledge 1 -> 2: entry {name} was edited or added"
    for before, after, told in (
        (
            (was,),
            (now,),
            f"knowledge 1 -> 2: the rule reads otherwise ({kind}/{name}: no, found -> yes, found)",
        ),
        # One that the tumour excludes is not asked, so that its absence does not tell that it was added.
        ((), (now,), edited),
        ((was,), (), edited),
        ((), (), edited),
    ):
        assert _whys(_result(evaluations=before, **old), _later(evaluations=after, **new)) == [told]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (("1", "aaaa"), ("2", "bbbb"), "1 -> 2"),
        ((None, "aaaa"), ("2", "bbbb"), "unknown -> 2"),
        (("2", "0123456789"), ("2", "abcdefghij"), "2 (01234567) -> 2 (abcdefgh)"),
        (("2", None), ("2", "abcdefghij"), "2 (no hash) -> 2 (abcdefgh)"),
    ],
)
def test_two_bases_of_one_version_are_told_apart_by_their_hash(
    old: tuple[str | None, str | None], new: tuple[str | None, str | None], told: str
) -> None:
    (why,) = _whys(_result(*old), _result(*new, therapies=(_line(),)))
    assert why == f"knowledge {told}: entry a1 was edited or added"


# ---------------------------------------------------------------- by the entries of both bases


def _assertion(**given: Any) -> Assertion:
    values: dict[str, Any] = {
        "kind": "predictive",
        "direction": "sensitivity",
        "statement": "the words",
        "when": EventClause("GENA", ("truncating",)),
        "genes": ("GENA",),
        "drugs": ("drug one",),
        "sources": ("paper",),
        "evidence": Evidence("B", "phase 3", 200, "NET", "NET"),
        **given,
    }
    return Assertion(id="a1", **values)


def _stored(knowledge: Knowledge) -> Interpretation:
    """Return the result of a sample with one truncating variant, as made with ``knowledge``."""
    given = SampleInput(
        sample="S",
        context=Context(),
        assay={},
        coverage={"GENA": {scope: Coverage("assessed") for scope in SCOPES}},
        findings=(Finding("f1", "small_variant", "GENA", "truncating", None, support="adequate"),),
        counts={"records": 1, "in_targets": 1, "kept": 1, "skipped": {}, "contigs_seen": []},
        provenance={"knowledge_version": knowledge.version, "knowledge_hash": knowledge.hash},
    )
    return interpret(given, knowledge, Settings(), TODAY)


def _read_with(old: Interpretation, was: Knowledge, knowledge: Knowledge) -> dict[str, str]:
    new = reinterpret(old, knowledge, Settings(), TODAY, {})
    return {change.text: change.why for change in explained(old, new, knowledge, Settings(), TODAY, was)}


def test_with_both_bases_at_hand_a_change_is_explained_by_the_entry_that_differs() -> None:
    was, knowledge = _base(_assertion(), hash_="old-hash"), _base(_assertion(statement="new words"))
    assert _read_with(_stored(was), was, knowledge) == {
        "therapy statement a1: its words differ": "statement a1 changed: statement the words -> new words"
    }


def test_what_the_old_base_would_read_otherwise_today_is_not_its_doing() -> None:
    was, knowledge = _base(hash_="old-hash"), _base(_assertion())
    old = replace(_stored(was), therapies=(_line("ghost"),))
    whys = _read_with(old, was, knowledge)
    assert whys["therapy statement ghost no longer applies: the words of ghost"] == NOT_KNOWLEDGE
    assert whys["therapy statement a1 is new (yes): the words"] == "statement a1 added"


def test_a_status_that_only_the_day_made_old_is_not_the_doing_of_the_knowledge() -> None:
    arm = Arm("one", "Arm one", (), EventClause("GENA", ("truncating",)))
    trial = Trial("NCT1", "a trial", (arm,), status="recruiting", as_of="2026-05-01")
    was = _base(trials=(trial,), hash_="old-hash")
    knowledge = _base(_assertion(), trials=(trial,))
    later = date(2027, 6, 1)
    old = _stored(was)
    new = reinterpret(old, knowledge, Settings(), later, {})
    whys = {change.name: change.why for change in explained(old, new, knowledge, Settings(), later, was)}
    assert whys["NCT1"] == NOT_KNOWLEDGE
    assert whys["a1"] == "statement a1 added"
