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
from pathlib import Path
from typing import BinaryIO

from netboard.errors import InputError
from netboard.variants.bgzf import NotBgzfError, bgzf_chunks

_VCF_PRESET = 2


class UnusableError(Exception):
    """Why an index is not trusted, as a clause."""


@dataclass
class Contig:
    """The chunks of one contig: by bin, (begin, end) virtual offsets; and the linear index of tabix."""

    name: str
    bins: dict[int, list[tuple[int, int]]]
    linear: tuple[int, ...]
    records: int | None


@dataclass
class Index:
    """A parsed index. ``min_shift`` and ``depth`` shape its bins (CSI, section 2)."""

    contigs: list[Contig]
    min_shift: int
    depth: int
    last: int

    @property
    def records(self) -> int | None:
        """Number of records in the file, where the index says so."""
        if any(c.records is None for c in self.contigs):
            return None
        return sum(c.records or 0 for c in self.contigs)


def find_index(path: Path) -> Path | None:
    """Return the index beside ``path``, None when there is none."""
    for suffix in (".tbi", ".csi"):
        candidate = path.with_name(path.name + suffix)
        if candidate.is_file():
            return candidate
    return None


def load_index(path: Path, index_path: Path) -> Index:
    """Read the index of ``path``.

    Raises
    ------
    UnusableError
        When it is older than the file, damaged, not of a VCF, or of another file.
    """
    if index_path.stat().st_mtime < path.stat().st_mtime:
        raise UnusableError("it is older than its file")
    try:
        with index_path.open("rb") as handle:
            data = b"".join(chunk for _, chunk in bgzf_chunks(handle, 0, None, str(index_path)))
        index = _parse(data)
    except (InputError, NotBgzfError, struct.error, IndexError, ValueError, zlib.error, OSError) as error:
        raise UnusableError("it cannot be read") from error
    size = path.stat().st_size
    offsets = [b for c in index.contigs for chunks in c.bins.values() for pair in chunks for b in pair]
    if any((offset >> 16) > size for offset in offsets):
        raise UnusableError("it is of another file")
    with path.open("rb") as handle:
        _prove_end(handle, index.last)
        _prove_begins(handle, index)
    return index


def _parse(data: bytes) -> Index:
    if data[:4] == b"TBI\1":
        (n_contigs, preset, *_columns, names_length) = struct.unpack_from("<8i", data, 4)
        names, at = data[36 : 36 + names_length], 36 + names_length
        min_shift, depth, tabix = 14, 5, True
    elif data[:4] == b"CSI\1":
        min_shift, depth, aux = struct.unpack_from("<3i", data, 4)
        if aux < 28:
            raise ValueError("no tabix header")
        preset, *_columns, names_length = struct.unpack_from("<7i", data, 16)
        names, at = data[44 : 44 + names_length], 16 + aux
        (n_contigs,) = struct.unpack_from("<i", data, at)
        at, tabix = at + 4, False
    else:
        raise ValueError("magic")
    if preset & 0xFFFF != _VCF_PRESET:
        raise ValueError("not of a VCF")
    labels = [name.decode("utf-8", "replace") for name in names.split(b"\0")[:n_contigs]]
    contigs = []
    for label in labels:
        contig, at = _parse_contig(data, at, label, tabix, depth)
        contigs.append(contig)
    last = max((end for c in contigs for chunks in c.bins.values() for _, end in chunks), default=0)
    return Index(contigs, min_shift, depth, last)


def _parse_contig(data: bytes, at: int, name: str, tabix: bool, depth: int) -> tuple[Contig, int]:
    (n_bins,) = struct.unpack_from("<i", data, at)
    at += 4
    # The pseudo-bin beyond the last real one holds counts instead of chunks (tabix, section 1).
    pseudo = ((1 << 3 * (depth + 1)) - 1) // 7 + 1
    bins: dict[int, list[tuple[int, int]]] = {}
    records: int | None = None if n_bins else 0
    for _ in range(n_bins):
        if tabix:
            number, n_chunks = struct.unpack_from("<Ii", data, at)
            at += 8
        else:
            number, _, n_chunks = struct.unpack_from("<IQi", data, at)
            at += 16
        chunks = [struct.unpack_from("<QQ", data, at + 16 * i) for i in range(n_chunks)]
        at += 16 * n_chunks
        if number == pseudo:
            records = sum(chunks[1]) if n_chunks > 1 else None
        else:
            bins[number] = [(int(a), int(b)) for a, b in chunks]
    linear: tuple[int, ...] = ()
    if tabix:
        (n_intervals,) = struct.unpack_from("<i", data, at)
        linear = struct.unpack_from(f"<{n_intervals}Q", data, at + 4)
        at += 4 + 8 * n_intervals
    return Contig(name, bins, linear, records), at


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


def _prove_begins(handle: BinaryIO, index: Index) -> None:
    """Look at the first record of each contig: it must be a line of that contig."""
    for contig in index.contigs:
        begin = min((b for chunks in contig.bins.values() for b, _ in chunks), default=None)
        if begin is None:
            continue
        try:
            _, chunk = next(read_from(handle, begin), (0, b""))
        except (NotBgzfError, InputError) as error:
            raise UnusableError("it is of another file") from error
        if not chunk.startswith(contig.name.encode() + b"\t"):
            raise UnusableError("it is of another file")


def _bins_over(start: int, end: int, min_shift: int, depth: int) -> set[int]:
    """Return the numbers of all bins that may hold a record overlapping ``[start, end)``."""
    numbers: set[int] = set()
    first = 0
    for level in range(depth + 1):
        shift = min_shift + 3 * (depth - level)
        numbers.update(range(first + (start >> shift), first + ((end - 1) >> shift) + 1))
        first += 1 << (3 * level)
    return numbers


def chunks_over(
    index: Index, spans: Iterable[tuple[str, int, int]], rename: Callable[[str], str | None]
) -> list[tuple[int, int]]:
    """Return merged (begin, end) virtual offsets that hold every record overlapping ``spans``.

    ``rename`` turns the index's contig names into those of the spans.
    """
    wanted = list(spans)
    found: list[tuple[int, int]] = []
    for contig in index.contigs:
        chrom = rename(contig.name)
        for _, start, end in (s for s in wanted if s[0] == chrom):
            least = 0
            if contig.linear:
                least = contig.linear[min(start >> 14, len(contig.linear) - 1)]
            for number in _bins_over(start, end, index.min_shift, index.depth) & contig.bins.keys():
                found.extend(pair for pair in contig.bins[number] if pair[1] > least)
    merged: list[tuple[int, int]] = []
    for begin, stop in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def lines_of(handle: BinaryIO, begin: int, stop: int, where: str) -> Iterator[bytes]:
    """Yield the lines between two virtual offsets, each of which begins a line."""
    handle.seek(begin >> 16)
    offset, skip, rest = begin >> 16, begin & 0xFFFF, b""
    last_block, within = stop >> 16, stop & 0xFFFF
    from netboard.variants.bgzf import block_size, inflater

    inflate = inflater()
    while offset < last_block or (offset == last_block and within):
        head = handle.read(1 << 16)
        size = block_size(head, 0)
        if not size or len(head) < size:
            raise InputError(f"the compressed block at byte {offset} is damaged", where=where)
        data = inflate(head[:size])
        data = data[skip:within] if offset == last_block else data[skip:]
        skip = 0
        offset += size
        handle.seek(offset)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")
        if offset > last_block:
            break
    if rest.strip():
        yield rest.rstrip(b"\r")
