"""A cohort from the Parquet files of its batches.

Every figure keeps apart what the assay could see and what was found. A gene's frequency counts over the
samples in which the gene was *assessed* in that class of event; a sample with an effect that is not
determined there is in neither count, and an alteration in a gene that was not (fully) assessed is told
beside the frequency, never in it, since nobody knows how many such samples are unaltered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netboard.cohort.duck import connect, quoted, quoted_list
from netboard.cohort.store import COLUMNS, STORE_VERSION
from netboard.errors import InputError
from netboard.model.share import score_interval
from netboard.output import atomic_path


@dataclass(frozen=True, slots=True)
class Failed:
    """A sample of a manifest that has no result, with the error that stopped it."""

    sample: str
    error: str
    vcf: str
    manifest: str


@dataclass(frozen=True, slots=True)
class GeneCount:
    """One gene in one scope over the whole cohort; every field but the shares counts samples.

    ``assessed``, ``partly``, ``not_assessed`` and ``undeclared`` add up to the samples of the cohort.
    ``altered`` counts, among the assessed, those with a pathogenic, copy-number, rearrangement or
    uncertain finding; ``pathogenic`` those of them that are not merely uncertain; ``undetermined``
    those whose effect is open. ``denominator`` is ``assessed`` less ``undetermined``.
    """

    gene: str
    scope: str
    altered: int
    pathogenic: int
    uncertain: int
    undetermined: int
    assessed: int
    denominator: int
    #: Share (0 to 1) of ``altered`` in ``denominator``, with its 95 % interval; None over nought.
    frequency: float | None
    low: float | None
    high: float | None
    partly: int
    not_assessed: int
    undeclared: int
    #: Altered although the gene was not (fully) assessed there: told beside the frequency.
    altered_elsewhere: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everything the cohort page and tables show."""

    samples: tuple[Mapping[str, Any], ...]
    failed: tuple[Failed, ...]
    genes: tuple[GeneCount, ...]
    alterations: tuple[Mapping[str, Any], ...]
    arms: tuple[Mapping[str, Any], ...]
    therapies: tuple[Mapping[str, Any], ...]
    published: tuple[Mapping[str, Any], ...]
    versions: tuple[Mapping[str, Any], ...]
    patients: int
    #: One per sample and biomarker or molecular subgroup.
    markers: tuple[Mapping[str, Any], ...] = ()
    #: One per biomarker or subgroup: samples by answer, and those in which it could not be told.
    marker_counts: tuple[Mapping[str, Any], ...] = ()
    #: One per tumour suppressor with an event that counts: samples by whether both copies are hit.
    two_hits: tuple[Mapping[str, Any], ...] = ()
    #: (gene, sample) -> what the assay could see of small variants, for the genes of the picture.
    seen: Mapping[tuple[str, str], str] = field(default_factory=dict)


#: Genes drawn in the picture at most, the most often altered ones.
PICTURE_GENES = 30

