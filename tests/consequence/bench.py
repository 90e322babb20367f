"""The panel of the reference tables with engines on both builds, for the tests of this room."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches, embedded
from netboard.knowledge.reference import read_alleles, read_transcripts
from netboard.model.variant import Build, Gene, Panel, SequenceProvider, Transcript

_TABLES = Path(__file__).resolve().parents[2] / "annotations" / "reference"


@cache
def panel(*, with_alleles: bool = True) -> Panel:
    genes = {
        symbol: Gene(symbol, symbol, "", transcripts=models)
        for symbol, models in read_transcripts(_TABLES / "transcripts.tsv").items()
    }
    alleles = read_alleles(_TABLES / "alleles.tsv") if with_alleles else ()
    return Panel(genes, alleles, str(_TABLES / "sequences.tsv.gz"))


@cache
def bases(build: Build) -> SequenceProvider:
    return embedded(panel(), build)


@cache
def engine(build: Build, *, with_alleles: bool = True, hidden: bool = False) -> ConsequenceEngine:
    sequence = KnownStretches(build, ()) if hidden else bases(build)
    return ConsequenceEngine(panel(with_alleles=with_alleles), build, sequence, {})


@cache
def embedded_models(build: Build) -> tuple[Transcript, ...]:
    """The first model of each gene whose coding sequence is embedded."""
    found = []
    for gene in panel().genes.values():
        model = gene.models(build)[0]
        assert model.cds_start is not None and model.cds_end is not None
        parts = [(max(a, model.cds_start), min(b, model.cds_end)) for a, b in model.exons]
        if all(bases(build).base(model.chrom, a, b) for a, b in parts if a < b):
            found.append(model)
    return tuple(found)
