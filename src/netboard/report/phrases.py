"""The words of the reports: what a code, a state or a number is called when people read it.

Only wording lives here, so that a pathologist can review it in one sitting. Codes are those of the
JSON contract; a code that is not listed is shown as it stands, with its underscores as spaces, so that
nothing is hidden when the contract grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netboard.model.result import BiomarkerResult, Finding, Interpretation, Proof, UpstreamNote
from netboard.report.selection import fits, reportable, significance

RESEARCH_USE = "For research use only. This report informs a board; it does not prescribe."
PROTOCOL_NO_EVIDENCE = (
    "A trial arm shows how a protocol would allocate a patient. That is no evidence that the drug helps."
)
BOTH_ARMS = (
    "Alterations for more than one arm of this trial were found: "
    "the published rule does not decide between them."
)
HISTORICAL = "Historical: it cannot be an option today, whatever its rule says."
UNDECLARED = (
    "The assay was not declared. A gene without a finding is therefore unknown; "
    "it must not be read as unaltered."
)

CONSEQUENCES: Mapping[str, str] = {
    "frameshift_variant": "Frameshift",
    "stop_gained": "Premature stop",
    "stop_lost": "Stop codon lost",
    "start_lost": "Start codon lost",
    "splice_acceptor_variant": "Splice acceptor",
    "splice_donor_variant": "Splice donor",
    "missense_variant": "Missense",
    "inframe_deletion": "In-frame deletion",
    "inframe_insertion": "In-frame insertion",
    "synonymous_variant": "Synonymous",
    "coding_sequence_variant": "Coding change",
    "transcript_ablation": "Whole gene lost",
}
EVENTS: Mapping[str, str] = {
    "truncating": "Truncating",
    "splice": "Splice site",
    "start_loss": "Start codon lost",
    "in_frame": "In-frame change",
    "missense": "Missense",
    "hotspot": "Hotspot",
    "promoter": "Promoter",
    "synonymous": "Synonymous",
    "undetermined": "Effect not determined",
    "deletion": "Deletion",
    "loss_of_heterozygosity": "Loss of heterozygosity",
    "amplification": "Amplification",
    "fusion": "Fusion",
    "disruption": "Disruption",
}
SIGNIFICANCE: Mapping[str, str] = {
    "pathogenic": "pathogenic",
    "uncertain": "uncertain",
    "benign": "benign",
    "event": "by its kind",
}
#: Of findings that may be inherited, where the result stores no wording of its own.
REFERRAL = "Genetic counselling and a germline test decide; the report does not."
CLONALITY: Mapping[str, str] = {
    "fits_all_cells": "the figures fit a variant in all tumour cells",
    "fits_part_of_the_cells": "the figures fit a variant in a part of the tumour cells",
    "unknown": "not known",
}
ORIGINS: Mapping[str, str] = {
    "somatic": "somatic",
    "germline_suspect": "possibly germline",
    "unknown": "not determined",
}
FITS: Mapping[str, str] = {
    "same_tumour": "shown in this tumour type",
    "other_net": "shown in another neuroendocrine neoplasm",
    "other_tumour": "shown in another tumour type",
    "preclinical": "preclinical only",
    "unknown": "fit unknown: tumour type or study population not given",
}
LEVELS: Mapping[str, str] = {
    "A": "A, validated",
    "B": "B, clinical evidence",
    "C": "C, case study",
    "D": "D, preclinical",
    "E": "E, inferential",
    "": "not graded",
}
DIRECTIONS: Mapping[str, str] = {
    "sensitivity": "Speaks for",
    "resistance": "Speaks against: resistance",
    "no_benefit": "Speaks against: no benefit",
    "unclear": "Direction unclear",
    "better": "Better course",
    "worse": "Worse course",
    "supports": "Supports",
}
#: The same of a standing option, on which nothing in the genome bears.
BACKGROUND: Mapping[str, str] = {
    "sensitivity": "Option",
    "resistance": "Resistance",
    "no_benefit": "Little benefit",
    "unclear": "Unclear",
}
#: Where the drugs of a statement stand for this patient.
STANDINGS: Mapping[str, str] = {
    "approved_here": "Approved here",
    "approved_elsewhere": "Approved elsewhere",
    "approval_open": "Whether its approval covers this patient is open",
    "preclinical": "Preclinical",
    "no_approval_entered": "No approval entered",
}
STATUS_STATES: Mapping[str, str] = {
    "current": "",
    "not_current": "status not current",
    "not_dated": "status not dated",
    "historical": "",
}
STATES: Mapping[str, str] = {
    "altered": "altered",
    "assessed": "assessed, nothing found",
    "partly": "partly assessed",
    "not_assessed": "not assessed",
    "undeclared": "not declared",
}
SCOPES: Mapping[str, str] = {
    "small_variants": "Small variants",
    "copy_number": "Copy number",
    "fusions": "Fusions",
    "promoter": "Promoter",
}
CODES: Mapping[str, str] = {
    "found": "found",
    "found_filtered": "found, but filtered by the caller",
    "found_low_support": "found, but on few reads",
    "effect_undetermined": "found, effect not determined",
    "significance_uncertain": "found, of uncertain significance",
    "origin_undetermined": "found, but whether it is inherited is not determined",
    "germline_not_assayed": "inherited variants were not assessed",
    "class_not_assayed": "this class of event was not assayed",
    "not_covered": "outside the assay's targets",
    "no_copy_number_call": "no call of copy number covers it",
    "partly_covered": "only partly covered",
    "record_not_read": "a record there could not be read in this sample",
    "build_in_doubt": "the genome build is in doubt",
    "absent_assay_undeclared": "nothing found, but the assay was not declared",
    "absent_covered": "looked for, not found",
    "not_in_rule": "altered, but not in the printed rule of this arm",
    "context_missing": "not given",
    "context_value": "given",
    "context_ancestor": "given, but not exactly enough",
    "no_context_asked": "no clinical condition",
    "biomarker_not_measured": "not measured",
    "biomarker_value": "measured",
    "biomarker_near_cut": "too near its cut",
    "biomarker_in_doubt": "in doubt",
}
REF_CHECKS: Mapping[str, str] = {
    "agree": "REF agrees with the reference",
    "disagree": "REF disagrees with the reference",
    "unverifiable": "REF could not be compared",
}
MEASURED_BY: Mapping[str, str] = {
    "dna": "DNA",
    "rna": "expression (RNA)",
    "ihc": "staining (IHC)",
    "methylation": "methylation",
    "imaging": "imaging",
    "clinical": "clinical finding",
}
FLAGS: Mapping[str, str] = {
    "low_support": "few reads",
    "filtered_by_caller": "filtered by the caller",
    "no_filter_applied": "no filter applied",
    "common_in_population": "common in the population",
    "covers_part_of_the_gene": "part of the gene only",
    "hotspot_residue": "recurrent residue, another change",
    "combined_effect_unknown": "another change in the same codon, phase open",
    "doubtful_neighbour_in_codon": "a doubtful call stands in the same codon",
    "combined_in_cis": "told together with a change of the same codon",
    "reading_frame_may_be_restored": "another indel may restore the frame",
    "protein_name_from_allele_table": "protein name from the list of known alleles",
    "label_numbered_on_another_transcript": "hotspot numbered on another transcript",
    "upstream_on_another_transcript": "annotated on another transcript",
    "annotated_with_its_haplotype": "annotated together with other alleles of its haplotype",
    "not_on_mane_select": "not on the MANE Select transcript",
    "non_coding_on_the_panel_transcript": "non-coding on the panel's transcript",
}
SOURCES_OF_CONSEQUENCE: Mapping[str, str] = {
    "sequence": "own prediction on reference sequence",
    "upstream": "annotation in the file",
    "geometry": "position in the gene model (no sequence)",
    "known_allele": "list of known alleles",
}
#: Why the annotator's statement on this transcript was taken (``consequence.upstream``).
CHOSEN_BY: Mapping[str, str] = {
    "mane_select": "MANE Select",
    "mane_plus_clinical": "MANE Plus Clinical",
    "panel_transcript": "the panel's own transcript",
    "canonical": "marked canonical",
    "pick": "picked by the annotator",
    "longest_cds": "longest coding sequence",
    "first": "first in the file",
}
CONTEXT_FIELDS: Mapping[str, str] = {
    "tumour_type": "tumour type",
    "site": "site",
    "grade": "grade",
    "differentiation": "differentiation",
    "stage": "stage",
    "ki67": "Ki-67",
    "sstr": "somatostatin receptors",
    "mgmt": "MGMT promoter",
    "functioning": "functioning",
    "prior_therapy": "prior therapy",
    "purity": "tumour purity",
    "sex": "sex",
}
#: Context fields whose absence the report names as a gap.
ASKED_CONTEXT = ("tumour_type", "site", "grade", "stage", "prior_therapy")


def word(table: Mapping[str, str], code: str) -> str:
    """Return the words for ``code``, or the code itself in plain letters."""
    return table.get(code, code.replace("_", " "))


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 finding`` or ``2 findings``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def joined(items: Iterable[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    words = list(items)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def percent(fraction: float | None) -> str:
    """Return a fraction (0 to 1) as per cent, ``not stated`` when unknown."""
    if fraction is None:
        return "not stated"
    shown = f"{fraction * 100:.1f}" if fraction < 0.9995 else "100"
    return f"{shown} %"


def reads(finding: Finding) -> str:
    """Return ``103 of 148``, with ``?`` for a figure that the file does not state."""
    if finding.depth is None and finding.alt_depth is None:
        return "not stated"
    alt = "?" if finding.alt_depth is None else str(finding.alt_depth)
    return f"{alt} of {'?' if finding.depth is None else finding.depth}"


def without_accession(name: str | None) -> str:
    """Return ``c.249_252del`` of ``NM_001370259.2:c.249_252del``."""
    return (name or "").rsplit(":", 1)[-1]


def label(finding: Finding) -> str:
    """Return a short name for a finding: gene with its most telling change."""
    change = finding.hgvsp or finding.hgvsc or finding.hgvsc_unshifted
    if change:
        return f"{finding.gene} {without_accession(change)}"
    if finding.type != "small_variant":
        return f"{finding.gene} {word(EVENTS, finding.event).lower()}"
    locus = finding.variant
    return f"{finding.gene} {locus.chrom}:{locus.pos} {locus.ref}>{locus.alt}" if locus else finding.gene


def what_happened(finding: Finding) -> str:
    """Return what the event is in plain words, for instance ``Frameshift: cuts the protein short``."""
    reading = finding.reading or word(EVENTS, finding.event)
    if finding.event == "undetermined":
        return reading
    if finding.event == "hotspot":
        return f"{reading} {finding.hotspot}" if finding.hotspot else reading
    if finding.type == "copy_number":
        total = finding.total_copy_number
        return f"{reading}, total copy number {total:g}" if total is not None else reading
    term = next((CONSEQUENCES[item] for item in finding.consequence if item in CONSEQUENCES), "")
    if not term or term.lower() == reading.lower():
        return reading
    return f"{term}: {reading[:1].lower()}{reading[1:]}"


def exon_and_intron(finding: Finding) -> str:
    """Return where on the transcript a change lies: ``exon 3 of 10``, ``intron 3 of 9``, or both."""
    places = (("exon", finding.exon), ("intron", finding.intron))
    return ", ".join(f"{kind} {number.replace('/', ' of ')}" for kind, number in places if number)


def annotation(note: UpstreamNote) -> str:
    """Return what an annotator said, on which transcript and why on that one, and whether it agrees."""
    verdict = "agrees" if note.agrees else "differs" if note.agrees is False else "not compared"
    name = f", {without_accession(note.hgvsp)}" if note.hgvsp else ""
    chosen = f" ({word(CHOSEN_BY, note.chosen_by)})" if note.chosen_by else ""
    place = note.transcript or "no transcript"
    together = ", together with other alleles of its haplotype" if note.compound else ""
    remarks = "".join(f"; {remark}" for remark in note.remarks)
    return (
        f"{note.source}: {', '.join(note.consequence)}{name} on {place}{chosen}{together}; {verdict}{remarks}"
    )


def nothing_found(undeclared: bool) -> str:
    """Return what an empty table of findings means, which depends on whether the assay was declared."""
    if undeclared:
        return (
            "The file holds no reportable variant. No assay was declared, so this says nothing of any gene."
        )
    return (
        "No reportable variant was found in the genes that were assessed. This says nothing of the genes and "
        "event classes listed as not assessed."
    )


def fit(context_match: str, design: str) -> str:
    """Return how the evidence fits this patient; an opinion or a protocol has shown nothing anywhere."""
    if design in ("opinion", "protocol"):
        return f"{design}: not shown in any tumour"
    return word(FITS, context_match)


def count_sentence(result: Interpretation) -> str:
    """Return the sentence that every report begins with, also when every number is nought."""
    found = reportable(result.findings)
    genes = len({finding.gene for finding in found})
    open_arms = sum(fits(line) for line in result.trials)
    sure = sum(line.match == "yes" for line in result.therapies)
    unsure = len(result.therapies) - sure
    parts = [
        f"{count(len(found), 'reportable finding')} in {count(genes, 'gene')}{_breakdown(found)}",
        count(sure, "candidate therapy statement")
        + (f" ({unsure} more if an open point is settled)" if unsure else ""),
        f"{count(open_arms, 'trial arm')} {'fits' if open_arms == 1 else 'fit'}",
    ]
    past = sum(line.historical and line.match.value == "yes" for line in result.trials)
    if past:
        parts.append(f"{count(past, 'arm')} of historical trials would have fitted")
    return "; ".join(parts) + "."


def _breakdown(found: Sequence[Finding]) -> str:
    """Return how many of the findings are uncertain or open, so that a count is not read as certainty."""
    uncertain = sum(significance(f) == "uncertain" and f.event != "undetermined" for f in found)
    undetermined = sum(f.event == "undetermined" for f in found)
    parts = []
    if uncertain:
        parts.append(f"{uncertain} of uncertain significance")
    if undetermined:
        parts.append(f"{undetermined} with an effect not determined")
    return f" ({', '.join(parts)})" if parts else ""


def reason(proof: Proof) -> str:
    """Return the words for the outcome of one clause; a rule's own sentence stands as written."""
    return word(CODES, proof.code)


def second_look(finding: Finding) -> list[tuple[str, str]]:
    """Return (why, what would settle it) for a finding that must not be taken at its word."""
    doubts = []
    if finding.event == "undetermined":
        doubts.append(
            (
                "effect not determined",
                "run again with --fasta and the reference genome, or sequence the transcript",
            )
        )
    if finding.conflict:
        doubts.append((f"sources disagree: {finding.conflict}", "review of the transcript by hand"))
    if finding.support == "low":
        doubts.append(
            (
                f"few reads ({reads(finding)}, VAF {percent(finding.vaf)})",
                "confirmation by another method or deeper sequencing",
            )
        )
    if finding.support == "unknown" and finding.type == "small_variant":
        doubts.append(
            ("the file states no read counts", "read counts from the caller (AD or its equivalent)")
        )
    return doubts


def biomarker_value(line: BiomarkerResult) -> str | None:
    """Return a biomarker's value with its unit, None where there is none."""
    if line.value is None:
        return None
    value = f"{line.value:g}" if isinstance(line.value, float) else str(line.value)
    return f"{value} {line.unit}".strip()
