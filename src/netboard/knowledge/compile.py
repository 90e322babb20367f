"""From checked YAML models to the frozen nouns that the rest of the program reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netboard.knowledge import record_schema, rule_schema, schema
from netboard.knowledge.compile_markers import biomarker_of
from netboard.knowledge.compile_panel import build_panel
from netboard.knowledge.tree import Entry, Tree
from netboard.model.evidence import (
    EVENT_GROUPS,
    Arm,
    Assertion,
    BiomarkerClause,
    Clause,
    ComparisonRule,
    ContextClause,
    EventClause,
    Evidence,
    Frequency,
    GroupClause,
    Knowledge,
    Level,
    RuleCase,
    Source,
    Study,
    SubgroupRule,
    Therapy,
    Trial,
    Truth,
    TumourType,
)
from netboard.model.standard import AlterationRules, CriterionRule, Standard
from netboard.model.variant import KnownAllele, Transcript


def compile_tree(
    tree: Tree,
    transcripts: Mapping[str, Sequence[Transcript]],
    alleles: Sequence[KnownAllele],
    *,
    version: str,
    date: str,
    content_hash: str,
    overlays: tuple[str, ...] = (),
) -> Knowledge:
    """Return the knowledge that a merged tree and the reference tables make."""
    return Knowledge(
        panel=build_panel(tree, transcripts, alleles),
        assertions=tuple(_assertion(entry) for entry in tree.assertions.values()),
        trials=tuple(_trial(entry) for entry in tree.trials.values()),
        therapies={name: _therapy(name, entry) for name, entry in tree.therapies.items()},
        tumour_types={code: _tumour_type(code, entry.model) for code, entry in tree.tumour_types.items()},
        sources={name: _source(name, entry.model) for name, entry in tree.sources.items()},
        frequencies=tuple(row for entry in tree.cohorts.values() for row in _frequencies(entry.model)),
        subgroups=tuple(_subgroup(entry) for entry in tree.subgroups.values()),
        version=version,
        hash=content_hash,
        date=date,
        overlays=overlays,
        biomarkers={
            name: biomarker_of(name, entry, clause, _cases) for name, entry in tree.biomarkers.items()
        },
        studies=tuple(_study(name, entry) for name, entry in tree.studies.items()),
        levels=tuple(
            Level(framework, name, level.meaning, level.elsewhere, entry.model.source)
            for framework, entry in tree.frameworks.items()
            for name, level in entry.model.levels.items()
        ),
        comparisons=tuple(_comparison(name, entry) for name, entry in tree.comparisons.items()),
        oncogenicity=_standard(tree),
        alterations=_alterations(tree),
    )


def _standard(tree: Tree) -> Standard:
    if tree.oncogenicity is None:
        return Standard()
    model = tree.oncogenicity.model
    return Standard(
        model.source,
        tuple(
            CriterionRule(
                name,
                item.code,
                item.points,
                item.short,
                item.meaning,
                item.needs,
                item.remedy,
                tuple(item.not_with),
                item.also,
            )
            for name, item in model.criteria.items()
        ),
        tuple((item.at_least, item.name) for item in model.classes),
        {name: value for name, value in model.figures.items()},  # noqa: C416  (plain keys)
        tuple(model.groups),
    )


def _alterations(tree: Tree) -> AlterationRules:
    if tree.alterations is None:
        return AlterationRules()
    model = tree.alterations.model
    return AlterationRules({name: item.value for name, item in model.figures.items()}, dict(model.words))


# ---------------------------------------------------------------- clauses


def clause(rule: rule_schema.ClauseRule) -> Clause:
    """Return the clause that a YAML rule writes; several genes of one event leaf are any of them."""
    if rule.event is not None:
        return _event(rule.event)
    if rule.biomarker is not None:
        test = rule.biomarker
        return BiomarkerClause(test.name, test.at_least, test.at_most, test.equals, test.unit)
    if rule.context is not None:
        return _context(rule.context)
    if rule.at_least is not None:
        return GroupClause("at_least", tuple(clause(part) for part in rule.at_least.of), rule.at_least.count)
    if rule.any_of is not None:
        return GroupClause("any_of", tuple(clause(part) for part in rule.any_of))
    if rule.all_of is not None:
        return GroupClause("all_of", tuple(clause(part) for part in rule.all_of))
    assert rule.none_of is not None
    return GroupClause("none_of", tuple(clause(part) for part in rule.none_of))


def _event(rule: rule_schema.EventRule) -> Clause:
    events = tuple(dict.fromkeys(event for word in rule.is_ for event in EVENT_GROUPS.get(word, (word,))))
    leaves: tuple[Clause, ...] = tuple(
        EventClause(
            gene=gene,
            events=events,
            alleles=tuple(rule.alleles),
            pathogenic=rule.pathogenic,
            min_callable=rule.min_callable,
            origin=rule.origin,
        )
        for gene in rule.gene
    )
    return leaves[0] if len(leaves) == 1 else GroupClause("any_of", leaves)


def _context(rule: rule_schema.ContextRule) -> Clause:
    leaves: list[Clause] = []
    for name in type(rule).model_fields:
        value = getattr(rule, name)
        if value is None:
            continue
        if isinstance(value, rule_schema.Range):
            leaves.append(ContextClause(name, (), value.at_least, value.at_most))
        else:
            leaves.append(ContextClause(name, tuple(value)))
    return leaves[0] if len(leaves) == 1 else GroupClause("all_of", tuple(leaves))


def _cases(
    cases: Sequence[rule_schema.Case], entry: Entry[rule_schema.Strict], *more: str | int, at: str = "cases"
) -> tuple[RuleCase, ...]:
    return tuple(
        RuleCase(
            name=case.name,
            given=case.given.model_dump(exclude_unset=True, exclude_none=True),
            expect=Truth(case.expect),
            where=entry.where(*more, at, index),
            reads_as=case.reads_as,
        )
        for index, case in enumerate(cases)
    )


# ---------------------------------------------------------------- statements


def _assertion(entry: Entry[schema.AssertionEntry]) -> Assertion:
    model = entry.model
    when = clause(model.when)
    return Assertion(
        id=model.id,
        kind=model.kind,
        direction=model.direction,
        statement=model.statement,
        when=when,
        genes=tuple(model.genes) or genes_of(when),
        context=clause(model.context) if model.context is not None else None,
        drugs=tuple(model.drugs),
        evidence=Evidence(
            level=model.evidence.level,
            design="" if model.evidence.design == "needs curator" else model.evidence.design,
            patients=model.evidence.patients,
            tumour=model.evidence.tumour,
            tumour_type=model.evidence.tumour_type,
            numbers=model.evidence.numbers,
        ),
        measured_by=model.measured_by,
        sources=tuple(model.sources),
        status=model.status,
        conflicts_with=tuple(model.conflicts_with),
        tier_amp="" if model.tier_amp == "none" else model.tier_amp,
        tier_escat="" if model.tier_escat == "none" else model.tier_escat,
        tier_note=model.tier_note,
        approval=model.approval,
        note=model.note,
        seed_note=model.seed_note,
        cases=_cases(model.cases, entry),
        provenance=entry.provenance,
        file=entry.inner_where,
        approved=clause(model.approved) if model.approved is not None else None,
        approval_cases=_cases(model.approval_cases, entry, at="approval_cases"),
    )


def genes_of(rule: Clause) -> tuple[str, ...]:
    """Return the genes that a clause names, in order of appearance."""
    if isinstance(rule, EventClause):
        return (rule.gene,)
    if isinstance(rule, GroupClause):
        return tuple(dict.fromkeys(gene for part in rule.clauses for gene in genes_of(part)))
    return ()


def _trial(entry: Entry[schema.TrialFile]) -> Trial:
    model = entry.model
    arms = tuple(
        Arm(
            id=arm.id,
            name=arm.name,
            drugs=tuple(arm.drugs),
            when=clause(arm.when),
            context=clause(arm.context) if arm.context is not None else None,
            note=arm.note,
            not_in_rule=dict(arm.not_in_rule),
            cases=_cases(arm.cases, entry, "arms", index),
        )
        for index, arm in enumerate(model.arms)
    )
    return Trial(
        nct=model.nct,
        title=model.title,
        arms=arms,
        acronym=model.acronym,
        phase=model.phase,
        population=model.population,
        status=model.status,
        as_of=model.as_of,
        context=clause(model.context) if model.context is not None else None,
        sources=tuple(model.sources),
        evidence=model.evidence,
        note=model.note,
        both_arms=model.both_arms,
        provenance=entry.provenance,
        file=entry.inner_where,
    )


def _subgroup(entry: Entry[schema.SubgroupEntry]) -> SubgroupRule:
    model = entry.model
    when = clause(model.when) if model.when is not None else None
    return SubgroupRule(
        name=model.name,
        genes=tuple(model.genes) or (genes_of(when) if when is not None else ()),
        statement=model.statement,
        when=when,
        context=clause(model.context) if model.context is not None else None,
        sources=tuple(model.sources),
        not_assessable=model.not_assessable,
        cases=_cases(model.cases, entry),
    )


def _comparison(name: str, entry: Entry[record_schema.ComparisonEntry]) -> ComparisonRule:
    model = entry.model
    return ComparisonRule(
        id=name,
        title=model.title,
        drugs=tuple(model.drugs),
        context=clause(model.context),
        statement=model.statement,
        sources=tuple(model.sources),
        cases=_cases(model.cases, entry),
    )


def _therapy(name: str, entry: Entry[schema.TherapyEntry]) -> Therapy:
    model = entry.model
    return Therapy(
        id=name,
        name=model.name,
        drug_class=model.drug_class,
        approvals=tuple(model.approvals),
        feedback=tuple((item.note, item.source) for item in model.feedback),
        sources=tuple(model.sources),
        aliases=tuple(model.aliases),
        remarks=tuple((item.note, tuple(item.sources)) for item in model.remarks),
        approved=clause(model.approved) if model.approved is not None else None,
        approval_cases=_cases(model.approval_cases, entry, at="approval_cases"),
    )


def _study(name: str, entry: Entry[record_schema.StudyEntry]) -> Study:
    model = entry.model
    return Study(
        id=name,
        kind=model.kind,
        title=model.title,
        acronym=model.acronym,
        nct=model.nct,
        design=model.design,
        year=model.year,
        tumour=model.tumour,
        tumour_types=tuple(model.tumour_types),
        drugs=tuple(model.drugs),
        marker=model.marker,
        measured_by=model.measured_by,
        status=model.status,
        as_of=model.as_of,
        finding=model.finding,
        results=tuple((tuple(item.drugs), item.text) for item in model.results),
        conflicts_with=tuple(model.conflicts_with),
        sources=tuple(model.sources),
        curation=model.curation,
        note=model.note,
        seed_note=model.seed_note,
        provenance=entry.provenance,
        file=entry.inner_where,
    )


def _tumour_type(code: str, model: schema.TumourTypeEntry) -> TumourType:
    return TumourType(
        code=code,
        name=model.name,
        parents=tuple(model.parents),
        site=model.site,
        neuroendocrine=model.neuroendocrine,
        differentiation=model.differentiation,
        oncotree=model.oncotree,
    )


def _source(name: str, model: schema.SourceEntry) -> Source:
    return Source(
        id=name,
        citation=model.citation,
        year=model.year,
        pmid=model.pmid,
        doi=model.doi,
        nct=model.nct,
        url=model.url,
        verified=model.verified,
    )


def _frequencies(cohort: schema.CohortEntry) -> list[Frequency]:
    return [
        Frequency(
            gene=row.gene,
            tumour=cohort.tumour,
            tumour_type=cohort.tumour_type,
            alteration=row.alteration,
            percent=row.percent,
            altered=row.altered,
            patients=row.patients if row.patients is not None else cohort.patients,
            source=cohort.source,
            measured_by=row.measured_by,
            note=" ".join(text for text in _frequency_notes(cohort, row) if text),
        )
        for row in cohort.frequencies
    ]


def _frequency_notes(cohort: schema.CohortEntry, row: schema.FrequencyEntry) -> tuple[str, ...]:
    """Return what must be known beside a share: of the row, or else of the whole cohort."""
    if row.note or row.seed_note:
        return row.note, row.seed_note
    return cohort.note, cohort.seed_note
