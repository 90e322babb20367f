"""What the input could not show: each gap with its reason and its remedy.

Genes that share a reason are named in one line, so that the list stays readable; none is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netboard.knowledge.leaves import context_need
from netboard.model.evidence import Truth
from netboard.model.facts import GERMLINE_SCOPE, Coverage
from netboard.model.result import (
    Clonality,
    Context,
    Finding,
    GeneAlteration,
    NotAssessed,
    TherapyLine,
    TrialLine,
)
from netboard.model.standard import Standard

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
    "no_copy_number_call": (
        "no call of copy number covers these genes (on X a call needs the number of copies in normal cells)",
        "copy-number segments with total copies there, and --sex for genes on X",
    ),
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
    "origin",
)
#: How many names a line of text holds; all of them stand in its ``genes``.
_NAMES = 12
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
_ONLY_IF_ASKED = ("functioning",)
#: Lines that are named for a field; the rest is counted.
_NAMED = 6


def not_assessed(
    seen: Mapping[str, Mapping[str, Coverage]],
    findings: Iterable[Finding],
    biomarkers: Iterable[NotAssessed],
    context: Context,
    with_promoter: frozenset[str],
    waiting: Mapping[str, Sequence[str]] | None = None,
    alterations: Iterable[GeneAlteration] = (),
    clonality: Iterable[Clonality] = (),
    standard: Standard = Standard(),  # noqa: B008  (frozen)
) -> tuple[NotAssessed, ...]:
    """Return every gene, event class, biomarker and context field that the input could not show.

    ``biomarkers`` are the gaps of biomarkers. ``with_promoter`` names the genes whose promoter is of
    interest; for others it is not asked. ``waiting`` names the lines of the report that each need keeps open.
    ``alterations`` and ``clonality`` say what stays open of hits and of cells, ``standard`` names the criteria
    whose data are absent.
    """
    found = tuple(findings)
    gaps = [*_genes(seen, with_promoter), *_findings(found)]
    if not any(GERMLINE_SCOPE in scopes for scopes in seen.values()):
        gaps.append(_GERMLINE)
    gaps.extend(biomarkers)
    gaps.extend(_hits(alterations))
    gaps.extend(_cells(clonality, found))
    gaps.extend(_criteria(found, standard))
    for field, name, remedy in _CONTEXT:
        decides = (waiting or {}).get(context_need(field), ())
        if getattr(context, field) is None and (decides or field not in _ONLY_IF_ASKED):
            told = f"; it would help to decide {_lines(decides)}" if decides else ""
            gaps.append(
                NotAssessed(name, f"not given with the sample{told}", f"give it with {remedy}", "context")
            )
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
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for gene, scopes in sorted(seen.items()):
        for scope, cover in scopes.items():
            if scope == GERMLINE_SCOPE:
                continue
            if cover.state == "assessed" or (scope == "promoter" and gene not in with_promoter):
                continue
            share = f" ({cover.covered:.0%})" if cover.state == "partly" and cover.covered is not None else ""
            groups.setdefault((scope, cover.reason), []).append((gene, share))
    total = len(seen)
    result = []
    for (scope, reason), genes in groups.items():
        why, remedy = _WHY.get(reason, (reason.replace("_", " "), "ask the laboratory what was sequenced"))
        who = "all panel genes" if len(genes) == total else ", ".join(gene + share for gene, share in genes)
        what = f"{_SCOPE_WORDS[scope]}: {who}"
        result.append(NotAssessed(what, why, remedy, "gene", tuple(gene for gene, _ in genes), scope))
    return result


def _findings(findings: Iterable[Finding]) -> list[NotAssessed]:
    gaps = []
    for finding in findings:
        name = finding.hgvsc or finding.hgvsc_unshifted or finding.id
        if finding.event == "undetermined":
            gaps.append(
                NotAssessed(
                    f"effect of {finding.gene} {name}",
                    finding.reading,
                    "run again with --fasta REFERENCE.fa",
                    "effect",
                    (finding.gene,),
                )
            )
        elif finding.conflict:
            gaps.append(
                NotAssessed(
                    f"effect of {finding.gene} {name}",
                    finding.conflict,
                    "review of the transcript by hand",
                    "effect",
                    (finding.gene,),
                )
            )
    return gaps


def _hits(alterations: Iterable[GeneAlteration]) -> list[NotAssessed]:
    """Return the suppressor genes whose second hit is open, those of one reason and remedy together."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for item in alterations:
        if item.asked and item.two_hits is Truth.UNKNOWN:
            groups.setdefault((item.code, item.because, item.needs), []).append(item.gene)
    return [
        NotAssessed(f"two hits: {_named(genes)}", why, _listed(needs), "two_hits", tuple(genes))
        for (_, why, needs), genes in groups.items()
    ]


def _cells(clonality: Iterable[Clonality], findings: Sequence[Finding]) -> list[NotAssessed]:
    """Return what keeps the share of tumour cells open, the variants of one reason together."""
    gene_of = {finding.id: finding.gene for finding in findings}
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for item in clonality:
        if item.state == "unknown":
            groups.setdefault((item.because, item.needs), []).append(gene_of[item.finding])
    return [
        NotAssessed(f"share of tumour cells: {_named(genes)}", why, _listed(needs), "clonality", tuple(genes))
        for (why, needs), held in groups.items()
        for genes in (list(dict.fromkeys(held)),)
    ]


def _criteria(findings: Sequence[Finding], standard: Standard) -> list[NotAssessed]:
    """Return each criterion of the points standard that could not be assessed for some variant that counts."""
    open_: dict[str, dict[str, None]] = {}
    for item in findings:
        onco = item.oncogenicity
        if onco is None or not item.filter_passed or onco.significance == "benign":
            continue
        for text in onco.not_assessed:
            open_.setdefault(text.partition(" ")[0], {})[item.gene] = None
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for rule in standard.criteria:
        if genes := tuple(open_.get(rule.code, ())):
            held = groups.setdefault((rule.needs, rule.remedy, genes), [])
            held.append(f"{rule.code} ({rule.short})")
    return [
        NotAssessed(
            f"oncogenicity criteria {', '.join(names)}: {_named(genes)}", why, remedy, "criterion", genes
        )
        for (why, remedy, genes), names in groups.items()
    ]


def _named(genes: Sequence[str]) -> str:
    more = f" and {len(genes) - _NAMES} more" if len(genes) > _NAMES else ""
    return f"{', '.join(genes[:_NAMES])}{more}"


def _listed(needs: Sequence[str]) -> str:
    return "; ".join(needs) or "a second look at the figures"
