"""What a board reads side by side: drugs for and against, comparisons, near misses, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netboard.model.evidence import Truth
from netboard.model.result import Comparison, ComparisonPoint, Interpretation, TherapyLine, TrialLine
from netboard.report import phrases
from netboard.report.references import References

SIDES = (("for", "Speaks for"), ("against", "Speaks against"), ("unknown", "Not known"))
_SIDE_OF = {"sensitivity": "for", "resistance": "against", "no_benefit": "against"}


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing said of a drug; ``soft`` says what it rests on."""

    text: str
    soft: str
    references: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A comparison: for each side, one cell of arguments per drug."""

    title: str
    drugs: tuple[str, ...]
    statement: str
    open: str
    rows: tuple[tuple[str, tuple[tuple[Argument, ...], ...]], ...]
    references: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrugRow:
    """A drug with its statements in short: for, against and open."""

    drug: str
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A difference to the stored result before this one."""

    text: str
    why: str


def drugs(result: Interpretation) -> tuple[DrugRow, ...]:
    """Return for, against and open of each drug that a finding speaks of, standing options included.

    A table of its own only where one drug has more than one side, or several statements.
    """
    named = dict.fromkeys(" + ".join(line.drugs) for line in result.therapies if line.drugs)
    rows = []
    for name in named:
        held = [line for line in (*result.therapies, *result.background) if " + ".join(line.drugs) == name]
        cells: dict[str, list[str]] = {key: [] for key, _ in SIDES}
        for line in held:
            side = _SIDE_OF.get(line.direction, "unknown") if line.match == "yes" else "unknown"
            cells[side].append(_short(line))
        rows.append(DrugRow(name, tuple(tuple(cells[key]) for key, _ in SIDES)))
    return tuple(rows)


def _short(line: TherapyLine) -> str:
    parts = [
        f"level {line.level}" if line.level else "not graded",
        line.evidence.design or "design not stated",
        phrases.fit(line.context_match, line.evidence.design),
        phrases.word(phrases.DIRECTIONS, line.direction).lower() if line.direction != "sensitivity" else "",
        "" if line.because else "whatever the genes",
        f"open: {'; '.join(line.needs)}" if line.match != "yes" else "",
    ]
    return f"{line.id}: {', '.join(part for part in parts if part)}"


def side_by_side(result: Interpretation, references: References) -> tuple[SideBySide, ...]:
    """Return the comparisons of which at least one drug has something said of it."""
    return tuple(_comparison(item, result, references) for item in result.comparisons if item.points)


def _comparison(item: Comparison, result: Interpretation, references: References) -> SideBySide:
    labels = {finding.id: phrases.label(finding) for finding in result.findings}
    rows = []
    for side, title in SIDES:
        cells = tuple(
            tuple(
                _argument(point, labels, references)
                for point in item.points
                if point.drug == drug and point.side == side
            )
            for drug in item.drugs
        )
        if any(cells):
            rows.append((title, cells))
    opened = f"Whether the question arises is open: {'; '.join(item.needs)}" if item.match != "yes" else ""
    return SideBySide(
        item.title, item.drugs, item.statement, opened, tuple(rows), references.cite(item.sources)
    )


def _argument(point: ComparisonPoint, labels: dict[str, str], references: References) -> Argument:
    found = [labels[item] for item in point.because if item in labels]
    basis = {
        "finding": f"rests on {', '.join(found) or 'a finding'}",
        "context": "whatever the genes",
        "trial": f"rests on {', '.join(found)}" if found else "nothing found",
        "pathway": "mechanism",
    }[point.kind]
    parts = [
        basis,
        f"level {point.level}" if point.level else "",
        phrases.word(phrases.STANDINGS, point.standing).lower() if point.standing else "",
        f"settled by {'; '.join(point.needs)}" if point.needs else "",
        point.entry,
    ]
    return Argument(point.text, "; ".join(part for part in parts if part), references.cite(point.sources))


def near_misses(result: Interpretation) -> tuple[str, ...]:
    """Return one sentence for each arm, not of a trial that is over, that one test or field would settle."""
    return tuple(
        f"{line.nct}, {line.arm}: {' or '.join(line.settled_by)} would settle it (status {_status(line)})"
        for line in result.trials
        if line.match is Truth.UNKNOWN and line.settled_by and not line.historical
    )


def _status(line: TrialLine) -> str:
    """Return the recruitment status with its date, and a warning where it may not be relied on."""
    doubt = phrases.word(phrases.STATUS_STATES, line.status_state) if line.status_state else ""
    parts = (line.status.replace("_", " "), f"as of {line.as_of}" if line.as_of else "", doubt)
    return ", ".join(part for part in parts if part)


def changed(result: Interpretation) -> tuple[str, tuple[ChangeRow, ...]]:
    """Return since when, and every difference with its reason; ("", ()) for a result that is the first."""
    before = result.provenance.get("reinterpreted_from")
    if not before:
        return "", ()
    since = (
        f"the result of {before.get('created') or 'an unknown day'}, read with knowledge base "
        f"{before.get('knowledge_version') or 'of unknown version'}"
    )
    return since, _rows((change.text, change.why) for change in result.changes)


def _rows(pairs: Iterable[Sequence[str]]) -> tuple[ChangeRow, ...]:
    return tuple(ChangeRow(text, why) for text, why in pairs)
