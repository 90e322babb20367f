"""``netboard reference`` as its user runs it, and ``netboard run`` with what it made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.genes import Invented, gff3, invent
from fixtures.genomes import panel_genome, write_fasta
from netboard.cli import main
from netboard.consequence.project import TranscriptView
from netboard.consequence.sequence import KnownStretches, embedded
from netboard.knowledge.load import load
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build
from netboard.reference.bundle import read_bundle
from netboard.variants.contigs import LENGTHS

Run = Callable[..., tuple[int, str, str]]
PLACES: dict[Build, int] = {"GRCh37": 31_000_000, "GRCh38": 30_000_000}


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Run:
    def _call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(item) for item in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return _call


@pytest.fixture(scope="module")
def lab_gene() -> dict[Build, Invented]:
    """Return an invented gene on the minus strand, at another place on each build."""
    return {build: invent("NEW1", strand=-1, place=PLACES[build]) for build in BUILDS}


@pytest.fixture(scope="module")
def fasta(
    knowledge: Knowledge, lab_gene: dict[Build, Invented], tmp_path_factory: pytest.TempPathFactory
) -> dict[Build, Path]:
    """Return genomes with the panel and the laboratory's gene."""
    place = tmp_path_factory.mktemp("fasta")
    made = {}
    for build in BUILDS:
        gene = lab_gene[build]
        genome = panel_genome(knowledge.panel, build)
        whole = KnownStretches(build, [*genome.stretches(), (gene.chrom, gene.start, gene.bases)])
        made[build] = write_fasta(place / f"{build}.fa", whole, unknown=[("11", 64_800_000, 64_820_000)])
    return made


