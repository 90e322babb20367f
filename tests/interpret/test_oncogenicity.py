"""Points of the standard with reasons; absent data give no points in either direction."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from netboard.interpret.oncogenicity import assess, assess_deletion
from netboard.knowledge.load import load
from netboard.model.effect import Effect
from netboard.model.result import Oncogenicity
from netboard.model.standard import CriterionRule, Standard
from netboard.model.variant import Gene, Transcript

_MODEL = Transcript("GENT", "GRCh38", "NM_1.1", "1", 1, ((0, 303),), 0, 303)
SUPPRESSOR = Gene("GENT", "gene", "HGNC:1", role="tumour_suppressor", transcripts=(_MODEL,))
ONCOGENE = Gene("GENT", "gene", "HGNC:1", role="oncogene", transcripts=(_MODEL,))
UNKNOWN_ROLE = replace(ONCOGENE, role="unknown")


@cache
def _standard() -> Standard:
    return load().oncogenicity


def _effect(event: str, *terms: str, **given: object) -> Effect:
    return Effect("GENT", event, terms, "sequence", **given)  # type: ignore[arg-type]


def _assess(
    effect: Effect, gene: Gene | None = SUPPRESSOR, frequency: float | None = None, source: str = ""
) -> Oncogenicity:
    return assess(effect, gene, "GRCh38", frequency, source, _standard())


def _codes(result: Oncogenicity) -> list[str]:
    return [item.code for item in result.criteria]


def _state(result: Oncogenicity, code: str) -> str:
    if code in _codes(result):
        return "met"
    if any(item.startswith(f"{code} ") for item in result.not_met):
        return "not_met"
    assert any(item.startswith(f"{code} ") for item in result.not_assessed), code
    return "not_assessed"


def test_a_truncated_tumour_suppressor_is_pathogenic_with_eight_points() -> None:
    result = _assess(_effect("truncating", nmd_escape=False))
    assert (result.significance, result.points, result.classification) == (
        "pathogenic",
        8,
        "likely oncogenic",
    )
    assert _codes(result) == ["OVS1"]


@pytest.mark.parametrize(
    ("escape", "residue", "significance"),
    [
        (True, 50, "pathogenic"),
        (True, 95, "uncertain"),
        (True, None, "uncertain"),
        (None, 50, "pathogenic"),
        (None, 95, "uncertain"),
        (None, None, "pathogenic"),
        (False, 95, "pathogenic"),
    ],
)
def test_a_truncation_that_may_escape_decay_counts_when_much_of_the_protein_is_lost(
    escape: bool | None, residue: int | None, significance: str
) -> None:
    result = _assess(_effect("truncating", nmd_escape=escape, residue=residue))
    assert result.significance == significance
    assert _state(result, "OVS1") == ("met" if significance == "pathogenic" else "not_met")


def test_a_truncated_oncogene_is_not_pathogenic() -> None:
    result = _assess(_effect("truncating"), ONCOGENE)
    assert (result.significance, result.points) == ("uncertain", 0)
    assert _state(result, "OVS1") == "not_met"


@pytest.mark.parametrize(
    ("whole", "words"), [(True, "deletes a tumour"), (False, "deletes exons of a tumour")]
)
def test_a_deleted_tumour_suppressor_has_the_points_of_a_null_variant(whole: bool, words: str) -> None:
    result = assess_deletion(SUPPRESSOR, _standard(), whole=whole)
    assert result is not None
    assert (_codes(result), result.points, result.classification) == (["OVS1"], 8, "likely oncogenic")
    assert (result.significance, result.criteria[0].reason) == ("pathogenic", "deletion")
    assert result.basis.startswith(words)
    assert {_state(result, code) for code in ("OS2", "OM1", "OP4", "SBVS1")} == {"not_assessed"}
    assert {_state(result, code) for code in ("OS1", "OM2", "OP3", "SBP2")} == {"not_met"}


@pytest.mark.parametrize("gene", [ONCOGENE, UNKNOWN_ROLE, None])
def test_a_deletion_elsewhere_is_not_weighed_by_the_standard(gene: Gene | None) -> None:
    assert assess_deletion(gene, _standard(), whole=True) is None


def test_where_the_role_of_the_gene_is_not_known_a_null_variant_is_not_weighed() -> None:
    for gene in (UNKNOWN_ROLE, None):
        assert _state(_assess(_effect("truncating"), gene), "OVS1") == "not_assessed"
        assert _state(_assess(_effect("in_frame"), gene), "OM2") == "not_assessed"


def test_an_exact_recurrent_allele_is_pathogenic_and_says_why() -> None:
    result = _assess(_effect("hotspot", hotspot="V600E", hotspot_exact=True), ONCOGENE)
    assert (result.significance, result.basis) == ("pathogenic", "recurrent allele V600E")
    assert _codes(result) == ["OP3"]
    assert "least of the three" in result.criteria[0].reason
    assert _state(result, "OS3") == _state(result, "OM4") == "not_assessed"


def test_a_recurrent_stop_of_a_suppressor_has_the_points_of_a_null_variant_and_none_of_a_hotspot() -> None:
    effect = _effect("hotspot", "stop_gained", hotspot="R21*", hotspot_exact=True, nmd_escape=False)
    result = _assess(effect)
    assert (_codes(result), result.points) == (["OVS1"], 8)
    assert any(item.startswith("OP3") and "beside OVS1" in item for item in result.not_met)


def test_another_change_of_a_recurrent_residue_stays_uncertain() -> None:
    result = _assess(_effect("missense", hotspot="V600", hotspot_exact=False), ONCOGENE)
    assert result.significance == "uncertain"
    assert _state(result, "OP3") == "not_met"


def test_a_plain_missense_is_of_uncertain_significance_in_any_gene() -> None:
    for gene in (SUPPRESSOR, ONCOGENE, None):
        assert _assess(_effect("missense"), gene).significance == "uncertain"


@pytest.mark.parametrize(
    ("frequency", "points", "significance"),
    [(0.2, -8, "benign"), (0.02, -4, "benign"), (0.001, 0, "uncertain"), (0.0, 1, "uncertain")],
)
def test_population_frequency_gives_points_by_the_standard(
    frequency: float, points: int, significance: str
) -> None:
    result = _assess(_effect("missense"), SUPPRESSOR, frequency, "INFO/gnomAD_AF")
    assert (result.points, result.significance) == (points, significance)


@pytest.mark.parametrize(
    ("frequency", "source", "very_common", "common", "rare"),
    [
        (None, "", "not_assessed", "not_assessed", "not_assessed"),
        (0.2, "CSQ/gnomADe_NFE_AF", "met", "not_met", "not_met"),
        (0.02, "CSQ/gnomADe_NFE_AF", "not_met", "met", "not_met"),
        (0.001, "CSQ/gnomADe_NFE_AF", "not_met", "not_met", "not_met"),
        (0.2, "INFO/gnomAD_AF", "met", "not_met", "not_met"),
        (0.001, "INFO/gnomAD_AF", "not_assessed", "not_assessed", "not_met"),
        (0.0, "INFO/gnomAD_AF", "not_assessed", "not_assessed", "met"),
        (0.0, "INFO/AF_grpmax", "not_met", "not_met", "met"),
        (0.2, "CSQ/gnomADe_FIN_AF", "not_assessed", "not_assessed", "not_met"),
        (0.2, "INFO/AF_asj", "not_assessed", "not_assessed", "not_met"),
    ],
)
def test_a_share_of_one_group_counts_for_the_five_groups_of_the_standard_alone(
    frequency: float | None, source: str, very_common: str, common: str, rare: str
) -> None:
    result = _assess(_effect("missense"), SUPPRESSOR, frequency, source)
    states = tuple(_state(result, code) for code in ("SBVS1", "SBS1", "OP4"))
    assert states == (very_common, common, rare)


def test_a_silent_change_gets_no_benign_point_without_splice_prediction_and_conservation() -> None:
    result = _assess(_effect("synonymous"))
    assert (result.points, result.significance) == (0, "benign")
    assert _state(result, "SBP2") == "not_assessed"


@pytest.mark.parametrize(
    ("terms", "gene", "state"),
    [
        (("inframe_deletion",), SUPPRESSOR, "met"),
        (("inframe_deletion",), ONCOGENE, "met"),
        (("stop_lost",), SUPPRESSOR, "met"),
        (("stop_lost",), ONCOGENE, "not_met"),
    ],
)
def test_a_change_of_length_counts_by_the_role_of_the_gene(
    terms: tuple[str, ...], gene: Gene, state: str
) -> None:
    assert _state(_assess(_effect("in_frame", *terms), gene), "OM2") == state


@pytest.mark.parametrize(
    "effect",
    [
        _effect("missense"),
        _effect("undetermined"),
        _effect("promoter"),
        _effect("splice"),
        _effect("hotspot", hotspot="V600E", hotspot_exact=True),
    ],
)
@pytest.mark.parametrize("frequency", [None, 0.0, 0.3])
def test_each_criterion_stands_in_one_of_three_lists_and_says_why(
    effect: Effect, frequency: float | None
) -> None:
    result = _assess(effect, SUPPRESSOR, frequency, "INFO/AF_grpmax")
    for rule in _standard().criteria:
        held = _codes(result).count(rule.code) + sum(
            item.startswith(f"{rule.code} ") for item in (*result.not_met, *result.not_assessed)
        )
        assert held == 1, rule.code
    assert all(item.partition("): ")[2] for item in (*result.not_met, *result.not_assessed))
    assert result.points == sum(item.points for item in result.criteria)


def test_an_open_effect_leaves_open_whatever_rests_on_it() -> None:
    result = _assess(_effect("undetermined"))
    assert result.points == 0
    for code in ("OVS1", "OM2", "OP3", "SBP2"):
        assert _state(result, code) == "not_assessed"


def test_a_base_without_a_standard_gives_no_class() -> None:
    result = assess(_effect("truncating"), SUPPRESSOR, "GRCh38", None, "", Standard())
    assert (result.points, result.criteria) == (0, ())
    assert "no standard" in result.classification


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (10, "oncogenic"),
        (9, "likely oncogenic"),
        (6, "likely oncogenic"),
        (5, "uncertain significance"),
        (0, "uncertain significance"),
        (-1, "likely benign"),
        (-6, "likely benign"),
        (-7, "benign"),
    ],
)
def test_the_classes_are_those_of_the_standard(points: int, name: str) -> None:
    assert next(title for least, title in _standard().classes if points >= least) == name


def _standard_of(*names: str, **given: object) -> Standard:
    """Return a standard of one point for each of the criteria named."""
    rules = tuple(CriterionRule(name, name.upper(), 1, name, "", "data are absent", "") for name in names)
    values: dict[str, object] = {"classes": ((1, "some"), (0, "none"), (-1, "less")), **given}
    return Standard("", rules, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "name"), [(2, "some"), (1, "some"), (0, "none"), (-1, "less"), (-9, "less")]
)
def test_below_the_least_class_the_last_one_stands(points: int, name: str) -> None:
    rule = CriterionRule("length_change", "OM2", points, "", "", "", "")
    standard = Standard("", (rule,), ((1, "some"), (0, "none"), (-1, "less")))
    assert assess(_effect("in_frame"), SUPPRESSOR, "GRCh38", None, "", standard).classification == name


# Coding sequence in three exons of six: 30 + 150 + 123 bases, hence 100 residues and the stop.
_SPLIT = replace(
    _MODEL,
    exons=((0, 40), (60, 150), (200, 350), (400, 600), (700, 900), (950, 960)),
    cds_start=120,
    cds_end=523,
)


def _spared(
    residue: int | None,
    model: Transcript | None = _SPLIT,
    standard: Standard | None = None,
    escape: bool | None = True,
) -> bool:
    gene = replace(SUPPRESSOR, transcripts=() if model is None else (model,))
    effect = _effect("truncating", nmd_escape=escape, residue=residue)
    result = assess(effect, gene, "GRCh38", None, "", _standard() if standard is None else standard)
    return result.significance == "uncertain"


def test_a_tenth_of_the_protein_counts_as_its_end_and_more_as_a_loss() -> None:
    assert [_spared(residue) for residue in (89, 90, 91)] == [False, True, True]
    assert [_spared(residue, standard=Standard()) for residue in (89, 90)] == [False, True]
    longer = replace(_SPLIT, cds_end=526)
    assert [_spared(residue, longer) for residue in (90, 91)] == [False, True]
    standard = _standard_of(figures={"large_loss": 0.2})
    assert [_spared(residue, standard=standard) for residue in (79, 80)] == [False, True]


@pytest.mark.parametrize(
    "model", [None, replace(_SPLIT, cds_start=None, cds_end=None), replace(_SPLIT, build="GRCh37")]
)
def test_where_the_length_of_the_protein_is_not_known_only_a_stop_that_surely_escapes_is_uncertain(
    model: Transcript | None,
) -> None:
    assert _spared(50, model)
    assert not _spared(50, model, escape=None)


@pytest.mark.parametrize("event", ["splice", "start_loss"])
def test_only_a_new_stop_can_spare_the_end_of_the_protein(event: str) -> None:
    result = _assess(_effect(event, residue=99, nmd_escape=True))
    assert (result.significance, result.basis) == (
        "pathogenic",
        "destroys the protein of a tumour suppressor",
    )
    assert result.criteria[0].reason == event.replace("_", " ")


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("stop_gained", "truncating"),
        ("frameshift_variant", "truncating"),
        ("splice_donor_variant", "splice"),
        ("splice_acceptor_variant", "splice"),
        ("start_lost", "start loss"),
    ],
)
def test_a_recurrent_allele_that_destroys_is_weighed_as_what_it_does(term: str, reason: str) -> None:
    effect = _effect("hotspot", "splice_region_variant", term, hotspot="R21*", hotspot_exact=True)
    assert (_codes(_assess(effect)), _assess(effect).criteria[0].reason) == (["OVS1"], reason)


def test_an_open_effect_is_no_null_variant_whatever_an_annotation_calls_it() -> None:
    result = _assess(_effect("undetermined", "stop_gained"))
    assert (result.significance, _state(result, "OS1")) == ("uncertain", "not_assessed")


def test_a_gene_of_both_roles_counts_as_a_suppressor() -> None:
    assert _assess(_effect("truncating", nmd_escape=False), replace(ONCOGENE, role="both")).points == 8


_NO_STATEMENT = "no curated statement that this change is pathogenic"
_ONCOGENE = "destroys the protein of an oncogene, which is not how it drives tumours"
_END_ONLY = "cuts off the protein's end only, and the transcript escapes decay: it may still work"


@pytest.mark.parametrize(
    ("effect", "gene", "significance", "basis"),
    [
        (_effect("truncating"), ONCOGENE, "uncertain", _ONCOGENE),
        (_effect("splice"), ONCOGENE, "uncertain", _ONCOGENE),
        (_effect("start_loss"), ONCOGENE, "uncertain", _ONCOGENE),
        (_effect("missense"), ONCOGENE, "uncertain", _NO_STATEMENT),
        (_effect("truncating"), UNKNOWN_ROLE, "uncertain", _NO_STATEMENT),
        (_effect("truncating", nmd_escape=True), ONCOGENE, "uncertain", _ONCOGENE),
        (_effect("truncating", nmd_escape=True), SUPPRESSOR, "uncertain", _END_ONLY),
        (_effect("truncating", nmd_escape=True), UNKNOWN_ROLE, "uncertain", _END_ONLY),
        (_effect("missense"), SUPPRESSOR, "uncertain", _NO_STATEMENT),
        (_effect("promoter"), SUPPRESSOR, "uncertain", "in the promoter, not a recurrent allele"),
        (_effect("synonymous"), SUPPRESSOR, "benign", "the protein is unchanged"),
        (
            _effect("synonymous", "splice_region_variant"),
            SUPPRESSOR,
            "uncertain",
            "the residues are unchanged; so near a splice site, splicing may change",
        ),
    ],
)
def test_the_significance_says_what_it_rests_on(
    effect: Effect, gene: Gene, significance: str, basis: str
) -> None:
    result = _assess(effect, gene)
    assert (result.significance, result.basis) == (significance, basis)


def test_a_hotspot_that_is_not_met_says_whether_its_residue_is_recurrent() -> None:
    lines = {
        hotspot: next(item for item in _assess(_effect("missense", hotspot=hotspot)).not_met if "OP3" in item)
        for hotspot in ("V600", None)
    }
    assert lines["V600"].endswith(": another change at the recurrent residue of V600")
    assert lines[None].endswith(": not in the list of recurrent alleles")


def test_a_recurrent_allele_in_frame_changes_the_length_too() -> None:
    effect = _effect("hotspot", "inframe_deletion", hotspot="E746del", hotspot_exact=True)
    assert _state(_assess(effect, ONCOGENE), "OM2") == "met"
    assert _state(_assess(_effect("missense", "missense_variant"), ONCOGENE), "OM2") == "not_met"


@pytest.mark.parametrize(
    ("share", "met"),
    [(0.05, "COMMON"), (0.0501, "VERY_COMMON"), (0.01, ""), (0.00001, "POPULATION_ABSENT"), (0.000011, "")],
)
def test_a_share_must_lie_above_the_figures_and_one_at_the_lowest_is_extremely_rare(
    share: float, met: str
) -> None:
    figures = {"very_common": 0.05, "common": 0.01, "extremely_rare": 0.00001}
    standard = _standard_of(
        "population_very_common", "population_common", "population_absent", figures=figures
    )
    result = assess(_effect("missense"), SUPPRESSOR, "GRCh38", share, "INFO/AF_grpmax", standard)
    codes = [code.removeprefix("POPULATION_") for code in _codes(result)]
    expected = {"COMMON": ["COMMON"], "VERY_COMMON": ["VERY_COMMON", "COMMON"], "": []}
    assert codes == expected.get(met, ["ABSENT"])


@pytest.mark.parametrize(("share", "significance"), [(0.0199, "uncertain"), (0.02, "benign")])
def test_an_allele_is_benign_from_the_share_that_counts_as_common_on(share: float, significance: str) -> None:
    result = assess(_effect("missense"), SUPPRESSOR, "GRCh38", share, "INFO/AF", _standard(), 0.02)
    assert result.significance == significance


def test_criteria_points_and_meanings_are_those_of_the_published_table(shared_dir: Path) -> None:
    lines = (shared_dir / "knowledge" / "oncogenicity_criteria.tsv").read_text().splitlines()
    header = lines[0].split("\t")
    table = {}
    for line in lines[1:]:
        row = dict(zip(header, line.split("\t"), strict=False))
        if row["strength"] != "class":
            table[row["code"]] = int(row["points"])
    assert {rule.code: rule.points for rule in _standard().criteria} == table
    meaning = {rule.code: rule.id for rule in _standard().criteria}
    assert (meaning["OM3"], meaning["OM4"]) == ("other_change_of_residue", "hotspot_some")
