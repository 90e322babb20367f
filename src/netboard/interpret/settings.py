"""Thresholds of the interpretation, printed with each result so that nobody has to guess them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds that flag and never drop.

    ``min_alt_reads`` counts reads that carry the allele; ``min_vaf`` is a fraction from 0 to 1.
    """

    min_alt_reads: int = 3
    min_vaf: float = 0.05
    #: Days after which a trial's status is no longer current.
    status_days: int = 180
