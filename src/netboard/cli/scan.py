"""``netboard scan``: the streaming core alone, panel variants as a table on standard output.

Counts and skipped records go to standard error, for people; the table goes to standard output, for
programs. Coordinates are 1-based, as in VCF; VAF is a fraction from 0 to 1; an empty cell means that the
file does not say. Lines that do not concern the panel are not parsed beyond CHROM and POS.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netboard.model.variant import Build, Panel, Support
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
    parser.add_argument(
        "--count",
        action="store_true",
        help="count all records of the file too (on by itself with --verbose)",
    )
    parser.add_argument("--threads", type=int, metavar="N", help="worker processes (default: one per core)")


def run(args: argparse.Namespace) -> int:
    """Scan the input and print its panel variants; returns the exit code.

    Raises
    ------
    NetboardError
        When the input or an option is wrong.
    """
    from netboard.errors import UsageError

    if args.threads is not None and args.threads < 1:
        raise UsageError("--threads must be at least 1", where=f"--threads {args.threads}")
    # A short life of many small objects that all stay until its end: collecting garbage only costs time.
    gc.disable()
    reading = _read(args)
    sys.stdout.write("\t".join(COLUMNS) + "\n")
    for sample in reading.samples:
        if sample.rows.number:
            sys.stdout.write(sample.rows.text + "\n")
    for line in _summary(reading):
        _say(line)
    return 0


def _read(args: argparse.Namespace) -> FileReading:
    from netboard.consequence.sequence import embedded
    from netboard.errors import InputError, ReferenceMismatch
    from netboard.knowledge.panel import load_panel
    from netboard.model.variant import BUILDS
    from netboard.variants.reader import ReadOptions, read_file

    panel = load_panel()
    sequences = {build: embedded(panel, build) for build in BUILDS}
    counted = args.verbose or args.count
    options = ReadOptions(
        build=args.build,
        tumour=args.tumour,
        normal=args.normal,
        on_skip=_say if args.verbose else None,
        threads=args.threads,
        checksum=False,
        count=counted,
        row=RowWriter(panel),
    )
    try:
        return read_file(args.input, panel, sequences, options)
    except (InputError, ReferenceMismatch):
        if counted or not os.path.isfile(args.input):
            raise
        # The fault is told with its line number: the file is read again, this time counted.
        return read_file(args.input, panel, sequences, replace(options, count=True))


class RowWriter:
    """Writes variants as lines of the table: see :data:`COLUMNS`. ``panel`` names their genes."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._spans: dict[Build, dict[str, list[tuple[int, int, str]]]] = {}

    def _of(self, build: Build, chrom: str) -> Sequence[tuple[int, int, str]]:
        spans = self._spans.get(build)
        if spans is None:
            spans = self._spans[build] = {}
            for span, gene in self._panel.targets(build):
                spans.setdefault(span.chrom, []).append((span.start, span.end, gene))
        return spans.get(chrom, ())

    def borders(self, build: Build, chrom: str) -> Iterator[int]:
        """Yield the 0-based positions at which the genes change."""
        for start, end, _ in self._of(build, chrom):
            yield start
            yield end

    def genes(self, build: Build, chrom: str, start: int, end: int) -> str:
        """Return the genes whose padded stretch overlaps ``[start, end)`` (0-based), comma-separated."""
        found = (gene for begin, stop, gene in self._of(build, chrom) if begin < end and start < stop)
        return ",".join(dict.fromkeys(found))

    def support(self, ref_reads: int, alt_reads: int) -> str:
        """Return the cells of depth, alternate depth and VAF for two counts."""
        depth = ref_reads + alt_reads
        return f"{depth}\t{alt_reads}\t{alt_reads / depth:.4g}" if depth else f"0\t{alt_reads}\t"

    def plain(
        self, sample: str, key: tuple[str, int, str, str], support: str, filters: str, genes: str
    ) -> str:
        """Return the line of a substitution (0-based start in ``key``) whose other cells are known."""
        chrom, start, ref, alt = key
        return f"{sample}\t{chrom}\t{start + 1}\t{ref}\t{alt}\t{support}\t{filters}\t{genes}"

    def __call__(
        self,
        build: Build,
        sample: str,
        chrom: str,
        start: int,
        ref: str,
        alt: str,
        filters: tuple[str, ...],
        support: Support,
    ) -> str:
        """Return the line of a variant (``start`` 0-based) without its line feed."""
        genes = self.genes(build, chrom, start, start + len(ref))
        depth = "" if support.depth is None else support.depth
        reads = "" if support.alt_depth is None else support.alt_depth
        vaf = "" if support.vaf is None else f"{support.vaf:.4g}"
        passed = ";".join(filters) or "."
        return f"{sample}\t{chrom}\t{start + 1}\t{ref}\t{alt}\t{depth}\t{reads}\t{vaf}\t{passed}\t{genes}"


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _summary(reading: FileReading) -> Iterator[str]:
    """Yield the counts of a file as lines for people."""
    records = (
        ("an index was used, its records" if reading.how == "index" else "records") + " not counted"
        if reading.records is None
        else f"{reading.records} records"
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
            f"{sum(counts.skipped.values())} skipped ({skipped}); {sample.rows.number} variants, "
            f"{len(sample.copy_numbers)} copy-number stretches, {len(sample.rearrangements)} rearrangements"
        )
        yield f"{sample.name}: {sample.role_basis}"
    rest = reading.samples[_SHOWN_SAMPLES:]
    if rest:
        yield f"and {len(rest)} more samples with {sum(s.rows.number for s in rest)} variants"
