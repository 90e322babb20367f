"""Alleles with names that databases and papers agree on, on the MANE Select transcripts, both builds.

The names are those under which ClinVar, COSMIC or the first reports know the alleles (numbered on MANE
Select where the literature's transcript differs, and said so).
"""

from __future__ import annotations

import re

import pytest

from consequence.bench import bases, engine, panel
from consequence.judge import THREE, from_c_name, spliced
from netboard.model.variant import BUILDS, Build, Variant

#: gene, c. name, p. name, event.
PUBLISHED = [
    ("MEN1", "c.249_252del", "p.(Ile85SerfsTer33)", "truncating"),
    ("MEN1", "c.628_631del", "p.(Thr210SerfsTer13)", "truncating"),
    ("MEN1", "c.1378C>T", "p.(Arg460Ter)", "truncating"),
    ("MEN1", "c.1546dup", "p.(Arg516ProfsTer15)", "truncating"),
    ("MEN1", "c.1546del", "p.(Arg516GlyfsTer43)", "truncating"),
    ("MEN1", "c.1243C>T", "p.(Arg415Ter)", "truncating"),
    ("BRAF", "c.1799T>A", "p.(Val600Glu)", "hotspot"),
    ("BRAF", "c.1798_1799delinsAA", "p.(Val600Lys)", "hotspot"),
    ("KRAS", "c.35G>A", "p.(Gly12Asp)", "hotspot"),
    ("KRAS", "c.35G>T", "p.(Gly12Val)", "hotspot"),
    ("KRAS", "c.38G>A", "p.(Gly13Asp)", "hotspot"),
    ("NRAS", "c.182A>G", "p.(Gln61Arg)", "hotspot"),
    ("TP53", "c.524G>A", "p.(Arg175His)", "hotspot"),
    ("TP53", "c.743G>A", "p.(Arg248Gln)", "hotspot"),
    ("TP53", "c.818G>A", "p.(Arg273His)", "hotspot"),
    ("TP53", "c.637C>T", "p.(Arg213Ter)", "truncating"),
    ("TP53", "c.216del", "p.(Val73TrpfsTer50)", "truncating"),
    ("TSC2", "c.5238_5255del", "p.(His1746_Arg1751del)", "in_frame"),
    ("TSC2", "c.1832G>A", "p.(Arg611Gln)", "missense"),
    ("TSC1", "c.2074C>T", "p.(Arg692Ter)", "truncating"),
    ("PTEN", "c.388C>T", "p.(Arg130Ter)", "truncating"),
    ("PTEN", "c.389G>A", "p.(Arg130Gln)", "hotspot"),
    ("PTEN", "c.697C>T", "p.(Arg233Ter)", "truncating"),
    ("PTEN", "c.800del", "p.(Lys267ArgfsTer9)", "truncating"),
    ("PTEN", "c.968dup", "p.(Asn323LysfsTer2)", "truncating"),
    ("PTEN", "c.955_958del", "p.(Thr319Ter)", "truncating"),
    ("VHL", "c.499C>T", "p.(Arg167Trp)", "missense"),
    ("VHL", "c.227_229del", "p.(Phe76del)", "hotspot"),
    ("VHL", "c.481C>T", "p.(Arg161Ter)", "truncating"),
    ("NF1", "c.2041C>T", "p.(Arg681Ter)", "truncating"),
    ("NF1", "c.2970_2972del", "p.(Met992del)", "in_frame"),
    # Arg1947Ter of the literature (NM_000267): MANE Select has the 21 residues of exon 31 more.
    ("NF1", "c.5902C>T", "p.(Arg1968Ter)", "truncating"),
    ("KIT", "c.2447A>T", "p.(Asp816Val)", "hotspot"),
    ("KIT", "c.1504_1509dup", "p.(Ala502_Tyr503dup)", "hotspot"),
    ("PDGFRA", "c.2525A>T", "p.(Asp842Val)", "hotspot"),
    ("EGFR", "c.2573T>G", "p.(Leu858Arg)", "hotspot"),
    ("EGFR", "c.2235_2249del", "p.(Glu746_Ala750del)", "hotspot"),
    ("PIK3CA", "c.1633G>A", "p.(Glu545Lys)", "hotspot"),
    ("PIK3CA", "c.3140A>G", "p.(His1047Arg)", "hotspot"),
    ("AKT1", "c.49G>A", "p.(Glu17Lys)", "hotspot"),
    ("FLT3", "c.2503G>T", "p.(Asp835Tyr)", "hotspot"),
    ("RET", "c.2753T>C", "p.(Met918Thr)", "hotspot"),
    ("RET", "c.1900T>C", "p.(Cys634Arg)", "missense"),
    ("SDHB", "c.137G>A", "p.(Arg46Gln)", "missense"),
    ("APC", "c.3927_3931del", "p.(Glu1309AspfsTer4)", "truncating"),
    ("SMAD4", "c.1082G>A", "p.(Arg361His)", "hotspot"),
    ("SMAD4", "c.1245_1248del", "p.(Asp415GlufsTer20)", "truncating"),
    ("BRCA2", "c.5946del", "p.(Ser1982ArgfsTer22)", "truncating"),
    ("MSH2", "c.1906G>C", "p.(Ala636Pro)", "missense"),
    ("MSH6", "c.3261dup", "p.(Phe1088LeufsTer5)", "truncating"),
    ("MSH6", "c.3261del", "p.(Phe1088SerfsTer2)", "truncating"),
    # Gly396Asp of the literature (NM_001128425).
    ("MUTYH", "c.1103G>A", "p.(Gly368Asp)", "missense"),
    ("AIP", "c.910C>T", "p.(Arg304Ter)", "truncating"),
    ("PRKAR1A", "c.491_492del", "p.(Val164AspfsTer5)", "truncating"),
    ("FH", "c.1431_1433dup", "p.(Lys477dup)", "in_frame"),
    ("RB1", "c.1735C>T", "p.(Arg579Ter)", "truncating"),
    ("ALK", "c.3824G>A", "p.(Arg1275Gln)", "missense"),
    ("VHL", "c.1A>G", "p.(Met1?)", "start_loss"),
]


