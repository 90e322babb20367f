"""The guard on REF: a record whose bases are not the genome's stops its sample, and says what it should have been."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.genomes import panel_genome, write_fasta
from netboard.cli import main
from netboard.consequence.sequence import embedded
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build
from netboard.variants.contigs import LENGTHS

Run = Callable[..., tuple[int, str, str]]
#: Five bases of an exon that is packaged on both builds, with their 0-based place.
AT: dict[Build, tuple[str, int]] = {"GRCh37": ("11", 64_577_328), "GRCh38": ("11", 64_809_856)}
BASES = "TAGAC"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Run:
    def _call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(item) for item in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return _call


def write(path: Path, build: Build, *records: str, sample: str = "T1") -> Path:
    """Write a file whose header tells ``build``; a record is ``CHROM POS REF ALT`` with a 1-based position."""
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={c},length={n}>" for c, n in LENGTHS[build].items()]
    lines.append("\t".join(("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample)))
    for record in records:
        chrom, pos, ref, alt = record.split()
        lines.append("\t".join((chrom, pos, ".", ref, alt, ".", "PASS", ".", "GT:AD", "0/1:60,40")))
    path.write_text("\n".join(lines) + "\n")
    return path


def check_of(out: Path, sample: str = "T1") -> dict[str, object]:
    found: dict[str, object] = json.loads((out / sample / f"{sample}.json").read_text())["ref_check"]
    return found


def test_the_bases_used_here_are_those_of_both_builds(knowledge: Knowledge) -> None:
    for build, (chrom, start) in AT.items():
        assert embedded(knowledge.panel, build).base(chrom, start, start + 5) == BASES


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(
    ("offset", "ref", "alt", "expected"),
    [
        (0, "G", "A", "T"),
        (0, "TAGTC", "T", "TAGAC"),
        (1, "AC", "GT", "AG"),
        (0, "tagtc", "t", "TAGAC"),
        (0, "TAGRC", "T", None),  # R stands for A or G
        (0, "NAGAC", "T", None),
        (0, "TAGYC", "T", "TAGAC"),
    ],
    ids=["one base", "deletion", "two bases", "lower case", "R agrees", "N agrees", "Y does not"],
)
def test_a_record_that_disagrees_stops_its_sample(
    tmp_path: Path, call: Run, build: Build, offset: int, ref: str, alt: str, expected: str | None
) -> None:
    chrom, start = AT[build]
    pos = start + offset + 1
    good = f"{chrom} {start + 5} {BASES[4]} A"
    path = write(tmp_path / "t.vcf", build, good, f"{chrom} {pos} {ref} {alt}")
    code, _, told = call("run", path, "--out", tmp_path / "out", "--formats", "json")
    if expected is None:
        assert code == 0, told
        assert check_of(tmp_path / "out")["state"] == "agree"
        return
    assert code == 1
    line = 1 + len(LENGTHS[build]) + 1 + 2
    assert (
        f"t.vcf:{line}: REF of record {chrom}:{pos} {ref.upper()} is not the genome's: {build} has {expected} there"
        in told
    )
    assert f"1 records agree and 1 disagree with {build}" in told
    assert re.search(rf"bases that agree: 1 with {build}, \d+ with GRCh3", told)
    assert not (tmp_path / "out").exists()


def test_records_of_the_other_build_are_told_with_the_bases_that_agree(
    tmp_path: Path, call: Run, knowledge: Knowledge
) -> None:
    """The header says GRCh38, the records are of GRCh37."""
    known = embedded(knowledge.panel, "GRCh37")
    records = []
    for chrom, start, bases in known.stretches():
        records.append(f"{chrom} {start + 81} {bases[80]} {'A' if bases[80] != 'A' else 'C'}")
    path = write(tmp_path / "t.vcf", "GRCh38", *records)
    code, _, told = call("run", path, "--out", tmp_path / "out")
    assert code == 1
    assert "says GRCh38, but the REF bases are those of GRCh37" in told
    counted = re.search(
        r"(\d+) agree and 0 disagree with GRCh37; bases that agree: (\d+) with GRCh38, (\d+) with", told
    )
    assert counted is not None, told
    agree, here, there = (int(text) for text in counted.groups())
    # Only records in exons of the other build's panel are looked at; each is one base.
    assert agree == there > 0.95 * len(records)
    assert here < there / 10
    assert "--build GRCh37" in told


def test_a_genome_given_checks_genes_without_packaged_sequence(
    tmp_path: Path, call: Run, knowledge: Knowledge
) -> None:
    genome = panel_genome(knowledge.panel, "GRCh38")
    known = embedded(knowledge.panel, "GRCh38")
    model = next(
        g.models("GRCh38")[0]
        for g in knowledge.panel.genes.values()
        if known.base(g.models("GRCh38")[0].chrom, *g.models("GRCh38")[0].exons[0]) is None
    )
    start = model.exons[0][0] + 3
    truth = genome.base(model.chrom, start, start + 1)
    assert truth is not None
    wrong = next(base for base in "ACGT" if base != truth)
    path = write(tmp_path / "t.vcf", "GRCh38", f"{model.chrom} {start + 1} {wrong} {truth}")
    code, _, told = call("run", path, "--out", tmp_path / "blind", "--formats", "json")
    assert code == 0, told
    assert check_of(tmp_path / "blind")["state"] == "unverifiable"
    fasta = write_fasta(tmp_path / "g.fa", genome)
    assert call("reference", "build", "--fasta", fasta, "--out", tmp_path / "lab")[0] == 0
    for given in (fasta, tmp_path / "lab"):
        code, _, told = call("run", path, "--out", tmp_path / "out", "--fasta", given)
        assert code == 1
        assert (
            f"REF of record {model.chrom}:{start + 1} {wrong} is not the genome's: GRCh38 has {truth} there"
            in told
        )


def test_the_other_samples_are_kept_under_continue(tmp_path: Path, call: Run) -> None:
    chrom, start = AT["GRCh38"]
    good = write(tmp_path / "good.vcf", "GRCh38", f"{chrom} {start + 1} TAGAC T", sample="G")
    bad = write(tmp_path / "bad.vcf", "GRCh38", f"{chrom} {start + 1} CAGAC C", sample="B")
    late = write(tmp_path / "late.vcf", "GRCh38", f"{chrom} {start + 1} T C", sample="L")
    message = f"REF of record {chrom}:{start + 1} CAGAC is not the genome's: GRCh38 has TAGAC there"
    code, _, told = call(
        "run", good, bad, late, "--out", tmp_path / "a", "--formats", "json", "--on-error", "continue"
    )
    assert code == 1 and message in told
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["G", "L"]
    code, _, told = call("run", good, bad, late, "--out", tmp_path / "b", "--formats", "json")
    assert code == 1 and message in told
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["G"]  # stopped at the second

    sheet = tmp_path / "samples.tsv"
    sheet.write_text("sample\tvcf\nG\tgood.vcf\nB\tbad.vcf\nL\tlate.vcf\n")
    code, _, told = call(
        "run", "--sample-sheet", sheet, "--out", tmp_path / "c", "--formats", "json", "--on-error", "continue"
    )
    assert code == 1 and message in told
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["G", "L"]

    code, _, told = call("batch", "--sample-sheet", sheet, "--batch", "batch0001", "--out", tmp_path / "d")
    rows = [line.split("\t") for line in (tmp_path / "d" / "manifest.tsv").read_text().splitlines()]
    assert [row[:2] for row in rows[1:]] == [["G", "done"], ["B", "failed"], ["L", "done"]]
    assert message in rows[2][2]


@pytest.mark.parametrize(
    ("records", "state", "counts"),
    [
        ((), "unverifiable", (0, 0, 0)),
        (("11 64809857 TAGAC T", "X 77656621 G C"), "agree", (1, 0, 1)),
        (("X 77656621 G C",), "unverifiable", (0, 0, 1)),
        (("11 64809857 N T",), "unverifiable", (0, 0, 1)),
    ],
    ids=["no record", "known and unknown", "unknown", "N"],
)
def test_ref_check_stands_in_every_result(
    tmp_path: Path, call: Run, records: tuple[str, ...], state: str, counts: tuple[int, int, int]
) -> None:
    path = write(tmp_path / "t.vcf", "GRCh38", *records)
    code, _, told = call("run", path, "--out", tmp_path / "out")
    assert code == 0, told
    check = check_of(tmp_path / "out")
    assert check["state"] == state
    assert tuple(check[key] for key in ("agree", "disagree", "unverifiable")) == counts
    assert {"other_agree", "other_disagree"} <= set(check)
    page = (tmp_path / "out" / "T1" / "T1.report.html").read_text()
    assert f"{counts[0]} agree, {counts[1]} disagree, {counts[2]} could not be compared" in page
    code, _, told = call(
        "reinterpret", tmp_path / "out" / "T1" / "T1.json", "--out", tmp_path / "again", "--formats", "json"
    )
    assert code == 0, told
    assert check_of(tmp_path / "again") == check
