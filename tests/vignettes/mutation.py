"""How many small changes of ``interpret/`` its tests notice. A script and no test: it takes minutes.

The mutants of :mod:`knowledge.mutants` take a module's place in this process, and the tests of
``tests/interpret`` and the vignettes of this folder (one build, from the variants that were read) are run
against each, as plain calls, until one fails. Run it by
``EVERY=24 PYTHONPATH=src:tests python tests/vignettes/mutation.py [MODULE ...]`` (without ``EVERY`` all of them);
it lists what survived. A sample of one in 24, before stored results were read again in each vignette, gave
41 of 75 (55 %), one in 60 after it 13 of 29 (45 %); the whole has not been run. What survives is mostly what a
vignette does not ask (wording, order, flags, places of copy-number records); pages kept as golden files, the tour
and the command line's tests are not among the tests asked here.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import os
import signal
import sys
import tempfile
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import netboard.pipeline as pipeline
from interpret import test_oncogenicity, test_origin, test_sample, test_shortfalls
from knowledge.mutants import Mutant, mutants
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from vignettes import test_vignettes
from vignettes.tumour import Case, interpretation

SOURCE = Path(pipeline.__file__).parent / "interpret"
MODULES = sorted(path.stem for path in SOURCE.glob("*.py") if path.stem not in ("__init__", "settings"))
TESTS = (test_sample, test_oncogenicity, test_origin, test_shortfalls)
#: Seconds after which a mutant counts as noticed: its loop does not end.
LIMIT = 20.0
Call = Callable[[], object]


def unit_calls() -> list[Call]:
    """Return the tests of ``tests/interpret`` that need no fixture, with their parameters bound."""
    calls: list[Call] = []
    for module in TESTS:
        for name, function in vars(module).items():
            if not name.startswith("test_") or not isinstance(function, types.FunctionType):
                continue
            sets = []
            for mark in getattr(function, "pytestmark", ()):
                if mark.name != "parametrize":
                    continue
                names = mark.args[0]
                keys = [part.strip() for part in names.split(",")] if isinstance(names, str) else list(names)
                rows = [getattr(row, "values", row) for row in mark.args[1]]
                rows = [row if len(keys) > 1 or isinstance(row, tuple) else (row,) for row in rows]
                sets.append([dict(zip(keys, row, strict=True)) for row in rows])
            for chosen in itertools.product(*sets):
                given = {key: value for part in chosen for key, value in part.items()}
                if set(inspect.signature(function).parameters) == set(given):
                    calls.append(lambda function=function, given=given: function(**given))  # type: ignore[misc]
    return calls


def vignette_calls(knowledge: Knowledge, root: Path) -> list[Call]:
    """Return every vignette without a refusal as a call that begins with what was read of its file in ``root``."""
    calls: list[Call] = []
    for number, (_, vignette) in enumerate(test_vignettes.VIGNETTES):
        if "defect" in vignette or "refused" in vignette["expect"]:
            continue
        folder = root / str(number)
        folder.mkdir()
        caught = _caught(vignette["given"], knowledge, folder)
        reading, sample, _, request, *_ = caught
        engine = _Told(pipeline._engine(reading, request, knowledge.panel).effects_of_sample(sample.variants))
        calls.append(
            lambda given=caught, engine=engine, expect=vignette["expect"]: _judge(given, engine, expect)  # type: ignore[misc]
        )
    return calls


def _caught(given: dict[str, Any], knowledge: Knowledge, folder: Path) -> tuple[Any, ...]:
    """Return what the pipeline hands on once a vignette's file is read."""
    caught: list[tuple[Any, ...]] = []
    plain = pipeline.interpret_sample

    def catch(*handed: Any) -> Any:
        caught.append(handed)
        return plain(*handed)

    pipeline.interpret_sample = catch
    try:
        interpretation(Case(given), knowledge, folder)
    finally:
        pipeline.interpret_sample = plain
    return caught[0]


