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
import pickle
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

from netboard.errors import InputError
from netboard.variants import index as indexes
from netboard.variants.bgzf import NotBgzfError, bgzf_chunks, block_boundary, gzip_chunks, plain_chunks
from netboard.variants.contigs import chromosome
from netboard.variants.sieve import SMALL, BadLineError, Sieve, Yield
from netboard.variants.source import Opened
from netboard.variants.targets import TargetSet

_SPOOL_MEMORY = 64 << 20
#: A range must hold at least this many packed bytes to be worth a process of its own.
_MIN_RANGE = 2 << 20


class Spool:
    """Lines with their numbers, kept in order, in memory or (once large) in an unnamed file."""

    def __init__(self, handle: IO[bytes] | None = None) -> None:
        # Closed by close(), or with the spool: its lines are read again and again.
        spooled = tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)  # noqa: SIM115
        self._handle: IO[bytes] = handle or spooled
        self.shift = 0

    def keep(self, number: int, line: bytes) -> None:
        """Add a line; ``number`` counts the records of its range from 0, -1 when unknown."""
        self._handle.write(b"%d\t%b\n" % (number, line))

    def flush(self) -> None:
        """Hand what was kept to the operating system, for another process that shares the file."""
        self._handle.flush()

    def close(self) -> None:
        """Give the memory or the temporary file back."""
        self._handle.close()

    def __del__(self) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[int | None, bytes]]:
        """Yield (line number in the file from 1, or None; line)."""
        self._handle.seek(0)
        for text in self._handle:
            number, _, line = text[:-1].partition(b"\t")
            yield (None if number == b"-1" else int(number) + self.shift), line


@dataclass
class Scanned:
    """The lines that concern the targets, and what was seen on the way.

    ``records`` is None when an index was used that does not count them. ``how`` is ``index``,
    ``ranges``, ``stream`` or ``bcf``.
    """

    spools: list[Spool]
    records: int | None
    contigs: tuple[str, ...]
    known_contig: bool
    how: str
    warnings: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int | None, bytes]]:
        """Yield (1-based line number or None, line) in file order; may be asked again."""
        for spool in self.spools:
            yield from spool

    def close(self) -> None:
        """Give the spools back."""
        for spool in self.spools:
            spool.close()


def scan(
    opened: Opened, targets: TargetSet, *, threads: int | None = None, use_index: bool = True
) -> Scanned:
    """Return the lines of an opened file that concern ``targets``.

    ``threads`` is the number of worker processes (default: the cores this process may use).

    Raises
    ------
    InputError
        For a damaged or truncated file, or a line that is no record (named by its number).
    """
    if opened.kind.startswith("bcf"):
        return _scan_bcf(opened, targets, use_index)
    warnings: list[str] = []
    if opened.path is not None and opened.kind == "bgzf" and use_index and not opened.header.structural:
        found = _by_index(opened, opened.path, targets, warnings)
        if found is not None:
            return found
    workers = (
        threads if threads is not None else len(os.sched_getaffinity(0)) if _LINUX else os.cpu_count() or 1
    )
    ranges = ranges_of(opened, workers)
    try:
        if len(ranges) > 1 and _may_fork():
            scanned = scan_ranges(opened, targets, ranges)
        else:
            scanned = _in_one(opened, targets)
    except NotBgzfError:
        scanned = _mixed(opened, targets)
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
    index = indexes.find_index(path)
    return index is not None and index.stat().st_mtime >= path.stat().st_mtime


def _by_index(opened: Opened, path: Path, targets: TargetSet, warnings: list[str]) -> Scanned | None:
    index_path = indexes.find_index(path)
    if index_path is None:
        return None
    try:
        index = indexes.load_index(path, index_path)
    except indexes.UnusableError as error:
        warnings.append(f"the index {index_path.name} is not used: {error}; the whole file was read")
        return None
    spool = Spool()
    columns = _columns(opened)
    with path.open("rb") as handle:
        for begin, stop in indexes.chunks_over(index, targets.intervals(), chromosome):
            for line in indexes.lines_of(handle, begin, stop, opened.where):
                if targets.reaches(line):
                    _check(line, columns, opened.where)
                    spool.keep(-1, line)
    names = tuple(c.name for c in index.contigs if c.bins)
    known = any(chromosome(name) is not None for name in names)
    return Scanned([spool], index.records, names, known, "index")


def _check(line: bytes, columns: int, where: str) -> None:
    from netboard.variants.sieve import fault_of

    fault = fault_of(line, columns)
    if fault:
        place = b" ".join(line.split(b"\t", 2)[:2]).decode("utf-8", "replace")
        raise InputError(fault, where=f"{where} (record {place})", remedy=_MEND)


_MEND = "Write the file again with the program that made it"


def _columns(opened: Opened) -> int:
    return 9 + len(opened.header.samples) if opened.header.samples else 8


