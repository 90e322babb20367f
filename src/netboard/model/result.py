"""The interpretation of one sample, as ``S.json`` stores it.

Field names are those of the JSON contract. :func:`to_json` and :func:`from_json` turn the nouns into
plain mappings and back; readers must ignore fields they do not know (additive schema).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from netboard.model.alteration import Clonality as Clonality
from netboard.model.alteration import Criterion as Criterion
from netboard.model.alteration import GeneAlteration as GeneAlteration
from netboard.model.alteration import Oncogenicity as Oncogenicity
from netboard.model.evidence import Truth
from netboard.model.lines import Change as Change
from netboard.model.lines import Comparison as Comparison
from netboard.model.lines import ComparisonPoint as ComparisonPoint
from netboard.model.lines import EvidenceNote as EvidenceNote
from netboard.model.lines import PrognosisLine as PrognosisLine
from netboard.model.lines import TherapyLine as TherapyLine
from netboard.model.lines import TrialLine as TrialLine
from netboard.model.proof import Proof as Proof

SCHEMA_VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Locus:
    """An allele as shown: ``pos`` is 1-based."""

    build: str
    chrom: str
    pos: int
    ref: str
    alt: str
    #: 1-based closed end for copy-number and rearrangement findings.
    end: int | None = None


@dataclass(frozen=True, slots=True)
class UpstreamNote:
    """What the annotation already in the file said; ``others`` holds what further annotators said."""

    source: str
    transcript: str
    consequence: tuple[str, ...]
    hgvsc: str | None
    hgvsp: str | None
    chosen_by: str
    #: Whether the class of event is the finding's; None where one of the two is undetermined.
    agrees: bool | None
    others: tuple[UpstreamNote, ...] = ()
    #: Said of this allele together with others of its haplotype; and what else was said of the gene.
    compound: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A reported event of a gene."""

    id: str
    type: str
    gene: str
    event: str
    variant: Locus | None
    hgvsg: str | None = None
    hgvsc: str | None = None
    hgvsc_unshifted: str | None = None
    hgvsp: str | None = None
    transcript: str | None = None
    transcript_status: str | None = None
    consequence: tuple[str, ...] = ()
    consequence_source: str | None = None
    #: Number of the exon and of all (``3/10``), of the intron likewise.
    exon: str | None = None
    intron: str | None = None
    #: Whether a premature stop escapes decay, and by which rule (``model.effect.NMD_RULES``).
    nmd_escape: bool | None = None
    nmd_rule: str | None = None
    residue: int | None = None
    hotspot: str | None = None
    hotspot_exact: bool = False
    possible: tuple[str, ...] = ()
    #: What the file's annotation said: the first annotator that differs, else the first.
    upstream: UpstreamNote | None = None
    conflict: str | None = None
    #: One plain sentence on what the event is, and for an undetermined one what would settle it.
    reading: str = ""
    vaf: float | None = None
    depth: int | None = None
    alt_depth: int | None = None
    vaf_source: str | None = None
    support: str = "unknown"
    filter: str = "PASS"
    filter_passed: bool = True
    phase: str | None = None
    origin: str = "unknown"
    origin_basis: str = ""
    population_frequency: float | None = None
    population_source: str | None = None
    flags: tuple[str, ...] = ()
    oncogenicity: Oncogenicity | None = None
    tier_amp: str | None = None
    tier_escat: str | None = None
    #: Statements whose tiers these are (AMP, then ESCAT); below, the record as it stood in the file.
    tier_set_by: tuple[str, ...] = ()
    record: str = ""
    ref_check: str = "unverifiable"
    #: Copy-number figures and the mate of a rearrangement.
    total_copy_number: float | None = None
    minor_copy_number: float | None = None
    mate: str | None = None

    @property
    def upstream_notes(self) -> tuple[UpstreamNote, ...]:
        """Every annotator's note, the one that counts first."""
        return () if self.upstream is None else (self.upstream, *self.upstream.others)


@dataclass(frozen=True, slots=True)
class NonCoding:
    """A panel variant outside coding sequence, splice sites and promoters: stored, not a finding."""

    gene: str
    chrom: str
    pos: int
    ref: str
    alt: str
    consequence: str
    filter: str
    vaf: float | None
    hgvsc: str | None = None


