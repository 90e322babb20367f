"""A small file of each caller's own shape, read from end to end: depth, reads and VAF per allele.

Headers and columns follow the callers' documentation and published output; the positions and bases are
those of the invented panel. ``docs/callers.md`` is checked against the table of recipes here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import embedded
from netboard.model.evidence import Knowledge
from netboard.model.variant import Panel, Support
from netboard.variants.junctions import STRUCTURAL_SOURCES
from netboard.variants.reader import SampleReading, read_file
from netboard.variants.support import NORMAL_OF_MERGED, RECIPES, Recipe
from variants.kit import SEQUENCES, vcf

#: (depth, alternate reads, VAF, recipe)
Figures = tuple[int | None, int | None, float | None, str]
START = 64_804_000


def bases(number: int, length: int = 1) -> str:
    """Return reference bases of the place of record ``number``."""
    place = START + 50 * number
    return str(SEQUENCES["GRCh38"].base("11", place, place + length))


def other(base: str, step: int = 1) -> str:
    return "ACGT"[("ACGT".index(base) + step) % 4]


def alleles(number: int, shape: str) -> tuple[str, str]:
    """Return REF and ALT of a shape: snv, two, block, star, deletion, insertion, mnv or delins."""
    ref = bases(number)
    if shape == "deletion":
        return bases(number, 3), ref
    if shape == "insertion":
        return ref, ref + other(bases(number, 2)[1]) + other(ref)
    if shape == "mnv":
        return bases(number, 2), "".join(other(b) for b in bases(number, 2))
    if shape == "delins":
        return bases(number, 3), other(ref) + other(bases(number, 3)[2])
    more = {"two": f",{other(ref, 2)}", "block": ",<NON_REF>", "star": ",*"}.get(shape, "")
    return ref, other(ref) + more


def tiers(number: int, ref: str, alt: str, third: str = "0,0") -> str:
    """Return the AU:CU:GU:TU columns of Strelka2 for the SNV of record ``number``."""
    shown = {bases(number): ref, other(bases(number)): alt, other(bases(number), 2): third}
    return ":".join(shown.get(base, "0,0") for base in "ACGT")


@dataclass(frozen=True)
class Caller:
    """A caller's file; ``records`` are (shape, FILTER, INFO, FORMAT, columns)."""

    name: str
    meta: Sequence[str]
    samples: Sequence[str]
    records: Sequence[tuple[str, str, str, str, Sequence[str]]]
    expected: Sequence[Figures]
    normal: Sequence[Figures | None] = ()

    def text(self) -> str:
        lines = []
        for number, (shape, passed, info, keys, columns) in enumerate(self.records):
            ref, alt = alleles(number, shape)
            cells = ["11", str(START + 50 * number + 1), ".", ref, alt, "50", passed, info]
            lines.append(" ".join([*cells, keys, *columns] if self.samples else cells))
        return vcf(lines, self.samples, meta="".join(f"##{line}\n" for line in self.meta))


