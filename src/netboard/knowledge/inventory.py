"""The account of every statement from which the base was made: where it went, or why it could not.

The lists themselves stay outside (the base holds its own words). What is kept is each row's name: an
entry that rests on a row names it under ``seed``, and ``inventory.yaml`` gives the reason for each row
that no rule can compute. :func:`problems` finds rows that are lost or told twice; :func:`account`
writes the whole as a page (``docs/seed-coverage.md``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netboard.knowledge import record_schema, rule_schema, schema
from netboard.knowledge.tree import Entry, Problem, Tree

#: Kinds of place in the order in which the page counts them.
KINDS = (
    "statement",
    "standing option",
    "trial with a rule",
    "study",
    "frequency",
    "cohort",
    "subgroup",
    "pathway feedback",
    "note on a drug",
    "drug",
    "gene",
    "biomarker",
    "evidence framework",
    "not computed",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row went: the kind of entry, its name, and ``file:line``."""

    kind: str
    name: str
    where: str
    needs_curator: bool = False


def places(tree: Tree) -> dict[str, list[Place]]:
    """Return for each row every entry of the base that names it, in order of kinds."""
    found: dict[str, list[Place]] = {}
    for rows, place in _entries(tree):
        for row in rows:
            found.setdefault(row, []).append(place)
    for held in found.values():
        held[:] = sorted(dict.fromkeys(held), key=lambda place: (KINDS.index(place.kind), place.name))
    return found


def problems(tree: Tree) -> Iterator[Problem]:
    """Yield every row that is lost, told twice, unknown, or bears an identifier nobody saw."""
    entry = tree.inventory
    if entry is None:
        return
    model = entry.model
    found = places(tree)
    rows = dict(_rows(model))
    for row in rows:
        told, reason = found.get(row), model.not_computed.get(row)
        if not told and reason is None:
            yield entry.problem(f"row {row} is in no entry and not among not_computed", "lists")
        if told and reason is not None:
            yield entry.problem(
                f"row {row} is called not computed, and {told[0].name} rests on it", "not_computed", row
            )
    for row in model.not_computed:
        if row not in rows:
            yield entry.problem(f"row {row} is in no list", "not_computed", row)
    for row, held in found.items():
        if row not in rows:
            yield from (
                _at(place, f"{place.name}: row {row} is in no list of inventory.yaml") for place in held
            )
    for index, item in enumerate(model.lists):
        for number, name in enumerate(item.sources):
            if name not in tree.sources:
                yield entry.problem(
                    f"source {name!r} is not in the knowledge base", "lists", index, "sources", number
                )
        for key, names in (("partly", item.partly), ("unseen", item.unseen)):
            for number, row in enumerate(names):
                if not any(place.needs_curator for place in found.get(row, ())):
                    yield entry.problem(
                        f"row {row} was not wholly verified, and no entry that rests on it is marked "
                        "needs_curator",
                        *("lists", index, key, number),
                    )


def account(tree: Tree) -> str:
    """Return the page that accounts for every row, as Markdown.

    Raises
    ------
    ValueError
        When the tree holds no inventory.
    """
    if tree.inventory is None:
        raise ValueError("the knowledge base holds no inventory.yaml")
    model, found = tree.inventory.model, places(tree)
    lines = [
        "# Where each statement went",
        "",
        "Written by `netboard knowledge inventory`; change the entries and write it again. Every row of the",
        "lists from which the knowledge base was made is accounted for: it is part of an entry of",
        "`annotations/` (which names it under `seed`), or no rule can compute it, and then the reason stands",
        "here. An entry's own words, numbers and sources are printed by `netboard knowledge show NAME`.",
    ]
    for item in model.lists:
        lines += ["", *_list_page(item, model, found)]
    return "\n".join(lines) + "\n"


def _list_page(
    item: record_schema.ListEntry, model: record_schema.InventoryFile, found: dict[str, list[Place]]
) -> Iterator[str]:
    rows = _names(item)
    told = [row for row in rows if row in found or row in model.not_computed]
    yield f"## {item.name}"
    yield ""
    yield f"{len(told)} of {len(rows)} rows accounted for ({100 * len(told) / len(rows):.0f} %)."
    yield ""
    yield from _counts(rows, model, found)
    yield ""
    yield "| row | kind | entry, or why not |"
    yield "|---|---|---|"
    for row in rows:
        reason = model.not_computed.get(row)
        if reason is not None:
            noted = f" {reason.seed_note}" if reason.seed_note else ""
            yield f"| {row} | not computed: {reason.reason.replace('_', ' ')} | {_cell(reason.why + noted)} |"
            continue
        held = found.get(row, [])
        kinds = ", ".join(dict.fromkeys(place.kind for place in held))
        names = "; ".join(dict.fromkeys(f"`{place.name}`" for place in held))
        owed = " (needs curator)" if any(place.needs_curator for place in held) else ""
        yield f"| {row} | {kinds} | {_cell(names)}{owed} |"


