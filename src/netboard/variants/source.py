"""A variant file, opened: how it is packed, its header, and where its records begin."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from netboard.errors import InputError
from netboard.variants.bgzf import (
    EOF_BLOCK,
    Chunks,
    NotBgzfError,
    bgzf_blocks,
    gzip_chunks,
    in_parts,
    missing_eof,
    plain_chunks,
    sniff,
)
from netboard.variants.header import HeaderFacts, parse_header

STDIN = "-"
_HEAD = 1 << 16
_NOT_META = re.compile(rb"\n(?!#)[^\r\n]")
#: First bytes of formats that are mistaken for a VCF, and what they are.
_OTHERS = (
    (b"BAM\1", "a BAM file"),
    (b"CRAM", "a CRAM file"),
    (b"PK\3\4", "a zip archive"),
    (b"%PDF", "a PDF"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"(\xb5/\xfd", "packed with zstd"),
    (b">", "a FASTA file"),
    (b"@HD\t", "a SAM file"),
    (b"Hugo_Symbol", "a MAF file"),
    (b"<", "an XML or HTML file"),
    (b"{", "a JSON file"),
)


@dataclass
class Opened:
    """A file whose header has been read.

    ``rest`` holds the bytes of records that came with the header; the data go on in ``chunks``
    (a stream) or, for a seekable file, at byte ``offset`` of the file.
    """

    where: str
    path: Path | None
    kind: str
    header: HeaderFacts
    rest: bytes
    offset: int
    size: int
    chunks: Chunks = field(default_factory=lambda: iter(()))
    #: Digest of standard input, complete once ``chunks`` is used up.
    digest: hashlib._Hash | None = None
    handle: BinaryIO | None = None

    def close(self) -> None:
        """Close the file, and remove what was made of a streamed BCF; standard input stays open."""
        if self.handle is not None:
            self.handle.close()
        if self.kind == "bcf-temporary" and self.path is not None:
            self.path.unlink(missing_ok=True)


class _Stream:
    """Standard input with some bytes put back in front, hashed as it passes if asked for."""

    def __init__(self, handle: BinaryIO, digest: bool) -> None:
        self._handle = handle
        self._front = b""
        self.digest = hashlib.sha256() if digest else None

    def peek(self, size: int) -> bytes:
        while len(self._front) < size and (more := self._take(size - len(self._front))):
            self._front += more
        return self._front

    def read(self, size: int, /) -> bytes:
        if self._front:
            data, self._front = self._front[:size], self._front[size:]
            return data
        return self._take(size)

    def _take(self, size: int) -> bytes:
        data = self._handle.read(size)
        if self.digest is not None:
            self.digest.update(data)
        return data


def open_source(path: str, digest: bool = True) -> Opened:
    """Open ``path`` (``-`` is standard input) and read its header; ``digest``: what is piped in is hashed.

    Raises
    ------
    InputError
        When the file is missing, empty, cut short, or no VCF or BCF.
    """
    if path == STDIN:
        return _open_stdin(digest)
    where = path
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError("this is a directory", where=where, remedy="Name a VCF, VCF.gz or BCF file")
        if not file.is_file():
            # A pipe of process substitution can be read once only.
            if file.exists():
                return _open_pipe(file, digest, where)
            raise InputError("the file does not exist", where=where, remedy="Check the path")
        handle = file.open("rb")
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror})", where=where, remedy="Check its rights"
        ) from error
    size = file.stat().st_size
    head = handle.read(_HEAD)
    if not head:
        handle.close()
        raise InputError("the file is empty", where=where, remedy="Give a VCF, VCF.gz or BCF with its header")
    kind = sniff(head)
    handle.seek(0)
    try:
        opened = _open_file(handle, file, kind, size, where)
    except BaseException:
        handle.close()
        raise
    opened.handle = handle
    return opened


def _open_file(handle: BinaryIO, file: Path, kind: str, size: int, where: str) -> Opened:
    if kind == "plain":
        return _opened(in_parts(plain_chunks(handle)), where, file, kind, size)
    if kind == "bgzf":
        handle.seek(-min(size, len(EOF_BLOCK)), os.SEEK_END)
        complete = handle.read() == EOF_BLOCK
        handle.seek(0)
        chunks = bgzf_blocks(handle, 0, None, where)
        if not complete:
            _walk_to_damage(chunks, where)
        try:
            return _opened(chunks, where, file, kind, size)
        except NotBgzfError:
            # Members of ordinary gzip follow the first block: the whole is valid gzip all the same.
            handle.seek(0)
    return _opened(in_parts(gzip_chunks(handle, where)), where, file, "gzip", size)


def _walk_to_damage(chunks: Chunks, where: str) -> None:
    """Say what is wrong with a BGZF file that lacks its end: a block cut short, or only the mark missing."""
    try:
        for _ in chunks:
            pass
    except NotBgzfError as error:
        raise InputError(
            f"what follows byte {error.args[0]} is not BGZF, and the closing block is missing",
            where=where,
            remedy="Copy the file again, or pack it again with bgzip",
        ) from error
    raise missing_eof(where)


def _open_stdin(digest: bool) -> Opened:
    where = "standard input"
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError(
            "nothing is piped in", where=where, remedy="Pipe a VCF in, or name a file instead of -"
        )
    return _open_stream(_Stream(sys.stdin.buffer, digest), where)


def _open_pipe(file: Path, digest: bool, where: str) -> Opened:
    """Open a named pipe; the scan reads it on, and it is closed with what was opened."""
    pipe = file.open("rb")
    try:
        opened = _open_stream(_Stream(pipe, digest), where)
    except BaseException:
        pipe.close()
        raise
    opened.handle = opened.handle or pipe
    return opened


def _open_stream(stream: _Stream, where: str) -> Opened:
    head = stream.peek(_HEAD)
    if not head:
        raise InputError("it is empty", where=where, remedy="Pipe a VCF, VCF.gz or BCF in")
    kind = sniff(head)
    if kind == "bgzf":
        opened = _opened(_with_eof_check(stream, where), where, None, kind, 0)
    elif kind == "gzip":
        opened = _opened(in_parts(gzip_chunks(stream, where)), where, None, kind, 0)
    else:
        opened = _opened(in_parts(plain_chunks(stream)), where, None, kind, 0)
    opened.digest = stream.digest
    return opened


class _LastBytes:
    """Remembers the last 28 bytes that passed, to see whether the closing block came."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size)
        if data:
            self.last = (self.last + data)[-len(EOF_BLOCK) :]
        return data


