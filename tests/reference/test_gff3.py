"""Genes of a laboratory out of GFF3: every dialect, both strands, which transcript, and what cannot be used."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.genes import Invented, gff3, invent
from fixtures.genomes import chance_bases
from netboard.consequence.sequence import KnownStretches
from netboard.errors import BuildError, ConfigError, InputError, NetboardError
from netboard.knowledge.reference import read_transcripts
from netboard.model.evidence import Knowledge
from netboard.model.variant import Build, Gene, Transcript
from netboard.reference.genemodels import choose_models, coding_fault
from netboard.reference.gff3 import read_genes
from netboard.reference.labgenes import LabGenes, add_genes, read_symbols, write_overlay

DIALECTS = ("ensembl", "gencode", "mane", "refseq")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(text: str, name: str = "genes.gff3") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return _write


Write = Callable[..., Path]


def genome_of(*genes: Invented, build: Build = "GRCh38") -> KnownStretches:
    return KnownStretches(build, [(gene.chrom, gene.start, gene.bases) for gene in genes])


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["g.gff3", "g.gff3.gz"])
def test_every_dialect_gives_the_same_model(write: Write, dialect: str, strand: int, name: str) -> None:
    gene = invent(strand=strand)
    found = read_genes(write(gff3(dialect, gene), name), ["NEW1"], "GRCh38")["NEW1"]
    (model,) = choose_models(found, genome_of(gene)).models
    assert (model.chrom, model.strand, model.exons) == ("21", strand, gene.exons)
    assert (model.cds_start, model.cds_end) == gene.cds
    assert model.status == "MANE Select" and model.note == "MANE Select by the GFF3; coding sequence whole"
    of_refseq = dialect == "refseq"
    assert model.accession == ("NM_000001.3" if of_refseq else "ENST00000000001.4")
    assert model.ensembl == "ENST00000000001.4"
    assert model.protein == ("NP_000001.2" if of_refseq else "ENSP00000000001.2")
    assert found.hgnc == "HGNC:1"
    assert found.ensembl == ("" if of_refseq else "ENSG00000000001")
    assert found.ncbi == ("1" if dialect in ("refseq", "mane") else "")
    assert found.name == ("an invented gene" if dialect in ("refseq", "ensembl") else "NEW1")


@given(
    st.sampled_from((1, -1)),
    st.sampled_from(DIALECTS),
    st.lists(st.integers(1, 272), max_size=7, unique=True),
    st.integers(0, 10**6),
)
def test_any_shape_of_exons_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, strand: int, dialect: str, cuts: list[int], seed: int
) -> None:
    gene = invent(strand=strand, cuts=sorted(cuts), seed=str(seed))
    path = tmp_path_factory.mktemp("gff") / "g.gff3"
    path.write_text(gff3(dialect, gene))
    (model,) = choose_models(read_genes(path, ["NEW1"], "GRCh38")["NEW1"], genome_of(gene)).models
    assert (model.exons, (model.cds_start, model.cds_end)) == (gene.exons, gene.cds)
    assert coding_fault(model, genome_of(gene)) == ""


def test_the_order_of_the_lines_does_not_matter(write: Write) -> None:
    gene = invent(strand=-1)
    lines = gff3("refseq", gene).splitlines(keepends=True)
    path = write("".join(lines[:3] + lines[3:][::-1]))
    (model,) = choose_models(read_genes(path, ["NEW1"], "GRCh38")["NEW1"], genome_of(gene)).models
    assert (model.exons, (model.cds_start, model.cds_end)) == (gene.exons, gene.cds)


def test_a_coding_stretch_without_its_stop_is_joined_with_it(write: Write) -> None:
    gene = invent(cuts=(30,))
    text = gff3("gencode", gene)
    low, high = gene.cds
    cut = text.replace(f"\t{high}\t.\t+\t", f"\t{high - 3}\t.\t+\t", 10)
    assert cut != text
    stop = f"chr21\tsource\tstop_codon\t{high - 2}\t{high}\t.\t+\t0\tParent=ENST00000000001.4\n"
    (model,) = choose_models(
        read_genes(write(cut + stop), ["NEW1"], "GRCh38")["NEW1"], genome_of(gene)
    ).models
    assert (model.cds_start, model.cds_end) == (low, high)


# Which transcript


def two(longer_tag: str, shorter_tag: str, dialect: str = "gencode") -> tuple[str, KnownStretches]:
    """Return one gene with two transcripts: number 1 of 60 codons and number 2 of 40, elsewhere on the chromosome."""
    long, short = invent(), invent(codons=40, cuts=(30, 90), place=31_000_000, seed="2")
    text = gff3(dialect, long, tag=longer_tag, number=1) + "".join(
        line.replace("Parent=ENSG00000000002.9", "Parent=ENSG00000000001.9")
        for line in gff3(dialect, short, tag=shorter_tag, number=2).splitlines(keepends=True)
        if "\tgene\t" not in line
    )
    return text, genome_of(long, short)


@pytest.mark.parametrize(
    ("longer", "shorter", "chosen", "status", "why"),
    [
        ("", "select", [2], "MANE Select", "MANE Select by the GFF3"),
        ("canonical", "select", [2], "MANE Select", "MANE Select by the GFF3"),
        ("clinical", "select", [2, 1], "MANE Select", "MANE Select by the GFF3"),
        ("", "canonical", [2], "stand-in", "Ensembl canonical by the GFF3"),
        ("", "", [1], "stand-in", "the longest coding sequence of the GFF3"),
        ("", "clinical", [1, 2], "stand-in", "the longest coding sequence of the GFF3"),
    ],
)
def test_the_transcript_is_chosen_by_rank_and_the_reason_kept(
    write: Write, longer: str, shorter: str, chosen: list[int], status: str, why: str
) -> None:
    text, genome = two(longer, shorter)
    choice = choose_models(read_genes(write(text), ["NEW1"], "GRCh38")["NEW1"], genome)
    assert [model.accession for model in choice.models] == [f"ENST{number:011d}.4" for number in chosen]
    assert (choice.models[0].status, choice.models[0].note) == (status, f"{why}; coding sequence whole")
    if len(chosen) == 2:
        assert choice.models[1].status == "MANE Plus Clinical"


def test_the_transcript_of_the_other_build_goes_before_a_canonical_one(write: Write) -> None:
    text, genome = two("canonical", "")
    gene = read_genes(write(text), ["NEW1"], "GRCh38")["NEW1"]
    other = Transcript("NEW1", "GRCh37", "ENST00000000002.3", "21", 1, ((1, 2),), None, None)
    (model,) = choose_models(gene, genome, [other]).models
    assert model.accession == "ENST00000000002.4"
    assert model.note.startswith("the gene's transcript on the other build")


# What cannot be used


def damaged(change: Callable[[str, Invented], str], strand: int = 1) -> tuple[str, Invented]:
    gene = invent(strand=strand)
    return change(gff3("refseq", gene), gene), gene


def _phase(text: str, gene: Invented) -> str:
    return re.sub(r"(\tCDS\t.*\t\+\t)0(\t)", r"\g<1>1\2", text, count=1)


def _unfinished(text: str, _: Invented) -> str:
    return text.replace("transcript_id=", "partial=true;transcript_id=")


def _gap(text: str, gene: Invented) -> str:
    """Skip three bases within the reading frame, as a ribosome's slip is written."""
    low = gene.coding[1][0]
    return text.replace(f"\tCDS\t{low + 1}\t", f"\tCDS\t{low + 4}\t")


