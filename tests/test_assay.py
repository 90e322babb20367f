"""The declared assay: kinds, BED targets and YAML, and the check that targets fit the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from netboard.assay import check_build, describe, read_assay, read_bed
from netboard.errors import ConfigError
from netboard.interpret.assessed import coverage, gene_assessments, stored_coverage
from netboard.model.variant import Gene, Interval, Panel, Transcript


def _canonical(name: str) -> str | None:
    plain = name.removeprefix("chr")
    return plain if plain.isdigit() else None


def _gene(symbol: str, start37: int, start38: int) -> Gene:
    models = tuple(
        Transcript(symbol, build, f"NM_{symbol}", "1", 1, ((s, s + 100), (s + 200, s + 300)), s + 50, s + 250)
        for build, s in (("GRCh37", start37), ("GRCh38", start38))
    )
    return Gene(symbol, symbol, "HGNC:1", transcripts=models)  # type: ignore[arg-type]


PANEL = Panel({"A": _gene("A", 1000, 5000), "B": _gene("B", 2000, 7000)}, ())


def _bed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "targets.bed"
    path.write_text(text)
    return path


def test_nothing_declared_leaves_every_gene_undeclared() -> None:
    assay = read_assay(None, None, _canonical)
    states = gene_assessments(coverage(assay, PANEL, "GRCh38"), [])
    assert {state.small_variants for state in states} == {"undeclared"}


@pytest.mark.parametrize(("kind", "promoter"), [("exome", "not_assessed"), ("genome", "not_assessed")])
def test_a_kind_tells_what_is_seen(kind: str, promoter: str) -> None:
    states = gene_assessments(coverage(read_assay(kind, None, _canonical), PANEL, "GRCh38"), [])
    assert {state.small_variants for state in states} == {"assessed"}
    assert {state.copy_number for state in states} == {"not_assessed"}
    assert {state.promoter for state in states} == {promoter}


def test_targets_tell_covered_partly_covered_and_uncovered_genes(tmp_path: Path) -> None:
    bed = _bed(tmp_path, "track name=x\nchr1\t5050\t5100\nchr1\t5200\t5250\nchrUn_1\t1\t2\n")
    seen = coverage(read_assay(None, str(bed), _canonical), PANEL, "GRCh38")
    assert (seen["A"]["small_variants"].state, seen["A"]["small_variants"].covered) == ("assessed", 1.0)
    assert seen["B"]["small_variants"].reason == "not_covered"
    half = coverage(read_assay(None, str(_bed(tmp_path, "1\t5050\t5100\n")), _canonical), PANEL, "GRCh38")
    assert (half["A"]["small_variants"].state, half["A"]["small_variants"].covered) == ("partly", 0.5)


def test_stored_states_give_the_same_coverage_again(tmp_path: Path) -> None:
    bed = _bed(tmp_path, "1\t5050\t5100\n")
    seen = coverage(read_assay(None, str(bed), _canonical), PANEL, "GRCh38")
    again = stored_coverage(gene_assessments(seen, []), PANEL)
    for gene, scopes in seen.items():
        for scope, cover in scopes.items():
            assert (again[gene][scope].state, again[gene][scope].reason) == (cover.state, cover.reason)


def test_a_gene_added_since_is_not_covered() -> None:
    again = stored_coverage([], PANEL)
    assert again["A"]["small_variants"].reason == "not_covered"


def test_targets_of_the_other_build_are_refused(tmp_path: Path) -> None:
    bed = _bed(tmp_path, "1\t1050\t1100\n1\t1200\t1250\n")
    assay = read_assay(None, str(bed), _canonical)
    check_build(assay, PANEL, "GRCh37")
    with pytest.raises(ConfigError, match="Give the targets of GRCh38"):
        check_build(assay, PANEL, "GRCh38")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "holds no interval"),
        ("chrUn\t1\t2\n", "names no contig"),
        ("1\t5\n", r"targets\.bed:1: a BED line needs"),
        ("1\t1\t2\n1\t9\t5\n", r"targets\.bed:2: .*start not above end"),
        ("1\tx\t5\n", r"targets\.bed:1"),
    ],
)
def test_a_wrong_bed_is_one_clear_error(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read_bed(_bed(tmp_path, text), _canonical)


def test_a_yaml_assay_declares_what_it_sees(tmp_path: Path) -> None:
    _bed(tmp_path, "1\t5050\t5100\n1\t5200\t5250\n")
    path = tmp_path / "assay.yaml"
    path.write_text(
        "name: panel 7\ntargets: targets.bed\nsees: [small_variants, copy_number]\nmegabases: 1.2\n"
    )
    assay = read_assay(str(path), None, _canonical)
    assert (assay.name, assay.megabases, len(assay.targets or ())) == ("panel 7", 1.2, 2)
    assert coverage(assay, PANEL, "GRCh38")["A"]["copy_number"].state == "assessed"
    assert describe(assay)["targets"] == 2


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("name: [", "not genome, exome or a readable YAML"),
        ("nam: x\n", "unknown key 'nam'"),
        ("sees: []\n", "sees must list"),
        ("sees: [everything]\n", "sees must list"),
        ("megabases: -1\n", "positive number"),
        ("targets: none.bed\n", r"none\.bed: the BED file cannot be read"),
        ("- a\n", "is a mapping"),
    ],
)
def test_a_wrong_yaml_assay_is_one_clear_error(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "assay.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=match):
        read_assay(str(path), None, _canonical)


def test_a_missing_assay_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml.*no such file"):
        read_assay(str(tmp_path / "none.yaml"), None, _canonical)


def test_intervals_are_kept_half_open(tmp_path: Path) -> None:
    assert read_bed(_bed(tmp_path, "1 5 9\n"), _canonical) == (Interval("1", 5, 9),)
