"""``netboard doctor``: whether this installation can do its work, and how to mend what cannot.

A missing extra is a remark, not a fault: the core works without it. What the core itself needs and
lacks is a fault, and the exit code is then 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import netboard
from netboard.errors import NetboardError

#: (distribution, module) of what the core imports.
_CORE = (
    ("pysam", "pysam"),
    ("deflate", "deflate"),
    ("google-re2", "re2"),
    ("hgvs-weaver", "weaver"),
    ("ruamel.yaml", "ruamel.yaml"),
    ("pydantic", "pydantic"),
    ("jinja2", "jinja2"),
)
#: extra -> ((distribution, module) ..., what it is for).
_EXTRAS = {
    "cohort": ((("duckdb", "duckdb"),), "cohort pages and Parquet"),
    "pdf": ((("typst", "typst"),), "PDF reports"),
    "xlsx": ((("xlsxwriter", "xlsxwriter"),), "spreadsheets"),
    "workflow": (
        (("snakemake", "snakemake"), ("pygments", "pygments")),
        "many samples on machines and clusters",
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination: ``state`` is ok, absent (an extra) or broken."""

    state: str
    subject: str
    detail: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``netboard doctor``."""
    parser.add_argument(
        "--knowledge",
        metavar="DIR",
        action="append",
        default=[],
        type=Path,
        help="also examine this directory of a laboratory's own knowledge (may be repeated)",
    )


def run(args: argparse.Namespace) -> int:
    """Print the examination on standard output; return 1 when something is broken."""
    broken = 0
    for check in examine(args.knowledge):
        print(f"{check.state:<7} {check.subject:<14} {check.detail}", flush=True)
        broken += check.state == "broken"
    if broken:
        print(f"netboard: {broken} of these must be mended before netboard can work here", file=sys.stderr)
    return 1 if broken else 0


def examine(overlays: Sequence[Path] = ()) -> Iterator[Check]:
    """Yield each check of this installation, the cheap ones first."""
    yield Check("ok", "netboard", f"{netboard.__version__} at {Path(netboard.__file__).parent}")
    yield Check("ok", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for distribution, module in _CORE:
        yield _package(distribution, module)
    for extra, (packages, purpose) in _EXTRAS.items():
        yield _extra(extra, packages, purpose)
    yield from _knowledge(overlays)
    yield _cache()
    yield _writable("temporary", Path(tempfile.gettempdir()), "Set TMPDIR to a directory you may write.")


def _import(distribution: str, module: str) -> tuple[str, str]:
    """Return (version, "") of an importable package, or ("", why not)."""
    try:
        importlib.import_module(module)
    except Exception as error:  # a damaged package may raise anything, and that is what we are here to say
        return "", f"{type(error).__name__}: {error}"
    try:
        return metadata.version(distribution), ""
    except metadata.PackageNotFoundError:
        return "version unknown", ""


def _package(distribution: str, module: str) -> Check:
    version, fault = _import(distribution, module)
    if fault:
        return Check("broken", distribution, f"{fault}. Mend it with: pip install --force-reinstall netboard")
    return Check("ok", distribution, version)


def _extra(extra: str, packages: Sequence[tuple[str, str]], purpose: str) -> Check:
    versions = []
    for distribution, module in packages:
        version, fault = _import(distribution, module)
        if fault:
            return Check(
                "absent",
                f"[{extra}]",
                f"{purpose}: {distribution} is missing. pip install 'netboard[{extra}]'",
            )
        versions.append(f"{distribution} {version}")
    return Check("ok", f"[{extra}]", f"{purpose}: {', '.join(versions)}")


def _knowledge(overlays: Sequence[Path]) -> Iterator[Check]:
    from netboard.knowledge.content import annotations_dir
    from netboard.knowledge.load import load

    def reading() -> str:
        begun = time.perf_counter()
        loaded = load(overlays)
        seconds = time.perf_counter() - begun
        names = f", with {', '.join(loaded.overlays)}" if loaded.overlays else ""
        return (
            f"{loaded.version} ({loaded.hash[:12]}) of {loaded.date}{names}: {len(loaded.panel.genes)} genes, "
            f"{len(loaded.assertions)} statements, {len(loaded.trials)} trials; read in {seconds:.2f} s"
        )

    def sequence() -> str:
        file = load(overlays).panel.sequence_file
        if file is None:
            return "none embedded: protein positions need --fasta"
        with Path(file).open("rb") as handle:
            handle.read(1)
        return f"{Path(file).name}, {Path(file).stat().st_size / 1e6:.1f} MB"

    yield _guarded("knowledge", reading)
    yield _guarded("sequence", sequence)
    yield _guarded("annotations", lambda: str(annotations_dir()))


def _guarded(subject: str, look: Callable[[], str]) -> Check:
    try:
        return Check("ok", subject, look())
    except (NetboardError, OSError, ImportError) as error:
        return Check("broken", subject, str(error))


def _cache() -> Check:
    """A cache that cannot be written costs time, never a run."""
    from netboard.knowledge.stored import cache_directory

    directory = cache_directory()
    if directory is None:
        return Check("absent", "cache", "no home directory; set XDG_CACHE_HOME to start faster")
    place = next(path for path in (directory, *directory.parents) if path.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        return Check("absent", "cache", f"{directory} cannot be written; set XDG_CACHE_HOME to start faster")
    return Check("ok", "cache", str(directory))


def _writable(subject: str, directory: Path, remedy: str) -> Check:
    try:
        with tempfile.NamedTemporaryFile(dir=directory):
            return Check("ok", subject, f"{directory} can be written")
    except OSError as error:
        return Check("broken", subject, f"{directory}: {error.strerror}. {remedy}")
