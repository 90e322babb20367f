"""Bytes of a variant file: BGZF, plain gzip or text, each damage told as one sentence.

BGZF (SAM specification, section 4.1) is a chain of gzip members that say their own length, so a file
can be cut into ranges and each block inflated by itself with its checksum. ``deflate`` (libdeflate) does
that, and ``isal`` inflates the streams of ordinary gzip; where they are not installed, ``zlib`` of the
standard library does both.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, Literal, Protocol

from netboard.errors import InputError

Kind = Literal["bgzf", "gzip", "plain"]
#: Inflated bytes in a few pieces, not yet joined: to copy them takes longer than to look through them.
Parts = Sequence[bytes | bytearray]
#: What a file holds piece by piece, each with the offset at which the packed data go on (0: not told).
Chunks = Iterator[tuple[int, Parts]]

#: The empty block that ends every complete BGZF file.
EOF_BLOCK = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
#: Pieces that are read at once: larger ones are given back to the system by malloc, and each costs page faults.
_READ = 1 << 18
#: Less than for BGZF: what comes of it should fit into the processor's cache.
_READ_GZIP = 1 << 16
#: Where the flags of a gzip member stand.
_FLAGS = 3
#: Blocks inflated before they are handed on: four keep the data in the processor's cache.
_JOINED = 4
#: Seconds after which one thread lets the other go on.
_TURN = 1e-4
#: Seconds for which a thread that is no longer wanted is waited for.
_PATIENCE = 0.5
_PLAIN_CHUNK = 1 << 18
_MIN_HEADER = 18
#: The extra field as every program writes it: six bytes, of which the first four are name and length.
_ONE_FIELD = b"\x06\x00BC\x02\x00"


class Readable(Protocol):
    """The one method asked of an input stream."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        ...


class NotBgzfError(Exception):
    """A file that began as BGZF goes on as something else at a byte offset."""


def sniff(head: bytes) -> Kind:
    """Return how the data beginning with ``head`` are packed."""
    if head[:2] != b"\x1f\x8b":
        return "plain"
    return "bgzf" if block_size(head, 0) else "gzip"


def block_size(data: bytes, at: int) -> int:
    """Return the packed size of the BGZF block at ``at``, 0 when no such block begins there.

    ``data`` must reach at least to the end of the block's extra field.
    """
    if len(data) - at < _MIN_HEADER or data[at : at + 4] != b"\x1f\x8b\x08\x04":
        return 0
    if data[at + 10 : at + 16] == _ONE_FIELD:
        return int.from_bytes(data[at + 16 : at + 18], "little") + 1
    extra = int.from_bytes(data[at + 10 : at + 12], "little")
    field, end = at + 12, min(at + 12 + extra, len(data))
    while field + 4 <= end:
        length = int.from_bytes(data[field + 2 : field + 4], "little")
        if data[field : field + 2] == b"BC" and length == 2 and field + 6 <= end:
            return int.from_bytes(data[field + 4 : field + 6], "little") + 1
        field += 4 + length
    return 0


def _standard_inflate(block: bytes) -> bytes:
    start = 12 + int.from_bytes(block[10:12], "little")
    data = zlib.decompress(block[start:-8], -15)
    crc, size = struct.unpack("<II", block[-8:])
    if len(data) != size or zlib.crc32(data) != crc:
        raise ValueError("checksum")
    return data


def inflater() -> Callable[[bytes], bytes | bytearray]:
    """Return the quickest function at hand that inflates one BGZF block and checks its checksum."""
    try:
        from deflate import gzip_decompress
    except ImportError:
        return _standard_inflate

    def inflate(block: bytes) -> bytes | bytearray:
        found: bytes | bytearray = (
            gzip_decompress(block) if block[-4:] != b"\0\0\0\0" else _standard_inflate(block)
        )
        return found

    return inflate


def bgzf_chunks(handle: Readable, offset: int, stop: int | None, where: str) -> Iterator[tuple[int, bytes]]:
    """Yield (offset of the next block, inflated bytes) from the block at ``offset`` on; see bgzf_blocks."""
    for after, blocks in bgzf_blocks(handle, offset, stop, where):
        yield after, b"".join(blocks)


def bgzf_blocks(handle: Readable, offset: int, stop: int | None, where: str) -> Chunks:
    """Yield (offset of the next block, a few inflated blocks) from the block at ``offset`` on.

    ``handle`` stands at ``offset``; reading ends at ``stop`` exactly, or with the data when None.

    Raises
    ------
    InputError
        For a block that is cut short or whose checksum is wrong.
    NotBgzfError
        When no block begins where one must, or the last one reaches over ``stop``.
    """
    inflate = inflater()
    data, at = b"", 0
    ready: list[bytes | bytearray] = []
    while stop is None or offset < stop:
        size = block_size(data, at)
        if len(data) - at < max(size, 1 << 16):
            more = handle.read(_READ)
            if more:
                data, at = data[at:] + more, 0
                continue
            if at == len(data):
                break
        if size == 0:
            if (
                data[at : at + 4] in (b"\x1f\x8b\x08\x04", b"\x1f\x8b\x08", b"\x1f\x8b", b"\x1f")
                and len(data) - at < 26
            ):
                raise _truncated(where, offset)
            raise NotBgzfError(offset)
        if len(data) - at < size:
            raise _truncated(where, offset)
        try:
            ready.append(inflate(data[at : at + size]))
        except Exception as error:
            raise damaged(where, offset) from error
        at += size
        offset += size
        if len(ready) == _JOINED:
            yield offset, ready
            ready = []
    if stop is not None and offset != stop:
        raise NotBgzfError(offset)
    if ready:
        yield offset, ready


