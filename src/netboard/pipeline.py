"""One variant file to interpretations: the only place where the rooms are joined.

``scan -> records -> normalise -> support -> consequence -> events -> (assessed, origin) -> rules ->
Interpretation``. The panel is built by the knowledge base and passed to the reader and the engine;
those rooms know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from netboard.assay import check_build, describe, read_assay
from netboard.consequence.engine import ConsequenceEngine
from netboard.errors import ConfigError, InputError
from netboard.interpret.assessed import coverage
from netboard.interpret.events import (
    finding_of,
    non_coding_of,
    split_effects,
)
from netboard.interpret.sample import SampleInput, interpret
from netboard.interpret.settings import Settings
from netboard.interpret.shortfalls import build_in_doubt, of_segments, without_unread
from netboard.interpret.structural import copy_number_findings, rearrangement_findings
from netboard.model.evidence import Knowledge
from netboard.model.facts import Coverage
from netboard.model.result import Context, Finding, Interpretation, NonCoding
from netboard.model.variant import Assay, Build, CopyNumber, Panel, Rearrangement
from netboard.output import now_utc
from netboard.provenance import provenance
from netboard.reference.opened import Reference, known_sequences, layered, open_reference, stamp_of
from netboard.variants.contigs import chromosome
from netboard.variants.population import read_population, with_frequencies
from netboard.variants.reader import FileReading, ReadOptions, SampleReading, name_of_file, read_file

#: Column names that say a role and no identity: the file's name is used instead.
_GENERIC_NAMES = frozenset({"TUMOR", "TUMOUR", "T", "SAMPLE", "SAMPLE1", "DEFAULT", "UNKNOWN", "NORMAL"})


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """What the user asks of one variant file.

    ``vcf`` is a path or ``-``; ``tumour`` names the tumour's column (or a comma list, or ``all``);
    ``sample`` names the result when the file holds one tumour sample. ``assay`` is ``genome``,
    ``exome`` or a YAML path; ``fasta`` a reference genome, or a bundle cut out of one; ``purity`` stands in
    ``context``.
    """

    vcf: str
    sample: str | None = None
    build: Build | None = None
    tumour: str | None = None
    normal: str | None = None
    context: Context = field(default_factory=Context)
    assay: str | None = None
    targets: str | None = None
    fasta: str | None = None
    segments: str | None = None
    #: Fusions of an RNA caller (``variants.fusions``).
    fusions: str | None = None
    #: Table of population frequencies (``variants.population``).
    population: str | None = None
    #: Place to name in an error about this request, for instance ``samples.tsv:3``.
    where: str = ""


def interpret_file(
    request: SampleRequest,
    knowledge: Knowledge,
    settings: Settings,
    *,
    on_skip: Callable[[str], None] | None = None,
) -> list[Interpretation]:
    """Return the interpretation of each tumour sample of one file.

    ``on_skip`` is told each panel record that is left out, with its reason.

    Raises
    ------
    NetboardError
        When the file, the assay or a companion file cannot be used; nothing is returned then.
    """
    reading = read_variants(request, knowledge.panel, on_skip=on_skip)
    names = sample_names(request, reading)
    own = request.segments or request.fusions
    if own is not None and len(reading.samples) > 1:
        kind = "segment" if request.segments is not None else "fusion"
        raise ConfigError(
            f"one {kind} file cannot serve {len(reading.samples)} samples",
            where=own,
            remedy="Name the tumour with --tumour, or give each sample its own row in a sample sheet.",
        )
    return [
        interpret_sample(reading, sample, name, request, knowledge, settings)
        for sample, name in zip(reading.samples, names, strict=True)
    ]


def read_variants(
    request: SampleRequest, panel: Panel, *, on_skip: Callable[[str], None] | None = None
) -> FileReading:
    """Return the panel variants of one file, with its build confirmed on REF bases."""
    path = Path(request.vcf)
    if request.vcf != "-" and (not path.exists() or path.is_dir()):
        what = "is a directory, not a file" if path.is_dir() else "no such file"
        raise InputError(what, where=request.where or request.vcf, remedy=f"Check the path {request.vcf}.")
    options = ReadOptions(
        build=request.build,
        tumour=request.tumour,
        normal=request.normal,
        on_skip=on_skip,
    )
    given = reference_of(request, panel)
    reading = read_file(request.vcf, panel, layered(known_sequences(panel), given), options)
    if given is not None:
        given.require(reading.build)
    return reading


def reference_of(request: SampleRequest, panel: Panel) -> Reference | None:
    """Return the FASTA or bundle of a request, its build confirmed on the packaged sequence; None without."""
    if request.fasta is None:
        return None
    return _reference(request.fasta, stamp_of(request.fasta), request.build, panel.sequence_file)


def _stamp(path: str | None) -> int:
    """Return when a file last changed, so that what is kept in memory is never older than the file."""
    return Path(path).stat().st_mtime_ns if path is not None and Path(path).is_file() else 0


@lru_cache(maxsize=2)
def _reference(path: str, stamp: int, build: Build | None, sequence_file: str | None) -> Reference:
    return open_reference(path, known_sequences(Panel({}, (), sequence_file)), build)


@lru_cache(maxsize=8)
def _assay(spec: str | None, targets: str | None, where: str, stamps: tuple[int, int]) -> Assay:
    return read_assay(spec, targets, chromosome, where=where)


def sample_names(request: SampleRequest, reading: FileReading) -> list[str]:
    """Return the names of the results: the request's name, the column, or the file's for a generic column.

    Raises
    ------
    ConfigError
        When one name was given for several samples, or names repeat.
    """
    samples = reading.samples
    if request.sample is not None:
        if len(samples) != 1:
            columns = ", ".join(sample.name for sample in samples[:5])
            raise ConfigError(
                f"the file holds {len(samples)} tumour samples ({columns}) and the name {request.sample!r} is for one",
                where=request.where or request.vcf,
                remedy="Name the tumour's column (`tumour` in the sample sheet, --tumour on the command line).",
            )
        return [request.sample]
    names = []
    for sample in samples:
        generic = len(samples) == 1 and request.tumour is None and sample.name.upper() in _GENERIC_NAMES
        names.append(name_of_file(request.vcf) if generic and request.vcf != "-" else sample.name)
    return names


_ENGINES: dict[tuple[object, ...], ConsequenceEngine] = {}


def _engine(reading: FileReading, request: SampleRequest, panel: Panel) -> ConsequenceEngine:
    """Return the engine for this file's build and annotation; the last one is kept for its next sample."""
    # The engine holds its panel, so the panel's id stays its own. A header is let go with its file, and
    # the next may take its place in memory: what the engine reads of it is compared instead.
    fields = tuple(sorted(reading.header.annotations.items()))
    given = reference_of(request, panel)
    key = (id(panel), reading.build, request.fasta, stamp_of(request.fasta) if request.fasta else 0, fields)
    engine = _ENGINES.get(key)
    if engine is None:
        sequence = layered(known_sequences(panel), given)[reading.build]
        engine = ConsequenceEngine(panel, reading.build, sequence, reading.header.annotations)
        _ENGINES.clear()
        _ENGINES[key] = engine
    return engine