@pytest.fixture(scope="module")
def lab(
    fasta: dict[Build, Path], lab_gene: dict[Build, Invented], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a bundle of both builds with the laboratory's gene."""
    place = tmp_path_factory.mktemp("lab")
    for build, dialect in (("GRCh38", "mane"), ("GRCh37", "ensembl")):
        annotation = place / f"{build}.gff3"
        annotation.write_text(gff3(dialect, lab_gene[build], build))  # type: ignore[index, arg-type]
        given = ["--fasta", fasta[build], "--gff3", annotation, "--genes", "NEW1", "--out", place / "lab"]  # type: ignore[index]
        assert main(["reference", "build", *map(str, given)]) == 0
    return place / "lab"


def vcf(path: Path, build: Build, *records: tuple[str, int, str, str]) -> Path:
    """Write a file of one tumour; ``start`` of a record is 0-based."""
    chroms = dict.fromkeys(chrom for chrom, *_ in records)
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID=chr{c},length={LENGTHS[build][c]}>" for c in chroms)]
    lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1")
    for chrom, start, ref, alt in records:
        lines.append(f"chr{chrom}\t{start + 1}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT:AD\t0/1:60,40")
    path.write_text("\n".join(lines) + "\n")
    return path


def result(out: Path, sample: str = "T1") -> dict[str, object]:
    found: dict[str, object] = json.loads((out / sample / f"{sample}.json").read_text())
    return found


# A laboratory's gene, from its annotation to a finding


@pytest.mark.parametrize("build", BUILDS)
def test_a_laboratorys_gene_is_read_with_bundle_and_overlay(
    lab: Path, lab_gene: dict[Build, Invented], tmp_path: Path, call: Run, build: Build
) -> None:
    gene = lab_gene[build]
    knowledge = load([lab / "knowledge"])
    (model,) = knowledge.panel.genes["NEW1"].models(build)
    view = TranscriptView(model, KnownStretches(build, [(gene.chrom, gene.start, gene.bases)]))
    assert view.protein is not None
    # Codon 30, its first base deleted: a frameshift of this residue.
    place = next(p for p in range(gene.start, gene.start + len(gene.bases)) if view.c_position(p) == "88")
    at = place - gene.start
    record = (gene.chrom, place - 1, gene.bases[at - 1 : at + 1], gene.bases[at - 1])
    code, _, told = call(
        "run", vcf(tmp_path / "t.vcf", build, record), "--out", tmp_path / "out", "--knowledge", lab / "knowledge",
        "--fasta", lab,
    )  # fmt: skip
    assert code == 0, told
    (finding,) = result(tmp_path / "out")["findings"]  # type: ignore[misc]
    assert (finding["gene"], finding["event"], finding["consequence_source"]) == (
        "NEW1",
        "truncating",
        "sequence",
    )
    assert finding["transcript"] == "ENST00000000001.4"
    assert finding["hgvsc"].startswith("ENST00000000001.4:c.8") and finding["hgvsc"].endswith("del")
    assert finding["hgvsp"].startswith("ENSP00000000001.2:p.(") and "fs" in finding["hgvsp"]
    given = result(tmp_path / "out")["provenance"]["fasta"]  # type: ignore[index]
    assert given.startswith("lab (bundle, SHA-256 ")
    assert result(tmp_path / "out")["ref_check"]["agree"] == 1  # type: ignore[index]


def test_the_overlay_passes_the_check_of_knowledge_and_leaves_work_to_a_curator(lab: Path, call: Run) -> None:
    code, out, told = call("knowledge", "check", lab / "knowledge", "--todo")
    assert code == 0, out + told
    assert "NEW1" in out
    entry = (lab / "knowledge" / "genes" / "NEW1.yaml").read_text()
    assert 'ncbi: "1"' in entry and 'hgnc: "HGNC:1"' in entry and "status: needs_curator" in entry


def test_a_curated_entry_is_never_overwritten(
    lab: Path, fasta: dict[Build, Path], lab_gene: dict[Build, Invented], tmp_path: Path, call: Run
) -> None:
    out = tmp_path / "lab"
    shutil.copytree(lab, out)
    entry = out / "knowledge" / "genes" / "NEW1.yaml"
    entry.write_text(
        entry.read_text()
        .replace("an invented gene", "a gene we know")
        .replace('name: "NEW1"', 'name: "ours"')
    )
    spans = {build: f"21:{PLACES[build] + 2001}-{PLACES[build] + 2200}" for build in BUILDS}
    entry.write_text(entry.read_text() + f"promoter: {json.dumps(spans)}\n")
    before = entry.read_text()
    annotation = tmp_path / "g.gff3"
    annotation.write_text(gff3("refseq", lab_gene["GRCh38"]))
    arguments = (
        "reference",
        "build",
        "--fasta",
        fasta["GRCh38"],
        "--gff3",
        annotation,
        "--genes",
        "NEW1",
        "--out",
        out,
    )
    code, _, told = call(*arguments, "--knowledge", out / "knowledge")
    assert code == 0, told
    assert entry.read_text() == before
    models = load([out / "knowledge"]).panel.genes["NEW1"]
    assert [m.accession for m in models.models("GRCh38")] == ["NM_000001.3"]
    assert [m.accession for m in models.models("GRCh37")] == ["ENST00000000001.4"]
    assert "residues may be numbered differently" in told
    # The laboratory's promoter window was cut with it.
    held = read_bundle(out).sequences["GRCh38"]
    place = PLACES["GRCh38"]
    assert held.base("21", place + 2000 - 100, place + 2200 + 100) == lab_gene["GRCh38"].bases[1900:2300]
    # Cut again without the annotation, the laboratory's genes stay in the bundle.
    code, _, told = call("reference", "build", "--fasta", fasta["GRCh38"], "--out", out)
    assert code == 0
    assert "NEW1" in json.loads((out / "manifest.json").read_text())["builds"]["GRCh38"]["genes"]
    assert f"--knowledge {out / 'knowledge'}" in told


def test_annotation_and_list_belong_together(fasta: dict[Build, Path], tmp_path: Path, call: Run) -> None:
    code, _, told = call(
        "reference", "build", "--fasta", fasta["GRCh38"], "--out", tmp_path / "o", "--genes", "NEW1"
    )
    assert code == 2 and "--gff3 and --genes belong together" in told
    assert not (tmp_path / "o").exists()


# A run with FASTA or bundle


@pytest.mark.parametrize("build", BUILDS)
def test_a_run_says_the_same_with_genome_and_bundle(
    lab: Path, fasta: dict[Build, Path], knowledge: Knowledge, tmp_path: Path, call: Run, build: Build
) -> None:
    """A gene without packaged sequence: open by geometry alone, told by either."""
    known = embedded(knowledge.panel, build)
    genome = panel_genome(knowledge.panel, build)
    records = []
    for symbol in sorted(knowledge.panel.genes):
        model = knowledge.panel.genes[symbol].models(build)[0]
        start = model.exons[len(model.exons) // 2][0] + 20
        ref = genome.base(model.chrom, start, start + 3)
        if known.base(model.chrom, start, start + 1) is None and ref is not None:
            records.append((model.chrom, start, ref, ref[0]))
    assert len(records) > 40
    path = vcf(tmp_path / "t.vcf", build, *records)
    told = {}
    for name, given in (("bundle", lab), ("genome", fasta[build]), ("nothing", None)):
        more = () if given is None else ("--fasta", given)
        code, _, err = call("run", path, "--out", tmp_path / name, *more)
        assert code == 0, err
        data = result(tmp_path / name)
        told[name] = [(f["id"], f["event"], f["hgvsc"], f["hgvsp"]) for f in data["findings"]]  # type: ignore[attr-defined]
        check = data["ref_check"]
        assert check["agree" if given else "unverifiable"] == len(records)  # type: ignore[index]
    assert told["bundle"] == told["genome"] != told["nothing"]


def test_a_sheet_may_name_a_bundle(lab: Path, tmp_path: Path, call: Run, fasta: dict[Build, Path]) -> None:
    from netboard.sheet import read_sheet

    path = vcf(tmp_path / "t.vcf", "GRCh38", ("11", 64_809_856, "TAGAC", "T"))
    sheet = tmp_path / "samples.tsv"
    sheet.write_text(f"sample\tvcf\tfasta\nA\tt.vcf\t{lab}\nB\tt.vcf\t{fasta['GRCh38']}\n")
    code, _, told = call("run", "--sample-sheet", sheet, "--out", tmp_path / "out")
    assert code == 0, told
    assert [result(tmp_path / "out", s)["findings"][0]["gene"] for s in "AB"] == ["MEN1", "MEN1"]  # type: ignore[index]
    first, second = read_sheet(sheet)
    assert [Path(name).name for name in first.inputs()] == [
        "t.vcf", "manifest.json", "sequences.GRCh37.tsv.gz", "sequences.GRCh38.tsv.gz",
    ]  # fmt: skip
    assert second.inputs() == [str(path), str(fasta["GRCh38"])]


def test_a_bundle_of_the_other_build_stops_the_run(
    tmp_path: Path, fasta: dict[Build, Path], call: Run
) -> None:
    call("reference", "build", "--fasta", fasta["GRCh37"], "--out", tmp_path / "b37")
    path = vcf(tmp_path / "t.vcf", "GRCh38", ("11", 64_809_856, "TAGAC", "T"))
    for given, message in (
        (tmp_path / "b37", "the bundle holds GRCh37"),
        (fasta["GRCh37"], "the FASTA is GRCh37"),
    ):
        code, _, told = call("run", path, "--out", tmp_path / "out", "--fasta", given)
        assert code == 1 and f"{message} and the variants are GRCh38" in told
    code, _, told = call("run", path, "--out", tmp_path / "out", "--fasta", tmp_path)
    assert code == 1 and "no manifest.json" in told


def test_a_bundle_that_lacks_a_gene_of_the_overlay_warns(
    fasta: dict[Build, Path], lab: Path, tmp_path: Path, call: Run
) -> None:
    call("reference", "build", "--fasta", fasta["GRCh38"], "--out", tmp_path / "old")
    path = vcf(tmp_path / "t.vcf", "GRCh38", ("11", 64_809_856, "TAGAC", "T"))
    arguments = (
        "run",
        path,
        "--out",
        tmp_path / "out",
        "--fasta",
        tmp_path / "old",
        "--knowledge",
        lab / "knowledge",
    )
    code, _, told = call(*arguments)
    assert code == 0 and "the reference bundle holds no sequence of NEW1" in told


# verify and info


def test_verify_names_each_base_that_differs(
    fasta: dict[Build, Path], knowledge: Knowledge, tmp_path: Path, call: Run
) -> None:
    code, out, told = call("reference", "verify", fasta["GRCh38"])
    assert (code, out) == (0, "build\tchrom\tpos\tpackaged\tgiven\n")
    known = embedded(knowledge.panel, "GRCh38")
    total = sum(len(bases) for _, _, bases in known.stretches())
    assert f"GRCh38: {total:,} of {total:,} bases agree" in told and "no base differs" in told

    chrom, start, bases = next(iter(known.stretches()))
    swapped = bases.translate(str.maketrans("ACGT", "CATG"))
    patched = panel_genome(knowledge.panel, "GRCh38")
    edited = [
        (c, s, _with(b, start + 5 - s, swapped[5:7]) if c == chrom and s <= start < s + len(b) else b)
        for c, s, b in patched.stretches()
    ]
    path = write_fasta(tmp_path / "patched.fa", KnownStretches("GRCh38", edited))
    code, out, told = call("reference", "verify", path)
    assert code == 1
    assert out.splitlines()[1:] == [
        f"GRCh38\t{chrom}\t{start + 6}\t{bases[5]}\t{swapped[5]}",
        f"GRCh38\t{chrom}\t{start + 7}\t{bases[6]}\t{swapped[6]}",
    ]
    assert f"{total - 2:,} of {total:,} bases agree" in told and "2 bases differ" in told
    call("reference", "build", "--fasta", path, "--out", tmp_path / "b")
    code, out, _ = call("reference", "verify", tmp_path / "b")
    assert code == 1 and len(out.splitlines()) == 3


def _with(bases: str, at: int, text: str) -> str:
    return bases[:at] + text + bases[at + len(text) :]


def test_verify_of_what_cannot_be_compared_is_an_error(tmp_path: Path, call: Run) -> None:
    genome = KnownStretches("GRCh38", [("21", 30_000_000, "ACGT")])
    path = write_fasta(tmp_path / "one.fa", genome, lengths={"21": LENGTHS["GRCh38"]["21"]})
    code, _, told = call("reference", "verify", path)
    assert code == 1 and "nothing could be compared" in told
    path = tmp_path / "tiny.fa"
    path.write_text(">chr7\nACGT\n")
    code, _, told = call("reference", "verify", path)
    assert code == 1 and "neither GRCh37 nor GRCh38" in told
    code, _, told = call("reference", "verify", path, "--build", "GRCh38")
    assert code == 1 and "nothing could be compared" in told


def test_info_of_what_is_packaged_lists_every_gene(knowledge: Knowledge, call: Run) -> None:
    code, out, told = call("reference", "info")
    assert code == 0
    head, *rows = [line.split("\t") for line in out.splitlines()]
    assert head == ["build", "gene", "transcripts", "accession", "stretches", "bases", "unknown"]
    for build in BUILDS:
        own = {row[1]: row for row in rows if row[0] == build}
        assert len(own) == 46
        known = sum(len(bases) for _, _, bases in embedded(knowledge.panel, build).stretches())
        # Stretches of one gene or of two may share bases, which are counted once where they are joined.
        assert known <= sum(int(row[5]) for row in own.values()) < 1.05 * known
        assert all(row[3] and row[2] for row in own.values())
    assert "46 of 98 genes" in told and "MB for both builds" in told


def test_info_of_a_bundle_and_of_a_fasta(lab: Path, fasta: dict[Build, Path], call: Run) -> None:
    code, out, told = call("reference", "info", lab)
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()[1:]]
    assert len(rows) == 2 * 99
    assert next(row for row in rows if row[:2] == ["GRCh38", "MEN1"])[2:4] == [
        "NM_001370259.2",
        "NC_000011.10",
    ]
    assert "99 genes with 100 bases of flank" in told and "checksums agree, SHA-256" in told
    code, out, told = call("reference", "info", fasta["GRCh37"])
    assert code == 0
    assert out.splitlines()[1] == "GRCh37\t1\tchr1\t249250621\tNC_000001.10"
    assert "GRCh37 (by the length of 24 chromosomes" in told
