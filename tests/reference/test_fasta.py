"""A user's FASTA: whose genome it is, what its bases are, and what is said of a damaged one."""

from __future__ import annotations

import gzip
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.genomes import chance_bases, ensembl, refseq, ucsc, write_fasta
from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches, bases_or_n
from netboard.errors import BuildError, InputError, NetboardError
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build, Gene, Panel, Transcript, Variant
from netboard.reference.fasta import FastaSequence, UntoldBuild
from netboard.reference.opened import known_sequences, open_reference
from netboard.variants.contigs import LENGTHS


@pytest.mark.parametrize("name", ["chr7", "7", "NC_000007.14", "CHR7", "CM000669.2"])
def test_contig_names_of_a_fasta_are_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "part.fa"
    path.write_text(f">{name} something\nACGTacgtNNAC\nGGT\n")
    fasta = FastaSequence(str(path), "GRCh38")
    assert fasta.base("7", 2, 6) == "GTAC"  # lower case is a soft mask
    assert fasta.base("7", 10, 15) == "ACGGT"
    assert fasta.base("7", 6, 9) is None  # an N is not a base
    assert fasta.base("7", 12, 16) is None
    assert fasta.base("7", 3, 3) is None
    assert fasta.base("8", 0, 1) is None
    assert bases_or_n(fasta, "7", 6, 18) == "GTNNACGGTNNN"
    assert bases_or_n(fasta, "8", 6, 8) == "NN"


def test_an_ambiguous_base_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "part.fa"
    path.write_text(">chr3\nACGMRacgt\n")
    fasta = FastaSequence(str(path), "GRCh37")
    assert fasta.base("3", 0, 3) == "ACG"
    assert fasta.base("3", 3, 4) is None
    assert bases_or_n(fasta, "3", 0, 9) == "ACGNNACGT"


@pytest.mark.parametrize("naming", [ucsc, ensembl, refseq])
@pytest.mark.parametrize("chrom", ["21", "X"])
def test_the_build_is_told_by_the_length_of_any_chromosome(
    tmp_path: Path, naming: object, chrom: str
) -> None:
    genome = KnownStretches("GRCh38", [(chrom, 5_000_000, "ACGTTGCA")])
    path = write_fasta(
        tmp_path / "one.fa",
        genome,
        naming=naming,
        lengths={chrom: LENGTHS["GRCh38"][chrom]},  # type: ignore[arg-type]
    )
    fasta = FastaSequence(str(path))
    assert (fasta.build, fasta.told_by) == ("GRCh38", 1)
    assert fasta.base(chrom, 5_000_001, 5_000_006) == "CGTTG"
    with pytest.raises(BuildError, match=r"is GRCh38 by .* and GRCh37 was asked for"):
        FastaSequence(str(path), "GRCh37")


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ({"1": 248_387_328, "2": 242_696_752}, r"neither GRCh37 nor GRCh38.*chr1 has 248387328 bases"),
        ({"MT": 16_569}, "holds no chromosome but MT"),
        ({"21": LENGTHS["GRCh38"]["21"], "22": LENGTHS["GRCh37"]["22"]}, "mixes builds: chr22 .* and chr21"),
        ({"21": LENGTHS["GRCh38"]["21"], "22": 5000}, r"GRCh38 by chr21, but chr22 has 5000 bases"),
    ],
    ids=["another assembly", "mitochondrion only", "two builds", "a cut chromosome"],
)
def test_a_fasta_whose_build_cannot_be_told_is_refused(
    tmp_path: Path, lengths: dict[str, int], message: str
) -> None:
    path = write_fasta(tmp_path / "odd.fa", KnownStretches("GRCh38", ()), lengths=lengths)
    with pytest.raises(BuildError, match=message):
        FastaSequence(str(path))


def test_an_accession_tells_the_build_too(tmp_path: Path) -> None:
    path = write_fasta(
        tmp_path / "liar.fa",
        KnownStretches("GRCh38", ()),
        naming=refseq,
        lengths={"21": LENGTHS["GRCh37"]["21"]},
    )
    with pytest.raises(BuildError, match=r"mixes builds: NC_000021.9 is of GRCh37 and NC_000021.9 of GRCh38"):
        FastaSequence(str(path))


