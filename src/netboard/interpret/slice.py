"""The part of the knowledge base that one result mentions, so that a report needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from netboard.model.evidence import Knowledge
from netboard.model.result import (
    BiomarkerResult,
    Comparison,
    Context,
    Finding,
    PrognosisLine,
    SubgroupLine,
    TherapyLine,
    TrialLine,
)
from netboard.model.result import to_json as _to_json

#: Events that a published frequency does not count.
_NOT_COUNTED = ("synonymous", "loss_of_heterozygosity")


#: Entries of a knowledge base as mappings, by identity; each entry is kept, so that its identity stays its own.
_TOLD: dict[int, tuple[Any, Any]] = {}


def to_json(entry: Any) -> Any:
    """Return an entry of the knowledge base as a mapping, made once: many results cite it, none changes it."""
    told = _TOLD.get(id(entry))
    if told is None:
        if len(_TOLD) > 50_000:  # many knowledge bases in one process
            _TOLD.clear()
        told = _TOLD[id(entry)] = (entry, _to_json(entry))
    return told[1]


def knowledge_slice(
    knowledge: Knowledge,
    context: Context,
    findings: Sequence[Finding],
    therapies: Sequence[TherapyLine],
    trials: Sequence[TrialLine],
    prognosis: Sequence[PrognosisLine],
    subgroups: Sequence[SubgroupLine | BiomarkerResult],
    compared: Sequence[Comparison] = (),
) -> dict[str, Any]:
    """Return genes, sources, drugs, frequencies, tumour types and assertions by id, as plain mappings."""
    genes = {finding.gene for finding in findings}
    drugs = {drug for line in therapies for drug in line.drugs} | {drug for t in trials for drug in t.drugs}
    reported = {f.gene for f in findings if f.filter_passed and f.event not in _NOT_COUNTED}
    frequencies = [row for row in knowledge.frequencies if row.gene in reported]
    lines: tuple[TherapyLine | TrialLine | PrognosisLine | SubgroupLine | BiomarkerResult, ...] = (
        *therapies,
        *trials,
        *prognosis,
        *subgroups,
    )
    cited = {source for line in lines for source in line.sources}
    cited |= {row.source for row in frequencies}
    cited |= {source for item in compared for source in item.sources}
    cited |= {source for item in compared for point in item.points for source in point.sources}
    conflicting = _conflicting(knowledge, [*therapies, *prognosis])
    cited |= {source for item in conflicting.values() for source in item["sources"]}
    shown_drugs = [t for t in knowledge.therapies.values() if t.name in drugs or t.id in drugs]
    cited |= {source for therapy in shown_drugs for source in therapy.sources}
    cited |= {knowledge.oncogenicity.source} if genes else set()
    cited |= {source for therapy in shown_drugs for _, source in therapy.feedback}
    for gene in genes & set(knowledge.panel.genes):
        cited |= {*knowledge.panel.genes[gene].role_sources, *knowledge.panel.genes[gene].germline_sources}
    types = knowledge.ancestors(context.tumour_type) if context.tumour_type else frozenset()
    return {
        "genes": {symbol: _gene(symbol, knowledge) for symbol in sorted(genes & set(knowledge.panel.genes))},
        "sources": {key: to_json(knowledge.sources[key]) for key in sorted(cited & set(knowledge.sources))},
        "drugs": {therapy.id: _to_json(replace(therapy, remarks=())) for therapy in shown_drugs},
        "frequencies": [to_json(row) for row in frequencies],
        "tumour_types": {
            code: to_json(knowledge.tumour_types[code])
            for code in sorted(types)
            if code in knowledge.tumour_types
        },
        "assertions": conflicting,
        "wording": dict(knowledge.alterations.words),
        "trials": {t.nct: {"title": t.title, "status": t.status, "as_of": t.as_of} for t in trials},
    }


def _gene(symbol: str, knowledge: Knowledge) -> dict[str, Any]:
    gene = knowledge.panel.genes[symbol]
    return {
        "symbol": gene.symbol,
        "name": gene.name,
        "hgnc_id": gene.hgnc_id,
        "role": gene.role,
        "pathways": list(gene.pathways),
        "summary": gene.summary,
        "germline_syndrome": gene.germline_syndrome,
        "sources": [*gene.role_sources, *gene.germline_sources],
    }


def _conflicting(knowledge: Knowledge, lines: Iterable[TherapyLine | PrognosisLine]) -> dict[str, Any]:
    """Return the statements that a listed one contradicts, in short, also where they are not listed."""
    wanted = {other for line in lines for other in line.conflicts_with}
    return {
        item.id: {
            "statement": item.statement,
            "direction": item.direction,
            "measured_by": item.measured_by,
            "sources": list(item.sources),
        }
        for item in knowledge.assertions
        if item.id in wanted
    }
