"""BCF, through htslib: its records become VCF lines, so that everything after is one way.

pysam is imported here only, when a BCF is met: its start-up is a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netboard.errors import InputError
from netboard.variants.contigs import chromosome
from netboard.variants.found import Gatherer, Scanned, Sink, Spool
from netboard.variants.indexed import ONLY_PARTS
from netboard.variants.sieve import LEFT, Yield
from netboard.variants.targets import TargetSet
from netboard.variants.workers import read_side_by_side

if TYPE_CHECKING:
    from netboard.variants.source import Opened

#: Bases between two targets that are rather read than skipped: each fetch inflates a block anew.
_NEAR = 100_000
_STRUCTURAL_KEYS = ("SVTYPE", "SVLEN", "SVCLAIM")


@contextmanager
def _reading(path: Path, where: str) -> Iterator[Any]:
    import pysam

    before = pysam.set_verbosity(0)
    try:
        with pysam.VariantFile(str(path)) as handle:
            yield handle
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            f"the BCF cannot be read ({' '.join(str(error).split())[:120]})",
            where=where,
            remedy="Copy the file again, or convert it with `bcftools view`",
        ) from error
    finally:
        pysam.set_verbosity(before)


def header_text(path: Path, where: str) -> bytes:
    """Return the header of a BCF as VCF text, ``#CHROM`` line included."""
    with _reading(path, where) as handle:
        return str(handle.header).encode()


def scan_bcf(opened: Opened, targets: TargetSet, gather: Callable[[], Gatherer] | None) -> Scanned:
    """Return the records of a BCF that concern ``targets``, all of it read.

    Raises
    ------
    InputError
        For a damaged file, or a record that a gatherer refuses.
    """
    assert opened.path is not None
    found = Yield()
    spool = Spool()
    sink = Sink(spool, gather)
    with _reading(opened.path, opened.where) as handle:
        chroms = {name: chromosome(name) for name in handle.header.contigs}
        for number, record in enumerate(handle):
            found.lines += 1
            found.contigs[record.contig] = None
            chrom = chroms.get(record.contig)
            if (
                _near(targets, chrom, record)
                or any(key in record.info for key in _STRUCTURAL_KEYS)
                or _symbolic(record)
            ):
                _take(_line(record), number, targets, sink)
    # The number of a record is its line after the header, as `bcftools view` would print it.
    spool.shift = opened.header.lines + 1
    known = any(chromosome(name) is not None for name in found.contigs)
    return Scanned([spool], found.lines, tuple(found.contigs), known, "bcf", gathered=sink.states())


def scan_indexed_bcf(
    opened: Opened, targets: TargetSet, *, workers: int, gather: Callable[[], Gatherer] | None
) -> Scanned | None:
    """Return what :func:`scan_bcf` does, reading only the parts over the targets, side by side.

    None when htslib does not accept the index.

    Raises
    ------
    InputError
        As :func:`scan_bcf`.
    """
    assert opened.path is not None
    with _reading(opened.path, opened.where) as handle:
        if handle.index is None:
            return None
        names = tuple(handle.header.contigs)
    windows = [(name, *window) for name in names for window in _windows(targets, chromosome(name))]
    count = max(1, min(workers, len(windows)))
    cuts = [len(windows) * k // count for k in range(count + 1)]
    tasks = [_Windows(opened, targets, windows[a:b], gather) for a, b in pairwise(cuts)]
    scanned = read_side_by_side(
        opened, tasks, "bcf", processes=workers, count=False, gathered=gather is not None
    )
    scanned.warnings.append(ONLY_PARTS)
    scanned.contigs = names
    scanned.known_contig = any(chromosome(name) is not None for name in names)
    return scanned


@dataclass
class _Windows:
    """The task of one process: stretches (contig as the file names it, where the one before ends, start, end)."""

    opened: Opened
    targets: TargetSet
    windows: list[tuple[str, int, int, int]]
    gather: Callable[[], Gatherer] | None

    def run(self, spool: Spool) -> tuple[Yield, list[Any] | None]:
        """Hand on the records; return the state of the gatherer (None where there is none)."""
        assert self.opened.path is not None
        sink = Sink(spool, self.gather)
        with _reading(self.opened.path, self.opened.where) as handle:
            for name, before, start, end in self.windows:
                chrom = chromosome(name)
                for record in handle.fetch(name, start, end):
                    # What begins before the end of the window before was met there.
                    if record.start >= before and _near(self.targets, chrom, record):
                        _take(_line(record), -1, self.targets, sink)
        return Yield(), sink.states()


def _near(targets: TargetSet, chrom: str | None, record: Any) -> bool:
    # END in INFO, which tells the stop, may be smaller than REF is long.
    stop = max(record.stop, record.start + len(record.ref or ""))
    return chrom is not None and (
        targets.overlaps(chrom, record.start, stop) or targets.holds(chrom, record.start)
    )


def _take(line: bytes, number: int, targets: TargetSet, sink: Sink) -> None:
    cells = line.split(b"\t") if sink.plain is not None else []
    if sink.plain is not None and len(cells) > 9 and sink.plain(cells) != LEFT:
        return
    if targets.reaches(line):
        sink.keep(number, line)


def _windows(targets: TargetSet, chrom: str | None) -> Iterator[tuple[int, int, int]]:
    """Yield (end of the one before, start, end) of stretches that hold a chromosome's targets, ascending.

    What lies close together is fetched at once.
    """
    before, window = -1, None
    for _, start, end in sorted(span for span in targets.stretches() if span[0] == chrom):
        if window is not None and start - window[1] <= _NEAR:
            window = window[0], max(window[1], end)
            continue
        if window is not None:
            yield before, *window
            before = window[1]
        window = start, end
    if window is not None:
        yield before, *window


def _symbolic(record: Any) -> bool:
    return any(alt[:1] == "<" or "[" in alt or "]" in alt for alt in record.alts or ())


def _line(record: Any) -> bytes:
    return str(record).rstrip("\n").encode()
