"""How well a statement's evidence fits this patient's tumour, and what that does to its tier.

Rules: AMP/ASCO/CAP 2017 (PMID 27993330) lets no evidence of another tumour type reach Tier I; ESCAT
(Mateo 2018) places benefit shown in another tumour at tier III. Evidence of a group of many tumours
("solid tumours") was not won in this one, however wide its label is.
"""

from __future__ import annotations

from netboard.model.evidence import Assertion, Knowledge
from netboard.model.result import Context

#: From best to worst.
FIT_ORDER = ("same_tumour", "other_net", "other_tumour", "unknown", "preclinical")


def context_match(assertion: Assertion, context: Context, knowledge: Knowledge) -> str:
    """Return same_tumour, other_net, other_tumour or preclinical; unknown when the tumour type is not given."""
    evidence = assertion.evidence
    if evidence.design == "preclinical" or not evidence.tumour_type:
        return "preclinical" if evidence.design == "preclinical" else "unknown"
    given = context.tumour_type
    if given is None:
        return "unknown"
    shown_in = knowledge.tumour_types.get(evidence.tumour_type)
    agnostic = shown_in is not None and not shown_in.oncotree and not shown_in.neuroendocrine
    if evidence.tumour_type in knowledge.ancestors(given) and not agnostic:
        return "same_tumour"
    ours, theirs = knowledge.tumour_types.get(given), knowledge.tumour_types.get(evidence.tumour_type)
    if ours is not None and theirs is not None and ours.neuroendocrine and theirs.neuroendocrine:
        return "other_net"
    return "other_tumour"


def tiers(assertion: Assertion, fit: str) -> tuple[str | None, str | None]:
    """Return (AMP/ASCO/CAP tier, ESCAT tier) of the assertion, downgraded where the tumour is not the same."""
    amp, escat = assertion.tier_amp or None, assertion.tier_escat or None
    if fit == "same_tumour":
        return amp, escat
    if amp in ("I-A", "I-B"):
        amp = "II-C"
    if escat is not None and escat.split("-")[0] in ("I", "II"):
        escat = "III-A"
    return amp, escat
