"""The report as data: what is said, in which order, before any page is drawn.

HTML and PDF draw the same :class:`Report`, so that neither says what the other does not. It is a pure
function of the interpretation: rendering a stored result again gives the same report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netboard.model.evidence import Truth
from netboard.model.result import Finding, Interpretation
from netboard.report import board, chain, coverage, findings, phrases
from netboard.report.alterations import ReadTogether, read_together, set_aside
from netboard.report.board import ChangeRow, DrugRow, SideBySide
from netboard.report.chain import Chain
from netboard.report.coverage import Gap, GeneRow, StateGroup
from netboard.report.findings import Doubt, Fact, FindingGroup, FindingRow, OtherVariant
from netboard.report.references import Reference, References
from netboard.report.selection import is_filtered_hotspot, reportable, significance
from netboard.report.statement_rows import (
    CourseEntry,
    CourseRow,
    Rule,
    TherapyGroup,
    TherapyRow,
    TrialBlock,
)
from netboard.report.statements import Statements


@dataclass(frozen=True, slots=True)
class FrequencyRow:
    """A published frequency of an altered gene."""

    gene: str
    tumour: str
    alteration: str
    share: str
    counts: str
    measured_by: str
    note: str
    references: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows, in reading order."""

    sample: str
    context: tuple[Fact, ...]
    answer: str
    remarks: tuple[str, ...]
    undeclared: bool
    gaps: tuple[Gap, ...]
    findings: tuple[FindingGroup, ...]
    doubts: tuple[Doubt, ...]
    filtered_hotspots: tuple[FindingRow, ...]
    together: ReadTogether
    therapies: tuple[TherapyGroup, ...]
    trials: tuple[TrialBlock, ...]
    historical: tuple[TrialBlock, ...]
    other_trials: tuple[TrialBlock, ...]
    background: tuple[TherapyRow, ...]
    course: tuple[CourseRow, ...]
    other_kinds: tuple[CourseEntry, ...]
    subgroups: tuple[tuple[str, str, str, str, tuple[int, ...]], ...]
    #: (name, value, why, source numbers, anchor of its rule).
    biomarkers: tuple[tuple[str, str, str, tuple[int, ...], str], ...]
    unmeasured: tuple[Fact, ...]
    state_groups: tuple[StateGroup, ...]
    genes: tuple[GeneRow, ...]
    gene_notes: tuple[Fact, ...]
    not_assessed: tuple[tuple[str, str, str], ...]
    #: The same gaps with those of one reason together: (what, why, remedies), for paper.
    grouped_gaps: tuple[tuple[str, str, str], ...]
    frequencies: tuple[FrequencyRow, ...]
    other_variants: tuple[tuple[str, tuple[OtherVariant, ...]], ...]
    rules: tuple[Rule, ...]
    warnings: tuple[str, ...]
    provenance: tuple[Fact, ...]
    references: tuple[Reference, ...]
    knowledge: str
    #: Each drug's statements in short, comparisons, arms that one answer would settle.
    drugs: tuple[DrugRow, ...]
    comparisons: tuple[SideBySide, ...]
    near_misses: tuple[str, ...]
    #: Since which result what changed; ("", ()) for a result that was not read again.
    changed: tuple[str, tuple[ChangeRow, ...]]
    #: From the record to the statements, by anchor of a finding.
    chains: Mapping[str, Chain]


