"""The clinical context: vocabulary, contradictions, and what is not given staying unknown."""

from __future__ import annotations

import pytest

from netboard.context import build_context
from netboard.errors import ConfigError
from netboard.model.evidence import Knowledge, TumourType
from netboard.model.variant import Panel

_TYPES = {
    "PANET": TumourType(
        "PANET", "pancreatic NET", (), site="pancreas", neuroendocrine=True, differentiation="well"
    ),
    "NECX": TumourType("NECX", "a carcinoma", (), neuroendocrine=True, differentiation="poor"),
}
KNOWLEDGE = Knowledge(Panel({}, ()), (), (), {}, _TYPES, {}, (), (), "0", "0", "2026-01-01")


def test_what_is_not_given_stays_unknown() -> None:
    context = build_context({"grade": "", "site": "NA", "prior_therapy": None}, KNOWLEDGE)
    assert (context.grade, context.site, context.prior_therapy) == (None, None, None)


def test_no_prior_therapy_is_said_and_differs_from_silence() -> None:
    assert build_context({"prior_therapy": "none"}, KNOWLEDGE).prior_therapy == ()
    assert build_context({"prior_therapy": "a, b"}, KNOWLEDGE).prior_therapy == ("a", "b")


@pytest.mark.parametrize("site", ["small intestine", "small-intestine", "Small_Intestine"])
def test_a_site_is_one_whatever_joins_its_words(site: str) -> None:
    assert build_context({"site": site}, KNOWLEDGE).site == "small intestine"


def test_an_unknown_site_is_no_site() -> None:
    assert build_context({"site": "unknown"}, KNOWLEDGE).site is None


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"grade": "G4"}, "not one of G1, G2, G3, NEC"),
        ({"site": "moon"}, "not one of pancreas"),
        ({"ki67": "many"}, "not a number from 0 to 100"),
        ({"ki67": "101"}, "not a number from 0 to 100"),
        ({"ki67": "nan"}, "not a number from 0 to 100"),
        ({"purity": "60"}, "not a number from 0 to 1"),
        ({"tumour_type": "PANNET"}, "Did you mean PANET"),
    ],
)
def test_a_value_outside_its_vocabulary_is_refused(given: dict[str, str], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        build_context(given, KNOWLEDGE, where="samples.tsv:3")


@pytest.mark.parametrize(
    "given",
    [
        {"grade": "G1", "ki67": "40"},
        {"grade": "G2", "ki67": "25"},
        {"grade": "NEC", "ki67": "10"},
        {"grade": "NEC", "differentiation": "well"},
        {"grade": "G1", "differentiation": "poor"},
        {"tumour_type": "PANET", "site": "lung"},
        {"tumour_type": "PANET", "grade": "NEC"},
        {"tumour_type": "NECX", "grade": "G1"},
    ],
)
def test_a_contradiction_is_an_error_that_names_the_row(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"samples\.tsv:3: .*contradicts"):
        build_context(given, KNOWLEDGE, where="samples.tsv:3")


@pytest.mark.parametrize(
    "given",
    [
        {"grade": "G1", "ki67": "2"},
        {"grade": "G2", "ki67": "2"},  # graded on mitoses
        {"grade": "G3", "ki67": "45", "differentiation": "well", "tumour_type": "PANET"},
        {"tumour_type": "panet", "site": "pancreas"},
    ],
)
def test_what_fits_together_is_accepted(given: dict[str, str]) -> None:
    assert build_context(given, KNOWLEDGE)
