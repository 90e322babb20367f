"""Mutated copies per tumour cell, from the share of reads, the purity and the copies of the gene.

With purity p, n copies of the gene in a tumour cell and two in a normal one, a share v of reads stands for
``u = v * (p * n + 2 * (1 - p)) / p`` mutated copies per tumour cell of an acquired variant; of an inherited
one the ``1 - p`` reads of normal cells are taken off first. (The usual model of bulk sequencing; it holds on
autosomes.) The interval is that of the share of reads, the purity is taken as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netboard.model.result import Finding
from netboard.model.share import score_interval
from netboard.model.standard import AlterationRules

#: Chromosomes on which a normal cell has not two copies in everyone.
NOT_TWO = ("X", "Y", "MT")


@dataclass(frozen=True, slots=True)
class GeneCopy:
    """Copies of a gene in a tumour cell as a segment table states them; None where it does not."""

    total: float | None = None
    minor: float | None = None


@dataclass(frozen=True, slots=True)
class Mutated:
    """Mutated copies per tumour cell with the interval that the reads allow."""

    copies: float
    low: float
    high: float
    #: Copies of the gene in all.
    total: float


def gene_copies(extra: Mapping[str, Any]) -> dict[str, GeneCopy]:
    """Return the copies per gene that a result holds of its segment table."""
    genes = (extra.get("copy_number") or {}).get("genes") or ()
    return {item["gene"]: GeneCopy(item.get("total"), item.get("minor")) for item in genes}


def missing(finding: Finding, copy: GeneCopy | None, purity: float | None) -> tuple[str, ...]:
    """Return what is absent to reckon mutated copies: the fields and tests that would supply it."""
    needs = []
    if finding.depth is None or finding.alt_depth is None or not finding.depth:
        needs.append("read counts of the variant (AD or its equivalent)")
    if not purity:
        needs.append("the tumour's purity, given as --purity")
    if copy is None or copy.total is None:
        needs.append("the copies of the gene, given as --segments with total copies")
    if finding.variant is not None and finding.variant.chrom in NOT_TWO:
        needs.append("the number of copies in the patient's normal cells")
    return tuple(needs)


def mutated(
    finding: Finding, copy: GeneCopy | None, purity: float | None, rules: AlterationRules, *, inherited: bool
) -> Mutated | None:
    """Return the mutated copies per tumour cell, None where :func:`missing` names anything."""
    if missing(finding, copy, purity):
        return None
    assert purity
    assert copy is not None
    assert copy.total is not None
    assert finding.depth
    assert finding.alt_depth is not None
    low, high = score_interval(finding.alt_depth, finding.depth, rules.figure("confidence_z"))
    all_copies = purity * copy.total + 2 * (1 - purity)
    normal = (1 - purity) if inherited else 0.0

    def per_cell(share: float) -> float:
        return max(0.0, (share * all_copies - normal) / purity)

    return Mutated(
        round(per_cell(finding.alt_depth / finding.depth), 3),
        round(per_cell(low), 3),
        round(per_cell(high), 3),
        copy.total,
    )
