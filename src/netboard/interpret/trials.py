"""Trial arms against one sample: molecular part, context part and match, each yes, no or unknown.

A trial's recruitment status stands beside the match, never inside it; a closed or terminated trial is
marked historical. Where several arms of one trial fit, each line says so, because the published rule
does not decide between them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from netboard.interpret.settings import Settings
from netboard.knowledge.logic import conjunction, evaluate, leaves
from netboard.knowledge.settle import settled_by
from netboard.model.evidence import Arm, GroupClause, Knowledge, Trial, Truth
from netboard.model.facts import Facts
from netboard.model.result import Evaluation, Proof, TrialLine


def evaluate_trials(
    knowledge: Knowledge, facts: Facts, settings: Settings, today: date
) -> tuple[tuple[TrialLine, ...], tuple[Evaluation, ...]]:
    """Return one line per arm of every trial, and the evaluation of each arm's rule."""
    lines: list[TrialLine] = []
    evaluations: list[Evaluation] = []
    for trial in knowledge.trials:
        ours = [_arm(trial, arm, knowledge, facts, settings, today) for arm in trial.arms]
        # An arm that the tumour or its grade closes stands in no conflict with another.
        fitting = sum(_may_fit(line) for line, _ in ours)
        for line, evaluation in ours:
            evaluations.append(evaluation)
            if fitting > 1 and _may_fit(line):
                notes = (*line.notes, trial.both_arms) if trial.both_arms else line.notes
                line = replace(line, other_arm_fits=True, notes=notes)
            lines.append(line)
    lines.sort(key=_rank)
    return tuple(lines), tuple(evaluations)


def _may_fit(line: TrialLine) -> bool:
    return line.molecular is Truth.YES and line.match is not Truth.NO


def _arm(
    trial: Trial, arm: Arm, knowledge: Knowledge, facts: Facts, settings: Settings, today: date
) -> tuple[TrialLine, Evaluation]:
    molecular = evaluate(arm.when, facts, knowledge)
    parts = [part for part in (trial.context, arm.context) if part is not None]
    contexts = [evaluate(part, facts, knowledge) for part in parts]
    context = (
        conjunction("context", contexts) if contexts else Proof("context", Truth.YES, "no_context_asked")
    )
    match = conjunction(f"{trial.nct} {arm.id}", [molecular, context])
    line = TrialLine(
        nct=trial.nct,
        arm=arm.name,
        molecular=molecular.value,
        context=context.value,
        match=match.value,
        status=trial.status,
        as_of=trial.as_of,
        other_arm_fits=False,
        reasons=(*leaves(molecular), *_not_in_rule(arm, facts), *(leaves(context) if contexts else ())),
        title=trial.title,
        arm_id=arm.id,
        drugs=tuple(_drug_name(drug, knowledge) for drug in arm.drugs),
        phase=trial.phase,
        historical=trial.historical,
        notes=_notes(trial, arm, settings, today),
        sources=trial.sources,
        status_state=_status_state(trial, settings, today),
        settled_by=settled_by(GroupClause("all_of", (arm.when, *parts)), match, [molecular, *contexts]),
    )
    kept = match if match.because else None
    rule = f"{trial.nct}/{arm.id}"
    return line, Evaluation(rule, match.value, match.code, match.because, match.needs, kept)


def _drug_name(drug: str, knowledge: Knowledge) -> str:
    therapy = knowledge.therapies.get(drug)
    return therapy.name if therapy is not None else drug


def _not_in_rule(arm: Arm, facts: Facts) -> list[Proof]:
    """Return a reason for each altered gene that a reader may miss in the arm's printed list."""
    reasons = []
    for gene, why in arm.not_in_rule.items():
        events = [event.id for event in facts.events.get(gene, ()) if event.event != "synonymous"]
        if events:
            reasons.append(Proof(f"{gene}: {why}", Truth.NO, "not_in_rule", tuple(events)))
    return reasons


def _status_state(trial: Trial, settings: Settings, today: date) -> str:
    """Return whether the recruitment status may be relied on today."""
    if trial.historical:
        return "historical"
    if not trial.as_of:
        return "not_dated"
    old = (today - date.fromisoformat(trial.as_of)).days > settings.status_days
    return "not_current" if old else "current"


def _notes(trial: Trial, arm: Arm, settings: Settings, today: date) -> tuple[str, ...]:
    notes = [text for text in (trial.note, arm.note) if text]
    state = _status_state(trial, settings, today)
    if state == "historical":
        notes.append(f"Historical: {trial.status.replace('_', ' ')}; not an option today")
    elif state == "not_dated":
        notes.append("Status not dated: look it up before use")
    elif state == "not_current":
        notes.append(f"Status not current: read on {trial.as_of}")
    return tuple(notes)


def _rank(line: TrialLine) -> tuple[bool, int, bool, int, bool, str, str]:
    """Open before historical; yes before unknown before no; among the unknown those that one named test or
    field would settle (near misses) first, and of these the ones for which something was found."""
    unknown = line.match is Truth.UNKNOWN
    found = any(
        reason.because and reason.code.startswith(("found", "significance", "effect", "origin"))
        for reason in line.reasons
    )
    return (
        line.historical,
        -line.match.rank,
        unknown and not line.settled_by,
        -line.molecular.rank,
        not found,
        line.nct,
        line.arm,
    )
