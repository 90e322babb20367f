"""``netboard run``: VCFs in, a report, JSON and table per tumour sample out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.cli import options
from netboard.errors import ConfigError, NetboardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netboard.interpret.settings import Settings
    from netboard.model.evidence import Knowledge
    from netboard.model.result import Interpretation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``run``."""
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="VCF, VCF.gz or BCF; - for standard input")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="directory for the results, one per sample"
    )
    parser.add_argument("--sample-sheet", metavar="TSV", help="one row per sample instead of INPUT")
    parser.add_argument(
        "--sample", metavar="NAME", help="name of the result, for one INPUT with one tumour sample"
    )
    parser.add_argument(
        "--build", choices=("GRCh37", "GRCh38"), help="genome build, when the header cannot tell"
    )
    parser.add_argument("--tumour", "--tumor", metavar="NAME", help="tumour column (comma list, or all)")
    parser.add_argument("--normal", metavar="NAME", help="column of the matched normal")
    parser.add_argument("--assay", metavar="genome|exome|FILE", help="what was sequenced")
    parser.add_argument("--targets", metavar="BED", help="targets of the assay")
    parser.add_argument(
        "--fasta",
        metavar="FASTA|BUNDLE",
        help="reference genome, or a bundle of `netboard reference build`, for genes without packaged sequence",
    )
    parser.add_argument("--segments", metavar="FILE", help="copy-number segments of the sample")
    parser.add_argument("--fusions", metavar="FILE", help="fusions of an RNA caller (Arriba, STAR-Fusion)")
    parser.add_argument(
        "--population", metavar="FILE", help="table of population frequencies, for alleles without annotation"
    )
    parser.add_argument(
        "--on-error", choices=("stop", "continue"), default="stop", help="what a failed sample does"
    )
    parser.add_argument("--formats", metavar="LIST", help="of html,json,tsv,pdf,xlsx,vcf,maf [html,json,tsv]")
    parser.add_argument("--verbose", action="store_true", help="name each skipped panel record")
    options.add_context(parser)
    options.add_settings(parser)
    options.add_knowledge(parser)


def run(args: argparse.Namespace) -> int:
    """Interpret the inputs; return 1 when a sample failed under ``--on-error continue``."""
    from netboard.cli.writing import parse_formats

    formats = parse_formats(args.formats)
    if bool(args.inputs) == bool(args.sample_sheet):
        raise UsageError("give INPUT files or --sample-sheet, and not both")
    if args.sample is not None and len(args.inputs) != 1:
        raise UsageError("--sample names the result of exactly one INPUT")
    if args.inputs.count("-") > 1:
        raise UsageError("standard input can be read once")
    knowledge = options.knowledge_of(args)
    settings = options.settings_of(args)
    if args.sample_sheet:
        return _run_sheet(args, knowledge, settings, formats)
    return _run_inputs(args, knowledge, settings, formats)


def _run_inputs(
    args: argparse.Namespace, knowledge: Knowledge, settings: Settings, formats: tuple[str, ...]
) -> int:
    from netboard.pipeline import SampleRequest, interpret_file

    context = options.context_of(args, knowledge)
    written = _Written(Path(args.out), formats)
    failed = 0
    for path in args.inputs:
        request = SampleRequest(
            vcf=path,
            sample=args.sample,
            build=args.build,
            tumour=args.tumour,
            normal=args.normal,
            context=context,
            assay=args.assay,
            targets=args.targets,
            fasta=args.fasta,
            segments=args.segments,
            fusions=args.fusions,
            population=args.population,
        )
        try:
            results = interpret_file(request, knowledge, settings, on_skip=_teller(args))
            written.check(results, path)
            for result in results:
                written.write(result)
        except NetboardError as error:
            if args.on_error == "stop":
                raise
            failed += 1
            print(f"netboard: error: {error}", file=sys.stderr)
    return 1 if failed else 0


def _run_sheet(
    args: argparse.Namespace, knowledge: Knowledge, settings: Settings, formats: tuple[str, ...]
) -> int:
    from netboard.batch import interpret_rows, read_sheet

    given = [name for name in options.CONTEXT if getattr(args, name) is not None]
    files = ("build", "tumour", "normal", "assay", "targets", "fasta", "segments", "fusions", "population")
    given += [name for name in files if getattr(args, name)]
    if given:
        raise UsageError(f"--{given[0].replace('_', '-')} is a column of the sample sheet: give it there")
    written = _Written(Path(args.out), formats)
    failed = 0
    stop = args.on_error == "stop"
    for outcome in interpret_rows(
        read_sheet(args.sample_sheet), knowledge, settings, stop_on_error=stop, on_skip=_teller(args)
    ):
        if outcome.result is None:
            failed += 1
            print(f"netboard: error: {outcome.error}", file=sys.stderr)
        else:
            written.write(outcome.result)
    return 1 if failed else 0


def _teller(args: argparse.Namespace) -> Callable[[str], None] | None:
    return (lambda text: print(f"skipped: {text}", file=sys.stderr)) if args.verbose else None


class _Written:
    """Writes results and refuses a second sample under a name already written in this run."""

    def __init__(self, directory: Path, formats: tuple[str, ...]) -> None:
        self.directory = directory
        self.formats = formats
        self._names: dict[str, str] = {}

    def check(self, results: list[Interpretation], source: str) -> None:
        """Refuse names that repeat before anything of this input is written."""
        from netboard.output import safe_name

        for result in results:
            key = safe_name(result.sample).lower()
            if key in self._names:
                raise ConfigError(
                    f"the sample name {result.sample!r} stands in {self._names[key]} too",
                    where=source,
                    remedy="Give each its own name with a sample sheet, or --sample for a single file.",
                )
            self._names[key] = source

    def write(self, result: Interpretation) -> None:
        """Write one sample and tell where its report is."""
        from netboard.cli.writing import write_sample
        from netboard.report.phrases import count_sentence

        for path in write_sample(result, self.directory, self.formats):
            print(path)
        print(count_sentence(result), file=sys.stderr)
        for warning in result.warnings:
            print(f"warning: {warning}", file=sys.stderr)
