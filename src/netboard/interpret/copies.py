"""Mutated copies per tumour cell, from the share of reads, the purity and the copies of the gene.

With purity p, n copies of the gene in a tumour cell and m in a normal one, a share v of reads stands for
``u = v * (p * n + m * (1 - p)) / p`` mutated copies per tumour cell of an acquired variant; of an inherited
one the ``1 - p`` reads of normal cells are taken off first. (The usual model of bulk sequencing; m is two on
the autosomes, and on X two in women and one in men.) The interval is that of the share of reads, the purity is
taken as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netboard.model.result import Finding
from netboard.model.share import score_interval
from netboard.model.standard import AlterationRules


@dataclass(frozen=True, slots=True)
class Cells:
    """What was given of the cells in the sample: purity from 0 to 1, and the patient's sex; None is not given."""

    purity: float | None = None
    sex: str | None = None

    def in_normal(self, chrom: str) -> int | None:
        """Return the copies of a chromosome in a normal cell of the patient, None where it is not known."""
        if chrom.isdigit():
            return 2
        return {"female": 2, "male": 1}.get(self.sex or "") if chrom == "X" else None


#: What would tell the copies of the X chromosome in normal cells.
SEX = "the patient's sex, given as --sex"


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


def missing(finding: Finding, copy: GeneCopy | None, cells: Cells) -> tuple[str, ...]:
    """Return what is absent to reckon mutated copies: the fields and tests that would supply it."""
    needs = []
    if finding.depth is None or finding.alt_depth is None or not finding.depth:
        needs.append("read counts of the variant (AD or its equivalent)")
    if not cells.purity:
        needs.append("the tumour's purity, given as --purity")
    if copy is None or copy.total is None:
        needs.append("the copies of the gene, given as --segments with total copies")
    chrom = finding.variant.chrom if finding.variant is not None else ""
    if cells.in_normal(chrom) is None:
        needs.append(SEX if chrom == "X" else "the number of copies in the patient's normal cells")
    return tuple(needs)


def mutated(
    finding: Finding, copy: GeneCopy | None, cells: Cells, rules: AlterationRules, *, inherited: bool
) -> Mutated | None:
    """Return the mutated copies per tumour cell, None where :func:`missing` names anything."""
    if missing(finding, copy, cells):
        return None
    assert finding.variant is not None
    normal_copies, purity = cells.in_normal(finding.variant.chrom), cells.purity
    assert purity
    assert normal_copies is not None
    assert copy is not None
    assert copy.total is not None
    assert finding.depth
    assert finding.alt_depth is not None
    low, high = score_interval(finding.alt_depth, finding.depth, rules.figure("confidence_z"))
    all_copies = purity * copy.total + normal_copies * (1 - purity)
    normal = (1 - purity) if inherited else 0.0

    def per_cell(share: float) -> float:
        return max(0.0, (share * all_copies - normal) / purity)

    return Mutated(
        round(per_cell(finding.alt_depth / finding.depth), 3),
        round(per_cell(low), 3),
        round(per_cell(high), 3),
        copy.total,
    )
