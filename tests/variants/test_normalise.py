"""An allele has one spelling: bcftools norm is the judge."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.consequence.sequence import KnownStretches, embedded
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build
from netboard.variants.contigs import LENGTHS
from netboard.variants.normalise import normalise, trim
from netboard.variants.reader import read_file
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


# On the packaged sequence, at its own coordinates


def sparse_fasta(path: Path, stretches: Sequence[tuple[str, int, str]], lengths: Mapping[str, int]) -> None:
    """Write the known stretches at their places on whole chromosomes, and an index of it.

    N stands for 10,000 bases around each stretch; what lies farther off is a hole of the file that nothing
    reads. One line per chromosome, so that a base's place is its offset.
    """
    margin = 10_000
    index = []
    with path.open("wb") as fasta:
        offset = 0
        for chrom in dict.fromkeys(c for c, _, _ in stretches):
            title = f">{chrom}\n".encode()
            fasta.seek(offset)
            fasta.write(title)
            first = offset + len(title)
            own = [(start, bases) for c, start, bases in stretches if c == chrom]
            for start, bases in own:
                fasta.seek(first + max(0, start - margin))
                fasta.write(b"N" * min(margin, start))
                fasta.seek(first + start + len(bases))
                fasta.write(b"N" * margin)
            for start, bases in own:
                fasta.seek(first + start)
                fasta.write(bases.encode())
            fasta.seek(first + lengths[chrom])
            fasta.write(b"\n")
            index.append(f"{chrom}\t{lengths[chrom]}\t{first}\t{lengths[chrom]}\t{lengths[chrom] + 1}\n")
            offset = first + lengths[chrom] + 1
    Path(f"{path}.fai").write_text("".join(index))


def random_indel(chance: random.Random, bases: str) -> tuple[int, str, str]:
    """Return (place, REF, ALT) of an indel, half of them in repeats and none of them left-aligned on purpose."""
    place = chance.randint(400, len(bases) - 60)
    # A run of one base, or a repeat of two or three, makes an indel move.
    for _ in range(chance.choice((0, 200))):
        unit = chance.choice((1, 2, 3))
        if bases[place : place + unit] * 3 == bases[place : place + 3 * unit]:
            place += unit * 2
            break
        place = chance.randint(400, len(bases) - 60)
    if chance.random() < 0.5:
        ref = bases[place : place + chance.choice((2, 2, 3, 4, 7, 31))]
        return place, ref, ref[0]
    unit = chance.choice((1, 1, 2, 3, 6))
    same = bases[place + 1 : place + 1 + unit]
    added = same if chance.random() < 0.7 else "".join(chance.choices("ACGT", k=unit))
    kept = bases[place : place + chance.choice((1, 1, 2))]
    return place, kept, kept[0] + added + kept[1:]


@pytest.mark.parametrize("build", BUILDS)
def test_bcftools_norm_agrees_on_the_packaged_sequence(
    tmp_path: Path, knowledge: Knowledge, build: Build
) -> None:
    known = embedded(knowledge.panel, build)
    assert isinstance(known, KnownStretches)
    chance = random.Random(f"{build}12")
    chosen = [s for s in known.stretches() if len(s[2]) > 2000]
    chosen = sorted(chance.sample(chosen, 12))
    fasta = tmp_path / "sparse.fa"
    sparse_fasta(fasta, chosen, LENGTHS[build])
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={c},length={LENGTHS[build][c]}>" for c in dict.fromkeys(c for c, _, _ in chosen)]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
    ours = []
    for number in range(600):
        chrom, start, bases = chance.choice(chosen)
        place, ref, alt = random_indel(chance, bases)
        lines.append(f"{chrom}\t{start + place + 1}\tr{number}\t{ref}\t{alt}\t.\t.\t.")
        found = normalise(chrom, start + place, ref, alt, known)
        ours.append((f"r{number}", chrom, found.start, found.ref, found.alt, "left_aligned" in found.changes))
    (tmp_path / "in.vcf").write_text("\n".join(lines) + "\n")
    code = "import pysam.bcftools, sys; sys.stdout.write(pysam.bcftools.norm('-f', sys.argv[1], sys.argv[2]))"
    run = subprocess.run(
        [sys.executable, "-c", code, str(fasta), str(tmp_path / "in.vcf")],
        capture_output=True,
        text=True,
        check=True,
    )
    judged = sorted(
        (cells[2], cells[0], int(cells[1]) - 1, cells[3], cells[4])
        for cells in (line.split("\t") for line in run.stdout.splitlines() if not line.startswith("#"))
    )
    assert len(judged) == 600
    assert sorted(item[:5] for item in ours) == judged
    # The judge had something to judge.
    assert sum(item[5] for item in ours) > 150


def test_a_file_of_several_alternates_is_read_as_bcftools_splits_it(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    """Each allele keeps its own reads, wherever it is moved to."""
    known = embedded(knowledge.panel, "GRCh38")
    assert isinstance(known, KnownStretches)
    chance = random.Random(38)
    chosen = sorted(chance.sample([s for s in known.stretches() if len(s[2]) > 2000], 8))
    fasta = tmp_path / "sparse.fa"
    sparse_fasta(fasta, chosen, LENGTHS["GRCh38"])
    chroms = dict.fromkeys(c for c, _, _ in chosen)
    lines = [f"##contig=<ID={c},length={LENGTHS['GRCh38'][c]}>" for c in chroms]
    lines.append('##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">')
    lines.append('##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">')
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS")
    for number in range(200):
        chrom, start, bases = chance.choice(chosen)
        place, ref, alt = random_indel(chance, bases)
        second = ref[0] + chance.choice("ACGT") + ref[1:] + bases[place + len(ref)]
        third = ("A" if ref[0] != "A" else "C") + ref[1:]
        alts = [a for a in dict.fromkeys((alt, second, third)) if a != ref]
        depths = ",".join(str(1000 + number)[-3:] + str(i) for i in range(len(alts) + 1))
        genotype = "/".join(str(i + 1) for i in range(len(alts)))
        lines.append(
            f"{chrom}\t{start + place + 1}\t.\t{ref}\t{','.join(alts)}\t.\tPASS\t.\tGT:AD\t{genotype}:{depths}"
        )
    path = tmp_path / "in.vcf"
    path.write_text("##fileformat=VCFv4.2\n" + "\n".join(lines) + "\n")
    code = (
        "import pysam.bcftools, sys\n"
        "sys.stdout.write(pysam.bcftools.norm('-f', sys.argv[1], '-m', '-any', sys.argv[2]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(fasta), str(path)], capture_output=True, text=True, check=True
    )
    judged: dict[tuple[str, int, str, str], set[int]] = {}
    for cells in (line.split("\t") for line in run.stdout.splitlines() if not line.startswith("#")):
        reads = int(cells[9].split(":")[1].split(",")[1])
        judged.setdefault((cells[0], int(cells[1]) - 1, cells[3], cells[4]), set()).add(reads)
    found = read_file(str(path), knowledge.panel, {"GRCh38": known}).samples[0]
    assert found.counts.in_targets == found.counts.kept + sum(found.counts.skipped.values()) == 200
    assert {(v.chrom, v.start, v.ref, v.alt) for v in found.variants} == set(judged)
    for variant in found.variants:
        key = (variant.chrom, variant.start, variant.ref, variant.alt)
        assert variant.support.alt_depth in judged[key]
        assert "split" in variant.changes
    assert len(judged) > 450