def build(result: Interpretation) -> Report:
    """Return the report of one sample."""
    anchors = findings.anchors(result.findings)
    references = References(result.knowledge_slice.get("sources", {}))
    statements = Statements(result, anchors, references)
    # Sources are numbered as they are met: keep this order that of the page.
    therapies = statements.therapies()
    compared = board.side_by_side(result, references)
    current, historical, rest = statements.trials()
    background = statements.background()
    course, kinds = statements.course(), statements.other_kinds()
    subgroups = statements.subgroups()
    biomarkers = tuple(_biomarkers(result, references, statements))
    frequencies = _frequencies(result.knowledge_slice.get("frequencies", ()), references)
    notes = tuple(_gene_notes(result, references))
    return Report(
        sample=result.sample,
        context=tuple(_context(result)),
        answer=phrases.count_sentence(result),
        remarks=tuple(_remarks(result, current, historical)),
        undeclared=not result.assay.get("declared", False),
        gaps=coverage.gaps(result),
        findings=findings.groups(result, anchors),
        doubts=findings.doubts(result, anchors),
        filtered_hotspots=findings.filtered_hotspots(result, anchors),
        together=read_together(result, anchors),
        therapies=therapies,
        trials=current,
        historical=historical,
        other_trials=rest,
        background=background,
        course=course,
        other_kinds=kinds,
        subgroups=subgroups,
        biomarkers=biomarkers,
        unmeasured=tuple(
            Fact(item.name, item.because) for item in result.biomarkers if item.state == "not_assessed"
        ),
        state_groups=coverage.state_groups(result.genes),
        genes=coverage.gene_rows(result.genes),
        gene_notes=notes,
        not_assessed=tuple((item.what, item.why, item.remedy) for item in result.not_assessed),
        grouped_gaps=_grouped(result),
        frequencies=frequencies,
        other_variants=findings.other_variants(result),
        rules=statements.rules(),
        warnings=result.warnings,
        provenance=tuple(_provenance(result)),
        references=references.listed(),
        knowledge=_knowledge(result.provenance),
        drugs=board.drugs(result),
        comparisons=compared,
        near_misses=board.near_misses(result),
        changed=board.changed(result),
        chains={anchors[item.id]: chain.of(result, item) for item in result.findings},
    )


def _context(result: Interpretation) -> Iterable[Fact]:
    """Yield each clinical field; one that was not given says so."""
    context = result.context
    known: Mapping[str, Any] = result.knowledge_slice.get("tumour_types", {})
    code = context.tumour_type
    if code is not None:
        name = known.get(code, {}).get("name")
        yield Fact("Tumour type", f"{name} ({code})" if name else code)
    else:
        yield Fact("Tumour type", "not given")
    for field in ("site", "grade", "differentiation", "stage", "functioning", "sstr", "mgmt"):
        label = phrases.CONTEXT_FIELDS[field]
        value = getattr(context, field)
        yield Fact(label[:1].upper() + label[1:], value.replace("_", "-") if value else "not given")
    yield Fact("Ki-67", "not given" if context.ki67 is None else f"{context.ki67:g} %")
    prior = context.prior_therapy
    yield Fact("Prior therapy", "not given" if prior is None else ", ".join(prior) or "none")
    if context.purity is not None:
        yield Fact("Tumour purity", phrases.percent(context.purity))
    if context.sex is not None:
        yield Fact("Sex", context.sex)
    if context.patient:
        yield Fact("Patient", context.patient)


