"""One pass over a variant file: the lines that concern the panel, quickly and never fewer.

A seekable BGZF or text file is cut into one range per core, and a worker is forked for each before any
thread exists; a stream, a gzip file or a small file is read by this process alone. A ``.tbi`` or ``.csi``
index beside the file is used when it can be trusted and when no record's mate may lie elsewhere. Each way
yields the same lines as :func:`netboard.variants.sieve.naive_lines`.

Lines go to a spool that moves to an unnamed temporary file once it is large, so that memory stays
constant however many samples a joint file has.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from netboard.variants.bgzf import NotBgzfError, gzip_chunks, read_ahead
from netboard.variants.contigs import chromosome
from netboard.variants.ranges import (
    Gatherer,
    Scanned,
    Spool,
    bad_line,
    columns_of,
    gather_shared,
    ranges_of,
    scan_ranges,
)
from netboard.variants.sieve import SMALL, BadLineError, Sieve
from netboard.variants.source import Opened, find_index
from netboard.variants.targets import TargetSet


def scan(
    opened: Opened,
    targets: TargetSet,
    *,
    threads: int | None = None,
    use_index: bool = True,
    count: bool = True,
    gather: Callable[[], Gatherer] | None = None,
) -> Scanned:
    """Return the lines of an opened file that concern ``targets``.

    ``threads`` is the number of worker processes (default: the cores this process may use). Without
    ``count`` neither records nor line numbers are counted. Each worker that reads a range makes a
    gatherer with ``gather`` and hands it the lines of the range.

    Raises
    ------
    InputError
        For a damaged or truncated file, or a line that is no record (named by its number).
    """
    workers = (
        threads if threads is not None else len(os.sched_getaffinity(0)) if _LINUX else os.cpu_count() or 1
    )
    scanned = _scan(opened, targets, workers, use_index, count, gather)
    if gather is not None and scanned.gathered is None and workers > 1 and _may_fork():
        gather_shared(scanned, gather, workers)
    return scanned


def _scan(
    opened: Opened,
    targets: TargetSet,
    workers: int,
    use_index: bool,
    count: bool,
    gather: Callable[[], Gatherer] | None,
) -> Scanned:
    if opened.kind.startswith("bcf"):
        return _scan_bcf(opened, targets, use_index)
    warnings: list[str] = []
    if opened.path is not None and opened.kind == "bgzf" and use_index and not opened.header.structural:
        found = _by_index(opened, opened.path, targets, warnings)
        if found is not None:
            return found
    ranges = ranges_of(opened, workers)
    try:
        if len(ranges) > 1 and _may_fork():
            scanned = scan_ranges(opened, targets, ranges, count=count, gather=gather)
        else:
            scanned = _in_one(opened, targets, count=count, ahead=workers > 1)
    except NotBgzfError:
        scanned = _mixed(opened, targets, count)
    scanned.warnings[:0] = warnings
    return scanned


_LINUX = hasattr(os, "sched_getaffinity")


def _scan_bcf(opened: Opened, targets: TargetSet, use_index: bool) -> Scanned:
    from netboard.variants.bcf import scan_bcf

    assert opened.path is not None
    spool = Spool()
    indexed = use_index and not opened.header.structural and _fresh_index(opened.path)
    found = scan_bcf(opened.path, opened.where, targets, spool.keep, use_index=indexed)
    # The number of a record is its line after the header, as `bcftools view` would print it.
    spool.shift = opened.header.lines + 1
    records = None if found.lines < 0 else found.lines
    return Scanned([spool], records, tuple(found.contigs), found.known, "bcf")


def _fresh_index(path: Path) -> bool:
    index = find_index(path)
    return index is not None and index.stat().st_mtime >= path.stat().st_mtime


def _by_index(opened: Opened, path: Path, targets: TargetSet, warnings: list[str]) -> Scanned | None:
    index_path = find_index(path)
    if index_path is None:
        return None
    from netboard.variants import index as indexes

    try:
        index = indexes.load_index(path, index_path, targets.intervals(), chromosome)
    except indexes.UnusableError as error:
        warnings.append(f"the index {index_path.name} is not used: {error}; the whole file was read")
        return None
    spool = Spool()
    # Each chunk holds whole lines, so that one sieve takes them all as if they followed each other.
    sieve = Sieve(targets, spool.keep, columns=columns_of(opened), first=True, count=False)
    try:
        with path.open("rb") as handle:
            for begin, stop in indexes.chunks_of(index):
                for part in indexes.bytes_of(handle, begin, stop, opened.where):
                    sieve.feed(part)
        sieve.finish(b"", last=False)
    except BadLineError as error:
        raise bad_line(opened, None, error.args[1]) from None
    names = tuple(c.name for c in index.contigs if c.begin is not None)
    known = any(chromosome(name) is not None for name in names)
    return Scanned([spool], index.records, names, known, "index")


def _may_fork() -> bool:
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return sys.platform != "darwin"


def _in_one(
    opened: Opened,
    targets: TargetSet,
    *,
    count: bool = True,
    ahead: bool = False,
) -> Scanned:
    spool = Spool()
    chunks = [opened.rest]
    amount = len(opened.rest)
    # A little is read ahead to see whether the file is small: then no expression need be compiled.
    for _, chunk in opened.chunks:
        chunks.append(chunk)
        amount += len(chunk)
        if amount >= SMALL:
            break
    small = amount < SMALL
    sieve = Sieve(targets, spool.keep, columns=columns_of(opened), first=True, small=small, count=count)
    try:
        for chunk in chunks:
            sieve.feed(chunk)
        # Inflating gives the interpreter free: one thread inflates while this one searches.
        unread = opened.chunks
        for _, chunk in read_ahead(unread) if ahead and not small and opened.kind != "plain" else unread:
            sieve.feed(chunk)
        found = sieve.finish(b"", last=True)
    except BadLineError as error:
        raise bad_line(opened, *error.args) from None
    spool.shift = opened.header.lines + 1
    records = found.lines if count else None
    return Scanned([spool], records, tuple(found.contigs), found.known, "stream")


def _mixed(opened: Opened, targets: TargetSet, count: bool) -> Scanned:
    """Read a file whose later members are ordinary gzip from its beginning, as gzip."""
    assert opened.path is not None
    with opened.path.open("rb") as handle:
        chunks = ((0, chunk) for chunk in gzip_chunks(handle, opened.where))
        data = b""
        for _, chunk in chunks:
            data += chunk
            at = 0 if data.startswith(b"#CHROM") else data.find(b"\n#CHROM") + 1
            end = data.find(b"\n", at) + 1
            if end and (at or data.startswith(b"#CHROM")):
                opened.rest, opened.chunks = data[end:], chunks
                break
        return _in_one(opened, targets, count=count)
