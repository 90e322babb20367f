"""What an allele does to a transcript, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Gene-level event classes of small variants. ``non_coding`` lies outside coding sequence, splice
#: sites and promoters: it is stored and counted, and is never a finding.
SmallEvent = Literal[
    "truncating",
    "splice",
    "start_loss",
    "in_frame",
    "missense",
    "hotspot",
    "promoter",
    "synonymous",
    "undetermined",
    "non_coding",
]
#: Where a premature stop escapes nonsense-mediated decay, by position alone (Lindeboom et al., Nature Genetics
#: 2016): in a transcript of one exon; in the last exon; in the last 50 bases before the last junction; among
#: the first 150 coding bases. The first that holds is noted.
NmdRule = Literal["single_exon", "last_exon", "last_50_bases_of_penultimate_exon", "first_150_coding_bases"]
NMD_RULES: tuple[NmdRule, ...] = (
    "single_exon",
    "last_exon",
    "last_50_bases_of_penultimate_exon",
    "first_150_coding_bases",
)
#: Who speaks: own prediction on sequence, upstream annotation, exon geometry, or an exact allele.
EffectSource = Literal["sequence", "upstream", "geometry", "known_allele"]


@dataclass(frozen=True, slots=True)
class UpstreamCall:
    """What an annotator wrote into the file about this allele and gene."""

    #: INFO key: ``CSQ``, ``ANN``, ``BCSQ`` or ``FUNCOTATION``.
    key: str
    gene: str
    transcript: str
    terms: tuple[str, ...]
    event: SmallEvent
    hgvsc: str | None = None
    hgvsp: str | None = None
    #: Why this transcript was chosen: ``mane_select``, ``mane_plus_clinical``, ``panel_transcript``,
    #: ``canonical``, ``pick``, ``longest_cds``, ``first``.
    chosen_by: str = ""
    #: False when the transcript is not the panel's own: then no protein position may be trusted.
    on_panel_transcript: bool = False
    population_frequency: float | None = None
    population_source: str = ""
    #: True where the statement is about this allele together with others of its haplotype.
    compound: bool = False
    #: What else the annotator said of the gene, in words (SnpEff's LOF and NMD).
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of one allele on one gene of the panel.

    ``hgvsc`` and ``hgvsp`` are None where they are not proved; ``hgvsc_unshifted`` says the placement
    as in the VCF and is never a matching key. ``residue`` is the 1-based residue touched (first one
    for a range) on the reported transcript, or None.
    """

    gene: str
    event: SmallEvent
    #: Sequence Ontology terms, most severe first.
    terms: tuple[str, ...]
    source: EffectSource
    transcript: str = ""
    transcript_status: str = ""
    hgvsg: str | None = None
    hgvsc: str | None = None
    hgvsc_unshifted: str | None = None
    hgvsp: str | None = None
    residue: int | None = None
    exon: int | None = None
    exon_count: int | None = None
    #: Number of the (first) intron touched, from 1; None for a change within one exon.
    intron: int | None = None
    #: Whether a premature stop escapes nonsense-mediated decay; None where there is none or it is not known.
    nmd_escape: bool | None = None
    #: The rule by which it escapes: one of :data:`NMD_RULES`; None where it does not.
    nmd_rule: NmdRule | None = None
    #: Name of the recurrent allele or residue it matches, for instance ``V600E``.
    hotspot: str | None = None
    #: True for an exact known allele, False for another change of a hotspot residue.
    hotspot_exact: bool = False
    #: Other readings of the event that remain possible when ``event`` is ``undetermined``.
    possible: tuple[SmallEvent, ...] = ()
    upstream: tuple[UpstreamCall, ...] = ()
    agrees: bool | None = None
    #: One sentence when own prediction and upstream differ in the class of event, else None.
    conflict: str | None = None
    #: Whether the event is proved by sequence (a rule may rely on it in spite of a conflict).
    proved: bool = False
    #: What would settle an undetermined effect, for instance ``--fasta``.
    remedy: str = ""
    flags: tuple[str, ...] = ()
