"""Which stretches of a genome the panel needs, and their bases cut out of it.

A stretch is an exon, a promoter window or a recurrent allele, with flanks. The flank has to hold what the terms
around a splice site look at (17 bases of the intron) and what an indel may move through: repeats beside exons
that are longer than :data:`FLANK` are rare, and an indel in one is then undetermined, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from netboard.consequence.names import genome_accession
from netboard.consequence.sequence import bases_or_n
from netboard.errors import InputError
from netboard.model.variant import Build, Panel, SequenceProvider
from netboard.reference.genemodels import coding_fault
from netboard.variants.contigs import MAIN_CHROMOSOMES

#: Bases on either side of an exon, a promoter or an allele.
FLANK = 100
#: The least that the terms around splice sites need.
MIN_FLANK = 20
_KNOWN = re.compile("[ACGT]+")


@dataclass(frozen=True, slots=True)
class GeneCut:
    """What was cut for one gene."""

    transcripts: tuple[str, ...]
    stretches: int
    #: Bases asked for, and those of them that the genome leaves open (N).
    bases: int
    unknown: int
    #: Transcripts whose coding sequence is not whole in this genome, with what is wrong.
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of a sequence file (without a header) and the tale of each gene."""

    build: Build
    flank: int
    rows: tuple[str, ...]
    genes: Mapping[str, GeneCut]


def stretches_of(panel: Panel, build: Build, flank: int = FLANK) -> dict[str, list[tuple[str, int, int]]]:
    """Return the stretches (chromosome, start, end; 0-based half-open) that each gene needs on ``build``.

    Those of one gene are sorted and do not touch each other; a gene without a model on ``build`` is left out.
    """
    spans: dict[str, list[tuple[str, int, int]]] = {}
    for gene in panel.genes.values():
        own = spans.setdefault(gene.symbol, [])
        own.extend((model.chrom, *exon) for model in gene.models(build) for exon in model.exons)
        for promoter in gene.promoters:
            if promoter.build == build:
                own.append((promoter.interval.chrom, promoter.interval.start, promoter.interval.end))
    for allele in panel.alleles:
        if allele.build == build and allele.gene in spans:
            spans[allele.gene].append((allele.chrom, allele.start, allele.start + len(allele.ref)))
    return {gene: _joined(own, flank) for gene, own in spans.items() if own}


def _joined(spans: list[tuple[str, int, int]], flank: int) -> list[tuple[str, int, int]]:
    joined: list[tuple[str, int, int]] = []
    for chrom, start, end in sorted((c, max(0, s - flank), e + flank) for c, s, e in spans):
        if joined and joined[-1][0] == chrom and start <= joined[-1][2]:
            joined[-1] = chrom, joined[-1][1], max(end, joined[-1][2])
        else:
            joined.append((chrom, start, end))
    return joined


def cut(genome: SequenceProvider, panel: Panel, flank: int = FLANK, *, where: str = "") -> Cut:
    """Return the panel's stretches out of ``genome``.

    Raises
    ------
    InputError
        When the genome holds none of the bases of a gene: a chromosome is missing, or masked with N.
    """
    build = genome.build
    rows: list[tuple[tuple[int, int], str]] = []
    genes: dict[str, GeneCut] = {}
    for gene, spans in sorted(stretches_of(panel, build, flank).items()):
        asked = known = 0
        for chrom, start, end in spans:
            bases = bases_or_n(genome, chrom, start, end)
            asked += end - start
            for match in _KNOWN.finditer(bases):
                low, high = start + match.start(), start + match.end()
                known += high - low
                source = genome_accession(chrom, build) or chrom
                text = "\t".join((build, chrom, str(low), str(high), gene, source, match[0]))
                rows.append(((MAIN_CHROMOSOMES.index(chrom), low), text))
        if not known:
            raise InputError(
                f"no base of {gene} is known there (chromosome {spans[0][0]}, {build})",
                where=where,
                remedy="Give the whole primary assembly, not masked with N; lower-case masking is read.",
            )
        models = panel.genes[gene].models(build)
        faults = {model.accession: coding_fault(model, genome) for model in models}
        genes[gene] = GeneCut(
            transcripts=tuple(model.accession for model in models),
            stretches=len(spans),
            bases=asked,
            unknown=asked - known,
            faults={accession: fault for accession, fault in faults.items() if fault},
        )
    return Cut(build, flank, tuple(text for _, text in sorted(rows)), genes)