_ALTERED = "found IN ('pathogenic', 'event', 'uncertain')"
_GENES = f"""
SELECT gene, scope,
  count(*) FILTER (WHERE seen = 'assessed' AND {_ALTERED}) AS altered,
  count(*) FILTER (WHERE seen = 'assessed' AND found IN ('pathogenic', 'event')) AS pathogenic,
  count(*) FILTER (WHERE seen = 'assessed' AND found = 'uncertain') AS uncertain,
  count(*) FILTER (WHERE seen = 'assessed' AND found = 'undetermined') AS undetermined,
  count(*) FILTER (WHERE seen = 'assessed') AS assessed,
  count(*) FILTER (WHERE seen = 'partly') AS partly,
  count(*) FILTER (WHERE seen = 'undeclared') AS undeclared,
  count(*) FILTER (WHERE seen <> 'assessed' AND {_ALTERED}) AS altered_elsewhere
FROM rows WHERE kind = 'gene' GROUP BY gene, scope
"""
_ALTERATIONS = """
SELECT sample, gene, finding_type AS type, event, class, label, build, chrom, pos, ref, alt, hgvsc, hgvsp,
  consequence, hotspot, vaf, depth, alt_depth, support, filter, origin, conflict, tier_amp, tier_escat,
  finding_id AS id, two_hits, clonality,
  count(DISTINCT sample) OVER (PARTITION BY gene, class, coalesce(hgvsc, finding_id)) AS samples_with_it
FROM rows WHERE kind = 'finding' AND class IN ('pathogenic', 'event', 'uncertain', 'undetermined')
ORDER BY gene, class, label, sample, id
"""
#: Samples by whether both copies are hit, of the tumour suppressors in which anything counts.
_TWO_HITS = """
SELECT gene, count(DISTINCT sample) AS samples,
  count(DISTINCT sample) FILTER (WHERE two_hits = 'yes') AS yes,
  count(DISTINCT sample) FILTER (WHERE two_hits = 'no') AS no,
  count(DISTINCT sample) FILTER (WHERE two_hits = 'unknown') AS unknown
FROM rows WHERE kind = 'finding' AND two_hits IN ('yes', 'no', 'unknown')
GROUP BY gene ORDER BY samples DESC, yes DESC, gene
"""
_ARMS = """
SELECT trial, arm, line_id, any_value(title) AS title, any_value(drugs) AS drugs, max(status) AS status,
  bool_or(historical) AS historical,
  count(DISTINCT sample) FILTER (WHERE match = 'yes') AS yes,
  count(DISTINCT sample) FILTER (WHERE match = 'unknown') AS unknown,
  count(DISTINCT sample) FILTER (WHERE match = 'no') AS no,
  count(DISTINCT sample) FILTER (WHERE molecular = 'yes') AS molecular_yes,
  count(DISTINCT sample) FILTER (WHERE near_miss AND NOT historical) AS near_misses,
  string_agg(DISTINCT sample || ': ' || settled_by, '; ' ORDER BY sample || ': ' || settled_by)
    FILTER (WHERE near_miss AND NOT historical) AS settled_by
FROM rows WHERE kind = 'trial' GROUP BY trial, arm, line_id
ORDER BY historical, yes DESC, molecular_yes DESC, trial, arm
"""
_THERAPIES = """
SELECT line_id, any_value(drugs) AS drugs, any_value(direction) AS direction, any_value(level) AS level,
  any_value(title) AS statement,
  count(DISTINCT sample) FILTER (WHERE match = 'yes') AS yes,
  count(DISTINCT sample) FILTER (WHERE match = 'unknown') AS unknown
FROM rows WHERE kind = 'therapy' GROUP BY line_id ORDER BY yes DESC, unknown DESC, line_id
"""
_MARKERS = """
SELECT sample, kind, line_id AS id, title AS name, label AS value, status AS state
FROM rows WHERE kind IN ('biomarker', 'subgroup') ORDER BY kind, name, sample
"""
#: A number that differs from sample to sample is counted as told; words are counted each.
_MARKER_COUNTS = """
SELECT kind, title AS name, count(DISTINCT sample) AS samples,
  count(DISTINCT sample) FILTER (WHERE status IN ('given', 'measured', 'estimated', 'yes', 'no')) AS told,
  count(DISTINCT sample) FILTER (WHERE status IN ('given', 'measured', 'estimated') AND label <> 'no'
    OR status = 'yes') AS other_than_no,
  count(DISTINCT sample) FILTER (WHERE status NOT IN ('given', 'measured', 'estimated', 'yes', 'no')) AS open
FROM rows WHERE kind IN ('biomarker', 'subgroup') GROUP BY kind, title ORDER BY kind, told DESC, name
"""
_PUBLISHED = """
SELECT DISTINCT gene, tumour, event AS alteration, percent, altered, patients, measured_by, source
FROM rows WHERE kind = 'frequency' ORDER BY gene, tumour, source, percent
"""
_VERSIONS = """
SELECT knowledge_version, knowledge_hash, netboard_version, count(*) AS samples
FROM rows WHERE kind = 'sample' GROUP BY ALL ORDER BY samples DESC, knowledge_hash
"""


def summarise(
    parts: Sequence[Path], *, failed: Sequence[Failed] = (), reports: Mapping[str, str] | None = None
) -> Cohort:
    """Return the cohort of the Parquet files ``parts``.

    ``failed`` are the samples of manifests that have no result; ``reports`` gives, by sample, the place
    of its report relative to the page.

    Raises
    ------
    ConfigError
        When the extra ``cohort`` is not installed.
    InputError
        When a file is no such Parquet, or a sample stands in the cohort twice.
    """
    connection = _open(parts)
    _refuse_repeats(connection)
    samples = _fetch(connection, "SELECT * FROM rows WHERE kind = 'sample' ORDER BY sample")
    links = reports or {}
    genes = _genes(connection, len(samples))
    cohort = Cohort(
        samples=tuple({**row, "report": links.get(str(row["sample"]), "")} for row in samples),
        failed=tuple(failed),
        genes=genes,
        alterations=_fetch(connection, _ALTERATIONS),
        arms=_fetch(connection, _ARMS),
        therapies=_fetch(connection, _THERAPIES),
        published=_fetch(connection, _PUBLISHED),
        versions=_fetch(connection, _VERSIONS),
        markers=_fetch(connection, _MARKERS),
        marker_counts=_fetch(connection, _MARKER_COUNTS),
        two_hits=_fetch(connection, _TWO_HITS),
        patients=len({str(row["patient"] or f"sample {row['sample']}") for row in samples}),
        seen=_seen(connection, recurrent(genes)[:PICTURE_GENES]),
    )
    connection.close()
    return cohort


