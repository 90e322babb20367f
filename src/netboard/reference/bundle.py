"""A bundle: the panel's stretches of one or both builds as small files, with a manifest of checksums.

``DIR/manifest.json`` tells, for each build, the sequence file with its SHA-256, where it was cut from and which
genes it holds; ``DIR/sequences.BUILD.tsv.gz`` is of the same format as the packaged sequence (see
:func:`netboard.consequence.sequence.parse_stretches`). Nothing in it depends on the machine: the same FASTA
and panel give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import netboard
from netboard.consequence.sequence import KnownStretches, parse_stretches
from netboard.errors import ConfigError, InputError, KnowledgeError
from netboard.model.variant import BUILDS, Build
from netboard.reference.cut import Cut, GeneCut

MANIFEST = "manifest.json"
#: What a manifest says of itself; a later format has a higher number.
FORMAT, FORMAT_VERSION = "netboard reference bundle", 1
_HEADER = "#build\tchrom\tstart\tend\tgene\tsource\tbases"
_REMEDY = "Make the bundle anew with: netboard reference build."


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the bases of one build came from: the FASTA's name and size, and its contigs by chromosome."""

    fasta: str
    fasta_bytes: int
    contigs: Mapping[str, str]
    accessions: Mapping[str, str]
    #: How the bases agree with those packaged, in words.
    confirmed: str
    knowledge_version: str
    knowledge_hash: str
    gff3: str = ""


@dataclass(frozen=True, slots=True)
class BundledBuild:
    """One build of a bundle, as its manifest tells it."""

    build: Build
    file: str
    sha256: str
    bytes: int
    flank: int
    origin: Origin
    genes: Mapping[str, GeneCut]
    netboard_version: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was read: its manifest, and its bases by build."""

    path: Path
    builds: Mapping[Build, BundledBuild]
    sequences: Mapping[Build, KnownStretches]

    @property
    def digest(self) -> str:
        """SHA-256 over the checksums of its sequence files, to name it by."""
        sums = "\n".join(f"{build} {self.builds[build].sha256}" for build in sorted(self.builds))
        return hashlib.sha256(sums.encode()).hexdigest()


def is_bundle(path: Path) -> bool:
    """Whether ``path`` is the directory (or the manifest) of a bundle, or a directory that should be one."""
    return path.is_dir() or path.name == MANIFEST


def prepare(directory: Path) -> dict[Build, BundledBuild]:
    """Return the builds that stand in the bundle at ``directory`` already; it may be absent or empty.

    Raises
    ------
    ConfigError
        When something else is there.
    """
    if directory.is_dir() and not (directory / MANIFEST).is_file():
        if any(directory.iterdir()):
            raise ConfigError(
                "the directory holds files and no bundle",
                where=str(directory),
                remedy="Name an empty or a new directory with --out, so that nothing of yours is overwritten.",
            )
    elif directory.exists():
        if not directory.is_dir():
            raise ConfigError("is a file", where=str(directory), remedy="Name a directory with --out.")
        return dict(read_bundle(directory).builds)
    return {}


def write_build(
    staged: Path, cut: Cut, origin: Origin, standing: Mapping[Build, BundledBuild]
) -> BundledBuild:
    """Write the sequence file of one build and the manifest of all into ``staged``; return the build.

    ``standing`` are the builds that the bundle holds already; the same build is replaced.
    """
    text = "\n".join((_HEADER, *cut.rows)) + "\n"
    # No name and no time in the gzip header: the same bases give the same bytes.
    packed = gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0)
    name = f"sequences.{cut.build}.tsv.gz"
    (staged / name).write_bytes(packed)
    made = BundledBuild(
        build=cut.build,
        file=name,
        sha256=hashlib.sha256(packed).hexdigest(),
        bytes=len(packed),
        flank=cut.flank,
        origin=origin,
        genes=cut.genes,
        netboard_version=netboard.__version__,
    )
    builds = {**standing, cut.build: made}
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "builds": {build: asdict(builds[build]) for build in BUILDS if build in builds},
    }
    (staged / MANIFEST).write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return made


def read_bundle(path: Path) -> Bundle:
    """Return the bundle at ``path`` (its directory or its manifest), each file compared with its checksum.

    Raises
    ------
    InputError
        When it is no bundle, of a later format, or damaged.
    """
    directory = path.parent if path.name == MANIFEST else path
    builds = _manifest(directory / MANIFEST)
    sequences: dict[Build, KnownStretches] = {}
    for build, told in builds.items():
        file = directory / told.file
        try:
            packed = file.read_bytes()
        except OSError as error:
            raise InputError(
                f"a file of the bundle cannot be read ({error.strerror})", where=str(file), remedy=_REMEDY
            ) from None
        if hashlib.sha256(packed).hexdigest() != told.sha256:
            raise InputError(
                "a file of the bundle was changed or damaged (its SHA-256 is not that of the manifest)",
                where=str(file),
                remedy=_REMEDY,
            )
        try:
            sequences[build] = parse_stretches(packed, str(file))[build]
        except (ValueError, KnowledgeError) as error:
            raise InputError(
                f"a file of the bundle is damaged ({error})", where=str(file), remedy=_REMEDY
            ) from None
    return Bundle(directory, builds, sequences)


def _manifest(path: Path) -> dict[Build, BundledBuild]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError(
            "the directory is no bundle (it holds no manifest.json)",
            where=str(path.parent),
            remedy="Give a FASTA, or a directory that `netboard reference build` wrote.",
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"the manifest cannot be read ({error})", where=str(path), remedy=_REMEDY) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError("it is no manifest of a reference bundle", where=str(path), remedy=_REMEDY)
    if document.get("format_version") != FORMAT_VERSION:
        raise InputError(
            f"the bundle is of format {document.get('format_version')}, and this netboard reads {FORMAT_VERSION}",
            where=str(path),
            remedy="Update netboard, or make the bundle anew.",
        )
    try:
        return {
            build: _build(document["builds"][build], build) for build in BUILDS if build in document["builds"]
        }
    except (TypeError, KeyError, ValueError) as error:
        raise InputError(f"the manifest is damaged ({error})", where=str(path), remedy=_REMEDY) from None


def _build(given: dict[str, Any], build: Build) -> BundledBuild:
    genes = {
        gene: GeneCut(**{**told, "transcripts": tuple(told["transcripts"])})
        for gene, told in given["genes"].items()
    }
    made = BundledBuild(**{**given, "origin": Origin(**given["origin"]), "genes": genes})
    if made.build != build or "/" in made.file or not made.file.startswith("sequences."):
        raise ValueError(f"entry of {build}")
    return made