SOMATIC_PAIR = ("NORMAL", "TUMOR")
VARDICT = "GT:DP:VD:ALD:RD:AD:AF:BIAS:PMEAN:PSTD:QUAL:QSTD:SBF:ODDRATIO:MQ:SN:HIAF:ADJAF:NM"
TORRENT = "GT:GQ:DP:FDP:RO:FRO:AO:FAO:AF:SAR:SAF:SRF:SRR:FSAR:FSAF:FSRF:FSRR"
CALLERS: tuple[Caller, ...] = (
    Caller(
        "Mutect2",
        (
            "source=Mutect2", "tumor_sample=P1T", "normal_sample=P1N",
            'FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions of alternate alleles in the tumor">',
        ),
        ("P1N", "P1T"),
        (
            ("snv", "PASS", "DP=160;TLOD=40", "GT:AD:AF:DP:F1R2:F2R1:SB",
             ("0/0:60,0:0.016:60:30,0:30,0:1,1,0,0", "0/1:75,25:0.247:102:30,12:45,13:1,1,1,1")),
            ("two", "multiallelic", "DP=160", "GT:AD:AF:DP", ("0/0:60,0,0:0.01,0.01:60", "0/1/2:50,30,20:0.3,0.2:100")),
            ("deletion", "weak_evidence", "DP=90;POPAF=4.2", "GT:AD:AF:DP:PGT:PID:PS",
             ("0|0:40,0:0.02:40:0|1:7_A_C:7", "0|1:45,5:0.11:50:0|1:7_A_C:7")),
        ),
        ((100, 25, 0.25, "FORMAT/AD"), (100, 30, 0.3, "FORMAT/AD"), (100, 20, 0.2, "FORMAT/AD"),
         (50, 5, 0.1, "FORMAT/AD")),
        ((60, 0, 0.0, "FORMAT/AD"), (60, 0, 0.0, "FORMAT/AD"), (60, 0, 0.0, "FORMAT/AD"), (40, 0, 0.0, "FORMAT/AD")),
    ),
    Caller(
        "MuTect 1", ("MuTect=\"analysis_type=MuTect\"",), ("TUMOR", "NORMAL"),
        (
            ("snv", "PASS", "SOMATIC;VT=SNP", "GT:AD:BQ:DP:FA:SS", ("0/1:11,3:29:14:0.214:2", "0:20,0:.:20:0.00:0")),
            ("snv", "PASS", "SOMATIC;VT=SNP", "GT:DP:FA", ("0/1:50:0.2", "0:20:0.00")),
        ),
        ((14, 3, 3 / 14, "FORMAT/AD"), (50, 10, 0.2, "FORMAT/FA")),
        ((20, 0, 0.0, "FORMAT/AD"), (20, 0, 0.0, "FORMAT/FA")),
    ),
    Caller(
        "Strelka2 SNV", ("source=strelka", "source_version=2.9.10"), SOMATIC_PAIR,
        (("snv", "PASS", "SOMATIC;QSS=80;TQSS=1;NT=ref;QSS_NT=80;SGT=CC->CT", "DP:FDP:SDP:SUBDP:AU:CU:GU:TU",
          (f"40:0:0:0:{tiers(0, '40,41', '0,0')}", f"58:0:0:0:{tiers(0, '40,41', '16,18', '2,3')}")),),
        ((58, 16, 16 / 56, "FORMAT/AU,CU,GU,TU"),), ((40, 0, 0.0, "FORMAT/AU,CU,GU,TU"),),
    ),
    Caller(
        "Strelka2 indel", ("source=strelka", "source_version=2.9.10"), SOMATIC_PAIR,
        (("deletion", "PASS", "SOMATIC;QSI=60;TQSI=1;NT=ref;RU=A;RC=2;IC=1;IHP=3", "DP:DP2:TAR:TIR:TOR:DP50:FDP50:SUBDP50:BCN50",
          ("40:40:38,38:0,0:2,2:40.1:0:0:0", "60:60:38,39:19,21:3,4:60.1:0:0:0")),),
        ((57, 19, 19 / 57, "FORMAT/TAR,TIR"),), ((38, 0, 0.0, "FORMAT/TAR,TIR"),),
    ),
    Caller(
        "VarScan 2", ("source=VarScan2",), SOMATIC_PAIR,
        (
            ("snv", "PASS", "DP=150;SOMATIC;SS=2;SSC=60;GPV=1E0;SPV=1E-6", "GT:GQ:DP:RD:AD:FREQ:DP4",
             ("0/0:.:59:59:0:0%:30,29,0,0", "0/1:.:91:56:35:38.46%:31,25,16,19")),
            ("deletion", "PASS", "DP=60;SS=2", "GT:GQ:DP:RD:AD:FREQ:DP4", ("0/0:.:30:30:0:0%:15,15,0,0", "0/1:.:30:20:10:33,33%:1,1,1,1")),
        ),
        ((91, 35, 0.3846, "FORMAT/RD,AD,FREQ"), (30, 10, 0.3333, "FORMAT/RD,AD,FREQ")),
        ((59, 0, 0.0, "FORMAT/RD,AD,FREQ"), (30, 0, 0.0, "FORMAT/RD,AD,FREQ")),
    ),
    Caller(
        "FreeBayes", ("source=freeBayes v1.3.6",), ("S1",),
        (
            ("snv", ".", "AB=0.25;AC=1;AF=0.5;AN=2;AO=10;DP=40;RO=30;TYPE=snp", "GT:DP:AD:RO:QR:AO:QA:GL", ("0/1:40:30,10:30:900:10:300:-9,0,-9",)),
            ("two", ".", "AC=1,1;AF=0.5,0.5;AN=2;DP=50", "GT:DP:AD:RO:QR:AO:QA:GL", ("1/2:50:10,15,25:10:90:15,25:9,9:-9",)),
            ("mnv", ".", "AC=1;AF=0.5;AN=2;DP=20;TYPE=mnp", "GT:DP:RO:AO", ("0/1:20:15:5",)),
        ),
        ((40, 10, 0.25, "FORMAT/RO,AO"), (50, 15, 0.3, "FORMAT/RO,AO"), (50, 25, 0.5, "FORMAT/RO,AO"), (20, 5, 0.25, "FORMAT/RO,AO")),
    ),
    Caller(
        "VarDict", ("source=VarDict_v1.8.3",), ("P1_tumor", "P1_normal"),
        (("snv", "PASS", "STATUS=StrongSomatic;SAMPLE=P1_tumor;TYPE=SNV;SHIFT3=0;MSI=1;SSF=0;SOR=Inf;LSEQ=A;RSEQ=C", VARDICT,
          ("0/1:200:20:10,10:90,90:180,20:0.1:2,2:30:1:37:1:1:1:60:40:0.1:0:1", "0/0:90:0:0,0:45,45:90,0:0:2,0:0:0:0:0:1:0:0:0:0:0:0")),
         ("delins", "PASS", "STATUS=StrongLOH;TYPE=Complex", "GT:DP:VD:AF", ("0/1:50:10:0.2", "0/0:40:0:0"))),
        ((200, 20, 0.1, "FORMAT/AD"), (50, 10, 0.2, "FORMAT/VD,DP")),
        ((90, 0, 0.0, "FORMAT/AD"), (40, 0, 0.0, "FORMAT/VD,DP")),
    ),
    Caller(
        "LoFreq", ("source=lofreq call -f ref.fa",), (),
        (
            ("snv", "PASS", "DP=105;AF=0.038095;SB=1;DP4=48,48,2,2", "", ()),
            ("insertion", "PASS", "DP=80;AF=0.25;INDEL;HRUN=2", "", ()),
        ),
        ((100, 4, 0.04, "INFO/DP4"), (80, 20, 0.25, "INFO/AF,DP")),
    ),
    Caller(
        "Octopus", ("source=octopus", 'octopus="<version=0.7.4>"'), ("S1_tumor", "S1_normal"),
        (
            ("snv", "PASS", "AC=1;AN=5;DP=140;MQ=60;NS=2;SOMATIC", "GT:GQ:DP:MQ:PS:PQ:HPC:MAP_HF:HF_CR:HSS:FT",
             ("0|0|1:300:100:60:5:99:40,40,20:0.4,0.4,0.2:0.3,0.5,0.3,0.5,0.1,0.3:0,0,1:PASS",
              "0|0:300:40:60:5:99:20,20:0.5,0.5:0.4,0.6,0.4,0.6:0,0:PASS")),
            ("star", "PASS", "AC=1,1;AN=4;DP=140", "GT:GQ:DP:MQ:PS:PQ:AD:ADP:AF",
             ("1|2:300:100:60:5:99:10,30,60:100:0.1,0.3,0.6", "0|0:300:40:60:5:99:40,0,0:40:1,0,0")),
            ("snv", "PASS", "AC=1;AN=4;DP=140", "GT:DP:AF", ("0|1:80:0.75,0.25", "0|0:40:1,0")),
        ),
        ((100, 20, 0.2, "FORMAT/GT,MAP_HF"), (100, 30, 0.3, "FORMAT/AD"), (80, 20, 0.25, "FORMAT/AF")),
        ((40, None, None, "FORMAT/DP"), (40, 0, 0.0, "FORMAT/AD"), (40, 0, 0.0, "FORMAT/AF")),
    ),
    Caller(
        "Platypus", ("source=Platypus_Version_0.8.1",), ("S1",),
        (
            ("snv", "PASS", "BRF=0.1;FR=0.5;TC=80;TR=20;TCF=40;TCR=40;WE=1;WS=2", "GT:GL:GOF:GQ:NR:NV", ("0/1:-9,0,-9:3.0:99:80:20",)),
            ("two", "alleleBias", "FR=0.5,0.5;TC=82;TR=20,41", "GT:GL:GOF:GQ:NR:NV", ("1/2:-1,-1,-1:3:99:80,82:20,41",)),
        ),
        ((80, 20, 0.25, "FORMAT/NR,NV"), (80, 20, 0.25, "FORMAT/NR,NV"), (82, 41, 0.5, "FORMAT/NR,NV")),
    ),
    Caller(
        "DeepVariant", ("DeepVariant_version=1.6.1",), ("S1",),
        (
            ("snv", "PASS", ".", "GT:GQ:DP:AD:VAF:PL", ("0/1:50:80:60,20:0.25:50,0,60",)),
            ("two", "PASS", ".", "GT:GQ:DP:AD:VAF:PL", ("1/2:50:80:20,20,40:0.25,0.5:9,9,9,9,9,9",)),
            ("block", "PASS", ".", "GT:DP:VAF", ("0/1:40:0.5,0",)),
        ),
        ((80, 20, 0.25, "FORMAT/AD"), (80, 20, 0.25, "FORMAT/AD"), (80, 40, 0.5, "FORMAT/AD"), (40, 20, 0.5, "FORMAT/VAF")),
    ),
    Caller(
        "DeepSomatic", ("DeepVariant_version=1.7.0",), ("S1_tumor",),
        (
            ("snv", "PASS", ".", "GT:GQ:DP:AD:VAF:PL", ("1/1:30:60:45,15:0.25:30,9,0",)),
            ("snv", "GERMLINE", ".", "GT:GQ:DP:VAF", ("1/1:30:60:0.5",)),
        ),
        ((60, 15, 0.25, "FORMAT/AD"), (60, 30, 0.5, "FORMAT/VAF")),
    ),
    Caller(
        "DRAGEN", ("source=DRAGEN_SNV", "DRAGENVersion=<ID=dragen>"), ("S1_normal", "S1_tumor"),
        (("snv", "PASS", "DP=150;MQ=250;FractionInformativeReads=0.98;SOMATIC", "GT:SQ:AD:AF:F1R2:F2R1:DP:SB:MB:PS",
          ("0|0:.:50,0:0:25,0:25,0:50:.:.:9", "0|1:30.1:90,10:0.1:45,5:45,5:100:45,45,5,5:45,45,5,5:9")),),
        ((100, 10, 0.1, "FORMAT/AD"),), ((50, 0, 0.0, "FORMAT/AD"),),
    ),
    Caller(
        "Sentieon TNscope", ("SentieonCommandLine.TNscope=<ID=TNscope>",), ("S1_tumor", "S1_normal"),
        (
            ("snv", "PASS", "SOMATIC;ECNT=1;TLOD=20;NLOD=9", "GT:AD:AF:AFDP:ALTHC:ALT_F1R2:ALT_F2R1:BaseQRankSumPS:DPHC:FOXOG:QSS",
             ("0/1:18,6:0.25:24:6:3:3:1:24:0.5:9,9", "0/0:30,0:0:30:0:0:0:.:30:.:9,0")),
            ("snv", "triallelic_site", "TLOD=9", "GT:AF:AFDP:DP", ("0/1:0.25:40:44", "0/0:0:30:31")),
        ),
        ((24, 6, 0.25, "FORMAT/AD"), (40, 10, 0.25, "FORMAT/AF,AFDP")),
        ((30, 0, 0.0, "FORMAT/AD"), (30, 0, 0.0, "FORMAT/AF,AFDP")),
    ),
    Caller(
        "Ion Torrent", ('source="tvc 5.12-27 - Torrent Variant Caller"',), ("S1",),
        (
            ("snv", "PASS", "AF=0.25;AO=100;DP=500;FAO=120;FDP=480;FRO=360;RO=400", TORRENT,
             ("0/1:99:500:480:400:360:100:120:0.25:50:50:200:200:60:60:180:180",)),
            ("two", "PASS", "AF=0.5,0.25;AO=50,20;DP=100;FAO=48,24;FDP=96", TORRENT,
             ("1/2:99:100:96:30:24:50,20:48,24:0.5,0.25:9,9:9,9:9:9:9,9:9,9:9:9",)),
            ("insertion", "PASS", "AF=0.4;HS", "GT:GQ:DP:FDP:AO:FAO:AF", ("0/1:134:116:86:0:35:0.406977",)),
            ("snv", "PASS", "AF=0.2", "GT:DP:RO:AO", ("0/1:30:24:6",)),
        ),
        ((480, 120, 0.25, "FORMAT/FRO,FAO"), (96, 48, 0.5, "FORMAT/FRO,FAO"), (96, 24, 0.25, "FORMAT/FRO,FAO"),
         (86, 35, 35 / 86, "FORMAT/FAO,FDP"), (30, 6, 0.2, "FORMAT/RO,AO")),
    ),
    Caller(
        "GATK HaplotypeCaller", ("source=HaplotypeCaller", "GATKCommandLine=<ID=HaplotypeCaller>"), ("S1",),
        (
            ("block", ".", "BaseQRankSum=1;DP=60", "GT:AD:DP:GQ:PGT:PID:PL:PS:SB", ("0|1:30,28,0:58:99:0|1:9_A_C:9,9,9,9,9,9:9:1,1,1,1",)),
            ("two", ".", "AC=1,1;AF=0.5,0.5;AN=2;DP=60", "GT:AD:DP:GQ:PL", ("1/2:2,28,30:60:99:9,9,9,9,9,9",)),
            ("snv", ".", "AC=1;AF=0.5;AN=2;DP=54", "GT:AD:DP:GQ:PL", ("0/1:.,21:54:99:9,0,9",)),
        ),
        ((58, 28, 28 / 58, "FORMAT/AD"), (60, 28, 28 / 60, "FORMAT/AD"), (60, 30, 0.5, "FORMAT/AD"), (54, 21, 21 / 54, "FORMAT/AD")),
    ),
    Caller(
        "Ensemble of Mutect2, Strelka2 and VarScan 2, one FORMAT for all", ("source=CombineVariants",), SOMATIC_PAIR,
        (
            ("snv", "PASS", "set=mutect2-strelka;SOMATIC", "GT:AD:AF:AU:CU:DP:FREQ:GU:RD:TU",
             ("0/0:30,0:0:.:.:40:.:.:.:.", "0/1:60,20:0.26:.:.:81:.:.:.:.")),
            ("snv", "PASS", "set=varscan", "GT:AD:AF:AU:CU:DP:FREQ:GU:RD:TU",
             ("0/0:0:.:.:.:30:0%:.:30:.", "0/1:10:.:.:.:41:25%:.:30:.")),
            ("deletion", "PASS", "set=strelka", "GT:AD:DP:TAR:TIR", ("0/0:.:30:30,30:0,0", "0/1:.:40:30,30:10,10")),
            ("snv", "PASS", "set=freebayes-vardict", "GT:AD:AO:DP:RO:VD", ("0/0:.:0:30:30:0", "0/1:.:5:41:15:6")),
        ),
        ((80, 20, 0.25, "FORMAT/AD"), (40, 10, 0.25, "FORMAT/RD,AD,FREQ"), (40, 10, 0.25, "FORMAT/TAR,TIR"), (20, 5, 0.25, "FORMAT/RO,AO")),
    ),
    Caller(
        "TCGA, four callers merged, both samples in one column", ("center=TCGA",), ("TCGA-A6-2686-01A",),
        (("snv", "PASS", "TVAF=0.27;TDP=29;SOMATIC", "GT:DPC:DPT:ADC:ADT:AL", ("0/1:26:29:26,0:21,8:1,3",)),),
        ((29, 8, 8 / 29, "FORMAT/DPT,ADT"),), ((26, 0, 0.0, "FORMAT/DPC,ADC"),),
    ),
    Caller(
        "SomaticSeq", ("source=SomaticSeq v3",), SOMATIC_PAIR,
        (("snv", "PASS", "SOMATIC;MVDKP=1,1,0,1,1;NUM_TOOLS=4", "GT:DP4:CD4:refMQ:altMQ:VAF", ("0/0:20,20,0,0:0:60:.:0", "0/1:15,15,5,5:1:60:60:0.24")),),
        ((40, 10, 0.25, "FORMAT/DP4"),), ((40, 0, 0.0, "FORMAT/DP4"),),
    ),
    Caller(
        "a file that says nothing of reads", ("source=unknown",), ("S1",),
        (("snv", "PASS", ".", "GT", ("0/1",)), ("two", "PASS", "AC=1,1;AN=2;AF=0.5,0.5;DP=30", "GT:AD", ("1/2:10,20",))),
        ((None, None, None, ""), (None, None, None, ""), (None, None, None, "")),
    ),
)  # fmt: skip


