"""Each Sequence Ontology term that may arise in a panel transcript, the decay rules, and the forms of HGVS."""

from __future__ import annotations

import pytest

from consequence.bench import bases, engine, panel
from consequence.judge import from_c_name, other_strand, spliced
from fixtures.effects import tell
from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches
from netboard.model.effect import Effect
from netboard.model.variant import BUILDS, Build, Gene, Panel, Transcript, Variant


def of_name(gene: str, c_name: str, build: Build = "GRCh38", *, hidden: bool = False) -> Effect:
    model = panel().genes[gene].models(build)[0]
    variant = from_c_name(c_name, spliced(model), bases(build))
    return of_variant(gene, variant, hidden=hidden)


def of_variant(gene: str, variant: Variant, *, hidden: bool = False) -> Effect:
    return next(e for e in engine(variant.build, hidden=hidden).effects(variant) if e.gene == gene)


def deletion(gene: str, start: int, end: int, build: Build = "GRCh38") -> Effect:
    """The effect of losing ``[start, end)`` of the genome."""
    model = panel().genes[gene].models(build)[0]
    ref = bases(build).base(model.chrom, start - 1, end)
    if ref is None:
        ref = "A" * (end - start + 1)  # bases that are not embedded are never compared
    return of_variant(gene, Variant(build, model.chrom, start - 1, ref, ref[0], "S"))


#: gene, c. name, terms, exon, intron, event.
TERMS = [
    ("MEN1", "c.249_252del", "frameshift_variant", 2, None, "truncating"),
    ("MEN1", "c.1378C>T", "stop_gained", 10, None, "truncating"),
    ("PTEN", "c.955_958del", "stop_gained&frameshift_variant", 8, None, "truncating"),
    ("MEN1", "c.99_100insTAA", "stop_gained&inframe_insertion", 2, None, "truncating"),
    ("MEN1", "c.1831T>A", "stop_lost", 10, None, "in_frame"),
    ("VHL", "c.641_*2del", "stop_lost&3_prime_UTR_variant", 3, None, "in_frame"),
    ("MEN1", "c.1832G>A", "stop_retained_variant", 10, None, "synonymous"),
    ("MEN1", "c.1A>G", "start_lost", 2, None, "start_loss"),
    ("MEN1", "c.-2_1del", "start_lost&5_prime_UTR_variant", 2, None, "start_loss"),
    ("VHL", "c.227_229del", "inframe_deletion", 1, None, "hotspot"),
    ("FH", "c.1431_1433dup", "inframe_insertion", 10, None, "in_frame"),
    ("TSC2", "c.1832G>A", "missense_variant", 17, None, "missense"),
    ("TP53", "c.639A>G", "synonymous_variant", 6, None, "synonymous"),
    ("TP53", "c.375G>A", "splice_region_variant&synonymous_variant", 4, None, "synonymous"),
    ("TP53", "c.375+1G>A", "splice_donor_variant&intron_variant", None, 4, "splice"),
    ("TP53", "c.994-1G>A", "splice_acceptor_variant&intron_variant", None, 9, "splice"),
    (
        "VHL",
        "c.340+5G>C",
        "splice_donor_5th_base_variant&splice_region_variant&splice_donor_region_variant&intron_variant",
        None,
        1,
        "non_coding",
    ),
    (
        "MSH2",
        "c.942+3A>T",
        "splice_region_variant&splice_donor_region_variant&intron_variant",
        None,
        5,
        "non_coding",
    ),
    (
        "VHL",
        "c.341-3T>G",
        "splice_region_variant&splice_polypyrimidine_tract_variant&intron_variant",
        None,
        1,
        "non_coding",
    ),
    ("MEN1", "c.784-9G>A", "splice_polypyrimidine_tract_variant&intron_variant", None, 4, "non_coding"),
    ("VHL", "c.340+9C>T", "intron_variant", None, 1, "non_coding"),
    ("VHL", "c.-10del", "5_prime_UTR_variant", 1, None, "non_coding"),
    ("VHL", "c.*6del", "3_prime_UTR_variant", 3, None, "non_coding"),
    (
        "VHL",
        "c.337_340+4del",
        "splice_donor_variant&splice_region_variant&splice_donor_region_variant&coding_sequence_variant&"
        "intron_variant",
        1,
        1,
        "splice",
    ),
    (
        "VHL",
        "c.341-5_343del",
        "splice_acceptor_variant&splice_region_variant&splice_polypyrimidine_tract_variant&"
        "coding_sequence_variant&intron_variant",
        2,
        1,
        "splice",
    ),
    (
        "MEN1",
        "c.-26_-24+5del",
        "splice_donor_variant&splice_region_variant&splice_donor_region_variant&5_prime_UTR_variant&"
        "intron_variant",
        1,
        1,
        "splice",
    ),
]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(("gene", "c_name", "terms", "exon", "intron", "event"), TERMS)
def test_each_term_arises_where_it_is_meant(
    gene: str, c_name: str, terms: str, exon: int | None, intron: int | None, event: str, build: Build
) -> None:
    effect = of_name(gene, c_name, build)
    missing = set(terms.split("&")) - set(effect.terms)
    further = set(effect.terms) - set(terms.split("&")) - {"splice_donor_5th_base_variant"}
    assert (missing, further) == (set(), set())
    assert (effect.event, effect.exon, effect.intron) == (event, exon, intron)
    assert effect.exon_count == len(panel().genes[gene].models(build)[0].exons)
    assert effect.hgvsc == f"{effect.transcript}:{c_name}"


