"""What the input could not show: each gap with its reason and its remedy.

Genes that share a reason are named in one line, so that the list stays readable; none is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netboard.knowledge.leaves import context_need
from netboard.model.evidence import Truth
from netboard.model.facts import GERMLINE_SCOPE, Coverage
from netboard.model.result import Context, Finding, NotAssessed, TherapyLine, TrialLine

_SCOPE_WORDS = {
    "small_variants": "small variants",
    "promoter": "promoter variants",
    "copy_number": "copy number (deletion, loss of heterozygosity, amplification)",
    "fusions": "fusions and rearrangements",
}
_WHY = {
    "class_not_assayed": (
        "the assay, as declared, does not see this class of event",
        "declare it in the assay file if it does, or test it by another assay (--segments for copy number)",
    ),
    "not_covered": ("outside the declared targets", "an assay that covers these genes"),
    "record_not_read": (
        "the file holds a record in these genes that could not be read for this sample",
        "run `netboard scan --verbose` to see it; call the sample again there",
    ),
    "build_in_doubt": (
        "the few REF bases that can be compared speak for the other genome build",
        "make sure of the build and give it with --build",
    ),
    "partly_covered": ("only part of the coding exons is covered", "sequencing of the uncovered part"),
    "absent_assay_undeclared": (
        "nobody declared what was sequenced, so nothing found does not mean nothing there",
        "declare the assay with --assay or --targets",
    ),
}
_GERMLINE = NotAssessed(
    "inherited variants",
    "a tumour's variant file does not show which variants are inherited, and a paired caller takes them out",
    "a germline test with counselling where the history or a finding asks for it",
)
_CONTEXT = (
    ("tumour_type", "tumour type", "--tumour-type with its OncoTree code"),
    ("site", "primary site", "--site"),
    ("grade", "grade", "--grade"),
    ("stage", "stage", "--stage"),
    ("prior_therapy", "prior therapy", "--prior-therapy (use 'none' when there was none)"),
    ("differentiation", "differentiation", "--differentiation"),
    ("functioning", "functioning or not", "--functioning yes or no"),
)
#: Fields that are listed only where a line of this report waits for them.
_ONLY_IF_ASKED = ("differentiation", "functioning")
#: Lines that are named for a field; the rest is counted.
_NAMED = 6


def not_assessed(
    seen: Mapping[str, Mapping[str, Coverage]],
    findings: Iterable[Finding],
    biomarkers: Iterable[NotAssessed],
    context: Context,
    with_promoter: frozenset[str],
    waiting: Mapping[str, Sequence[str]] | None = None,
) -> tuple[NotAssessed, ...]:
    """Return every gene, event class, biomarker and context field that the input could not show.

    ``biomarkers`` are the gaps of biomarkers. ``with_promoter`` names the genes whose promoter is of
    interest; for others it is not asked. ``waiting`` names the lines of the report that each need keeps open.
    """
    gaps = [*_genes(seen, with_promoter), *_findings(findings)]
    if not any(GERMLINE_SCOPE in scopes for scopes in seen.values()):
        gaps.append(_GERMLINE)
    gaps.extend(biomarkers)
    for field, name, remedy in _CONTEXT:
        decides = (waiting or {}).get(context_need(field), ())
        if getattr(context, field) is None and (decides or field not in _ONLY_IF_ASKED):
            told = f"; it would help to decide {_lines(decides)}" if decides else ""
            gaps.append(NotAssessed(name, f"not given with the sample{told}", f"give it with {remedy}"))
    return tuple(gaps)


def _lines(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def waiting(therapies: Iterable[TherapyLine], trials: Iterable[TrialLine]) -> dict[str, list[str]]:
    """Return, for each test or field that would help, the statements and arms that it keeps open."""
    found: dict[str, list[str]] = {}
    for line in therapies:
        for need in line.needs:
            found.setdefault(need, []).append(line.id)
    for arm in trials:
        if arm.match is Truth.UNKNOWN and not arm.historical:
            for need in dict.fromkeys(need for leaf in arm.reasons for need in leaf.needs):
                found.setdefault(need, []).append(f"{arm.nct}/{arm.arm_id}")
    return found


def _genes(seen: Mapping[str, Mapping[str, Coverage]], with_promoter: frozenset[str]) -> list[NotAssessed]:
    groups: dict[tuple[str, str], list[str]] = {}
    for gene, scopes in sorted(seen.items()):
        for scope, cover in scopes.items():
            if scope == GERMLINE_SCOPE:
                continue
            if cover.state == "assessed" or (scope == "promoter" and gene not in with_promoter):
                continue
            share = f" ({cover.covered:.0%})" if cover.state == "partly" and cover.covered is not None else ""
            groups.setdefault((scope, cover.reason), []).append(gene + share)
    total = len(seen)
    result = []
    for (scope, reason), genes in groups.items():
        why, remedy = _WHY.get(reason, (reason.replace("_", " "), "ask the laboratory what was sequenced"))
        who = "all panel genes" if len(genes) == total else ", ".join(genes)
        result.append(NotAssessed(f"{_SCOPE_WORDS[scope]}: {who}", why, remedy))
    return result


def _findings(findings: Iterable[Finding]) -> list[NotAssessed]:
    gaps = []
    for finding in findings:
        name = finding.hgvsc or finding.hgvsc_unshifted or finding.id
        if finding.event == "undetermined":
            gaps.append(
                NotAssessed(
                    f"effect of {finding.gene} {name}", finding.reading, "run again with --fasta REFERENCE.fa"
                )
            )
        elif finding.conflict:
            gaps.append(
                NotAssessed(
                    f"effect of {finding.gene} {name}", finding.conflict, "review of the transcript by hand"
                )
            )
    return gaps
