"""The index of a FASTA (.fai): read, checked against its file, and made where there is none.

An index has a line per contig: name, length, offset of its first base, bases per line, bytes per line
(samtools faidx). It is made beside the FASTA, or, where that directory cannot be written, in the user's
cache directory (``$XDG_CACHE_HOME/netboard/fai``). A FASTA is hardly ever the file that its index was made
of for certain, so what can be checked cheaply is: the place of every chromosome, and the end of the file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from netboard.errors import InputError
from netboard.variants.bgzf import EOF_BLOCK, sniff

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Contig:
    """A line of an index."""

    name: str
    length: int
    offset: int
    line_bases: int
    line_bytes: int

    @property
    def end(self) -> int:
        """Offset just behind the last base (in the unpacked file)."""
        if not self.length:
            return self.offset
        last = self.length - 1
        return self.offset + last // self.line_bases * self.line_bytes + last % self.line_bases + 1


@dataclass(frozen=True, slots=True)
class Index:
    """The contigs of a FASTA, and where its index files lie (``gzi`` only for a bgzipped one)."""

    contigs: tuple[Contig, ...]
    fai: Path
    gzi: Path | None


def open_index(path: Path) -> Index:
    """Return the index of the FASTA at ``path``; one is made when there is none.

    Raises
    ------
    InputError
        When the FASTA is empty, no FASTA, gzipped but not bgzipped, cut short, or does not fit its index.
    """
    packed = _packing(path)
    fai, gzi = _beside(path) if _complete(_beside(path), packed) else _cached(path)
    if not _complete((fai, gzi), packed):
        fai, gzi = _make(path, packed)
    contigs = tuple(_lines(fai, path))
    if not packed:
        _check_places(path, fai, contigs)
    return Index(contigs, fai, gzi if packed else None)


def _packing(path: Path) -> bool:
    """Return whether the FASTA is bgzipped."""
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD)
            kind = sniff(head)
            if kind == "bgzf":
                handle.seek(-len(EOF_BLOCK), os.SEEK_END)
                whole = handle.read() == EOF_BLOCK
    except OSError as error:
        raise InputError(f"the FASTA cannot be read ({error.strerror})", where=str(path)) from None
    if kind == "gzip":
        raise InputError(
            "the FASTA is packed with gzip, which cannot be read by ranges",
            where=str(path),
            remedy=f"Pack it with bgzip: gunzip -c {path.name} | bgzip > {path.stem}.bgz",
        )
    if kind == "bgzf":
        if not whole:
            raise InputError(
                "the FASTA is cut short (its last block is missing)",
                where=str(path),
                remedy="Copy or download it again.",
            )
        return True
    if not head.lstrip().startswith(b">"):
        what = "the FASTA is empty" if not head.strip() else "the file is no FASTA (it does not begin with >)"
        raise InputError(what, where=str(path), remedy="Give the reference genome as FASTA.")
    return False


def _beside(path: Path) -> tuple[Path, Path]:
    return Path(f"{path}.fai"), Path(f"{path}.gzi")


def _cached(path: Path) -> tuple[Path, Path]:
    """Return where the index of a FASTA in a read-only directory lies: by its path, size and time."""
    told = path.stat()
    key = hashlib.sha256(f"{path.resolve()}\n{told.st_size}\n{told.st_mtime_ns}".encode()).hexdigest()[:24]
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        base = os.path.join(home, ".cache") if os.path.isabs(home) else tempfile.gettempdir()
    stem = Path(base) / "netboard" / "fai" / f"{key}.fa"
    return _beside(stem)


def _complete(files: tuple[Path, Path], packed: bool) -> bool:
    return files[0].is_file() and (files[1].is_file() or not packed)


def _make(path: Path, packed: bool) -> tuple[Path, Path]:
    """Make the index beside the FASTA, or else in the cache; return where."""
    refused: list[str] = []
    for fai, gzi in (_beside(path), _cached(path)):
        try:
            fai.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".fai.", dir=fai.parent) as aside:
                _run_faidx(path, Path(aside) / "fai", Path(aside) / "gzi", packed)
                if packed:
                    (Path(aside) / "gzi").replace(gzi)
                (Path(aside) / "fai").replace(fai)
        except OSError as error:
            refused.append(f"{fai.parent} ({error.strerror})")
            continue
        return fai, gzi
    raise InputError(
        f"its index (.fai) is missing and cannot be written to {' or '.join(refused)}",
        where=str(path),
        remedy=f"Make it with `samtools faidx {path.name}`, or set XDG_CACHE_HOME to a directory you may write.",
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep htslib from writing to standard error: what it says is told in an error of ours."""
    import pysam

    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def _run_faidx(path: Path, fai: Path, gzi: Path, packed: bool) -> None:
    import pysam.samtools
    from pysam.utils import SamtoolsError

    more = ("--gzi-idx", str(gzi)) if packed else ()
    try:
        with quiet():
            pysam.samtools.faidx(str(path), "--fai-idx", str(fai), *more)
    except SamtoolsError:
        raise InputError(
            "the FASTA cannot be indexed: it is damaged, or the lines of a contig differ in length",
            where=str(path),
            remedy="Lay its lines out anew, for instance with `seqkit seq -w 60`, or download it again.",
        ) from None


def _lines(fai: Path, path: Path) -> Iterator[Contig]:
    try:
        text = fai.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"the index cannot be read ({error.strerror})", where=str(fai), remedy="Check its permissions."
        ) from None
    except UnicodeDecodeError:
        raise _misfit(fai, path, "it is no text") from None
    if not text.endswith("\n"):
        raise _misfit(fai, path, "its last line is cut short" if text else "it is empty")
    for number, line in enumerate(text.splitlines(), 1):
        name, *cells = line.split("\t")
        if len(cells) not in (4, 5) or not all(cell.isdigit() for cell in cells):
            raise _misfit(fai, path, f"line {number} is malformed")
        contig = Contig(name, *(int(cell) for cell in cells[:4]))
        if contig.length and not (0 < contig.line_bases < contig.line_bytes and contig.offset):
            raise _misfit(fai, path, f"line {number} is malformed")
        yield contig


def _check_places(path: Path, fai: Path, contigs: tuple[Contig, ...]) -> None:
    """Compare the index of a plain FASTA with its file: the begin of each contig, and the end of all."""
    size = path.stat().st_size
    with path.open("rb", buffering=0) as handle:
        for contig in contigs:
            if not contig.length:
                continue
            if contig.end > size:
                what = f"{contig.name} should reach to byte {contig.end} and the file has {size}"
                raise InputError(
                    f"the FASTA is cut short, or its index is of another file: {what}",
                    where=str(path),
                    remedy=f"Download the FASTA again, or remove {fai} so that it is made anew.",
                )
            handle.seek(contig.offset - 1)
            if handle.read(1) != b"\n":
                raise _misfit(fai, path, f"{contig.name} does not begin at byte {contig.offset}")
        handle.seek(max((contig.end for contig in contigs), default=0))
        if handle.read(_HEAD).strip():
            raise _misfit(fai, path, "the file goes on behind the last contig of the index")


def _misfit(fai: Path, path: Path, what: str) -> InputError:
    return InputError(
        f"the index does not fit the FASTA {path.name} ({what})",
        where=str(fai),
        remedy="Remove the index, so that it is made anew.",
    )
