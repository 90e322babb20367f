"""Sequence Ontology terms: their order, other tools' spellings, and the gene-level event they mean.

The order is that of Ensembl ("Calculated variant consequences", release 113); terms that only other tools
write stand beside their nearest Ensembl term. The *order of terms* serves display. The *event* follows a
precedence of its own (``EVENT_PRECEDENCE``): Ensembl ranks a splice donor above a frameshift, but an allele
that surely breaks the reading frame is truncating whatever else it touches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from netboard.model.effect import SmallEvent

#: Where several terms of one transcript mean different events, the first of these is the event.
EVENT_PRECEDENCE: Final[tuple[SmallEvent, ...]] = (
    "truncating",
    "splice",
    "start_loss",
    "in_frame",
    "missense",
    "synonymous",
    "undetermined",
    "non_coding",
)

#: Terms, most severe first, with the event that each means by itself.
_ORDERED: Final[tuple[tuple[str, SmallEvent], ...]] = (
    ("transcript_ablation", "truncating"),
    # An exon is gone; whether in frame is not said. The same holds for what rearranges the gene.
    ("exon_loss_variant", "undetermined"),
    ("chromosome_number_variation", "undetermined"),
    ("gene_fusion", "undetermined"),
    ("bidirectional_gene_fusion", "undetermined"),
    ("rearranged_at_DNA_level", "undetermined"),
    ("splice_acceptor_variant", "splice"),
    ("splice_donor_variant", "splice"),
    # Parent of donor and acceptor: for tools that do not say which of the two.
    ("splice_site_variant", "splice"),
    ("stop_gained", "truncating"),
    ("frameshift_variant", "truncating"),
    # The protein is lengthened in frame; nothing of it is lost.
    ("stop_lost", "in_frame"),
    ("start_lost", "start_loss"),
    # Older VEP: any change of the start codon; SnpEff: a change into another start codon.
    ("initiator_codon_variant", "undetermined"),
    ("non_canonical_start_codon", "undetermined"),
    ("transcript_amplification", "undetermined"),
    ("feature_elongation", "undetermined"),
    ("feature_truncation", "undetermined"),
    ("inframe_insertion", "in_frame"),
    ("disruptive_inframe_insertion", "in_frame"),
    ("conservative_inframe_insertion", "in_frame"),
    ("inframe_deletion", "in_frame"),
    ("disruptive_inframe_deletion", "in_frame"),
    ("conservative_inframe_deletion", "in_frame"),
    ("missense_variant", "missense"),
    ("rare_amino_acid_variant", "missense"),
    ("protein_altering_variant", "in_frame"),
    ("splice_donor_5th_base_variant", "non_coding"),
    ("splice_region_variant", "non_coding"),
    ("splice_donor_region_variant", "non_coding"),
    ("splice_polypyrimidine_tract_variant", "non_coding"),
    ("splice_branch_variant", "non_coding"),
    ("incomplete_terminal_codon_variant", "undetermined"),
    ("start_retained_variant", "synonymous"),
    ("stop_retained_variant", "synonymous"),
    ("synonymous_variant", "synonymous"),
    ("coding_sequence_variant", "undetermined"),
    ("mature_miRNA_variant", "non_coding"),
    ("5_prime_UTR_premature_start_codon_gain_variant", "non_coding"),
    ("5_prime_UTR_truncation", "non_coding"),
    ("5_prime_UTR_variant", "non_coding"),
    ("3_prime_UTR_truncation", "non_coding"),
    ("3_prime_UTR_variant", "non_coding"),
    ("non_coding_transcript_exon_variant", "non_coding"),
    ("conserved_intron_variant", "non_coding"),
    ("intron_variant", "non_coding"),
    ("NMD_transcript_variant", "non_coding"),
    ("non_coding_transcript_variant", "non_coding"),
    # "Somewhere in a coding transcript", "somewhere in the gene": nothing is said of the protein.
    ("coding_transcript_variant", "undetermined"),
    ("gene_variant", "undetermined"),
    ("intragenic_variant", "non_coding"),
    ("upstream_gene_variant", "non_coding"),
    ("downstream_gene_variant", "non_coding"),
    ("TFBS_ablation", "non_coding"),
    ("TFBS_amplification", "non_coding"),
    ("TF_binding_site_variant", "non_coding"),
    ("regulatory_region_ablation", "non_coding"),
    ("regulatory_region_amplification", "non_coding"),
    ("regulatory_region_variant", "non_coding"),
    ("conserved_intergenic_variant", "non_coding"),
    ("intergenic_variant", "non_coding"),
    ("sequence_variant", "undetermined"),
)

#: Spellings of bcftools csq, of SnpEff, of Jannovar and of older Ensembl releases, lower case.
_SYNONYMS: Final[dict[str, str]] = {
    "synonymous": "synonymous_variant",
    "missense": "missense_variant",
    "frameshift": "frameshift_variant",
    "frameshift_elongation": "frameshift_variant",
    "frameshift_truncation": "frameshift_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "stop_retained": "stop_retained_variant",
    "start_retained": "start_retained_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_variant",
    "non_coding_variant": "non_coding_transcript_variant",
    "nc_transcript_variant": "non_coding_transcript_variant",
    "non_coding_exon_variant": "non_coding_transcript_exon_variant",
    "intron": "intron_variant",
    "intergenic": "intergenic_variant",
    "intergenic_region": "intergenic_variant",
    "coding_sequence": "coding_sequence_variant",
    # Indels of one haplotype that together keep frame and length (bcftools csq).
    "inframe_altering": "protein_altering_variant",
    "inframe_variant": "protein_altering_variant",
    "inframe_indel": "protein_altering_variant",
    "start_gained": "5_prime_UTR_premature_start_codon_gain_variant",
    "exon_loss": "exon_loss_variant",
}

#: Pairs of terms that say contrary things of one codon: the annotator itself leaves it open.
_CONTRARY: Final[tuple[frozenset[str], ...]] = (
    frozenset({"frameshift_variant", "stop_retained_variant"}),
    frozenset({"start_lost", "start_retained_variant"}),
    # A frame opened in the stop codon lengthens the protein; one opened before it shortens it.
    frozenset({"frameshift_variant", "stop_lost"}),
)

_RANK: Final[dict[str, int]] = {term: rank for rank, (term, _) in enumerate(_ORDERED)}
_EVENT: Final[dict[str, SmallEvent]] = dict(_ORDERED)
_CANONICAL: Final[dict[str, str]] = {term.lower(): term for term in _RANK} | _SYNONYMS
_EVENT_RANK: Final[dict[str, int]] = {event: rank for rank, event in enumerate(EVENT_PRECEDENCE)}
_SEPARATORS: Final[re.Pattern[str]] = re.compile(r"[&+]")
_AROUND: Final[re.Pattern[str]] = re.compile(r"\A[\s*]+|\s+\Z")


def normalise_term(term: str) -> str:
    """Return the Sequence Ontology spelling of ``term``, or the term stripped when it is not known.

    The ``*`` that bcftools csq sets before what lies behind a stop codon is taken off.
    """
    if term in _RANK:
        return term
    bare = _AROUND.sub("", term)
    return _CANONICAL.get(bare.lower(), bare)


def split_terms(text: str) -> tuple[str, ...]:
    """Return the normalised terms of a consequence field (``a&b``; SnpEff also joins by ``+``), as written."""
    found = (normalise_term(part) for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(term for term in found if term))


def sort_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the terms normalised, each once, most severe first; unknown ones at the end as they came."""
    found = dict.fromkeys(term for term in map(normalise_term, terms) if term)
    return tuple(sorted(found, key=lambda term: _RANK.get(term, len(_RANK))))


