"""A bundle answers for the panel as the genome does that it was cut from, and a damaged one answers nothing."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.genomes import ensembl, refseq, write_fasta
from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches, embedded
from netboard.errors import ConfigError, InputError, NetboardError
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build, Gene, Panel, Transcript, Variant
from netboard.reference import build as building
from netboard.reference.build import BuildRequest, Built, build_bundle
from netboard.reference.bundle import read_bundle
from netboard.reference.cut import FLANK, cut, stretches_of
from netboard.reference.fasta import FastaSequence
from netboard.reference.opened import known_sequences, layered, open_reference


@pytest.fixture(scope="session")
def bundle(fastas: dict[Build, Path], knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of both builds."""
    out = tmp_path_factory.mktemp("bundles") / "lab"
    for build in BUILDS:
        built = build_bundle(BuildRequest(fastas[build], out), knowledge)
    assert built.builds == ("GRCh37", "GRCh38")
    return out


@pytest.mark.parametrize("build", BUILDS)
def test_a_bundle_holds_the_bases_of_its_genome_for_every_gene(
    bundle: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge, build: Build
) -> None:
    held = read_bundle(bundle)
    assert sorted(held.builds[build].genes) == sorted(knowledge.panel.genes)
    for gene in knowledge.panel.genes.values():
        for model in gene.models(build):
            for start, end in model.exons:
                low, high = start - FLANK, end + FLANK
                assert held.sequences[build].base(model.chrom, low, high) == genomes[build].base(
                    model.chrom, low, high
                )
        for promoter in gene.promoters:
            if promoter.build == build:
                span = promoter.interval
                assert held.sequences[build].base(span.chrom, span.start - FLANK, span.end + FLANK)


@pytest.mark.parametrize("build", BUILDS)
def test_an_allele_is_told_alike_by_bundle_and_genome(
    bundle: Path, fastas: dict[Build, Path], knowledge: Knowledge, build: Build
) -> None:
    """Random alleles in and beside exons of genes without packaged sequence, whose exons are chance here."""
    panel, known = knowledge.panel, known_sequences(knowledge.panel)
    engines = [
        ConsequenceEngine(panel, build, layered(known, open_reference(str(path), known))[build], {})
        for path in (bundle, fastas[build])
    ]
    genome = FastaSequence(str(fastas[build]))
    chance = random.Random(f"{build}5")
    models = [
        m
        for g in panel.genes.values()
        for m in g.models(build)
        if known[build].base(m.chrom, *m.exons[0]) is None
    ]
    proved = 0
    for _ in range(300):
        model = chance.choice(models)
        start, end = chance.choice(model.exons)
        place = chance.randint(start - 20, end + 15)
        ref = genome.base(model.chrom, place, place + chance.choice((1, 1, 2, 4)))
        assert ref is not None
        alt = chance.choice((ref[0], ref[0] + "AC", "ACGT"["CAAA".index("A") + "ACGT".index(ref[0]) - 2]))
        if alt == ref:
            continue
        variant = Variant(build, model.chrom, place, ref, alt, "S")
        by_bundle, by_genome = (engine.effects(variant) for engine in engines)
        assert by_bundle == by_genome
        proved += any(effect.proved for effect in by_bundle)
    assert proved > 100


def test_the_flank_joins_exons_that_stand_near_each_other() -> None:
    model = Transcript(
        "G", "GRCh38", "NM_1.1", "7", 1, ((1000, 1100), (1250, 1300), (9000, 9100)), None, None
    )
    panel = Panel({"G": Gene("G", "g", "", transcripts=(model,))}, ())
    assert stretches_of(panel, "GRCh38", 100) == {"G": [("7", 900, 1400), ("7", 8900, 9200)]}
    assert stretches_of(panel, "GRCh38", 20) == {
        "G": [("7", 980, 1120), ("7", 1230, 1320), ("7", 8980, 9120)]
    }
    assert stretches_of(panel, "GRCh37", 100) == {}


def test_promoters_and_recurrent_alleles_are_cut_too(knowledge: Knowledge) -> None:
    for build in BUILDS:
        cuts = stretches_of(knowledge.panel, build)
        for gene in knowledge.panel.genes.values():
            for promoter in (p.interval for p in gene.promoters if p.build == build):
                assert any(
                    c == promoter.chrom and s <= promoter.start - FLANK and promoter.end + FLANK <= e
                    for c, s, e in cuts[gene.symbol]
                )
        for allele in knowledge.panel.alleles:
            if allele.build == build:
                assert any(c == allele.chrom and s < allele.start < e for c, s, e in cuts[allele.gene])