def test_the_promoter_lies_upstream_of_its_gene() -> None:
    effect = of_variant("TERT", Variant("GRCh38", "5", 1295112, "G", "A", "S"))
    assert (effect.terms, effect.hgvsc) == (("upstream_gene_variant",), "NM_198253.3:c.-124C>T")


def test_a_change_before_or_behind_a_gene_has_no_c_name_that_is_proved() -> None:
    model = panel().genes["VHL"].models("GRCh38")[0]
    first, last = model.exons[0][0], model.exons[-1][1]
    before, behind = deletion("VHL", first - 10, first + 10), deletion("VHL", last - 10, last + 10)
    assert before.terms == ("5_prime_UTR_variant",)
    assert behind.terms == ("3_prime_UTR_variant",)
    assert {before.event, behind.event} == {"non_coding"}
    assert (before.hgvsc, before.hgvsc_unshifted) == (None, "NM_000551.4:c.-80_-61del")
    assert (behind.hgvsc, behind.hgvsc_unshifted) == (None, "NM_000551.4:c.*3695_*3714del")
    assert before.hgvsg == "NC_000003.12:g.10141768_10141787del"


def test_the_loss_of_whole_exons_takes_their_sites_and_codons_along() -> None:
    model = panel().genes["VHL"].models("GRCh38")[0]
    (first, first_end), (middle, middle_end), (last, end) = model.exons
    start = deletion("VHL", first - 30, first_end + 30)
    assert {"splice_donor_variant", "start_lost", "5_prime_UTR_variant", "coding_sequence_variant"} <= {
        *start.terms
    }
    inner = deletion("VHL", middle - 30, middle_end + 30)
    assert {"splice_acceptor_variant", "splice_donor_variant", "coding_sequence_variant"} <= {*inner.terms}
    assert (inner.exon, inner.intron, inner.event) == (2, 1, "splice")
    tail = deletion("VHL", last - 30, end + 30)
    assert {"splice_acceptor_variant", "3_prime_UTR_variant", "coding_sequence_variant"} <= {*tail.terms}
    whole = deletion("VHL", first - 30, end + 30)
    assert (whole.event, whole.terms) == ("truncating", ("transcript_ablation",))


