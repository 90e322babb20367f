"""The three-valued evaluator of rules: Kleene's strong logic, with a proof for each clause.

``all_of`` takes the least and ``any_of`` the greatest of its clauses in no < unknown < yes;
``none_of`` is not ``any_of``; not unknown is unknown. Warnings are flags beside the value. An event
leaf follows the table of the design in its printed order: the first row that fits wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from netboard.knowledge.leaves import biomarker_leaf, context_leaf
from netboard.model.evidence import (
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    Truth,
)
from netboard.model.facts import GERMLINE_SCOPE, SCOPE_OF_EVENT, Coverage, FactEvent, Facts
from netboard.model.result import Proof

#: Short name of a substitution, such as those a recurrent allele bears.
_SUBSTITUTION = re.compile(r"[A-Z][0-9]+[A-Z]")
_SCOPE_WORDS = {
    "small_variants": "small variants",
    "promoter": "the promoter",
    "copy_number": "copy number",
    "fusions": "fusions and rearrangements",
}


def evaluate(clause: Clause, facts: Facts, knowledge: Knowledge) -> Proof:
    """Return the proof of ``clause`` against ``facts``.

    Raises
    ------
    ValueError
        When a group clause is empty (the schema refuses it earlier).
    """
    if isinstance(clause, EventClause):
        return _event(clause, facts, knowledge)
    if isinstance(clause, BiomarkerClause):
        return biomarker_leaf(clause, facts, knowledge)
    if isinstance(clause, ContextClause):
        return context_leaf(clause, facts, knowledge)
    return _group(clause, [evaluate(part, facts, knowledge) for part in clause.clauses])


def conjunction(name: str, proofs: Iterable[Proof]) -> Proof:
    """Return the proof that all of ``proofs`` hold, under the clause text ``name``."""
    return _fold(name, list(proofs), greatest=False)


def leaves(proof: Proof) -> list[Proof]:
    """Return the leaf proofs under ``proof``, left to right."""
    if not proof.children:
        return [proof]
    return [leaf for child in proof.children for leaf in leaves(child)]


def negate(value: Truth) -> Truth:
    """Return Kleene's negation: unknown stays unknown."""
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}[value]


# ---------------------------------------------------------------- groups


def _group(clause: GroupClause, proofs: list[Proof]) -> Proof:
    if not proofs:
        raise ValueError(f"{clause.op} holds no clause")
    if clause.op == "all_of":
        return _fold("all of", proofs, greatest=False)
    if clause.op == "any_of":
        return _fold("any of", proofs, greatest=True)
    if clause.op == "none_of":
        inner = _fold("none of", proofs, greatest=True)
        return Proof(
            "none of", negate(inner.value), inner.code, inner.because, inner.needs, inner.flags, tuple(proofs)
        )
    return _at_least(clause.count, proofs)


def _fold(name: str, proofs: list[Proof], *, greatest: bool) -> Proof:
    if not proofs:
        raise ValueError(f"{name} holds no clause")
    pick: Callable[..., Proof] = max if greatest else min
    decisive = pick(proofs, key=lambda proof: proof.value.rank)
    return _from(name, decisive.value, proofs)


def _at_least(count: int, proofs: list[Proof]) -> Proof:
    sure = sum(proof.value is Truth.YES for proof in proofs)
    possible = sum(proof.value is not Truth.NO for proof in proofs)
    value = Truth.YES if sure >= count else Truth.UNKNOWN if possible >= count else Truth.NO
    return _from(f"at least {count} of", value, proofs)


def _from(name: str, value: Truth, proofs: list[Proof]) -> Proof:
    """Return a proof of ``value`` whose reasons are those of the clauses that share the value."""
    deciding = [proof for proof in proofs if proof.value is value] or proofs
    # A clause that something was found for explains more than one that was merely not covered.
    deciding.sort(key=lambda proof: not proof.because)
    return Proof(
        clause=name,
        value=value,
        code=deciding[0].code,
        because=_unique(item for proof in deciding for item in proof.because),
        needs=_unique(item for proof in deciding for item in proof.needs),
        flags=_unique(item for proof in deciding for item in proof.flags),
        children=tuple(proofs),
    )


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


# ---------------------------------------------------------------- event leaf


def describe_event(clause: EventClause) -> str:
    """Return the clause in words, for instance ``GENE: truncating or splice (pathogenic)``."""
    what = " or ".join(event.replace("_", " ") for event in clause.events)
    named = f" {', '.join(clause.alleles)}" if clause.alleles else ""
    extra = [
        word
        for word, on in (("pathogenic", clause.pathogenic), (clause.origin, clause.origin != "any"))
        if on
    ]
    return f"{clause.gene}{named}: {what}" + (f" ({', '.join(extra)})" if extra else "")


def _event(clause: EventClause, facts: Facts, knowledge: Knowledge) -> Proof:
    text = describe_event(clause)
    rows = [_event_row(clause, event) for event in facts.events.get(clause.gene, ())]
    for code, value in _EVENT_ROWS:
        hits = [event for found, event in rows if found == code]
        if hits:
            flags = _unique("support_not_stated" for event in hits if event.support == "unknown")
            needs = () if value is Truth.YES else _unique(_event_need(code, event) for event in hits)
            return Proof(text, value, code, _unique(event.id for event in hits), needs, flags)
    return _absence(clause, text, facts, knowledge)


