"""The cohort as one self-contained HTML page: the picture, the frequencies with what they count over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netboard.cohort.oncoprint import MAX_SAMPLES, oncoprint
from netboard.cohort.summary import PICTURE_GENES, Cohort, GeneCount, recurrent
from netboard.report import phrases
from netboard.report.coverage import SCOPES
from netboard.report.html import render_template

#: Samples that the page lists at most; the table holds all.
MAX_ROWS = 1000


def render(cohort: Cohort) -> str:
    """Return the page of a cohort; it needs nothing beside it but the reports that it links to."""
    from markupsafe import Markup

    scopes = []
    for scope in SCOPES:
        of_scope = [row for row in cohort.genes if row.scope == scope]
        rows = [row for row in of_scope if scope == "small_variants" or _found(row)]
        quiet = sum(bool(row.assessed) for row in of_scope if row not in rows)
        scopes.append((phrases.SCOPES[scope], rows, quiet))
    current = [row for row in cohort.arms if not row["historical"]]
    past = [row for row in cohort.arms if row["historical"]]
    return render_template(
        "cohort.html.j2",
        c=cohort,
        text=phrases,
        answer=_answer(cohort),
        remarks=list(_remarks(cohort)),
        knowledge=_knowledge(cohort),
        # The picture escapes what it shows itself.
        picture=Markup(oncoprint(cohort)),
        drawn_genes=min(PICTURE_GENES, len(recurrent(cohort.genes))),
        max_samples=MAX_SAMPLES,
        max_rows=MAX_ROWS,
        scopes=scopes,
        share=share,
        published=list(_published(cohort)),
        arms=(("Trials that may be open", current), ("Historical trials: never an option", past)),
        direction=lambda code: phrases.word(phrases.DIRECTIONS, code),
    )


def share(row: GeneCount) -> str:
    """Return ``38 % (14 to 69)``, or that there is no share where no sample was assessed."""
    if row.frequency is None or row.low is None or row.high is None:
        return "none assessed"
    return f"{row.frequency * 100:.0f} % ({_rounded(row.low)} to {_rounded(row.high)})"


def _rounded(fraction: float) -> str:
    """Return per cent without decimals, with one below one per cent, so that nought means nought."""
    return f"{fraction * 100:.1f}" if 0 < fraction < 0.01 else f"{fraction * 100:.0f}"


def _found(row: GeneCount) -> bool:
    return bool(row.altered or row.altered_elsewhere or row.undetermined)


def _answer(cohort: Cohort) -> str:
    with_finding = len({row["sample"] for row in cohort.alterations})
    genes = len({row["gene"] for row in cohort.alterations})
    arms = sum(row["yes"] > 0 and not row["historical"] for row in cohort.arms)
    total = len(cohort.samples)
    return (
        f"{phrases.count(len(cohort.alterations), 'reportable finding')} in {phrases.count(genes, 'gene')}, in "
        f"{with_finding} of {phrases.count(total, 'sample')}; {phrases.count(arms, 'trial arm')} "
        f"{'fits' if arms == 1 else 'fit'} at least one sample."
    )


def _remarks(cohort: Cohort) -> Iterable[str]:
    if cohort.failed:
        stands = "stands" if len(cohort.failed) == 1 else "stand"
        yield f"{phrases.count(len(cohort.failed), 'sample')} of the manifests failed and {stands} in no count."
    undeclared = sum(not row["assay_declared"] for row in cohort.samples)
    if undeclared:
        yield (
            f"The assay of {phrases.count(undeclared, 'sample')} was not declared: their genes without a finding are "
            "unknown, and they enter no frequency."
        )
    if cohort.patients < len(cohort.samples):
        yield f"The samples come from {phrases.count(cohort.patients, 'patient')}; every figure counts samples."
    if len(cohort.versions) > 1:
        yield (
            "The results were made with different versions of the knowledge base or of netboard: "
            "reinterpret them before comparing statements."
        )
    yield "Frequencies count over the samples in which a gene was assessed, never over all samples."


def _knowledge(cohort: Cohort) -> str:
    versions = dict.fromkeys(str(row["knowledge_version"] or "not stored") for row in cohort.versions)
    return f"knowledge base {', '.join(versions)}" if versions else "no result"


def _published(cohort: Cohort) -> Iterable[Mapping[str, Any]]:
    here = {row.gene: row for row in cohort.genes if row.scope == "small_variants"}
    for row in cohort.published:
        ours = here.get(str(row["gene"]))
        percent, altered, patients = row["percent"], row["altered"], row["patients"]
        counts = f" ({altered} of {patients})" if altered is not None and patients is not None else ""
        yield {
            "gene": row["gene"],
            "here": "not listed" if ours is None else f"{share(ours)}, {ours.altered} of {ours.denominator}",
            "there": f"{percent:g} %{counts}" if percent is not None else "not stated",
            "tumour": row["tumour"] or "not stated",
            "alteration": row["alteration"] or "alteration",
            "source": row["source"] or "not stored",
        }