def event_of_terms(terms: Iterable[str]) -> SmallEvent:
    """Return the gene-level event that the terms of one allele on one transcript mean.

    Of several events the first in ``EVENT_PRECEDENCE`` counts: ``missense_variant`` with
    ``splice_region_variant`` is missense, ``splice_acceptor_variant`` with ``frameshift_variant`` is
    truncating. ``stop_lost`` counts as in-frame: it lengthens the protein. Without any known term, or
    where two terms contradict each other, the event is ``undetermined``.
    """
    found = {normalise_term(term) for term in terms}
    if any(pair <= found for pair in _CONTRARY) and "stop_gained" not in found:
        return "undetermined"
    events = [_EVENT[term] for term in found if term in _EVENT]
    return min(events, key=event_rank) if events else "undetermined"


def event_rank(event: SmallEvent) -> int:
    """Return the place of ``event`` in ``EVENT_PRECEDENCE``; events that no term means come last."""
    return _EVENT_RANK.get(event, len(EVENT_PRECEDENCE))


_AMINO: Final[dict[str, str]] = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His", "I": "Ile", "K": "Lys",
    "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln", "R": "Arg", "S": "Ser", "T": "Thr", "U": "Sec",
    "V": "Val", "W": "Trp", "Y": "Tyr",
}  # fmt: skip


