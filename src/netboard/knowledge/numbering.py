"""The numbering of each pinned transcript, checked against the embedded reference sequence of both builds.

RefSeq versions of one gene may number its residues differently, so a gene file states the length of its
protein and a few residues that must stand where they are known to stand (``landmarks``). The translation
here is this module's own: it judges models and sequence, and shares nothing with the consequence engine.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from netboard.knowledge.tree import Problem, Tree
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Transcript

_BASES = "TCAG"
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
#: The standard genetic code (NCBI table 1), codons in the order of TCAG.
_CODE = {
    first + second + third: _AMINO_ACIDS[16 * one + 4 * two + three]
    for one, first in enumerate(_BASES)
    for two, second in enumerate(_BASES)
    for three, third in enumerate(_BASES)
}
_COMPLEMENT = str.maketrans("ACGT", "TGCA")
#: build, chrom, start, end, gene, source, bases.
_COLUMNS = 7
#: A stretch of known bases: (start, bases), 0-based.
_Stretches = Mapping[tuple[str, str], list[tuple[int, str]]]


def problems(tree: Tree, knowledge: Knowledge, layers: tuple[Path, ...]) -> Iterator[Problem]:
    """Yield each gene whose pinned protein is not as long as stated, or lacks a landmark, on either build."""
    stretches = _read([path for layer in layers for path in sorted((layer / "reference").glob("sequences*"))])
    for symbol, entry in tree.genes.items():
        model = entry.model
        if not (model.protein_length or model.landmarks):
            continue
        gene = knowledge.panel.genes[symbol]
        for build in BUILDS:
            pinned = gene.models(build)
            if not pinned:
                yield entry.problem(
                    f"{symbol} has no transcript on {build}, and states its numbering", "landmarks"
                )
                continue
            protein = translated(pinned[0], stretches)
            if protein is None:
                continue
            where = f"{pinned[0].accession} on {build}"
            if model.protein_length and len(protein) != model.protein_length:
                yield entry.problem(
                    f"{where} has {len(protein)} residues, not {model.protein_length}", "protein_length"
                )
            for index, landmark in enumerate(model.landmarks):
                place = int(landmark[1:])
                found = protein[place - 1] if place <= len(protein) else "none"
                if found != landmark[0]:
                    yield entry.problem(
                        f"residue {place} of {where} is {found}, not {landmark[0]}", "landmarks", index
                    )


def translated(model: Transcript, stretches: _Stretches) -> str | None:
    """Return the protein of a model without its stop, or None where a base of it is not known."""
    if model.cds_start is None:
        return None
    parts = []
    for start, end in model.coding():
        bases = _bases(stretches, model.build, model.chrom, start, end)
        if bases is None:
            return None
        parts.append(bases)
    coding = "".join(parts)
    if model.strand < 0:
        coding = coding.translate(_COMPLEMENT)[::-1]
    codons = (coding[at : at + 3] for at in range(0, len(coding) - len(coding) % 3, 3))
    return "".join(_CODE.get(codon, "X") for codon in codons).removesuffix("*")


def _bases(stretches: _Stretches, build: str, chrom: str, start: int, end: int) -> str | None:
    for low, bases in stretches.get((build, chrom), []):
        if low <= start and end <= low + len(bases):
            return bases[start - low : end - low]
    return None


def _read(paths: list[Path]) -> dict[tuple[str, str], list[tuple[int, str]]]:
    held: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for path in paths:
        try:
            with gzip.open(path, "rt", encoding="ascii") as handle:
                lines = [line.rstrip("\n").split("\t") for line in handle if not line.startswith("#")]
        except (OSError, EOFError, zlib.error, UnicodeDecodeError):
            # A damaged table is told by what reads it for a run; here it checks nothing.
            continue
        for row in lines:
            if len(row) == _COLUMNS and row[2].isdigit():
                held.setdefault((row[0], row[1]), []).append((int(row[2]), row[6]))
    return held