def test_a_chromosome_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.fa"
    path.write_text(">chr7\nACGT\n>7\nACGA\n")
    with pytest.raises(InputError, match="two contigs are chromosome 7: chr7 and 7"):
        FastaSequence(str(path), "GRCh38")


def test_a_fasta_of_no_human_chromosome_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "phage.fa"
    path.write_text(">NC_001416.1\nACGT\n>contig_2\nACG\n")
    with pytest.raises(
        InputError, match=r"none of the FASTA's contigs is a human chromosome.*NC_001416.1, contig_2"
    ):
        FastaSequence(str(path), "GRCh38")


# Damage


def test_a_missing_fasta_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.fa.*--fasta"):
        FastaSequence(str(tmp_path / "nowhere.fa"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no\tsequence\nhere\n", "no FASTA"),
        (b"", "the FASTA is empty"),
        (b"\n\n", "the FASTA is empty"),
        (gzip.compress(b">chr7\nACGT\n", mtime=0), r"gzip, which cannot be read by ranges.*bgzip"),
        (b">chr7\nACGT\nAC\nACGT\n", "lines of a contig differ in length"),
    ],
    ids=["a table", "empty", "blank", "gzip", "ragged"],
)
def test_a_file_that_is_no_usable_fasta_is_named(
    tmp_path: Path, content: bytes, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "given.fa"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        FastaSequence(str(path), "GRCh38")
    assert "given.fa" in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["given.fa"]  # no half-made index stays
    assert capfd.readouterr().err == ""  # nobody but us speaks


def small(tmp_path: Path, *, packed: bool = False) -> Path:
    """Return an indexed FASTA of two chromosomes with 3,000 bases each."""
    chance = random.Random(7)
    text = ""
    for name in ("chr7", "chr8"):
        bases = "".join(chance.choices("ACGT", k=3000))
        text += f">{name}\n" + "\n".join(bases[i : i + 70] for i in range(0, 3000, 70)) + "\n"
    path = tmp_path / "small.fa"
    path.write_text(text)
    if packed:
        pysam.tabix_compress(str(path), f"{path}.gz")
        path = Path(f"{path}.gz")
    FastaSequence(str(path), "GRCh38")
    return path


def test_an_index_is_made_beside_the_fasta(tmp_path: Path) -> None:
    path = small(tmp_path)
    assert Path(f"{path}.fai").read_text().startswith("chr7\t3000\t6\t70\t71\n")
    packed = small(tmp_path, packed=True)
    assert Path(f"{packed}.fai").is_file() and Path(f"{packed}.gzi").is_file()
    plain, bgzipped = FastaSequence(str(path), "GRCh38"), FastaSequence(str(packed), "GRCh38")
    for start, end in ((0, 3000), (69, 71), (2999, 3000), (1234, 2345)):
        assert plain.base("8", start, end) == bgzipped.base("8", start, end) is not None


@pytest.mark.parametrize("packed", [False, True])
def test_in_a_read_only_directory_the_index_is_made_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    path = small(tmp_path, packed=packed)
    for ending in (".fai", ".gzi"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    refuse_writing(monkeypatch, path.parent)
    fasta = FastaSequence(str(path), "GRCh38")
    assert fasta.index.startswith(str(tmp_path / "cache" / "netboard" / "fai"))
    assert fasta.base("7", 10, 20) is not None
    before = Path(fasta.index).stat().st_mtime_ns
    assert FastaSequence(str(path), "GRCh38").index == fasta.index
    assert Path(fasta.index).stat().st_mtime_ns == before  # found again, not made again
    assert not Path(f"{path}.fai").exists()


def refuse_writing(monkeypatch: pytest.MonkeyPatch, *places: Path) -> None:
    """Let no temporary directory be made in ``places``, as in a directory without leave (root may always write)."""
    import tempfile

    made = tempfile.mkdtemp

    def mkdtemp(suffix: str | None = None, prefix: str | None = None, dir: str | None = None) -> str:
        if dir is not None and Path(dir) in places:
            raise PermissionError(13, "Permission denied", dir)
        return made(suffix, prefix, dir)

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)


def test_an_index_that_can_be_written_nowhere_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small(tmp_path)
    Path(f"{path}.fai").unlink()
    (tmp_path / "cache").write_text("a file where a directory should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    refuse_writing(monkeypatch, path.parent)
    with pytest.raises(
        InputError, match=r"index \(\.fai\) is missing and cannot be written.*samtools faidx small.fa"
    ):
        FastaSequence(str(path), "GRCh38")


def test_two_processes_may_make_the_index_at_once(tmp_path: Path) -> None:
    path = small(tmp_path)
    Path(f"{path}.fai").unlink()
    code = "import sys; from netboard.reference.fasta import FastaSequence; print(FastaSequence(sys.argv[1], 'GRCh38').base('7', 0, 50))"
    command = [sys.executable, "-c", code, str(path)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [process.communicate(timeout=60) for process in running]
    assert len(set(told)) == 1 and told[0][1] == "" and len(told[0][0]) == 51
    assert sorted(p.name for p in tmp_path.iterdir()) == ["small.fa", "small.fa.fai"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:-6], "its last line is cut short"),
        (lambda text: text.splitlines(keepends=True)[0], "goes on behind the last contig"),
        (lambda text: text.replace("\t70\t71", "\t60\t61"), "cut short, or its index is of another file"),
        (lambda text: text.replace("\t6\t", "\t9\t"), "chr7 does not begin at byte 9"),
        (lambda text: text.replace("3000", "-1"), "line 1 is malformed"),
        (lambda text: text.replace("\t71", "\t70"), "line 1 is malformed"),
        (lambda text: "chr7\t12\n" + text, "line 1 is malformed"),
        (lambda _: "", "it is empty"),
    ],
    ids=[
        "cut in a line",
        "a line lost",
        "other width",
        "shifted",
        "negative",
        "no line feed",
        "columns",
        "empty",
    ],
)
def test_an_index_that_does_not_fit_is_an_error(tmp_path: Path, change: object, message: str) -> None:
    path = small(tmp_path)
    index = Path(f"{path}.fai")
    index.write_text(change(index.read_text()))  # type: ignore[operator]
    with pytest.raises(InputError, match=message) as caught:
        FastaSequence(str(path), "GRCh38")
    assert "emove" in str(caught.value)


