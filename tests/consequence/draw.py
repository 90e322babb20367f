"""Random alleles over the exons whose sequence is embedded, in the mixture that tumours roughly have."""

from __future__ import annotations

import random

from consequence.bench import bases, embedded_models
from netboard.model.variant import Build, Transcript, Variant

_KINDS = ("substitution",) * 10 + ("deletion",) * 4 + ("insertion",) * 3 + ("copy",) + ("several", "delins")


def drawn(build: Build, count: int, seed: str) -> list[tuple[Transcript, Variant]]:
    """Return ``count`` different alleles in, or within 20 bases of, exons; indels are anchored by a base before.

    One in four stands within five bases of an exon's edge, where faults live.
    """
    dice = random.Random(seed)
    models = embedded_models(build)
    found: dict[tuple[str, int, str, str], tuple[Transcript, Variant]] = {}
    while len(found) < count:
        model = dice.choice(models)
        variant = _variant(dice, model)
        if variant is not None:
            found[variant.chrom, variant.start, variant.ref, variant.alt] = model, variant
    return list(found.values())


def _variant(dice: random.Random, model: Transcript) -> Variant | None:
    low, high = dice.choice(model.exons)
    start = dice.randrange(low - 20, high + 20)
    if dice.random() < 0.25:
        start = dice.choice((low, high)) + dice.randrange(-5, 6)
    kind = dice.choice(_KINDS)
    length = {"substitution": 1, "insertion": 0, "copy": 0}.get(kind) or dice.choice(
        (1, 1, 2, 3, 3, 4, 6, 9, 14)
    )
    if kind in ("insertion", "copy"):
        length = 0
    if kind == "several":
        length = dice.choice((2, 2, 3, 4))
    text = bases(model.build).base(model.chrom, start - 1, start + length)
    if text is None:
        return None
    before, ref = text[0], text[1:]
    other = "".join(dice.choice("ACGT") for _ in range(dice.choice((1, 1, 2, 3, 4, 6))))
    if kind == "substitution":
        alt = dice.choice([base for base in "ACGT" if base != ref])
    elif kind == "several":
        alt = "".join(dice.choice([b for b in "ACGT" if b != base]) for base in ref)
    elif kind == "deletion":
        alt = ""
    elif kind == "copy":
        size = dice.choice((1, 1, 2, 3, 4, 6))
        alt = bases(model.build).base(model.chrom, start - size, start) or ""
    else:
        alt = other
    if ref == alt or (kind == "delins" and (alt[0] == ref[0] or alt[-1] == ref[-1])):
        return None
    if len(ref) != len(alt):
        return Variant(model.build, model.chrom, start - 1, before + ref, before + alt, "S")
    return Variant(model.build, model.chrom, start, ref, alt, "S")
