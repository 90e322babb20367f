"""``S.annotated.vcf.gz`` with its index: the findings as records of their own, for viewers and databases.

It is written from the result, not from the input file, so it holds the normalised alleles of the report
on the contigs of its build, one record per finding. Values of INFO are percent-encoded as VCF 4.3
(section 1.2) asks for.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netboard.errors import InputError
from netboard.export.rows import Cell, variant_rows
from netboard.model.result import Finding, Interpretation

if TYPE_CHECKING:
    import pysam

CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y", "MT")
#: Lengths of chromosomes 1 to 22, X, Y and the mitochondrion (NCBI assembly reports GCF_000001405.13
#: and .26; the mitochondrion is NC_012920.1 on both).
LENGTHS: Mapping[str, tuple[int, ...]] = {
    "GRCh37": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431,
        135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248,
        59128983, 63025520, 48129895, 51304566, 155270560, 59373566, 16569,
    ),
    "GRCh38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717,
        133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285,
        58617616, 64444167, 46709983, 50818468, 156040895, 57227415, 16569,
    ),
}  # fmt: skip

#: INFO key -> (column of the variant table, VCF type, description).
INFO: Mapping[str, tuple[str, str, str]] = {
    "NETBOARD_ID": ("id", "String", "Id of the finding in S.json"),
    "NETBOARD_GENE": ("gene", "String", "Gene symbol"),
    "NETBOARD_EVENT": ("event", "String", "Event of the gene"),
    "NETBOARD_CONSEQUENCE": ("consequence", "String", "Sequence Ontology terms, joined by &"),
    "NETBOARD_HGVSC": ("hgvsc", "String", "HGVS coding name, where proved"),
    "NETBOARD_HGVSP": ("hgvsp", "String", "HGVS protein name, where proved"),
    "NETBOARD_TRANSCRIPT": ("transcript", "String", "Transcript of the names"),
    "NETBOARD_NMD_RULE": ("nmd_rule", "String", "Rule by which a premature stop escapes decay"),
    "NETBOARD_HOTSPOT": ("hotspot", "String", "Recurrent allele or residue"),
    "NETBOARD_SIGNIFICANCE": ("significance", "String", "pathogenic, uncertain or benign"),
    "NETBOARD_ONCOGENICITY": ("oncogenicity", "String", "Class by the points standard"),
    "NETBOARD_SUPPORT": ("support", "String", "Read support: adequate, low or unknown"),
    "NETBOARD_ORIGIN": ("origin", "String", "somatic, germline_suspect or unknown"),
    "NETBOARD_CONFLICT": ("conflict", "String", "What the sources disagree on"),
    "NETBOARD_TIER_AMP": ("tier_amp", "String", "AMP/ASCO/CAP tier"),
    "NETBOARD_TIER_ESCAT": ("tier_escat", "String", "ESCAT tier"),
    "NETBOARD_STATEMENTS": ("statements", "String", "Statements that rest on it, as id=match"),
    "NETBOARD_FLAGS": ("flags", "String", "Warnings"),
}
_RESERVED = re.compile(r"[%;=,:<>\"\s]")


def write_vcf(result: Interpretation, path: Path) -> None:
    """Write the findings as ``path`` (bgzip-compressed VCF) and its index ``path.tbi``.

    A finding without a place in the genome is named in the header, so that none is dropped silently.

    Raises
    ------
    InputError
        When the result does not say its genome build.
    """
    import pysam

    build = str(result.provenance.get("build") or "")
    if build not in LENGTHS:
        raise InputError(
            f"the result of {result.sample!r} does not say a genome build that is known ({build or 'none'})",
            remedy="Run the VCF again; a VCF cannot be written without its contigs.",
        )
    placed = [finding for finding in result.findings if _has_place(finding)]
    placed.sort(key=_order)
    rows = {str(row["id"]): row for row in variant_rows(result) if row["row"] == "finding"}
    header = _header(result, build, placed, [f.id for f in result.findings if not _has_place(f)])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name[:60]}.", dir=path.parent) as directory:
        # bgzip needs a real file name; both files are complete before either appears.
        aside = Path(directory) / "findings.vcf.gz"
        with pysam.VariantFile(str(aside), "wz", header=header) as out:
            for finding in placed:
                out.write(_record(out, finding, rows[finding.id]))
        pysam.tabix_index(str(aside), preset="vcf", force=True)
        os.replace(aside, path)
        os.replace(f"{aside}.tbi", f"{path}.tbi")


def _has_place(finding: Finding) -> bool:
    return finding.variant is not None and finding.variant.chrom in CHROMOSOMES


def _order(finding: Finding) -> tuple[int, int, str]:
    assert finding.variant is not None
    return (CHROMOSOMES.index(finding.variant.chrom), finding.variant.pos, finding.id)


def _header(
    result: Interpretation, build: str, placed: Sequence[Finding], unplaced: Sequence[str]
) -> pysam.VariantHeader:
    import pysam

    header = pysam.VariantHeader()
    header.add_line("##fileformat=VCFv4.3")
    version, knowledge = result.provenance.get("netboard_version"), result.provenance.get("knowledge_version")
    header.add_line(f"##source=netboard {version or ''} knowledge {knowledge or 'not stored'}")
    header.add_line(f"##reference={build}")
    for finding_id in unplaced:
        header.add_line(f"##netboard_without_place={encoded(finding_id)}")
    for chrom, length in zip(CHROMOSOMES, LENGTHS[build], strict=True):
        header.add_line(f"##contig=<ID={chrom},length={length},assembly={build}>")
    header.add_line('##INFO=<ID=END,Number=1,Type=Integer,Description="End of the stretch">')
    for key, (_, kind, text) in INFO.items():
        header.add_line(f'##INFO=<ID={key},Number=1,Type={kind},Description="{text}">')
    header.add_line('##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads at the place">')
    header.add_line('##FORMAT=<ID=AO,Number=A,Type=Integer,Description="Reads that carry the allele">')
    header.add_line('##FORMAT=<ID=AF,Number=A,Type=Float,Description="Share of reads that carry the allele">')
    symbolic = {f.variant.alt for f in placed if f.variant is not None and f.variant.alt.startswith("<")}
    for alt in sorted(symbolic):
        header.add_line(f'##ALT=<ID={alt.strip("<>")},Description="{alt.strip("<>")} as reported">')
    for name in sorted({name for finding in placed for name in _filters(finding)} - {"PASS"}):
        header.add_line(f'##FILTER=<ID={name},Description="Filter of the caller">')
    header.add_sample(" ".join(result.sample.split()))
    return header


def _filters(finding: Finding) -> list[str]:
    return [encoded(name) for name in finding.filter.split(";") if name not in ("", ".")]


def _record(out: Any, finding: Finding, row: Mapping[str, Cell]) -> Any:
    locus = finding.variant
    assert locus is not None
    record = out.new_record(
        contig=locus.chrom,
        # pysam counts from 0 here.
        start=locus.pos - 1,
        stop=locus.end if locus.end is not None else locus.pos - 1 + len(locus.ref),
        alleles=(locus.ref, locus.alt),
        filter=_filters(finding) or None,
    )
    for key, (column, _, _) in INFO.items():
        value = row[column]
        if value not in (None, ""):
            record.info[key] = encoded(str(value))
    sample = record.samples[0]
    if finding.depth is not None:
        sample["DP"] = finding.depth
    if finding.alt_depth is not None:
        sample["AO"] = (finding.alt_depth,)
    if finding.vaf is not None:
        sample["AF"] = (finding.vaf,)
    return record


def encoded(text: str) -> str:
    """Return ``text`` with the characters that VCF reserves in a value or a header line percent-encoded."""
    return _RESERVED.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)