def test_a_fasta_that_is_cut_short_is_an_error(tmp_path: Path) -> None:
    path = small(tmp_path)
    os.truncate(path, 4000)
    with pytest.raises(InputError, match=r"cut short.*chr8 should reach to byte"):
        FastaSequence(str(path), "GRCh38")


def test_a_packed_fasta_that_is_cut_short_or_damaged_is_an_error(tmp_path: Path) -> None:
    path = small(tmp_path, packed=True)
    whole = path.read_bytes()
    path.write_bytes(whole[:-28])
    with pytest.raises(InputError, match="its last block is missing"):
        FastaSequence(str(path), "GRCh38")
    path.write_bytes(whole[:200] + bytes(60) + whole[260:])
    fasta = FastaSequence(str(path), "GRCh38")
    with pytest.raises(InputError, match=r"cannot be read at chr8:2801-2900.*damaged"):
        fasta.base("8", 2800, 2900)


def test_a_hole_of_a_plain_fasta_is_damage_and_not_unknown_bases(tmp_path: Path) -> None:
    path = small(tmp_path)
    with path.open("r+b") as handle:
        handle.seek(1000)
        handle.write(bytes(100))
    with pytest.raises(InputError, match="bases where 500 belong"):
        FastaSequence(str(path), "GRCh38").base("7", 800, 1300)


@given(st.binary(max_size=300))
def test_any_bytes_for_an_index_give_bases_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    place = tmp_path_factory.mktemp("fai")
    path = place / "x.fa"
    path.write_text(">chr7\nACGTACGT\n>chr8\nGGGG\n")
    (place / "x.fa.fai").write_bytes(content)
    told: list[str] = []
    try:
        FastaSequence(str(path), "GRCh38").base("7", 2, 4)
    except NetboardError as error:
        told.append(error.remedy)
    assert all(told)


# Confirmed on bases


