"""How long the scan takes beside its peers, on files made here; each line says its target and whether it is met.

    python benchmarks/scan.py [--records 4000000] [--cohort-records 60000] [--samples 2000] [--keep DIR]

Files (see ``scan_inputs``): W has many records of one sample, C many samples. Whole processes are measured
from start to exit on a warm cache, best of ``--repeat``; yardstick and command take turns, so that other load
on the machine falls on both. Two ratios to the yardstick are printed: ``all`` of the whole time, and ``net``
of the time less the 0.1 s that each command is allowed for its start-up (the yardstick's time is left whole).
Targets hold for ``net`` on two cores. Peers that are not installed are named as absent. Nothing here passes
or fails: a target that is not met is a line, not an exit code.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import scan_inputs as inputs

START_UP = 0.1
_CYVCF2 = "import sys, cyvcf2\nfor _ in cyvcf2.VCF(sys.argv[1]): pass"
_PYSAM = "import sys, pysam\nfor _ in pysam.VariantFile(sys.argv[1]): pass"
_HERE = Path(__file__).resolve()
Command = list[str]


@dataclass
class Row:
    """A line to print: ``at_most`` and ``at_least`` are targets for the net ratio to the yardstick."""

    name: str
    command: Command | None
    at_most: float | None = None
    #: Times that the command's net time must exceed that of `netboard scan`.
    at_least: float | None = None
    slow: bool = False


def seconds_of(command: Command) -> float:
    """Return the wall time of a command whose output is thrown away."""
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    taken = time.perf_counter() - begin
    if done.returncode:
        # A run that failed has no time; what it said is the only trace of why.
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return taken


def tool(name: str, *arguments: str) -> Command | None:
    """Return a command of another program, None where it is not installed."""
    return [name, *arguments] if shutil.which(name) else None


def module(name: str, code: str, path: Path) -> Command | None:
    """Return a command that reads ``path`` with another library, None where it is not installed."""
    found = subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False)
    return [sys.executable, "-c", code, str(path)] if found.returncode == 0 else None


def netboard(path: Path | str, *options: str) -> Command:
    """Return the command of the scan."""
    return [sys.executable, "-m", "netboard", "scan", str(path), "--tumour", "all", *options]


def piped(path: Path) -> Command:
    """Return the scan of a file that comes through a pipe."""
    return ["sh", "-c", f"cat '{path}' | {' '.join(netboard('-'))}"]


def child(part: str, *arguments: object) -> Command:
    """Return a part of this benchmark as a process of its own."""
    return [sys.executable, str(_HERE), "--part", part, *map(str, arguments)]


def verdict(met: bool, target: str) -> str:
    """Return the end of a line."""
    return f"target {target}: {'met' if met else 'NOT met'}"


def table(title: str, yardstick: Command | None, rows: list[Row], repeat: int) -> dict[str, float]:
    """Measure and print a table; return the best time of each line."""
    print(f"\n{title}")
    if yardstick is None:
        print("  the yardstick is not installed; no ratios")
        return {}
    base = min(seconds_of(yardstick) for _ in range(2))
    times: dict[str, float] = {}
    for row in rows:
        if row.command is None:
            print(f"  {row.name:36} not installed")
            continue
        best = float("inf")
        for _ in range(1 if row.slow else repeat):
            base = min(base, seconds_of(yardstick))
            best = min(best, seconds_of(row.command))
        times[row.name] = best
    name = " ".join(Path(part).name if "/" in part else part for part in yardstick)
    print(f"  {name:36} {base:7.2f} s  all   1.00 x  (yardstick)")
    for row in rows:
        if row.name not in times:
            continue
        best = times[row.name]
        net = max(0.0, best - START_UP) / base
        end = ""
        if row.at_most is not None:
            end = verdict(net <= row.at_most, f"net <= {row.at_most:g} x")
        if row.at_least is not None:
            faster = (best - START_UP) / max(0.001, next(iter(times.values())) - START_UP)
            end = f"{faster:.0f} times netboard's; " + verdict(
                faster >= row.at_least, f">= {row.at_least:g} times"
            )
        print(f"  {row.name:36} {best:7.2f} s  all {best / base:6.2f} x  net {net:6.2f} x  {end}")
    return times


def peers(path: Path, bed: Path, times: float) -> list[Row]:
    """Return the other programs that read the whole file."""
    view = tool("bcftools", "view", "-T", str(bed), str(path))
    return [
        Row("bcftools view -T", view, at_least=times, slow=True),
        Row("cyvcf2 iteration", module("cyvcf2", _CYVCF2, path), slow=True),
        Row("pysam iteration", module("pysam", _PYSAM, path), slow=True),
    ]


def read_with(path: Path, panel_file: Path) -> None:
    """Do what ``netboard scan`` does, with the panel that :func:`genes_table` stored instead of its own."""
    gc.disable()
    from netboard.cli.scan import RowWriter
    from netboard.consequence.sequence import embedded
    from netboard.knowledge.panel import panel_of
    from netboard.model.variant import BUILDS
    from netboard.variants.reader import ReadOptions, read_file

    panel = panel_of(json.loads(panel_file.read_text()))
    sequences = {build: embedded(panel, build) for build in BUILDS}
    options = ReadOptions(checksum=False, count=False, row=RowWriter(panel))
    reading = read_file(str(path), panel, sequences, options)
    sys.stdout.write(reading.samples[0].rows.text + "\n")
    print(reading.samples[0].counts.in_targets, file=sys.stderr)
    sys.stdout.flush()
    os._exit(0)


def genes_table(path: Path, place: Path, repeat: int) -> None:
    """Print what a panel of a thousand genes costs beside one of a hundred: whole processes, taking turns."""
    from netboard.knowledge.panel import encode_panel

    print("\nA panel of 1,000 genes instead of 100 (W; whole processes, so that a row more is a row written)")
    own, commands = inputs.panel_and_sequence()[0], {}
    for genes in (100, 1000):
        file = place / f"panel.{genes}.json"
        file.write_text(json.dumps(encode_panel(inputs.larger_panel(own, genes))))
        commands[genes] = child("genes", path, file)
    times = {genes: seconds_of(command) for genes, command in commands.items()}
    for _ in range(repeat):
        for genes, command in commands.items():
            times[genes] = min(times[genes], seconds_of(command))
    for genes, command in commands.items():
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True
        )
        print(f"  {genes:5} genes {times[genes]:35.2f} s  {done.stderr.strip()} records in targets")
    ratio = times[1000] / times[100]
    net = (times[1000] - START_UP) / (times[100] - START_UP)
    print(
        f"  {'1,000 genes to 100':36} {ratio:6.2f} times  net {net:.2f}  {verdict(ratio <= 1.8, '<= 1.8 times')}"
    )


def peak_memory(command: Command) -> int:
    """Return the largest sum of resident memory (bytes) over a command's processes, looked at every 5 ms.

    Pages that two processes share count twice.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page, peak = os.sysconf("SC_PAGE_SIZE"), 0
    while process.poll() is None:
        total, todo = 0, [process.pid]
        while todo:
            number = todo.pop()
            try:
                total += int(Path(f"/proc/{number}/statm").read_text().split()[1]) * page
                todo += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
            except (OSError, IndexError):
                continue
        peak = max(peak, total)
        time.sleep(0.005)
    return peak


