"""Segment tables of eight programs become copy-number statements with the calls of stated thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.errors import InputError
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build, CopyNumber, Panel
from netboard.variants import thresholds
from netboard.variants.arms import ACROCENTRIC, arm_events, arm_shares, arms
from netboard.variants.contigs import LENGTHS
from netboard.variants.segments import copies_per_gene, read_segments

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


def test_on_x_the_sex_says_what_a_copy_means(write: Callable[..., str]) -> None:
    head = "chr\tstartpos\tendpos\tnMajor\tnMinor\n"
    table = head + "".join(
        f"X\t{100 * i + 1}\t{100 * i + 100}\t{major}\t{minor}\n"
        for i, (major, minor) in enumerate([(0, 0), (1, 0), (2, 0), (9, 0), (1, 1)])
    )
    calls = {
        sex: [s.call for s in read_segments(write(table), "GRCh38", sex=sex)]
        for sex in (None, "male", "female")
    }
    assert calls == {
        None: ["deletion", "unknown", "unknown", "amplification", "neutral"],
        "male": ["deletion", "neutral", "gain", "amplification", "neutral"],
        "female": ["deletion", *["loss_of_heterozygosity"] * 2, "amplification", "neutral"],
    }
    ratios = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS1\tX\t1\t100\t9\t-0.9\n"
    for purity in (None, 0.6):
        (found,) = read_segments(write(ratios), "GRCh38", purity, sex="male")
        assert (found.call, found.total) == ("unknown", None)


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


def test_cbs_gistic_and_gdc_are_known_by_their_header(write: Callable[..., str]) -> None:
    cbs = 'ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS1\t1\t1\t100\t9\t-1.5\n"S1"\tchr1\t101\t200\t9\t2\n'
    found = read_segments(write(cbs), "GRCh38")
    assert [(s.sample, s.call, s.log2) for s in found] == [
        ("S1", "deletion", -1.5),
        ("S1", "amplification", 2.0),
    ]
    gdc = "GDC_Aliquot\tChromosome\tStart\tEnd\tNum_Probes\tSegment_Mean\nx\t1\t62920\t15827002\t8890\t-0.0041\n"
    assert rows(write(gdc)) == [("1", 62919, 15827002, None, None, "neutral")]
    gistic = "Sample\tChromosome\tStart Position\tEnd Position\tNum markers\tSeg.CN\nS\t1\t1\t100\t9\t0.5\n"
    assert rows(write(gistic)) == [("1", 0, 100, None, None, "gain")]
    ascat = "GDC_Aliquot\tChromosome\tStart\tEnd\tCopy_Number\tMajor_Copy_Number\tMinor_Copy_Number\nx\tchr1\t61735\t3754463\t2\t2\t0\n"
    assert rows(write(ascat)) == [("1", 61734, 3754463, 2.0, 0.0, "loss_of_heterozygosity")]


def test_sequenza_gatk_and_early_purple_are_known_too(write: Callable[..., str]) -> None:
    sequenza = '"chromosome"\t"start.pos"\t"end.pos"\t"Bf"\t"CNt"\t"A"\t"B"\n"chr1"\t1\t100\t0.1\t2\t2\t0\n'
    assert rows(write(sequenza)) == [("1", 0, 100, 2.0, 0.0, "loss_of_heterozygosity")]
    gatk = "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:248956422\nCONTIG\tSTART\tEND\tNUM_POINTS_COPY_RATIO\tMEAN_LOG2_COPY_RATIO\tCALL\nchr1\t1\t100\t9\t-1.4\t-\n"
    assert rows(write(gatk)) == [("1", 0, 100, None, None, "deletion")]
    purple = (
        "#chromosome\tstart\tend\tcopyNumber\tbafCount\n1\t1\t100\t2.01\t5\n#a remark\n2\t1\t100\t0.1\t5\n"
    )
    assert [r[5] for r in rows(write(purple))] == ["neutral", "deletion"]
    portal = "Sample\tChrom\tStart\tStop\t#Mark\tSeg.CN\nS1\t1\t61735\t77473\t10\t-0.1234\n"
    assert rows(write(portal)) == [("1", 61734, 77473, None, None, "neutral")]


def test_of_several_samples_the_named_one_is_read(write: Callable[..., str]) -> None:
    text = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS1\t1\t1\t100\t9\t-1.5\nS2\t1\t1\t100\t9\t2\n"
    assert [s.call for s in read_segments(write(text), "GRCh38", sample="S2")] == ["amplification"]
    for name, said in ((None, r"2 samples \(S1, S2\)"), ("S3", "none is S3")):
        with pytest.raises(InputError, match=said):
            read_segments(write(text), "GRCh38", sample=name)


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
def test_the_real_ascat_table_gives_copies_of_genes_and_events_of_arms(
    shared_dir: Path, knowledge: Knowledge
) -> None:
    path = shared_dir / "data" / "T001-COAD.grch38.cna.tsv"
    found = read_segments(path, "GRCh38")
    assert len(found) == len(path.read_text().splitlines()) - 1
    calls = {call: sum(s.call == call for s in found) for call in {s.call for s in found}}
    assert calls["loss_of_heterozygosity"] > 0
    assert calls.get("unknown", 0) <= sum(s.chrom in "XY" for s in found)
    assert all(s.total is not None and s.minor is not None for s in found)
    # The lines of the table itself are the judge, at one base of each gene.
    judged: dict[str, set[tuple[float, float]]] = {}
    for line in path.read_text().splitlines()[1:]:
        chrom, start, end, major, minor = line.split("\t")
        for gene, (its_chrom, place) in PLACES.items():
            if its_chrom == chrom and int(start) <= place <= int(end):
                judged.setdefault(gene, set()).add((float(major) + float(minor), float(minor)))
    copies = {c.gene: c for c in copies_per_gene(found, knowledge.panel, "GRCh38")}
    assert len(copies) > 60
    assert set(judged) == set(PLACES)
    for gene, totals in judged.items():
        assert {(copies[gene].total, copies[gene].minor)} == totals, gene
    assert copies["TP53"].call == "loss_of_heterozygosity"
    assert (copies["TP53"].total, copies["TP53"].minor) == (2.0, 0.0)
    assert copies["ERBB2"].call == "amplification"
    whole = {(e.arm, e.event) for e in arm_events(found, "GRCh38")}
    assert {("18q", "loss"), ("17p", "loss_of_heterozygosity"), ("8p", "loss"), ("5p", "gain")} <= whole
    # Copy-neutral: heterozygosity is lost and no copies are.
    assert ("17p", "loss") not in whole
    assert not any(arm.startswith(("13p", "14p", "X")) for arm, _ in whole)


#: A base within each gene on GRCh38 (1-based).
PLACES = {
    "TP53": ("17", 7_675_000),
    "ERBB2": ("17", 39_720_000),
    "SMAD4": ("18", 51_060_000),
    "APC": ("5", 112_800_000),
}


# Genes and arms


def stretch(
    chrom: str, start: int, end: int, total: float | None, minor: float | None = None, **more: object
) -> CopyNumber:
    from netboard.variants.thresholds import call_of_total

    call = "unknown" if total is None else call_of_total(total, minor)
    return CopyNumber("GRCh38", chrom, start, end, "S", total, minor, call=call, **more)  # type: ignore[arg-type]


def test_each_gene_gets_the_copies_of_the_segment_that_covers_most_of_it(panel: Panel) -> None:
    start, end = 64_803_000, 64_811_000
    found = copies_per_gene(
        [
            stretch("11", 0, start + 2000, 1.0, 0.0),
            stretch("11", start + 2000, end - 1000, 6.0, 1.0),
            stretch("7", 0, 1000, 0.0, 0.0),
        ],
        panel,
        "GRCh38",
    )
    assert [(c.gene, c.total, c.minor, c.call, c.told, c.segments) for c in found] == [
        ("AAA1", 6.0, 1.0, "amplification", 0.875, 2)
    ]
    assert copies_per_gene([stretch("11", 0, end, 1.0)], panel, "GRCh37") == ()


@pytest.mark.parametrize("build", BUILDS)
def test_arms_lie_within_their_chromosomes_on_either_side_of_the_centromere(build: Build) -> None:
    found = arms(build)
    assert len(found) == 44
    for (arm_p, chrom, start, middle), (arm_q, _, after, end) in zip(found[::2], found[1::2], strict=True):
        assert (arm_p, arm_q) == (f"{chrom}p", f"{chrom}q")
        assert 0 == start < middle < after < end == LENGTHS[build][chrom]
    lengths = {arm: end - start for arm, _, start, end in found}
    # Chromosomes 1, 3, 16, 19 and 20 are metacentric, the acrocentric ones have the shortest short arms.
    assert all(0.6 < lengths[f"{c}p"] / lengths[f"{c}q"] < 1.6 for c in ("1", "3", "16", "19", "20"))
    assert all(lengths[f"{c}p"] < 20_000_000 for c in ("13", "14", "15", "21", "22"))


def whole_genome(total: float, minor: float, changed: dict[str, tuple[float, float]]) -> list[CopyNumber]:
    return [
        stretch(c, start, end, *changed.get(arm, (total, minor))) for arm, c, start, end in arms("GRCh38")
    ]


def test_arm_events_are_told_against_the_ploidy() -> None:
    changed = {"11p": (1.0, 0.0), "11q": (2.0, 0.0), "5p": (4.0, 1.0)}
    found = arm_events(whole_genome(2.0, 1.0, changed), "GRCh38")
    assert [(e.arm, e.event, e.share, e.total) for e in found] == [
        ("5p", "gain", 1.0, 4.0),
        ("11p", "loss", 1.0, 1.0),
        ("11p", "loss_of_heterozygosity", 1.0, 1.0),
        ("11q", "loss_of_heterozygosity", 1.0, 2.0),
    ]
    doubled = arm_events(whole_genome(4.0, 2.0, {"11q": (2.0, 1.0), "5p": (4.0, 0.0)}), "GRCh38")
    assert [(e.arm, e.event) for e in doubled] == [("5p", "loss_of_heterozygosity"), ("11q", "loss")]


@pytest.mark.parametrize(("share", "event"), [(0.79, False), (0.81, True)])
def test_four_fifths_of_the_told_part_make_an_arm_event(share: float, event: bool) -> None:
    _, chrom, start, end = next(arm for arm in arms("GRCh38") if arm[0] == "11q")
    border = start + int((end - start) * share)
    parts = [stretch(chrom, start, border, 1.0, 0.0), stretch(chrom, border, end, 2.0, 1.0)]
    found = arm_events([*parts, stretch("1", 0, 120_000_000, 2.0, 1.0)], "GRCh38")
    assert bool(found) is event


def test_an_arm_of_which_less_than_half_is_told_has_no_event() -> None:
    rest = [stretch("1", 0, 122_026_459, 2.0, 1.0)]
    assert arm_events([*rest, stretch("11", 60_000_000, 90_000_000, 1.0, 0.0)], "GRCh38") == ()
    assert arm_events([*rest, stretch("11", 60_000_000, 130_000_000, 1.0, 0.0)], "GRCh38") != ()


def test_shares_of_arms_tell_what_is_not_altered_apart_from_what_is_not_told() -> None:
    found = {s.arm: s for s in arm_shares(whole_genome(2.0, 1.0, {"18q": (1.0, 0.0)}), "GRCh38")}
    assert len(found) == 44 - len(ACROCENTRIC)
    assert found["18q"].shares == {"loss": 1.0, "gain": 0.0, "loss_of_heterozygosity": 1.0}
    assert (found["18p"].shares["loss"], found["18p"].told, found["18p"].by) == (0.0, 1.0, "alleles")
    rest = {s.arm: s for s in arm_shares([stretch("1", 0, 30_000_000, 2.0)], "GRCh38")}
    assert (rest["18q"].told, rest["1p"].by) == (0.0, "copies")
    assert 0.2 < rest["1p"].told < 0.3


def test_events_of_arms_are_the_shares_that_reach_four_fifths() -> None:
    segments = whole_genome(2.0, 1.0, {"11p": (1.0, 0.0), "5p": (4.0, 1.0), "13q": (1.0, 0.0)})
    events = {(e.arm, e.event) for e in arm_events(segments, "GRCh38")}
    shares = {
        (s.arm, kind)
        for s in arm_shares(segments, "GRCh38")
        for kind, share in s.shares.items()
        if share >= 0.8
    }
    assert events == shares


def test_arms_told_by_ratios_alone_say_so(write: Callable[..., str]) -> None:
    text = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS\t11\t1\t51000000\t9\t-0.5\n"
    by = {s.arm: s.by for s in arm_shares(read_segments(write(text), "GRCh38"), "GRCh38")}
    assert by["11p"] == "ratio"
    by = {s.arm: s.by for s in arm_shares(read_segments(write(text), "GRCh38", 0.6), "GRCh38")}
    assert by["11p"] == "copies"


def test_ratios_alone_tell_gains_and_losses_of_arms(write: Callable[..., str]) -> None:
    text = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nS\t11\t1\t51000000\t9\t-0.5\nS\t20\t31000000\t64000000\t9\t0.4\n"
    found = arm_events(read_segments(write(text), "GRCh38"), "GRCh38")
    assert [(e.arm, e.event, e.total) for e in found] == [("11p", "loss", None), ("20q", "gain", None)]
    assert arm_events(read_segments(write(text), "GRCh38"), "GRCh37") == ()


HEADINGS = (
    "Chromosome\tStart\tEnd\tnMajor\tnMinor",
    "chromosome\tstart\tend\tgene\tlog2\tcn\tcn2",
    "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean",
    "chrom\tseg\tstart\tend\ttcn.em\tlcn.em\tcnlr.median",
    "#chromosome\tstart\tend\tcopyNumber\tminorAlleleCopyNumber",
)
CELL = st.one_of(
    st.sampled_from(
        ["1", "chr7", "X", "0", "-1", "1e9", "NA", "nan", "inf", "", "0.5", "9" * 5000, "GL000192.1"]
    ),
    st.text(st.characters(blacklist_characters="\t\n\r"), max_size=5),
    st.integers(-5, 300_000_000).map(str),
)


@given(
    st.sampled_from(HEADINGS),
    st.lists(st.lists(CELL, min_size=1, max_size=8).map("\t".join), max_size=6),
    st.sampled_from([None, 0.3, 1.0]),
)
def test_whatever_the_cells_hold_the_table_is_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, heading: str, lines: list[str], purity: float | None
) -> None:
    path = tmp_path_factory.mktemp("table", numbered=True) / "in.tsv"
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8", errors="replace")
    try:
        found = read_segments(path, "GRCh38", purity)
    except InputError as error:
        said = str(error)
    else:
        arm_events(found, "GRCh38")
        said = ""
        for segment in found:
            assert 0 <= segment.start < segment.end <= LENGTHS["GRCh38"].get(segment.chrom, segment.end)
            assert segment.call
    assert "\n" not in said
    assert not said or said.startswith(str(path))
