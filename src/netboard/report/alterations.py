"""What a report says of alterations read together: hits of a gene, what may be inherited, what is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netboard.model.result import Interpretation
from netboard.report import phrases
from netboard.report.selection import reportable


@dataclass(frozen=True, slots=True)
class Together:
    """The events of one gene with the answer to two hits; ``value`` is ``not asked`` for an oncogene."""

    gene: str
    #: (anchor, label) of each event.
    events: tuple[tuple[str, str], ...]
    value: str
    because: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inherited:
    """A finding that may be inherited: what points that way, and the syndrome that the gene belongs to."""

    anchor: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadTogether:
    """The part of a report on alterations read together, with the wording of the knowledge base."""

    genes: tuple[Together, ...]
    note: str
    inherited: tuple[Inherited, ...]
    referral: str
    referral_remedy: str
    #: One sentence on what was set aside as common, "" where nothing was.
    set_aside: str
    cells_note: str


def read_together(result: Interpretation, anchors: Mapping[str, str]) -> ReadTogether:
    """Return what is said of alterations read together; key findings alone are named."""
    words: Mapping[str, str] = result.knowledge_slice.get("wording", {})
    labels = {finding.id: phrases.label(finding) for finding in result.findings}
    key = {finding.id for finding in reportable(result.findings)}
    genes = tuple(
        Together(
            item.gene,
            tuple((anchors[name], labels[name]) for name in item.findings if name in key),
            item.two_hits.value if item.asked else "not asked",
            item.because,
            item.needs,
        )
        for item in result.alterations
        if key.intersection(item.findings)
    )
    inherited = tuple(
        Inherited(anchors[finding.id], labels[finding.id], finding.origin_basis or "no basis stored")
        for finding in reportable(result.findings)
        if finding.origin == "germline_suspect"
    )
    return ReadTogether(
        genes=genes,
        note=words.get("two_hits_note", ""),
        inherited=inherited,
        referral=words.get("referral", "") or phrases.REFERRAL,
        referral_remedy=words.get("referral_remedy", ""),
        set_aside=set_aside(result),
        cells_note=words.get("clonality_note", ""),
    )


def set_aside(result: Interpretation) -> str:
    """Return how many variants were set aside as common in the population and why, "" where none was."""
    number = (result.counts.get("set_aside") or {}).get("common_in_population", 0)
    if not number:
        return ""
    words: Mapping[str, str] = result.knowledge_slice.get("wording", {})
    why = words.get("common_note", "")
    return f"Common in the population: {phrases.count(number, 'variant')}. {why}".strip()
