"""``netboard explain``: the whole chain from a VCF record to what the report says of it."""

from __future__ import annotations

import argparse
import sys

from netboard.errors import InputError
from netboard.model.result import Evaluation, Finding, Interpretation, PrognosisLine, Proof, TherapyLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``explain``."""
    parser.add_argument("result", metavar="S.json", help="a result that `netboard run` stored")
    parser.add_argument(
        "finding", metavar="FINDING", help="id of a finding, or a gene symbol for all of its findings"
    )


def run(args: argparse.Namespace) -> int:
    """Print the chain of each finding that fits."""
    from netboard.stored import read_result

    result = read_result(args.result)
    wanted = args.finding
    found = [f for f in result.findings if wanted == f.id or wanted.upper() == f.gene.upper()]
    if not found:
        _explain_absence(result, wanted, args.result)
        return 0
    print("\n\n".join(explain(result, finding) for finding in found))
    return 0


def explain(result: Interpretation, finding: Finding) -> str:
    """Return the chain of one finding as indented text."""
    lines = [
        f"{finding.id}",
        f"  record       {finding.record or 'not stored'}",
        f"  filter       {finding.filter}; reads {_reads(finding)} ({finding.vaf_source or 'source not stated'}); "
        f"support {finding.support}",
        f"  reference    REF {finding.ref_check}",
        f"  transcript   {finding.transcript or 'none'} ({finding.transcript_status or 'no status'}), "
        f"exon {finding.exon or 'none'}" + (f", intron {finding.intron}" if finding.intron else ""),
        f"  consequence  {', '.join(finding.consequence) or 'none'} (by {finding.consequence_source})",
        f"  name         {finding.hgvsc or finding.hgvsc_unshifted or 'none'}  {finding.hgvsp or 'protein not proved'}",
        f"  event        {finding.event}: {finding.reading}",
    ]
    for note in finding.upstream_notes:
        verdict = {True: "agrees", False: "differs", None: "not comparable"}[note.agrees]
        lines.append(
            f"  upstream     {note.source}: {', '.join(note.consequence)} on {note.transcript} "
            f"(chosen as {note.chosen_by or 'not said'}; {verdict})"
        )
    if finding.conflict:
        lines.append(f"  conflict     {finding.conflict}")
    lines.append(f"  origin       {finding.origin}: {finding.origin_basis}")
    onco = finding.oncogenicity
    if onco is not None:
        lines.append(f"  significance {onco.significance}: {onco.basis}")
        points = (
            "; ".join(f"{c.code} {c.points:+d} {c.reason}" for c in onco.criteria) or "no criterion applies"
        )
        lines.append(f"  oncogenicity {onco.classification}, {onco.points} points: {points}")
    for evaluation in result.evaluations:
        if finding.id in evaluation.because and evaluation.proof is not None:
            lines.extend(_rule(evaluation, result))
    return "\n".join(lines)


def _reads(finding: Finding) -> str:
    vaf = f"{finding.vaf:.1%}" if finding.vaf is not None else "VAF unknown"
    if finding.depth is None:
        return vaf
    return f"{finding.alt_depth if finding.alt_depth is not None else '?'} of {finding.depth}, {vaf}"


def _rule(evaluation: Evaluation, result: Interpretation) -> list[str]:
    lines = [f"  rule {evaluation.rule}: {evaluation.value.value} ({evaluation.code})"]
    assert evaluation.proof is not None
    lines.extend(_tree(evaluation.proof, 2))
    lines.extend(
        f"    settled by: {need}" for need in evaluation.needs if evaluation.value.value == "unknown"
    )
    lines_of_rules: tuple[TherapyLine | PrognosisLine, ...] = (*result.therapies, *result.prognosis)
    for line in lines_of_rules:
        if line.id == evaluation.rule:
            lines.append(f"    => {line.match}: {line.statement}")
            lines.append(
                f"       sources: {', '.join(_source(result, key) for key in line.sources) or 'none'}"
            )
    lines.extend(
        f"    => {trial.nct} {trial.arm}: {trial.match.value}, status {trial.status}"
        for trial in result.trials
        if f"{trial.nct}/{trial.arm_id}" == evaluation.rule
    )
    return lines


def _source(result: Interpretation, key: str) -> str:
    known = result.knowledge_slice.get("sources", {}).get(key)
    if not known:
        return key
    ids = [
        f"PMID {known['pmid']}" if known.get("pmid") else "",
        known.get("doi") or "",
        known.get("nct") or "",
    ]
    return f"{known['citation']} ({'; '.join(i for i in ids if i) or 'identifier open'})"


def _tree(proof: Proof, depth: int) -> list[str]:
    mark = {"yes": "+", "no": "-", "unknown": "?"}[proof.value.value]
    lines = [f"{'  ' * depth}{mark} {proof.clause} [{proof.code}]"]
    for child in proof.children:
        if child.because or child.value.value != "unknown" or len(proof.children) <= 4:
            lines.extend(_tree(child, depth + 1))
    return lines


def _explain_absence(result: Interpretation, gene: str, place: str) -> None:
    for state in result.genes:
        if state.gene.upper() == gene.upper():
            print(
                f"{state.gene}: no finding; small variants {state.small_variants}, copy number {state.copy_number}, "
                f"fusions {state.fusions}"
            )
            for gap in result.not_assessed:
                if state.gene in gap.what or "all panel genes" in gap.what:
                    print(f"  {gap.what}: {gap.why}; {gap.remedy}", file=sys.stdout)
            return
    raise InputError(
        f"no finding and no panel gene {gene!r}", where=place, remedy="Use an id of its findings."
    )
