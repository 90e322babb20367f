from __future__ import annotations

import argparse
import builtins
import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.interpretations import (
    ATRX_OPEN,
    BRAF,
    CDKN2A_LOST,
    KRAS_FILTERED,
    MEN1,
    PANEL,
    PIK3CA_VUS,
    PTEN,
    VHL_SILENT,
    minimal,
    nothing_found,
    rich,
)
from fixtures.pages import Page, faults
from netboard.cli import cohort as verb
from netboard.cli import report as report_verb
from netboard.cli.writing import write_sample
from netboard.cohort.page import render
from netboard.cohort.store import COLUMNS, finding_classes, write_batch_parquet
from netboard.cohort.summary import Cohort, Failed, GeneCount, summarise
from netboard.cohort.tables import alterations_tsv, biomarkers_tsv, genes_tsv, samples_tsv
from netboard.errors import ConfigError, InputError
from netboard.model.alteration import GeneAlteration
from netboard.model.evidence import Truth
from netboard.model.result import BiomarkerResult, Finding, Interpretation
from netboard.model.share import score_interval
from netboard.output import safe_name

#: Directory of the sample whose name holds a space.
FIRST = safe_name("S 1")


@pytest.fixture(autouse=True)
def _needs_duckdb(request: pytest.FixtureRequest) -> None:
    if "without_duckdb" not in request.node.name:
        pytest.importorskip("duckdb", reason="duckdb comes with the extra `cohort`")


def sample(name: str, base: Interpretation, findings: Sequence[Finding] = ()) -> Interpretation:
    return replace(base, sample=name, findings=tuple(findings))


def summary(tmp_path: Path, *results: Interpretation, failed: Sequence[Failed] = ()) -> Cohort:
    path = tmp_path / "variants.parquet"
    write_batch_parquet(results, path)
    return summarise([path], failed=failed)


def gene(cohort: Cohort, symbol: str, scope: str = "small_variants") -> GeneCount:
    (row,) = [row for row in cohort.genes if row.gene == symbol and row.scope == scope]
    return row


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_frequency_counts_only_samples_in_which_the_gene_was_assessed(tmp_path: Path) -> None:
    cohort = summary(
        tmp_path,
        sample("a", rich(), [MEN1]),
        sample("b", rich()),
        sample("c", nothing_found()),
        sample("d", minimal()),
    )
    row = gene(cohort, "MEN1")
    assert (row.altered, row.denominator, row.frequency) == (1, 3, pytest.approx(1 / 3))
    assert (row.assessed, row.partly, row.not_assessed, row.undeclared) == (3, 0, 0, 1)


