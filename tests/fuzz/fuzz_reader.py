"""Coverage-guided fuzzing of the byte path and the parser, run by hand (pytest does not collect it).

Needs atheris in an environment that also holds netboard's dependencies::

    PYTHONPATH=src:tests python tests/fuzz/fuzz_reader.py -max_total_time=3600 CORPUS_DIRECTORY

The first byte of an input says how the rest becomes a file: as it is, as records below a good header, as
the cells of one record of a panel gene, packed as BGZF or gzip, or packed and then damaged. Whatever it
is, the file is read or refused with one sentence; the counts of what was read add up. A read beyond five
seconds or a gigabyte is a fault too. Every file is read twice, the second time for a table: its rows must be
those of the variants.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["netboard"]):
    from netboard.cli.scan import RowWriter
    from netboard.errors import NetboardError
    from netboard.variants import scan
    from netboard.variants.reader import FileReading, ReadOptions, read_file
    from netboard.variants.segments import read_segments

from variants.kit import SEQUENCES, bgzf, small_panel, snv, vcf

PANEL = small_panel()
HEAD = vcf([], ("N", "T")).encode()
META = b'##INFO=<ID=CSQ,Number=.,Type=String,Description="x Format: Allele|Consequence|SYMBOL">\n'
OPTIONS = ReadOptions(build="GRCh38", tumour="all", threads=1)
ROW = RowWriter(PANEL)


def damaged(packed: bytes, data: bytes) -> bytes:
    """Return ``packed`` with one byte changed and perhaps its end cut off, as ``data`` says."""
    place = int.from_bytes(data[:2], "big") % len(packed)
    changed = (
        packed[:place] + bytes([packed[place] ^ (data[2] if len(data) > 2 else 1)]) + packed[place + 1 :]
    )
    return changed[: len(changed) - (data[3] if len(data) > 3 else 0)] or b"\0"


def cells_of(data: bytes) -> bytes:
    """Return a record within a panel gene whose REF, ALT, FILTER, INFO, FORMAT and columns are fuzzed."""
    cells = [cell.replace(b"\t", b" ").replace(b"\n", b" ") for cell in data.split(b"\0")]
    cells += [b"."] * (6 - len(cells))
    ref, alt, passed, info, keys = cells[:5]
    columns = [*cells[5:7], b"."][:2]
    return b"\t".join([b"11", b"64804001", b".", ref, alt, b".", passed, info, keys, *columns]) + b"\n"


def file_of(data: bytes) -> bytes:
    """Return the file that a fuzzed input stands for."""
    mode, rest = data[0] % 8, data[1:]
    if mode == 0:
        return rest
    if mode == 1:
        return HEAD + rest
    if mode == 2:
        return HEAD + cells_of(rest)
    if mode == 3:
        return META + HEAD + cells_of(rest) + cells_of(rest[::-1])
    if mode == 4:
        return bgzf(HEAD + rest, 500)
    if mode == 5:
        return gzip.compress(HEAD + rest, 1)
    packed = bgzf(HEAD + rest, 200) if mode == 6 else gzip.compress(HEAD + rest, 1)
    return damaged(packed, rest)


def one_sentence(error: NetboardError) -> None:
    """Assert that a refusal is one line."""
    assert "\n" not in str(error), repr(str(error))


def one_input(data: bytes) -> None:
    """Read one fuzzed file; anything but a reading or one clear sentence is a fault."""
    if len(data) < 2:
        return
    if data[0] == 255:
        SEGMENTS.write_bytes(data[1:])
        try:
            read_segments(SEGMENTS, "GRCh38", 0.5)
        except NetboardError as error:
            one_sentence(error)
        return
    FILE.write_bytes(file_of(data))
    options = replace(OPTIONS, tumour="T", normal="N") if data[0] & 16 else OPTIONS
    # Also small files are searched with the expression now and then.
    scan.SMALL = 0 if data[0] & 8 else 1 << 20
    table: FileReading | None = None
    try:
        table = read_file(str(FILE), PANEL, SEQUENCES, replace(options, count=False, row=ROW))
    except NetboardError as error:
        one_sentence(error)
    try:
        reading = read_file(str(FILE), PANEL, SEQUENCES, options)
    except NetboardError as error:
        one_sentence(error)
        assert table is None
        return
    assert table is not None
    for sample, rows in zip(reading.samples, table.samples, strict=True):
        assert rows.rows.text.split("\n") == (
            [
                ROW("GRCh38", v.sample, v.chrom, v.start, v.ref, v.alt, v.filters, v.support)
                for v in sample.variants
            ]
            or [""]
        )
        assert replace(rows.counts, records=None) == replace(sample.counts, records=None)
    for sample in reading.samples:
        assert sample.counts.in_targets == sample.counts.kept + sum(sample.counts.skipped.values())
        for variant in sample.variants:
            assert variant.support.vaf is None or 0 <= variant.support.vaf <= 1
            assert variant.ref and variant.alt


def seeds(directory: Path) -> None:
    """Write inputs to begin with, where the corpus is empty."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        return
    record = snv("GRCh38", 0, "SOMATIC GT:AD:DP:AF 0/0:9,0:9:0 0/1:5,4:9:0.44").replace(" ", "\t").encode()
    texts = [
        b"\0" + HEAD + record + b"\n",
        b"\1" + record + b"\r\n" + record + b"\n",
        b"\2G\0A,<NON_REF>\0PASS\0SS=2\0GT:RD:AD:FREQ\0" + b"0/0:9:0:0%\0" + b"0/1:5:4:44.4%",
        b"\2N\0<DEL>\0PASS\0SVTYPE=DEL;END=64805000;SVLEN=-999\0GT:PR:SR\0"
        + b"0/0:9,0:9,0\0"
        + b"0/1:9,3:9,2",
        b"\2N\0N[7:140731000[\0PASS\0SVTYPE=BND;MATEID=x\0GT:DR:DV\0" + b"0/0:9:0\0" + b"0/1:9:3",
        b"\3A\0C\0.\0CSQ=C|missense_variant|X\0GT:AU:CU:GU:TU\0"
        + b".:1,1:0,0:0,0:0,0\0"
        + b".:1,1:4,4:0,0:0,0",
        *(bytes([mode]) + record + b"\n" for mode in (4, 5, 6, 7)),
        b"\xffChromosome\tStart\tEnd\tnMajor\tnMinor\n1\t1\t9\t1\t0\n",
        b"\xffID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS\t1\t1\t100\t9\t-1\n",
    ]
    for number, text in enumerate(texts):
        (directory / f"seed-{number}").write_bytes(text)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            seeds(Path(argument))
    with tempfile.TemporaryDirectory() as folder:
        FILE, SEGMENTS = Path(folder) / "in.vcf", Path(folder) / "in.tsv"
        defaults = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=4096"]
        atheris.Setup([sys.argv[0], *defaults, *sys.argv[1:]], one_input)
        atheris.Fuzz()
