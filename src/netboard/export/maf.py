"""Mutation Annotation Format 2.4, with the columns that cohort tools read.

Only small variants have a place in a MAF; findings of other kinds are counted in a comment, so that
nobody takes the file for complete. Classes follow the GDC's table of Sequence Ontology terms. A coding
change whose amino acid is not determined gets no protein class: it is a ``Targeted_Region``, the one
class of the format that states no effect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from netboard.export.rows import Cell
from netboard.export.tsv import table
from netboard.model.result import Finding, Interpretation, NonCoding

COLUMNS = (
    "Hugo_Symbol", "Entrez_Gene_Id", "Center", "NCBI_Build", "Chromosome", "Start_Position", "End_Position",
    "Strand", "Variant_Classification", "Variant_Type", "Reference_Allele", "Tumor_Seq_Allele1",
    "Tumor_Seq_Allele2", "dbSNP_RS", "dbSNP_Val_Status", "Tumor_Sample_Barcode",
    "Matched_Norm_Sample_Barcode", "Mutation_Status", "HGVSc", "HGVSp", "HGVSp_Short", "Transcript_ID",
    "Exon_Number", "t_depth", "t_ref_count", "t_alt_count", "n_depth", "n_ref_count", "n_alt_count",
    "Consequence", "FILTER", "vcf_pos", "netboard_event", "netboard_significance", "netboard_id",
)  # fmt: skip

#: Sequence Ontology term -> class, most telling first; frameshifts and in-frame changes are by length.
_CLASSES: Mapping[str, str] = {
    "splice_acceptor_variant": "Splice_Site",
    "splice_donor_variant": "Splice_Site",
    "stop_gained": "Nonsense_Mutation",
    "stop_lost": "Nonstop_Mutation",
    "start_lost": "Translation_Start_Site",
    "missense_variant": "Missense_Mutation",
    "synonymous_variant": "Silent",
    "stop_retained_variant": "Silent",
    "start_retained_variant": "Silent",
    "splice_region_variant": "Splice_Region",
    "5_prime_UTR_variant": "5'UTR",
    "3_prime_UTR_variant": "3'UTR",
    "intron_variant": "Intron",
    "upstream_gene_variant": "5'Flank",
    "downstream_gene_variant": "3'Flank",
    "non_coding_transcript_exon_variant": "RNA",
    "intergenic_variant": "IGR",
}
_BY_LENGTH: Mapping[str, tuple[str, str]] = {
    "frameshift_variant": ("Frame_Shift_Del", "Frame_Shift_Ins"),
    "inframe_deletion": ("In_Frame_Del", "In_Frame_Del"),
    "inframe_insertion": ("In_Frame_Ins", "In_Frame_Ins"),
    "protein_altering_variant": ("In_Frame_Del", "In_Frame_Ins"),
}
_THREE_TO_ONE: Mapping[str, str] = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*", "Sec": "U", "Xaa": "X",
}  # fmt: skip
_RESIDUE = re.compile("|".join(_THREE_TO_ONE))


def maf(result: Interpretation) -> str:
    """Return the small variants of one sample as MAF."""
    others = [
        finding for finding in result.findings if finding.type != "small_variant" or finding.variant is None
    ]
    comments = ["#version 2.4", f"#netboard {result.provenance.get('netboard_version', '')}".rstrip()]
    if others:
        comments.append(
            f"#{len(others)} findings of other kinds (copy number, rearrangement) are not in this file"
        )
    rows = [_finding(result, item) for item in result.findings if item not in others]
    rows.extend(_non_coding(result, item) for item in result.non_coding)
    return "\n".join(comments) + "\n" + table(COLUMNS, rows)


def _finding(result: Interpretation, finding: Finding) -> dict[str, Cell]:
    assert finding.variant is not None
    locus = finding.variant
    row = _place(result, finding.gene, locus.chrom, locus.pos, locus.ref, locus.alt)
    class_ = classification(finding.consequence, finding.event, locus.ref, locus.alt)
    onco = finding.oncogenicity
    row.update(
        NCBI_Build=locus.build,
        Variant_Classification=class_,
        Mutation_Status="Somatic" if finding.origin == "somatic" else "Unknown",
        HGVSc=finding.hgvsc,
        HGVSp=finding.hgvsp,
        HGVSp_Short=short_protein(finding.hgvsp),
        Transcript_ID=finding.transcript,
        Exon_Number=finding.exon,
        t_depth=finding.depth,
        t_alt_count=finding.alt_depth,
        Consequence=",".join(finding.consequence),
        FILTER=finding.filter,
        netboard_event=finding.event,
        netboard_significance=onco.significance if onco is not None else None,
        netboard_id=finding.id,
    )
    return row


def _non_coding(result: Interpretation, item: NonCoding) -> dict[str, Cell]:
    row = _place(result, item.gene, item.chrom, item.pos, item.ref, item.alt)
    terms = item.consequence.split("&")
    row.update(
        Variant_Classification=classification(terms, "non_coding", item.ref, item.alt),
        Mutation_Status="Unknown",
        HGVSc=item.hgvsc,
        Consequence=",".join(terms),
        FILTER=item.filter,
        netboard_event="non_coding",
    )
    return row


def _place(result: Interpretation, gene: str, chrom: str, pos: int, ref: str, alt: str) -> dict[str, Cell]:
    start, end, short_ref, short_alt, kind = place(pos, ref, alt)
    normal = result.provenance.get("normal_column")
    return {
        "Hugo_Symbol": gene,
        # 0 is what the format says where the identifier is not at hand.
        "Entrez_Gene_Id": 0,
        "Center": "",
        "NCBI_Build": str(result.provenance.get("build") or ""),
        "Chromosome": chrom,
        "Start_Position": start,
        "End_Position": end,
        "Strand": "+",
        "Variant_Type": kind,
        "Reference_Allele": short_ref,
        "Tumor_Seq_Allele1": short_ref,
        "Tumor_Seq_Allele2": short_alt,
        "Tumor_Sample_Barcode": result.sample,
        "Matched_Norm_Sample_Barcode": str(normal) if normal else None,
        "vcf_pos": pos,
    }


def place(pos: int, ref: str, alt: str) -> tuple[int, int, str, str, str]:
    """Return (start, end, reference, alternate, type) in MAF convention for a VCF allele.

    Positions are 1-based and closed. The anchoring base of an indel goes; an insertion lies between
    its start and its end, and the missing side is written ``-``.
    """
    shared = 0
    if len(ref) != len(alt):
        while shared < min(len(ref), len(alt)) and ref[shared] == alt[shared]:
            shared += 1
    short_ref, short_alt = ref[shared:], alt[shared:]
    start = pos + shared
    if not short_ref:
        return start - 1, start, "-", short_alt, "INS"
    end = start + len(short_ref) - 1
    if not short_alt:
        return start, end, short_ref, "-", "DEL"
    if len(short_ref) != len(short_alt):
        return start, end, short_ref, short_alt, "DEL" if len(short_ref) > len(short_alt) else "INS"
    kind = {1: "SNP", 2: "DNP", 3: "TNP"}.get(len(short_ref), "ONP")
    return start, end, short_ref, short_alt, kind


def classification(terms: Sequence[str], event: str, ref: str, alt: str) -> str:
    """Return the Variant_Classification of an allele by its Sequence Ontology terms."""
    if event == "undetermined":
        return "Targeted_Region"
    for term in terms:
        if term in _BY_LENGTH:
            deletion, insertion = _BY_LENGTH[term]
            return deletion if len(ref) > len(alt) else insertion
        if term in _CLASSES:
            return _CLASSES[term]
    return "Targeted_Region"


def short_protein(name: str | None) -> str | None:
    """Return ``p.V600E`` for ``NP_...:p.(Val600Glu)``, None where no protein name is proved."""
    if not name:
        return None
    plain = name.rsplit(":", 1)[-1].replace("(", "").replace(")", "")
    return _RESIDUE.sub(lambda match: _THREE_TO_ONE[match[0]], plain)
