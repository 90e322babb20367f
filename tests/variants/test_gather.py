"""Rows made by several processes, or without counting, are those that one careful reading makes."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netboard.cli.scan import RowWriter
from netboard.variants.bgzf import read_ahead
from netboard.variants.gather import Gathering, State
from netboard.variants.header import parse_header
from netboard.variants.reader import FileReading, ReadOptions, read_file
from netboard.variants.roles import assign_roles
from netboard.variants.scan import scan
from netboard.variants.sieve import Sieve
from netboard.variants.source import open_source
from netboard.variants.targets import TargetSet
from variants.kit import CONTIGS, SEQUENCES, bgzf, small_panel, snv, vcf

Write = Callable[..., str]
PANEL = small_panel()
SAMPLES = ("A", "B", "C", "D", "E")
CELLS = ("0/0:9,0", "0/1:5,4", "1/1:0,9", "./.:.", ".", "0|0:7,0", "./1:3,3", "0/1:x", "1", "0", "./.:5,2")
SHAPES = (
    "{ref} {alt}",
    "{ref} {alt},G",
    "{ref} .",
    "{ref} <DEL>",
    "{ref} *",
    "{ref} {ref}{alt}",
    "{ref} <NON_REF>",
)


def options(**given: object) -> ReadOptions:
    return ReadOptions(tumour="all", checksum=False, row=RowWriter(PANEL), **given)  # type: ignore[arg-type]


def read(path: str, given: ReadOptions) -> FileReading:
    return read_file(path, PANEL, SEQUENCES, given)


def described(reading: FileReading) -> list[object]:
    return [
        (
            s.name,
            s.rows.text,
            s.rows.number,
            s.counts.in_targets,
            s.counts.kept,
            s.counts.skipped,
            s.copy_numbers,
            s.rearrangements,
        )
        for s in reading.samples
    ]


records = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(SHAPES),
        st.sampled_from(("PASS", "q10", ".", "q10;s50")),
        st.sampled_from((".", "END=64805900;SVTYPE=DEL", "ANN=C|x", "CSQ=a|b", "CSQ=a;CSQ=b|c")),
        st.lists(st.sampled_from(CELLS), min_size=5, max_size=5),
    ),
    max_size=12,
)


def written(found: Sequence[tuple[int, str, str, str, list[str]]]) -> str:
    lines = []
    for offset, shape, filters, info, cells in found:
        chrom, pos, identifier, ref, alt, *_ = snv("GRCh38", offset).split(" ")
        alleles = shape.format(ref=ref, alt=alt)
        lines.append(" ".join((chrom, pos, identifier, alleles, ".", filters, info, "GT:AD", *cells)))
    return vcf(lines, SAMPLES)


@settings(max_examples=50, deadline=None)
@given(records)
def test_rows_are_those_of_the_variants(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[int, str, str, str, list[str]]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "in.vcf"
    path.write_text(written(found))
    careful = read(str(path), replace(options(), row=None))
    quick = read(str(path), options(count=False))
    row = RowWriter(PANEL)
    for sample, other in zip(careful.samples, quick.samples, strict=True):
        expected = [
            row("GRCh38", v.sample, v.chrom, v.start, v.ref, v.alt, v.filters, v.support)
            for v in sample.variants
        ]
        assert other.rows.text.splitlines() == expected
        assert other.rows.number == len(expected)
        assert other.variants == ()
        assert replace(other.counts, records=None) == replace(sample.counts, records=None)
        assert (other.copy_numbers, other.rearrangements) == (sample.copy_numbers, sample.rearrangements)
    assert (quick.ref_check, quick.warnings) == (careful.ref_check, careful.warnings)
    assert quick.records is None


def described_state(gathering: Gathering) -> State:
    """Return a gathering's state without the keys of its rows, of which a sum needs none."""
    state = gathering.state()
    samples = [replace(found, rows=[], packed=found.packed._replace(keys=None)) for found in state.samples]
    return replace(state, samples=samples)


@settings(max_examples=50, deadline=None)
@given(records, st.lists(st.integers(0, 12), max_size=3))
def test_ranges_add_up_to_the_whole_or_say_that_they_do_not(
    found: list[tuple[int, str, str, str, list[str]]], cuts: list[int]
) -> None:
    head, _, body = written(found).encode().partition(b"A\tB\tC\tD\tE\n")
    header = parse_header(head + b"A\tB\tC\tD\tE\n", "in")
    roles = assign_roles(header, "in", tumour="all", normal=None, sample_name=None)

    def gathered(lines: list[bytes]) -> Gathering:
        state = Gathering(PANEL, "GRCh38", SEQUENCES, header, roles, "in", row=RowWriter(PANEL))
        for line in lines:
            state.take(None, line)
        state.settle()
        return state

    lines = body.splitlines()
    ends = sorted({0, *(min(cut, len(lines)) for cut in cuts), len(lines)})
    whole, sum_ = gathered(lines), gathered([])
    order = [line.split(b"\t")[1].rjust(9) for line in lines]
    parts = [gathered(lines[a:b]).state() for a, b in pairwise(ends)]
    if sum_.add([pickle.loads(pickle.dumps(part)) for part in parts]):
        assert described_state(sum_) == described_state(whole)
    else:
        several = any(len(part.chosen) for part in parts)
        assert several or order != sorted(set(order)), order


