"""Mutational burden and pattern of substitutions, from the tally of a file's somatic variants.

Neither is ever given from a denominator that is not the numerator's own: variants are counted inside the
regions that the laboratory declares, and divided by the size of these; where it declares a size and no regions,
its word that the file holds those regions alone is printed beside the figure. What cannot be counted is refused
with the reason and with what would settle it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netboard.knowledge.logic import evaluate
from netboard.model.evidence import ContextClause, Knowledge, Truth
from netboard.model.facts import BiomarkerFact, Facts
from netboard.model.markers import Biomarker, BurdenMeasure, SignatureMeasure, Tally
from netboard.model.result import BiomarkerResult, Context
from netboard.model.variant import Assay

#: How far a declared size may lie above that of its BED before the two contradict each other.
_ROUNDING = 1.02


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally of a sample, or why there is none and what would give one."""

    tally: Tally | None = None
    #: Megabases that the laboratory declares, which stand for the BED's where both are given.
    megabases: float | None = None
    why: str = "the somatic variants of this file were not counted beyond the panel genes"
    remedy: str = "a file of somatic calls against a matched normal, with the targets as --targets BED"


def counted_of(extra: Mapping[str, Any]) -> Counted:
    """Return what a result stores of the count (``tally``); nothing stored is not counted."""
    stored = extra.get("tally")
    if not stored:
        return Counted()
    if stored.get("counts") is None:
        return Counted(None, stored.get("megabases"), stored["why"], stored["remedy"])
    known = {name: value for name, value in stored["counts"].items() if name in Tally.__dataclass_fields__}
    return Counted(Tally(**known), stored.get("megabases"))


def worth_counting(
    assay: Assay, bases: int | None, knowledge: Knowledge, context: Context, *, rereadable: bool
) -> tuple[str, str]:
    """Return why the somatic variants of a file are not counted and what would change it; ("", "") to count.

    ``bases`` is the size of the declared regions, None without a BED. A file without one is read throughout
    only where the assay declares its size, or the pattern is asked for: after a drug that leaves it.
    """
    markers = knowledge.biomarkers.values()
    least = min((m.burden.min_megabases for m in markers if m.burden is not None), default=math.inf)
    drugs = tuple(name for m in markers if m.signature is not None for name in m.signature.therapies)
    asked = earlier_therapy(drugs, context, knowledge) is Truth.YES
    if not assay.declared:
        return "nobody declared what was sequenced", "declare it: --assay, with the targets as --targets BED"
    size = assay.megabases if bases is None else bases / 1e6
    if size is None and not asked:
        why = "no BED says which regions were sequenced, so a count would have no size to be divided by"
        return why, _REGIONS
    if size is not None and size < least and not asked:
        why = f"the assay's regions hold {size:.2f} Mb; below {least:g} Mb no burden is given"
        return why, f"an assay of at least {least:g} Mb"
    if not assay.matched_normal:
        why = "without a matched normal, inherited variants cannot be told from those of the tumour"
        return why, "a matched normal in the file, or `matched_normal: true` in the assay file"
    if not rereadable:
        why = "standard input cannot be read a second time, beyond the panel genes"
        return why, "give the file by its path"
    return "", ""


def earlier_therapy(names: tuple[str, ...], context: Context, knowledge: Knowledge) -> Truth:
    """Return whether one of the therapies was given before; unknown where nobody said what was given."""
    if not names:
        return Truth.NO
    clause = ContextClause("prior_therapy", names)
    return evaluate(clause, Facts(context=context), knowledge).value


def burden(
    marker: Biomarker, counted: Counted, context: Context, knowledge: Knowledge
) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    """Return the burden as printed, and as rules may ask it: always in doubt, being no label's assay."""
    measure = marker.burden
    assert measure is not None
    megabases, fault, remedy = _denominator(counted, measure)
    tally = counted.tally
    if fault or tally is None or megabases is None:
        return _refused(marker, fault, remedy), None
    value = round(tally.somatic / megabases, 1)
    low, high = (bound / megabases for bound in poisson_interval(tally.somatic))
    given = earlier_therapy(measure.therapies, context, knowledge)
    warning = {Truth.YES: measure.after, Truth.UNKNOWN: measure.after_unknown, Truth.NO: ""}[given]
    size = f"{megabases:.2f} Mb"
    where = f"in {size} of the assay's regions" if tally.bed_megabases is not None else f"over {size}"
    because = [
        f"{tally.somatic} somatic variants {where}, {tally.indels} of them "
        f"insertions or deletions (95 % interval {low:.1f} to {high:.1f} per Mb)",
        _ON_ITS_WORD if tally.bed_megabases is None else "",
        _left_out(tally),
        measure.counted,
        warning,
        measure.doubt,
        marker.limits,
    ]
    text = _sentences(because)
    flags = ("after_alkylator",) if given is Truth.YES else ()
    result = BiomarkerResult(
        marker.name, value, marker.unit, "estimated", text, marker.id, (marker.settled_by,), marker.sources,
        flags,
    )  # fmt: skip
    doubt = measure.after if given is Truth.YES else measure.doubt
    return result, BiomarkerFact(value, marker.unit, "estimated", doubt)


