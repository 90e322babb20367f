"""Every statement of the first sources is accounted for, in our own words, and nothing unseen is printed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from netboard.cli import main
from netboard.knowledge import inventory
from netboard.knowledge.check import check
from netboard.knowledge.content import annotations_dir
from netboard.knowledge.load import read_layers
from netboard.knowledge.tree import Tree
from netboard.knowledge.yamlfile import read_document

PAGE = "seed-coverage.md"


@pytest.fixture(scope="module")
def tree() -> Tree:
    return read_layers(annotations_dir(), ())[0]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def _rows(tree: Tree) -> dict[str, set[str]]:
    assert tree.inventory is not None
    return {
        item.letter: {f"{item.letter}{number:03}" for number in range(1, item.rows + 1)}
        for item in tree.inventory.model.lists
    }


def test_the_page_is_what_the_command_writes(tree: Tree, repo_root: Path) -> None:
    assert (repo_root / "docs" / PAGE).read_text(encoding="utf-8") == inventory.account(tree)


def test_the_verb_prints_the_page_or_writes_it(
    tree: Tree, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "inventory"]) == 0
    assert capsys.readouterr().out == inventory.account(tree)
    assert main(["knowledge", "inventory", "--out", str(tmp_path / PAGE)]) == 0
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == inventory.account(tree)


def test_every_row_is_accounted_for(tree: Tree) -> None:
    page = inventory.account(tree)
    assert "334 of 334 rows accounted for (100 %)" in page
    assert "134 of 134 rows accounted for (100 %)" in page
    assert "| lost |" not in page


def test_the_lists_are_those_of_the_tables(tree: Tree, shared_dir: Path) -> None:
    held = _rows(tree)
    assert held["S"] == {row["id"] for row in _table(shared_dir / "knowledge" / "seed_inventory.tsv")}
    assert held["E"] == {row["id"] for row in _table(shared_dir / "knowledge" / "evidence_since_2016.tsv")}


def test_rows_seen_in_part_or_not_at_all_are_those_of_the_table(tree: Tree, shared_dir: Path) -> None:
    assert tree.inventory is not None
    (item,) = (item for item in tree.inventory.model.lists if item.letter == "E")
    rows = _table(shared_dir / "knowledge" / "evidence_since_2016.tsv")
    assert set(item.partly) == {row["id"] for row in rows if row["verified"].startswith("partly")}
    assert set(item.unseen) == {row["id"] for row in rows if row["verified"].startswith("no")}


def test_every_row_that_was_not_wholly_seen_is_left_for_a_curator(tree: Tree) -> None:
    """``check --todo`` lists an entry for each, and names the row where a study rests on it."""
    assert tree.inventory is not None
    (item,) = (item for item in tree.inventory.model.lists if item.letter == "E")
    places, todo = inventory.places(tree), "\n".join(str(problem) for problem in check().todo)
    for row in (*item.partly, *item.unseen):
        waiting = [place for place in places[row] if place.needs_curator]
        assert waiting, row
        assert any(place.name in todo for place in waiting), row
        if any(place.kind == "study" for place in waiting):
            assert row in todo, row


def test_an_identifier_of_a_row_that_was_not_wholly_seen_stands_nowhere(shared_dir: Path) -> None:
    """But for those that another row of the table, the review, or the row's own words say were seen."""
    rows = _table(shared_dir / "knowledge" / "evidence_since_2016.tsv")
    keys = ("pmid", "doi", "nct")
    sure = {row[key] for row in rows if row["verified"].startswith("yes") for key in keys}
    for row in rows:
        seen = re.match(r"partly: (title, )?PMID, DOI(, NCT)?", row["verified"])
        if seen is not None:
            sure |= {row["pmid"], row["doi"], *([row["nct"]] if seen.group(2) else [])}
    sure |= set(
        re.findall(r"10\.\d{4}/[^\s\t]+", (shared_dir / "knowledge" / "seed_references.tsv").read_text())
    )
    doubtful = (
        {row[key] for row in rows for key in keys if not row["verified"].startswith("yes")} - sure - {""}
    )
    assert len(doubtful) > 10
    printed = "\n".join(path.read_text(encoding="utf-8") for path in annotations_dir().rglob("*.yaml"))
    assert [item for item in sorted(doubtful) if item in printed] == []


def test_every_row_of_the_table_that_was_seen_prints_its_identifiers(tree: Tree, shared_dir: Path) -> None:
    """A row marked "yes" leads to an entry, and that entry or its sources bear the row's numbers."""
    places = inventory.places(tree)
    lost = []
    for row in _table(shared_dir / "knowledge" / "evidence_since_2016.tsv"):
        if not row["verified"].startswith("yes"):
            continue
        text = "\n".join(_printed(tree, place) for place in places[row["id"]])
        lost += [
            f"{row['id']} {row[key]}" for key in ("pmid", "doi", "nct") if row[key] and row[key] not in text
        ]
    assert lost == []


