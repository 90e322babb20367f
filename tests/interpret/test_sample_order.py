"""The order of a sample's findings, what is set aside and counted, and the tier each finding bears."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interpret.test_sample import SETTINGS, TODAY, _assertion, _finding, _knowledge, _run
from netboard.interpret.sample import SampleInput, interpret
from netboard.model.result import Context, Finding, Interpretation, Locus, NonCoding, Oncogenicity

#: The classes of events from what a reader looks for first to what matters least.
ORDER = (
    "hotspot", "truncating", "splice", "start_loss", "fusion", "deletion", "amplification", "promoter", "in_frame",
    "missense", "loss_of_heterozygosity", "disruption", "undetermined", "synonymous",
)  # fmt: skip


def _bare(key: str, event: str = "missense", **given: Any) -> Finding:
    values: dict[str, Any] = {
        "gene": "GENA",
        "type": "small_variant",
        "variant": Locus("GRCh38", "1", 5, "A", "T"),
        "support": "adequate",
        **given,
    }
    return Finding(id=key, event=event, **values)


def _weight(significance: str) -> Oncogenicity:
    return Oncogenicity("in words", 0, significance=significance)


def _ids(*findings: Finding) -> list[str]:
    forwards, backwards = (
        [finding.id for finding in _run(_knowledge(), *given).findings]
        for given in (findings, findings[::-1])
    )
    assert forwards == backwards
    return forwards


def test_findings_stand_by_class_of_event_and_a_class_that_is_not_known_comes_last() -> None:
    classes = (*ORDER, "of another day")
    assert _ids(*(_bare(event, event) for event in classes)) == list(classes)


def test_a_call_that_a_filter_stopped_comes_last_and_pathogenic_ones_before_those_that_may_not_be() -> None:
    findings = (
        _bare("stopped", "hotspot", filter_passed=False, oncogenicity=_weight("pathogenic")),
        _bare("uncertain", "hotspot", oncogenicity=_weight("uncertain")),
        _bare("pathogenic", "missense", oncogenicity=_weight("pathogenic")),
        # One of a class that is not weighed stands with the pathogenic.
        _bare("not weighed", "fusion"),
    )
    assert _ids(*findings) == ["not weighed", "pathogenic", "uncertain", "stopped"]


def test_within_a_class_findings_stand_by_gene_and_then_by_place() -> None:
    def at(pos: int) -> Locus:
        return Locus("GRCh38", "1", pos, "A", "T")

    findings = (
        _bare("b", gene="GENB", variant=at(1)),
        _bare("a later", variant=at(9)),
        _bare("a earlier", variant=at(5)),
        _bare("a nowhere", variant=None),
    )
    assert _ids(*findings) == ["a nowhere", "a earlier", "a later", "b"]


def test_findings_that_are_set_aside_are_counted_by_reason_beside_the_counts_of_the_file() -> None:
    def counts(*flags: tuple[str, ...]) -> Any:
        findings = (_bare(str(number), flags=held) for number, held in enumerate(flags))
        return _run(_knowledge(), *findings).counts

    common = ("common_in_population",)
    found = counts(common, (), ("another", *common))
    assert found["set_aside"] == {"common_in_population": 2}
    assert found["kept"] == 3
    assert counts((), ("another",))["set_aside"] == {}


@pytest.mark.parametrize(
    ("significance", "tier"),
    [("uncertain", "III"), ("benign", "IV"), ("pathogenic", None), (None, None)],
)
def test_a_finding_that_no_statement_rests_on_has_the_tier_of_its_significance(
    significance: str | None, tier: str | None
) -> None:
    weight = None if significance is None else _weight(significance)
    (found,) = _run(_knowledge(), _bare("f", oncogenicity=weight)).findings
    assert (found.tier_amp, found.tier_escat, found.tier_set_by) == (tier, None, ())


def test_only_statements_that_surely_apply_and_rest_on_the_finding_set_its_tiers() -> None:
    base = _knowledge(_assertion("of GENA", "GENA"), _assertion("of GENB", "GENB", tier_amp="II-C"))
    few = replace(_finding("GENB"), support="low")
    found = {
        item.gene: (item.tier_amp, item.tier_set_by)
        for item in _run(base, _finding("GENA"), few, context=Context(tumour_type="PANET")).findings
    }
    assert found["GENA"] == ("I-A", ("of GENA",))
    assert found["GENB"][1] == ()


@pytest.mark.parametrize(
    ("framework", "tiers", "best"),
    [
        ("amp", ("II-D", "II-C", "I-B"), "I-B"),
        ("amp", ("I-B", "I-A"), "I-A"),
        ("amp", ("IV", "III"), "III"),
        ("escat", ("X", "V"), "V"),
        ("escat", ("V", "IV-B", "IV-A"), "IV-A"),
        ("escat", ("IV-A", "III-B", "III-A"), "III-A"),
        ("escat", ("III-A", "II-B", "II-A"), "II-A"),
        ("escat", ("II-A", "I-C", "I-B", "I-A"), "I-A"),
        ("escat", ("unheard of", "X"), "X"),
    ],
)
def test_of_several_tiers_the_finding_bears_the_best_and_names_its_statement(
    framework: str, tiers: tuple[str, ...], best: str
) -> None:
    other = {"amp": "tier_escat", "escat": "tier_amp"}[framework]
    given = [{f"tier_{framework}": tier, other: ""} for tier in tiers]
    base = _knowledge(*(_assertion(values[f"tier_{framework}"], "GENA", **values) for values in given))
    (found,) = _run(base, _finding("GENA"), context=Context(tumour_type="PANET")).findings
    assert (getattr(found, f"tier_{framework}"), found.tier_set_by) == (best, (best,))


def test_what_was_given_of_a_sample_is_in_its_result_as_given() -> None:
    outside = NonCoding("GENA", "1", 7, "A", "C", "intron_variant", "PASS", 0.3)
    given = SampleInput(
        sample="sample one",
        context=Context(grade="G2"),
        assay={"name": "exome"},
        coverage={},
        findings=(),
        non_coding=[outside],
        provenance={"command": "run"},
        counts={"records": 7},
        ref_check={"state": "confirmed"},
        warnings=["mind the gap"],
        extra={"part": 1},
    )
    result: Interpretation = interpret(given, _knowledge(), SETTINGS, TODAY)
    assert (result.sample, result.context.grade, result.assay) == ("sample one", "G2", {"name": "exome"})
    assert (result.non_coding, result.warnings) == ((outside,), ("mind the gap",))
    assert (result.provenance, result.ref_check) == ({"command": "run"}, {"state": "confirmed"})
    assert (result.counts, result.extra) == ({"records": 7, "set_aside": {}}, {"part": 1})