def _touching(text: str, gene: Invented) -> str:
    end, start = gene.exons[0][1], gene.exons[1][0]
    return text.replace(f"\texon\t{start + 1}\t", f"\texon\t{end}\t")


def _no_exons(text: str, _: Invented) -> str:
    return "".join(
        line for line in text.splitlines(keepends=True) if "\texon\t" not in line and "\tCDS\t" not in line
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_phase, "phase of its coding stretch"),
        (_unfinished, "it is incomplete"),
        (_gap, "its coding stretches are not those of its exons"),
        (_touching, "its exons touch each other"),
        (_no_exons, "it has no exon"),
    ],
)
def test_a_transcript_that_cannot_be_used_is_passed_over_with_the_reason(
    write: Write, change: Callable[[str, Invented], str], why: str
) -> None:
    text, gene = damaged(change)
    found = read_genes(write(text), ["NEW1"], "GRCh38")["NEW1"]
    with pytest.raises(
        InputError, match=rf"no transcript of NEW1 can be used on GRCh38 \(NM_000001.3: .*{why}"
    ):
        choose_models(found, genome_of(gene))


def test_coding_bases_that_are_no_protein_are_told() -> None:
    gene = invent()
    model = Transcript("NEW1", "GRCh38", "NM_1.1", "21", 1, gene.exons, *gene.cds)
    low = gene.cds[0] - gene.start

    def fault(bases: str) -> str:
        return coding_fault(model, KnownStretches("GRCh38", [("21", gene.start, bases)]))

    assert fault(gene.bases) == ""
    assert (
        fault(gene.bases[:low] + "CTG" + gene.bases[low + 3 :])
        == "its coding sequence starts with CTG, not ATG"
    )
    second = gene.coding[1][0] - gene.start
    frame = gene.phases()[gene.coding[1]]
    stopped = gene.bases[: second + frame] + "TAG" + gene.bases[second + frame + 3 :]
    assert "lies inside its coding sequence" in fault(stopped)
    end = gene.cds[1] - gene.start
    assert (
        fault(gene.bases[: end - 3] + "CAA" + gene.bases[end:]) == "its coding sequence ends without a stop"
    )
    assert fault(gene.bases[:second]) == "bases of its coding sequence are not known"
    shorter = Transcript("NEW1", "GRCh38", "NM_1.1", "21", 1, gene.exons, gene.cds[0], gene.cds[1] - 1)
    assert "no whole codons" in coding_fault(shorter, genome_of(gene))