def _counts(
    rows: list[str], model: record_schema.InventoryFile, found: dict[str, list[Place]]
) -> Iterator[str]:
    """Yield a small table: how many rows have their first place in each kind, and why others have none."""
    first: dict[str, int] = {}
    for row in rows:
        kind = found[row][0].kind if row in found else "not computed" if row in model.not_computed else "lost"
        first[kind] = first.get(kind, 0) + 1
    yield "| first place | rows |"
    yield "|---|---|"
    for kind in (*KINDS, "lost"):
        if kind in first:
            yield f"| {kind} | {first[kind]} |"
    reasons: dict[str, int] = {}
    for row in rows:
        if row in model.not_computed:
            reason = model.not_computed[row].reason
            reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        yield ""
        yield "| not computed because it is | rows |"
        yield "|---|---|"
        for name, text in record_schema.REASONS.items():
            if name in reasons:
                yield f"| {name.replace('_', ' ')}: {text} | {reasons[name]} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _rows(model: record_schema.InventoryFile) -> Iterator[tuple[str, record_schema.ListEntry]]:
    for item in model.lists:
        yield from ((row, item) for row in _names(item))


def _names(item: record_schema.ListEntry) -> list[str]:
    return [f"{item.letter}{number:03}" for number in range(1, item.rows + 1)]


def _at(place: Place, message: str) -> Problem:
    file, _, line = place.where.rpartition(":")
    return Problem(file, int(line), message)


def _entries(tree: Tree) -> Iterator[tuple[list[str], Place]]:
    for name, assertion in tree.assertions.items():
        kind = "standing option" if _is_option(assertion.model) else "statement"
        yield assertion.model.seed, _place(kind, name, assertion, assertion.model.status)
    for name, trial in tree.trials.items():
        yield trial.model.seed, _place("trial with a rule", name, trial, trial.model.curation)
    for name, study in tree.studies.items():
        place = _place("study", name, study, study.model.curation)
        yield [*study.model.seed, *(row for item in study.model.results for row in item.seed)], place
    for cohort in tree.cohorts.values():
        yield cohort.model.seed, _place("cohort", cohort.model.source, cohort)
        for row in cohort.model.frequencies:
            yield row.seed, _place("frequency", f"{row.gene} in {cohort.model.source}", cohort)
    for name, subgroup in tree.subgroups.items():
        yield subgroup.model.seed, _place("subgroup", name, subgroup)
    for name, therapy in tree.therapies.items():
        yield therapy.model.seed, _place("drug", name, therapy)
        for item in therapy.model.feedback:
            yield item.seed, _place("pathway feedback", name, therapy)
        for remark in therapy.model.remarks:
            yield remark.seed, _place("note on a drug", name, therapy)
    for name, gene in tree.genes.items():
        yield gene.model.seed, _place("gene", name, gene, gene.model.status)
    for name, marker in tree.biomarkers.items():
        yield marker.model.seed, _place("biomarker", name, marker, marker.model.curation)
    for name, framework in tree.frameworks.items():
        yield framework.model.seed, _place("evidence framework", name, framework)


def _place(kind: str, name: str, entry: Entry, status: str = "") -> Place:  # type: ignore[type-arg]
    return Place(kind, name, entry.where(), status == "needs_curator")


def _is_option(model: schema.AssertionEntry) -> bool:
    """Whether a statement depends on no marker at all: an option of the tumour type."""
    return model.kind == "predictive" and not asks_marker(model)


def asks_marker(model: schema.AssertionEntry) -> bool:
    """Whether a statement asks for an event, a biomarker, or a context field that is one."""
    return any(_marker_leaf(leaf) for leaf in leaves_of(model.when))


def leaves_of(rule: rule_schema.ClauseRule) -> Iterator[rule_schema.ClauseRule]:
    """Yield the leaf clauses of a rule as written."""
    parts = [*(rule.any_of or ()), *(rule.all_of or ()), *(rule.none_of or ())]
    if rule.at_least is not None:
        parts.extend(rule.at_least.of)
    if not parts:
        yield rule
    for part in parts:
        yield from leaves_of(part)


def _marker_leaf(leaf: rule_schema.ClauseRule) -> bool:
    if leaf.event is not None or leaf.biomarker is not None:
        return True
    return leaf.context is not None and bool(leaf.context.mgmt or leaf.context.sstr)
