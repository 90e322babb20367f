"""From findings, coverage and context to the facts that rules are asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from netboard.model.facts import OF_A_VARIANT, BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.result import Context, Finding

_THREE_TO_ONE = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip
#: What two substitutions of one codon may make together.
_CODON_READINGS = ("missense", "hotspot", "truncating", "synonymous")
#: What would tell whether a rearrangement makes an active or a broken protein: found in DNA, or as a transcript.
_OF_BREAKPOINTS = (
    "an RNA test (RNA sequencing or RT-PCR) that shows whether the transcript is fused and in frame"
)
_OF_A_TRANSCRIPT = (
    "whether the fused transcript keeps the reading frame and the domain that acts, from the RNA test"
)
_ORIGIN_REMEDY = {"germline_suspect": "a germline test, with genetic counselling"}
_SUBSTITUTION = re.compile(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2})\)?$")


def short_change(hgvsp: str | None) -> str:
    """Return ``V600E`` for ``...:p.(Val600Glu)``; an empty string for anything but a substitution."""
    match = _SUBSTITUTION.search(hgvsp or "")
    if match is None or match[1] not in _THREE_TO_ONE or match[3] not in _THREE_TO_ONE:
        return ""
    return f"{_THREE_TO_ONE[match[1]]}{match[2]}{_THREE_TO_ONE[match[3]]}"


def build_facts(
    findings: Iterable[Finding],
    seen: Mapping[str, Mapping[str, Coverage]],
    biomarkers: Mapping[str, BiomarkerFact],
    context: Context,
) -> Facts:
    """Return the facts of one sample."""
    events: dict[str, list[FactEvent]] = {}
    for finding in findings:
        events.setdefault(finding.gene, []).append(_event(finding))
    return Facts({gene: tuple(found) for gene, found in events.items()}, seen, biomarkers, context)


def _event(finding: Finding) -> FactEvent:
    open_codon = "combined_effect_unknown" in finding.flags
    settled = (
        finding.event != "undetermined" and not (finding.conflict and finding.possible) and not open_codon
    )
    onco = finding.oncogenicity
    # Copy number and rearrangements carry no significance of their own: their class is the statement.
    significance = onco.significance if onco is not None else "pathogenic"
    if finding.event in ("disruption", "fusion"):
        significance = "uncertain"
    return FactEvent(
        id=finding.id,
        gene=finding.gene,
        event=finding.event,
        passed=finding.filter_passed,
        support=finding.support,
        settled=settled,
        possible=(*finding.possible, *(_CODON_READINGS if open_codon else ())),
        significance=significance,
        label=short_change(finding.hgvsp) or ((finding.hotspot or "") if finding.hotspot_exact else ""),
        origin="somatic" if finding.origin == "somatic" else "unknown",
        significance_remedy=_significance_remedy(finding),
        origin_remedy=_ORIGIN_REMEDY.get(finding.origin, "a matched normal or a germline test"),
        remedy=_remedy(finding, open_codon=open_codon),
    )


def _significance_remedy(finding: Finding) -> str:
    if finding.event not in ("disruption", "fusion"):
        return OF_A_VARIANT
    seen_in_rna = finding.variant is not None and finding.variant.alt == "<FUSION>"
    return _OF_A_TRANSCRIPT if seen_in_rna else _OF_BREAKPOINTS


def _remedy(finding: Finding, *, open_codon: bool) -> str:
    """Return what would settle an effect that is open, empty when it is not."""
    if open_codon:
        return f"{finding.gene}: whether the two changes of the codon lie on one molecule (reads or cloning)"
    return finding.reading if finding.event == "undetermined" else (finding.conflict or "")
