"""What a rule and its cases may look like in YAML, as pydantic models; unknown keys are errors.

A clause is exactly one of ``any_of``, ``all_of``, ``none_of``, ``at_least``, ``event``, ``biomarker`` and
``context``; empty lists are an error. The vocabulary is closed: there is no code in a rule.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from netboard.model.evidence import EVENT_GROUPS, EVENT_NAMES, MIN_CALLABLE

SITES = (
    "pancreas", "small intestine", "appendix", "colon", "rectum", "stomach", "lung", "unknown", "other",
)  # fmt: skip
Site = Literal[
    "pancreas", "small intestine", "appendix", "colon", "rectum", "stomach", "lung", "unknown", "other"
]
Measure = Literal["dna", "rna", "ihc", "methylation", "imaging", "clinical"]
Design = Literal[
    "guideline",
    "regulatory label",
    "meta-analysis",
    "phase 3",
    "phase 2",
    "phase 1/2",
    "pooled phase 1/2",
    "phase 1",
    "biomarker analysis of a phase 3",
    "biomarker analysis of a phase 2",
    "retrospective",
    "small series",
    "case",
    "preclinical",
    "review",
    "opinion",
    "protocol",
    "needs curator",
]
Status = Literal["seed", "updated", "needs_curator"]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
SomeTexts = Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
Nct = Annotated[str, Field(pattern=r"^NCT[0-9]{8}$")]
Pmid = Annotated[str, Field(pattern=r"^([1-9][0-9]{0,8})?$")]
Doi = Annotated[str, Field(pattern=r"^(10\.[0-9]{4,9}/\S+)?$")]
#: A row of a list of statements from which the base was made (``inventory.yaml``).
Row = Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$")]
#: A day, or the month or year where a source tells no more.
IsoDate = Annotated[str, Field(pattern=r"^(20[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$")]


class Strict(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(
        extra="forbid", coerce_numbers_to_str=True, populate_by_name=True, validate_default=False
    )


class EventRule(Strict):
    """Leaf: an event of one of the named genes (several genes mean any of them)."""

    gene: SomeTexts
    is_: Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1)] = Field(alias="is")
    alleles: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list)
    pathogenic: bool = True
    min_callable: float = Field(default=MIN_CALLABLE, gt=0, le=1)
    origin: Literal["any", "somatic", "germline"] = "any"

    @field_validator("is_")
    @classmethod
    def _vocabulary(cls, value: list[str]) -> list[str]:
        allowed = (*EVENT_GROUPS, *EVENT_NAMES)
        for word in value:
            if word not in allowed:
                raise ValueError(f"{word!r} is not an event; use one of {', '.join(allowed)}")
        return value


class BiomarkerRule(Strict):
    """Leaf: a named biomarker reaches a value."""

    name: Text
    at_least: float | None = None
    at_most: float | None = None
    equals: str | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        ranged = self.at_least is not None or self.at_most is not None
        if ranged == (self.equals is not None):
            raise ValueError("give either 'equals' or 'at_least'/'at_most'")
        return self


class Range(Strict):
    """A numeric range, ends included."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _some_end(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give 'at_least' or 'at_most'")
        return self


