"""How many small changes of ``interpret/`` the tests notice: a pytest plugin, run by ``make mutation``.

The tests given on the command line run once, and for each is kept which lines of ``interpret/`` it passes. Then,
for every mutant of :mod:`knowledge.mutants`, a copy of this process (a fork) puts the changed code in the place of
the plain one and runs the tests that pass the changed line, quickest first, until one fails. What no test notices
is listed; a mutant whose loop does not end counts as noticed.

The record of the whole run is ``survivors.tsv`` beside this file, and ``test_mutation.py`` asks a sample of it in
every run of the suite.
"""

from __future__ import annotations

import ast
import csv
import itertools
import os
import signal
import sys
import time
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from knowledge.mutants import Mutant, mutants

PACKAGE = "netboard.interpret"
RECORD = Path(__file__).with_name("survivors.tsv")
COLUMNS = ("module", "function", "line", "change", "reached")
#: Seconds after which a mutant counts as noticed: its loop does not end.
LIMIT = 60
#: Seconds of tests that a mutant is asked at most, those that notice most and the quickest first: beyond them a
#: survivor would cost minutes, and few are still noticed.
BUDGET = 20.0
SURVIVED, NOTICED = 0, 1


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed; ``reached`` says whether a test passes its line at all."""

    module: str
    function: str
    line: str
    change: str
    reached: str


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutation")
    group.addoption("--mutate", default="all", help="modules of interpret/ by name, comma-separated, or all")
    group.addoption("--mutate-every", type=int, default=1, help="try one mutant of so many")
    group.addoption("--mutate-cores", type=int, default=2, help="mutants asked at a time")
    group.addoption("--mutate-record", default="", help="file to write what survived to, as TSV")


def source_of(module: str) -> Path:
    """Return the source file of a module of ``interpret/``."""
    import netboard.interpret

    return Path(netboard.interpret.__file__).with_name(f"{module}.py")


def modules() -> list[str]:
    """Return the names of the modules of ``interpret/`` that hold code."""
    return sorted(
        path.stem for path in source_of("x").parent.glob("*.py") if path.stem not in ("__init__", "settings")
    )


class _Traced:
    """While it stands, the lines of ``interpret/`` that are passed are kept."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()
        self._folder = str(source_of("x").parent)

    def __enter__(self) -> _Traced:
        sys.settrace(self._calls)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _calls(self, frame: types.FrameType, event: str, _: object) -> Any:
        return self._inside if frame.f_code.co_filename.startswith(self._folder) else None

    def _inside(self, frame: types.FrameType, event: str, _: object) -> Any:
        self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._inside


class Places:
    """Where the statements and functions of a module lie."""

    def __init__(self, source: str) -> None:
        self._statements: list[tuple[int, int]] = []
        self._functions: list[tuple[int, int, str]] = []
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._functions.append((node.lineno, node.end_lineno or 0, node.name))
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                end = body[0].lineno - 1 if body else node.end_lineno or 0
                self._statements.append((node.lineno, max(end, node.lineno)))

    def statement(self, line: int) -> tuple[int, int]:
        """Return the first and last line of the smallest statement that holds ``line``."""
        around = [span for span in self._statements if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=(line, line))

    def function(self, line: int) -> str:
        """Return the name of the innermost function or class that holds ``line``, empty outside of all."""
        around = [span for span in self._functions if span[0] <= line <= span[1]]
        return max(around, default=(0, 0, ""))[2]

    def in_function(self, line: int) -> bool:
        return bool(self.function(line))


def _holders(root: str) -> list[types.ModuleType]:
    return [m for m in list(sys.modules.values()) if str(getattr(m, "__file__", None) or "").startswith(root)]


def put_in_place(name: str, tree: ast.Module, root: str) -> None:
    """Let the code of a mutant run wherever the module's functions are held; there is no way back."""
    full = f"{PACKAGE}.{name}"
    plain = sys.modules[full]
    space: dict[str, Any] = {"__name__": full, "__file__": plain.__file__}
    made = types.ModuleType(full)
    made.__dict__.update(space)
    sys.modules[full] = made
    exec(compile(tree, str(plain.__file__), "exec"), made.__dict__)
    sys.modules[full] = plain
    _swap(vars(plain), vars(made), full, _holders(root))


