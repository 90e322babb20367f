"""Checks of what holds no rule: studies, notes on drugs, evidence levels and tiers."""

from __future__ import annotations

from collections.abc import Iterator

from netboard.knowledge import schema
from netboard.knowledge.inventory import asks_marker
from netboard.knowledge.rule_schema import ClauseRule
from netboard.knowledge.tree import Entry, Problem, Tree

#: Framework of levels.yaml by the key of a statement that uses it.
_TIERS = {"tier_amp": "amp", "tier_escat": "escat"}
#: Word of a statement whose marker has no place in a framework; tier_note says why.
NO_TIER = "none"


def problems(tree: Tree) -> Iterator[Problem]:
    """Yield every fault of studies, notes on drugs, levels and tiers."""
    yield from _studies(tree)
    for therapy in tree.therapies.values():
        for index, remark in enumerate(therapy.model.remarks):
            yield from _unknown(therapy, tree.sources, "source", remark.sources, "remarks", index, "sources")
    yield from _approvals(tree)
    for comparison in tree.comparisons.values():
        yield from _unknown(comparison, tree.sources, "source", comparison.model.sources, "sources")
        yield from _unknown(comparison, tree.therapies, "drug", comparison.model.drugs, "drugs")
        if not _only_context(comparison.model.context):
            yield comparison.problem("whether a comparison arises is a question of context alone", "context")
    for framework in tree.frameworks.values():
        yield from _unknown(framework, tree.sources, "source", [framework.model.source], "source")
    for cohort in tree.cohorts.values():
        if cohort.model.seed_note and not cohort.model.seed:
            yield cohort.problem("has a seed_note and names no row under seed", "seed_note")
    for assertion in tree.assertions.values():
        yield from _levels(tree, assertion)


def todo(tree: Tree) -> Iterator[Problem]:
    """Yield the studies and trials that wait for a curator."""
    for name, study in tree.studies.items():
        if study.model.curation == "needs_curator":
            blank = "" if study.model.nct or study.model.sources else " No identifier was seen."
            rows = f" Rests on {', '.join(study.model.seed)}." if study.model.seed else ""
            yield study.problem(f"study {name}: needs a curator. {study.model.note}".rstrip() + blank + rows)
    for nct, trial in tree.trials.items():
        if trial.model.curation == "needs_curator":
            yield trial.problem(f"trial {nct}: needs a curator. {trial.model.note}".rstrip(), "curation")


def _unknown(entry: Entry, held: object, what: str, names: list[str], *at: str | int) -> Iterator[Problem]:  # type: ignore[type-arg]
    for index, name in enumerate(names):
        if name not in held:  # type: ignore[operator]
            yield entry.problem(f"{what} {name!r} is not in the knowledge base", *at, index)


def _approvals(tree: Tree) -> Iterator[Problem]:
    """An approval that is told is computed too, on the clinical context alone."""
    by_drug = {name for name, entry in tree.therapies.items() if entry.model.approved is not None}
    rules = [(entry, entry.model.approved) for entry in tree.assertions.values()]
    rules += [(entry, entry.model.approved) for entry in tree.therapies.values()]  # type: ignore[misc]
    for entry, rule in rules:
        if rule is not None and not _only_context(rule):
            yield entry.problem("an approval asks for the clinical context alone", "approved")
        if rule is None and entry.model.approval_cases:
            yield entry.problem("cases of an approval, and no rule for it (approved)", "approval_cases")
    for assertion in tree.assertions.values():
        model = assertion.model
        told = bool(model.approval) and model.direction == "sensitivity"
        if told and model.approved is None and not set(model.drugs) <= by_drug:
            yield assertion.problem(
                "tells an approval and holds no rule for it (approved), nor do its drugs", "approval"
            )


def _only_context(rule: ClauseRule) -> bool:
    parts = [*(rule.any_of or ()), *(rule.all_of or ()), *(rule.none_of or ())]
    if rule.at_least is not None:
        parts += rule.at_least.of
    return rule.context is not None or (bool(parts) and all(map(_only_context, parts)))


