"""The part of the knowledge base that travels with a result: all that its lines cite, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from netboard.interpret.slice import knowledge_slice, to_json
from netboard.model.evidence import (
    AlterationRules,
    Assertion,
    Frequency,
    GroupClause,
    Knowledge,
    Source,
    Standard,
    Therapy,
    Truth,
    TumourType,
)
from netboard.model.lines import (
    Comparison,
    ComparisonPoint,
    EvidenceNote,
    PrognosisLine,
    TherapyLine,
    TrialLine,
)
from netboard.model.result import BiomarkerResult, Context, Finding, SubgroupLine
from netboard.model.variant import Gene, Panel

GENA = Gene(
    "GENA", "gene A", "HGNC:1", role="oncogene", role_sources=("role",), pathways=("way",), summary="It grows.",
    germline_syndrome="syndrome A", germline_sources=("germline",),
)  # fmt: skip
_WHEN = GroupClause("any_of", ())
_OTHER = Assertion(
    "other", "predictive", "resistance", "It fails.", _WHEN, sources=("contra",), measured_by="ihc"
)


def _frequency(gene: str, source: str = "counted") -> Frequency:
    return Frequency(gene, "NET", "NET", "any", 10.0, 1, 10, source)


def _knowledge() -> Knowledge:
    names = (
        "role germline counted standard line trial outlook group marker compared point drug rebound contra"
    )
    return Knowledge(
        Panel({"GENA": GENA, "GENB": replace(GENA, symbol="GENB", role_sources=("b",))}, ()),
        (_OTHER, replace(_OTHER, id="third")),
        (),
        {
            "drugx": Therapy(
                "drugx", "drug X", sources=("drug",), feedback=(("it rebounds", "rebound"),),
                remarks=(("a remark", ("remark",)),),
            ),
            "drugy": Therapy("drugy", "drug Y", sources=("drug_y",)),
        },
        {
            "NET": TumourType("NET", "NET", ("NEN",)),
            "PANET": TumourType("PANET", "pancreatic NET", ("NET",)),
            "COAD": TumourType("COAD", "colon"),
        },
        {name: Source(name, f"{name} et al.") for name in (*names.split(), "b", "drug_y", "remark", "unused")},
        (_frequency("GENA"), _frequency("GENB", "counted_b")),
        (),
        "1",
        "h",
        "2026-01-01",
        oncogenicity=Standard(source="standard"),
        alterations=AlterationRules(words={"key": "a sentence"}),
    )  # fmt: skip


def _finding(gene: str = "GENA", event: str = "missense", passed: bool = True) -> Finding:
    return Finding("f", "small_variant", gene, event, None, filter_passed=passed)


def _therapy(**given: Any) -> TherapyLine:
    values = {"drugs": (), "sources": (), **given}
    return TherapyLine(
        id="a1", direction="sensitivity", match="yes", level="", context_match="", because=(),
        evidence=EvidenceNote("", None, ""), **values,
    )  # fmt: skip


def _trial(**given: Any) -> TrialLine:
    return TrialLine("NCT1", "Arm", Truth.YES, Truth.YES, Truth.YES, "recruiting", "2026-01-01", False, (), **given)  # fmt: skip


def _slice(context: Context | None = None, **given: Any) -> dict[str, Any]:
    lines = {name: given.get(name, ()) for name in ("findings", "therapies", "trials", "prognosis", "subgroups")}  # fmt: skip
    return knowledge_slice(
        _knowledge(), context or Context(), **lines, compared=given.get("compared", ())
    )  # fmt: skip


def test_a_result_without_findings_and_lines_carries_wording_alone() -> None:
    assert _slice() == {
        "genes": {},
        "sources": {},
        "drugs": {},
        "frequencies": [],
        "tumour_types": {},
        "assertions": {},
        "wording": {"key": "a sentence"},
        "trials": {},
    }


def test_a_gene_with_a_finding_is_told_with_its_sources_and_those_of_the_points() -> None:
    found = _slice(findings=[_finding(event="synonymous")])
    assert found["genes"] == {
        "GENA": {
            "symbol": "GENA",
            "name": "gene A",
            "hgnc_id": "HGNC:1",
            "role": "oncogene",
            "pathways": ["way"],
            "summary": "It grows.",
            "germline_syndrome": "syndrome A",
            "sources": ["role", "germline"],
        }
    }
    assert set(found["sources"]) == {"role", "germline", "standard"}
    assert found["sources"]["role"]["citation"] == "role et al."


def test_a_finding_in_a_gene_that_the_panel_lost_is_no_error() -> None:
    assert _slice(findings=[_finding("GENZ")])["genes"] == {}


@pytest.mark.parametrize(
    ("finding", "counted"),
    [
        (_finding(), True),
        (_finding(event="deletion"), True),
        (_finding(event="synonymous"), False),
        (_finding(event="loss_of_heterozygosity"), False),
        (_finding(passed=False), False),
    ],
    ids=lambda value: value.event if isinstance(value, Finding) else "",
)
def test_frequencies_are_given_of_genes_with_an_event_that_a_published_count_would_hold(
    finding: Finding, counted: bool
) -> None:
    found = _slice(findings=[finding])
    assert [row["gene"] for row in found["frequencies"]] == (["GENA"] if counted else [])
    assert ("counted" in found["sources"]) is counted


def test_every_source_that_a_line_cites_is_there() -> None:
    point = ComparisonPoint("drug X", "for", "text", "finding", sources=("point",))
    found = _slice(
        therapies=[_therapy(sources=("line",))],
        trials=[_trial(sources=("trial",))],
        prognosis=[PrognosisLine("GENA", "worse", "yes", (), ("outlook", "not in the base"))],
        subgroups=[
            SubgroupLine("one", (), "yes", "", sources=("group",)),
            BiomarkerResult("TMB", 1.0, "", "estimated", "", sources=("marker",)),
        ],
        compared=[Comparison("c", "C", (), "yes", "", ("compared",), (point,))],
    )
    assert list(found["sources"]) == ["compared", "group", "line", "marker", "outlook", "point", "trial"]


@pytest.mark.parametrize("name", ["drugx", "drug X"])
def test_a_drug_is_told_by_key_or_name_with_its_sources_and_without_remarks(name: str) -> None:
    for lines in ({"therapies": [_therapy(drugs=(name,))]}, {"trials": [_trial(drugs=(name,))]}):
        found = _slice(**lines)
        assert list(found["drugs"]) == ["drugx"]
        assert (found["drugs"]["drugx"]["name"], found["drugs"]["drugx"]["remarks"]) == ("drug X", [])
        assert set(found["sources"]) == {"drug", "rebound"}


def test_a_trial_is_told_with_its_title_and_dated_status() -> None:
    assert _slice(trials=[_trial(title="a trial")])["trials"] == {
        "NCT1": {"title": "a trial", "status": "recruiting", "as_of": "2026-01-01"}
    }


def test_the_statement_that_a_line_contradicts_is_told_in_short_where_it_is_not_listed() -> None:
    told = {
        "other": {
            "statement": "It fails.",
            "direction": "resistance",
            "measured_by": "ihc",
            "sources": ["contra"],
        }
    }
    outlook = PrognosisLine("GENA", "worse", "yes", (), (), conflicts_with=("other",))
    for found in (
        _slice(therapies=[_therapy(conflicts_with=("other", "gone"))]),
        _slice(prognosis=[outlook]),
    ):
        assert found["assertions"] == told
        assert set(found["sources"]) == {"contra"}


def test_the_tumour_type_and_all_above_it_that_the_base_knows_are_told() -> None:
    assert list(_slice(Context(tumour_type="PANET"))["tumour_types"]) == ["NET", "PANET"]
    assert _slice(Context(tumour_type="COAD"))["tumour_types"]["COAD"]["name"] == "colon"


def test_an_entry_is_turned_into_a_mapping_once() -> None:
    source, twin = Source("one", "one et al."), Source("one", "another")
    assert to_json(source) is to_json(source)
    assert to_json(source)["citation"] == "one et al."
    assert to_json(twin)["citation"] == "another"