@pytest.mark.parametrize("naming", [ensembl, refseq])
def test_contig_names_do_not_change_a_bundle(
    tmp_path: Path, bundle: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge, naming: object
) -> None:
    path = write_fasta(tmp_path / "GRCh38.fa", genomes["GRCh38"], naming=naming, width=80)  # type: ignore[arg-type]
    made = build_bundle(BuildRequest(path, tmp_path / "out"), knowledge).made
    name = "sequences.GRCh38.tsv.gz"
    assert (tmp_path / "out" / name).read_bytes() == (bundle / name).read_bytes()
    assert made.origin.contigs["11"] == naming("11")  # type: ignore[operator]
    assert made.origin.accessions["11"] == "NC_000011.10"


def test_soft_masking_is_read_and_ambiguous_bases_are_left_out(tmp_path: Path, knowledge: Knowledge) -> None:
    bases = "acgtACGTRYACNNNNGTAC" * 30
    model = Transcript("G", "GRCh38", "NM_1.1", "21", 1, ((5_000_100, 5_000_120),), None, None)
    panel = Panel({"G": Gene("G", "g", "", transcripts=(model,))}, ())
    genome = FastaSequence(
        str(write_fasta(tmp_path / "m.fa", KnownStretches("GRCh38", [("21", 5_000_000, bases)])))
    )
    done = cut(genome, panel, 20)
    rows = [row.split("\t") for row in done.rows]
    assert {row[6] for row in rows} == {"ACGTACGT", "AC", "GTACACGTACGT", "GTAC"}
    assert all(bases[int(r[2]) - 5_000_000 : int(r[3]) - 5_000_000].upper() == r[6] for r in rows)
    assert (done.genes["G"].bases, done.genes["G"].unknown) == (60, 18)


def test_a_gene_without_one_known_base_stops_the_build(
    tmp_path: Path, genomes: dict[Build, KnownStretches], knowledge: Knowledge
) -> None:
    """A chromosome is missing, or hard-masked."""
    from netboard.variants.contigs import LENGTHS

    rest = {chrom: length for chrom, length in LENGTHS["GRCh38"].items() if chrom != "11"}
    genome = KnownStretches("GRCh38", [s for s in genomes["GRCh38"].stretches() if s[0] != "11"])
    path = write_fasta(tmp_path / "lacking.fa", genome, lengths=rest)
    with pytest.raises(InputError, match=r"no base of \w+ is known there \(chromosome 11, GRCh38\)"):
        build_bundle(BuildRequest(path, tmp_path / "out"), knowledge)
    assert not (tmp_path / "out").exists()


def test_coding_sequences_that_are_not_whole_are_told(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path
) -> None:
    built = build_bundle(BuildRequest(fastas["GRCh38"], tmp_path / "out"), knowledge)
    packaged = {row[4] for row in _rows(Path(str(knowledge.panel.sequence_file)))}
    faulty = {gene for gene, told in built.made.genes.items() if told.faults}
    first = {gene.symbol: gene.models("GRCh38")[0].accession for gene in knowledge.panel.genes.values()}
    # What is packaged is whole; what is chance is not.
    assert not any(first[gene] in built.made.genes[gene].faults for gene in packaged)
    assert faulty and all(any(note.startswith(f"{gene}: ") for note in built.notes) for gene in faulty)


def _rows(path: Path) -> list[list[str]]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_a_bundle_is_the_same_bytes_each_time(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path, bundle: Path
) -> None:
    again = tmp_path / "again"
    for build in reversed(BUILDS):  # and in whatever order its builds were made
        build_bundle(BuildRequest(fastas[build], again), knowledge)
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: p.read_bytes() for p in bundle.iterdir()
    }


def test_one_build_is_made_anew_and_the_other_stays(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path
) -> None:
    out = tmp_path / "lab"
    for build in BUILDS:
        build_bundle(BuildRequest(fastas[build], out), knowledge)
    before = (out / "sequences.GRCh37.tsv.gz").read_bytes()
    build_bundle(BuildRequest(fastas["GRCh38"], out, flank=40), knowledge)
    held = read_bundle(out)
    assert (held.builds["GRCh37"].flank, held.builds["GRCh38"].flank) == (FLANK, 40)
    assert (out / "sequences.GRCh37.tsv.gz").read_bytes() == before


