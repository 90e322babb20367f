"""Genomes that the tests of this room share; see ``fixtures/genomes.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.genomes import panel_genome, ucsc, write_fasta
from netboard.consequence.sequence import KnownStretches
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build


@pytest.fixture(scope="session")
def genomes(knowledge: Knowledge) -> dict[Build, KnownStretches]:
    """Return the bases around every panel gene on both builds."""
    return {build: panel_genome(knowledge.panel, build) for build in BUILDS}


@pytest.fixture(scope="session")
def fastas(
    genomes: dict[Build, KnownStretches], tmp_path_factory: pytest.TempPathFactory
) -> dict[Build, Path]:
    """Return whole genomes with an index: GRCh37 in lines of 60 bases, GRCh38 in one line per chromosome."""
    place = tmp_path_factory.mktemp("genomes")
    return {
        build: write_fasta(place / f"{build}.fa", genomes[build], naming=ucsc, width=width)
        for build, width in (("GRCh37", 60), ("GRCh38", 0))
    }
