"""A variant file in, the panel's variants of each tumour sample out.

The order of the steps, and why: the header first (samples, build, annotation); then one scan for the lines
of the panel on both builds; then the REF bases of those lines, which decide or confirm the build before
anything is read as an allele; then, line by line, the alleles of each sample. Both builds are scanned for
even where the header tells one, since the records of a header that lies would miss the panel in silence.

Guarantees: the same records as a plain filter over all lines. A record whose REF begins at most 10,000
bases before a padded gene and reaches into it is found; structural records (with SVTYPE, SVLEN or SVCLAIM)
are found whatever their length, and by their mate. Lines that do not concern the panel are not parsed
beyond CHROM and POS (see ``sieve``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from netboard.errors import BuildError, InputError
from netboard.model.variant import (
    BUILDS,
    Build,
    CopyNumber,
    Counts,
    Interval,
    Panel,
    Rearrangement,
    RefCheck,
    SequenceProvider,
    Variant,
)
from netboard.variants.build import Place, Votes, confirm, count_votes, decide, doubt
from netboard.variants.found import Scanned
from netboard.variants.gather import Gathering, targets_of
from netboard.variants.header import HeaderFacts, build_of_contigs
from netboard.variants.records import place_of
from netboard.variants.roles import assign_roles
from netboard.variants.rows import Packed, order_of
from netboard.variants.samples import Collector, RowMaker
from netboard.variants.scan import scan
from netboard.variants.source import Opened, open_source, sha256_of
from netboard.variants.targets import TargetSet


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file.

    ``tumour`` is a sample name, a comma-separated list or ``all``; ``normal`` a sample name; ``sample_name``
    renames the one tumour sample. ``on_skip`` is called with one sentence per skipped panel record.
    ``threads`` is the number of processes (None: as many as cores); ``checksum`` False leaves the digest out.
    ``count`` False leaves records and line numbers uncounted. With ``row`` each variant becomes a line of a
    table and no :class:`~netboard.model.variant.Variant` is made.
    """

    build: Build | None = None
    tumour: str | None = None
    normal: str | None = None
    sample_name: str | None = None
    on_skip: Callable[[str], None] | None = None
    threads: int | None = None
    use_index: bool = True
    checksum: bool = True
    count: bool = True
    row: RowMaker | None = None


@dataclass(frozen=True)
class SampleReading:
    """One tumour sample: where its columns are, why, and what was found.

    ``tumour_column`` and ``normal_column`` count the sample columns from 0; None where there is none.
    """

    name: str
    tumour_column: int | None
    normal_column: int | None
    role_basis: str
    matched_normal: bool
    variants: tuple[Variant, ...]
    copy_numbers: tuple[CopyNumber, ...]
    rearrangements: tuple[Rearrangement, ...]
    counts: Counts
    #: The variants as sorted lines of a table, instead of ``variants``, where rows were asked for.
    rows: Packed = field(default_factory=Packed)
    #: Stretches of panel records that could not be read for this sample (0-based half-open), each with the
    #: class of event that it leaves open.
    unread: tuple[tuple[Interval, str], ...] = ()


@dataclass(frozen=True)
class FileReading:
    """A file, read. ``records`` is None where an index was used that does not count them."""

    path: str
    build: Build
    build_basis: str
    header: HeaderFacts
    samples: tuple[SampleReading, ...]
    ref_check: RefCheck
    records: int | None
    contigs_seen: tuple[str, ...]
    warnings: tuple[str, ...]
    #: SHA-256 of the input's bytes, ``""`` when not asked for.
    checksum: str
    #: How the file was read: ``index``, ``ranges``, ``stream`` or ``bcf``.
    how: str = ""
    #: Whether the few bases that can be compared speak for the other build.
    build_in_doubt: bool = False


