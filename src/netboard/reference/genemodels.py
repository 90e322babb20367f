"""Transcript models out of a GFF3: which transcript of a gene speaks, and whether its bases bear it out.

The order of choice is MANE Select (with MANE Plus Clinical behind it), the transcript that the same gene has on
the other build, RefSeq Select or Ensembl canonical, and the longest coding sequence; the reason is kept in the
model's note. A model is taken only when its coding sequence is whole in the genome: it starts with ATG, has
whole codons, and its only stop is its last codon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netboard.consequence.project import TranscriptView
from netboard.consequence.translation import translate
from netboard.errors import InputError
from netboard.model.variant import Build, SequenceProvider, Transcript
from netboard.reference.gff3 import GffGene, GffTranscript

_SELECT, _CLINICAL = "MANE Select", "MANE Plus Clinical"
_CANONICAL = ("RefSeq Select", "Ensembl canonical")


@dataclass(frozen=True, slots=True)
class Choice:
    """The models of one gene (the one to be reported first), and what was passed over."""

    models: tuple[Transcript, ...]
    notes: tuple[str, ...] = ()


def coding_fault(model: Transcript, sequence: SequenceProvider) -> str:
    """Return what is wrong with the coding sequence of a model in a genome, ``""`` when it is whole."""
    view = TranscriptView(model, sequence)
    if view.cds is None:
        return ""
    mrna = view.mrna
    if mrna is None:
        return "bases of its coding sequence are not known"
    coding = mrna[view.cds[0] : view.cds[1]]
    protein, stopped = translate(coding)
    if len(coding) % 3:
        return f"its coding sequence of {len(coding)} bases has no whole codons"
    if not coding.startswith("ATG"):
        return f"its coding sequence starts with {coding[:3]}, not ATG"
    if not stopped:
        return "its coding sequence ends without a stop"
    if 3 * (len(protein) + 1) != len(coding):
        return (
            f"a stop at residue {len(protein) + 1} of {len(coding) // 3 - 1} lies inside its coding sequence"
        )
    return ""


def choose_models(
    gene: GffGene, genome: SequenceProvider, elsewhere: Sequence[Transcript] = (), *, where: str = ""
) -> Choice:
    """Return the models of a gene on the genome's build.

    ``elsewhere`` are the gene's models on the other build: the same transcript is taken where it exists, so that
    residues are numbered alike.

    Raises
    ------
    InputError
        When no transcript of the gene can be used; why is told for each of the first ones.
    """
    other = [_stem(model.accession) for model in elsewhere]
    coding = [item for item in gene.transcripts if item.cds]
    ranked = sorted(coding or gene.transcripts, key=lambda item: _rank(item, other))
    chosen: list[Transcript] = []
    passed: list[str] = []
    for item in ranked:
        clinical = _CLINICAL in item.tags and _SELECT not in item.tags
        if chosen and not clinical:
            continue
        model = _model(gene, item, genome.build, _why(item, other))
        fault = item.fault or coding_fault(model, genome)
        if fault:
            passed.append(f"{item.accession}: {fault}")
        else:
            chosen.append(model)
    if not chosen:
        tried = "; ".join(passed[:3]) or "it has no transcript"
        raise InputError(
            f"no transcript of {gene.symbol} can be used on {genome.build} ({tried})",
            where=where,
            remedy="Check that the GFF3 is of the FASTA's build, or leave the gene out.",
        )
    return Choice(tuple(chosen), tuple(passed))


def _stem(accession: str) -> str:
    return accession.partition(".")[0]


def _rank(item: GffTranscript, other: Sequence[str]) -> tuple[int, int, int, str]:
    # A Plus Clinical transcript that is not Select comes last: it stands beside the chosen one.
    if _SELECT in item.tags:
        place = 0
    elif other and _stem(item.accession) == other[0]:
        place = 1
    elif any(tag in item.tags for tag in _CANONICAL):
        place = 2
    elif _CLINICAL in item.tags:
        place = 4
    else:
        place = 3
    coding = sum(end - start for start, end in item.cds)
    whole = sum(end - start for start, end in item.exons)
    return place, -coding, -whole, item.accession


def _why(item: GffTranscript, other: Sequence[str]) -> str:
    if _SELECT in item.tags:
        return "MANE Select by the GFF3"
    if _CLINICAL in item.tags:
        return "MANE Plus Clinical by the GFF3"
    if _stem(item.accession) in other:
        return "the gene's transcript on the other build"
    canonical = next((tag for tag in _CANONICAL if tag in item.tags), "")
    if canonical:
        return f"{canonical} by the GFF3"
    return "the longest coding sequence of the GFF3" if item.cds else "the longest transcript of the GFF3"


def _model(gene: GffGene, item: GffTranscript, build: Build, why: str) -> Transcript:
    status = next((tag for tag in (_SELECT, _CLINICAL) if tag in item.tags), "stand-in")
    whole = "coding sequence whole" if item.cds else "no coding sequence"
    return Transcript(
        gene=gene.symbol,
        build=build,
        accession=item.accession,
        chrom=gene.chrom,
        strand=gene.strand,
        exons=item.exons,
        cds_start=item.cds[0][0] if item.cds else None,
        cds_end=item.cds[-1][1] if item.cds else None,
        status=status,
        ensembl=item.ensembl or None,
        protein=item.protein or None,
        note=f"{why}; {whole}",
    )
