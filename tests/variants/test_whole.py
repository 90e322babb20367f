"""All small variants inside given regions: each once, whatever the gene and however many regions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netboard.model.variant import Interval
from netboard.variants import whole
from netboard.variants.whole import regions_of, size_of, small_variants

Write = Callable[..., str]
HEAD = (
    "##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR\n"
)


def line(pos: int, ref: str = "C", alt: str = "T", chrom: str = "1", tumour: str = "0/1:60,40") -> str:
    return f"{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT:AD\t0/0:80,0\t{tumour}\n"


REGIONS = [Interval("1", 1000, 2000), Interval("2", 0, 100), Interval("1", 1500, 2500)]
RECORDS = [
    line(1000),  # the last base before the region
    line(1001),
    line(1500, "CAG", "C"),
    line(1500, "CAG", "C"),
    line(1600, tumour="0/0:100,0"),
    line(1700, "C", "T,G", tumour="1/2:20,40,40"),
    line(2500),
    line(2501),
    line(50, chrom="2"),
    line(50, chrom="X"),
    line(50, chrom="Y"),
    line(50, chrom="GL000192.1"),
]


def test_regions_are_counted_once_and_without_y() -> None:
    assert size_of(regions_of(REGIONS, "GRCh38")) == 1600
    assert size_of(regions_of([*REGIONS, Interval("Y", 0, 9)], "GRCh38")) == 1600


@pytest.mark.parametrize("few", [2000, 0])
def test_what_lies_inside_is_read_once_with_tumour_and_normal(
    write: Write, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(whole, "_FEW", few)
    found = list(
        small_variants(write(HEAD + "".join(RECORDS)), "GRCh38", regions_of(REGIONS, "GRCh38"), 1, 0)
    )
    assert [(v.chrom, v.pos, v.ref, v.alt) for v in found] == [
        ("1", 1001, "C", "T"),
        ("1", 1500, "CAG", "C"),
        ("1", 1700, "C", "T"),
        ("1", 1700, "C", "G"),
        ("1", 2500, "C", "T"),
        ("2", 50, "C", "T"),
    ]
    single = [v for v in found if v.pos != 1700]
    assert {(v.support.alt_depth, v.normal_support and v.normal_support.alt_depth) for v in single} == {
        (40, 0)
    }


def test_without_regions_the_chromosomes_are_read(write: Write) -> None:
    path = write(HEAD + "".join(RECORDS))
    places = [(v.chrom, v.pos) for v in small_variants(path, "GRCh38", regions_of(None, "GRCh38"), 1, 0)]
    assert ("X", 50) in places
    assert ("Y", 50) not in places
    assert len(places) == 9
