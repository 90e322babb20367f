"""Where the engine and a judge from outside differ, and why: each row gets a cause that is checked, not guessed.

What is checked is checked by means of its own: equivalent placements by writing them out, proteins by the
translation of ``judge.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from consequence.bench import bases
from consequence.judge import agrees, edited_protein, reference_protein, spliced
from consequence.test_independent_translation import event_of
from netboard.consequence.terms import event_of_terms, split_terms
from netboard.model.effect import Effect
from netboard.model.variant import Transcript, Variant

_REACH = 60
_SPLICE = {"splice_acceptor_variant", "splice_donor_variant"}


@dataclass(frozen=True)
class Allele:
    """An allele with its bases that differ: ``[start, end)`` becomes ``alt``."""

    start: int
    end: int
    alt: str

    @classmethod
    def of(cls, variant: Variant) -> Allele:
        start, ref, alt = variant.start, variant.ref, variant.alt
        while ref and alt and ref[0] == alt[0]:
            start, ref, alt = start + 1, ref[1:], alt[1:]
        while ref and alt and ref[-1] == alt[-1]:
            ref, alt = ref[:-1], alt[:-1]
        return cls(start, start + len(ref), alt)


def equivalents(variant: Variant) -> list[Allele]:
    """Return every placement that makes the same sequence, found by trying them all."""
    own = Allele.of(variant)
    low = own.start - _REACH
    text = "".join(
        bases(variant.build).base(variant.chrom, place, place + 1) or "N"
        for place in range(low, own.end + _REACH)
    )
    a, b = own.start - low, own.end - low
    edited = text[:a] + own.alt + text[b:]
    found = []
    for shift in range(-_REACH + 1, _REACH):
        i, j = a + shift, b + shift
        alt = edited[i : i + len(own.alt)]
        if i >= 0 and j <= len(text) and text[:i] + alt + text[j:] == edited:
            found.append(Allele(i + low, j + low, alt))
    return found


def _leaves_splice_sites(model: Transcript, allele: Allele) -> bool:
    for (_, left), (right, _) in zip(model.exons, model.exons[1:], strict=False):
        for low, high in ((left, left + 2), (right - 2, right)):
            if allele.start < high and allele.end > low and (allele.start < allele.end or low < allele.start):
                return False
    return True


def _within_an_exon(model: Transcript, allele: Allele) -> bool:
    return any(low <= allele.start and allele.end <= high for low, high in model.exons)


@cache
def _spliced(model: Transcript):  # type: ignore[no-untyped-def]
    transcript = spliced(model)
    return transcript, reference_protein(transcript, bases(model.build))


def translation_supports(model: Transcript, variant: Variant, effect: Effect) -> bool | None:
    """Whether an independent translation of the edited transcript bears out the effect; None where it cannot.

    Where the start codon lies depends on the placement taken, so each within an exon is tried.
    """
    transcript, old = _spliced(model)
    found = equivalents(variant)
    reached = {place for item in found for place in range(item.start - 1, item.end + 1)}
    if not reached & set(transcript.coding) or not old.endswith("*"):
        return None
    verdicts = {_supported(model, item, effect) for item in found if _within_an_exon(model, item)}
    return True in verdicts if verdicts else None


def _supported(model: Transcript, allele: Allele, effect: Effect) -> bool:
    transcript, old = _spliced(model)
    sequence = bases(model.build)
    start, ref = allele.start, sequence.base(model.chrom, allele.start, allele.end) or ""
    alt = allele.alt
    if not ref:  # anchored by the exonic base before it, or behind it
        behind = not any(low <= start - 1 < high for low, high in model.exons)
        start = start if behind else start - 1
        ref = sequence.base(model.chrom, start, start + 1) or ""
        alt = alt + ref if behind else ref + alt
    new = edited_protein(transcript, sequence, start, ref, alt)
    near = set(range(allele.start - 1, allele.end + 1))
    stop = bool(set(transcript.coding[-3:]) & near)
    delta = len(allele.alt) - (allele.end - allele.start)
    if effect.event not in event_of(old, new, delta, touches_stop=stop):
        return False
    named = effect.hgvsp is not None and new is not None and not effect.hgvsp.endswith("p.?")
    if named and effect.event != "start_loss" and effect.hgvsp != f"{model.protein}:p.(=)":
        return agrees(effect.hgvsp or "", old, new or "")
    return True


def against_csq(model: Transcript, variant: Variant, effect: Effect, said: Sequence[str]) -> str | None:
    """Return why ``bcftools csq`` and the engine differ in the event, or None where they agree."""
    terms = {term for entry in said for term in split_terms(entry.split("|")[0])}
    event = event_of_terms(terms) if terms else "non_coding"
    if event == effect.event:
        return None
    if effect.transcript != model.accession:
        return "told on the second isoform"
    if effect.event == "splice" and terms & _SPLICE:
        return "splice site named by both"
    if effect.event == "undetermined":
        return "copied splice site" if effect.possible and not effect.proved else "unexplained"
    placements = equivalents(variant)
    if terms & _SPLICE and any(_leaves_splice_sites(model, item) for item in placements):
        if any(item.start == item.end and item.start in _edges(model) for item in placements):
            return "insertion at the edge of an exon"
        return "another placement leaves the splice site"
    if event == "undetermined":
        return (
            "left open by csq" if translation_supports(model, variant, effect) is not False else "unexplained"
        )
    if effect.event == "splice" and not any(_leaves_splice_sites(model, item) for item in placements):
        return "splice site named by the engine alone"
    start_codon = _near_start(model, placements)
    if translation_supports(model, variant, effect):
        return "start codon" if start_codon else "csq against the translation"
    return "unexplained"


def _edges(model: Transcript) -> set[int]:
    return {place for exon in model.exons for place in exon}


def _near_start(model: Transcript, placements: Sequence[Allele]) -> bool:
    assert model.cds_start is not None and model.cds_end is not None
    low, high = (
        (model.cds_start, model.cds_start + 3) if model.strand > 0 else (model.cds_end - 3, model.cds_end)
    )
    return any(item.start <= high and item.end >= low for item in placements)


_REPEAT = re.compile(r"[ACGT]*\[\d+\]$")


def against_ferro(
    model: Transcript, variant: Variant, effect: Effect, c_name: str | None, p_name: str | None
) -> tuple[str, str] | None:
    """Return (what differs, why) between the engine's names and those of ferro-hgvs, or None."""
    if effect.transcript != model.accession:
        return None
    own_c = effect.hgvsc.partition(":")[2] if effect.hgvsc else None
    own_p = effect.hgvsp.split(":")[-1] if effect.hgvsp else None
    if own_c != c_name:
        return "c.", _c_cause(own_c, c_name)
    if own_p == p_name or (own_p in (None, "p.?") and p_name in (None, "p.?", "p.(=)")):
        return None
    return "p.", _p_cause(model, variant, effect, own_p, p_name)


