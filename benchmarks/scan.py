"""How long the scan takes beside its peers, on files made here; ratios of one run, no pass or fail.

    python benchmarks/scan.py [--records 4000000] [--cohort-records 60000] [--samples 2000]

Files: W (many records, one sample) and C (many samples), GRCh38, sorted, bgzip-packed, without an index.
Every figure is the best of ``--repeat`` runs on a warm cache, whole processes from start to exit, and its
ratio to ``bgzip -dc FILE`` of the same run (or, where bgzip is not installed, to ``gzip -dc``). Peers that
are not installed are named as absent. The synthetic text packs better than real files do.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from netboard.variants.contigs import LENGTHS
from netboard.variants.targets import TargetSet

_BASES = "ACGT"
_CYVCF2 = "import sys, cyvcf2\nfor _ in cyvcf2.VCF(sys.argv[1]): pass"
_PYSAM = "import sys, pysam\nfor _ in pysam.VariantFile(sys.argv[1]): pass"


def write_vcf(path: Path, records: int, samples: int, seed: int = 1) -> None:
    """Write a sorted VCF over the autosomes and X with plausible INFO and FORMAT, packed as BGZF."""
    import pysam

    from netboard.consequence.sequence import embedded
    from netboard.knowledge.load import load

    chance = random.Random(seed)
    # In known sequence REF must be the genome's, or the file is refused.
    panel = load().panel
    sequence = embedded(panel, "GRCh38")
    genes = TargetSet((i.chrom, i.start, i.end) for i, _ in panel.targets("GRCh38"))
    lengths = {c: n for c, n in LENGTHS["GRCh38"].items() if c != "Y"}
    genome = sum(lengths.values())
    names = "\t".join(f"S{i}" for i in range(samples))
    # Rows of genotypes are drawn once and reused: to make each anew would take longer than all else.
    rows = [_row(chance, samples) for _ in range(64 if samples > 1 else 4096)]
    with pysam.BGZFile(str(path), "w", None) as out:
        head = ["##fileformat=VCFv4.2", *(f"##contig=<ID=chr{c},length={n}>" for c, n in lengths.items())]
        head.append(f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{names}")
        out.write(("\n".join(head) + "\n").encode())
        for chrom, length in lengths.items():
            count = records * length // genome
            step = length // max(1, count)
            lines, position = [], 10_000
            for _ in range(count):
                position += chance.randint(1, 2 * step - 1)
                ref, alt = chance.sample(_BASES, 2)
                if genes.overlaps(chrom, position - 1, position):
                    ref = sequence.base(chrom, position - 1, position) or ref
                    alt = alt if alt != ref else _BASES[_BASES.index(ref) - 1]
                lines.append(
                    f"chr{chrom}\t{position}\t.\t{ref}\t{alt}\t{chance.randint(20, 99)}\tPASS\t"
                    f"DP={chance.randint(20, 300)};ECNT=1;TLOD={chance.random() * 60:.2f}\tGT:AD:DP\t"
                    f"{rows[chance.randrange(len(rows))]}\n"
                )
                if len(lines) >= 2000:
                    out.write("".join(lines).encode())
                    lines = []
            out.write("".join(lines).encode())


def _row(chance: random.Random, samples: int) -> str:
    cells = []
    for _ in range(samples):
        depth = chance.randint(10, 120)
        alt = 0 if samples > 1 and chance.random() < 0.97 else chance.randint(2, depth)
        cells.append(f"{'0/1' if alt else '0/0'}:{depth - alt},{alt}:{depth}")
    return "\t".join(cells)


def targets_bed(path: Path) -> None:
    """Write the panel's targets on GRCh38 as BED, for the peers that take regions."""
    from netboard.knowledge.load import load

    spans = load().panel.targets("GRCh38")
    path.write_text("".join(f"chr{i.chrom}\t{i.start}\t{i.end}\n" for i, _ in spans))


def best(command: list[str], repeat: int) -> float:
    """Return the shortest wall time of a command whose output is thrown away."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        times.append(time.perf_counter() - begin)
        if done.returncode:
            # A run that failed has no time; what it said is the only trace of why.
            sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return min(times)


def best_of_call(call: Callable[[], object], repeat: int) -> float:
    """Return the shortest wall time of a call."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times)