def signature(
    marker: Biomarker, counted: Counted, context: Context, knowledge: Knowledge
) -> tuple[BiomarkerResult, BiomarkerFact | None]:
    """Return the pattern of substitutions as printed, and as rules may ask it."""
    measure = marker.signature
    assert measure is not None
    tally = counted.tally
    if tally is None:
        return _refused(marker, counted.why, counted.remedy), None
    if not tally.judged:
        return _refused(marker, *_RAW), None
    if tally.substitutions < measure.min_substitutions <= tally.unstated:
        why = f"the file states no reads of the matched normal for {tally.unstated} variants"
        return _refused(marker, why, _DECLARE), None
    if tally.substitutions < measure.min_substitutions:
        why = f"{tally.substitutions} somatic substitutions, and fewer than {measure.min_substitutions} show no pattern"
        return _refused(marker, why, marker.settled_by), None
    share = tally.changed / tally.substitutions
    shown = (
        f"{tally.changed} of {tally.substitutions} somatic substitutions are {measure.change} ({share:.0%})"
    )
    value, beside = _pattern(tally, measure, share)
    given = earlier_therapy(measure.therapies, context, knowledge)
    treated = {
        Truth.YES: "a drug that leaves this pattern was given before",
        Truth.NO: "no drug that leaves this pattern is among the treatments given",
        Truth.UNKNOWN: "earlier treatment was not given with the sample",
    }[given]
    text = _sentences([shown, beside, treated, marker.limits])
    needs = () if value != "open" else (marker.settled_by,)
    state = "open" if value == "open" else "estimated"
    result = BiomarkerResult(marker.name, value, marker.unit, state, text, marker.id, needs, marker.sources)
    doubt = f"{marker.name} is open: {beside}" if value == "open" else ""
    return result, BiomarkerFact(value, "", "estimated", doubt)


def _pattern(tally: Tally, measure: SignatureMeasure, share: float) -> tuple[str, str]:
    """Return yes, no or open, and what the neighbouring bases say."""
    context = f"{measure.change} before {' or '.join(measure.before)}"
    if tally.changed and tally.neighbours_known < 0.9 * tally.changed:
        beside = (
            f"the base behind it is known of {tally.neighbours_known} of {tally.changed}, so {context} cannot be "
            f"told from other causes of {measure.change}; run again with --fasta of the whole genome"
        )
        return ("no" if share <= measure.no_to else "open"), beside
    within = tally.in_context / tally.substitutions
    beside = f"{context}: {tally.in_context} of {tally.substitutions} ({within:.0%})"
    if share <= measure.no_to:
        return "no", beside
    return ("yes" if within >= measure.yes_from else "open"), beside


_REGIONS = (
    "give the regions as --targets BED, or `callable` in the assay file; or their size as `megabases` there, where "
    "the file holds the variants of these regions alone"
)
_ON_ITS_WORD = (
    "the size is the assay file's, and no BED tells the regions: every variant of the file is counted, on the "
    "laboratory's word that it holds none from outside"
)
_DECLARE = "`matched_normal: true` in the assay file, where the calls were made against the normal"
_RAW = (
    "no record bears a verdict of a filter (FILTER is empty throughout), so calls cannot be told from noise",
    "filter the calls by the caller's own tool, so that FILTER says PASS or why not",
)


def _denominator(counted: Counted, measure: BurdenMeasure) -> tuple[float | None, str, str]:
    """Return the megabases, or why no burden is given and what would give one."""
    tally = counted.tally
    if tally is None:
        return None, counted.why, counted.remedy
    bed = tally.bed_megabases
    megabases = counted.megabases if counted.megabases is not None else bed
    if megabases is None:
        why = "variants were counted in the whole file, and no BED says which of its regions were sequenced"
        return None, why, _REGIONS
    if bed is not None and megabases > bed * _ROUNDING:
        why = f"the assay file declares {megabases:g} Mb, and its BED holds {bed:.2f} Mb"
        return None, why, "correct `megabases` of the assay file, or its BED"
    if megabases < measure.min_megabases:
        why = f"{megabases:.2f} Mb are too few: below {measure.min_megabases:g} Mb no burden is given"
        return None, why, f"an assay of at least {measure.min_megabases:g} Mb"
    if not tally.judged:
        return None, *_RAW
    whole = tally.open + tally.unstated + tally.somatic
    if tally.unstated > measure.max_open * whole:
        why = f"the file states no reads of the matched normal for {tally.unstated} of {whole} variants"
        return None, why, _DECLARE
    if tally.open + tally.unstated > measure.max_open * whole:
        why = (
            f"the matched normal leaves the origin of {tally.open + tally.unstated} of {whole} variants open"
        )
        return None, why, "a matched normal of more reads"
    return megabases, "", ""


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the 95 % interval of a Poisson count by Byar's approximation (Breslow and Day 1987)."""
    z = 1.959964
    high = (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * math.sqrt(count + 1))) ** 3
    if count == 0:
        return 0.0, high
    return count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3, high


def _left_out(tally: Tally) -> str:
    parts = [
        f"{number} {words}"
        for number, words in (
            (tally.filtered, "filtered"),
            (tally.inherited, "in the normal or common in the population"),
            (tally.weak, "of few reads"),
            (tally.open + tally.unstated, "of open origin"),
        )
        if number
    ]
    return f"left out: {', '.join(parts)}" if parts else ""


def _refused(marker: Biomarker, why: str, remedy: str) -> BiomarkerResult:
    return BiomarkerResult(
        marker.name, None, marker.unit, "refused", why, marker.id, (remedy or marker.settled_by,), marker.sources
    )  # fmt: skip


def _sentences(parts: list[str]) -> str:
    return ". ".join(part[:1].upper() + part[1:].rstrip(".") for part in parts if part)
