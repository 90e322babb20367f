"""How well a statement's evidence fits this patient's tumour, and what that does to its tier.

The rules are data (``levels.yaml``): AMP/ASCO/CAP 2017 (PMID 27993330) lets no evidence of another tumour
type reach Tier I; ESCAT (PMID 30137196) places benefit shown in another tumour at tier III. Evidence of a
group of many tumours ("solid tumours") was not won in this one, however wide its label is.
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


def tiers(assertion: Assertion, fit: str, knowledge: Knowledge) -> tuple[str | None, str | None]:
    """Return (AMP/ASCO/CAP tier, ESCAT tier) of the assertion, downgraded where the tumour is not the same.

    A tier for which the knowledge base states no downgrade is left out there: never too high.
    """
    amp, escat = assertion.tier_amp, assertion.tier_escat
    if fit != "same_tumour":
        amp, escat = knowledge.elsewhere("amp", amp), knowledge.elsewhere("escat", escat)
    return amp or None, escat or None
