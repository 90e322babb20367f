"""The panel: exact identifiers, one pinned transcript per gene and build, and its numbering."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from knowledge.trees import base_tree
from netboard.knowledge.check import check
from netboard.knowledge.content import annotations_dir
from netboard.knowledge.numbering import _read, problems, translated
from netboard.knowledge.schema import GeneFile
from netboard.knowledge.tree import Tree
from netboard.knowledge.yamlfile import read_document
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS

PANEL = 98
#: Genes whose pathway waits for a curator.
_WITHOUT_PATHWAY = {"AIP", "EWSR1", "TSHZ2", "YY1"}


def test_every_gene_bears_exact_identifiers_and_the_events_that_count(knowledge: Knowledge) -> None:
    genes = knowledge.panel.genes.values()
    assert len(genes) == PANEL
    for name in ("hgnc_id", "ncbi_gene_id", "ensembl_gene", "symbol"):
        assert len({getattr(gene, name) for gene in genes}) == PANEL, name
    for gene in genes:
        assert gene.events, gene.symbol
        assert gene.pathways or gene.symbol in _WITHOUT_PATHWAY, gene.symbol
        assert gene.role == "unknown" or gene.role_sources, gene.symbol


def test_one_transcript_is_pinned_for_each_gene_and_is_the_same_on_both_builds(knowledge: Knowledge) -> None:
    stand_ins = {"PBRM1", "ROS1"}
    for gene in knowledge.panel.genes.values():
        pinned = {build: gene.models(build)[0] for build in BUILDS}
        assert len({model.accession for model in pinned.values()}) == 1, gene.symbol
        for model in pinned.values():
            if gene.symbol in stand_ins:
                # Not MANE Select, so no version is claimed for it.
                assert (model.status, "." in model.accession) == ("stand-in", False)
            else:
                assert model.status == "MANE Select", gene.symbol
                assert re.fullmatch(r"NM_\d+\.\d+", model.accession), gene.symbol
                assert model.ensembl is not None and re.fullmatch(r"ENST\d{11}\.\d+", model.ensembl), (
                    gene.symbol
                )


def test_pinned_accessions_are_those_of_mane(knowledge: Knowledge, shared_dir: Path) -> None:
    lines = (shared_dir / "knowledge" / "panel_mane.tsv").read_text().splitlines()
    head = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(head, line.split("\t"), strict=True))
        if row["MANE_status"] == "MANE Select" and row["symbol"] not in ("PBRM1", "ROS1"):
            model = knowledge.panel.genes[row["symbol"]].models("GRCh38")[0]
            found = (model.accession, model.protein, model.ensembl)
            assert found == (row["RefSeq_nuc"], row["RefSeq_prot"], row["Ensembl_nuc"]), row["symbol"]


@pytest.mark.parametrize(
    ("gene", "accession", "length", "residues"),
    [
        ("PTEN", "NM_000314.8", 403, ("C124", "R130", "R173", "R233")),
        ("RET", "NM_020975.6", 1114, ("C618", "C634", "A883", "M918")),
        ("MEN1", "NM_001370259.2", 610, ("W341", "R415", "R460")),
        ("BRAF", "NM_004333.6", 766, ("G469", "V600", "K601")),
        ("BRCA2", "NM_000059.4", 3418, ("E1593",)),
    ],
)
def test_the_numbering_of_a_gene_that_versions_number_differently_is_checked_on_both_builds(
    knowledge: Knowledge, gene: str, accession: str, length: int, residues: tuple[str, ...]
) -> None:
    data = read_document(annotations_dir() / "genes" / f"{gene}.yaml").data
    assert data["protein_length"] == length
    assert set(residues) <= set(data["landmarks"])
    stretches = _read([annotations_dir() / "reference" / "sequences.tsv.gz"])
    for build in BUILDS:
        model = knowledge.panel.genes[gene].models(build)[0]
        assert model.accession == accession
        protein = translated(model, stretches)
        assert protein is not None and len(protein) == length
        assert all(protein[int(name[1:]) - 1] == name[0] for name in residues)


def test_every_gene_with_embedded_sequence_states_its_numbering(knowledge: Knowledge) -> None:
    stretches = _read([annotations_dir() / "reference" / "sequences.tsv.gz"])
    stated = 0
    for symbol, gene in knowledge.panel.genes.items():
        data = read_document(annotations_dir() / "genes" / f"{symbol}.yaml").data
        known = all(translated(gene.models(build)[0], stretches) for build in BUILDS)
        assert known == ("protein_length" in data), symbol
        stated += known
    assert stated == 46


def test_recurrent_alleles_name_the_same_changes_on_both_builds(knowledge: Knowledge) -> None:
    held: dict[str, set[tuple[str, str]]] = {
        build: {(item.gene, item.label) for item in knowledge.panel.alleles if item.build == build}
        for build in BUILDS
    }
    assert len(held["GRCh38"]) > 1000
    assert held["GRCh37"] == held["GRCh38"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("protein_length: 403", "protein_length: 402", "NM_000314.8 on GRCh38 has 403 residues, not 402"),
        ("R130", "R131", "residue 131 of NM_000314.8 on GRCh37 is T, not R"),
        ("R130", "R9000", "residue 9000 of NM_000314.8 on GRCh38 is none, not R"),
    ],
)
def test_a_numbering_that_does_not_fit_the_pinned_transcript_is_told(
    knowledge: Knowledge, old: str, new: str, said: str
) -> None:
    entry = base_tree().genes["PTEN"]
    text = (annotations_dir() / "genes" / "PTEN.yaml").read_text().replace(old, new, 1)
    data = YAML(typ="safe", pure=True).load(text)
    tree = Tree("netboard", genes={"PTEN": replace(entry, model=GeneFile.model_validate(data))})
    found = problems(tree, knowledge, (annotations_dir(),))
    assert said in [problem.message for problem in found]


def test_a_laboratory_that_pins_a_gene_to_another_numbering_hears_of_it(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    (ours / "genes").mkdir(parents=True)
    shutil.copy(annotations_dir() / "genes" / "PTEN.yaml", ours / "genes")
    path = ours / "genes" / "PTEN.yaml"
    path.write_text(path.read_text().replace("R130", "R131", 1))
    told = [str(problem) for problem in check([ours]).problems]
    assert [line.partition(": ")[2] for line in told] == [
        "residue 131 of NM_000314.8 on GRCh37 is T, not R (key landmarks[0])",
        "residue 131 of NM_000314.8 on GRCh38 is T, not R (key landmarks[0])",
    ]
    assert all(line.startswith(f"{path}:") for line in told)
