"""Rare shapes of input that are read like any other, or refused with one true sentence."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pysam
import pysam.bcftools
import pytest

from netboard.variants.bgzf import gzip_chunks
from netboard.variants.scan import scan
from netboard.variants.sieve import BadLineError, Sieve
from netboard.variants.source import open_source
from netboard.variants.targets import TargetSet
from variants.kit import CONTIGS, snv, vcf

Run = Callable[..., subprocess.CompletedProcess[str]]
TARGETS = TargetSet([("1", 1000, 2000)])


def member(text: bytes, *, checked: bool) -> bytes:
    """Return a gzip member, with the checksum of its header (RFC 1952, FHCRC) if asked for."""
    head = b"\x1f\x8b\x08" + (b"\x02" if checked else b"\0") + b"\0" * 4 + b"\0\x03"
    if checked:
        head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return head + packer.compress(text) + packer.flush() + struct.pack("<II", zlib.crc32(text), len(text))


class Pieces:
    """Bytes that are read in pieces of the sizes given, then at once."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data, self._sizes = data, sizes

    def read(self, size: int, /) -> bytes:
        size = self._sizes.pop(0) if self._sizes else size
        found, self._data = self._data[:size], self._data[size:]
        return found


@pytest.mark.parametrize("checked", [False, True])
def test_a_gzip_member_is_read_wherever_its_header_is_cut(checked: bool) -> None:
    first, second = b"a" * 50, b"b" * 70
    packed = member(first, checked=False)
    for cut in range(1, 20):
        pieces = Pieces(packed + member(second, checked=checked), [len(packed) + cut])
        assert b"".join(gzip_chunks(pieces, "x")) == first + second


