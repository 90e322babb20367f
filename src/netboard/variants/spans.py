"""Where the genes of the panel lie, unpadded: which gene a breakpoint hits."""

from __future__ import annotations

from bisect import bisect_right

from netboard.model.variant import Build, Panel


class GeneSpans:
    """Spans of the panel's genes on one build, from the first exon of any model to the last."""

    def __init__(self, panel: Panel, build: Build) -> None:
        self._by_chrom: dict[str, list[tuple[int, int, str]]] = {}
        self._spans: dict[str, tuple[int, int]] = {}
        for gene in panel.genes.values():
            models = gene.models(build)
            if models:
                span = (min(m.exons[0][0] for m in models), max(m.exons[-1][1] for m in models), gene.symbol)
                self._by_chrom.setdefault(models[0].chrom, []).append(span)
                self._spans[gene.symbol] = span[:2]
        self._starts: dict[str, list[int]] = {}
        for chrom, spans in self._by_chrom.items():
            spans.sort()
            self._starts[chrom] = [s for s, _, _ in spans]

    def gene_at(self, chrom: str | None, position: int | None) -> str:
        """Return the gene that holds the 0-based position, ``""`` when none does."""
        if chrom is None or position is None or chrom not in self._by_chrom:
            return ""
        last = bisect_right(self._starts[chrom], position)
        for start, end, symbol in reversed(self._by_chrom[chrom][:last]):
            if start <= position < end:
                return symbol
        return ""

    def span_of(self, gene: str) -> tuple[int, int]:
        """Return start and end of a gene (0-based half-open); KeyError when it has no model on the build."""
        return self._spans[gene]

    def genes_over(self, chrom: str, start: int, end: int) -> tuple[str, ...]:
        """Return the genes that overlap ``[start, end)`` (0-based half-open)."""
        return tuple(g for s, e, g in self._by_chrom.get(chrom, ()) if s < end and start < e)
