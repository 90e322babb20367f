"""What the input could not show: none left out, each with its reason, and with what would show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from netboard.interpret.gaps import not_assessed, waiting
from netboard.model.alteration import Clonality, GeneAlteration, Oncogenicity
from netboard.model.evidence import Truth
from netboard.model.facts import SCOPES, Coverage
from netboard.model.lines import EvidenceNote, TherapyLine, TrialLine
from netboard.model.proof import Proof
from netboard.model.result import Context, Finding, NotAssessed
from netboard.model.standard import CriterionRule, Standard

#: A context in which every field is given.
TOLD = Context("NET", "ileum", "G1", "well", "IV", functioning="functioning", prior_therapy=())
FINE = {**dict.fromkeys(SCOPES, Coverage("assessed", "", 1.0)), "germline": Coverage("assessed")}
Seen = Mapping[str, Mapping[str, Coverage]]


def _gaps(
    seen: Seen | None = None,
    findings: Iterable[Finding] = (),
    context: Context = TOLD,
    promoters: frozenset[str] = frozenset(),
    **more: Any,
) -> tuple[NotAssessed, ...]:
    return not_assessed({"GENA": FINE} if seen is None else seen, findings, (), context, promoters, **more)


def _finding(gene: str = "GENA", key: str = "f", event: str = "missense", **given: Any) -> Finding:
    return Finding(key, "small_variant", gene, event, None, **given)


def test_where_all_was_seen_and_told_nothing_is_listed() -> None:
    assert _gaps(findings=[_finding()]) == ()


# ---------------------------------------------------------------- genes


def _lacking(**scopes: Coverage) -> Mapping[str, Coverage]:
    return {**FINE, **scopes}


@pytest.mark.parametrize(
    ("reason", "why", "remedy"),
    [
        ("class_not_assayed", "the assay, as declared, does not see this class of event", "--segments"),
        ("not_covered", "outside the declared targets", "an assay that covers these genes"),
        ("no_copy_number_call", "no call of copy number covers these genes", "--sex"),
        ("record_not_read", "could not be read for this sample", "scan --verbose"),
        ("build_in_doubt", "speak for the other genome build", "--build"),
        ("absent_assay_undeclared", "nobody declared what was sequenced", "--assay or --targets"),
        ("partly_covered", "only part of the coding exons is covered", "sequencing of the uncovered part"),
        ("a_reason_of_later", "a reason of later", "ask the laboratory what was sequenced"),
    ],
)
def test_each_reason_has_words_and_a_remedy(reason: str, why: str, remedy: str) -> None:
    (gap,) = _gaps({"GENA": _lacking(copy_number=Coverage("not_assessed", reason))})
    assert why in gap.why
    assert remedy in gap.remedy


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("small_variants", "small variants"),
        ("promoter", "promoter variants"),
        ("copy_number", "copy number (deletion, loss of heterozygosity, amplification)"),
        ("fusions", "fusions and rearrangements"),
    ],
)
def test_genes_of_one_class_and_reason_are_one_line_that_names_all(scope: str, words: str) -> None:
    lacking = _lacking(**{scope: Coverage("not_assessed", "not_covered")})
    gaps = _gaps({"GENC": lacking, "GENA": lacking, "GENB": FINE}, promoters=frozenset({"GENA", "GENC"}))
    assert [(gap.what, gap.genes, gap.kind, gap.scope) for gap in gaps] == [
        (f"{words}: GENA, GENC", ("GENA", "GENC"), "gene", scope)
    ]


def test_other_reasons_and_other_classes_are_lines_of_their_own() -> None:
    seen = {
        "GENA": _lacking(fusions=Coverage("not_assessed", "not_covered")),
        "GENB": _lacking(fusions=Coverage("not_assessed", "class_not_assayed")),
        "GENC": _lacking(copy_number=Coverage("not_assessed", "not_covered")),
    }
    assert [(gap.genes, gap.scope) for gap in _gaps(seen)] == [
        (("GENA",), "fusions"),
        (("GENB",), "fusions"),
        (("GENC",), "copy_number"),
    ]


def test_a_gap_of_every_gene_says_so_instead_of_naming_them_and_keeps_the_names_beside() -> None:
    lacking = _lacking(fusions=Coverage("not_assessed", "not_covered"))
    (gap,) = _gaps({"GENA": lacking, "GENB": lacking})
    assert gap.what == "fusions and rearrangements: all panel genes"
    assert gap.genes == ("GENA", "GENB")


@pytest.mark.parametrize(
    ("cover", "name"),
    [
        (Coverage("partly", "partly_covered", 0.625), "GENA (62%)"),
        (Coverage("partly", "partly_covered", None), "GENA"),
        (Coverage("not_assessed", "not_covered", 0.0), "GENA"),
    ],
)
def test_a_gene_that_was_partly_covered_says_how_much_of_it(cover: Coverage, name: str) -> None:
    (gap,) = _gaps({"GENA": _lacking(small_variants=cover), "GENB": FINE})
    assert gap.what == f"small variants: {name}"
    assert gap.genes == ("GENA",)


def test_a_promoter_is_listed_only_for_genes_that_are_asked_for_it() -> None:
    lacking = _lacking(promoter=Coverage("not_assessed", "not_covered"))
    seen = {"GENA": lacking, "GENB": lacking}
    assert _gaps(seen) == ()
    assert [gap.genes for gap in _gaps(seen, promoters=frozenset({"GENB"}))] == [("GENB",)]


def test_inherited_variants_are_one_line_unless_some_gene_was_looked_at_for_them() -> None:
    bare = {scope: cover for scope, cover in FINE.items() if scope != "germline"}
    (gap,) = _gaps({"GENA": bare, "GENB": bare})
    assert (gap.what, gap.kind, gap.genes) == ("inherited variants", "origin", ())
    assert "germline test" in gap.remedy
    assert _gaps({"GENA": bare, "GENB": FINE}) == ()
    doubted = {"GENA": {**FINE, "germline": Coverage("not_assessed", "build_in_doubt")}}
    assert all("germline" not in gap.scope for gap in _gaps(doubted))


# ---------------------------------------------------------------- context


@pytest.mark.parametrize(
    ("field", "name", "option"),
    [
        ("tumour_type", "tumour type", "--tumour-type"),
        ("site", "primary site", "--site"),
        ("grade", "grade", "--grade"),
        ("stage", "stage", "--stage"),
        ("prior_therapy", "prior therapy", "--prior-therapy"),
        ("differentiation", "differentiation", "--differentiation"),
    ],
)
def test_a_field_that_was_not_given_names_its_option(field: str, name: str, option: str) -> None:
    (gap,) = _gaps(context=replace(TOLD, **{field: None}))
    assert (gap.what, gap.why, gap.kind) == (name, "not given with the sample", "context")
    assert gap.remedy.startswith(f"give it with {option}")


def test_a_field_that_lines_wait_for_names_six_of_them_and_counts_the_rest() -> None:
    open_ = {"grade of this patient": [f"a{number}" for number in range(1, 9)]}
    context = replace(TOLD, grade=None)
    for number, words in ((1, "a1"), (6, "a1, a2, a3, a4, a5, a6"), (7, "a1, a2, a3, a4, a5, a6 and 1 more")):
        held = {need: names[:number] for need, names in open_.items()}
        (gap,) = _gaps(context=context, waiting=held)
        assert gap.why == f"not given with the sample; it would help to decide {words}"
    assert _gaps(context=context, waiting=open_)[0].why.endswith("a6 and 2 more")
    assert _gaps(waiting=open_) == ()  # the grade was given


def test_whether_a_tumour_is_functioning_is_asked_only_where_a_line_waits_for_it() -> None:
    context = replace(TOLD, functioning=None)
    assert _gaps(context=context) == ()
    (gap,) = _gaps(context=context, waiting={"whether the tumour is functioning": ["a1"]})
    assert (gap.what, gap.remedy) == ("functioning or not", "give it with --functioning yes or no")


def _therapy(key: str, *needs: str) -> TherapyLine:
    note = EvidenceNote("", None, "")
    return TherapyLine(key, (), "sensitivity", "unknown", "", "", note, (), (), needs=needs)


def _arm(match: Truth, *needs: Sequence[str], historical: bool = False) -> TrialLine:
    reasons = tuple(Proof("leaf", match, "", (), tuple(leaf)) for leaf in needs)
    return TrialLine(
        "NCT1", "Arm", match, match, match, "", "", False, reasons, arm_id="one", historical=historical
    )


def test_a_need_names_the_statements_and_open_arms_that_wait_for_it_once_each() -> None:
    found = waiting(
        [_therapy("a1", "grade", "stage"), _therapy("a2", "grade"), _therapy("a3")],
        [_arm(Truth.UNKNOWN, ("grade", "copies"), ("grade",), ())],
    )
    assert found == {"grade": ["a1", "a2", "NCT1/one"], "stage": ["a1"], "copies": ["NCT1/one"]}


@pytest.mark.parametrize(
    ("match", "historical", "waits"),
    [
        (Truth.UNKNOWN, False, True),
        (Truth.UNKNOWN, True, False),
        (Truth.NO, False, False),
        (Truth.YES, False, False),
    ],
)
def test_only_an_open_arm_that_may_still_be_an_option_waits(
    match: Truth, historical: bool, waits: bool
) -> None:
    assert bool(waiting([], [_arm(match, ("grade",), historical=historical)])) is waits


# ---------------------------------------------------------------- findings


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"hgvsc": "c.1A>T", "hgvsc_unshifted": "c.2A>T"}, "c.1A>T"),
        ({"hgvsc_unshifted": "c.2A>T"}, "c.2A>T"),
        ({}, "f"),
    ],
)
def test_an_effect_that_could_not_be_told_asks_for_the_sequence(given: Mapping[str, Any], name: str) -> None:
    (gap,) = _gaps(findings=[_finding(event="undetermined", reading="the codon is not known", **given)])
    assert gap == NotAssessed(
        f"effect of GENA {name}",
        "the codon is not known",
        "run again with --fasta REFERENCE.fa",
        "effect",
        ("GENA",),
    )


def test_an_effect_on_which_sources_differ_asks_for_a_review() -> None:
    (gap,) = _gaps(findings=[_finding(conflict="the file says otherwise", hgvsc="c.1A>T"), _finding("GENB")])
    assert gap == NotAssessed(
        "effect of GENA c.1A>T",
        "the file says otherwise",
        "review of the transcript by hand",
        "effect",
        ("GENA",),
    )
    both = _finding(event="undetermined", conflict="differs", reading="not known")
    assert [item.why for item in _gaps(findings=[both])] == ["not known"]


# ---------------------------------------------------------------- hits, cells, criteria


def _hit(gene: str, two_hits: Truth = Truth.UNKNOWN, asked: bool = True, **given: Any) -> GeneAlteration:
    values = {"code": "one_hit", "because": "one seen", "needs": ("segments", "purity"), **given}
    return GeneAlteration(gene, "tumour_suppressor", (), (), asked, two_hits, **values)


def test_open_second_hits_of_one_reason_and_remedy_are_one_line() -> None:
    hits = [_hit("GENA"), _hit("GENB", because="filtered", needs=()), _hit("GENC")]
    gaps = _gaps(alterations=hits)
    assert gaps == (
        NotAssessed("two hits: GENA, GENC", "one seen", "segments; purity", "two_hits", ("GENA", "GENC")),
        NotAssessed(
            "two hits: GENB", "filtered", "a second look at the figures", "two_hits", ("GENB",)
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "hit", [_hit("GENA", Truth.YES), _hit("GENA", Truth.NO), _hit("GENA", asked=False)], ids=str
)
def test_a_second_hit_that_is_told_or_not_asked_is_no_gap(hit: GeneAlteration) -> None:
    assert _gaps(alterations=[hit]) == ()


@pytest.mark.parametrize(("number", "more"), [(12, ""), (13, " and 1 more"), (15, " and 3 more")])
def test_a_line_names_twelve_genes_and_keeps_all(number: int, more: str) -> None:
    genes = tuple(f"G{at:02d}" for at in range(number))
    (gap,) = _gaps(alterations=[_hit(gene) for gene in genes])
    assert gap.what == f"two hits: {', '.join(genes[:12])}{more}"
    assert gap.genes == genes


def test_an_open_share_of_cells_names_each_gene_once() -> None:
    findings = [_finding(key="f1"), _finding(key="f2"), _finding("GENB", "f3"), _finding("GENC", "f4")]
    cells = [
        Clonality("f1", "unknown", "no purity", ("--purity",)),
        Clonality("f2", "unknown", "no purity", ("--purity",)),
        Clonality("f3", "fits_all_cells", "fits"),
        Clonality("f4", "unknown", "no copies"),
    ]
    assert _gaps(findings=findings, clonality=cells) == (
        NotAssessed("share of tumour cells: GENA", "no purity", "--purity", "clonality", ("GENA",)),
        NotAssessed(
            "share of tumour cells: GENC", "no copies", "a second look at the figures", "clonality", ("GENC",)
        ),
    )


def _rule(code: str, needs: str = "no studies here", remedy: str = "a study") -> CriterionRule:
    return CriterionRule(code.lower(), code, 1, f"short {code}", "", needs, remedy)


STANDARD = Standard(criteria=(_rule("OS1"), _rule("OP1"), _rule("OP4", "no frequencies", "--population")))


def _open(gene: str, *texts: str, significance: str = "uncertain", **given: Any) -> Finding:
    onco = Oncogenicity("", 0, not_assessed=texts, significance=significance)
    return _finding(gene, oncogenicity=onco, **given)


def test_criteria_that_lack_the_same_data_for_the_same_genes_are_one_line() -> None:
    findings = [
        _open("GENA", "OS1 no studies", "OP1 none", "OP4 none"),
        _open("GENA", "OS1 no studies", "OP1 none"),
        _open("GENB", "OS1 no studies", "OP1 none"),
    ]
    assert _gaps(findings=findings, standard=STANDARD) == (
        NotAssessed(
            "oncogenicity criteria OS1 (short OS1), OP1 (short OP1): GENA, GENB",
            "no studies here",
            "a study",
            "criterion",
            ("GENA", "GENB"),
        ),
        NotAssessed(
            "oncogenicity criteria OP4 (short OP4): GENA",
            "no frequencies",
            "--population",
            "criterion",
            ("GENA",),
        ),
    )


@pytest.mark.parametrize(
    "finding",
    [
        _open("GENA", "OS1 none", filter_passed=False),
        _open("GENA", "OS1 none", significance="benign"),
        _open("GENA"),
        _finding("GENA"),
    ],
    ids=["filtered", "benign", "all told", "not weighed"],
)
def test_criteria_of_a_variant_that_does_not_count_are_no_gap(finding: Finding) -> None:
    assert _gaps(findings=[finding], standard=STANDARD) == ()
    assert len(_gaps(findings=[finding, _open("GENB", "OS1 none")], standard=STANDARD)) == 1


def test_gaps_stand_in_the_order_of_genes_effects_origin_biomarkers_hits_cells_criteria_context() -> None:
    bare = {**FINE, "fusions": Coverage("not_assessed", "not_covered")}
    del bare["germline"]
    finding = _open("GENA", "OS1 none", key="f1", conflict="differs")
    found = not_assessed(
        {"GENA": bare},
        iter([finding]),
        [NotAssessed("TMB", "why", "remedy", "biomarker")],
        Context(),
        frozenset(),
        alterations=[_hit("GENA")],
        clonality=[Clonality("f1", "unknown", "no purity")],
        standard=STANDARD,
    )
    kinds = list(dict.fromkeys(item.kind for item in found))
    assert kinds == [
        "gene", "effect", "origin", "biomarker", "two_hits", "clonality", "criterion", "context",
    ]  # fmt: skip
