"""Read support of an allele, from every caller's dialect.

:data:`RECIPES` is the one table: recipes in order of trust, each with the fields that must be there. The
first that yields a figure is taken and its name recorded in ``Support.source``. Counts of reads stand
before fractions, a caller's own fields before those that many share. A recipe reads no field but those it
declares, so that a field of a recipe of lesser trust never changes what a better one said. Depth is the
number of reads that the recipe itself counts, so that ``alt_depth / depth`` is the VAF shown (but for
Strelka2, whose manual leaves third bases out of the VAF); another depth (DP) serves only where the recipe
has none. A missing, short or malformed value makes a recipe pass, never fail: what no recipe can tell
stays None.

Sources: the manuals of Strelka2 (VAF from tier-1 counts), VarScan 2, FreeBayes, Platypus, VarDict, LoFreq,
Ion Torrent variant caller, CaVEMan, Octopus (haplotype frequencies; AF per allele, the reference first),
TNscope (AFDP) and GATK, and the GDC's merged TCGA files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from netboard.model.variant import Support

#: Difference of two stated VAFs of one allele from which they contradict each other.
_CONTRADICTION = 0.1
#: What rounded fractions of all alleles may miss of 1.
_ROUNDING = 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a recipe sees of a record: one sample column, INFO where it speaks of that sample, the allele.

    ``allele`` counts from 0 among ``alleles`` ALTs; ``ref`` and ``alt`` are as written, upper case.
    """

    format: Mapping[str, str]
    info: Mapping[str, str]
    ref: str
    alt: str
    allele: int
    alleles: int

    def numbers(self, key: str) -> tuple[int | None, ...]:
        """Return a comma-separated FORMAT field as counts, None for each that is none."""
        return _counts(self.format.get(key, ""))

    def number(self, key: str) -> int | None:
        """Return a FORMAT field of one count."""
        values = self.numbers(key)
        return values[0] if len(values) == 1 else None

    def of_allele(self, key: str) -> int | None:
        """Return this allele's value of a field with one value per ALT (or one for all of one ALT)."""
        values = self.numbers(key)
        return values[self.allele] if len(values) == self.alleles else None

    def fraction(self, key: str, source: Mapping[str, str] | None = None) -> float | None:
        """Return this allele's fraction from a field that gives one per ALT, in 0 to 1."""
        values = (self.format if source is None else source).get(key, "").split(",")
        if len(values) == self.alleles:
            return _fraction(values[self.allele])
        return _fraction(values[0]) if len(values) == 1 and self.alleles == 1 else None


@lru_cache(maxsize=128)
def _counts(text: str) -> tuple[int | None, ...]:
    # Each allele of a record asks for the same field.
    return tuple(_count(part) for part in text.split(","))


def _count(text: str) -> int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if math.isfinite(value) and value >= 0 else None


def _fraction(text: str) -> float | None:
    percent = text.endswith("%")
    try:
        # VarScan writes a decimal comma where the locale has one; the caller of this splits on commas.
        value = float(text.rstrip("%").strip())
    except ValueError:
        return None
    value = value / 100 if percent else value
    return value if math.isfinite(value) and 0 <= value <= 1 else None


def _made(alt: int | None, depth: int | None, vaf: float | None = None, *notes: str) -> Support | None:
    """Return a Support from counts, None when they tell nothing of the allele."""
    if vaf is None and alt is not None and depth:
        vaf = alt / depth if alt <= depth else None
    if alt is None and vaf is None:
        return None
    return Support(depth, alt, vaf, notes=notes)


def _strelka_snv(e: Evidence) -> Support | None:
    if len(e.ref) != 1 or len(e.alt) != 1:
        return None
    tier1 = {base: e.numbers(f"{base}U")[0] for base in "ACGT"}
    alt, ref = tier1.get(e.alt), tier1.get(e.ref)
    if alt is None or ref is None:
        return None
    depth = sum(n for n in tier1.values() if n is not None)
    return _made(alt, depth, alt / (alt + ref) if alt + ref else None)


def _strelka_indel(e: Evidence) -> Support | None:
    alt, ref = e.numbers("TIR")[0], e.numbers("TAR")[0]
    return None if alt is None or ref is None else _made(alt, alt + ref)


def _varscan(e: Evidence) -> Support | None:
    alt, ref = e.number("AD"), e.number("RD")
    if alt is None or ref is None or e.alleles != 1:
        return None
    percent = e.format.get("FREQ", "").replace(",", ".")
    return _made(alt, alt + ref, _fraction(percent) if percent.endswith("%") else None)


