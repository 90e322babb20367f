"""A sparse genome of the genes whose sequence is embedded, as FASTA and GFF3, for judges from outside.

Each gene lies on a contig of its own (its span with flanks, N where nothing is known), so that neighbours
and overlaps play no part. ``bcftools csq`` is run in a process of its own each time, since it keeps state.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from netboard.consequence.sequence import bases_or_n
from netboard.model.variant import SequenceProvider, Transcript, Variant

_FLANK = 500
_RUN = "import sys, pysam.bcftools; sys.stdout.write(pysam.bcftools.csq(*sys.argv[1:]))"


@dataclass(frozen=True)
class Contig:
    """A gene's contig: ``start`` is the genomic place of its first base."""

    name: str
    model: Transcript
    start: int
    end: int


@dataclass(frozen=True)
class Genome:
    """The files, and the contig of each gene."""

    fasta: Path
    gff: Path
    contigs: dict[str, Contig]


def write_genome(folder: Path, models: Iterable[Transcript], sequence: SequenceProvider) -> Genome:
    """Write FASTA and GFF3 of the models into ``folder``; contigs bear made-up accessions."""
    contigs = {
        model.gene: Contig(
            f"NG_{900001 + number}.1", model, model.exons[0][0] - _FLANK, model.exons[-1][1] + _FLANK
        )
        for number, model in enumerate(models)
    }
    fasta, gff = folder / "sparse.fa", folder / "sparse.gff3"
    with fasta.open("w") as out:
        for contig in contigs.values():
            text = bases_or_n(sequence, contig.model.chrom, contig.start, contig.end)
            out.write(f">{contig.name}\n")
            out.writelines(text[i : i + 100] + "\n" for i in range(0, len(text), 100))
    with gff.open("w") as out:
        out.write("##gff-version 3\n")
        for contig in contigs.values():
            out.writelines("\t".join(line) + "\n" for line in _lines(contig))
    return Genome(fasta, gff, contigs)


def _lines(contig: Contig) -> Iterable[Sequence[str]]:
    model, shift = contig.model, contig.start
    strand = "+" if model.strand > 0 else "-"
    assert model.cds_start is not None and model.cds_end is not None
    name = model.accession

    def line(kind: str, start: int, end: int, about: str, phase: str = ".") -> Sequence[str]:
        place = (str(start - shift + 1), str(end - shift))
        return (contig.name, "made", kind, *place, ".", strand, phase, about)

    start, end = model.exons[0][0], model.exons[-1][1]
    yield line("gene", start, end, f"ID=gene:{model.gene};Name={model.gene};biotype=protein_coding")
    about = f"ID=transcript:{name};Parent=gene:{model.gene};biotype=protein_coding;transcript_id={name}"
    yield line("mRNA", start, end, f"{about};gene={model.gene}")
    before = 0
    parts = []
    for low, high in model.exons if model.strand > 0 else model.exons[::-1]:
        yield line("exon", low, high, f"Parent=transcript:{name};transcript_id={name}")
        first, last = max(low, model.cds_start), min(high, model.cds_end)
        if first < last:
            parts.append((first, last, (3 - before % 3) % 3))
            before += last - first
        five, three = ((low, first), (last, high)) if model.strand > 0 else ((last, high), (low, first))
        for kind, (a, b) in (("five_prime_UTR", five), ("three_prime_UTR", three)):
            a, b = (max(a, low), min(b, high))
            coding = first < last
            beyond = (high <= model.cds_start) is (model.strand > 0) if not coding else None
            if coding and a < b:
                yield line(kind, a, b, f"Parent=transcript:{name}")
            elif not coding and beyond is (kind == "five_prime_UTR"):
                yield line(kind, low, high, f"Parent=transcript:{name}")
    for first, last, phase in parts:
        yield line(
            "CDS", first, last, f"Parent=transcript:{name};protein_id={model.protein or name}", str(phase)
        )


def run_csq(
    genome: Genome, variants: Sequence[Variant], genes: Sequence[str], *, alone: bool = True
) -> list[list[str]]:
    """Return what ``bcftools csq`` says of each variant on its gene: entries of BCSQ, ``[]`` where nothing.

    It builds haplotypes. So that each variant stands ``alone`` on one, those of a gene are of different samples;
    else its localised mode is used, which looks at one record at a time.
    """
    folder = genome.fasta.parent
    source = folder / "variants.vcf"
    column: list[int] = []
    used: dict[str, int] = {}
    for gene in genes:
        column.append(used.setdefault(gene, 0))
        used[gene] += 1
    samples = max(used.values()) if alone else 0
    order = sorted(range(len(variants)), key=lambda i: (genome.contigs[genes[i]].name, variants[i].start, i))
    with source.open("w") as out:
        out.write('##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
        for contig in genome.contigs.values():
            out.write(f"##contig=<ID={contig.name},length={contig.end - contig.start}>\n")
        names = "\t".join(f"S{number}" for number in range(samples))
        out.write(
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" + (f"\tFORMAT\t{names}" if alone else "") + "\n"
        )
        for i in order:
            v, contig = variants[i], genome.contigs[genes[i]]
            genotypes = ["0|0"] * samples
            if alone:
                genotypes[column[i]] = "0|1"
            place = f"{contig.name}\t{v.start - contig.start + 1}\t{i}\t{v.ref}\t{v.alt}"
            out.write("\t".join((place, ".", "PASS", ".", *(["GT", *genotypes] if alone else []))) + "\n")
    command = ["-p", "a"] if alone else ["-l"]
    command += ["-f", str(genome.fasta), "-g", str(genome.gff), "-n", "64", str(source)]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *command], capture_output=True, text=True, timeout=600, check=True
    )
    found: list[list[str]] = [[] for _ in variants]
    for line in done.stdout.splitlines():
        if line.startswith("#"):
            continue
        cells = line.split("\t", 8)
        info = dict(item.partition("=")[::2] for item in cells[7].split(";"))
        found[int(cells[2])] = info["BCSQ"].split(",") if "BCSQ" in info else []
    return found
