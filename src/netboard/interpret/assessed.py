"""What the assay could see of each gene, so that a blank is never read as "not mutated".

Per gene and scope (small variants, promoter, copy number, fusions) the coverage is assessed, partly,
not assessed or undeclared, whatever was found; a gene with a reportable event becomes ``altered`` in
the result, while rules go on asking for its coverage.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from netboard.model.evidence import MIN_CALLABLE
from netboard.model.facts import GERMLINE_SCOPE, SCOPES, Coverage
from netboard.model.result import Finding, GeneAssessment
from netboard.model.variant import Assay, Build, Gene, Interval, Panel

_FINDING_SCOPE = {"small_variant": "small_variants", "copy_number": "copy_number", "rearrangement": "fusions"}


def coverage(assay: Assay, panel: Panel, build: Build) -> dict[str, dict[str, Coverage]]:
    """Return the coverage of every panel gene by scope."""
    targets = _Regions(assay.targets) if assay.targets is not None else None
    callable_ = _Regions(assay.callable_regions) if assay.callable_regions is not None else None
    return {
        symbol: _gene_coverage(gene, assay, build, targets, callable_) for symbol, gene in panel.genes.items()
    }


def _gene_coverage(
    gene: Gene, assay: Assay, build: Build, targets: _Regions | None, callable_: _Regions | None
) -> dict[str, Coverage]:
    if not assay.declared:
        unknown = Coverage("undeclared", "absent_assay_undeclared")
        return {
            scope: Coverage("assessed", basis="measured") if scope in assay.sees else unknown
            for scope in SCOPES
        }
    result = {}
    for scope in SCOPES:
        if scope not in assay.sees:
            result[scope] = Coverage("not_assessed", "class_not_assayed")
            continue
        stretches = _stretches(gene, build, scope)
        if not stretches:
            reason = "class_not_assayed" if scope == "promoter" else "not_covered"
            result[scope] = Coverage("not_assessed", reason)
        else:
            result[scope] = _share(stretches, targets, callable_)
    if GERMLINE_SCOPE in assay.sees and result["small_variants"].state == "assessed":
        result[GERMLINE_SCOPE] = result["small_variants"]
    return result


def _share(stretches: Sequence[Interval], targets: _Regions | None, callable_: _Regions | None) -> Coverage:
    basis = "measured" if callable_ is not None else "design"
    regions = callable_ if callable_ is not None else targets
    if regions is None:
        return Coverage("assessed", covered=1.0, basis=basis)
    total = sum(piece.end - piece.start for piece in stretches)
    share = sum(regions.overlap(piece) for piece in stretches) / total if total else 0.0
    if share == 0:
        return Coverage("not_assessed", "not_covered", 0.0, basis)
    if share < MIN_CALLABLE:
        return Coverage("partly", "partly_covered", round(share, 4), basis)
    return Coverage("assessed", "", round(share, 4), basis)


def _stretches(gene: Gene, build: Build, scope: str) -> list[Interval]:
    """Return what must be covered: the promoter, or the coding exons of the first model."""
    if scope == "promoter":
        return [promoter.interval for promoter in gene.promoters if promoter.build == build]
    models = gene.models(build)
    if not models:
        return []
    model = models[0]
    return [Interval(model.chrom, start, end) for start, end in model.coding()]


def gene_assessments(
    seen: Mapping[str, Mapping[str, Coverage]],
    findings: Iterable[Finding],
    with_promoter: frozenset[str] = frozenset(),
) -> tuple[GeneAssessment, ...]:
    """Return one state per gene and scope; ``altered`` where a passed event was found that is not benign.

    A gene of ``with_promoter`` is only partly looked at while its promoter was not.
    """
    altered: set[tuple[str, str]] = set()
    for finding in findings:
        onco = finding.oncogenicity
        benign = onco is not None and onco.significance == "benign"
        if finding.event in ("synonymous", "undetermined") or not finding.filter_passed or benign:
            continue
        scope = "promoter" if finding.event == "promoter" else _FINDING_SCOPE[finding.type]
        altered.add((finding.gene, scope))
    result = []
    for gene, scopes in sorted(seen.items()):
        states = {
            scope: "altered" if (gene, scope) in altered else cover.state for scope, cover in scopes.items()
        }
        small = scopes["small_variants"]
        if gene in with_promoter and states["small_variants"] == "assessed":
            states["small_variants"] = "assessed" if scopes["promoter"].state == "assessed" else "partly"
        result.append(
            GeneAssessment(
                gene=gene,
                small_variants=states["small_variants"],
                copy_number=states["copy_number"],
                fusions=states["fusions"],
                promoter=states["promoter"],
                covered=small.covered,
                basis="" if small.state == "undeclared" else small.basis,
                seen={
                    scope: "assessed" if c.state == "assessed" else c.reason for scope, c in scopes.items()
                },
            )
        )
    return tuple(result)


_STATE_OF_CODE = {
    "assessed": "assessed",
    "partly_covered": "partly",
    "record_not_read": "partly",
    "absent_assay_undeclared": "undeclared",
}


def stored_coverage(genes: Iterable[GeneAssessment], panel: Panel) -> dict[str, dict[str, Coverage]]:
    """Return the coverage that a stored result states; a gene added since is ``not_covered``, not absent."""
    stored = {gene.gene: gene for gene in genes}
    result: dict[str, dict[str, Coverage]] = {}
    for symbol in panel.genes:
        known = stored.get(symbol)
        result[symbol] = {}
        for scope in SCOPES:
            code = known.seen.get(scope, "not_covered") if known is not None else "not_covered"
            state = _STATE_OF_CODE.get(code, "not_assessed")
            covered = known.covered if known is not None and scope == "small_variants" else None
            basis = known.basis if known is not None and known.basis else "design"
            result[symbol][scope] = Coverage(state, "" if state == "assessed" else code, covered, basis)
        if known is not None and known.seen.get(GERMLINE_SCOPE) == "assessed":
            result[symbol][GERMLINE_SCOPE] = Coverage("assessed", "", known.covered)
    return result


class _Regions:
    """Merged intervals by chromosome, for overlap lengths in logarithmic time."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        by_chrom: dict[str, list[tuple[int, int]]] = {}
        for item in intervals:
            by_chrom.setdefault(item.chrom, []).append((item.start, item.end))
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        for chrom, pieces in by_chrom.items():
            merged: list[list[int]] = []
            for start, end in sorted(pieces):
                if merged and start <= merged[-1][1]:
                    merged[-1][1] = max(merged[-1][1], end)
                else:
                    merged.append([start, end])
            self._starts[chrom] = [piece[0] for piece in merged]
            self._ends[chrom] = [piece[1] for piece in merged]

    def overlap(self, piece: Interval) -> int:
        """Return how many bases of ``piece`` the regions cover."""
        starts, ends = self._starts.get(piece.chrom, []), self._ends.get(piece.chrom, [])
        index = max(0, bisect_right(starts, piece.start) - 1)
        total = 0
        while index < len(starts) and starts[index] < piece.end:
            total += max(0, min(ends[index], piece.end) - max(starts[index], piece.start))
            index += 1
        return total
