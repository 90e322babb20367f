"""Statements of the knowledge base against a sample: what is listed, under which heading, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.statements import evaluate_assertions
from netboard.model.evidence import (
    Assertion,
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    Evidence,
    GroupClause,
    Knowledge,
    Source,
    Therapy,
    Truth,
    TumourType,
)
from netboard.model.facts import SCOPES, BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.result import Context
from netboard.model.variant import Gene, Panel

_GENES = {name: Gene(name, "a gene", "HGNC:1") for name in ("GENA", "GENB")}
_TYPES = {
    "NEN": TumourType("NEN", "Neoplasm", (), neuroendocrine=True),
    "NET": TumourType("NET", "Tumour", ("NEN",), neuroendocrine=True),
    "PANET": TumourType("PANET", "Pancreatic", ("NET",), neuroendocrine=True),
}
_THERAPIES = {
    "one": Therapy("one", "Drug One", feedback=(("it wakes GENB", "paper"), ("it wakes GENC", "paper"))),
    "two": Therapy("two", "Drug Two", feedback=(("it wakes GENB", "paper"),)),
}
_SOURCES = {
    "old": Source("old", "Old 2001", 2001),
    "new": Source("new", "New 2020", 2020),
    "undated": Source("undated", "Undated"),
}
_ALL_SEEN = {gene: {scope: Coverage("assessed") for scope in SCOPES} for gene in _GENES}
_HIT_A, _HIT_B = EventClause("GENA", ("truncating",)), EventClause("GENB", ("truncating",))
_PANET = ContextClause("tumour_type", ("PANET",))
_G2 = ContextClause("grade", ("G2",))


def _event(gene: str = "GENA", place: int = 5, **given: Any) -> FactEvent:
    values: dict[str, Any] = {"event": "truncating", "significance": "pathogenic", **given}
    return FactEvent(f"{gene}:1-{place}-A-T", gene, **values)


def _facts(*events: FactEvent, seen: bool = True, **context: Any) -> Facts:
    by_gene: dict[str, tuple[FactEvent, ...]] = {}
    for event in events:
        by_gene[event.gene] = (*by_gene.get(event.gene, ()), event)
    return Facts(by_gene, _ALL_SEEN if seen else {}, {}, Context(**context))


def _says(key: str = "s1", **given: Any) -> Assertion:
    values: dict[str, Any] = {
        "kind": "predictive",
        "direction": "sensitivity",
        "statement": f"the words of {key}",
        "when": _HIT_A,
        "evidence": Evidence("B", "phase 2", 40, "pancreas", "PANET"),
        **given,
    }
    return Assertion(id=key, **values)


def _ask(facts: Facts, *assertions: Assertion) -> Any:
    base = Knowledge(
        Panel(_GENES, ()), assertions, (), _THERAPIES, _TYPES, _SOURCES, (), (), "0", "0", "2026-01-01"
    )
    return evaluate_assertions(base, facts)


def _ids(facts: Facts, *assertions: Assertion) -> tuple[list[str], list[str], list[str]]:
    therapies, prognosis, background, _ = _ask(facts, *assertions)
    return tuple([line.id for line in lines] for lines in (therapies, prognosis, background))  # type: ignore[return-value]


# ---------------------------------------------------------------- what is listed, and where


@pytest.mark.parametrize(
    ("given", "lists"),
    [
        ({}, (["s1"], [], [])),
        ({"measured_by": "clinical"}, (["s1"], [], [])),
        ({"measured_by": "ihc"}, ([], [], [])),
        ({"kind": "prognostic"}, ([], ["s1"], [])),
        ({"kind": "prognostic", "measured_by": "ihc"}, ([], ["s1"], [])),
        ({"kind": "diagnostic"}, ([], ["s1"], [])),
        ({"when": _G2}, ([], [], ["s1"])),
        ({"when": _HIT_B}, ([], [], [])),
        ({"context": ContextClause("grade", ("G1",))}, ([], [], [])),
    ],
)
def test_a_statement_is_listed_by_its_kind_and_by_what_was_measured(
    given: dict[str, Any], lists: tuple[list[str], ...]
) -> None:
    assert _ids(_facts(_event(), grade="G2"), _says(**given)) == lists


@pytest.mark.parametrize("kind", ["predictive", "prognostic"])
def test_a_gene_that_nobody_looked_at_makes_no_line(kind: str) -> None:
    facts = _facts(seen=False)
    assert _ids(facts, _says(kind=kind)) == ([], [], [])
    # Nor does a part of the context that fits, beside a gene that is open.
    either = GroupClause("all_of", (_HIT_A, BiomarkerClause("tmb", at_least=10)))
    given = Facts({}, {}, {"tmb": BiomarkerFact(20.0)}, Context())
    assert _ids(given, _says(kind=kind, when=either)) == ([], [], [])


@pytest.mark.parametrize(
    ("when", "context", "given", "listed"),
    [
        (_G2, None, {"grade": "G2"}, True),
        (_G2, None, {}, False),
        (_G2, _PANET, {"tumour_type": "PANET"}, True),
        (_G2, _PANET, {"tumour_type": "NET"}, False),
        (_G2, _PANET, {"grade": "G2"}, False),
        (_G2, _PANET, {"tumour_type": "PANET", "grade": "G1"}, False),
        (
            _G2,
            GroupClause("all_of", (ContextClause("tumour_type", ("NET",)), _PANET)),
            {"tumour_type": "NET"},
            False,
        ),
    ],
)
def test_a_standing_option_is_listed_where_it_fits_or_where_the_tumour_fits_and_a_field_is_missing(
    when: Clause, context: Clause | None, given: dict[str, Any], listed: bool
) -> None:
    assert _ids(_facts(**given), _says(when=when, context=context))[2] == (["s1"] if listed else [])


# ---------------------------------------------------------------- what a line says


def test_a_therapy_line_that_fits_bears_its_tiers_and_needs_nothing() -> None:
    says = _says(context=_G2, tier_amp="II", tier_escat="IIA", drugs=("one", "unlisted"))
    (line,), *_ = _ask(_facts(_event(), tumour_type="PANET", grade="G2"), says)
    assert (line.match, line.tier_amp, line.tier_escat, line.needs) == ("yes", "II", "IIA", ())
    assert (line.because, line.drugs) == (("GENA:1-5-A-T",), ("Drug One", "unlisted"))


def test_a_therapy_line_that_is_open_bears_no_tier_and_names_what_would_settle_it() -> None:
    says = _says(context=_G2, tier_amp="II", tier_escat="IIA")
    (line,), *_ = _ask(_facts(_event(), tumour_type="PANET"), says)
    assert (line.match, line.tier_amp, line.tier_escat) == ("unknown", None, None)
    assert line.needs == ("grade of this patient",)


def test_the_notes_are_that_of_the_statement_and_the_feedback_of_its_drugs_once_each() -> None:
    noted = _says("a", drugs=("unlisted", "one", "two"), note="a note")
    bare = _says("b", drugs=("two",))
    (first, second), *_ = _ask(_facts(_event()), noted, bare)
    assert first.notes == (
        "a note",
        "Pathway feedback: it wakes GENB",
        "Pathway feedback: it wakes GENC",
    )
    assert second.notes == ("Pathway feedback: it wakes GENB",)


@pytest.mark.parametrize(
    ("sources", "year"), [(("old", "new", "undated"), 2020), (("undated",), None), (("unheard",), None)]
)
def test_the_year_of_a_line_is_that_of_its_newest_source(sources: tuple[str, ...], year: int | None) -> None:
    (line,), *_ = _ask(_facts(_event()), _says(sources=sources))
    assert line.year == year


@pytest.mark.parametrize(
    ("measured", "grade", "match", "needs"),
    [
        ("dna", "G2", "yes", ()),
        ("ihc", "G2", "related", ()),
        ("dna", None, "unknown", ("grade of this patient",)),
        ("ihc", None, "unknown", ("grade of this patient",)),
    ],
)
def test_a_prognosis_is_certain_as_measured_related_beside_and_open_where_a_field_is_missing(
    measured: str, grade: str | None, match: str, needs: tuple[str, ...]
) -> None:
    says = _says(kind="prognostic", direction="worse", measured_by=measured, context=_G2)
    _, (line,), *_ = _ask(_facts(_event(), grade=grade), says)
    assert (line.match, line.needs, line.because) == (match, needs, ("GENA:1-5-A-T",))


def test_a_prognosis_stands_under_the_gene_that_was_found_whatever_others_it_names() -> None:
    either = GroupClause("any_of", (_HIT_A, _HIT_B))
    says = _says(kind="prognostic", when=either, genes=("GENB", "GENA"))
    _, (line,), *_ = _ask(_facts(_event("GENA")), says)
    assert line.gene == "GENA"


def test_every_rule_leaves_its_value_and_a_proof_where_something_was_found() -> None:
    facts = _facts(_event(), grade="G2")
    *_, evaluations = _ask(facts, _says("a", context=_G2), _says("b", when=_HIT_B), _says("c", when=_G2))
    told = [(item.rule, item.value, item.proof is not None) for item in evaluations]
    assert told == [("a", Truth.YES, True), ("b", Truth.NO, False), ("c", Truth.YES, True)]
    assert evaluations[0].because == ("GENA:1-5-A-T", "grade = G2")
    assert (evaluations[1].because, evaluations[1].code) == ((), "absent_covered")


# ---------------------------------------------------------------- in which order


def _order(*assertions: Assertion, **context: Any) -> list[str]:
    return _ids(_facts(_event(), **{"tumour_type": "PANET", **context}), *assertions)[0]


def _with(key: str, **evidence: Any) -> Assertion:
    values = {"level": "B", "design": "phase 2", "patients": 40, "tumour_type": "PANET", **evidence}
    return _says(key, evidence=Evidence(**values), sources=("old",))


def test_what_fits_comes_before_what_is_open_however_strong() -> None:
    strong = _says("a", context=_G2, evidence=Evidence("A", "phase 3", 400, "", "PANET"))
    assert _order(strong, _with("z", level="D")) == ["z", "a"]


@pytest.mark.parametrize(
    "slight",
    [
        {"design": "case"},
        {"design": "preclinical"},
        {"design": "opinion"},
        {"design": "review"},
        {"design": "protocol"},
        {"patients": 1},
    ],
)
def test_a_single_patient_a_model_or_a_view_comes_after_any_study(slight: dict[str, Any]) -> None:
    assert _order(_with("a", level="A", **slight), _with("z", level="D")) == ["z", "a"]


def test_a_study_of_two_patients_or_of_an_unknown_number_is_a_study() -> None:
    assert _order(_with("a", level="A", patients=2), _with("z", level="D")) == ["a", "z"]
    assert _order(_with("a", level="A", patients=None), _with("z", level="D")) == ["a", "z"]


def test_levels_go_from_a_to_e_then_none_then_one_that_nobody_knows() -> None:
    levels = {"f": "Q", "e": "", "d": "E", "c": "D", "b": "C", "a1": "B", "a0": "A"}
    assert _order(*(_with(key, level=level) for key, level in levels.items())) == sorted(levels)


def test_of_one_level_the_own_tumour_comes_first_then_the_newest_then_the_largest_then_the_name() -> None:
    lines = (
        _with("f", tumour_type="OTHER", patients=900),
        _with("e2", patients=20),
        _with("e1", patients=20),
        _with("e3", patients=21),
        _says("c", evidence=Evidence("B", "phase 2", 5, "", "PANET"), sources=("new",)),
        _says("g", evidence=Evidence("B", "phase 2", 5, "", "OTHER"), sources=("undated",)),
    )
    assert _order(*lines) == ["c", "e3", "e1", "e2", "f", "g"]


def test_standing_options_stand_in_the_same_order() -> None:
    first, second = (
        _says(key, when=_G2, evidence=Evidence(level)) for key, level in (("b", "A"), ("a", "B"))
    )
    assert _ids(_facts(grade="G2"), second, first)[2] == ["b", "a"]


def test_prognosis_goes_by_gene_then_what_fits_then_the_name() -> None:
    lines = (
        _says("p4", kind="prognostic", when=_HIT_B),
        _says("p1", kind="prognostic", context=_G2),
        _says("p3", kind="prognostic"),
        _says("p2", kind="prognostic"),
    )
    facts = _facts(_event("GENB"), _event("GENA"))
    assert _ids(facts, *lines)[1] == ["p2", "p3", "p1", "p4"]
