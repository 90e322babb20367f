"""What ``biomarkers.yaml`` may hold: names of biomarkers, and of those that DNA shows, how it does.

An entry has at most one way of being read: ``arms``, ``burden``, ``signature`` or ``outcomes``. Cut-offs that
no publication gives are this base's own and say so in ``limits``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netboard.knowledge.rule_schema import (
    Case,
    ClauseRule,
    Identifier,
    Measure,
    Row,
    SomeTexts,
    Status,
    Strict,
    Text,
    Texts,
)

Share = Annotated[float, Field(gt=0, le=1)]
Autosome = Annotated[str, Field(pattern=r"^([1-9]|1[0-9]|2[0-2])$")]


class ArmsEntry(Strict):
    """Read from the chromosome arms of a segment table."""

    chromosomes: list[Autosome] = Field(default_factory=list)
    events: list[Literal["loss", "gain", "loss_of_heterozygosity"]] = Field(min_length=1)
    answer: Literal["yes_no", "count"] = "yes_no"
    unit: Literal["chromosome", "arm"] = "chromosome"
    besides: list[Autosome] = Field(default_factory=list)
    partial: Share = 0.2
    #: First and last count between which no printed cut decides.
    open: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list, max_length=2)

    @model_validator(mode="after")
    def _one_for_yes_or_no(self) -> Self:
        if self.answer == "yes_no" and len(self.chromosomes) != 1:
            raise ValueError("a yes or no is asked of one chromosome; use answer: count for several")
        if self.open and (len(self.open) != 2 or self.answer != "count"):
            raise ValueError("open: the first and the last count that leave the answer open")
        return self


class BurdenEntry(Strict):
    """Read from a count of somatic variants over the regions of the assay."""

    min_megabases: float = Field(gt=0)
    max_open: Share
    counted: Text
    doubt: Text
    therapies: Texts = Field(default_factory=list)
    after: str = ""
    after_unknown: str = ""


class SignatureEntry(Strict):
    """Read from the pattern of somatic substitutions."""

    change: Annotated[str, Field(pattern=r"^[CT]>[ACGT]$")]
    before: list[Literal["A", "C", "G", "T"]] = Field(min_length=1)
    min_substitutions: int = Field(ge=1)
    yes_from: Share
    no_to: Share
    therapies: SomeTexts


class OutcomeEntry(Strict):
    """One answer that a rule gives."""

    value: Text
    says: Text
    when: ClauseRule
    cases: list[Case] = Field(min_length=1)


class BiomarkerEntry(Strict):
    """A biomarker that rules may name."""

    name: Text
    unit: str = ""
    measured_by: Measure
    settled_by: Text
    context_field: Literal["", "ki67", "mgmt", "sstr"] = ""
    limits: str = ""
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)
    curation: Status = "seed"
    note: str = ""
    arms: ArmsEntry | None = None
    burden: BurdenEntry | None = None
    signature: SignatureEntry | None = None
    outcomes: list[OutcomeEntry] = Field(default_factory=list)
    #: False: rules ask it, and it has no line of its own in a report.
    shown: bool = True
    otherwise: str = ""
    context: ClauseRule | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.arms, self.burden, self.signature, self.outcomes or None, self.context_field or None]
        if sum(way is not None for way in ways) > 1:
            raise ValueError("is read in one way: context_field, arms, burden, signature or outcomes")
        if bool(self.outcomes) != bool(self.otherwise):
            raise ValueError("outcomes: they come with 'otherwise', what is said when all are a no")
        if self.context is not None and not (self.outcomes or self.arms):
            raise ValueError("context: belongs to outcomes or arms")
        return self


class BiomarkersFile(Strict):
    """``biomarkers.yaml``."""

    biomarkers: dict[Identifier, BiomarkerEntry]
