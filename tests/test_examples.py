"""The demo cohort is what its README says: real REF, published alleles, files that its generator writes."""

from __future__ import annotations

import csv
import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pysam
import pytest
from ruamel.yaml import YAML

from netboard.assay import read_assay, read_bed
from netboard.batch import interpret_rows
from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import embedded
from netboard.context import build_context
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.result import Finding, Interpretation
from netboard.model.variant import BUILDS, Build, Panel, SequenceProvider, Variant
from netboard.sheet import Row, read_sheet
from netboard.variants.contigs import LENGTHS, chromosome, recognise

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MISSION = {"MEN1", "ATRX", "DAXX", "TSC2", "PTEN", "BRAF", "KRAS", "TP53", "CDKN1B"}
#: The two genes of the demo cohort whose sequence is not embedded.
WITHOUT_SEQUENCE = {"ATRX", "DAXX"}


def table(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


ALLELES = table("alleles.tsv")
BACKGROUND = table("background.tsv")


@pytest.fixture(scope="module")
def generator() -> Iterator[ModuleType]:
    sys.path.insert(0, str(EXAMPLES))
    try:
        yield importlib.import_module("build_cohort")
    finally:
        sys.path.remove(str(EXAMPLES))


@pytest.fixture(scope="module")
def sheet() -> list[Row]:
    return read_sheet(EXAMPLES / "samples.tsv")


@pytest.fixture(scope="module")
def sequences(knowledge: Knowledge) -> dict[str, SequenceProvider]:
    return {build: embedded(knowledge.panel, build) for build in BUILDS}


def sequence_at(sequences: dict[str, SequenceProvider], row: dict[str, str]) -> str | None:
    start = int(row["pos"]) - 1
    return sequences[row["build"]].base(row["chrom"], start, start + len(row["ref"]))


def cohort_files() -> list[dict[str, Any]]:
    return list(YAML(typ="safe", pure=True).load(EXAMPLES / "cohort.yaml")["files"])


FILES = [str(plan["file"]) for plan in cohort_files()]


@pytest.mark.parametrize("row", ALLELES, ids=lambda row: row["id"])
def test_the_ref_of_a_published_allele_is_the_embedded_sequence_where_the_gene_has_one(
    row: dict[str, str], sequences: dict[str, SequenceProvider]
) -> None:
    known = sequence_at(sequences, row)
    if row["gene"] in WITHOUT_SEQUENCE:
        assert known is None
        assert "no embedded sequence" in row["verified"]
    else:
        assert known == row["ref"]


def test_the_ref_of_each_background_record_in_a_panel_gene_is_the_embedded_sequence(
    sequences: dict[str, SequenceProvider],
) -> None:
    within = [row for row in BACKGROUND if row["place"] == "panel_intron"]
    assert len(within) > 20
    assert [row for row in within if sequence_at(sequences, row) != row["ref"]] == []


def test_background_records_called_off_panel_lie_outside_every_gene_of_the_panel(
    knowledge: Knowledge,
) -> None:
    inside = []
    for build in BUILDS:
        targets = knowledge.panel.targets(build)
        for row in (r for r in BACKGROUND if r["build"] == build and r["place"] == "off_panel"):
            start = int(row["pos"]) - 1
            inside += [
                (row["chrom"], row["pos"], gene)
                for span, gene in targets
                if span.chrom == row["chrom"] and span.start <= start < span.end
            ]
    assert inside == []


@pytest.mark.parametrize("row", ALLELES, ids=lambda row: row["id"])
def test_each_allele_names_its_source_an_identifier_and_how_it_was_verified(row: dict[str, str]) -> None:
    assert row["source"]
    assert row["verified"]
    assert row["what"]
    assert row["identifier"].startswith(("PMID:", "doi:10.", "https://"))


def test_the_names_in_the_allele_table_are_those_of_the_engine(
    knowledge: Knowledge, sequences: dict[str, SequenceProvider]
) -> None:
    differ = []
    for row in ALLELES:
        if row["gene"] in WITHOUT_SEQUENCE:
            continue
        build: Build = row["build"]  # type: ignore[assignment]
        engine = ConsequenceEngine(knowledge.panel, build, sequences[build], {})
        variant = Variant(build, row["chrom"], int(row["pos"]) - 1, row["ref"], row["alt"], "S")
        effect = next(e for e in engine.effects(variant) if e.gene == row["gene"])
        coding = (effect.hgvsc or "").rpartition(":")[2]
        protein = (effect.hgvsp or "").rpartition(":")[2].replace("(", "").replace(")", "")
        if coding != row["hgvsc"] or (row["hgvsp"] and protein != row["hgvsp"]):
            differ.append((row["id"], coding, protein))
    assert differ == []


def test_every_gene_of_the_mission_stands_in_a_file_of_the_cohort() -> None:
    used = {
        name
        for plan in cohort_files()
        for entry in plan["alleles"]
        for name in (entry["id"] if isinstance(entry["id"], list) else [entry["id"]])
    }
    assert used == {row["id"] for row in ALLELES}, (
        "an allele of the table is in no file, or the other way round"
    )
    genes = {row["gene"] for row in ALLELES}
    assert genes >= MISSION


def test_the_cohort_spans_both_builds_and_many_callers_annotators_and_contig_spellings() -> None:
    plans = cohort_files()
    assert len(plans) >= 12
    assert {p["build"] for p in plans} == set(BUILDS)
    assert {p["caller"] for p in plans} >= {
        "mutect2", "strelka2", "varscan2", "freebayes", "vardict", "lofreq", "joint"
    }  # fmt: skip
    assert {p.get("annotation") for p in plans} == {None, "vep", "snpeff", "bcsq"}
    assert {p["contigs"] for p in plans} == {"ucsc", "ensembl", "refseq"}
    assert {Path(p["file"]).suffix for p in plans} == {".vcf", ".gz", ".bcf"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".vcf")])