def damaged(where: str, offset: int) -> InputError:
    """Return the error for a BGZF block that cannot be inflated."""
    return InputError(
        f"the compressed block at byte {offset} is damaged (its data do not fit their checksum)",
        where=where,
        remedy="Copy the file again from its source",
    )


def _truncated(where: str, offset: int) -> InputError:
    return InputError(
        f"the file is truncated: the compressed block at byte {offset} is cut short",
        where=where,
        remedy="Copy the file again from its source",
    )


def missing_eof(where: str) -> InputError:
    """Return the error for a BGZF file without its closing empty block."""
    return InputError(
        "the file is truncated: the empty block that ends every complete BGZF file is missing",
        where=where,
        remedy="Copy the file again, or, when it is known to be whole, pack it again with bgzip",
    )


def _gzip_library() -> tuple[Any, type[Exception]]:
    """Return the quickest module at hand that inflates a stream as ``zlib`` does, and its error."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib, zlib.error
    error: Any = isal_zlib.error
    return isal_zlib, error


def gzip_chunks(handle: Readable, where: str) -> Iterator[bytes]:
    """Yield the inflated bytes of a gzip file of any number of members.

    Raises
    ------
    InputError
        When it is cut short or its checksum is wrong.
    """
    library, wrong = _gzip_library()
    inflate: Any = None
    while data := handle.read(_READ_GZIP):
        while data:
            if inflate is None or inflate.eof:
                data = data if inflate is None else data.lstrip(b"\0")
                while 0 < len(data) <= _FLAGS and (more := handle.read(_READ_GZIP)):
                    data += more
                if not data:
                    break
                # A checksum of the header must not be cut for isal; no common program writes one.
                checked = len(data) > _FLAGS and data[_FLAGS] & 2
                inflate = (zlib if checked else library).decompressobj(31)
            try:
                out = inflate.decompress(data, _READ)
            except (wrong, zlib.error) as error:
                raise InputError(
                    f"the compressed data are damaged ({error})",
                    where=where,
                    remedy="Copy the file again from its source",
                ) from error
            data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            if out:
                yield out
    if inflate is not None and not inflate.eof:
        raise InputError(
            "the file is truncated: its compressed data end before their end mark",
            where=where,
            remedy="Copy the file again from its source",
        )


def in_parts(chunks: Iterator[bytes]) -> Chunks:
    """Yield chunks of a stream without offsets as those of BGZF are: each of one part."""
    return ((0, (chunk,)) for chunk in chunks)


def read_ahead(chunks: Chunks, depth: int = 16) -> Chunks:
    """Yield what ``chunks`` yields, made by a thread that keeps at most ``depth`` chunks ready."""
    import queue
    import threading

    ready: queue.Queue[tuple[int, Parts] | BaseException | None] = queue.Queue(depth)
    stopped = threading.Event()

    def hand_on(item: tuple[int, Parts] | BaseException | None) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                ready.put(item, timeout=0.2)
                return

    def work() -> None:
        try:
            for item in chunks:
                hand_on(item)
                if stopped.is_set():
                    return
            hand_on(None)
        except BaseException as error:  # raised again by the reader, in its own thread
            hand_on(error)

    thread = threading.Thread(target=work, daemon=True)
    # Inflating a block takes far less than the 5 ms that a thread else waits for its turn.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        # A pipe on which nothing comes keeps the thread; it ends with the process.
        thread.join(_PATIENCE)
        sys.setswitchinterval(interval)


def plain_chunks(handle: Readable, offset: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a text file from where ``handle`` stands (``offset``) to ``stop``."""
    while stop is None or offset < stop:
        data = handle.read(_PLAIN_CHUNK if stop is None else min(_PLAIN_CHUNK, stop - offset))
        if not data:
            return
        offset += len(data)
        yield data


def block_boundary(handle: BinaryIO, near: int, size: int) -> int | None:
    """Return the offset of the first block at or after ``near``, proved by three chained headers.

    None when there is none (close to the end of the file, whose length is ``size``).
    """
    handle.seek(near)
    window = handle.read(5 << 16)
    at = window.find(b"\x1f\x8b\x08\x04")
    while at >= 0:
        place, links = at, 0
        while links < 3:
            length = block_size(window, place)
            if not length:
                break
            links, place = links + 1, place + length
            if near + place == size:
                links = 3
        if links == 3:
            return near + at
        at = window.find(b"\x1f\x8b\x08\x04", at + 1)
    return None
