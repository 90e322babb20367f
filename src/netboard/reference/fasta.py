"""Reference bases of a user's FASTA, plain or bgzipped, read by ranges through htslib.

A genome of three gigabytes is never read whole. Its build is told from the lengths of its chromosomes and
from the versions of accessions, or given; :mod:`netboard.reference.opened` confirms it on bases.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from netboard.errors import BuildError, InputError
from netboard.model.variant import BUILDS, Build
from netboard.reference.faidx import Contig, Index, open_index, quiet
from netboard.variants.contigs import LENGTHS, build_of_length, recognise

_UNKNOWN = re.compile("[^ACGT]")


class UntoldBuild(BuildError):
    """Neither lengths nor names of a FASTA tell its build."""


class FastaSequence:
    """Reference bases of one build out of a FASTA.

    Contig names of UCSC, Ensembl, RefSeq and GenBank are one; lower case (soft masking) is read as upper
    case; N and other IUPAC codes are not known bases.

    Parameters
    ----------
    path
        The FASTA; its index is made when there is none.
    build
        What the user says. Needed where no chromosome has the length that it has on either build.

    Raises
    ------
    InputError
        When the file cannot be used, or none of its contigs is a human chromosome.
    BuildError
        When the build cannot be told, or is not the one asked for.
    """

    def __init__(self, path: str, build: Build | None = None) -> None:
        if not Path(path).is_file():
            raise InputError("no such FASTA", where=path, remedy="Check the path given with --fasta.")
        self.path = path
        index = open_index(Path(path))
        #: Contig of the file by chromosome (``1`` to ``22``, ``X``, ``Y``, ``MT``).
        self.contigs: dict[str, Contig] = _chromosomes(index, path)
        #: ``build``, and how many chromosomes tell it by their length (none: it was given).
        self.build: Build
        self.build, self.told_by = _told_build(self.contigs, path, build)
        #: The index in use.
        self.index = str(index.fai)
        self._file = _opened(path, index)

    def base(self, chrom: str, start: int, end: int) -> str | None:
        """Return the bases of ``[start, end)``; None outside the contig or where the FASTA has no A, C, G or T."""
        contig = self.contigs.get(chrom)
        if contig is None or start < 0 or start >= end or end > contig.length:
            return None
        bases = self._fetch(contig, start, end)
        return None if bases.strip("ACGT") else bases

    def or_n(self, chrom: str, start: int, end: int) -> str:
        """Return the bases of ``[start, end)`` with N for each that is not known."""
        contig = self.contigs.get(chrom)
        if contig is None or start >= end:
            return "N" * max(0, end - start)
        low, high = max(0, start), min(end, contig.length)
        if low >= high:
            return "N" * (end - start)
        bases = _UNKNOWN.sub("N", self._fetch(contig, low, high))
        return "N" * (low - start) + bases + "N" * (end - high)

    def _fetch(self, contig: Contig, start: int, end: int) -> str:
        try:
            bases: str = self._file.fetch(contig.name, start, end).upper()
        except (OSError, ValueError) as error:
            raise self._damaged(contig, start, end, str(error)) from None
        if len(bases) != end - start:
            raise self._damaged(contig, start, end, f"{len(bases)} bases where {end - start} belong")
        return bases

    def _damaged(self, contig: Contig, start: int, end: int, what: str) -> InputError:
        return InputError(
            f"the FASTA cannot be read at {contig.name}:{start + 1}-{end} ({what})",
            where=self.path,
            remedy="It is damaged, or its index is of another file: remove the index, or download the FASTA again.",
        )


def _opened(path: str, index: Index) -> Any:
    import pysam

    try:
        with quiet():
            return pysam.FastaFile(
                path,
                filepath_index=str(index.fai),
                filepath_index_compressed=str(index.gzi) if index.gzi is not None else None,
            )
    except (OSError, ValueError) as error:
        raise InputError(
            f"the FASTA cannot be opened ({error})", where=path, remedy="Remove its index and try again."
        ) from None


def _chromosomes(index: Index, path: str) -> dict[str, Contig]:
    """Return the contigs that are chromosomes, by the project's name."""
    found: dict[str, Contig] = {}
    for contig in index.contigs:
        known = recognise(contig.name)
        if known is None:
            continue
        chrom = known[0]
        if chrom in found and chrom != "MT":
            raise InputError(
                f"two contigs are chromosome {chrom}: {found[chrom].name} and {contig.name}",
                where=path,
                remedy="Give a FASTA in which each chromosome stands once.",
            )
        found.setdefault(chrom, contig)
    if not found:
        shown = ", ".join(contig.name for contig in index.contigs[:5]) or "none"
        raise InputError(
            f"none of the FASTA's contigs is a human chromosome by any known name ({shown})",
            where=path,
            remedy="Give the GRCh37 or GRCh38 primary assembly; UCSC, Ensembl and RefSeq names are read.",
        )
    return found


def _told_build(contigs: dict[str, Contig], path: str, asked: Build | None) -> tuple[Build, int]:
    """Return the build and how many chromosomes tell it by their length."""
    by_length: dict[Build, list[str]] = {build: [] for build in BUILDS}
    by_name: dict[Build, list[str]] = {build: [] for build in BUILDS}
    foreign: list[str] = []
    for chrom, contig in contigs.items():
        named = recognise(contig.name)
        if named is not None and named[1] is not None:
            by_name[named[1]].append(contig.name)
        told = build_of_length(chrom, contig.length)
        if told is not None:
            by_length[told].append(contig.name)
        elif chrom in LENGTHS["GRCh38"]:
            foreign.append(f"{contig.name} has {contig.length} bases")
    tellers = {build: [*by_length[build], *by_name[build]] for build in BUILDS}
    if tellers["GRCh37"] and tellers["GRCh38"]:
        raise BuildError(
            f"the FASTA mixes builds: {tellers['GRCh37'][0]} is of GRCh37 and {tellers['GRCh38'][0]} of GRCh38",
            where=path,
            remedy="Give one whole primary assembly.",
        )
    build = next((build for build in BUILDS if tellers[build]), None)
    if build is not None and asked is not None and build != asked:
        raise BuildError(
            f"the FASTA is {build} by {tellers[build][0]}, and {asked} was asked for",
            where=path,
            remedy=f"Give the {asked} reference, or ask for {build}.",
        )
    if build is not None and foreign and (by_length[build] or asked is None):
        raise BuildError(
            f"the FASTA is {build} by {tellers[build][0]}, but {foreign[0]}, which is not of that build",
            where=path,
            remedy="Give whole chromosomes, so that positions are those of the build.",
        )
    chosen = build or asked
    if chosen is None:
        shown = ", ".join(foreign[:3]) or "it holds no chromosome but MT"
        raise UntoldBuild(
            f"the FASTA is of neither GRCh37 nor GRCh38 by the lengths of its chromosomes ({shown})",
            where=path,
            remedy="Give the whole GRCh37 or GRCh38 primary assembly, or say --build if positions are that build's.",
        )
    return chosen, len(by_length[chosen])
