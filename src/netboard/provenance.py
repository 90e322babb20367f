"""What a result says of its own making: versions, input, build, and which column was read as what."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import netboard
from netboard.model.evidence import Knowledge
from netboard.model.result import SCHEMA_VERSION
from netboard.output import now_utc
from netboard.variants.reader import FileReading, SampleReading


def provenance(
    sample: SampleReading,
    reading: FileReading,
    knowledge: Knowledge,
    *,
    vcf: str,
    fasta: str | None,
    tables: Mapping[str, str | None],
) -> dict[str, Any]:
    """Return the provenance of one sample's result; of files the names alone are told, never their directories.

    ``vcf`` is the input (``-``: standard input), ``fasta`` what reference sequence is called, ``tables`` the
    paths of further files by what they hold.
    """
    return {
        "netboard_version": netboard.__version__,
        "schema_version": SCHEMA_VERSION,
        "knowledge_version": knowledge.version,
        "knowledge_hash": knowledge.hash,
        "knowledge_date": knowledge.date,
        "knowledge_overlays": list(knowledge.overlays),
        "created": now_utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "input": Path(vcf).name if vcf != "-" else "standard input",
        "input_sha256": reading.checksum or None,
        "build": reading.build,
        "build_basis": reading.build_basis,
        "tumour_column": _column(reading, sample.tumour_column),
        "normal_column": _column(reading, sample.normal_column),
        "role_basis": sample.role_basis,
        "callers": list(reading.header.callers),
        "annotations_read": sorted(reading.header.annotations),
        "fasta": fasta,
        **{name: Path(path).name if path else None for name, path in tables.items()},
    }


def _column(reading: FileReading, index: int | None) -> str | None:
    return None if index is None else reading.header.samples[index]
