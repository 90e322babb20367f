"""A published study as text for a curator, and citations as one line each."""

from __future__ import annotations

from collections.abc import Iterator

from netboard.model.evidence import Knowledge, Study


def show_study(study: Study, knowledge: Knowledge) -> Iterator[str]:
    """Yield what the knowledge base says of a study, its status first: it is never an option by itself."""
    name = f" ({study.acronym})" if study.acronym else ""
    yield f"{study.id}{name}  {study.title}"
    number = study.nct or ("no registry number" if study.kind == "trial" else "")
    parts = [study.kind, study.design, str(study.year or ""), number]
    yield f"  {'; '.join(part for part in parts if part)}{study_state(study)}"
    types = f" [{', '.join(study.tumour_types)}]" if study.tumour_types else ""
    yield f"  tumour: {study.tumour}{types}"
    if study.drugs:
        yield f"  drugs: {', '.join(study.drugs)}"
    if study.marker:
        yield f"  marker: {study.marker} (measured by {study.measured_by}; no rule computes it)"
    yield from (f"  {', '.join(drugs) or 'result'}: {text}" for drugs, text in study.results)
    yield from (f"  {text}" for text in (study.finding, study.note, study.seed_note) if text)
    if study.curation == "needs_curator":
        yield "  waits for a curator"
    yield from (f"  conflicts with {other}" for other in study.conflicts_with)
    yield from (f"  {citation(source, knowledge)}" for source in study.sources)
    yield f"  from {study.provenance}, {study.file}"


def study_state(study: Study) -> str:
    """Return the status of a trial with its date, and that it is no option where it is over or not known open."""
    if not study.status:
        return ""
    as_of = f" as of {study.as_of}" if study.as_of else ""
    if study.historical:
        return f"; {study.status.replace('_', ' ')}{as_of}, historical"
    if study.status == "unknown":
        return "; status not known, not known to be open"
    return f"; {study.status.replace('_', ' ')}{as_of}"


def citation(name: str, knowledge: Knowledge) -> str:
    """Return a source as one line: its name, citation and identifiers, and whether they were verified."""
    source = knowledge.sources[name]
    named = (("PMID", source.pmid), ("doi", source.doi), ("", source.nct), ("", source.url))
    found = [f"{label} {value}".strip() for label, value in named if value]
    state = "" if source.verified else " (not verified)"
    return f"[{name}] {source.citation} {'; '.join(found)}".rstrip() + state
