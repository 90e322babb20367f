"""Depth, alternate reads and VAF from each caller's own shape, with the field used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.variants.junctions import structural_support
from netboard.variants.records import (
    caller_status,
    parse_genotype,
    parse_info,
    phase_of,
    population_frequency,
)
from netboard.variants.support import RECIPES, Evidence, normal_of_merged, support_of


def evidence(
    keys: str, values: str, info: str = ".", ref: str = "C", alt: str = "T", allele: int = 0, alleles: int = 1
) -> Evidence:
    fields = dict(zip(keys.split(":"), values.split(":"), strict=False))
    return Evidence(fields, parse_info(info)[0], ref, alt, allele, alleles)


@pytest.mark.parametrize(
    ("caller", "given_", "expected"),
    [
        (
            "Mutect2",
            evidence("GT:AD:AF:DP:F1R2:F2R1", "0/1:75,25:0.247:102:30,12:45,13"),
            (100, 25, 0.25, "FORMAT/AD"),
        ),
        ("MuTect 1", evidence("GT:AD:BQ:DP:FA", "0/1:11,3:29:14:0.214"), (14, 3, 3 / 14, "FORMAT/AD")),
        (
            "HaplotypeCaller",
            evidence("GT:AD:DP:GQ:PL", "0/1:30,28:58:99:1,0,2"),
            (58, 28, 28 / 58, "FORMAT/AD"),
        ),
        (
            "multi-allelic, second",
            evidence("GT:AD:DP", "0/1/2:50,30,20:100", allele=1, alleles=2),
            (100, 20, 0.2, "FORMAT/AD"),
        ),
        (
            "Strelka2 SNV",
            evidence("DP:FDP:SDP:SUBDP:AU:CU:GU:TU", "58:0:0:0:2,3:40,41:0,0:16,18"),
            (58, 16, 16 / 56, "FORMAT/AU,CU,GU,TU"),
        ),
        (
            "Strelka2 indel",
            evidence("DP:DP2:TAR:TIR:TOR:DP50", "60:60:38,39:19,21:3,4:60.1", ref="CA", alt="C"),
            (57, 19, 19 / 57, "FORMAT/TAR,TIR"),
        ),
        (
            "VarScan 2",
            evidence("GT:GQ:DP:RD:AD:FREQ:DP4", "0/1:.:91:56:35:38.46%:31,25,16,19"),
            (91, 35, 0.3846, "FORMAT/RD,AD,FREQ"),
        ),
        (
            "VarScan 2, decimal comma",
            evidence("RD:AD:FREQ", "56:35:38,46%"),
            (91, 35, 0.3846, "FORMAT/RD,AD,FREQ"),
        ),
        ("VarScan 2, no FREQ", evidence("RD:AD:FREQ", "30:10:."), (40, 10, 0.25, "FORMAT/RD,AD")),
        (
            "FreeBayes",
            evidence("GT:DP:AD:RO:QR:AO:QA", "0/1:40:30,10:30:900:10:300"),
            (40, 10, 0.25, "FORMAT/RO,AO"),
        ),
        (
            "FreeBayes, two alleles",
            evidence("GT:DP:RO:AO", "1/2:50:10:15,25", allele=1, alleles=2),
            (50, 25, 0.5, "FORMAT/RO,AO"),
        ),
        (
            "VarDict",
            evidence("GT:DP:VD:AD:AF:RD:ALD", "0/1:200:20:180,20:0.1:90,90:10,10"),
            (200, 20, 0.1, "FORMAT/AD"),
        ),
        ("VarDict without AD", evidence("GT:DP:VD", "0/1:200:20"), (200, 20, 0.1, "FORMAT/VD,DP")),
        ("LoFreq", evidence("", "", "DP=105;AF=0.04;SB=1;DP4=48,48,2,2"), (100, 4, 0.04, "INFO/DP4")),
        ("Platypus", evidence("GT:GL:GOF:GQ:NR:NV", "0/1:1:1:99:80:20"), (80, 20, 0.25, "FORMAT/NR,NV")),
        (
            "Platypus, two alleles",
            evidence("GT:NR:NV", "1/2:80,82:20,41", allele=1, alleles=2),
            (82, 41, 0.5, "FORMAT/NR,NV"),
        ),
        (
            "DeepVariant",
            evidence("GT:GQ:DP:AD:VAF:PL", "0/1:50:80:60,20:0.25:0,1,2"),
            (80, 20, 0.25, "FORMAT/AD"),
        ),
        ("DRAGEN", evidence("GT:SQ:AD:AF:F1R2:DP", "0/1:30:90,10:0.1:1,2:100"), (100, 10, 0.1, "FORMAT/AD")),
        (
            "TNscope",
            evidence("GT:AD:AF:AFDP:BaseQRankSumPS", "0/1:18,6:0.25:24:1"),
            (24, 6, 0.25, "FORMAT/AD"),
        ),
        (
            "Ion Torrent",
            evidence("GT:DP:FDP:RO:FRO:AO:FAO:AF", "0/1:500:480:400:360:100:120:0.25"),
            (480, 120, 0.25, "FORMAT/FRO,FAO"),
        ),
        ("Ion Torrent, FAO and FDP", evidence("FDP:FAO", "480:120"), (480, 120, 0.25, "FORMAT/FAO,FDP")),
        (
            "SomaticSniper",
            evidence("GT:DP4:SS", "0/1:10,20,5,5:2"),
            (40, 10, 0.25, "FORMAT/DP4"),
        ),
        (
            "CaVEMan",
            evidence("GT:FAZ:FCZ:FGZ:FTZ:RAZ:RCZ:RGZ:RTZ:PM", "0|1:0:30:0:12:0:30:0:8:0.25"),
            (80, 20, 0.25, "FORMAT/F*Z,R*Z"),
        ),
        ("AD without the reference", evidence("GT:AD:DP", "0/1:20:80"), (80, 20, 0.25, "FORMAT/AD")),
        ("reference count missing", evidence("GT:AD:DP", "0/1:.,21:54"), (54, 21, 21 / 54, "FORMAT/AD")),
        (
            "TCGA, callers merged",
            evidence("GT:DPC:DPT:ADC:ADT:AL", "0/1:26:29:.,.:21,8:1,3,4,2", "TVAF=0.27;TDP=29"),
            (29, 8, 8 / 29, "FORMAT/DPT,ADT"),
        ),
        ("TCGA, INFO only", evidence("GT:AL", "0/1:2", "TVAF=0.25;TDP=40"), (40, 10, 0.25, "INFO/TVAF,TDP")),
        ("generic AF and DP", evidence("GT:AF:DP", "0/1:0.25:80"), (80, 20, 0.25, "FORMAT/AF")),
        ("generic AF alone", evidence("GT:AF", "0/1:0.25"), (None, None, 0.25, "FORMAT/AF")),
        ("DeepSomatic VAF", evidence("GT:VAF:DP", "1/1:0.5:30"), (30, 15, 0.5, "FORMAT/VAF")),
        ("DP alone", evidence("GT:DP", "0/1:40"), (40, None, None, "FORMAT/DP")),
        ("nothing", evidence("GT", "0/1"), (None, None, None, "")),
        ("all missing", evidence("GT:AD:DP:AF", "0/1:.:.:."), (None, None, None, "")),
        (
            "Octopus, the allele on two haplotypes",
            evidence("GT:DP:MAP_HF", "0|1|1:100:0.5,0.3,0.2"),
            (100, 50, 0.5, "FORMAT/GT,MAP_HF"),
        ),
        (
            "Octopus, haplotypes that do not fit GT",
            evidence("GT:DP:MAP_HF", "0|1:100:0.5,0.3,0.2"),
            (100, None, None, "FORMAT/DP"),
        ),
        ("Octopus, AF per allele", evidence("GT:DP:AF", "0|1:80:0.75,0.25"), (80, 20, 0.25, "FORMAT/AF")),
        ("AF neither per ALT nor adding up", evidence("DP:AF", "80:0.5,0.25"), (80, None, None, "FORMAT/DP")),
        (
            "AF per allele, two ALTs, the second",
            evidence("DP:AF", "100:0.1,0.3,0.6", allele=1, alleles=2),
            (100, 60, 0.6, "FORMAT/AF"),
        ),
        ("TNscope without AD", evidence("GT:AF:AFDP:DP", "0/1:0.25:40:44"), (40, 10, 0.25, "FORMAT/AF,AFDP")),
        (
            "two counts beside two ALTs: of ref and alt, or of both alts",
            evidence("AD:DP", "30,10:50", alleles=2),
            (50, None, None, "FORMAT/DP"),
        ),
        (
            "VarDict's RD of two strands is not VarScan's",
            evidence("RD:AD:FREQ", "90,90:180,20:10%"),
            (200, 20, 0.1, "FORMAT/AD"),
        ),
        ("no reads", evidence("GT:AD", "0/1:0,0"), (0, 0, None, "FORMAT/AD")),
        ("short AD", evidence("AD:DP:AF", "5:80:0.25", alleles=2), (80, None, None, "FORMAT/DP")),
        ("negative", evidence("AD:DP", "-1,5:6"), (6, 5, 5 / 6, "FORMAT/AD")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_caller_is_read_in_its_own_shape(
    caller: str, given_: Evidence, expected: tuple[int | None, int | None, float | None, str]
) -> None:
    found = support_of(given_)
    assert (found.depth, found.alt_depth, found.source) == (expected[0], expected[1], expected[3])
    assert found.vaf == (pytest.approx(expected[2]) if expected[2] is not None else None)


def test_figures_that_contradict_each_other_are_unknown() -> None:
    found = support_of(evidence("GT:DPT:ADT", "1/1:130:130,0", "TVAF=1.0"))
    assert (found.depth, found.alt_depth, found.vaf) == (130, None, None)
    assert "neither is used" in found.notes[0]


def test_estimates_say_so() -> None:
    assert "estimated" in support_of(evidence("AF:DP", "0.25:80")).notes[0]
    assert support_of(evidence("AD", "3,4")).notes == ()


def test_info_af_of_genotypes_is_no_vaf() -> None:
    assert support_of(evidence("GT:DP", "0/1:30", "AC=1;AF=0.5;AN=2;DP=30")).vaf is None
    assert support_of(evidence("", "", "AF=0.1;DP=30")).vaf == 0.1


def test_the_normals_part_of_a_merged_column_is_the_normals() -> None:
    found = normal_of_merged(evidence("DPC:DPT:ADC:ADT", "26:29:25,1:21,8"))
    assert found is not None
    assert (found.depth, found.alt_depth, found.source) == (26, 1, "FORMAT/DPC,ADC")
    unknown = normal_of_merged(evidence("DPC:DPT:ADC:ADT", "26:29:.,.:21,8"))
    assert unknown is not None
    assert (unknown.depth, unknown.alt_depth, unknown.vaf) == (26, None, None)
    assert normal_of_merged(evidence("DP:AD", "1:1,2")) is None


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (evidence("GT:DR:DV:RR:RV", "0/1:10:5:20:15"), (50, 20, "FORMAT/DR,DV,RR,RV")),
        (evidence("PR:SR", "30,6:20,4"), (60, 10, "FORMAT/PR,SR")),
        (evidence("PR", "30,6"), (36, 6, "FORMAT/PR,SR")),
        (evidence("GT:REF:REFPAIR:VF", ".:30:10:20", alt="N[7:5["), (60, 20, "FORMAT/REF,REFPAIR,VF")),
        (
            evidence("BVF:REF:REFPAIR:VF", "12:40:8:0", alt="NACGT."),
            (60, 12, "FORMAT/REF,REFPAIR,BVF"),
        ),
        (
            evidence("BVF:REF:REFPAIR:VF", "0:30:10:20", alt="]7:5]N"),
            (60, 20, "FORMAT/REF,REFPAIR,VF"),
        ),
        (evidence("GT:AD", "0/1:3,4"), (7, 4, "FORMAT/AD")),
        (evidence("GT:DR:DV", "0/1:.:."), (None, None, "")),
    ],
)
def test_structural_callers_count_pairs_and_split_reads(
    given_: Evidence, expected: tuple[object, ...]
) -> None:
    found = structural_support(given_)
    assert (found.depth, found.alt_depth, found.source) == expected


KEYS = sorted(
    {
        key
        for recipe in RECIPES
        for key in (*recipe.needs, *recipe.needs_info, *recipe.also, *recipe.also_info)
    }
    | {"DP", "GT", "PR", "SR", "DR", "DV", "RR", "RV", "REF", "REFPAIR", "VF", "BVF", "ADC", "ADT"}
)
VALUES = st.one_of(
    st.sampled_from(
        [
            ".",
            "",
            "0",
            "5",
            "3,4",
            ".,.",
            ".,5",
            "1,2,3",
            "1,2,3,4",
            "12%",
            "0.5",
            "nan",
            "inf",
            "-1",
            "1e9",
            "x",
        ]
    ),
    st.text(max_size=6),
)


@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES),
    st.dictionaries(st.sampled_from(KEYS), VALUES),
    st.sampled_from(["A", "C", "CA", "N"]),
    st.sampled_from(["G", "T", "GT", "<DEL>"]),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_no_recipe_raises_and_no_figure_is_absurd(
    fields: dict[str, str], info: dict[str, str], ref: str, alt: str, allele: int, more: int
) -> None:
    given_ = Evidence(fields, info, ref, alt, allele, allele + 1 + more)
    for found in (support_of(given_), structural_support(given_), normal_of_merged(given_)):
        if found is None:
            continue
        assert found.vaf is None or 0 <= found.vaf <= 1
        assert found.depth is None or found.depth >= 0
        assert found.alt_depth is None or found.alt_depth >= 0
        assert bool(found.source) == (
            found.depth is not None or found.alt_depth is not None or found.vaf is not None
        )


@st.composite
def told(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str], int]:
    """Return FORMAT and INFO with the fields of some recipes, and the number of ALTs."""
    alleles = draw(st.integers(1, 2))
    values = st.lists(
        st.one_of(st.integers(0, 60).map(str), st.sampled_from([".", "0.25", "0.5", "12%"])),
        min_size=1,
        max_size=alleles + 1,
    ).map(",".join)
    fields: dict[str, str] = {}
    info: dict[str, str] = {}
    for recipe in draw(st.lists(st.sampled_from(RECIPES), max_size=4)):
        for key in (*recipe.needs, *draw(st.sets(st.sampled_from(recipe.also or ("DP",))))):
            fields[key] = "0/1" if key == "GT" else draw(values)
        for key in (*recipe.needs_info, *recipe.also_info[:1]):
            info[key] = draw(values)
    return fields, info, alleles


@given(told(), told(), st.integers(0, 1))
def test_a_field_of_lesser_trust_never_changes_what_a_better_one_said(
    first: tuple[dict[str, str], dict[str, str], int],
    second: tuple[dict[str, str], dict[str, str], int],
    which: int,
) -> None:
    fields, info, alleles = first
    allele = min(which, alleles - 1)
    found = support_of(Evidence(fields, info, "C", "T", allele, alleles))
    sources = [recipe.source for recipe in RECIPES]
    if found.source not in sources:
        return
    better = RECIPES[: sources.index(found.source) + 1]
    read = {key for recipe in better for key in (*recipe.needs, *recipe.also)}
    read_info = {key for recipe in better for key in (*recipe.needs_info, *recipe.also_info)}
    more = {**{k: v for k, v in second[0].items() if k not in read}, **fields}
    more_info = {**{k: v for k, v in second[1].items() if k not in read_info}, **info}
    assert support_of(Evidence(more, more_info, "C", "T", allele, alleles)) == found
    # Nor does the order of the fields.
    turned = dict(reversed(list(more.items())))
    assert support_of(Evidence(turned, more_info, "C", "T", allele, alleles)) == found


def test_each_recipe_reads_no_field_that_it_does_not_declare() -> None:
    for recipe in RECIPES:
        declared = {*recipe.needs, *recipe.also}
        declared_info = {*recipe.needs_info, *recipe.also_info}

        class Watched(dict[str, str]):
            def __init__(self, allowed: set[str]) -> None:
                super().__init__(dict.fromkeys(allowed, "0/1" if allowed == {"GT"} else "5"))
                self.allowed = allowed

            def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
                assert key in self.allowed, (recipe.source, key)  # noqa: B023
                return super().get(key, default)

            def __getitem__(self, key: str) -> str:
                assert key in self.allowed, (recipe.source, key)  # noqa: B023
                return super().__getitem__(key)

        for allele, alleles in ((0, 1), (1, 2)):
            evidence_ = Evidence(Watched(declared), Watched(declared_info), "C", "T", allele, alleles)
            recipe.read(evidence_)


@given(st.integers(1, 4), st.data())
def test_each_allele_has_its_own_figures(alleles: int, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 500), min_size=alleles + 1, max_size=alleles + 1))
    shown = {
        "AD": {"AD": ",".join(map(str, counts))},
        "RO,AO": {"RO": str(counts[0]), "AO": ",".join(map(str, counts[1:]))},
        "FRO,FAO": {"FRO": str(counts[0]), "FAO": ",".join(map(str, counts[1:]))},
        "NR,NV": {"NR": ",".join([str(sum(counts))] * alleles), "NV": ",".join(map(str, counts[1:]))},
    }
    for name, fields in shown.items():
        for allele in range(alleles):
            found = support_of(Evidence(fields, {}, "C", "T", allele, alleles))
            assert (found.depth, found.alt_depth) == (sum(counts), counts[allele + 1]), name
            assert found.source == f"FORMAT/{name}"


# What else a caller says of an allele


@pytest.mark.parametrize(
    ("info", "fields", "expected"),
    [
        ("SOMATIC", {}, "somatic"),
        ("SOMATIC=0", {}, "unknown"),
        ("SS=1;SSC=0", {}, "germline"),
        ("SS=2", {}, "somatic"),
        ("SS=3", {}, "loh"),
        ("SS=5", {}, "unknown"),
        ("STATUS=StrongSomatic", {}, "somatic"),
        ("STATUS=LikelyLOH", {}, "loh"),
        ("STATUS=Germline", {}, "germline"),
        ("STATUS=AFDiff", {}, "unknown"),
        (".", {"SS": "2"}, "somatic"),
        (".", {}, "unknown"),
    ],
)
def test_the_callers_status_is_told(info: str, fields: dict[str, str], expected: str) -> None:
    assert caller_status(parse_info(info)[0], fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"GT": "0|1", "PS": "77"}, "77:1"),
        ({"GT": "1|0", "PS": "77"}, "77:0"),
        ({"GT": "0/1", "PS": "77"}, None),
        ({"GT": "0|1"}, None),
        ({"GT": "0|1", "PS": "."}, None),
        ({"GT": "1|1", "PS": "77"}, None),
        ({"GT": "0/1", "PGT": "0|1", "PID": "100_A_G"}, "100_A_G:1"),
        ({"GT": "0|1|0", "PS": "5"}, "5:1"),
        ({}, None),
    ],
)
def test_phase_is_a_set_and_a_haplotype(fields: dict[str, str], expected: str | None) -> None:
    assert phase_of(fields, 1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0/1", (0, 1)),
        ("1", (1,)),
        ("./.", (None, None)),
        (".|1", (None, 1)),
        ("0/1/2", (0, 1, 2)),
        ("/0/1", (0, 1)),
        ("0/|1", None),
        ("1/C", None),
        ("", None),
        (None, None),
    ],
)
def test_genotypes_are_read_or_left(text: str | None, expected: tuple[int | None, ...] | None) -> None:
    found = parse_genotype(text)
    assert (found.alleles if found else None) == expected


def test_the_highest_population_frequency_is_told_but_never_plain_af() -> None:
    info = parse_info("AF=0.5;gnomAD_AF=0.001,0.02;MAX_AF=0.003,.;POPAF=2.0,7.3")[0]
    assert population_frequency(info, 0) == (pytest.approx(0.01), "INFO/POPAF")
    assert population_frequency(info, 1) == (0.02, "INFO/gnomAD_AF")
    assert population_frequency(parse_info("AF=0.5")[0], 0) == (None, "")
    assert population_frequency(parse_info("gnomAD_AF=.;MAX_AF=x;ExAC_AF=7")[0], 0) == (None, "")