def _segments(request: SampleRequest, build: Build, names: tuple[str, str]) -> tuple[CopyNumber, ...]:
    """Return the segments of one sample; a table of several is asked for the result's name or the column's."""
    if request.segments is None:
        return ()
    from netboard.variants.segments import read_segments

    given = request.context
    return read_segments(request.segments, build, given.purity, sample=names, sex=given.sex)


def _fusions(request: SampleRequest, panel: Panel, build: Build, name: str) -> tuple[Rearrangement, ...]:
    if request.fusions is None:
        return ()
    from netboard.variants.fusions import read_fusions

    return read_fusions(request.fusions, panel, build, name)


def _seen(
    assay: Assay, reading: FileReading, sample: SampleReading, panel: Panel, segments: Sequence[CopyNumber]
) -> Mapping[str, Mapping[str, Coverage]]:
    """Return what could be seen of each gene: by the assay, less what this file does not show."""
    build = reading.build
    seen: Mapping[str, Mapping[str, Coverage]] = coverage(assay, panel, build)
    if segments:
        seen = of_segments(seen, panel, build, segments)
    if reading.build_in_doubt:
        return build_in_doubt(seen)
    return without_unread(seen, panel, build, sample.unread)


def _segment_warnings(segments: Sequence[CopyNumber], name: str, sample: SampleReading) -> list[str]:
    """Return a warning when the segment table calls its sample by another name."""
    called = {segment.sample for segment in segments if segment.sample} - {name, sample.name}
    return [f"the segment table calls its sample {' or '.join(sorted(called))}"] if called else []