def ranges_of(opened: Opened, workers: int, least: int = _MIN_RANGE) -> list[tuple[int, int]]:
    """Cut the data after the header into byte ranges that begin at block boundaries, one per worker.

    A range holds about ``least`` bytes or more; there are none for a stream or a gzip file.
    """
    begin, size = opened.offset, opened.size
    if opened.path is None or opened.kind == "gzip":
        return []
    if opened.kind == "plain":
        # The stream has read on past the header; a plain file's records begin where the rest began.
        begin = _plain_begin(opened)
    count = max(1, min(workers, (size - begin) // least))
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


def _may_fork() -> bool:
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return sys.platform != "darwin"


def _in_one(opened: Opened, targets: TargetSet) -> Scanned:
    spool = Spool()
    chunks = [opened.rest]
    amount = len(opened.rest)
    # A little is read ahead to see whether the file is small: then no expression need be compiled.
    for _, chunk in opened.chunks:
        chunks.append(chunk)
        amount += len(chunk)
        if amount >= SMALL:
            break
    sieve = Sieve(targets, spool.keep, columns=_columns(opened), first=True, small=amount < SMALL)
    try:
        for chunk in chunks:
            sieve.feed(chunk)
        for _, chunk in opened.chunks:
            sieve.feed(chunk)
        found = sieve.finish(b"", last=True)
    except BadLineError as error:
        raise _bad(opened, *error.args) from None
    spool.shift = opened.header.lines + 1
    return Scanned([spool], found.lines, tuple(found.contigs), found.known, "stream")


def _mixed(opened: Opened, targets: TargetSet) -> Scanned:
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
        return _in_one(opened, targets)


def _bad(opened: Opened, number: int, fault: str) -> InputError:
    return InputError(fault, where=f"{opened.where}:{opened.header.lines + 1 + number}", remedy=_MEND)


def scan_ranges(
    opened: Opened, targets: TargetSet, ranges: list[tuple[int, int]], *, fork: bool = True
) -> Scanned:
    """Read each range by a forked worker (the first by this process), and join what they found.

    Without ``fork`` this process reads them one after the other, to the same end.
    """
    assert opened.path is not None
    last = len(ranges) - 1
    tasks = [_work(opened, targets, *ends, last=k == last) for k, ends in enumerate(ranges) if k]
    workers = (
        [_fork(task) for task in tasks] if fork else [partial(_guarded, task, Spool()) for task in tasks]
    )
    results = [_guarded(_work(opened, targets, *ranges[0], last=last == 0, rest=opened.rest), Spool())]
    results += [worker() for worker in workers]
    total = 0
    contigs: dict[str, None] = {}
    known = False
    spools = []
    for spool, outcome in results:
        if isinstance(outcome, BadLineError):
            raise _bad(opened, total + outcome.args[0], outcome.args[1])
        if isinstance(outcome, BaseException):
            raise outcome
        spool.shift = opened.header.lines + 1 + total
        total += outcome.lines
        contigs.update(outcome.contigs)
        known = known or outcome.known
        spools.append(spool)
    return Scanned(spools, total, tuple(contigs), known, "ranges")


Task = Callable[[Spool], Yield]


def _work(
    opened: Opened, targets: TargetSet, begin: int, stop: int, *, last: bool, rest: bytes | None = None
) -> Task:
    path, where, kind, columns = opened.path, opened.where, opened.kind, _columns(opened)
    assert path is not None

    def task(spool: Spool) -> Yield:
        first = rest is not None
        sieve = Sieve(targets, spool.keep, columns=columns, first=first)
        with path.open("rb") as handle:
            if rest and kind == "bgzf":
                sieve.feed(rest)
            handle.seek(begin)
            for chunk in _pieces(handle, kind, begin, stop, where):
                sieve.feed(chunk)
            ending = b""
            if sieve.pending and not last:
                handle.seek(stop)
                ending = _to_line_feed(_pieces(handle, kind, stop, None, where))
        return sieve.finish(ending, last)

    return task


def _pieces(handle: BinaryIO, kind: str, begin: int, stop: int | None, where: str) -> Iterator[bytes]:
    if kind == "plain":
        yield from plain_chunks(handle, begin, stop)
    else:
        for _, chunk in bgzf_chunks(handle, begin, stop, where):
            yield chunk


def _to_line_feed(chunks: Iterator[bytes]) -> bytes:
    parts = []
    for chunk in chunks:
        at = chunk.find(b"\n")
        if at >= 0:
            parts.append(chunk[:at])
            break
        parts.append(chunk)
    return b"".join(parts)


Outcome = tuple[Spool, "Yield | BaseException"]


def _guarded(task: Task, spool: Spool) -> Outcome:
    try:
        return spool, task(spool)
    except (InputError, BadLineError, NotBgzfError, OSError, MemoryError) as error:
        return spool, error


def _fork(task: Task) -> Callable[[], Outcome]:
    """Run ``task`` in a forked process; the function returned waits for it and gives what it found."""
    # The child closes nothing of the parent's: the temporary file is shared by both on purpose.
    shared = tempfile.TemporaryFile()  # noqa: SIM115
    spool = Spool(shared)
    receive, send = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        try:
            os.close(receive)
            _, outcome = _guarded(task, spool)
            spool.flush()
            with os.fdopen(send, "wb") as pipe:
                pickle.dump(outcome, pipe)
            os._exit(0)
        except BaseException:
            os._exit(3)
    os.close(send)

    def wait() -> Outcome:
        with os.fdopen(receive, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(process, 0)
        if status or not data:
            failed = InputError(
                f"a worker process ended early (status {status})",
                remedy="Run again with --threads 1; was memory short?",
            )
            return spool, failed
        outcome: Yield | BaseException = pickle.loads(data)
        return spool, outcome

    return wait
