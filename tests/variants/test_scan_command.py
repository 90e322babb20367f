"""``netboard scan`` prints the panel variants for programs and its counts for people."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from netboard.consequence.sequence import embedded
from netboard.model.evidence import Knowledge
from variants.kit import CONTIGS, bgzf, vcf

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def text(knowledge: Knowledge) -> str:
    """Return a VCF with one kept and one skipped record in a gene whose sequence is known."""
    sequence = embedded(knowledge.panel, "GRCh38")
    gene = next(
        m
        for g in knowledge.panel.genes.values()
        for m in g.models("GRCh38")
        if sequence.base(m.chrom, m.exons[0][0], m.exons[0][0] + 2)
    )
    start = gene.exons[0][0]
    records = []
    for offset, genotype in ((0, "0/1:30,10"), (1, "0/0:40,0")):
        ref = str(sequence.base(gene.chrom, start + offset, start + offset + 1))
        records.append(
            f"{gene.chrom} {start + offset + 1} . {ref} {'A' if ref != 'A' else 'C'} . PASS . GT:AD {genotype}"
        )
    return vcf(records, contigs=CONTIGS["GRCh38"])


def test_the_table_goes_to_standard_output_and_the_counts_to_standard_error(
    run_netboard: Run, write: Callable[..., str], text: str
) -> None:
    done = run_netboard("scan", write(text), "--verbose")
    assert done.returncode == 0, done.stderr
    heading, row = done.stdout.splitlines()
    assert heading == "sample\tchrom\tpos\tref\talt\tdepth\talt_depth\tvaf\tfilter\tgene"
    cells = dict(zip(heading.split("\t"), row.split("\t"), strict=True))
    assert (cells["sample"], cells["depth"], cells["alt_depth"], cells["vaf"], cells["filter"]) == (
        "S",
        "40",
        "10",
        "0.25",
        "PASS",
    )
    assert cells["gene"]
    assert "2 records in targets = 1 kept + 1 skipped (1 reference_genotype)" in done.stderr
    assert "skipped (reference_genotype): the genotype holds none" in done.stderr


def test_standard_input_gives_the_same_table(run_netboard: Run, write: Callable[..., str], text: str) -> None:
    named = run_netboard("scan", write(bgzf(text.encode()), "in.vcf.gz"))
    piped = run_netboard("scan", "-", input=text)
    assert piped.returncode == 0, piped.stderr
    assert piped.stdout == named.stdout


def test_a_bad_file_is_one_line_and_exit_code_1(run_netboard: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.vcf"
    empty.touch()
    done = run_netboard("scan", empty)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "empty.vcf: the file is empty" in done.stderr
    assert run_netboard("scan", empty, "--threads", "0").returncode == 2
