"""What ``--fasta`` names, opened for a run: a FASTA or a bundle, its build confirmed on bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netboard.consequence.sequence import KnownStretches, Layered, embedded
from netboard.errors import BuildError
from netboard.model.variant import BUILDS, Build, Panel, SequenceProvider
from netboard.reference.agreement import Agreement, confirm, told_by_bases
from netboard.reference.bundle import MANIFEST, Bundle, is_bundle, read_bundle
from netboard.reference.fasta import FastaSequence, UntoldBuild


@dataclass(frozen=True, slots=True)
class Reference:
    """The bases that a user gives, by build.

    ``name`` says in an output what was used. ``bundle`` and ``fasta`` are the thing itself, one of them None.
    """

    path: str
    name: str
    sequences: Mapping[Build, SequenceProvider]
    bundle: Bundle | None = None
    fasta: FastaSequence | None = None
    #: How the bases of each build agree with the packaged ones.
    agreement: Mapping[Build, Agreement] = field(default_factory=dict)

    def require(self, build: Build) -> None:
        """Make sure that bases of ``build`` were given.

        Raises
        ------
        BuildError
            When they are of the other build.
        """
        if build in self.sequences:
            return
        held = " and ".join(self.sequences)
        if self.bundle is not None:
            raise BuildError(
                f"the bundle holds {held} and the variants are {build}",
                where=self.path,
                remedy=f"Add {build} to it: netboard reference build --fasta {build}.fa --out {self.bundle.path}.",
            )
        raise BuildError(
            f"the FASTA is {held} and the variants are {build}",
            where=self.path,
            remedy=f"Give the {build} reference; builds are never mixed.",
        )

    def lacking(self, panel: Panel, build: Build) -> tuple[str, ...]:
        """Return the panel's genes that a bundle does not hold on ``build``, sorted; none for a FASTA."""
        if self.bundle is None or build not in self.bundle.builds:
            return ()
        held = self.bundle.builds[build].genes
        return tuple(
            sorted(g.symbol for g in panel.genes.values() if g.models(build) and g.symbol not in held)
        )


def known_sequences(panel: Panel) -> dict[Build, KnownStretches]:
    """Return the packaged sequence of both builds."""
    return {build: embedded(panel, build) for build in BUILDS}


def stamp_of(path: str) -> int:
    """Return when what ``path`` names last changed (nanoseconds), 0 where there is nothing."""
    place = Path(path) / MANIFEST if Path(path).is_dir() else Path(path)
    return place.stat().st_mtime_ns if place.is_file() else 0


def open_reference(path: str, known: Mapping[Build, KnownStretches], asked: Build | None = None) -> Reference:
    """Open a FASTA (plain or bgzipped) or a bundle, and confirm its build on the bases in ``known``.

    ``asked`` is the build that the user says; of a bundle it picks nothing, since each build has its own file.

    Raises
    ------
    InputError
        When the file cannot be used.
    BuildError
        When its build cannot be told, or its bases are not of it.
    """
    if is_bundle(Path(path)):
        bundle = read_bundle(Path(path))
        agreement = {build: confirm(given, known, path) for build, given in bundle.sequences.items()}
        name = f"{bundle.path.resolve().name} (bundle, SHA-256 {bundle.digest[:16]})"
        return Reference(path, name, bundle.sequences, bundle=bundle, agreement=agreement)
    fasta = _fasta(path, known, asked)
    agreed = confirm(fasta, known, path)
    return Reference(
        path, Path(path).name, {fasta.build: fasta}, fasta=fasta, agreement={fasta.build: agreed}
    )


def _fasta(path: str, known: Mapping[Build, KnownStretches], asked: Build | None) -> FastaSequence:
    try:
        return FastaSequence(path, asked)
    except UntoldBuild:
        # Chromosomes that are cut or padded: the packaged bases tell, where they lie at their places.
        tried = {build: FastaSequence(path, build) for build in BUILDS}
        told = told_by_bases(tried, known)
        if told is None:
            raise
        return tried[told]


def layered(known: Mapping[Build, KnownStretches], given: Reference | None) -> dict[Build, SequenceProvider]:
    """Return what is known of each build: the packaged sequence, and what the user gave behind it."""
    if given is None:
        return dict(known)
    return {
        build: Layered(own, given.sequences[build]) if build in given.sequences else own
        for build, own in known.items()
    }