def read(caller: Caller, write: Callable[..., str], panel: Panel) -> SampleReading:
    reading = read_file(write(caller.text()), panel, SEQUENCES).samples[0]
    counts = reading.counts
    assert counts.in_targets == len(caller.records) == counts.kept + sum(counts.skipped.values())
    return reading


def figures(support: Support | None) -> Figures | None:
    return support and (support.depth, support.alt_depth, support.vaf, support.source)


def same(found: Figures | None, expected: Figures | None) -> bool:
    if found is None or expected is None or found[2] is None or expected[2] is None:
        return found == expected
    return found[:2] + found[3:] == expected[:2] + expected[3:] and found[2] == pytest.approx(expected[2])


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_each_callers_file_gives_its_own_figures_and_their_recipe(
    caller: Caller, write: Callable[..., str], panel: Panel
) -> None:
    found = read(caller, write, panel)
    shown = sorted(found.variants, key=lambda v: (v.line or 0, v.alt_index))
    assert len(shown) == len(caller.expected)
    for variant, expected in zip(shown, caller.expected, strict=True):
        assert same(figures(variant.support), expected), variant
        assert variant.ref_check == "agree"
    for variant, expected_normal in zip(shown, caller.normal, strict=bool(caller.normal)):
        assert same(figures(variant.normal_support), expected_normal), variant


