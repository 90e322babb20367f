"""From the entries of ``biomarkers.yaml`` to the nouns that say how a biomarker is read."""

from __future__ import annotations

from collections.abc import Callable

from netboard.knowledge import marker_schema, rule_schema
from netboard.knowledge.tree import Entry
from netboard.model.evidence import Clause, RuleCase
from netboard.model.markers import ArmsMeasure, Biomarker, BurdenMeasure, Outcome, SignatureMeasure

Clauses = Callable[[rule_schema.ClauseRule], Clause]
Cases = Callable[..., tuple[RuleCase, ...]]


def biomarker_of(
    name: str, entry: Entry[marker_schema.BiomarkerEntry], clause: Clauses, cases: Cases
) -> Biomarker:
    """Return the noun of an entry; ``clause`` and ``cases`` compile what stands inside its rules."""
    model = entry.model
    outcomes = tuple(
        Outcome(item.value, item.says, clause(item.when), cases(item.cases, entry, "outcomes", index))
        for index, item in enumerate(model.outcomes)
    )
    return Biomarker(
        id=name,
        name=model.name,
        unit=model.unit,
        measured_by=model.measured_by,
        settled_by=model.settled_by,
        context_field=model.context_field,
        limits=model.limits,
        sources=tuple(model.sources),
        arms=_arms(model.arms),
        burden=_burden(model.burden),
        signature=_signature(model.signature),
        outcomes=outcomes,
        shown=model.shown,
        otherwise=model.otherwise,
        context=clause(model.context) if model.context is not None else None,
    )


def _arms(model: marker_schema.ArmsEntry | None) -> ArmsMeasure | None:
    if model is None:
        return None
    chromosomes, events, besides = tuple(model.chromosomes), tuple(model.events), tuple(model.besides)
    return ArmsMeasure(
        chromosomes, events, model.answer, model.unit, besides, model.partial, tuple(model.open)
    )


def _burden(model: marker_schema.BurdenEntry | None) -> BurdenMeasure | None:
    if model is None:
        return None
    return BurdenMeasure(
        min_megabases=model.min_megabases,
        max_open=model.max_open,
        counted=model.counted,
        doubt=model.doubt,
        therapies=tuple(model.therapies),
        after=model.after,
        after_unknown=model.after_unknown,
    )


def _signature(model: marker_schema.SignatureEntry | None) -> SignatureMeasure | None:
    if model is None:
        return None
    return SignatureMeasure(
        change=model.change,
        before=tuple(model.before),
        min_substitutions=model.min_substitutions,
        yes_from=model.yes_from,
        no_to=model.no_to,
        therapies=tuple(model.therapies),
    )
