"""Named alleles, c. name to record and back, on the MANE Select transcripts of both builds (named_alleles.tsv).

Names are numbered on MANE Select where the literature's transcript differs: NF1 Arg1968Ter is Arg1947Ter of
NM_000267 there, MUTYH Gly368Asp is Gly396Asp of NM_001128425.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from consequence.bench import bases, engine, panel
from consequence.judge import THREE, from_c_name, spliced
from netboard.model.variant import BUILDS, Build, Variant
from netboard.variants.normalise import normalise

_TABLE = Path(__file__).with_name("named_alleles.tsv")
_LINES = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
ROWS = list(csv.DictReader(_LINES, delimiter="\t"))
_HOTSPOTS = "PMID:29247016"


def _embedded(gene: str, build: Build) -> bool:
    model = panel().genes[gene].models(build)[0]
    return model.cds_start is not None and bool(
        bases(build).base(model.chrom, model.cds_start, model.cds_start + 3)
    )


def test_the_table_holds_enough_alleles_each_with_its_source_or_set_apart() -> None:
    published = [row for row in ROWS if row["set"] == "published"]
    assert len(published) >= 60
    assert all(row["source"] for row in published)
    assert {row["set"] for row in ROWS if not row["source"]} == {"named"}
    genes = {row["gene"] for row in ROWS}
    assert genes >= {
        "MEN1",
        "TSC1",
        "TSC2",
        "PTEN",
        "VHL",
        "NF1",
        "TP53",
        "CDKN1B",
        "RB1",
        "RET",
        "BRAF",
        "SDHB",
    }
    assert len({(row["gene"], row["c_name"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['gene']} {row['c_name']}")
def test_a_c_name_becomes_its_record_and_the_record_its_names_again(
    row: dict[str, str], build: Build
) -> None:
    gene, c_name = row["gene"], row["c_name"]
    model = panel().genes[gene].models(build)[0]
    assert model.accession == row["transcript"]
    made = from_c_name(c_name, spliced(model), bases(build))
    allele = normalise(made.chrom, made.start, made.ref, made.alt, bases(build))
    assert f"{made.chrom}:{allele.start + 1}:{allele.ref}:{allele.alt}" == row[build.lower()]
    chrom, pos, ref, alt = row[build.lower()].split(":")
    variant = Variant(build, chrom, int(pos) - 1, ref, alt, "S")
    (effect,) = [e for e in engine(build).effects(variant) if e.gene == gene]
    assert effect.hgvsc == f"{model.accession}:{c_name}"
    assert (effect.hgvsp or "").split(":")[-1] == row["p_name"]
    assert (effect.hgvsp or f"{model.protein}:").startswith(f"{model.protein}:")
    assert effect.event == row["event"]
    if row["event"] != "non_coding":
        assert effect.proved
        assert effect.source == "sequence"


def test_a_published_recurrent_allele_stands_at_the_place_and_with_the_residue_of_its_source() -> None:
    table = {(a.build, a.chrom, a.start, a.ref, a.alt): a.label for a in panel().alleles if a.substitution}
    compared = 0
    for row in ROWS:
        if row["source"] != _HOTSPOTS:
            continue
        for build in BUILDS:
            chrom, pos, ref, alt = row[build.lower()].split(":")
            label = re.fullmatch(r"([A-Z])(\d+)([A-Z*])", table[build, chrom, int(pos) - 1, ref, alt])
            assert label is not None
            assert row["p_name"] == f"p.({THREE[label[1]]}{label[2]}{THREE[label[3]]})"
            compared += 1
    assert compared >= 120


#: Recurrent substitutions whose label is not the residue on the reported transcript, by gene and label: none
#: where sequence is embedded.
#: Substitutions of the table in genes whose sequence is embedded, on each build.
JUDGED = 1242
DISAGREEING: set[tuple[str, str]] = set()


@pytest.mark.parametrize("build", BUILDS)
def test_every_recurrent_substitution_changes_the_residue_its_label_says(build: Build) -> None:
    judged = 0
    differing: set[tuple[str, str]] = set()
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
        named = effect.hgvsp is not None and effect.hgvsp.split(":")[-1] == name
        event = "truncating" if label[3] == "*" else "hotspot"
        if not (named and effect.hotspot_exact and effect.event == event):
            differing.add((allele.gene, allele.label))
    assert judged == JUDGED
    assert differing == DISAGREEING


#: Exchanges of several bases over two codons: the label names one residue, the whole change is told here.
TWO_RESIDUES = {
    ("ATM", "L2890I", "p.(Asp2889_Leu2890delinsGluIle)"),
    ("KIT", "V560D", "p.(Val559_Val560delinsAlaAsp)"),
    ("KRAS", "G60V", "p.(Ala59_Gly60delinsGlyVal)"),
    ("PIK3CA", "N107S", "p.(Gly106_Asn107delinsValSer)"),
    ("PIK3CA", "Q546K", "p.(Glu545_Gln546delinsAspLys)"),
    ("TP53", "D259H", "p.(Glu258_Asp259delinsAspHis)"),
    # its first base makes a stop of the codon before
    ("TP53", "H168Y", "p.(Gln167Ter)"),
}


@pytest.mark.shared
def test_the_whole_hotspot_table_as_it_was_released_agrees_in_residue_and_change(shared_dir: Path) -> None:
    path = shared_dir / "knowledge" / "hotspot_alleles.tsv"
    if not path.is_file():
        pytest.skip("the hotspot table is not beside this checkout")
    agreed = 0
    differing = []
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            label = re.fullmatch(r"([A-Z])(\d+)([A-Z*])", row["protein_change"])
            build: Build = "GRCh37" if row["build"] == "GRCh37" else "GRCh38"
            substitution = len(row["ref"]) == len(row["alt"]) and "-" not in row["ref"] + row["alt"]
            known = row["gene"] in panel().genes and _embedded(row["gene"], build)
            if label is None or not substitution or not known:
                continue
            variant = Variant(build, row["chrom"], int(row["pos"]) - 1, row["ref"], row["alt"], "S")
            (effect,) = [e for e in engine(build).effects(variant) if e.gene == row["gene"]]
            name = f"p.({THREE[label[1]]}{label[2]}{THREE[label[3]]})"
            if (effect.hgvsp or "").split(":")[-1] == name and effect.source == "sequence":
                agreed += 1
            else:
                differing.append((row["gene"], row["protein_change"], (effect.hgvsp or "").split(":")[-1]))
    assert agreed == 2602
    assert set(differing) == TWO_RESIDUES


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