def _printed(tree: Tree, place: inventory.Place) -> str:
    for held in (
        tree.assertions, tree.trials, tree.studies, tree.therapies, tree.genes, tree.subgroups, tree.biomarkers,
    ):  # fmt: skip
        if place.name in held:
            model = held[place.name].model
            named = [*model.sources]  # type: ignore[attr-defined]
            break
    else:
        frameworks = {name: entry.model.source for name, entry in tree.frameworks.items()}
        source = place.name.rpartition(" in ")[2]
        named = [frameworks.get(place.name) or source]
        model = None
    return f"{model} " + " ".join(str(tree.sources[name].model) for name in named)


def test_no_sentence_is_taken_from_the_review(shared_dir: Path) -> None:
    """Facts carry over, sentences do not: no ten words in a row are those of the review or of the lists."""
    theirs: set[tuple[str, ...]] = set()
    for path in sorted((shared_dir / "seed").rglob("*")):
        if path.suffix in (".txt", ".md"):
            theirs.update(_runs(path.read_text(encoding="utf-8", errors="replace")))
    for name, column in (("seed_inventory.tsv", "claim"), ("evidence_since_2016.tsv", "claim")):
        for row in _table(shared_dir / "knowledge" / name):
            theirs.update(_runs(row[column]))
    assert theirs
    ours = {
        (run, str(path))
        for path in annotations_dir().rglob("*.yaml")
        if path.name != "sources.yaml"  # titles of papers are theirs
        for text in _texts(read_document(path).data)
        for run in _runs(text)
    }
    assert sorted(f"{path}: {' '.join(run)}" for run, path in ours if run in theirs) == []


def _runs(text: str, length: int = 10) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in ("title", "citation"):
                yield from _texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)


# ---------------------------------------------------------------- what the check refuses


def _inventory(base: Path, rows: int, reasons: str, seed: str) -> list[str]:
    (base / "inventory.yaml").write_text(
        f"lists:\n  - {{name: A list, letter: S, rows: {rows}, sources: [paper2020]}}\nnot_computed:\n{reasons}"
    )
    path = base / "assertions" / "first.yaml"
    path.write_text(path.read_text().replace("    cases:", f"    seed: [{seed}]\n    cases:"))
    return [problem.message for problem in check(base=base).problems]


_OPINION = "  S002: {reason: opinion, why: A hope.}\n"


def test_a_whole_account_is_no_problem(base: Path) -> None:
    assert _inventory(base, 2, _OPINION, "S001") == []


def test_a_row_that_is_nowhere_is_named(base: Path) -> None:
    assert _inventory(base, 3, _OPINION, "S001") == ["row S003 is in no entry and not among not_computed"]


def test_a_row_told_twice_is_named(base: Path) -> None:
    (message,) = _inventory(base, 2, _OPINION, "S001, S002")
    assert message == "row S002 is called not computed, and first rests on it"


def test_a_row_of_no_list_is_named(base: Path) -> None:
    assert _inventory(base, 2, _OPINION, "S001, S009") == ["first: row S009 is in no list of inventory.yaml"]
    assert "row S007 is in no list" in _inventory(base, 2, _OPINION.replace("S002", "S007"), "S001")


def test_an_error_of_a_source_tells_what_is_wrong(base: Path) -> None:
    (message,) = _inventory(base, 2, "  S002: {reason: error, why: It is wrong.}\n", "S001")
    assert "seed_note" in message


def test_a_row_that_was_not_seen_needs_an_entry_that_waits_for_a_curator(base: Path) -> None:
    (base / "inventory.yaml").write_text(
        "lists:\n  - {name: A list, letter: S, rows: 1, sources: [paper2020], unseen: [S001]}\nnot_computed: {}\n"
    )
    path = base / "assertions" / "first.yaml"
    text = path.read_text().replace("    cases:", "    seed: [S001]\n    cases:")
    path.write_text(text)
    (problem,) = check(base=base).problems
    assert "S001 was not wholly verified" in problem.message
    path.write_text(text.replace("    cases:", "    status: needs_curator\n    cases:"))
    report = check(base=base)
    assert report.ok
    assert any("needs a curator" in item.message for item in report.todo)


def test_an_overlay_may_replace_what_rests_on_a_row(base: Path, tmp_path: Path) -> None:
    assert _inventory(base, 2, _OPINION, "S001") == []
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "overlay.yaml").write_text("name: ours\nwithdraw_assertions: [first]\n")
    assert check([ours], base=base).ok
