"""Shapes of the files by which alterations are weighed: the points standard, and figures and wording."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netboard.knowledge.rule_schema import Strict, Text
from netboard.model.standard import DEFAULT_FIGURES

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
#: Cut-offs that the standard's criteria ask for (fractions from 0 to 1).
FIGURES = ("very_common", "common", "extremely_rare", "large_loss")
#: Figures and sentences that the program asks for.
ALTERATION_FIGURES = tuple(DEFAULT_FIGURES)
ALTERATION_WORDS = ("referral", "referral_remedy", "two_hits_note", "clonality_note", "common_note")


class CriterionEntry(Strict):
    """One criterion: its code here, its points, its meaning, and what data it needs."""

    code: Annotated[str, Field(pattern=r"^(O|S)[A-Z]+\d$")]
    points: int
    #: A few words for a table.
    short: Text
    meaning: Text
    #: What is absent when it cannot be assessed, and what would supply it.
    needs: Text
    remedy: Text
    #: Criteria (by key) beside which it is not counted.
    not_with: list[Key] = Field(default_factory=list)
    #: Code that other public sources print for the same meaning.
    also: str = ""
    note: str = ""


class ClassEntry(Strict):
    """A class with the least points that reach it."""

    at_least: int
    name: Text


class OncogenicityFile(Strict):
    """``oncogenicity.yaml``: criteria by meaning, classes by points, cut-offs."""

    source: Text
    criteria: dict[Key, CriterionEntry]
    classes: list[ClassEntry] = Field(min_length=1)
    figures: dict[Literal["very_common", "common", "extremely_rare", "large_loss"], float]
    #: Codes of the continental groups whose frequency counts against a variant.
    groups: list[Text] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name, item in self.criteria.items():
            for other in item.not_with:
                if other not in self.criteria:
                    raise ValueError(f"criteria.{name}: not_with {other!r} is no criterion")
            if (item.points > 0) != item.code.startswith("O"):
                raise ValueError(f"criteria.{name}: {item.code} bears {item.points:+d} points")
        codes = [item.code for item in self.criteria.values()]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"criteria: {', '.join(twice)} stands twice")
        least = [item.at_least for item in self.classes]
        if least != sorted(least, reverse=True) or len(set(least)) != len(least):
            raise ValueError("classes: at_least must fall from class to class")
        if lacking := [name for name in FIGURES if name not in self.figures]:
            raise ValueError(f"figures: {', '.join(lacking)} is missing")
        if wrong := [name for name, value in self.figures.items() if not 0 <= value <= 1]:
            raise ValueError(f"figures: {', '.join(wrong)} must lie from 0 to 1")
        return self


class FigureEntry(Strict):
    """A figure with the reason for it."""

    value: float = Field(gt=0)
    why: Text


class AlterationsFile(Strict):
    """``alterations.yaml``: figures and wording by which alterations of one gene are read together."""

    figures: dict[Key, FigureEntry]
    words: dict[Key, Text]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for key, held, asked in (
            ("figures", set(self.figures), ALTERATION_FIGURES),
            ("words", set(self.words), ALTERATION_WORDS),
        ):
            if lacking := [name for name in asked if name not in held]:
                raise ValueError(f"{key}: {', '.join(lacking)} is missing")
            if unknown := sorted(held - set(asked)):
                raise ValueError(f"{key}: {', '.join(unknown)} is not asked for by the program")
        return self
