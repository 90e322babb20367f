"""``netboard reference``: cut the panel's sequence out of a genome, compare it, tell what is known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.cli import options
from netboard.errors import InputError, UsageError

if TYPE_CHECKING:
    from netboard.consequence.sequence import KnownStretches
    from netboard.model.variant import Build, Panel
    from netboard.reference.opened import Reference

_BUILDS = ("GRCh37", "GRCh38")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``netboard reference``."""
    verbs = parser.add_subparsers(dest="reference_verb", metavar="VERB", required=True)
    build = verbs.add_parser(
        "build",
        help="cut the panel's exons out of a FASTA into a small bundle that --fasta takes",
        description=(
            "Cut the exons of every panel gene, with flanks, out of a reference genome. DIR then holds a bundle "
            "of a few hundred kilobytes that `netboard run --fasta DIR` takes instead of the genome. Run it once "
            "per build into the same DIR. With --gff3 and --genes, genes of a laboratory's own panel are added: "
            "DIR/knowledge is then a directory for --knowledge."
        ),
    )
    build.add_argument(
        "--fasta", required=True, metavar="FASTA", type=Path, help="reference genome (plain or bgzipped)"
    )
    build.add_argument("--build", choices=_BUILDS, help="its build, when chromosome lengths do not tell")
    build.add_argument("--out", required=True, metavar="DIR", type=Path, help="directory of the bundle")
    build.add_argument(
        "--gff3", metavar="GFF3", type=Path, help="annotation of Ensembl, GENCODE, MANE or RefSeq (or .gz)"
    )
    build.add_argument(
        "--genes",
        metavar="LIST|FILE",
        help="symbols to add out of --gff3: comma-separated, or a file, one per line",
    )
    build.add_argument(
        "--flank", type=int, default=100, metavar="N", help="bases on either side of an exon [100]"
    )
    options.add_knowledge(build)
    verify = verbs.add_parser(
        "verify",
        help="compare a FASTA or a bundle with the packaged sequence, base by base",
        description=(
            "Compare a FASTA or a bundle with the packaged sequence. Each base that differs is a line on standard "
            "output: build, chromosome, 1-based position, the packaged base, the base given. The exit code is 1 "
            "when there is any."
        ),
    )
    verify.add_argument("path", metavar="FASTA|BUNDLE", help="what to compare")
    verify.add_argument(
        "--build", choices=_BUILDS, help="build of a FASTA, when chromosome lengths do not tell"
    )
    info = verbs.add_parser(
        "info",
        help="tell genes, builds, accessions and sizes of a bundle, a FASTA or the packaged sequence",
        description=(
            "Print what is known: of a bundle and of the packaged sequence (no argument) a line per build and gene, "
            "of a FASTA a line per chromosome."
        ),
    )
    info.add_argument("path", metavar="FASTA|BUNDLE", nargs="?", help="nothing: the packaged sequence")
    info.add_argument(
        "--build", choices=_BUILDS, help="build of a FASTA, when chromosome lengths do not tell"
    )


def run(args: argparse.Namespace) -> int:
    """Run the chosen sub-command; return its exit code."""
    if args.reference_verb == "build":
        return _build(args)
    if args.reference_verb == "verify":
        return _verify(args)
    return _info(args)


def _build(args: argparse.Namespace) -> int:
    if (args.gff3 is None) != (args.genes is None):
        raise UsageError(
            "--gff3 and --genes belong together: the annotation, and the genes to take out of it"
        )
    from netboard.reference.build import KNOWLEDGE, BuildRequest, build_bundle
    from netboard.reference.labgenes import read_symbols

    genes = read_symbols(args.genes) if args.genes is not None else ()
    request = BuildRequest(args.fasta, args.out, args.build, args.gff3, genes, args.flank)
    own = args.out / KNOWLEDGE
    if own.is_dir() and own.resolve() not in {Path(given).resolve() for given in args.knowledge}:
        args.knowledge.append(own)
    built = build_bundle(request, options.knowledge_of(args))
    made = built.made
    for note in built.notes:
        _say(f"note: {note}")
    _say(
        f"{args.out}: {len(made.genes)} genes on {made.build} from {made.origin.fasta} ({made.bytes / 1e6:.2f} MB; "
        f"{made.origin.confirmed}); the bundle holds {' and '.join(built.builds)}"
    )
    use = f"--fasta {args.out}"
    _say(f"use it with: netboard run {use}" + (f" --knowledge {built.overlay}" if built.overlay else ""))
    print(args.out)
    return 0


def _panel() -> Panel:
    from netboard.knowledge.load import load

    return load().panel


def _open(args: argparse.Namespace, panel: Panel) -> tuple[Reference, Mapping[Build, KnownStretches]]:
    from netboard.reference.opened import known_sequences, open_reference

    known = known_sequences(panel)
    return open_reference(args.path, known, args.build), known


