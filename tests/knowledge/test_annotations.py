"""The packaged knowledge base: whole, honest, and safe where a rule could mislead a board."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from netboard.knowledge.cases import facts_from_case
from netboard.knowledge.check import check
from netboard.knowledge.check_rules import run_case
from netboard.knowledge.content import annotations_dir
from netboard.knowledge.coverage import undecided, unguarded
from netboard.knowledge.load import load
from netboard.knowledge.logic import conjunction, evaluate
from netboard.knowledge.yamlfile import read_document
from netboard.model.evidence import Assertion, Clause, EventClause, GroupClause, Knowledge, RuleCase, Truth

_KNOWN = load()
_BY_ID = {item.id: item for item in _KNOWN.assertions}


def _rules() -> Iterator[tuple[str, list[Clause], tuple[RuleCase, ...]]]:
    for item in _KNOWN.assertions:
        yield item.id, [part for part in (item.when, item.context) if part is not None], item.cases
    for trial in _KNOWN.trials:
        for arm in trial.arms:
            parts = [part for part in (arm.when, arm.context, trial.context) if part is not None]
            yield f"{trial.nct}-{arm.id}", parts, arm.cases
    for group in _KNOWN.subgroups:
        if group.when is not None:
            yield group.name, [part for part in (group.when, group.context) if part is not None], group.cases


_RULES = {name: (parts, cases) for name, parts, cases in _rules()}
_CASES = [(name, case.name) for name, (_, cases) in _RULES.items() for case in cases]


@pytest.mark.parametrize(("rule", "case"), _CASES, ids=[f"{rule}: {case}" for rule, case in _CASES])
def test_each_case_of_each_rule_comes_out_as_written(rule: str, case: str) -> None:
    parts, cases = _RULES[rule]
    assert run_case(parts, next(item for item in cases if item.name == case), _KNOWN) == ""


@pytest.mark.parametrize("rule", _RULES)
def test_no_clause_of_a_rule_can_be_taken_out_unnoticed(rule: str) -> None:
    parts, cases = _RULES[rule]
    assert undecided(parts, cases, _KNOWN) == []


@pytest.mark.parametrize("rule", _RULES)
def test_no_limit_of_a_rule_can_be_loosened_unnoticed(rule: str) -> None:
    parts, cases = _RULES[rule]
    assert unguarded(parts, cases, _KNOWN) == []


def test_the_whole_base_is_without_a_problem() -> None:
    assert [str(problem) for problem in check().problems] == []


def test_identifiers_are_well_formed() -> None:
    for source in _KNOWN.sources.values():
        assert re.fullmatch(r"([1-9]\d{6,7})?", source.pmid), source.id
        assert re.fullmatch(r"(10\.\d{4,9}/\S{6,})?", source.doi), source.id
        assert re.fullmatch(r"(NCT\d{8})?", source.nct), source.id


def test_no_identifier_belongs_to_two_sources_of_different_studies() -> None:
    seen: dict[str, str] = {}
    for source in _KNOWN.sources.values():
        for identifier in (source.pmid, source.doi):
            assert not identifier or identifier not in seen, (identifier, source.id, seen.get(identifier))
            seen[identifier] = source.id


def test_identifiers_are_those_of_the_checked_tables(shared_dir: Path) -> None:
    """Whatever the table marks as not verified is nowhere printed."""
    rows = [
        dict(zip(head, line.rstrip("\n").split("\t"), strict=False))
        for lines in [(shared_dir / "knowledge" / "evidence_since_2016.tsv").read_text().splitlines()]
        for head in [lines[0].split("\t")]
        for line in lines[1:]
    ]
    sure = {row[key] for row in rows if row["verified"] == "yes" for key in ("pmid", "doi")}
    # A row that is doubtful for its registry number may say that the other two were seen.
    sure |= {
        row[key]
        for row in rows
        if row["verified"].startswith("partly: PMID, DOI, numbers seen")
        for key in ("pmid", "doi")
    }
    doubtful = {row[key] for row in rows if row["verified"] != "yes" for key in ("pmid", "doi") if row[key]}
    printed = {s.pmid for s in _KNOWN.sources.values()} | {s.doi for s in _KNOWN.sources.values()}
    seeds = (shared_dir / "knowledge" / "seed_references.tsv").read_text()
    assert not {item for item in printed & (doubtful - sure) if item not in seeds}


def test_nct02678780_is_lenvatinibs_alone() -> None:
    assert [s.id for s in _KNOWN.sources.values() if s.nct == "NCT02678780"] == ["talent2021"]
    assert "talent2021" in _KNOWN.therapies["lenvatinib"].sources
    assert "talent2021" not in _KNOWN.therapies["surufatinib"].sources


def test_the_genes_of_the_mission_and_of_the_arms_are_curated() -> None:
    genes = [
        "MEN1",
        "ATRX",
        "DAXX",
        "TSC2",
        "PTEN",
        "BRAF",
        "KRAS",
        "TP53",
        "CDKN1B",
        "PIK3CA",
        "AKT1",
        "MTOR",
        "NF1",
        "VHL",
        "KIT",
        "PDGFRA",
        "PDGFRB",
        "FLT3",
        "TSC1",
        "TERT",
    ]
    for symbol in genes:
        entry = read_document(annotations_dir() / "genes" / f"{symbol}.yaml").data
        assert entry["status"] == "curated", symbol
        assert _KNOWN.panel.genes[symbol].summary, symbol


def test_every_gene_of_the_mane_table_is_in_the_panel_with_its_identifiers(shared_dir: Path) -> None:
    lines = (shared_dir / "knowledge" / "panel_mane.tsv").read_text().splitlines()
    for line in lines[1:]:
        symbol, name, hgnc, ncbi, ensembl = line.split("\t")[:5]
        gene = _KNOWN.panel.genes[symbol]
        found = (gene.name, gene.hgnc_id, f"GeneID:{gene.ncbi_gene_id}", gene.ensembl_gene)
        assert found == (name, hgnc, ncbi, ensembl.split(".")[0])


def test_shares_of_the_cohorts_fit_their_counts() -> None:
    for row in _KNOWN.frequencies:
        if row.percent is not None and row.altered is not None:
            assert row.patients is not None
            # The table cuts off or rounds, to whole or tenth per cent; the note tells where it strays.
            assert abs(100 * row.altered / row.patients - row.percent) < 1.0, row


def test_editor_schemas_are_those_of_the_code_and_each_file_names_its_own() -> None:
    from netboard.knowledge.editor import editor_schema
    from netboard.knowledge.schema import KINDS

    root = annotations_dir()
    for kind in KINDS:
        assert json.loads((root / "schemas" / f"{kind}.schema.json").read_text()) == editor_schema(kind), kind
    for path in root.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found is not None, path
        assert (path.parent / found.group(1)).is_file(), path


def test_editors_accept_what_we_wrote() -> None:
    import jsonschema

    root = annotations_dir()
    for folder, kind in (("genes", "gene"), ("assertions", "assertion"), ("trials", "trial"), (".", "")):
        for path in (root / folder).glob("*.yaml"):
            schema = json.loads((root / "schemas" / f"{kind or path.stem}.schema.json").read_text())
            jsonschema.validate(read_document(path).data, schema)


# ---------------------------------------------------------------- traps that would mislead a board


def _value(item: Assertion, given: dict[str, object]) -> Truth:
    facts = facts_from_case(given, _KNOWN)
    parts = [evaluate(part, facts, _KNOWN) for part in (item.when, item.context) if part is not None]
    return conjunction(item.id, parts).value


def _speaking(given: dict[str, object], kind: str = "predictive") -> set[str]:
    """Return the ids of statements that a sample fires for certain by DNA."""
    return {
        item.id
        for item in _KNOWN.assertions
        if item.kind == kind and item.measured_by == "dna" and _value(item, given) is Truth.YES
    }


def _asks_event(clause: Clause | None) -> bool:
    if isinstance(clause, GroupClause):
        return any(_asks_event(part) for part in clause.clauses)
    return isinstance(clause, EventClause)


@pytest.mark.parametrize("tumour_type", ["PANET", "SBWDNET", "HGNEC", "LUCA"])
def test_what_was_measured_by_expression_is_never_predictive_by_dna(tumour_type: str) -> None:
    everything = [
        {"gene": gene, "event": event, "significance": "pathogenic"}
        for gene in _KNOWN.panel.genes
        for event in ("truncating", "missense", "amplification", "deletion", "fusion")
    ]
    given = {"assay": "genome", "events": everything, "context": {"tumour_type": tumour_type, "grade": "G2"}}
    for item in _KNOWN.assertions:
        if item.kind == "predictive" and item.measured_by in ("rna", "ihc", "methylation", "imaging"):
            assert not _asks_event(item.when), item.id
            assert _value(item, given) is not Truth.YES, item.id


def test_tsc2_and_pten_expression_statements_name_each_other_and_how_they_were_measured() -> None:
    by_id = {item.id: item for item in _KNOWN.assertions}
    worse, none = by_id["tsc2-pten-low-expression-worse"], by_id["tsc2-pten-expression-no-prognosis"]
    assert worse.measured_by == none.measured_by == "rna"
    assert worse.conflicts_with == (none.id,)
    assert none.conflicts_with == (worse.id,)


def test_braf_v600e_in_a_colorectal_carcinoma_brings_the_two_patients_and_no_other_tier() -> None:
    given = {
        "assay": "exome",
        "events": [{"gene": "BRAF", "event": "hotspot", "allele": "V600E"}],
        "context": {"tumour_type": "HGNEC", "grade": "NEC", "site": "rectum", "stage": "metastatic"},
    }
    assert _speaking(given) == {"braf-v600e-colorectal-nec"}
    (item,) = (item for item in _KNOWN.assertions if item.id == "braf-v600e-colorectal-nec")
    assert (item.evidence.patients, item.evidence.level, item.tier_amp, item.tier_escat) == (
        2,
        "C",
        "II-D",
        "",
    )


def test_a_ret_or_ntrk_point_mutation_brings_no_agnostic_drug_to_a_net() -> None:
    events = [
        {"gene": gene, "event": "hotspot", "allele": "M918T"} for gene in ("RET", "NTRK1", "NTRK2", "NTRK3")
    ]
    assert not _speaking({"assay": "genome", "events": events, "context": {"tumour_type": "PANET"}})
    fired = _speaking({"assay": "genome", "events": events, "context": {"tumour_type": "THME"}})
    assert fired == {"ret-mutation-medullary-thyroid"}


@pytest.mark.parametrize(
    ("origin", "expected"), [("somatic", Truth.NO), ("unknown", Truth.UNKNOWN), ("germline", Truth.YES)]
)
def test_belzutifan_needs_germline_disease(origin: str, expected: Truth) -> None:
    (item,) = (item for item in _KNOWN.assertions if item.id == "vhl-germline-belzutifan")
    events = [{"gene": "VHL", "event": "truncating", "origin": origin}]
    # Only a file that holds inherited variants can say that there is none.
    assay = {"genes": ["VHL"], "sees": ["small_variants", "germline"]}
    assert _value(item, {"assay": assay, "events": events, "context": {"tumour_type": "PANET"}}) is expected


def test_atrx_and_daxx_outlook_is_never_told_without_the_stage() -> None:
    given = {
        "assay": "exome",
        "events": [{"gene": "ATRX", "event": "truncating"}, {"gene": "DAXX", "event": "truncating"}],
        "context": {"tumour_type": "PANET", "grade": "G2"},
    }
    ours = [i for i in _KNOWN.assertions if i.kind == "prognostic" and {"ATRX", "DAXX"} & set(i.genes)]
    assert len(ours) >= 4
    for item in ours:
        assert _value(item, given) is Truth.UNKNOWN, item.id
        assert item.conflicts_with, item.id


def test_tp53_alone_does_not_make_a_carcinoma() -> None:
    given = {
        "assay": "exome",
        "events": [{"gene": "TP53", "event": "hotspot", "allele": "R175H"}],
        "context": {"tumour_type": "PANET", "site": "pancreas"},
    }
    assert "rb1-smad4-pancreatic-nec" not in {
        i.id for i in _KNOWN.assertions if i.kind == "diagnostic" and _value(i, given) is Truth.YES
    }
    (group,) = (item for item in _KNOWN.subgroups if item.name == "TP53 together with RB1")
    assert group.when is not None
    # RB1 may be deleted: without copy number the group stays open, and is never a yes.
    for assay, expected in (("exome", Truth.UNKNOWN), ("genome", Truth.NO)):
        facts = facts_from_case({**given, "assay": assay}, _KNOWN)
        assert evaluate(group.when, facts, _KNOWN).value is expected


def test_the_protocol_of_the_mutation_targeted_trial_supports_no_statement() -> None:
    assert not [item.id for item in _KNOWN.assertions if "neychev2015" in item.sources]
    given = {
        "assay": "exome",
        "events": [{"gene": "MEN1", "event": "truncating"}],
        "context": {"tumour_type": "PANET", "grade": "G2", "stage": "metastatic"},
    }
    assert not _speaking(given)


def test_t790m_is_no_statement_of_sensitivity() -> None:
    assert not [item.id for item in _KNOWN.assertions if "EGFR" in item.genes]


def test_burden_after_temozolomide_stays_open_and_says_what_would_settle_it() -> None:
    item = _BY_ID["tmb-high-pembrolizumab"]
    context = {"tumour_type": "PANET", "prior_therapy": ["temozolomide"]}
    facts = facts_from_case({"biomarkers": {"tmb": 60}, "context": context}, _KNOWN)
    assert item.context is not None
    proof = evaluate(item.context, facts, _KNOWN)
    assert proof.value is Truth.UNKNOWN
    assert any("before temozolomide" in need and "unproven" in need for need in proof.needs)
    assert _value(item, {"biomarkers": {"tmb": 2}, "context": context}) is Truth.NO


def _loop_alleles() -> list[str]:
    """Return the recurrent changes of the activation loop (codons 816 to 823) in the table."""
    rows = (annotations_dir() / "reference" / "alleles.tsv").read_text(encoding="utf-8").splitlines()
    found = {row.split("\t")[6] for row in rows if row.split("\t")[5:6] == ["KIT"]}
    return sorted(
        name for name in found if (m := re.fullmatch(r"[A-Z](\d+)[A-Z]", name)) and 816 <= int(m[1]) <= 823
    )


def test_an_activation_loop_mutation_of_kit_never_speaks_for_imatinib() -> None:
    alleles = _loop_alleles()
    assert {"D816V", "D816H", "D820Y", "N822K", "Y823D"} <= set(alleles)
    for allele in alleles:
        for tumour_type in ("HGNEC", "PANET"):
            given = {
                "assay": "exome",
                "events": [{"gene": "KIT", "event": "hotspot", "allele": allele}],
                "context": {"tumour_type": tumour_type},
            }
            fired = _speaking(given)
            assert "kit-activating-imatinib" not in fired, allele
            assert "kit-activation-loop-imatinib-resistance" in fired, allele


@pytest.mark.parametrize("site", ["colon", "rectum"])
def test_a_mixed_neoplasm_of_the_large_bowel_with_v600e_goes_to_the_board_without_the_agnostic_label(
    site: str,
) -> None:
    given = {
        "assay": "exome",
        "events": [{"gene": "BRAF", "event": "hotspot", "allele": "V600E"}],
        "context": {"tumour_type": "MINEN", "site": site},
    }
    assert _speaking(given) == {"braf-v600e-colorectal-nec"}


def test_pazopanib_is_never_named_for_a_net_without_its_deaths() -> None:
    for item in _KNOWN.assertions:
        if "pazopanib" in item.drugs and item.direction == "sensitivity":
            assert "grade 5" in item.statement, item.id
            assert "8 %" in item.statement, item.id
            assert "a021202_2025" in item.sources, item.id
    assert _KNOWN.sources["a021202_2025"].nct == ""


def test_a_statement_that_rests_on_rows_since_2016_is_marked_updated() -> None:
    for path in sorted((annotations_dir() / "assertions").glob("*.yaml")):
        for entry in read_document(path).data["assertions"]:
            if any(str(row).startswith("E") for row in entry.get("seed", ())):
                assert entry["status"] in ("updated", "needs_curator"), entry["id"]


def test_nothing_found_in_a_file_without_inherited_variants_leaves_hereditary_disease_open() -> None:
    for item in _KNOWN.assertions:
        if item.kind == "predisposing":
            context = {"tumour_type": "PANET"}
            assert _value(item, {"assay": "exome", "context": context}) is Truth.UNKNOWN, item.id
            seen = {"genes": list(item.genes), "sees": ["small_variants", "germline"]}
            assert _value(item, {"assay": seen, "context": context}) is Truth.NO, item.id


def test_every_trial_that_is_over_is_historical(knowledge: Knowledge) -> None:
    for trial in knowledge.trials:
        assert trial.historical == (
            trial.status in ("completed", "terminated", "withdrawn", "not_recruiting")
        )
