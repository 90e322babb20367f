"""Nouns of the knowledge base: rules, assertions, trials, therapies, tumour types, sources.

Everything here is data that ``annotations/`` holds and ``netboard.knowledge`` loads; nothing in the
Python code names a gene or a drug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from netboard.model.markers import Biomarker as Biomarker
from netboard.model.standard import AlterationRules, Standard
from netboard.model.variant import Panel


class Truth(Enum):
    """Kleene's three values, ordered no < unknown < yes. Warnings are flags beside, never a value."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"

    @property
    def rank(self) -> int:
        """Place in the order no < unknown < yes."""
        return _RANK[self]


_RANK = {Truth.NO: 0, Truth.UNKNOWN: 1, Truth.YES: 2}

#: Event names a rule may use: the gene-level events and the groups of them.
EVENT_GROUPS: Mapping[str, tuple[str, ...]] = {
    "mutation": ("truncating", "splice", "start_loss", "in_frame", "missense", "hotspot", "promoter"),
    "loss_of_function": ("truncating", "splice", "start_loss", "deletion"),
    "rearrangement": ("fusion", "disruption"),
}
SMALL_EVENTS = (
    "truncating",
    "splice",
    "start_loss",
    "in_frame",
    "missense",
    "hotspot",
    "promoter",
    "synonymous",
)
COPY_NUMBER_EVENTS = ("deletion", "loss_of_heterozygosity", "amplification")
REARRANGEMENT_EVENTS = ("fusion", "disruption")
EVENT_NAMES = (*SMALL_EVENTS, *COPY_NUMBER_EVENTS, *REARRANGEMENT_EVENTS)

#: How an assertion's marker was measured in its source.
MeasuredBy = Literal["dna", "rna", "ihc", "methylation", "imaging", "clinical"]
AssertionKind = Literal["predictive", "prognostic", "diagnostic", "predisposing"]
Direction = Literal["sensitivity", "resistance", "no_benefit", "better", "worse", "supports", "unclear"]


#: Share of a gene's coding exons from which it counts as assessed, unless a rule asks for another.
MIN_CALLABLE = 0.95


@dataclass(frozen=True, slots=True)
class EventClause:
    """Leaf: an event of class ``events`` in ``gene``.

    ``events`` holds event names (groups already expanded). ``alleles`` narrows a yes to named
    protein changes (``V600E``). With ``pathogenic`` a variant of uncertain significance does not
    answer the clause. ``origin`` ``germline`` or ``somatic`` narrows it, ``any`` does not.
    """

    gene: str
    events: tuple[str, ...]
    alleles: tuple[str, ...] = ()
    pathogenic: bool = True
    min_callable: float = MIN_CALLABLE
    origin: Literal["any", "somatic", "germline"] = "any"


@dataclass(frozen=True, slots=True)
class BiomarkerClause:
    """Leaf: a named biomarker at least, at most or equal to a value."""

    name: str
    at_least: float | None = None
    at_most: float | None = None
    equals: str | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ContextClause:
    """Leaf: a field of the clinical context is one of ``values``, or lies in a numeric range.

    ``tumour_type`` values match their OncoTree descendants; an ancestor given leaves it unknown.
    """

    field: str
    values: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class GroupClause:
    """``any_of``, ``all_of``, ``none_of`` or ``at_least`` (``count`` of them) over clauses, never empty."""

    op: Literal["any_of", "all_of", "none_of", "at_least"]
    clauses: tuple[Clause, ...]
    count: int = 0


