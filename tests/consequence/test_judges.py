"""A small draw before the judges from outside; the whole one and its causes stand in docs/consequence-judges.md."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

from consequence.bench import bases, embedded_models, engine
from consequence.draw import drawn
from consequence.ferro import ask_ferro
from consequence.judged import against_csq, against_ferro, equivalents, translation_supports
from consequence.sparse import run_csq, write_genome
from netboard.model.effect import Effect
from netboard.model.variant import BUILDS, Build, Transcript, Variant

_COUNT = 700


def _told(build: Build) -> list[tuple[Transcript, Variant, Effect]]:
    alleles = drawn(build, _COUNT, f"small {build}")
    judge = engine(build, with_alleles=False)
    return [
        (model, variant, next(e for e in judge.effects(variant) if e.gene == model.gene))
        for model, variant in alleles
    ]


@pytest.mark.parametrize("build", BUILDS)
def test_every_difference_from_bcftools_csq_has_a_cause_that_is_checked(build: Build, tmp_path: Path) -> None:
    told = _told(build)
    genome = write_genome(tmp_path, embedded_models(build), bases(build))
    said = run_csq(genome, [v for _, v, _ in told], [m.gene for m, _, _ in told])
    causes: Counter[str] = Counter()
    for (model, variant, effect), entries in zip(told, said, strict=True):
        cause = against_csq(model, variant, effect, entries)
        here = f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt} {effect.terms} {entries}"
        assert cause != "unexplained", here
        causes[cause or "agreed"] += 1
    assert causes["agreed"] > 0.95 * _COUNT
    assert sum(bool(entries) for entries in said) > 0.95 * _COUNT


@pytest.mark.parametrize("build", BUILDS)
def test_every_difference_from_ferro_hgvs_has_a_cause_that_is_checked(build: Build) -> None:
    if importlib.util.find_spec("ferro_hgvs") is None:
        pytest.skip(
            "ferro-hgvs is not installed; tools/judge_consequences.py --ferro runs the whole comparison"
        )
    told = _told(build)
    answers = ask_ferro(sys.executable, build, [(m, v) for m, v, _ in told], [effect for *_, effect in told])
    for (model, variant, effect), answer in zip(told, answers, strict=True):
        found = against_ferro(model, variant, effect, answer["c"], answer["p"])
        assert found is None or found[1] != "unexplained", f"{effect.hgvsc} {effect.hgvsp} {answer}"


@pytest.mark.parametrize("build", BUILDS)
def test_the_independent_translation_bears_out_every_coding_effect(build: Build) -> None:
    judged = 0
    for model, variant, effect in _told(build):
        if effect.source != "sequence" or effect.transcript != model.accession or not effect.proved:
            continue
        if effect.event == "splice" or (effect.hgvsp or "").startswith(f"{model.protein}:p.(Met1"):
            continue
        supported = translation_supports(model, variant, effect)
        assert supported is not False, f"{variant} {effect.event} {effect.hgvsc} {effect.hgvsp}"
        judged += supported is True
    assert judged > _COUNT / 2


def test_the_placements_that_the_judge_finds_by_trying_make_one_sequence() -> None:
    variant = Variant("GRCh38", "11", 64804619, "C", "CG", "S")
    assert [item.start for item in equivalents(variant)] == list(range(64804620, 64804628))


def test_the_table_of_differences_is_whole_and_has_a_cause_in_each_row(repo_root: Path) -> None:
    text = (repo_root / "docs" / "consequence-judges.md").read_text(encoding="utf-8")
    with (repo_root / "docs" / "consequence-judges.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    csq = Counter(row["cause"] for row in rows if row["judge"] == "bcftools csq")
    assert f"differs in {csq.total()} of 20,000" in text
    for cause, count in csq.items():
        assert f"| {cause} | {count} |" in text
    assert {row["cause"] for row in rows} - {"unexplained", ""} == {row["cause"] for row in rows}
    others = Counter(row["cause"] for row in rows if row["judge"] == "ferro-hgvs p.")
    for cause, count in others.items():
        assert f"| p. | {cause} | {count} |" in text
