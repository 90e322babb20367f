"""Shapes of the files that hold no rule: published studies, evidence levels, and the account of what
the first sources of the knowledge base said.

A study is what a curator must be able to find and no sample can meet: a trial that no gene decides, a
series, a label, a guideline. ``inventory.yaml`` accounts for every row of the lists of statements from
which the base was made: an entry names the rows it rests on under ``seed``, and a row that no rule can
compute stands in the inventory with the reason.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netboard.knowledge.rule_schema import (
    Case,
    ClauseRule,
    Identifier,
    IsoDate,
    Measure,
    Row,
    SomeTexts,
    Status,
    Strict,
    Text,
    Texts,
)

StudyKind = Literal["trial", "series", "label", "guideline", "classification", "caution"]
StudyStatus = Literal[
    "recruiting", "not_recruiting", "completed", "terminated", "withdrawn", "reported", "unknown", ""
]
#: Statuses of a trial that is over or whose results are out: it can never read as open.
CLOSED = ("not_recruiting", "completed", "terminated", "withdrawn", "reported")


class ResultEntry(Strict):
    """What one arm or cohort of a study showed."""

    drugs: Texts = Field(default_factory=list)
    text: Text
    seed: list[Row] = Field(default_factory=list)


class StudyEntry(Strict):
    """A published study, label or guideline that no rule of this base computes."""

    title: Text
    kind: StudyKind
    acronym: str = ""
    nct: Annotated[str, Field(pattern=r"^(NCT[0-9]{8})?$")] = ""
    design: str = ""
    #: Year of the publication, label or registry entry that was read.
    year: int | None = Field(default=None, ge=1900, le=2100)
    tumour: Text
    tumour_types: Texts = Field(default_factory=list)
    drugs: Texts = Field(default_factory=list)
    #: What the study measured, where it is no DNA variant.
    marker: str = ""
    measured_by: Measure | Literal[""] = ""
    #: Recruitment status of a trial, with the day, month or year to which it was read.
    status: StudyStatus = ""
    as_of: IsoDate = ""
    finding: str = ""
    results: list[ResultEntry] = Field(default_factory=list)
    conflicts_with: Texts = Field(default_factory=list)
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)
    curation: Status = "seed"
    note: str = ""
    seed_note: str = ""

    @model_validator(mode="after")
    def _status_of_a_trial(self) -> Self:
        if (self.kind == "trial") != bool(self.status):
            raise ValueError("status: a trial states one, and nothing else does")
        if self.status not in ("", "unknown") and not self.as_of:
            raise ValueError("as_of: a status bears the date to which it was read")
        if self.status == "recruiting" and len(self.as_of) != len("2020-01-31"):
            raise ValueError("as_of: the status of a trial that may be open is dated to the day")
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.finding or self.results):
            raise ValueError("finding: say in a sentence what it is or showed, or give results")
        return self


class StudiesFile(Strict):
    """``studies.yaml``."""

    studies: dict[Identifier, StudyEntry]


# ---------------------------------------------------------------- notes on drugs


class FeedbackEntry(Strict):
    """A pathway feedback that a board should know."""

    note: Text
    source: Text
    seed: list[Row] = Field(default_factory=list)
    seed_note: str = ""


class RemarkEntry(Strict):
    """What a study or guideline says of a drug in NET that no rule asks for (doses, harm, markers tried)."""

    note: Text
    sources: Texts = Field(default_factory=list)
    seed: list[Row] = Field(default_factory=list)
    seed_note: str = ""


# ---------------------------------------------------------------- evidence levels


class LevelEntry(Strict):
    """One level of a framework, and the level to which evidence of another tumour type falls."""

    meaning: Text
    #: Level that the same evidence has for a patient with another tumour; the level itself if it stays.
    elsewhere: Text
    verified: bool = True
    note: str = ""


class FrameworkEntry(Strict):
    """A framework of evidence levels."""

    name: Text
    about: Text
    source: Text
    seed: list[Row] = Field(default_factory=list)
    levels: dict[Text, LevelEntry]

    @model_validator(mode="after")
    def _closed(self) -> Self:
        for name, level in self.levels.items():
            if level.elsewhere not in self.levels:
                raise ValueError(
                    f"levels.{name}: elsewhere {level.elsewhere!r} is no level of this framework"
                )
        return self


class LevelsFile(Strict):
    """``levels.yaml``: frameworks by the name that statements use (``civic``, ``amp``, ``escat``)."""

    frameworks: dict[Identifier, FrameworkEntry]


# ---------------------------------------------------------------- comparisons


class ComparisonEntry(Strict):
    """Drugs that a board sets against each other; what speaks for each is gathered from the statements."""

    title: Text
    drugs: Annotated[Texts, Field(min_length=2)]
    #: For whom the question arises.
    context: ClauseRule
    statement: Text
    sources: SomeTexts
    cases: list[Case] = Field(min_length=1)


class ComparisonsFile(Strict):
    """``comparisons.yaml``."""

    comparisons: dict[Identifier, ComparisonEntry]


# ---------------------------------------------------------------- inventory

#: Why a row cannot be computed, in words that a report of coverage prints.
REASONS: dict[str, str] = {
    "opinion": "a view, hope or plan: it names no marker, drug result or number that a sample could meet",
    "input": "a definition that fixes an input; the sample sheet states the answer, nothing computes it",
    "no_field": "rests on something that neither a variant file nor a sample sheet holds",
    "no_rule": "a relation without a cut-off, gene or event that a rule could ask for",
    "method": "about how studies, tissue or endpoints are handled, not about a patient",
    "epidemiology": "about how often or how late the disease is found, not about an alteration",
    "biology": "a mechanism without a consequence that was tested in patients",
    "other_disease": "another disease, without a question that a neuroendocrine neoplasm would ask",
    "error": "wrong or doubtful in the source, and for that reason not entered",
}
Reason = Literal[
    "opinion", "input", "no_field", "no_rule", "method", "epidemiology", "biology", "other_disease", "error"
]


class NotComputed(Strict):
    """A row that no rule can compute, and why."""

    reason: Reason
    why: Text
    seed_note: str = ""

    @model_validator(mode="after")
    def _error_is_told(self) -> Self:
        if (self.reason == "error") != bool(self.seed_note):
            raise ValueError("seed_note: tells the error of the source, for reason 'error' and no other")
        return self


class ListEntry(Strict):
    """A list of statements from which the base was made: its letter and how many rows it holds."""

    name: Text
    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]
    rows: int = Field(ge=1, le=999)
    sources: Texts = Field(default_factory=list)
    #: Rows whose identifiers were seen in part or not at all: blank in the base until a curator saw them.
    partly: list[Row] = Field(default_factory=list)
    unseen: list[Row] = Field(default_factory=list)


class InventoryFile(Strict):
    """``inventory.yaml``."""

    lists: list[ListEntry] = Field(min_length=1)
    not_computed: dict[Row, NotComputed]