def test_the_generator_writes_the_committed_text_file_byte_for_byte(
    name: str, generator: ModuleType, tmp_path: Path
) -> None:
    plan = next(p for p in generator.files() if p["file"] == name)
    written = generator.write(plan, generator.Tables.read(), tmp_path)
    assert written.read_bytes() == (EXAMPLES / "cohort" / name).read_bytes()


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".vcf")])
@pytest.mark.filterwarnings("ignore")
def test_the_generator_writes_the_records_of_the_committed_binary_file(
    name: str, generator: ModuleType, tmp_path: Path
) -> None:
    plan = next(p for p in generator.files() if p["file"] == name)
    written = generator.write(plan, generator.Tables.read(), tmp_path)

    def content(path: Path) -> list[str]:
        with pysam.VariantFile(str(path)) as file:
            return [str(file.header), *map(str, file)]

    assert content(written) == content(EXAMPLES / "cohort" / name)


def test_no_file_of_the_cohort_is_left_that_the_plan_does_not_name() -> None:
    stored = {p.name for p in (EXAMPLES / "cohort").iterdir()}
    assert stored == set(FILES) | {name + ".tbi" for name in FILES if name.endswith(".gz")}


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_read_by_htslib_sorted_and_with_5_to_60_records(name: str) -> None:
    order = {chrom: n for n, chrom in enumerate([*LENGTHS["GRCh38"], "MT"])}
    with pysam.VariantFile(str(EXAMPLES / "cohort" / name)) as file:
        places = [(order[str(chromosome(record.chrom))], record.pos) for record in file]
    assert 5 <= len(places) <= 60
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_contig_lengths_and_accessions_are_those_the_reader_knows() -> None:
    for row in table("contigs.tsv"):
        for build in BUILDS:
            chrom, told = recognise(row[f"{build}_accession"]) or ("", None)
            assert chrom == row["chrom"]
            if row["chrom"] != "MT":
                assert told == build
                assert LENGTHS[build][row["chrom"]] == int(row[f"{build}_length"])


def test_the_sample_sheet_is_valid_and_each_sample_has_its_file_and_columns(sheet: list[Row]) -> None:
    assert len(sheet) >= 12
    builds = {str(plan["file"]): plan["build"] for plan in cohort_files()}
    for row in sheet:
        path = Path(row.values["vcf"])
        assert path.is_file()
        assert row.get("build") == builds[path.name]
        with pysam.VariantFile(str(path)) as file:
            names = set(file.header.samples)
        for column in ("tumour", "normal"):
            assert row.get(column) is None or row.get(column) in names
    files = Counter(Path(row.values["vcf"]).name for row in sheet)
    assert set(files) == set(FILES)
    assert max(files.values()) == 3, "one joint file holds three tumours"