def _copy_number(segments: Sequence[CopyNumber], panel: Panel, build: Build) -> dict[str, Any]:
    """Return copies per gene and events of chromosome arms, as the result stores them."""
    if not segments:
        return {}
    from netboard.variants.arms import arm_events, arm_shares
    from netboard.variants.segments import copies_per_gene

    genes = [asdict(item) for item in copies_per_gene(segments, panel, build)]
    arms = [asdict(item) for item in arm_events(segments, build)]
    shares = [asdict(item) for item in arm_shares(segments, build)]
    return {"copy_number": {"genes": genes, "arms": arms, "arm_shares": shares}}


def _tally(
    reading: FileReading,
    sample: SampleReading,
    request: SampleRequest,
    knowledge: Knowledge,
    settings: Settings,
    assay: Assay,
    declared_normal: bool,
) -> dict[str, Any]:
    """Return the count of somatic variants over the assay's regions, as the result stores it, or why not.

    It takes a pass over the file of its own, so it is made only where something can come of it.
    """
    from netboard.interpret.burden import worth_counting
    from netboard.interpret.tally import count_somatic
    from netboard.variants.whole import regions_of, size_of, small_variants

    regions = assay.callable_regions if assay.callable_regions is not None else assay.targets
    wanted = regions_of(regions, reading.build)
    size = None if regions is None else size_of(wanted)
    why = "the genome build is in doubt" if reading.build_in_doubt else ""
    why, remedy = (why, "give the build with --build") if why else worth_counting(
        assay, size, knowledge, request.context, rereadable=request.vcf != "-"
    )  # fmt: skip
    stored: dict[str, Any] = {"counts": None, "megabases": assay.megabases, "why": why, "remedy": remedy}
    if not why:
        variants = small_variants(
            request.vcf,
            reading.build,
            wanted,
            sample.tumour_column,
            sample.normal_column,
            len(reading.samples),
        )
        given = reference_of(request, knowledge.panel)
        counts = count_somatic(
            variants,
            settings,
            next((m.signature for m in knowledge.biomarkers.values() if m.signature is not None), None),
            given.sequences.get(reading.build) if given is not None else None,
            normal_in_file=sample.matched_normal,
            declared=declared_normal,
            bed_bases=size,
        )
        stored["counts"] = asdict(counts)
    return {"tally": stored}