#: The rows of the event table about something found, in order.
_EVENT_ROWS = (
    ("found", Truth.YES),
    ("found_filtered", Truth.UNKNOWN),
    ("found_low_support", Truth.UNKNOWN),
    ("effect_undetermined", Truth.UNKNOWN),
    ("significance_uncertain", Truth.UNKNOWN),
    ("origin_undetermined", Truth.UNKNOWN),
)


def _event_row(clause: EventClause, event: FactEvent) -> tuple[str, FactEvent]:
    """Return the row of the event table that ``event`` falls into, or ``""`` for surely another event."""
    wanted = set(clause.events)
    if not event.settled or event.event == "undetermined":
        candidates = {*event.possible, event.event} - {"undetermined"}
        open_reading = not candidates or any(_fits(wanted, name) for name in candidates)
        return ("effect_undetermined" if open_reading else "", event)
    if not _fits(wanted, event.event, event.label) or not _allele_fits(clause, event):
        return ("", event)
    if clause.pathogenic and event.significance == "benign":
        return ("", event)
    if clause.origin == "germline" and event.origin == "somatic":
        return ("", event)
    if clause.origin == "somatic" and event.origin == "germline":
        return ("", event)
    if not event.passed:
        return ("found_filtered", event)
    if event.support == "low":
        return ("found_low_support", event)
    if clause.pathogenic and event.significance == "uncertain":
        return ("significance_uncertain", event)
    if clause.origin != "any" and event.origin != clause.origin:
        return ("origin_undetermined", event)
    return ("found", event)


def _fits(wanted: set[str], event: str, label: str = "") -> bool:
    # A recurrent allele is a missense or in-frame change too: a rule that asks for those gets it.
    if event in wanted or event != "hotspot":
        return event in wanted
    kinds = {"missense"} if _SUBSTITUTION.fullmatch(label) else {"missense", "in_frame"}
    return bool(wanted & kinds)


def _allele_fits(clause: EventClause, event: FactEvent) -> bool:
    return not clause.alleles or event.label in clause.alleles


def _event_need(code: str, event: FactEvent) -> str:
    if code == "found_filtered":
        return f"{event.gene}: confirm the filtered call by another method or a deeper sequencing run"
    if code == "found_low_support":
        return f"{event.gene}: confirm the low-support call by another method or a deeper sequencing run"
    if code == "effect_undetermined":
        return event.remedy or f"{event.gene}: run again with --fasta, so that the effect can be told"
    if code == "origin_undetermined":
        return f"{event.gene}: {event.origin_remedy}"
    return f"{event.gene}: {event.significance_remedy}"


def _absence(clause: EventClause, text: str, facts: Facts, knowledge: Knowledge) -> Proof:
    """Return the proof when nothing of the class was found: no only where it would have been seen."""
    gene = knowledge.panel.genes.get(clause.gene)
    scopes = list(dict.fromkeys(SCOPE_OF_EVENT[event] for event in clause.events))
    if len(scopes) > 1 and "promoter" in scopes and (gene is None or not gene.promoters):
        scopes.remove("promoter")
    seen = facts.coverage.get(clause.gene)
    missing: list[tuple[str, str]] = []
    bases = []
    for scope in scopes:
        cover = seen.get(scope) if seen is not None else None
        reason = _gap(cover, clause.min_callable)
        if reason:
            missing.append((reason, scope))
        elif cover is not None:
            bases.append(cover.basis)
    if not missing and clause.origin == "germline":
        inherited = seen.get(GERMLINE_SCOPE) if seen is not None else None
        if inherited is None or inherited.state != "assessed":
            need = (f"a germline test of {clause.gene}",)
            return Proof(text, Truth.UNKNOWN, "germline_not_assayed", (), need)
    if missing:
        order = (
            "build_in_doubt",
            "class_not_assayed",
            "not_covered",
            "no_copy_number_call",
            "record_not_read",
            "partly_covered",
            "absent_assay_undeclared",
        )
        missing.sort(key=lambda item: order.index(item[0]) if item[0] in order else len(order))
        needs = _unique(_coverage_need(clause.gene, reason, scope) for reason, scope in missing)
        return Proof(text, Truth.UNKNOWN, missing[0][0], (), needs)
    flags = (f"basis_{'measured' if 'measured' in bases else 'design'}",)
    return Proof(text, Truth.NO, "absent_covered", (), (), flags)


def _gap(cover: Coverage | None, min_callable: float) -> str:
    if cover is None:
        return "not_covered"
    if cover.state == "assessed":
        return ""
    if cover.state == "partly" and cover.reason == "record_not_read":
        return cover.reason
    if cover.state == "partly":
        return "" if cover.covered is not None and cover.covered >= min_callable else "partly_covered"
    return cover.reason or ("absent_assay_undeclared" if cover.state == "undeclared" else "not_covered")


def _coverage_need(gene: str, reason: str, scope: str) -> str:
    if reason == "class_not_assayed":
        return f"an assay that sees {_SCOPE_WORDS[scope]} of {gene}"
    if reason == "absent_assay_undeclared":
        return "declare what was sequenced (--assay or --targets)"
    if reason == "partly_covered":
        return f"sequencing of the uncovered part of {gene}"
    if reason == "record_not_read":
        return f"a call for the record of {gene} that could not be read in this sample"
    if reason == "no_copy_number_call":
        return f"a copy-number call that covers {gene} (of a gene on X: total copies, and --sex)"
    if reason == "build_in_doubt":
        return "the genome build of the file (--build, or a header of the right build)"
    return f"an assay that covers {gene}"
