"""What one file takes away from what its assay could see.

The assay says what a laboratory looks at; the file may still not show it: a genotype was not called, an
allele could not be read, a segment table leaves a gene out, or the genome build is in doubt. Each such gap
turns "assessed" back into "not known", so that nothing found is never read as nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from netboard.model.evidence import MIN_CALLABLE
from netboard.model.facts import Coverage
from netboard.model.variant import Build, CopyNumber, Interval, Panel, Transcript

Seen = Mapping[str, Mapping[str, Coverage]]
#: Bases of an intron beside an exon that make the splice site: a call missing there hides a loss of function.
SPLICE_SITE = 2


def without_unread(seen: Seen, panel: Panel, build: Build, unread: Iterable[tuple[Interval, str]]) -> Seen:
    """Return the coverage with each gene "partly" in which a record of this sample could not be read.

    ``unread`` are the stretches of such records (no genotype called, an allele that is no sequence), each
    with the class of event that it leaves open.
    """
    places: dict[str, list[Interval]] = {}
    for place, scope in unread:
        places.setdefault(scope, []).append(place)
    if not places:
        return seen
    result = dict(seen)
    for symbol, scopes in seen.items():
        models = panel.genes[symbol].models(build)
        if not models:
            continue
        small, copies = scopes["small_variants"], scopes["copy_number"]
        if copies.state == "assessed" and _gene_touched(models[0], places.get("copy_number", ())):
            scopes = {**scopes, "copy_number": replace(copies, state="partly", reason="record_not_read")}
            result[symbol] = scopes
        if small.state == "assessed" and _coding_touched(models[0], places.get("small_variants", ())):
            scopes = {**scopes, "small_variants": replace(small, state="partly", reason="record_not_read")}
            result[symbol] = scopes
        promoter = scopes.get("promoter")
        windows = [p.interval for p in panel.genes[symbol].promoters if p.build == build]
        read = not _any_overlap(windows, places.get("small_variants", ()))
        if promoter is not None and promoter.state == "assessed" and not read:
            result[symbol] = {
                **scopes,
                "promoter": replace(promoter, state="partly", reason="record_not_read"),
            }
    return result


def of_segments(seen: Seen, panel: Panel, build: Build, segments: Sequence[CopyNumber]) -> Seen:
    """Return the coverage with copy number assessed only where a segment with a call covers the gene."""
    result = dict(seen)
    for symbol, scopes in seen.items():
        models = panel.genes[symbol].models(build)
        if models:
            result[symbol] = {**scopes, "copy_number": _segment_coverage(models[0], segments)}
    return result


def build_in_doubt(seen: Seen) -> Seen:
    """Return the coverage of a file whose build is in doubt: nothing found says nothing of any gene."""
    return {
        symbol: {
            scope: replace(cover, state="not_assessed", reason="build_in_doubt")
            for scope, cover in scopes.items()
        }
        for symbol, scopes in seen.items()
    }


def _any_overlap(windows: Sequence[Interval], places: Sequence[Interval]) -> bool:
    return any(w.chrom == p.chrom and p.start < w.end and p.end > w.start for w in windows for p in places)


def _gene_touched(model: Transcript, places: Sequence[Interval]) -> bool:
    start, end = model.exons[0][0], model.exons[-1][1]
    return any(p.chrom == model.chrom and p.start < end and p.end > start for p in places)


def _coding_touched(model: Transcript, places: Sequence[Interval]) -> bool:
    return any(
        place.chrom == model.chrom and place.start < end + SPLICE_SITE and place.end > start - SPLICE_SITE
        for place in places
        for start, end in model.coding()
    )


def _segment_coverage(model: Transcript, segments: Sequence[CopyNumber]) -> Coverage:
    start, end = model.exons[0][0], model.exons[-1][1]
    known = 0
    for call in segments:
        if call.chrom == model.chrom and call.call != "unknown":
            known += max(0, min(end, call.end) - max(start, call.start))
    share = min(1.0, known / (end - start))
    if share == 0:
        return Coverage("not_assessed", "no_copy_number_call", 0.0, "measured")
    if share < MIN_CALLABLE:
        return Coverage("partly", "partly_covered", round(share, 4), "measured")
    return Coverage("assessed", "", round(share, 4), "measured")
