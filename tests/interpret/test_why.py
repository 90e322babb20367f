"""Why a stored result reads otherwise: in its knowledge's own words, or that the knowledge is not the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from fixtures.interpretations import minimal
from interpret.test_sample import SETTINGS, TODAY, _assertion, _finding, _knowledge, _run
from netboard.interpret.reread import reinterpret
from netboard.interpret.why import explained
from netboard.model.evidence import Source, Truth
from netboard.model.lines import EvidenceNote, PrognosisLine, TherapyLine, TrialLine
from netboard.model.result import (
    BiomarkerResult,
    Context,
    Evaluation,
    Finding,
    Interpretation,
    Oncogenicity,
    SubgroupLine,
)

NEW = _knowledge()  # of version 1, with the hash "h"
NOT_KNOWLEDGE = "not the knowledge: the day of reading or the version of netboard differs"


def _result(
    version: str | None = None,
    hash_: str | None = None,
    rules: Sequence[tuple[str, Truth, str]] = (),
    **given: Any,
) -> Interpretation:
    provenance = {"knowledge_version": version, "knowledge_hash": hash_}
    evaluations = tuple(Evaluation(rule, value, code) for rule, value, code in rules)
    return replace(minimal(), provenance=provenance, evaluations=evaluations, **given)


def _therapy(match: str = "yes", sources: tuple[str, ...] = ("src",), key: str = "a1") -> TherapyLine:
    note = EvidenceNote("", None, "")
    return TherapyLine(key, (), "sensitivity", match, "", "", note, (), sources)


def _why(old: Interpretation, new: Interpretation) -> str:
    (change,) = explained(old, new, NEW, SETTINGS, TODAY)
    return change.why


YES, UNKNOWN = ("a1", Truth.YES, "found"), ("a1", Truth.UNKNOWN, "found_filtered")


def test_a_statement_that_came_or_went_says_so_with_the_sources_of_what_came() -> None:
    without, with_ = _result("1", "g"), _result("2", "k", [YES], therapies=(_therapy(sources=("s1", "s2")),))
    assert _why(without, with_) == "knowledge 1 -> 2: entry a1 was added [s1, s2]"
    assert _why(with_, without) == "knowledge 2 -> 1: entry a1 was withdrawn"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("2026-01", "aaaaaaaabb"), ("2026-01", "hhhhhhhhhi")),
        (("2026-01", None), ("2026-01", "hhhhhhhhhi")),
        ((None, None), ("2026-01", "hhhhhhhhhi")),
        ((None, None), (None, None)),
    ],
)
def test_two_bases_of_one_version_are_told_apart_by_the_begin_of_their_hash(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None]
) -> None:
    told = {
        ("2026-01", "aaaaaaaabb"): "2026-01 (aaaaaaaa) -> 2026-01 (hhhhhhhh)",
        ("2026-01", None): "2026-01 (no hash) -> 2026-01 (hhhhhhhh)",
    }
    if one[0] is None:
        told[one] = "unknown -> 2026-01" if other[0] else "unknown (no hash) -> unknown (no hash)"
    old, new = _result(*one, [YES], therapies=(_therapy(),)), _result(*other)
    assert _why(old, new) == f"knowledge {told[one]}: entry a1 was withdrawn"


def test_a_rule_that_reads_otherwise_is_told_before_and_after() -> None:
    old = _result("1", "g", [UNKNOWN, ("a2", Truth.YES, "found")], therapies=(_therapy("unknown"),))
    new = _result("2", "h", [YES, ("a2", Truth.NO, "absent")], therapies=(_therapy(),))
    assert _why(old, new) == (
        "knowledge 1 -> 2: the rule reads otherwise (a1: unknown, found filtered -> yes, found) [src]"
    )
    other_code = _result("1", "g", [("a1", Truth.YES, "absent")], therapies=(_therapy("unknown"),))
    assert "(a1: yes, absent -> yes, found)" in _why(other_code, new)


def test_a_statement_whose_rule_reads_as_before_was_edited() -> None:
    old = _result("1", "g", [YES], therapies=(_therapy("unknown"),))
    new = _result("2", "h", [YES], therapies=(_therapy(key="a0"), _therapy()))
    old = replace(old, therapies=(_therapy(key="a0"), *old.therapies))
    assert _why(old, new) == "knowledge 1 -> 2: entry a1 was edited, its rule reads as before [src]"
    bare = replace(new, therapies=(_therapy(key="a0"), _therapy(sources=())))
    (match, sources) = explained(old, bare, NEW, SETTINGS, TODAY)
    assert match.why == sources.why == "knowledge 1 -> 2: entry a1 was edited, its rule reads as before"


@pytest.mark.parametrize("where", ["background", "prognosis"])
def test_sources_are_named_of_standing_options_and_prognosis_too(where: str) -> None:
    line = _therapy() if where == "background" else PrognosisLine("", "", "yes", (), ("src",), id="a1")
    found = _why(_result("1", "g"), _result("2", "h", [YES], **{where: (line,)}))
    assert found == "knowledge 1 -> 2: entry a1 was added [src]"


def _arm(match: Truth) -> TrialLine:
    return TrialLine("NCT1", "Arm", match, match, match, "recruiting", "", False, (), arm_id="one")


def test_a_trial_is_explained_by_each_of_its_arms_that_reads_otherwise() -> None:
    old = _result(
        "1",
        "g",
        [("NCT1/two", Truth.NO, "absent"), ("NCT1/one", Truth.NO, "absent"), ("NCT1/gone", Truth.NO, "absent"),
         ("NCT1/same", Truth.NO, "absent"), ("NCT10/one", Truth.NO, "absent")],
        trials=(_arm(Truth.NO),),
    )  # fmt: skip
    new = _result(
        "2",
        "h",
        [("NCT1/two", Truth.YES, "found"), ("NCT1/one", Truth.YES, "found"), ("NCT1/new", Truth.NO, "absent"),
         ("NCT1/same", Truth.NO, "absent"), ("NCT10/one", Truth.YES, "found")],
        trials=(_arm(Truth.YES),),
    )  # fmt: skip
    assert _why(old, new) == (
        "knowledge 1 -> 2: the rule reads otherwise (NCT1/one: no, absent -> yes, found; "
        "NCT1/two: no, absent -> yes, found)"
    )


def test_a_biomarker_that_rules_answer_is_explained_by_its_rule() -> None:
    def result(version: str, value: str, truth: Truth, code: str) -> Interpretation:
        line = BiomarkerResult("ALT", value, "", "estimated", "", "alt")
        return _result(version, version, [("biomarker/alt", truth, code)], biomarkers=(line,))

    old, new = result("1", "no", Truth.NO, "absent"), result("2", "suspected", Truth.YES, "found")
    assert _why(old, new) == (
        "knowledge 1 -> 2: the rule reads otherwise (biomarker/alt: no, absent -> yes, found)"
    )
    counted = [replace(item, evaluations=()) for item in (old, new)]
    assert _why(*counted) == "knowledge 1 -> 2: entry alt was edited or added"


def test_a_subgroup_or_an_entry_without_a_rule_was_edited_or_added() -> None:
    old = _result("1", "g", [("one", Truth.NO, "a")], subgroups=(SubgroupLine("one", (), "no", ""),))
    new = _result("2", "h", [("one", Truth.YES, "b")], subgroups=(SubgroupLine("one", (), "yes", ""),))
    assert _why(old, new) == "knowledge 1 -> 2: entry one was edited or added"
    bare = _result("2", "h", therapies=(_therapy(),))
    assert _why(_result("1", "g"), bare) == "knowledge 1 -> 2: entry a1 was edited or added"


def test_a_variant_that_weighs_otherwise_is_explained_by_its_gene() -> None:
    def result(version: str, significance: str) -> Interpretation:
        onco = Oncogenicity("", 0, significance=significance)
        finding = Finding("f", "small_variant", "GENA", "missense", None, oncogenicity=onco)
        return _result(version, version, [("GENA", Truth.NO, significance)], findings=(finding,))

    assert _why(result("1", "uncertain"), result("2", "pathogenic")) == (
        "knowledge 1 -> 2: what is known of gene GENA was edited or added"
    )


def test_with_the_same_knowledge_the_knowledge_is_not_the_cause() -> None:
    old, new = _result("1", "h"), _result("1", "h", [YES], therapies=(_therapy(),))
    assert _why(old, new) == NOT_KNOWLEDGE
    assert explained(old, old, NEW, SETTINGS, TODAY) == ()


# ---------------------------------------------------------------- with the old knowledge at hand


def test_with_the_old_knowledge_each_change_is_traced_to_its_entry_or_to_none() -> None:
    panet = Context(tumour_type="PANET")
    first = _assertion("a1", "GENA", statement="As it was.")
    second = _assertion("a2", "GENA", tier_amp="II-C")
    was = replace(_knowledge(first, second), sources={"src": Source("src", "one")}, hash="old")
    now = replace(was, assertions=(replace(first, statement="As it is."), second), hash="new")
    old = _run(was, _finding("GENA"), context=panet)
    # What is stored was read by an older version of the program, which did not list the second.
    old = replace(old, therapies=tuple(line for line in old.therapies if line.id == "a1"))
    new = reinterpret(old, now, SETTINGS, TODAY, {})
    found = {change.name: change for change in explained(old, new, now, SETTINGS, TODAY, was)}
    assert set(found) == {"a1", "a2"}
    assert found["a1"].why.startswith("statement a1 changed: statement")
    assert found["a2"].why == NOT_KNOWLEDGE
