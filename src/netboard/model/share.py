"""The interval of a share: what so many of so many allow."""

from __future__ import annotations

from math import sqrt

#: Standard score of a two-sided interval of 95 %.
Z_95 = 1.959964


def score_interval(hits: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval (Wilson 1927) of a share, each bound from 0 to 1; ``total`` must be above nought.

    More hits than ``total`` count as all.
    """
    share = min(hits, total) / total
    centre = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
