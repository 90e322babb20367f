"""The panel out of checked gene files and the reference tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from netboard.knowledge import schema
from netboard.knowledge.tree import Entry, Tree
from netboard.model.variant import BUILDS, Build, Gene, Interval, KnownAllele, Panel, Promoter, Transcript

_RESIDUE = re.compile(r"[A-Z*]([0-9]+)[A-Z*]")


def build_panel(
    tree: Tree,
    transcripts: Mapping[str, Sequence[Transcript]],
    alleles: Sequence[KnownAllele],
) -> Panel:
    """Return the panel: every gene with its models on both builds, and the recurrent alleles."""
    of_gene: dict[str, list[KnownAllele]] = {}
    for allele in alleles:
        of_gene.setdefault(allele.gene, []).append(allele)
    genes = {
        symbol: _gene(entry, transcripts.get(symbol, ()), of_gene.get(symbol, []))
        for symbol, entry in tree.genes.items()
    }
    own = tuple(known for entry in tree.genes.values() for known in _own_alleles(entry.model))
    held = tuple(allele for allele in alleles if allele.gene in genes)
    return Panel(genes=genes, alleles=held + own)


def _gene(
    entry: Entry[schema.GeneFile], transcripts: Sequence[Transcript], alleles: Sequence[KnownAllele]
) -> Gene:
    model = entry.model
    residues = set(model.hotspot_residues)
    if model.hotspots_from_alleles:
        residues |= _residues(alleles)
    return Gene(
        symbol=model.symbol,
        name=model.name,
        hgnc_id=model.hgnc,
        ncbi_gene_id=model.ncbi,
        ensembl_gene=model.ensembl,
        role=model.role,
        role_sources=tuple(model.role_sources),
        pathways=tuple(model.pathways),
        events=tuple(model.events),
        hotspot_residues=tuple(sorted(residues)),
        germline_syndrome=model.germline.syndrome if model.germline is not None else "",
        germline_sources=tuple(model.germline.sources) if model.germline is not None else (),
        summary=model.summary,
        transcripts=tuple(sorted(transcripts, key=lambda model: BUILDS.index(model.build))),
        promoters=_promoters(model),
        aliases=tuple(model.aliases),
        provenance=entry.provenance,
    )


def _residues(alleles: Sequence[KnownAllele]) -> set[int]:
    """Return the residues that the substitutions among ``alleles`` name (``V600E`` names 600)."""
    found = set()
    for allele in alleles:
        match = _RESIDUE.fullmatch(allele.label) if allele.substitution else None
        if match is not None:
            found.add(int(match.group(1)))
    return found


def _promoters(model: schema.GeneFile) -> tuple[Promoter, ...]:
    if model.promoter is None:
        return ()
    written: Mapping[Build, str] = {"GRCh37": model.promoter.GRCh37, "GRCh38": model.promoter.GRCh38}
    found = []
    for build in BUILDS:
        chrom, _, span = written[build].partition(":")
        first, _, last = span.partition("-")
        found.append(Promoter(build, Interval(chrom, int(first) - 1, int(last))))
    return tuple(found)


def _own_alleles(model: schema.GeneFile) -> list[KnownAllele]:
    found = []
    for allele in model.alleles:
        written: Mapping[Build, str] = {"GRCh37": allele.GRCh37, "GRCh38": allele.GRCh38}
        for build in BUILDS:
            place, _, change = written[build].partition(" ")
            chrom, _, position = place.partition(":")
            ref, _, alt = change.partition(">")
            found.append(
                KnownAllele(build, chrom, int(position) - 1, ref, alt, model.symbol, allele.label, False)
            )
    return found
