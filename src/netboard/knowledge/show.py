"""Everything the knowledge base says of one gene, trial or drug, as text for a curator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netboard.errors import UsageError
from netboard.knowledge.show_study import citation, show_study, study_state
from netboard.model.evidence import (
    EVENT_GROUPS,
    Arm,
    Assertion,
    BiomarkerClause,
    Clause,
    ContextClause,
    EventClause,
    GroupClause,
    Knowledge,
    Therapy,
    Trial,
)
from netboard.model.variant import Gene


def show(name: str, knowledge: Knowledge) -> str:
    """Return what the knowledge base says of a gene symbol, NCT number, drug, assertion or source.

    ``genes``, ``trials``, ``studies``, ``drugs`` and ``tumour-types`` are lists of what there is.

    Raises
    ------
    UsageError
        When nothing is called so; near names are suggested.
    """
    listing = _LISTS.get(name.strip().lower().replace("_", "-"))
    lines = list(listing(knowledge) if listing is not None else _found(name.strip(), knowledge))
    if not lines:
        near = _near(name, knowledge)
        remedy = f"Did you mean {', '.join(near)}?" if near else "Name a gene, an NCT number or a drug."
        raise UsageError(f"nothing in the knowledge base is called {name!r}", remedy=remedy)
    return "\n".join(lines) + "\n"


def describe(clause: Clause) -> str:
    """Return a rule in one line of words."""
    if isinstance(clause, EventClause):
        return _event(clause)
    if isinstance(clause, BiomarkerClause):
        if clause.equals is not None:
            return f"{clause.name} is {clause.equals}"
        return f"{clause.name} {_range(clause.at_least, clause.at_most)} {clause.unit}".strip()
    if isinstance(clause, ContextClause):
        wanted = ", ".join(clause.values) or _range(clause.at_least, clause.at_most)
        return f"{clause.field.replace('_', ' ')}: {wanted}"
    word = f"at least {clause.count} of" if clause.op == "at_least" else clause.op.replace("_", " ")
    return f"{word} ({'; '.join(describe(part) for part in clause.clauses)})"


def _event(clause: EventClause) -> str:
    groups = {events: name for name, events in EVENT_GROUPS.items()}
    what = groups.get(clause.events) or " or ".join(clause.events)
    named = f" {', '.join(clause.alleles)}" if clause.alleles else ""
    origin = f", {clause.origin}" if clause.origin != "any" else ""
    held = "" if clause.pathogenic else ", of any significance"
    return f"{clause.gene}{named} {what.replace('_', ' ')}{origin}{held}"


def _genes(clause: Clause) -> set[str]:
    if isinstance(clause, EventClause):
        return {clause.gene}
    if isinstance(clause, GroupClause):
        return {gene for part in clause.clauses for gene in _genes(part)}
    return set()


def _found(name: str, knowledge: Knowledge) -> Iterator[str]:
    upper, lower = name.upper(), name.lower()
    gene = knowledge.panel.genes.get(upper) or _by_alias(upper, knowledge)
    if gene is not None:
        yield from _gene(gene, knowledge)
    for trial in knowledge.trials:
        if trial.nct == upper or (trial.acronym and trial.acronym.upper() == upper):
            yield from _trial(trial, knowledge)
    for therapy in knowledge.therapies.values():
        if lower in (therapy.id, therapy.name.lower()):
            yield from _therapy(therapy, knowledge)
    for assertion in knowledge.assertions:
        if assertion.id == lower:
            yield from _assertion(assertion, knowledge)
    for study in knowledge.studies:
        if upper in (study.nct, study.acronym.upper(), study.id.upper()):
            yield from show_study(study, knowledge)
    for source in knowledge.sources.values():
        if source.id == lower or upper in (source.nct, source.pmid, source.doi.upper()):
            yield from _source(source.id, knowledge)


def _source(name: str, knowledge: Knowledge) -> Iterator[str]:
    """Yield a citation and everything that rests on it."""
    yield citation(name, knowledge)
    yield from (f"  cited by statement {item.id}" for item in knowledge.assertions if name in item.sources)
    yield from (f"  cited by trial {item.nct}" for item in knowledge.trials if name in item.sources)
    yield from (f"  cited by study {item.id}" for item in knowledge.studies if name in item.sources)
    yield from (f"  cited by drug {item.id}" for item in knowledge.therapies.values() if name in item.sources)
    yield from (f"  cited by subgroup {item.name}" for item in knowledge.subgroups if name in item.sources)


def _list_genes(knowledge: Knowledge) -> Iterator[str]:
    yield from (f"{gene.symbol}\t{gene.name}" for gene in knowledge.panel.genes.values())


def _list_trials(knowledge: Knowledge) -> Iterator[str]:
    yield from (f"{trial.nct}\t{_status(trial)}\t{trial.title}" for trial in knowledge.trials)


def _list_studies(knowledge: Knowledge) -> Iterator[str]:
    for study in knowledge.studies:
        yield f"{study.id}\t{study.nct or 'no number'}\t{study.kind}{study_state(study)}\t{study.title}"


def _list_drugs(knowledge: Knowledge) -> Iterator[str]:
    yield from (f"{item.id}\t{item.name}" for item in knowledge.therapies.values())


def _list_tumour_types(knowledge: Knowledge) -> Iterator[str]:
    for item in knowledge.tumour_types.values():
        group = "" if item.oncotree else "\tgroup of ours"
        yield f"{item.code}\t{item.name}\tunder {', '.join(item.parents) or 'none'}{group}"


_LISTS: dict[str, Callable[[Knowledge], Iterator[str]]] = {
    "genes": _list_genes,
    "trials": _list_trials,
    "studies": _list_studies,
    "drugs": _list_drugs,
    "tumour-types": _list_tumour_types,
}


def _by_alias(name: str, knowledge: Knowledge) -> Gene | None:
    return next((gene for gene in knowledge.panel.genes.values() if name in gene.aliases), None)


def _near(name: str, knowledge: Knowledge) -> list[str]:
    import difflib

    known = [*knowledge.panel.genes, *(t.nct for t in knowledge.trials), *knowledge.therapies]
    known += [name for study in knowledge.studies for name in (study.nct, study.acronym) if name]
    by_lower = {item.lower(): item for item in known}
    return [by_lower[item] for item in difflib.get_close_matches(name.lower(), by_lower, n=3)]


def _gene(gene: Gene, knowledge: Knowledge) -> Iterator[str]:
    yield f"{gene.symbol}  {gene.name}  ({gene.hgnc_id}, NCBI {gene.ncbi_gene_id}, {gene.ensembl_gene})"
    yield f"  role: {gene.role.replace('_', ' ')}{_from(gene.role_sources)}"
    if gene.pathways:
        yield f"  pathways: {', '.join(gene.pathways)}"
    yield f"  events that count: {', '.join(gene.events)}"
    if gene.germline_syndrome:
        yield f"  hereditary: {gene.germline_syndrome}{_from(gene.germline_sources)}"
    if gene.summary:
        yield f"  {gene.summary}"
    for model in gene.transcripts:
        yield f"  {model.build}: {model.accession} ({model.status}){' ' + model.note if model.note else ''}"
    if gene.hotspot_residues:
        yield f"  hotspot residues: {', '.join(map(str, gene.hotspot_residues))}"
    for row in (row for row in knowledge.frequencies if row.gene == gene.symbol):
        share = f"{row.percent:g} %" if row.percent is not None else "no share printed"
        count = f" ({row.altered}/{row.patients})" if row.altered is not None else ""
        yield f"  frequency: {row.alteration} in {row.tumour}: {share}{count} [{row.source}]"
    for assertion in (item for item in knowledge.assertions if gene.symbol in item.genes):
        yield from _assertion(assertion, knowledge, short=True)
    for trial in knowledge.trials:
        for arm in trial.arms:
            if gene.symbol in _genes(arm.when):
                yield f"  trial {trial.nct}, {arm.name}: {', '.join(arm.drugs)} ({_status(trial)})"
            elif gene.symbol in arm.not_in_rule:
                yield f"  trial {trial.nct}, {arm.name}: {arm.not_in_rule[gene.symbol]}"


def _assertion(assertion: Assertion, knowledge: Knowledge, *, short: bool = False) -> Iterator[str]:
    pad = "  " if short else ""
    drugs = f" {', '.join(assertion.drugs)}" if assertion.drugs else ""
    yield f"{pad}{assertion.id}  [{assertion.kind}, {assertion.direction}{drugs}; {assertion.status}]"
    yield f"{pad}  {assertion.statement}"
    if short:
        return
    yield f"  rule: {describe(assertion.when)}"
    if assertion.context is not None:
        yield f"  context: {describe(assertion.context)}"
    evidence = assertion.evidence
    parts = [f"level {evidence.level}" if evidence.level else "", evidence.design, evidence.tumour]
    parts += [f"{evidence.patients} patients" if evidence.patients is not None else "", evidence.numbers]
    yield f"  evidence: {'; '.join(part for part in parts if part)}; measured by {assertion.measured_by}"
    tiers = [f"AMP {assertion.tier_amp}" if assertion.tier_amp else ""]
    tiers += [f"ESCAT {assertion.tier_escat}" if assertion.tier_escat else ""]
    if any(tiers):
        yield f"  tiers in {evidence.tumour}: {', '.join(tier for tier in tiers if tier)}"
        yield from _meanings(assertion, knowledge)
    if assertion.tier_note:
        yield f"  {assertion.tier_note}"
    if assertion.approved is not None:
        yield f"  approved for this marker: {describe(assertion.approved)}"
    for text in (assertion.approval, assertion.note, assertion.seed_note):
        if text:
            yield f"  {text}"
    yield from (f"  conflicts with {other}" for other in assertion.conflicts_with)
    yield from (f"  {citation(source, knowledge)}" for source in assertion.sources)
    yield f"  cases: {len(assertion.cases)}; from {assertion.provenance}, {assertion.file}"


def _meanings(assertion: Assertion, knowledge: Knowledge) -> Iterator[str]:
    """Yield the level that each tier of a statement is, and where it falls in another tumour."""
    held = (("civic", assertion.evidence.level), ("amp", assertion.tier_amp), ("escat", assertion.tier_escat))
    for level in knowledge.levels:
        if (level.framework, level.level) in held:
            fall = f"; in another tumour {level.elsewhere}" if level.elsewhere != level.level else ""
            yield f"    {level.framework} {level.level}: {level.meaning}{fall} [{level.source}]"


def _trial(trial: Trial, knowledge: Knowledge) -> Iterator[str]:
    name = f" ({trial.acronym})" if trial.acronym else ""
    yield f"{trial.nct}{name}  {trial.title}"
    yield f"  phase {trial.phase or 'not stated'}; {_status(trial)}; {trial.evidence}"
    if trial.population:
        yield f"  population: {trial.population}"
    if trial.context is not None:
        yield f"  context: {describe(trial.context)}"
    for arm in trial.arms:
        yield from _arm(arm)
    yield from (f"  {text}" for text in (trial.both_arms, trial.note) if text)
    yield from (f"  {citation(source, knowledge)}" for source in trial.sources)


def _arm(arm: Arm) -> Iterator[str]:
    yield f"  arm {arm.name}: {', '.join(arm.drugs)}"
    yield f"    rule: {describe(arm.when)}"
    if arm.context is not None:
        yield f"    context: {describe(arm.context)}"
    yield from (f"    {gene}: {why}" for gene, why in arm.not_in_rule.items())


def _therapy(therapy: Therapy, knowledge: Knowledge) -> Iterator[str]:
    yield f"{therapy.id}  {therapy.name}{'; ' + therapy.drug_class if therapy.drug_class else ''}"
    yield from (f"  approval: {text}" for text in therapy.approvals)
    if therapy.approved is not None:
        yield f"  approved whatever the genes: {describe(therapy.approved)}"
    yield from (f"  feedback: {text} [{source}]" for text, source in therapy.feedback)
    for assertion in (item for item in knowledge.assertions if therapy.id in item.drugs):
        yield from _assertion(assertion, knowledge, short=True)
    for trial in knowledge.trials:
        yield from (
            f"  trial {trial.nct}, {arm.name} ({_status(trial)})"
            for arm in trial.arms
            if therapy.id in arm.drugs
        )
    yield from (f"  note: {text}{_from(sources)}" for text, sources in therapy.remarks)
    for study in knowledge.studies:
        if therapy.id in study.drugs or any(therapy.id in drugs for drugs, _ in study.results):
            yield f"  study {study.nct or study.id}: {study.title}{study_state(study)}"
    yield from (f"  {citation(source, knowledge)}" for source in therapy.sources)


def _status(trial: Trial) -> str:
    historical = ", historical" if trial.historical else ""
    as_of = f" as of {trial.as_of}" if trial.as_of else ""
    return f"{trial.status.replace('_', ' ')}{as_of}{historical}"


def _from(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def _range(at_least: float | None, at_most: float | None) -> str:
    ends = (
        f"at least {at_least:g}" if at_least is not None else "",
        f"at most {at_most:g}" if at_most is not None else "",
    )
    return " and ".join(end for end in ends if end)
