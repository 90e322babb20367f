"""What must hold of every tumour, on samples drawn from the named alleles: see the issue of interpretation.

Values of rules are compared by information: of two runs the one that knows less may only say "unknown" where
the other says yes or no. That is stronger than "never from yes to no".
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consequence.test_published_alleles import ROWS
from netboard.model.evidence import EVENT_GROUPS, Clause, EventClause, GroupClause, Knowledge, Truth
from netboard.model.result import Interpretation, to_json
from netboard.model.variant import BUILDS
from vignettes.test_vignettes import every_statement_is_founded
from vignettes.tumour import Case, interpretation

ALLELES = (
    *(f"{row['gene']} {row['c_name']}" for row in ROWS),
    "ATRX c.4152_4153insT",
    "DAXX c.500_501insT",
    "TP53 c.639A>G",
)
_FULL = {
    "tumour_type": "PANET",
    "site": "pancreas",
    "stage": "metastatic",
    "prior_therapy": "none",
    "sstr": "positive",
    "mgmt": "methylated",
}
_CONTEXTS = (
    {**_FULL, "grade": "G2"},
    {**_FULL, "grade": "G3", "prior_therapy": "temozolomide, everolimus"},
    {**_FULL, "grade": "G1", "stage": "localised"},
    {"tumour_type": "SBWDNET", "site": "small intestine", "grade": "G1", "stage": "metastatic"},
    {"tumour_type": "HGNEC", "site": "colon", "grade": "NEC", "stage": "metastatic", "prior_therapy": "none"},
    {"tumour_type": "LUCA", "site": "lung", "grade": "G2", "stage": "metastatic"},
)
#: Genes that some statement or trial asks for, of which a panel may cover a part.
_ASKED = ("MEN1", "ATRX", "DAXX", "PTEN", "TSC1", "TSC2", "PIK3CA", "MTOR", "VHL", "TP53", "RB1", "KRAS")

variants = st.fixed_dictionaries(
    {
        "variant": st.sampled_from(ALLELES),
        "reads": st.sampled_from(("40/100", "52/100", "97/100", "3/200", "1/90")),
        "normal_reads": st.sampled_from(("0/60", "0/60", "0/5", "30/60", "1/60")),
        "filter": st.sampled_from(("PASS", "PASS", "PASS", "LowQual")),
    }
)
tumours = st.fixed_dictionaries(
    {
        "context": st.sampled_from(_CONTEXTS),
        "assay": st.sampled_from(("genome", "exome", "undeclared")),
        "normal": st.booleans(),
        "variants": st.lists(variants, min_size=1, max_size=6, unique_by=lambda told: told["variant"]),
    }
)
#: Two alleles of one gene may meet in a codon, and doubt about one then makes the other plain.
apart = tumours.filter(
    lambda tumour: (
        len({told["variant"].split(" ")[0] for told in tumour["variants"]}) == len(tumour["variants"])
    )
)
few = settings(max_examples=25)
_HELD: list[Knowledge] = []


@pytest.fixture(scope="module", autouse=True)
def _held(knowledge: Knowledge) -> None:
    """Keep the knowledge base out of the arguments of drawn tests, which a failure prints."""
    _HELD[:] = [knowledge]


def _run(case: Case) -> Interpretation:
    with tempfile.TemporaryDirectory() as folder:
        return interpretation(case, _HELD[0], Path(folder))


def _values(result: Interpretation) -> dict[str, Truth]:
    values = {evaluation.rule: evaluation.value for evaluation in result.evaluations}
    for line in result.trials:
        key = f"{line.nct}/{line.arm_id}"
        values |= {
            f"{key} molecular": line.molecular,
            f"{key} context": line.context,
            f"{key} match": line.match,
        }
    return values


def _no_more_is_said(poorer: Interpretation, richer: Interpretation) -> None:
    less, more = _values(poorer), _values(richer)
    for rule in {*less, *more}:
        # A rule that does not concern the tumour is not listed: that is a no.
        value, known = less.get(rule, Truth.NO), more.get(rule, Truth.NO)
        assert value in (Truth.UNKNOWN, known), f"{rule}: {value.value}, then {known.value}"


def _said(result: Interpretation) -> dict[str, Any]:
    """Return what a board reads of the statements, without places on a genome."""
    return {
        "values": _values(result),
        "therapies": [(t.id, t.match, t.tier_amp, t.tier_escat, t.needs) for t in result.therapies],
        "background": [(t.id, t.match, t.needs) for t in result.background],
        "prognosis": [(p.id, p.gene, p.match, p.needs) for p in result.prognosis],
        "trials": [(t.nct, t.arm_id, t.other_arm_fits, t.notes) for t in result.trials],
        "subgroups": [(s.name, s.state) for s in result.subgroups],
    }


def _event(finding: Any) -> tuple[Any, ...]:
    onco = finding.oncogenicity
    names = (finding.gene, finding.event, finding.hgvsc, finding.hgvsp, finding.vaf, finding.support)
    return (*names, finding.origin, finding.tier_amp, onco.significance if onco else "", finding.flags)


# ---------------------------------------------------------------- irrelevant things


def _genes_of(clause: Clause | None) -> set[str]:
    if isinstance(clause, EventClause):
        return {clause.gene}
    if isinstance(clause, GroupClause):
        return {gene for part in clause.clauses for gene in _genes_of(part)}
    return set()


def _in_no_rule() -> list[str]:
    """Return alleles of genes that no rule asks for."""
    knowledge, asked = _HELD[0], set[str]()
    for rule in (*knowledge.assertions, *knowledge.subgroups):
        asked |= _genes_of(rule.when) | _genes_of(rule.context) | set(rule.genes)
    for marker in knowledge.biomarkers.values():
        for outcome in marker.outcomes:
            asked |= _genes_of(outcome.when)
    for trial in knowledge.trials:
        for arm in trial.arms:
            asked |= _genes_of(arm.when) | set(arm.not_in_rule)
    return [allele for allele in ALLELES if allele.split(" ")[0] not in asked]


@few
@given(tumour=tumours, data=st.data())
def test_an_irrelevant_variant_changes_no_statement(tumour: Mapping[str, Any], data: st.DataObject) -> None:
    """A truncation of a gene that no rule names, and a variant far from every gene of the panel."""
    kept = [told for told in tumour["variants"] if told["variant"] not in _in_no_rule()]
    other = data.draw(st.sampled_from(_in_no_rule()))
    added = [
        *kept,
        {"variant": other, "reads": "40/100"},
        {"record": dict.fromkeys(BUILDS, "21:20000000:A:G")},
    ]
    alone = _run(Case({**tumour, "variants": kept}))
    beside = _run(Case({**tumour, "variants": added}))
    assert _said(beside) == _said(alone)
    more = [f for f in beside.findings if f.gene != other.split(" ")[0]]
    assert [_event(f) for f in more] == [_event(f) for f in alone.findings]


def test_some_alleles_stand_in_no_rule() -> None:
    assert len(_in_no_rule()) >= 3


@few
@given(
    tumour=tumours,
    prefix=st.sampled_from(("", "chr")),
    tumour_name=st.sampled_from(("T1", "biopsy 7", "Ünal", "x" * 80)),
    normal_name=st.sampled_from(("N1", "blood-2")),
    backwards=st.booleans(),
)
def test_order_of_records_names_and_prefixes_are_irrelevant(
    tumour: Mapping[str, Any],
    prefix: str,
    tumour_name: str,
    normal_name: str,
    backwards: bool,
) -> None:
    plain = _run(Case(tumour))
    written = Case(tumour, "GRCh38", prefix, tumour_name, normal_name, backwards)
    other = _run(written)
    for part in ("therapies", "background", "prognosis", "trials", "subgroups", "genes", "not_assessed"):
        assert to_json(getattr(other, part)) == to_json(getattr(plain, part)), part
    # ``record`` is the line as it stood in the file, and only that may differ
    assert [replace(f, record="") for f in other.findings] == [replace(f, record="") for f in plain.findings]


@few
@given(tumour=tumours)
def test_the_same_tumour_on_both_builds_gives_the_same_interpretation(tumour: Mapping[str, Any]) -> None:
    old, new = (_run(Case(tumour, build)) for build in BUILDS)
    assert _said(old) == _said(new)
    assert sorted(map(repr, map(_event, old.findings))) == sorted(map(repr, map(_event, new.findings)))
    assert [(g.gene, g.small_variants, g.promoter) for g in old.genes] == [
        (g.gene, g.small_variants, g.promoter) for g in new.genes
    ]


@few
@given(tumour=tumours)
def test_no_statement_stands_without_a_source(tumour: Mapping[str, Any]) -> None:
    every_statement_is_founded(_run(Case(tumour)))


# ---------------------------------------------------------------- more and less information


@few
@given(tumour=tumours, covered=st.sets(st.sampled_from(_ASKED)), more=st.sets(st.sampled_from(_ASKED)))
def test_more_coverage_settles_what_was_open_and_overturns_nothing(
    tumour: Mapping[str, Any], covered: set[str], more: set[str]
) -> None:
    """Undeclared, some genes in part, the same whole, more genes, an exome, a genome: each knows more."""
    small = sorted(covered | {"AIP"})
    ladder: list[Any] = [
        "undeclared",
        {"genes": ["AIP"], "partly": dict.fromkeys(sorted(covered - {"AIP"}), 0.6)},
        {"genes": small},
        {"genes": sorted({*small, *more})},
        "exome",
        "genome",
    ]
    runs = [_run(Case({**tumour, "assay": assay})) for assay in ladder]
    for poorer, richer in pairwise(runs):
        _no_more_is_said(poorer, richer)


@few
@given(tumour=tumours, gone=st.sets(st.sampled_from((*sorted(_FULL), "grade")), min_size=1))
def test_a_context_field_that_is_taken_away_settles_nothing(
    tumour: Mapping[str, Any], gone: set[str]
) -> None:
    left = {key: value for key, value in tumour["context"].items() if key not in gone}
    _no_more_is_said(
        _run(Case({**tumour, "context": left})),
        _run(Case(tumour)),
    )


@few
@given(tumour=tumours)
def test_a_matched_normal_that_is_taken_away_settles_nothing(tumour: Mapping[str, Any]) -> None:
    _no_more_is_said(
        _run(Case({**tumour, "normal": False})),
        _run(Case({**tumour, "normal": True})),
    )


@few
@given(tumour=apart, chosen=st.integers(0, 5))
def test_a_call_that_is_filtered_settles_nothing(tumour: Mapping[str, Any], chosen: int) -> None:
    """Doubt about one call may open what it settled, and may close nothing."""
    told = [dict(item, filter="PASS") for item in tumour["variants"]]
    doubted = [dict(item) for item in told]
    doubted[chosen % len(told)]["filter"] = "LowQual"
    _no_more_is_said(
        _run(Case({**tumour, "variants": doubted})),
        _run(Case({**tumour, "variants": told})),
    )


@few
@given(tumour=apart, chosen=st.integers(0, 5))
def test_a_genotype_that_is_not_called_is_never_read_as_absence(
    tumour: Mapping[str, Any], chosen: int
) -> None:
    told = [dict(item) for item in tumour["variants"]]
    open_call = [dict(item) for item in told]
    open_call[chosen % len(told)] |= {"genotype": "./.", "reads": "unstated"}
    richer = _values(_run(Case({**tumour, "variants": told})))
    for rule, value in _values(_run(Case({**tumour, "variants": open_call}))).items():
        assert value is not Truth.NO or richer.get(rule) is not Truth.YES, rule


@pytest.mark.parametrize("group", sorted(EVENT_GROUPS))
def test_the_drawn_alleles_hold_every_kind_of_event_that_dna_alone_shows(group: str) -> None:
    """So that what the properties say is said of each kind of rule."""
    drawn = {row["event"] for row in ROWS}
    assert drawn & set(EVENT_GROUPS[group]) or group == "rearrangement"
