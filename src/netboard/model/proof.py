"""The proof of a clause: its value with all that stands behind it, and what would settle an unknown."""

from __future__ import annotations

from dataclasses import dataclass

from netboard.model.evidence import Truth


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a clause has its value: the clause in words, value, code, what shows it, what would settle it.

    ``because`` holds finding ids or sentences; ``needs`` names the one test or field that would settle
    an unknown; ``flags`` are warnings beside the value.
    """

    clause: str
    value: Truth
    code: str
    because: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    children: tuple[Proof, ...] = ()
