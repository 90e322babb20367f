"""A stored result read with other knowledge: what was seen stays, what it means is asked anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from netboard.interpret.reread import changes, reinterpret
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.facts import SCOPES, Coverage
from netboard.model.result import Context, Finding, Interpretation, Locus
from netboard.model.standard import AlterationRules, CriterionRule, Standard
from netboard.model.variant import Gene, Panel, Transcript

TODAY = date(2026, 6, 1)
_STANDARD = Standard(
    "",
    (
        CriterionRule("null_variant", "OVS1", 8, "", "", "no data", ""),
        CriterionRule("population_common", "SBS1", -4, "", "", "no data", ""),
    ),
    ((6, "likely"), (0, "open")),
    {"common": 0.01},
    ("NFE",),
)


def _knowledge(role: str = "tumour_suppressor", *more: str, common: float = 0.01) -> Knowledge:
    """Return a base of one gene with a role, and of more genes without one."""
    model = Transcript("GENA", "GRCh38", "NM_1.1", "1", 1, ((0, 303),), 0, 303)
    genes = {"GENA": Gene("GENA", "a gene", "HGNC:1", role=role, transcripts=(model,))}
    genes.update({name: Gene(name, "a gene", "HGNC:2") for name in more})
    rules = AlterationRules({"common_frequency": common})
    return Knowledge(
        Panel(genes, ()),
        *((), (), {}, {}, {}, (), ()),  # type: ignore[arg-type]
        version="1",
        hash="h",
        date="2026-01-01",
        oncogenicity=_STANDARD,
        alterations=rules,
    )


def _small(event: str = "truncating", **given: Any) -> Finding:
    values: dict[str, Any] = {
        "type": "small_variant",
        "variant": Locus("GRCh38", "1", 5, "A", "T"),
        "consequence_source": "sequence",
        "nmd_escape": False,
        "support": "adequate",
        **given,
    }
    return Finding(id="GENA:1-5-A-T", gene="GENA", event=event, **values)


def _stored(finding: Finding, knowledge: Knowledge) -> Interpretation:
    seen = {scope: Coverage("assessed") for scope in SCOPES}
    given = SampleInput(
        sample="S",
        context=Context(grade="G2"),
        assay={"name": "exome"},
        coverage={"GENA": seen},
        findings=(finding,),
        counts={"records": 1, "in_targets": 1, "kept": 1, "skipped": {}, "contigs_seen": []},
        provenance={"command": "first", "build": "GRCh38"},
        warnings=("a warning",),
    )
    return interpret(given, knowledge, Settings(), TODAY)


def _again(finding: Finding, knowledge: Knowledge | None = None, **given: Any) -> Finding:
    """Return a finding that was stored under an oncogene, read again."""
    anew = _knowledge() if knowledge is None else knowledge
    (found,) = reinterpret(_stored(finding, _knowledge("oncogene")), anew, Settings(), TODAY, {}).findings
    return found


def _weight(finding: Finding) -> tuple[str, int] | None:
    onco = finding.oncogenicity
    return None if onco is None else (onco.significance, onco.points)


def test_a_small_variant_is_weighed_anew_by_the_role_that_its_gene_has_now() -> None:
    assert _weight(_again(_small())) == ("pathogenic", 8)
    assert _weight(_again(_small(), _knowledge("oncogene"))) == ("uncertain", 0)


def test_a_deletion_is_weighed_anew_too_and_other_classes_are_left_as_stored() -> None:
    place = Locus("GRCh38", "1", 1, "N", "<CN>", end=303)
    lost = _small("deletion", type="copy_number", variant=place)
    assert _weight(_again(lost)) == ("pathogenic", 8)
    for other in (
        _small("fusion", type="rearrangement", variant=Locus("GRCh38", "1", 5, "N", "<BND>")),
        _small(variant=None),
    ):
        assert _weight(_again(other)) is None


@pytest.mark.parametrize(
    ("given", "weight"),
    [
        ({"nmd_escape": True, "residue": 95}, ("uncertain", 0)),
        ({"nmd_escape": True, "residue": 5}, ("pathogenic", 8)),
        ({"event": "missense", "hotspot": "V1E", "hotspot_exact": True}, ("pathogenic", 0)),
        ({"event": "missense", "hotspot": "V1E", "hotspot_exact": False}, ("uncertain", 0)),
        (
            {"event": "hotspot", "consequence": ("stop_gained",), "hotspot": "V1*", "hotspot_exact": True},
            ("pathogenic", 8),
        ),
        ({"population_frequency": 0.02, "population_source": "INFO/AF_NFE"}, ("benign", 4)),
        ({"population_frequency": 0.02, "population_source": "INFO/AF_FIN"}, ("benign", 8)),
        ({"population_frequency": 0.02, "population_source": None}, ("benign", 4)),
        ({"population_frequency": 0.009, "population_source": "INFO/AF"}, ("pathogenic", 8)),
    ],
)
def test_all_that_was_stored_of_an_allele_is_weighed_again(
    given: dict[str, Any], weight: tuple[str, int]
) -> None:
    assert _weight(_again(_small(**given))) == weight


def test_the_share_that_is_common_is_that_of_the_base_which_reads_it() -> None:
    finding = _small(population_frequency=0.02, population_source="INFO/AF")
    assert _weight(_again(finding, _knowledge(common=0.03))) == ("pathogenic", 4)
    assert _weight(_again(finding, _knowledge(common=0.02))) == ("benign", 4)


def test_what_was_seen_is_kept_and_the_provenance_of_the_new_reading_laid_over_the_old() -> None:
    stored = _stored(_small(), _knowledge("oncogene"))
    again = reinterpret(stored, _knowledge(), Settings(), TODAY, {"command": "again"})
    assert (again.provenance["command"], again.provenance["build"]) == ("again", "GRCh38")
    assert (again.sample, again.context, again.assay) == (stored.sample, stored.context, stored.assay)
    assert (again.counts["kept"], again.warnings) == (1, ("a warning",))
    (was,), (now,) = stored.findings, again.findings
    assert replace(now, oncogenicity=was.oncogenicity) == was


def test_a_gene_that_joined_the_panel_is_not_covered_and_the_differences_are_said() -> None:
    oncogene = _knowledge("oncogene")
    stored = reinterpret(_stored(_small(), oncogene), oncogene, Settings(), TODAY, {})
    again = reinterpret(stored, _knowledge("tumour_suppressor", "GENB"), Settings(), TODAY, {})
    states = {gene.gene: gene.small_variants for gene in again.genes}
    assert states == {"GENA": "altered", "GENB": "not_assessed"}
    assert changes(stored, again) == [
        "GENA:1-5-A-T: uncertain -> pathogenic",
        "GENA:1-5-A-T: AMP tier III -> none",
        "gene GENB is asked now; the stored run did not look at it: not covered",
    ]
