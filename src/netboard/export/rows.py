"""Panel variants as flat rows: one per finding, then one per stored non-coding variant.

Column names and their order are a contract: new columns are only added at the end. An empty cell
means that the value is unknown or does not apply, never that it is nought.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from netboard.model.result import (
    Clonality,
    Finding,
    GeneAlteration,
    Interpretation,
    NonCoding,
    PrognosisLine,
    TherapyLine,
)

Cell = str | int | float | None

#: Columns of ``S.genes.tsv``: one row per panel gene with what was assessed of it.
GENE_COLUMNS = (
    "sample", "gene", "small_variants", "copy_number", "fusions", "promoter", "covered", "basis",
    "seen_small_variants", "seen_copy_number", "seen_fusions", "seen_promoter", "findings", "two_hits",
    "two_hits_code", "two_hits_because", "two_hits_needs",
)  # fmt: skip
_SCOPES = ("small_variants", "copy_number", "fusions", "promoter")

COLUMNS = (
    "sample", "row", "id", "type", "gene", "event", "reading", "build", "chrom", "pos", "end", "ref", "alt",
    "hgvsg", "hgvsc", "hgvsc_unshifted", "hgvsp", "transcript", "transcript_status", "exon", "consequence",
    "consequence_source", "hotspot", "hotspot_exact", "possible", "conflict", "vaf", "depth", "alt_depth",
    "vaf_source", "support", "filter", "filter_passed", "phase", "origin", "origin_basis",
    "population_frequency", "population_source", "significance", "significance_basis", "oncogenicity",
    "oncogenicity_points", "tier_amp", "tier_escat", "statements", "trial_arms", "total_copy_number",
    "minor_copy_number", "mate", "flags", "ref_check", "intron", "nmd_escape", "nmd_rule",
    "criteria_met", "criteria_not_met", "criteria_not_assessed", "two_hits", "two_hits_code", "two_hits_because",
    "two_hits_needs", "clonality", "clonality_because", "clonality_needs",
)  # fmt: skip


def variant_rows(result: Interpretation) -> Iterator[dict[str, Cell]]:
    """Yield a row with every column of :data:`COLUMNS` for each finding and each non-coding variant."""
    statements = _statements(result)
    arms = _arms(result)
    read = {name: _two_hits(item) for item in result.alterations for name in item.findings}
    cells = {item.finding: _cells(item) for item in result.clonality}
    for finding in result.findings:
        row = _finding_row(result.sample, finding, statements.get(finding.id, []), arms.get(finding.id, []))
        yield {**row, **read.get(finding.id, {}), **cells.get(finding.id, {})}
    build = str(result.provenance.get("build") or "")
    for item in result.non_coding:
        yield _non_coding_row(result.sample, item, build)


def gene_rows(result: Interpretation) -> Iterator[dict[str, Cell]]:
    """Yield a row with every column of :data:`GENE_COLUMNS` for each gene of the panel.

    A state is altered, assessed, partly, not_assessed or undeclared; ``seen_*`` say what could be seen
    whatever was found, as ``assessed`` or the code of the gap.
    """
    read = {item.gene: item for item in result.alterations}
    for gene in result.genes:
        row: dict[str, Cell] = dict.fromkeys(GENE_COLUMNS)
        row.update(sample=result.sample, gene=gene.gene, covered=gene.covered, basis=gene.basis)
        for scope in _SCOPES:
            row[scope] = str(getattr(gene, scope))
            row[f"seen_{scope}"] = gene.seen.get(scope)
        item = read.get(gene.gene)
        if item is not None:
            row.update(findings=";".join(item.findings), **_two_hits(item))
        yield row


def _two_hits(item: GeneAlteration) -> dict[str, Cell]:
    return {
        "two_hits": item.two_hits.value if item.asked else "not_asked",
        "two_hits_code": item.code,
        "two_hits_because": item.because,
        "two_hits_needs": "; ".join(item.needs),
    }


def _cells(item: Clonality) -> dict[str, Cell]:
    return {
        "clonality": item.state,
        "clonality_because": item.because,
        "clonality_needs": "; ".join(item.needs),
    }


def _statements(result: Interpretation) -> Mapping[str, list[str]]:
    """Return the ids of the listed statements that rest on each finding: which entry said what."""
    found: dict[str, list[str]] = {}
    lines: tuple[TherapyLine | PrognosisLine, ...] = (*result.therapies, *result.prognosis)
    for line in lines:
        for finding in line.because:
            found.setdefault(finding, []).append(f"{line.id}={line.match}")
    return found


def _arms(result: Interpretation) -> Mapping[str, list[str]]:
    """Return the trial arms that mention each finding, each with whether the arm as a whole fits."""
    found: dict[str, list[str]] = {}
    for line in result.trials:
        for finding in dict.fromkeys(item for reason in line.reasons for item in reason.because):
            found.setdefault(finding, []).append(f"{line.nct}/{line.arm_id or line.arm}={line.match.value}")
    return found


#: Columns that a finding holds under the same name.
_DIRECT = tuple(f.name for f in fields(Finding) if f.name in COLUMNS and f.name not in ("oncogenicity",))


def _finding_row(sample: str, finding: Finding, statements: list[str], arms: list[str]) -> dict[str, Cell]:
    row: dict[str, Cell] = dict.fromkeys(COLUMNS)
    for name in _DIRECT:
        row[name] = _cell(getattr(finding, name))
    row.update(sample=sample, row="finding", statements=";".join(statements), trial_arms=";".join(arms))
    locus = finding.variant
    if locus is not None:
        row.update(build=locus.build, chrom=locus.chrom, pos=locus.pos, ref=locus.ref, alt=locus.alt)
        row["end"] = locus.end if locus.end is not None else locus.pos + len(locus.ref) - 1
    row["consequence"] = "&".join(finding.consequence)
    onco = finding.oncogenicity
    if onco is not None:
        row.update(
            significance=onco.significance,
            significance_basis=onco.basis,
            oncogenicity=onco.classification,
            oncogenicity_points=onco.points,
            criteria_met=";".join(f"{item.code}={item.points:+d}" for item in onco.criteria),
            criteria_not_met=";".join(text.split(" ", 1)[0] for text in onco.not_met),
            criteria_not_assessed=";".join(text.split(" ", 1)[0] for text in onco.not_assessed),
        )
    return row


def _non_coding_row(sample: str, item: NonCoding, build: str) -> dict[str, Cell]:
    row: dict[str, Cell] = dict.fromkeys(COLUMNS)
    row.update(
        sample=sample,
        row="non_coding",
        type="small_variant",
        gene=item.gene,
        event="non_coding",
        build=build,
        chrom=item.chrom,
        pos=item.pos,
        end=item.pos + len(item.ref) - 1,
        ref=item.ref,
        alt=item.alt,
        hgvsc=item.hgvsc,
        consequence=item.consequence,
        vaf=item.vaf,
        filter=item.filter,
    )
    return row


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