def memory_table(paths: dict[str, Path]) -> None:
    """Print the peak memory of the scan by size of file."""
    print("\nResident memory, all processes together (MB; pages shared by two processes count twice)")
    if not Path("/proc/self/statm").exists():
        print("  not measured: no /proc here")
        return
    peaks = {}
    for name, path in paths.items():
        peaks[name] = max(peak_memory(netboard(path)) for _ in range(2)) / 1e6
        print(f"  {name:36} {peaks[name]:6.0f} MB  {verdict(peaks[name] <= 100, '<= 100 MB')}")
    first, last = list(peaks.values())[:2]
    print(f"  {'4 times the records':36} {last / first:6.2f} times  {verdict(last <= 1.1 * first, 'flat')}")


def seek_table(paths: dict[str, Path], repeat: int) -> None:
    """Print the time of a scan that has an index, whole process."""
    print("\nWith an index (whole process, start-up included)")
    for name, path in paths.items():
        best = min(seconds_of(netboard(path)) for _ in range(repeat))
        print(f"  {name:36} {best:7.2f} s  {verdict(best <= 0.3, '<= 0.3 s')}")


def measure(options: argparse.Namespace, place: Path) -> None:
    """Make the files and print every table."""
    name, once = f"W.{options.records}", inputs.once
    bed = once(place / "panel.bed", inputs.write_bed)
    wide = once(place / f"{name}.vcf.gz", lambda p: inputs.write_vcf(p, options.records, 1))
    quarter = once(
        place / f"W.{options.records // 4}.vcf.gz", lambda p: inputs.write_vcf(p, options.records // 4, 1)
    )
    text = once(place / f"{name}.vcf", lambda p: inputs.write_text(wide, p))
    ordinary = once(place / f"{name}.gzip.vcf.gz", lambda p: inputs.write_gzip(text, p))
    seek = {
        "W, .tbi": once(place / f"{name}.tbi.vcf.gz", lambda p: inputs.index(wide, p, csi=False)),
        "W, .csi": once(place / f"{name}.csi.vcf.gz", lambda p: inputs.index(wide, p, csi=True)),
        "W, BCF and .csi": once(place / f"{name}.bcf", lambda p: inputs.write_bcf(wide, p)),
    }
    memory = {f"{options.records // 4:,} records": quarter, f"{options.records:,} records": wide}
    print(f"load of the machine: {os.getloadavg()[0]:.1f}; cores: {len(os.sched_getaffinity(0))}")
    unpack = tool("bgzip", "-dc", str(wide))
    rows = [
        Row("netboard scan", netboard(wide), 1.2),
        Row("netboard scan --threads 1", netboard(wide, "--threads", "1"), 1.8),
        Row("netboard scan - (piped)", piped(wide), 1.8),
        Row("netboard scan (text file)", netboard(text), 0.7),
        Row("netboard scan --count", netboard(wide, "--count")),
        *peers(wide, bed, 5),
    ]
    title = f"W: {options.records:,} records x 1 sample, {wide.stat().st_size / 1e6:.0f} MB packed"
    times = table(title, unpack, rows, options.repeat)
    if times:
        share = times["netboard scan --count"] / times["netboard scan"] - 1
        print(f"  counting all records costs {share:.0%} of the time and is left out unless asked for")
    rows = [Row("netboard scan", netboard(ordinary), 0.5)]
    table("W as ordinary gzip", tool("gzip", "-dc", str(ordinary)), rows, options.repeat)
    if options.cohort_records:
        name = f"C.{options.cohort_records}x{options.samples}"
        make = lambda p: inputs.write_vcf(p, options.cohort_records, options.samples)  # noqa: E731
        cohort = once(place / f"{name}.vcf.gz", make)
        rows = [
            Row("netboard scan", netboard(cohort), 1.1),
            Row("netboard scan --threads 1", netboard(cohort, "--threads", "1"), 1.5),
            *peers(cohort, bed, 10),
        ]
        title = f"C: {options.cohort_records:,} records x {options.samples:,} samples"
        table(title, tool("bgzip", "-dc", str(cohort)), rows, options.repeat)
        seek["C, .tbi"] = once(place / f"{name}.tbi.vcf.gz", lambda p: inputs.index(cohort, p, csi=False))
        seek["C, BCF and .csi"] = once(place / f"{name}.bcf", lambda p: inputs.write_bcf(cohort, p))
        memory[f"{options.samples:,} samples"] = cohort
    seek_table(seek, options.repeat)
    genes_table(wide, place, options.repeat)
    memory_table(memory)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=4_000_000, help="records of file W (one sample)")
    parser.add_argument(
        "--cohort-records", type=int, default=60_000, help="records of file C; 0 leaves it out"
    )
    parser.add_argument("--samples", type=int, default=2000, help="samples of file C")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each command; the best counts")
    parser.add_argument("--keep", type=Path, help="directory in which the files are made and kept")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        read_with(Path(options.part[1]), Path(options.part[2]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = options.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        measure(options, place)


if __name__ == "__main__":
    main()
