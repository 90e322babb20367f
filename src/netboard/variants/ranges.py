"""Ranges of a seekable file, each read by a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, BinaryIO

from netboard.variants.bgzf import Parts, bgzf_blocks, block_boundary, in_parts, plain_chunks
from netboard.variants.found import Gatherer, Scanned, Sink, Spool
from netboard.variants.sieve import Search, Sieve, Yield, search_for
from netboard.variants.source import Opened
from netboard.variants.targets import TargetSet
from netboard.variants.workers import read_side_by_side

#: A range must hold at least this many packed bytes to be worth a process of its own.
_MIN_RANGE = 2 << 20
#: Ranges per process, so that one that is slowed down leaves more to the others; not of many samples.
_RANGES = 4
_MANY_SAMPLES = 20


def columns_of(opened: Opened) -> int:
    """Return the number of columns that the records of a file have."""
    return 9 + len(opened.header.samples) if opened.header.samples else 8


def ranges_of(opened: Opened, workers: int, least: int = _MIN_RANGE) -> list[tuple[int, int]]:
    """Cut the data after the header into byte ranges that begin at block boundaries, several per worker.

    A range holds about ``least`` bytes or more; there are none for a stream or a gzip file.
    """
    begin, size = opened.offset, opened.size
    if opened.path is None or opened.kind == "gzip":
        return []
    if opened.kind == "plain":
        # The stream has read on past the header; a plain file's records begin where the rest began.
        begin = _plain_begin(opened)
    # Each range has collectors of its own for every sample.
    each = 1 if workers == 1 or len(opened.header.samples) > _MANY_SAMPLES else _RANGES
    count = max(1, min(workers * each, (size - begin) // least))
    cuts = [begin]
    with opened.path.open("rb") as handle:
        for k in range(1, count):
            near = begin + (size - begin) * k // count
            cut = near if opened.kind == "plain" else block_boundary(handle, near, size)
            if cut is not None and cut > cuts[-1]:
                cuts.append(cut)
    return list(zip(cuts, [*cuts[1:], size], strict=True))


def _plain_begin(opened: Opened) -> int:
    assert opened.path is not None
    with opened.path.open("rb") as handle:
        seen = 0
        for line in handle:
            seen += len(line)
            if line.startswith(b"#CHROM"):
                break
    return seen


def scan_ranges(
    opened: Opened,
    targets: TargetSet,
    ranges: list[tuple[int, int]],
    *,
    processes: int = 1,
    count: bool = True,
    gather: Callable[[], Gatherer] | None = None,
) -> Scanned:
    """Read the ranges by this and by forked processes, and join what they found."""
    assert opened.path is not None
    last = len(ranges) - 1
    search = cache(partial(search_for, targets))
    tasks = [
        _Range(
            opened,
            targets,
            *ends,
            last=k == last,
            rest=None if k else opened.rest,
            count=count,
            gather=gather,
            search=search,
        )
        for k, ends in enumerate(ranges)
    ]
    return read_side_by_side(
        opened, tasks, "ranges", processes=processes, count=count, gathered=gather is not None
    )


@dataclass
class _Range:
    """The task of one worker: a range of the file. ``rest`` is what came with the header, in the first."""

    opened: Opened
    targets: TargetSet
    begin: int
    stop: int
    last: bool
    rest: bytes | None
    count: bool
    gather: Callable[[], Gatherer] | None
    search: Callable[[], Search]

    def run(self, spool: Spool) -> tuple[Yield, list[Any] | None]:
        """Return what the range holds, and the state of its gatherer (None where there is none)."""
        opened = self.opened
        assert opened.path is not None
        sink = Sink(spool, self.gather)
        first = self.rest is not None
        columns = columns_of(opened)
        sieve = Sieve(
            self.targets, sink.keep, columns=columns, first=first, count=self.count, plain=sink.plain,
            search=self.search(),
        )  # fmt: skip
        with opened.path.open("rb") as handle:
            if self.rest and opened.kind == "bgzf":
                sieve.feed(self.rest)
            handle.seek(self.begin)
            for parts in _pieces(handle, opened.kind, self.begin, self.stop, opened.where):
                sieve.feed(*parts)
            ending = b""
            if sieve.pending and not self.last:
                handle.seek(self.stop)
                ending = _to_line_feed(_pieces(handle, opened.kind, self.stop, None, opened.where))
        found = sieve.finish(ending, self.last)
        return found, sink.states()


def _pieces(handle: BinaryIO, kind: str, begin: int, stop: int | None, where: str) -> Iterator[Parts]:
    plain = kind == "plain"
    chunks = in_parts(plain_chunks(handle, begin, stop)) if plain else bgzf_blocks(handle, begin, stop, where)
    return (parts for _, parts in chunks)


def _to_line_feed(pieces: Iterator[Parts]) -> bytes:
    parts: list[bytes | bytearray] = []
    for chunk in (part for piece in pieces for part in piece):
        at = chunk.find(b"\n")
        if at >= 0:
            parts.append(chunk[:at])
            break
        parts.append(chunk)
    return b"".join(parts)
