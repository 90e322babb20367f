"""Start-up and one small report, as ratios to a bare Python start-up in the same run.

Prints the wall time of ``netboard --help`` and of ``netboard run`` on a VCF of 100 panel records (HTML,
JSON and TSV, start-up included), each the median of several runs, beside ``python -c pass`` and, where
it is installed, a bare ``import pandas``, the usual price of a report tool's first line.

Targets: 0.2 s and 1.0 s on two cores. Nothing here is asserted: timings belong to no test suite.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from netboard.consequence.sequence import embedded
from netboard.knowledge.load import load


def panel_vcf(path: Path, records: int, seed: int = 1) -> None:
    """Write a GRCh38 VCF of substitutions with real REF bases in coding exons of the panel."""
    knowledge = load()
    sequence = embedded(knowledge.panel, "GRCh38")
    dice = random.Random(seed)
    lines: set[tuple[str, int, str, str]] = set()
    models = [gene.models("GRCh38")[0] for gene in knowledge.panel.genes.values() if gene.models("GRCh38")]
    while len(lines) < records:
        model = dice.choice(models)
        start, end = dice.choice(model.exons)
        place = dice.randrange(start, end)
        ref = sequence.base(model.chrom, place, place + 1)
        if ref is not None:
            lines.add((model.chrom, place + 1, ref, dice.choice([base for base in "ACGT" if base != ref])))
    header = (
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1\n"
    )
    body = "".join(
        f"chr{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT:AD\t0/1:60,40\n"
        for chrom, pos, ref, alt in sorted(lines)
    )
    path.write_text(header + body)


def wall(command: list[str], runs: int) -> float:
    """Return the median wall time of a command in seconds, after one run that warms the caches."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    """Run the benchmark and print its lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100)
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    netboard = [sys.executable, "-m", "netboard"]
    script = shutil.which("netboard", path=str(Path(sys.executable).parent))
    if script is not None:
        netboard = [script]
    with tempfile.TemporaryDirectory() as name:
        vcf = Path(name) / "panel.vcf"
        panel_vcf(vcf, args.records)
        bare = wall([sys.executable, "-c", "pass"], args.runs)
        run = [*netboard, "run", str(vcf), "--out", f"{name}/out"]
        rows = [
            ("python -c pass", bare),
            ("netboard --help", wall([*netboard, "--help"], args.runs)),
            (f"netboard run, {args.records} records", wall(run, args.runs)),
        ]
        try:
            rows.append(
                ("python -c 'import pandas'", wall([sys.executable, "-c", "import pandas"], args.runs))
            )
        except subprocess.CalledProcessError:
            print("pandas is not installed: that peer is left out")
    for what, seconds in rows:
        print(f"{what:32s} {seconds:7.3f} s  {seconds / bare:6.1f} x python start-up")


if __name__ == "__main__":
    main()