def _studies(tree: Tree) -> Iterator[Problem]:
    numbers: dict[str, str] = {}
    for name, entry in tree.studies.items():
        model = entry.model
        yield from _unknown(entry, tree.sources, "source", model.sources, "sources")
        yield from _unknown(entry, tree.therapies, "drug", model.drugs, "drugs")
        yield from _unknown(entry, tree.tumour_types, "tumour type", model.tumour_types, "tumour_types")
        for index, result in enumerate(model.results):
            yield from _unknown(entry, tree.therapies, "drug", result.drugs, "results", index, "drugs")
        yield from _unknown(entry, tree.studies, "study", model.conflicts_with, "conflicts_with")
        for index, other in enumerate(model.conflicts_with):
            against = tree.studies.get(other)
            if against is not None and name not in against.model.conflicts_with:
                yield entry.problem(
                    f"conflicts with {other}, which does not name {name} back", "conflicts_with", index
                )
        if not model.sources and model.curation != "needs_curator":
            yield entry.problem("cites no source and is not marked curation: needs_curator", "sources")
        if bool(model.marker) != bool(model.measured_by) and model.kind != "classification":
            yield entry.problem("names a marker and not how it was measured, or the reverse", "marker")
        if model.nct and model.nct in numbers:
            yield entry.problem(f"{model.nct} is the number of {numbers[model.nct]} already", "nct")
        numbers.setdefault(model.nct, name)


# ---------------------------------------------------------------- levels and tiers


def _levels(tree: Tree, entry: Entry[schema.AssertionEntry]) -> Iterator[Problem]:
    """A statement on treatment carries level and tiers of its marker; an option without marker has no tier."""
    model = entry.model
    for key, framework in _TIERS.items():
        tier = getattr(model, key)
        known = tree.frameworks.get(framework)
        if tier and tier != NO_TIER and (known is None or tier not in known.model.levels):
            held = ", ".join(known.model.levels) if known is not None else "no level at all"
            yield entry.problem(f"{tier!r} is no level of {framework} in levels.yaml ({held})", key)
    if model.kind != "predictive":
        return
    if not model.evidence.level and model.status != "needs_curator":
        yield entry.problem("is predictive and states no CIViC level", "evidence", "level")
    for key in _TIERS:
        tier = getattr(model, key)
        if asks_marker(model) and not tier and tree.frameworks:
            yield entry.problem(
                f"is predictive for a marker and states no {key} (none, with the reason in tier_note, "
                "where the framework has no place for it)"
            )
        if not asks_marker(model) and tier:
            yield entry.problem(f"depends on no marker, and {key} ranks markers; leave it out", key)
    if NO_TIER in (model.tier_amp, model.tier_escat) and not model.tier_note:
        yield entry.problem("has a tier 'none' and says in no tier_note why")
    yield from _own_tumour(entry, tree)


def _own_tumour(entry: Entry[schema.AssertionEntry], tree: Tree) -> Iterator[Problem]:
    """A mixed group of tumours is no tumour type: no tier that asks for "this tumour type" is won there."""
    model = entry.model
    shown_in = tree.tumour_types.get(model.evidence.tumour_type)
    mixed = shown_in is not None and not shown_in.model.oncotree and not shown_in.model.neuroendocrine
    if mixed and model.tier_amp in ("I-A", "I-B"):
        yield entry.problem(
            f"tier {model.tier_amp} is won in one tumour type, and {model.evidence.tumour_type} is a group "
            "of many",
            "tier_amp",
        )
    if mixed and model.tier_escat in ("I-A", "I-B", "II-A", "II-B"):
        yield entry.problem(
            f"ESCAT {model.tier_escat} is won in one tumour type, and {model.evidence.tumour_type} is a "
            "group of many",
            "tier_escat",
        )
    if model.evidence.design in ("case", "small series") and model.tier_amp in ("I-A", "I-B", "II-C"):
        yield entry.problem(f"a few cases are tier II-D at most, not {model.tier_amp}", "tier_amp")
