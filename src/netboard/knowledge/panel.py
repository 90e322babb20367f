"""The panel alone: what finds variants needs its genes and alleles, none of the statements about them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

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
    content = content_hash([root])
    panel = _read_panel(content)
    if panel is None:
        from netboard.knowledge.load import load

        panel = load().panel
        write_stored(_name(content), encode_panel(replace(panel, sequence_file=None)))
    return replace(panel, sequence_file=sequence_file_of(root))


def _read_panel(content: str) -> Panel | None:
    data = read_stored(_name(content))
    try:
        return None if data is None else panel_of(data)
    except (ValueError, TypeError, LookupError):
        return None


def _name(content: str) -> str:
    text = f"{__version__}\n{content}\n{shape_of(PANEL_NOUNS)}"
    return f"panel-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


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
