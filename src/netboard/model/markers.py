"""Nouns of biomarkers: how one is read from DNA, and what a file was found to hold for it.

A biomarker that DNA can show says in the knowledge base how: from chromosome arms (:class:`ArmsMeasure`), from
a count of somatic variants (:class:`BurdenMeasure`), from the pattern of substitutions
(:class:`SignatureMeasure`), or from rules over events (:class:`Outcome`). Cut-offs, genes and wording are its.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netboard.model.evidence import Clause, MeasuredBy, RuleCase


@dataclass(frozen=True, slots=True)
class ArmsMeasure:
    """Whole chromosomes (or single arms) that show one of ``events``.

    ``answer`` is ``yes_no`` for a single chromosome, ``count`` for how many of them. No ``chromosomes``
    means all autosomes; ``besides`` are left out. ``partial`` is the share of an arm from which an event that
    does not reach the whole arm leaves the answer open. A count from ``open`` (both ends included) answers no
    rule: no cut between was found printed.
    """

    chromosomes: tuple[str, ...]
    events: tuple[str, ...]
    answer: str = "yes_no"
    unit: str = "chromosome"
    besides: tuple[str, ...] = ()
    partial: float = 0.2
    open: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BurdenMeasure:
    """Somatic variants per megabase: the stated size below which none is given, and what is said of it.

    ``max_open`` is the share of variants of open origin above which the count is refused. ``counted`` says
    what counts; ``after`` is added where one of ``therapies`` was given before, ``after_unknown`` where nobody
    said. ``doubt`` is why a rule that asks for the label's figure stays open.
    """

    min_megabases: float
    max_open: float
    counted: str
    doubt: str
    therapies: tuple[str, ...] = ()
    after: str = ""
    after_unknown: str = ""


@dataclass(frozen=True, slots=True)
class SignatureMeasure:
    """A pattern of substitutions: ``change`` (pyrimidine strand, ``C>T``) before one of the bases ``before``.

    Fewer than ``min_substitutions`` tell nothing. With neighbours, a share of at least ``yes_from`` of all
    substitutions in the context is a yes. A share of the change itself of at most ``no_to`` is a no, with or
    without neighbours; anything else is open.
    """

    change: str
    before: tuple[str, ...]
    min_substitutions: int
    yes_from: float
    no_to: float
    therapies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer of a biomarker that rules over events give: shown as ``value``, with ``says``."""

    value: str
    says: str
    when: Clause
    cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Biomarker:
    """A biomarker that rules may name, or a report lists as not assessed.

    ``context_field`` names the field of the clinical context that gives it, if one does.
    """

    id: str
    name: str
    unit: str = ""
    measured_by: MeasuredBy = "dna"
    #: The test that would answer the question.
    settled_by: str = ""
    context_field: str = ""
    #: What a value does not say; printed beside it.
    limits: str = ""
    sources: tuple[str, ...] = ()
    arms: ArmsMeasure | None = None
    burden: BurdenMeasure | None = None
    signature: SignatureMeasure | None = None
    outcomes: tuple[Outcome, ...] = ()
    #: Whether it has a line of its own; else rules alone ask it.
    shown: bool = True
    #: Said when every outcome is a no; and the context that must not exclude it for the line to be printed.
    otherwise: str = ""
    context: Clause | None = None


@dataclass(frozen=True, slots=True)
class ArmShare:
    """What segments tell of an arm: shares (0 to 1) of its told part by event, and the share told.

    ``by`` is ``alleles`` where copies of each allele are told, ``copies`` where only their sum is (a loss of
    heterozygosity at two copies does not show), ``ratio`` where only ratios are and the purity is not known (an
    event that few cells have does not show either).
    """

    arm: str
    told: float
    by: str
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """Small variants counted over the regions that an assay declares, whatever the gene.

    ``somatic`` passed the filters with support and are absent in the matched normal; ``open`` passed and their
    origin is not told; of ``unstated`` the file states no reads of the normal at all. ``inherited``,
    ``filtered`` and ``weak`` were left out. Substitutions are of the somatic ones; ``neighbours_known`` counts
    those of the signature's change whose next base is known, ``in_context`` those of them in its context.
    """

    somatic: int = 0
    open: int = 0
    unstated: int = 0
    inherited: int = 0
    filtered: int = 0
    weak: int = 0
    indels: int = 0
    substitutions: int = 0
    changed: int = 0
    neighbours_known: int = 0
    in_context: int = 0
    #: Whether any record bears a filter's verdict; raw calls have none.
    judged: bool = False
    #: Size of the regions in Mb by the BED, None where the whole file was read.
    bed_megabases: float | None = None
