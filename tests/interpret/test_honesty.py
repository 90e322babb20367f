"""What the input could not show is listed with its remedy; what is common is set aside with its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netboard.interpret.assessed import coverage, gene_assessments
from netboard.interpret.events import finding_of
from netboard.interpret.reread import reinterpret
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect, UpstreamCall
from netboard.model.evidence import Knowledge
from netboard.model.facts import SCOPES
from netboard.model.result import Context, Finding, Interpretation, from_json, to_json
from netboard.model.variant import Assay, Interval, Support, Variant

TODAY = date(2026, 6, 1)
SETTINGS = Settings()
_SEEN = ("small_variants", "copy_number", "fusions", "promoter", "germline")


def _finding(knowledge: Knowledge, gene: str, event: str = "truncating", **given: object) -> Finding:
    values: dict[str, object] = {"support": Support(100, 30, 0.3, "FORMAT/AD"), **given}
    variant = Variant("GRCh38", "1", 1100, "A", "T", "S", **values)  # type: ignore[arg-type]
    terms = {"truncating": "stop_gained", "missense": "missense_variant"}[event]
    effect = Effect(gene, event, (terms,), "sequence", residue=20, nmd_escape=False, proved=True)  # type: ignore[arg-type]
    return finding_of(
        variant,
        effect,
        knowledge.panel,
        SETTINGS,
        matched_normal=False,
        standard=knowledge.oncogenicity,
        rules=knowledge.alterations,
    )


def _run(
    knowledge: Knowledge, *findings: Finding, assay: Assay | None = None, context: Context | None = None
) -> Interpretation:
    given = SampleInput(
        sample="S",
        context=context or Context(),
        assay={},
        coverage=coverage(assay or Assay(), knowledge.panel, "GRCh38"),
        findings=findings,
        counts={
            "records": None, "in_targets": len(findings), "kept": len(findings), "skipped": {}, "contigs_seen": [],
        },
    )  # fmt: skip
    return interpret(given, knowledge, SETTINGS, TODAY)


def _targets(knowledge: Knowledge, genes: list[str]) -> tuple[Interval, ...]:
    spans = []
    for gene in genes:
        model = knowledge.panel.genes[gene].models("GRCh38")[0]
        spans.append(Interval(model.chrom, model.exons[0][0], model.exons[-1][1]))
    return tuple(spans)


@settings(max_examples=15, deadline=None)
@given(sees=st.sets(st.sampled_from(_SEEN)), declared=st.booleans(), data=st.data())
def test_every_gene_and_class_that_could_not_be_seen_is_listed_with_a_remedy(
    knowledge: Knowledge, sees: set[str], declared: bool, data: st.DataObject
) -> None:
    genes = sorted(knowledge.panel.genes)
    chosen = data.draw(st.lists(st.sampled_from(genes), max_size=4, unique=True))
    targets = _targets(knowledge, chosen) if data.draw(st.booleans()) else None
    result = _run(knowledge, assay=Assay(declared, "lab", "panel", frozenset(sees), targets))
    listed = {
        (gene, item.scope) for item in result.not_assessed for gene in item.genes if item.kind == "gene"
    }
    promoters = {gene.symbol for gene in knowledge.panel.genes.values() if gene.promoters}
    for gene in result.genes:
        for scope in SCOPES:
            asked = scope != "promoter" or gene.gene in promoters
            open_ = gene.seen[scope] != "assessed"
            assert ((gene.gene, scope) in listed) is (asked and open_), (gene.gene, scope)
    assert all(item.what and item.why and item.remedy and item.kind for item in result.not_assessed)


def test_every_biomarker_without_a_value_is_listed_with_the_test_that_settles_it(
    knowledge: Knowledge,
) -> None:
    result = _run(knowledge)
    open_ = {item.name for item in result.biomarkers if item.state == "not_assessed"}
    assert open_
    assert open_ <= {item.what for item in result.not_assessed if item.kind == "biomarker" and item.remedy}


def test_each_field_of_the_context_that_was_not_given_is_named(knowledge: Knowledge) -> None:
    listed = {item.what for item in _run(knowledge).not_assessed if item.kind == "context"}
    assert {"tumour type", "primary site", "grade", "differentiation", "stage", "prior therapy"} <= listed
    given = _run(knowledge, context=Context(differentiation="well"))
    assert "differentiation" not in {item.what for item in given.not_assessed}


def test_open_hits_cells_and_criteria_are_gaps_with_a_remedy(knowledge: Knowledge) -> None:
    result = _run(knowledge, _finding(knowledge, "MEN1"))
    gaps = {item.kind: item for item in result.not_assessed if item.genes == ("MEN1",)}
    assert "--segments" in gaps["two_hits"].remedy
    assert "--purity" in gaps["clonality"].remedy
    criteria = [item for item in result.not_assessed if item.kind == "criterion"]
    assert any("OP4" in item.what and "--population" in item.remedy for item in criteria)


# ---------------------------------------------------------------- common variants


def _common(knowledge: Knowledge, share: float, **given: object) -> Finding:
    values = {"population_frequency": share, "population_source": "INFO/AF_grpmax", **given}
    return _finding(knowledge, "MEN1", "missense", **values)


@pytest.mark.parametrize(("share", "aside"), [(0.0099, 0), (0.01, 1), (0.4, 1)])
def test_a_common_variant_is_set_aside_with_number_and_reason_and_kept(
    knowledge: Knowledge, share: float, aside: int
) -> None:
    assay = Assay(True, "exome", "exome", frozenset({"small_variants"}))
    result = _run(knowledge, _common(knowledge, share), assay=assay)
    assert result.counts["set_aside"].get("common_in_population", 0) == aside
    (finding,) = result.findings
    assert ("common_in_population" in finding.flags) is bool(aside)
    state = next(gene.small_variants for gene in result.genes if gene.gene == "MEN1")
    assert state == ("assessed" if aside else "altered")
    assert bool(result.alterations) is not bool(aside)


def test_a_recurrent_cancer_allele_is_never_set_aside(knowledge: Knowledge) -> None:
    variant = Variant(
        "GRCh38", "7", 140753335, "A", "T", "S", population_frequency=0.2, population_source="INFO/AF"
    )
    effect = Effect("BRAF", "hotspot", ("missense_variant",), "sequence", hotspot="V600E", hotspot_exact=True)
    finding = finding_of(variant, effect, knowledge.panel, SETTINGS, matched_normal=False)
    assert "common_in_population" not in finding.flags
    assert finding.oncogenicity is not None
    assert finding.oncogenicity.significance == "pathogenic"


def test_a_frequency_of_the_annotation_reaches_origin_and_points(knowledge: Knowledge) -> None:
    variant = Variant(
        "GRCh38", "1", 1100, "A", "T", "S", population_frequency=0.001, population_source="INFO/AF"
    )
    call = UpstreamCall(
        "CSQ",
        "MEN1",
        "NM_1",
        ("missense_variant",),
        "missense",
        population_frequency=0.3,
        population_source="CSQ/gnomADe_NFE_AF",
    )
    effect = Effect("MEN1", "missense", ("missense_variant",), "sequence", upstream=(call,))
    finding = finding_of(
        variant, effect, knowledge.panel, SETTINGS, matched_normal=False, standard=knowledge.oncogenicity
    )
    assert (finding.population_frequency, finding.origin) == (0.3, "germline_suspect")
    assert finding.oncogenicity is not None
    assert [item.code for item in finding.oncogenicity.criteria] == ["SBVS1"]


def test_a_benign_variant_does_not_make_its_gene_altered(knowledge: Knowledge) -> None:
    seen = coverage(Assay(True, "x", "exome", frozenset({"small_variants"})), knowledge.panel, "GRCh38")
    for finding, state in ((_common(knowledge, 0.3), "assessed"), (_finding(knowledge, "MEN1"), "altered")):
        states = {gene.gene: gene.small_variants for gene in gene_assessments(seen, [finding])}
        assert states["MEN1"] == state


# ---------------------------------------------------------------- stored results


def test_a_stored_result_read_again_says_the_same_of_hits_cells_and_points(knowledge: Knowledge) -> None:
    first = _run(knowledge, _finding(knowledge, "MEN1"), _common(knowledge, 0.3))
    again = reinterpret(from_json(to_json(first)), knowledge, SETTINGS, TODAY, {})
    assert again == replace(first, provenance=again.provenance)
    assert from_json(to_json(again)) == again