def interpret_sample(
    reading: FileReading,
    sample: SampleReading,
    name: str,
    request: SampleRequest,
    knowledge: Knowledge,
    settings: Settings,
) -> Interpretation:
    """Return the interpretation of one sample of a file that was read.

    Raises
    ------
    NetboardError
        When the assay or a companion file of ``request`` cannot be used.
    """
    where = "" if request.assay is None else request.where
    stamps = (_stamp(request.assay), _stamp(request.targets))
    assay = _assay(request.assay, request.targets, where, stamps)
    check_build(assay, knowledge.panel, reading.build)
    segments = _segments(request, reading.build, (name, sample.name))
    engine = _engine(reading, request, knowledge.panel)
    panel, rules = knowledge.panel, knowledge.alterations
    if segments:
        assay = replace(assay, sees=assay.sees | {"copy_number"})
    declared_normal = assay.matched_normal is True
    if assay.matched_normal is None:
        assay = replace(assay, matched_normal=sample.matched_normal)
    fusions = _fusions(request, panel, reading.build, name)
    table = read_population(request.population, panel, reading.build) if request.population else None
    reportable, rest = split_effects(engine.effects_of_sample(with_frequencies(sample.variants, table)))
    findings: list[Finding] = [
        finding_of(
            variant,
            effect,
            panel,
            settings,
            matched_normal=sample.matched_normal,
            standard=knowledge.oncogenicity,
            rules=rules,
        )
        for variant, effect in reportable
    ]
    events, stored = copy_number_findings(sample.copy_numbers, knowledge, settings, from_records=True)
    findings += events
    findings += copy_number_findings(segments, knowledge, settings, from_records=False)[0]
    findings += rearrangement_findings((*sample.rearrangements, *fusions), panel, settings, rules)
    non_coding: list[NonCoding] = [non_coding_of(variant, effect) for variant, effect in rest]
    non_coding += stored
    given = SampleInput(
        sample=name,
        context=request.context,
        assay={**describe(assay), "thresholds": asdict(settings)},
        coverage=_seen(assay, reading, sample, panel, segments),
        findings=_unique(findings),
        non_coding=non_coding,
        provenance=_provenance_of(sample, reading, request, knowledge),
        counts={
            "records": sample.counts.records,
            "in_targets": sample.counts.in_targets,
            "kept": sample.counts.kept,
            "skipped": dict(sample.counts.skipped),
            "contigs_seen": list(sample.counts.contigs_seen),
        },
        ref_check=_ref_check(reading),
        warnings=(
            *reading.warnings,
            *_warnings(reading, request, panel),
            *_segment_warnings(segments, name, sample),
        ),
        extra={
            **_copy_number(segments, panel, reading.build),
            **_tally(reading, sample, request, knowledge, settings, assay, declared_normal),
        },
    )
    return interpret(given, knowledge, settings, now_utc().date())


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    """Drop exact repeats (the same allele twice in one file, as merged call sets have), the first kept.

    A repeat that differs (another filter or other counts) stays, under an id of its own.
    """
    kept: dict[str, Finding] = {}
    for finding in findings:
        known = kept.get(finding.id)
        if known is None:
            kept[finding.id] = finding
        elif replace(finding, record=known.record) != known:
            number = sum(key.split("#")[0] == finding.id for key in kept) + 1
            kept[f"{finding.id}#{number}"] = replace(finding, id=f"{finding.id}#{number}")
    return list(kept.values())


def _ref_check(reading: FileReading) -> dict[str, Any]:
    check = reading.ref_check
    state = "disagree" if check.disagree else "agree" if check.agree else "unverifiable"
    return {"state": state, **asdict(check)}


def _warnings(reading: FileReading, request: SampleRequest, panel: Panel) -> list[str]:
    warnings = []
    given = reference_of(request, panel)
    if given is not None and (lacking := given.lacking(panel, reading.build)):
        warnings.append(f"the reference bundle holds no sequence of {', '.join(lacking)}: build it anew")
    if reading.ref_check.agree == 0:
        warnings.append(
            "no REF base could be compared with known sequence, so the build rests on the header or --build alone"
        )
    if request.assay is None and request.targets is None:
        warnings.append("the assay is not declared: a gene without a finding is unknown, not unaltered")
    return warnings


def _provenance_of(
    sample: SampleReading, reading: FileReading, request: SampleRequest, knowledge: Knowledge
) -> dict[str, Any]:
    given = reference_of(request, knowledge.panel)
    tables = {"segments": request.segments, "fusions": request.fusions, "population": request.population}
    return provenance(
        sample,
        reading,
        knowledge,
        vcf=request.vcf,
        fasta=given.name if given is not None else None,
        tables=tables,
    )
