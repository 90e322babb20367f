"""BCF, through htslib: its records become VCF lines, so that everything after is one way.

pysam is imported here only, when a BCF is met: its start-up is a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from netboard.errors import InputError
from netboard.variants.contigs import chromosome
from netboard.variants.sieve import Yield
from netboard.variants.targets import TargetSet

#: Bases between two targets that are rather read than skipped: each fetch inflates a block anew.
_NEAR = 100_000
_STRUCTURAL_KEYS = ("SVTYPE", "SVLEN", "SVCLAIM")


@contextmanager
def _reading(path: Path, where: str) -> Iterator[Any]:
    import pysam

    before = pysam.set_verbosity(0)
    try:
        with pysam.VariantFile(str(path)) as handle:
            yield handle
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            f"the BCF cannot be read ({' '.join(str(error).split())[:120]})",
            where=where,
            remedy="Copy the file again, or convert it with `bcftools view`",
        ) from error
    finally:
        pysam.set_verbosity(before)


def header_text(path: Path, where: str) -> bytes:
    """Return the header of a BCF as VCF text, ``#CHROM`` line included."""
    with _reading(path, where) as handle:
        return str(handle.header).encode()


def scan_bcf(
    path: Path, where: str, targets: TargetSet, keep: Callable[[int, bytes], object], *, use_index: bool
) -> Yield:
    """Hand each record that concerns ``targets`` to ``keep`` as (-1 or record number from 0, VCF line).

    With ``use_index`` and an index that htslib accepts, only the parts over the targets are read.
    """
    found = Yield()
    with _reading(path, where) as handle:
        names = [(name, chromosome(name)) for name in handle.header.contigs]
        if use_index and handle.index is not None:
            seen: set[bytes] = set()
            for name, chrom in names:
                for start, end in _windows(t[1:] for t in targets.intervals() if t[0] == chrom):
                    for record in handle.fetch(name, start, end):
                        if chrom is None or not targets.overlaps(chrom, record.start, record.stop):
                            continue
                        line = _line(record)
                        if line not in seen and targets.reaches(line):
                            seen.add(line)
                            keep(-1, line)
            found.lines = -1
            found.contigs = dict.fromkeys(name for name, _ in names)
        else:
            chroms = dict(names)
            for number, record in enumerate(handle):
                found.lines += 1
                found.contigs[record.contig] = None
                chrom = chroms.get(record.contig)
                near = chrom is not None and targets.overlaps(chrom, record.start, record.stop)
                if near or any(key in record.info for key in _STRUCTURAL_KEYS) or _symbolic(record):
                    line = _line(record)
                    if targets.reaches(line):
                        keep(number, line)
        found.known = any(chromosome(name) is not None for name in found.contigs)
    return found


def _windows(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield stretches that hold ``spans`` (ascending): what lies close together is fetched at once."""
    window: tuple[int, int] | None = None
    for start, end in spans:
        if window is not None and start - window[1] <= _NEAR:
            window = window[0], max(window[1], end)
            continue
        if window is not None:
            yield window
        window = start, end
    if window is not None:
        yield window


def _symbolic(record: Any) -> bool:
    return any(alt[:1] == "<" or "[" in alt or "]" in alt for alt in record.alts or ())


def _line(record: Any) -> bytes:
    return str(record).rstrip("\n").encode()
