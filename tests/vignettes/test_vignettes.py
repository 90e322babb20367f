"""Every vignette of this folder on both builds, from a VCF file to the interpretation.

A vignette (``*.yaml`` beside this file) tells a tumour and what a clinician expects of the report; README.md
explains the fields. Only what is told is asserted, so that a report may say more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from netboard.errors import NetboardError
from netboard.interpret.reread import changes, reinterpret
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.result import Interpretation, from_json, to_json
from netboard.model.variant import BUILDS, Build
from netboard.output import now_utc
from vignettes.tumour import Case, both, interpretation, plain_id, read_vignettes

VIGNETTES = read_vignettes()
_KEYS = {"name", "story", "given", "expect", "builds", "defect", "letter"}


def _findings(result: Interpretation, expected: Mapping[str, str]) -> None:
    found = {(f.gene, f.event) for f in result.findings}
    for gene, event in expected.items():
        assert (gene, event) in found, f"{gene} {event} is not among {sorted(found)}"


def _state(result: Interpretation, expected: Mapping[str, Mapping[str, Any]]) -> None:
    """What is said of a gene's finding: any field of it, significance, class and points of its oncogenicity."""
    for gene, fields in expected.items():
        finding = next(f for f in result.findings if f.gene == gene)
        for key, value in fields.items():
            if key in ("significance", "classification", "points"):
                assert finding.oncogenicity is not None
                assert getattr(finding.oncogenicity, key) == value
            else:
                assert getattr(finding, key) == value, f"{gene} {key}: {getattr(finding, key)}"


def _no_findings(result: Interpretation, expected: list[str]) -> None:
    assert not {f.gene for f in result.findings} & set(expected)


def _therapies(result: Interpretation, expected: list[Mapping[str, Any]]) -> None:
    for wanted in expected:
        lines = [
            line
            for line in result.therapies
            if wanted["drug"] in ", ".join(line.drugs).lower()
            and line.direction == wanted["direction"]
            and line.match == wanted["match"]
        ]
        listed = both([f"{'+'.join(t.drugs)} {t.direction} {t.match}" for t in result.therapies])
        assert lines, f"{dict(wanted)} is not among: {listed}"
        if "fit" in wanted:
            assert wanted["fit"] in {line.context_match for line in lines}, {t.context_match for t in lines}
        if "tier" in wanted:
            assert wanted["tier"] in {line.tier_amp for line in lines}, {t.tier_amp for t in lines}
        if "needs" in wanted:
            needs = both([need for line in lines for need in line.needs])
            assert wanted["needs"].lower() in needs.lower(), needs


def _no_therapies(result: Interpretation, expected: list[str]) -> None:
    for drug in expected:
        lines = [t.id for t in result.therapies if drug in ", ".join(t.drugs).lower()]
        assert drug != "any" or not result.therapies, [t.id for t in result.therapies]
        assert not lines, f"{drug} stands under {lines}"


def _not_sure(result: Interpretation, expected: list[str]) -> None:
    for drug in expected:
        sure = [
            t.id
            for t in result.therapies
            if drug in ", ".join(t.drugs).lower() and t.match == "yes" and t.direction == "sensitivity"
        ]
        assert not sure, f"{drug} is said to fit under {sure}"


def _arms(result: Interpretation, expected: Mapping[str, Any]) -> None:
    arms = {line.arm_id: line for line in result.trials}
    for arm, wanted in expected.items():
        line = arms[arm]
        told = {"match": wanted} if isinstance(wanted, str) else wanted
        for key, value in told.items():
            if key == "needs":
                needs = both([need for proof in line.reasons for need in proof.needs])
                assert value.lower() in needs.lower(), needs
            elif key == "code":
                assert value in {proof.code for proof in line.reasons}, {p.code for p in line.reasons}
            else:
                said = getattr(line, key)
                assert getattr(said, "value", said) == value, f"{arm} {key}: {said}"


