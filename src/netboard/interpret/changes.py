"""What differs between two interpretations of one sample: each change with the entry it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from netboard.model.result import Change, Interpretation, TrialLine

#: Fields of a listed statement whose change a reader would notice, each with its words.
_NOTICED: tuple[tuple[str, str], ...] = (
    ("match", "match"),
    ("direction", "direction"),
    ("level", "level"),
    ("tier_amp", "AMP tier"),
    ("tier_escat", "ESCAT tier"),
    ("context_match", "fit of the tumour"),
    ("drugs", "drugs"),
    ("statement", "words"),
    ("approval", "approval"),
    ("standing", "standing"),
    ("evidence", "evidence"),
    ("sources", "sources"),
    ("conflicts_with", "conflicts"),
    ("notes", "notes"),
    ("needs", "what would settle it"),
)
#: Of these the old and new value are printed; of the longer ones only that they differ.
_PRINTED = (
    "direction",
    "level",
    "tier_amp",
    "tier_escat",
    "context_match",
    "drugs",
    "standing",
    "needs",
)
#: Fields that older results do not hold: an empty old value is no change.
_YOUNGER = ("standing",)


def changes_between(old: Interpretation, new: Interpretation) -> list[Change]:
    """Return every difference in statements, arms, subgroups, biomarkers, significance and tiers, in that order."""
    found: list[Change] = []
    for what, before, after in (
        ("therapy statement", old.therapies, new.therapies),
        ("standing option", old.background, new.background),
        ("prognostic or diagnostic statement", old.prognosis, new.prognosis),
    ):
        found += _statements(what, before, after)
    found += _arms(old.trials, new.trials)
    found += _subgroups(old, new)
    found += _biomarkers(old, new)
    found += _findings(old, new)
    found += _genes(old, new)
    return found


def _statements(what: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before, after = _by(old, lambda line: line.id), _by(new, lambda line: line.id)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield Change(f"{what} {key} is new ({now.match}): {now.statement}", "statement", key)
        elif now is None and was is not None:
            yield Change(f"{what} {key} no longer applies: {was.statement}", "statement", key)
        elif was is not None and now is not None:
            yield from (Change(f"{what} {key}: {text}", "statement", key) for text in _line_changes(was, now))


def _line_changes(was: Any, now: Any) -> Iterator[str]:
    for name, words in _NOTICED:
        one, other = getattr(was, name, None), getattr(now, name, None)
        if one == other or (name in _YOUNGER and not one):
            continue
        if name == "match":
            yield f"{one} -> {other}"
        elif name in _PRINTED:
            yield f"{words} {_shown(one)} -> {_shown(other)}"
        else:
            yield f"its {words} differ{'' if words.endswith('s') else 's'}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value else "none"


def _arms(old: Sequence[TrialLine], new: Sequence[TrialLine]) -> Iterator[Change]:
    known = {(line.nct, line.arm): line for line in old}
    statuses: set[str] = set()
    for arm in new:
        was = known.pop((arm.nct, arm.arm), None)
        value = was.match.value if was is not None else "not in the knowledge base"
        if value != arm.match.value:
            yield Change(f"{arm.nct}, {arm.arm}: {value} -> {arm.match.value}", "trial", arm.nct)
        if was is not None and was.status != arm.status and arm.nct not in statuses:
            statuses.add(arm.nct)
            yield Change(f"{arm.nct}: status {was.status} -> {arm.status}", "trial", arm.nct)
        elif was is not None and was.status_state not in ("", arm.status_state) and arm.nct not in statuses:
            statuses.add(arm.nct)
            states = " -> ".join(state.replace("_", " ") for state in (was.status_state, arm.status_state))
            yield Change(f"{arm.nct}: status of {arm.as_of or 'no date'}: {states}", "trial", arm.nct)
    for was in known.values():
        yield Change(
            f"{was.nct}, {was.arm}: {was.match.value} -> not in the knowledge base", "trial", was.nct
        )


def _subgroups(old: Interpretation, new: Interpretation) -> Iterator[Change]:
    before, after = (
        _by(old.subgroups, lambda line: line.name),
        _by(new.subgroups, lambda line: line.name),
    )
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        states = tuple(
            line.state.replace("_", " ") if line is not None else "not listed" for line in (was, now)
        )
        if states[0] != states[1]:
            yield Change(f"subgroup {name!r}: {states[0]} -> {states[1]}", "subgroup", name)


def _biomarkers(old: Interpretation, new: Interpretation) -> Iterator[Change]:
    """Yield biomarkers whose answer differs; one that the other result does not list is not compared."""
    # A result of before biomarkers had keys is told by names.
    before = _by(old.biomarkers, lambda line: line.name)
    for now in new.biomarkers:
        was = before.get(now.name)
        if was is None:
            continue
        one, other = (
            str(line.value) if line.value is not None else line.state.replace("_", " ") for line in (was, now)
        )
        if one != other:
            yield Change(f"biomarker {now.name!r}: {one} -> {other}", "biomarker", now.id or now.name)


def _findings(old: Interpretation, new: Interpretation) -> Iterator[Change]:
    before = _by(old.findings, lambda item: item.id)
    for item in new.findings:
        was = before.get(item.id)
        if was is None:
            continue
        if was.oncogenicity and item.oncogenicity:
            one, other = was.oncogenicity.significance, item.oncogenicity.significance
            if one != other:
                yield Change(f"{item.id}: {one} -> {other}", "gene", item.gene)
        for name, words in (("tier_amp", "AMP tier"), ("tier_escat", "ESCAT tier")):
            one_tier, other_tier = getattr(was, name), getattr(item, name)
            if one_tier != other_tier:
                text = f"{item.id}: {words} {_shown(one_tier)} -> {_shown(other_tier)}"
                by = next(iter((*item.tier_set_by, *was.tier_set_by)), "")
                yield Change(text, "statement" if by else "gene", by or item.gene)


def _genes(old: Interpretation, new: Interpretation) -> Iterator[Change]:
    before, after = ({state.gene for state in result.genes} for result in (old, new))
    for gene in sorted(after - before) if before else ():
        yield Change(
            f"gene {gene} is asked now; the stored run did not look at it: not covered", "gene", gene
        )
    for gene in sorted(before - after) if after else ():
        yield Change(f"gene {gene} is no longer part of the panel", "gene", gene)


def _by(lines: Iterable[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    return {key(line): line for line in lines}
