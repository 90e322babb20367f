"""Alleles that act together: substitutions of one codon, and indels of one reading frame.

On one haplotype (same phase set) they are one change and are told as one, when both stand on their own: a
call that the caller filtered, that few reads carry, or whose share of reads is far from the other's never
rewrites a sound one. With open phase both are listed, with the flag that their combined effect is unknown;
nothing is merged by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

from netboard.consequence.places import Change, trim
from netboard.consequence.project import TranscriptView
from netboard.model.effect import Effect
from netboard.model.variant import Variant

Pairs = list[tuple[Variant, tuple[Effect, ...]]]
#: Bases within which two indels of open phase leave even a sequence-proved frameshift open: further apart,
#: the stretch that is read out of frame in between destroys the protein by itself.
_NEAR_INDELS = 90
#: Frameshifts of one gene up to which every three of them are looked at together.
_HANDFUL = 12
#: Reads that a call needs, and the ratio of two VAFs from which they may be one molecule's.
_MIN_READS = 3
_LIKE_VAF = 0.5
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
    """Merge or flag the substitutions of one codon, haplotype by haplotype."""
    done: set[tuple[int, int]] = set()
    by_phase: dict[str, list[tuple[int, int, Change]]] = defaultdict(list)
    for member in members:
        phase = pairs[member[0]][0].phase
        if phase is not None:
            by_phase[phase].append(member)
    for group in by_phase.values():
        sound = [member for member in group if _sound(pairs[member[0]][0])]
        starts = {change.start for *_, change in sound}
        if len(starts) == len(sound) > 1 and _alike([pairs[row][0] for row, *_ in sound]):
            _merge(pairs, result, sound, combined)
            done |= {(row, column) for row, column, _ in sound}
    for first, second in combinations(members, 2):
        if first[2].start == second[2].start or _apart(pairs[first[0]][0], pairs[second[0]][0]):
            continue  # two bases cannot stand at one place, nor two haplotypes on one molecule
        stand = [_sound(pairs[row][0]) for row, *_ in (first, second)]
        alike = _alike([pairs[row][0] for row, *_ in (first, second)])
        for (row, column, _), own in zip((first, second), stand, strict=True):
            # A doubtful neighbour leaves a mark on a sound call and does not open it.
            flag = (
                "combined_effect_unknown"
                if (all(stand) and alike) or not own
                else "doubtful_neighbour_in_codon"
            )
            effect = result[row][column]
            if (row, column) not in done and flag not in effect.flags:
                result[row][column] = replace(effect, flags=(*effect.flags, flag))


def _sound(variant: Variant) -> bool:
    """Whether the call stands on its own: let pass by the caller, and carried by more than a few reads."""
    reads = variant.support.alt_depth
    return variant.passed and (reads is None or reads >= _MIN_READS)


def _alike(variants: Sequence[Variant]) -> bool:
    """Whether the shares of reads allow that one molecule carries all (those that are not told allow it)."""
    shares = [variant.support.vaf for variant in variants if variant.support.vaf is not None]
    return not shares or min(shares) >= _LIKE_VAF * max(shares)


def _apart(first: Variant, second: Variant) -> bool:
    """Whether two alleles surely lie on different molecules: two ALTs of one record, or two haplotypes."""
    if first.written and first.written == second.written and first.alt_index != second.alt_index:
        return True
    if first.phase is None or second.phase is None:
        return False
    same_set = first.phase.rsplit(":", 1)[0] == second.phase.rsplit(":", 1)[0]
    return same_set and first.phase != second.phase


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
    """Return the pairs with frameshifts flagged, or left open, where another indel may restore the frame.

    Only calls that stand on their own can leave a frameshift open; a doubtful neighbour leaves a flag.
    """
    frames: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row, (variant, effects) in enumerate(pairs):
        change = trim(variant.start, variant.ref, variant.alt)
        delta = len(change.alt) - len(change.ref)
        for column, effect in enumerate(effects):
            if delta % 3 and "frameshift_variant" in effect.terms:
                frames[effect.gene].append((row, column, delta))
    result = [list(effects) for _, effects in pairs]
    for members in frames.values():
        # Three that together keep the frame are looked for where a gene has a handful, as tumours do.
        for size in (2, 3) if len(members) <= _HANDFUL else (2,):
            for group in combinations(members, size):
                if sum(delta for *_, delta in group) % 3 == 0:
                    _open_frame(pairs, result, group)
    return [(variant, tuple(effects)) for (variant, _), effects in zip(pairs, result, strict=True)]


def _open_frame(pairs: Pairs, result: list[list[Effect]], group: Sequence[tuple[int, int, int]]) -> None:
    """Flag the indels of a group that together keep the frame; leave open those that nothing settles."""
    variants = [pairs[row][0] for row, *_ in group]
    if any(_apart(first, second) for first, second in combinations(variants, 2)):
        return
    near = max(v.start for v in variants) - min(v.start for v in variants) <= _NEAR_INDELS
    sound = all(_sound(variant) for variant in variants)
    for row, column, _ in group:
        effect = result[row][column]
        if "reading_frame_may_be_restored" not in effect.flags:
            effect = replace(effect, flags=(*effect.flags, "reading_frame_may_be_restored"))
        doubtful = sound or not _sound(pairs[row][0])
        if doubtful and (near or effect.source != "sequence"):
            effect = replace(
                effect,
                event="undetermined",
                possible=("truncating", "in_frame"),
                proved=False,
                remedy="whether the indels lie on one molecule is open: phase them by reads or by cloning",
            )
        result[row][column] = effect
