"""Tabix and CSI indexes: which parts of a BGZF file to read for a few stretches.

Formats: the tabix and CSIv1 specifications of samtools/hts-specs. An index is used only when it is not
older than its file and is proved to be of this file: its last chunk ends where the records end, and each
chunk begins with a record of the contig it claims. Anything else makes the caller read the whole file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import BinaryIO

from netboard.errors import InputError
from netboard.variants.bgzf import NotBgzfError, bgzf_chunks, block_size, damaged, inflater

_VCF_PRESET = 2
#: Packed bytes between two chunks that are rather read than skipped.
_NEAR = 1 << 16
#: Bins of an index that are looked through at once; the number 1 as an index writes it.
_RUN = 4096
_ONE = struct.pack("<I", 1)
#: A virtual offset beyond every file.
_END_OF_ALL = 1 << 63
#: Bases between two stretches that are rather read than skipped: the window of a tabix index.
_NEAR_BASES = 1 << 14


class UnusableError(Exception):
    """Why an index is not trusted, as a clause."""


@dataclass
class Contig:
    """What the index says of one contig.

    ``chunks`` are the (begin, end) virtual offsets that may hold records of the stretches asked for;
    ``begin`` and ``end`` bound all its records, None when it has none.
    """

    name: str
    chunks: list[tuple[int, int]]
    begin: int | None
    end: int | None
    records: int | None


@dataclass
class Index:
    """What was read of an index."""

    contigs: list[Contig]

    @property
    def last(self) -> int:
        """Virtual offset at which the last record ends."""
        return max((c.end for c in self.contigs if c.end is not None), default=0)

    @property
    def records(self) -> int | None:
        """Number of records in the file, where the index says so."""
        if any(c.records is None for c in self.contigs):
            return None
        return sum(c.records or 0 for c in self.contigs)


def load_index(
    path: Path, index_path: Path, spans: Iterable[tuple[str, int, int]], rename: Callable[[str], str | None]
) -> Index:
    """Read from the index of ``path`` what concerns ``spans`` (chromosome, 0-based half-open).

    ``rename`` turns the index's contig names into those of the spans.

    Raises
    ------
    UnusableError
        When it is older than the file, damaged, not of a VCF, or of another file.
    """
    return _proved(path, index_path, lambda data: parse_index(data, list(spans), rename), _record_of_name)


def prove_bcf_index(path: Path, index_path: Path) -> None:
    """Make sure that an index is of the BCF ``path``, as :func:`load_index` does for a VCF.

    Raises
    ------
    UnusableError
        When it is older than the file, damaged, not of a BCF, or of another file.
    """
    _proved(path, index_path, _parse_bcf_index, _record_of_number)


def _proved(
    path: Path,
    index_path: Path,
    parse: Callable[[bytes], Index],
    begins: Callable[[Contig], tuple[int, Callable[[bytes], bool]]],
) -> Index:
    if index_path.stat().st_mtime < path.stat().st_mtime:
        raise UnusableError("it is older than its file")
    try:
        with index_path.open("rb") as handle:
            data = b"".join(chunk for _, chunk in bgzf_chunks(handle, 0, None, str(index_path)))
        index = parse(data)
    except (InputError, NotBgzfError, struct.error, IndexError, ValueError, zlib.error, OSError) as error:
        raise UnusableError("it cannot be read") from error
    size = path.stat().st_size
    if any((end >> 16) > size for contig in index.contigs for _, end in contig.chunks):
        raise UnusableError("it is of another file")
    if (index.last >> 16) > size:
        raise UnusableError("it is of another file")
    with path.open("rb") as handle:
        _prove_end(handle, index.last)
        _prove_begins(handle, index, begins)
    return index


def _record_of_name(contig: Contig) -> tuple[int, Callable[[bytes], bool]]:
    """Return how many bytes show that a line is of a contig, and whether they do."""
    name = contig.name.encode() + b"\t"
    return len(name), lambda found: found.startswith(name)


def _record_of_number(contig: Contig) -> tuple[int, Callable[[bytes], bool]]:
    """As :func:`_record_of_name`, of a BCF record (VCF specification, section 6.3.1)."""
    return 12, lambda found: found[8:12] == int(contig.name).to_bytes(4, "little")


def _parse_bcf_index(data: bytes) -> Index:
    """Return the extents of the contigs, which are named by their number."""
    if data[:4] != b"CSI\1":
        raise ValueError("magic")
    min_shift, depth, aux, n_contigs = struct.unpack_from("<4i", data, 4)
    if aux:
        raise ValueError("not of a BCF")
    at, shape = 20, _Shape(min_shift, depth, tabix=False)
    contigs = []
    for number in range(n_contigs):
        contig, at = _parse_contig(data, at, str(number), shape, [])
        contigs.append(contig)
    return Index(contigs)


def parse_index(data: bytes, spans: list[tuple[str, int, int]], rename: Callable[[str], str | None]) -> Index:
    """Return what the inflated index says of ``spans``; see :func:`load_index`.

    Raises
    ------
    ValueError, IndexError, struct.error
        When it is none of a VCF, or cut short.
    """
    if data[:4] == b"TBI\1":
        (n_contigs, preset, *_columns, names_length) = struct.unpack_from("<8i", data, 4)
        names, at = data[36 : 36 + names_length], 36 + names_length
        shape = _Shape(14, 5, tabix=True)
    elif data[:4] == b"CSI\1":
        min_shift, depth, aux = struct.unpack_from("<3i", data, 4)
        if aux < 28:
            raise ValueError("no tabix header")
        preset, *_columns, names_length = struct.unpack_from("<7i", data, 16)
        names, at = data[44 : 44 + names_length], 16 + aux
        (n_contigs,) = struct.unpack_from("<i", data, at)
        at, shape = at + 4, _Shape(min_shift, depth, tabix=False)
    else:
        raise ValueError("magic")
    if preset & 0xFFFF != _VCF_PRESET:
        raise ValueError("not of a VCF")
    labels = [name.decode("utf-8", "replace") for name in names.split(b"\0")[:n_contigs]]
    contigs = []
    for label in labels:
        chrom = rename(label)
        wanted = _merged([(start, end) for name, start, end in spans if name == chrom])
        contig, at = _parse_contig(data, at, label, shape, wanted)
        contigs.append(contig)
    return Index(contigs)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + _NEAR_BASES:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True)
class _Shape:
    """How bins are numbered (CSI, section 2) and laid out."""

    min_shift: int
    depth: int
    tabix: bool

    def bins_over(self, start: int, end: int) -> Iterator[int]:
        """Yield the numbers of all bins that may hold a record overlapping ``[start, end)``."""
        first = 0
        for level in range(self.depth + 1):
            shift = self.min_shift + 3 * (self.depth - level)
            yield from range(first + (start >> shift), first + ((end - 1) >> shift) + 1)
            first += 1 << (3 * level)


def _parse_contig(
    data: bytes, at: int, name: str, shape: _Shape, spans: list[tuple[int, int]]
) -> tuple[Contig, int]:
    (n_bins,) = struct.unpack_from("<i", data, at)
    at += 4
    # The pseudo-bin beyond the last real one holds counts instead of chunks (tabix, section 1).
    pseudo = ((1 << 3 * (shape.depth + 1)) - 1) // 7 + 1
    layout = struct.Struct("<Ii" if shape.tabix else "<I8xi")
    wanted = {number for span in spans for number in shape.bins_over(*span)}
    bins = at
    places, at = _wanted_bins(data, at, n_bins, layout, wanted | {pseudo})
    if at > len(data):
        raise ValueError("cut short")
    linear: tuple[int, int] | None = None
    if shape.tabix:
        linear = at + 4, struct.unpack_from("<i", data, at)[0]
        at += 4 + 8 * linear[1]
    begin, end, records = _extent(data, bins, n_bins, layout, places.pop(pseudo, None))
    found: list[tuple[int, int]] = []
    for start, stop in spans:
        least = 0
        if linear is not None and linear[1]:
            (least,) = struct.unpack_from("<Q", data, linear[0] + 8 * min(start >> 14, linear[1] - 1))
        for number in shape.bins_over(start, stop):
            if number in places:
                found.extend(pair for pair in _pairs(data, *places[number]) if pair[1] > least)
    return Contig(name, found, begin, end, records), at


def _wanted_bins(
    data: bytes, at: int, n_bins: int, layout: struct.Struct, wanted: set[int]
) -> tuple[dict[int, tuple[int, int]], int]:
    """Return of each wanted bin (where its chunks are, how many), and where the bins end.

    A whole genome has hundreds of thousands of bins. Nearly all have one chunk, so a run of such bins has
    one shape: the runs are looked through as columns of numbers, and only what breaks a run one by one.
    """
    places: dict[int, tuple[int, int]] = {}
    head, size = layout.size, layout.size + 16
    left, ahead, step = n_bins, _RUN, size // 4
    while left > 0:
        many = max(0, min(left, ahead, (len(data) - at) // size))
        columns = memoryview(data)[at : at + many * size].cast("I")
        chunks, run = columns[head // 4 - 1 :: step], many
        if chunks.tobytes() != _ONE * many:
            run = next(k for k, n in enumerate(chunks) if n != 1)
        # Where bins of several chunks are frequent, little is looked at in vain.
        ahead = min(_RUN, 2 * run + 8)
        numbers = columns[: run * step : step].tolist()
        for k in compress(range(run), map(wanted.__contains__, numbers)):
            places[numbers[k]] = at + k * size + head, 1
        at, left = at + run * size, left - run
        if left and (run < many or not many):
            number, n_chunks = layout.unpack_from(data, at)
            at += head
            if number in wanted:
                places[number] = at, n_chunks
            at, left = at + 16 * n_chunks, left - 1
    return places, at


def _pairs(data: bytes, at: int, count: int) -> list[tuple[int, int]]:
    numbers = struct.unpack_from(f"<{2 * count}Q", data, at)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _extent(
    data: bytes, at: int, n_bins: int, layout: struct.Struct, pseudo: tuple[int, int] | None
) -> tuple[int | None, int | None, int | None]:
    """Return the begin and end of a contig's records and their number, from the pseudo-bin if there is one."""
    if not n_bins:
        return None, None, 0
    if pseudo is not None and pseudo[1] > 1:
        (begin, end), counts, *_ = _pairs(data, *pseudo)
        return begin, end, sum(counts)
    pairs = []
    for _ in range(n_bins):
        _, n_chunks = layout.unpack_from(data, at)
        at += layout.size
        pairs.extend(_pairs(data, at, n_chunks))
        at += 16 * n_chunks
    return min((b for b, _ in pairs), default=None), max((e for _, e in pairs), default=None), None