def test_a_build_that_fails_leaves_the_bundle_as_it_was(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "lab"
    build_bundle(BuildRequest(fastas["GRCh38"], out), knowledge)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_build", full)
    with pytest.raises(OSError, match="No space"):
        build_bundle(BuildRequest(fastas["GRCh38"], out, flank=40), knowledge)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["lab"]


def test_nothing_of_the_users_is_overwritten(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="holds files and no bundle"):
        build_bundle(BuildRequest(fastas["GRCh38"], tmp_path), knowledge)
    with pytest.raises(ConfigError, match="is a file"):
        build_bundle(BuildRequest(fastas["GRCh38"], tmp_path / "thesis.txt"), knowledge)
    with pytest.raises(ConfigError, match="--flank 3 is below 20"):
        build_bundle(BuildRequest(fastas["GRCh38"], tmp_path / "out", flank=3), knowledge)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def _edit(key: str, value: object) -> Callable[[Path], None]:
    def change(out: Path) -> None:
        path = out / "manifest.json"
        document = json.loads(path.read_text())
        target = document if key in document else document["builds"]["GRCh38"]
        target[key] = value
        path.write_text(json.dumps(document))

    return change


def _flip(out: Path) -> None:
    path = out / "sequences.GRCh38.tsv.gz"
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 1
    path.write_bytes(packed)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_flip, "changed or damaged"),
        (lambda out: (out / "sequences.GRCh38.tsv.gz").unlink(), "cannot be read"),
        (lambda out: (out / "manifest.json").unlink(), "no manifest.json"),
        (lambda out: (out / "manifest.json").write_text("{"), "manifest cannot be read"),
        (lambda out: (out / "manifest.json").write_text("[]"), "no manifest of a reference bundle"),
        (_edit("format_version", 2), "format 2, and this netboard reads 1"),
        (_edit("builds", {"GRCh38": {}}), "manifest is damaged"),
        (_edit("file", "../../etc/passwd"), "manifest is damaged"),
        (_edit("sha256", "0" * 64), "changed or damaged"),
    ],
    ids=[
        "a bit",
        "file lost",
        "manifest lost",
        "no JSON",
        "other JSON",
        "later",
        "empty",
        "outside",
        "checksum",
    ],
)
def test_a_damaged_bundle_is_one_error_with_a_remedy(
    bundle: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    import shutil

    out = tmp_path / "lab"
    shutil.copytree(bundle, out)
    read_bundle(out)
    damage(out)
    with pytest.raises(InputError, match=message) as caught:
        read_bundle(out)
    assert caught.value.remedy


def test_a_bundle_of_both_builds_with_150_genes_is_small(tmp_path: Path, knowledge: Knowledge) -> None:
    """The panel's own geometry, and copies of its genes elsewhere until there are 150; random bases, which no
    packing makes smaller than a real genome's."""
    total = 0
    for build in BUILDS:
        genes = dict(knowledge.panel.genes)
        for number, gene in enumerate(sorted(knowledge.panel.genes)[: 150 - len(genes)]):
            moved = tuple(
                replace(m, gene=f"COPY{number}", exons=tuple((s + 20_011, e + 20_011) for s, e in m.exons))
                for m in knowledge.panel.genes[gene].transcripts
            )
            genes[f"COPY{number}"] = Gene(f"COPY{number}", "a copy", "", transcripts=moved)
        panel = replace(knowledge.panel, genes=genes)
        assert len(genes) == 150
        done = cut(_Chance(build), panel)
        total += len(gzip.compress("\n".join(done.rows).encode(), 9, mtime=0))
    assert total < 3_000_000


class _Chance:
    """A genome of random bases, each place the same whenever asked."""

    def __init__(self, build: Build) -> None:
        self.build: Build = build

    def base(self, chrom: str, start: int, end: int) -> str:
        from fixtures.genomes import chance_bases

        first, last = start // 1000, (end - 1) // 1000
        text = "".join(chance_bases(f"{self.build}{chrom}:{block}", 1000) for block in range(first, last + 1))
        return text[start - first * 1000 : end - first * 1000]


def test_a_bundle_that_lacks_a_gene_says_so(bundle: Path, knowledge: Knowledge) -> None:
    held = open_reference(str(bundle), known_sequences(knowledge.panel))
    assert held.lacking(knowledge.panel, "GRCh38") == ()
    new = Transcript("NEW1", "GRCh38", "NM_1.1", "7", 1, ((1000, 1100),), None, None)
    more = {**knowledge.panel.genes, "NEW1": Gene("NEW1", "new", "", transcripts=(new,))}
    assert held.lacking(replace(knowledge.panel, genes=more), "GRCh38") == ("NEW1",)
    assert held.lacking(replace(knowledge.panel, genes=more), "GRCh37") == ()


def test_a_build_that_a_bundle_lacks_is_an_error_that_tells_how_to_add_it(
    fastas: dict[Build, Path], knowledge: Knowledge, tmp_path: Path
) -> None:
    built: Built = build_bundle(BuildRequest(fastas["GRCh38"], tmp_path / "lab"), knowledge)
    assert built.builds == ("GRCh38",)
    opened = open_reference(str(tmp_path / "lab"), known_sequences(knowledge.panel))
    opened.require("GRCh38")
    with pytest.raises(
        NetboardError, match=r"holds GRCh38 and the variants are GRCh37.*reference build --fasta"
    ):
        opened.require("GRCh37")


def test_the_packaged_sequence_stands_before_the_bundle(bundle: Path, knowledge: Knowledge) -> None:
    known = known_sequences(knowledge.panel)
    both = layered(known, open_reference(str(bundle), known))
    chrom, start, bases = next(iter(embedded(knowledge.panel, "GRCh38").stretches()))
    assert both["GRCh38"].base(chrom, start, start + len(bases)) == bases
    assert both["GRCh38"].base(chrom, start - 30, start + 10) is not None  # the bundle's wider flank
