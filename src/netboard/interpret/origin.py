"""Where an allele comes from: somatic only with a matched normal, else unknown or germline-suspect.

netboard never calls a variant germline: it says what points that way and that a referral decides.
"""

from __future__ import annotations

from netboard.model.standard import AlterationRules
from netboard.model.variant import Gene, Support, Variant


def origin_of(
    variant: Variant,
    gene: Gene | None,
    *,
    matched_normal: bool,
    damaging: bool,
    frequency: tuple[float | None, str] = (None, ""),
    rules: AlterationRules = AlterationRules(),  # noqa: B008  (frozen)
) -> tuple[str, str]:
    """Return (origin, basis): ``somatic``, ``germline_suspect`` or ``unknown``, and why in a sentence.

    ``damaging`` says that the event would matter if inherited; only then does an allele of a syndrome
    gene in a tumour-only sample ask for a referral. ``frequency`` is the highest population frequency that
    the record or its annotation states (a fraction, with its field).
    """
    if matched_normal:
        return _with_normal(variant, rules)
    share, source = frequency if frequency[0] is not None else _stated(variant)
    if share is not None and share >= rules.figure("common_frequency"):
        return "germline_suspect", f"common in the population ({share:.3g}, {source}); no matched normal"
    vaf = _vaf(variant.support)
    half = (rules.figure("one_of_two_low"), rules.figure("one_of_two_high"))
    inherited_like = vaf is not None and (half[0] <= vaf <= half[1] or vaf >= rules.figure("near_all_low"))
    if gene is not None and gene.germline_syndrome and damaging and inherited_like:
        return (
            "germline_suspect",
            f"no matched normal, VAF {vaf:.0%} as an inherited allele would have, and the gene belongs "
            f"to a hereditary syndrome ({gene.germline_syndrome}); a somatic allele with loss of the "
            "other copy looks the same",
        )
    return "unknown", "no matched normal"


def _stated(variant: Variant) -> tuple[float | None, str]:
    return variant.population_frequency, variant.population_source


def junction_origin(
    normal: Support | None,
    rules: AlterationRules = AlterationRules(),  # noqa: B008  (frozen)
) -> tuple[str, str]:
    """Return (origin, basis) of a copy-number call or rearrangement by the normal's reads over its junction."""
    if normal is None or normal.alt_depth is None or normal.depth is None:
        return "unknown", "no reads of a matched normal are stated for it"
    shown = f"{normal.alt_depth} of {normal.depth} reads"
    share = normal.alt_depth / normal.depth if normal.depth else 0.0
    if normal.depth < rules.figure("normal_least_reads"):
        return "unknown", f"the matched normal has {normal.depth} reads here, too few to tell"
    if share >= rules.figure("normal_inherited_share"):
        return "germline_suspect", f"the matched normal shows it too ({shown})"
    if share <= rules.figure("normal_absent_share"):
        return "somatic", f"absent in the matched normal ({shown})"
    return "unknown", f"the matched normal shows a few such reads ({shown})"


def _with_normal(variant: Variant, rules: AlterationRules) -> tuple[str, str]:
    normal = variant.normal_support
    if variant.caller_status == "germline":
        return "germline_suspect", "the caller marks it as germline in tumour and matched normal"
    vaf = _vaf(normal)
    shallow = (
        normal is not None and normal.depth is not None and normal.depth < rules.figure("normal_least_reads")
    )
    if vaf is not None and vaf >= rules.figure("normal_inherited_share") and not shallow:
        return "germline_suspect", f"the matched normal carries it too (VAF {vaf:.0%})"
    if normal is not None and vaf is not None and normal.depth is not None:
        if vaf <= rules.figure("normal_absent_share") and normal.depth >= rules.figure("normal_least_reads"):
            return (
                "somatic",
                f"absent in the matched normal ({normal.alt_depth or 0} of {normal.depth} reads)",
            )
        if normal.depth < rules.figure("normal_least_reads"):
            return "unknown", f"the matched normal has {normal.depth} reads here, too few to tell"
        return "unknown", f"the matched normal carries a few such reads (VAF {vaf:.1%})"
    if variant.caller_status == "somatic":
        return "somatic", "the caller marks it as somatic against a matched normal"
    genotype = variant.normal_genotype or ""
    if _carries(genotype, variant.alt_index):
        return "germline_suspect", f"the matched normal's genotype is {genotype}"
    return "unknown", "a matched normal is there, and its reads at this place are not stated"


def _vaf(normal: Support | None) -> float | None:
    if normal is None:
        return None
    if normal.vaf is not None:
        return normal.vaf
    if normal.depth and normal.alt_depth is not None:
        return normal.alt_depth / normal.depth
    return None


def _carries(genotype: str, alt_index: int) -> bool:
    return str(alt_index + 1) in genotype.replace("|", "/").split("/")
