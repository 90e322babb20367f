"""By what single alterations are weighed and read together: criteria, figures and wording, all of them data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """One criterion of a points standard.

    ``id`` is its meaning (public sources swap two of the codes), ``code`` the code printed here, ``also``
    a code that other sources print for the same meaning. ``needs`` says which data are absent when it
    cannot be assessed, ``remedy`` what would supply them. ``not_with`` are ids of criteria beside which
    it is not counted.
    """

    id: str
    code: str
    points: int
    short: str
    meaning: str
    needs: str
    remedy: str
    not_with: tuple[str, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """A points standard: criteria in the order in which they are weighed, and classes (least points, name).

    ``figures`` holds the cut-offs (fractions from 0 to 1), ``groups`` the codes of the continental groups
    whose population frequency counts against a variant.
    """

    source: str = ""
    criteria: tuple[CriterionRule, ...] = ()
    classes: tuple[tuple[int, str], ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlterationRules:
    """Figures and wording by which alterations of one gene are read together.

    Figures are those of :data:`DEFAULT_FIGURES`: from which share of a population an allele is set aside as
    common, the width of the interval around a VAF in standard deviations, under how many copies none is
    left, how near to a whole number of copies counts as it, and which shares of reads in tumour and matched
    normal look inherited. Each bears its reason in ``annotations/alterations.yaml``.
    Words: the neutral sentences of a report, by key.
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def figure(self, name: str) -> float:
        """Return a figure; the one of :data:`DEFAULT_FIGURES` where the base states none."""
        return self.figures.get(name, DEFAULT_FIGURES[name])


#: For a knowledge base without ``alterations.yaml`` (a laboratory's own, or one in a test).
DEFAULT_FIGURES: Mapping[str, float] = {
    "common_frequency": 0.01,
    "confidence_z": 1.96,
    "both_copies_lost_below": 0.5,
    "copies_tolerance": 0.15,
    "normal_least_reads": 8,
    "normal_inherited_share": 0.2,
    "normal_absent_share": 0.03,
    "one_of_two_low": 0.40,
    "one_of_two_high": 0.60,
    "near_all_low": 0.95,
}
