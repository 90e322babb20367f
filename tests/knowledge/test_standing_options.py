"""Standing options: what is listed whatever the genes fits the stage, the grade and what was given before."""

from __future__ import annotations

import pytest

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.load import load
from netboard.knowledge.logic import conjunction, evaluate
from netboard.model.evidence import Assertion, Clause, EventClause, GroupClause, Truth

_KNOWN = load()
_BY_ID = {item.id: item for item in _KNOWN.assertions}


def _value(item: Assertion, given: dict[str, object]) -> Truth:
    facts = facts_from_case(given, _KNOWN)
    parts = [evaluate(part, facts, _KNOWN) for part in (item.when, item.context) if part is not None]
    return conjunction(item.id, parts).value


def _asks_event(clause: Clause) -> bool:
    if isinstance(clause, GroupClause):
        return any(_asks_event(part) for part in clause.clauses)
    return isinstance(clause, EventClause)


#: Systemic standing options that must not be offered again after the same drug.
_ONCE = {
    "everolimus-pancreatic-net": ("PANET", "everolimus"),
    "everolimus-gi-lung-net": ("LUCA", "everolimus"),
    "sunitinib-pancreatic-net": ("PANET", "sunitinib"),
    "cabozantinib-pancreatic-net": ("PANET", "cabozantinib"),
    "cabozantinib-extrapancreatic-net": ("SBWDNET", "cabozantinib"),
    "captem-pancreatic-net": ("PANET", "temozolomide"),
    "streptozotocin-pancreatic-net": ("PANET", "streptozotocin"),
    "platinum-etoposide-nec": ("HGNEC", "cisplatin"),
    "belzutifan-pheochromocytoma": ("PHC", "belzutifan"),
    "sstr-prrt-midgut": ("SBWDNET", "177Lu-DOTATATE"),
    "sstr-prrt-first-line-g2-g3": ("PANET", "PRRT"),
}


def _standing() -> list[Assertion]:
    return [i for i in _KNOWN.assertions if i.kind == "predictive" and not _asks_event(i.when)]


def _advanced(tumour_type: str, prior: list[str], **more: object) -> dict[str, object]:
    context: dict[str, object] = {
        "tumour_type": tumour_type,
        "stage": "metastatic",
        "ki67": 15,
        "sstr": "positive",
        "functioning": "non_functioning",
        "prior_therapy": prior,
    }
    if tumour_type not in ("HGNEC", "PHC"):
        context["grade"] = "G2"
    return {"assay": "exome", "context": context | more}


@pytest.mark.parametrize("option", _ONCE)
def test_a_standing_option_asks_for_advanced_disease_and_is_not_offered_twice(option: str) -> None:
    item, (tumour_type, drug) = _BY_ID[option], _ONCE[option]
    # What the option demands before itself: cabozantinib a targeted drug, first lines nothing.
    before = ["lenvatinib"] if "cabozantinib" in option else []
    assert _value(item, _advanced(tumour_type, before)) is Truth.YES
    assert _value(item, _advanced(tumour_type, [*before, drug])) is Truth.NO
    assert _value(item, _advanced(tumour_type, before, stage="localised")) is Truth.NO
    unknown = _advanced(tumour_type, before)
    del unknown["context"]["prior_therapy"]  # type: ignore[attr-defined]
    assert _value(item, unknown) is Truth.UNKNOWN


def test_everolimus_and_sunitinib_are_no_standing_options_of_a_g3_tumour() -> None:
    for item in _standing():
        if {"everolimus", "sunitinib"} & set(item.drugs):
            for tumour_type in ("PANET", "LUCA", "SBWDNET"):
                assert _value(item, _advanced(tumour_type, [], grade="G3")) is not Truth.YES, item.id


def test_cabozantinib_comes_after_prrt_or_a_targeted_drug() -> None:
    item = _BY_ID["cabozantinib-pancreatic-net"]
    assert _value(item, _advanced("PANET", [])) is Truth.NO
    assert _value(item, _advanced("PANET", ["lanreotide"])) is Truth.NO
    assert _value(item, _advanced("PANET", ["PRRT"])) is Truth.YES


def test_surgery_is_the_option_of_localised_disease() -> None:
    given = _advanced("PANET", [], stage="localised", ki67=3)
    assert {i.id for i in _standing() if _value(i, given) is Truth.YES and i.direction == "sensitivity"} == {
        "surgery-localised-net"
    }


def test_alternatives_are_never_printed_as_a_combination() -> None:
    for item in _KNOWN.assertions:
        assert not {"cisplatin", "carboplatin"} <= set(item.drugs), item.id
        assert not {"fluorouracil", "doxorubicin"} <= set(item.drugs), item.id


@pytest.mark.parametrize("prior", [[], ["cisplatin", "etoposide"], ["carboplatin"]])
def test_merkel_cell_carcinoma_is_told_neither_that_pembrolizumab_fails_nor_the_drugs_of_gut_carcinoma(
    prior: list[str],
) -> None:
    context = {"tumour_type": "MCC", "grade": "NEC", "site": "other", "stage": "metastatic"}
    given = {"assay": "genome", "context": {**context, "prior_therapy": prior}}
    told = {item.id for item in _standing() if _value(item, given) is not Truth.NO}
    assert not told & {
        "pembrolizumab-high-grade-no-benefit",
        "pembrolizumab-net-no-benefit",
        "platinum-etoposide-nec",
        "ipilimumab-nivolumab-nec",
    }
