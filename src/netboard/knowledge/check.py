"""Validation of the knowledge base: shape, references between files, and every rule's own cases,
which must decide each of its clauses.

Every problem is found in one run and named ``file:line: sentence``; beside the problems stands the
list of what a curator still owes (unverified citations, roles unknown, statements marked so).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netboard.errors import KnowledgeError
from netboard.knowledge import check_records, inventory, numbering, rule_schema, schema
from netboard.knowledge.check_rules import run_rules
from netboard.knowledge.content import annotations_dir, content_hash
from netboard.knowledge.leaves import ANY_THERAPY
from netboard.knowledge.load import compiled, read_layers
from netboard.knowledge.tree import Entry, Problem, Tree

#: What DNA sequencing cannot measure: a statement on it is never a therapy line by a DNA event.
_NOT_DNA = ("rna", "ihc", "methylation", "imaging")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found."""

    problems: tuple[Problem, ...]
    #: What is left for a curator; never an error.
    todo: tuple[Problem, ...] = ()
    #: Entries by kind, and ``rules`` and ``cases`` that were run.
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check(directories: Sequence[Path] = (), *, base: Path | None = None) -> CheckReport:
    """Check the packaged base with the overlays in ``directories``.

    Raises
    ------
    KnowledgeError
        When a directory is none or holds no knowledge file; faults inside files are problems of the
        report.
    """
    root = annotations_dir() if base is None else base
    overlays = tuple(directory for directory in directories if directory.resolve() != root.resolve())
    tree, names = read_layers(root, overlays)
    return check_tree(tree, names, (root, *overlays))


def check_tree(tree: Tree, names: tuple[str, ...], layers: Sequence[Path]) -> CheckReport:
    """Check a merged tree of the directories ``layers`` (the base first), with the overlays' ``names``."""
    problems = list(tree.problems)
    problems += _references(tree)
    problems += _statements(tree)
    problems += check_records.problems(tree)
    if not names:
        # A laboratory may replace or withdraw what rests on a row; the base itself must tell each.
        problems += inventory.problems(tree)
    counts = {
        name: len(getattr(tree, name))
        for name in (
            "genes",
            "assertions",
            "trials",
            "therapies",
            "tumour_types",
            "sources",
            "subgroups",
            "studies",
        )
    }
    if not tree.problems:
        try:
            knowledge = compiled(tree, names, layers, content_hash(layers))
        except KnowledgeError as error:
            problems.append(Problem(error.where, 1, error.what))
        else:
            problems += numbering.problems(tree, knowledge, tuple(layers))
            run, found = run_rules(knowledge)
            problems += found
            counts |= run
    return CheckReport(tuple(dict.fromkeys(problems)), tuple(_todo(tree)), counts)


# ---------------------------------------------------------------- references between files


def _references(tree: Tree) -> Iterator[Problem]:
    for entry in tree.genes.values():
        gene = entry.model
        yield from _known(entry, tree.sources, "source", gene.role_sources, "role_sources")
        yield from _known(entry, tree.sources, "source", gene.sources, "sources")
        if gene.germline is not None:
            yield from _known(entry, tree.sources, "source", gene.germline.sources, "germline", "sources")
    for assertion in tree.assertions.values():
        yield from _assertion_references(tree, assertion)
    for trial in tree.trials.values():
        yield from _known(trial, tree.sources, "source", trial.model.sources, "sources")
        yield from _clause_references(tree, trial, trial.model.context, "context")
        for index, arm in enumerate(trial.model.arms):
            at = ("arms", index)
            yield from _known(trial, tree.therapies, "drug", arm.drugs, *at, "drugs")
            yield from _known(trial, tree.genes, "gene", arm.not_in_rule, *at, "not_in_rule")
            yield from _clause_references(tree, trial, arm.when, *at, "when")
            yield from _clause_references(tree, trial, arm.context, *at, "context")
    for therapy in tree.therapies.values():
        yield from _known(therapy, tree.sources, "source", therapy.model.sources, "sources")
        for index, item in enumerate(therapy.model.feedback):
            yield from _known(therapy, tree.sources, "source", [item.source], "feedback", index)
        yield from _clause_references(tree, therapy, therapy.model.approved, "approved")
    for tumour in tree.tumour_types.values():
        yield from _known(tumour, tree.tumour_types, "tumour type", tumour.model.parents, "parents")
    yield from _tumour_cycles(tree)
    for cohort in tree.cohorts.values():
        yield from _known(cohort, tree.sources, "source", [cohort.model.source], "source")
        yield from _known(cohort, tree.tumour_types, "tumour type", [cohort.model.tumour_type], "tumour_type")
    for comparison in tree.comparisons.values():
        yield from _clause_references(tree, comparison, comparison.model.context, "context")
    for subgroup in tree.subgroups.values():
        yield from _known(subgroup, tree.sources, "source", subgroup.model.sources, "sources")
        yield from _known(subgroup, tree.genes, "gene", subgroup.model.genes, "genes")
        yield from _clause_references(tree, subgroup, subgroup.model.when, "when")
        yield from _clause_references(tree, subgroup, subgroup.model.context, "context")
    yield from _marker_references(tree)


