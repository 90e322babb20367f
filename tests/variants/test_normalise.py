"""An allele has one spelling: bcftools norm is the judge."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.variants.normalise import normalise, trim
from variants.kit import Bases

BASES = st.text("ACGT", min_size=1, max_size=8)


def apply(sequence: str, start: int, ref: str, alt: str) -> str:
    assert sequence[start : start + len(ref)] == ref
    return sequence[:start] + alt + sequence[start + len(ref) :]


@given(BASES, BASES)
def test_trimming_leaves_one_base_and_nothing_shared(ref: str, alt: str) -> None:
    start, short_ref, short_alt = trim(100, ref, alt)
    assert short_ref
    assert short_alt
    assert ref[: start - 100] == alt[: start - 100]
    assert apply("A" * 100 + ref, 100, ref, alt) == apply("A" * 100 + ref, start, short_ref, short_alt)
    if min(len(short_ref), len(short_alt)) > 1:
        assert short_ref[0] != short_alt[0]
        assert short_ref[-1] != short_alt[-1]


@given(st.text("AC", min_size=10, max_size=40), st.data())
def test_left_aligning_changes_nothing_but_the_spelling(sequence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(sequence) - 2))
    end = data.draw(st.integers(start + 1, len(sequence)))
    ref, alt = sequence[start:end], data.draw(st.text("AC", min_size=1, max_size=6))
    if ref == alt:
        return
    known = Bases("GRCh38", [("1", 0, sequence)])
    found = normalise("1", start, ref, alt, known)
    assert apply(sequence, found.start, found.ref, found.alt) == apply(sequence, start, ref, alt)
    again = normalise("1", found.start, found.ref, found.alt, known)
    assert (again.start, again.ref, again.alt, again.changes) == (found.start, found.ref, found.alt, ())


@given(st.text("AC", min_size=10, max_size=40), st.data())
def test_equivalent_alleles_become_one(sequence: str, data: st.DataObject) -> None:
    """Two deletions of the same length that leave the same sequence are one allele."""
    size = data.draw(st.integers(1, 3))
    known = Bases("GRCh38", [("1", 0, sequence)])
    spelled: dict[str, set[tuple[int, str, str]]] = {}
    for start in range(len(sequence) - size - 1):
        ref = sequence[start : start + size + 1]
        if len(set(sequence[: start + 1])) < 1:
            continue
        found = normalise("1", start, ref, ref[0], known)
        spelled.setdefault(apply(sequence, start, ref, ref[0]), set()).add(
            (found.start, found.ref, found.alt)
        )
    assert all(len(spellings) == 1 for spellings in spelled.values())


@pytest.mark.parametrize(
    ("ref", "alt", "expected"),
    [
        ("GG", "AG", (10, "G", "A", ("trimmed",))),
        ("AC", "GT", (10, "AC", "GT", ())),
        ("ACG", "TCA", (10, "ACG", "TCA", ())),
        ("ACGT", "AT", (10, "ACG", "A", ("trimmed",))),
        ("TAAC", "TC", (10, "TAA", "T", ("trimmed",))),
        ("CTCC", "CCC", (10, "CT", "C", ("trimmed",))),
    ],
)
def test_substitutions_of_several_bases_stay_whole(ref: str, alt: str, expected: tuple[object, ...]) -> None:
    found = normalise("1", 10, ref, alt, None)
    assert (found.start, found.ref, found.alt, found.changes) == expected


def test_an_indel_moves_only_through_known_sequence() -> None:
    known = Bases("GRCh38", [("1", 5, "AAAAAAAA")])
    assert normalise("1", 10, "AA", "A", known).start == 5
    assert normalise("1", 10, "AA", "A", Bases("GRCh38", [])).start == 10


def test_bcftools_norm_agrees(tmp_path: Path) -> None:
    chance = random.Random(2)
    # Repeats make indels move.
    sequence = "".join(
        chance.choice(["A", "C", "AC", "AAC", "G", "T", "TTTT"]) * chance.randint(1, 6) for _ in range(300)
    )
    fasta = tmp_path / "ref.fa"
    fasta.write_text(f">1\n{sequence}\n")
    lines = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID=1,length={len(sequence)}>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    for i in range(600):
        start = chance.randint(1, len(sequence) - 12)
        ref = sequence[start : start + chance.choice((1, 1, 2, 3, 8))]
        alts = {ref[0] + "".join(chance.choices("ACGT", k=chance.randint(0, 5))) for _ in range(2)}
        alts |= {ref * 2, ref[0] + "AC" + ref[1:], "".join(chance.choices("ACGT", k=len(ref)))}
        chosen = chance.sample(sorted(alts - {ref}), 2)
        lines.append(f"1\t{start + 1}\tr{i}\t{ref}\t{','.join(chosen)}\t.\t.\t.")
    source = tmp_path / "in.vcf"
    source.write_text("\n".join(lines) + "\n")
    # In a process of its own: the library keeps state between calls.
    code = (
        "import pysam.bcftools, sys, pysam.samtools\npysam.samtools.faidx(sys.argv[1])\n"
        "sys.stdout.write(pysam.bcftools.norm('-f', sys.argv[1], '-m', '-any', sys.argv[2]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(fasta), str(source)], capture_output=True, text=True, check=True
    )
    judged = sorted(
        (cells[2], int(cells[1]) - 1, cells[3], cells[4])
        for cells in (line.split("\t") for line in run.stdout.splitlines() if not line.startswith("#"))
    )
    known = Bases("GRCh38", [("1", 0, sequence)])
    ours = []
    for line in lines[3:]:
        _, pos, name, ref, alts, *_ = line.split("\t")
        for alt in alts.split(","):
            found = normalise("1", int(pos) - 1, ref, alt, known, split=True)
            ours.append((name, found.start, found.ref, found.alt))
    assert len(judged) == 1200
    assert sorted(ours) == judged