def _verify(args: argparse.Namespace) -> int:
    from netboard.reference.agreement import Agreement, differences

    reference, known = _open(args, _panel())
    found = 0
    compared = 0
    print("build\tchrom\tpos\tpackaged\tgiven")
    for build, given in reference.sequences.items():
        for item in differences(given, known[build]):
            if isinstance(item, Agreement):
                compared += item.compared
                _say(f"{build}: {item} with the packaged sequence")
            else:
                found += 1
                print(f"{item.build}\t{item.chrom}\t{item.pos}\t{item.embedded}\t{item.given}")
    if not compared:
        raise InputError(
            "nothing could be compared: none of its bases lies in the packaged sequence",
            where=args.path,
            remedy="Give the whole primary assembly, or a bundle of the panel.",
        )
    _say(
        f"{args.path}: {found} base{'s' if found != 1 else ''} differ"
        if found
        else f"{args.path}: no base differs"
    )
    return 1 if found else 0


def _info(args: argparse.Namespace) -> int:
    panel = _panel()
    if args.path is None:
        lines, people = _packaged(panel)
    else:
        reference, _ = _open(args, panel)
        if reference.bundle is None:
            lines, people = _of_fasta(reference)
        else:
            lines, people = _of_bundle(reference, panel)
    for line in lines:
        print(line)
    for line in people:
        _say(line)
    return 0


_GENE_COLUMNS = "build\tgene\ttranscripts\taccession\tstretches\tbases\tunknown"


def _packaged(panel: Panel) -> tuple[Iterator[str], Iterator[str]]:
    from netboard.reference.packaged import packaged_genes

    genes = packaged_genes(panel)

    def rows() -> Iterator[str]:
        yield _GENE_COLUMNS
        for told in genes:
            transcripts = ",".join(told.transcripts)
            yield f"{told.build}\t{told.gene}\t{transcripts}\t{told.source}\t{told.stretches}\t{told.bases}\t0"

    def people() -> Iterator[str]:
        size = Path(panel.sequence_file).stat().st_size if panel.sequence_file else 0
        for build in _BUILDS:
            own = [told for told in genes if told.build == build]
            yield f"packaged, {build}: {len(own)} of {len(panel.genes)} genes, {sum(t.bases for t in own):,} bases"
        yield f"{panel.sequence_file}: {size / 1e6:.2f} MB for both builds"

    return rows(), people()


def _of_bundle(reference: Reference, panel: Panel) -> tuple[Iterator[str], Iterator[str]]:
    bundle = reference.bundle
    assert bundle is not None

    def rows() -> Iterator[str]:
        yield _GENE_COLUMNS
        for build, told in bundle.builds.items():
            for gene, held in told.genes.items():
                chroms = {model.chrom for g in [panel.genes.get(gene)] if g for model in g.models(build)}
                sources = ",".join(told.origin.accessions[chrom] for chrom in sorted(chroms)) or "."
                transcripts = ",".join(held.transcripts)
                yield f"{build}\t{gene}\t{transcripts}\t{sources}\t{held.stretches}\t{held.bases}\t{held.unknown}"

    def people() -> Iterator[str]:
        for build, told in bundle.builds.items():
            yield (
                f"{build}: {len(told.genes)} genes with {told.flank} bases of flank, {told.bytes / 1e6:.2f} MB, cut "
                f"by netboard {told.netboard_version} from {told.origin.fasta}; {told.origin.confirmed}"
            )
            lacking = reference.lacking(panel, build)
            if lacking:
                yield f"{build}: {len(lacking)} genes of the panel are not in it: {', '.join(lacking)}"
            for gene, held in told.genes.items():
                yield from (f"{build}: {gene}: {name}: {fault}" for name, fault in held.faults.items())
        yield f"{bundle.path}: checksums agree, SHA-256 {bundle.digest}"

    return rows(), people()


def _of_fasta(reference: Reference) -> tuple[Iterator[str], Iterator[str]]:
    from netboard.consequence.names import genome_accession
    from netboard.variants.contigs import MAIN_CHROMOSOMES

    fasta = reference.fasta
    assert fasta is not None

    def rows() -> Iterator[str]:
        yield "build\tchrom\tcontig\tlength\taccession"
        for chrom in (c for c in MAIN_CHROMOSOMES if c in fasta.contigs):
            contig = fasta.contigs[chrom]
            accession = genome_accession(chrom, fasta.build) or "."
            yield f"{fasta.build}\t{chrom}\t{contig.name}\t{contig.length}\t{accession}"

    def people() -> Iterator[str]:
        basis = f"by the length of {fasta.told_by} chromosomes" if fasta.told_by else "not by its lengths"
        agreed = reference.agreement[fasta.build]
        yield f"{fasta.path}: {fasta.build} ({basis}; {agreed} with the packaged sequence)"
        yield f"index: {fasta.index}"

    return rows(), people()


def _say(text: str) -> None:
    print(text, file=sys.stderr)
