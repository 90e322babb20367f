"""Findings of a sample: which stand first, which tier each carries and from which statement, what is set aside."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from interpret.test_sample import _assertion, _finding, _knowledge, _run
from netboard.model.evidence import ContextClause
from netboard.model.result import Context, Finding, Locus, Oncogenicity

PANET = Context(tumour_type="PANET")


def _plain(key: str, event: str = "missense", gene: str = "GENA", pos: int = 5, **given: Any) -> Finding:
    values = {
        "significance": "pathogenic",
        "variant": Locus("GRCh38", "1", pos, "A", "T"),
        "type": "small_variant",
        **given,
    }
    onco = Oncogenicity("", 0, significance=values.pop("significance"))
    return Finding(id=key, gene=gene, event=event, **{"oncogenicity": onco, **values})


def _order(*findings: Finding) -> list[str]:
    mixed = list(findings)
    random.Random(7).shuffle(mixed)
    assert mixed != list(findings)
    return [item.id for item in _run(_knowledge(), *mixed).findings]


def test_findings_stand_by_what_their_event_does() -> None:
    events = (
        "hotspot", "truncating", "splice", "start_loss", "fusion", "deletion", "amplification", "promoter",
        "in_frame", "missense", "loss_of_heterozygosity", "disruption", "undetermined", "synonymous",
        "a_later_one",
    )  # fmt: skip
    kinds = {"fusion": "rearrangement", "disruption": "rearrangement", "deletion": "copy_number"}
    found = [_plain(event, event, type=kinds.get(event, "small_variant")) for event in events]
    assert _order(*found) == list(events)


def test_what_the_filters_stopped_stands_last_and_what_is_not_pathogenic_behind_what_is() -> None:
    assert _order(
        _plain("sure"),
        _plain("uncertain", "hotspot", significance="uncertain"),
        _plain("benign", significance="benign"),
        _plain("stopped", "hotspot", filter_passed=False),
        _plain("stopped and uncertain", "hotspot", filter_passed=False, significance="uncertain"),
    ) == ["sure", "uncertain", "benign", "stopped", "stopped and uncertain"]


def test_an_event_that_the_points_do_not_weigh_stands_among_the_pathogenic() -> None:
    lost = _plain("lost", "deletion", type="copy_number", oncogenicity=None, variant=None)
    assert _order(lost, _plain("sure"), _plain("open", "truncating", significance="uncertain")) == [
        "lost",
        "sure",
        "open",
    ]


def test_findings_of_one_kind_stand_by_gene_and_place() -> None:
    assert _order(
        _plain("a nowhere", variant=None), _plain("a9", pos=9), _plain("a10", pos=10), _plain("b1", gene="GENB", pos=1)
    ) == ["a nowhere", "a9", "a10", "b1"]  # fmt: skip


@pytest.mark.parametrize(
    ("significance", "amp"), [("uncertain", "III"), ("benign", "IV"), ("pathogenic", None), (None, None)]
)
def test_without_a_statement_a_finding_bears_the_tier_of_its_significance(
    significance: str | None, amp: str | None
) -> None:
    finding = _plain("f", significance=significance or "")
    finding = finding if significance else replace(finding, oncogenicity=None)
    (found,) = _run(_knowledge(), finding).findings
    assert (found.tier_amp, found.tier_escat, found.tier_set_by) == (amp, None, ())


def test_a_tier_comes_from_statements_that_surely_apply_and_rest_on_the_finding() -> None:
    grade = ContextClause("grade", ("G1",))
    knowledge = _knowledge(_assertion("open", "GENA", context=grade), _assertion("other", "GENB"))
    findings = {item.gene: item for item in _run(
        knowledge, _finding("GENA"), _finding("GENB"), _finding("GENC"), context=PANET
    ).findings}  # fmt: skip
    assert {gene: (item.tier_amp, item.tier_set_by) for gene, item in findings.items()} == {
        "GENA": (None, ()),
        "GENB": ("I-A", ("other",)),
        "GENC": (None, ()),
    }


@pytest.mark.parametrize(
    ("amp", "escat", "tiers", "set_by"),
    [
        (("II-C", "I-B"), ("", ""), ("I-B", None), ("a2",)),
        (("III", "IV"), ("X", "V"), ("III", "V"), ("a1", "a2")),
        (("II-D", "II-C"), ("I-C", "II-A"), ("II-C", "I-C"), ("a2", "a1")),
        (("I-A", "I-A"), ("I-A", "I-A"), ("I-A", "I-A"), ("a1",)),
        (("I-A", "no tier"), ("no tier", "IV-B"), ("I-A", "IV-B"), ("a1", "a2")),
        (("", ""), ("", ""), (None, None), ()),
    ],
)
def test_a_finding_carries_the_best_of_the_tiers_and_names_the_statement_of_each(
    amp: tuple[str, str],
    escat: tuple[str, str],
    tiers: tuple[str | None, str | None],
    set_by: tuple[str, ...],
) -> None:
    knowledge = _knowledge(
        *(
            _assertion(f"a{number + 1}", "GENA", tier_amp=amp[number], tier_escat=escat[number])
            for number in range(2)
        )
    )
    (finding,) = _run(knowledge, _finding("GENA"), context=PANET).findings
    assert (finding.tier_amp, finding.tier_escat) == tiers
    assert finding.tier_set_by == set_by


def test_what_is_common_in_the_population_is_counted_as_set_aside_and_kept() -> None:
    common = [_plain(str(number), flags=("common_in_population",)) for number in range(2)]
    result = _run(_knowledge(), *common, _plain("rare"))
    assert result.counts["set_aside"] == {"common_in_population": 2}
    assert len(result.findings) == 3
    assert _run(_knowledge(), _plain("rare")).counts["set_aside"] == {}
