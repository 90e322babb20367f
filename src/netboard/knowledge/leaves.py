"""Leaves of rules that ask for a biomarker or for the clinical context."""

from __future__ import annotations

from netboard.model.evidence import BiomarkerClause, ContextClause, Knowledge, Truth
from netboard.model.facts import Facts
from netboard.model.result import Proof

#: What is missing of the context, where the field's name does not say it.
_NEEDS = {"functioning": "whether the tumour is functioning"}
#: A biomarker closer to its cut than this share of the cut is unknown.
NEAR_CUT = 0.1


def biomarker_leaf(clause: BiomarkerClause, facts: Facts, knowledge: Knowledge) -> Proof:
    """Return the proof of a biomarker clause; not measured, in doubt or too near its cut is unknown."""
    text = _describe_biomarker(clause)
    fact = facts.biomarkers.get(clause.name)
    if fact is None:
        known = knowledge.biomarkers.get(clause.name)
        need = (
            known.settled_by if known is not None and known.settled_by else f"a measurement of {clause.name}"
        )
        return Proof(text, Truth.UNKNOWN, "biomarker_not_measured", (), (need,))
    if fact.doubt:
        return Proof(
            text, Truth.UNKNOWN, "biomarker_in_doubt", (f"{clause.name}: {fact.doubt}",), (fact.doubt,)
        )
    shown = (f"{clause.name} = {fact.value} {fact.unit}".strip(),)
    if clause.equals is not None:
        same = str(fact.value).lower() == clause.equals.lower()
        return Proof(text, Truth.YES if same else Truth.NO, "biomarker_value", shown)
    if isinstance(fact.value, str):
        return Proof(
            text, Truth.UNKNOWN, "biomarker_not_measured", shown, (f"a numeric value of {clause.name}",)
        )
    number = float(fact.value)
    for cut in (clause.at_least, clause.at_most):
        if cut is not None and abs(number - cut) < NEAR_CUT * abs(cut) and number != cut:
            near = f"{clause.name} lies within {NEAR_CUT:.0%} of the cut of {cut:g}"
            need = f"{near}: measure it by the assay of the label"
            return Proof(text, Truth.UNKNOWN, "biomarker_near_cut", shown, (need,))
    within = _in_range(number, clause.at_least, clause.at_most)
    return Proof(text, Truth.YES if within else Truth.NO, "biomarker_value", shown)


def _describe_biomarker(clause: BiomarkerClause) -> str:
    if clause.equals is not None:
        return f"{clause.name} is {clause.equals}"
    return f"{clause.name} {_range_words(clause.at_least, clause.at_most)} {clause.unit}".strip()


def _range_words(at_least: float | None, at_most: float | None) -> str:
    parts = []
    if at_least is not None:
        parts.append(f"at least {at_least:g}")
    if at_most is not None:
        parts.append(f"at most {at_most:g}")
    return " and ".join(parts)


def _in_range(number: float, at_least: float | None, at_most: float | None) -> bool:
    return (at_least is None or number >= at_least) and (at_most is None or number <= at_most)


# ---------------------------------------------------------------- context leaf


def context_need(field: str) -> str:
    """Return the words by which an open rule names a field of the context that was not given."""
    return _NEEDS.get(field, f"{field.replace('_', ' ')} of this patient")


def context_leaf(clause: ContextClause, facts: Facts, knowledge: Knowledge) -> Proof:
    """Return the proof of a clause on the clinical context; what is not given or too broad is unknown."""
    name = clause.field.replace("_", " ")
    wanted = ", ".join(clause.values) or _range_words(clause.at_least, clause.at_most)
    text = f"{name}: {wanted}"
    given = _context_value(clause.field, facts, knowledge)
    if given is None:
        return Proof(text, Truth.UNKNOWN, "context_missing", (), (context_need(clause.field),))
    implied = "" if getattr(facts.context, clause.field) is not None else ", implied by tumour type or grade"
    shown = (f"{name} = {_shown(given)}{implied}",)
    if isinstance(given, float):
        fits = _in_range(given, clause.at_least, clause.at_most)
        return Proof(text, Truth.YES if fits else Truth.NO, "context_value", shown)
    if isinstance(given, tuple):
        fits = _earlier_treatment(given, clause.values, knowledge)
        return Proof(text, Truth.YES if fits else Truth.NO, "context_value", shown)
    if clause.field == "tumour_type":
        return _tumour_type(clause, text, given, shown, knowledge)
    fits = _plain(given) in {_plain(value) for value in clause.values}
    return Proof(text, Truth.YES if fits else Truth.NO, "context_value", shown)


#: Word by which a rule asks for any earlier treatment at all.
ANY_THERAPY = "any"


def _earlier_treatment(given: tuple[str, ...], wanted: tuple[str, ...], knowledge: Knowledge) -> bool:
    """Whether one of the treatments given is one that the rule names, by any of its words."""
    if ANY_THERAPY in wanted:
        return bool(given)
    words = {
        _plain(word): therapy.id
        for therapy in knowledge.therapies.values()
        for word in (therapy.id, therapy.name, *therapy.aliases)
    }
    return bool(
        {words.get(_plain(w), _plain(w)) for w in given} & {words.get(_plain(w), _plain(w)) for w in wanted}
    )


def _plain(word: str) -> str:
    """Return a context word with case, hyphen and underscore made alike (``small_intestine``)."""
    return word.lower().replace("_", " ").replace("-", " ")


def _shown(given: str | float | tuple[str, ...]) -> str:
    if isinstance(given, tuple):
        return ", ".join(given) or "none"
    return f"{given:g}" if isinstance(given, float) else given


def _context_value(field: str, facts: Facts, knowledge: Knowledge) -> str | float | tuple[str, ...] | None:
    """Return a context field as given, or as the tumour type or grade implies it."""
    context = facts.context
    value = getattr(context, field)
    if value is not None:
        return float(value) if isinstance(value, int) else value
    known = knowledge.tumour_types.get(context.tumour_type or "")
    if field == "site" and known is not None and known.site:
        return known.site
    if field == "differentiation":
        if context.grade == "NEC":
            return "poor"
        if context.grade in ("G1", "G2"):
            return "well"
        if known is not None and known.differentiation:
            return known.differentiation
    if field == "grade" and known is not None and known.neuroendocrine and known.differentiation == "poor":
        return "NEC"
    return None


def _tumour_type(
    clause: ContextClause, text: str, given: str, shown: tuple[str, ...], knowledge: Knowledge
) -> Proof:
    if knowledge.ancestors(given) & set(clause.values):
        return Proof(text, Truth.YES, "context_value", shown)
    below = [value for value in clause.values if given in knowledge.ancestors(value)]
    if below:
        need = f"a tumour type more exact than {given} ({' or '.join(below)} would fit)"
        return Proof(text, Truth.UNKNOWN, "context_ancestor", shown, (need,))
    return Proof(text, Truth.NO, "context_value", shown)
