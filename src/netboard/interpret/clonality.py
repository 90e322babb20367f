"""A hint at whether all tumour cells carry a variant, or a part of them; silent where a figure is absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netboard.interpret.copies import Cells, GeneCopy, missing, mutated
from netboard.model.result import Clonality, Finding
from netboard.model.standard import AlterationRules


def clonality_hints(
    findings: Iterable[Finding],
    copies: Mapping[str, GeneCopy],
    cells: Cells,
    rules: AlterationRules,
) -> tuple[Clonality, ...]:
    """Return one hint for each small variant that counts and is not suspected to be inherited.

    An inherited variant is in every cell, so nothing is asked of it.
    """
    return tuple(
        _hint(finding, copies.get(finding.gene), cells, rules) for finding in findings if _asked(finding)
    )


def _asked(finding: Finding) -> bool:
    onco = finding.oncogenicity
    return (
        finding.type == "small_variant"
        and finding.filter_passed
        and finding.event != "synonymous"
        and finding.origin != "germline_suspect"
        and onco is not None
        and onco.significance != "benign"
    )


def _hint(finding: Finding, copy: GeneCopy | None, cells: Cells, rules: AlterationRules) -> Clonality:
    needs = missing(finding, copy, cells)
    found = mutated(finding, copy, cells, rules, inherited=False)
    if found is None:
        return Clonality(
            finding.id, "unknown", "the share of reads alone does not tell the share of cells", needs
        )
    near = rules.figure("copies_tolerance")
    shown = f"{found.copies:.2g} mutated copies per tumour cell ({found.low:.2g} to {found.high:.2g})"
    figures = (found.copies, found.low, found.high)
    if found.low > found.total + near:
        why = f"{shown}, more than the {found.total:g} copies there are: the figures contradict each other"
        doubt = ("a second look at purity and copy number, and a matched normal",)
        return Clonality(finding.id, "unknown", why, doubt, *figures)
    if found.high < 1 - near:
        return Clonality(
            finding.id, "fits_part_of_the_cells", f"{shown}: fewer than one in each cell", (), *figures
        )
    if found.copies < 1 - near:
        why = f"{shown}: the reads allow one in each cell and also fewer"
        return Clonality(finding.id, "unknown", why, ("deeper sequencing",), *figures)
    return Clonality(finding.id, "fits_all_cells", f"{shown}: enough for one in each cell", (), *figures)
