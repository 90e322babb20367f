"""What an annotator writes into INFO: Ensembl VEP (CSQ), SnpEff (ANN) and bcftools csq (BCSQ).

The statements are those of ``alleles.tsv`` (names on the MANE Select transcript) and of
``background.tsv`` (the term the source gave); nothing is predicted here. VEP writes the fields its user
asks for, in the user's order: the order below is deliberately not the default one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

_IMPACT = {
    "frameshift_variant": "HIGH",
    "stop_gained": "HIGH",
    "splice_donor_variant": "HIGH",
    "missense_variant": "MODERATE",
    "synonymous_variant": "LOW",
}
_VEP_FIELDS = (
    "SYMBOL", "Consequence", "IMPACT", "HGVSc", "HGVSp", "Feature", "MANE_SELECT", "MANE_PLUS_CLINICAL",
    "CANONICAL", "PICK", "Allele", "Gene", "Feature_type", "BIOTYPE", "EXON", "HGNC_ID",
)  # fmt: skip
_ANN_FIELDS = (
    "Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | "
    "Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | "
    "AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO"
)
#: MANE Plus Clinical transcripts on which a residue has another number than on MANE Select.
_PLUS_CLINICAL = {
    "BRAF_V600E": ("ENST00000644969.2", "NM_001374258.1", "c.1919T>A", "ENSP00000496776.1:p.Val640Glu"),
}
_LETTERS = "ARNDCQEGHILKMFPSTWYV*"
_NAMES = "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrValTer"
_ONE_LETTER = {_NAMES[3 * i : 3 * i + 3]: letter for i, letter in enumerate(_LETTERS)}


@dataclass(frozen=True)
class Annotated:
    """An allele and what is known of it: a row of a table, and its transcript's row or {}."""

    pos: int
    ref: str
    alt: str
    facts: Mapping[str, str]
    transcript: Mapping[str, str]


def _vep_allele(record: Annotated) -> str:
    """VEP drops the anchoring base of an indel and writes ``-`` for nothing."""
    if len(record.ref) == len(record.alt):
        return record.alt
    return record.alt[1:] or "-"


def vep(record: Annotated) -> str:
    """Return the CSQ value."""
    facts, model = record.facts, record.transcript
    values = dict.fromkeys(_VEP_FIELDS, "")
    values |= {
        "SYMBOL": facts["gene"],
        "Consequence": facts["consequence"],
        "IMPACT": _IMPACT.get(facts["consequence"], "MODIFIER"),
        "Feature": model.get("ensembl") or facts.get("transcript", ""),
        "Gene": model.get("gene_id") or facts.get("gene_id", ""),
        "Feature_type": "Transcript",
        "BIOTYPE": "protein_coding",
        "Allele": _vep_allele(record),
        "PICK": "1",
    }
    entries = []
    if model:
        values |= {
            "HGVSc": f"{model['ensembl']}:{facts['hgvsc']}",
            "HGVSp": f"{model['ensembl_protein']}:{facts['hgvsp']}",
            "MANE_SELECT": model["refseq"],
            "CANONICAL": "YES",
            "EXON": f"{facts['exon']}/{model['exons']}",
            "HGNC_ID": model["hgnc"],
        }
        if facts["id"] in _PLUS_CLINICAL:
            # VEP lists every transcript; the first one here is not the one to report.
            feature, refseq, coding, protein = _PLUS_CLINICAL[facts["id"]]
            entries.append(
                values
                | {
                    "Feature": feature,
                    "HGVSc": f"{feature}:{coding}",
                    "HGVSp": protein,
                    "MANE_SELECT": "",
                    "MANE_PLUS_CLINICAL": refseq,
                    "CANONICAL": "",
                    "PICK": "",
                    "EXON": "",
                }
            )
    entries.append(values)
    return "CSQ=" + ",".join("|".join(entry[f] for f in _VEP_FIELDS) for entry in entries)


def snpeff(record: Annotated) -> str:
    """Return the ANN value, on RefSeq transcripts."""
    facts, model = record.facts, record.transcript
    term = facts["consequence"]
    residue = "".join(c for c in facts.get("hgvsp", "").partition(".")[2][3:] if c.isdigit())
    values = [
        record.alt, term, _IMPACT.get(term, "MODIFIER"), facts["gene"], facts["gene"], "transcript",
        model.get("refseq") or facts.get("transcript", ""), "protein_coding",
        f"{facts['exon']}/{model['exons']}" if model else "",
        facts.get("hgvsc", ""), facts.get("hgvsp", "").replace("Ter", "*"), "", "", residue, "", "",
    ]  # fmt: skip
    return "ANN=" + "|".join(values)


def bcsq(record: Annotated) -> str:
    """Return the BCSQ value: bcftools csq drops transcript versions and writes no HGVS."""
    facts, model = record.facts, record.transcript
    if not model:
        return ""
    term = facts["consequence"].removesuffix("_variant")
    head = [term, facts["gene"], model["ensembl"].partition(".")[0], "protein_coding"]
    if facts["hgvsp"]:
        first, residue, last = facts["hgvsp"][2:5], facts["hgvsp"][5:-3], facts["hgvsp"][-3:]
        change = f"{residue}{_ONE_LETTER[first]}>{residue}{_ONE_LETTER[last]}"
        head += [model["strand"], change, f"{record.pos}{record.ref}>{record.alt}"]
    return "BCSQ=" + "|".join(head)


@dataclass(frozen=True)
class Annotator:
    """Header lines and the way to write the INFO value of one allele."""

    header: tuple[str, ...]
    value: Callable[[Annotated], str]


ANNOTATORS: dict[str, Annotator] = {
    "vep": Annotator(
        (
            '##VEP="v112" assembly="GRCh38.p14" gencode="GENCODE 46"',
            '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
            f'Format: {"|".join(_VEP_FIELDS)}">',
        ),
        vep,
    ),
    "snpeff": Annotator(
        (
            '##SnpEffVersion="5.2a"',
            f"##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: '{_ANN_FIELDS}'\">",
        ),
        snpeff,
    ),
    "bcsq": Annotator(
        (
            '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Haplotype-aware consequence annotation from '
            'BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">',
            '##FORMAT=<ID=BCSQ,Number=.,Type=Integer,Description="Bitmask of indexes to INFO/BCSQ">',
        ),
        bcsq,
    ),
}