@pytest.mark.parametrize("caller", [c for c in CALLERS if c.normal], ids=lambda caller: caller.name)
def test_the_tumour_of_each_paired_file_is_known_without_an_option(
    caller: Caller, write: Callable[..., str], panel: Panel
) -> None:
    found = read(caller, write, panel)
    assert found.matched_normal
    assert found.role_basis


def test_changes_of_several_bases_stay_whole(write: Callable[..., str], panel: Panel) -> None:
    records = []
    for number, shape in enumerate(("mnv", "delins")):
        ref, alt = alleles(number, shape)
        records.append(f"11 {START + 50 * number + 1} . {ref} {alt} . PASS . GT:AD 0/1:5,5")
    found = read_file(write(vcf(records)), panel, SEQUENCES).samples[0].variants
    assert [(v.ref, v.alt, v.changes) for v in found] == [
        (*alleles(0, "mnv"), ()),
        (*alleles(1, "delins"), ()),
    ]


def test_what_the_callers_say_of_status_and_phase_is_kept(write: Callable[..., str], panel: Panel) -> None:
    by_name = {caller.name: caller for caller in CALLERS}
    told = {
        name: {v.caller_status for v in read(by_name[name], write, panel).variants}
        for name in ("Strelka2 SNV", "VarScan 2", "VarDict", "Sentieon TNscope", "MuTect 1")
    }
    assert told["Strelka2 SNV"] == told["VarScan 2"] == told["MuTect 1"] == {"somatic"}
    assert told["VarDict"] == {"somatic", "loh"}
    assert told["Sentieon TNscope"] == {"somatic", "unknown"}
    phased = {v.phase for v in read(by_name["Mutect2"], write, panel).variants}
    assert phased == {None, "7:1"}
    assert {v.phase for v in read(by_name["DRAGEN"], write, panel).variants} == {"9:1"}