def test_a_gff3_of_the_other_build_is_refused(write: Write) -> None:
    gene = invent()
    with pytest.raises(BuildError, match=r"not of GRCh38: its NC_000021.8 has 48129895 bases, as in GRCh37"):
        read_genes(write(gff3("refseq", gene, "GRCh37")), ["NEW1"], "GRCh38")
    without = "".join(
        line
        for line in gff3("refseq", gene, "GRCh37").splitlines(keepends=True)
        if not line.startswith("##seq")
    )
    with pytest.raises(BuildError, match=r"NC_000021.8 is of GRCh37"):
        read_genes(write(without), ["NEW1"], "GRCh38")
    with pytest.raises(BuildError, match="its header speaks of GRCh37"):
        read_genes(write(gff3("mane", gene, "GRCh37")), ["NEW1"], "GRCh38")
    # Nothing says so but the bases: no coding sequence is whole there.
    silent = "".join(
        line for line in gff3("mane", gene).splitlines(keepends=True) if not line.startswith("#")
    )
    other = KnownStretches("GRCh38", [("21", gene.start, chance_bases("other", len(gene.bases)))])
    with pytest.raises(InputError, match=r"no transcript of NEW1 can be used .*Check that the GFF3"):
        choose_models(read_genes(write(silent), ["NEW1"], "GRCh38")["NEW1"], other)


def test_genes_that_are_not_there_are_all_named_with_their_new_names(write: Write) -> None:
    path = write(gff3("refseq", invent()))
    with pytest.raises(InputError, match=r"no gene OLD1, NEW9 on a chromosome \(OLD1 is called NEW1 there\)"):
        read_genes(path, ["NEW1", "OLD1", "NEW9"], "GRCh38")


def test_of_a_pseudoautosomal_gene_the_copy_on_x_is_taken(write: Write) -> None:
    on_x, on_y = (invent(chrom=chrom, place=1_200_000) for chrom in ("X", "Y"))
    path = write(gff3("ensembl", on_y, number=2) + gff3("ensembl", on_x))
    assert read_genes(path, ["NEW1"], "GRCh38")["NEW1"].chrom == "X"
    far = invent(chrom="3", place=1_200_000)
    with pytest.raises(InputError, match=r"2 genes are called NEW1 \(chromosomes 3, X\)"):
        read_genes(write(gff3("ensembl", far, number=2) + gff3("ensembl", on_x)), ["NEW1"], "GRCh38")


def test_a_gene_on_another_contig_is_not_the_gene(write: Write) -> None:
    gene = invent()
    alternate = gff3("gencode", gene).replace("chr21\t", "chr21_GL383578v2_alt\t")
    assert read_genes(write(alternate + gff3("gencode", gene)), ["NEW1"], "GRCh38")["NEW1"].chrom == "21"
    with pytest.raises(InputError, match="no gene NEW1 on a chromosome"):
        read_genes(write(alternate), ["NEW1"], "GRCh38")