def _embedded(gene: str, build: Build) -> bool:
    model = panel().genes[gene].models(build)[0]
    return model.cds_start is not None and bool(
        bases(build).base(model.chrom, model.cds_start, model.cds_start + 3)
    )


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("gene", "c_name", "p_name", "event"), PUBLISHED)
def test_a_published_allele_bears_its_published_names(
    gene: str, c_name: str, p_name: str, event: str, build: Build
) -> None:
    if gene not in panel().genes or not _embedded(gene, build):
        pytest.skip(f"no sequence of {gene} is embedded")
    model = panel().genes[gene].models(build)[0]
    variant = from_c_name(c_name, spliced(model), bases(build))
    (effect,) = [e for e in engine(build).effects(variant) if e.gene == gene]
    assert effect.hgvsc == f"{model.accession}:{c_name}"
    assert effect.hgvsp is not None
    assert effect.hgvsp.split(":")[-1] == p_name
    assert effect.event == event
    assert effect.proved
    assert effect.source == "sequence"


SPLICE = [
    ("MEN1", "c.784-9G>A", "non_coding"),
    ("TP53", "c.375+1G>A", "splice"),
    ("TP53", "c.994-1G>A", "splice"),
    ("MSH2", "c.942+3A>T", "non_coding"),
    ("VHL", "c.340+1G>A", "splice"),
    ("NF1", "c.288+1G>A", "splice"),
]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("gene", "c_name", "event"), SPLICE)
def test_an_intronic_allele_is_counted_from_its_exon(
    gene: str, c_name: str, event: str, build: Build
) -> None:
    model = panel().genes[gene].models(build)[0]
    variant = from_c_name(c_name, spliced(model), bases(build))
    (effect,) = [e for e in engine(build).effects(variant) if e.gene == gene]
    assert effect.hgvsc == f"{model.accession}:{c_name}"
    assert effect.event == event


@pytest.mark.parametrize("build", BUILDS)
def test_every_hotspot_substitution_changes_the_residue_its_label_says(build: Build) -> None:
    judged = wrong = 0
    for allele in panel().alleles:
        label = re.fullmatch(r"([A-Z])(\d+)([A-Z*])", allele.label)
        if allele.build != build or not allele.substitution or label is None:
            continue
        if not _embedded(allele.gene, build):
            continue
        variant = Variant(build, allele.chrom, allele.start, allele.ref, allele.alt, "S")
        (effect,) = [e for e in engine(build).effects(variant) if e.gene == allele.gene]
        name = f"p.({THREE[label[1]]}{label[2]}{THREE[label[3]]})"
        judged += 1
        wrong += effect.hgvsp is None or effect.hgvsp.split(":")[-1] != name or not effect.hotspot_exact
        if effect.event != ("truncating" if label[3] == "*" else "hotspot"):
            wrong += 1
    assert judged > 600
    assert wrong == 0


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "label", "residue"),
    [(38417331, "G", "C", "N577K", 546), (38414788, "C", "A", "K687N", 656)],
)
def test_a_label_numbered_on_another_transcript_gives_no_protein_name(
    pos: int, ref: str, alt: str, label: str, residue: int
) -> None:
    """FGFR1 Asn546Lys and Lys656Asn of MANE Select stand as N577K and K687N in the hotspot table."""
    variant = Variant("GRCh38", "8", pos - 1, ref, alt, "S")
    (effect,) = [e for e in engine("GRCh38").effects(variant) if e.gene == "FGFR1"]
    assert (effect.event, effect.hotspot, effect.hotspot_exact) == ("hotspot", label, True)
    assert effect.hgvsp is None
    assert effect.residue == residue
    assert "label_numbered_on_another_transcript" in effect.flags


def test_the_protein_of_a_deletion_shifted_over_the_exons_end_is_told_where_the_splice_site_is_kept() -> None:
    """The last base of exon 11 and the first of intron 11 of BRCA2 are both G: the donor site stays GT."""
    variant = Variant("GRCh37", "13", 32915330, "TG", "T", "S")
    (effect,) = [e for e in engine("GRCh37").effects(variant) if e.gene == "BRCA2"]
    assert effect.event == "truncating"
    assert effect.hgvsc == "NM_000059.4:c.6841+1del"
    assert effect.hgvsp == "NP_000050.3:p.(Gly2281GlufsTer10)"


def test_an_insertion_that_leaves_the_start_codon_as_it_was_is_no_loss_of_it() -> None:
    variant = Variant("GRCh38", "4", 54258768, "A", "ACA", "S")
    (effect,) = [e for e in engine("GRCh38").effects(variant) if e.gene == "PDGFRA"]
    assert (effect.event, effect.terms[0]) == ("synonymous", "start_retained_variant")
    assert effect.hgvsp is not None
    assert effect.hgvsp.endswith("p.(=)")


def test_a_protein_name_never_holds_an_unknown_residue() -> None:
    """The frame opened at the end of KRAS runs beyond the bases that are known."""
    variant = Variant("GRCh37", "12", 25362728, "TTACA", "T", "S")
    (effect,) = [e for e in engine("GRCh37").effects(variant) if e.gene == "KRAS"]
    assert effect.hgvsc == "NM_004985.5:c.563_566del"
    assert effect.hgvsp is None
