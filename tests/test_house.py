"""The rules of the house: what the code may name, what a room may import, how long a file may be."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netboard.model.evidence import Knowledge
from netboard.model.result import Context

#: About 400 lines is what a reader holds in mind; the slack is for a table or a docstring.
MAX_FILE_LINES = 420
MAX_FUNCTION_LINES = 75
#: Endings of the files that make up the program; templates speak to readers and are held to it too.
PROGRAM = {".py", ".html", ".j2", ".jinja", ".typ", ".css", ".smk"}
#: Symbols that are words of the language too; they may stand in a constant's name (``MAX_SHIFT``) only.
WORDS_TOO = {"MAX", "REST", "SET"}


def program_files(root: Path) -> list[Path]:
    places = [root / "src", root / "workflow"]
    return sorted(
        p for place in places for p in place.rglob("*") if p.suffix in PROGRAM or p.name == "Snakefile"
    )


def words(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9_-]*", line):
            parts = [part for part in word.split("_") if part not in WORDS_TOO]
            yield from ((number, part) for part in {word, *parts})


def gene_names(knowledge: Knowledge) -> set[str]:
    """Symbols and aliases, but for a clinical test that is named after its gene and is a field of the context."""
    genes = knowledge.panel.genes.values()
    fields = {field.name for field in dataclasses.fields(Context)}
    names = {name for gene in genes for name in (gene.symbol, *gene.aliases) if len(name) > 2}
    return {name for name in names if name.lower() not in fields}


def drug_names(knowledge: Knowledge) -> set[str]:
    """Single-word names; a word of a class's name ("inhibitor") is language and no drug."""
    names = {therapy.name for therapy in knowledge.therapies.values()} | set(knowledge.therapies)
    return {name.lower() for name in names if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{4,}", name)}


def test_the_program_names_no_gene(repo_root: Path, knowledge: Knowledge) -> None:
    genes = gene_names(knowledge)
    assert len(genes) > 10
    named = [
        f"{path.relative_to(repo_root)}:{line}: {word}"
        for path in program_files(repo_root)
        for line, word in words(path.read_text(encoding="utf-8"))
        if word in genes
    ]
    assert named == []


def test_the_program_names_no_drug(repo_root: Path, knowledge: Knowledge) -> None:
    drugs = drug_names(knowledge)
    assert len(drugs) > 5
    named = [
        f"{path.relative_to(repo_root)}:{line}: {word}"
        for path in program_files(repo_root)
        for line, word in words(path.read_text(encoding="utf-8"))
        if word.lower() in drugs
    ]
    assert named == []


def test_rooms_import_downwards_only(repo_root: Path) -> None:
    pytest.importorskip("importlinter", reason="import-linter comes with the extra `dev`")
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=repo_root,
        env={**os.environ, "PYTHONPATH": str(repo_root / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_no_file_has_two_jobs_worth_of_lines(repo_root: Path) -> None:
    long = {
        str(path.relative_to(repo_root)): lines
        for path in (repo_root / "src").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen(repo_root: Path) -> None:
    long = {}
    for path in (repo_root / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > MAX_FUNCTION_LINES:
                    long[f"{path.relative_to(repo_root)}:{node.lineno} {node.name}"] = length
    assert long == {}


def test_every_module_can_be_imported_by_itself(repo_root: Path) -> None:
    """No import cycle, and none that works only after another module was read."""
    source = repo_root / "src"
    modules = sorted(
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for path in source.rglob("*.py")
        if path.name != "__main__.py"
    )
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [m for m in sys.modules if m.split('.')[0] == 'netboard']:\n"
        "        del sys.modules[known]\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except Exception as error:\n"
        "        print(f'{name}: {type(error).__name__}: {error}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *modules],
        cwd=repo_root / "src",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == ""


def test_showing_help_imports_no_heavy_library(repo_root: Path) -> None:
    code = (
        "import sys\nfrom netboard.cli import main\nmain(['--help'])\n"
        "heavy = {'pysam', 'weaver', 'pydantic', 'ruamel.yaml', 'jinja2', 'duckdb', 'typst', 're2', 'deflate'}\n"
        "print('\\nloaded:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repo_root / "src",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "loaded: []", done.stderr[-2000:]


def test_versions_agree_wherever_they_are_written(repo_root: Path) -> None:
    import tomllib

    import netboard

    stated = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]["version"]
    assert stated == netboard.__version__
    assert f"version: {stated}" in (repo_root / "CITATION.cff").read_text()
    assert f"=={stated}" in (repo_root / "workflow" / "envs" / "netboard.yaml").read_text()
    assert f"## {stated}" in (repo_root / "CHANGELOG.md").read_text()


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each requirement in a lock; several where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for entry in re.split(r"(?m)^(?=[a-z0-9])", lock.read_text())[1:]:
        name, _, version = entry.split()[0].partition("==")
        assert version, f"{lock.name}: {name} is not pinned"
        assert "--hash=sha256:" in entry, f"{lock.name}: {name} has no hash"
        found.setdefault(name, set()).add(version)
    return found


def test_the_locks_pin_and_hash_every_requirement_alike(repo_root: Path) -> None:
    names = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock")
    build, run, dev = (pins(repo_root / name) for name in names)
    assert {name: run[name] for name in run if name in dev} == {name: dev[name] for name in run}
    assert {name: build[name] for name in build if name in run} == {
        name: run[name] for name in build if name in run
    }
    for name in names:
        assert "://" not in (repo_root / name).read_text(), f"{name} names an index"


def test_the_locks_hold_every_stated_requirement(repo_root: Path) -> None:
    import tomllib

    stated = tomllib.loads((repo_root / "pyproject.toml").read_text())
    project = stated["project"]
    wanted = [*project["dependencies"], *stated["dependency-groups"]["build"]]
    wanted += [
        item for name, extra in project["optional-dependencies"].items() if name != "all" for item in extra
    ]
    plain = {
        re.split(r"[^A-Za-z0-9._-]", item)[0].lower().replace(".", "-").replace("_", "-") for item in wanted
    }
    assert plain - set(pins(repo_root / "requirements-dev.lock")) == set()
