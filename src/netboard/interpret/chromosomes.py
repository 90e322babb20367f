"""Answers about whole chromosomes from what a segment table tells of their arms.

A chromosome has an event when each of its arms that can be told does; it has none when no arm shows any of
it. Between the two, where an arm is not told, or where ratios alone are told and the purity is not (an event
that few cells have does not show then), the answer is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netboard.model.facts import BiomarkerFact
from netboard.model.markers import ArmShare, ArmsMeasure, Biomarker
from netboard.model.result import BiomarkerResult

#: Share of its told part from which an arm counts as altered, and of an arm that must be told: those of the
#: arm events themselves (``netboard.variants.arms``).
WHOLE_ARM = 0.8
TOLD_ARM = 0.5
_AUTOSOMES = tuple(str(number) for number in range(1, 23))
_WHY = "no segment table (copy number of the whole genome) was given"
_ALLELES = "segments with copies of each allele (minor copy number), given as --segments"
_REMEDY = "copy-number segments of the whole genome, given as --segments"


def shares_of(extra: Mapping[str, Any]) -> Mapping[str, ArmShare] | None:
    """Return what a result stores of each arm; None without a segment table, or of an older result."""
    stored = (extra.get("copy_number") or {}).get("arm_shares")
    if stored is None:
        return None
    return {item["arm"]: ArmShare(item["arm"], item["told"], item["by"], item["shares"]) for item in stored}


def of_chromosomes(
    marker: Biomarker, shares: Mapping[str, ArmShare] | None
) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    """Return the answer as printed, and as rules may ask it."""
    measure = marker.arms
    assert measure is not None
    if shares is None:
        return _result(marker, None, "not_assessed", _WHY, (_REMEDY,)), None
    states = {unit: _state(arms, measure) for unit, arms in _units(measure, shares)}
    altered = [unit for unit, state in states.items() if state == "yes"]
    parts = [unit for unit, state in states.items() if state == "partly"]
    untold = [unit for unit, state in states.items() if state == "untold"]
    single = [unit for unit, state in states.items() if state == "no_copies"]
    doubt = "; ".join(
        f"{words} {', '.join(names)}"
        for names, words in (
            (parts, "in part:"),
            (untold, "not told:"),
            (single, "heterozygosity not told:"),
        )
        if names
    )
    if measure.answer == "yes_no":
        return _yes_or_no(marker, next(iter(states.values())), shares, doubt)
    what = f"{_events(measure)} of {', '.join(altered) or 'none'}"
    because = f"{what} ({len(states)} {measure.unit}s asked)" + (f"; {doubt}" if doubt else "")
    text = because + (f". {marker.limits}" if marker.limits else "")
    needs = (_REMEDY,) if untold else (_ALLELES,) if single else ()
    if measure.open and measure.open[0] <= len(altered) <= measure.open[1] and not doubt:
        doubt = f"{len(altered)}, and no number from which it counts was found printed"
    fact = BiomarkerFact(float(len(altered)), marker.unit, "estimated", doubt and f"{marker.name}: {doubt}")
    return _result(marker, float(len(altered)), "open" if needs else "estimated", text, needs), fact


def _yes_or_no(
    marker: Biomarker, state: str, shares: Mapping[str, ArmShare], doubt: str
) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    measure = marker.arms
    assert measure is not None
    arms = [shares[arm] for arm in (f"{measure.chromosomes[0]}{side}" for side in "pq") if arm in shares]
    shown = "; ".join(_shares(item, measure) for item in arms)
    if state == "untold":
        why = f"the segment table does not tell it ({shown or 'no segment there'})"
        return _result(marker, None, "not_assessed", why, (_REMEDY,)), None
    text = f"share of each arm: {shown}" + (f". {marker.limits}" if marker.limits else "")
    if state == "no_copies":
        value, remedy = "no loss of copies; heterozygosity not told", _ALLELES
    else:
        value, remedy = state, marker.settled_by if state == "partly" else ""
    needs = (remedy,) if remedy else ()
    in_doubt = f"{marker.name}: {doubt}" if state in ("partly", "no_copies") else ""
    return (
        _result(marker, value, "open" if needs else "estimated", text, needs),
        BiomarkerFact(state, "", "estimated", in_doubt),
    )


def _units(
    measure: ArmsMeasure, shares: Mapping[str, ArmShare]
) -> Sequence[tuple[str, list[ArmShare | None]]]:
    chromosomes = [c for c in measure.chromosomes or _AUTOSOMES if c not in measure.besides]
    found: list[tuple[str, list[ArmShare | None]]] = []
    for chromosome in chromosomes:
        # An arm that is never stored is an acrocentric's: its chromosome is told by the long arm.
        arms: list[ArmShare | None] = [
            shares[arm] for arm in (f"{chromosome}p", f"{chromosome}q") if arm in shares
        ]
        if measure.unit == "chromosome":
            found.append((chromosome, arms or [None]))
        else:
            found.extend((item.arm, [item]) for item in arms if item is not None)
    return found


def _state(arms: Sequence[ArmShare | None], measure: ArmsMeasure) -> str:
    """Return ``yes``, ``no``, ``no_copies``, ``partly`` or ``untold`` for the arms of one chromosome.

    ``no_copies``: no copy is lost, and heterozygosity, which was asked too, is not told.
    """
    states = [_arm_state(arm, measure) for arm in arms]
    if "untold" in states:
        return "untold"
    if all(state == states[0] for state in states):
        return states[0]
    return "no_copies" if set(states) == {"no", "no_copies"} else "partly"


def _arm_state(arm: ArmShare | None, measure: ArmsMeasure) -> str:
    if arm is None or arm.told < TOLD_ARM:
        return "untold"
    most = max(arm.shares.get(kind, 0.0) for kind in measure.events)
    if most >= WHOLE_ARM:
        return "yes"
    if most >= measure.partial:
        return "partly"
    if arm.by == "ratio":
        return "untold"
    return "no_copies" if arm.by == "copies" and "loss_of_heterozygosity" in measure.events else "no"


def _shares(arm: ArmShare, measure: ArmsMeasure) -> str:
    if arm.told < TOLD_ARM:
        return f"{arm.arm} is told to {arm.told:.0%}"
    events = (f"{kind.replace('_', ' ')} {arm.shares.get(kind, 0.0):.0%}" for kind in measure.events)
    return f"{arm.arm} {', '.join(events)}"


def _events(measure: ArmsMeasure) -> str:
    return " or ".join(kind.replace("_", " ") for kind in measure.events)


def _result(
    marker: Biomarker, value: str | float | None, state: str, because: str, needs: tuple[str, ...]
) -> BiomarkerResult:
    return BiomarkerResult(
        marker.name, value, marker.unit, state, because, marker.id, needs, marker.sources
    )  # fmt: skip
