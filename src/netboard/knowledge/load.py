"""The knowledge base as the program uses it: found, merged with a laboratory's overlays, and cached.

A run reads every byte of the base and its overlays (for the content hash that each output prints), but
parses YAML only when that content was never seen before; see :mod:`netboard.knowledge.cache`. The
imports that parsing needs are made only then.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netboard import __version__
from netboard.errors import KnowledgeError
from netboard.knowledge import cache
from netboard.model.evidence import Knowledge

if TYPE_CHECKING:
    from netboard.knowledge.tree import Tree
    from netboard.model.variant import KnownAllele, Transcript

#: Folder of generated tables (transcript models, recurrent alleles, sequence) beside the YAML.
REFERENCE = "reference"
TRANSCRIPTS = "transcripts.tsv"
ALLELES = "alleles.tsv"
_SKIPPED = ("schemas",)
_READ_SUFFIXES = (".yaml", ".yml")


def annotations_dir() -> Path:
    """Return the directory of the packaged knowledge base, in a wheel and in a source checkout.

    Raises
    ------
    KnowledgeError
        When the installation holds none.
    """
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "annotations", package.parent.parent / "annotations"):
        if (candidate / "version.yaml").is_file():
            return candidate
    raise KnowledgeError(
        "the knowledge base is not part of this installation",
        where=str(package),
        remedy="Install netboard again, or name the directory with annotations.",
    )


def load(overlays: Sequence[Path] = (), *, base: Path | None = None, use_cache: bool = True) -> Knowledge:
    """Return the knowledge of ``base`` (the packaged one by default) with ``overlays`` laid on it.

    A later overlay takes precedence over an earlier one, and each over the base; an entry of the same
    name is replaced whole and carries the overlay's name as its provenance.

    Raises
    ------
    KnowledgeError
        When a file is wrong: the first fault with its file and line, and how many more there are.
    """
    root = annotations_dir() if base is None else base
    laid = tuple(Path(overlay) for overlay in overlays)
    content = content_hash([root, *laid])
    key = cache.cache_key(content, __version__)
    known = cache.read(key) if use_cache else None
    if known is None:
        known = _compiled(root, laid, content)
        if use_cache:
            cache.write(key, known)
    return _with_sequence(known, root)


def content_hash(directories: Sequence[Path]) -> str:
    """Return the SHA-256 over the knowledge files of ``directories``, in order of precedence.

    YAML files and everything under ``reference`` count; editor schemas and prose do not.

    Raises
    ------
    KnowledgeError
        When a directory or file cannot be read.
    """
    digest = hashlib.sha256()
    for directory in directories:
        digest.update(b"\x00directory\x00")
        try:
            for inner, path in sorted(_files(str(directory), "")):
                with open(path, "rb") as handle:
                    content = handle.read()
                digest.update(f"{inner}\x00{len(content)}\x00".encode())
                digest.update(content)
        except OSError as error:
            raise KnowledgeError(
                f"cannot be read ({error.strerror})",
                where=str(error.filename or directory),
                remedy="Name a directory of knowledge files that you may read.",
            ) from None
    return digest.hexdigest()


def _files(directory: str, inner: str) -> list[tuple[str, str]]:
    """Return (path inside the directory, path) of every file that counts."""
    found = []
    with os.scandir(directory) as entries:
        for entry in entries:
            name = f"{inner}{entry.name}"
            if entry.name.startswith(".") or name in _SKIPPED:
                continue
            if entry.is_dir():
                found.extend(_files(entry.path, f"{name}/"))
            elif entry.name.endswith(".md"):
                continue
            elif entry.name.endswith(_READ_SUFFIXES) or name.startswith(f"{REFERENCE}/"):
                found.append((name, entry.path))
    return found


def read_layers(root: Path, overlays: Sequence[Path]) -> tuple[Tree, tuple[str, ...]]:
    """Return the merged tree of base and overlays with every problem, and the overlays' names.

    Raises
    ------
    KnowledgeError
        When a directory is none, or two overlays bear one name.
    """
    from netboard.knowledge.tree import read_tree

    tree = read_tree(root)
    names: list[str] = []
    for overlay in overlays:
        over = read_tree(overlay, is_overlay=True)
        if over.provenance in (*names, "netboard"):
            raise KnowledgeError(
                f"an overlay named {over.provenance!r} is there already",
                where=str(overlay),
                remedy="Give it its own name in overlay.yaml.",
            )
        names.append(over.provenance)
        tree.merge(over)
    return tree, tuple(names)


def read_reference(
    directories: Sequence[Path],
) -> tuple[dict[str, tuple[Transcript, ...]], list[KnownAllele]]:
    """Return the transcript models by gene and the recurrent alleles of every directory that holds such
    tables; the models of a gene in a later directory replace those of an earlier one.
    """
    transcripts: dict[str, tuple[Transcript, ...]] = {}
    alleles: list[KnownAllele] = []
    for directory in directories:
        folder = directory / REFERENCE
        if not folder.is_dir():
            continue
        from netboard.knowledge import reference

        if (folder / TRANSCRIPTS).is_file():
            transcripts |= reference.read_transcripts(folder / TRANSCRIPTS)
        if (folder / ALLELES).is_file():
            alleles.extend(reference.read_alleles(folder / ALLELES))
    return transcripts, alleles


def compiled(tree: Tree, names: tuple[str, ...], layers: Sequence[Path], content: str) -> Knowledge:
    """Return the knowledge of a merged tree.

    Raises
    ------
    KnowledgeError
        When the base states no version.
    """
    from netboard.knowledge.compile import compile_tree

    if tree.version is None:
        raise KnowledgeError(
            "no version.yaml", where=str(layers[0]), remedy="The base states its version and date there."
        )
    transcripts, alleles = read_reference(layers)
    return compile_tree(
        tree,
        transcripts,
        alleles,
        version=tree.version.model.version,
        date=tree.version.model.date,
        content_hash=content,
        overlays=names,
    )


def _compiled(root: Path, overlays: tuple[Path, ...], content: str) -> Knowledge:
    tree, names = read_layers(root, overlays)
    if tree.problems:
        first = tree.problems[0]
        more = len(tree.problems) - 1
        rest = f" ({more} more)" if more else ""
        raise KnowledgeError(
            f"{first.message}{rest}",
            where=f"{first.file}:{first.line}",
            remedy="List every problem with: netboard knowledge check.",
        )
    return compiled(tree, names, (root, *overlays), content)


def _with_sequence(knowledge: Knowledge, root: Path) -> Knowledge:
    """Name the sequence file by where this installation holds it; the cache must not pin a path."""
    folder = root / REFERENCE
    files = sorted(folder.glob("sequences*")) if folder.is_dir() else []
    if not files:
        return knowledge
    return replace(knowledge, panel=replace(knowledge.panel, sequence_file=str(files[0])))