def _with_eof_check(stream: _Stream, where: str) -> Chunks:
    watched = _LastBytes(stream)
    try:
        yield from bgzf_blocks(watched, 0, None, where)
    except NotBgzfError as error:
        raise InputError(
            f"what follows byte {error.args[0]} is not BGZF",
            where=where,
            remedy="Pack the file again with bgzip",
        ) from error
    if watched.last != EOF_BLOCK:
        raise missing_eof(where)


def _opened(chunks: Chunks, where: str, path: Path | None, kind: str, size: int) -> Opened:
    offset, data = 0, b""
    for offset, parts in chunks:
        data = b"".join((data, *parts))
        if not data.strip():
            continue
        if data[:5] in (b"BCF\2\1", b"BCF\2\2"):
            return _open_bcf(path or _spool(data, chunks), where, remove=path is None)
        end = _header_end(data, where)
        if end:
            header = parse_header(data[:end], where)
            return Opened(where, path, kind, header, data[end:], offset, size, chunks)
    if not data.strip():
        raise InputError(
            "the file holds no data", where=where, remedy="Give a VCF, VCF.gz or BCF with its header"
        )
    if not data.endswith(b"\n"):
        end = _header_end(data + b"\n", where)
        if end:
            return Opened(where, path, kind, parse_header(data, where), b"", offset, size, chunks)
    raise InputError(
        "the #CHROM line is missing: the file ends within its header",
        where=where,
        remedy="Copy the file again",
    )


def _header_end(data: bytes, where: str) -> int:
    """Return the offset after the ``#CHROM`` line, 0 when the header goes on beyond ``data``."""
    body = data.removeprefix(b"\xef\xbb\xbf")
    if not body.startswith(b"#"):
        raise _no_header(body, where)
    at = 0 if data.startswith(b"#CHROM") else data.find(b"\n#CHROM") + 1
    found = at > 0 or data.startswith(b"#CHROM")
    stray = _NOT_META.search(data, 0, at if found else len(data))
    if stray:
        number = data.count(b"\n", 0, stray.start()) + 2
        text = data[stray.start() + 1 : stray.start() + 41].split(b"\n")[0].decode("utf-8", "replace")
        raise InputError(
            f"this line stands before any #CHROM line and does not begin with # ({text!r})",
            where=f"{where}:{number}",
            remedy="Give a VCF with its whole header, #CHROM line included",
        )
    return data.find(b"\n", at) + 1 if found else 0


def _no_header(body: bytes, where: str) -> InputError:
    if b"\0" in body[:512] and body[:4] not in (b"BAM\1", b"CRAM"):
        what = "this is not a VCF: it holds binary data"
    else:
        what = "this is not a VCF: its first line does not begin with #"
    for magic, name in _OTHERS:
        if body.startswith(magic):
            what = f"this is not a VCF but {name}"
    if re.match(rb"[^\s]+\t\d+\t[^\t]*\t[ACGTNacgtn]+\t", body):
        what = "the header is missing: the first line is a record"
    return InputError(what, where=where, remedy="Give a VCF, VCF.gz or BCF with its header")


def _spool(data: bytes, chunks: Chunks) -> Path:
    """Write a BCF from a stream to a temporary file: the library that reads it wants a path."""
    import tempfile

    handle, name = tempfile.mkstemp(suffix=".bcf")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        for _, parts in chunks:
            out.writelines(parts)
    return Path(name)


def _open_bcf(path: Path, where: str, remove: bool) -> Opened:
    from netboard.variants.bcf import header_text

    text = header_text(path, where)
    return Opened(
        where,
        path,
        "bcf-temporary" if remove else "bcf",
        parse_header(text, where),
        b"",
        0,
        path.stat().st_size,
    )


def find_index(path: Path) -> Path | None:
    """Return the index beside ``path``, None when there is none."""
    for suffix in (".tbi", ".csi"):
        candidate = path.with_name(path.name + suffix)
        if candidate.is_file():
            return candidate
    return None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 digest of a file as hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
