from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.interpretations import BRAF, minimal, nothing_found, rich
from netboard.errors import InputError
from netboard.export.vcf import CHROMOSOMES, LENGTHS, encoded, write_vcf
from netboard.variants import contigs


def test_every_finding_is_a_record_in_order_with_its_index(tmp_path: Path) -> None:
    path = tmp_path / "S.annotated.vcf.gz"
    write_vcf(rich(), path)
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "S.annotated.vcf.gz",
        "S.annotated.vcf.gz.tbi",
    ]
    with pysam.VariantFile(str(path)) as file:
        records = list(file)
        assert [unquote(record.info["NETBOARD_ID"]) for record in file.fetch("7")] == [BRAF.id]
    assert len(records) == len(rich().findings)
    places = [(CHROMOSOMES.index(record.chrom), record.pos) for record in records]
    assert places == sorted(places)


def test_a_record_carries_filter_counts_and_annotation(tmp_path: Path) -> None:
    write_vcf(rich(), tmp_path / "x.vcf.gz")
    with pysam.VariantFile(str(tmp_path / "x.vcf.gz")) as file:
        records = {unquote(record.info["NETBOARD_GENE"]): record for record in file}
        kras, braf, lost = (records[gene] for gene in ("KRAS", "BRAF", "CDKN2A"))
        assert list(kras.filter) == ["weak_evidence", "strand_bias"]
        assert (braf.pos, braf.ref, braf.alts) == (140753336, "A", ("T",))
        assert unquote(braf.info["NETBOARD_HGVSP"]) == "NP_004324.2:p.(Val600Glu)"
        sample = braf.samples["NB-RICH"]
        assert (sample["DP"], sample["AO"], round(sample["AF"][0], 4)) == (203, (88,), 0.4335)
        assert (lost.pos, lost.stop, lost.alts) == (21950001, 22050000, ("<CN>",))
        assert "NETBOARD_HGVSP" not in records["ATRX"].info


def test_the_header_holds_the_contigs_of_the_build(tmp_path: Path) -> None:
    write_vcf(nothing_found(), tmp_path / "x.vcf.gz")
    with pysam.VariantFile(str(tmp_path / "x.vcf.gz")) as file:
        assert list(file.header.contigs) == list(CHROMOSOMES)
        assert file.header.contigs["7"].length == 159345973
        assert list(file) == []


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_contig_lengths_are_those_that_files_are_read_by(build: str) -> None:
    known = contigs.LENGTHS[build]  # type: ignore[index]
    assert {chrom: LENGTHS[build][CHROMOSOMES.index(chrom)] for chrom in known} == known


def test_a_finding_without_a_place_is_named_in_the_header(tmp_path: Path) -> None:
    write_vcf(
        replace(rich(), findings=(replace(BRAF, variant=None), *rich().findings[1:])), tmp_path / "x.vcf.gz"
    )
    with pysam.VariantFile(str(tmp_path / "x.vcf.gz")) as file:
        assert f"##netboard_without_place={encoded(BRAF.id)}" in str(file.header)
        assert len(list(file)) == len(rich().findings) - 1


def test_a_result_without_a_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="genome build"):
        write_vcf(replace(minimal(), provenance={}), tmp_path / "x.vcf.gz")
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=30))
def test_no_text_breaks_a_record(text: str) -> None:
    code = encoded(text)
    assert not set(code) & set(';=,:<>" \t\n\r')
    assert unquote(code) == text.replace("\x00", "\x00")


def test_hostile_texts_reach_the_file_encoded(tmp_path: Path) -> None:
    finding = replace(BRAF, filter='odd,"name"', hgvsc="a;b=c d\te", conflict="x\ny")
    write_vcf(replace(rich("<s> 1"), findings=(finding,)), tmp_path / "x.vcf.gz")
    with pysam.VariantFile(str(tmp_path / "x.vcf.gz")) as file:
        (record,) = list(file)
        assert unquote(record.info["NETBOARD_HGVSC"]) == "a;b=c d\te"
        assert unquote(record.info["NETBOARD_CONFLICT"]) == "x\ny"
        assert [unquote(name) for name in record.filter] == ['odd,"name"']
        assert list(file.header.samples) == ["<s> 1"]
