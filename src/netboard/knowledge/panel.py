"""The panel alone: what finds variants needs its genes and alleles, none of the statements about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, overload

from netboard import __version__
from netboard.knowledge.content import annotations_dir, content_hash, sequence_file_of
from netboard.knowledge.stored import build_noun, fields_of, read_stored, shape_of, write_stored
from netboard.model.variant import Gene, Interval, KnownAllele, Panel, Promoter, Transcript

PANEL_NOUNS = (Gene, Interval, KnownAllele, Panel, Promoter, Transcript)


def load_panel() -> Panel:
    """Return the panel of the packaged knowledge.

    Raises
    ------
    KnowledgeError
        As :func:`netboard.knowledge.load.load`.
    """
    root = annotations_dir()
    key = _key(content_hash([root]))
    data = read_stored(f"panel-{key}")
    try:
        panel = None if data is None else panel_of(data)
    except (ValueError, TypeError, LookupError):
        panel = None
    if panel is None:
        panel = _from_knowledge()
        write_stored(f"panel-{key}", encode_panel(replace(panel, sequence_file=None, alleles=())))
        write_stored(f"alleles-{key}", encode_panel(panel.alleles))
    return replace(panel, sequence_file=sequence_file_of(root), alleles=_StoredAlleles(key))


def _from_knowledge() -> Panel:
    from netboard.knowledge.load import load

    return load().panel


class _StoredAlleles(Sequence[KnownAllele]):
    """The recurrent alleles, read when they are first asked for: most files hold no record that asks."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._alleles: Sequence[KnownAllele] | None = None

    def _all(self) -> Sequence[KnownAllele]:
        if self._alleles is None:
            data = read_stored(f"alleles-{self._key}")
            try:
                self._alleles = [KnownAllele(*row) for row in data]
            except TypeError:
                # Not stored, or not as this version would.
                self._alleles = _from_knowledge().alleles
        return self._alleles

    @overload
    def __getitem__(self, index: int) -> KnownAllele: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[KnownAllele]: ...
    def __getitem__(self, index: int | slice) -> KnownAllele | Sequence[KnownAllele]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())


def _key(content: str) -> str:
    text = f"{__version__}\n{content}\n{shape_of(PANEL_NOUNS)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def encode_panel(value: Any) -> Any:
    """Return a panel or a part of one as lists, mappings and scalars; :func:`panel_of` reads it."""
    if type(value) in PANEL_NOUNS:
        return [encode_panel(getattr(value, name)) for name in fields_of(type(value))]
    if isinstance(value, tuple | list):
        return [encode_panel(item) for item in value]
    if isinstance(value, dict):
        return {str(name): encode_panel(item) for name, item in value.items()}
    return value


def panel_of(row: list[Any]) -> Panel:
    """Return the panel that was encoded.

    Raises
    ------
    ValueError, TypeError, LookupError
        When ``row`` is not of that shape.
    """
    return build_noun(  # type: ignore[no-any-return]
        Panel,
        row,
        genes=lambda genes: {symbol: _gene(gene) for symbol, gene in genes.items()},
        alleles=lambda alleles: tuple([KnownAllele(*allele) for allele in alleles]),
    )


def _gene(row: list[Any]) -> Gene:
    return build_noun(  # type: ignore[no-any-return]
        Gene,
        row,
        transcripts=lambda rows: tuple(_transcript(item) for item in rows),
        promoters=lambda rows: tuple(Promoter(build, Interval(*span)) for build, span in rows),
    )


def _transcript(row: list[Any]) -> Transcript:
    return build_noun(  # type: ignore[no-any-return]
        Transcript, row, exons=lambda exons: tuple([(start, end) for start, end in exons])
    )
