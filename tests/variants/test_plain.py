"""What is read from bytes is what the careful reading reads."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netboard.cli.scan import RowWriter
from netboard.consequence.sequence import KnownStretches
from netboard.errors import NetboardError
from netboard.model.variant import BUILDS, Build
from netboard.variants.plain import StretchMap, cell_reader, other_cells, plain_counts
from netboard.variants.reader import FileReading, ReadOptions, read_file
from netboard.variants.records import parse_genotype
from netboard.variants.support import Evidence, support_of
from variants.kit import CONTIGS, PLACES, SEQUENCES, small_panel, vcf

PANEL = small_panel()
KEYS = ("GT", "AD", "DP", "AF", "RD", "FREQ", "DPC", "DPT", "ADT", "AO", "RO", "VD", "PS")
FORMATS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=5).map(":".join)
VALUES = st.sampled_from(
    ("0/1", "1/1", "0|1", "1", "./.", "0/2", "0/0", "10,5", "10,0", "0,0", "7", "10,5,3", ".", "", "x,5", "0.5",
     "10,-5", " 10,5", "1234567890123,4", "30%")
)  # fmt: skip
GENOTYPE = ("GT", "AD", "DP")


@given(FORMATS, st.lists(VALUES, max_size=6).map(":".join))
def test_a_plain_cell_says_what_the_recipes_say(written: str, cell: str) -> None:
    read = cell_reader(written.encode())
    counts = read(cell.encode()) if read is not None else None
    found = plain_counts(counts) if counts is not None else None
    if found is None:
        return
    fields = dict(zip(written.split(":"), cell.split(":"), strict=False))
    genotype = parse_genotype(fields["GT"])
    assert genotype is not None
    assert 1 in genotype.alleles
    assert not genotype.missing
    support = support_of(Evidence(fields, {}, "A", "C", 0, 1))
    assert (support.depth, support.alt_depth) == (sum(found), found[1])
    assert support.vaf == (found[1] / sum(found) if sum(found) else None)
    assert not support.notes


def test_the_common_cells_of_callers_are_plain() -> None:
    read = cell_reader(b"GT:AD:AF:DP:F1R2")
    assert read is not None
    assert plain_counts(read(b"0/1:31,9:0.225:40:3,4") or b"") == (31, 9)
    assert cell_reader(b"GT:DP:AF") is None
    assert cell_reader(b"GT:GQ:DP:RD:AD:FREQ:DP4") is None
    assert read(b"./.:31,9:0.225:40:3,4") is None


@given(
    st.lists(st.sampled_from(("0/0:9", "0|0:9", "0/1:3", "0/0", "./.", "", "1", "0/0:", "0|0")), min_size=1)
)
def test_of_a_cohort_all_cells_but_plain_reference_are_looked_at(cells: list[str]) -> None:
    expected = [(i, c.encode()) for i, c in enumerate(cells) if c[:4] not in ("0/0:", "0|0:")]
    text = "\t".join(cells).encode()
    assert list(other_cells(text, len(cells))) == expected
    # A tab at the end of the line adds a column that the header does not name.
    assert list(other_cells(text + b"\t", len(cells))) == expected


@given(
    st.lists(st.integers(0, 60)),
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))),
    st.lists(st.integers(0, 70), max_size=20),
)
def test_a_stretch_tells_of_each_of_its_bases(
    borders: list[int], known: list[tuple[int, int]], starts: list[int]
) -> None:
    ordered = sorted(set(borders))
    tell = lambda start: (start % 2 == 0, str(bisect_right(ordered, start)))  # noqa: E731
    stretches = StretchMap(
        lambda _: borders,
        lambda _, start: (True, tell(start)[1]),
        lambda _: [(start, start + length) for start, length in known],
    )
    assert stretches.at(b"GL000220.1", 5) is None
    assert stretches.at(b"NC_000001.11", 5) is None
    for start in starts:
        found = stretches.at(b"chr1", start)
        assert found is not None
        assert found.start <= start < found.end
        for base in range(max(0, found.start), min(found.end, 80)):
            assert found.genes == tell(base)[1]
            assert found.known == any(a <= base < a + length for a, length in known)


def where(build: Build, gene: str, offset: int) -> tuple[str, int]:
    return next((c, s + offset) for g, b, c, s, _ in PLACES if g == gene and b == build)


@st.composite
def lines(draw: st.DrawFn, samples: int) -> str:
    """Return a record in, beside or far from the panel, on either build's exons, mostly plain."""
    build = draw(st.sampled_from(("GRCh38", "GRCh38", "GRCh38", "GRCh37")))
    gene = draw(st.sampled_from(("AAA1", "BBB2")))
    chrom, start = where(
        build, gene, draw(st.sampled_from((-12_100, -2001, -2000, -1, 0, 1, 5, 5, 700, 1_900)))
    )
    base = SEQUENCES[build].base(chrom, start, start + 1) or draw(st.sampled_from("ACGT"))
    two = SEQUENCES[build].base(chrom, start, start + 2) or base
    ref = draw(st.sampled_from((base, base, base, base.lower(), "N", two)))
    alt = draw(st.sampled_from(("A", "C", "G", "T", "A,C", "c", ".", "<DEL>", "*", "N")))
    info = draw(
        st.sampled_from(
            (".", "DP=9", "DP=9", "CSQ=a|b", "ANN=C|x", "SVTYPE=DEL;END=64805900", "FUNCOTATION=[x]")
        )
    )
    name = draw(st.sampled_from((chrom, chrom, f"chr{chrom}", "NC_000011.10" if chrom == "11" else chrom)))
    written = draw(st.sampled_from(("GT:AD", "GT:AD", "GT:AD:DP", "AD:GT", "GT", "GT:DP:AF")))
    cells = [
        ":".join(
            draw(
                st.sampled_from(
                    {
                        "GT": ("0/1", "0/1", "1/1", "0|1", "./.", "0/0", "1", "0/2"),
                        "AD": ("10,5", "10,5", "0,7", "3", "x,1", "0,0", "8,0"),
                        "DP": ("15", "."),
                        "AF": ("0.3", "."),
                    }[key]
                )
            )
            for key in written.split(":")
        )
        for _ in range(samples)
    ]
    filters = draw(st.sampled_from(("PASS", "PASS", ".", "q10", "q10;s50", "")))
    return " ".join((name, str(start + 1), ".", ref, alt, "50", filters, info, written, *cells))


