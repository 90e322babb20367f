"""``reference build``: a bundle out of a FASTA, and a laboratory's genes out of a GFF3, all files or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netboard.consequence.names import genome_accession
from netboard.errors import ConfigError
from netboard.knowledge.content import REFERENCE
from netboard.knowledge.load import TRANSCRIPTS
from netboard.knowledge.reference import read_transcripts
from netboard.model.evidence import Knowledge
from netboard.model.variant import Build
from netboard.output import Staging
from netboard.reference.bundle import BundledBuild, Origin, prepare, write_build
from netboard.reference.cut import FLANK, MIN_FLANK, Cut, cut
from netboard.reference.fasta import FastaSequence
from netboard.reference.labgenes import LabGenes, Models, add_genes, overlay_name, write_overlay
from netboard.reference.opened import Reference, known_sequences, open_reference

#: Directory of a bundle that is a knowledge overlay with the laboratory's genes.
KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build: see ``netboard reference build --help``. ``genes`` are symbols to add out of ``gff3``."""

    fasta: Path
    out: Path
    build: Build | None = None
    gff3: Path | None = None
    genes: tuple[str, ...] = ()
    flank: int = FLANK


@dataclass(frozen=True, slots=True)
class Built:
    """What was written: the build, the builds that the bundle now holds, and notes for people."""

    made: BundledBuild
    builds: tuple[Build, ...]
    notes: tuple[str, ...]
    #: Directory of the overlay with the laboratory's genes, None where there is none.
    overlay: Path | None


def build_bundle(request: BuildRequest, knowledge: Knowledge) -> Built:
    """Cut the panel out of a FASTA into the bundle at ``request.out``; a build that stands there stays.

    ``knowledge`` is the base with the overlays of the user, that of the bundle among them where there is one.

    Raises
    ------
    NetboardError
        When an input cannot be used; nothing is written then.
    """
    if request.flank < MIN_FLANK:
        raise ConfigError(
            f"--flank {request.flank} is below {MIN_FLANK}",
            remedy="The terms around splice sites need that much.",
        )
    standing = prepare(request.out)
    if request.fasta.is_dir():
        raise ConfigError(
            "--fasta is a directory", where=str(request.fasta), remedy="A bundle is cut out of a FASTA."
        )
    reference = open_reference(str(request.fasta), known_sequences(knowledge.panel), request.build)
    genome = reference.fasta
    assert genome is not None
    genes = _lab_genes(request, knowledge, genome)
    panel = genes.added_to(knowledge.panel)
    done = cut(genome, panel, request.flank, where=str(request.fasta))
    origin = _origin(request, reference, genome, done, knowledge)
    overlay = request.out / KNOWLEDGE if genes.models else None
    with Staging(request.out) as staged:
        made = write_build(staged, done, origin, standing)
        if overlay is not None and genes.described:
            entered = set(knowledge.panel.genes) - set(_standing(request.out))
            write_overlay(staged / KNOWLEDGE, overlay, genes, overlay_name(request.out), entered)
    builds = tuple(sorted({*standing, made.build}))
    return Built(made, builds, (*genes.notes, *_doubts(done)), overlay)


def _lab_genes(request: BuildRequest, knowledge: Knowledge, genome: FastaSequence) -> LabGenes:
    standing = _standing(request.out)
    # Genes of the bundle's own overlay are not "in the panel already": their models are made anew here.
    if request.gff3 is None or not request.genes:
        return LabGenes(standing, {})
    others = {symbol: gene for symbol, gene in knowledge.panel.genes.items() if symbol not in standing}
    return add_genes(request.gff3, request.genes, genome, replace(knowledge.panel, genes=others), standing)


def _standing(out: Path) -> Models:
    """Return the models that the bundle's own overlay holds."""
    table = out / KNOWLEDGE / REFERENCE / TRANSCRIPTS
    return read_transcripts(table) if table.is_file() else {}


def _origin(
    request: BuildRequest, reference: Reference, genome: FastaSequence, done: Cut, knowledge: Knowledge
) -> Origin:
    chroms = sorted({row.split("\t", 2)[1] for row in done.rows}, key=lambda name: (len(name), name))
    accessions = {chrom: genome_accession(chrom, done.build) or "" for chrom in chroms}
    return Origin(
        fasta=request.fasta.name,
        fasta_bytes=request.fasta.stat().st_size,
        contigs={chrom: genome.contigs[chrom].name for chrom in chroms},
        accessions=accessions,
        confirmed=f"{reference.agreement[done.build]} with the packaged sequence",
        knowledge_version=knowledge.version,
        knowledge_hash=knowledge.hash,
        gff3=request.gff3.name if request.gff3 is not None else "",
    )


def _doubts(done: Cut) -> Sequence[str]:
    """Return a sentence for each gene whose bases or coding sequence are not whole in this genome."""
    notes = []
    for symbol, gene in done.genes.items():
        if gene.unknown:
            notes.append(f"{symbol}: {gene.unknown} of {gene.bases} bases are not known in this FASTA")
        notes += [f"{symbol}: {accession}: {fault}" for accession, fault in gene.faults.items()]
    return notes