@pytest.mark.parametrize(
    ("keys", "cells", "one"),
    [
        ("GT:AD:PS", ("0|1:50,40:9", "0|1:52,41:9"), True),
        ("GT:AD:PGT:PID", ("0/1:50,40:0|1:9_A_T", "0/1:52,41:0|1:9_A_T"), True),
        ("GT:AD:PS", ("0|1:50,40:9", "1|0:52,41:9"), False),
        ("GT:AD:PS", ("0|1:50,40:9", "0|1:52,41:10"), None),
        # Some callers write every genotype with a bar; without a phase set it proves nothing.
        ("GT:AD", ("0|1:50,40", "0|1:52,41"), None),
        ("GT:AD", ("0/1:50,40", "0/1:52,41"), None),
    ],
)
def test_substitutions_of_one_codon_are_one_change_where_the_file_says_so(
    write: Callable[..., str], knowledge: Knowledge, keys: str, cells: tuple[str, str], one: bool | None
) -> None:
    """``one`` is None where the file leaves the phase open; the two bases are of codon 600 of BRAF."""
    known = embedded(knowledge.panel, "GRCh38")
    places = ((140_753_336, "A", "T"), (140_753_337, "C", "T"))
    records = [
        f"7 {pos} . {ref} {alt} . PASS . {keys} {cell}"
        for (pos, ref, alt), cell in zip(places, cells, strict=True)
    ]
    found = read_file(write(vcf(records)), knowledge.panel, {"GRCh38": known}).samples[0].variants
    engine = ConsequenceEngine(knowledge.panel, "GRCh38", known, {})
    effects = [effect for _, own in engine.effects_of_sample(found) for effect in own]
    names = [(effect.hgvsp or "").split(":")[-1] for effect in effects]
    flags = {flag for effect in effects for flag in effect.flags}
    if one:
        assert names == ["p.(Val600Lys)"] * 2
    else:
        assert names == ["p.(Val600Glu)", "p.(Val600Met)"]
    assert ("combined_effect_unknown" in flags) is (one is None)


# The table of recipes in the documentation


def row(recipe: Recipe) -> str:
    also = ", ".join([*recipe.also, *(f"INFO {key}" for key in recipe.also_info)])
    return f"| `{recipe.source}` | {recipe.callers} | {also} |"


def table() -> list[str]:
    """Return the rows of ``docs/callers.md`` as the code has them."""
    return [
        *map(row, RECIPES),
        row(NORMAL_OF_MERGED),
        *(f"| `{source}` | {callers} |" for source, callers in STRUCTURAL_SOURCES),
    ]


def test_the_documented_recipes_are_those_of_the_code_in_their_order(repo_root: Path) -> None:
    text = (repo_root / "docs" / "callers.md").read_text(encoding="utf-8")
    shown = [line for line in text.splitlines() if line.startswith("| `")]
    assert shown == table(), "docs/callers.md should hold:\n" + "\n".join(table())
