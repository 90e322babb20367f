"""Geometry against sequence: with the bases of a gene hidden, nothing is claimed that its bases refute."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from consequence.bench import bases, embedded_models, engine, panel
from consequence.judged import equivalents
from consequence.test_independent_translation import as_variant, random_allele
from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches
from netboard.model.variant import BUILDS, Build, Variant

_EACH = 30


def _trimmed(ref: str, alt: str, start: int) -> tuple[str, str, int]:
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return ref, alt, start


def _alike(blind: str, seen: str) -> bool:
    """Bases before the start codon that repeat its own may be counted before it or in it: the protein is kept."""
    kept = {"synonymous", "non_coding"}
    return blind == seen or {blind, seen} <= kept


@pytest.mark.parametrize("build", BUILDS)
def test_geometry_claims_nothing_that_the_sequence_refutes(build: Build) -> None:
    rng = random.Random(f"hidden {build}")
    told: Counter[str] = Counter()
    faults: list[str] = []
    for model in embedded_models(build):
        for _ in range(_EACH):
            start, ref, alt = random_allele(rng, model, reach=25)
            ref, alt, start = _trimmed(ref, alt, start)
            variant = as_variant(model, start, ref, alt)
            if variant is None or bases(build).base(model.chrom, start - 25, start + len(ref) + 25) is None:
                continue
            (seen,) = [e for e in engine(build, with_alleles=False).effects(variant) if e.gene == model.gene]
            (blind,) = [
                e
                for e in engine(build, with_alleles=False, hidden=True).effects(variant)
                if e.gene == model.gene
            ]
            here = (
                f"{build} {model.gene} {variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}: "
                f"blind {blind.event} {blind.terms} {blind.hgvsc} {blind.possible}, "
                f"seen {seen.event} {seen.terms} {seen.hgvsc} {seen.hgvsp}"
            )
            assert blind.source == "geometry", here
            assert not blind.proved, here
            told[blind.event] += 1
            if seen.event == "undetermined":
                continue
            if blind.event == "undetermined":
                if blind.possible and seen.event not in blind.possible:
                    faults.append(f"possible: {here}")
                if not blind.remedy or "--fasta" not in blind.remedy:
                    faults.append(f"remedy: {here}")
            elif not _alike(blind.event, seen.event):
                faults.append(f"event: {here}")
            if blind.hgvsp is not None and not blind.hgvsp.endswith("p.?"):
                faults.append(f"protein name: {here}")
            if len(variant.ref) == len(variant.alt) == 1 and blind.hgvsc != seen.hgvsc:
                faults.append(f"name: {here}")
            if not (ref and alt):  # may shift; a delins cannot
                if blind.hgvsc is not None:
                    faults.append(f"unproved name: {here}")
                if not blind.hgvsc_unshifted:
                    faults.append(f"no placement: {here}")
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:25])
    assert sum(told.values()) > 1000
    # Modest, yet not mute.
    assert min(told[event] for event in ("truncating", "splice", "undetermined", "non_coding")) > 30


def _without(gene: str, build: Build) -> ConsequenceEngine:
    """An engine from which the sequence of one gene, and of that one alone, is hidden."""
    spans = [(m.chrom, m.exons[0][0], m.exons[-1][1]) for m in panel().genes[gene].models(build)]
    kept = [
        (chrom, start, text)
        for chrom, start, text in bases(build).stretches()  # type: ignore[attr-defined]
        if not any(chrom == c and start < high and start + len(text) > low for c, low, high in spans)
    ]
    return ConsequenceEngine(panel(with_alleles=False), build, KnownStretches(build, kept), {})


@pytest.mark.parametrize("build", BUILDS)
def test_every_equivalent_placement_of_an_indel_is_told_modestly_when_its_gene_is_hidden(
    build: Build,
) -> None:
    """Whichever placement a caller wrote, what geometry claims of it is borne out by the sequence."""
    rng = random.Random(f"placements {build}")
    told = moved = 0
    faults: list[str] = []
    for model in embedded_models(build):
        blind_engine = _without(model.gene, build)
        for _ in range(_EACH):
            start, ref, alt = random_allele(rng, model, reach=20)
            ref, alt, start = _trimmed(ref, alt, start)
            variant = as_variant(model, start, ref, alt)
            if (
                variant is None
                or (ref and alt)
                or bases(build).base(model.chrom, start - 30, start + 30) is None
            ):
                continue
            (seen,) = [e for e in engine(build, with_alleles=False).effects(variant) if e.gene == model.gene]
            for item in equivalents(variant):
                anchor = bases(build).base(model.chrom, item.start - 1, item.start)
                taken = bases(build).base(model.chrom, item.start, item.end) or ""
                if anchor is None or len(taken) != item.end - item.start or "N" in item.alt:
                    continue
                written = Variant(build, model.chrom, item.start - 1, anchor + taken, anchor + item.alt, "S")
                (blind,) = [e for e in blind_engine.effects(written) if e.gene == model.gene]
                told += 1
                moved += written != variant
                here = f"{build} {model.gene} {written.pos} {written.ref}>{written.alt}: {blind.event} {blind.possible}, seen {seen.event} {seen.terms}"
                assert (blind.source, blind.proved, blind.hgvsc) == ("geometry", False, None), here
                if seen.event == "undetermined":
                    continue
                if blind.event == "undetermined":
                    if blind.possible and seen.event not in blind.possible:
                        faults.append(here)
                elif not _alike(blind.event, seen.event):
                    faults.append(here)
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:20])
    assert told > 300
    assert moved > 100