def test_a_gene_that_codes_for_nothing_has_exons_only(write: Write) -> None:
    gene = invent()
    text = "".join(line for line in gff3("refseq", gene).splitlines(keepends=True) if "\tCDS\t" not in line)
    (model,) = choose_models(read_genes(write(text), ["NEW1"], "GRCh38")["NEW1"], genome_of(gene)).models
    assert (model.cds_start, model.cds_end, model.exons) == (None, None, gene.exons)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"chr21\tx\tgene\t1\t2\n", r"g.gff3:1: 5 columns where a GFF3 has 9.*not GTF"),
        (b"\x1f\x8bnot really gzip", "cannot be read"),
        (gzip.compress(b"##gff-version 3\n" * 9000)[:60], "cannot be read"),
    ],
    ids=["columns", "no gzip", "cut short"],
)
def test_a_damaged_gff3_is_one_error(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "g.gff3"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_genes(path, ["NEW1"], "GRCh38")


def test_positions_that_are_none_are_named_with_their_line(write: Write) -> None:
    gene = invent()
    first = gene.exons[0][0] + 1
    path = write(gff3("refseq", gene).replace(f"\texon\t{first}\t", "\texon\tx\t"))
    with pytest.raises(InputError, match=r"genes.gff3:6: malformed positions"):
        read_genes(path, ["NEW1"], "GRCh38")
    with pytest.raises(InputError, match="no such GFF3"):
        read_genes(path.with_name("nowhere.gff3"), ["NEW1"], "GRCh38")


@given(st.data())
def test_any_damage_gives_models_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    gene = invent(cuts=(60,))
    text = bytearray(gff3(data.draw(st.sampled_from(DIALECTS)), gene).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 5))] = data.draw(
            st.binary(max_size=3) | st.sampled_from((b"\t", b"\n", b";"))
        )
    path = tmp_path_factory.mktemp("gff") / "g.gff3"
    path.write_bytes(bytes(text))
    told: list[str] = []
    try:
        found = read_genes(path, ["NEW1"], "GRCh38")["NEW1"]
        for model in choose_models(found, genome_of(gene)).models:
            told.append(coding_fault(model, genome_of(gene)))
    except NetboardError as error:
        told.append("" if str(error) else "an error that says nothing")
    assert not any(told)


# The laboratory's list and overlay


def test_symbols_come_from_a_list_or_a_file(tmp_path: Path) -> None:
    assert read_symbols("NEW1, NEW2,NEW1,") == ("NEW1", "NEW2")
    path = tmp_path / "genes.txt"
    path.write_text("# our panel\nNEW1\n\nC1orf99  # found in 2024\n")
    assert read_symbols(str(path)) == ("NEW1", "C1orf99")
    with pytest.raises(ConfigError, match=r"'genes\.txt' is no gene symbol"):
        read_symbols("genes.txt")
    with pytest.raises(ConfigError, match="no gene is named"):
        read_symbols(" , ")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_symbols(str(path))


def test_a_gene_of_the_panel_keeps_its_models(write: Write, knowledge: Knowledge) -> None:
    gene = invent()
    known = next(iter(knowledge.panel.genes))
    added = add_genes(write(gff3("refseq", gene)), ["NEW1", known], genome_of(gene), knowledge.panel, {})
    assert list(added.models) == ["NEW1"]
    assert added.notes == (f"{known} is in the panel already: its models stay",)


def test_another_transcript_than_on_the_other_build_is_told(write: Write, knowledge: Knowledge) -> None:
    gene = invent()
    other = Transcript("NEW1", "GRCh37", "NM_000099.1", "21", 1, ((1, 2),), None, None)
    added = add_genes(
        write(gff3("refseq", gene)), ["NEW1"], genome_of(gene), knowledge.panel, {"NEW1": (other,)}
    )
    assert [model.build for model in added.models["NEW1"]] == ["GRCh37", "GRCh38"]
    assert any("residues may be numbered differently" in note for note in added.notes)


def test_the_table_of_models_is_read_back_as_it_was(tmp_path: Path) -> None:
    gene = invent(strand=-1)
    models = (
        Transcript(
            "NEW1",
            "GRCh37",
            "NM_1.1",
            "21",
            -1,
            gene.exons,
            *gene.cds,
            "MANE Select",
            "ENST1.1",
            "NP_1.1",
            "why",
        ),
        Transcript(
            "NEW1", "GRCh38", "NM_1.1", "X", 1, gene.exons[:1], None, None, "stand-in", None, None, "why; no"
        ),
    )
    write_overlay(tmp_path / "made", tmp_path / "none", LabGenes({"NEW1": models}, {}), "lab")
    assert read_transcripts(tmp_path / "made" / "reference" / "transcripts.tsv") == {"NEW1": models}


def test_an_entry_without_models_gets_them(write: Write, knowledge: Knowledge) -> None:
    """The laboratory wrote genes/NEW1.yaml itself; the models are what it lacks."""
    gene = invent()
    elsewhere = Transcript("NEW1", "GRCh37", "NM_000001.2", "21", 1, ((1, 2),), None, None)
    entry = Gene("NEW1", "ours", "HGNC:1", role="oncogene", transcripts=(elsewhere,))
    panel = replace(knowledge.panel, genes={**knowledge.panel.genes, "NEW1": entry})
    added = add_genes(write(gff3("refseq", gene)), ["NEW1"], genome_of(gene), panel, {})
    assert [m.accession for m in added.models["NEW1"]] == ["NM_000001.2", "NM_000001.3"]
    assert added.notes == ()
    merged = added.added_to(panel).genes["NEW1"]
    assert (merged.role, merged.transcripts) == ("oncogene", added.models["NEW1"])
