"""What each YAML file of the knowledge base may hold, as pydantic models; unknown keys are errors.

The models check shape and vocabulary of one file. What only several files together can tell (a source
that exists, a conflict that is mutual, a case that comes out as expected) is for
:mod:`netboard.knowledge.check`; turning the models into the nouns of :mod:`netboard.model` is for
:mod:`netboard.knowledge.compile`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from netboard.knowledge.marker_schema import BiomarkersFile
from netboard.knowledge.record_schema import (
    CLOSED,
    ComparisonsFile,
    FeedbackEntry,
    InventoryFile,
    LevelsFile,
    RemarkEntry,
    StudiesFile,
)
from netboard.knowledge.rule_schema import (
    Case,
    ClauseRule,
    Design,
    Doi,
    Identifier,
    IsoDate,
    Measure,
    Nct,
    Pmid,
    Row,
    Site,
    SomeTexts,
    Status,
    Strict,
    Text,
    Texts,
)
from netboard.knowledge.standard_schema import AlterationsFile, OncogenicityFile
from netboard.model.evidence import EVENT_NAMES

# ---------------------------------------------------------------- statements


class EvidenceEntry(Strict):
    """What stands behind a statement."""

    level: Literal["A", "B", "C", "D", "E", ""] = ""
    design: Design
    patients: int | None = Field(default=None, ge=0)
    tumour: Text
    tumour_type: str = ""
    numbers: str = ""


class AssertionEntry(Strict):
    """A statement with the rule that makes it speak."""

    id: Identifier
    kind: Literal["predictive", "prognostic", "diagnostic", "predisposing"]
    direction: Literal["sensitivity", "resistance", "no_benefit", "better", "worse", "supports", "unclear"]
    statement: Text
    genes: Texts = Field(default_factory=list)
    when: ClauseRule
    context: ClauseRule | None = None
    drugs: Texts = Field(default_factory=list)
    evidence: EvidenceEntry
    measured_by: Measure = "dna"
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)
    status: Status = "seed"
    conflicts_with: Texts = Field(default_factory=list)
    #: Tiers of the marker in the tumour of the evidence: levels of ``levels.yaml``, or ``none`` with the
    #: reason in ``tier_note``.
    tier_amp: str = ""
    tier_escat: str = ""
    tier_note: str = ""
    approval: str = ""
    #: For whom the drugs are approved for this marker, as a rule on the clinical context.
    approved: ClauseRule | None = None
    #: Cases of that rule; it needs them like every other.
    approval_cases: list[Case] = Field(default_factory=list)
    note: str = ""
    seed_note: str = ""
    cases: list[Case] = Field(min_length=1)


class AssertionFile(Strict):
    """``assertions/*.yaml``."""

    assertions: list[AssertionEntry] = Field(min_length=1)


class ArmEntry(Strict):
    """A biomarker-defined arm."""

    id: Identifier
    name: Text
    drugs: SomeTexts
    when: ClauseRule
    context: ClauseRule | None = None
    note: str = ""
    not_in_rule: dict[str, Text] = Field(default_factory=dict)
    cases: list[Case] = Field(min_length=1)


class TrialFile(Strict):
    """``trials/NCT*.yaml``."""

    nct: Nct
    title: Text
    acronym: str = ""
    phase: str = ""
    population: str = ""
    status: Literal["recruiting", "not_recruiting", "completed", "terminated", "withdrawn", "unknown"]
    as_of: IsoDate = ""
    context: ClauseRule | None = None
    evidence: Literal["protocol", "results"] = "protocol"
    sources: SomeTexts
    seed: list[Row] = Field(default_factory=list)
    #: State of the entry, apart from the trial's: ``needs_curator`` where something was not seen.
    curation: Status = "seed"
    note: str = ""
    seed_note: str = ""
    both_arms: str = ""
    arms: list[ArmEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _dated_to_the_day(self) -> Self:
        closed = self.status in CLOSED
        if not closed and self.as_of and len(self.as_of) != len("2020-01-31"):
            raise ValueError("as_of: the status of a trial that may be open is dated to the day")
        return self


# ---------------------------------------------------------------- genes


class GermlineEntry(Strict):
    """A hereditary syndrome of the gene."""

    syndrome: Text
    sources: SomeTexts


Locus = Annotated[str, Field(pattern=r"^([1-9]|1[0-9]|2[0-2]|X|Y):[0-9]+-[0-9]+$")]
Allele = Annotated[str, Field(pattern=r"^([1-9]|1[0-9]|2[0-2]|X|Y):[0-9]+ [ACGT]+>[ACGT]+$")]


class BothBuilds(Strict):
    """A stretch on both builds, 1-based closed (``5:1295100-1295300``)."""

    GRCh37: Locus
    GRCh38: Locus


class AlleleEntry(Strict):
    """A recurrent allele of ours on both builds (``5:1295113 G>A``), with its name."""

    label: Text
    GRCh37: Allele
    GRCh38: Allele
    sources: SomeTexts


class GeneFile(Strict):
    """``genes/SYMBOL.yaml``; a blank identifier is one that nobody has looked up."""

    symbol: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Za-z0-9-]*$")]
    name: Text
    hgnc: Annotated[str, Field(pattern=r"^(HGNC:[0-9]+)?$")]
    ncbi: Annotated[str, Field(pattern=r"^[0-9]*$")]
    ensembl: Annotated[str, Field(pattern=r"^(ENSG[0-9]{11})?$")]
    aliases: Texts = Field(default_factory=list)
    role: Literal["tumour_suppressor", "oncogene", "both", "unknown"]
    role_sources: Texts = Field(default_factory=list)
    pathways: Texts = Field(default_factory=list)
    events: Texts
    hotspot_residues: list[int] = Field(default_factory=list)
    hotspots_from_alleles: bool = False
    #: Residues of the pinned protein, and some that must stand where they stand (``R130``); checked.
    protein_length: int | None = Field(default=None, ge=1)
    landmarks: list[Annotated[str, Field(pattern=r"^[A-Z][1-9][0-9]*$")]] = Field(default_factory=list)
    germline: GermlineEntry | None = None
    promoter: BothBuilds | None = None
    alleles: list[AlleleEntry] = Field(default_factory=list)
    summary: str = ""
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)
    status: Literal["curated", "needs_curator"]
    note: str = ""
    seed_note: str = ""

    @field_validator("events")
    @classmethod
    def _vocabulary(cls, value: list[str]) -> list[str]:
        for word in value:
            if word not in EVENT_NAMES:
                raise ValueError(f"{word!r} is not an event; use {', '.join(EVENT_NAMES)}")
        return value

    @model_validator(mode="after")
    def _blank_is_not_curated(self) -> Self:
        blank = [key for key in ("hgnc", "ncbi", "ensembl") if not getattr(self, key)]
        if blank and self.status == "curated":
            raise ValueError(f"{blank[0]}: an identifier may be blank only with status: needs_curator")
        return self

    @model_validator(mode="after")
    def _role_has_source(self) -> Self:
        if self.role != "unknown" and not self.role_sources:
            raise ValueError("role: a role needs role_sources (or role: unknown)")
        return self


# ---------------------------------------------------------------- the single files


class TherapyEntry(Strict):
    """A drug."""

    name: Text
    drug_class: str = Field(default="", alias="class")
    #: Other words by which a rule may name it under ``prior_therapy``.
    aliases: Texts = Field(default_factory=list)
    approvals: Texts = Field(default_factory=list)
    #: For whom it is approved whatever the genes, as a rule on the clinical context.
    approved: ClauseRule | None = None
    #: Cases of that rule; it needs them like every other.
    approval_cases: list[Case] = Field(default_factory=list)
    feedback: list[FeedbackEntry] = Field(default_factory=list)
    remarks: list[RemarkEntry] = Field(default_factory=list)
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)


class TherapiesFile(Strict):
    """``therapies.yaml``."""

    therapies: dict[Identifier, TherapyEntry]


class TumourTypeEntry(Strict):
    """An OncoTree tumour type, or a group of ours."""

    name: Text
    parents: Texts = Field(default_factory=list)
    site: Site | Literal[""] = ""
    neuroendocrine: bool = False
    differentiation: Literal["well", "poor", ""] = ""
    oncotree: bool = True


class TumourTypesFile(Strict):
    """``tumour_types.yaml``."""

    tumour_types: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], TumourTypeEntry]


class SourceEntry(Strict):
    """A citation. ``verified`` says that its identifiers were seen together with its title."""

    citation: Text
    year: int | None = Field(default=None, ge=1900, le=2100)
    pmid: Pmid = ""
    doi: Doi = ""
    nct: Annotated[str, Field(pattern=r"^(NCT[0-9]{8})?$")] = ""
    url: str = ""
    verified: bool = False
    #: A plan of a trial: it says what was to be done and is never evidence of benefit.
    protocol: bool = False
    note: str = ""


class SourcesFile(Strict):
    """``sources.yaml``."""

    sources: dict[Identifier, SourceEntry]


class FrequencyEntry(Strict):
    """One published frequency."""

    gene: Text
    alteration: Text
    percent: float | None = Field(default=None, ge=0, le=100)
    altered: int | None = Field(default=None, ge=0)
    patients: int | None = Field(default=None, ge=1)
    measured_by: Measure = "dna"
    seed: list[Row] = Field(default_factory=list)
    note: str = ""
    seed_note: str = ""


class CohortEntry(Strict):
    """The frequencies of one cohort."""

    source: Text
    tumour: Text
    tumour_type: Text
    patients: int | None = Field(default=None, ge=1)
    method: str = ""
    note: str = ""
    seed: list[Row] = Field(default_factory=list)
    seed_note: str = ""
    frequencies: list[FrequencyEntry] = Field(min_length=1)


class CohortsFile(Strict):
    """``cohorts.yaml``."""

    cohorts: list[CohortEntry] = Field(min_length=1)


class SubgroupEntry(Strict):
    """A molecular subgroup."""

    name: Text
    genes: Texts = Field(default_factory=list)
    statement: Text
    when: ClauseRule | None = None
    context: ClauseRule | None = None
    sources: SomeTexts
    seed: list[Row] = Field(default_factory=list)
    not_assessable: str = ""
    cases: list[Case] = Field(default_factory=list)

    @model_validator(mode="after")
    def _rule_or_reason(self) -> Self:
        if self.when is None and not self.not_assessable:
            raise ValueError("a subgroup without 'when' says in 'not_assessable' why")
        if self.when is not None and not self.cases:
            raise ValueError("a subgroup with a rule has cases")
        return self


class SubgroupsFile(Strict):
    """``subgroups.yaml``."""

    subgroups: list[SubgroupEntry] = Field(min_length=1)


class VersionFile(Strict):
    """``version.yaml``."""

    version: Annotated[str, Field(pattern=r"^20[0-9]{2}\.(0[1-9]|1[0-2]|[1-9])\.[0-9]+$")]
    date: Annotated[str, Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")]
    note: str = ""


class OverlayFile(Strict):
    """``overlay.yaml`` of a laboratory: its name, and which entries of the base it withdraws."""

    name: Identifier
    version: str = ""
    date: IsoDate = ""
    note: str = ""
    withdraw_assertions: Texts = Field(default_factory=list)
    withdraw_trials: Texts = Field(default_factory=list)


#: What a file is, by its place: folder (or the name itself) to model.
FILES: dict[str, type[Strict]] = {
    "genes": GeneFile,
    "assertions": AssertionFile,
    "trials": TrialFile,
    "therapies.yaml": TherapiesFile,
    "tumour_types.yaml": TumourTypesFile,
    "sources.yaml": SourcesFile,
    "cohorts.yaml": CohortsFile,
    "subgroups.yaml": SubgroupsFile,
    "biomarkers.yaml": BiomarkersFile,
    "studies.yaml": StudiesFile,
    "levels.yaml": LevelsFile,
    "comparisons.yaml": ComparisonsFile,
    "oncogenicity.yaml": OncogenicityFile,
    "alterations.yaml": AlterationsFile,
    "inventory.yaml": InventoryFile,
    "version.yaml": VersionFile,
    "overlay.yaml": OverlayFile,
}
_SINGULAR = {"genes": "gene", "assertions": "assertion", "trials": "trial"}
#: Names by which ``netboard knowledge schema --of`` asks for the schema of a file.
KINDS: dict[str, type[Strict]] = {
    _SINGULAR.get(place, place.removesuffix(".yaml")): model for place, model in FILES.items()
}
