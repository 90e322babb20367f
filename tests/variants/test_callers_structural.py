"""A small file of each structural and copy-number caller's own shape, read from end to end.

AAA1 lies on 11:64,803,001-64,811,000, BBB2 on 7:140,730,001-140,734,000 (GRCh38, 1-based closed).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from netboard.model.variant import Panel
from netboard.variants.reader import read_file
from variants.kit import SEQUENCES, vcf

#: (start, end, total, minor, call) of a stretch of chromosome 11.
Stretch = tuple[int, int, float | None, float | None, str]
#: (kind, gene, gene at the mate, chromosome of the mate, 0-based position of the mate)
Junction = tuple[str, str, str, str | None, int | None]


@dataclass(frozen=True)
class File:
    name: str
    meta: Sequence[str]
    samples: Sequence[str]
    #: Records, blank-separated; ``?`` stands for the genome's base.
    records: Sequence[str]
    stretches: Sequence[Stretch] = ()
    junctions: Sequence[Junction] = ()
    #: (depth, alternate fragments, source) of each stretch and junction.
    support: Sequence[tuple[int | None, int | None, str]] = ()

    def text(self) -> str:
        lines = []
        for record in self.records:
            cells = record.split(" ")
            place = int(cells[1])
            base = SEQUENCES["GRCh38"].base(cells[0].removeprefix("chr"), place - 1, place) or "N"
            lines.append(" ".join(cell.replace("?", base) for cell in cells))
        return vcf(lines, self.samples, meta="".join(f"##{line}\n" for line in self.meta))


MANTA = "PR:SR 20,0:18,0 30,6:20,4"
GRIDSS = "GT:BVF:REF:REFPAIR:RP:SR:VF"
DRAGEN_CNV = "source=DRAGEN_CNV"
FILES: tuple[File, ...] = (
    File(
        "Manta", ("source=GenerateSVCandidates 1.6.0",), ("NORMAL", "TUMOR"),
        (
            f"11 64600000 MantaDEL:1:0:1:0:0:0 N <DEL> . PASS END=64805000;SVTYPE=DEL;SVLEN=-205000;CIPOS=0,3;HOMLEN=3;SOMATIC;SOMATICSCORE=60 {MANTA}",
            f"11 64804000 MantaDUP:TANDEM:2:0:1:0:0:0 ? <DUP:TANDEM> . PASS END=64806000;SVTYPE=DUP;SVLEN=2000;SOMATIC {MANTA}",
            f"2 500 MantaBND:3:0:1:0:0:0:0 N N[chr11:64805500[ . PASS SVTYPE=BND;MATEID=MantaBND:3:0:1:0:0:0:1;SOMATIC {MANTA}",
            f"11 64805500 MantaBND:3:0:1:0:0:0:1 ? ]chr2:500]? . PASS SVTYPE=BND;MATEID=MantaBND:3:0:1:0:0:0:0;SOMATIC {MANTA}",
            f"11 64807000 MantaINS:4:0:0:0:0:0 ? <INS> . PASS END=64807000;SVTYPE=INS;LEFT_SVINSSEQ=ACGT;RIGHT_SVINSSEQ=TTTT;SOMATIC {MANTA}",
            f"7 140731000 MantaINV:5:0:1:0:0:0 ? <INV> . PASS END=141000000;SVTYPE=INV;SVLEN=269000;INV3;SOMATIC {MANTA}",
        ),
        ((64_600_000, 64_805_000, None, None, "deletion"), (64_804_000, 64_806_000, None, None, "gain")),
        (
            ("DEL", "", "AAA1", "11", 64_804_999), ("BND", "", "AAA1", "11", 64_805_499),
            ("BND", "AAA1", "", "2", 499), ("INS", "AAA1", "", None, None), ("INV", "BBB2", "", "7", 140_999_999),
        ),
        ((60, 10, "FORMAT/PR,SR"),) * 7,
    ),
    File(
        "Delly", ("source=delly",), ("S1_tumor", "S1_normal"),
        (
            "11 64700001 DEL0001 N <DEL> 600 PASS PRECISE;SVTYPE=DEL;SVMETHOD=EMBL.DELLYv1.1.8;END=64900000;PE=9;MAPQ=60;CT=3to5;CIPOS=-5,5 GT:GL:GQ:FT:RCL:RC:RCR:RDCN:DR:DV:RR:RV 0/1:-9,0,-9:99:PASS:9:9:9:1:10:5:20:15 0/0:0,-9,-9:99:PASS:9:9:9:2:30:0:40:0",
            "11 64804000 INV0002 ? <INV> 600 PASS IMPRECISE;SVTYPE=INV;SVMETHOD=EMBL.DELLYv1.1.8;END=66000000;PE=9;CT=3to3 GT:DR:DV:RR:RV 0/1:10:5:0:0 0/0:30:0:0:0",
            "11 64804500 BND0003 ? ?[7:140731000[ 600 PASS PRECISE;SVTYPE=BND;SVMETHOD=EMBL.DELLYv1.1.8;END=64804501;CHR2=7;POS2=140731000;PE=9;CT=3to5 GT:DR:DV:RR:RV 0/1:10:5:20:15 0/0:30:0:40:0",
            "2 900 TRA0004 N <TRA> . LowQual IMPRECISE;SVTYPE=TRA;SVMETHOD=EMBL.DELLYv0.7.3;CHR2=11;END=64805000;PE=3;CT=5to3 GT:DR:DV:RR:RV 0/1:10:3:0:0 0/0:30:0:0:0",
            "11 64700001 CNV0005 N <CNV> 900 PASS IMPRECISE;SVTYPE=CNV;SVMETHOD=EMBL.DELLYv1.1.8;END=64900000;CIPOS=-50,50 GT:CN:CNL:GQ:FT:RDCN:RDSD 1/1:0:-9,-9:99:PASS:0.05:0.1 0/0:2:-9,-9:99:PASS:2.01:0.1",
        ),
        ((64_700_001, 64_900_000, 1.0, None, "deletion"), (64_700_001, 64_900_000, 0.0, None, "deletion")),
        (("INV", "AAA1", "", "11", 65_999_999), ("BND", "AAA1", "BBB2", "7", 140_730_999), ("BND", "", "AAA1", "11", 64_804_999)),
        ((50, 20, "FORMAT/DR,DV,RR,RV"), (None, None, ""), (15, 5, "FORMAT/DR,DV,RR,RV"), (50, 20, "FORMAT/DR,DV,RR,RV"), (13, 3, "FORMAT/DR,DV,RR,RV")),
    ),
    File(
        "GRIDSS", ("source=gridss 2.13.2",), ("S1_normal", "S1_tumor"),
        (
            f"11 64804000 gridss1fb_1o ? ?]7:140731000] 900 PASS SVTYPE=BND;MATEID=gridss1fb_1h;EVENT=gridss1fb_1;CIPOS=-2,2 {GRIDSS} .:0:40:9:0:0:0 .:0:30:10:9:11:20",
            f"7 140731000 gridss1fb_1h ? ?]11:64804000] 900 PASS SVTYPE=BND;MATEID=gridss1fb_1o;EVENT=gridss1fb_1 {GRIDSS} .:0:41:9:0:0:0 .:0:31:9:9:11:20",
            f"11 64806000 gridss2b ? ?ACGT. 500 LOW_QUAL SVTYPE=BND;EVENT=gridss2b {GRIDSS} .:0:50:9:0:0:0 .:12:40:8:0:0:0",
        ),
        (),
        (("BND", "AAA1", "BBB2", "7", 140_730_999), ("BND", "BBB2", "AAA1", "11", 64_803_999), ("BND", "AAA1", "", None, None)),
        ((60, 20, "FORMAT/REF,REFPAIR,VF"), (60, 20, "FORMAT/REF,REFPAIR,VF"), (60, 12, "FORMAT/REF,REFPAIR,BVF")),
    ),
    File(
        "PURPLE", ("source=gridss 2.13.2", "purpleVersion=4.0"), ("S1_normal", "S1_tumor"),
        (
            f"chr11 64804000 gridss1ff_1o ? [chr2:500[? 900 PASS SVTYPE=BND;MATEID=gridss1ff_1h;EVENT=gridss1ff_1;PURPLE_AF=0.42,0.41;PURPLE_CN=2.1,3.0;PURPLE_CN_CHANGE=0.9,0.8;PURPLE_JCN=0.85 {GRIDSS} .:0:40:9:0:0:0 .:0:30:10:9:11:20",
            f"chr11 64806000 purple_1 ? ?. 0 INFERRED SVTYPE=BND;IMPRECISE;PURPLE_CN=2.0;PURPLE_CN_CHANGE=1.0 {GRIDSS} .:.:.:.:.:.:. .:.:.:.:.:.:.",
        ),
        (),
        (("BND", "AAA1", "", "2", 499), ("BND", "AAA1", "", None, None)),
        ((60, 20, "FORMAT/REF,REFPAIR,VF"), (None, None, "")),
    ),
    File(
        "DRAGEN CNV, VCF 4.2", (DRAGEN_CNV,), ("S1",),
        (
            "chr11 64700000 DRAGEN:LOSS:chr11:64700001-64900000 N <DEL> 128 PASS SVLEN=-200000;SVTYPE=CNV;END=64900000;REFLEN=200000 GT:SM:CN:BC:PE 0/1:0.52:1:1979:25,7",
            "chr11 64700000 DRAGEN:LOSS:chr11:64700001-64900000 N <DEL> 128 cnvQual SVLEN=-200000;SVTYPE=CNV;END=64900000;REFLEN=200000 GT:SM:BC:PE 1/1:0.04:1979:25,7",
            "chr11 64700000 DRAGEN:GAIN:chr11:64700001-64900000 N <DUP> 128 PASS SVLEN=200000;SVTYPE=CNV;END=64900000;REFLEN=200000 GT:SM:CN:BC:PE ./1:3.5:7:1979:25,7",
            "chr11 64700000 DRAGEN:CNLOH:chr11:64700001-64900000 N <DEL>,<DUP> 50 PASS SVLEN=-200000,200000;SVTYPE=CNV;END=64900000;REFLEN=200000 GT:SM:SD:MAF:BC:AS:PE:CN:MCN 1/2:1.01:702.9:0:20:1:4,0:2:0",
        ),
        (
            (64_700_000, 64_900_000, 1.0, None, "loss_of_heterozygosity"), (64_700_000, 64_900_000, 0.0, None, "deletion"),
            (64_700_000, 64_900_000, 7.0, None, "amplification"), (64_700_000, 64_900_000, 2.0, 0.0, "loss_of_heterozygosity"),
        ),
    ),
    File(
        "DRAGEN CNV, VCF 4.4", (DRAGEN_CNV,), ("S1",),
        (
            "chr11 64700000 DRAGEN:CNLOH:chr11:64700001-64900000 N <LOH> 100 PASS END=64900000;REFLEN=200000;SVLEN=200000;SVCLAIM=D GT:SM:CN:MCN:BC:PE 1/1:1.0:2:0:5694:15,15",
            "chr11 64700000 DRAGEN:LOSS:chr11:64700001-64900000 N <DEL> 100 PASS END=64900000;REFLEN=200000;SVLEN=200000;SVCLAIM=D GT:SM:CN:MCN:BC:PE 0/1:0.8:2:1:5694:15,15",
            "chr11 64804000 DRAGEN:DEL:1 ? <DEL> 100 PASS END=64806000;SVLEN=2000;SVCLAIM=DJ GT:CN:PR:SR 0/1:1:30,6:20,4",
        ),
        (
            (64_700_000, 64_900_000, 2.0, 0.0, "loss_of_heterozygosity"), (64_700_000, 64_900_000, 2.0, 1.0, "unknown"),
            (64_804_000, 64_806_000, 1.0, None, "deletion"),
        ),
    ),
    File(
        "CNVkit", ("source=CNVkit v0.9.10",), ("S1",),
        (
            "chr11 64700000 . N <DEL> . . IMPRECISE;SVTYPE=DEL;END=64900000;SVLEN=-200000;FOLD_CHANGE=0.5;FOLD_CHANGE_LOG=-1.0;PROBES=44 GT:GQ 0/1:44",
            "chr11 64700000 . N <DEL> . . IMPRECISE;SVTYPE=DEL;END=64900000;SVLEN=-200000;FOLD_CHANGE=0.05;FOLD_CHANGE_LOG=-4.3;PROBES=44;CIPOS=-9,9 GT:GQ 1/1:44",
            "chr11 64700000 . N <DUP> . . IMPRECISE;SVTYPE=DUP;END=64900000;SVLEN=200000;FOLD_CHANGE=4;FOLD_CHANGE_LOG=2.0;PROBES=44 GT:GQ:CN:CNQ 0/1:0:8:44",
        ),
        (
            (64_700_000, 64_900_000, 1.0, None, "loss_of_heterozygosity"), (64_700_000, 64_900_000, 0.0, None, "deletion"),
            (64_700_000, 64_900_000, 8.0, None, "amplification"),
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_callers_records_become_stretches_and_junctions(
    file: File, write: Callable[..., str], panel: Panel
) -> None:
    found = read_file(write(file.text()), panel, SEQUENCES).samples[0]
    assert [(c.start, c.end, c.total, c.minor, c.call) for c in found.copy_numbers] == list(file.stretches)
    assert {c.chrom for c in found.copy_numbers} <= {"11"}
    assert [(r.kind, r.gene, r.mate_gene, r.mate_chrom, r.mate_start) for r in found.rearrangements] == list(
        file.junctions
    )
    assert found.counts.kept == len(file.records)
    if file.support:
        supports = [x.support for x in (*found.copy_numbers, *found.rearrangements)]
        assert [(s.depth, s.alt_depth, s.source) for s in supports] == list(file.support)


def test_the_ratio_of_cnvkit_is_kept(write: Callable[..., str], panel: Panel) -> None:
    file = next(f for f in FILES if f.name == "CNVkit")
    found = read_file(write(file.text()), panel, SEQUENCES).samples[0].copy_numbers
    assert [c.log2 for c in found] == [-1.0, -4.3, 2.0]


def test_a_segment_border_told_by_depth_is_no_breakpoint(write: Callable[..., str], panel: Panel) -> None:
    border = "11 64700000 . N <DEL> . PASS SVTYPE=CNV;END=64805000 GT:CN 0/1:1"
    found = read_file(write(vcf([border])), panel, SEQUENCES).samples[0]
    assert [c.call for c in found.copy_numbers] == ["loss_of_heterozygosity"]
    assert found.rearrangements == ()


def test_one_copy_of_x_lost_by_depth_is_unknown_and_of_both_a_deletion(panel: Panel) -> None:
    from netboard.model.variant import Support
    from netboard.variants.records import parse_record
    from netboard.variants.spans import GeneSpans
    from netboard.variants.structural import read_structural

    class Everywhere(GeneSpans):
        def genes_over(self, chrom: str, start: int, end: int) -> tuple[str, ...]:
            return ("AAA1",)

    calls = []
    for copies in ("1", "0"):
        line = f"X\t100\t.\tN\t<DEL>\t.\tPASS\tSVTYPE=CNV;END=900\tGT:CN\t0/1:{copies}".encode()
        record = parse_record(line, 1, "in.vcf", 10)
        found = read_structural(record, 0, 0, "S", "GRCh38", Everywhere(panel, "GRCh38"), Support())
        assert found.copy_number is not None
        calls.append(found.copy_number.call)
    assert calls == ["unknown", "deletion"]
