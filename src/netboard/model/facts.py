"""What a rule is asked about: the events, coverage, context and biomarkers of one sample.

Facts are built from a sample by ``netboard.interpret`` and from a rule's own case by
``netboard.knowledge.cases``; the evaluator sees no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netboard.model.result import Context

#: Scopes an event class belongs to, hence what an assay must see before its absence means "no".
SCOPE_OF_EVENT: Mapping[str, str] = {
    "truncating": "small_variants",
    "splice": "small_variants",
    "start_loss": "small_variants",
    "in_frame": "small_variants",
    "missense": "small_variants",
    "hotspot": "small_variants",
    "synonymous": "small_variants",
    "promoter": "promoter",
    "deletion": "copy_number",
    "loss_of_heterozygosity": "copy_number",
    "amplification": "copy_number",
    "fusion": "fusions",
    "disruption": "fusions",
}
SCOPES = ("small_variants", "promoter", "copy_number", "fusions")
#: Whether inherited variants are in the file at all: a paired somatic caller takes them out.
GERMLINE_SCOPE = "germline"
#: What would settle a variant of uncertain significance.
OF_A_VARIANT = "functional or clinical evidence that this variant of uncertain significance is pathogenic"


@dataclass(frozen=True, slots=True)
class FactEvent:
    """One event of a gene as the rules see it.

    ``possible`` lists the events it may be while ``settled`` is False (amino acid open, sources in
    conflict, phase open). ``label`` is the short protein change (``V600E``) where it is proved.
    """

    id: str
    gene: str
    event: str
    passed: bool = True
    #: ``adequate``, ``low`` or ``unknown``.
    support: str = "adequate"
    settled: bool = True
    possible: tuple[str, ...] = ()
    #: ``pathogenic``, ``uncertain`` or ``benign``.
    significance: str = "uncertain"
    label: str = ""
    origin: str = "unknown"
    remedy: str = ""
    #: What would settle whether it is pathogenic, where a rule asks for it.
    significance_remedy: str = OF_A_VARIANT
    #: What would settle the origin, where a rule asks for it.
    origin_remedy: str = "a matched normal or a germline test"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the assay could see of a gene in one scope, whatever was found.

    ``state`` is assessed, partly, not_assessed or undeclared; ``reason`` is the code a rule stores
    when the state does not allow a no: ``class_not_assayed``, ``not_covered``, ``no_copy_number_call``,
    ``partly_covered``, ``absent_assay_undeclared``. ``basis`` is ``design`` or ``measured``.
    """

    state: str
    reason: str = ""
    covered: float | None = None
    basis: str = "design"


@dataclass(frozen=True, slots=True)
class BiomarkerFact:
    """A biomarker's value with its state (measured, given, estimated) and a reason to doubt it."""

    value: str | float
    unit: str = ""
    state: str = "measured"
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may ask about one sample."""

    events: Mapping[str, tuple[FactEvent, ...]] = field(default_factory=dict)
    #: Coverage by gene, then by scope. A gene that is missing here is not covered.
    coverage: Mapping[str, Mapping[str, Coverage]] = field(default_factory=dict)
    biomarkers: Mapping[str, BiomarkerFact] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