def test_a_gene_that_loses_its_end_within_the_last_exon_is_open_and_says_what_settles_it() -> None:
    model = panel().genes["VHL"].models("GRCh38")[0]
    assert model.cds_end is not None
    effect = deletion("VHL", model.cds_end - 30, model.exons[-1][1] + 5)
    assert (effect.event, effect.proved) == ("undetermined", False)
    assert effect.possible
    assert "not determined" in effect.remedy


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(
    ("gene", "c_name", "escape", "rule"),
    [
        ("MEN1", "c.1378C>T", True, "last_exon"),
        ("MEN1", "c.249_252del", False, None),
        ("MEN1", "c.99_100insTAA", True, "first_150_coding_bases"),
        ("PTEN", "c.697C>T", False, None),
        ("VHL", "c.481C>T", True, "last_exon"),
        # exon 2 of VHL, of three, ends at c.463; the codon of residue 141 begins 43 bases before its end
        ("VHL", "c.421_423delinsTAA", True, "last_50_bases_of_penultimate_exon"),
        # and codon 138 begins 52 bases before it
        ("VHL", "c.412_414delinsTAA", False, None),
    ],
)
def test_the_rule_by_which_a_premature_stop_escapes_decay_is_noted(
    gene: str, c_name: str, escape: bool, rule: str | None, build: Build
) -> None:
    effect = of_name(gene, c_name, build)
    assert effect.event == "truncating"
    assert (effect.nmd_escape, effect.nmd_rule) == (escape, rule)


def test_a_change_that_makes_no_premature_stop_is_asked_no_rule_of_decay() -> None:
    for gene, name in (("TSC2", "c.1832G>A"), ("MEN1", "c.1831T>A"), ("TP53", "c.375+1G>A")):
        effect = of_name(gene, name)
        assert (effect.nmd_escape, effect.nmd_rule) == (None, None)


def test_a_transcript_of_one_exon_escapes_by_that() -> None:
    bases_ = "CCCC" + "ATG" + "GCC" * 120 + "TAA" + "CCCC"
    model = Transcript("ONEX", "GRCh38", "NM_900001.1", "1", 1, ((100, 100 + len(bases_)),), 104, 470)
    one = ConsequenceEngine(
        Panel({"ONEX": Gene("ONEX", "", "", transcripts=(model,))}, ()),
        "GRCh38",
        KnownStretches("GRCh38", [("1", 40, "T" * 60 + bases_ + "T" * 60)]),
        {},
    )
    (effect,) = one.effects(Variant("GRCh38", "1", 404, "GCC", "TAA", "S"))
    assert (effect.event, effect.nmd_escape, effect.nmd_rule) == ("truncating", True, "single_exon")


def test_a_frameshift_in_the_last_exon_escapes_also_where_no_sequence_tells_its_stop() -> None:
    inside = of_name("MEN1", "c.1546del", hidden=True)
    assert (inside.source, inside.event) == ("geometry", "truncating")
    assert (inside.nmd_escape, inside.nmd_rule) == (True, "last_exon")
    before = of_name("MEN1", "c.249_252del", hidden=True)
    assert (before.event, before.nmd_escape, before.nmd_rule) == ("truncating", None, None)


def inverted(gene: str, first: int, last: int, build: Build = "GRCh38") -> Effect:
    transcript = spliced(panel().genes[gene].models(build)[0])
    low, high = sorted(transcript.coding[place - 1] for place in (first, last))
    ref = bases(build).base(transcript.model.chrom, low, high + 1)
    assert ref is not None
    return of_variant(gene, Variant(build, transcript.model.chrom, low, ref, other_strand(ref), "S"))


