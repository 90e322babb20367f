"""Reads the generated reference tables: transcript models and recurrent alleles.

Both are plain tab-separated text, read without a library, since they are read in every run.
Positions are 0-based half-open as the files' first comment lines say.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from netboard.errors import KnowledgeError
from netboard.model.variant import Build, KnownAllele, Transcript


def read_transcripts(path: Path) -> dict[str, tuple[Transcript, ...]]:
    """Return the models of each gene; per build the one to be reported comes first.

    Raises
    ------
    KnowledgeError
        When a line is malformed; it is named.
    """
    models: dict[str, list[Transcript]] = {}
    for number, fields in _lines(path, 13):
        (
            gene,
            build,
            accession,
            chrom,
            strand,
            starts,
            ends,
            cds_start,
            cds_end,
            status,
            ensembl,
            protein,
            note,
        ) = fields
        try:
            exons = tuple(zip(map(int, starts.split(",")), map(int, ends.split(",")), strict=True))
            model = Transcript(
                gene=gene,
                build=cast(Build, build),
                accession=accession,
                chrom=chrom,
                strand=1 if strand == "+" else -1,
                exons=exons,
                cds_start=int(cds_start) if cds_start else None,
                cds_end=int(cds_end) if cds_end else None,
                status=status,
                ensembl=ensembl or None,
                protein=protein or None,
                note=note,
            )
        except ValueError as error:
            raise KnowledgeError(f"a malformed transcript ({error})", where=f"{path}:{number}") from None
        models.setdefault(gene, []).append(model)
    return {gene: tuple(found) for gene, found in models.items()}


def read_alleles(path: Path) -> tuple[KnownAllele, ...]:
    """Return the recurrent alleles, each on its trimmed key (an empty allele is an empty string).

    Raises
    ------
    KnowledgeError
        When a line is malformed; it is named.
    """
    found = []
    for number, (build, chrom, start, ref, alt, gene, label, _class, substitution) in _lines(path, 9):
        if not start.isdigit():
            raise KnowledgeError(f"start {start!r} is not a number", where=f"{path}:{number}")
        found.append(
            KnownAllele(
                cast(Build, build),
                chrom,
                int(start),
                "" if ref == "." else ref,
                "" if alt == "." else alt,
                gene,
                label,
                substitution == "1",
            )
        )
    return tuple(found)


def _lines(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KnowledgeError(f"cannot be read ({error.strerror})", where=str(path)) from None
    header = True
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        if header:
            header = False
            continue
        fields = line.split("\t")
        if len(fields) != columns:
            raise KnowledgeError(f"{len(fields)} columns where {columns} belong", where=f"{path}:{number}")
        yield number, fields