def _remarks(
    result: Interpretation, current: tuple[TrialBlock, ...], historical: tuple[TrialBlock, ...]
) -> Iterable[str]:
    """Yield what a reader must not miss, one sentence each."""
    both = [block.identifier.text for block in (*current, *historical) if block.both_arms]
    if both:
        yield f"{phrases.joined(both)}: {phrases.BOTH_ARMS[:1].lower()}{phrases.BOTH_ARMS[1:]}"
    found = reportable(result.findings)
    telling = [f for f in found if significance(f) == "pathogenic" and f.event != "undetermined"]
    if telling:
        yield f"Counts as pathogenic: {_named(telling, 8)}."
    doubted = [finding for finding in found if phrases.second_look(finding)]
    if doubted:
        needs = "needs" if len(doubted) == 1 else "need"
        yield f"{phrases.count(len(doubted), 'finding')} {needs} a second look: {_named(doubted, 6)}."
    hit_twice = [item.gene for item in result.alterations if item.asked and item.two_hits is Truth.YES]
    if hit_twice:
        yield f"Both copies hit: {phrases.joined(hit_twice)}."
    inherited = [finding for finding in found if finding.origin == "germline_suspect"]
    if inherited:
        number = phrases.count(len(inherited), "finding")
        yield f"{number} could be inherited: for the board to discuss, see below."
    if aside := set_aside(result):
        yield aside
    hotspots = [finding for finding in result.findings if is_filtered_hotspot(finding)]
    if hotspots:
        names = phrases.joined(phrases.label(finding) for finding in hotspots)
        one = len(hotspots) == 1
        yield (
            f"{'A known hotspot allele was' if one else f'{len(hotspots)} known hotspot alleles were'} filtered by "
            f"the caller and {'is' if one else 'are'} listed apart: {names}."
        )
    conditional = sum(line.match != "yes" for line in result.therapies)
    if conditional:
        yield (
            f"{conditional} of the therapy statements {'rests' if conditional == 1 else 'rest'} on a call or a "
            f"condition that is not sure, and {'stands' if conditional == 1 else 'stand'} apart."
        )


def _named(found: Sequence[Finding], most: int) -> str:
    """Return the names of ``found``, the first ``most`` of them and how many more there are."""
    if len(found) <= most:
        return phrases.joined(map(phrases.label, found))
    return f"{', '.join(map(phrases.label, found[:most]))} and {len(found) - most} more"


def _grouped(result: Interpretation) -> tuple[tuple[str, str, str], ...]:
    reasons: dict[str, list[tuple[str, str]]] = {}
    for item in result.not_assessed:
        reasons.setdefault(item.why, []).append((item.what, item.remedy))
    return tuple(
        ("; ".join(what for what, _ in items), why, "; ".join(dict.fromkeys(remedy for _, remedy in items)))
        for why, items in reasons.items()
    )


def _biomarkers(
    result: Interpretation, references: References, statements: Statements
) -> Iterable[tuple[str, str, str, tuple[int, ...], str]]:
    for item in result.biomarkers:
        if item.state == "not_assessed":
            continue
        value = phrases.biomarker_value(item) or item.state.replace("_", " ")
        rule = statements.rule_of_biomarker(item)
        yield item.name, value, item.because, references.cite(item.sources), rule


def _frequencies(rows: Iterable[Mapping[str, Any]], references: References) -> tuple[FrequencyRow, ...]:
    found = []
    for item in rows:
        altered, patients, share = item.get("altered"), item.get("patients"), item.get("percent")
        counts = f"{altered} of {patients}" if altered is not None and patients is not None else ""
        if not counts and patients is not None:
            counts = phrases.count(patients, "patient")
        source = item.get("source")
        found.append(
            FrequencyRow(
                gene=str(item.get("gene", "")),
                tumour=str(item.get("tumour") or item.get("tumour_type") or "not stated"),
                alteration=str(item.get("alteration") or "alteration"),
                share=f"{share:g} %" if share is not None else "not stated",
                counts=counts or "not stated",
                measured_by=phrases.word(phrases.MEASURED_BY, str(item.get("measured_by") or "dna")),
                note=str(item.get("note") or ""),
                references=references.cite([source]) if source else (),
            )
        )
    return tuple(found)


def _gene_notes(result: Interpretation, references: References) -> Iterable[Fact]:
    """Yield one plain sentence for each gene with a key finding, with its hereditary syndrome."""
    genes: Mapping[str, Any] = result.knowledge_slice.get("genes", {})
    shown = dict.fromkeys(finding.gene for finding in reportable(result.findings))
    for symbol in shown:
        gene = genes.get(symbol)
        if not gene or not (gene.get("summary") or gene.get("germline_syndrome")):
            continue
        text = str(gene.get("summary") or "")
        if gene.get("germline_syndrome"):
            text = f"{text} Hereditary syndrome: {gene['germline_syndrome']}.".strip()
        numbers = references.cite(gene.get("sources") or ())
        cited = f" [{', '.join(map(str, numbers))}]" if numbers else ""
        yield Fact(symbol, f"{text}{cited}")


