"""Where the knowledge base is, and the digest of what it says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from netboard.errors import KnowledgeError

#: Folder of generated tables (transcript models, recurrent alleles, sequence) beside the YAML.
REFERENCE = "reference"
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


def sequence_file_of(root: Path) -> str | None:
    """Return the path of the packaged sequence in the knowledge base ``root``, None when it has none."""
    folder = root / REFERENCE
    files = sorted(folder.glob("sequences*")) if folder.is_dir() else []
    return str(files[0]) if files else None
