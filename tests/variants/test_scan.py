"""The scan finds what a plain filter over all lines finds, whichever way the file is packed and read."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pysam
import pysam.bcftools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.errors import InputError
from netboard.variants.indexed import ONLY_PARTS
from netboard.variants.ranges import ranges_of, scan_ranges
from netboard.variants.scan import scan
from netboard.variants.sieve import Sieve, naive_lines
from netboard.variants.source import open_source
from netboard.variants.targets import TargetSet
from variants.kit import CONTIGS, EOF, bgzf, block, small_panel, snv, vcf

SAMPLES = 2
HEADER = vcf([], ("T", "N"), contigs="").encode()


def random_lines(chance: random.Random, count: int, targets: TargetSet, style: str) -> list[bytes]:
    """Return records near and far from targets, some structural, some with long REF."""
    spans = list(targets.stretches())
    lines = []
    for _ in range(count):
        chrom, start, end = chance.choice(spans)
        place = chance.choice(
            (start, end, (start + end) // 2, start - 10_000, chance.randrange(1, 150_000_000))
        )
        pos = max(1, place + chance.randint(-30, 30))
        ref = "A" * chance.choice((1, 1, 1, 2, 40, 9_990 if chance.random() < 0.1 else 3))
        alt, info = "C", chance.choice((".", "DP=3", "CSQ=a|SVTYPE|b"))
        if chance.random() < 0.1:
            mate, place, far = chance.choice(spans)
            alt, info = chance.choice(
                (
                    ("<DEL>", f"SVTYPE=DEL;END={pos + chance.choice((10, 100_000))}"),
                    ("<DEL>", f"END={pos + 50_000}"),
                    (f"N[{mate}:{chance.randint(place, far)}[", "SVTYPE=BND"),
                    ("<BND>", f"SVTYPE=BND;CHR2={mate};END={chance.randint(place, far)}"),
                    ("<DUP>", f"SVLEN={chance.choice((5, 500_000))}"),
                )
            )
        name = {"plain": chrom, "chr": f"chr{chrom}", "mixed": chance.choice((chrom, "chr" + chrom, "Un_1"))}[
            style
        ]
        lines.append(f"{name}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t{info}\tGT\t0/1\t0/0".encode())
    if chance.random() < 0.5:
        lines.sort(key=lambda line: int(line.split(b"\t")[1]))
    return lines


def random_targets(chance: random.Random, count: int) -> TargetSet:
    spans = []
    for _ in range(count):
        start = chance.choice((0, 9_990, chance.randrange(0, 140_000_000)))
        length = chance.choice((1, 30, 9_999, 20_000, 250_000))
        spans.append((chance.choice(["1", "2", "11", "22", "X", "Y", "MT"]), start, start + length))
    places = chance.randrange(count)
    return TargetSet(spans[places:], spans[:places])


def lines_by(path: str, targets: TargetSet, **options: object) -> list[bytes]:
    opened = open_source(path)
    try:
        scanned = scan(opened, targets, **options)  # type: ignore[arg-type]
        found = [line for _, line in scanned.lines()]
        scanned.close()
        return found
    finally:
        opened.close()


@given(
    seed=st.integers(0, 2**32),
    intervals=st.sampled_from([1, 10, 98, 500, 2000]),
    style=st.sampled_from(["plain", "chr", "mixed"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    packing=st.sampled_from(["plain", "bgzf", "gzip", "ranges", "plain ranges"]),
    last_feed=st.booleans(),
)
def test_every_way_of_reading_equals_a_plain_filter(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    intervals: int,
    style: str,
    ending: str,
    packing: str,
    last_feed: bool,
) -> None:
    chance = random.Random(seed)
    targets = random_targets(chance, intervals)
    body = ending.encode().join(random_lines(chance, chance.choice((1, 30, 300)), targets, style))
    body += ending.encode() if last_feed else b""
    data = HEADER.replace(b"\n", ending.encode()) + body
    path = tmp_path_factory.mktemp("scan") / "in.vcf"
    size = chance.choice((37, 500, 5_000, 60_000)) if len(data) < 100_000 else 60_000
    packed = data if "plain" in packing else gzip.compress(data) if packing == "gzip" else bgzf(data, size)
    path.write_bytes(packed)
    expected = naive_lines(body, targets)
    opened = open_source(str(path))
    try:
        if "ranges" in packing:
            ranges = ranges_of(opened, chance.randint(2, 5), least=1)
            scanned = scan_ranges(opened, targets, ranges)
        else:
            scanned = scan(opened, targets, threads=1)
        assert [line for _, line in scanned.lines()] == expected
        assert scanned.records == body.count(b"\n") + (0 if last_feed else 1)
        all_lines = body.replace(b"\r", b"").split(b"\n")
        header_lines = data.count(b"\n") - body.count(b"\n")
        for number, line in scanned.lines():
            assert number is not None
            assert all_lines[number - header_lines - 1] == line
        scanned.close()
    finally:
        opened.close()


@given(
    seed=st.integers(0, 2**32),
    intervals=st.sampled_from([10, 98, 2000]),
    chunk=st.sampled_from([61, 999, 1 << 18]),
)
def test_the_expression_lets_through_all_that_the_exact_test_takes(
    seed: int, intervals: int, chunk: int
) -> None:
    chance = random.Random(seed)
    targets = random_targets(chance, intervals)
    body = b"\n".join(random_lines(chance, 200, targets, "mixed")) + b"\n"
    found: list[bytes] = []
    sieve = Sieve(targets, lambda _, line: found.append(line), columns=11, first=True)
    for i in range(0, len(body), chunk):
        sieve.feed(body[i : i + chunk])
    sieve.finish(b"", last=True)
    assert found == naive_lines(body, targets)


def test_blank_lines_hide_no_record() -> None:
    targets = TargetSet([("1", 1000, 2000)])
    lines = [
        b"1\t1500\t.\tA\tC\t.\t.\t.",
        b"",
        b"1\t1600\t.\tA\tC\t.\t.\t.",
        b"",
        b"",
        b"1\t1700\t.\tA\tC\t.\t.\t.",
    ]
    found: list[bytes] = []
    sieve = Sieve(targets, lambda _, line: found.append(line), columns=8, first=False)
    sieve.feed(b"\n" + b"\n".join(lines) + b"\n")
    sieve.finish(b"", last=True)
    assert found == [line for line in lines if line]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TargetSet, bytes]:
    """A BGZF file large enough to be cut into ranges by forked workers."""
    chance = random.Random(5)
    targets = random_targets(chance, 60)
    lines = random_lines(chance, 4000, targets, "chr")
    noise = ["".join(chance.choices("0123456789abcdef", k=1200)) for _ in range(50)]
    body = b"\n".join(
        line.replace(b"PASS\t", f"PASS\tX={chance.choice(noise)}{i};".encode())
        for i, line in enumerate(lines)
    )
    data = HEADER + body + b"\n"
    path = tmp_path_factory.mktemp("large") / "large.vcf.gz"
    path.write_bytes(b"".join(block_stored(data[i : i + 60_000]) for i in range(0, len(data), 60_000)) + EOF)
    assert path.stat().st_size > 4 << 20
    return path, targets, body


def block_stored(data: bytes) -> bytes:
    """Return a BGZF block that packs nothing, so that a large file is made quickly."""
    import struct
    import zlib

    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    extra = struct.pack("<BBHH", 66, 67, 2, len(packed) + 25)
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", 6) + extra
    return head + packed + struct.pack("<II", zlib.crc32(data), len(data))


def test_forked_workers_find_the_same_lines(large: tuple[Path, TargetSet, bytes]) -> None:
    path, targets, body = large
    code = (
        "import sys, pickle\n"
        "from netboard.variants.scan import scan\n"
        "from netboard.variants.source import open_source\n"
        "targets = pickle.load(sys.stdin.buffer)\n"
        "opened = open_source(sys.argv[1])\n"
        "found = scan(opened, targets, threads=3)\n"
        "pickle.dump((found.how, found.records, list(found.lines())), sys.stdout.buffer)\n"
    )
    import os
    import pickle

    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(path)],
        input=pickle.dumps(targets),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    how, records, lines = pickle.loads(run.stdout)
    assert how == "ranges"
    assert records == 4000
    assert [line for _, line in lines] == naive_lines(body, targets)
    every = body.split(b"\n")
    first = HEADER.count(b"\n") + 1
    assert all(every[number - first] == line for number, line in lines)


def test_a_bad_line_in_a_later_range_is_named_by_its_line(
    large: tuple[Path, TargetSet, bytes], tmp_path: Path
) -> None:
    _, targets, body = large
    lines = body.split(b"\n")
    lines[3500] = b"chr1\t12x4\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\t0/0"
    path = tmp_path / "bad.vcf.gz"
    path.write_bytes(bgzf(HEADER + b"\n".join(lines) + b"\n"))
    opened = open_source(str(path))
    ranges = ranges_of(opened, 3, least=1000)
    assert len(ranges) >= 3
    with pytest.raises(InputError, match=rf"bad.vcf.gz:{3500 + 1 + HEADER.count(10)}: POS is '12x4'"):
        scan_ranges(opened, targets, ranges)
    opened.close()


# Indexes


@pytest.fixture
def indexed(tmp_path: Path) -> Callable[[str], tuple[Path, TargetSet, bytes]]:
    def make(kind: str) -> tuple[Path, TargetSet, bytes]:
        chance = random.Random(3)
        targets = random_targets(chance, 40)
        lines = []
        for chrom in ("1", "2", "11", "22", "X"):
            places = [(s + e) // 2 for c, s, e in targets.intervals() if c == chrom]
            places += [s + 1 for c, s, _ in targets.intervals() if c == chrom]
            places += [chance.randrange(1, 150_000_000) for _ in range(1000)]
            for pos in sorted(p for p in places if p > 0):
                ref = "A" * chance.choice((1, 1, 1, 5, 3000))
                lines.append(f"chr{chrom}\t{pos}\t.\t{ref}\tC\t.\tPASS\tDP=1\tGT\t0/1\t0/0".encode())
        body = b"\n".join(lines) + b"\n"
        path = tmp_path / "in.vcf.gz"
        path.write_bytes(bgzf(HEADER + body, 20_000))
        pysam.tabix_index(str(path), preset="vcf", csi=kind == "csi", force=True)
        return path, targets, body

    return make


@pytest.mark.parametrize("kind", ["tbi", "csi"])
def test_an_index_leads_to_the_same_lines(
    indexed: Callable[[str], tuple[Path, TargetSet, bytes]], kind: str
) -> None:
    path, targets, body = indexed(kind)
    opened = open_source(str(path))
    scanned = scan(opened, targets)
    assert scanned.how == "index"
    assert scanned.warnings == [ONLY_PARTS]
    assert sorted(line for _, line in scanned.lines()) == sorted(naive_lines(body, targets))
    assert scanned.records == body.count(b"\n")
    opened.close()


def test_an_index_older_than_its_file_is_not_used(
    indexed: Callable[[str], tuple[Path, TargetSet, bytes]],
) -> None:
    import os

    path, targets, body = indexed("tbi")
    os.utime(f"{path}.tbi", (1, 1))
    opened = open_source(str(path))
    scanned = scan(opened, targets)
    assert scanned.how != "index"
    assert "older than its file" in scanned.warnings[0]
    assert [line for _, line in scanned.lines()] == naive_lines(body, targets)
    opened.close()


@pytest.mark.parametrize("change", ["longer", "shorter", "other order", "garbage"])
def test_the_index_of_another_file_is_not_used(
    indexed: Callable[[str], tuple[Path, TargetSet, bytes]], change: str
) -> None:
    import os

    path, targets, body = indexed("tbi")
    lines = body.splitlines(keepends=True)
    added = b"".join(lines[-1].replace(b"DP=1", b"DP=%d" % n) for n in range(40))
    other = {"longer": body + added, "shorter": b"".join(lines[:3000]), "other order": b"".join(lines[::-1])}
    body = other.get(change, body)
    path.write_bytes(bgzf(HEADER + body, 20_000))
    index = Path(f"{path}.tbi")
    if change == "garbage":
        index.write_bytes(b"not an index")
    os.utime(index)
    opened = open_source(str(path))
    scanned = scan(opened, targets)
    assert scanned.how != "index"
    assert "is not used" in scanned.warnings[0]
    assert [line for _, line in scanned.lines()] == naive_lines(body, targets)
    opened.close()


def test_structural_files_are_read_whole_in_spite_of_an_index(tmp_path: Path) -> None:
    targets = TargetSet([("11", 1000, 2000)])
    header = vcf([], ("T", "N"), contigs="", meta='##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">\n')
    mate = b"2\t500\t.\tA\tA[11:1500[\t.\tPASS\tSVTYPE=BND\tGT\t0/1\t0/0"
    path = tmp_path / "sv.vcf.gz"
    path.write_bytes(bgzf(header.encode() + mate + b"\n"))
    pysam.tabix_index(str(path), preset="vcf")
    assert lines_by(str(path), targets) == [mate]


@pytest.mark.parametrize("index", [False, True])
def test_bcf_gives_the_records_of_its_vcf(tmp_path: Path, index: bool) -> None:
    targets = TargetSet([("11", 64_801_000, 64_813_000)])
    records = [snv("GRCh38", i * 50) for i in range(40)] + [
        f"7 {i * 1000 + 1} . A C . PASS . GT:AD 0/1:1,2" for i in range(50)
    ]
    text = vcf(sorted(records, key=lambda r: (r.split()[0] != "7", int(r.split()[1]))), meta=META)
    source = tmp_path / "in.vcf"
    source.write_text(text)
    path = tmp_path / "in.bcf"
    with (
        pysam.VariantFile(str(source)) as reading,
        pysam.VariantFile(str(path), "wb", header=reading.header) as out,
    ):
        for record in reading:
            out.write(record)
    if index:
        pysam.bcftools.index(str(path))
    expected = [line.split(b"\t")[:5] for line in naive_lines(text.split("\tS\n")[1].encode(), targets)]
    assert [line.split(b"\t")[:5] for line in lines_by(str(path), targets)] == expected
    assert len(expected) == 40


META = (
    '##FILTER=<ID=PASS,Description="x">\n##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">\n'
)


def test_plain_vcf_needs_no_htslib(write: Callable[..., str]) -> None:
    path = write(vcf([snv("GRCh38")]))
    code = (
        "import sys\nfrom netboard.variants.scan import scan\nfrom netboard.variants.source import open_source\n"
        "from netboard.variants.targets import TargetSet\nimport netboard.variants.reader\n"
        "opened = open_source(sys.argv[1])\n"
        "assert len(list(scan(opened, TargetSet([('11', 64801000, 64813000)])).lines())) == 1\n"
        "assert not {'pysam', 'cyvcf2', 're2', 'numpy', 'pandas'} & set(sys.modules), sorted(sys.modules)\n"
    )
    import os

    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, path], check=True, env=env)


# Standard input


@pytest.mark.parametrize("pack", [lambda d: d, gzip.compress, bgzf], ids=["plain", "gzip", "bgzf"])
def test_standard_input_is_read_like_a_file(
    monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    text = vcf([snv("GRCh38", i) for i in range(30)]).encode()
    stream = types.SimpleNamespace(buffer=io.BytesIO(pack(text)), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stream)
    targets = TargetSet([("11", 64_801_000, 64_813_000)])
    assert lines_by("-", targets) == naive_lines(text.split(b"\tS\n")[1], targets)


def test_a_bcf_on_standard_input_leaves_no_file_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, write: Callable[..., str]
) -> None:
    source = write(vcf([snv("GRCh38")], meta=META))
    bcf = tmp_path / "x.bcf"
    with (
        pysam.VariantFile(source) as reading,
        pysam.VariantFile(str(bcf), "wb", header=reading.header) as out,
    ):
        for record in reading:
            out.write(record)
    stream = types.SimpleNamespace(buffer=io.BytesIO(bcf.read_bytes()), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stream)
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    assert len(lines_by("-", TargetSet([("11", 64_801_000, 64_813_000)]))) == 1
    assert list(spool.iterdir()) == []


def test_a_file_whose_later_members_are_ordinary_gzip_is_read_to_its_end(tmp_path: Path) -> None:
    text = vcf([snv("GRCh38", i) for i in range(20)]).encode()
    path = tmp_path / "mixed.vcf.gz"
    cut = text.rfind(b"\n", 0, len(text) // 2)
    path.write_bytes(block(text[:cut]) + gzip.compress(text[cut:]) + EOF)
    targets = TargetSet([("11", 64_801_000, 64_813_000)])
    assert len(lines_by(str(path), targets)) == 20


def test_contigs_of_a_shuffled_file_are_all_seen(write: Callable[..., str]) -> None:
    records = [f"{c} {p} . A C . . ." for p in range(1, 400) for c in ("3", "GL000192.1", "7", "X", "HLA-A")]
    opened = open_source(write(vcf(records, ())))
    scanned = scan(opened, TargetSet([("7", 0, 10)]))
    assert set(scanned.contigs) == {"3", "GL000192.1", "7", "X", "HLA-A"}
    opened.close()


def test_panel_targets_pad_each_gene_on_its_build() -> None:
    spans = {(i.chrom, i.start, i.end) for i, _ in small_panel().targets("GRCh38")}
    assert ("11", 64_801_000, 64_813_000) in spans
    assert CONTIGS["GRCh38"].count("length") == 2