def _tumour_of_merged(e: Evidence) -> Support | None:
    found = _merged(e, "DPT", "ADT")
    stated = e.fraction("TVAF", e.info)
    if found is None or found.vaf is None or stated is None or abs(found.vaf - stated) <= _CONTRADICTION:
        return found
    # Seen in real files: ADT 130,0 beside TVAF=1.0. Nothing tells which of them is right.
    note = f"ADT says {found.alt_depth} of {found.depth} reads, TVAF says {stated:g}: neither is used"
    return Support(found.depth, None, None, notes=(note,))


def _normal_of_merged(e: Evidence) -> Support | None:
    return _merged(e, "DPC", "ADC")


def _merged(e: Evidence, depth_key: str, counts_key: str) -> Support | None:
    counts = e.numbers(counts_key)
    alt = counts[e.allele + 1] if len(counts) == e.alleles + 1 else None
    depth = e.number(depth_key)
    return _made(alt, depth) if alt is not None else None


def _allele_depths(e: Evidence) -> Support | None:
    counts = e.numbers("AD")
    if len(counts) == e.alleles + 1:
        alt = counts[e.allele + 1]
        known = [n for n in counts if n is not None]
        depth = sum(known) if len(known) == len(counts) else e.number("DP")
        return _made(alt, depth) if alt is not None else None
    if len(counts) == e.alleles == 1 and counts[0] is not None:
        # One count beside one ALT is the ALT's. Two beside two may be (ref, alt) of a short field: not told.
        return _made(counts[0], e.number("DP"), None, "AD holds no reference count: depth is DP")
    return None


def _ref_alt(ref_key: str, alt_key: str) -> Callable[[Evidence], Support | None]:
    def recipe(e: Evidence) -> Support | None:
        ref, alts = e.number(ref_key), e.numbers(alt_key)
        if len(alts) != e.alleles or ref is None or None in alts:
            return None
        return _made(alts[e.allele], ref + sum(n for n in alts if n is not None))

    return recipe


def _alt_of_depth(alt_key: str, depth_key: str) -> Callable[[Evidence], Support | None]:
    def recipe(e: Evidence) -> Support | None:
        depths = e.numbers(depth_key)
        depth = depths[e.allele] if len(depths) == e.alleles else depths[0]
        alt = e.of_allele(alt_key)
        return None if alt is None else _made(alt, depth)

    return recipe


def _caveman(e: Evidence) -> Support | None:
    if len(e.ref) != 1 or len(e.alt) != 1 or e.alt not in "ACGT":
        return None
    counts = {b: [e.number(f"F{b}Z"), e.number(f"R{b}Z")] for b in "ACGT"}
    if any(n is None for pair in counts.values() for n in pair):
        return None
    totals = {b: sum(n for n in pair if n is not None) for b, pair in counts.items()}
    return _made(totals[e.alt], sum(totals.values()))


def _pindel(e: Evidence) -> Support | None:
    """Unique calls over all reads of both strands."""
    alt, depth = [e.number("PU"), e.number("NU")], [e.number("PR"), e.number("NR")]
    if None in alt or None in depth or e.alleles != 1:
        return None
    return _made(sum(n or 0 for n in alt), sum(n or 0 for n in depth))


def second_tier_reads(e: Evidence) -> bool:
    """Whether Strelka2 states alternate reads of its second tier, by which a call may have been made."""
    key = "TIR" if "TIR" in e.format else f"{e.alt}U"
    counts = e.numbers(key) if key in e.format else ()
    return len(counts) == 2 and bool(counts[1])


def _four_counts(text: str, e: Evidence) -> Support | None:
    parts = [_count(part) for part in text.split(",")]
    if len(parts) != 4 or e.alleles != 1 or None in parts:
        return None
    counts = [n for n in parts if n is not None]
    return _made(counts[2] + counts[3], sum(counts))


def _four_of_format(e: Evidence) -> Support | None:
    return _four_counts(e.format["DP4"], e)


def _four_of_info(e: Evidence) -> Support | None:
    return _four_counts(e.info["DP4"], e)


def _fraction_with_depth(key: str, depth_key: str = "DP") -> Callable[[Evidence], Support | None]:
    def recipe(e: Evidence) -> Support | None:
        return _estimated(e.fraction(key), e.number(depth_key), key, depth_key)

    return recipe


