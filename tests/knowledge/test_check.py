"""The checks of the knowledge base: each fault is found and named with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.small_base import write
from netboard.errors import KnowledgeError
from netboard.knowledge.check import check

FIRST = "assertions/first.yaml"


def _edit(base: Path, name: str, old: str, new: str) -> None:
    path = base / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _messages(base: Path) -> list[str]:
    return [str(problem).removeprefix(f"{base}/") for problem in check(base=base).problems]


def test_a_right_base_has_no_problem_and_counts_what_it_ran(base: Path) -> None:
    report = check(base=base)
    assert report.ok
    assert report.counts["rules"] == 1
    assert report.counts["cases"] == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (FIRST, "drugs: [drugone]", "drug: [drugone]", r"first.yaml:10: key assertions\[0\].drug is not known here"),
        (FIRST, "    statement: Something follows.\n", "", r"first.yaml:2: key assertions\[0\].statement is missing"),
        (FIRST, "is: mutation", "is: mutated", r"first.yaml:7: key .*: 'mutated' is not an event"),
        (FIRST, "      event: {gene: MEN1, is: mutation}", "      any_of: []", r"first.yaml:7: .*is an empty list"),
        (FIRST, "{gene: MEN1, is: mutation}", "{gene: [], is: mutation}", r"first.yaml:7: .*is an empty list"),
        (FIRST, "tumour_type: [PANET]}\n    drugs", "tumor: [PANET]}\n    drugs", r"tumor is not known here"),
        (FIRST, "      event: {gene: MEN1, is: mutation}", "      event: {gene: MEN1, is: mutation}\n      any_of: [{event: {gene: MEN1, is: splice}}]", r"first.yaml:7?.*exactly one of"),
        (FIRST, "{gene: MEN1, is: mutation}", "{gene: MEN2, is: mutation}", r"first.yaml:7: gene 'MEN2' is not in the knowledge base"),
        (FIRST, "drugs: [drugone]", "drugs: [drugtwo]", r"first.yaml:10: drug 'drugtwo' is not in the knowledge base"),
        (FIRST, "sources: [paper2020]", "sources: [paper2021]", r"first.yaml:12: source 'paper2021' is not in the"),
        (FIRST, "    sources: [paper2020]\n", "", r"first.yaml:\d+: cites no source and is not marked status: needs_curator"),
        (FIRST, "{tumour_type: [PANET]}\n    drugs", "{tumour_type: [PANTE]}\n    drugs", r"first.yaml:9: tumour type 'PANTE' is not in"),
        (FIRST, "sources: [paper2020]", "sources: [paper2020]\n    conflicts_with: [second]", r"first.yaml:13: assertion 'second' is not in"),
        (FIRST, "direction: sensitivity", "direction: better", r"first.yaml:4: a predictive statement has direction"),
        (FIRST, "drugs: [drugone]", "drugs: []", r"first.yaml:10: is predictive and names no drug"),
        (FIRST, "design: retrospective", "design: protocol", r"first.yaml:11: a protocol is never evidence of benefit"),
        (FIRST, "sources: [paper2020]", "sources: [paper2020]\n    measured_by: ihc", r"first.yaml:7: was measured by ihc, and a predictive statement"),
        (FIRST, "expect: unknown}", "expect: yes}", r"first.yaml:\d+: an assertion has no case that expects unknown"),
        (FIRST, "expect: no}", "expect: unknown}", r"first: case 'nothing': expected unknown, the rule says no \(absent_covered"),
        (FIRST, "gene: MEN1, event: truncating}], context", "gene: MEN9, event: truncating}], context", r"case 'found': gene 'MEN9' is not in"),
        (FIRST, "event: truncating}], context: {tumour_type: NEN}}, expect: unknown", "event: truncated}], context: {tumour_type: NEN}}, expect: unknown", r"case 'open': cannot be set up: event 'truncated'"),
        ("sources.yaml", '"10.1000/abc123"', '"doi:10.1000"', r"sources.yaml:5: key sources.paper2020.doi: string should match"),
        ("sources.yaml", '    doi: "10.1000/abc123"\n', "", r"sources.yaml:\d+: is marked verified, has no identifier"),
        ("tumour_types.yaml", "oncotree: false", "oncotree: false, parents: [PANET]", r"tumour_types.yaml:\d: NEN stands among its own parents"),
        ("tumour_types.yaml", "site: pancreas", "site: liver", r"tumour_types.yaml:3: key tumour_types.PANET.site"),
        ("genes/MEN1.yaml", '"HGNC:7010"', '"7010"', r"MEN1.yaml:3: key hgnc: string should match"),
        ("genes/MEN1.yaml", "role_sources: [paper2020]\n", "", r"MEN1.yaml:1: role: a role needs role_sources"),
        ("genes/MEN1.yaml", "symbol: MEN1", "symbol: MEN2", r"MEN1.yaml:1: the file is called MEN1.yaml and speaks of MEN2"),
        ("version.yaml", "2026.1.0", "1.0", r"version.yaml:1: key version: string should match"),
    ],
)  # fmt: skip
def test_each_fault_is_one_line_with_file_and_line(
    base: Path, name: str, old: str, new: str, expected: str
) -> None:
    _edit(base, name, old, new)
    found = _messages(base)
    assert any(re.search(expected, message) for message in found), found


def test_every_problem_of_every_file_is_listed_in_one_run(base: Path) -> None:
    _edit(base, FIRST, "drugs: [drugone]", "drugs: [one, two]")
    _edit(base, "genes/MEN1.yaml", "role_sources: [paper2020]", "role_sources: [none2020]")
    found = _messages(base)
    assert len([message for message in found if "is not in the knowledge base" in message]) == 3


def test_a_conflict_that_is_not_named_back_is_found(base: Path) -> None:
    text = (base / FIRST).read_text()
    (base / "assertions" / "second.yaml").write_text(
        text.replace("id: first", "id: second").replace(
            "sources: [paper2020]", "sources: [paper2020]\n    conflicts_with: [first]"
        )
    )
    assert any("conflicts with first, which does not name second back" in m for m in _messages(base))


def test_a_problem_names_file_line_and_key(base: Path) -> None:
    _edit(base, FIRST, "drugs: [drugone]", "drugs: [drugone, other]")
    _edit(base, FIRST, "level: B", "level: Z")
    _edit(base, "tumour_types.yaml", "parents: [NEN]", "parents: [NAN]")
    shape, unknown = _messages(base)[:2]
    assert "assertions/first.yaml:" in shape
    assert ": key assertions[0].evidence.level: " in shape
    assert unknown.endswith(
        "tumour_types.yaml:3: tumour type 'NAN' is not in the knowledge base (key tumour_types.PANET.parents[0])"
    )


def test_an_id_used_twice_names_both_places(base: Path) -> None:
    (base / "assertions" / "second.yaml").write_text((base / FIRST).read_text())
    assert any("first stands already at" in message for message in _messages(base))


def test_a_clause_that_no_case_decides_is_named(base: Path) -> None:
    _edit(base, FIRST, "{gene: MEN1, is: mutation}", "{gene: [MEN1, ATRX], is: mutation}")
    write(base, {"genes/ATRX.yaml": (base / "genes/MEN1.yaml").read_text().replace("MEN1", "ATRX")})
    assert any("no case decides the clause 'ATRX mutation'" in message for message in _messages(base))


def test_a_file_of_an_unknown_name_is_not_dropped_silently(base: Path) -> None:
    write(base, {"assertion/typo.yaml": "x: 1\n", "notes.yaml": "x: 1\n"})
    found = _messages(base)
    assert len([message for message in found if "no file of this name is read here" in message]) == 2


def test_a_trial_that_may_be_open_is_dated_to_the_day(base: Path) -> None:
    trial = """\
        nct: NCT00000001
        title: A trial
        status: recruiting
        as_of: {date}
        sources: [paper2020]
        arms:
          - id: one
            name: Arm one
            drugs: [drugone]
            when: {{event: {{gene: MEN1, is: mutation}}}}
            cases:
              - {{name: found, given: {{assay: exome, events: [{{gene: MEN1, event: truncating}}]}}, expect: yes}}
              - {{name: nothing, given: {{assay: exome}}, expect: no}}
              - {{name: nobody looked, given: {{}}, expect: unknown}}
        """
    write(base, {"trials/NCT00000001.yaml": trial.format(date="2026-02")})
    assert any("dated to the day" in message for message in _messages(base))
    write(base, {"trials/NCT00000001.yaml": trial.format(date="2026-02-28")})
    assert _messages(base) == []
    write(base, {"trials/NCT00000001.yaml": trial.format(date='""')})
    assert any("without the date it was read on" in message for message in _messages(base))


def test_an_overlay_is_checked_on_top_of_the_base(base: Path, tmp_path: Path) -> None:
    ours = write(
        tmp_path / "ours",
        {
            "assertions/ours.yaml": (base / FIRST)
            .read_text()
            .replace("id: first", "id: ours")
            .replace("drugone", "nodrug")
        },
    )
    report = check([ours], base=base)
    assert [problem.message for problem in report.problems] == ["drug 'nodrug' is not in the knowledge base"]
    assert report.problems[0].file == str(ours / "assertions" / "ours.yaml")


def test_what_a_curator_owes_is_listed_and_is_no_fault(base: Path) -> None:
    _edit(base, "genes/MEN1.yaml", "status: curated", "status: needs_curator\nnote: Who knows.")
    _edit(base, FIRST, "sources: [paper2020]", "status: needs_curator")
    _edit(base, "sources.yaml", "verified: true", "verified: false")
    report = check(base=base)
    assert report.ok
    assert [item.message.split(":")[0] for item in report.todo] == [
        "gene MEN1",
        "assertion first",
        "source paper2020",
    ]


def test_a_directory_that_is_none_is_an_error(tmp_path: Path, base: Path) -> None:
    with pytest.raises(KnowledgeError, match="is not a directory"):
        check([tmp_path / "absent"], base=base)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        from netboard.cli import main

        code = main(["knowledge", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_verb_check_lists_problems_on_standard_output_and_exits_1(
    call: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    ours = write(tmp_path / "ours", {"overlay.yaml": "name: ours\nwithdraw_assertions: [no-such]\n"})
    code, out, err = call("check", str(ours))
    assert code == 1
    assert out == f"{ours / 'overlay.yaml'}:2: no-such is not in the base (key withdraw_assertions[0])\n"
    assert "1 problem" in err


def test_the_verb_check_passes_on_the_packaged_base(call: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = call("check")
    assert (code, out) == (0, "")
    assert "nothing wrong" in err
    assert call("check", "--todo")[1].startswith("todo: ")


@pytest.mark.parametrize(
    "name", ["MEN1", "men1", "NCT02315625", "everolimus", "mtor-pathway-everolimus", "MLL3"]
)
def test_the_verb_show_knows_genes_trials_drugs_and_statements(
    call: Callable[..., tuple[int, str, str]], name: str
) -> None:
    code, out, _ = call("show", name)
    assert code == 0
    assert out.strip()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("genes", "MEN1\tmenin 1"),
        ("drugs", "everolimus\teverolimus"),
        ("tumour-types", "SOLID\tSolid tumour\tunder none\tgroup of ours"),
    ],
)
def test_the_verb_show_lists_what_there_is(
    call: Callable[..., tuple[int, str, str]], name: str, line: str
) -> None:
    code, out, _ = call("show", name)
    assert code == 0
    assert line in out.splitlines()


def test_the_verb_show_suggests_near_names(call: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = call("show", "evrolimus")
    assert code == 2
    assert "Did you mean everolimus" in err


def test_the_verb_schema_writes_all_schemas_for_editors(
    call: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    from netboard.knowledge.editor import header
    from netboard.knowledge.schema import KINDS

    code, out, _ = call("schema", "--write", str(tmp_path / "ours" / "schemas"))
    assert (code, len(out.splitlines())) == (0, len(KINDS))
    for name in (
        "assertions/ours.yaml",
        "trials/NCT00000001.yaml",
        "genes/X.yaml",
        "sources.yaml",
        "overlay.yaml",
    ):
        line = header(name).removeprefix("# yaml-language-server: $schema=").strip()
        assert (tmp_path / "ours" / name).parent.joinpath(line).resolve().is_file()


def test_the_verb_schema_prints_json_schemas(call: Callable[..., tuple[int, str, str]]) -> None:
    import json

    from netboard.cli.knowledge import _KINDS
    from netboard.knowledge.schema import KINDS

    assert set(_KINDS) == set(KINDS)
    assert "properties" in json.loads(call("schema")[1])
    assert json.loads(call("schema", "--of", "assertion")[1])["additionalProperties"] is False
