"""Genes of a laboratory's own panel as a knowledge overlay: transcript models, and an entry per gene.

``KNOWLEDGE/reference/transcripts.tsv`` holds the models of both builds and is kept up to date; an entry
``KNOWLEDGE/genes/SYMBOL.yaml`` is written once, with what the GFF3 states and ``status: needs_curator``, and never
again: from then on it is the laboratory's. An identifier that the GFF3 does not state stays blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netboard.errors import ConfigError
from netboard.model.variant import BUILDS, Build, Gene, Panel, SequenceProvider, Transcript
from netboard.reference.genemodels import choose_models
from netboard.reference.gff3 import GffGene, read_genes

COLUMNS = (
    "gene", "build", "accession", "chrom", "strand", "exon_starts", "exon_ends", "cds_start", "cds_end", "status",
    "ensembl", "protein", "note",
)  # fmt: skip
#: What a small-variant or copy-number event of a gene of unknown role may be; a curator narrows it.
_EVENTS = (
    "truncating", "splice", "start_loss", "in_frame", "missense", "hotspot", "deletion",
    "loss_of_heterozygosity", "amplification",
)  # fmt: skip
_SYMBOL = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")
Models = Mapping[str, tuple[Transcript, ...]]


@dataclass(frozen=True, slots=True)
class LabGenes:
    """The laboratory's genes with their models on both builds, what the GFF3 says of them, and notes for people."""

    models: Models
    described: Mapping[str, GffGene]
    notes: tuple[str, ...] = ()

    def added_to(self, panel: Panel) -> Panel:
        """Return the panel with these genes."""
        genes = dict(panel.genes)
        for symbol, models in self.models.items():
            known = genes.get(symbol) or Gene(symbol, symbol, "", provenance="laboratory")
            genes[symbol] = replace(known, transcripts=models)
        return replace(panel, genes=genes)


def read_symbols(text: str) -> tuple[str, ...]:
    """Return gene symbols out of a comma list, or of a file with a symbol per line (``#`` begins a comment).

    Raises
    ------
    ConfigError
        When there is none, or one is no symbol.
    """
    path = Path(text)
    where = "--genes"
    if path.is_file():
        where = str(path)
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"the list of genes cannot be read ({error})", where=where) from None
        words = [line.partition("#")[0].strip() for line in lines]
    else:
        words = [word.strip() for word in text.split(",")]
    symbols = tuple(dict.fromkeys(word for word in words if word))
    for symbol in symbols:
        if _SYMBOL.fullmatch(symbol) is None:
            raise ConfigError(
                f"{symbol!r} is no gene symbol",
                where=where,
                remedy="Give symbols, comma-separated, or a file with one per line.",
            )
    if not symbols:
        raise ConfigError(
            "no gene is named", where=where, remedy="Give symbols, or a file with one per line."
        )
    return symbols


def add_genes(
    gff3: Path, symbols: Sequence[str], genome: SequenceProvider, panel: Panel, standing: Models
) -> LabGenes:
    """Return the laboratory's genes: those ``standing``, and the named ones with their models out of the GFF3.

    A gene that has models in the panel already keeps them; the notes say so. An entry of the laboratory's
    without models gets them here.

    Raises
    ------
    NetboardError
        When the GFF3 cannot be used, or a gene has no transcript that can be.
    """
    modelled = {symbol for symbol, gene in panel.genes.items() if gene.models(genome.build)}
    notes = [f"{symbol} is in the panel already: its models stay" for symbol in symbols if symbol in modelled]
    wanted = [symbol for symbol in symbols if symbol not in modelled]
    described = read_genes(gff3, wanted, genome.build) if wanted else {}
    models: dict[str, tuple[Transcript, ...]] = dict(standing)
    for symbol, gene in described.items():
        known = standing.get(symbol) or (panel.genes[symbol].transcripts if symbol in panel.genes else ())
        elsewhere = tuple(m for m in known if m.build != genome.build)
        choice = choose_models(gene, genome, elsewhere, where=str(gff3))
        notes += [f"{symbol}: passed over {note}" for note in choice.notes]
        first = choice.models[0]
        if elsewhere and _stem(elsewhere[0].accession) != _stem(first.accession):
            notes.append(
                f"{symbol}: {genome.build} has {first.accession} and {elsewhere[0].build} {elsewhere[0].accession}: "
                "residues may be numbered differently"
            )
        if first.cds_start is None:
            notes.append(f"{symbol}: {first.accession} codes for no protein")
        models[symbol] = (*elsewhere, *choice.models)
    return LabGenes(models, described, tuple(notes))


def _stem(accession: str) -> str:
    return accession.partition(".")[0]


def write_overlay(
    staged: Path, standing: Path, genes: LabGenes, name: str, entered: Collection[str] = ()
) -> None:
    """Write the overlay's files into ``staged``: the table of models, and entries that ``standing`` lacks.

    Genes ``entered`` have an entry in another directory of the laboratory's.
    """
    (staged / "reference").mkdir(parents=True)
    (staged / "reference" / "transcripts.tsv").write_text(_table(genes.models), encoding="utf-8")
    if not (standing / "overlay.yaml").is_file():
        (staged / "overlay.yaml").write_text(f"name: {name}\n", encoding="utf-8")
    (staged / "genes").mkdir()
    for symbol, gene in genes.described.items():
        if symbol not in entered and not (standing / "genes" / f"{symbol}.yaml").is_file():
            (staged / "genes" / f"{symbol}.yaml").write_text(_entry(gene), encoding="utf-8")


def overlay_name(directory: Path) -> str:
    """Return a name for the overlay of a bundle, after its directory."""
    plain = re.sub(r"[^a-z0-9]+", "-", directory.resolve().name.lower()).strip("-")
    return f"genes-of-{plain or 'laboratory'}"


def _entry(gene: GffGene) -> str:
    """Return the YAML of a gene; JSON strings are YAML strings."""
    stated = ("symbol", "name", "hgnc", "ncbi", "ensembl")
    lines = [f"{key}: {json.dumps(getattr(gene, key), ensure_ascii=False)}" for key in stated]
    return "\n".join(
        (
            *lines,
            "role: unknown",
            f"events: [{', '.join(_EVENTS)}]",
            "status: needs_curator",
            "note: Made from a GFF3; role, events and identifiers left blank are for a curator.",
            "",
        )
    )


def _table(models: Models) -> str:
    lines = ["# Transcript models of a laboratory's genes; positions 0-based half-open.", "\t".join(COLUMNS)]
    for _, own in sorted(models.items()):
        lines += ["\t".join(_row(model)) for build in BUILDS for model in own if model.build == build]
    return "\n".join(lines) + "\n"


def _row(model: Transcript) -> tuple[str, ...]:
    build: Build = model.build
    return (
        model.gene,
        build,
        model.accession,
        model.chrom,
        "+" if model.strand == 1 else "-",
        ",".join(str(start) for start, _ in model.exons),
        ",".join(str(end) for _, end in model.exons),
        "" if model.cds_start is None else str(model.cds_start),
        "" if model.cds_end is None else str(model.cds_end),
        model.status,
        model.ensembl or "",
        model.protein or "",
        model.note,
    )
