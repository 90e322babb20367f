"""A scan by index: the chunks that may hold records of the targets, read side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netboard.variants import index as indexes
from netboard.variants.contigs import chromosome
from netboard.variants.found import Gatherer, Scanned, Sink, Spool
from netboard.variants.ranges import columns_of
from netboard.variants.sieve import Sieve, Yield
from netboard.variants.source import Opened, find_index
from netboard.variants.targets import TargetSet
from netboard.variants.workers import read_side_by_side

#: Packed bytes of chunks that are worth a process of their own, and those of a block at most.
_WORTH = 1 << 18
_BLOCK = 1 << 16
#: What a reading by index cannot show. A header that declares structural fields makes the whole file be read.
ONLY_PARTS = (
    "read by its index: a breakend elsewhere whose mate lies in a gene of the panel would be seen only by reading "
    "the whole file (its header declares no structural variants)"
)


def scan_by_index(
    opened: Opened,
    targets: TargetSet,
    warnings: list[str],
    *,
    workers: int = 1,
    gather: Callable[[], Gatherer] | None = None,
) -> Scanned | None:
    """Return what the index beside a BGZF file leads to; None when there is no index to be trusted.

    Why one is not trusted is added to ``warnings``.

    Raises
    ------
    InputError
        For a damaged block, or a line that is no record.
    """
    path = opened.path
    index_path = find_index(path) if path is not None else None
    if path is None or index_path is None:
        return None
    try:
        index = indexes.load_index(path, index_path, targets.stretches(), chromosome)
    except indexes.UnusableError as error:
        warnings.append(unused(index_path, error))
        return None
    parts = _shared_out(indexes.chunks_of(index), workers)
    tasks = [_Chunks(opened, targets, part, gather) for part in parts]
    scanned = read_side_by_side(
        opened, tasks, "index", processes=workers, count=False, gathered=gather is not None
    )
    scanned.warnings.append(ONLY_PARTS)
    scanned.records = index.records
    scanned.contigs = tuple(c.name for c in index.contigs if c.begin is not None)
    scanned.known_contig = any(chromosome(name) is not None for name in scanned.contigs)
    return scanned


def unused(index: Path, error: indexes.UnusableError) -> str:
    """Return the warning that an index is not used, and why."""
    return f"the index {index.name} is not used: {error}; the whole file was read"


def _shared_out(chunks: list[tuple[int, int]], workers: int) -> list[list[tuple[int, int]]]:
    """Return the chunks (virtual offsets) in at most ``workers`` runs of about as many packed bytes each."""
    sizes = [(stop >> 16) - (begin >> 16) + _BLOCK for begin, stop in chunks]
    count = max(1, min(workers, sum(sizes) // _WORTH))
    parts: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    seen = 0
    for chunk, size in zip(chunks, sizes, strict=True):
        parts[min(count - 1, seen * count // sum(sizes))].append(chunk)
        seen += size
    return parts


@dataclass
class _Chunks:
    """The task of one process: chunks that hold whole lines, read as if they followed each other."""

    opened: Opened
    targets: TargetSet
    chunks: list[tuple[int, int]]
    gather: Callable[[], Gatherer] | None

    def run(self, spool: Spool) -> tuple[Yield, list[Any] | None]:
        """Return what the chunks hold, and the state of the gatherer (None where there is none)."""
        path = self.opened.path
        assert path is not None
        sink = Sink(spool, self.gather)
        columns = columns_of(self.opened)
        sieve = Sieve(self.targets, sink.keep, columns=columns, first=True, count=False, plain=sink.plain)
        with path.open("rb") as handle:
            for begin, stop in self.chunks:
                for part in indexes.bytes_of(handle, begin, stop, self.opened.where):
                    sieve.feed(part)
        return sieve.finish(b"", last=False), sink.states()