def substitution_name(position: str, reference: str, alternate: str, event: SmallEvent) -> str | None:
    """Return ``p.Arg175His`` for one residue changed, or None when it is anything else.

    Only what the annotator itself states in columns is put into words: position (1-based), residues in one
    letter, and a consequence that agrees with them.
    """
    old = _AMINO.get(reference)
    if old is None or not position.isascii() or not position.isdigit():
        return None
    new = _AMINO.get(alternate)
    if event == "missense" and new and new != old:
        return f"p.{old}{position}{new}"
    if event == "truncating" and alternate == "*":
        return f"p.{old}{position}Ter"
    if event == "synonymous" and new == old:
        return f"p.{old}{position}="
    return None


#: Funcotator's VariantClassification in Sequence Ontology terms. What is left open (an indel of the start or
#: stop codon may keep it) becomes a term that leaves it open.
_CLASSIFICATION: Final[dict[str, tuple[str, ...]]] = {
    "COULD_NOT_DETERMINE": ("sequence_variant",),
    "INTRON": ("intron_variant",),
    "FIVE_PRIME_UTR": ("5_prime_UTR_variant",),
    "THREE_PRIME_UTR": ("3_prime_UTR_variant",),
    "IGR": ("intergenic_variant",),
    "FIVE_PRIME_FLANK": ("upstream_gene_variant",),
    "THREE_PRIME_FLANK": ("downstream_gene_variant",),
    "MISSENSE": ("missense_variant",),
    "NONSENSE": ("stop_gained",),
    "NONSTOP": ("stop_lost",),
    "SILENT": ("synonymous_variant",),
    "IN_FRAME_DEL": ("inframe_deletion",),
    "IN_FRAME_INS": ("inframe_insertion",),
    "FRAME_SHIFT_INS": ("frameshift_variant",),
    "FRAME_SHIFT_DEL": ("frameshift_variant",),
    "START_CODON_SNP": ("start_lost",),
    "START_CODON_INS": ("coding_sequence_variant",),
    "START_CODON_DEL": ("coding_sequence_variant",),
    "STOP_CODON_INS": ("coding_sequence_variant",),
    "STOP_CODON_DEL": ("coding_sequence_variant",),
    "DE_NOVO_START_IN_FRAME": ("5_prime_UTR_premature_start_codon_gain_variant",),
    "DE_NOVO_START_OUT_FRAME": ("5_prime_UTR_premature_start_codon_gain_variant",),
    "RNA": ("non_coding_transcript_exon_variant",),
    "LINCRNA": ("non_coding_transcript_variant",),
}
_SPLICE_BASE: Final[re.Pattern[str]] = re.compile(r"c\.e\d+[+-][12](?!\d)")


def funcotator_terms(classification: str, secondary: str, change: str) -> tuple[str, ...]:
    """Return the terms of a classification.

    SPLICE_SITE alone may lie on the exon's side: the secondary classification tells which. Beside a coding
    one it is ``splice_region_variant``; in the intron it is a splice site; where neither it nor the change
    (``c.e5-2A>G``) tells, the effect is left open.
    """
    if classification != "SPLICE_SITE":
        return _CLASSIFICATION.get(classification, (classification,) if classification else ())
    if secondary == "INTRON" or _SPLICE_BASE.match(change):
        return ("splice_site_variant",)
    if secondary in _CLASSIFICATION:
        return (*_CLASSIFICATION[secondary], "splice_region_variant")
    return ("splice_region_variant", "coding_sequence_variant")
