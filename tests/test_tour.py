"""The tour of the documentation is true: each of its examples gives what the page prints."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SOURCE_FILE = re.compile(r"`((?:[a-z_]+/)?[a-z_]+\.py)`")


def examples_of(page: Path) -> doctest.DocTest:
    """Return the examples of all python blocks as one test, at the lines they have on the page."""
    text = page.read_text(encoding="utf-8")
    kept = [""] * len(text.splitlines())
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        for offset, line in enumerate(block[1].splitlines()):
            kept[first + offset] = line
    return doctest.DocTestParser().get_doctest("\n".join(kept) + "\n", {}, page.name, str(page), 0)


def test_every_step_of_the_tour_prints_what_the_page_says(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(repo_root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    test = examples_of(repo_root / "docs" / "tour.md")
    test.globs["__name__"] = "__main__"
    test.globs["out"] = tmp_path
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=said.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    assert len(test.examples) > 40


def test_the_tour_names_only_source_files_that_exist(repo_root: Path) -> None:
    text = (repo_root / "docs" / "tour.md").read_text(encoding="utf-8")
    named = {name for name in _SOURCE_FILE.findall(text) if not name.startswith("test")}
    missing = [
        name
        for name in named
        if not any((repo_root / part / name).is_file() for part in ("src/netboard", "tests", "examples"))
    ]
    assert len(named) > 15
    assert missing == []