def read_file(
    path: str,
    panel: Panel,
    sequences: Mapping[Build, SequenceProvider],
    options: ReadOptions | None = None,
) -> FileReading:
    """Read the panel's variants from a VCF, VCF.gz or BCF (``-``: standard input).

    Raises
    ------
    InputError
        The file is empty, damaged, truncated, no VCF, holds a malformed record, or none of its contigs is a
        chromosome.
    BuildError, ReferenceMismatch
        The build cannot be told, contradicts itself, or the REF bases are not its own.
    ConfigError
        Tumour and normal cannot be told apart, or an option names no sample.
    """
    options = options or ReadOptions()
    opened = open_source(path, options.checksum)
    try:
        return _read(opened, path, panel, sequences, options)
    finally:
        opened.close()


def _read(
    opened: Opened, path: str, panel: Panel, sequences: Mapping[Build, SequenceProvider], options: ReadOptions
) -> FileReading:
    header, where = opened.header, opened.where
    roles = assign_roles(
        header, where, tumour=options.tumour, normal=options.normal, sample_name=options.sample_name
    )
    if not header.samples:
        roles = (replace(roles[0], name=options.sample_name or name_of_file(path)),)
    told, basis = _told_build(header, options, where)
    columns = 9 + len(header.samples) if header.samples else 8

    targets = _scanned_targets(panel, told)

    def gathering(build: Build) -> Gathering:
        row, on_skip = options.row, options.on_skip
        return Gathering(
            panel, build, sequences, header, roles, where, on_skip=on_skip, row=row, scanned=targets
        )

    scanning = partial(
        scan, opened, targets, threads=options.threads, use_index=options.use_index, count=options.count
    )
    # Rows without line numbers can be made by the processes that find the lines.
    early = told and options.row and not (options.count or options.on_skip)
    scanned = scanning(gather=partial(gathering, told) if told and early else None)
    _require_known_contig(scanned, where)
    state: Gathering | None = None
    if told and scanned.gathered is not None:
        state = gathering(told)
        if not state.add(scanned.gathered):
            # Only ranges of a file may not add up, and a file can be read again.
            scanned, state = scanning(), None
    if told and state is None and not options.on_skip:
        state = _read_through(gathering(told), scanned)
    votes = state.votes if state else count_votes(_places(scanned, where, columns), sequences)
    build, basis, ref_check, doubts = _settle_build(scanned, told, basis, header, where, votes)
    state = state or _read_through(gathering(build), scanned)
    # Records of the other build's exons have done their work: the count is of this panel's records.
    ref_check = replace(ref_check, unverifiable=state.unverifiable)
    scanned.close()
    annotations, warnings = state.annotations.settled()
    facts = replace(header, annotations=annotations)
    foreign = (
        [f"contig lengths of the header are of neither build ({header.foreign})"] if header.foreign else []
    )
    return FileReading(
        path=path,
        build=build,
        build_basis=basis,
        header=facts,
        samples=tuple(_sample(c, state.in_targets, scanned) for c in state.collectors),
        ref_check=ref_check,
        records=scanned.records,
        contigs_seen=scanned.contigs,
        warnings=(*header.warnings, *foreign, *doubts, *scanned.warnings, *warnings),
        checksum=_checksum(opened, options),
        how=scanned.how,
        build_in_doubt=bool(doubts),
    )


def _scanned_targets(panel: Panel, told: Build | None) -> TargetSet:
    """Return what is scanned for: the panel on the told build and its exons on the other, or both panels.

    Exons are where reference bases are known; records there show whose genome the file is of.
    """
    if told is None:
        return targets_of(panel, BUILDS)
    exons = (
        (model.chrom, start, end)
        for gene in panel.genes.values()
        for model in gene.transcripts
        if model.build != told
        for start, end in model.exons
    )
    return TargetSet(targets_of(panel, (told,)).intervals(), exons)


def _read_through(state: Gathering, scanned: Scanned) -> Gathering:
    for number, line in scanned.lines():
        state.take(number, line)
    state.settle()
    return state


def name_of_file(path: str) -> str:
    """Return what a sample is called after its file: the name without the endings of VCF and BCF."""
    if path == "-":
        return "stdin"
    name = Path(path).name
    for suffix in (".gz", ".bgz", ".vcf", ".bcf"):
        name = name[: -len(suffix)] if name.lower().endswith(suffix) else name
    return name or "sample"


