"""Own prediction: the edited transcript is translated and compared with the reference protein.

Only what known sequence proves is said. Sequence Ontology terms come from the comparison of the two
proteins and from the zones that the change touches; NMD escape follows the rules of the design (last
exon, last 50 bases of the one before, first 150 coding bases, single exon).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netboard.consequence.places import Change, Touch
from netboard.consequence.project import TranscriptView, reverse_complement
from netboard.consequence.terms import event_of_terms
from netboard.consequence.translation import translate
from netboard.model.effect import NmdRule, SmallEvent

_NMD_LAST_BASES = 50
_NMD_FIRST_BASES = 150


@dataclass(frozen=True, slots=True)
class Prediction:
    """Terms of a change on a transcript, with the first residue changed (1-based) and NMD escape."""

    terms: tuple[str, ...]
    residue: int | None = None
    nmd_escape: bool | None = None
    nmd_rule: NmdRule | None = None
    #: The events that remain possible where the terms leave it open.
    possible: tuple[SmallEvent, ...] = ()


def predict_coding(view: TranscriptView, change: Change, seen: Touch) -> Prediction | None:
    """Return the prediction for a change within one exon, or None where the sequence is unknown."""
    span = view.edit_span(change.start, change.end)
    if span is None or view.mrna is None or view.cds is None:
        return None
    i, j = span
    first, last = view.cds
    if j <= first:
        return Prediction(("5_prime_UTR_variant", *seen.near))
    if i >= last:
        return Prediction(("3_prime_UTR_variant", *seen.near))
    if "N" in view.mrna[i:j] or set(change.alt) - set("ACGT"):
        return None
    alt = change.alt if view.forward else reverse_complement(change.alt)
    edited = view.mrna[:i] + alt + view.mrna[j:]
    start = _start_codon(edited, i, first, len(alt) - (j - i))
    utr = (("5_prime_UTR_variant",) if i < first else ()) + (("3_prime_UTR_variant",) if j > last else ())
    if start is None:
        return Prediction(("start_lost", *utr, *seen.near), 1)
    found = _compare(view, edited, start, i, j, len(alt), seen)
    return replace(found, terms=(*found.terms, *utr)) if utr else found


def _start_codon(edited: str, i: int, first: int, delta: int) -> int | None:
    """Return where translation starts after the edit; None when no ATG stands in the start's place."""
    if i >= first + 3:
        return first
    for candidate in (first, first + delta):
        if candidate >= 0 and edited[candidate : candidate + 3] == "ATG":
            return candidate
    return None


