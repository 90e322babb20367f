"""``netboard scan``: the streaming core alone, panel variants as a table on standard output.

Counts and skipped records go to standard error, for people; the table goes to standard output, for
programs. Coordinates are 1-based, as in VCF; VAF is a fraction from 0 to 1; an empty cell means that the
file does not say. Lines that do not concern the panel are not parsed beyond CHROM and POS.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netboard.model.variant import Interval, Variant
    from netboard.variants.reader import FileReading

COLUMNS = ("sample", "chrom", "pos", "ref", "alt", "depth", "alt_depth", "vaf", "filter", "gene")
#: Samples whose counts are printed one by one; of a larger cohort the sums are.
_SHOWN_SAMPLES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``netboard scan``."""
    parser.add_argument("input", metavar="INPUT", help="VCF, VCF.gz or BCF; - reads standard input")
    parser.add_argument(
        "--build", choices=("GRCh37", "GRCh38"), help="genome build, when the file does not tell"
    )
    parser.add_argument(
        "--tumour", "--tumor", metavar="NAME", help="tumour sample(s), comma-separated, or all"
    )
    parser.add_argument("--normal", metavar="NAME", help="matched normal sample")
    parser.add_argument(
        "--verbose", action="store_true", help="name each panel record that is skipped, and why"
    )
    parser.add_argument("--threads", type=int, metavar="N", help="worker processes (default: one per core)")


def run(args: argparse.Namespace) -> int:
    """Scan the input and print its panel variants; returns the exit code.

    Raises
    ------
    NetboardError
        When the input or an option is wrong.
    """
    from netboard.consequence.sequence import embedded
    from netboard.errors import UsageError
    from netboard.knowledge.load import load
    from netboard.model.variant import BUILDS
    from netboard.variants.reader import ReadOptions, read_file

    if args.threads is not None and args.threads < 1:
        raise UsageError("--threads must be at least 1", where=f"--threads {args.threads}")
    panel = load().panel
    options = ReadOptions(
        build=args.build,
        tumour=args.tumour,
        normal=args.normal,
        on_skip=_say if args.verbose else None,
        threads=args.threads,
        checksum=False,
    )
    reading = read_file(args.input, panel, {build: embedded(panel, build) for build in BUILDS}, options)
    targets: dict[str, list[tuple[Interval, str]]] = {}
    for span, gene in panel.targets(reading.build):
        targets.setdefault(span.chrom, []).append((span, gene))
    sys.stdout.write("\t".join(COLUMNS) + "\n")
    for sample in reading.samples:
        for variant in sample.variants:
            sys.stdout.write("\t".join(_cells(variant, targets)) + "\n")
    for line in _summary(reading):
        _say(line)
    return 0


def _cells(variant: Variant, targets: Mapping[str, Sequence[tuple[Interval, str]]]) -> tuple[str, ...]:
    support = variant.support
    genes = [
        gene
        for span, gene in targets.get(variant.chrom, ())
        if span.start < variant.end and variant.start < span.end
    ]
    return (
        variant.sample,
        variant.chrom,
        str(variant.pos),
        variant.ref,
        variant.alt,
        "" if support.depth is None else str(support.depth),
        "" if support.alt_depth is None else str(support.alt_depth),
        "" if support.vaf is None else f"{support.vaf:.4g}",
        ";".join(variant.filters) or ".",
        ",".join(dict.fromkeys(genes)),
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _summary(reading: FileReading) -> Iterator[str]:
    """Yield the counts of a file as lines for people."""
    records = (
        "records not counted (an index was used)" if reading.records is None else f"{reading.records} records"
    )
    check = reading.ref_check
    yield f"{reading.path}: {records}, build {reading.build} ({reading.build_basis})"
    yield f"REF bases: {check.agree} agree, {check.disagree} disagree, {check.unverifiable} not in known sequence"
    for warning in reading.warnings:
        yield f"warning: {warning}"
    for sample in reading.samples[:_SHOWN_SAMPLES]:
        counts = sample.counts
        skipped = ", ".join(f"{n} {reason}" for reason, n in counts.skipped.items()) or "none"
        yield (
            f"{sample.name}: {counts.in_targets} records in targets = {counts.kept} kept + "
            f"{sum(counts.skipped.values())} skipped ({skipped}); {len(sample.variants)} variants, "
            f"{len(sample.copy_numbers)} copy-number stretches, {len(sample.rearrangements)} rearrangements"
        )
        yield f"{sample.name}: {sample.role_basis}"
    rest = reading.samples[_SHOWN_SAMPLES:]
    if rest:
        yield f"and {len(rest)} more samples with {sum(len(s.variants) for s in rest)} variants"
