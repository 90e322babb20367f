"""The cohort's tables for further work: tab-separated, one header line, unknown as an empty cell."""

from __future__ import annotations

from dataclasses import asdict, fields

from netboard.cohort.summary import Cohort, GeneCount
from netboard.export.tsv import table

GENE_COLUMNS = tuple(item.name for item in fields(GeneCount))
SAMPLE_COLUMNS = (
    "sample", "status", "error", "patient", "tumour_type", "site", "grade", "stage", "assay", "assay_declared",
    "matched_normal", "build", "reportable", "in_targets", "kept", "skipped", "ref_check", "warnings",
    "answer", "netboard_version", "knowledge_version", "knowledge_hash", "created", "report",
)  # fmt: skip
ALTERATION_COLUMNS = (
    "sample", "gene", "type", "event", "class", "label", "build", "chrom", "pos", "ref", "alt", "hgvsc",
    "hgvsp", "consequence", "hotspot", "vaf", "depth", "alt_depth", "support", "filter", "origin", "conflict",
    "tier_amp", "tier_escat", "id", "samples_with_it",
)  # fmt: skip
MARKER_COLUMNS = ("sample", "kind", "id", "name", "value", "state")


def genes_tsv(cohort: Cohort) -> str:
    """Return one row per gene and scope with every count behind its frequency."""
    return table(GENE_COLUMNS, (asdict(row) for row in cohort.genes))


def samples_tsv(cohort: Cohort) -> str:
    """Return one row per sample, the failed ones of the manifests with their error."""
    done = ({**row, "status": "done", "error": ""} for row in cohort.samples)
    failed = ({"sample": row.sample, "status": "failed", "error": row.error} for row in cohort.failed)
    return table(SAMPLE_COLUMNS, [*done, *failed])


def alterations_tsv(cohort: Cohort) -> str:
    """Return one row per sample and reportable finding."""
    return table(ALTERATION_COLUMNS, cohort.alterations)


def biomarkers_tsv(cohort: Cohort) -> str:
    """Return one row per sample and biomarker or molecular subgroup, with its state: unknown is not no."""
    return table(MARKER_COLUMNS, cohort.markers)