def _swap(
    plain: Mapping[str, Any], made: Mapping[str, Any], full: str, holders: Iterable[types.ModuleType]
) -> None:
    for key, new in made.items():
        old = plain.get(key)
        if key.startswith("__") or isinstance(new, types.ModuleType) or old is new:
            continue
        if isinstance(new, type):
            if new.__module__ == full and isinstance(old, type):
                _swap_class(old, new)
        elif callable(new) and hasattr(new, "__code__" if not hasattr(new, "__wrapped__") else "__wrapped__"):
            if getattr(new, "__module__", "") == full:
                _swap_code(old, new)
        else:
            for holder in holders:
                for word, value in list(vars(holder).items()):
                    if value is old and (word == key or not isinstance(old, int | str | float | bool)):
                        setattr(holder, word, new)


def _swap_class(old: type, new: type) -> None:
    for word, value in vars(new).items():
        if isinstance(value, classmethod | staticmethod):
            _swap_code(vars(old)[word].__func__, value.__func__)
        elif isinstance(value, property):
            _swap_code(vars(old)[word].fget, value.fget)
        elif isinstance(value, types.FunctionType) and word in vars(old):
            _swap_code(vars(old)[word], value)


def _swap_code(old: Any, new: Any) -> None:
    if hasattr(old, "cache_clear"):
        old.cache_clear()
    old, new = getattr(old, "__wrapped__", old), getattr(new, "__wrapped__", new)
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


@dataclass(slots=True)
class _Child:
    """A mutant that is being asked."""

    mutant: Mutant
    module: str
    pipe: int


