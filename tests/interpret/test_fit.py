"""How well evidence fits this tumour, and that no tier of another tumour is taken over unchanged."""

from __future__ import annotations

import pytest

from netboard.interpret.fit import context_match, tiers
from netboard.model.evidence import Assertion, ContextClause, Evidence, Knowledge, Level, TumourType
from netboard.model.result import Context
from netboard.model.variant import Panel

_TYPES = {
    "SOLID": TumourType("SOLID", "Solid tumour", oncotree=False),
    "NEN": TumourType("NEN", "Neoplasm", ("SOLID",), neuroendocrine=True, oncotree=False),
    "NET": TumourType("NET", "Tumour", ("NEN",), neuroendocrine=True, oncotree=False),
    "PANET": TumourType("PANET", "Pancreatic", ("NET",), neuroendocrine=True),
    "LUNG": TumourType("LUNG", "Lung", ("SOLID",)),
    "LUAD": TumourType("LUAD", "Adenocarcinoma", ("LUNG",)),
    "LUNET": TumourType("LUNET", "Lung NET", ("NET", "LUNG"), neuroendocrine=True),
}
_LEVELS = (
    Level("amp", "I", "", "II", ""),
    Level("escat", "I", "", "IIIA", ""),
    Level("amp", "IIX", "", "", ""),
)
_BASE = Knowledge(Panel({}, ()), (), (), {}, _TYPES, {}, (), (), "0", "0", "2026-01-01", levels=_LEVELS)


def _says(tumour: str, design: str = "phase 2", amp: str = "", escat: str = "") -> Assertion:
    return Assertion(
        "s1",
        "predictive",
        "sensitivity",
        "words",
        ContextClause("grade", ("G1",)),
        evidence=Evidence("B", design, 40, "", tumour),
        tier_amp=amp,
        tier_escat=escat,
    )


@pytest.mark.parametrize(
    ("shown_in", "given", "fit"),
    [
        ("PANET", "PANET", "same_tumour"),
        ("NET", "PANET", "same_tumour"),
        ("NEN", "PANET", "same_tumour"),
        ("PANET", "NET", "other_net"),
        ("PANET", "LUNET", "other_net"),
        ("LUNG", "LUAD", "same_tumour"),
        ("LUAD", "LUNET", "other_tumour"),
        ("PANET", "LUAD", "other_tumour"),
        ("SOLID", "PANET", "other_tumour"),
        ("SOLID", "SOLID", "other_tumour"),
        ("UNLISTED", "PANET", "other_tumour"),
        ("PANET", "UNLISTED", "other_tumour"),
        ("UNLISTED", "UNLISTED", "same_tumour"),
        ("PANET", None, "unknown"),
        ("", "PANET", "unknown"),
        ("", None, "unknown"),
    ],
)
def test_evidence_fits_the_tumour_in_which_it_was_shown_and_what_lies_below_it(
    shown_in: str, given: str | None, fit: str
) -> None:
    assert context_match(_says(shown_in), Context(tumour_type=given), _BASE) == fit


@pytest.mark.parametrize("tumour", ["", "PANET"])
@pytest.mark.parametrize("given", [None, "PANET"])
def test_work_on_models_is_preclinical_whatever_the_tumour(tumour: str, given: str | None) -> None:
    assert context_match(_says(tumour, "preclinical"), Context(tumour_type=given), _BASE) == "preclinical"


@pytest.mark.parametrize(
    ("fit", "amp", "escat", "shown"),
    [
        ("same_tumour", "I", "I", ("I", "I")),
        ("other_net", "I", "I", ("II", "IIIA")),
        ("other_tumour", "I", "I", ("II", "IIIA")),
        ("unknown", "I", "I", ("II", "IIIA")),
        ("preclinical", "I", "I", ("II", "IIIA")),
        ("other_net", "IIX", "II", (None, None)),
        ("same_tumour", "", "", (None, None)),
    ],
)
def test_a_tier_of_another_tumour_is_lowered_and_left_out_where_no_lower_one_is_stated(
    fit: str, amp: str, escat: str, shown: tuple[str | None, str | None]
) -> None:
    assert tiers(_says("PANET", amp=amp, escat=escat), fit, _BASE) == shown