Clause = EventClause | BiomarkerClause | ContextClause | GroupClause


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A case beside its rule: what is ``given`` (the YAML mapping as written) and what is expected."""

    name: str
    given: Mapping[str, object]
    expect: Truth
    where: str = ""
    #: How a report is to read a yes of a statement, or "" where the case does not say.
    reads_as: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A citation; blank identifiers are unknown and flagged, never invented."""

    id: str
    citation: str
    year: int | None = None
    pmid: str = ""
    doi: str = ""
    nct: str = ""
    url: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind a statement, in proportion."""

    #: CIViC evidence level A to E, or "" where a curator must decide.
    level: str = ""
    #: ``phase 3``, ``phase 2``, ``retrospective``, ``small series``, ``case``, ``preclinical``,
    #: ``guideline``, ``opinion``, ``protocol``.
    design: str = ""
    patients: int | None = None
    #: Tumour in which it was shown, in words.
    tumour: str = ""
    #: OncoTree code of that tumour, or "" for preclinical work.
    tumour_type: str = ""
    numbers: str = ""


@dataclass(frozen=True, slots=True)
class Assertion:
    """(event or biomarker) + (context) -> statement, with its evidence and sources."""

    id: str
    kind: AssertionKind
    direction: Direction
    statement: str
    when: Clause
    genes: tuple[str, ...] = ()
    context: Clause | None = None
    drugs: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    measured_by: MeasuredBy = "dna"
    sources: tuple[str, ...] = ()
    #: ``seed``, ``updated`` or ``needs_curator``.
    status: str = "seed"
    conflicts_with: tuple[str, ...] = ()
    tier_amp: str = ""
    tier_escat: str = ""
    #: Why the marker bears no tier of a framework, where it bears none.
    tier_note: str = ""
    approval: str = ""
    note: str = ""
    seed_note: str = ""
    cases: tuple[RuleCase, ...] = ()
    provenance: str = "netboard"
    file: str = ""
    #: For whom an agency approved the drugs for this marker; None where no approval is entered.
    approved: Clause | None = None
    approval_cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """A biomarker-defined arm of a trial."""

    id: str
    name: str
    drugs: tuple[str, ...]
    when: Clause
    context: Clause | None = None
    note: str = ""
    #: Genes that a reader may look for in this arm and that its printed rule does not hold, with why.
    not_in_rule: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial with molecularly defined arms. ``status`` stands beside a match, never inside it."""

    nct: str
    title: str
    arms: tuple[Arm, ...]
    acronym: str = ""
    phase: str = ""
    population: str = ""
    #: ``recruiting``, ``not_recruiting``, ``completed``, ``terminated``, ``withdrawn``, ``unknown``.
    status: str = "unknown"
    #: ISO date on which the status was read, or "".
    as_of: str = ""
    context: Clause | None = None
    sources: tuple[str, ...] = ()
    #: ``protocol`` when it gives an allocation rule and no result.
    evidence: str = "protocol"
    note: str = ""
    #: Said when two arms fit at once.
    both_arms: str = ""
    provenance: str = "netboard"
    file: str = ""

    @property
    def historical(self) -> bool:
        """Whether it can no longer be an option, whatever its rules say."""
        return self.status in ("completed", "terminated", "withdrawn", "not_recruiting")


@dataclass(frozen=True, slots=True)
class TumourType:
    """An OncoTree tumour type (or a group above them)."""

    code: str
    name: str
    parents: tuple[str, ...] = ()
    site: str = ""
    #: Whether it is a neuroendocrine neoplasm.
    neuroendocrine: bool = False
    #: ``well`` or ``poor`` where the type implies it, else "".
    differentiation: str = ""
    #: Whether the code stands in OncoTree (False: a group of ours, such as NEN).
    oncotree: bool = True


