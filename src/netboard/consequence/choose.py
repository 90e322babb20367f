"""Which source speaks for an allele and a gene, and where sources disagree.

Own prediction on known sequence speaks first; upstream annotation where there is no sequence; geometry
where there is neither. All that was said is kept: a difference in the class of event is a conflict, shown
with both sides, and leaves rules unknown unless sequence proves our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netboard.model.effect import Effect, SmallEvent, UpstreamCall

#: Events that are one class for the question whether two sources agree.
_SAME_CLASS: dict[str, str] = {"hotspot": "missense"}


def with_upstream(effect: Effect, calls: Sequence[UpstreamCall]) -> Effect:
    """Return the effect with the upstream calls of its gene, as speaker or as witness.

    An undetermined effect is spoken for by upstream on the panel's own transcript; on another
    transcript its event counts, flagged, and its protein position does not.
    """
    if not calls:
        return effect
    effect = replace(effect, upstream=tuple(calls))
    if effect.source == "geometry":
        speaker = next((call for call in calls if call.on_panel_transcript), calls[0])
        if speaker.event not in ("undetermined", "non_coding") and not _refuted(effect, speaker):
            return _spoken(effect, speaker, calls)
    if effect.source == "known_allele" and effect.hgvsp is None:
        # The table's label counts residues otherwise; an annotator on the panel's transcript does not.
        named = next((call for call in calls if call.on_panel_transcript and call.hgvsp), None)
        if named is not None and _class(named.event) == _class(effect.event):
            effect = replace(effect, hgvsp=named.hgvsp, remedy="")
    return _witnessed(effect, calls)


def _refuted(effect: Effect, call: UpstreamCall) -> bool:
    """Whether geometry, which holds whatever the sequence is, excludes what upstream says."""
    if effect.event == "undetermined":
        return bool(effect.possible) and _class(call.event) not in {_class(item) for item in effect.possible}
    return _class(effect.event) != _class(call.event)


def _spoken(effect: Effect, call: UpstreamCall, calls: Sequence[UpstreamCall]) -> Effect:
    own_transcript = call.on_panel_transcript
    flags = list(effect.flags)
    if not own_transcript:
        flags.append("upstream_on_another_transcript")
    if call.compound:
        flags.append("annotated_with_its_haplotype")
    others = [
        item for item in calls if _class(item.event) != _class(call.event) and item.event != "undetermined"
    ]
    conflict = None
    if others:
        conflict = f"{call.key} says {_words(call)}, {others[0].key} says {_words(others[0])}"
    return replace(
        effect,
        event=call.event,
        terms=call.terms,
        source="upstream",
        possible=(),
        hgvsc=effect.hgvsc or (call.hgvsc if own_transcript else None),
        hgvsp=call.hgvsp if own_transcript else None,
        # Where geometry had settled the event, the annotator is its witness too.
        agrees=False if others else (True if effect.event != "undetermined" else None),
        conflict=conflict,
        remedy=""
        if own_transcript
        else "run again with --fasta for the effect on the panel's own transcript",
        flags=tuple(dict.fromkeys(flags)),
    )


def _witnessed(effect: Effect, calls: Sequence[UpstreamCall]) -> Effect:
    ours = _class(effect.event)
    differing = [call for call in calls if call.event != "undetermined" and _class(call.event) != ours]
    if effect.event == "undetermined":
        differing = [call for call in differing if _refuted(effect, call)]
    if not differing:
        return replace(effect, agrees=True if effect.event != "undetermined" else None)
    call = differing[0]
    where = "" if call.on_panel_transcript else f" (on {call.transcript or 'another transcript'})"
    own = "sequence" if effect.source == "sequence" else "exon geometry"
    conflict = f"{own} says {effect.event.replace('_', ' ')}, {call.key} says {_words(call)}{where}"
    if effect.event == "non_coding":
        # Never dropped in silence: somebody says that it matters.
        return replace(
            effect,
            event="undetermined",
            possible=tuple(dict.fromkeys(item.event for item in differing)),
            agrees=False,
            conflict=conflict,
            flags=(*effect.flags, "non_coding_on_the_panel_transcript"),
            remedy="review of the transcript by hand",
        )
    return replace(effect, agrees=False, conflict=conflict)


def _class(event: SmallEvent) -> str:
    return _SAME_CLASS.get(event, event)


def _words(call: UpstreamCall) -> str:
    together = " of it together with other alleles" if call.compound else ""
    return f"{call.event.replace('_', ' ')} ({'&'.join(call.terms)}){together}"