class ContextRule(Strict):
    """Leaf: fields of the clinical context; several fields must all fit."""

    tumour_type: SomeTexts | None = None
    site: Annotated[list[Site], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    grade: Annotated[list[Literal["G1", "G2", "G3", "NEC"]], BeforeValidator(_as_list)] | None = None
    differentiation: Annotated[list[Literal["well", "poor"]], BeforeValidator(_as_list)] | None = None
    stage: Annotated[list[Literal["localised", "metastatic"]], BeforeValidator(_as_list)] | None = None
    sstr: Annotated[list[Literal["positive", "negative"]], BeforeValidator(_as_list)] | None = None
    mgmt: Annotated[list[Literal["methylated", "unmethylated"]], BeforeValidator(_as_list)] | None = None
    functioning: (
        Annotated[list[Literal["functioning", "non_functioning"]], BeforeValidator(_as_list)] | None
    ) = None
    prior_therapy: SomeTexts | None = None
    ki67: Range | None = None

    @model_validator(mode="after")
    def _some_field(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"names no field; use one of {', '.join(type(self).model_fields)}")
        for name in self.model_fields_set:
            if getattr(self, name) in (None, []):
                raise ValueError(f"{name} is empty")
        return self


class AtLeastRule(Strict):
    """At least ``count`` of the clauses ``of``."""

    count: int = Field(ge=1)
    of: list[ClauseRule] = Field(min_length=1)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.count > len(self.of):
            raise ValueError(f"asks {self.count} of {len(self.of)} clauses")
        return self


class ClauseRule(Strict):
    """One clause: exactly one of the keys below."""

    any_of: Annotated[list[ClauseRule], Field(min_length=1)] | None = None
    all_of: Annotated[list[ClauseRule], Field(min_length=1)] | None = None
    none_of: Annotated[list[ClauseRule], Field(min_length=1)] | None = None
    at_least: AtLeastRule | None = None
    event: EventRule | None = None
    biomarker: BiomarkerRule | None = None
    context: ContextRule | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "nothing"
            raise ValueError(
                f"holds {found}; a clause is exactly one of {', '.join(type(self).model_fields)}"
            )
        return self


class GivenAssay(Strict):
    """An assay of a case: the genes it covers, what it sees, and the share covered where partial."""

    genes: Texts = Field(default_factory=list)
    sees: Annotated[
        list[Literal["small_variants", "copy_number", "fusions", "promoter", "germline"]],
        BeforeValidator(_as_list),
    ] = Field(default_factory=list)
    covered: dict[str, float] = Field(default_factory=dict)


class GivenEvent(Strict):
    """An event of a case."""

    gene: Text
    event: Text
    filter: str = "PASS"
    support: Literal["adequate", "low", "unknown"] = "adequate"
    significance: Literal["pathogenic", "uncertain", "benign"] | None = None
    allele: str = ""
    origin: Literal["somatic", "germline", "germline_suspect", "unknown"] = "unknown"
    conflict: bool = False
    possible: Texts = Field(default_factory=list)
    id: str = ""


class GivenContext(Strict):
    """The clinical context of a case."""

    tumour_type: str | None = None
    site: Site | None = None
    grade: Literal["G1", "G2", "G3", "NEC"] | None = None
    differentiation: Literal["well", "poor"] | None = None
    stage: Literal["localised", "metastatic"] | None = None
    ki67: float | None = None
    sstr: Literal["positive", "negative"] | None = None
    mgmt: Literal["methylated", "unmethylated"] | None = None
    functioning: Literal["functioning", "non_functioning"] | None = None
    prior_therapy: list[str] | None = None


class Given(Strict):
    """What a case says is known of the sample."""

    assay: Any = "undeclared"
    events: list[GivenEvent] = Field(default_factory=list)
    context: GivenContext = Field(default_factory=GivenContext)
    biomarkers: dict[str, Any] = Field(default_factory=dict)

    @field_validator("assay")
    @classmethod
    def _assay(cls, value: Any) -> Any:
        if isinstance(value, dict):
            GivenAssay.model_validate(value)
        elif value not in ("exome", "genome", "undeclared"):
            raise ValueError("assay is exome, genome, undeclared or a mapping of genes, sees, covered")
        return value


class Case(Strict):
    """A case beside its rule: what is given, and which value is expected."""

    name: Text
    given: Given
    expect: Literal["yes", "no", "unknown"]
    #: How a report reads a yes (of a statement, not of a trial's arm); checked where it is written.
    reads_as: Literal["", "therapy", "background", "certain", "related"] = ""


AtLeastRule.model_rebuild()
ClauseRule.model_rebuild()
