"""The rows that a batch leaves for cohorts: one tidy Parquet file that merges with any other.

Each row says its ``kind`` and fills the columns of that kind; the others are null:

=========  ===============================================================================
sample     one per sample: context, assay, versions, counts
gene       one per sample, gene and scope (small variants, copy number, fusions, promoter):
           what the assay could see, and the gravest class of what was found there
finding    one per finding, also silent, benign and filtered ones
therapy    one per therapy statement that a finding led to
trial      one per trial arm
biomarker  one per biomarker: its value (``label``) and state (``status``)
subgroup   one per molecular subgroup that the tumour type does not exclude (``status``)
frequency  one per published frequency of a gene altered in the sample
=========  ===============================================================================

A gene row keeps *seen* and *found* apart, so that a frequency can count over the samples in which the
gene was assessed, whatever was found.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from netboard.cohort.duck import connect, quoted
from netboard.model.evidence import Truth
from netboard.model.result import Finding, GeneAssessment, Interpretation
from netboard.output import atomic_path
from netboard.report import phrases
from netboard.report.coverage import SCOPES, seen_state
from netboard.report.selection import reportable, significance

#: Version of the columns below; files of one major version merge.
STORE_VERSION = "2"

#: Columns with their SQL types, in the order of the file.
COLUMNS: Mapping[str, str] = {
    "kind": "VARCHAR",
    "sample": "VARCHAR",
    # sample
    "store_version": "VARCHAR",
    "patient": "VARCHAR",
    "tumour_type": "VARCHAR",
    "site": "VARCHAR",
    "grade": "VARCHAR",
    "stage": "VARCHAR",
    "assay": "VARCHAR",
    "assay_declared": "BOOLEAN",
    "matched_normal": "BOOLEAN",
    "build": "VARCHAR",
    "netboard_version": "VARCHAR",
    "knowledge_version": "VARCHAR",
    "knowledge_hash": "VARCHAR",
    "created": "VARCHAR",
    "answer": "VARCHAR",
    "reportable": "INTEGER",
    "in_targets": "INTEGER",
    "kept": "INTEGER",
    "skipped": "INTEGER",
    "ref_check": "VARCHAR",
    "warnings": "VARCHAR",
    # gene, finding
    "gene": "VARCHAR",
    "scope": "VARCHAR",
    "seen": "VARCHAR",
    "found": "VARCHAR",
    "finding_id": "VARCHAR",
    "finding_type": "VARCHAR",
    "event": "VARCHAR",
    "class": "VARCHAR",
    "label": "VARCHAR",
    "chrom": "VARCHAR",
    "pos": "INTEGER",
    "ref": "VARCHAR",
    "alt": "VARCHAR",
    "hgvsc": "VARCHAR",
    "hgvsp": "VARCHAR",
    "consequence": "VARCHAR",
    "hotspot": "VARCHAR",
    "vaf": "DOUBLE",
    "depth": "INTEGER",
    "alt_depth": "INTEGER",
    "support": "VARCHAR",
    "filter": "VARCHAR",
    "filter_passed": "BOOLEAN",
    "origin": "VARCHAR",
    "conflict": "VARCHAR",
    "tier_amp": "VARCHAR",
    "tier_escat": "VARCHAR",
    # therapy, trial
    "line_id": "VARCHAR",
    "drugs": "VARCHAR",
    "direction": "VARCHAR",
    "level": "VARCHAR",
    "context_match": "VARCHAR",
    "match": "VARCHAR",
    "molecular": "VARCHAR",
    "context": "VARCHAR",
    "trial": "VARCHAR",
    "arm": "VARCHAR",
    "title": "VARCHAR",
    "status": "VARCHAR",
    "historical": "BOOLEAN",
    "standing": "VARCHAR",
    "near_miss": "BOOLEAN",
    "settled_by": "VARCHAR",
    # frequency
    "tumour": "VARCHAR",
    "percent": "DOUBLE",
    "altered": "INTEGER",
    "patients": "INTEGER",
    "measured_by": "VARCHAR",
    "source": "VARCHAR",
}

#: What was found in a gene and scope, gravest first. ``event`` is a copy-number or rearrangement finding.
CLASSES = ("pathogenic", "event", "uncertain", "undetermined")
_SCOPE_OF_TYPE = {"small_variant": "small_variants", "copy_number": "copy_number", "rearrangement": "fusions"}


def write_batch_parquet(interpretations: Iterable[Interpretation], path: Path) -> None:
    """Write the rows of ``interpretations`` as one Parquet file, whole or not at all.

    The iterable is read once and one sample is held at a time. No sample gives a file without rows.

    Raises
    ------
    ConfigError
        When the extra ``cohort`` is not installed.
    """
    connection = connect()
    types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in COLUMNS.items())
    nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in COLUMNS.items())
    with atomic_path(Path(path)) as aside, tempfile.TemporaryDirectory(prefix="netboard-") as directory:
        lines = Path(directory) / "rows.ndjson"
        with lines.open("w", encoding="utf-8") as out:
            for result in interpretations:
                for row in rows(result):
                    out.write(json.dumps({k: v for k, v in row.items() if v is not None}) + "\n")
        query = (
            f"SELECT * FROM read_json({quoted(str(lines))}, format = 'newline_delimited', columns = {{{types}}})"
            if lines.stat().st_size
            else f"SELECT {nothing} WHERE false"
        )
        connection.execute(f"COPY ({query}) TO {quoted(str(aside))} (FORMAT parquet, COMPRESSION zstd)")
        connection.close()


def rows(result: Interpretation) -> Iterator[dict[str, Any]]:
    """Yield the rows of one sample; each holds only the columns of its kind."""
    sample = result.sample
    yield {"kind": "sample", "sample": sample, **_sample(result)}
    classes = finding_classes(result.findings)
    found = _found(result.findings, classes)
    for gene in result.genes:
        for scope in SCOPES:
            yield _gene(sample, gene, scope, found.get((gene.gene, scope)))
    # A finding in a gene that the result does not list among its genes still counts as one.
    listed = {gene.gene for gene in result.genes}
    for (symbol, scope), class_ in found.items():
        if symbol not in listed:
            yield {
                "kind": "gene",
                "sample": sample,
                "gene": symbol,
                "scope": scope,
                "seen": "not_assessed",
                "found": class_,
            }
    for finding, class_ in zip(result.findings, classes, strict=True):
        yield {"kind": "finding", "sample": sample, "class": class_, **_finding(finding)}
    yield from _lines(result)
    for item in result.knowledge_slice.get("frequencies", ()):
        yield {
            "kind": "frequency",
            "sample": sample,
            **_frequency(item, result.knowledge_slice.get("sources", {})),
        }


def finding_classes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the class of each finding: one of :data:`CLASSES` for a key finding, else why it is none.

    The others are ``filtered``, ``benign`` (silent ones too) and ``lone_loh`` (loss of heterozygosity in a
    gene without another key finding).
    """
    key = {finding.id for finding in reportable(findings)}
    return tuple(_class(finding, is_key=finding.id in key) for finding in findings)


