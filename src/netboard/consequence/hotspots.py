"""Exact recurrent alleles and recurrent residues of the panel.

An allele is matched on its trimmed, left-aligned key on its own build. Its label is a protein change only
for substitutions; an indel's label names a hotspot that indels of different length share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

from netboard.consequence.places import Change
from netboard.consequence.translation import ONE_TO_THREE
from netboard.model.variant import Build, KnownAllele, Panel

_LABEL = re.compile(r"([A-Z])(\d+)([A-Z*])$")
_THREE_TO_ONE = {three: one for one, three in ONE_TO_THREE.items()}
_PROTEIN = re.compile(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2})\)?$")
#: Some annotators write one letter (``p.P17L``).
_PROTEIN_SHORT = re.compile(r"p\.\(?([A-Z])(\d+)([A-Z])\)?$")


class Hotspots:
    """Recurrent alleles of one build, by key and by residue.

    The table numbers residues on the transcript its authors used. For a few genes that is not the panel's
    own; there the residue is counted on the panel's transcript from the place of the allele.
    """

    def __init__(self, panel: Panel, build: Build) -> None:
        self._panel = panel
        self._build: Build = build
        self._alleles: dict[tuple[str, int, str, str], list[KnownAllele]] = {}
        for allele in panel.alleles:
            if allele.build == build:
                key = (allele.chrom, allele.start, allele.ref, allele.alt)
                self._alleles.setdefault(key, []).append(allele)

    @cached_property
    def _by_gene(self) -> dict[str, list[KnownAllele]]:
        found: dict[str, list[KnownAllele]] = {}
        for alleles in self._alleles.values():
            for allele in alleles:
                if allele.substitution:
                    found.setdefault(allele.gene, []).append(allele)
        return found

    @cache  # noqa: B019  (one object a run, and as many entries as genes)
    def _recurrent(self, gene: str) -> tuple[dict[str, str], dict[int, str]]:
        """Return the labels of ``gene`` by change and by residue, both counted on the panel's transcript."""
        changes: dict[str, str] = {}
        residues: dict[int, str] = {}
        for allele in self._by_gene.get(gene, ()):
            match = _LABEL.match(allele.label)
            number = self.residue_of(allele)
            if match is not None and number is not None:
                changes.setdefault(f"{match[1]}{number}{match[3]}", allele.label)
                residues.setdefault(number, f"{match[1]}{match[2]}")
        for residue in self._panel.genes[gene].hotspot_residues:
            residues.setdefault(residue, str(residue))
        return changes, residues

    def residue_of(self, allele: KnownAllele) -> int | None:
        """Return the residue in which a substitution lies on the panel's first transcript, or None."""
        models = self._panel.genes[allele.gene].models(self._build)
        if not models or models[0].cds_start is None or models[0].cds_end is None:
            return None
        model, before = models[0], 0
        low, high = models[0].cds_start, models[0].cds_end
        for start, end in model.exons if model.strand == 1 else model.exons[::-1]:
            start, end = max(start, low), min(end, high)
            if start <= allele.start < end:
                inside = allele.start - start if model.strand == 1 else end - 1 - allele.start
                return (before + inside) // 3 + 1
            before += max(0, end - start)
        return None

    def numbered_alike(self, allele: KnownAllele) -> bool:
        """Whether a label counts residues as the panel's transcript does."""
        match = _LABEL.match(allele.label)
        return match is not None and self.residue_of(allele) == int(match[2])

    def exact(self, gene: str, chrom: str, changes: Iterable[Change]) -> KnownAllele | None:
        """Return the recurrent allele of ``gene`` that any of the equivalent placements is."""
        for change in changes:
            for allele in self._alleles.get((chrom, change.start, change.ref, change.alt), ()):
                if allele.gene == gene:
                    return allele
        return None

    def same_change(self, gene: str, hgvsp: str | None) -> str | None:
        """Return the label when the protein change, by whatever bases, is a recurrent one of ``gene``."""
        short = _PROTEIN_SHORT.search(hgvsp or "")
        if short is not None:
            return self._recurrent(gene)[0].get("".join(short.groups()))
        match = _PROTEIN.search(hgvsp or "")
        if match is None:
            return None
        one = _THREE_TO_ONE.get(match[1], "?") + match[2] + _THREE_TO_ONE.get(match[3], "?")
        return self._recurrent(gene)[0].get(one)

    def residue(self, gene: str, residue: int | None) -> str | None:
        """Return the recurrent residue (``V600``) when ``residue`` of ``gene`` is one, under the table's name."""
        return self._recurrent(gene)[1].get(residue) if residue is not None else None


def protein_name(label: str) -> str | None:
    """Return ``p.(Val600Glu)`` for a substitution's label ``V600E``, else None."""
    match = _LABEL.match(label)
    if match is None:
        return None
    return (
        f"p.({ONE_TO_THREE[match[1]]}{match[2]}{ONE_TO_THREE[match[3]]})"
        if match[1] in ONE_TO_THREE
        else None
    )