def read_from(handle: BinaryIO, virtual: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset of the next block, bytes) from a virtual offset to the end of the file."""
    handle.seek(virtual >> 16)
    skip = virtual & 0xFFFF
    for after, chunk in bgzf_chunks(handle, virtual >> 16, None, ""):
        yield after, chunk[skip:]
        skip = 0


def _prove_end(handle: BinaryIO, last: int) -> None:
    try:
        if any(chunk.strip() for _, chunk in read_from(handle, last)):
            raise UnusableError("the file goes on after the last record that it knows")
    except (NotBgzfError, InputError) as error:
        raise UnusableError("it is of another file") from error


def _prove_begins(
    handle: BinaryIO, index: Index, begins: Callable[[Contig], tuple[int, Callable[[bytes], bool]]]
) -> None:
    """Look at the first record of each contig: it must be of that contig."""
    for contig in index.contigs:
        if contig.begin is None:
            continue
        (needed, fits), found = begins(contig), b""
        try:
            # What shows it may go over the end of a block.
            for part in bytes_of(handle, contig.begin, _END_OF_ALL, ""):
                found += part
                if len(found) >= needed:
                    break
        except InputError as error:
            raise UnusableError("it is of another file") from error
        if not fits(found):
            raise UnusableError("it is of another file")


def chunks_of(index: Index) -> list[tuple[int, int]]:
    """Return merged (begin, end) virtual offsets that hold every record of the stretches asked for."""
    merged: list[tuple[int, int]] = []
    for begin, stop in sorted(pair for contig in index.contigs for pair in contig.chunks):
        # Chunks of one block or of neighbours are read as one: a block is inflated whole anyhow.
        if merged and begin >> 16 <= (merged[-1][1] >> 16) + _NEAR:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def bytes_of(handle: BinaryIO, begin: int, stop: int, where: str) -> Iterator[bytes | bytearray]:
    """Yield the bytes between two virtual offsets, at each of which a line begins.

    Raises
    ------
    InputError
        For a block that is damaged.
    """
    handle.seek(begin >> 16)
    offset, skip = begin >> 16, begin & 0xFFFF
    last_block, within = stop >> 16, stop & 0xFFFF
    inflate = inflater()
    while offset < last_block or (offset == last_block and within):
        head = handle.read(1 << 16)
        size = block_size(head, 0)
        if not size or len(head) < size:
            raise damaged(where, offset)
        try:
            data = inflate(head[:size])
        except Exception as error:
            raise damaged(where, offset) from error
        yield data[skip:within] if offset == last_block else data[skip:]
        skip = 0
        offset += size
        handle.seek(offset)