def test_the_clinical_context_of_each_sample_is_accepted(sheet: list[Row], knowledge: Knowledge) -> None:
    types = {build_context(dict(row.values), knowledge, where=row.where).tumour_type for row in sheet}
    assert len(types) >= 4


def test_the_batch_size_of_the_demo_gives_three_batches(sheet: list[Row]) -> None:
    config = YAML(typ="safe", pure=True).load(EXAMPLES / "config.yaml")
    assert (EXAMPLES.parent / config["samples"]) == EXAMPLES / "samples.tsv"
    assert -(-len(sheet) // config["batch_size"]) == 3


#: What README.md promises of each sample: events by gene, and the two arms of NCT02315625 (molecular, context).
PROMISED: dict[str, tuple[set[tuple[str, str]], dict[str, tuple[str, str]]]] = {
    "NB-01": ({("MEN1", "truncating"), ("ATRX", "truncating")}, {"sunitinib": ("yes", "yes"), "everolimus": ("no", "yes")}),
    "NB-02": (
        {("MEN1", "truncating"), ("PTEN", "truncating"), ("DAXX", "truncating")},
        {"sunitinib": ("yes", "yes"), "everolimus": ("yes", "yes")},
    ),
    "NB-03": ({("TSC2", "truncating"), ("ATRX", "truncating")}, {"sunitinib": ("no", "yes"), "everolimus": ("no", "yes")}),
    "NB-04": ({("CDKN1B", "truncating")}, {"sunitinib": ("unknown", "yes"), "everolimus": ("unknown", "yes")}),
    "NB-05": (
        {("BRAF", "hotspot"), ("TP53", "hotspot"), ("APC", "truncating")},
        {"sunitinib": ("no", "no"), "everolimus": ("yes", "no")},
    ),
    "NB-06": ({("TP53", "hotspot"), ("RB1", "truncating"), ("KRAS", "hotspot")}, {"everolimus": ("yes", "no")}),
    "NB-07": (set(), {"sunitinib": ("unknown", "yes"), "everolimus": ("unknown", "yes")}),
    "NB-08": (set(), {"sunitinib": ("unknown", "yes"), "everolimus": ("unknown", "yes")}),
    "NB-09": ({("KRAS", "hotspot"), ("TP53", "hotspot")}, {"everolimus": ("unknown", "no")}),
    "NB-10": ({("ATRX", "undetermined")}, {"sunitinib": ("unknown", "yes")}),
    "NB-11": ({("MEN1", "truncating")}, {"sunitinib": ("yes", "no")}),
    "NB-12": (
        {("PTEN", "hotspot"), ("MEN1", "truncating"), ("PIK3CA", "hotspot")},
        {"sunitinib": ("yes", "no"), "everolimus": ("yes", "no")},
    ),
    "NB-13": ({("VHL", "truncating")}, {"everolimus": ("yes", "yes")}),
    "NB-14": ({("MEN1", "splice")}, {"sunitinib": ("yes", "yes")}),
    "NB-15": ({("PTEN", "truncating")}, {"everolimus": ("yes", "yes")}),
    "NB-16": (set(), {"sunitinib": ("unknown", "yes")}),
}  # fmt: skip


@pytest.fixture(scope="module")
def results(sheet: list[Row], knowledge: Knowledge) -> dict[str, Interpretation]:
    outcomes = interpret_rows(sheet, knowledge, Settings(), stop_on_error=True)
    return {outcome.row.sample: outcome.result for outcome in outcomes if outcome.result is not None}


@pytest.mark.parametrize("sample", PROMISED)
def test_each_sample_shows_what_the_readme_promises(sample: str, results: dict[str, Interpretation]) -> None:
    events, arms = PROMISED[sample]
    result = results[sample]
    assert {(f.gene, f.event) for f in result.findings if f.type == "small_variant"} == events
    lines = {t.arm_id: (t.molecular.value, t.context.value) for t in result.trials if t.nct == "NCT02315625"}
    assert {arm: lines[arm] for arm in arms} == arms
    assert result.ref_check["disagree"] == 0
    counts = result.counts
    assert counts["in_targets"] == counts["kept"] + sum(counts["skipped"].values())


def test_every_sample_of_the_sheet_has_a_promise(sheet: list[Row]) -> None:
    assert {row.sample for row in sheet} == set(PROMISED)


def test_support_origin_and_filters_of_the_cohort_come_out_as_planned(
    results: dict[str, Interpretation],
) -> None:
    def finding(sample: str, gene: str) -> Finding:
        return next(f for f in results[sample].findings if f.gene == gene and f.type == "small_variant")

    assert finding("NB-01", "MEN1").origin == "somatic"
    assert finding("NB-04", "CDKN1B").origin == "unknown"
    assert finding("NB-13", "VHL").origin == "germline_suspect"
    assert finding("NB-09", "KRAS").filter == "weak_evidence"
    assert not finding("NB-09", "KRAS").filter_passed
    assert (finding("NB-09", "TP53").alt_depth, finding("NB-09", "TP53").support) == (2, "low")
    assert finding("NB-10", "ATRX").hgvsp is None
    assert [f.vaf for f in results["NB-12"].findings if f.gene == "PTEN"] == pytest.approx(
        [41 / 140, 22 / 140], abs=1e-3
    )
    assert {f.gene for f in results["NB-01"].findings if f.event == "loss_of_heterozygosity"} >= {"MEN1"}
    # VEP's first entry is MANE Plus Clinical, where the residue is 640; the report's is 600.
    assert (finding("NB-05", "BRAF").hgvsp or "").endswith("p.(Val600Glu)")
    assert all(
        note.agrees
        for s in ("NB-05", "NB-11", "NB-15")
        for f in results[s].findings
        for note in f.upstream_notes
    )


def test_the_sample_with_targets_shows_assessed_and_not_assessed_and_the_one_without_shows_neither(
    results: dict[str, Interpretation],
) -> None:
    with_targets = {g.gene: g.small_variants for g in results["NB-07"].genes}
    assert with_targets["MEN1"] == "assessed"
    assert with_targets["NF1"] == "not_assessed"
    assert {g.small_variants for g in results["NB-08"].genes} == {"undeclared"}


@pytest.mark.parametrize("build", BUILDS)
def test_the_targets_are_coding_exons_of_the_panel_with_ten_bases_on_either_side(
    build: Build, knowledge: Knowledge
) -> None:
    coding = _coding_exons(knowledge.panel, build)
    path = EXAMPLES / "targets" / f"net20.{build.lower()}.bed"
    genes: Counter[str] = Counter()
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            chrom, start, end, name = line.split("\t")
            gene = name.partition("_")[0]
            assert (chromosome(chrom), int(start) + 10, int(end) - 10) in coding[gene], line
            genes[gene] += 1
    assert len(genes) == 20
    assert {gene: len(coding[gene]) for gene in genes} == genes
    assert len(read_bed(path, chromosome)) == sum(genes.values())


def _coding_exons(panel: Panel, build: Build) -> dict[str, set[tuple[str, int, int]]]:
    found = {}
    for gene in panel.genes.values():
        for model in gene.models(build)[:1]:
            if model.cds_start is None or model.cds_end is None:
                continue
            found[gene.symbol] = {
                (model.chrom, max(start, model.cds_start), min(end, model.cds_end))
                for start, end in model.exons
                if start < model.cds_end and end > model.cds_start
            }
    return found


@pytest.mark.parametrize("build", BUILDS)
def test_the_assay_declaration_names_its_targets_and_what_it_sees(build: Build) -> None:
    assay = read_assay(str(EXAMPLES / "assays" / f"net20.{build.lower()}.yaml"), None, chromosome)
    assert assay.declared
    assert assay.sees == {"small_variants"}
    assert assay.targets is not None
    bases = sum(interval.end - interval.start for interval in assay.targets)
    assert assay.megabases == pytest.approx(bases / 1e6, abs=0.005)