def _checksum(opened: Opened, options: ReadOptions) -> str:
    if not options.checksum:
        return ""
    if opened.digest is not None:
        return opened.digest.hexdigest()
    return sha256_of(opened.path) if opened.path is not None and opened.path.exists() else ""


def _told_build(header: HeaderFacts, options: ReadOptions, where: str) -> tuple[Build | None, str]:
    """Return the build that option and header tell, and by what."""
    if options.build is None and header.foreign:
        raise BuildError(
            f"the header's contig lengths are of neither GRCh37 nor GRCh38 ({header.foreign})",
            where=where,
            remedy="netboard reads human GRCh37 and GRCh38 only; if the records are of one of them, give --build",
        )
    if options.build is None:
        return header.build, f"the header says so: {header.build_basis}" if header.build else ""
    if header.build is not None and header.build != options.build:
        raise BuildError(
            f"--build says {options.build}, but {header.build_basis} says {header.build}",
            where=where,
            remedy=f"Leave --build out, or mend the header if the records really are of {options.build}",
        )
    return options.build, "given by --build"


def _require_known_contig(scanned: Scanned, where: str) -> None:
    if scanned.known_contig or not scanned.contigs:
        return
    shown = ", ".join(scanned.contigs[:5]) + (", ..." if len(scanned.contigs) > 5 else "")
    raise InputError(
        f"none of its contigs is a human chromosome by any known name ({shown})",
        where=where,
        remedy="Rename them to 1..22, X, Y (or chr1.., NC_000001.11..), for instance with "
        "`bcftools annotate --rename-chrs`",
    )


def _settle_build(
    scanned: Scanned,
    told: Build | None,
    basis: str,
    header: HeaderFacts,
    where: str,
    votes: Mapping[Build, Votes],
) -> tuple[Build, str, RefCheck, list[str]]:
    """Decide or confirm the build on accessions and REF bases of the lines found; return doubts too."""
    by_name, name_basis, _ = build_of_contigs(dict.fromkeys(scanned.contigs), where)
    if told is not None and by_name is not None and by_name != told:
        raise BuildError(
            f"{basis}, but the contigs of its records are accessions of {by_name} ({name_basis})",
            where=where,
            remedy=f"Give --build {by_name} and a header of that build",
        )
    build = told
    if build is None and by_name is not None:
        build, basis = by_name, "the accessions of the records' contigs"
    if build is None:
        build, basis = decide(votes, where, header.hint)
    check = confirm(build, basis, votes, where)
    doubts = [text for text in [doubt(build, votes)] if text]
    if told is not None:
        basis += _confirmation(check)
    return build, basis, check, doubts


def _confirmation(check: RefCheck) -> str:
    if check.agree:
        return f"; confirmed by the REF bases of {check.agree} records"
    return "; no record lies in known sequence, so the bases could not confirm it"


def _places(scanned: Scanned, where: str, columns: int) -> Iterator[Place]:
    for number, line in scanned.lines():
        yield place_of(line, number, where, columns)


def _sample(c: Collector, in_targets: int, scanned: Scanned) -> SampleReading:
    basis, found = c.role.basis, c.found
    if found.merged_normal:
        basis += "; tumour and normal stand in this one column"
    return SampleReading(
        name=c.role.name,
        tumour_column=c.role.tumour,
        normal_column=c.role.normal,
        role_basis=basis,
        matched_normal=c.role.matched_normal or found.merged_normal,
        variants=tuple(sorted(found.variants, key=lambda v: order_of((v.chrom, v.start, v.ref, v.alt)))),
        copy_numbers=tuple(found.copy_numbers),
        rearrangements=tuple(found.rearrangements),
        counts=c.counts(scanned.records, in_targets, scanned.contigs),
        rows=found.packed,
        unread=tuple((Interval(chrom, start, end), scope) for chrom, start, end, scope in found.unread),
    )
