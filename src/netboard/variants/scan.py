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
from collections.abc import Callable

from netboard.variants.bgzf import NotBgzfError, Parts, gzip_chunks, in_parts, read_ahead
from netboard.variants.found import Gatherer, Scanned, Sink, Spool
from netboard.variants.index import UnusableError, prove_bcf_index
from netboard.variants.indexed import scan_by_index, unused
from netboard.variants.ranges import columns_of, ranges_of, scan_ranges
from netboard.variants.sieve import SMALL, BadLineError, EveryLine, Sieve
from netboard.variants.source import Opened, find_index
from netboard.variants.targets import TargetSet
from netboard.variants.workers import bad_line, may_fork


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
    ``count`` neither records nor line numbers are counted. With ``gather`` each process that reads makes a
    gatherer and hands it the lines as they are found; none is then kept.

    Raises
    ------
    InputError
        For a damaged or truncated file, or a line that is no record (named by its number).
    """
    workers = (
        threads if threads is not None else len(os.sched_getaffinity(0)) if _LINUX else os.cpu_count() or 1
    )
    if opened.kind.startswith("bcf"):
        return _scan_bcf(opened, targets, use_index, workers, gather)
    warnings: list[str] = []
    if opened.path is not None and opened.kind == "bgzf" and use_index and not opened.header.structural:
        found = scan_by_index(opened, targets, warnings, workers=workers if may_fork() else 1, gather=gather)
        if found is not None:
            return found
    ranges = ranges_of(opened, workers)
    try:
        if len(ranges) > 1 and may_fork():
            scanned = scan_ranges(opened, targets, ranges, processes=workers, count=count, gather=gather)
        else:
            scanned = _in_one(opened, targets, count=count, ahead=workers > 1, gather=gather)
    except NotBgzfError:
        scanned = _mixed(opened, targets, count, gather)
    scanned.warnings[:0] = warnings
    return scanned


_LINUX = hasattr(os, "sched_getaffinity")


def _scan_bcf(
    opened: Opened, targets: TargetSet, use_index: bool, workers: int, gather: Callable[[], Gatherer] | None
) -> Scanned:
    from netboard.variants.bcf import scan_bcf, scan_indexed_bcf

    assert opened.path is not None
    index = find_index(opened.path) if use_index and not opened.header.structural else None
    warnings: list[str] = []
    if index is not None:
        try:
            prove_bcf_index(opened.path, index)
        except UnusableError as error:
            warnings.append(unused(index, error))
        else:
            processes = workers if may_fork() else 1
            found = scan_indexed_bcf(opened, targets, workers=processes, gather=gather)
            if found is not None:
                return found
    scanned = scan_bcf(opened, targets, gather)
    scanned.warnings[:0] = warnings
    return scanned


def _in_one(
    opened: Opened,
    targets: TargetSet,
    *,
    count: bool = True,
    ahead: bool = False,
    gather: Callable[[], Gatherer] | None = None,
) -> Scanned:
    spool = Spool()
    sink = Sink(spool, gather)
    chunks: list[Parts] = [(opened.rest,)]
    amount = len(opened.rest)
    # A little is read ahead to see whether the file is small: then no expression need be compiled.
    for _, parts in opened.chunks:
        chunks.append(parts)
        amount += sum(map(len, parts))
        if amount >= SMALL:
            break
    small = amount < SMALL
    columns = columns_of(opened)
    sieve = Sieve(
        targets,
        sink.keep,
        columns=columns,
        first=True,
        search=EveryLine() if small else None,
        count=count,
        plain=sink.plain,
    )
    try:
        for parts in chunks:
            sieve.feed(*parts)
        # Inflating gives the interpreter free: one thread inflates while this one searches.
        unread = opened.chunks
        for _, parts in read_ahead(unread) if ahead and not small and opened.kind != "plain" else unread:
            sieve.feed(*parts)
        found = sieve.finish(b"", last=True)
    except BadLineError as error:
        number, fault = error.args
        raise bad_line(opened, number if count else None, fault) from None
    spool.shift = opened.header.lines + 1
    records = found.lines if count else None
    return Scanned([spool], records, tuple(found.contigs), found.known, "stream", gathered=sink.states())


def _mixed(opened: Opened, targets: TargetSet, count: bool, gather: Callable[[], Gatherer] | None) -> Scanned:
    """Read a file whose later members are ordinary gzip from its beginning, as gzip."""
    assert opened.path is not None
    with opened.path.open("rb") as handle:
        chunks = in_parts(gzip_chunks(handle, opened.where))
        data = b""
        for _, parts in chunks:
            data = b"".join((data, *parts))
            at = 0 if data.startswith(b"#CHROM") else data.find(b"\n#CHROM") + 1
            end = data.find(b"\n", at) + 1
            if end and (at or data.startswith(b"#CHROM")):
                opened.rest, opened.chunks = data[end:], chunks
                break
        return _in_one(opened, targets, count=count, gather=gather)