def _compare(
    view: TranscriptView, edited: str, start: int, i: int, j: int, inserted: int, seen: Touch
) -> Prediction:
    assert view.cds is not None
    first, last = view.cds
    delta = inserted - (j - i)
    old = view.protein
    assert old is not None
    new, stopped = _edited_protein(old, edited, start, first, i, j, delta)
    if new == old and stopped:
        silent = "stop_retained_variant" if j > last - 3 else "synonymous_variant"
        if i < first + 3:
            silent = "start_retained_variant"
        residue = max(0, i - first) // 3 + 1
        return Prediction((silent, *seen.near), residue)
    if new.startswith(old):
        return Prediction(("stop_lost", *seen.near), len(old) + 1)
    changed = _first_difference(old, new, max(0, i - first) // 3 if start == first else 0)
    if delta % 3:
        # A stop in place of the first residue that changes: both terms hold.
        at_once = ("stop_gained",) if stopped and len(new) == changed - 1 else ()
        terms = (*at_once, "frameshift_variant", *seen.near)
        if not stopped:
            return Prediction(terms, changed)
        return Prediction(terms, changed, *_decay(view, start + 3 * len(new), i, inserted, delta))
    expected = len(old) + delta // 3
    length = ("inframe_insertion",) if delta > 0 else ("inframe_deletion",) if delta < 0 else ()
    if stopped and len(new) < expected:
        decay = _decay(view, start + 3 * len(new), i, inserted, delta)
        return Prediction(("stop_gained", *length, *seen.near), changed, *decay)
    if not stopped or len(new) > expected:
        return Prediction(("stop_lost", *length, *seen.near), changed)
    return Prediction((*(length or ("missense_variant",)), *seen.near), changed)


def _edited_protein(
    old: str, edited: str, start: int, first: int, i: int, j: int, delta: int
) -> tuple[str, bool]:
    """Translate the edited transcript, without doing again what the edit leaves as it was.

    The bases before ``i`` are those of the reference, so their codons are too; so are those after ``j``
    where the length stays the same.
    """
    codon = max(0, (i - first) // 3) if start == first else 0
    if codon and delta == 0:
        after = (j - 1 - first) // 3 + 1
        middle, stopped = translate(edited[first + 3 * codon : first + 3 * after])
        if not stopped and after <= len(old):
            return old[:codon] + middle + old[after:], True
    rest, stopped = translate(edited[start + 3 * codon :])
    return old[:codon] + rest, stopped


def _first_difference(old: str, new: str, same: int) -> int:
    """Return the 1-based residue from which two proteins, alike in their first ``same`` residues, differ."""
    shorter = min(len(old), len(new))
    return next((index for index in range(same, shorter) if old[index] != new[index]), shorter) + 1


def _decay(view: TranscriptView, stop: int, i: int, inserted: int, delta: int) -> tuple[bool, NmdRule | None]:
    """Return whether a premature stop at mRNA offset ``stop`` of the edited transcript escapes, and by which rule.

    Junctions are known on the unedited transcript, so the stop is moved back behind the edit.
    """
    rule = nmd_rule(view, stop - delta if stop >= i + inserted else min(stop, i))
    return rule is not None, rule


def nmd_rule(view: TranscriptView, stop: int) -> NmdRule | None:
    """Return the rule by which a stop codon that begins at mRNA offset ``stop`` escapes decay, or None.

    Source: rules of Lindeboom et al., Nature Genetics 2016, as far as position alone tells them. The 50 bases
    are counted back from the last junction, also through a penultimate exon that is shorter.
    """
    assert view.cds is not None
    if len(view.exons) == 1:
        return "single_exon"
    junction = view.exons[-1].offset
    if stop >= junction:
        return "last_exon"
    if stop >= junction - _NMD_LAST_BASES:
        return "last_50_bases_of_penultimate_exon"
    return "first_150_coding_bases" if stop - view.cds[0] < _NMD_FIRST_BASES else None


def predict_splice(view: TranscriptView, change: Change, seen: Touch) -> Prediction:
    """Return the prediction for a change that crosses an edge of an exon, or touches a canonical splice base.

    What it takes of the start codon is lost. Of the stop codon nothing is said: where the splice site or the
    transcript's end goes along, it is not the extension of the protein that ``stop_lost`` stands for.
    """
    if seen.whole_transcript:
        return Prediction(("transcript_ablation",))
    terms = []
    if seen.acceptor:
        terms.append("splice_acceptor_variant")
    if seen.donor:
        terms.append("splice_donor_variant")
    if seen.touches_exon:
        terms.extend(exon_terms(view, change))
    return Prediction((*terms, *seen.near, *(("intron_variant",) if seen.intronic else ())))


def predict_either(within_exon: Prediction) -> Prediction:
    """Return the prediction of a change that lies in the exon by one splice site and in the intron by another.

    Open is only what matters: a change of untranslated bases stays what it is.
    """
    event = event_of_terms(within_exon.terms)
    if event in ("non_coding", "synonymous"):
        return within_exon
    near = tuple(term for term in within_exon.terms if term.startswith("splice_"))
    possible: tuple[SmallEvent, ...] = (event, "non_coding")
    return Prediction(("coding_sequence_variant", *near, "intron_variant"), possible=possible)


def exon_terms(view: TranscriptView, change: Change) -> tuple[str, ...]:
    """Return the terms of the exonic bases that a change takes, whatever becomes of them."""
    if view.cds is None:
        return ("non_coding_transcript_exon_variant",)
    first, last = view.cds
    terms: list[str] = []
    for exon in view.exons:
        low, high = max(change.start, exon.start), min(change.end, exon.end)
        if low >= high and not (change.start == change.end and exon.start <= change.start <= exon.end):
            continue
        # An insertion at an edge stands before or after the base beside it.
        left = low - exon.start if view.forward else exon.end - high
        i, j = exon.offset + left, exon.offset + left + max(0, high - low)
        if low < high and i < first + 3 and j > first:
            terms.append("start_lost")
        if i < first:
            terms.append("5_prime_UTR_variant")
        if i < last and (j > first or (i == j and i >= first)):
            terms.append("coding_sequence_variant")
        if j > last or (i == j == last):
            terms.append("3_prime_UTR_variant")
    return tuple(dict.fromkeys(terms))


def predict_outside(seen: Touch) -> Prediction:
    """Return the prediction for a change that touches no exon and no canonical splice base."""
    if seen.upstream:
        return Prediction(("upstream_gene_variant",))
    if seen.downstream:
        return Prediction(("downstream_gene_variant",))
    return Prediction((*seen.near, "intron_variant"))