def read(path: str, sequences: object, given: ReadOptions) -> FileReading:
    return read_file(path, PANEL, sequences, given)  # type: ignore[arg-type]


WHOLE = {build: KnownStretches(build, SEQUENCES[build].stretches) for build in BUILDS}


@pytest.mark.parametrize("samples", [("T",), ("N", "T")])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_rows_from_bytes_are_the_rows_of_the_variants(
    tmp_path_factory: pytest.TempPathFactory, samples: tuple[str, ...], data: st.DataObject
) -> None:
    records = data.draw(st.lists(lines(len(samples)), max_size=8))
    # A known allele is what shows that the file is of its build, whatever else is drawn.
    chrom, start = where("GRCh38", "BBB2", 90)
    sure = SEQUENCES["GRCh38"].base(chrom, start, start + 1)
    alt = "A" if sure != "A" else "C"
    records += [f"{chrom} {start + 1 + i} . {SEQUENCES['GRCh38'].base(chrom, start + i, start + i + 1)} "
                f"{alt if i == 0 else 'N'} . PASS . GT:AD {' '.join(['0/1:4,4'] * len(samples))}" for i in range(9)]  # fmt: skip
    path: Path = tmp_path_factory.mktemp("rows") / "in.vcf"
    path.write_text(vcf(records, samples, contigs=CONTIGS["GRCh38"]))
    roles = ReadOptions(
        tumour="T", normal="N" if len(samples) > 1 else None, checksum=False, row=RowWriter(PANEL)
    )
    try:
        careful = read(str(path), SEQUENCES, replace(roles, row=None))
    except NetboardError as error:
        # A record of the other build, or one whose REF is not the genome's.
        with pytest.raises(type(error)):
            read(str(path), WHOLE, replace(roles, count=False))
        return
    row = RowWriter(PANEL)
    expected = [
        row("GRCh38", v.sample, v.chrom, v.start, v.ref, v.alt, v.filters, v.support)
        for v in careful.samples[0].variants
    ]
    for sequences in (SEQUENCES, WHOLE):
        quick = read(str(path), sequences, replace(roles, count=False))
        (sample,) = quick.samples
        assert sample.rows.text.splitlines() == expected
        assert replace(sample.counts, records=None) == replace(careful.samples[0].counts, records=None)
        assert sample.copy_numbers == careful.samples[0].copy_numbers
        assert sample.unread == careful.samples[0].unread
        assert (quick.ref_check, quick.warnings) == (careful.ref_check, careful.warnings)
