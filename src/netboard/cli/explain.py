"""``netboard explain``: the whole chain from a VCF record to what the report says of it."""

from __future__ import annotations

import argparse
import sys

from netboard.errors import InputError
from netboard.model.result import Finding, Interpretation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``explain``."""
    parser.add_argument("result", metavar="S.json", help="a result that `netboard run` stored")
    parser.add_argument(
        "finding", metavar="FINDING", help="id of a finding, or a gene symbol for all of its findings"
    )


def run(args: argparse.Namespace) -> int:
    """Print the chain of each finding that fits."""
    from netboard.stored import read_result

    result = read_result(args.result)
    wanted = args.finding
    found = [f for f in result.findings if wanted == f.id or wanted.upper() == f.gene.upper()]
    if not found:
        _explain_absence(result, wanted, args.result)
        return 0
    print("\n\n".join(explain(result, finding) for finding in found))
    return 0


def explain(result: Interpretation, finding: Finding) -> str:
    """Return the chain of one finding as indented text."""
    from netboard.report import chain

    return chain.text(finding.id, chain.of(result, finding))


def _explain_absence(result: Interpretation, gene: str, place: str) -> None:
    for state in result.genes:
        if state.gene.upper() == gene.upper():
            print(
                f"{state.gene}: no finding; small variants {state.small_variants}, copy number {state.copy_number}, "
                f"fusions {state.fusions}"
            )
            for gap in result.not_assessed:
                names = gap.what.replace(",", " ").replace(":", " ").split()
                if state.gene in names or "all panel genes" in gap.what:
                    print(f"  {gap.what}: {gap.why}; {gap.remedy}", file=sys.stdout)
            return
    raise InputError(
        f"no finding and no panel gene {gene!r}", where=place, remedy="Use an id of its findings."
    )