def _knowledge(provenance: Mapping[str, Any]) -> str:
    version = provenance.get("knowledge_version")
    if not version:
        return "knowledge base version not stored"
    date = provenance.get("knowledge_date") or "date not stored"
    return f"knowledge base {version} of {date}"


def _provenance(result: Interpretation) -> Iterable[Fact]:
    given = result.provenance

    def text(key: str) -> str:
        value = given.get(key)
        if isinstance(value, list | tuple):
            return ", ".join(map(str, value)) or "none"
        return "not stored" if value is None or value == "" else str(value)

    overlays = given.get("knowledge_overlays")
    laid = f", with {', '.join(overlays)}" if overlays else ""
    yield Fact("Knowledge base", f"{text('knowledge_version')}, reviewed {text('knowledge_date')}{laid}")
    yield Fact("Knowledge hash", text("knowledge_hash"))
    yield Fact("Software", f"netboard {text('netboard_version')}, result schema {result.schema_version}")
    yield Fact("Interpreted", text("created"))
    yield Fact("Command", text("command"))
    yield Fact("Input", f"{text('input')}, SHA-256 {text('input_sha256')}")
    yield Fact(
        "Columns", f"tumour {text('tumour_column')}, normal {text('normal_column')} ({text('role_basis')})"
    )
    yield Fact("Callers", text("callers"))
    yield Fact("Annotation read", text("annotations_read"))
    yield Fact("Genome build", f"{text('build')}: {text('build_basis')}")
    yield Fact("Reference bases", _ref_check(result.ref_check))
    yield Fact("Records", _counts(result.counts))
    yield Fact("Assay", _assay(result.assay))
    for label, key in (
        ("Reference genome", "fasta"),
        ("Copy-number segments", "segments"),
        ("Fusions", "fusions"),
        ("Population frequencies", "population"),
    ):
        if given.get(key):
            yield Fact(label, text(key))
    thresholds = result.assay.get("thresholds")
    if thresholds:
        shown = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in thresholds.items())
        yield Fact("Thresholds", f"{shown} (they flag, they never drop)")


def _ref_check(check: Mapping[str, Any]) -> str:
    return (
        f"{check.get('agree', 0)} agree, {check.get('disagree', 0)} disagree, {check.get('unverifiable', 0)} "
        "could not be compared"
    )


def _counts(counts: Mapping[str, Any]) -> str:
    skipped: Mapping[str, int] = counts.get("skipped") or {}
    left_out = sum(skipped.values())
    reasons = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in skipped.items())
    records = counts.get("records")
    read = f"{records} in the file; " if records is not None else "records of the file not counted; "
    kept, targets = counts.get("kept", 0), counts.get("in_targets", 0)
    sum_up = f"{targets} in panel genes = {kept} kept + {left_out} skipped" + (
        f" ({reasons})" if reasons else ""
    )
    aside = ", ".join(
        f"{number} {reason.replace('_', ' ')}" for reason, number in (counts.get("set_aside") or {}).items()
    )
    sum_up += f"; of the kept, set aside: {aside}" if aside else ""
    balanced = "" if kept + left_out == targets else ". These counts do not add up: report it as a fault"
    return f"{read}{sum_up}{balanced}"


def _assay(assay: Mapping[str, Any]) -> str:
    if not assay.get("declared"):
        return "not declared"
    sees = ", ".join(item.replace("_", " ") for item in assay.get("sees", ())) or "nothing stated"
    matched = assay.get("matched_normal")
    normal = "" if matched is None else "with matched normal" if matched else "without matched normal"
    targets = assay.get("targets")
    stretches = f"{targets} target intervals" if targets is not None else ""
    parts = [str(assay.get("name", "")), f"sees {sees}", stretches, normal, str(assay.get("source") or "")]
    return "; ".join(part for part in parts if part)
