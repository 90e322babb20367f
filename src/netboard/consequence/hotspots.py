"""Exact recurrent alleles and recurrent residues of the panel.

An allele is matched on its trimmed, left-aligned key on its own build. Its label is a protein change only
for substitutions; an indel's label names a hotspot that indels of different length share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from netboard.consequence.places import Change
from netboard.model.variant import Build, KnownAllele, Panel

_LABEL = re.compile(r"([A-Z])(\d+)([A-Z*])$")
_ONE_TO_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "*": "Ter",
}  # fmt: skip
_THREE_TO_ONE = {three: one for one, three in _ONE_TO_THREE.items()}
_PROTEIN = re.compile(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2})\)?$")


class Hotspots:
    """Recurrent alleles of one build, by key and by residue."""

    def __init__(self, panel: Panel, build: Build) -> None:
        self._alleles: dict[tuple[str, int, str, str], list[KnownAllele]] = {}
        self._changes: dict[str, set[str]] = {}
        self._residues: dict[tuple[str, int], str] = {}
        for allele in panel.alleles:
            if allele.build != build:
                continue
            self._alleles.setdefault((allele.chrom, allele.start, allele.ref, allele.alt), []).append(allele)
            match = _LABEL.match(allele.label) if allele.substitution else None
            if match is not None:
                self._changes.setdefault(allele.gene, set()).add(allele.label)
                self._residues.setdefault((allele.gene, int(match[2])), f"{match[1]}{match[2]}")
        for gene in panel.genes.values():
            for residue in gene.hotspot_residues:
                self._residues.setdefault((gene.symbol, residue), str(residue))

    def exact(self, gene: str, chrom: str, changes: Iterable[Change]) -> KnownAllele | None:
        """Return the recurrent allele of ``gene`` that any of the equivalent placements is."""
        for change in changes:
            for allele in self._alleles.get((chrom, change.start, change.ref, change.alt), ()):
                if allele.gene == gene:
                    return allele
        return None

    def same_change(self, gene: str, hgvsp: str | None) -> str | None:
        """Return the label when the protein change, by whatever bases, is a recurrent one of ``gene``."""
        match = _PROTEIN.search(hgvsp or "")
        if match is None:
            return None
        one = _THREE_TO_ONE.get(match[1], "?") + match[2] + _THREE_TO_ONE.get(match[3], "?")
        return one if one in self._changes.get(gene, ()) else None

    def residue(self, gene: str, residue: int | None) -> str | None:
        """Return the recurrent residue (``V600``) when ``residue`` of ``gene`` is one."""
        return self._residues.get((gene, residue)) if residue is not None else None


def protein_name(label: str) -> str | None:
    """Return ``p.(Val600Glu)`` for a substitution's label ``V600E``, else None."""
    match = _LABEL.match(label)
    if match is None:
        return None
    return f"p.({_ONE_TO_THREE[match[1]]}{match[2]}{_ONE_TO_THREE[match[3]]})" if match[1] in _ONE_TO_THREE else None
