"""The numbered list of sources at the end of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Identifier:
    """A PMID, DOI or NCT number as text, with the address a reader may follow (empty: none)."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One source with its number in this report."""

    number: int
    citation: str
    identifiers: tuple[Identifier, ...]
    #: Said when the identifier was not verified against its title, or the source is unknown here.
    remark: str


class References:
    """Numbers sources in the order in which a report first cites them."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._numbers: dict[str, int] = {}

    def cite(self, sources: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of ``sources``, giving new ones where they are cited for the first time."""
        return tuple(self._numbers.setdefault(key, len(self._numbers) + 1) for key in dict.fromkeys(sources))

    def listed(self) -> tuple[Reference, ...]:
        """Return every cited source in order of its number."""
        return tuple(_reference(number, key, self._known.get(key)) for key, number in self._numbers.items())


def _reference(number: int, key: str, known: Mapping[str, Any] | None) -> Reference:
    if known is None:
        return Reference(number, key, (), "not among the sources stored with this result")
    identifiers = []
    if known.get("pmid"):
        pmid = str(known["pmid"])
        identifiers.append(Identifier(f"PMID {pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid)}/"))
    if known.get("doi"):
        doi = str(known["doi"])
        identifiers.append(Identifier(f"doi:{doi}", f"https://doi.org/{quote(doi)}"))
    if known.get("nct"):
        identifiers.append(trial_identifier(str(known["nct"])))
    url = str(known.get("url") or "")
    if url and not identifiers:
        # A laboratory's own source may name any address; only a web address becomes a link.
        identifiers.append(Identifier(url, url if url.startswith(("https://", "http://")) else ""))
    remark = "" if identifiers else "identifier open"
    if identifiers and not known.get("verified"):
        remark = "identifier not verified"
    return Reference(number, str(known.get("citation") or key), tuple(identifiers), remark)


def trial_identifier(nct: str) -> Identifier:
    """Return a registry number with the address of its record."""
    return Identifier(nct, f"https://clinicaltrials.gov/study/{quote(nct)}")
