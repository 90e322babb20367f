"""Interpretation of a sample with 200 variants of the panel, once knowledge is loaded.

Prints the median and the least time of what ``interpret/`` does between the effects of the variants and the
finished interpretation, and of its parts: findings, statements, trials, the rest. Beside it stands the whole of
``interpret_sample`` (consequences included, the file read before). The records are random substitutions with
real REF bases in coding exons of genes whose sequence is packaged. Target: 20 ms for ``interpret/`` on one
core. Nothing is asserted: timings belong to no test suite.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import netboard.pipeline as pipeline
from netboard.context import build_context
from netboard.interpret import sample as composed
from netboard.interpret.settings import Settings
from netboard.knowledge.load import load

sys.path.insert(0, str(Path(__file__).resolve().parent))


def times(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return median and least processor time of ``work`` in milliseconds, after one run that warms it.

    Processor time, since what else the machine does is no property of the code.
    """
    work()
    taken = []
    for _ in range(runs):
        started = time.process_time()
        work()
        taken.append(1e3 * (time.process_time() - started))
    return statistics.median(taken), min(taken)


def main() -> None:
    """Print the figures."""
    from report import panel_vcf

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--runs", type=int, default=25)
    args = parser.parse_args()
    knowledge, settings = load(), Settings()
    context = build_context(
        {"tumour_type": "PANET", "site": "pancreas", "grade": "G2", "stage": "metastatic"}, knowledge
    )
    with tempfile.TemporaryDirectory() as folder:
        vcf = Path(folder) / "panel.vcf"
        panel_vcf(vcf, args.variants)
        request = pipeline.SampleRequest(str(vcf), sample="S", context=context, assay="exome")
        reading = pipeline.read_variants(request, knowledge.panel)
    (sample,) = reading.samples
    whole = times(
        lambda: pipeline.interpret_sample(reading, sample, "S", request, knowledge, settings), args.runs
    )

    # what the pipeline hands to the composition, caught on its way
    caught: list[Any] = []
    plain = pipeline.interpret
    pipeline.interpret = lambda given, *rest: caught.append(given) or plain(given, *rest)  # type: ignore[func-returns-value]
    pipeline.interpret_sample(reading, sample, "S", request, knowledge, settings)
    pipeline.interpret = plain
    given = caught[0]
    engine = pipeline._engine(reading, request, knowledge.panel)
    reportable, _ = pipeline.split_effects(engine.effects_of_sample(sample.variants))

    def findings() -> object:
        return [
            pipeline.finding_of(variant, effect, knowledge.panel, settings, matched_normal=False)
            for variant, effect in reportable
        ]

    def rules() -> object:
        return composed.interpret(given, knowledge, settings, date(2026, 6, 1))

    made, ruled = times(findings, args.runs), times(rules, args.runs)
    print(
        f"{len(given.findings)} findings of {args.variants} variants; milliseconds of one core, median (least)"
    )
    for what, (median, least) in (
        ("findings", made),
        ("rules, gaps, composition", ruled),
        ("interpret/ in all", (made[0] + ruled[0], made[1] + ruled[1])),
        ("interpret_sample, with consequences", whole),
    ):
        print(f"{what:36s} {median:7.1f} ({least:.1f})")


if __name__ == "__main__":
    main()
