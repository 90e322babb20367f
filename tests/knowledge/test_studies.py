"""Studies that no rule computes, and the levels that statements carry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netboard.interpret.fit import tiers
from netboard.knowledge.check import check
from netboard.knowledge.content import annotations_dir
from netboard.knowledge.show import show
from netboard.model.evidence import Knowledge

STUDY = """\
studies:
  one:
    title: A trial
    kind: trial
    tumour: pancreas
    tumour_types: [PANET]
    drugs: [drugone]
    status: completed
    as_of: "2020"
    finding: Something was seen.
    sources: [paper2020]
"""
LEVELS = """\
frameworks:
  civic: {name: C, about: Strength., source: paper2020, levels: {B: {meaning: patients, elsewhere: B}}}
  amp:
    name: A
    about: Tier.
    source: paper2020
    levels: {I-A: {meaning: approved, elsewhere: II-C}, II-C: {meaning: approved elsewhere, elsewhere: II-C}}
  escat:
    {name: E, about: Target., source: paper2020, levels: {I-A: {meaning: trials, elsewhere: III-A}, III-A: {meaning: elsewhere, elsewhere: III-A}}}
"""


def _messages(base: Path) -> list[str]:
    return [problem.message for problem in check(base=base).problems]


def test_a_right_study_is_no_problem_and_can_be_shown(base: Path) -> None:
    from netboard.knowledge.load import load

    (base / "studies.yaml").write_text(STUDY)
    assert _messages(base) == []
    text = show("one", load(base=base, use_cache=False))
    assert "completed as of 2020, historical" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("drugs: [drugone]", "drugs: [drugtwo]", "drug 'drugtwo' is not in the knowledge base"),
        ("sources: [paper2020]", "sources: []", "cites no source and is not marked curation: needs_curator"),
        ('    as_of: "2020"\n', "", "as_of: a status bears the date"),
        ("    status: completed\n", "    status: recruiting\n", "dated to the day"),
        ("    status: completed\n", "", "status: a trial states one"),
        ("    finding: Something was seen.\n", "", "finding: say in a sentence"),
        ("tumour_types: [PANET]", "tumour_types: [XXX]", "tumour type 'XXX' is not"),
        ("kind: trial", "kind: trial\n    conflicts_with: [two]", "study 'two' is not"),
        ("kind: trial", "kind: trial\n    marker: staining", "names a marker and not how it was measured"),
    ],
)
def test_a_wrong_study_is_told_with_its_key(base: Path, old: str, new: str, said: str) -> None:
    assert old in STUDY
    (base / "studies.yaml").write_text(STUDY.replace(old, new))
    messages = _messages(base)
    assert len(messages) == 1
    assert said in messages[0]


def test_one_registry_number_belongs_to_one_study(base: Path) -> None:
    one = STUDY.replace("    kind: trial", "    kind: trial\n    nct: NCT00000001")
    (base / "studies.yaml").write_text(one + one.split("\n", 1)[1].replace("  one:", "  two:"))
    assert _messages(base) == ["NCT00000001 is the number of one already"]


def test_no_study_of_the_base_reads_as_open_without_a_day(knowledge: Knowledge) -> None:
    """Closed, reported and unknown are never open; what recruits would be dated to the day."""
    for study in knowledge.studies:
        if study.kind == "trial":
            text = show(study.id, knowledge).splitlines()[1]
            assert study.historical or study.status == "unknown", study.id
            assert text.endswith(("historical", "not known to be open")), study.id


def test_errors_of_the_review_are_told_and_not_copied(knowledge: Knowledge) -> None:
    talent = [study for study in knowledge.studies if study.nct == "NCT02678780"]
    assert [study.drugs for study in talent] == [("lenvatinib",)]
    assert "lenvatinib" in talent[0].seed_note
    byl = next(study for study in knowledge.studies if study.nct == "NCT02077933")
    assert byl.drugs == ("alpelisib", "everolimus")
    assert "BYL719" in byl.seed_note
    assert not any("byl791" in name.lower() for name in knowledge.therapies)


def test_studies_that_contradict_each_other_name_each_other(knowledge: Knowledge) -> None:
    by_id = {study.id: study for study in knowledge.studies}
    assert by_id["pdl1_gut_net"].conflicts_with == ("pd1_pdl1_nec",)
    assert by_id["pd1_pdl1_nec"].conflicts_with == ("pdl1_gut_net",)


def test_every_gene_drug_and_registry_number_of_the_base_can_be_shown(knowledge: Knowledge) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in annotations_dir().glob("*.yaml"))
    numbers = set(re.findall(r"nct: (NCT\d{8})", text)) | {trial.nct for trial in knowledge.trials}
    assert len(numbers) > 30
    for name in (*numbers, *knowledge.panel.genes, *knowledge.therapies):
        assert show(name, knowledge).strip(), name


# ---------------------------------------------------------------- levels


def test_the_levels_are_those_of_the_frameworks(knowledge: Knowledge, shared_dir: Path) -> None:
    """Each level of the checked table is held, and what it says of another tumour type is what we do."""
    names = {
        "AMP/ASCO/CAP 2017": "amp",
        "ESCAT 2018": "escat",
        "OncoKB V2": "oncokb",
        "CIViC": "civic",
        "ClinGen/CGC/VICC 2022": "oncogenicity",
    }
    held = {(item.framework, item.level): item.elsewhere for item in knowledge.levels}
    lines = (shared_dir / "knowledge" / "tier_frameworks.tsv").read_text().splitlines()
    for framework, level, *_ in (line.split("\t") for line in lines[1:]):
        if framework in names and framework != "ClinGen/CGC/VICC 2022" and "our reading" not in level:
            short = level.removeprefix("Tier ").replace(" Level ", "-")
            assert (names[framework], short) in held, level
    assert {held["amp", tier] for tier in ("I-A", "I-B", "II-C")} == {"II-C"}
    assert {held["escat", tier] for tier in ("I-A", "I-B", "I-C", "II-A", "II-B", "III-A")} == {"III-A"}
    assert {held["oncokb", level] for level in ("1", "2", "3A", "3B")} == {"3B"}
    assert all(held["civic", level] == level for level in "ABCDE")


def test_every_statement_on_treatment_carries_its_levels(knowledge: Knowledge) -> None:
    from netboard.knowledge.content import annotations_dir
    from netboard.knowledge.inventory import asks_marker
    from netboard.knowledge.load import read_layers

    tree = read_layers(annotations_dir(), ())[0]
    held = {(level.framework, level.level) for level in knowledge.levels}
    count = 0
    for entry in tree.assertions.values():
        model = entry.model
        if model.kind != "predictive":
            continue
        assert ("civic", model.evidence.level) in held, model.id
        if asks_marker(model):
            count += 1
            for framework, tier in (("amp", model.tier_amp), ("escat", model.tier_escat)):
                assert (framework, tier) in held or (tier == "none" and model.tier_note), model.id
        else:
            assert not (model.tier_amp or model.tier_escat), model.id
    assert count > 25


def test_no_evidence_of_another_tumour_reaches_tier_one(knowledge: Knowledge) -> None:
    for item in knowledge.assertions:
        for fit in ("other_net", "other_tumour", "unknown", "preclinical"):
            amp, escat = tiers(item, fit, knowledge)
            assert amp not in ("I-A", "I-B"), item.id
            assert (escat or "X").split("-")[0] not in ("I", "II"), item.id


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    cases:", "    tier_amp: I-A\n    tier_escat: I-Z\n    cases:", "'I-Z' is no level of escat"),
        ("    cases:", "    tier_amp: I-A\n    cases:", "states no tier_escat"),
        ("    cases:", "    tier_amp: I-A\n    tier_escat: none\n    cases:", "says in no tier_note why"),
        ("level: B, ", "", "states no CIViC level"),
    ],
)
def test_a_statement_without_its_levels_is_refused(base: Path, old: str, new: str, said: str) -> None:
    (base / "levels.yaml").write_text(LEVELS)
    path = base / "assertions" / "first.yaml"
    text = path.read_text()
    if "level" in old:
        text = text.replace("    cases:", "    tier_amp: I-A\n    tier_escat: I-A\n    cases:")
    path.write_text(text.replace(old, new, 1))
    messages = _messages(base)
    assert len(messages) == 1
    assert said in messages[0]


def test_a_downgrade_to_a_level_that_is_none_is_refused(base: Path) -> None:
    (base / "levels.yaml").write_text(LEVELS.replace("elsewhere: II-C}, II-C", "elsewhere: II-Z}, II-C"))
    assert any("elsewhere 'II-Z' is no level" in message for message in _messages(base))


def test_a_group_of_tumours_wins_no_tier_of_one(base: Path) -> None:
    (base / "levels.yaml").write_text(LEVELS)
    path = base / "tumour_types.yaml"
    path.write_text(path.read_text() + "  SOLID: {name: Solid, oncotree: false}\n")
    path = base / "assertions" / "first.yaml"
    text = path.read_text().replace("    cases:", "    tier_amp: I-A\n    tier_escat: I-A\n    cases:")
    path.write_text(text.replace("tumour: pancreas, tumour_type: PANET", "tumour: many, tumour_type: SOLID"))
    messages = _messages(base)
    assert len(messages) == 2
    assert all("SOLID is a group of many" in message for message in messages)
