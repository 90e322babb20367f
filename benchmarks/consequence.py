"""Alleles per second through the consequence engine on one core, beside ``bcftools csq``; and start-up costs.

Random substitutions, insertions, deletions and multi-base changes with real REF bases, in coding exons of
genes whose sequence is embedded and (geometry only) of all others. Target: 3,000 alleles a second from parsed
record to named consequence. The same alleles go through ``bcftools csq`` (inside pysam, which gives terms and no
HGVS) in a process of its own, on a sparse genome of the same sequence, with and without its start. Nothing is
asserted: timings belong to no test suite.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import embedded
from netboard.knowledge.content import annotations_dir
from netboard.knowledge.load import load
from netboard.knowledge.reference import read_alleles, read_transcripts
from netboard.model.variant import Build, Panel, Variant

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "consequence"))


def alleles(panel: Panel, build: Build, count: int, *, known: bool, seed: int = 1) -> list[Variant]:
    """Return random alleles in coding exons with known (``known``) or unknown sequence."""
    dice = random.Random(seed)
    sequence = embedded(panel, build)
    models = [gene.models(build)[0] for gene in panel.genes.values() if gene.models(build)]
    found: list[Variant] = []
    while len(found) < count:
        model = dice.choice(models)
        start, end = dice.choice(model.exons)
        low, high = max(start, model.cds_start or start), min(end, model.cds_end or end)
        if high - low < 12:
            continue
        place = dice.randrange(low, high - 8)
        length = dice.choice((1, 1, 1, 1, 1, 2, 3, 5))
        ref = sequence.base(model.chrom, place, place + length)
        if (ref is not None) is not known:
            continue
        ref = ref or "".join(dice.choice("ACGT") for _ in range(length))
        alt = dice.choice([base for base in "ACGT" if base != ref[0]])
        if length > 1 or dice.random() < 0.15:
            alt = dice.choice((ref[0], ref[0] + alt, ref + alt, alt + ref[::-1]))
        if alt != ref:
            found.append(Variant(build, model.chrom, place, ref, alt, "S"))
    return found


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of ``work``."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def csq_rates(panel: Panel, build: Build, drawn: list[Variant]) -> tuple[float, float]:
    """Return alleles a second of ``bcftools csq``: with its start-up, and without (by a run of one allele)."""
    from sparse import run_csq, write_genome

    sequence = embedded(panel, build)
    models = [gene.models(build)[0] for gene in panel.genes.values() if gene.models(build)]
    spans = [(m, m.exons[0][0], m.exons[-1][1]) for m in models]
    genes = [next(m.gene for m, a, b in spans if m.chrom == v.chrom and a <= v.start < b) for v in drawn]
    with tempfile.TemporaryDirectory() as folder:
        wanted = set(genes)
        genome = write_genome(Path(folder), [m for m in models if m.gene in wanted], sequence)
        start = seconds(lambda: run_csq(genome, drawn[:1], genes[:1], alone=False))
        whole = seconds(lambda: run_csq(genome, drawn, genes, alone=False))
    return len(drawn) / whole, len(drawn) / max(whole - start, 1e-9)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alleles", type=int, default=6000)
    count: int = parser.parse_args().alleles
    tables: Path = annotations_dir() / "reference"
    print(f"transcripts.tsv   {1e3 * seconds(lambda: read_transcripts(tables / 'transcripts.tsv')):7.1f} ms")
    print(f"alleles.tsv       {1e3 * seconds(lambda: read_alleles(tables / 'alleles.tsv')):7.1f} ms")
    panel = load().panel
    print(f"embedded sequence {1e3 * seconds(lambda: embedded(panel, 'GRCh38')):7.1f} ms")
    for known, label in ((True, "with sequence"), (False, "geometry only")):
        drawn = alleles(panel, "GRCh38", count, known=known)
        engine = ConsequenceEngine(panel, "GRCh38", embedded(panel, "GRCh38"), {})
        first = seconds(lambda engine=engine, drawn=drawn: engine.effects(drawn[0]))  # type: ignore[misc]
        whole = seconds(lambda engine=engine, drawn=drawn: engine.effects_of_sample(drawn))  # type: ignore[misc]
        print(f"{label}: first allele {1e3 * first:.1f} ms; {count} alleles at {count / whole:,.0f} a second")
        if known:
            with_start, without = csq_rates(panel, "GRCh38", drawn)
            print(
                f"bcftools csq, the same alleles: {with_start:,.0f} a second ({without:,.0f} without its start); "
                f"the engine has {count / whole / with_start:.2f} of that"
            )


if __name__ == "__main__":
    main()
