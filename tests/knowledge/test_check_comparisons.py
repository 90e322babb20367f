"""Approvals and comparisons of the knowledge base: each fault is found and named with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.small_base import write
from netboard.cli import main
from netboard.knowledge import cache
from netboard.knowledge.check import check
from netboard.knowledge.compare import differences
from netboard.knowledge.load import load

RIGHT = """\
    comparisons:
      one-two:
        title: One against two
        drugs: [drugone, drugtwo]
        context: {context: {tumour_type: [PANET]}}
        statement: Nobody compared them.
        sources: [paper2020]
        cases:
          - {name: here, given: {context: {tumour_type: PANET}}, expect: yes}
          - {name: elsewhere, given: {context: {tumour_type: LUNG}}, expect: no}
          - {name: open, given: {context: {tumour_type: NEN}}, expect: unknown}
    """


@pytest.fixture
def compared(base: Path) -> Path:
    """Return the small base with two drugs, another tumour and a comparison."""
    for name, more in (
        ("therapies.yaml", "  drugtwo: {name: Drug Two}\n"),
        ("tumour_types.yaml", "  LUNG: {name: Lung, site: lung}\n"),
    ):
        (base / name).write_text((base / name).read_text() + more)
    return write(base, {"comparisons.yaml": RIGHT})


def _problems(base: Path) -> str:
    return "\n".join(str(problem).removeprefix(f"{base}/") for problem in check(base=base).problems)


def test_a_right_comparison_is_counted_with_its_cases_and_survives_the_cache(compared: Path) -> None:
    report = check(base=compared)
    assert _problems(compared) == ""
    assert (report.counts["rules"], report.counts["cases"]) == (2, 6)
    knowledge = load(base=compared, use_cache=False)
    assert knowledge.comparisons[0].drugs == ("drugone", "drugtwo")
    assert cache.decode(cache.encode(knowledge)) == knowledge


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("drugs: [drugone, drugtwo]", "drugs: [drugone]", r"comparisons.yaml:4: .*holds 1; 2 or more are needed"),
        ("drugone, drugtwo", "drugone, drugten", r"comparisons.yaml:4: drug 'drugten' is not in"),
        ("[PANET]", "[PANTE]", r"comparisons.yaml:5: tumour type 'PANTE' is not in"),
        ("{context: {tumour_type: [PANET]}}\n", "{event: {gene: MEN1, is: mutation}}\n", r"a question of context alone"),
        ("sources: [paper2020]", "sources: [paper2099]", r"comparisons.yaml:7: source 'paper2099' is not in"),
        ("sources: [paper2020]", "sources: []", r"comparisons.yaml:7: .*empty list"),
        ("          - {name: open, given: {context: {tumour_type: NEN}}, expect: unknown}\n", "", r"no case that expects unknown"),
        ("PANET}}, expect: yes", "LUNG}}, expect: yes", r"one-two: case 'here': expected yes, the rule says no"),
    ],
)  # fmt: skip
def test_a_faulty_comparison_is_named(compared: Path, old: str, new: str, expected: str) -> None:
    path = compared / "comparisons.yaml"
    text = path.read_text()
    indented = "\n".join(line.removeprefix("    ") for line in RIGHT.splitlines())
    assert text.split() == indented.split()
    old, new = (part.replace("          - ", "      - ") for part in (old, new))
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert re.search(expected, _problems(compared))


APPROVAL = "    approval: An agency, 2020.\n"
CASES = (
    "[{name: here, given: {context: {tumour_type: PANET}}, expect: yes}, "
    "{name: elsewhere, given: {context: {tumour_type: LUNG}}, expect: no}, "
    "{name: open, given: {context: {tumour_type: NEN}}, expect: unknown}]"
)
RULE = f"    approved: {{context: {{tumour_type: [PANET]}}}}\n    approval_cases: {CASES}\n"


@pytest.mark.parametrize(
    ("added", "drug", "expected"),
    [
        (APPROVAL, "", r"first.yaml:\d+: tells an approval and holds no rule for it"),
        (APPROVAL + RULE, "", ""),
        (APPROVAL, f", approved: {{context: {{tumour_type: [PANET]}}}}, approval_cases: {CASES}", ""),
        (APPROVAL, ", approved: {context: {tumour_type: [PANET]}}", r"an approval has no case that expects yes"),
        (RULE.replace("LUNG", "PANET"), "", r"approval: case 'elsewhere': expected no, the rule says yes"),
        (RULE.replace("expect: unknown", "expect: no"), "", r"an approval has no case that expects unknown"),
        (f"    approval_cases: {CASES}\n", "", r"cases of an approval, and no rule for it"),
        (RULE.replace("PANET", "PANTE"), "", r"tumour type 'PANTE' is not in"),
        (RULE.replace("{context: {tumour_type: [PANET]}}", "{event: {gene: MEN1, is: mutation}}"), "", r"clinical context alone"),
        ("", ", approved: {event: {gene: MEN1, is: mutation}}", r"therapies.yaml:2: an approval asks for the clinical context alone"),
    ],
)  # fmt: skip
def test_an_approval_that_is_told_is_computed_and_asks_for_context_alone(
    base: Path, added: str, drug: str, expected: str
) -> None:
    first, therapies = base / "assertions" / "first.yaml", base / "therapies.yaml"
    first.write_text(first.read_text().replace("    cases:\n", f"{added}    cases:\n", 1))
    therapies.write_text(therapies.read_text().replace("class: inhibitor", f"class: inhibitor{drug}", 1))
    problems = _problems(base)
    assert re.search(expected, problems) if expected else problems == ""


def test_a_changed_comparison_is_a_difference_between_bases(compared: Path, tmp_path: Path) -> None:
    before = load(base=compared, use_cache=False)
    path = compared / "comparisons.yaml"
    path.write_text(path.read_text().replace("Nobody", "Somebody"))
    (found,) = differences(before, load(base=compared, use_cache=False))
    assert str(found) == (
        "comparison one-two changed: statement Nobody compared them. -> Somebody compared them."
    )


def test_the_schema_and_the_lookup_know_comparisons_and_approvals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "schema", "--of", "comparisons"]) == 0
    assert "ComparisonEntry" in capsys.readouterr().out
    assert main(["knowledge", "show", "everolimus"]) == 0
    assert "approved whatever the genes:" in capsys.readouterr().out