class _SessionOnly:
    """Stands for the next test, so that what the session holds (the knowledge base) is not torn down."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        return [self._session]


class Run:
    """The whole of a run over the tests that pytest has collected."""

    def __init__(self, session: pytest.Session) -> None:
        config = session.config
        wanted = config.getoption("--mutate")
        self.modules = modules() if wanted == "all" else str(wanted).split(",")
        self.every = int(config.getoption("--mutate-every"))
        self.cores = int(config.getoption("--mutate-cores"))
        self.items = session.items
        self._following = _SessionOnly(session)
        self.root = str(config.rootpath)
        self.seconds: dict[int, float] = {}
        self.passed: dict[int, set[tuple[str, int]]] = {}
        self.kills: dict[int, int] = {}
        self.counts: dict[str, list[int]] = {name: [0, 0] for name in self.modules}
        self.alive: list[Survivor] = []

    def plain(self) -> list[str]:
        """Run every test twice on the plain code, for its lines and for its time; return those that fail."""
        failed = []
        for number, item in enumerate(self.items):
            with _Traced() as traced:
                fine = self._fine(number)
            begun = time.perf_counter()
            fine &= self._fine(number)
            self.seconds[number] = time.perf_counter() - begun
            self.passed[number] = traced.lines
            if not fine:
                failed.append(item.nodeid)
        return failed

    def _fine(self, number: int) -> bool:
        reports = runtestprotocol(self.items[number], log=False, nextitem=self._following)  # type: ignore[arg-type]
        return not any(report.failed for report in reports)

    def mutants(self) -> Iterator[tuple[str, Mutant]]:
        number = 0
        for name in self.modules:
            source = source_of(name).read_text(encoding="utf-8")
            begun = number

            def keep(at: int, begun: int = begun) -> bool:
                nonlocal number
                number = begun + at + 1
                return (begun + at) % self.every == self.every // 2

            for mutant in mutants(source, keep):
                yield name, mutant

    def tests_of(self, name: str, places: Places, line: int) -> list[int]:
        """Return the tests that pass a line, those that have noticed most and the quickest first."""
        path = str(source_of(name))
        if places.in_function(line):
            first, last = places.statement(line)
            spots = {(path, at) for at in range(first, last + 1)}
            found = [number for number, lines in self.passed.items() if lines & spots]
        else:  # a constant of the module: every test that enters the module may use it
            found = [
                number for number, lines in self.passed.items() if any(file == path for file, _ in lines)
            ]
        found.sort(key=lambda number: (-self.kills.get(number, 0), self.seconds[number]))
        spent = itertools.accumulate(self.seconds[number] for number in found)
        return [number for number, before in zip(found, spent, strict=True) if before <= BUDGET] or found[:1]

    def ask(self) -> None:
        """Ask every mutant, ``cores`` at a time."""
        running: dict[int, _Child] = {}
        places: dict[str, Places] = {}
        for count, (name, mutant) in enumerate(self.mutants()):
            if count % 100 == 0:
                print(
                    f"{count} mutants, {len(self.alive)} survived so far, now {name}",
                    file=sys.stderr,
                    flush=True,
                )
            source = source_of(name).read_text(encoding="utf-8")
            where = places.setdefault(name, Places(source))
            tests = self.tests_of(name, where, mutant.line)
            self.counts[name][0] += 1
            if not tests:
                self._survived(name, mutant, where, "no")
                continue
            if len(running) >= self.cores:
                self._reap(running, places)
            ours, theirs = os.pipe()
            child = os.fork()
            if child == 0:
                self._child(name, mutant, tests, theirs)
            os.close(theirs)
            running[child] = _Child(mutant, name, ours)
        while running:
            self._reap(running, places)

    def _reap(self, running: dict[int, _Child], places: Mapping[str, Places]) -> None:
        pid, status = os.wait()
        child = running.pop(pid)
        said = os.read(child.pipe, 32)
        os.close(child.pipe)
        if said:
            self.kills[int(said)] = self.kills.get(int(said), 0) + 1
        if os.waitstatus_to_exitcode(status) == SURVIVED:
            self._survived(child.module, child.mutant, places[child.module], "yes")
        else:
            self.counts[child.module][1] += 1

    def _survived(self, name: str, mutant: Mutant, places: Places, reached: str) -> None:
        line = source_of(name).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
        self.alive.append(Survivor(name, places.function(mutant.line), line, mutant.change, reached))
        print(f"{name}:{mutant.line} {mutant.change}: {line}", file=sys.stderr, flush=True)

    def _child(self, name: str, mutant: Mutant, tests: list[int], pipe: int) -> None:
        """Ask one mutant and end this process with the answer."""
        signal.alarm(LIMIT)
        silent = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silent, stream)
        verdict = NOTICED
        try:
            put_in_place(name, mutant.tree, self.root)
            for number in tests:
                if not self._fine(number):
                    os.write(pipe, str(number).encode())
                    break
            else:
                verdict = SURVIVED
        except BaseException:  # the module cannot even be imported
            verdict = NOTICED
        os._exit(verdict)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Ask the mutants in place of a plain run of the tests."""
    if session.config.option.collectonly:
        return False
    run = Run(session)
    session.config.pluginmanager.register(run, "mutation-run")
    failed = run.plain()
    if failed:
        raise pytest.UsageError("these tests fail without any change: " + ", ".join(failed[:5]))
    run.ask()
    return True


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    run = config.pluginmanager.get_plugin("mutation-run")
    if not isinstance(run, Run):
        return
    say = terminalreporter.write_line
    for name, (tried, noticed) in run.counts.items():
        say(f"{name:15s} {noticed:5d} of {tried:5d}")
    tried, noticed = (sum(count[at] for count in run.counts.values()) for at in (0, 1))
    say(f"{'in all':15s} {noticed:5d} of {tried:5d} mutants noticed ({noticed / max(tried, 1):.1%})")
    path = config.getoption("--mutate-record")
    if path:
        with open(path, "w", encoding="utf-8", newline="") as out:
            out.write(f"# {noticed} of {tried} mutants noticed\n")
            table = csv.writer(out, delimiter="\t", lineterminator="\n")
            table.writerow(COLUMNS)
            rows = [(s.module, s.function, s.line, s.change, s.reached) for s in run.alive]
            table.writerows(sorted(rows))
