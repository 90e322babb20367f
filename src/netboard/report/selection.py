"""Which findings are key findings: the one place that decides what a report counts and lists first.

The command line, the pages and the cohort all ask here, so that a number means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from netboard.model.result import Finding, TrialLine


def significance(finding: Finding) -> str:
    """Return pathogenic, uncertain, benign, or ``event`` where no such statement is made for the kind.

    Of copy-number and rearrangement findings the kind is the statement.
    """
    if finding.type != "small_variant" or finding.oncogenicity is None:
        return "event"
    return finding.oncogenicity.significance


def reportable(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the key findings in their order: passed by the caller, and neither silent nor benign.

    Loss of heterozygosity counts only in a gene with another key finding, whose second copy it takes:
    a lost chromosome arm would otherwise bury the findings under every gene that lies on it.
    """
    passed = [finding for finding in findings if _by_itself(finding)]
    hit = {finding.gene for finding in passed if finding.event != "loss_of_heterozygosity"}
    return tuple(f for f in passed if f.event != "loss_of_heterozygosity" or f.gene in hit)


def _by_itself(finding: Finding) -> bool:
    return finding.filter_passed and finding.event != "synonymous" and significance(finding) != "benign"


def is_filtered_hotspot(finding: Finding) -> bool:
    """Whether it is a known recurrent allele that the caller's filters stopped."""
    return not finding.filter_passed and (finding.event == "hotspot" or finding.hotspot is not None)


def fits(line: TrialLine) -> bool:
    """Whether an arm of a trial that is not over fits in molecular rule and context."""
    return line.match.value == "yes" and not line.historical
