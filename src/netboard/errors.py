"""Errors that a user can act on.

Every error that reaches a user is one sentence that says *where* (file, line or record), *what* is
wrong and *how to mend it*. The command line prints that sentence and nothing else; exit codes
follow the class (1: the input or configuration is wrong, 2: usage, 3: an internal fault).
"""

from __future__ import annotations


class NetboardError(Exception):
    """A fault with a place and a remedy.

    Parameters
    ----------
    what
        What is wrong, as a clause without a final full stop.
    where
        File, ``file:line``, record or option; empty when there is no place to name.
    remedy
        What the user can do about it; empty only when nothing can be done.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f". {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{mend}"

    def __reduce__(self) -> tuple[object, ...]:
        # Worker processes hand errors to the parent by pickling; keyword-only arguments need help.
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(kind: type[NetboardError], what: str, where: str, remedy: str) -> NetboardError:
    return kind(what, where=where, remedy=remedy)


class InputError(NetboardError):
    """A variant file, segment file, BED or FASTA cannot be used."""


class BuildError(InputError):
    """The genome build cannot be told, or the file's bases are of another build."""


class ReferenceMismatch(BuildError):
    """The REF of a record is not the base of the genome."""


class ConfigError(NetboardError):
    """An option, sample sheet or assay declaration is wrong."""


class KnowledgeError(NetboardError):
    """A file of the knowledge base is wrong; ``where`` is ``file:line``."""


class UsageError(NetboardError):
    """The command line itself is wrong."""

    exit_code = 2