def _tiers(result: Interpretation, expected: Mapping[str, str | None]) -> None:
    for gene, tier in expected.items():
        said = {f.tier_amp for f in result.findings if f.gene == gene}
        assert said == {None if tier == "none" else tier}, f"{gene}: {said}"


def _prognosis(result: Interpretation, expected: list[Mapping[str, str]]) -> None:
    said = [(p.gene, p.direction, p.match, p.kind, p.id) for p in result.prognosis]
    for wanted in expected:
        assert any(
            wanted.get("gene", gene) == gene
            and wanted["direction"] == direction
            and wanted["match"] == match
            and wanted.get("kind", "prognostic") == kind
            for gene, direction, match, kind, _ in said
        ), f"{dict(wanted)} is not among {said}"


def _no_prognosis(result: Interpretation, expected: list[Mapping[str, str]]) -> None:
    for unwanted in expected:
        hits = [
            p.id for p in result.prognosis if all(getattr(p, key) == value for key, value in unwanted.items())
        ]
        assert not hits, f"{dict(unwanted)} stands: {hits}"


def _background(result: Interpretation, expected: Mapping[str, str]) -> None:
    """Standing options by drug: yes, unknown or none (not listed)."""
    for drug, match in expected.items():
        said = {
            line.match
            for line in result.background
            if drug in ", ".join(line.drugs).lower() and line.direction == "sensitivity"
        }
        assert (match in said) if match != "none" else not said, f"{drug}: {said}"


def _subgroups(result: Interpretation, expected: Mapping[str, str]) -> None:
    for word, state in expected.items():
        said = {line.state for line in result.subgroups if word.lower() in line.name.lower()}
        assert (state in said) if state != "none" else not said, f"{word}: {said}"


def _two_hits(result: Interpretation, expected: Mapping[str, str]) -> None:
    for gene, value in expected.items():
        said = {item.two_hits.value for item in result.alterations if item.gene == gene}
        assert said == {value}, f"{gene}: {said}"


def _genes(result: Interpretation, expected: Mapping[str, Any]) -> None:
    states = {gene.gene: gene for gene in result.genes}
    for gene, told in expected.items():
        wanted = {"small_variants": told} if isinstance(told, str) else told
        for scope, state in wanted.items():
            assert getattr(states[gene], scope) == state, f"{gene} {scope}: {getattr(states[gene], scope)}"


def _not_assessed(result: Interpretation, expected: list[str]) -> None:
    said = [f"{gap.what}: {gap.why}: {gap.remedy}" for gap in result.not_assessed]
    for word in expected:
        assert any(word.lower() in line.lower() for line in said), f"{word!r} in none of {said}"


def _warnings(result: Interpretation, expected: list[str]) -> None:
    for word in expected:
        assert word.lower() in " ".join(result.warnings).lower(), result.warnings


_CHECKS: Mapping[str, Callable[[Interpretation, Any], None]] = {
    "findings": _findings,
    "finding": _state,
    "no_findings": _no_findings,
    "therapies": _therapies,
    "no_therapies": _no_therapies,
    "not_sure": _not_sure,
    "arms": _arms,
    "tiers": _tiers,
    "prognosis": _prognosis,
    "no_prognosis": _no_prognosis,
    "background": _background,
    "subgroups": _subgroups,
    "genes": _genes,
    "two_hits": _two_hits,
    "not_assessed": _not_assessed,
    "warnings": _warnings,
}


def _runs() -> list[Any]:
    """Return each vignette with each build; a known defect is a strict expected failure with its reason."""
    runs = []
    for theme, vignette in VIGNETTES:
        for build in vignette.get("builds", BUILDS):
            marks = []
            if "defect" in vignette:
                marks.append(pytest.mark.xfail(reason=vignette["defect"], raises=AssertionError, strict=True))
            name = f"{theme}-{plain_id(vignette['name'])}-{build}"
            runs.append(pytest.param(vignette, build, id=name, marks=marks))
    return runs


