"""Alleles that act together: substitutions of one codon, and indels of one reading frame.

On one haplotype (same phase set) they are one change and are told as one. With open phase both are listed,
with the flag that their combined effect is unknown; nothing is merged by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from netboard.consequence.places import Change, trim
from netboard.consequence.project import TranscriptView
from netboard.model.effect import Effect
from netboard.model.variant import Variant

Pairs = list[tuple[Variant, tuple[Effect, ...]]]
#: Bases within which two indels of open phase leave even a sequence-proved frameshift open: further apart,
#: the stretch that is read out of frame in between destroys the protein by itself.
_NEAR_INDELS = 90
_CODON_EVENTS = ("missense", "hotspot", "synonymous", "truncating", "undetermined", "start_loss")


def mark_shared_codons(
    pairs: Pairs,
    combined: Callable[[Effect, str, Sequence[Change]], Effect | None],
    view_of: Callable[[Effect], TranscriptView | None],
) -> Pairs:
    """Return the pairs with substitutions of one codon told together (in cis) or flagged (phase open)."""
    codons: dict[tuple[str, int], list[tuple[int, int, Change]]] = defaultdict(list)
    for row, (variant, effects) in enumerate(pairs):
        change = trim(variant.start, variant.ref, variant.alt)
        if len(change.ref) != len(change.alt) or not change.ref:
            continue
        for column, effect in enumerate(effects):
            codon = _codon(effect, change, view_of)
            if codon is not None:
                codons[effect.gene, codon].append((row, column, change))
    result = [list(effects) for _, effects in pairs]
    for members in codons.values():
        distinct = {(change.start, change.alt) for *_, change in members}
        if len(distinct) > 1:
            _tell(pairs, result, members, combined)
    return [(variant, tuple(effects)) for (variant, _), effects in zip(pairs, result, strict=True)]


def _codon(effect: Effect, change: Change, view_of: Callable[[Effect], TranscriptView | None]) -> int | None:
    if effect.event not in _CODON_EVENTS:
        return None
    view = view_of(effect)
    if view is None or view.cds is None:
        return None
    offset = view.offset(change.start)
    if offset is None or not view.cds[0] <= offset < view.cds[1]:
        return None
    return (offset - view.cds[0]) // 3


def _tell(
    pairs: Pairs,
    result: list[list[Effect]],
    members: list[tuple[int, int, Change]],
    combined: Callable[[Effect, str, Sequence[Change]], Effect | None],
) -> None:
    haplotypes: dict[str | None, list[tuple[int, int, Change]]] = defaultdict(list)
    for member in members:
        haplotypes[pairs[member[0]][0].phase].append(member)
    for phase, group in haplotypes.items():
        starts = {change.start for *_, change in group}
        if phase is not None and len(starts) == len(group) > 1:
            _merge(pairs, result, group, combined)
        elif phase is None or None in haplotypes:
            for row, column, _ in group:
                effect = result[row][column]
                result[row][column] = replace(effect, flags=(*effect.flags, "combined_effect_unknown"))


def _merge(
    pairs: Pairs,
    result: list[list[Effect]],
    group: list[tuple[int, int, Change]],
    combined: Callable[[Effect, str, Sequence[Change]], Effect | None],
) -> None:
    row, column, _ = group[0]
    together = combined(result[row][column], pairs[row][0].chrom, [change for *_, change in group])
    for member_row, member_column, _ in group:
        own = result[member_row][member_column]
        if together is None:
            result[member_row][member_column] = replace(own, flags=(*own.flags, "combined_effect_unknown"))
            continue
        result[member_row][member_column] = replace(
            together, upstream=own.upstream, agrees=None, conflict=None, flags=(*own.flags, "combined_in_cis")
        )


def mark_shared_frames(pairs: Pairs) -> Pairs:
    """Return the pairs with frameshifts flagged, or left open, where another indel may restore the frame."""
    frames: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row, (variant, effects) in enumerate(pairs):
        change = trim(variant.start, variant.ref, variant.alt)
        delta = len(change.alt) - len(change.ref)
        for column, effect in enumerate(effects):
            if delta % 3 and "frameshift_variant" in effect.terms:
                frames[effect.gene].append((row, column, delta))
    result = [list(effects) for _, effects in pairs]
    for members in frames.values():
        if not _may_restore([delta for *_, delta in members]):
            continue
        if _on_other_haplotypes([pairs[row][0].phase for row, *_ in members]):
            continue
        starts = [pairs[row][0].start for row, *_ in members]
        for row, column, _ in members:
            effect = result[row][column]
            flags = (*effect.flags, "reading_frame_may_be_restored")
            if effect.source == "sequence" and max(starts) - min(starts) > _NEAR_INDELS:
                result[row][column] = replace(effect, flags=flags)
                continue
            result[row][column] = replace(
                effect,
                event="undetermined",
                possible=("truncating", "in_frame"),
                flags=flags,
                proved=False,
                remedy="whether the two indels lie on one molecule is open: phase them by reads or by cloning",
            )
    return [(variant, tuple(effects)) for (variant, _), effects in zip(pairs, result, strict=True)]


def _may_restore(deltas: list[int]) -> bool:
    """Whether some two or more of the indels together keep the frame."""
    reachable: set[tuple[int, int]] = {(0, 0)}
    for delta in deltas:
        reachable |= {(count + 1, total + delta) for count, total in reachable}
    return any(count > 1 and total % 3 == 0 for count, total in reachable)


def _on_other_haplotypes(phases: list[str | None]) -> bool:
    """Whether all are phased, each to a haplotype of its own within one phase set."""
    if any(phase is None for phase in phases):
        return False
    sets = {str(phase).rsplit(":", 1)[0] for phase in phases}
    return len(sets) == 1 and len(set(phases)) == len(phases)