@pytest.mark.parametrize("build", BUILDS)
def test_a_whole_genome_answers_as_its_bases_stand(
    fastas: dict[Build, Path], genomes: dict[Build, KnownStretches], knowledge: Knowledge, build: Build
) -> None:
    opened = open_reference(str(fastas[build]), known_sequences(knowledge.panel))
    assert opened.fasta is not None and opened.fasta.build == build
    assert opened.agreement[build].agree == opened.agreement[build].compared > 20_000
    chance = random.Random(3)
    for chrom, start, bases in chance.sample(list(genomes[build].stretches()), 60):
        low = start + chance.randrange(len(bases) // 2)
        high = low + chance.randint(1, 400)
        assert opened.fasta.base(chrom, low, high) == bases[low - start : high - start]


def test_bases_of_the_other_build_are_refused_and_counted(
    tmp_path: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge
) -> None:
    known = known_sequences(knowledge.panel)
    chance = [(c, s, chance_bases(f"{c}{s}", len(b))) for c, s, b in known["GRCh38"].stretches()]
    liar = KnownStretches("GRCh38", [*known["GRCh37"].stretches(), *chance])
    with pytest.raises(BuildError) as caught:
        open_reference(str(write_fasta(tmp_path / "liar.fa", liar)), known)
    told = re.search(
        r"not those of GRCh38: ([\d,]+) of ([\d,]+) bases agree with the packaged sequence of GRCh38, "
        r"[\d,]+ of [\d,]+ bases agree with GRCh37\. .* this file is of GRCh37",
        str(caught.value),
    )
    assert told is not None, str(caught.value)
    agree, compared = (int(text.replace(",", "")) for text in told.groups()[:2])
    assert 0.2 * compared < agree < 0.3 * compared  # as chance has it


def test_a_patched_base_here_and_there_is_no_other_build(
    tmp_path: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge
) -> None:
    patched = KnownStretches("GRCh38", [(c, s, f"A{b[1:]}") for c, s, b in genomes["GRCh38"].stretches()])
    opened = open_reference(
        str(write_fasta(tmp_path / "patched.fa", patched)), known_sequences(knowledge.panel)
    )
    assert list(opened.sequences) == ["GRCh38"]


def test_where_lengths_tell_nothing_the_bases_do(
    tmp_path: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge
) -> None:
    """Chromosomes padded at their end, as some aligners' references are."""
    known = known_sequences(knowledge.panel)
    lengths = {chrom: length + 10 for chrom, length in LENGTHS["GRCh37"].items()}
    unlike = [(c, s, chance_bases(f"{c}{s}", len(b))) for c, s, b in known["GRCh38"].stretches()]
    genome = KnownStretches("GRCh37", [*known["GRCh37"].stretches(), *unlike])
    path = write_fasta(tmp_path / "padded.fa", genome, lengths=lengths)
    with pytest.raises(UntoldBuild):
        FastaSequence(str(path))
    assert list(open_reference(str(path), known).sequences) == ["GRCh37"]
    assert list(open_reference(str(path), known, "GRCh37").sequences) == ["GRCh37"]
    with pytest.raises(BuildError, match="not those of GRCh38"):
        open_reference(str(path), known, "GRCh38")


def test_damage_is_an_error_where_a_gene_lies_and_is_not_met_elsewhere(tmp_path: Path) -> None:
    """A name is told from the bases of its gene and around its allele, and never left out for a damaged file."""
    bases = chance_bases("names", 6000)
    path = write_fasta(tmp_path / "hole.fa", KnownStretches("GRCh38", [("21", 10_000_000, bases)]))

    def effects(start: int) -> list[str | None]:
        exon = (10_000_000 + start, 10_000_300 + start)
        model = Transcript("G", "GRCh38", "NM_1.1", "21", 1, (exon,), exon[0] + 30, exon[1] - 30)
        panel = Panel({"G": Gene("G", "g", "", transcripts=(model,))}, ())
        engine = ConsequenceEngine(panel, "GRCh38", FastaSequence(str(path)), {})
        ref, alt = bases[start + 100 : start + 102], bases[start + 100]
        variant = Variant("GRCh38", "21", 10_000_000 + start + 100, ref, alt, "S")
        return [effect.hgvsc for effect in engine.effects(variant)]

    assert all(name is not None for name in effects(2000))
    with pytest.raises(InputError, match=r"cannot be read at chr21:\d+-\d+ .*damaged"):
        effects(5800)