@pytest.mark.parametrize(("vignette", "build"), _runs())
def test_the_report_says_what_a_clinician_expects(
    vignette: Mapping[str, Any], build: Build, knowledge: Knowledge, tmp_path: Path
) -> None:
    case = Case(vignette["given"], build)
    expected = vignette["expect"]
    if "refused" in expected:
        with pytest.raises(NetboardError) as refusal:
            interpretation(case, knowledge, tmp_path)
        assert expected["refused"].lower() in str(refusal.value).lower()
        return
    result = interpretation(case, knowledge, tmp_path)
    for key, value in expected.items():
        _CHECKS[key](result, value)
    every_statement_is_founded(result)
    the_stored_result_says_the_same(result, knowledge)


def the_stored_result_says_the_same(result: Interpretation, knowledge: Knowledge) -> None:
    """Stored and read again with the same knowledge, a result loses nothing and gains nothing."""
    stored = from_json(json.loads(json.dumps(to_json(result))))
    again = reinterpret(stored, knowledge, Settings(), now_utc().date(), {})
    for part in ("findings", "therapies", "background", "prognosis", "trials", "subgroups"):
        assert getattr(again, part) == getattr(result, part), part
    assert {(e.rule, e.value) for e in again.evaluations} == {(e.rule, e.value) for e in result.evaluations}
    assert changes(result, again) == []


def every_statement_is_founded(result: Interpretation) -> None:
    """No line without a source that travels with the result, no unknown without what would settle it."""
    known = result.knowledge_slice["sources"]
    for line in (*result.therapies, *result.background, *result.prognosis):
        assert line.sources, line.id
        assert set(line.sources) <= set(known), line.id
        assert line.match != "unknown" or line.needs, line.id
    ids = {finding.id for finding in result.findings}
    for statement in (*result.therapies, *result.prognosis):
        assert statement.because, statement.id
        assert set(statement.because) <= ids
    for arm in result.trials:
        assert arm.sources
        assert arm.match.value != "unknown" or any(proof.needs for proof in arm.reasons), arm.arm
    for gap in result.not_assessed:
        assert gap.what
        assert gap.why
        assert gap.remedy


def test_there_are_enough_vignettes_and_each_is_told_in_full() -> None:
    assert len(VIGNETTES) >= 60
    names = [vignette["name"] for _, vignette in VIGNETTES]
    assert len(set(names)) == len(names)
    for _, vignette in VIGNETTES:
        assert set(vignette) <= _KEYS
        assert len(vignette["story"].split()) >= 8, vignette["name"]
        assert vignette["expect"]
        assert set(vignette["expect"]) <= {*_CHECKS, "refused"}, vignette["name"]


def test_the_vignettes_together_ask_for_every_kind_of_answer() -> None:
    asked: dict[str, int] = {}
    for _, vignette in VIGNETTES:
        for key in vignette["expect"]:
            asked[key] = asked.get(key, 0) + 1
    assert set(asked) == {*_CHECKS, "refused"}
    directions = {
        line["direction"] for _, vignette in VIGNETTES for line in vignette["expect"].get("prognosis", ())
    }
    assert directions >= {"better", "worse", "supports"}


def test_what_must_not_appear_is_named_as_the_knowledge_base_names_it(knowledge: Knowledge) -> None:
    """A drug or a statement that is misspelt would never appear, and its vignette could not fail."""
    drugs = [therapy.name.lower() for therapy in knowledge.therapies.values()]
    statements = {assertion.id for assertion in knowledge.assertions}
    groups = [rule.name.lower() for rule in knowledge.subgroups]
    for _, vignette in VIGNETTES:
        expect = vignette["expect"]
        for drug in (
            *expect.get("no_therapies", ()),
            *expect.get("not_sure", ()),
            *expect.get("background", ()),
        ):
            assert drug == "any" or any(drug in name for name in drugs), drug
        assert {line["id"] for line in expect.get("no_prognosis", ()) if "id" in line} <= statements
        assert all(any(word.lower() in name for name in groups) for word in expect.get("subgroups", ()))
