"""Points of the standard with reasons; absent data give no points in either direction."""

from __future__ import annotations

import pytest

from netboard.interpret.oncogenicity import assess
from netboard.model.effect import Effect
from netboard.model.variant import Gene, Transcript

_MODEL = Transcript("GENT", "GRCh38", "NM_1.1", "1", 1, ((0, 303),), 0, 303)
SUPPRESSOR = Gene("GENT", "gene", "HGNC:1", role="tumour_suppressor", transcripts=(_MODEL,))
ONCOGENE = Gene("GENT", "gene", "HGNC:1", role="oncogene", transcripts=(_MODEL,))


def _effect(event: str, **given: object) -> Effect:
    return Effect("GENT", event, (), "sequence", **given)  # type: ignore[arg-type]


def test_a_truncated_tumour_suppressor_is_pathogenic_with_eight_points() -> None:
    result = assess(_effect("truncating", nmd_escape=False), SUPPRESSOR, "GRCh38", None, "")
    assert (result.significance, result.points, result.classification) == (
        "pathogenic",
        8,
        "likely oncogenic",
    )
    assert [item.code for item in result.criteria] == ["OVS1"]


@pytest.mark.parametrize(
    ("residue", "significance"), [(50, "pathogenic"), (95, "uncertain"), (None, "uncertain")]
)
def test_a_truncation_that_escapes_decay_counts_when_much_of_the_protein_is_lost(
    residue: int | None, significance: str
) -> None:
    effect = _effect("truncating", nmd_escape=True, residue=residue)
    assert assess(effect, SUPPRESSOR, "GRCh38", None, "").significance == significance


def test_a_truncated_oncogene_is_not_pathogenic() -> None:
    result = assess(_effect("truncating"), ONCOGENE, "GRCh38", None, "")
    assert (result.significance, result.points) == ("uncertain", 0)


def test_an_exact_recurrent_allele_is_pathogenic_and_says_why() -> None:
    result = assess(_effect("hotspot", hotspot="V600E", hotspot_exact=True), ONCOGENE, "GRCh38", None, "")
    assert (result.significance, result.basis) == ("pathogenic", "recurrent allele V600E")


def test_another_change_of_a_recurrent_residue_stays_uncertain() -> None:
    result = assess(_effect("missense", hotspot="V600", hotspot_exact=False), ONCOGENE, "GRCh38", None, "")
    assert result.significance == "uncertain"


def test_a_plain_missense_is_of_uncertain_significance_in_any_gene() -> None:
    for gene in (SUPPRESSOR, ONCOGENE, None):
        assert assess(_effect("missense"), gene, "GRCh38", None, "").significance == "uncertain"


@pytest.mark.parametrize(
    ("frequency", "points", "significance"),
    [(0.2, -8, "benign"), (0.02, -4, "benign"), (0.001, 0, "uncertain"), (0.0, 1, "uncertain")],
)
def test_population_frequency_gives_points_by_the_standard(
    frequency: float, points: int, significance: str
) -> None:
    result = assess(_effect("missense"), SUPPRESSOR, "GRCh38", frequency, "INFO/gnomAD_AF")
    assert (result.points, result.significance) == (points, significance)


def test_missing_data_are_listed_and_give_no_points() -> None:
    result = assess(_effect("missense"), SUPPRESSOR, "GRCh38", None, "")
    assert result.points == 0
    assert any("OP4" in item for item in result.not_assessed)
