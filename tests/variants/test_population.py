"""A laboratory's table of population frequencies: what it states, and what it does not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from netboard.errors import ConfigError
from netboard.model.variant import Gene, Panel, Transcript, Variant
from netboard.variants.population import read_population, with_frequencies

_MODEL = Transcript("GENT", "GRCh38", "NM_1.1", "1", 1, ((5000, 5300),), 5000, 5300)
PANEL = Panel({"GENT": Gene("GENT", "gene", "HGNC:1", transcripts=(_MODEL,))}, (), padding=100)
HEAD = "##build=GRCh38\nchrom\tpos\tref\talt\tAF\tAF_nfe\n"


def _table(tmp_path: Path, text: str, name: str = "pop.tsv") -> str:
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return str(path)


def _variant(start: int = 5009, ref: str = "A", alt: str = "G", **given: object) -> Variant:
    return Variant("GRCh38", "1", start, ref, alt, "S", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["pop.tsv", "pop.tsv.gz"])
def test_the_highest_frequency_of_a_line_counts_with_its_column(tmp_path: Path, name: str) -> None:
    table = read_population(_table(tmp_path, HEAD + "chr1\t5010\ta\tG\t0.001\t0.02\n", name), PANEL, "GRCh38")
    (found,) = with_frequencies([_variant()], table)
    assert (found.population_frequency, found.population_source) == (0.02, f"{name}/AF_nfe")


@pytest.mark.parametrize(
    ("ref", "alt", "start"), [("CA", "CAT", 5008), ("A", "AT", 5009), ("AG", "ATG", 5009)]
)
def test_an_indel_is_found_however_it_is_padded(tmp_path: Path, ref: str, alt: str, start: int) -> None:
    table = read_population(_table(tmp_path, HEAD + "1\t5010\tA\tAT\t0.3\t.\n"), PANEL, "GRCh38")
    (found,) = with_frequencies([_variant(start, ref, alt)], table)
    assert found.population_frequency == 0.3


def test_an_allele_that_is_not_in_the_table_keeps_no_frequency(tmp_path: Path) -> None:
    table = read_population(_table(tmp_path, HEAD + "1\t5010\tA\tG\t.\t.\n"), PANEL, "GRCh38")
    for variant in (_variant(), _variant(alt="T"), _variant(5200)):
        assert with_frequencies([variant], table) == [variant]


@pytest.mark.parametrize(("stated", "kept"), [(0.4, 0.4), (0.01, 0.2), (None, 0.2)])
def test_of_record_and_table_the_higher_frequency_counts(
    tmp_path: Path, stated: float | None, kept: float
) -> None:
    table = read_population(_table(tmp_path, HEAD + "1\t5010\tA\tG\t0.2\t.\n"), PANEL, "GRCh38")
    (found,) = with_frequencies([_variant(population_frequency=stated)], table)
    assert found.population_frequency == kept


def test_only_places_of_the_panel_are_kept(tmp_path: Path) -> None:
    text = HEAD + "".join(f"1\t{pos}\tA\tG\t0.5\t.\n" for pos in (10, 4900, 4901, 5400, 5401, 9000))
    table = read_population(_table(tmp_path, text), PANEL, "GRCh38")
    assert sorted(key[1] for key in table.frequencies) == [4900, 5399]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        (HEAD.replace("GRCh38", "GRCh37"), "of build GRCh37", 2),
        (HEAD.split("\n", 1)[1], "of build not stated", 1),
        ("##build=GRCh38\nchrom\tpos\tref\talt\n", "not one of frequencies", 2),
        ("##build=GRCh38\nchrom\tpos\tref\talt\tAF\tcount\n", "'count' is no frequency", 2),
        (HEAD + "1\t5010\tA\tG\t0.2\n", "5 cells", 3),
        (HEAD + "1\t0\tA\tG\t0.2\t.\n", "no allele", 3),
        (HEAD + "1\t5010\tA\t<DEL>\t0.2\t.\n", "no allele", 3),
        (HEAD + "1\t5010\tA\tG\t1.2\t.\n", "'1.2' is no frequency", 3),
        (HEAD + "1\t5010\tA\tG\tnan\t.\n", "'nan' is no frequency", 3),
        (HEAD + "1\t5010\tA\tG\thigh\t.\n", "'high' is no frequency", 3),
    ],
)
def test_a_wrong_line_is_one_error_that_names_it(tmp_path: Path, text: str, said: str, line: int) -> None:
    path = _table(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        read_population(path, PANEL, "GRCh38")
    assert said in error.value.what
    assert error.value.where == f"{path}:{line}"
    assert error.value.remedy


def test_a_table_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gz"
    damaged.write_bytes(b"\x1f\x8bnot gzip at all")
    for path in (str(tmp_path / "none.tsv"), str(damaged), _table(tmp_path, "##build=GRCh38\n")):
        with pytest.raises(ConfigError):
            read_population(path, PANEL, "GRCh38")