def _class(finding: Finding, *, is_key: bool) -> str:
    if not finding.filter_passed:
        return "filtered"
    if not is_key:
        return "lone_loh" if finding.event == "loss_of_heterozygosity" else "benign"
    return "undetermined" if finding.event == "undetermined" else significance(finding)


def _found(findings: Sequence[Finding], classes: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the gravest class by (gene, scope) among the key findings."""
    gravest: dict[tuple[str, str], str] = {}
    for finding, class_ in zip(findings, classes, strict=True):
        if class_ not in CLASSES:
            continue
        scope = (
            "promoter" if finding.event == "promoter" else _SCOPE_OF_TYPE.get(finding.type, "small_variants")
        )
        known = gravest.get((finding.gene, scope))
        if known is None or CLASSES.index(class_) < CLASSES.index(known):
            gravest[finding.gene, scope] = class_
    return gravest


def _sample(result: Interpretation) -> dict[str, Any]:
    context, given = result.context, result.provenance
    return {
        "store_version": STORE_VERSION,
        "patient": context.patient,
        "tumour_type": context.tumour_type,
        "site": context.site,
        "grade": context.grade,
        "stage": context.stage,
        "assay": result.assay.get("name"),
        "assay_declared": bool(result.assay.get("declared", False)),
        "matched_normal": result.assay.get("matched_normal"),
        "build": given.get("build"),
        "netboard_version": given.get("netboard_version"),
        "knowledge_version": given.get("knowledge_version"),
        "knowledge_hash": given.get("knowledge_hash"),
        "created": given.get("created"),
        "answer": phrases.count_sentence(result),
        "reportable": len(reportable(result.findings)),
        "in_targets": result.counts.get("in_targets"),
        "kept": result.counts.get("kept"),
        "skipped": sum((result.counts.get("skipped") or {}).values()),
        "ref_check": result.ref_check.get("state"),
        "warnings": "; ".join(result.warnings) or None,
    }


def _gene(sample: str, gene: GeneAssessment, scope: str, found: str | None) -> dict[str, Any]:
    seen = seen_state(gene, scope)
    return {"kind": "gene", "sample": sample, "gene": gene.gene, "scope": scope, "seen": seen, "found": found}


def _finding(finding: Finding) -> dict[str, Any]:
    locus = finding.variant
    return {
        "gene": finding.gene,
        "finding_id": finding.id,
        "finding_type": finding.type,
        "event": finding.event,
        "label": phrases.label(finding),
        "build": locus.build if locus else None,
        "chrom": locus.chrom if locus else None,
        "pos": locus.pos if locus else None,
        "ref": locus.ref if locus else None,
        "alt": locus.alt if locus else None,
        "hgvsc": finding.hgvsc,
        "hgvsp": finding.hgvsp,
        "consequence": "&".join(finding.consequence),
        "hotspot": finding.hotspot,
        "vaf": finding.vaf,
        "depth": finding.depth,
        "alt_depth": finding.alt_depth,
        "support": finding.support,
        "filter": finding.filter,
        "filter_passed": finding.filter_passed,
        "origin": finding.origin,
        "conflict": finding.conflict,
        "tier_amp": finding.tier_amp,
        "tier_escat": finding.tier_escat,
    }


def _lines(result: Interpretation) -> Iterator[dict[str, Any]]:
    for line in result.therapies:
        yield {
            "kind": "therapy",
            "sample": result.sample,
            "line_id": line.id,
            "drugs": " + ".join(line.drugs),
            "direction": line.direction,
            "level": line.level,
            "context_match": line.context_match,
            "match": line.match,
            "title": line.statement,
            "standing": line.standing or None,
        }
    for arm in result.trials:
        yield {
            "kind": "trial",
            "sample": result.sample,
            "line_id": f"{arm.nct}/{arm.arm_id or arm.arm}",
            "trial": arm.nct,
            "arm": arm.arm,
            "title": arm.title,
            "drugs": " + ".join(arm.drugs),
            "molecular": arm.molecular.value,
            "context": arm.context.value,
            "match": arm.match.value,
            "status": arm.status,
            "historical": arm.historical,
            "near_miss": arm.match is Truth.UNKNOWN and bool(arm.settled_by),
            "settled_by": "; ".join(arm.settled_by) or None,
        }
    for marker in result.biomarkers:
        yield {
            "kind": "biomarker",
            "sample": result.sample,
            "line_id": marker.id or marker.name,
            "title": marker.name,
            "label": phrases.biomarker_value(marker),
            "status": marker.state,
        }
    for group in result.subgroups:
        yield {
            "kind": "subgroup",
            "sample": result.sample,
            "line_id": group.name,
            "title": group.name,
            "status": group.state,
        }


def _frequency(item: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Any]:
    source = str(item.get("source") or "")
    return {
        "gene": item.get("gene"),
        "tumour": item.get("tumour"),
        "tumour_type": item.get("tumour_type"),
        "event": item.get("alteration"),
        "percent": item.get("percent"),
        "altered": item.get("altered"),
        "patients": item.get("patients"),
        "measured_by": item.get("measured_by"),
        "source": sources.get(source, {}).get("citation") or source or None,
    }
