"""What is packaged with the panel, gene by gene."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from netboard.model.variant import BUILDS, Build, Panel


@dataclass(frozen=True, slots=True)
class PackagedGene:
    """Stretches of one gene on one build, with the accessions that they came from."""

    build: Build
    gene: str
    transcripts: tuple[str, ...]
    source: str
    stretches: int
    bases: int


def packaged_genes(panel: Panel) -> tuple[PackagedGene, ...]:
    """Return the genes whose sequence is packaged, by build and symbol."""
    if panel.sequence_file is None:
        return ()
    text = zlib.decompress(Path(panel.sequence_file).read_bytes(), wbits=31).decode("ascii")
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            build, _, start, end, gene, source, _ = line.split("\t")
            found.setdefault((build, gene), []).append((source, int(end) - int(start)))
    return tuple(
        PackagedGene(
            build=build,
            gene=symbol,
            transcripts=tuple(m.accession for m in panel.genes[symbol].models(build))
            if symbol in panel.genes
            else (),
            source=",".join(dict.fromkeys(source for source, _ in found[build, symbol])),
            stretches=len(found[build, symbol]),
            bases=sum(bases for _, bases in found[build, symbol]),
        )
        for build in BUILDS
        for symbol in sorted({gene for told, gene in found if told == build})
    )
