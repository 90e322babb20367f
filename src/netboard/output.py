"""Writing that leaves no half-written file behind.

A file is written beside its place under a temporary name and renamed into place once complete, so
that a reader sees either the whole file or none. Several files that belong together are staged in a
directory first (:class:`Staging`).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from netboard.errors import ConfigError

_UNSAFE = re.compile(r"[^\w.+=@-]+")


def safe_name(text: str) -> str:
    """Return ``text`` as one path component that is safe on every file system.

    Letters of any script stay. Unsafe runs become ``_`` and a digest of the text is added, so that two names
    never become one; a leading dot or dash is guarded, so that neither a hidden file nor an option-like name
    arises.

    Raises
    ------
    ConfigError
        When nothing usable is left.
    """
    plain = unicodedata.normalize("NFC", text.strip())
    name = _UNSAFE.sub("_", plain)
    if name.startswith((".", "-")):
        name = "_" + name
    if not name.strip("._-+=@"):
        raise ConfigError(
            f"sample name {text!r} holds no letter or digit",
            remedy="Give it a name with --sample-sheet, or rename the sample in the VCF header.",
        )
    if name != plain or len(name) > 100:
        digest = hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:8]
        name = f"{name[:90]}-{digest}"
    return name


def now_utc() -> datetime:
    """Return the time to be printed: now, or ``SOURCE_DATE_EPOCH`` for reproducible outputs."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(epoch) if epoch.isdigit() else int(time.time())
    return datetime.fromtimestamp(seconds, tz=UTC)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path`` whole or not at all; parent directories are made."""
    with atomic_path(path) as aside:
        if isinstance(content, bytes):
            aside.write_bytes(content)
        else:
            aside.write_text(content, encoding="utf-8", newline="\n")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it into place when the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


class Staging:
    """A directory whose files appear under ``final`` all together.

    Files of an earlier run under ``final`` are replaced one by one only after every new file is
    complete; when the block fails, ``final`` is untouched. With ``replace`` a directory of an earlier
    run goes away whole, so that no file of a sample that has left the sheet stays behind.
    """

    def __init__(self, final: Path, *, replace: bool = False) -> None:
        self.final = final
        self._replace = replace
        self._aside: Path | None = None

    def __enter__(self) -> Path:
        self.final.parent.mkdir(parents=True, exist_ok=True)
        self._aside = Path(
            tempfile.mkdtemp(prefix=f".{self.final.name[:60]}.", suffix=".part", dir=self.final.parent)
        )
        return self._aside

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._aside is not None
        try:
            if kind is None:
                self._publish(self._aside)
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)

    def _publish(self, aside: Path) -> None:
        aside.chmod(0o777 & ~_umask())
        if self._replace and self.final.is_dir():
            old = Path(
                tempfile.mkdtemp(prefix=f".{self.final.name[:60]}.", suffix=".old", dir=self.final.parent)
            )
            self.final.rename(old / "old")
            aside.rename(self.final)
            shutil.rmtree(old, ignore_errors=True)
            return
        if not self.final.exists():
            aside.rename(self.final)
            return
        for source in sorted(p for p in aside.rglob("*") if p.is_file()):
            target = self.final / source.relative_to(aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