class _Told:
    """Stands for the engine: its answer of before, which no mutant of ``interpret`` can change."""

    def __init__(self, effects: Any) -> None:
        self._effects = effects

    def effects_of_sample(self, variants: object) -> Any:
        return self._effects


def _judge(given: tuple[Any, ...], engine: _Told, expect: dict[str, Any]) -> None:
    reading, sample, name, request, knowledge, _ = given
    plain = pipeline._engine
    pipeline._engine = lambda *given: engine  # type: ignore[assignment,return-value]
    try:
        result = pipeline.interpret_sample(reading, sample, name, request, knowledge, Settings())
    finally:
        pipeline._engine = plain
    for key, value in expect.items():
        test_vignettes._CHECKS[key](result, value)
    test_vignettes.every_statement_is_founded(result)
    test_vignettes.the_stored_result_says_the_same(result, knowledge)


@contextmanager
def in_place(name: str, tree: ast.Module) -> Iterator[None]:
    """Let a mutant stand for a module of ``interpret`` wherever netboard and its tests hold one of its names."""
    full = f"netboard.interpret.{name}"
    original = sys.modules[full]
    mutant = types.ModuleType(full)
    mutant.__file__ = original.__file__
    sys.modules[full] = mutant
    kept: list[tuple[types.ModuleType, str, object]] = []
    try:
        exec(compile(tree, f"<mutant of {name}>", "exec"), mutant.__dict__)
        holders = [m for key, m in sys.modules.items() if key.startswith(("netboard.", "netboard"))]
        for module in {*holders, *TESTS, test_vignettes}:
            if module in (original, mutant):
                continue
            for key, value in list(vars(module).items()):
                if value is original:
                    kept.append((module, key, value))
                    setattr(module, key, mutant)
                elif getattr(value, "__module__", None) == full and hasattr(mutant, key):
                    kept.append((module, key, value))
                    setattr(module, key, getattr(mutant, key))
        yield
    finally:
        for module, key, value in kept:
            setattr(module, key, value)
        sys.modules[full] = original


def _expired(*_: object) -> None:
    raise TimeoutError


def noticed(name: str, tree: ast.Module, calls: list[Call]) -> bool:
    """Return whether one of ``calls`` fails with the mutant; the one that does is asked first next time."""
    before = signal.signal(signal.SIGALRM, _expired)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        with in_place(name, tree):
            for number, call in enumerate(calls):
                try:
                    call()
                except BaseException:  # what pytest.raises raises is no Exception
                    calls.insert(0, calls.pop(number))
                    return True
    except Exception:  # the module cannot even be imported
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return False


def survivors(
    modules: Sequence[str], every: int, calls: list[Call]
) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return (tried, noticed) by module, and what survived in words."""
    counts: dict[str, tuple[int, int]] = {}
    alive: list[str] = []
    for name in modules:
        source = (SOURCE / f"{name}.py").read_text(encoding="utf-8")
        assert not noticed(name, ast.parse(source), calls), f"{name} fails its tests unchanged"
        lines = source.splitlines()
        tried: list[Mutant] = list(mutants(source, lambda number: number % every == every // 2))
        left = [mutant for mutant in tried if not noticed(name, mutant.tree, calls)]
        counts[name] = len(tried), len(tried) - len(left)
        alive += [f"{name} {mutant}: {lines[mutant.line - 1].strip()}" for mutant in left]
    return counts, alive


if __name__ == "__main__":
    from netboard.knowledge.load import load

    wanted = sys.argv[1:] or MODULES
    step = int(os.environ.get("EVERY", "1"))
    with tempfile.TemporaryDirectory() as place:
        found, left = survivors(wanted, step, [*unit_calls(), *vignette_calls(load(), Path(place))])
    for module_name, (all_of_them, caught_ones) in found.items():
        print(f"{module_name:15s} {caught_ones:5d} of {all_of_them:5d}")
    total = sum(a for a, _ in found.values())
    print(f"{'in all':15s} {sum(b for _, b in found.values()):5d} of {total:5d}")
    print(*left, sep="\n")
