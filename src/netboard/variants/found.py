"""What a scan finds: lines kept in a spool, or handed at once to what reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from netboard.variants.sieve import PlainTaker

_SPOOL_MEMORY = 64 << 20


class Spool:
    """Lines with their numbers, kept in order, in memory or (once large) in an unnamed file."""

    def __init__(self, handle: IO[bytes] | None = None) -> None:
        self._handle: IO[bytes] | None = handle
        self.shift = 0

    def keep(self, number: int, line: bytes) -> None:
        """Add a line; ``number`` counts the records of its range from 0, -1 when unknown."""
        if self._handle is None:
            import tempfile

            # Closed by close(), or with the spool: its lines are read again and again.
            self._handle = tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)  # noqa: SIM115
        self._handle.write(b"%d\t%b\n" % (number, line))

    def flush(self) -> None:
        """Hand what was kept to the operating system, for another process that shares the file."""
        if self._handle is not None:
            self._handle.flush()

    def close(self) -> None:
        """Give the memory or the temporary file back."""
        if self._handle is not None:
            self._handle.close()

    def __del__(self) -> None:
        self.close()

    def __iter__(self) -> Iterator[tuple[int | None, bytes]]:
        """Yield (line number in the file from 1, or None; line)."""
        if self._handle is None:
            return
        self._handle.seek(0)
        for text in self._handle:
            number, _, line = text[:-1].partition(b"\t")
            yield (None if number == b"-1" else int(number) + self.shift), line


class Gatherer(Protocol):
    """Reads the lines of one range as they are found, in the process that found them."""

    #: Whether plain lines may be given to :meth:`take_plain` first.
    plainly: bool

    def take(self, number: int | None, line: bytes) -> None:
        """Read a line; may raise InputError."""
        ...

    def take_plain(self, cells: list[bytes]) -> int:
        """Read a line that was split at its tabs, if it is of a plain shape: see :data:`sieve.LEFT`."""
        ...

    def state(self) -> Any:
        """Return what was read, in a form that can be pickled."""
        ...


@dataclass
class Scanned:
    """The lines that concern the targets, and what was seen on the way.

    ``records`` is None when they were not counted, or an index was used that does not count them. ``how``
    is ``index``, ``ranges``, ``stream`` or ``bcf``. ``gathered`` holds the states of the gatherers of all
    ranges in order, and no lines are then kept; None when there was no gatherer.
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


class Sink:
    """Where the lines of a range go: to a gatherer at once where there is one, else into a spool."""

    def __init__(self, spool: Spool, gather: Callable[[], Gatherer] | None) -> None:
        gatherer = gather() if gather is not None else None
        self._gatherer = gatherer
        self.keep: Callable[[int, bytes], object] = spool.keep
        #: What plain lines are offered to first, None where there is no such.
        self.plain: PlainTaker | None = None
        if gatherer is not None:
            self.keep = lambda number, line: gatherer.take(None, line)
            self.plain = gatherer.take_plain if gatherer.plainly else None

    def states(self) -> list[Any] | None:
        """Return the state of the gatherer; None when there is none."""
        return [self._gatherer.state()] if self._gatherer is not None else None
