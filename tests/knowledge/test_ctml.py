"""CTML into rules of ours: what it means, what cannot be asked, and that nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.trees import base_tree
from netboard.cli import main
from netboard.errors import InputError, NetboardError
from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.check import check_tree
from netboard.knowledge.ctml import Imported, import_ctml, write_overlay
from netboard.knowledge.load import compiled
from netboard.knowledge.logic import conjunction, evaluate
from netboard.knowledge.show import describe
from netboard.knowledge.tree import Tree, read_tree
from netboard.model.evidence import Knowledge, Trial, Truth

GENOME = {
    "genes": ["BRAF", "PTEN", "KRAS", "RET", "TSC2"],
    "sees": ["small_variants", "copy_number", "fusions"],
}
DIAGNOSIS = {"clinical": {"oncotree_primary_diagnosis": "Pancreatic Neuroendocrine Tumor"}}
MUTATION = {"genomic": {"hugo_symbol": "TSC2", "variant_category": "Mutation"}}


def _ctml(match: Any, /, **more: Any) -> dict[str, Any]:
    arm = {"arm_code": "A", "arm_description": "Arm A", "match": match, **more.pop("arm", {})}
    return {
        "nct_id": "NCT00000001",
        "long_title": "A trial",
        "drug_list": {"drug": [{"drug_name": "everolimus"}]},
        "treatment_list": {"step": [{"step_code": "1", "arm": [arm], **more.pop("step", {})}]},
        **more,
    }


def _import(tmp_path: Path, data: Any, knowledge: Knowledge, as_of: str = "") -> Imported:
    path = tmp_path / "trial.json"
    path.write_text(json.dumps(data))
    return import_ctml(path, knowledge, as_of=as_of)


def _laid_on_the_base(directory: Path) -> Tree:
    """Return genes, types, drugs and sources of the base with the trial of a directory, and no other rule."""
    base = base_tree()
    tree = Tree(base.provenance, version=base.version)
    for name in ("genes", "therapies", "tumour_types", "sources", "biomarkers"):
        setattr(tree, name, dict(getattr(base, name)))
    tree.merge(read_tree(directory, is_overlay=True))
    return tree


def _loaded(tmp_path: Path, imported: Imported) -> tuple[Trial, Knowledge]:
    out = tmp_path / "ours"
    write_overlay(imported, out)
    tree = _laid_on_the_base(out)
    assert [str(problem) for problem in check_tree(tree, ("ours",), (out,)).problems] == []
    knowledge = compiled(tree, ("ours",), (out,), "0")
    (trial,) = knowledge.trials
    return trial, knowledge


def _match(trial: Trial, knowledge: Knowledge, given: dict[str, Any]) -> Truth:
    arm = trial.arms[0]
    facts = facts_from_case(given, knowledge)
    parts = [part for part in (arm.when, arm.context) if part is not None]
    return conjunction("arm", [evaluate(part, facts, knowledge) for part in parts]).value


def _rules(trial: Trial) -> str:
    arm = trial.arms[0]
    return f"{describe(arm.when)} / {describe(arm.context) if arm.context is not None else ''}"


def test_a_match_is_read_with_three_values(tmp_path: Path, knowledge: Knowledge) -> None:
    imported = _import(tmp_path, _ctml([{"and": [DIAGNOSIS, MUTATION]}]), knowledge)
    assert imported.warnings == ()
    trial, ours = _loaded(tmp_path, imported)
    assert _rules(trial) == "TSC2 mutation / tumour type: PANET"
    found = [{"gene": "TSC2", "event": "truncating"}]
    panet = {"tumour_type": "PANET"}
    assert _match(trial, ours, {"assay": GENOME, "events": found, "context": panet}) is Truth.YES
    assert _match(trial, ours, {"assay": "exome", "context": panet}) is Truth.NO
    assert _match(trial, ours, {"assay": "undeclared", "context": panet}) is Truth.UNKNOWN
    assert _match(trial, ours, {"assay": GENOME, "events": found}) is Truth.UNKNOWN
    assert (
        _match(trial, ours, {"assay": GENOME, "events": found, "context": {"tumour_type": "LUCA"}})
        is Truth.NO
    )


@pytest.mark.parametrize(
    ("node", "rule"),
    [
        ({"genomic": {"hugo_symbol": "PTEN", "variant_category": "CNV", "cnv_call": "Homozygous Deletion"}}, "PTEN deletion"),
        ({"genomic": {"hugo_symbol": "PTEN", "variant_category": "Copy Number Variation"}}, "PTEN amplification or deletion"),
        ({"genomic": {"hugo_symbol": "RET", "variant_category": "Structural Variation"}}, "RET rearrangement"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "Mutation", "protein_change": "p.V600E"}}, "BRAF V600E hotspot or missense"),
        ({"genomic": {"hugo_symbol": "PTEN", "variant_category": "Mutation", "variant_classification": "Splice_Site"}}, "PTEN splice"),
        ({"genomic": {"hugo_symbol": "KRAS", "variant_category": "!Mutation"}}, "none of (KRAS mutation)"),
        ({"genomic": {"hugo_symbol": "!KRAS", "variant_category": "Mutation"}}, "none of (KRAS mutation)"),
        ({"genomic": {"hugo_symbol": "KRAS", "variant_category": "Mutation", "wildtype": "true"}}, "none of (KRAS mutation)"),
        ({"genomic": {"mmr_status": "MMR-Deficient"}}, "mmr is deficient"),
        ({"genomic": {"ms_status": "!MSI-H"}}, "none of (msi is high)"),
        ({"clinical": {"tmb_numerical": ">=10"}}, "tmb at least 10"),
    ],
)  # fmt: skip
def test_each_criterion_that_can_be_asked_is(
    tmp_path: Path, knowledge: Knowledge, node: dict[str, Any], rule: str
) -> None:
    trial, _ = _loaded(tmp_path, _import(tmp_path, _ctml([DIAGNOSIS, node]), knowledge))
    assert _rules(trial) == f"{rule} / tumour type: PANET"


@pytest.mark.parametrize(
    ("node", "named"),
    [
        ({"clinical": {"age_numerical": ">=18"}}, "age_numerical: >=18"),
        ({"clinical": {"gender": "Female"}}, "gender: Female"),
        ({"clinical": {"disease_status": ["Advanced", "Metastatic"]}}, "disease_status: Advanced, Metastatic"),
        ({"clinical": {"oncotree_primary_diagnosis": "Odd Tumour"}}, "oncotree_primary_diagnosis: Odd Tumour"),
        ({"clinical": {"oncotree_primary_diagnosis": "_LIQUID_"}}, "oncotree_primary_diagnosis: _LIQUID_"),
        ({"clinical": {"tmb_numerical": "<3"}}, "tmb_numerical: <3"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "Mutation", "exon": 15}}, "exon: 15"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "CNV", "cnv_call": "Gain"}}, "cnv_call: Gain"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "Mutation", "protein_change": "p.V600_K601del"}}, "protein_change"),
        ({"genomic": {"hugo_symbol": "RET", "variant_category": "SV", "fusion_partner_hugo_symbol": "KIF5B"}}, "fusion_partner"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "Methylation"}}, "variant_category: Methylation"),
        ({"genomic": {"hugo_symbol": "XYZ1", "variant_category": "Mutation"}}, "XYZ1 is not on the panel"),
        ({"genomic": {"hugo_symbol": "BRAF", "variant_category": "Mutation", "wildtype": "perhaps"}}, "wildtype: perhaps"),
        ({"genomic": {"uv_signature": "Yes"}}, "uv_signature: Yes"),
        ({"performance": 1}, "performance: 1"),
        ("free text", "no mapping of criteria"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_warning_and_keeps_the_arm_unknown(
    tmp_path: Path, knowledge: Knowledge, node: Any, named: str
) -> None:
    imported = _import(tmp_path, _ctml([{"and": [DIAGNOSIS, MUTATION, node]}]), knowledge)
    assert any(named in warning and "stays unknown" in warning for warning in imported.warnings), (
        imported.warnings
    )
    trial, ours = _loaded(tmp_path, imported)
    events = [
        {"gene": gene, "event": event, "significance": "pathogenic"}
        for gene in ("TSC2", "RET", "BRAF")
        for event in ("truncating", "missense", "amplification", "fusion")
    ]
    events.append({"gene": "BRAF", "event": "missense", "allele": "V600E", "significance": "pathogenic"})
    everything = {
        "assay": GENOME,
        "events": events,
        "context": {"tumour_type": "PANET"},
        "biomarkers": {"tmb": 1},
    }
    assert _match(trial, ours, everything) is Truth.UNKNOWN
    assert any(marker.id.startswith("ctml_") and marker.settled_by for marker in ours.biomarkers.values())


def test_a_residue_stands_for_each_of_its_substitutions(tmp_path: Path, knowledge: Knowledge) -> None:
    node = {
        "genomic": {
            "hugo_symbol": "BRAF",
            "variant_category": "Mutation",
            "wildcard_protein_change": "p.V600",
        }
    }
    imported = _import(tmp_path, _ctml([DIAGNOSIS, node]), knowledge)
    assert any("any substitution of the residue" in warning for warning in imported.warnings)
    trial, ours = _loaded(tmp_path, imported)
    for allele, value in (("V600E", Truth.YES), ("V600K", Truth.YES), ("V601E", Truth.NO)):
        event = {"gene": "BRAF", "event": "hotspot", "allele": allele}
        given = {"assay": GENOME, "events": [event], "context": {"tumour_type": "PANET"}}
        assert _match(trial, ours, given) is value


def test_a_match_above_the_arm_is_asked_too(tmp_path: Path, knowledge: Knowledge) -> None:
    imported = _import(tmp_path, _ctml([MUTATION], match=[DIAGNOSIS]), knowledge)
    assert any("one above it; both are asked" in warning for warning in imported.warnings)
    trial, _ = _loaded(tmp_path, imported)
    assert _rules(trial) == "TSC2 mutation / tumour type: PANET"


def test_keys_that_are_not_understood_are_warnings_at_their_place(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    data = _ctml(
        [MUTATION],
        odd=1,
        step={"odder": 2},
        arm={"oddest": 3, "dose_level": [{"match": [], "level_code": "1"}]},
    )
    warnings = _import(tmp_path, data, knowledge).warnings
    for place in (
        "odd:",
        "treatment_list.step[0].odder:",
        "treatment_list.step[0].arm[0].oddest:",
        "dose_level[0]: match",
    ):
        assert any(place in warning for warning in warnings), (place, warnings)


@pytest.mark.parametrize(
    ("status", "as_of", "entered"),
    [
        ("Open to Accrual", "2026-11-01", ("recruiting", "2026-11-01")),
        ("open to accrual", "", ("unknown", "")),
        ("Closed to Accrual", "2026-11-01", ("not_recruiting", "2026-11-01")),
        ("Suspended", "2026-11-01", ("unknown", "")),
    ],
)
def test_a_trial_is_open_only_with_the_day_on_which_that_was_read(
    tmp_path: Path, knowledge: Knowledge, status: str, as_of: str, entered: tuple[str, str]
) -> None:
    trial, _ = _loaded(tmp_path, _import(tmp_path, _ctml([MUTATION], status=status), knowledge, as_of))
    assert (trial.status, trial.as_of) == entered


def test_drugs_of_the_base_are_known_and_new_ones_are_entered(tmp_path: Path, knowledge: Knowledge) -> None:
    drugs = {"drug": [{"drug_name": "TMZ"}, {"drug_name": "New Drug 7"}]}
    imported = _import(tmp_path, _ctml([MUTATION], drug_list=drugs), knowledge)
    trial, ours = _loaded(tmp_path, imported)
    assert trial.arms[0].drugs == ("temozolomide", "new_drug_7")
    assert ours.therapies["new_drug_7"].name == "New Drug 7"


def test_an_imported_trial_waits_for_a_curator(tmp_path: Path, knowledge: Knowledge) -> None:
    write_overlay(_import(tmp_path, _ctml([MUTATION]), knowledge), tmp_path / "ours")
    report = check_tree(_laid_on_the_base(tmp_path / "ours"), ("ours",), (tmp_path / "ours",))
    assert any("NCT00000001: needs a curator" in str(item) for item in report.todo)
    first = (tmp_path / "ours" / "trials" / "NCT00000001.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/trial.schema.json"
    assert (tmp_path / "ours" / "schemas" / "trial.schema.json").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2", "neither YAML nor JSON"),
        ("a: 1", "no CTML"),
        ("nct_id: 7\ntreatment_list: {step: []}", "is no NCT number"),
        ("nct_id: NCT00000001\ntreatment_list: {step: []}", "no arm with a match"),
        ("nct_id: NCT00000001\ntreatment_list: {step: [{arm: [{arm_code: A}]}]}", "no arm with a match"),
    ],
)
def test_a_file_that_is_no_trial_is_refused(
    tmp_path: Path, knowledge: Knowledge, text: str, said: str
) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        import_ctml(path, knowledge)


def test_the_verb_writes_a_directory_that_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trial.json"
    path.write_text(
        json.dumps(_ctml([{"and": [DIAGNOSIS, MUTATION, {"clinical": {"age_numerical": ">=18"}}]}]))
    )
    ours = tmp_path / "ours"
    assert main(["knowledge", "import-ctml", str(path), "--out", str(ours)]) == 0
    out, err = capsys.readouterr()
    assert str(ours / "trials" / "NCT00000001.yaml") in out.splitlines()
    assert "warning: " in err
    assert "age_numerical: >=18" in err
    assert main(["knowledge", "check", str(ours)]) == 0
    assert main(["knowledge", "import-ctml", str(path), "--out", str(ours)]) == 1
    assert "holds overlay.yaml already" in capsys.readouterr().err
    assert main(["knowledge", "import-ctml", str(path), "--out", str(ours), "--as-of", "soon"]) == 2


_WORDS = st.sampled_from(
    ["and", "or", "genomic", "clinical", "hugo_symbol", "variant_category", "BRAF", "PTEN", "Mutation", "!Mutation",
     "CNV", "cnv_call", "protein_change", "p.V600E", "oncotree_primary_diagnosis", "_SOLID_", "Melanoma", "exon", "x"]
)  # fmt: skip
_NODES = st.recursive(
    st.one_of(_WORDS, st.none(), st.booleans(), st.integers(-5, 30)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_WORDS, inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(match=_NODES, level=_NODES)
def test_whatever_a_match_holds_the_import_ends_with_a_rule_or_one_error(
    tmp_path: Path, knowledge: Knowledge, match: Any, level: Any
) -> None:
    try:
        imported = _import(tmp_path, _ctml(match, step={"match": level}), knowledge)
    except NetboardError:
        return
    arms = imported.files["trials/NCT00000001.yaml"]["arms"]
    assert all(arm["when"] for arm in arms)
    # Every criterion is asked, or kept as one that stays unknown: a gene that is named is never lost.
    named = [word for word in ("BRAF", "PTEN") if f'"hugo_symbol": "{word}"' in json.dumps([match, level])]
    text = json.dumps(imported.files) + " ".join(imported.warnings)
    assert all(word in text for word in named)
