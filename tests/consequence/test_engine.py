"""Effects of published and made-up alleles on real transcripts, with and without sequence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from fixtures.effects import engine, panel, tell
from netboard.model.effect import Effect
from netboard.model.variant import Build, Support, Variant


@pytest.mark.parametrize(
    ("build", "chrom", "pos", "ref", "alt", "gene", "event", "hgvsc", "hgvsp"),
    [
        ("GRCh38", "11", 64809857, "TAGAC", "T", "MEN1", "truncating", "NM_001370259.2:c.249_252del", "p.(Ile85SerfsTer33)"),
        ("GRCh38", "7", 140753336, "A", "T", "BRAF", "hotspot", "NM_004333.6:c.1799T>A", "p.(Val600Glu)"),
        ("GRCh37", "7", 140453136, "A", "T", "BRAF", "hotspot", "NM_004333.6:c.1799T>A", "p.(Val600Glu)"),
        ("GRCh37", "17", 7578406, "C", "T", "TP53", "hotspot", "NM_000546.6:c.524G>A", "p.(Arg175His)"),
        ("GRCh38", "12", 25245350, "C", "T", "KRAS", "hotspot", "NM_004985.5:c.35G>A", "p.(Gly12Asp)"),
        ("GRCh38", "3", 179218303, "G", "A", "PIK3CA", "hotspot", "NM_006218.4:c.1633G>A", "p.(Glu545Lys)"),
        ("GRCh38", "10", 87933147, "C", "T", "PTEN", "truncating", "NM_000314.8:c.388C>T", "p.(Arg130Ter)"),
        ("GRCh38", "13", 32339132, "G", "T", "BRCA2", "truncating", "NM_000059.4:c.4777G>T", "p.(Glu1593Ter)"),
        # the anchoring base of an indel, and padding around a substitution, change nothing
        ("GRCh38", "7", 140753335, "CA", "CT", "BRAF", "hotspot", "NM_004333.6:c.1799T>A", "p.(Val600Glu)"),
        # an MNV of one codon is told as one change
        ("GRCh38", "7", 140753335, "CA", "TT", "BRAF", "hotspot", "NM_004333.6:c.1799_1800delinsAA", "p.(Val600Glu)"),
        ("GRCh38", "7", 140753336, "AC", "TT", "BRAF", "hotspot", "NM_004333.6:c.1798_1799delinsAA", "p.(Val600Lys)"),
    ],
)  # fmt: skip
def test_published_alleles_get_their_published_names(
    build: Build, chrom: str, pos: int, ref: str, alt: str, gene: str, event: str, hgvsc: str, hgvsp: str
) -> None:
    effect = tell(build, chrom, pos, ref, alt, gene)
    assert effect.hgvsc == hgvsc
    assert (effect.hgvsp or "").endswith(hgvsp)
    assert (effect.event, effect.source, effect.proved) == (event, "sequence", True)


def test_every_allele_of_the_demo_cohort_gets_its_published_name(repo_root: Path) -> None:
    table = repo_root / "examples" / "alleles.tsv"
    with table.open(encoding="utf-8", newline="") as handle:
        lines = (line for line in handle if not line.startswith("#"))
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) >= 15
    for row in rows:
        effect = tell(row["build"], row["chrom"], int(row["pos"]), row["ref"], row["alt"], row["gene"])  # type: ignore[arg-type]
        if effect.source != "sequence":
            continue
        assert (effect.hgvsc or "").split(":")[-1] == row["hgvsc"].split(":")[-1], row
        if row["hgvsp"] not in ("", "p.?"):
            # the table writes published names, ours stand in parentheses because they are predicted
            ours = (effect.hgvsp or "").split(":")[-1].replace("(", "").replace(")", "")
            assert ours == row["hgvsp"].split(":")[-1].replace("(", "").replace(")", ""), row


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "event"),
    [
        (77682553, "C", "CA", "truncating"),  # an insertion of one base well inside the largest coding exon
        (77682553, "C", "CAAA", "undetermined"),
        (77682553, "C", "T", "undetermined"),
    ],
)
def test_without_sequence_a_frameshift_is_truncating_and_a_substitution_is_not_determined(
    pos: int, ref: str, alt: str, event: str
) -> None:
    effect = tell("GRCh38", "X", pos, ref, alt, "ATRX")
    assert (effect.event, effect.source, effect.hgvsp) == (event, "geometry", None)
    if len(ref) == len(alt):
        assert effect.hgvsc is not None
        assert effect.remedy.startswith("amino acid not determined")
        assert effect.possible == ("missense", "truncating", "synonymous")
    else:
        assert effect.hgvsc is None
        assert effect.hgvsc_unshifted is not None


def test_a_recurrent_allele_is_told_without_sequence_from_the_allele_table() -> None:
    allele = next(
        a for a in panel().alleles
        if a.gene == "HRAS" and a.label == "Q61R" and a.build == "GRCh38" and a.substitution
    )  # fmt: skip
    effect = tell("GRCh38", allele.chrom, allele.start + 1, allele.ref, allele.alt, "HRAS")
    assert (effect.event, effect.hotspot, effect.hotspot_exact) == ("hotspot", "Q61R", True)
    assert (effect.hgvsp, effect.source) == ("p.(Gln61Arg)", "known_allele")


def test_another_change_of_a_recurrent_residue_is_flagged_and_stays_a_missense() -> None:
    effect = tell("GRCh38", "7", 140753336, "A", "G", "BRAF")  # p.(Val600Ala)
    assert (effect.event, effect.hotspot, effect.hotspot_exact) == ("missense", "V600", False)


def test_a_canonical_splice_base_needs_no_sequence() -> None:
    model = panel().genes["ATRX"].models("GRCh38")[0]
    start, _ = model.exons[5]  # minus strand: the base right of an exon's end is its acceptor side
    left, right = (
        tell("GRCh38", "X", start, "A", "G", "ATRX"),
        tell("GRCh38", "X", start - 1, "A", "G", "ATRX"),
    )
    assert {left.event, right.event} == {"splice"}
    assert left.hgvsc is not None and "+" in left.hgvsc


def test_the_promoter_of_a_gene_is_an_event_of_its_own() -> None:
    effect = tell("GRCh38", "5", 1295113, "G", "A", "TERT")
    assert (effect.event, effect.hotspot, effect.hotspot_exact, effect.hgvsp) == (
        "promoter",
        "C228T",
        True,
        None,
    )


def test_a_mane_plus_clinical_transcript_speaks_only_where_the_first_is_not_hit() -> None:
    first, second = panel().genes["KRAS"].models("GRCh38")[:2]
    own = next(exon for exon in second.exons if not any(a < exon[1] and exon[0] < b for a, b in first.exons))
    place = (own[0] + own[1]) // 2
    effect = next(
        e
        for e in engine("GRCh38").effects(Variant("GRCh38", "12", place, "A", "AT", "S"))
        if e.gene == "KRAS"
    )
    assert effect.transcript == second.accession
    assert "not_on_mane_select" in effect.flags
    assert tell("GRCh38", "12", 25245350, "C", "T", "KRAS").transcript == first.accession


def _both(
    first: tuple[int, str, str], second: tuple[int, str, str], phases: tuple[str | None, str | None]
) -> list:  # type: ignore[type-arg]
    variants = [
        Variant("GRCh38", "7", pos - 1, ref, alt, "S", phase=phase)
        for (pos, ref, alt), phase in zip((first, second), phases, strict=True)
    ]
    return [
        next(e for e in effects if e.gene == "BRAF")
        for _, effects in engine("GRCh38").effects_of_sample(variants)
    ]


def test_two_substitutions_of_one_codon_on_one_haplotype_are_told_as_one() -> None:
    effects = _both((140753336, "A", "T"), (140753337, "C", "T"), ("7:1", "7:1"))
    assert all((effect.hgvsp or "").endswith("p.(Val600Lys)") for effect in effects)
    assert all("combined_in_cis" in effect.flags for effect in effects)


def test_two_substitutions_of_one_codon_with_open_phase_are_flagged_and_not_merged() -> None:
    effects = _both((140753336, "A", "T"), (140753337, "C", "T"), (None, None))
    assert [(e.hgvsp or "").split(":")[-1] for e in effects] == ["p.(Val600Glu)", "p.(Val600Met)"]
    assert all("combined_effect_unknown" in effect.flags for effect in effects)


def test_substitutions_on_two_haplotypes_stay_apart() -> None:
    effects = _both((140753336, "A", "T"), (140753337, "C", "T"), ("7:1", "7:2"))
    assert not any(flag.startswith("combined") for effect in effects for flag in effect.flags)


def test_two_near_indels_of_open_phase_leave_the_frame_open() -> None:
    effects = _both((140753330, "A", "AT"), (140753345, "G", "GTT"), (None, None))
    assert {effect.event for effect in effects} <= {"undetermined", "truncating"}
    assert all("reading_frame_may_be_restored" in effect.flags for effect in effects)
    assert all(effect.event == "undetermined" for effect in effects)


def _neighbours(*rows: dict[str, object]) -> list[Effect]:
    """Effects on BRAF or MEN1 of alleles given as (chrom, pos, ref, alt) and further fields of a variant."""
    variants = []
    for row in rows:
        chrom, pos, ref, alt = row.pop("at")  # type: ignore[misc]
        variants.append(Variant("GRCh38", chrom, pos - 1, ref, alt, "S", **row))  # type: ignore[arg-type]
    return [
        next(e for e in effects if e.gene in ("BRAF", "MEN1"))
        for _, effects in engine("GRCh38").effects_of_sample(variants)
    ]


_V600E = ("7", 140753336, "A", "T")
_NEIGHBOUR = ("7", 140753337, "C", "T")
_I85FS = ("11", 64809857, "TAGAC", "T")
_INSERTION = ("11", 64809840, "A", "AT")


@pytest.mark.parametrize(
    "neighbour",
    [
        {"filters": ("base_qual", "weak_evidence"), "support": Support(100, 40, 0.4)},
        {"support": Support(100, 1, 0.01)},
        {"support": Support(100, 10, 0.1)},
    ],
)
def test_a_doubtful_neighbour_in_phase_never_rewrites_a_sound_allele(neighbour: dict[str, object]) -> None:
    sound, _ = _neighbours(
        {"at": _V600E, "phase": "1:1", "support": Support(100, 50, 0.5)},
        {"at": _NEIGHBOUR, "phase": "1:1", **neighbour},
    )
    assert (sound.hgvsp or "").endswith("p.(Val600Glu)")
    assert "doubtful_neighbour_in_codon" in sound.flags


def test_a_doubtful_indel_nearby_leaves_a_sound_frameshift_as_it_is() -> None:
    sound, doubtful = _neighbours(
        {"at": _I85FS, "support": Support(70, 30, 0.43)},
        {"at": _INSERTION, "support": Support(501, 1, 0.002), "filters": ("weak_evidence",)},
    )
    assert (sound.event, doubtful.event) == ("truncating", "undetermined")
    assert "reading_frame_may_be_restored" in sound.flags


def test_two_alternate_alleles_of_one_record_are_not_on_one_molecule() -> None:
    effects = _neighbours(
        {"at": _I85FS, "written": "one record", "alt_index": 0, "support": Support(62, 30, 0.48)},
        {
            "at": ("11", 64809861, "C", "CA"),
            "written": "one record",
            "alt_index": 1,
            "support": Support(62, 30, 0.48),
        },
    )
    assert {effect.event for effect in effects} == {"truncating"}
    same_base = _neighbours({"at": _V600E}, {"at": ("7", 140753336, "A", "C")})
    assert not any("combined_effect_unknown" in effect.flags for effect in same_base)
