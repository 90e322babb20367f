"""What annotators wrote into INFO, read by the header's own order and for the right allele and transcript."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.consequence.upstream import UpstreamReader
from netboard.model.effect import UpstreamCall
from netboard.model.evidence import Knowledge
from netboard.model.variant import Build, Gene, Panel, Transcript, Variant
from netboard.variants.header import annotation_fields

BUILD: Build = "GRCh38"


def model(gene: str, accession: str, ensembl: str, status: str = "MANE Select") -> Transcript:
    return Transcript(gene, BUILD, accession, "5", 1, ((100, 900),), 150, 850, status=status, ensembl=ensembl)


PANEL = Panel(
    genes={
        "ONEX": Gene(
            symbol="ONEX",
            name="first invented gene",
            hgnc_id="HGNC:90001",
            ncbi_gene_id="990001",
            ensembl_gene="ENSG00000900001",
            aliases=("OLD1", "SHARED"),
            transcripts=(
                model("ONEX", "NM_900001.4", "ENST00000900001.7"),
                model("ONEX", "NM_900002.1", "ENST00000900002.3", "MANE Plus Clinical"),
            ),
        ),
        "TWOX": Gene(
            symbol="TWOX",
            name="second invented gene",
            hgnc_id="HGNC:90002",
            aliases=("SHARED",),
            transcripts=(model("TWOX", "NM_900009", "ENST00000900009"),),
        ),
    },
    alleles=(),
)
CSQ = (
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|HGVSc|HGVSp|Protein_position|Amino_acids|"
    "ALLELE_NUM|PICK|HGNC_ID|CANONICAL|MANE_SELECT|MANE_PLUS_CLINICAL|gnomADe_AF|gnomADg_AF|MAX_AF|MAX_AF_POPS"
)
ANN = (
    "Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | "
    "Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | ERRORS / WARNINGS / INFO"
)
FUNCOTATION = (
    "Gencode_34_hugoSymbol|Gencode_34_ncbiBuild|Gencode_34_variantClassification|"
    "Gencode_34_secondaryVariantClassification|Gencode_34_tumorSeqAllele2|Gencode_34_annotationTranscript|"
    "Gencode_34_cDnaChange|Gencode_34_proteinChange|gnomAD_exome_AF|Gencode_34_otherTranscripts"
)
#: Descriptions as the tools write them; the field order is taken from there as for a real file.
FIELDS = {
    "CSQ": annotation_fields(f"Consequence annotations from Ensembl VEP. Format: {CSQ}"),
    "ANN": annotation_fields(f"Functional annotations: '{ANN}' "),
    "BCSQ": annotation_fields(
        "Local consequence annotation from BCFtools/csq. Format: "
        "Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"
    ),
    "FUNCOTATION": annotation_fields(
        f"Functional annotation from the Funcotator tool.  Funcotation fields are: {FUNCOTATION}"
    ),
}
READER = UpstreamReader(PANEL, BUILD, FIELDS)


def row(columns: str, **cells: str) -> str:
    names = [name.strip() for name in columns.split("|")]
    assert set(cells) <= set(names), "a test names a column that is not there"
    return "|".join(cells.get(name, "") for name in names)


def csq(terms: str = "missense_variant", **cells: str) -> str:
    base = {"Allele": "T", "SYMBOL": "ONEX", "Feature_type": "Transcript", "BIOTYPE": "protein_coding"}
    return row(CSQ, **(base | {"Consequence": terms} | cells))


def ann(terms: str = "missense_variant", **cells: str) -> str:
    base = {
        "Allele": "T",
        "Gene_Name": "ONEX",
        "Feature_Type": "transcript",
        "Transcript_BioType": "protein_coding",
    }
    return row(ANN, **(base | {"Annotation": terms} | cells))


def funcotation(classification: str, **cells: str) -> str:
    names = {f"Gencode_34_{name}" if not name.startswith("gnomAD") else name: v for name, v in cells.items()}
    base = {"Gencode_34_hugoSymbol": "ONEX", "Gencode_34_variantClassification": classification}
    return f"[{row(FUNCOTATION, **(base | names))}]"


def variant(key: str, text: str, ref: str = "C", alts: str = "T", index: int = 0, pos: int = 201) -> Variant:
    """Return the allele of a record as the reader hands it on, trimming of indels left aside."""
    every = alts.split(",")
    return Variant(
        build=BUILD,
        chrom="5",
        start=pos - 1,
        ref=ref,
        alt=every[index],
        sample="T",
        annotation={key: text},
        alt_index=index,
        ref_written=ref,
        alt_written=every[index],
        written=f"chr5\t{pos}\t.\t{ref}\t{alts}\t.\tPASS\t{key}={text}",
        changes=("split",) if len(every) > 1 else (),
    )


def only(found: tuple[UpstreamCall, ...]) -> UpstreamCall:
    assert len(found) == 1
    return found[0]


def call(key: str, text: str, **record: object) -> UpstreamCall:
    return only(READER.calls(variant(key, text, **record)))  # type: ignore[arg-type]


def test_a_record_without_annotation_gives_no_call() -> None:
    assert READER.calls(replace(variant("CSQ", ""), annotation={})) == ()
    assert READER.calls(variant("CSQ", "")) == ()
    assert READER.calls(variant("CSQ", csq(SYMBOL="OTHER"))) == ()


def test_vep_columns_are_found_by_name_in_any_order() -> None:
    text = csq(Feature="ENST00000900001.9", HGVSc="ENST00000900001.9:c.51C>T", HGVSp="ENSP1.2:p.Pro17Leu")
    expected = call("CSQ", text)
    turned = "|".join(reversed(text.split("|")))
    reader = UpstreamReader(PANEL, BUILD, {"CSQ": tuple(reversed(FIELDS["CSQ"]))})
    assert only(reader.calls(variant("CSQ", turned))) == expected
    assert expected.hgvsc == "ENST00000900001.9:c.51C>T"
    assert expected.hgvsp == "ENSP1.2:p.Pro17Leu"
    assert (expected.event, expected.terms, expected.gene) == ("missense", ("missense_variant",), "ONEX")


def test_an_escaped_equals_sign_is_read() -> None:
    assert call("CSQ", csq("synonymous_variant", HGVSp="ENSP1.2:p.Pro17%3D")).hgvsp == "ENSP1.2:p.Pro17="


def test_a_missing_protein_change_is_none() -> None:
    found = call("CSQ", csq("frameshift_variant", Protein_position="17", Amino_acids="P/X"))
    assert found.hgvsp is None
    assert found.hgvsc is None
    assert call("CSQ", csq("start_lost", Protein_position="1", Amino_acids="M/V")).hgvsp is None


def test_vep_without_hgvs_still_names_a_residue_it_states() -> None:
    assert call("CSQ", csq(Protein_position="17/320", Amino_acids="P/L")).hgvsp == "p.Pro17Leu"
    assert call("CSQ", csq("synonymous_variant", Protein_position="17", Amino_acids="P")).hgvsp == "p.Pro17="


@pytest.mark.parametrize(
    "cells",
    [
        {"SYMBOL": "ONEX"},
        {"SYMBOL": "OLD1"},
        {"SYMBOL": "RENAMED", "HGNC_ID": "HGNC:90001"},
        {"SYMBOL": "RENAMED", "HGNC_ID": "90001"},
        {"SYMBOL": "", "Gene": "ENSG00000900001.12"},
        {"SYMBOL": "", "Gene": "990001"},
    ],
)
def test_the_gene_is_found_by_symbol_alias_or_identifier(cells: dict[str, str]) -> None:
    assert call("CSQ", csq(**cells)).gene == "ONEX"


@pytest.mark.parametrize(
    "cells",
    [
        {"SYMBOL": "SHARED"},
        {"SYMBOL": "OLD1", "HGNC_ID": "HGNC:7"},
        {"SYMBOL": "OLD1", "Gene": "ENSG00000000007"},
        {"SYMBOL": "", "Gene": ""},
    ],
)
def test_a_doubtful_gene_name_is_nobodys(cells: dict[str, str]) -> None:
    assert READER.calls(variant("CSQ", csq(**cells))) == ()


def test_one_call_for_each_gene_and_key() -> None:
    text = ",".join([csq(), csq("upstream_gene_variant", SYMBOL="TWOX"), csq("intron_variant")])
    both = replace(variant("CSQ", text), annotation={"CSQ": text, "ANN": ann()})
    assert [(c.key, c.gene) for c in READER.calls(both)] == [
        ("CSQ", "ONEX"),
        ("CSQ", "TWOX"),
        ("ANN", "ONEX"),
    ]


OTHERS = {
    "first": csq("intron_variant", Feature="ENST1"),
    "pick": csq("stop_gained", Feature="ENST2", PICK="1"),
    "canonical": csq("synonymous_variant", Feature="ENST3", CANONICAL="YES"),
    "mane_plus_clinical": csq("start_lost", Feature="ENST00000900002.9"),
    "mane_select": csq("inframe_deletion", Feature="ENST5", MANE_SELECT="NM_777777.1"),
    "panel_transcript": csq("missense_variant", Feature="NM_900001.3"),
}


@pytest.mark.parametrize("best", list(OTHERS))
def test_the_transcript_is_chosen_by_rank_and_the_reason_is_kept(best: str) -> None:
    names = list(OTHERS)
    text = ",".join(OTHERS[name] for name in names[: names.index(best) + 1])
    found = call("CSQ", text)
    assert found.chosen_by == best
    assert found.on_panel_transcript is (best == "panel_transcript")
    assert found.transcript == OTHERS[best].split("|")[6]


@pytest.mark.parametrize(
    "cells",
    [
        {"Feature": "ENST00000900001.9", "MANE_SELECT": "NM_900001.4"},
        {"Feature": "ENST4", "MANE_SELECT": "NM_900001.4"},
        {"Feature": "NM_4", "MANE_SELECT": "ENST00000900001.7"},
        {"Feature": "ENST4", "MANE_SELECT": "YES"},
    ],
)
def test_the_mane_select_transcript_of_the_panel_is_known_by_either_accession(cells: dict[str, str]) -> None:
    found = call("CSQ", ",".join([csq("intron_variant", CANONICAL="YES"), csq(**cells)]))
    assert (found.chosen_by, found.on_panel_transcript, found.event) == ("mane_select", True, "missense")


def test_a_flag_mane_select_is_not_the_transcript_of_a_gene_reported_on_a_stand_in() -> None:
    gene = Gene(
        symbol="ONEX", name="", hgnc_id="", transcripts=(model("ONEX", "NM_5.1", "ENST5", "stand-in"),)
    )
    reader = UpstreamReader(Panel({"ONEX": gene}, ()), BUILD, FIELDS)
    found = only(reader.calls(variant("CSQ", csq(Feature="ENST4", MANE_SELECT="YES"))))
    assert (found.chosen_by, found.on_panel_transcript) == ("mane_select", False)


def test_the_column_mane_is_read_as_accession_and_as_flag() -> None:
    fields = ("Allele", "Consequence", "SYMBOL", "Feature", "MANE")
    reader = UpstreamReader(PANEL, BUILD, {"CSQ": fields})

    def chosen(mane: str) -> tuple[str, bool]:
        found = only(reader.calls(variant("CSQ", f"T|missense_variant|ONEX|ENST4|{mane}")))
        return found.chosen_by, found.on_panel_transcript

    assert chosen("NM_900001.4") == ("mane_select", True)
    assert chosen("MANE_Select") == ("mane_select", True)
    assert chosen("MANE_Plus_Clinical") == ("mane_plus_clinical", False)
    assert chosen("") == ("first", False)


def test_a_transcript_that_codes_for_nothing_is_chosen_last() -> None:
    decayed = csq("stop_gained", BIOTYPE="nonsense_mediated_decay", CANONICAL="YES", PICK="1")
    found = call("CSQ", f"{decayed},{csq('intron_variant', Feature='ENST8')}")
    assert (found.transcript, found.event) == ("ENST8", "non_coding")
    assert call("CSQ", decayed).chosen_by == "first"


@pytest.mark.parametrize(
    ("ref", "alts", "names"),
    [
        ("C", "T,G", ("T", "G")),
        ("CAG", "C,CAGAG", ("-", "AGAG")),
        ("CA", "C,TA", ("C", "TA")),
        ("C", "CT,T", ("CT", "T")),
        ("CA", "C,CAA,*", ("-", "AA")),
        ("CAG", "C,CTG", ("-", "TG")),
        ("CA", "C,<DEL>", ("-",)),
    ],
)
def test_vep_alleles_of_a_record_are_told_apart(ref: str, alts: str, names: tuple[str, ...]) -> None:
    terms = ("frameshift_variant", "missense_variant")
    text = ",".join(csq(terms[i], Allele=name) for i, name in enumerate(names))
    for index in range(len(names)):
        assert call("CSQ", text, ref=ref, alts=alts, index=index).terms == (terms[index],)


def test_allele_num_decides_where_vep_minimised_the_alleles() -> None:
    text = f"{csq('missense_variant', ALLELE_NUM='2')},{csq('frameshift_variant', ALLELE_NUM='1')}"
    assert call("CSQ", text, ref="C", alts="CT,T", index=0).event == "truncating"
    assert call("CSQ", text, ref="C", alts="CT,T", index=1).event == "missense"


def test_a_name_that_two_alleles_could_bear_is_given_to_neither_by_guess() -> None:
    # Minimised by VEP without ALLELE_NUM: the inserted T and the substituted T have one name.
    text = f"{csq('frameshift_variant')},{csq('missense_variant')}"
    assert READER.calls(variant("CSQ", text, ref="C", alts="CT,T", index=0)) == ()


def test_of_a_record_split_after_annotation_only_the_own_allele_is_read() -> None:
    text = f"{csq('stop_gained', Allele='G')},{csq('missense_variant', Allele='T')}"
    assert call("CSQ", text, alts="T").event == "missense"
    numbered = f"{csq('stop_gained', Allele='G', ALLELE_NUM='1')},{csq(ALLELE_NUM='2')}"
    assert call("CSQ", numbered, alts="T").event == "missense"
    assert READER.calls(variant("CSQ", text, alts="A")) == ()


def test_the_only_allele_of_a_record_is_read_however_it_was_trimmed() -> None:
    text = csq("frameshift_variant", Allele="-")
    assert call("CSQ", text, ref="AGG", alts="AG").event == "truncating"
    assert call("CSQ", text, ref="AGG", alts="AG,<NON_REF>").event == "truncating"


def test_a_record_too_long_to_be_kept_is_read_by_the_alleles_own_names_only() -> None:
    whole = variant(
        "CSQ", f"{csq('frameshift_variant', Allele='CT')},{csq(Allele='T')}", alts="CT,T", index=0
    )
    # Both alleles' names could be "T" after trimming, and the other ALT is not known.
    assert READER.calls(replace(whole, written="chr5\t201\t.\tC\tCT...")) == ()
    plain = variant("CSQ", f"{csq(Allele='G')},{csq('stop_gained')}", alts="G,T", index=1)
    assert only(READER.calls(replace(plain, written=""))).event == "truncating"


def test_the_highest_gnomad_frequency_and_its_field_are_kept() -> None:
    found = call("CSQ", csq(gnomADe_AF="0.001", gnomADg_AF="0.002&0.004", MAX_AF="", MAX_AF_POPS="0.9"))
    assert (found.population_frequency, found.population_source) == (0.004, "CSQ/gnomADg_AF")
    unknown = call("CSQ", csq(gnomADe_AF="nan", gnomADg_AF=".", MAX_AF="7"))
    assert (unknown.population_frequency, unknown.population_source) == (None, "")


def test_regulatory_entries_are_no_transcripts() -> None:
    assert READER.calls(variant("CSQ", csq("stop_gained", Feature_type="RegulatoryFeature"))) == ()
    assert (
        READER.calls(variant("ANN", ann("structural_interaction_variant", Feature_Type="interaction"))) == ()
    )


def test_csq_without_a_definition_cannot_be_read_but_ann_has_a_standard_order() -> None:
    reader = UpstreamReader(PANEL, BUILD, {})
    assert reader.calls(variant("CSQ", csq())) == ()
    assert reader.calls(variant("FUNCOTATION", funcotation("MISSENSE"))) == ()
    assert only(reader.calls(variant("ANN", ann()))).event == "missense"


def test_snpeff_names_are_read() -> None:
    cells = {"HGVS.c": "c.51C>T", "HGVS.p": "p.Pro17Leu", "Feature_ID": "NM_900001.3"}
    text = f"{ann('downstream_gene_variant', Feature_ID='NM_3.1')},{ann('missense_variant&splice_region_variant', **cells)}"
    found = call("ANN", text)
    assert (found.hgvsc, found.hgvsp, found.event) == ("c.51C>T", "p.Pro17Leu", "missense")
    assert (found.chosen_by, found.on_panel_transcript) == ("panel_transcript", True)


def test_snpeff_alleles_are_the_alts_as_written() -> None:
    text = f"{ann('frameshift_variant', Allele='C')},{ann('inframe_insertion', Allele='CAAGA')}"
    assert call("ANN", text, ref="CA", alts="C,CAAGA", index=0).event == "truncating"
    assert call("ANN", text, ref="CA", alts="C,CAAGA", index=1).event == "in_frame"


def test_a_snpeff_allele_is_not_taken_for_vep_s_trimmed_name_of_another() -> None:
    text = f"{ann('frameshift_variant', Allele='ATT')},{ann('missense_variant', Allele='AATT')}"
    assert call("ANN", text, ref="AT", alts="ATT,AATT", index=1).event == "missense"


def test_what_snpeff_says_of_a_change_against_the_germline_is_not_said_of_the_allele() -> None:
    against = ann("stop_gained", Allele="T-G")
    assert call("ANN", f"{against},{ann('missense_variant')}").event == "missense"
    assert READER.calls(variant("ANN", against)) == ()
    assert READER.calls(variant("ANN", ann("stop_gained", Allele="T-chr5:203_A>G"))) == ()


def test_bcftools_residues_are_put_into_words() -> None:
    found = call("BCSQ", "missense|ONEX|ENST00000900001|protein_coding|+|17P>17L|201C>T")
    assert (found.terms, found.hgvsp, found.hgvsc) == (("missense_variant",), "p.Pro17Leu", None)
    assert found.on_panel_transcript
    assert call("BCSQ", "synonymous|ONEX|ENST1|protein_coding|+|17P|201C>T").hgvsp == "p.Pro17="
    assert call("BCSQ", "stop_gained|ONEX|ENST1|protein_coding|-|17Q>17*|201C>T").hgvsp == "p.Gln17Ter"
    assert call("BCSQ", "frameshift|ONEX|ENST1|protein_coding|-|17Q..300>17H|201C>T").hgvsp is None


def test_a_bcftools_reference_to_another_record_tells_nothing() -> None:
    assert READER.calls(variant("BCSQ", "@150")) == ()
    assert call("BCSQ", "@150,intron|ONEX||protein_coding").event == "non_coding"


def test_bcftools_alleles_are_matched_by_their_change() -> None:
    text = (
        "missense|ONEX|ENST1|protein_coding|+|17P>17L|201C>T,stop_gained|ONEX|ENST1|protein_coding|+|17P>17*|201C>A,"
        "splice_region|ONEX|ENST2|protein_coding"
    )
    assert call("BCSQ", text, alts="T,A", index=0).event == "missense"
    assert call("BCSQ", text, alts="T,A", index=1).event == "truncating"
    assert READER.calls(variant("BCSQ", text, alts="T,A,G", index=2)) == ()
    assert call("BCSQ", text, alts="A").event == "truncating"


def test_the_same_bases_changed_elsewhere_are_not_this_allele() -> None:
    elsewhere = "stop_gained|ONEX|ENST1|protein_coding|+|15Q>15*|195C>T"
    own = "missense|ONEX|ENST1|protein_coding|+|17P>17L|201C>T"
    assert call("BCSQ", f"{elsewhere},{own}").event == "missense"


def test_entries_written_by_bcftools_for_indels_are_matched_as_the_record_has_them() -> None:
    # Written by bcftools 1.24 for a made-up gene; the amino acids are cut short.
    text = (
        "frameshift|ONEX|ENST1|protein_coding|+|14QFAD*>14HR*|541AGT>A,"
        "inframe_insertion|ONEX|ENST1|protein_coding|+|15F>15FW|541AGT>AGTGGT"
    )
    record = {"ref": "AGT", "alts": "A,AGTGGT", "pos": 541}
    assert call("BCSQ", text, index=0, **record).event == "truncating"
    assert call("BCSQ", text, index=1, **record).event == "in_frame"
    trimmed = replace(
        variant("BCSQ", text.split(",")[0], ref="GT", alts="G", pos=600), start=540, ref="AGT", alt="A"
    )
    assert only(READER.calls(trimmed)).event == "truncating"


def test_what_bcftools_says_of_the_allele_alone_goes_before_its_haplotype() -> None:
    together = "*stop_gained|ONEX|ENST1|protein_coding|+|17P>17*|201C>T+203G>A"
    alone = "missense|ONEX|ENST1|protein_coding|+|17P>17L|201C>T"
    assert call("BCSQ", f"{together},{alone}").event == "missense"
    only_together = call("BCSQ", together)
    assert (only_together.event, only_together.hgvsp) == ("truncating", None)


def test_funcotator_is_read_for_each_allele() -> None:
    first = funcotation(
        "MISSENSE", annotationTranscript="ENST00000900001.5", cDnaChange="c.51C>T", proteinChange="p.P17L"
    )
    second = funcotation("SPLICE_SITE", secondaryVariantClassification="INTRON", cDnaChange="c.e5-2C>G")
    found = call("FUNCOTATION", f"{first},{second}", alts="T,G", index=0)
    assert (found.event, found.hgvsc, found.hgvsp) == ("missense", "c.51C>T", "p.P17L")
    assert found.on_panel_transcript
    splice = call("FUNCOTATION", f"{first},{second}", alts="T,G", index=1)
    assert (splice.event, splice.hgvsc, splice.hgvsp) == ("splice", None, None)


def test_funcotations_of_a_record_split_afterwards_are_told_by_their_allele() -> None:
    text = f"{funcotation('MISSENSE', tumorSeqAllele2='T')},{funcotation('NONSENSE', tumorSeqAllele2='G')}"
    assert call("FUNCOTATION", text, alts="G").event == "truncating"
    assert READER.calls(variant("FUNCOTATION", text, alts="A")) == ()


def test_funcotator_frequencies_and_escapes_are_read() -> None:
    text = funcotation("SILENT", gnomAD_exome_AF="5.9e-02", cDnaChange="c.51C_%3E_T")
    found = call("FUNCOTATION", text)
    assert (found.population_frequency, found.population_source) == (0.059, "FUNCOTATION/gnomAD_exome_AF")
    assert found.hgvsc == "c.51C>T"


PIECES = st.sampled_from(
    [
        *"|,&;[]#@*%-.=",
        "T",
        "-",
        "ONEX",
        "TWOX",
        "missense_variant",
        "stop",
        "1",
        "%3",
        "@1",
        "],[",
        "]#[",
        "\ud7ff",
    ]
)


@given(
    st.sampled_from(["CSQ", "ANN", "BCSQ", "FUNCOTATION"]),
    st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)),
    st.sampled_from([("C", "T"), ("C", "T,G"), ("CA", "C,CAA,*"), ("C", "<DEL>"), ("C", "")]),
)
def test_nonsense_never_raises(key: str, text: str, alleles: tuple[str, str]) -> None:
    ref, alts = alleles
    for record in (variant(key, text, ref=ref, alts=alts), replace(variant(key, text), written=text)):
        for found in READER.calls(record):
            assert found.gene in PANEL.genes
            assert found.terms


@given(
    st.lists(st.text(alphabet="AaCONSEQUENCEGhr |._", max_size=12), max_size=8), st.text(alphabet="T|,&ONEX")
)
def test_nonsense_in_the_header_never_raises(fields: list[str], text: str) -> None:
    reader = UpstreamReader(PANEL, BUILD, dict.fromkeys(FIELDS, tuple(fields)))
    for key in FIELDS:
        assert isinstance(reader.calls(variant(key, text)), tuple)


@given(st.integers(0, 40), st.integers(0, 20))
def test_entries_cut_short_give_a_call_without_what_is_missing(cut: int, columns: int) -> None:
    text = "|".join(csq(HGVSp="p.Pro17Leu").split("|")[:columns])[: cut + 30]
    for found in READER.calls(variant("CSQ", text)):
        assert found.hgvsp in (None, "p.Pro17Leu"[: len(found.hgvsp or "")])


@pytest.mark.shared
def test_a_real_vep_file_names_the_known_allele_on_its_transcript(
    shared_dir: Path, knowledge: Knowledge
) -> None:
    path = shared_dir / "data" / "vcf" / "HCC1395.vep95.grch38.vcf.gz"
    fields: tuple[str, ...] = ()
    found: dict[str, UpstreamCall] = {}
    reader: UpstreamReader | None = None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("##INFO=<ID=CSQ"):
                fields = annotation_fields(line.partition('Description="')[2].rstrip('">\n'))
            if line.startswith("#"):
                continue
            reader = reader or UpstreamReader(knowledge.panel, "GRCh38", {"CSQ": fields})
            cells = line.rstrip("\n").split("\t")
            text = re.search(r"(?:^|;)CSQ=([^;]*)", cells[7])
            if text is None:
                continue
            record = Variant(
                "GRCh38", cells[0].removeprefix("chr"), int(cells[1]) - 1, cells[3], cells[4], "T",
                annotation={"CSQ": text[1]}, written=line[:400],
            )  # fmt: skip
            for one in reader.calls(record):
                found[f"{cells[0]}:{cells[1]}{cells[3]}>{cells[4]} {one.gene}"] = one
    known = found["chr17:7675088C>T TP53"]
    assert (known.hgvsp, known.event, known.transcript) == ("p.Arg175His", "missense", "ENST00000269305.8")
    assert known.on_panel_transcript
    assert len(found) > 10