@dataclass(frozen=True, slots=True)
class Therapy:
    """A drug or combination partner, with standing notes."""

    id: str
    name: str
    drug_class: str = ""
    approvals: tuple[str, ...] = ()
    #: Pathway feedback that a board should know, each (sentence, source id).
    feedback: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    #: Other words by which a patient's earlier treatment may be given.
    aliases: tuple[str, ...] = ()
    #: What was found of it apart from any marker, each (sentence, source ids).
    remarks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: For whom it is approved whatever the genes; None where no approval of that kind is entered.
    approved: Clause | None = None
    approval_cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A published study, label or guideline that no rule computes; never an option by itself."""

    id: str
    #: ``trial``, ``series``, ``label``, ``guideline``, ``classification`` or ``caution``.
    kind: str
    title: str
    acronym: str = ""
    nct: str = ""
    design: str = ""
    year: int | None = None
    tumour: str = ""
    tumour_types: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    marker: str = ""
    measured_by: str = ""
    #: Recruitment status of a trial, read to the date ``as_of``; "" for what is no trial.
    status: str = ""
    as_of: str = ""
    finding: str = ""
    #: Results by arm, each (drugs, sentence).
    results: tuple[tuple[tuple[str, ...], str], ...] = ()
    conflicts_with: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    #: ``seed``, ``updated`` or ``needs_curator``.
    curation: str = "seed"
    note: str = ""
    seed_note: str = ""
    provenance: str = "netboard"
    file: str = ""

    @property
    def historical(self) -> bool:
        """Whether a trial is over, closed to new patients or reported: no option, whatever it asked."""
        return self.status in ("not_recruiting", "completed", "terminated", "withdrawn", "reported")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of an evidence framework, and where evidence of another tumour type falls."""

    #: ``civic``, ``amp``, ``escat`` or another framework's name.
    framework: str
    level: str
    meaning: str
    elsewhere: str
    source: str


@dataclass(frozen=True, slots=True)
class Frequency:
    """A published frequency of an alteration in a cohort."""

    gene: str
    tumour: str
    tumour_type: str
    alteration: str
    percent: float | None
    altered: int | None
    patients: int | None
    source: str
    measured_by: str = "dna"
    note: str = ""


@dataclass(frozen=True, slots=True)
class SubgroupRule:
    """A molecular subgroup and the rule that places a tumour in it."""

    name: str
    genes: tuple[str, ...]
    statement: str
    when: Clause | None
    context: Clause | None = None
    sources: tuple[str, ...] = ()
    #: Said when the subgroup cannot be told from DNA variants at all.
    not_assessable: str = ""
    cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonRule:
    """Drugs that a board sets against each other, and for whom the question arises."""

    id: str
    title: str
    drugs: tuple[str, ...]
    context: Clause
    #: What is known of the drugs beside each other.
    statement: str
    sources: tuple[str, ...] = ()
    cases: tuple[RuleCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The knowledge base as loaded: the panel and every statement, with one version and hash."""

    panel: Panel
    assertions: tuple[Assertion, ...]
    trials: tuple[Trial, ...]
    therapies: Mapping[str, Therapy]
    tumour_types: Mapping[str, TumourType]
    sources: Mapping[str, Source]
    frequencies: tuple[Frequency, ...]
    subgroups: tuple[SubgroupRule, ...]
    version: str
    hash: str
    #: Date (ISO) the base was last reviewed; printed on each report.
    date: str
    #: Names of overlay directories, in order of precedence.
    overlays: tuple[str, ...] = ()
    biomarkers: Mapping[str, Biomarker] = field(default_factory=dict)
    studies: tuple[Study, ...] = ()
    levels: tuple[Level, ...] = ()
    comparisons: tuple[ComparisonRule, ...] = ()
    #: The points standard of oncogenicity, and how alterations of one gene are read together.
    oncogenicity: Standard = field(default_factory=Standard)
    alterations: AlterationRules = field(default_factory=AlterationRules)

    def elsewhere(self, framework: str, level: str) -> str:
        """Return the level that evidence of ``level`` has in another tumour type, "" where none is stated."""
        for item in self.levels:
            if (item.framework, item.level) == (framework, level):
                return item.elsewhere
        return ""

    def ancestors(self, code: str) -> frozenset[str]:
        """Return ``code`` and every code above it."""
        found: set[str] = set()
        queue = [code]
        while queue:
            here = queue.pop()
            if here in found:
                continue
            found.add(here)
            known = self.tumour_types.get(here)
            if known is not None:
                queue.extend(known.parents)
        return frozenset(found)