@dataclass(frozen=True, slots=True)
class GeneAssessment:
    """What is known of a gene: one state for each class of event.

    States: altered, assessed, partly, not_assessed, undeclared.
    """

    gene: str
    small_variants: str
    copy_number: str
    fusions: str
    promoter: str = "not_assessed"
    #: Share (0 to 1) of the coding exons that the targets cover; None where not declared.
    covered: float | None = None
    basis: str = ""
    #: What the assay could see whatever was found, by scope: ``assessed``, or the code of the gap
    #: (``class_not_assayed``, ``not_covered``, ``no_copy_number_call``, ``partly_covered``,
    #: ``absent_assay_undeclared``).
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A rule's outcome with its proof."""

    rule: str
    value: Truth
    code: str
    because: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class BiomarkerResult:
    """A biomarker: ``state`` is measured, given, estimated, open, not_assessed or refused.

    ``open`` has a value that decides nothing: what it lacks stands in ``needs``.
    """

    name: str
    value: str | float | None
    unit: str
    state: str
    because: str
    #: Key in the knowledge base; what would settle or confirm it; sources of what is said.
    id: str = ""
    needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    #: Warnings beside the value (``after_alkylator``). The proof of one that rules answer stands among the
    #: evaluations, under ``biomarker/`` and its id.
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubgroupLine:
    """A molecular subgroup: state is yes, unknown, no or not_assessable."""

    name: str
    genes: tuple[str, ...]
    state: str
    because: str
    statement: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Something the input could not show, why, and what would show it."""

    what: str
    why: str
    remedy: str
    #: gene, biomarker, context, effect, two_hits, origin or criterion; and the genes and the class of event.
    kind: str = ""
    genes: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Clinical context as given; None is unknown and never read as no."""

    tumour_type: str | None = None
    site: str | None = None
    grade: str | None = None
    differentiation: str | None = None
    stage: str | None = None
    ki67: float | None = None
    sstr: str | None = None
    mgmt: str | None = None
    prior_therapy: tuple[str, ...] | None = None
    purity: float | None = None
    patient: str | None = None
    #: ``functioning`` (symptoms of a hormone) or ``non_functioning``.
    functioning: str | None = None
    #: ``female`` or ``male``: how many X chromosomes the patient's normal cells have.
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Everything netboard says about one sample; report, export and cohort are views of it."""

    sample: str
    context: Context
    assay: Mapping[str, Any]
    provenance: Mapping[str, Any]
    counts: Mapping[str, Any]
    ref_check: Mapping[str, Any]
    findings: tuple[Finding, ...]
    non_coding: tuple[NonCoding, ...]
    genes: tuple[GeneAssessment, ...]
    evaluations: tuple[Evaluation, ...]
    biomarkers: tuple[BiomarkerResult, ...]
    therapies: tuple[TherapyLine, ...]
    trials: tuple[TrialLine, ...]
    prognosis: tuple[PrognosisLine, ...]
    subgroups: tuple[SubgroupLine, ...]
    not_assessed: tuple[NotAssessed, ...]
    #: What the report needs of the knowledge base: genes, sources, trials, drugs, frequencies,
    #: tumour_types, each a mapping from id to a plain mapping.
    knowledge_slice: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    #: Standing options of this tumour type whatever the genes: background, apart from what the genome says.
    background: tuple[TherapyLine, ...] = ()
    #: Drugs that a board sets against each other, and what changed when stored results were read again.
    comparisons: tuple[Comparison, ...] = ()
    changes: tuple[Change, ...] = ()
    #: Events read together gene by gene, and the hint at the share of cells of each somatic variant.
    alterations: tuple[GeneAlteration, ...] = ()
    clonality: tuple[Clonality, ...] = ()
    schema_version: str = SCHEMA_VERSION
    extra: Mapping[str, Any] = field(default_factory=dict)


def to_json(value: Any) -> Any:
    """Return ``value`` as plain mappings, lists, strings and numbers, in field order."""
    if isinstance(value, Truth):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(to_json(v) for v in value)
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    return value


def from_json(data: Mapping[str, Any]) -> Interpretation:
    """Return the interpretation that ``data`` (a parsed ``S.json``) stores.

    Raises
    ------
    ValueError
        When a required field is missing or has the wrong shape.
    """
    result = _build(Interpretation, data)
    assert isinstance(result, Interpretation)
    return result


_HINTS: dict[type, dict[str, Any]] = {}


def _build(kind: Any, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise ValueError(f"{kind.__name__}: a mapping was expected, not {type(data).__name__}")
    hints = _HINTS.get(kind)
    if hints is None:
        hints = _HINTS[kind] = typing.get_type_hints(kind)
    given = {f.name: _coerce(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data}
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def _coerce(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [a for a in typing.get_args(hint) if a is not type(None)]
        composite = [a for a in inner if is_dataclass(a) or typing.get_origin(a) is tuple]
        return _coerce(composite[0], value) if composite else value
    if origin is tuple:
        return tuple(_coerce(typing.get_args(hint)[0], v) for v in value)
    if hint is Truth:
        return Truth(value)
    if is_dataclass(hint):
        return _build(hint, value)
    return value
