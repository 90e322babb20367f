"""The composed interpretation, on a small knowledge base of made-up genes and drugs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import jsonschema
import pytest

from netboard.interpret.assessed import coverage
from netboard.interpret.events import finding_of
from netboard.interpret.reread import changes, reinterpret
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect
from netboard.model.evidence import (
    Arm,
    Assertion,
    ContextClause,
    EventClause,
    Evidence,
    GroupClause,
    Knowledge,
    Level,
    Therapy,
    Trial,
    Truth,
    TumourType,
)
from netboard.model.result import Context, Finding, Interpretation, from_json, to_json
from netboard.model.schema import result_schema
from netboard.model.variant import Assay, Gene, Panel, Support, Transcript, Variant

TODAY = date(2026, 6, 1)
SETTINGS = Settings()


def _gene(symbol: str, role: str = "tumour_suppressor") -> Gene:
    model = Transcript(symbol, "GRCh38", f"NM_{symbol}.1", "1", 1, ((1000, 1303),), 1000, 1303)
    return Gene(symbol, symbol, "HGNC:1", role=role, transcripts=(model,))


def _when(gene: str, **given: object) -> EventClause:
    return EventClause(gene, ("truncating", "missense", "hotspot"), **given)  # type: ignore[arg-type]


def _assertion(key: str, gene: str, **given: object) -> Assertion:
    values: dict[str, object] = {
        "kind": "predictive",
        "direction": "sensitivity",
        "statement": f"{key} statement",
        "when": _when(gene),
        "genes": (gene,),
        "drugs": ("drugx",),
        "sources": ("src",),
        "evidence": Evidence("B", "phase 3", 200, "NET", "NET"),
        "tier_amp": "I-A",
        "tier_escat": "I-A",
        **given,
    }
    return Assertion(id=key, **values)  # type: ignore[arg-type]


TYPES = {
    "NET": TumourType("NET", "NET", (), neuroendocrine=True),
    "PANET": TumourType("PANET", "pancreatic NET", ("NET",), neuroendocrine=True),
    "LUNET": TumourType("LUNET", "lung NET", ("NET",), neuroendocrine=True),
    "COAD": TumourType("COAD", "colon", ()),
}


#: A tier of another tumour type falls as the knowledge base says.
LEVELS = (
    Level("amp", "I-A", "approved here", "II-C", "src"),
    Level("escat", "I-A", "randomised here", "III-A", "src"),
)


def _knowledge(*assertions: Assertion, trials: tuple[Trial, ...] = ()) -> Knowledge:
    panel = Panel({symbol: _gene(symbol) for symbol in ("GENA", "GENB", "GENC")}, ())
    therapies = {"drugx": Therapy("drugx", "drug X", feedback=(("it rebounds", "src"),))}
    return Knowledge(
        panel, assertions, trials, therapies, TYPES, {}, (), (), "1", "h", "2026-01-01", levels=LEVELS
    )


def _finding(gene: str, event: str = "truncating", **given: object) -> Finding:
    values: dict[str, object] = {"support": Support(100, 40, 0.4, "FORMAT/AD"), **given}
    variant = Variant("GRCh38", "1", 1100, "A", "AT", "S", **values)  # type: ignore[arg-type]
    effect = Effect(
        gene, event, ("frameshift_variant",), "sequence", residue=20, nmd_escape=False, proved=True
    )  # type: ignore[arg-type]
    panel = Panel({gene: _gene(gene)}, ())
    return finding_of(variant, effect, panel, SETTINGS, matched_normal=False)


def _run(
    knowledge: Knowledge, *findings: Finding, context: Context | None = None, assay: Assay | None = None
) -> Interpretation:
    assay = assay or Assay(True, "exome", "exome", frozenset({"small_variants"}))
    given = SampleInput(
        sample="S",
        context=context or Context(),
        assay={},
        coverage=coverage(assay, knowledge.panel, "GRCh38"),
        findings=findings,
        counts={
            "records": None,
            "in_targets": len(findings),
            "kept": len(findings),
            "skipped": {},
            "contigs_seen": [],
        },
    )
    return interpret(given, knowledge, SETTINGS, TODAY)


def test_a_matched_statement_names_its_finding_evidence_and_tier() -> None:
    result = _run(
        _knowledge(_assertion("a1", "GENA")), _finding("GENA"), context=Context(tumour_type="PANET")
    )
    (line,) = result.therapies
    assert (line.match, line.context_match, line.tier_amp, line.drugs) == (
        "yes",
        "same_tumour",
        "I-A",
        ("drug X",),
    )
    assert line.because == (result.findings[0].id,)
    assert line.evidence.patients == 200
    assert result.findings[0].tier_amp == "I-A"
    assert any("rebounds" in note for note in line.notes)


@pytest.mark.parametrize(
    ("tumour_type", "fit", "amp", "escat"),
    [
        ("LUNET", "other_net", "II-C", "III-A"),
        ("COAD", "other_tumour", "II-C", "III-A"),
        (None, "unknown", "II-C", "III-A"),
    ],
)
def test_evidence_of_another_tumour_never_reaches_tier_one(
    tumour_type: str | None, fit: str, amp: str, escat: str
) -> None:
    assertion = _assertion("a1", "GENA", evidence=Evidence("A", "phase 3", 200, "pancreas", "PANET"))
    result = _run(_knowledge(assertion), _finding("GENA"), context=Context(tumour_type=tumour_type))
    line = result.therapies[0]
    assert (line.context_match, line.tier_amp, line.tier_escat) == (fit, amp, escat)


def test_nothing_found_lists_no_statement_even_where_the_gene_was_not_looked_at() -> None:
    undeclared = _run(_knowledge(_assertion("a1", "GENA")), assay=Assay())
    assert undeclared.therapies == ()
    assert undeclared.evaluations[0].value is Truth.UNKNOWN
    assert undeclared.evaluations[0].needs


def test_what_was_measured_by_staining_is_never_a_therapy_line_and_at_most_related() -> None:
    by_staining = _assertion("a1", "GENA", measured_by="ihc")
    prognosis = _assertion("a2", "GENA", measured_by="ihc", kind="prognostic", direction="worse")
    result = _run(_knowledge(by_staining, prognosis), _finding("GENA"))
    assert result.therapies == ()
    assert [(line.id, line.match) for line in result.prognosis] == [("a2", "related")]


def test_a_missing_context_makes_a_statement_unknown_and_names_the_field() -> None:
    assertion = _assertion("a1", "GENA", context=ContextClause("grade", ("G1", "G2")))
    result = _run(_knowledge(assertion), _finding("GENA"))
    assert (result.therapies[0].match, result.therapies[0].needs) == ("unknown", ("grade of this patient",))
    excluded = _run(_knowledge(assertion), _finding("GENA"), context=Context(grade="NEC"))
    assert excluded.therapies == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"filters": ("LowQual",)}, "found_filtered"),
        ({"support": Support(100, 1, 0.01, "AD")}, "found_low_support"),
    ],
)
def test_a_filtered_or_poorly_supported_event_leaves_a_statement_unknown(
    given: dict[str, object], code: str
) -> None:
    result = _run(_knowledge(_assertion("a1", "GENA")), _finding("GENA", **given))
    assert (result.therapies[0].match, result.evaluations[0].code) == ("unknown", code)
    assert result.therapies[0].tier_amp is None


def test_a_single_patient_never_stands_above_a_controlled_trial() -> None:
    trial = _assertion("z-trial", "GENA")
    case = _assertion("a-case", "GENA", evidence=Evidence("C", "case", 1, "NET", "NET"))
    mouse = _assertion("b-mouse", "GENA", evidence=Evidence("D", "preclinical", None, "mouse", ""))
    result = _run(_knowledge(mouse, case, trial), _finding("GENA"), context=Context(tumour_type="NET"))
    assert [line.id for line in result.therapies] == ["z-trial", "a-case", "b-mouse"]
    assert result.therapies[2].context_match == "preclinical"


def _trial(status: str = "recruiting", as_of: str = "2026-05-01") -> Trial:
    arms = (
        Arm("one", "Arm one", ("drugx",), _when("GENA"), not_in_rule={"GENC": "not in the printed list"}),
        Arm("two", "Arm two", ("drugy",), GroupClause("any_of", (_when("GENB"),))),
    )
    return Trial(
        "NCT00000000", "a trial", arms, status=status, as_of=as_of, both_arms="the rule does not decide"
    )


def test_arms_are_yes_no_or_unknown_and_both_arms_are_said() -> None:
    knowledge = _knowledge(trials=(_trial(),))
    one = {line.arm_id: line for line in _run(knowledge, _finding("GENA")).trials}
    assert (one["one"].match, one["two"].match) == (Truth.YES, Truth.NO)
    assert not one["one"].other_arm_fits
    both = _run(knowledge, _finding("GENA"), _finding("GENB")).trials
    assert all(line.other_arm_fits and "the rule does not decide" in line.notes for line in both)
    none = _run(knowledge, assay=Assay()).trials
    assert {line.match for line in none} == {Truth.UNKNOWN}
    assert all(reason.needs for line in none for reason in line.reasons)


def test_a_gene_that_the_printed_rule_lacks_is_explained() -> None:
    line = next(
        line for line in _run(_knowledge(trials=(_trial(),)), _finding("GENC")).trials if line.arm_id == "one"
    )
    assert line.match is Truth.NO
    assert [reason.code for reason in line.reasons] == ["absent_covered", "not_in_rule"]


@pytest.mark.parametrize(
    ("status", "as_of", "historical", "note"),
    [
        ("recruiting", "2026-05-01", False, ""),
        ("recruiting", "2025-01-01", False, "Status not current"),
        ("recruiting", "", False, "Status not dated"),
        ("terminated", "2026-05-01", True, "not an option today"),
    ],
)
def test_the_status_stands_beside_the_match(status: str, as_of: str, historical: bool, note: str) -> None:
    line = next(
        line
        for line in _run(_knowledge(trials=(_trial(status, as_of),)), _finding("GENA")).trials
        if line.arm_id == "one"
    )
    assert line.match is Truth.YES
    assert line.historical is historical
    assert (note in " ".join(line.notes)) if note else not line.notes


def test_every_gap_has_a_reason_and_a_remedy() -> None:
    result = _run(_knowledge(), assay=Assay())
    assert any("all panel genes" in gap.what and "--assay" in gap.remedy for gap in result.not_assessed)
    assert all(gap.why and gap.remedy for gap in result.not_assessed)
    assert {"tumour type", "grade"} <= {gap.what for gap in result.not_assessed}


def test_a_result_survives_json_and_fits_its_schema() -> None:
    knowledge = _knowledge(_assertion("a1", "GENA"), trials=(_trial(),))
    result = _run(knowledge, _finding("GENA"), context=Context(tumour_type="PANET"))
    stored = to_json(result)
    jsonschema.validate(stored, result_schema())
    assert to_json(from_json(stored)) == stored


def test_a_stored_result_reads_new_knowledge_without_the_variants() -> None:
    old = _run(_knowledge(), _finding("GENA"), context=Context(tumour_type="PANET"))
    assert old.therapies == ()
    stored = from_json(to_json(old))
    new = reinterpret(
        stored, _knowledge(_assertion("a1", "GENA")), SETTINGS, TODAY, {"knowledge_version": "2"}
    )
    assert [line.id for line in new.therapies] == ["a1"]
    (finding,) = old.findings
    assert changes(old, new) == [
        "therapy statement a1 is new (yes): a1 statement",
        f"{finding.id}: AMP tier none -> I-A",
        f"{finding.id}: ESCAT tier none -> I-A",
    ]
    assert changes(new, old)[0] == "therapy statement a1 no longer applies: a1 statement"
    same = reinterpret(stored, _knowledge(), SETTINGS, TODAY, {})
    assert to_json(same) == to_json(old)


def test_an_irrelevant_finding_changes_no_statement() -> None:
    knowledge = _knowledge(_assertion("a1", "GENA"), trials=(_trial(),))
    alone = _run(knowledge, _finding("GENA"))
    beside = _run(knowledge, _finding("GENA"), _finding("GENC", "synonymous"))
    assert alone.therapies == beside.therapies
    assert [line.match for line in alone.trials] == [line.match for line in beside.trials]


def test_a_standing_option_is_background_and_names_the_field_that_keeps_it_open() -> None:
    scan = GroupClause(
        "all_of", (ContextClause("tumour_type", ("NET",)), ContextClause("sstr", ("positive",)))
    )
    knowledge = _knowledge(_assertion("scan", "GENA", when=scan, genes=(), measured_by="imaging"))
    lines = {
        given: _run(knowledge, context=Context(tumour_type=tumour, sstr=sstr)).background
        for given, tumour, sstr in (
            ("yes", "PANET", "positive"),
            ("open", "PANET", None),
            ("no", "PANET", "negative"),
            ("another tumour", "COAD", "positive"),
            ("tumour not told", None, "positive"),
        )
    }
    assert [line.match for line in lines["yes"]] == ["yes"]
    assert [(line.match, line.needs) for line in lines["open"]] == [("unknown", ("sstr of this patient",))]
    assert lines["no"] == lines["another tumour"] == lines["tumour not told"] == ()


def test_evidence_of_all_solid_tumours_was_not_won_in_this_one() -> None:
    knowledge = _knowledge(
        _assertion("agnostic", "GENA", evidence=Evidence("A", "phase 2", 50, "solid tumours", "SOLID"))
    )
    types = {**TYPES, "SOLID": TumourType("SOLID", "solid tumour", oncotree=False)}
    types["NET"] = replace(types["NET"], parents=("SOLID",))
    result = _run(
        replace(knowledge, tumour_types=types), _finding("GENA"), context=Context(tumour_type="PANET")
    )
    assert (result.therapies[0].context_match, result.therapies[0].tier_amp) == ("other_tumour", "II-C")


def test_a_finding_says_which_statements_set_its_tiers() -> None:
    knowledge = _knowledge(
        _assertion("weak", "GENA", tier_amp="II-D", tier_escat="I-A"),
        _assertion("strong", "GENA", tier_amp="I-A", tier_escat="III-A"),
        _assertion("other", "GENB"),
    )
    (finding,) = _run(knowledge, _finding("GENA"), context=Context(tumour_type="PANET")).findings
    assert (finding.tier_amp, finding.tier_escat) == ("I-A", "I-A")
    assert finding.tier_set_by == ("strong", "weak")
    (bare,) = _run(_knowledge(), _finding("GENA"), context=Context(tumour_type="PANET")).findings
    assert (bare.tier_amp, bare.tier_set_by) == (None, ())


def test_a_tier_without_a_stated_downgrade_is_left_out_in_another_tumour() -> None:
    knowledge = replace(_knowledge(_assertion("a", "GENA")), levels=())
    for tumour_type, tiers in (("PANET", ("I-A", "I-A")), ("COAD", (None, None))):
        line = _run(knowledge, _finding("GENA"), context=Context(tumour_type=tumour_type)).therapies[0]
        assert (line.tier_amp, line.tier_escat) == tiers


def test_inherited_variants_are_listed_as_not_assessed() -> None:
    assert any(gap.what == "inherited variants" for gap in _run(_knowledge()).not_assessed)
    seen = Assay(True, "blood and tumour", "panel", frozenset({"small_variants", "germline"}))
    assert not any(gap.what == "inherited variants" for gap in _run(_knowledge(), assay=seen).not_assessed)


def test_the_sources_of_a_contradicting_statement_travel_with_the_result() -> None:
    from netboard.model.evidence import Source

    first = _assertion("a1", "GENA", conflicts_with=("a2",))
    second = _assertion("a2", "GENB", sources=("other",))
    knowledge = replace(
        _knowledge(first, second), sources={"src": Source("src", "one"), "other": Source("other", "two")}
    )
    result = _run(knowledge, _finding("GENA"))
    assert set(result.knowledge_slice["sources"]) == {"src", "other"}


def test_an_allele_whose_codon_is_open_leaves_its_statement_unknown() -> None:
    finding = replace(_finding("GENA", "hotspot"), flags=("combined_effect_unknown",))
    line = _run(_knowledge(_assertion("a1", "GENA")), finding).therapies[0]
    assert line.match == "unknown"
    assert "one molecule" in line.needs[0]
