"""Whole lines as annotators write them, through the reader and the engine: what is taken from each.

The BCSQ lines were written by bcftools csq 1.24; those of VEP, SnpEff and Funcotator have their columns and order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches, embedded
from netboard.interpret.events import finding_of
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect, UpstreamCall
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Variant
from netboard.variants.reader import read_file

VEP_95 = (
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|"
    "CDS_position|Protein_position|Amino_acids|Codons|Existing_variation|DISTANCE|STRAND|FLAGS|SYMBOL_SOURCE|HGNC_ID"
)
VEP_113 = (
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|"
    "CDS_position|Protein_position|Amino_acids|Codons|Existing_variation|DISTANCE|STRAND|FLAGS|PICK|SYMBOL_SOURCE|"
    "HGNC_ID|CANONICAL|MANE|MANE_SELECT|MANE_PLUS_CLINICAL|SIFT|PolyPhen|gnomADe_AF|CLIN_SIG"
)
SNPEFF = (
    "Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | "
    "Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | "
    "ERRORS / WARNINGS / INFO"
)
FUNCOTATOR = (
    "Gencode_43_hugoSymbol|Gencode_43_ncbiBuild|Gencode_43_chromosome|Gencode_43_start|Gencode_43_end|"
    "Gencode_43_variantClassification|Gencode_43_secondaryVariantClassification|Gencode_43_variantType|"
    "Gencode_43_refAllele|Gencode_43_tumorSeqAllele1|Gencode_43_tumorSeqAllele2|Gencode_43_genomeChange|"
    "Gencode_43_annotationTranscript|Gencode_43_transcriptStrand|Gencode_43_transcriptExon|"
    "Gencode_43_transcriptPos|Gencode_43_cDnaChange|Gencode_43_codonChange|Gencode_43_proteinChange|"
    "Gencode_43_gcContent|Gencode_43_referenceContext|Gencode_43_otherTranscripts"
)
DEFINED = {
    "CSQ": f'"Consequence annotations from Ensembl VEP. Format: {VEP_113}"',
    "ANN": f"\"Functional annotations: '{SNPEFF}' \"",
    "BCSQ": '"Haplotype-aware consequence annotation from BCFtools/csq, see '
    "http://samtools.github.io/bcftools/howtos/csq-calling.html for details. Format: "
    'Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"',
    "FUNCOTATION": f'"Functional annotation from the Funcotator tool.  Funcotation fields are: {FUNCOTATOR}"',
}
R175H = ("chr17", 7675088, "C", "T")
E1593X = ("chr13", 32339132, "G", "T")
CSQ_R175H = (
    "T|missense_variant|MODERATE|TP53|ENSG00000141510|Transcript|ENST00000269305|protein_coding|5/11||"
    "ENST00000269305.9:c.524G>A|ENSP00000269305.4:p.Arg175His|666|524|175|R/H|cGc/cAc|rs28934578&COSV52661038||-1|||"
    "HGNC|HGNC:11998|YES|MANE_Select|NM_000546.6||deleterious(0.03)|probably_damaging(0.99)|1.2e-05|"
    "pathogenic&likely_pathogenic"
)
CSQ_OTHER = (
    "T|upstream_gene_variant|MODIFIER|TP53|ENSG00000141510|Transcript|ENST00000574684|processed_transcript|||||||||||"
    "1234|-1||1|HGNC|HGNC:11998||||||||"
)
ANN_R175H = (
    "T|missense_variant|MODERATE|TP53|ENSG00000141510|transcript|ENST00000269305.9|protein_coding|5/11|c.524G>A|"
    "p.Arg175His|666/2512|524/1182|175/393||"
)
ANN_E1593X = (
    "T|stop_gained|HIGH|BRCA2|ENSG00000139618|transcript|ENST00000380152.8|protein_coding|11/27|c.4777G>T|"
    "p.Glu1593*|4976/11954|4777/10257|1593/3418||,"
    "T|downstream_gene_variant|MODIFIER|BRCA2|ENSG00000139618|transcript|ENST00000614259.2|nonsense_mediated_decay||"
    "c.*999G>T|||||999|WARNING_TRANSCRIPT_NO_START_CODON"
)
FUNCOTATION_R175H = (
    "[TP53|hg38|chr17|7675088|7675088|MISSENSE||SNP|C|C|T|g.chr17:7675088C>T|ENST00000269305.9|-|5|666|c.524G>A|"
    "c.(523-525)cGc>cAc|p.R175H|0.6|CAGCCGCCAC|ENST00000359597.8_MISSENSE_p.R175H/ENST00000413465.6_MISSENSE_p.R175H]"
)
Told = dict[str, tuple[Variant, Effect]]
Read = Callable[..., Told]


@pytest.fixture
def read(tmp_path: Path, knowledge: Knowledge) -> Read:
    """Return a function: (records with their INFO, definitions) to effects by ``pos`` and gene."""

    def _read(*records: tuple[str, int, str, str, str], hidden: bool = False, **given: object) -> Told:
        definitions: list[tuple[str, str]] = given.get("definitions", list(DEFINED.items()))  # type: ignore[assignment]
        lines = ["##fileformat=VCFv4.2", "##contig=<ID=chr1,length=248956422>"]
        lines += [f"##INFO=<ID={key},Number=.,Type=String,Description={text}>" for key, text in definitions]
        lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT1")
        genotypes: dict[int, str] = given.get("genotypes", {})  # type: ignore[assignment]
        for chrom, pos, ref, alt, info in sorted(records, key=lambda r: (r[0], r[1])):
            lines.append(f"{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t{info}\tGT\t{genotypes.get(pos, '0/1')}")
        path = tmp_path / "lines.vcf"
        path.write_text("\n".join(lines) + "\n")
        sequences = {build: embedded(knowledge.panel, build) for build in BUILDS}
        reading = read_file(str(path), knowledge.panel, sequences)
        assert reading.build == "GRCh38"
        sequence = KnownStretches("GRCh38", ()) if hidden else sequences["GRCh38"]
        engine = ConsequenceEngine(knowledge.panel, "GRCh38", sequence, reading.header.annotations)
        (sample,) = reading.samples
        return {
            f"{variant.pos} {effect.gene}": (variant, effect)
            for variant, effects in engine.effects_of_sample(sample.variants)
            for effect in effects
        }

    return _read


def call(told: Told, name: str, key: str = "") -> UpstreamCall:
    calls = [item for item in told[name][1].upstream if key in ("", item.key)]
    assert len(calls) == 1
    return calls[0]


def test_a_vep_line_of_release_113(read: Read) -> None:
    found = call(read((*R175H, f"DP=88;CSQ={CSQ_OTHER},{CSQ_R175H}")), "7675088 TP53")
    assert (found.transcript, found.chosen_by, found.on_panel_transcript) == (
        "ENST00000269305",
        "mane_select",
        True,
    )
    assert (found.terms, found.event) == (("missense_variant",), "missense")
    assert found.hgvsp == "ENSP00000269305.4:p.Arg175His"
    assert (found.population_frequency, found.population_source) == (1.2e-05, "CSQ/gnomADe_AF")


def test_a_vep_line_with_joined_terms_and_an_escaped_equals_sign(read: Read) -> None:
    info = (
        "CSQ=T|splice_region_variant&synonymous_variant|LOW|TP53|ENSG00000141510|Transcript|ENST00000269305|"
        "protein_coding|4/11||ENST00000269305.9:c.375G>A|ENSP00000269305.4:p.Thr125%3D|517|375|125|T|acG/acA|||-1||1|"
        "HGNC|HGNC:11998|YES|MANE_Select|NM_000546.6||||||"
    )
    told = read(("chr17", 7675994, "C", "T", info))
    found = call(told, "7675994 TP53")
    assert found.terms == ("splice_region_variant", "synonymous_variant")
    assert (found.event, found.hgvsp) == ("synonymous", "ENSP00000269305.4:p.Thr125=")
    assert told["7675994 TP53"][1].agrees is True


def test_a_file_annotated_twice_with_two_definitions_is_read_record_by_record(read: Read) -> None:
    """The second annotation reached some records only; each is read by the definition that fits it."""
    old = (
        "T|missense_variant|MODERATE|TP53|ENSG00000141510|Transcript|ENST00000269305.8|protein_coding|5/11||||714|524|"
        "175|R/H|cGc/cAc|||-1||HGNC|HGNC:11998"
    )
    new = (
        "T|stop_gained|HIGH|BRCA2|ENSG00000139618|Transcript|ENST00000380152|protein_coding|11/27||"
        "ENST00000380152.8:c.4777G>T|ENSP00000369497.3:p.Glu1593Ter|4976|4777|1593|E/*|Gag/Tag|||1||1|HGNC|HGNC:1101|"
        "YES|MANE_Select|NM_000059.4||||||"
    )
    for first, second in ((VEP_95, VEP_113), (VEP_113, VEP_95)):
        text = '"Consequence annotations from Ensembl VEP. Format: {}"'
        definitions = [("CSQ", text.format(first)), ("CSQ", text.format(second))]
        told = read((*R175H, f"CSQ={old}"), (*E1593X, f"CSQ={new}"), definitions=definitions)
        earlier, later = call(told, "7675088 TP53"), call(told, "32339132 BRCA2")
        assert (earlier.event, earlier.hgvsp, earlier.on_panel_transcript) == (
            "missense",
            "p.Arg175His",
            True,
        )
        assert (later.event, later.hgvsp) == ("truncating", "ENSP00000369497.3:p.Glu1593Ter")
        both = read((*R175H, f"CSQ={old};CSQ={CSQ_R175H}"), definitions=definitions)
        assert call(both, "7675088 TP53").event == "missense"


def test_a_record_without_csq_beside_one_with_it(read: Read) -> None:
    told = read((*R175H, f"CSQ={CSQ_R175H}"), (*E1593X, "DP=60"), ("chr17", 7674220, "C", "T", "."))
    assert told["32339132 BRCA2"][1].upstream == ()
    assert told["32339132 BRCA2"][1].hgvsp == "NP_000050.3:p.(Glu1593Ter)"
    assert told["7674220 TP53"][1].agrees is None


def test_a_snpeff_line_with_lof_and_nmd(read: Read, knowledge: Knowledge) -> None:
    loss = "(BRCA2|ENSG00000139618|3|0.67)"
    told = read((*E1593X, f"ANN={ANN_E1593X};LOF={loss};NMD={loss}"))
    found = call(told, "32339132 BRCA2")
    assert (found.terms, found.event, found.chosen_by) == (("stop_gained",), "truncating", "panel_transcript")
    assert found.hgvsp == "p.Glu1593*"
    assert found.remarks == ("LOF: 67% of 3 transcripts", "NMD: 67% of 3 transcripts")
    variant, effect = told["32339132 BRCA2"]
    finding = finding_of(variant, effect, knowledge.panel, Settings(), matched_normal=False)
    assert finding.upstream is not None
    assert finding.upstream.remarks == found.remarks
    # Of several alleles the tags name none.
    several = read(
        ("chr13", 32339132, "G", "T,A", f"ANN={ANN_E1593X};LOF={loss}"), genotypes={32339132: "1/2"}
    )
    assert call(several, "32339132 BRCA2").remarks == ()


def test_malformed_lof_tags_say_nothing(read: Read) -> None:
    told = read((*E1593X, f"ANN={ANN_E1593X};LOF=(BRCA2|x|many|0.67),BRCA2,(BRCA2|ENSG1|2|7);NMD"))
    assert call(told, "32339132 BRCA2").remarks == ()


def test_bcsq_lines_refer_to_the_record_that_holds_the_haplotype(read: Read) -> None:
    told = read(
        ("chr17", 7675088, "C", "T", "BCSQ=@7675089"),
        (
            "chr17",
            7675089,
            "G",
            "A",
            "BCSQ=missense|TP53|ENST00000269305|protein_coding|-|175R>175Y|7675088C>T+7675089G>A",
        ),
    )
    for name in ("7675088 TP53", "7675089 TP53"):
        found = call(told, name)
        assert (found.event, found.compound, found.hgvsp) == ("missense", True, None)
        assert found.on_panel_transcript
    # The record that is referred to is not in the file: nothing is said.
    alone = read(("chr17", 7675088, "C", "T", "BCSQ=@7675089"))
    assert alone["7675088 TP53"][1].upstream == ()


def test_a_compound_frameshift_is_told_as_one_of_several_alleles_together(read: Read) -> None:
    together = (
        "BCSQ=frameshift|TP53|ENST00000269305|protein_coding|-|168HMTEV*>168SHDGRL*|7675100T>TG+7675110G>GA"
    )
    told = read(
        ("chr17", 7675100, "T", "TG", "BCSQ=@7675110"),
        ("chr17", 7675110, "G", "GA", together),
        genotypes={7675100: "1|0", 7675110: "1|0"},
    )
    calls = [item for _, effect in told.values() for item in effect.upstream]
    assert [(item.event, item.compound) for item in calls] == [("truncating", True)] * 2
    hidden = read(("chr17", 7675110, "G", "A", "BCSQ=*missense|TP53|ENST00000269305|protein_coding|-|171E>171K|7675100T>TG+7675110G>A"), hidden=True)  # fmt: skip
    effect = hidden["7675110 TP53"][1]
    assert (effect.source, "annotated_with_its_haplotype" in effect.flags) == ("upstream", True)


def test_a_funcotator_line(read: Read) -> None:
    found = call(read((*R175H, f"FUNCOTATION={FUNCOTATION_R175H}")), "7675088 TP53")
    assert (found.transcript, found.event) == ("ENST00000269305.9", "missense")
    assert (found.hgvsc, found.hgvsp) == ("c.524G>A", "p.R175H")


def test_several_annotators_in_one_file_are_all_heard_and_all_shown(read: Read, knowledge: Knowledge) -> None:
    bcsq = "missense|TP53|ENST00000269305|protein_coding|-|175R>175H|7675088C>T"
    told = read((*R175H, f"CSQ={CSQ_R175H};ANN={ANN_R175H};BCSQ={bcsq};FUNCOTATION={FUNCOTATION_R175H}"))
    variant, effect = told["7675088 TP53"]
    assert [item.key for item in effect.upstream] == ["CSQ", "ANN", "BCSQ", "FUNCOTATION"]
    assert {item.event for item in effect.upstream} == {"missense"}
    assert (effect.source, effect.agrees, effect.conflict) == ("sequence", True, None)
    finding = finding_of(variant, effect, knowledge.panel, Settings(), matched_normal=False)
    assert [note.source for note in finding.upstream_notes] == ["CSQ", "ANN", "BCSQ", "FUNCOTATION"]
    # One of them says otherwise: it stands first, and the report has the sentence.
    wrong = ANN_R175H.replace("missense_variant", "stop_gained").replace("p.Arg175His", "p.Arg175*")
    variant, effect = read((*R175H, f"CSQ={CSQ_R175H};ANN={wrong}"))["7675088 TP53"]
    assert effect.conflict == "sequence says hotspot, ANN says truncating (stop_gained)"
    finding = finding_of(variant, effect, knowledge.panel, Settings(), matched_normal=False)
    assert finding.upstream_notes[0].source == "ANN"


def test_of_unmarked_transcripts_the_longest_coding_sequence_is_taken_and_that_is_said(read: Read) -> None:
    short = ANN_R175H.replace("ENST00000269305.9", "ENST00000504290.5").replace(
        "524/1182|175/393", "128/786|43/261"
    )
    short = short.replace("c.524G>A|p.Arg175His", "c.128G>A|p.Arg43His")
    longer = ANN_R175H.replace("ENST00000269305.9", "ENST00000445888.6")
    found = call(read((*R175H, f"ANN={short},{longer}")), "7675088 TP53")
    assert (found.transcript, found.chosen_by) == ("ENST00000445888.6", "longest_cds")
    assert not found.on_panel_transcript
    unknown = short.replace("128/786|43/261", "|")
    first = call(
        read((*R175H, f"ANN={unknown},{unknown.replace('ENST00000504290', 'ENST00000510385')}")),
        "7675088 TP53",
    )
    assert (first.transcript, first.chosen_by) == ("ENST00000504290.5", "first")


def test_a_missing_protein_change_never_stands_for_one(read: Read) -> None:
    """An annotator without names says missense: the event is taken, the residue is the codon's, no change is named."""
    bare = "T|missense_variant|MODERATE|TP53|ENSG00000141510|Transcript|ENST00000269305|protein_coding"
    info = f"CSQ={bare}{'|' * (VEP_113.count('|') - bare.count('|'))}"
    _, effect = read((*R175H, info), hidden=True)["7675088 TP53"]
    assert effect.upstream[0].hgvsp is None
    # The allele itself is in the list of recurrent ones, which names it; another allele of the codon is not.
    assert (effect.source, effect.hgvsp) == ("known_allele", "p.(Arg175His)")
    _, other = read(("chr17", 7675090, "C", "T", info), hidden=True)["7675090 TP53"]
    assert (other.source, other.event, other.hgvsp, other.proved) == ("upstream", "missense", None, False)
    elsewhere = info.replace("ENST00000269305", "ENST00000504290")
    named = elsewhere.replace("protein_coding|||", "protein_coding|||c.1C>T|p.Pro9Ser", 1)
    _, another = read(("chr17", 7675090, "C", "T", named), hidden=True)["7675090 TP53"]
    assert "upstream_on_another_transcript" in another.flags
    assert another.hgvsp is None