def records(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    positions = sorted(chance.sample(range(64_000_000, 65_500_000), count))
    return [f"11 {pos} . A C 50 PASS DP=9 GT:AD 0/1:{chance.randint(5, 90)},7" for pos in positions]


HEAD = vcf([], contigs=CONTIGS["GRCh38"]).replace(
    "#CHROM",
    '##FILTER=<ID=PASS,Description="x">\n##INFO=<ID=DP,Number=1,Type=Integer,Description="x">\n'
    '##INFO=<ID=END,Number=1,Type=Integer,Description="x">\n'
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n#CHROM',
)


def as_bcf(path: Path, lines: list[str]) -> Path:
    text = path.with_suffix(".vcf")
    text.write_text(HEAD + "".join(line.replace(" ", "\t") + "\n" for line in lines))
    pysam.bcftools.view("-Ob", "-o", str(path), str(text), catch_stdout=False)
    return path


def scanned(path: Path, targets: TargetSet) -> tuple[list[bytes], list[str]]:
    opened = open_source(str(path))
    try:
        found = scan(opened, targets)
        return [line.split(b"\t")[1] for _, line in found.lines()], found.warnings
    finally:
        opened.close()


def test_the_index_of_a_shorter_file_is_not_used_for_a_bcf(tmp_path: Path) -> None:
    targets = TargetSet([("11", 64_000_000, 65_500_000)])
    lines = records(6000)
    short, long = as_bcf(tmp_path / "short.bcf", lines[:3000]), as_bcf(tmp_path / "long.bcf", lines)
    pysam.bcftools.index("-f", str(short))
    shutil.copy(f"{short}.csi", f"{long}.csi")
    os.utime(f"{long}.csi", (4e9, 4e9))
    found, warnings = scanned(long, targets)
    assert len(found) == 6000
    assert len(warnings) == 1
    assert warnings[0].startswith("the index long.bcf.csi is not used: ")
    assert warnings[0].endswith("; the whole file was read")
    pysam.bcftools.index("-f", str(long))
    os.utime(f"{long}.csi", (4e9, 4e9))
    again, warnings = scanned(long, targets)
    assert again == found
    assert all("is not used" not in warning for warning in warnings)


def test_a_bcf_record_whose_end_is_less_than_its_ref_is_found(tmp_path: Path) -> None:
    long_ref = "A" * 3400
    line = f"11 64800000 . {long_ref} A 50 PASS END=64800000 GT:AD 0/1:5,5"
    path = as_bcf(tmp_path / "end.bcf", [line])
    assert scanned(path, TargetSet([("11", 64_803_000, 64_811_000)]))[0] == [b"64800000"]


def sieved(*lines: bytes) -> list[bytes]:
    found: list[bytes] = []
    sieve = Sieve(TARGETS, lambda _, line: found.append(line), columns=8, first=False)
    sieve.feed(b"\n" + b"\n".join(lines) + b"\n")
    sieve.finish(b"", last=True)
    return found


IN, OUT = b"1\t1500\t.\tA\tC\t.\t.\t.", b"2\t1500\t.\tA\tC\t.\t.\t."


@pytest.mark.parametrize("before", [IN, OUT])
def test_what_is_said_of_a_line_does_not_depend_on_the_line_before(before: bytes) -> None:
    commented = b"#" + IN
    assert sieved(before, commented, IN) == [line for line in (before, IN) if line == IN]
    for bad in (b"1\t15x0\t.\tA\tC\t.\t.\t.", b"1 1500 . A C . . .", b"##meta"):
        with pytest.raises(BadLineError):
            sieved(before, bad, IN)


def test_a_bad_line_is_a_fault_whether_or_not_a_range_ends_in_it() -> None:
    for cut in range(1, 30):
        data = IN + b"\n" + b"2\t15x0\t.\tA\tC\t.\t.\t.\n" + IN + b"\n"
        place = data.index(b"x") - 8 + cut
        sieve = Sieve(TARGETS, lambda _, line: None, columns=8, first=True)
        with pytest.raises(BadLineError, match="15x0"):
            sieve.feed(data[:place])
            sieve.finish(data[place : data.index(b"\n", place)], last=False)
            rest = Sieve(TARGETS, lambda _, line: None, columns=8, first=False)
            rest.feed(data[place:])
            rest.finish(b"", last=True)


def test_a_fault_on_standard_input_is_not_given_a_wrong_line(run_netboard: Run, tmp_path: Path) -> None:
    lines = [snv("GRCh38", i) for i in range(9)]
    lines[5] = lines[5].replace("64804006", "64x04006")
    text = vcf(lines, contigs=CONTIGS["GRCh38"])
    done = run_netboard("scan", "-", input=text)
    assert done.returncode == 1
    assert "standard input: POS is '64x04006'" in done.stderr
    counted = run_netboard("scan", "-", "--count", input=text)
    line = text.splitlines().index(lines[5].replace(" ", "\t")) + 1
    assert f"standard input:{line}: POS is" in counted.stderr


def test_a_header_and_a_blank_line_are_a_file_without_records(run_netboard: Run, tmp_path: Path) -> None:
    path = tmp_path / "blank.vcf"
    path.write_text(vcf([], contigs=CONTIGS["GRCh38"]) + "\n")
    done = run_netboard("scan", str(path))
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize(("closed", "code"), [(">&-", 1), ("2>&-", 0)])
def test_a_closed_descriptor_is_no_fault_of_netboards(tmp_path: Path, closed: str, code: int) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(vcf([snv("GRCh38", 1)], contigs=CONTIGS["GRCh38"]))
    command = " ".join(f"'{part}'" for part in [sys.executable, "-m", "netboard", "scan", str(path)])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stdout + done.stderr
    if code:
        assert "standard output is closed" in done.stderr
    else:
        assert all("\t" in line for line in done.stdout.splitlines())


def test_more_parts_than_a_byte_counts_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(vcf([snv("GRCh38", i) for i in range(700)], contigs=CONTIGS["GRCh38"]))
    code = (
        "import sys\nfrom netboard.variants.ranges import ranges_of, scan_ranges\n"
        "from netboard.variants.source import open_source\nfrom netboard.variants.targets import TargetSet\n"
        "opened = open_source(sys.argv[1])\n"
        "ranges = ranges_of(opened, 150, least=1)\n"
        "found = scan_ranges(opened, TargetSet([('11', 64801000, 64813000)]), ranges, processes=3)\n"
        "print(len(ranges) > 256, len(list(found.lines())), found.records)\n"
        "found.close()\nopened.close()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == ["True", "700", "700"]
