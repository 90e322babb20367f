"""Files of the user's cache: JSON, never code, each with the digest of its body in the first line.

The name of a file holds its key, so a stale one is simply not found; a damaged one does not match its
digest. Nothing here may fail a run: what cannot be stored is made each time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Cache files kept of each kind.
_KEEP = 4


def cache_directory() -> Path | None:
    """Return the user's cache directory for netboard, or None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and os.path.isabs(base):
        return Path(base) / "netboard"
    home = os.path.expanduser("~")
    return Path(home) / ".cache" / "netboard" if os.path.isabs(home) else None


def read_stored(name: str) -> Any:
    """Return what :func:`write_stored` wrote under ``name``; None when there is none or it is damaged."""
    directory = cache_directory()
    if directory is None:
        return None
    try:
        digest, _, body = (directory / f"{name}.json").read_bytes().partition(b"\n")
        return json.loads(body) if hashlib.sha256(body).hexdigest().encode() == digest else None
    except (OSError, ValueError):
        return None


def write_stored(name: str, value: Any) -> None:
    """Store lists, mappings and scalars under ``name`` if the cache can be written; else do nothing.

    ``name`` is ``KIND-KEY``; of each kind the newest few are kept.
    """
    directory = cache_directory()
    if directory is None:
        return
    from netboard.output import write_atomic

    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        write_atomic(directory / f"{name}.json", hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        kind = name.partition("-")[0]
        files = sorted(directory.glob(f"{kind}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[_KEEP:]:
            path.unlink(missing_ok=True)
    except OSError:
        return


def fields_of(noun: type) -> tuple[str, ...]:
    """Return the names of a noun's fields in order."""
    slots: tuple[str, ...] = getattr(noun, "__slots__", ())
    return slots


def shape_of(nouns: tuple[type, ...]) -> str:
    """Return names and fields of nouns: what is stored of them can be read while it stays the same."""
    return ";".join(f"{noun.__name__}:{','.join(fields_of(noun))}" for noun in nouns)


def build_noun(noun: type, row: list[Any], **readers: Callable[[Any], Any]) -> Any:
    """Return a noun from its row, the list of its fields in order; the named fields are read by their own readers."""
    values = []
    for name, item in zip(fields_of(noun), row, strict=True):
        reader = readers.get(name)
        values.append(reader(item) if reader is not None else tuple(item) if type(item) is list else item)
    return noun(*values)
