"""What is said of single alterations and of the events of one gene: points, hits, share of the cells.

The rules (``model.standard``) are data of the knowledge base; what they say of a sample is stored with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from netboard.model.evidence import Truth


@dataclass(frozen=True, slots=True)
class Criterion:
    """One oncogenicity criterion with its points and the reason they were given."""

    code: str
    points: int
    meaning: str
    reason: str


@dataclass(frozen=True, slots=True)
class Oncogenicity:
    """Points standard of ClinGen/CGC/VICC (Horak 2022, PMID 35101336).

    ``criteria`` are those met, ``not_met`` those weighed without a point and ``not_assessed`` those whose
    data are absent, each with its reason. ``significance`` is what rules ask: ``pathogenic`` (counts as
    pathogenic, with ``basis``), ``uncertain`` or ``benign``.
    """

    classification: str
    points: int
    criteria: tuple[Criterion, ...] = ()
    not_assessed: tuple[str, ...] = ()
    significance: str = "uncertain"
    basis: str = ""
    not_met: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clonality:
    """A hint at the share of tumour cells that carry a variant; never a measurement.

    ``state``: ``fits_all_cells``, ``fits_part_of_the_cells`` or ``unknown``. ``copies`` are mutated copies
    per tumour cell, with the interval that the read counts allow.
    """

    finding: str
    state: str
    because: str
    needs: tuple[str, ...] = ()
    copies: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class GeneAlteration:
    """All events of one gene read together.

    ``findings`` are the ids of what counts as an event here, ``events`` their classes. ``two_hits`` is asked
    of suppressor genes alone (``asked`` False elsewhere): yes, no or unknown, with ``code``, the reason and
    what would settle it.
    """

    gene: str
    role: str
    findings: tuple[str, ...]
    events: tuple[str, ...]
    asked: bool
    two_hits: Truth
    code: str
    because: str
    needs: tuple[str, ...] = ()
