"""What a board reads side by side, and the chain from the record to the statement behind one click."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from fixtures.interpretations import BRAF, MEN1, PTEN, nothing_found, read_again, rich
from fixtures.pages import faults
from netboard.cli.explain import explain
from netboard.model.result import Interpretation, from_json, to_json
from netboard.report.html import render_html
from netboard.report.pdf import render_pdf


def _section(page: str, key: str) -> str:
    return page.split(f'<section id="{key}"', 1)[1].split("</section>", 1)[0]


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_each_line_says_where_its_drug_stands_and_how_old_its_evidence_is() -> None:
    shown = _text(_section(render_html(rich()), "therapies"))
    assert "Approved here (whatever the genes, so not because of this finding)" in shown
    assert (
        "Whether its approval covers this patient is open (settled by prior therapy of this patient)" in shown
    )
    assert "Preclinical (shown in animals or cells alone)" in shown
    assert "retrospective 2011, 68 patients" in shown
    assert "AMP II-C, ESCAT III-A, by everolimus-mtor-pathway" in shown


def test_for_against_and_open_of_each_drug_stand_side_by_side() -> None:
    shown = _text(_section(render_html(rich()), "therapies")).split("Each drug: for, against and open")[-1]
    assert (
        "cetuximab none egfr-antibody: not graded, opinion, opinion: not shown in any tumour, speaks against"
        in shown
    )
    assert "azacytidine none none azacytidine: level D, preclinical" in shown


def test_a_comparison_stands_in_one_place_with_its_sources() -> None:
    shown = _text(_section(render_html(rich()), "therapies")).split("Sunitinib against everolimus", 1)[1]
    assert "Speaks for none Mutations of the mTOR pathway suggest benefit." in shown
    assert "Speaks against Its conditions are not met here" in shown
    assert "rests on PTEN p.(Arg233Ter); level B; approved here; everolimus-mtor-pathway" in shown
    assert "Sunitinib against everolimus" not in render_html(nothing_found())


def test_pathway_feedback_names_its_source() -> None:
    shown = _text(_section(render_html(rich()), "therapies"))
    assert re.search(r"through loss of the negative feedback\. \[\d+\]", shown)


def test_near_misses_and_what_would_settle_them_stand_before_the_arms() -> None:
    shown = _text(_section(render_html(rich()), "trials"))
    near = "NCT02034110, BRAF V600E-mutated rare cancers: prior therapy of this patient would settle it (status unknown, status not dated)"
    assert 0 < shown.index(near) < shown.index("Arms of NCT02034110")
    assert "This alone would settle it: prior therapy of this patient" in shown


def test_every_field_of_the_context_is_shown_given_or_not() -> None:
    head = _text(render_html(rich()).split("</header>", 1)[0])
    for told in (
        "Ki-67 8 %",
        "Somatostatin receptors positive",
        "MGMT promoter not given",
        "Functioning not given",
    ):
        assert told in head


def test_a_result_read_again_says_what_changed_and_why() -> None:
    page = render_html(read_again())
    assert faults(page) == []
    shown = _text(_section(page, "changed"))
    assert "the result of 2025-02-01T09:00:00Z, read with knowledge base 2025.1" in shown
    assert "level D -> C" in shown.replace("&gt;", ">")
    assert "statement braf-mek changed" in shown
    assert 'id="changed"' not in render_html(rich())
    same = replace(read_again(), changes=())
    assert "Nothing that this report says has changed" in _section(render_html(same), "changed")


@pytest.mark.parametrize("build", [rich, read_again])
def test_comparisons_and_changes_survive_the_file_and_the_pdf(build: Callable[[], Interpretation]) -> None:
    result = build()
    assert from_json(to_json(result)) == result
    assert render_pdf(result).startswith(b"%PDF")


def test_the_chain_of_the_report_is_the_chain_that_explain_prints() -> None:
    result = rich()
    evidence = _section(render_html(result), "evidence")
    for finding in (BRAF, MEN1, PTEN):
        told = explain(result, finding)
        block = evidence.split(f"<summary>{finding.gene} ", 1)[1].split("</details>", 1)[0]
        shown = _text(block).replace("&gt;", ">").replace("&lt;", "<").replace("&#39;", "'")
        for line in told.splitlines()[1:]:
            words = re.sub(r"^\s*(rule |=> |settled by: |[+?-] )?", "", line)
            for part in re.split(r"\s{2,}", words):
                assert " ".join(part.split()).split(": yes")[0] in shown


def test_the_chain_goes_from_the_record_to_the_statement_with_its_weight() -> None:
    told = explain(rich(), PTEN)
    order = [
        "10 87957915 . C T", "NM_000314.8", "stop_gained", "truncating:", "44 of 112", "somatic", "pathogenic",
        "AMP II-C", "rule everolimus-mtor-pathway: yes", "[found]", "=> yes: Mutations of the mTOR pathway",
        "retrospective, 68 patients, pancreatic NET, shown in this tumour type", "PMID 21252315",
    ]  # fmt: skip
    places = [told.index(part) for part in order]
    assert places == sorted(places)