def _c_cause(own: str | None, ferro: str | None) -> str:
    if own is None:
        return "no c. name beyond the transcript"
    if ferro is None:
        return "ferro names nothing outside the transcript"
    if ferro.startswith("c.[") or ";" in ferro:
        return "ferro tells a delins as several changes"
    if _REPEAT.search(ferro):
        return "ferro writes a repeat"
    if re.search(r"\*\d+[+-]\d", own) and re.search(r"\*\d+[+-]\d", ferro):
        return "ferro counts the introns behind the stop codon from elsewhere"
    return "unexplained"


def _p_cause(model: Transcript, variant: Variant, effect: Effect, own: str | None, ferro: str | None) -> str:
    supported = translation_supports(model, variant, effect)
    if effect.event == "undetermined":
        return "copied splice site"
    if own == "p.?" or own is None:
        if (
            any(_leaves_splice_sites(model, item) for item in equivalents(variant))
            and effect.event != "splice"
        ):
            if effect.event == "non_coding":
                return "ferro names a protein change of untranslated bases"
            return "nothing is said of a protein that reads into unknown bases or over the exon's end"
        return "nothing is said of the protein where a splice site is lost"
    if "Met1" in f"{own}{ferro}" and (supported or (own or "").startswith("p.(Met1dup")):
        return "start codon kept"
    if ferro in ("p.?", None) and supported:
        return "ferro leaves the protein open"
    if "frameshift_variant" not in effect.terms and "fs" in (ferro or "") and supported:
        return "a change in frame with a stop, which ferro calls a frameshift"
    if supported:
        return "the same protein in other words"
    return "unexplained"