def _fraction_per_allele(e: Evidence) -> Support | None:
    """AF with one value per ALT, or, as Octopus writes it, one per allele: these add up to 1."""
    values = e.format["AF"].split(",")
    if len(values) != e.alleles + 1:
        return _estimated(e.fraction("AF"), e.number("DP"), "AF", "DP")
    shares = [_fraction(value) for value in values]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares) or abs(sum(known) - 1) > _ROUNDING:
        return None
    return _estimated(known[e.allele + 1], e.number("DP"), "AF", "DP")


def _haplotype_frequencies(e: Evidence) -> Support | None:
    """Octopus: the posterior frequency of each haplotype of GT; the VAF adds up those with the allele."""
    genotype = e.format["GT"].replace("/", "|").split("|")
    shares = [_fraction(value) for value in e.format["MAP_HF"].split(",")]
    if len(genotype) != len(shares) or None in shares or str(e.allele + 1) not in genotype:
        return None
    carried = (s for g, s in zip(genotype, shares, strict=True) if g == str(e.allele + 1) and s is not None)
    return _estimated(min(1.0, sum(carried)), e.number("DP"), "MAP_HF", "DP")


def _estimated(vaf: float | None, depth: int | None, key: str, depth_key: str) -> Support | None:
    if vaf is None:
        return None
    note = f"generic recipe: the VAF is the field {key} as written"
    if depth is None:
        return _made(None, None, vaf, f"{note}; the depth is not stated")
    return _made(
        round(vaf * depth), depth, vaf, f"{note}; the alternate depth is estimated from it and {depth_key}"
    )


def _info_fraction(vaf_key: str, depth_key: str) -> Callable[[Evidence], Support | None]:
    def recipe(e: Evidence) -> Support | None:
        # INFO AF beside AC, AN or NS is the share of genotypes, not of reads.
        if vaf_key == "AF" and not {"AC", "AN", "NS"}.isdisjoint(e.info):
            return None
        depth = _count(e.info.get(depth_key, ""))
        if vaf_key == "AF" and depth is None:
            return None
        return _estimated(e.fraction(vaf_key, e.info), depth, vaf_key, depth_key)

    return recipe


@dataclass(frozen=True, slots=True)
class Recipe:
    """A caller's way to write support.

    ``needs`` are the FORMAT keys, ``needs_info`` the INFO keys that must be there; ``also`` and
    ``also_info`` those that are read beside them where they stand. INFO is looked at only in files of at
    most one sample, where it can speak of no other.
    """

    source: str
    callers: str
    needs: tuple[str, ...]
    read: Callable[[Evidence], Support | None]
    needs_info: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    also_info: tuple[str, ...] = ()


_CAVEMAN = ("FAZ", "FCZ", "FGZ", "FTZ", "RAZ", "RCZ", "RGZ", "RTZ")
_AD_CALLERS = (
    "Mutect2, HaplotypeCaller, VarDict, DeepVariant, DeepSomatic, DRAGEN, TNscope, Octopus, Strelka2 "
    "germline, MuTect 1, Pisces, MuSE, SAGE"
)

