"""Symbolic alleles and breakends of Delly, Manta, GRIDSS and copy-number callers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netboard.model.variant import Panel
from netboard.variants.reader import SampleReading, read_file
from variants.kit import SEQUENCES, vcf

META = '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">\n'
#: AAA1 lies on 11:64,803,001-64,811,000, BBB2 on 7:140,730,001-140,734,000 (GRCh38, 1-based closed).
A, B = SEQUENCES["GRCh38"].stretches[0], SEQUENCES["GRCh38"].stretches[1]


def base(chrom: str, pos: int) -> str:
    return SEQUENCES["GRCh38"].base(chrom, pos - 1, pos) or "N"


def read(write: Callable[..., str], panel: Panel, *records: str) -> SampleReading:
    filled = []
    for record in records:
        cells = record.split(" ")
        cells[3] = base(cells[0], int(cells[1])) if cells[3] == "?" else cells[3]
        filled.append(" ".join(cells))
    reading = read_file(write(vcf(filled, meta=META)), panel, SEQUENCES).samples[0]
    counts = reading.counts
    assert counts.in_targets == counts.kept + sum(counts.skipped.values())
    return reading


def test_a_deletion_with_its_copies_is_a_copy_number(write: Callable[..., str], panel: Panel) -> None:
    found = read(
        write, panel, "11 64700000 . N <DEL> . PASS SVTYPE=DEL;END=64900000;SVLEN=-200000 GT:CN 1/1:0"
    ).copy_numbers
    assert [(c.chrom, c.start, c.end, c.total, c.call) for c in found] == [
        ("11", 64_700_000, 64_900_000, 0.0, "deletion")
    ]


@pytest.mark.parametrize(
    "info", ["SVTYPE=DEL;END=64805000", "SVTYPE=DEL;SVLEN=-205000", "SVTYPE=DEL;SVLEN=205000"]
)
def test_a_deletion_that_begins_far_away_and_reaches_in_is_found(
    write: Callable[..., str], panel: Panel, info: str
) -> None:
    found = read(write, panel, f"11 64600000 . N <DEL> . PASS {info} GT 0/1")
    assert [c.end for c in found.copy_numbers] == [64_805_000]
    assert [(r.gene, r.mate_gene) for r in found.rearrangements] == [("", "AAA1")]


def test_a_deletion_written_out_that_begins_before_the_gene_is_found(
    write: Callable[..., str], panel: Panel
) -> None:
    # 8,000 bases before the gene, where no sequence is known, and 500 of its own.
    ref = "ACGT" * 2000 + str(SEQUENCES["GRCh38"].base("11", 64_803_000, 64_803_500))
    found = read(write, panel, f"11 64795001 . {ref} A . PASS . GT:AD 0/1:9,3")
    assert [(v.start, v.end, v.alt, v.support.alt_depth) for v in found.variants] == [
        (64_795_000, 64_803_500, "A", 3)
    ]
    # One that ends before the gene's padding concerns no gene.
    assert read(write, panel, f"11 64780001 . {ref} A . PASS . GT:AD 0/1:9,3").counts.in_targets == 0


@pytest.mark.parametrize(
    ("alt", "fields", "call"),
    [
        ("<DUP>", "0/1:9", "amplification"),
        ("<DUP>", "0/1:3", "gain"),
        ("<DUP>", "0/1:.", "gain"),
        ("<CNV>", "0/1:0", "deletion"),
        ("<CNV>", "0/1:1", "loss_of_heterozygosity"),
        ("<CNV>", "0/1:2", "neutral"),
        ("<CNV>", "0/1:.", "unknown"),
        ("<CNV>", "0/1:-1", "unknown"),
        ("<CN0>", "0/1:.", "deletion"),
        ("<DUP:TANDEM>", "0/1:7", "amplification"),
    ],
)
def test_copies_become_calls(
    write: Callable[..., str], panel: Panel, alt: str, fields: str, call: str
) -> None:
    found = read(write, panel, f"11 64700000 . N {alt} . PASS SVTYPE=CNV;END=64900000 GT:CN {fields}")
    assert [c.call for c in found.copy_numbers] == [call]


def test_a_delly_translocation_is_found_from_either_end(write: Callable[..., str], panel: Panel) -> None:
    info = "PRECISE;SVTYPE=BND;SVMETHOD=EMBL.DELLYv0.7.7;CHR2=7;END=140731000;PE=9;CT=5to3"
    found = read(write, panel, f"11 64804000 . ? ]7:140731000] . PASS {info} GT:DR:DV:RR:RV 0/1:10:5:20:15")
    (one,) = found.rearrangements
    assert (one.kind, one.gene, one.mate_gene) == ("BND", "AAA1", "BBB2")
    assert (one.chrom, one.start, one.mate_chrom, one.mate_start) == ("11", 64_803_999, "7", 140_730_999)
    assert (one.support.depth, one.support.alt_depth) == (50, 20)
    other = read(write, panel, f"2 500 . N <TRA> . PASS {info} GT 0/1")
    assert [(r.gene, r.mate_gene, r.kind) for r in other.rearrangements] == [("", "BBB2", "BND")]


def test_mates_of_manta_and_single_breakends_of_gridss_are_read(
    write: Callable[..., str], panel: Panel
) -> None:
    found = read(
        write,
        panel,
        "2 500 MantaBND:1 N N[chr11:64805000[ . PASS SVTYPE=BND;MATEID=MantaBND:2 GT:PR:SR 0/1:30,6:20,4",
        "11 64805000 MantaBND:2 ? ]chr2:500]N . PASS SVTYPE=BND;MATEID=MantaBND:1 GT:PR:SR 0/1:30,6:20,4",
        "11 64806000 gridss1b ? N. . PASS SVTYPE=BND GT:VF:REF 0/1:5:30",
    )
    assert [(r.gene, r.mate_gene, r.mate_chrom) for r in found.rearrangements] == [
        ("", "AAA1", "11"),
        ("AAA1", "", "2"),
        ("AAA1", "", None),
    ]
    assert found.rearrangements[0].support.alt_depth == 10


def test_an_inversion_between_genes_and_one_around_a_gene(write: Callable[..., str], panel: Panel) -> None:
    found = read(write, panel, "11 64000000 . N <INV> . PASS SVTYPE=INV;END=64805000 GT 0/1")
    assert [(r.kind, r.gene, r.mate_gene) for r in found.rearrangements] == [("INV", "", "AAA1")]
    around = read(write, panel, "11 64000000 . N <INV> . PASS SVTYPE=INV;END=65805000 GT 0/1")
    assert around.rearrangements == ()
    assert around.counts.skipped == {"no_panel_gene_at_breakpoint": 1}


def test_a_breakpoint_in_the_padding_is_in_no_gene(write: Callable[..., str], panel: Panel) -> None:
    found = read(write, panel, "11 64802000 . N N[2:500[ . PASS SVTYPE=BND GT 0/1")
    assert found.rearrangements == ()
    assert found.counts.skipped == {"no_panel_gene_at_breakpoint": 1}


def test_a_deletion_within_one_gene_is_a_copy_number_alone(write: Callable[..., str], panel: Panel) -> None:
    found = read(write, panel, "11 64804000 . ? <DEL> . PASS SVTYPE=DEL;END=64805000 GT 0/1")
    assert [(c.start, c.end, c.call) for c in found.copy_numbers] == [(64_804_000, 64_805_000, "deletion")]
    assert found.rearrangements == ()


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("11 64804000 . ? <DEL> . PASS SVTYPE=DEL GT 0/1", "symbolic_without_end"),
        ("11 64804000 . ? <DEL> . PASS SVTYPE=DEL;END=-5 GT 0/1", "symbolic_without_end"),
        ("11 64804000 . ? <FOO> . PASS . GT 0/1", "symbolic_allele_not_read"),
        ("11 64804000 . ? <CNV:TR> . PASS END=64804030;RN=1;CN=1 GT:CN 0/1:1", "symbolic_allele_not_read"),
        ("11 64804000 . ? <DEL> . PASS SVTYPE=DEL;END=64805000 GT 0/0", "reference_genotype"),
        ("11 64804000 . ? <X>Y> . PASS . GT 0/1", "invalid_allele"),
    ],
)
def test_what_cannot_be_read_is_counted_by_reason(
    write: Callable[..., str], panel: Panel, record: str, reason: str
) -> None:
    found = read(write, panel, record)
    assert found.counts.skipped == {reason: 1}
    assert found.copy_numbers == ()
