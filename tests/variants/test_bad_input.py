"""Every bad file is refused with one sentence that names the file, the line or byte, and the remedy."""

from __future__ import annotations

import gzip
import io
import sys
import types
from collections.abc import Callable

import pytest

from netboard.errors import InputError, NetboardError
from netboard.model.variant import Panel
from netboard.variants.reader import ReadOptions, read_file
from variants.kit import CONTIGS, EOF, SEQUENCES, bgzf, snv, vcf

GOOD = vcf([snv("GRCh38", i) for i in range(10)]).encode()
MANY = vcf([snv("GRCh38", i % 6000) for i in range(20_000)]).encode()
PACKED = bgzf(MANY, 30_000)
ZIPPED = gzip.compress(MANY)


def damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def lines(*numbered: tuple[int, str]) -> bytes:
    """Return GOOD with some of its record lines (from 1) replaced."""
    found = GOOD.decode().splitlines()
    first = next(i for i, line in enumerate(found) if line.startswith("#CHROM"))
    for number, text in numbered:
        found[first + number] = text.replace(" ", "\t")
    return ("\n".join(found) + "\n").encode()


CASES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "empty gzip": (gzip.compress(b""), "holds no data"),
    "empty bgzf": (EOF, "holds no data"),
    "blank": (b"\n\n", "not a VCF|holds no data"),
    "truncated bgzf": (PACKED[: len(PACKED) // 2], "truncated"),
    "bgzf truncated within its closing block": (PACKED[:-5], "truncated"),
    "bgzf without its closing block": (PACKED[: -len(EOF)], "the empty block that ends every complete BGZF"),
    "truncated gzip": (ZIPPED[: len(ZIPPED) // 2], "truncated"),
    "gzip without its checksum": (ZIPPED[:-8], "truncated"),
    "gzip with a wrong checksum": (ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:], "damaged"),
    "damaged bgzf": (damaged(PACKED), "damaged"),
    "no header": (GOOD.split(b"\tS\n")[1], "the header is missing"),
    "no #CHROM line": (GOOD.replace(b"#CHROM", b"##CHROM"), "stands before any #CHROM line"),
    "ends within its header": (GOOD[:60], "#CHROM line is missing"),
    "text": (b"Dear board,\nplease find attached\n", "not a VCF"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    "a zip": (b"PK\3\4aaaa", "zip archive"),
    "a packed BAM": (bgzf(b"BAM\1" + b"\0" * 60), "a BAM file"),
    "spaces in #CHROM": (GOOD.replace(b"\tPOS\tID\t", b" POS ID "), "does not name|spaces"),
    "other column names": (GOOD.replace(b"\tPOS\t", b"\tPOSITION\t"), "does not name the columns"),
    "the same sample twice": (vcf([], ("A", "B", "A")).encode(), "sample name 'A' occurs more than once"),
    "POS not a number": (
        lines((4, "11 1e5 . A C . . . GT 0/1")),
        r"in\.vcf:8: POS is '1e5', which is not a number",
    ),
    "POS missing": (lines((4, "11 . . A C . . . GT 0/1")), r"in\.vcf:8: POS"),
    "POS negative": (lines((4, "11 -4 . A C . . . GT 0/1")), r"in\.vcf:8: POS"),
    "too few columns": (lines((4, "11 1000 . A")), r"in\.vcf:8: the record has 4 columns"),
    "too few samples": (
        lines((4, "11 64804001 . A C . . . GT")),
        r"in\.vcf:8: the record has 9 columns where",
    ),
    "cut in its last line": (GOOD[:-22], "is the file cut short"),
    "two headers": (GOOD + GOOD, "a header line stands among the records"),
    "REF no bases": (
        lines((4, "11 64804001 . A,C T . . . GT 0/1")),
        r"in\.vcf:8: REF of record .*not a sequence",
    ),
    "no known contig": (
        vcf(["scaffold_1 5 . A C . . . GT 0/1", "scaffold_2 5 . A C . . . GT 0/1"], contigs="").encode(),
        r"none of its contigs is a human chromosome.*scaffold_1, scaffold_2",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_one_clear_error(case: str, write: Callable[..., str], panel: Panel) -> None:
    data, expected = CASES[case]
    path = write(data)
    with pytest.raises(InputError, match=expected) as caught:
        read_file(path, panel, SEQUENCES, ReadOptions(build="GRCh38"))
    assert path in str(caught.value)
    assert caught.value.remedy
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", [c for c in CASES if c != "empty"])
def test_the_same_on_standard_input(case: str, monkeypatch: pytest.MonkeyPatch, panel: Panel) -> None:
    data, expected = CASES[case]
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data), isatty=lambda: False))
    with pytest.raises(InputError, match=expected.replace("in\\.vcf", "standard input")):
        read_file("-", panel, SEQUENCES, ReadOptions(build="GRCh38"))


def test_the_good_file_of_these_cases_is_read(write: Callable[..., str], panel: Panel) -> None:
    assert len(read_file(write(GOOD), panel, SEQUENCES).samples[0].variants) == 10
    assert read_file(write(PACKED), panel, SEQUENCES).records == 20_000


def test_a_missing_file_and_a_directory_are_refused(panel: Panel, tmp_path: object) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_file(f"{tmp_path}/none.vcf", panel, SEQUENCES)
    with pytest.raises(InputError, match="is a directory"):
        read_file(str(tmp_path), panel, SEQUENCES)


def test_a_truncated_bcf_is_refused(write: Callable[..., str], panel: Panel, tmp_path: object) -> None:
    import pysam

    source = write(vcf([snv("GRCh38", i) for i in range(100)], meta=META))
    with (
        pysam.VariantFile(source) as reading,
        pysam.VariantFile(f"{tmp_path}/x.bcf", "wb", header=reading.header) as out,
    ):
        for record in reading:
            out.write(record)
    with open(f"{tmp_path}/x.bcf", "rb") as handle:
        data = handle.read()
    assert len(read_file(write(data, "good.bcf"), panel, SEQUENCES).samples[0].variants) == 100
    for broken in (data[: len(data) // 2], data[:-28], damaged(data)):
        with pytest.raises(NetboardError):
            read_file(write(broken, "bad.bcf"), panel, SEQUENCES)


META = (
    '##FILTER=<ID=PASS,Description="x">\n##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n'
)


def test_a_header_alone_is_a_file_without_records(write: Callable[..., str], panel: Panel) -> None:
    reading = read_file(write(vcf([])), panel, SEQUENCES)
    assert reading.records == 0
    assert reading.samples[0].variants == ()


def test_files_of_other_contigs_beside_known_ones_are_no_error(
    write: Callable[..., str], panel: Panel
) -> None:
    text = vcf(["GL000192.1 5 . A C . . . GT 0/1", snv("GRCh38")], contigs=CONTIGS["GRCh38"])
    assert len(read_file(write(text), panel, SEQUENCES).samples[0].variants) == 1