@pytest.mark.parametrize("twice", [False, True])
def test_forked_workers_make_the_same_rows(tmp_path: Path, twice: bool) -> None:
    lines = [snv("GRCh38", i, f". GT:AD {CELLS[i % 5]}").replace(" ", "\t") for i in range(900)]
    noise = [os.urandom(1700).hex() for _ in range(4000)]
    filler = [f"7\t{i + 1}\t.\tA\tC\t.\t.\tX={text}\tGT:AD\t0/1:1,1" for i, text in enumerate(noise)]
    # An allele on both sides of a cut must be counted once, and the record that passes speaks.
    late = [lines[1].replace("PASS", "q10")] if twice else []
    body = "\n".join([*filler[:2000], *lines[:450], *filler[2000:], *lines[450:], *late]) + "\n"
    path = tmp_path / "in.vcf.gz"
    path.write_bytes(bgzf((vcf([], contigs=CONTIGS["GRCh38"]) + body).encode()))
    code = (
        "import sys, pickle\n"
        "from netboard.variants.reader import read_file\n"
        "panel, sequences, options = pickle.load(sys.stdin.buffer)\n"
        "pickle.dump([read_file(sys.argv[1], panel, sequences, o) for o in options], sys.stdout.buffer)\n"
    )
    given = [options(count=False, threads=n) for n in (1, 2, 3)]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(path)],
        input=pickle.dumps((PANEL, SEQUENCES, given)),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    one, *several = pickle.loads(run.stdout)
    assert (one.how, [r.how for r in several]) == ("stream", ["ranges", "ranges"])
    assert one.samples[0].rows.number
    assert one.samples[0].counts.skipped.get("duplicate_record", 0) == twice
    for reading in several:
        assert described(reading) == described(one)
        assert (reading.ref_check, reading.build_basis) == (one.ref_check, one.build_basis)


@given(
    st.lists(
        st.sampled_from(
            [b"1\t15\t.\tA\tC\t.\t.\t.", b"", b"2\t9\t.\tA\tC\t.\t.\t.", b"1\t999999\t.\tA\tC\t.\t.\t."]
        )
    )
)
def test_a_sieve_that_does_not_count_keeps_the_same_lines(lines: list[bytes]) -> None:
    targets = TargetSet([("1", 10, 20)])
    found: dict[bool, list[bytes]] = {}
    for count in (True, False):
        kept = found[count] = []
        sieve = Sieve(
            targets, lambda _, line, kept=kept: kept.append(line), columns=8, first=True, count=count
        )
        sieve.feed(b"\n".join(lines), b"\n")
        sieve.finish(b"", last=True)
    assert found[True] == found[False]


def test_a_fault_is_told_with_its_line_although_nothing_was_counted(
    run_netboard: Callable[..., subprocess.CompletedProcess[str]], write: Write
) -> None:
    bad = snv("GRCh38", 2).split(" ")
    bad[1] = "12x4"
    path = write(vcf([snv("GRCh38", 1), " ".join(bad)], contigs=CONTIGS["GRCh38"]))
    line = Path(path).read_text().splitlines().index("\t".join(bad)) + 1
    done = run_netboard("scan", path)
    assert done.returncode == 1
    assert f"in.vcf:{line}: POS is '12x4'" in done.stderr


def test_records_are_counted_only_when_asked(write: Write) -> None:
    path = write(vcf([snv("GRCh38", 1), "7 5 . A C . . . GT:AD 0/1:3,3"], contigs=CONTIGS["GRCh38"]))
    opened = open_source(path)
    assert scan(opened, TargetSet([("7", 0, 10)]), count=False).records is None
    opened.close()
    assert read(path, options()).records == 2


def test_reading_ahead_yields_all_in_order_and_passes_errors_on() -> None:
    assert list(read_ahead(iter([(i, b"x") for i in range(100)]), 3)) == [(i, b"x") for i in range(100)]

    def failing() -> object:
        yield 0, b"x"
        raise ValueError("damaged")

    chunks = read_ahead(failing())  # type: ignore[arg-type]
    assert next(chunks) == (0, b"x")
    with pytest.raises(ValueError, match="damaged"):
        next(chunks)
    interval = sys.getswitchinterval()
    unread = read_ahead(iter([(i, b"x") for i in range(100)]), 2)
    next(unread)
    unread.close()  # type: ignore[attr-defined]
    assert sys.getswitchinterval() == interval
