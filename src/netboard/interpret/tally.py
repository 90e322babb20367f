"""Counts somatic small variants over the regions of an assay: what a burden and a signature rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netboard.interpret.events import support_level
from netboard.interpret.origin import origin_of
from netboard.interpret.settings import Settings
from netboard.model.markers import SignatureMeasure, Tally
from netboard.model.variant import SequenceProvider, Variant

_COUNTS = (
    "somatic", "open", "unstated", "inherited", "filtered", "weak", "indels", "substitutions", "changed",
    "neighbours_known", "in_context",
)  # fmt: skip
_COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A"}


def count_somatic(
    variants: Iterable[Variant],
    settings: Settings,
    signature: SignatureMeasure | None,
    sequence: SequenceProvider | None,
    *,
    normal_in_file: bool,
    declared: bool,
    bed_bases: int | None,
) -> Tally:
    """Return the counts of ``variants``.

    ``normal_in_file`` says that the file tells of a matched normal. ``declared`` says that the laboratory declares
    the calls as made against it: then a variant of which the file states no reads of the normal is somatic, unless
    it looks inherited; else its origin is not told.
    ``bed_bases`` is the size of the regions.
    """
    tally = Tally(bed_megabases=None if bed_bases is None else bed_bases / 1e6)
    counts = dict.fromkeys(_COUNTS, 0)
    judged = False
    for variant in variants:
        judged = judged or any(name != "." for name in variant.filters)
        kind = _kind(variant, settings, normal_in_file=normal_in_file, declared=declared)
        counts[kind] += 1
        if kind != "somatic":
            continue
        if len(variant.ref) != len(variant.alt):
            counts["indels"] += 1
        elif len(variant.ref) == 1:
            counts["substitutions"] += 1
            for name in _pattern(variant, signature, sequence):
                counts[name] += 1
    return replace(tally, judged=judged, **counts)


def _kind(variant: Variant, settings: Settings, *, normal_in_file: bool, declared: bool) -> str:
    if not variant.passed:
        return "filtered"
    origin, _ = origin_of(variant, None, matched_normal=normal_in_file, damaging=False)
    if origin == "germline_suspect":
        return "inherited"
    if support_level(variant.support, settings) == "low":
        return "weak"
    if origin == "somatic":
        return "somatic"
    normal = variant.normal_support
    if normal is not None and (normal.vaf is not None or normal.alt_depth is not None):
        return "open"
    return "somatic" if declared else "unstated"


def _pattern(
    variant: Variant, signature: SignatureMeasure | None, sequence: SequenceProvider | None
) -> Iterable[str]:
    """Yield what a substitution counts as; the change is read on the strand whose base is a pyrimidine."""
    if signature is None:
        return
    wanted = signature.change.split(">")
    forward = [variant.ref, variant.alt] == wanted
    backward = [_COMPLEMENT.get(variant.ref), _COMPLEMENT.get(variant.alt)] == wanted
    if not (forward or backward):
        return
    yield "changed"
    if sequence is None:
        return
    place = variant.start + 1 if forward else variant.start - 1
    base = (sequence.base(variant.chrom, place, place + 1) or "").upper()
    after = base if forward else _COMPLEMENT.get(base, "")
    if after in _COMPLEMENT:
        yield "neighbours_known"
        if after in signature.before:
            yield "in_context"
