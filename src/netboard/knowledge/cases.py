"""Facts out of a rule's own case, so that rules are tested beside where they are written.

A case's ``given`` says what is known::

    given:
      assay: exome                 # genome, exome, undeclared, or {genes: [...], sees: [...], covered: {GENE: 0.8}}
      events:
        - {gene: GENE, event: truncating}
        - {gene: GENE, event: hotspot, allele: V600E, filter: LowQual, support: low}
      context: {tumour_type: PANET, grade: G2, prior_therapy: [DRUG]}
      biomarkers: {tmb: 12}
    expect: yes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netboard.model.evidence import EVENT_NAMES, MIN_CALLABLE, Knowledge
from netboard.model.facts import GERMLINE_SCOPE, SCOPES, BiomarkerFact, Coverage, FactEvent, Facts
from netboard.model.result import Context

_CASE_KEYS = {"assay", "events", "context", "biomarkers"}
_EVENT_KEYS = {
    "gene", "event", "filter", "support", "significance", "allele", "origin", "conflict", "possible", "id",
}  # fmt: skip
_SURE = ("truncating", "splice", "start_loss", "hotspot", "promoter", "deletion", "fusion")
_SEES: Mapping[str, tuple[str, ...]] = {"genome": SCOPES, "exome": ("small_variants",)}


def facts_from_case(given: Mapping[str, Any], knowledge: Knowledge) -> Facts:
    """Return the facts that a case states.

    Raises
    ------
    ValueError
        When a key, event or assay is not one of the vocabulary.
    """
    _known(given, _CASE_KEYS, "case")
    events: dict[str, list[FactEvent]] = {}
    for number, entry in enumerate(given.get("events") or ()):
        event = _case_event(entry, number)
        events.setdefault(event.gene, []).append(event)
    context = dict(given.get("context") or {})
    allowed = set(Context.__dataclass_fields__)
    _known(context, allowed, "context")
    if isinstance(context.get("prior_therapy"), list | tuple):
        context["prior_therapy"] = tuple(context["prior_therapy"])
    return Facts(
        events={gene: tuple(found) for gene, found in events.items()},
        coverage=_case_coverage(given.get("assay", "undeclared"), knowledge),
        biomarkers={
            name: BiomarkerFact(value) if not isinstance(value, Mapping) else BiomarkerFact(**value)
            for name, value in (given.get("biomarkers") or {}).items()
        },
        context=Context(**context),
    )


def _known(mapping: Mapping[str, Any], allowed: set[str], what: str) -> None:
    extra = sorted(set(mapping) - allowed)
    if extra:
        raise ValueError(f"{what} key {extra[0]!r} is not one of {', '.join(sorted(allowed))}")


def _case_event(entry: Mapping[str, Any], number: int) -> FactEvent:
    _known(entry, _EVENT_KEYS, "event")
    name = str(entry["event"])
    if name not in (*EVENT_NAMES, "undetermined"):
        raise ValueError(f"event {name!r} is not one of {', '.join((*EVENT_NAMES, 'undetermined'))}")
    gene = str(entry["gene"])
    return FactEvent(
        id=str(entry.get("id", f"case-{gene}-{number + 1}")),
        gene=gene,
        event=name,
        passed=str(entry.get("filter", "PASS")) in ("PASS", "."),
        support=str(entry.get("support", "adequate")),
        settled=not entry.get("conflict", False) and name != "undetermined",
        possible=tuple(str(item) for item in entry.get("possible") or ()),
        significance=str(entry.get("significance", "pathogenic" if name in _SURE else "uncertain")),
        label=str(entry.get("allele", "")),
        origin=str(entry.get("origin", "unknown")),
    )


def _case_coverage(assay: Any, knowledge: Knowledge) -> dict[str, dict[str, Coverage]]:
    genes = tuple(knowledge.panel.genes)
    if assay == "undeclared":
        unknown = Coverage("undeclared", "absent_assay_undeclared")
        return {gene: dict.fromkeys(SCOPES, unknown) for gene in genes}
    if isinstance(assay, str):
        if assay not in _SEES:
            raise ValueError(f"assay {assay!r} is not genome, exome, undeclared or a mapping")
        sees, targets, covered = set(_SEES[assay]), set(genes), {}
    else:
        _known(assay, {"genes", "sees", "covered"}, "assay")
        covered = {str(gene): float(share) for gene, share in (assay.get("covered") or {}).items()}
        targets = {str(gene) for gene in assay.get("genes") or ()} | set(covered)
        sees = {str(scope) for scope in assay.get("sees") or ("small_variants",)}
    return {gene: _gene_coverage(gene, sees, targets, covered) for gene in genes}


def _gene_coverage(
    gene: str, sees: set[str], targets: set[str], covered: Mapping[str, float]
) -> dict[str, Coverage]:
    result = {}
    for scope in SCOPES:
        if scope not in sees:
            result[scope] = Coverage("not_assessed", "class_not_assayed")
        elif gene not in targets:
            result[scope] = Coverage("not_assessed", "not_covered")
        elif covered.get(gene, 1.0) < MIN_CALLABLE:
            result[scope] = Coverage("partly", "partly_covered", covered[gene])
        else:
            result[scope] = Coverage("assessed", covered=covered.get(gene))
    if GERMLINE_SCOPE in sees and gene in targets:
        result[GERMLINE_SCOPE] = Coverage("assessed")
    return result
