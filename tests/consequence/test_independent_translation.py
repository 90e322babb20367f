"""Random alleles over every exon of every embedded gene: each p. name must describe the protein that an own translation makes."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Sequence

import pytest

from consequence.bench import bases, embedded_models, engine
from consequence.judge import agrees, edited_protein, reference_protein, spliced
from netboard.model.variant import BUILDS, Build, Transcript, Variant

#: Alleles of each exon. With NETBOARD_HYPOTHESIS=thorough many more.
_EACH = 30 if os.environ.get("NETBOARD_HYPOTHESIS") == "thorough" else 5


def random_allele(
    rng: random.Random, model: Transcript, *, reach: int = 0, exons: Sequence[tuple[int, int]] = ()
) -> tuple[int, str, str]:
    """Return (start, ref, alt) of an allele that lies in, or within ``reach`` of, one coding exon.

    ``exons`` are those of the model to choose from, else all.
    """
    sequence = bases(model.build)
    assert model.cds_start is not None and model.cds_end is not None
    while True:
        low, high = rng.choice(exons or model.exons)
        low, high = max(low, model.cds_start - 5) - reach, min(high, model.cds_end + 5) + reach
        if high - low < 3:
            continue
        length = rng.choice((0, 1, 1, 1, 2, 3, 4, 6, 9, 17))
        edge = rng.random()  # boundaries of exons and of the coding sequence are where faults live
        start = rng.randrange(low, high)
        if edge < 0.2:
            start = low + rng.randrange(0, min(6, high - low))
        elif edge < 0.4:
            start = high - 1 - rng.randrange(0, min(6, high - low))
        if start + length > high or not (ref := sequence.base(model.chrom, start, start + length) or ""):
            if length or not low < start < high:
                continue
            ref = ""
        added = rng.choice((0, 1, 1, 2, 3, 3, 5, 6))
        alt = "".join(rng.choice("ACGT") for _ in range(added))
        if rng.random() < 0.3 and not ref:  # duplications and repeats, which shift
            alt = (sequence.base(model.chrom, start - max(added, 1), start) or "A") * rng.choice((1, 1, 2))
        if ref != alt:
            return start, ref, alt


def as_variant(model: Transcript, start: int, ref: str, alt: str) -> Variant | None:
    """Anchor an indel by the base before it, as VCF has it."""
    if not ref or not alt:
        anchor = bases(model.build).base(model.chrom, start - 1, start)
        if anchor is None:
            return None
        start, ref, alt = start - 1, anchor + ref, anchor + alt
    return Variant(model.build, model.chrom, start, ref, alt, "S")


def event_of(old: str, new: str | None, delta: int, *, touches_stop: bool) -> set[str]:
    """Return the events that may be told of a protein ``old`` that became ``new``."""
    if new is None:
        return {"start_loss"}
    if new == old:
        return {"synonymous", "non_coding"}
    if not new.endswith("*"):  # reads on beyond what is known
        return {"truncating", "in_frame"}
    if new.startswith(old[:-1]):
        return {"in_frame"}
    if delta % 3:
        return {"truncating", "in_frame"} if touches_stop else {"truncating"}
    if len(new) < len(old) + delta // 3:
        return {"truncating"}
    if len(new) > len(old) + delta // 3:
        return {"in_frame"}
    return {"in_frame"} if delta else {"missense"}


def _shifted_into_intron(c_name: str | None) -> bool:
    """Whether the 3' rule carried the name over the exon's end, where no protein name can be told."""
    return c_name is not None and re.search(r"\d[+-]\d", c_name.split(":")[1]) is not None


@pytest.mark.parametrize("build", BUILDS)
def test_a_protein_name_describes_the_protein_of_the_edited_transcript(build: Build) -> None:
    rng = random.Random(f"translation {build}")
    judged = undetermined = 0
    faults: list[str] = []
    for model in embedded_models(build):
        transcript = spliced(model)
        old = reference_protein(transcript, bases(build))
        coding = set(transcript.coding)
        assert model.cds_start is not None and model.cds_end is not None
        exons = [e for e in model.exons if min(e[1], model.cds_end) - max(e[0], model.cds_start) >= 5]
        for exon in exons * _EACH:
            start, ref, alt = random_allele(rng, model, exons=(exon,))
            variant = as_variant(model, start, ref, alt)
            inside = all(place in coding for place in range(start - 1, start + len(ref) + 1))
            if variant is None or not inside or not old.endswith("*"):
                continue
            new = edited_protein(transcript, bases(build), start, ref, alt)
            (effect,) = [
                e for e in engine(build, with_alleles=False).effects(variant) if e.gene == model.gene
            ]
            judged += 1
            here = f"{build} {model.gene} {variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}: {effect.event} {effect.hgvsc} {effect.hgvsp}"
            stop = bool(set(transcript.coding[-3:]) & set(range(start - 1, start + len(ref) + 1)))
            geometry = effect.source == "geometry"  # a repeat runs into unknown bases
            if effect.event == "undetermined":
                # A repeat runs into unknown bases, or an insertion copies a splice site.
                assert not effect.proved and effect.remedy, here
                assert geometry or (effect.hgvsp or "").endswith("p.?"), here
            elif new == old and (effect.hgvsp or "").startswith(f"{model.protein}:p.(Met1") and ref == "":
                continue  # a copy of the initiator may be counted before or after it
            elif effect.event not in event_of(old, new, len(alt) - len(ref), touches_stop=stop):
                faults.append(f"event {here}")
            elif effect.event == "non_coding" or _shifted_into_intron(effect.hgvsc):
                continue
            elif geometry:
                undetermined += 1
            elif "stop_lost" in effect.terms and effect.hgvsp is None and len(ref) > 1:
                continue  # no form of the nomenclature fits a deletion that takes the stop codon along
            elif effect.hgvsp is None and not (new or "").endswith("*"):
                continue  # reads on into bases that are not known
            elif effect.hgvsp is None or effect.hgvsp.endswith("p.?"):
                faults.append(f"name missing {here}")
            elif new is not None and not agrees(effect.hgvsp, old, new):
                faults.append(f"name {here}")
    # Some lie over an edge and are judged elsewhere.
    assert judged > 700 * _EACH
    assert undetermined < judged / 100
    assert not faults, "\n".join(faults[:10])