def test_every_form_of_a_name_is_made() -> None:
    """Substitution, dup, delins, inv, frameshift, extension, ``p.?``, ``p.(Met1?)``, ``p.(=)``."""
    told = {
        (gene, name): of_name(gene, name).hgvsp
        for gene, name in (
            ("MEN1", "c.1546dup"),
            ("BRAF", "c.1798_1799delinsAA"),
            ("MEN1", "c.1831T>A"),
            ("TP53", "c.375+1G>A"),
            ("VHL", "c.1A>G"),
            ("TP53", "c.639A>G"),
            ("KIT", "c.1504_1509dup"),
        )
    }
    assert told == {
        ("MEN1", "c.1546dup"): "NP_001357188.2:p.(Arg516ProfsTer15)",
        ("BRAF", "c.1798_1799delinsAA"): "NP_004324.2:p.(Val600Lys)",
        ("MEN1", "c.1831T>A"): "NP_001357188.2:p.(Ter611ArgextTer21)",
        ("TP53", "c.375+1G>A"): "NP_000537.3:p.?",
        ("VHL", "c.1A>G"): "NP_000542.1:p.(Met1?)",
        ("TP53", "c.639A>G"): "NP_000537.3:p.(Arg213=)",
        ("KIT", "c.1504_1509dup"): "NP_000213.1:p.(Ala502_Tyr503dup)",
    }
    inversion = inverted("TP53", 520, 529)
    assert inversion.hgvsg == "NC_000017.11:g.7675083_7675092inv"
    assert inversion.hgvsc == "NM_000546.6:c.520_529inv"
    assert inversion.hgvsp == "NP_000537.3:p.(Arg174_Pro177delinsGlySerAlaSer)"


def test_a_name_is_shifted_to_3_prime_of_the_transcript_while_the_record_stays_left_aligned() -> None:
    """A run of seven C of MEN1, on the minus strand: c. counts the last of them there, g. the last of the G here."""
    effect = of_variant("MEN1", Variant("GRCh38", "11", 64804619, "C", "CG", "S"))
    assert effect.hgvsc == "NM_001370259.2:c.1546dup"
    assert effect.hgvsg == "NC_000011.10:g.64804627dup"


def test_a_second_isoform_speaks_only_where_it_alone_is_hit() -> None:
    """Exon 5 of NM_033360.4 (KRAS 4A) is no exon of NM_004985.5."""
    first, second = panel().genes["KRAS"].models("GRCh38")
    own = next(e for e in second.exons if not any(a < e[1] and e[0] < b for a, b in first.exons))
    place = own[0] + 40
    ref = bases("GRCh38").base("12", place, place + 1)
    assert ref is not None
    for alt in set("ACGT") - {ref}:
        effect = of_variant("KRAS", Variant("GRCh38", "12", place, ref, alt, "S"))
        assert (effect.transcript, effect.transcript_status) == ("NM_033360.4", "MANE Plus Clinical")
        assert "not_on_mane_select" in effect.flags
        assert effect.exon == 5
        assert (effect.hgvsp or "").startswith("NP_203524.1:p.(")
    shared = of_name("KRAS", "c.35G>A")
    assert (shared.transcript, shared.flags) == ("NM_004985.5", ())


def _annotated(pos: int, ref: str, alt: str, text: str) -> Effect:
    fields = {"CSQ": ("Allele", "Consequence", "SYMBOL", "Feature", "BIOTYPE", "HGVSp")}
    reader = ConsequenceEngine(panel(), "GRCh38", bases("GRCh38"), fields)
    variant = Variant("GRCh38", "11", pos - 1, ref, alt, "S", annotation={"CSQ": text})
    return next(e for e in reader.effects(variant) if e.gene == "HRAS")