def commands(path: Path, bed: Path, plain: Path | None) -> list[tuple[str, list[str] | None]]:
    """Return each competitor's name and command, None where it is not installed."""

    def tool(name: str, *arguments: str) -> list[str] | None:
        return [name, *arguments] if shutil.which(name) else None

    def module(name: str, code: str) -> list[str] | None:
        found = subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False)
        return [sys.executable, "-c", code, str(path)] if found.returncode == 0 else None

    netboard = [sys.executable, "-m", "netboard", "scan"]
    rows: list[tuple[str, list[str] | None]] = [
        ("bgzip -dc", tool("bgzip", "-dc", str(path))),
        ("gzip -dc", tool("gzip", "-dc", str(path))),
        ("netboard scan", [*netboard, str(path), "--tumour", "all"]),
        ("netboard scan --threads 1", [*netboard, str(path), "--tumour", "all", "--threads", "1"]),
        ("netboard scan - (piped)", ["sh", "-c", f"cat '{path}' | {' '.join(netboard)} - --tumour all"]),
        ("bcftools view -T", tool("bcftools", "view", "-T", str(bed), str(path))),
        ("cyvcf2 iteration", module("cyvcf2", _CYVCF2)),
        ("pysam iteration", module("pysam", _PYSAM)),
    ]
    if plain is not None:
        rows.insert(5, ("netboard scan (text file)", [*netboard, str(plain), "--tumour", "all"]))
    return rows


def scan_alone(path: Path, repeat: int) -> float:
    """Return the time of the scan without start-up, knowledge base and output."""
    from netboard.knowledge.load import load
    from netboard.variants.scan import scan
    from netboard.variants.source import open_source

    targets = TargetSet((i.chrom, i.start, i.end) for i, _ in load().panel.targets("GRCh38"))

    def once() -> None:
        opened = open_source(str(path))
        scan(opened, targets, use_index=False).close()
        opened.close()

    return best_of_call(once, repeat)


def run(title: str, path: Path, bed: Path, options: argparse.Namespace, plain: Path | None = None) -> None:
    """Print one table."""
    print(f"\n{title}: {path.stat().st_size / 1e6:.0f} MB packed")
    base: float | None = None
    for name, command in commands(path, bed, plain):
        if command is None:
            print(f"  {name:28} not installed")
            continue
        slow = name.startswith(("cyvcf2", "pysam", "bcftools"))
        seconds = best(command, 1 if slow else options.repeat)
        base = base or seconds
        print(f"  {name:28} {seconds:7.2f} s  {seconds / base:6.2f} x")
    seconds = scan_alone(path, options.repeat)
    print(f"  {'(the scan alone)':28} {seconds:7.2f} s  {seconds / (base or seconds):6.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=4_000_000, help="records of file W (one sample)")
    parser.add_argument(
        "--cohort-records", type=int, default=60_000, help="records of file C; 0 leaves it out"
    )
    parser.add_argument("--samples", type=int, default=2000, help="samples of file C")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each command; the best counts")
    parser.add_argument("--keep", type=Path, help="directory in which the files are made and kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        bed = place / "panel.bed"
        targets_bed(bed)
        wide = place / f"W.{options.records}.vcf.gz"
        if not wide.exists():
            write_vcf(wide, options.records, 1)
        text = place / f"W.{options.records}.vcf"
        if not text.exists():
            import gzip

            with gzip.open(wide) as packed, text.open("wb") as out:
                shutil.copyfileobj(packed, out)
        run(f"W: {options.records:,} records x 1 sample", wide, bed, options, text)
        if options.cohort_records:
            cohort = place / f"C.{options.cohort_records}x{options.samples}.vcf.gz"
            if not cohort.exists():
                write_vcf(cohort, options.cohort_records, options.samples)
            run(f"C: {options.cohort_records:,} records x {options.samples:,} samples", cohort, bed, options)


if __name__ == "__main__":
    main()