#: In order of trust: counts of one caller's own fields, counts of fields that many share, fractions.
RECIPES: tuple[Recipe, ...] = (
    Recipe("FORMAT/AU,CU,GU,TU", "Strelka2 SNV, tier 1", ("AU", "CU", "GU", "TU"), _strelka_snv),
    Recipe("FORMAT/TAR,TIR", "Strelka2 indel, tier 1", ("TAR", "TIR"), _strelka_indel),
    Recipe("FORMAT/RD,AD,FREQ", "VarScan 2", ("RD", "AD", "FREQ"), _varscan),
    Recipe("FORMAT/RD,AD", "VarScan 2 without FREQ", ("RD", "AD"), _varscan, also=("FREQ",)),
    Recipe(
        "FORMAT/DPT,ADT", "TCGA, callers merged: tumour", ("DPT", "ADT"), _tumour_of_merged,
        also_info=("TVAF",),
    ),
    Recipe("FORMAT/FRO,FAO", "Ion Torrent, flow space", ("FRO", "FAO"), _ref_alt("FRO", "FAO")),
    Recipe("FORMAT/FAO,FDP", "Ion Torrent, flow space", ("FAO", "FDP"), _alt_of_depth("FAO", "FDP")),
    Recipe("FORMAT/RO,AO", "FreeBayes, Ion Torrent", ("RO", "AO"), _ref_alt("RO", "AO")),
    Recipe("FORMAT/AD", _AD_CALLERS, ("AD",), _allele_depths, also=("DP",)),
    Recipe("FORMAT/VD,DP", "VarDict", ("VD", "DP"), _alt_of_depth("VD", "DP")),
    Recipe("FORMAT/NR,NV", "Platypus", ("NR", "NV"), _alt_of_depth("NV", "NR")),
    Recipe("FORMAT/F*Z,R*Z", "CaVEMan", _CAVEMAN, _caveman),
    Recipe("FORMAT/PU,NU,PR,NR", "cgpPindel", ("PU", "NU", "PR", "NR"), _pindel),
    Recipe("FORMAT/AO,DP", "FreeBayes, cut down", ("AO", "DP"), _alt_of_depth("AO", "DP")),
    Recipe("FORMAT/DP4", "SomaticSniper, SomaticSeq, bcftools", ("DP4",), _four_of_format),
    Recipe("INFO/DP4", "LoFreq", (), _four_of_info, ("DP4",)),
    Recipe("FORMAT/VAF", "DeepVariant, DeepSomatic", ("VAF",), _fraction_with_depth("VAF"), also=("DP",)),
    Recipe(
        "FORMAT/GT,MAP_HF", "Octopus, haplotype frequencies", ("GT", "MAP_HF"), _haplotype_frequencies,
        also=("DP",),
    ),
    Recipe(
        "FORMAT/MAP_VAF", "Octopus, early versions", ("MAP_VAF",), _fraction_with_depth("MAP_VAF"),
        also=("DP",),
    ),
    Recipe("FORMAT/AF,AFDP", "TNscope without AD", ("AF", "AFDP"), _fraction_with_depth("AF", "AFDP")),
    Recipe("FORMAT/AF", "generic", ("AF",), _fraction_per_allele, also=("DP",)),
    Recipe("FORMAT/FA", "MuTect 1", ("FA",), _fraction_with_depth("FA"), also=("DP",)),
    Recipe("FORMAT/VF", "Pisces", ("VF",), _fraction_with_depth("VF"), also=("DP",)),
    Recipe("FORMAT/FREQ", "VarScan 2, cut down", ("FREQ",), _fraction_with_depth("FREQ"), also=("DP",)),
    Recipe(
        "INFO/TVAF,TDP", "TCGA, callers merged", (), _info_fraction("TVAF", "TDP"), ("TVAF",),
        also_info=("TDP",),
    ),
    Recipe(
        "INFO/AF,DP", "LoFreq without DP4", (), _info_fraction("AF", "DP"), ("AF", "DP"),
        also_info=("AC", "AN", "NS"),
    ),
    Recipe("INFO/VAF", "generic", (), _info_fraction("VAF", "DP"), ("VAF",), also_info=("DP",)),
)  # fmt: skip

#: Where one column holds tumour and normal, this is the normal's part.
NORMAL_OF_MERGED = Recipe("FORMAT/DPC,ADC", "TCGA, callers merged: normal", ("DPC",), _normal_of_merged)


@lru_cache(maxsize=4096)
def _recipes_for(keys: tuple[str, ...]) -> tuple[Recipe, ...]:
    """Return the recipes whose FORMAT fields are among ``keys``, in order of trust."""
    return tuple(recipe for recipe in RECIPES if set(recipe.needs) <= set(keys))


def speaks_first(field: str, keys: tuple[str, ...]) -> bool:
    """Whether of the FORMAT fields ``keys`` it is ``field`` alone that the most trusted recipe needs."""
    recipes = _recipes_for(keys)
    return bool(recipes) and recipes[0].needs == (field,)


def support_of(evidence: Evidence) -> Support:
    """Return the support by the first recipe that tells something; all None where none does."""
    for recipe in _recipes_for(tuple(evidence.format)):
        found = _apply(recipe, evidence)
        if found is not None:
            return found
    depth = evidence.number("DP")
    return Support(depth=depth, source="FORMAT/DP" if depth is not None else "")


def normal_of_merged(evidence: Evidence) -> Support | None:
    """Return the normal's support where one column holds tumour and normal, else None."""
    if "DPT" not in evidence.format or "DPC" not in evidence.format:
        return None
    found = _apply(NORMAL_OF_MERGED, evidence)
    if found is not None:
        return found
    return Support(depth=evidence.number("DPC"), source="FORMAT/DPC")


def _apply(recipe: Recipe, evidence: Evidence) -> Support | None:
    if any(evidence.format.get(key, ".") in (".", "") for key in recipe.needs):
        return None
    if any(evidence.info.get(key, ".") in (".", "") for key in recipe.needs_info):
        return None
    found = recipe.read(evidence)
    return found and Support(found.depth, found.alt_depth, found.vaf, recipe.source, found.notes)
