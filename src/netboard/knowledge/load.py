"""The knowledge base as the program uses it: found, merged with a laboratory's overlays, and cached.

A run reads every byte of the base and its overlays (for the content hash that each output prints), but
parses YAML only when that content was never seen before; see :mod:`netboard.knowledge.cache`. The
imports that parsing needs are made only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netboard import __version__
from netboard.errors import KnowledgeError
from netboard.knowledge import cache
from netboard.knowledge.content import REFERENCE, annotations_dir, content_hash, sequence_file_of
from netboard.model.evidence import Knowledge

if TYPE_CHECKING:
    from netboard.knowledge.tree import Tree
    from netboard.model.variant import KnownAllele, Transcript

TRANSCRIPTS = "transcripts.tsv"
ALLELES = "alleles.tsv"


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
    file = sequence_file_of(root)
    return (
        knowledge if file is None else replace(knowledge, panel=replace(knowledge.panel, sequence_file=file))
    )
