"""Properties over random alleles of real genes: an independent translation, and geometry's modesty."""

from __future__ import annotations

import random

import pytest

from fixtures.effects import engine, panel, tell
from netboard.consequence.sequence import embedded
from netboard.model.effect import Effect
from netboard.model.variant import BUILDS, Build, Transcript

_TABLE = dict(
    zip(
        (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)
_LONG = dict(
    zip(
        "ARNDCQEGHILKMFPSTWYV*",
        [
            "Ala",
            "Arg",
            "Asn",
            "Asp",
            "Cys",
            "Gln",
            "Glu",
            "Gly",
            "His",
            "Ile",
            "Leu",
            "Lys",
            "Met",
            "Phe",
            "Pro",
            "Ser",
            "Thr",
            "Trp",
            "Tyr",
            "Val",
            "Ter",
        ],
        strict=True,
    )
)


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


def _protein(model: Transcript, build: Build, start: int, ref: str, alt: str) -> str:
    """Translate the coding sequence with one edit inside one exon, in a few lines of its own."""
    sequence = embedded(panel(), build)
    text = ""
    for a, b in _coding(model):
        bases = sequence.base(model.chrom, a, b) or ""
        if a <= start and start + len(ref) <= b:
            assert bases[start - a : start - a + len(ref)] == ref
            bases = bases[: start - a] + alt + bases[start - a + len(ref) :]
        text += bases
    if model.strand == -1:
        text = "".join({"A": "T", "C": "G", "G": "C", "T": "A"}[base] for base in reversed(text))
    return "".join(_TABLE[text[i : i + 3]] for i in range(0, len(text) - 2, 3))


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
def test_the_predicted_event_and_protein_agree_with_an_independent_translation(build: Build) -> None:
    for model, start, ref, alt in _random_alleles(build, 700, 11):
        effect = tell(build, model.chrom, start + 1, ref, alt, model.gene)
        old, new = _protein(model, build, start, "", ""), _protein(model, build, start, ref, alt)
        place = (model.gene, build, start + 1, ref, alt, effect.terms, effect.hgvsc, effect.hgvsp)
        if (
            effect.source != "sequence"
            or start < (model.cds_start or 0) + 3
            or start > (model.cds_end or 0) - 12
        ):
            continue
        _agrees(effect, old, new, len(alt) - len(ref), place)


def _agrees(effect: Effect, old: str, new: str, delta: int, place: object) -> None:
    old, stop = old[:-1], new.find("*")
    read = new if stop < 0 else new[:stop]
    if old == read:
        assert effect.event == "synonymous", place
        return
    if old[0] != read[:1]:
        assert effect.event == "start_loss", place
        return
    if read.startswith(old):
        assert "stop_lost" in effect.terms, place
        return
    first = next(i for i, (a, b) in enumerate(zip(old + "*", read + "*", strict=False)) if a != b)
    assert effect.residue == first + 1, place
    if delta % 3:
        assert effect.event == "truncating", place
        assert (effect.hgvsp or "").split(":")[-1].startswith(f"p.({_LONG[old[first]]}{first + 1}"), place
        if stop > first:
            assert (effect.hgvsp or "").endswith(f"{_LONG[read[first]]}fsTer{stop - first + 1})"), place
        return
    if stop >= 0 and len(read) < len(old) + delta // 3:
        assert effect.event == "truncating", place
        return
    if delta == 0:
        assert effect.event in ("missense", "hotspot"), place
        if old[first + 1 :] == read[first + 1 :]:
            assert (effect.hgvsp or "").endswith(f"p.({_LONG[old[first]]}{first + 1}{_LONG[read[first]]})"), (
                place
            )
    else:
        assert effect.event in ("in_frame", "hotspot"), place


@pytest.mark.parametrize("build", BUILDS)
def test_geometry_alone_claims_only_what_the_sequence_confirms(build: Build) -> None:
    dice = random.Random(5)
    claimed = 0
    sequence = embedded(panel(), build)
    alleles = _random_alleles(build, 500, 23)
    for model in _models(build):
        # edges of exons and introns, where geometry is most easily wrong
        for a, b in dice.sample(list(model.exons), min(4, len(model.exons))):
            for edge in (a, b):
                start = edge + dice.randrange(-6, 6)
                size = dice.choice([1, 1, 2, 3])
                ref = sequence.base(model.chrom, start, start + 1 + size)
                if ref is None:
                    continue
                unit = "".join(dice.choice("ACGT") for _ in range(size))
                other = next(x for x in "ACGT" if x != ref[0])
                alleles += [
                    (model, start, ref, ref[0]),
                    (model, start, ref[0], ref[0] + unit),
                    (model, start, ref[0], other),
                ]
    for model, start, ref, alt in alleles:
        blind = tell(build, model.chrom, start + 1, ref, alt, model.gene, blind=True)
        if blind.event == "undetermined" or blind.source == "known_allele":
            continue
        claimed += 1
        seen = tell(build, model.chrom, start + 1, ref, alt, model.gene)
        same = {"hotspot": "missense"}
        place = (model.gene, build, start + 1, ref, alt, blind.terms, seen.terms, seen.hgvsc)
        assert same.get(blind.event, blind.event) == same.get(seen.event, seen.event), place
    assert claimed > 150


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


def test_engines_of_two_builds_keep_apart() -> None:
    assert engine("GRCh37") is not engine("GRCh38")
