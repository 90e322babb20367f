"""Properties over random alleles of real genes: what must not depend on how an allele is written."""

from __future__ import annotations

import random

import pytest

from fixtures.effects import panel, tell
from netboard.consequence.sequence import embedded
from netboard.model.variant import BUILDS, Build, Transcript


def _models(build: Build) -> list[Transcript]:
    """Transcripts whose whole coding sequence is embedded."""
    sequence = embedded(panel(), build)
    found = []
    for gene in panel().genes.values():
        for model in gene.models(build)[:1]:
            parts = _coding(model)
            if parts and all(sequence.base(model.chrom, a, b) for a, b in parts):
                found.append(model)
    return found


def _coding(model: Transcript) -> list[tuple[int, int]]:
    assert model.cds_start is not None
    assert model.cds_end is not None
    return [
        (max(a, model.cds_start), min(b, model.cds_end))
        for a, b in model.exons
        if a < model.cds_end and b > model.cds_start
    ]


def _random_alleles(build: Build, count: int, seed: int) -> list[tuple[Transcript, int, str, str]]:
    dice = random.Random(seed)
    models, sequence = _models(build), embedded(panel(), build)
    found: list[tuple[Transcript, int, str, str]] = []
    while len(found) < count:
        model = dice.choice(models)
        a, b = dice.choice(_coding(model))
        size = dice.choice([1, 1, 1, 2, 3, 4])
        if b - a < size + 8:
            continue
        start = dice.randrange(a + 4, b - size - 3)
        ref = sequence.base(model.chrom, start, start + size) or ""
        kind = dice.choice(["sub", "ins", "del", "delins"])
        bases = "".join(dice.choice("ACGT") for _ in range(dice.choice([1, 1, 2, 3])))
        if kind == "sub":
            alt = "".join(dice.choice([x for x in "ACGT" if x != base]) for base in ref)
        elif kind == "ins":
            ref, alt = ref[0], ref[0] + bases
        elif kind == "del":
            ref = sequence.base(model.chrom, start - 1, start + size) or ""
            start, alt = start - 1, ref[0]
        else:
            alt = bases
        if ref != alt:
            found.append((model, start, ref, alt))
    return found


@pytest.mark.parametrize("build", BUILDS)
def test_equivalent_placements_of_an_indel_give_one_effect(build: Build) -> None:
    from netboard.consequence.places import placements, trim

    sequence = embedded(panel(), build)
    moved = 0
    for model, start, ref, alt in _random_alleles(build, 300, 41):
        change = trim(start, ref, alt)
        first = tell(build, model.chrom, start + 1, ref, alt, model.gene)
        for other in placements(change, model.chrom, sequence).changes:
            anchor = sequence.base(model.chrom, other.start - 1, other.start) or "N"
            again = tell(build, model.chrom, other.start, anchor + other.ref, anchor + other.alt, model.gene)
            assert (again.event, again.hgvsc, again.hgvsp) == (first.event, first.hgvsc, first.hgvsp)
            moved += other != change
    assert moved > 30


def test_the_same_allele_on_both_builds_has_one_name() -> None:
    by_label: dict[tuple[str, str], dict[str, set[str | None]]] = {}
    for allele in panel().alleles:
        if allele.substitution and allele.gene in ("TP53", "KRAS", "PIK3CA", "PTEN"):
            effect = tell(allele.build, allele.chrom, allele.start + 1, allele.ref, allele.alt, allele.gene)
            by_label.setdefault((allele.gene, allele.label), {}).setdefault(allele.build, set()).add(
                effect.hgvsc
            )
    assert len(by_label) > 200
    assert all(names["GRCh37"] == names["GRCh38"] for names in by_label.values() if len(names) == 2)
