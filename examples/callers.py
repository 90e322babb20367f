"""How each caller lays out a VCF: headers and records of the demo cohort's files.

One function a caller. Each takes a :class:`Call` (one record, its counts in the tumour and, where the
file has one, in the normal) and returns INFO, FORMAT and the sample columns as that caller writes
them. The field definitions follow the callers' own output; only the counts are made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counts:
    """Reads in one sample: depth, and reads of each ALT in order."""

    depth: int
    alts: tuple[int, ...]
    genotype: str

    @property
    def ref(self) -> int:
        """Reads that carry the reference allele."""
        return self.depth - sum(self.alts)

    @property
    def fractions(self) -> tuple[float, ...]:
        """Share of the reads of each ALT."""
        return tuple(n / self.depth for n in self.alts)


@dataclass(frozen=True)
class Call:
    """One record; ``columns`` holds the counts by sample column, tumour first."""

    chrom: str
    pos: int
    ref: str
    alts: tuple[str, ...]
    filter: str
    columns: tuple[Counts, ...]
    #: ``somatic``, ``germline`` or ``unknown``, where the caller says so.
    status: str = "unknown"
    annotation: str = ""
    #: What one caller alone writes, for instance VarDict's sample name in INFO.
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def snv(self) -> bool:
        """Whether every allele is one base."""
        return len(self.ref) == 1 and all(len(a) == 1 for a in self.alts)

    @property
    def tumour(self) -> Counts:
        """Counts of the tumour."""
        return self.columns[0]


Layout = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Caller:
    """Header lines of a caller and its way to write a record."""

    header: tuple[str, ...]
    layout: Callable[[Call], Layout]
    #: Whether the normal stands before the tumour.
    normal_first: bool = False


def _numbers(values: Sequence[object]) -> str:
    return ",".join(str(v) for v in values)


def _split(count: int) -> tuple[int, int]:
    """Forward and reverse reads."""
    return (count + 1) // 2, count // 2


def mutect2(call: Call) -> Layout:
    """Mutect2 of GATK 4: AD in the order REF, ALTs; AF one value for each ALT."""
    t = call.tumour
    info = (
        f"DP={sum(c.depth for c in call.columns)};ECNT=1;GERMQ=93;MBQ={_numbers([33] * (1 + len(call.alts)))};"
        f"MFRL={_numbers([210] * (1 + len(call.alts)))};MMQ={_numbers([60] * (1 + len(call.alts)))};"
        f"MPOS={_numbers([28] * len(call.alts))};POPAF={_numbers(['7.30'] * len(call.alts))};"
        f"TLOD={_numbers([f'{n * 2.9:.2f}' for n in t.alts])}"
    )
    columns = []
    for c in call.columns:
        halves = [_split(n) for n in (c.ref, *c.alts)]
        columns.append(
            f"{c.genotype}:{_numbers((c.ref, *c.alts))}:{_numbers([f'{f:.3f}' for f in c.fractions])}:{c.depth}:"
            f"{_numbers([h[0] for h in halves])}:{_numbers([h[1] for h in halves])}:"
            f"{_numbers((*_split(c.ref), *_split(sum(c.alts))))}"
        )
    return info, "GT:AD:AF:DP:F1R2:F2R1:SB", tuple(columns)


def strelka2(call: Call) -> Layout:
    """Strelka2 somatic: base counts AU/CU/GU/TU for SNVs, TAR/TIR for indels, tier 1 and tier 2."""
    if call.snv:
        info = (
            "SOMATIC;QSS=142;TQSS=1;NT=ref;QSS_NT=142;TQSS_NT=1;"
            f"SGT={call.ref}{call.ref}->{''.join(sorted(call.ref + call.alts[0]))};"
            f"DP={sum(c.depth for c in call.columns)};MQ=60.00;MQ0=0;ReadPosRankSum=0.31;SNVSB=0.00;SomaticEVS=19.2"
        )
        columns = []
        for c in call.columns:
            seen = dict.fromkeys("ACGT", 0) | {call.ref: c.ref} | dict(zip(call.alts, c.alts, strict=True))
            columns.append(f"{c.depth}:0:0:0:" + ":".join(f"{seen[b]},{seen[b]}" for b in "ACGT"))
        return info, "DP:FDP:SDP:SUBDP:AU:CU:GU:TU", tuple(columns)
    longer = call.ref if len(call.ref) > len(call.alts[0]) else call.alts[0]
    info = (
        "SOMATIC;QSI=88;TQSI=1;NT=ref;QSI_NT=88;TQSI_NT=1;SGT=ref->het;MQ=60.00;MQ0=0;"
        f"RU={longer[1:]};RC=1;IC=0;IHP=3;SomaticEVS=17.4"
    )
    columns = [f"{c.depth}:{c.depth}:{c.ref},{c.ref}:{c.alts[0]},{c.alts[0]}:0,0:{c.depth}.0:0.00:0.00:0.00"
               for c in call.columns]  # fmt: skip
    return info, "DP:DP2:TAR:TIR:TOR:DP50:FDP50:SUBDP50:BCN50", tuple(columns)


def varscan2(call: Call) -> Layout:
    """VarScan2 somatic: RD, AD and FREQ in per cent; SS 1 germline, 2 somatic."""
    ss = {"germline": "1", "somatic": "2", "unknown": "5"}[call.status]
    flag = "SOMATIC;" if call.status == "somatic" else ""
    info = f"DP={sum(c.depth for c in call.columns)};{flag}SS={ss};SSC={'87' if flag else '0'};GPV=1E0;SPV=2.1E-9"
    columns = tuple(
        f"{c.genotype}:.:{c.depth}:{c.ref}:{c.alts[0]}:{c.fractions[0] * 100:.2f}%:"
        f"{_numbers((*_split(c.ref), *_split(c.alts[0])))}"
        for c in call.columns
    )
    return info, "GT:GQ:DP:RD:AD:FREQ:DP4", columns


def freebayes(call: Call) -> Layout:
    """FreeBayes: RO and AO, one AO for each ALT; FILTER stays empty."""
    t = call.tumour
    kinds = ["snp" if call.snv else "ins" if len(a) > len(call.ref) else "del" for a in call.alts]
    info = (
        f"AB={_numbers([f'{f:.6f}' for f in t.fractions])};AC={_numbers([1] * len(call.alts))};AN=2;"
        f"AO={_numbers([sum(c.alts[i] for c in call.columns) for i in range(len(call.alts))])};"
        f"DP={sum(c.depth for c in call.columns)};RO={sum(c.ref for c in call.columns)};TYPE={_numbers(kinds)}"
    )
    columns = tuple(
        f"{c.genotype}:{c.depth}:{_numbers((c.ref, *c.alts))}:{c.ref}:{c.ref * 36}:{_numbers(c.alts)}:"
        f"{_numbers([n * 36 for n in c.alts])}"
        for c in call.columns
    )
    return info, "GT:DP:AD:RO:QR:AO:QA", columns


def vardict(call: Call) -> Layout:
    """VarDict, single sample: VD, AD and AF, with RD and ALD by strand."""
    t = call.tumour
    kind = "SNV" if call.snv else "Insertion" if len(call.alts[0]) > len(call.ref) else "Deletion"
    refs, alts = _split(t.ref), _split(t.alts[0])
    info = (
        f"SAMPLE={call.extra['sample']};TYPE={kind};DP={t.depth};VD={t.alts[0]};AF={t.fractions[0]:.4f};BIAS=2:2;"
        f"REFBIAS={refs[0]}:{refs[1]};VARBIAS={alts[0]}:{alts[1]};PMEAN=31.4;QUAL=36.9;MQ=60.0;NM=1.2"
    )
    column = (
        f"{t.genotype}:{t.depth}:{t.alts[0]}:{t.ref},{t.alts[0]}:{t.fractions[0]:.4f}:"
        f"{_numbers(refs)}:{_numbers(alts)}"
    )
    return info, "GT:DP:VD:AD:AF:RD:ALD", (column,)


def lofreq(call: Call) -> Layout:
    """LoFreq: sites only, everything in INFO."""
    t = call.tumour
    info = f"DP={t.depth};AF={t.fractions[0]:.6f};SB=0;DP4={_numbers((*_split(t.ref), *_split(t.alts[0])))}"
    return info, "", ()


def joint(call: Call) -> Layout:
    """A joint file of several samples, GATK style, with the haplotype bit mask of bcftools csq."""
    total = sum(c.depth for c in call.columns)
    carriers = sum(1 for c in call.columns if c.alts[0])
    info = f"AC={carriers};AN={2 * len(call.columns)};DP={total}"
    if not call.annotation:
        return (
            info,
            "GT:AD:DP:GQ",
            tuple(f"{c.genotype}:{c.ref},{c.alts[0]}:{c.depth}:99" for c in call.columns),
        )
    columns = tuple(
        f"{c.genotype}:{c.ref},{c.alts[0]}:{c.depth}:99:{2 if c.alts[0] else 0}" for c in call.columns
    )
    return info, "GT:AD:DP:GQ:BCSQ", columns


def _line(kind: str, name: str, number: str, of: str, text: str) -> str:
    return f'##{kind}=<ID={name},Number={number},Type={of},Description="{text}">'


_GT = _line("FORMAT", "GT", "1", "String", "Genotype")
_PASS = '##FILTER=<ID=PASS,Description="All filters passed">'
_ALLELE_AD = _line(
    "FORMAT", "AD", "R", "Integer", "Allelic depths for the ref and alt alleles in the order listed"
)
_DP_INFO = _line("INFO", "DP", "1", "Integer", "Approximate read depth")
_DP_FORMAT = _line("FORMAT", "DP", "1", "Integer", "Read depth")
_FOUR_BASES = tuple(
    _line("FORMAT", f"{b}U", "2", "Integer", f"Number of '{b}' alleles used in tiers 1,2") for b in "ACGT"
)

CALLERS: dict[str, Caller] = {
    "mutect2": Caller(
        (
            "##source=Mutect2",
            "##MutectVersion=2.2",
            "##filtering_status=These calls have been filtered by FilterMutectCalls",
            _PASS,
            '##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood threshold">',
            '##FILTER=<ID=germline,Description="Evidence indicates this site is germline, not somatic">',
            _DP_INFO,
            _line("INFO", "ECNT", "1", "Integer", "Number of events in this haplotype"),
            _line("INFO", "GERMQ", "1", "Integer", "Phred-scaled quality that alt alleles are not germline"),
            _line("INFO", "MBQ", "R", "Integer", "median base quality by allele"),
            _line("INFO", "MFRL", "R", "Integer", "median fragment length by allele"),
            _line("INFO", "MMQ", "R", "Integer", "median mapping quality by allele"),
            _line("INFO", "MPOS", "A", "Integer", "median distance from end of read"),
            _line("INFO", "POPAF", "A", "Float", "negative log 10 population allele frequencies of alt alleles"),
            _line("INFO", "TLOD", "A", "Float", "Log 10 likelihood ratio score of variant existing"),
            _GT,
            _ALLELE_AD,
            _line("FORMAT", "AF", "A", "Float", "Allele fractions of alternate alleles in the tumor"),
            _DP_FORMAT,
            _line("FORMAT", "F1R2", "R", "Integer", "Count of reads in F1R2 pair orientation"),
            _line("FORMAT", "F2R1", "R", "Integer", "Count of reads in F2R1 pair orientation"),
            _line("FORMAT", "SB", "4", "Integer", "Per-sample component statistics to detect strand bias"),
        ),
        mutect2,
    ),
    "strelka2": Caller(
        (
            "##source=strelka",
            "##source_version=2.9.10",
            "##content=strelka somatic snv and indel calls, joined",
            _PASS,
            '##FILTER=<ID=LowEVS,Description="Somatic Empirical Variant Score (SomaticEVS) is below threshold">',
            *(_line("INFO", n, "1", "Integer", "Somatic quality") for n in ("QSS", "TQSS", "QSS_NT", "TQSS_NT")),
            *(_line("INFO", n, "1", "Integer", "Somatic quality") for n in ("QSI", "TQSI", "QSI_NT", "TQSI_NT")),
            _line("INFO", "NT", "1", "String", "Genotype of the normal in all data tiers"),
            _line("INFO", "SGT", "1", "String", "Most likely somatic genotype excluding normal noise states"),
            _line("INFO", "SOMATIC", "0", "Flag", "Somatic mutation"),
            _DP_INFO,
            _line("INFO", "MQ", "1", "Float", "RMS Mapping Quality"),
            _line("INFO", "MQ0", "1", "Integer", "Total Mapping Quality Zero Reads"),
            _line("INFO", "ReadPosRankSum", "1", "Float", "Z-score of Alt Vs. Ref read-position"),
            _line("INFO", "SNVSB", "1", "Float", "Somatic SNV site strand bias"),
            _line("INFO", "SomaticEVS", "1", "Float", "Somatic Empirical Variant Score"),
            _line("INFO", "RU", "1", "String", "Smallest repeating sequence unit in inserted or deleted sequence"),
            *(_line("INFO", n, "1", "Integer", "Repeat counts and homopolymer") for n in ("RC", "IC", "IHP")),
            _DP_FORMAT,
            *(_line("FORMAT", n, "1", "Integer", "Filtered reads") for n in ("FDP", "SDP", "SUBDP")),
            *_FOUR_BASES,
            _line("FORMAT", "DP2", "1", "Integer", "Read depth for tier2"),
            _line("FORMAT", "TAR", "2", "Integer", "Reads strongly supporting alternate allele for tiers 1,2"),
            _line("FORMAT", "TIR", "2", "Integer", "Reads strongly supporting indel allele for tiers 1,2"),
            _line("FORMAT", "TOR", "2", "Integer", "Other reads for tiers 1,2"),
            *(_line("FORMAT", n, "1", "Float", "Window") for n in ("DP50", "FDP50", "SUBDP50", "BCN50")),
        ),
        strelka2,
        normal_first=True,
    ),
    "varscan2": Caller(
        (
            "##source=VarScan2",
            _PASS,
            _DP_INFO,
            _line("INFO", "SOMATIC", "0", "Flag", "Indicates if record is a somatic mutation"),
            _line(
                "INFO", "SS", "1", "String", "Somatic status (0=Reference,1=Germline,2=Somatic,3=LOH, or 5=Unknown)"
            ),
            _line("INFO", "SSC", "1", "String", "Somatic score in Phred scale (0-255)"),
            _line("INFO", "GPV", "1", "Float", "P-value of tumor+normal versus no variant for Germline calls"),
            _line("INFO", "SPV", "1", "Float", "P-value of tumor versus normal for Somatic/LOH calls"),
            _GT,
            _line("FORMAT", "GQ", "1", "Integer", "Genotype Quality"),
            _DP_FORMAT,
            _line("FORMAT", "RD", "1", "Integer", "Depth of reference-supporting bases (reads1)"),
            _line("FORMAT", "AD", "1", "Integer", "Depth of variant-supporting bases (reads2)"),
            _line("FORMAT", "FREQ", "1", "String", "Variant allele frequency"),
            _line("FORMAT", "DP4", "1", "String", "Strand read counts: ref/fwd, ref/rev, var/fwd, var/rev"),
        ),
        varscan2,
        normal_first=True,
    ),
    "freebayes": Caller(
        (
            "##source=freeBayes v1.3.6",
            _line("INFO", "AB", "A", "Float", "Allele balance at heterozygous sites"),
            _line("INFO", "AC", "A", "Integer", "Total number of alternate alleles in called genotypes"),
            _line("INFO", "AN", "1", "Integer", "Total number of alleles in called genotypes"),
            _line("INFO", "AO", "A", "Integer", "Count of full observations of this alternate haplotype"),
            _DP_INFO,
            _line("INFO", "RO", "1", "Integer", "Count of full observations of the reference haplotype"),
            _line("INFO", "TYPE", "A", "String", "The type of allele, either snp, mnp, ins, del, or complex"),
            _GT,
            _DP_FORMAT,
            _line("FORMAT", "AD", "R", "Integer", "Number of observation for each allele"),
            _line("FORMAT", "RO", "1", "Integer", "Reference allele observation count"),
            _line("FORMAT", "QR", "1", "Integer", "Sum of quality of the reference observations"),
            _line("FORMAT", "AO", "A", "Integer", "Alternate allele observation count"),
            _line("FORMAT", "QA", "A", "Integer", "Sum of quality of the alternate observations"),
        ),
        freebayes,
    ),
    "vardict": Caller(
        (
            "##source=VarDict_v1.8.3",
            _PASS,
            '##FILTER=<ID=q22.5,Description="Mean Base Quality Below 22.5">',
            _line("INFO", "SAMPLE", "1", "String", "Sample name (with whitespace translated to underscores)"),
            _line("INFO", "TYPE", "1", "String", "Variant Type: SNV Insertion Deletion Complex"),
            _line("INFO", "DP", "1", "Integer", "Total Depth"),
            _line("INFO", "VD", "1", "Integer", "Variant Depth"),
            _line("INFO", "AF", "A", "Float", "Allele Frequency"),
            _line("INFO", "BIAS", "1", "String", "Strand Bias Info"),
            _line("INFO", "REFBIAS", "1", "String", "Reference depth by strand"),
            _line("INFO", "VARBIAS", "1", "String", "Variant depth by strand"),
            *(_line("INFO", n, "1", "Float", "Mean") for n in ("PMEAN", "QUAL", "MQ", "NM")),
            _GT,
            _line("FORMAT", "DP", "1", "Integer", "Total Depth"),
            _line("FORMAT", "VD", "1", "Integer", "Variant Depth"),
            _line("FORMAT", "AD", "R", "Integer", "Allelic depths for the ref and alt alleles in the order listed"),
            _line("FORMAT", "AF", "A", "Float", "Allele Frequency"),
            _line("FORMAT", "RD", "2", "Integer", "Reference forward, reverse reads"),
            _line("FORMAT", "ALD", "2", "Integer", "Variant forward, reverse reads"),
        ),
        vardict,
    ),
    "lofreq": Caller(
        (
            "##source=lofreq call",
            _PASS,
            _line("INFO", "DP", "1", "Integer", "Raw Depth"),
            _line("INFO", "AF", "1", "Float", "Allele Frequency"),
            _line("INFO", "SB", "1", "Integer", "Phred-scaled strand bias at this position"),
            _line("INFO", "DP4", "4", "Integer", "Counts: ref-forward, ref-reverse, alt-forward, alt-reverse"),
        ),
        lofreq,
    ),
    "joint": Caller(
        (
            "##source=GenotypeGVCFs",
            _PASS,
            _line("INFO", "AC", "A", "Integer", "Allele count in genotypes, for each ALT allele"),
            _line("INFO", "AN", "1", "Integer", "Total number of alleles in called genotypes"),
            _DP_INFO,
            _GT,
            _ALLELE_AD,
            _DP_FORMAT,
            _line("FORMAT", "GQ", "1", "Integer", "Genotype Quality"),
        ),
        joint,
    ),
}  # fmt: skip
