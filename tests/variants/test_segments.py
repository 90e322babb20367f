"""Segment tables of five programs become copy-number statements with the calls of stated thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from netboard.errors import InputError
from netboard.variants import thresholds
from netboard.variants.segments import read_segments

Row = tuple[str, int, int, float | None, float | None, str]


def rows(path: str, purity: float | None = None) -> list[Row]:
    return [
        (s.chrom, s.start, s.end, s.total, s.minor, s.call) for s in read_segments(path, "GRCh38", purity)
    ]


def test_ascat(write: Callable[..., str]) -> None:
    text = "Chromosome\tStart\tEnd\tnMajor\tnMinor\n1\t101\t200\t1\t0\nchr2\t1\t50\t1\t1\n3\t1\t9\t0\t0\n4\t1\t9\t5\t1\n5\t1\t9\t2\t0\n6\t1\t9\tNA\tNA\n"
    assert rows(write(text)) == [
        ("1", 100, 200, 1.0, 0.0, "loss_of_heterozygosity"),
        ("2", 0, 50, 2.0, 1.0, "neutral"),
        ("3", 0, 9, 0.0, 0.0, "deletion"),
        ("4", 0, 9, 6.0, 1.0, "amplification"),
        ("5", 0, 9, 2.0, 0.0, "loss_of_heterozygosity"),
        ("6", 0, 9, None, None, "unknown"),
    ]


def test_purple_and_facets(write: Callable[..., str]) -> None:
    purple = "chromosome\tstart\tend\tcopyNumber\tbafCount\tminorAlleleCopyNumber\nchr1\t1\t100\t0.1\t5\t0.02\nchr2\t1\t100\t1.97\t5\t0.99\n"
    assert [r[5] for r in rows(write(purple))] == ["deletion", "neutral"]
    facets = "chrom\tseg\tnum.mark\tnhet\tcnlr.median\tmafR\tstart\tend\tcf.em\ttcn.em\tlcn.em\n1\t1\t5\t5\t-1\t0\t1\t100\t1\t1\t0\n23\t1\t5\t5\t0\t0\t1\t100\t1\t1\tNA\n"
    assert rows(write(facets)) == [
        ("1", 0, 100, 1.0, 0.0, "loss_of_heterozygosity"),
        ("X", 0, 100, 1.0, None, "unknown"),
    ]


def test_cnvkit_coordinates_are_half_open_already(write: Callable[..., str]) -> None:
    call = "chromosome\tstart\tend\tgene\tlog2\tcn\tdepth\nchr1\t100\t200\tA\t-3\t0\t9\nchr2\t100\t200\tA\t0\t2\t9\n"
    assert rows(write(call)) == [
        ("1", 100, 200, 0.0, None, "deletion"),
        ("2", 100, 200, 2.0, None, "neutral"),
    ]
    cns = "chromosome\tstart\tend\tgene\tlog2\tdepth\n" + "".join(
        f"1\t{i}\t{i + 1}\tA\t{x}\t1\n" for i, x in enumerate((-2, -0.5, 0, 0.5, 1.4))
    )
    assert [r[5] for r in rows(write(cns))] == ["deletion", "unknown", "neutral", "gain", "amplification"]


def test_cbs_with_its_samples(write: Callable[..., str]) -> None:
    text = 'ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS1\t1\t1\t100\t9\t-1.5\n"S2"\tchr1\t1\t100\t9\t2\n'
    found = read_segments(write(text), "GRCh38")
    assert [(s.sample, s.call, s.log2) for s in found] == [
        ("S1", "deletion", -1.5),
        ("S2", "amplification", 2.0),
    ]


def test_purity_turns_ratios_into_copies_of_the_tumour(write: Callable[..., str]) -> None:
    # Half of the cells are tumour and lost both copies: the ratio is one half.
    text = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS\t1\t1\t100\t9\t-1\n"
    assert rows(write(text))[0][5] == "unknown"
    assert rows(write(text), purity=0.5)[0][3:] == (0.0, None, "deletion")


def test_a_ploidy_above_the_threshold_raises_the_bar_for_amplification(write: Callable[..., str]) -> None:
    head = "Chromosome\tStart\tEnd\tnMajor\tnMinor\n"
    tetraploid = head + "1\t1\t100000\t2\t2\n2\t1\t100\t4\t2\n3\t1\t100\t7\t2\n"
    assert [r[5] for r in rows(write(tetraploid))] == ["gain", "gain", "amplification"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("a\tb\tc\n1\t2\t3\n", r"in\.tsv:1: the header of the segment table is not known \(a, b, c\)"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor\n1\tx\t9\t1\t1\n", r"in\.tsv:2: start is 'x'"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor\n1\t5\t9\t1\n", r"in\.tsv:2: the row has 4 cells"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor\n1\t50\t9\t1\t1\n", "ends before it begins"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor\n1\t1\t249250621\t1\t1\n", "beyond chromosome 1 of GRCh38"),
        ("Chromosome\tStart\tEnd\tnMajor\tnMinor\nNC_000001.10\t1\t9\t1\t1\n", "GRCh37"),
    ],
)
def test_a_bad_table_is_one_clear_error(write: Callable[..., str], text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        read_segments(write(text, "in.tsv"), "GRCh38")


def test_other_contigs_are_passed_over_and_binary_files_refused(write: Callable[..., str]) -> None:
    text = "Chromosome\tStart\tEnd\tnMajor\tnMinor\nGL000192.1\t1\t9\t1\t1\n"
    assert read_segments(write(text), "GRCh38") == ()
    with pytest.raises(InputError, match="not text"):
        read_segments(write(b"\xff\xfe\0\1"), "GRCh38")


def test_thresholds_are_ordered() -> None:
    assert thresholds.LOG2_DELETED < thresholds.LOG2_LOSS < thresholds.LOG2_GAIN < thresholds.LOG2_AMPLIFIED
    assert thresholds.tumour_copies(math.log2(1.5), 1.0) == pytest.approx(3)


@pytest.mark.shared
def test_the_real_ascat_table_is_read(shared_dir: Path) -> None:
    path = shared_dir / "data" / "T001-COAD.grch38.cna.tsv"
    found = read_segments(path, "GRCh38")
    assert len(found) == len(path.read_text().splitlines()) - 1
    calls = {call: sum(s.call == call for s in found) for call in {s.call for s in found}}
    assert calls["loss_of_heterozygosity"] > 0
    assert calls.get("unknown", 0) <= sum(s.chrom in "XY" for s in found)
    assert all(s.total is not None and s.minor is not None for s in found)
