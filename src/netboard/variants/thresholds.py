"""Cut-offs that turn copy numbers into calls, each with its source."""

from __future__ import annotations

import math

#: COSMIC's definition of gain (cancer.sanger.ac.uk/cosmic/help/cnv/overview): at an average ploidy of at most
#: 2.7 a total of 5 copies or more, else of 9 or more. Its relative loss at high ploidy is not called here.
HIGH_PLOIDY = 2.7
AMPLIFIED_TOTAL = 5.0
AMPLIFIED_TOTAL_HIGH_PLOIDY = 9.0
#: COSMIC's loss at a total of 0 copies; a fractional total counts as 0 where it rounds to it.
DELETED_BELOW = 0.5
#: Of two alleles the lesser counts as lost below half a copy.
LOST_BELOW = 0.5
#: CNVkit's default thresholds of a log2 ratio for 0, 1, 2 and 3 copies (`cnvkit.py call --method threshold`).
LOG2_DELETED = -1.1
LOG2_LOSS = -0.25
LOG2_GAIN = 0.2
#: Five copies against two, the COSMIC gain, as a log2 ratio.
LOG2_AMPLIFIED = math.log2(AMPLIFIED_TOTAL / 2)


def call_of_total(total: float, minor: float | None, ploidy: float | None = None) -> str:
    """Return the call for absolute copies: ``total``, of the lesser allele ``minor`` (None: unknown).

    Without ``minor``, a total of two copies cannot tell whether both alleles are there; the call then says
    what the total alone says.
    """
    high = ploidy is not None and ploidy > HIGH_PLOIDY
    if total < DELETED_BELOW:
        return "deletion"
    if total >= (AMPLIFIED_TOTAL_HIGH_PLOIDY if high else AMPLIFIED_TOTAL):
        return "amplification"
    if (minor is not None and minor < LOST_BELOW) or total < 1 + LOST_BELOW:
        return "loss_of_heterozygosity"
    if total >= 2.5:
        return "gain"
    return "neutral"


def call_of_log2(log2: float, purity: float | None = None) -> str:
    """Return the call for a log2 ratio against a diploid normal; with ``purity`` on the tumour's own copies.

    A loss of one copy stays ``unknown`` without purity: a ratio alone does not tell which share of the cells
    lost it, nor whether both alleles are there.
    """
    if purity is not None and purity > 0:
        return call_of_total(max(0.0, tumour_copies(log2, purity)), None)
    if log2 <= LOG2_DELETED:
        return "deletion"
    if log2 >= LOG2_AMPLIFIED:
        return "amplification"
    if log2 <= LOG2_LOSS:
        return "unknown"
    return "gain" if log2 >= LOG2_GAIN else "neutral"


def tumour_copies(log2: float, purity: float) -> float:
    """Return the copies in tumour cells of a sample of the given purity, normal cells and ploidy two."""
    return float((2 * 2**log2 - 2 * (1 - purity)) / purity)
