"""Fixtures of this room: the invented panel, and the real one where shared data are."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from netboard.model.variant import Build, Gene, Panel, Transcript
from variants.kit import SEQUENCES, Bases, small_panel


@pytest.fixture(scope="session")
def panel() -> Panel:
    return small_panel()


@pytest.fixture(scope="session")
def sequences() -> dict[Build, Bases]:
    return SEQUENCES


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes text or bytes to a file of the given name and returns its path."""

    def write_file(content: str | bytes, name: str = "in.vcf") -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_file


@pytest.fixture(scope="session")
def real_panel(shared_dir: Path) -> Panel:
    """Return the genes of the shared transcript table."""
    models: dict[str, list[Transcript]] = {}
    with (shared_dir / "knowledge" / "panel_transcripts.tsv").open() as table:
        for row in csv.DictReader(table, delimiter="\t"):
            starts = [int(s) - 1 for s in row["exon_starts"].rstrip(",").split(",")]
            ends = [int(e) for e in row["exon_ends"].rstrip(",").split(",")]
            build: Build = "GRCh37" if row["build"] == "GRCh37" else "GRCh38"
            model = Transcript(
                row["gene"],
                build,
                row["refseq"],
                row["chrom"],
                1 if row["strand"] == "+" else -1,
                tuple(zip(starts, ends, strict=True)),
                int(row["cds_start"]) - 1,
                int(row["cds_end"]),
            )
            models.setdefault(row["gene"], []).append(model)
    genes = {
        s: Gene(symbol=s, name=s, hgnc_id="HGNC:0", transcripts=tuple(found)) for s, found in models.items()
    }
    return Panel(genes=genes, alleles=())


@pytest.fixture(scope="session")
def real_sequences(shared_dir: Path) -> dict[Build, Bases]:
    stretches: dict[Build, list[tuple[str, int, str]]] = {"GRCh37": [], "GRCh38": []}
    with gzip.open(shared_dir / "knowledge" / "panel_sequences.fa.gz", "rt") as fasta:
        for record in fasta.read().split(">")[1:]:
            title, _, text = record.partition("\n")
            build, chrom, span = title.split()[0].split(":")
            own: Build = "GRCh37" if build == "GRCh37" else "GRCh38"
            stretches[own].append((chrom, int(span.split("-")[0]) - 1, text.replace("\n", "").upper()))
    return {build: Bases(build, found) for build, found in stretches.items()}
