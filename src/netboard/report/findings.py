"""What a report shows of the findings: groups of rows, doubts, and what stands behind each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netboard.model.result import Clonality, Finding, Interpretation
from netboard.report import phrases
from netboard.report.selection import is_filtered_hotspot, reportable, significance

#: Groups of the key table in reading order.
GROUPS = (
    ("pathogenic", "Counts as pathogenic"),
    ("event", "Copy number and rearrangements"),
    ("uncertain", "Uncertain significance"),
    ("undetermined", "Effect not determined"),
)


_SILENT_NEAR_SPLICE = "Silent splice-region"
_COMMON = "Common in the population"
_LONE_LOH = "Loss of heterozygosity without another finding in the gene"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its text, for the evidence behind a row."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as a table shows it."""

    anchor: str
    gene: str
    label: str
    happened: str
    exon: str
    cdna: str
    protein: str
    vaf: str
    reads: str
    significance: str
    basis: str
    origin: str
    filter: str
    tiers: str
    #: Short warnings that stand beside the event.
    tags: tuple[str, ...]
    facts: tuple[Fact, ...]
    #: Fraction (0 to 1) for the plot, None when the file does not state it.
    fraction: float | None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one kind of significance."""

    key: str
    title: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a finding needs a second look, and what would settle it."""

    anchor: str
    label: str
    why: str
    settles: str


@dataclass(frozen=True, slots=True)
class OtherVariant:
    """A stored panel variant that is no key finding."""

    gene: str
    change: str
    what: str
    vaf: str
    filter: str


def anchors(findings: Sequence[Finding]) -> dict[str, str]:
    """Return a document-wide unique anchor for each finding id."""
    return {finding.id: f"finding-{number}" for number, finding in enumerate(findings, 1)}


def groups(result: Interpretation, anchor: dict[str, str]) -> tuple[FindingGroup, ...]:
    """Return the key findings in their groups; empty groups are left out."""
    rows: dict[str, list[FindingRow]] = {key: [] for key, _ in GROUPS}
    cells = {item.finding: item for item in result.clonality}
    for finding in reportable(result.findings):
        rows[_group(finding)].append(row(finding, anchor[finding.id], cells.get(finding.id)))
    return tuple(FindingGroup(key, title, tuple(rows[key])) for key, title in GROUPS if rows[key])


def _group(finding: Finding) -> str:
    if finding.event == "undetermined":
        return "undetermined"
    return significance(finding)


def row(finding: Finding, anchor: str, cells: Clonality | None = None) -> FindingRow:
    """Return the row of one finding; ``cells`` is the hint at its share of the tumour cells."""
    cdna = phrases.without_accession(finding.hgvsc)
    if not cdna and finding.hgvsc_unshifted:
        cdna = f"{phrases.without_accession(finding.hgvsc_unshifted)} (as placed in the file)"
    small = finding.type == "small_variant"
    weight = significance(finding)
    onco = finding.oncogenicity
    return FindingRow(
        anchor=anchor,
        gene=finding.gene,
        label=phrases.label(finding),
        happened=phrases.what_happened(finding),
        exon=phrases.exon_and_intron(finding),
        cdna=cdna or ("not stated" if small else "n/a"),
        protein=phrases.without_accession(finding.hgvsp) or ("not proved" if small else "n/a"),
        vaf=phrases.percent(finding.vaf) if small or finding.vaf is not None else "n/a",
        reads=phrases.reads(finding) if small or finding.depth is not None else "n/a",
        significance=phrases.word(phrases.SIGNIFICANCE, weight),
        basis=onco.basis if onco is not None else "",
        origin=phrases.word(phrases.ORIGINS, finding.origin),
        filter=finding.filter,
        tiers=_tiers(finding.tier_amp, finding.tier_escat),
        tags=_tags(finding, cells),
        facts=tuple(_facts(finding, cells)),
        fraction=finding.vaf,
    )


def _tiers(amp: str | None, escat: str | None) -> str:
    return ", ".join(
        text for text in (f"AMP {amp}" if amp else "", f"ESCAT {escat}" if escat else "") if text
    )


def _tags(finding: Finding, cells: Clonality | None) -> tuple[str, ...]:
    tags = [phrases.word(phrases.FLAGS, flag) for flag in finding.flags]
    if finding.conflict:
        tags.append("sources disagree")
    if finding.support == "unknown" and finding.type == "small_variant":
        tags.append("no read counts")
    if cells is not None and cells.state == "fits_part_of_the_cells":
        tags.append("perhaps in a part of the cells only")
    return tuple(dict.fromkeys(tags))