def write_merged(parts: Sequence[Path], path: Path) -> None:
    """Write every row of ``parts`` as one Parquet file, ordered by sample, whole or not at all."""
    connection = _open(parts)
    with atomic_path(path) as aside:
        connection.execute(
            f"COPY (SELECT * FROM rows ORDER BY sample, kind, gene, scope, finding_id, line_id) "
            f"TO {quoted(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
        )
    connection.close()


def recurrent(genes: Sequence[GeneCount]) -> list[str]:
    """Return the genes with any alteration, the most often altered first."""
    total: dict[str, int] = {}
    for row in genes:
        hits = row.altered + row.altered_elsewhere + row.undetermined
        if hits:
            total[row.gene] = total.get(row.gene, 0) + hits
    return sorted(total, key=lambda gene: (-total[gene], gene))


def _open(parts: Sequence[Path]) -> Any:
    """Return a connection with a view ``rows`` over all parts."""
    connection = connect()
    files = quoted_list([str(part) for part in parts])
    try:
        # Files of an older netboard lack the columns added since: they are unknown there.
        columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in COLUMNS.items())
        connection.execute(
            f"CREATE VIEW rows AS SELECT * FROM read_parquet({files}, union_by_name = true) "
            f"UNION ALL BY NAME (SELECT {columns} WHERE false)"
        )
        versions = connection.execute(
            "SELECT DISTINCT store_version FROM rows WHERE kind = 'sample'"
        ).fetchall()
    except Exception as error:  # duckdb's own errors; its module is imported lazily
        first = str(error).splitlines()[0]
        raise InputError(
            f"a Parquet file of the cohort cannot be read ({first})",
            where=", ".join(str(part) for part in parts[:3]),
            remedy="Run the batch again, or give its S.json files instead.",
        ) from None
    other = sorted(str(version) for (version,) in versions if version != STORE_VERSION)
    if other:
        raise InputError(
            f"rows of store version {', '.join(other)} cannot be read by this netboard (version {STORE_VERSION})",
            remedy="Run those batches again, or give their S.json files instead.",
        )
    return connection


def _refuse_repeats(connection: Any) -> None:
    repeated = connection.execute(
        "SELECT sample FROM rows WHERE kind = 'sample' GROUP BY sample HAVING count(*) > 1 ORDER BY sample"
    ).fetchall()
    if repeated:
        names = ", ".join(name for (name,) in repeated[:5])
        raise InputError(
            f"{len(repeated)} sample(s) stand in the cohort more than once: {names}",
            remedy="Give each sample once; a sample counted twice would shift every frequency.",
        )


def _fetch(connection: Any, query: str) -> tuple[Mapping[str, Any], ...]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _genes(connection: Any, samples: int) -> tuple[GeneCount, ...]:
    counts = []
    for row in _fetch(connection, _GENES):
        denominator = row["assessed"] - row["undetermined"]
        low, high = score_interval(row["altered"], denominator) if denominator else (None, None)
        counts.append(
            GeneCount(
                **row,
                denominator=denominator,
                frequency=row["altered"] / denominator if denominator else None,
                low=low,
                high=high,
                # A gene that an older knowledge base did not list was not assessed in its samples.
                not_assessed=samples - row["assessed"] - row["partly"] - row["undeclared"],
            )
        )
    return tuple(sorted(counts, key=_gene_rank))


def _gene_rank(row: GeneCount) -> tuple[int, int, str, str]:
    return (-row.altered, -row.altered_elsewhere, row.gene, row.scope)


def _seen(connection: Any, genes: Sequence[str]) -> dict[tuple[str, str], str]:
    if not genes:
        return {}
    names = ", ".join(quoted(gene) for gene in genes)
    found = connection.execute(
        "SELECT gene, sample, seen FROM rows "
        f"WHERE kind = 'gene' AND scope = 'small_variants' AND gene IN ({names})"
    ).fetchall()
    return {(gene, sample): seen for gene, sample, seen in found}
