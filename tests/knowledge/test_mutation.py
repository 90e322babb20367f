"""The evaluator's tests, tested: every small change of the evaluator must make one of them fail.

The mutants are made by :mod:`knowledge.mutants` and run against the tests of ``test_logic.py`` and
``test_logic_proofs.py`` in this process, each test called as a plain function. What survives is listed below with the reason why no test could tell;
anything else that survives fails here. The score is printed with ``pytest -rP`` and is the share of mutants
that a test kills.
"""

from __future__ import annotations

import ast
import itertools
import re
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from knowledge import test_logic, test_logic_proofs
from knowledge.mutants import Mutant, mutants

SOURCE = Path("src") / "netboard" / "knowledge"
#: Least share of mutants that must be killed, the equivalent ones counted as survivors.
LEAST = 0.98

#: Changes that leave the behaviour as it was, by a word of the line and the change.
EQUIVALENT: dict[str, dict[tuple[str, str], str]] = {
    "logic.py": {
        (
            'cover.state == "partly" and cover.reason == "record_not_read"',
            "operand 1 left out",
        ): "of the other states one is answered before, and the rest return the reason anyway",
        (
            "inherited = seen.get(GERMLINE_SCOPE)",
            "condition always True",
        ): "a gene without any coverage has a gap, and with a gap this is not reached",
        (
            "elif cover is not None",
            "condition always True",
        ): "a scope without coverage is a gap and was told before",
    },
    "leaves.py": {
        ('context.tumour_type or ""', "operand 2 left out"): "no tumour type is called None either",
    },
}


TESTS = (test_logic, test_logic_proofs)
#: What the tests use of the evaluator, and a mutant takes the place of.
USED = ("evaluate", "conjunction", "leaves", "negate")


def _calls() -> list[Callable[[], None]]:
    """Return every test of the evaluator with its parameters bound, as plain calls."""
    calls: list[Callable[[], None]] = []
    held = [item for module in TESTS for item in vars(module).items()]
    for name, function in held:
        if not name.startswith("test_") or not isinstance(function, types.FunctionType):
            continue
        sets = []
        for mark in getattr(function, "pytestmark", ()):
            names = mark.args[0]
            keys = (
                tuple(part.strip() for part in names.split(",")) if isinstance(names, str) else tuple(names)
            )
            rows = [row if len(keys) > 1 else (row,) for row in mark.args[1]]
            sets.append([dict(zip(keys, row, strict=True)) for row in rows])
        for chosen in itertools.product(*sets):
            given = {key: value for part in chosen for key, value in part.items()}
            calls.append(lambda function=function, given=given: function(**given))
    return calls


def _module(name: str, tree: ast.Module) -> types.ModuleType:
    module = types.ModuleType(f"mutant_{name}")
    exec(compile(tree, f"<mutant of {name}>", "exec"), module.__dict__)
    return module


def _bound(logic: types.ModuleType) -> Iterator[None]:
    """Let the tests use ``logic`` while the generator stands."""
    kept = [
        (module, name, getattr(module, name)) for module in TESTS for name in USED if hasattr(module, name)
    ]
    try:
        for module, name, _ in kept:
            setattr(module, name, getattr(logic, name))
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


def _killed(calls: list[Callable[[], None]], logic: types.ModuleType) -> bool:
    for _ in _bound(logic):
        for number, call in enumerate(calls):
            try:
                call()
            except BaseException:  # what pytest.raises raises is no Exception
                # The test that noticed this change is likely to notice the next one too.
                calls.insert(0, calls.pop(number))
                return True
    return False


@cache
def _run(name: str, repo_root: Path) -> tuple[int, list[Mutant]]:
    """Return how many mutants of a module there are and those that no test kills."""
    source = (repo_root / SOURCE / name).read_text(encoding="utf-8")
    logic_source = (repo_root / SOURCE / "logic.py").read_text(encoding="utf-8")
    calls = _calls()
    assert not _killed(calls, _module("logic", ast.parse(logic_source)))
    total, alive = 0, []
    for mutant in mutants(source):
        total += 1
        try:
            module = _module(name, mutant.tree)
        except Exception:
            continue
        if name != "logic.py":
            logic = _module("logic", ast.parse(logic_source))
            logic.biomarker_leaf, logic.context_leaf = module.biomarker_leaf, module.context_leaf  # type: ignore[attr-defined]
            module = logic
        if _killed(calls, module):
            continue
        alive.append(mutant)
    return total, alive


@pytest.mark.parametrize("name", EQUIVALENT)
def test_every_change_of_the_evaluator_is_noticed(name: str, repo_root: Path) -> None:
    total, alive = _run(name, repo_root)
    lines = (repo_root / SOURCE / name).read_text(encoding="utf-8").splitlines()
    unexplained = [
        f"{mutant}: {lines[mutant.line - 1].strip()}"
        for mutant in alive
        if not any(
            word in lines[mutant.line - 1] and change == mutant.change for word, change in EQUIVALENT[name]
        )
    ]
    print(f"{name}: {total - len(alive)} of {total} mutants killed ({(total - len(alive)) / total:.1%})")
    assert total > 50
    assert unexplained == []
    assert (total - len(alive)) / total >= LEAST


def test_the_score_is_the_one_that_curators_are_told(repo_root: Path) -> None:
    runs = [_run(name, repo_root) for name in EQUIVALENT]
    total, alive = sum(count for count, _ in runs), sum(len(left) for _, left in runs)
    told = " ".join((repo_root / "docs" / "curating.md").read_text(encoding="utf-8").split())
    found = re.search(r"of (\d+) small changes of its code the tests notice (\d+)", told)
    assert found is not None
    assert (int(found[1]), int(found[2])) == (total, total - alive)