def _marker_references(tree: Tree) -> Iterator[Problem]:
    words = _therapy_words(tree)
    for marker in tree.biomarkers.values():
        model = marker.model
        yield from _known(marker, tree.sources, "source", model.sources, "sources")
        yield from _clause_references(tree, marker, model.context, "context")
        for index, outcome in enumerate(model.outcomes):
            yield from _clause_references(tree, marker, outcome.when, "outcomes", index, "when")
        for way, entry in (("burden", model.burden), ("signature", model.signature)):
            if entry is not None:
                yield from _known(marker, words, "drug", entry.therapies, way, "therapies")


def _known(
    entry: Entry[rule_schema.Strict],
    held: Iterable[str],
    what: str,
    names: Iterable[str],
    *at: str | int,
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in held:
            yield entry.problem(f"{what} {name!r} is not in the knowledge base", *at, index)


def _assertion_references(tree: Tree, entry: Entry[schema.AssertionEntry]) -> Iterator[Problem]:
    model = entry.model
    yield from _known(entry, tree.sources, "source", model.sources, "sources")
    yield from _known(entry, tree.genes, "gene", model.genes, "genes")
    yield from _known(entry, tree.therapies, "drug", model.drugs, "drugs")
    if model.evidence.tumour_type:
        named = [model.evidence.tumour_type]
        yield from _known(entry, tree.tumour_types, "tumour type", named, "evidence", "tumour_type")
    yield from _known(entry, tree.assertions, "assertion", model.conflicts_with, "conflicts_with")
    for index, other in enumerate(model.conflicts_with):
        against = tree.assertions.get(other)
        if against is not None and model.id not in against.model.conflicts_with:
            yield entry.problem(
                f"conflicts with {other}, which does not name {model.id} back", "conflicts_with", index
            )
    yield from _clause_references(tree, entry, model.when, "when")
    yield from _clause_references(tree, entry, model.context, "context")
    yield from _clause_references(tree, entry, model.approved, "approved")


def _clause_references(
    tree: Tree,
    entry: Entry[rule_schema.Strict],
    rule: rule_schema.ClauseRule | None,
    *at: str | int,
) -> Iterator[Problem]:
    for leaf, place in _leaves(rule, at):
        if leaf.event is not None:
            yield from _known(entry, tree.genes, "gene", leaf.event.gene, *place, "event", "gene")
        elif leaf.biomarker is not None:
            yield from _known(
                entry, tree.biomarkers, "biomarker", [leaf.biomarker.name], *place, "biomarker", "name"
            )
        elif leaf.context is not None:
            types = leaf.context.tumour_type or []
            yield from _known(
                entry, tree.tumour_types, "tumour type", types, *place, "context", "tumour_type"
            )
            drugs = leaf.context.prior_therapy or []
            words = _therapy_words(tree)
            yield from _known(entry, words, "drug", drugs, *place, "context", "prior_therapy")


def _therapy_words(tree: Tree) -> set[str]:
    """Return the words by which a rule may name a prior therapy: names of entries and their aliases.

    A sample's prior therapies are the words that the user wrote, so a rule may have to list several.
    """
    words = {alias for entry in tree.therapies.values() for alias in entry.model.aliases}
    return (
        words | {ANY_THERAPY} | {entry.model.name for entry in tree.therapies.values()} | set(tree.therapies)
    )


def _leaves(
    rule: rule_schema.ClauseRule | None, at: tuple[str | int, ...]
) -> Iterator[tuple[rule_schema.ClauseRule, tuple[str | int, ...]]]:
    """Yield the leaves of a rule with their place."""
    if rule is None:
        return
    groups = {"any_of": rule.any_of, "all_of": rule.all_of, "none_of": rule.none_of}
    nested = [(name, part) for name, parts in groups.items() for part in enumerate(parts or ())]
    for name, (index, part) in nested:
        yield from _leaves(part, (*at, name, index))
    for index, part in enumerate(rule.at_least.of if rule.at_least is not None else ()):
        yield from _leaves(part, (*at, "at_least", "of", index))
    if rule.event is not None or rule.biomarker is not None or rule.context is not None:
        yield rule, at


def _tumour_cycles(tree: Tree) -> Iterator[Problem]:
    for code, entry in tree.tumour_types.items():
        seen: set[str] = set()
        queue = list(entry.model.parents)
        while queue:
            here = queue.pop()
            if here == code:
                yield entry.problem(f"{code} stands among its own parents", "parents")
                break
            if here not in seen and here in tree.tumour_types:
                seen.add(here)
                queue.extend(tree.tumour_types[here].model.parents)


# ---------------------------------------------------------------- what a statement must have


def _statements(tree: Tree) -> Iterator[Problem]:
    for entry in tree.assertions.values():
        model = entry.model
        if not model.sources and model.status != "needs_curator":
            yield entry.problem("cites no source and is not marked status: needs_curator", "sources")
        yield from _measured(entry)
        if model.kind == "predictive":
            for index, name in enumerate(model.sources):
                if name in tree.sources and tree.sources[name].model.protocol:
                    yield entry.problem(
                        f"{name} is a protocol and never evidence of benefit", "sources", index
                    )
        yield from _directions(entry)
        yield from _case_values(entry, model.cases, "an assertion", "cases")
    for trial in tree.trials.values():
        for index, arm in enumerate(trial.model.arms):
            yield from _case_values(trial, arm.cases, f"arm {arm.id}", "arms", index, "cases")
        if len(trial.model.arms) > 1 and not trial.model.both_arms:
            yield trial.problem("has several arms and does not say in both_arms what holds when two fit")
        if trial.model.status != "unknown" and not trial.model.as_of:
            yield trial.problem("states a status without the date it was read on (as_of)", "status")
    for held in (tree.assertions.values(), tree.therapies.values()):
        for item in held:
            if item.model.approved is not None:
                yield from _case_values(item, item.model.approval_cases, "an approval", "approved")
    for comparison in tree.comparisons.values():
        yield from _case_values(comparison, comparison.model.cases, "a comparison", "cases")
    for subgroup in tree.subgroups.values():
        if subgroup.model.when is not None:
            yield from _case_values(subgroup, subgroup.model.cases, "a subgroup", "cases")
    for marker in tree.biomarkers.values():
        for index, outcome in enumerate(marker.model.outcomes):
            yield from _case_values(marker, outcome.cases, "an outcome", "outcomes", index, "cases")
        read = marker.model.outcomes or marker.model.signature or marker.model.burden
        if read and not marker.model.sources and marker.model.curation != "needs_curator":
            yield marker.problem("cites no source and is not marked curation: needs_curator", "sources")
    for source in tree.sources.values():
        yield from _source(source)


def _measured(entry: Entry[schema.AssertionEntry]) -> Iterator[Problem]:
    """A treatment effect tied to expression, staining or methylation is never fired by DNA alone."""
    model = entry.model
    if model.kind != "predictive" or model.measured_by not in _NOT_DNA:
        return
    for leaf, place in _leaves(model.when, ("when",)):
        if leaf.event is not None:
            yield entry.problem(
                f"was measured by {model.measured_by}, and a predictive statement of that kind must not be "
                "answered by an event of DNA; ask for a biomarker",
                *place,
                "event",
            )


def _directions(entry: Entry[schema.AssertionEntry]) -> Iterator[Problem]:
    model = entry.model
    allowed = {
        "predictive": ("sensitivity", "resistance", "no_benefit", "unclear"),
        "prognostic": ("better", "worse", "unclear"),
        "diagnostic": ("supports", "unclear"),
        "predisposing": ("supports", "unclear"),
    }[model.kind]
    if model.direction not in allowed:
        yield entry.problem(
            f"a {model.kind} statement has direction {' or '.join(allowed)}, not {model.direction}",
            "direction",
        )
    if model.kind == "predictive" and not model.drugs:
        yield entry.problem("is predictive and names no drug", "drugs")
    if model.evidence.design == "protocol" and model.kind == "predictive":
        yield entry.problem("a protocol is never evidence of benefit; describe it as a trial", "evidence")


def _case_values(
    entry: Entry[rule_schema.Strict],
    cases: Sequence[rule_schema.Case],
    what: str,
    *at: str | int,
) -> Iterator[Problem]:
    missing = [value for value in ("yes", "no", "unknown") if value not in {case.expect for case in cases}]
    if missing:
        yield entry.problem(f"{what} has no case that expects {' and none that expects '.join(missing)}", *at)
    names = [case.name for case in cases]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield entry.problem(f"two cases are called {name!r}", *at, index)


def _source(entry: Entry[schema.SourceEntry]) -> Iterator[Problem]:
    model = entry.model
    if model.verified and not (model.pmid or model.doi or model.nct or model.url or model.note):
        yield entry.problem(
            "is marked verified, has no identifier, and says in no note how it was seen", "verified"
        )


# ---------------------------------------------------------------- left for a curator


def _todo(tree: Tree) -> Iterator[Problem]:
    for gene in tree.genes.values():
        if gene.model.status == "needs_curator" or gene.model.role == "unknown":
            what = "role unknown" if gene.model.role == "unknown" else "needs a curator"
            yield gene.problem(f"gene {gene.model.symbol}: {what}. {gene.model.note}".strip())
    for assertion in tree.assertions.values():
        if assertion.model.status == "needs_curator":
            yield assertion.problem(
                f"assertion {assertion.model.id}: needs a curator. {assertion.model.note}"
            )
    yield from check_records.todo(tree)
    for name, source in tree.sources.items():
        if not source.model.verified:
            yield source.problem(f"source {name}: identifier not verified. {source.model.note}".strip())