def _facts(finding: Finding, cells: Clonality | None) -> Iterable[Fact]:
    """Yield what stands behind a finding, from the record in the file to the points it was given."""
    if finding.record:
        yield Fact("Record", " ".join(finding.record.split()))
    locus = finding.variant
    if locus is not None:
        end = f"–{locus.end}" if locus.end is not None else ""
        yield Fact("Allele", f"{locus.build} {locus.chrom}:{locus.pos}{end} {locus.ref}>{locus.alt}")
    names = [name for name in (finding.hgvsg, finding.hgvsc, finding.hgvsc_unshifted, finding.hgvsp) if name]
    if names:
        yield Fact("HGVS", "; ".join(names))
    yield Fact("Reference bases", phrases.word(phrases.REF_CHECKS, finding.ref_check))
    if finding.transcript:
        status = f" ({finding.transcript_status})" if finding.transcript_status else ""
        place = phrases.exon_and_intron(finding)
        yield Fact("Transcript", f"{finding.transcript}{status}{', ' + place if place else ''}")
    if finding.consequence:
        by = phrases.word(phrases.SOURCES_OF_CONSEQUENCE, finding.consequence_source or "not stated")
        yield Fact("Consequence", f"{', '.join(finding.consequence)}, by {by}")
    yield Fact(
        "Event", f"{phrases.word(phrases.EVENTS, finding.event).lower()}: {finding.reading or 'as named'}"
    )
    if finding.nmd_escape is False:
        yield Fact("Premature stop", "none of the rules of escape holds: nonsense-mediated decay is expected")
    for note in finding.upstream_notes:
        yield Fact("Annotation in the file", phrases.annotation(note))
    if finding.conflict:
        yield Fact("Conflict", finding.conflict)
    if finding.hotspot:
        how = "this very allele" if finding.hotspot_exact else "another change of the same residue"
        yield Fact("Hotspot", f"{finding.hotspot}: {how}")
    if finding.mate:
        yield Fact("Partner", finding.mate)
    yield Fact(
        "Reads", f"{phrases.reads(finding)} ({finding.vaf_source or 'no field'}), support {finding.support}"
    )
    yield Fact("Filter", finding.filter)
    yield Fact(
        "Origin",
        f"{phrases.word(phrases.ORIGINS, finding.origin)}: {finding.origin_basis or 'no basis stored'}",
    )
    if finding.population_frequency is not None:
        yield Fact(
            "Population",
            f"{finding.population_frequency:.2g} ({finding.population_source or 'source not stated'})",
        )
    if cells is not None:
        needs = f"; needs {'; '.join(cells.needs)}" if cells.needs else ""
        yield Fact(
            "Share of cells", f"{phrases.word(phrases.CLONALITY, cells.state)}: {cells.because}{needs}"
        )
    yield from _oncogenicity(finding)
    tiers = _tiers(finding.tier_amp, finding.tier_escat)
    if tiers:
        by = f"; set by {' and '.join(finding.tier_set_by)}" if finding.tier_set_by else ""
        yield Fact("Tier", f"{tiers}{by}")


_NO_POINTS = "No points: the standard is for small variants and for deletions of tumour suppressors"


def _oncogenicity(finding: Finding) -> Iterable[Fact]:
    onco = finding.oncogenicity
    if onco is None:
        yield Fact("Oncogenicity", _NO_POINTS)
        return
    points = "; ".join(
        f"{item.code} {item.points:+d}: {item.meaning} ({item.reason})" for item in onco.criteria
    )
    yield Fact("Significance", f"{onco.significance}: {onco.basis}" if onco.basis else onco.significance)
    yield Fact(
        "Oncogenicity", f"{onco.classification}, {onco.points} points. {points or 'No criterion applies'}"
    )
    if onco.not_met:
        yield Fact("Criteria not met", "; ".join(onco.not_met))
    if onco.not_assessed:
        yield Fact("Criteria not assessed", "; ".join(onco.not_assessed))


def doubts(result: Interpretation, anchor: dict[str, str]) -> tuple[Doubt, ...]:
    """Return every doubt about a key finding with what would settle it."""
    return tuple(
        Doubt(anchor[finding.id], phrases.label(finding), why, settles)
        for finding in reportable(result.findings)
        for why, settles in phrases.second_look(finding)
    )


def filtered_hotspots(result: Interpretation, anchor: dict[str, str]) -> tuple[FindingRow, ...]:
    """Return known recurrent alleles that the caller's filters stopped, apart from the key findings."""
    return tuple(
        row(finding, anchor[finding.id]) for finding in result.findings if is_filtered_hotspot(finding)
    )


def other_variants(result: Interpretation) -> tuple[tuple[str, tuple[OtherVariant, ...]], ...]:
    """Return the remaining stored panel variants by kind, so that none is dropped silently."""
    order = (
        _COMMON,
        _SILENT_NEAR_SPLICE,
        "Silent",
        "Benign",
        _LONE_LOH,
        "Filtered by the caller",
        "Non-coding",
    )
    kinds: dict[str, list[OtherVariant]] = {kind: [] for kind in order}
    key = {finding.id for finding in reportable(result.findings)}
    for finding in result.findings:
        if finding.id in key or is_filtered_hotspot(finding):
            continue
        if not finding.filter_passed:
            kind = "Filtered by the caller"
        elif finding.event == "loss_of_heterozygosity":
            kind = _LONE_LOH
        elif "common_in_population" in finding.flags:
            kind = _COMMON
        else:
            near = "splice_region_variant" in finding.consequence
            silent = _SILENT_NEAR_SPLICE if near else "Silent"
            kind = silent if finding.event == "synonymous" else "Benign"
        kinds[kind].append(
            OtherVariant(
                finding.gene,
                _change(finding),
                phrases.what_happened(finding),
                phrases.percent(finding.vaf),
                finding.filter,
            )
        )
    for item in result.non_coding:
        change = phrases.without_accession(item.hgvsc) or f"{item.chrom}:{item.pos} {item.ref}>{item.alt}"
        what = item.consequence.replace("_", " ").replace("&", ", ")
        kinds["Non-coding"].append(
            OtherVariant(item.gene, change, what, phrases.percent(item.vaf), item.filter)
        )
    return tuple((kind, tuple(rows)) for kind, rows in kinds.items() if rows)


def _change(finding: Finding) -> str:
    name = phrases.without_accession(finding.hgvsp or finding.hgvsc or finding.hgvsc_unshifted)
    locus = finding.variant
    return name or (f"{locus.chrom}:{locus.pos} {locus.ref}>{locus.alt}" if locus else finding.id)
