"""What would mislead a board: each rule is loosened in the YAML as loaded, and the check must refuse it.

A trap is (where, what is changed, what the check must say). The change is made on the data of the file, the
entry is validated and compiled anew, and its own cases and the checks of the whole base are run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from knowledge.trees import base_tree
from netboard.knowledge import schema
from netboard.knowledge.check import check_tree
from netboard.knowledge.tree import Entry, Tree

Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def tree() -> Tree:
    return base_tree()


def _messages(tree: Tree) -> list[str]:
    return [problem.message for problem in check_tree(tree, (), ()).problems]


def _loosened(tree: Tree, held: str, name: str, change: Change) -> list[str]:
    """Return what the check says after ``change`` was made on the data of one entry of ``tree``."""
    entry: Entry[Any] = getattr(tree, held)[name]
    data = copy.deepcopy(entry.document.data)
    for step in entry.location:
        data = data[step]
    change(data)
    model = type(entry.model).model_validate(data)
    changed = Tree(tree.provenance, **{key: getattr(tree, key) for key in _FIELDS})
    # One rule and what it conflicts with is enough: the others stand as they were.
    changed.assertions = {key: held for key, held in tree.assertions.items() if key in _kept(tree, name)}
    if held == A:
        changed.trials, changed.subgroups = {}, {}
    changed.inventory = None
    kept = getattr(changed, held)
    setattr(changed, held, {**kept, name: replace(entry, model=model)})
    return _messages(changed)


_FIELDS = (
    "genes", "assertions", "trials", "therapies", "tumour_types", "sources", "cohorts", "subgroups", "biomarkers",
    "studies", "frameworks", "version",
)  # fmt: skip


def _kept(tree: Tree, name: str) -> set[str]:
    kept, queue = set(), [name]
    while queue:
        here = queue.pop()
        if here in tree.assertions and here not in kept:
            kept.add(here)
            queue.extend(tree.assertions[here].model.conflicts_with)
    return kept


def _set(*path: str | int, to: Any) -> Change:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return change


def _drop(*path: str | int) -> Change:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


EVENT = ("when", "event")
A = "assertions"
CASE = "case '"
LIMIT = "no case holds the limit"
READ = "a report reads it as"

TRAPS: dict[str, tuple[str, str, Change, str]] = {
    # What was measured by expression or staining is at most related for a mutation.
    "TSC2/PTEN: low expression worse, called measured by DNA": (
        A, "tsc2-pten-low-expression-worse", _set("measured_by", to="dna"), READ),
    "TSC2/PTEN: no prognosis, called measured by DNA": (
        A, "tsc2-pten-expression-no-prognosis", _set("measured_by", to="dna"), READ),
    "TSC2/PTEN: everolimus by expression, asked of mutations": (
        A, "tsc2-pten-low-expression-everolimus", _set("when", to={"event": {"gene": ["TSC2", "PTEN"], "is": "mutation"}}),
        "must not be answered by an event of DNA"),
    "ATRX/DAXX: loss over all stages, called measured by DNA": (
        A, "atrx-daxx-loss-worse-all-stages", _set("measured_by", to="dna"), READ),
    "ATRX/DAXX: loss and relapse, called measured by DNA": (
        A, "atrx-daxx-loss-relapse-localised", _set("measured_by", to="dna"), READ),
    "ATRX/DAXX: loss in metastatic disease, called measured by DNA": (
        A, "atrx-daxx-men1-loss-longer-metastatic", _set("measured_by", to="dna"), READ),
    "ATRX/DAXX: loss tells NET from carcinoma, called measured by DNA": (
        A, "atrx-daxx-net-rather-than-nec", _set("measured_by", to="dna"), READ),
    "CDK4: amplification widened to mutation": (
        A, "cdk4-palbociclib-no-benefit", _set(*EVENT, "is", to="mutation"), CASE),
    # The prognosis of ATRX/DAXX is never stated without the stage, and the studies name each other.
    "ATRX/DAXX: worse over all stages, stage not asked": (
        A, "atrx-daxx-loss-worse-all-stages", _drop("context", "all_of", 1), CASE),
    "ATRX/DAXX: relapse, stage not asked": (
        A, "atrx-daxx-loss-relapse-localised", _drop("context", "all_of", 1), CASE),
    "ATRX/DAXX: longer in metastatic disease, stage not asked": (
        A, "atrx-daxx-men1-loss-longer-metastatic", _drop("context", "all_of", 1), CASE),
    "ATRX/DAXX: better by mutation, stage not asked": (
        A, "atrx-daxx-mutation-better", _drop("context", "all_of", 1), CASE),
    "ATRX/DAXX: one side of the conflict forgets the other": (
        A, "atrx-daxx-mutation-better", _set("conflicts_with", to=["atrx-daxx-loss-worse-all-stages"]), "does not name"),
    # BRAF V600E in a colorectal carcinoma inherits no tier.
    "BRAF: the agnostic label takes colorectal carcinoma in": (
        A, "braf-v600e-solid-dabrafenib-trametinib",
        _set("context", "all_of", 1, "none_of", 0, "context", "tumour_type", to=["COADREAD"]), CASE),
    "BRAF: the agnostic label takes the sites colon and rectum in": (
        A, "braf-v600e-solid-dabrafenib-trametinib", _drop("context", "all_of", 1, "none_of", 1), CASE),
    "BRAF: the agnostic label takes V600K in": (
        A, "braf-v600e-solid-dabrafenib-trametinib", _drop(*EVENT, "alleles"), CASE),
    "BRAF: the melanoma statement for every tumour": (
        A, "braf-v600-melanoma", _set("context", "context", "tumour_type", to=["SOLID"]), CASE),
    "BRAF: the label of colorectal adenocarcinoma for carcinoma": (
        A, "braf-v600e-colorectal-adenocarcinoma", _set("context", "context", "tumour_type", to=["BOWEL"]), CASE),
    "BRAF: two patients called tier I": (
        A, "braf-v600e-colorectal-nec", _set("tier_amp", to="I-A"), "a few cases are tier II-D at most"),
    # RET and NTRK agnostic statements need fusions; RET mutation counts in medullary thyroid carcinoma only.
    "RET: the agnostic statement fires on mutation": (
        A, "ret-fusion-selpercatinib", _set(*EVENT, "is", to=["fusion", "mutation"]), CASE),
    "RET: the mutation counts in every neuroendocrine neoplasm": (
        A, "ret-mutation-medullary-thyroid", _set("context", "context", "tumour_type", to=["NEN"]), CASE),
    "NTRK: larotrectinib fires on mutation": (
        A, "ntrk-fusion-trk-inhibitor", _set(*EVENT, "is", to=["fusion", "missense"]), CASE),
    "NTRK: repotrectinib fires on mutation": (
        A, "ntrk-fusion-repotrectinib", _set(*EVENT, "is", to="mutation"), CASE),
    "RET: a group of tumours called tier I": (
        A, "ret-fusion-selpercatinib", _set("tier_amp", to="I-A"), "is a group of many"),
    # HER2, DLL3, MGMT and SSTR need their own assay.
    "HER2: staining answered by amplification": (
        A, "her2-ihc3-trastuzumab-deruxtecan", _set("when", to={"event": {"gene": "ERBB2", "is": "amplification"}}),
        "must not be answered by an event of DNA"),
    "HER2: any staining": (
        A, "her2-ihc3-trastuzumab-deruxtecan", _set("when", "biomarker", "equals", to="1+"), CASE),
    "DLL3: tarlatamab beyond small cell lung cancer": (
        A, "tarlatamab-small-cell", _set("when", "context", "tumour_type", to=["NEC"]), CASE),
    "MGMT: methylation answered by a variant": (
        A, "mgmt-methylation-temozolomide", _set("when", to={"event": {"gene": "MGMT", "is": "loss_of_function"}}),
        "must not be answered by an event of DNA"),
    "SSTR: imaging not asked": (
        A, "sstr-prrt-midgut", _set("when", "context", "sstr", to=["positive", "negative"]), CASE),
    "SSTR: imaging answered by a variant": (
        A, "sstr-prrt-first-line-g2-g3", _set("when", to={"event": {"gene": "SSTR2", "is": "amplification"}}),
        "must not be answered by an event of DNA"),
    # Belzutifan needs germline disease.
    "VHL: belzutifan on a somatic variant": (
        A, "vhl-germline-belzutifan", _drop(*EVENT, "origin"), CASE),
    "VHL: the trial of belzutifan on a somatic variant": (
        "trials", "NCT03401788", _drop("arms", 0, *EVENT, "origin"), CASE),
    # A burden of another assay, or after temozolomide.
    "TMB: burden after temozolomide counts": (
        A, "tmb-high-pembrolizumab", _drop("context", "all_of", 1), CASE),
    "TMB: a lower cut": (
        A, "tmb-high-pembrolizumab", _set("when", "biomarker", "at_least", to=1), CASE),
    "TMB: repair deficiency answered by a mutation": (
        A, "msi-high-pembrolizumab",
        _set("when", "any_of", 1, to={"event": {"gene": ["MLH1", "MSH2"], "is": "mutation"}}), CASE),
    "Checkpoint: no benefit in NET, carcinoma counted in": (
        A, "pembrolizumab-net-no-benefit", _set("when", "context", "tumour_type", to=["NEN"]), CASE),
    "Checkpoint: responses of carcinoma claimed for NET": (
        A, "ipilimumab-nivolumab-nec", _set("when", "context", "tumour_type", to=["NEN"]), CASE),
    # TP53 alone does not prove carcinoma.
    "TP53: counts by itself as a mark of carcinoma": (
        A, "rb1-smad4-pancreatic-nec", _set(*EVENT, "gene", to=["RB1", "SMAD4", "TP53"]), CASE),
    "TP53: one of the two genes is enough": (
        "subgroups", "TP53 together with RB1", lambda data: data.update(when={"any_of": data["when"]["all_of"]}), CASE),
    # The arms of the mutation-targeted trial are a protocol.
    "Protocol: cited for a statement on treatment": (
        A, "mtor-pathway-everolimus", lambda data: data["sources"].append("neychev2015"), "never evidence of benefit"),
    "Protocol: called the design of a statement on treatment": (
        A, "mtor-pathway-everolimus", _set("evidence", "design", to="protocol"), "never evidence of benefit"),
    "Protocol: TSC2 slips into the printed list": (
        "trials", "NCT02315625", lambda data: data["arms"][1]["when"]["event"]["gene"].append("TSC2"), CASE),
    "Protocol: every grade is taken in": (
        "trials", "NCT02315625", _drop("context", "all_of", 1), CASE),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_loosened_rule_is_refused(tree: Tree, trap: str) -> None:
    held, name, change, said = TRAPS[trap]
    found = _loosened(tree, held, name, change)
    assert any(said in message for message in found), found


def test_the_rules_as_they_stand_are_accepted(tree: Tree) -> None:
    """So that a trap fails for its change and for nothing else."""
    for held, name in sorted({(held, name) for held, name, _, _ in TRAPS.values()}):
        assert _loosened(tree, held, name, lambda data: None) == [], name


def test_a_gene_that_was_studied_by_loss_of_heterozygosity_fires_nothing_by_mutation(tree: Tree) -> None:
    assert not [name for name, entry in tree.assertions.items() if "PHLDA3" in str(entry.model.when)]
    rows = [row for entry in tree.cohorts.values() for row in entry.model.frequencies if row.gene == "PHLDA3"]
    assert [row.alteration for row in rows] == ["loss of heterozygosity"]


def test_what_another_assay_measured_must_say_in_a_case_how_it_is_read(tree: Tree) -> None:
    def silent(data: Any) -> None:
        for case in data["cases"]:
            case.pop("reads_as", None)

    found = _loosened(tree, A, "atrx-daxx-loss-worse-all-stages", silent)
    assert any("no case says so (reads_as: related)" in message for message in found)


def test_a_trial_that_is_over_can_never_read_as_open(tree: Tree) -> None:
    for nct, entry in tree.trials.items():
        data = copy.deepcopy(entry.document.data)
        data["status"] = "recruiting"
        if entry.model.as_of and len(entry.model.as_of) < len("2020-01-31"):
            with pytest.raises(ValueError, match="dated to the day"):
                schema.TrialFile.model_validate(data)
        assert entry.model.status != "recruiting", nct
