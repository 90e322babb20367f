"""Ranges of a seekable file, each read by a forked worker, and what they find joined in order."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import IO, Any, BinaryIO, Protocol

from netboard.errors import InputError
from netboard.variants.bgzf import NotBgzfError, bgzf_blocks, block_boundary, plain_chunks
from netboard.variants.sieve import BadLineError, Sieve, Yield
from netboard.variants.source import Opened
from netboard.variants.targets import TargetSet

_SPOOL_MEMORY = 64 << 20
#: A range must hold at least this many packed bytes to be worth a process of its own.
_MIN_RANGE = 2 << 20
#: Lines, or bytes of them, from which on a second process gathers a share.
_WORTH_SHARING = 3000
_WORTH_SHARING_BYTES = 1 << 20
MEND = "Write the file again with the program that made it"


class Spool:
    """Lines with their numbers, kept in order, in memory or (once large) in an unnamed file."""

    def __init__(self, handle: IO[bytes] | None = None) -> None:
        # Closed by close(), or with the spool: its lines are read again and again.
        spooled = tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)  # noqa: SIM115
        self._handle: IO[bytes] = handle or spooled
        self.shift = 0
        self.lines = 0
        self.size = 0

    def keep(self, number: int, line: bytes) -> None:
        """Add a line; ``number`` counts the records of its range from 0, -1 when unknown."""
        self._handle.write(b"%d\t%b\n" % (number, line))
        self.lines += 1
        self.size += len(line)

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


class Gatherer(Protocol):
    """Reads the lines of one range as they are found, in the process that found them."""

    def take(self, number: int | None, line: bytes) -> None:
        """Read a line; may raise InputError."""
        ...

    def state(self) -> Any:
        """Return what was read, in a form that can be pickled."""
        ...


@dataclass
class Scanned:
    """The lines that concern the targets, and what was seen on the way.

    ``records`` is None when they were not counted, or an index was used that does not count them. ``how``
    is ``index``, ``ranges``, ``stream`` or ``bcf``. ``gathered`` holds the states of the gatherers of all
    ranges in order; None when there were none, or when one of them failed: the lines must then be read.
    """

    spools: list[Spool]
    records: int | None
    contigs: tuple[str, ...]
    known_contig: bool
    how: str
    warnings: list[str] = field(default_factory=list)
    gathered: list[Any] | None = None

    def lines(self) -> Iterator[tuple[int | None, bytes]]:
        """Yield (1-based line number or None, line) in file order; may be asked again."""
        for spool in self.spools:
            yield from spool

    def close(self) -> None:
        """Give the spools back."""
        for spool in self.spools:
            spool.close()


def columns_of(opened: Opened) -> int:
    """Return the number of columns that the records of a file have."""
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


def bad_line(opened: Opened, number: int | None, fault: str) -> InputError:
    """Return the error for the line that is record ``number`` (from 0, None when not counted) of a file."""
    place = "" if number is None else f":{opened.header.lines + 1 + number}"
    return InputError(fault, where=f"{opened.where}{place}", remedy=MEND)


def scan_ranges(
    opened: Opened,
    targets: TargetSet,
    ranges: list[tuple[int, int]],
    *,
    fork: bool = True,
    count: bool = True,
    gather: Callable[[], Gatherer] | None = None,
) -> Scanned:
    """Read each range by a forked worker (the first by this process), and join what they found.

    Without ``fork`` this process reads them one after the other, to the same end.
    """
    assert opened.path is not None
    last = len(ranges) - 1
    tasks = [
        _Range(
            opened,
            targets,
            *ends,
            last=k == last,
            rest=None if k else opened.rest,
            count=count,
            gather=gather,
        )
        for k, ends in enumerate(ranges)
    ]
    workers = [_fork(task) if fork else partial(_guarded, task, Spool()) for task in tasks[1:]]
    results = [_guarded(tasks[0], Spool()), *(worker() for worker in workers)]
    total = 0
    contigs: dict[str, None] = {}
    known = False
    spools, states = [], []
    for spool, outcome in results:
        if isinstance(outcome, BadLineError):
            number, fault = outcome.args
            raise bad_line(opened, total + number if count else None, fault)
        if isinstance(outcome, BaseException):
            raise outcome
        found, state = outcome
        spool.shift = opened.header.lines + 1 + total
        total += found.lines
        contigs.update(found.contigs)
        known = known or found.known
        spools.append(spool)
        states.append(state)
    return Scanned(
        spools,
        total if count else None,
        tuple(contigs),
        known,
        "ranges",
        gathered=None if any(state is None for state in states) else states,
    )


class _Keeper:
    """Keeps lines in a spool, and has a gatherer read them at once where there is one."""

    def __init__(self, spool: Spool, gather: Callable[[], Gatherer] | None) -> None:
        self._spool = spool
        self._gatherer = gather() if gather is not None else None

    def keep(self, number: int, line: bytes) -> None:
        """Take a line as :meth:`Spool.keep` does."""
        self._spool.keep(number, line)
        if self._gatherer is not None:
            try:
                self._gatherer.take(None, line)
            except InputError:
                # The whole is then read again in order, so that the first fault of the file is told.
                self._gatherer = None

    def state(self) -> Any:
        """Return the state of the gatherer; None when there is none, or it failed."""
        return self._gatherer.state() if self._gatherer is not None else None


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

    def run(self, spool: Spool) -> tuple[Yield, Any]:
        """Return what the range holds, and the state of its gatherer (None: none, or it failed)."""
        opened = self.opened
        assert opened.path is not None
        keeper = _Keeper(spool, self.gather)
        first = self.rest is not None
        sieve = Sieve(self.targets, keeper.keep, columns=columns_of(opened), first=first, count=self.count)
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
        return found, keeper.state()


def _pieces(
    handle: BinaryIO, kind: str, begin: int, stop: int | None, where: str
) -> Iterator[Sequence[bytes | bytearray]]:
    if kind == "plain":
        for chunk in plain_chunks(handle, begin, stop):
            yield (chunk,)
    else:
        for _, blocks in bgzf_blocks(handle, begin, stop, where):
            yield blocks


def _to_line_feed(pieces: Iterator[Sequence[bytes | bytearray]]) -> bytes:
    parts: list[bytes | bytearray] = []
    for chunk in (part for piece in pieces for part in piece):
        at = chunk.find(b"\n")
        if at >= 0:
            parts.append(chunk[:at])
            break
        parts.append(chunk)
    return b"".join(parts)


Outcome = tuple[Spool, "tuple[Yield, Any] | BaseException"]


class _Task(Protocol):
    def run(self, spool: Spool) -> tuple[Yield, Any]: ...


@dataclass
class _Share:
    """The task of gathering from lines that were found already."""

    lines: list[tuple[int | None, bytes]]
    gather: Callable[[], Gatherer]

    def run(self, spool: Spool) -> tuple[Yield, Any]:
        """Return the state of the gatherer; the spool stays empty."""
        gatherer = self.gather()
        for _, line in self.lines:
            gatherer.take(None, line)
        return Yield(), gatherer.state()


def gather_shared(scanned: Scanned, gather: Callable[[], Gatherer], workers: int) -> None:
    """Let forked workers gather from the lines that one process found, a share each, when that pays."""
    spool = scanned.spools[0]
    few = spool.lines < _WORTH_SHARING and spool.size < _WORTH_SHARING_BYTES
    if few or spool.size > _SPOOL_MEMORY // 2:
        return
    lines = list(spool)
    cuts = [len(lines) * k // workers for k in range(workers + 1)]
    shares = [_Share(lines[a:b], gather) for a, b in pairwise(cuts)]
    others = [_fork(share) for share in shares[1:]]
    states = []
    for _, outcome in [_guarded(shares[0], Spool()), *(other() for other in others)]:
        if isinstance(outcome, BaseException):
            # The lines are read again in order, which tells the fault.
            return
        states.append(outcome[1])
    scanned.gathered = states


def _guarded(task: _Task, spool: Spool) -> Outcome:
    try:
        return spool, task.run(spool)
    except (InputError, BadLineError, NotBgzfError, OSError, MemoryError) as error:
        return spool, error


def _fork(task: _Task) -> Callable[[], Outcome]:
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
        outcome: tuple[Yield, Any] | BaseException = pickle.loads(data)
        return spool, outcome

    return wait
