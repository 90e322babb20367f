"""The filter on bytes: chunks of a VCF in, the lines that concern the panel out.

A chunk is searched as a whole with one RE2 expression (see ``targets``), and only its hits are looked
at as lines. Of lines that are not hits, CHROM and POS are seen but nothing else is parsed: a record of
another gene with a broken INFO passes by unseen. The first 256 kB of records, the last record and each
record of the panel are checked for their number of columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from netboard.variants.contigs import chromosome
from netboard.variants.targets import MARKS, POS_DIGITS, TargetSet

CAREFUL_BYTES = 1 << 18
#: Chunks whose lines are walked one by one to list every contig, when a chunk holds more than one.
_MIXED_CHUNKS = 200
#: Columns up to which one expression tells that lines are well formed.
_MANY_COLUMNS = 40
#: Below this much data a plain loop over the lines is quicker than importing and compiling RE2.
SMALL = 1 << 20
_CUT_SHORT = " (it is the last line: is the file cut short?)"


#: What became of a line: it is left for a careful look; it does not concern the panel; it was kept.
LEFT, PASSED, KEPT = 0, 1, 2
PlainTaker = Callable[[list[bytes]], int]


class BadLineError(Exception):
    """A line that is no record: (number among the lines of the range, from 0; what is wrong)."""


@dataclass
class Yield:
    """What a range of the file held."""

    #: Lines that began in the range; not kept up to date where they are not counted.
    lines: int = 0
    contigs: dict[str, None] = field(default_factory=dict)
    known: bool = False


def fault_of(line: bytes, columns: int) -> str | None:
    """Return what is wrong with the shape of a record line, None when nothing is.

    ``columns`` is the number that the header's ``#CHROM`` line has.
    """
    found = line.count(b"\t") + 1
    if line.startswith(b"#"):
        return "a header line stands among the records (were files joined by cat?)"
    if found < 8:
        if len(line.split()) >= 8:
            return "the columns are separated by spaces, not tabs"
        return f"the record has {found} columns where a VCF has at least 8"
    first = line.split(b"\t", 2)
    if not first[0].strip():
        return "CHROM is empty"
    if not first[1].isdigit() or len(first[1]) > POS_DIGITS:
        return f"POS is {first[1].decode('utf-8', 'replace')[:40]!r}, which is not a number"
    if columns > 9 and found != columns and not (found == columns + 1 and line.endswith(b"\t")):
        return f"the record has {found} columns where the #CHROM line names {columns}"
    return None


class Sieve:
    """Takes chunks in order, hands lines of the panel to ``keep`` as (line number from 0, line).

    ``first`` says that the data begin at the start of a line; otherwise everything up to the first line
    feed belongs to the range before. A line belongs to the range that holds the line feed before it.
    Without ``count`` no line feed is counted: every number is then -1. ``search`` finds the candidates
    (default: :func:`search_for`). One with as many columns as the header is first offered to ``plain``, split
    at its tabs, which says what became of it.
    """

    def __init__(
        self,
        targets: TargetSet,
        keep: Callable[[int, bytes], object],
        *,
        columns: int,
        first: bool,
        search: Search | None = None,
        count: bool = True,
        plain: PlainTaker | None = None,
    ) -> None:
        self._targets = targets
        self._keep = keep
        self._plain = plain
        self._columns = columns
        self._tail = b"\n" if first else b""
        self._last = b""
        self._careful = CAREFUL_BYTES if first else 0
        self._mixed_left = _MIXED_CHUNKS
        self._count = count
        self._search = search or search_for(targets)
        self._counted = 0
        self._sound = _sound_lines(columns) if first and not isinstance(self._search, EveryLine) else None
        self.found = Yield()

    def feed(self, *parts: bytes | bytearray) -> None:
        """Take the next bytes, in one part or several."""
        data = b"".join((self._tail, *parts))
        cut = data.rfind(b"\n")
        if cut <= 0:
            self._tail = data if cut == 0 else b""
            return
        self._contigs(data, cut)
        if self._careful > 0:
            self._check(data, cut)
            self._careful -= cut
        self._counted = 0
        marked = self._search.marked(data, cut)
        at, coming = data.find(b"\n"), 0
        while at < cut:
            if 0 <= coming <= at:
                coming = self._search.next(data, at, cut)
            while marked and marked[-1] <= at:
                marked.pop()
            start = marked[-1] if marked and not 0 < coming < marked[-1] else coming
            if start < 0:
                break
            at = self._run(data, start, cut)
        if self._count:
            self.found.lines += data.count(b"\n", self._counted, cut)
        before = data.rfind(b"\n", 0, cut)
        if before >= 0:
            self._last = data[before + 1 : cut]
        self._tail = data[cut:]

    def _run(self, data: bytes, start: int, cut: int) -> int:
        """Take the candidate line at ``start``, and those after it while they concern the panel.

        Return where the last of them ends. Records of one gene follow each other: to look at the next line is
        quicker than to search for it.
        """
        plain, columns, reaches = self._plain, self._columns, self._targets.reaches
        last = -1
        while True:
            end = data.find(b"\n", start)
            if self._count:
                self.found.lines += data.count(b"\n", self._counted, start)
                self._counted = start
            done = LEFT
            if plain is not None:
                # A carriage return at the end only makes the line less plain.
                cells = data[start:end].split(b"\t")
                if len(cells) == columns:
                    done = plain(cells)
            if done == LEFT:
                line = data[start : end - 1] if data[end - 1] == 13 else data[start:end]
                if last >= 0 and not reaches(line):
                    # No candidate yet: the search says whether it is one.
                    return last
                done = self._take(line, reaches)
            if done != KEPT or end >= cut:
                return end
            start, last = end + 1, end

    def _take(self, line: bytes, reaches: Callable[[bytes], bool]) -> int:
        """Keep a line that concerns the panel, and say what became of it."""
        if not line:
            return PASSED
        reached = reaches(line)
        fault = fault_of(line, self._columns if reached else 0)
        number = self.found.lines - 1 if self._count else -1
        if fault is not None:
            raise BadLineError(number, fault)
        if reached:
            self._keep(number, line)
        return KEPT if reached else PASSED

    @property
    def pending(self) -> bool:
        """Whether a line of this range has begun and not yet ended."""
        return self._tail.startswith(b"\n")

    def finish(self, rest: bytes, last: bool) -> Yield:
        """End the range with ``rest``, the bytes up to the next line feed; ``last`` at the end of the file."""
        line = (self._tail + rest)[1:].rstrip(b"\r\n") if self.pending else b""
        if not line.strip():
            ended = self._last.rstrip(b"\r")
            if last and ended and (fault := fault_of(ended, self._columns)):
                raise BadLineError(self.found.lines - 1 if self._count else -1, fault + _CUT_SHORT)
        else:
            self.found.lines += 1
            number = self.found.lines - 1 if self._count else -1
            reaches = self._targets.reaches(line)
            fault = fault_of(line, self._columns if reaches or last else 0)
            if fault is not None:
                raise BadLineError(number, fault + (_CUT_SHORT if last else ""))
            self._see(line.split(b"\t", 1)[0])
            if reaches:
                self._keep(number, line)
        self._tail = b""
        return self.found

    def _check(self, data: bytes, cut: int) -> None:
        if self._sound is not None and self._sound(data, cut):
            return
        for number, line in enumerate(data[1:cut].split(b"\n")):
            line = line.rstrip(b"\r")
            fault = fault_of(line, self._columns) if line else None
            if fault is not None:
                raise BadLineError(self.found.lines + number if self._count else -1, fault)

    def _see(self, name: bytes) -> bool:
        text = name.decode("utf-8", "replace")
        if text.strip() and text not in self.found.contigs:
            self.found.contigs[text] = None
            self.found.known = self.found.known or chromosome(text) is not None
        return self.found.known

    def _contigs(self, data: bytes, cut: int) -> None:
        """Note the contigs of the chunk: all of them while it pays, else those of its first and last line."""
        begin = data.find(b"\n", 0, cut) + 1
        if not begin:
            return
        # After a blank line the next name stands a line further on.
        first = data[begin : data.find(b"\t", begin)].rsplit(b"\n", 1)[-1]
        begin_last = data.rfind(b"\n", 0, cut) + 1
        last = data[begin_last : data.find(b"\t", begin_last)].rsplit(b"\n", 1)[-1]
        if first == last and self._see(first):
            return
        if self._mixed_left <= 0 and self.found.known:
            self._see(last)
            return
        self._mixed_left -= 1
        self._see(first)
        self._see(last)
        named = sum(data.count(b"\n%b\t" % name, 0, cut) for name in {first, last})
        if named < data.count(b"\n", 0, cut):
            for name in dict.fromkeys(line.split(b"\t", 1)[0] for line in data[begin:cut].split(b"\n")):
                if name.strip():
                    self._see(name)


class EveryLine:
    """The search of little data: every line is a candidate."""

    def next(self, data: bytes, at: int, cut: int) -> int:
        """Return the start of the next candidate after the line feed at ``at``, -1 when there is none."""
        return at + 1 if at < cut else -1

    def marked(self, data: bytes, cut: int) -> list[int]:
        """Return the starts of further candidates in ``data[:cut]``, descending."""
        return []


def _compiler() -> Callable[[bytes], Any] | None:
    """Return what compiles an RE2 expression of bytes, None where RE2 is not installed."""
    try:
        import re2
    except ImportError:
        return None
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    options.max_mem = 1 << 28
    return lambda expression: re2.compile(expression, options)


def _sound_lines(columns: int) -> Callable[[bytes, int], bool] | None:
    """Return whether all of a chunk's lines are surely well formed (see :func:`fault_of`), in one look.

    None where that cannot be told so; False does not say that a line is not.
    """
    compiled = _compiler() if columns <= _MANY_COLUMNS else None
    if compiled is None:
        return None
    more = f"{columns - 2}" if columns > 9 else "6,"
    lines = compiled(
        rb"(?:\n[^\t\n #\r][^\t\n]*\t[0-9]{1,%d}(?:\t[^\t\n]*){%b})+" % (POS_DIGITS, more.encode())
    )
    return lambda data, cut: lines.fullmatch(data, 0, cut) is not None


class LineSearch:
    """The search by RE2 expressions: ``panel`` begins with a line feed, each of ``marks`` with its byte."""

    def __init__(self, panel: Any, marks: list[tuple[bytes, Any]]) -> None:
        self._panel = panel
        self._marks = marks

    def next(self, data: bytes, at: int, cut: int) -> int:
        """As :meth:`EveryLine.next`."""
        match = self._panel.search(data, at, cut + 1)
        # A match at the last line feed is of a line that the next chunk completes.
        return match.start() + 1 if match is not None and match.start() < cut else -1

    def marked(self, data: bytes, cut: int) -> list[int]:
        """As :meth:`EveryLine.marked`."""
        found = set()
        for byte, mark in self._marks:
            if byte not in data:
                continue
            seen = -1
            for match in mark.finditer(data, 0, cut):
                if match.start() > seen:
                    start = data.rfind(b"\n", 0, match.start()) + 1
                    seen = data.find(b"\n", start)
                    if start:
                        found.add(start)
        return sorted(found, reverse=True)


Search = LineSearch | EveryLine


def search_for(targets: TargetSet) -> Search:
    """Return the search for candidate lines of ``targets``."""
    compiled = _compiler()
    if compiled is None:
        # Right but about thirty times slower; RE2 is a dependency, yet not built for every platform.
        return EveryLine()
    marks = [(mark.lstrip(b"\\")[:1], compiled(mark)) for mark in MARKS]
    return LineSearch(compiled(targets.expression()), marks)


def naive_lines(data: bytes, targets: TargetSet) -> list[bytes]:
    """Return the lines of ``data`` (records only) that concern ``targets``: the plain definition."""
    lines = (re.sub(rb"\r$", b"", line) for line in data.split(b"\n"))
    return [line for line in lines if line and targets.reaches(line)]