def test_an_alteration_where_the_assay_was_not_declared_raises_no_frequency(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", minimal(), [MEN1]), sample("b", minimal()))
    row = gene(cohort, "MEN1")
    assert (row.altered, row.denominator, row.frequency) == (0, 0, None)
    assert row.altered_elsewhere == 1


def test_a_partly_or_uncovered_gene_is_in_no_denominator(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", rich()), sample("b", nothing_found()))
    assert (gene(cohort, "NF1").partly, gene(cohort, "NF1").denominator) == (1, 1)
    assert (gene(cohort, "APC").not_assessed, gene(cohort, "APC").frequency) == (2, None)


def test_an_undetermined_effect_is_neither_altered_nor_unaltered(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", rich(), [ATRX_OPEN]), sample("b", rich()))
    row = gene(cohort, "ATRX")
    assert (row.undetermined, row.altered, row.denominator) == (1, 0, 1)


def test_silent_and_filtered_variants_alter_no_gene(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", rich(), [VHL_SILENT, KRAS_FILTERED]))
    assert gene(cohort, "VHL").altered == gene(cohort, "KRAS").altered == 0
    assert cohort.alterations == ()
    assert finding_classes([VHL_SILENT, KRAS_FILTERED]) == ("benign", "filtered")


def test_a_lost_arm_alters_only_the_gene_whose_second_copy_it_takes(tmp_path: Path) -> None:
    losses = [replace(CDKN2A_LOST, id=g, gene=g, event="loss_of_heterozygosity") for g in ("MEN1", "ATRX")]
    cohort = summary(tmp_path, sample("a", rich(), [MEN1, *losses]))
    assert gene(cohort, "MEN1", "copy_number").altered == 1
    assert gene(cohort, "ATRX", "copy_number").altered == 0


def test_uncertain_and_pathogenic_are_told_apart(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", rich(), [PIK3CA_VUS, PTEN]))
    assert (gene(cohort, "PIK3CA").uncertain, gene(cohort, "PIK3CA").pathogenic) == (1, 0)
    assert (gene(cohort, "PTEN").uncertain, gene(cohort, "PTEN").pathogenic) == (0, 1)


def test_a_gene_with_two_variants_counts_its_sample_once(tmp_path: Path) -> None:
    other = replace(PTEN, id="PTEN:10-1-A-T", hgvsc="NM_000314.8:c.1A>T")
    cohort = summary(tmp_path, sample("a", rich(), [PTEN, other]))
    assert gene(cohort, "PTEN").altered == 1
    assert len(cohort.alterations) == 2


def test_copy_number_has_a_denominator_of_its_own(tmp_path: Path) -> None:
    cohort = summary(tmp_path, sample("a", rich(), [CDKN2A_LOST]), sample("b", rich()))
    assert gene(cohort, "CDKN2A").altered == 0
    assert (
        gene(cohort, "CDKN2A", "copy_number").altered,
        gene(cohort, "CDKN2A", "copy_number").denominator,
    ) == (1, 2)
    assert gene(cohort, "CDKN2A", "fusions").denominator == 0


def test_a_gene_that_some_samples_do_not_list_was_not_assessed_in_them(tmp_path: Path) -> None:
    older = replace(
        rich(), sample="old", findings=(), genes=tuple(g for g in rich().genes if g.gene != "VHL")
    )
    row = gene(summary(tmp_path, older, sample("new", rich())), "VHL")
    assert (row.assessed, row.not_assessed) == (1, 1)


def test_the_counts_of_every_gene_add_up_to_the_samples(tmp_path: Path) -> None:
    cohort = summary(tmp_path, rich("a"), nothing_found(), minimal(), sample("b", minimal(), [BRAF]))
    assert {row.gene for row in cohort.genes} == set(PANEL)
    for row in cohort.genes:
        assert row.assessed + row.partly + row.not_assessed + row.undeclared == 4
        assert row.altered + row.undetermined <= row.assessed


def test_batches_merge_to_what_one_batch_says(tmp_path: Path) -> None:
    results = [rich("a"), sample("b", nothing_found()), sample("c", minimal())]
    whole, first, second, none = (
        tmp_path / f"{name}.parquet" for name in ("whole", "first", "second", "none")
    )
    write_batch_parquet(results, whole)
    write_batch_parquet(results[:2], first)
    write_batch_parquet(results[2:], second)
    write_batch_parquet([], none)
    assert summarise([first, second, none]) == summarise([whole])


def test_arms_and_statements_are_counted_by_outcome(tmp_path: Path) -> None:
    cohort = summary(tmp_path, rich("a"), nothing_found(), minimal())
    arms = {row["line_id"]: row for row in cohort.arms}
    sunitinib = arms["NCT02315625/sunitinib"]
    assert (sunitinib["yes"], sunitinib["unknown"], sunitinib["no"]) == (1, 1, 0)
    assert sunitinib["historical"] is True
    near = arms["NCT02034110/basket"]
    assert (near["near_misses"], near["settled_by"]) == (1, "a: prior therapy of this patient")
    therapies = {row["line_id"]: row for row in cohort.therapies}
    assert (therapies["braf-mek"]["yes"], therapies["azacytidine"]["unknown"]) == (1, 1)


def test_a_sample_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than once: NB-RICH"):
        summary(tmp_path, rich(), rich())


def test_a_file_that_is_no_parquet_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("not parquet")
    with pytest.raises(InputError, match="cannot be read"):
        summarise([tmp_path / "x.parquet"])


def test_the_store_keeps_every_column_of_its_contract(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "a'[b]*.parquet"
    write_batch_parquet([rich()], path)
    assert summarise([path]).samples[0]["sample"] == "NB-RICH"
    copy = tmp_path / "plain.parquet"
    path.rename(copy)
    names = [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{copy}'").fetchall()]
    assert names == list(COLUMNS)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_the_interval_is_that_of_score_interval(hits: int, total: int, low: float, high: float) -> None:
    # Figures: Wilson score interval without continuity correction.
    assert score_interval(hits, total) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_tables_hold_every_gene_sample_and_alteration(tmp_path: Path) -> None:
    failed = Failed("bad", "bad.vcf: truncated", "bad.vcf", "b1")
    cohort = summary(tmp_path, rich("a"), sample("b", nothing_found()), failed=[failed])
    assert len(read(genes_tsv(cohort))) == 4 * len(PANEL)
    samples = {row["sample"]: row for row in read(samples_tsv(cohort))}
    assert (samples["a"]["status"], samples["bad"]["status"]) == ("done", "failed")
    assert samples["bad"]["error"] == "bad.vcf: truncated"
    rows = read(alterations_tsv(cohort))
    assert {row["gene"] for row in rows} == {f.gene for f in rich().findings} - {"VHL", "KRAS"}
    assert {row["samples_with_it"] for row in rows} == {"1"}


def test_biomarkers_and_subgroups_that_could_not_be_told_are_counted_apart(tmp_path: Path) -> None:
    lines = [
        BiomarkerResult("Loss of chromosome 18", value, "", state, "why", "c18")
        for value, state in (("yes", "estimated"), ("no", "estimated"), ("partly", "open"), (None, "refused"))
    ]
    cohort = summary(
        tmp_path, *(replace(sample(str(i), nothing_found()), biomarkers=(x,)) for i, x in enumerate(lines))
    )
    (row,) = [row for row in cohort.marker_counts if row["kind"] == "biomarker"]
    assert (row["told"], row["other_than_no"], row["open"]) == (2, 1, 2)
    table = [row for row in read(biomarkers_tsv(cohort)) if row["kind"] == "biomarker"]
    assert [(row["value"], row["state"]) for row in table] == [
        ("yes", "estimated"), ("no", "estimated"), ("partly", "open"), ("", "refused"),
    ]  # fmt: skip
    assert {row["state"] for row in read(biomarkers_tsv(cohort)) if row["kind"] == "subgroup"} == {"no"}
    assert "Biomarkers and molecular subgroups" in render(cohort)


def test_samples_of_a_suppressor_are_counted_by_whether_both_copies_are_hit(tmp_path: Path) -> None:
    def hit(name: str, value: Truth, *, asked: bool = True) -> Interpretation:
        events = (
            GeneAlteration(
                "MEN1", "tumour_suppressor", (MEN1.id,), ("truncating",), asked, value, "code", "why"
            ),
        )
        return replace(sample(name, nothing_found(), [MEN1]), alterations=events)

    results = [hit("a", Truth.YES), hit("b", Truth.YES), hit("c", Truth.NO), hit("d", Truth.UNKNOWN)]
    oncogene = replace(hit("e", Truth.UNKNOWN, asked=False))
    cohort = summary(tmp_path, *results, oncogene)
    assert [dict(row) for row in cohort.two_hits] == [
        {"gene": "MEN1", "samples": 4, "yes": 2, "no": 1, "unknown": 1}
    ]
    page = render(cohort)
    assert faults(page) == []
    assert "Tumour suppressors: both copies hit" in Page(page).text()
    assert "MEN1 4 2 1 1" in Page(page).text()
    assert "both copies hit" not in render(summary(tmp_path, oncogene))


def test_the_page_is_well_formed_and_shows_denominators_failures_and_gaps(tmp_path: Path) -> None:
    failed = Failed("bad", "bad.vcf: truncated gzip", "bad.vcf", "b1")
    cohort = summary(
        tmp_path, rich("a"), sample("b", nothing_found()), sample("c", minimal()), failed=[failed]
    )
    page = render(cohort)
    assert faults(page) == []
    text = Page(page).text()
    assert (
        "8 reportable findings in 8 genes, in 1 of 3 samples; 0 trial arms fit at least one sample." in text
    )
    assert "MEN1 1 of 2 50 % (9 to 91) 1 0 0 0 0 1 0" in text
    assert "1 sample of the manifests failed and stands in no count" in text
    assert "bad bad.vcf: truncated gzip bad.vcf" in text
    assert "The assay of 1 sample was not declared" in text
    assert "44.1 % (30 of 68)" in text
    assert "wild type" not in text


def test_a_page_without_any_finding_says_so(tmp_path: Path) -> None:
    page = render(summary(tmp_path, nothing_found()))
    assert faults(page) == []
    assert "0 reportable findings in 0 genes, in 0 of 1 sample" in Page(page).text()
    assert "No reportable finding in any sample." in Page(page).text()


def test_markup_in_sample_names_stays_text_on_the_page(tmp_path: Path) -> None:
    hostile = "<script>alert('1')</script>"
    page = render(summary(tmp_path, rich(hostile)))
    assert faults(page) == []
    assert hostile in Page(page).text()


def test_a_large_cohort_keeps_its_page_small_and_says_what_is_not_drawn(tmp_path: Path) -> None:
    cohort = summary(
        tmp_path, *(sample(f"S{i:04d}", rich(), [MEN1] if i % 3 else [BRAF]) for i in range(450))
    )
    page = render(cohort)
    assert len(page.encode()) < 400_000
    assert "The first 400 of 450 samples are drawn; the tables hold all." in Page(page).text()


def run(module: Any, *arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args([str(item) for item in arguments]))
    return code


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Return a batch directory as ``netboard batch`` leaves it: two samples done, one failed."""
    directory = tmp_path / "results" / "batches" / "b1"
    results = [rich("S 1"), sample("S2", nothing_found())]
    for result in results:
        write_sample(result, directory / "samples", ("html", "json"))
    write_batch_parquet(results, directory / "variants.parquet")
    (directory / "manifest.tsv").write_text(
        "sample\tstatus\terror\tvcf\nS 1\tdone\t\ta.vcf\nS2\tdone\t\tb.vcf\nS3\tfailed\tc.vcf: empty\tc.vcf\n"
    )
    return directory


def written(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_the_verb_writes_page_tables_and_parquet_with_links_to_the_reports(
    tmp_path: Path, batch: Path
) -> None:
    out = tmp_path / "results" / "cohort"
    assert run(verb, batch, "--out", out) == 0
    assert written(out) == {
        f"cohort.{n}"
        for n in ("html", "genes.tsv", "samples.tsv", "alterations.tsv", "biomarkers.tsv", "parquet")
    }
    page = (out / "cohort.html").read_text()
    assert faults(page) == []
    links = [a["href"] for a in Page(page).all("a") if a["href"].endswith("report.html")]
    assert links == [
        f"../batches/b1/samples/{FIRST}/{FIRST}.report.html",
        "../batches/b1/samples/S2/S2.report.html",
    ]
    assert all((out / link).is_file() for link in links)
    assert summarise([out / "cohort.parquet"]).genes == summarise([batch / "variants.parquet"]).genes


@pytest.mark.parametrize("form", ["batch", "above", "files", "without_parquet"])
def test_every_way_to_name_results_gives_the_same_counts(tmp_path: Path, batch: Path, form: str) -> None:
    inputs: list[Path] = [batch]
    if form == "above":
        inputs = [batch.parent.parent]
    elif form == "files":
        inputs = sorted(batch.rglob("*.json"))
    elif form == "without_parquet":
        (batch / "variants.parquet").unlink()
    run(verb, *inputs, "--out", tmp_path / "out")
    rows = read((tmp_path / "out" / "cohort.genes.tsv").read_text())
    (men1,) = [row for row in rows if (row["gene"], row["scope"]) == ("MEN1", "small_variants")]
    assert (men1["altered"], men1["denominator"]) == ("1", "2")


def test_failed_samples_of_the_manifest_are_shown(tmp_path: Path, batch: Path) -> None:
    run(verb, batch, "--out", tmp_path / "out")
    assert "S3 c.vcf: empty c.vcf" in Page((tmp_path / "out" / "cohort.html").read_text()).text()


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path, batch: Path) -> None:
    assert run(verb, batch, batch.parent, "--out", tmp_path / "out") == 0


def test_other_json_beside_results_is_left_out_and_said(
    tmp_path: Path, batch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (batch.parent.parent / "config.json").write_text(json.dumps({"a": 1}))
    assert run(verb, batch.parent.parent, "--out", tmp_path / "out") == 0
    assert "config.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (
            lambda batch: (
                (batch / "samples" / "S2" / "S2.json").unlink() or (batch / "variants.parquet").unlink()
            ),
            "missing",
        ),
        (lambda batch: write_batch_parquet([rich("S 1")], batch / "variants.parquet"), "lacks 1 sample"),
        (
            lambda batch: (batch / "manifest.tsv").write_text("sample\tstatus\nS 1\tmaybe\n"),
            "no line of a manifest",
        ),
    ],
)
def test_a_damaged_batch_is_one_clear_error_and_nothing_is_written(
    tmp_path: Path, batch: Path, break_it: Callable[[Path], object], message: str
) -> None:
    break_it(batch)
    with pytest.raises(InputError, match=message):
        run(verb, batch, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_result_at_all_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(InputError) as caught:
            run(verb, place, "--out", tmp_path / "out")
        assert str(place) in str(caught.value)


def test_a_batch_whose_every_sample_failed_makes_a_page_of_failures(tmp_path: Path) -> None:
    directory = tmp_path / "b"
    (directory / "samples").mkdir(parents=True)
    write_batch_parquet([], directory / "variants.parquet")
    (directory / "manifest.tsv").write_text("sample\tstatus\terror\tvcf\nS\tfailed\tempty\ts.vcf\n")
    assert run(verb, directory, "--out", tmp_path / "out") == 0
    assert "Samples without a result: 1" in Page((tmp_path / "out" / "cohort.html").read_text()).text()


def test_reports_are_rendered_again_from_a_batch_in_other_formats(tmp_path: Path, batch: Path) -> None:
    assert run(report_verb, batch, "--formats", "maf,vcf", "--out", tmp_path / "again") == 0
    found = sorted(str(path.relative_to(tmp_path / "again")) for path in (tmp_path / "again").rglob("S*.*"))
    assert found == [
        f"{s}/{s}.{e}"
        for s in sorted(("S2", FIRST))
        for e in ("annotated.vcf.gz", "annotated.vcf.gz.tbi", "maf")
    ]


def test_a_rendered_report_is_that_of_the_first_run(tmp_path: Path, batch: Path) -> None:
    run(report_verb, batch / "samples" / FIRST / f"{FIRST}.json", "--out", tmp_path / "again")
    first = (batch / "samples" / FIRST / f"{FIRST}.report.html").read_bytes()
    assert (tmp_path / "again" / FIRST / f"{FIRST}.report.html").read_bytes() == first


def test_two_results_of_one_name_are_not_written_over_each_other(tmp_path: Path, batch: Path) -> None:
    other = tmp_path / "other"
    write_sample(sample("S2", rich()), other, ("json",))
    with pytest.raises(ConfigError, match="S2"):
        run(report_verb, batch, other, "--out", tmp_path / "again")


def test_without_duckdb_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"pip install 'netboard\[cohort\]'"):
        write_batch_parquet([minimal()], tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_an_older_netboard_lacks_columns_and_is_read_all_the_same(tmp_path: Path) -> None:
    import duckdb

    new, old = tmp_path / "new.parquet", tmp_path / "old.parquet"
    write_batch_parquet([rich("NEW")], new)
    write_batch_parquet([rich("OLD")], tmp_path / "whole.parquet")
    duckdb.execute(
        f"COPY (SELECT * EXCLUDE (two_hits, clonality) FROM read_parquet('{tmp_path / 'whole.parquet'}')) "
        f"TO '{old}' (FORMAT parquet)"
    )
    for parts in ([old], [old, new]):
        hits = {(row["sample"], row["gene"]): row["two_hits"] for row in summarise(parts).alterations}
        assert hits["OLD", "PTEN"] is None
        assert len(parts) == 1 or hits["NEW", "PTEN"] == "yes"