def test_a_recurrent_residue_is_known_also_where_an_annotator_tells_the_change() -> None:
    """No sequence of HRAS is embedded; Q61 is a recurrent residue, and p.Gln61Gly no recurrent change."""
    allele = next(
        a for a in panel().alleles
        if a.gene == "HRAS" and a.label == "Q61R" and a.build == "GRCh38" and a.substitution
    )  # fmt: skip
    accession = panel().genes["HRAS"].models("GRCh38")[0].accession
    ref, alt = allele.ref, next(b for b in "ACGT" if b not in (allele.ref, allele.alt))
    place = allele.start + 1
    while any(a.start == place - 1 and a.alt == alt for a in panel().alleles if a.build == "GRCh38"):
        alt = next(b for b in "ACGT" if b not in (ref, alt, allele.alt))
    told = {
        name: _annotated(place, ref, alt, f"{alt}|missense_variant|HRAS|{transcript}|protein_coding|{name}")
        for name, transcript in (
            ("p.Gln61Gly", accession),
            ("p.Gln61Arg", accession),
            ("p.Gln61Ala", "NM_1.1"),
        )
    }
    assert {effect.source for effect in told.values()} == {"upstream"}
    other, same, elsewhere = told["p.Gln61Gly"], told["p.Gln61Arg"], told["p.Gln61Ala"]
    assert (other.event, other.hotspot, other.hotspot_exact) == ("missense", "Q61", False)
    assert (same.event, same.hotspot, same.hotspot_exact) == ("hotspot", "Q61R", True)
    assert (elsewhere.event, elsewhere.hotspot, elsewhere.hgvsp) == ("missense", None, None)


def test_an_insertion_that_copies_a_splice_site_leaves_open_which_of_the_two_is_used() -> None:
    """GT copied at the end of an exon: the exon grows by two bases, or the intron does."""
    effect = of_variant("CDC73", Variant("GRCh38", "1", 193135452, "G", "GGT", "S"))
    assert effect.hgvsc == "NM_024529.5:c.370+1_370+2dup"
    assert (effect.hgvsp or "").endswith("p.?")
    assert (effect.event, effect.proved, effect.possible) == (
        "undetermined",
        False,
        ("truncating", "non_coding"),
    )
    assert effect.remedy.startswith("which of two splice sites is used")


def test_a_substitution_of_several_bases_over_a_splice_site_has_a_name_with_and_without_sequence() -> None:
    for hidden in (False, True):
        effect = of_name("TP53", "c.375_375+1delinsCA", hidden=hidden)
        assert (effect.hgvsc, effect.event) == ("NM_000546.6:c.375_375+1delinsCA", "splice")
        assert {"splice_donor_variant", "coding_sequence_variant", "intron_variant"} <= {*effect.terms}
        assert effect.hgvsg == "NC_000017.11:g.7675993_7675994delinsTG"


def test_several_bases_of_a_promoter_exchanged_at_once_have_a_name() -> None:
    effect = tell("GRCh38", "5", 1295113, "GG", "AA", "TERT")
    assert (effect.event, effect.hgvsc) == ("promoter", "NM_198253.3:c.-125_-124delinsTT")


def test_an_annotator_does_not_contradict_what_sequence_leaves_open() -> None:
    """An insertion that copies a splice site: what an annotator says of it is one of the readings left open."""
    fields = {"CSQ": ("Allele", "Consequence", "SYMBOL", "Feature", "BIOTYPE")}
    reader = ConsequenceEngine(panel(), "GRCh38", bases("GRCh38"), fields)
    told = {}
    for term in ("frameshift_variant", "intron_variant", "missense_variant"):
        text = f"GT|{term}|CDC73|NM_024529.5|protein_coding"
        variant = Variant("GRCh38", "1", 193135452, "G", "GGT", "S", annotation={"CSQ": text})
        told[term] = next(e for e in reader.effects(variant) if e.gene == "CDC73")
    assert {effect.event for effect in told.values()} == {"undetermined"}
    assert told["frameshift_variant"].conflict is None
    assert told["intron_variant"].conflict is None
    assert (
        told["missense_variant"].conflict
        == "sequence says undetermined, CSQ says missense (missense_variant)"
    )


def test_a_deletion_that_takes_the_stop_codon_along_names_no_residue_behind_it() -> None:
    for build in BUILDS:
        effect = of_name("NRAS", "c.566_*4del", build)
        assert effect.terms[:2] == ("stop_lost", "inframe_deletion")
        assert (effect.hgvsp or "").startswith("NP_002515.1:p.(Met189_Ter190delinsAsnThrPheLys")
