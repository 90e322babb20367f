"""Shapes of genes that the panel lacks, made up, on both strands, beside a translation of this file's own.

An exon of one base, introns in each phase, an exon that ends inside the start codon or begins inside the stop
codon, a gene of one exon, and two genes over each other on opposite strands.
"""

from __future__ import annotations

import itertools
import random

import pytest

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches
from netboard.model.effect import Effect
from netboard.model.variant import Gene, Panel, Transcript, Variant

#: The standard code written out the other way round than in the package: by residue.
_CODE = {
    codon: residue
    for residue, codons in {
        "F": "TTT TTC", "L": "TTA TTG CTT CTC CTA CTG", "I": "ATT ATC ATA", "M": "ATG", "V": "GTT GTC GTA GTG",
        "S": "TCT TCC TCA TCG AGT AGC", "P": "CCT CCC CCA CCG", "T": "ACT ACC ACA ACG", "A": "GCT GCC GCA GCG",
        "Y": "TAT TAC", "H": "CAT CAC", "Q": "CAA CAG", "N": "AAT AAC", "K": "AAA AAG", "D": "GAT GAC",
        "E": "GAA GAG", "C": "TGT TGC", "W": "TGG", "R": "CGT CGC CGA CGG AGA AGG", "G": "GGT GGC GGA GGG",
        "*": "TAA TAG TGA",
    }.items()
    for codon in codons.split()
}  # fmt: skip
_FLIP = str.maketrans("ACGT", "TGCA")
#: Lengths of the exons in the transcript's order, and the place of the start codon in the joined exons.
SHAPES = {
    "one base alone": ((60, 1, 50, 70), 20),
    "phase one and two": ((34, 40, 31, 62), 9),
    "start codon cut": ((11, 55, 60, 40), 10),
    "stop codon cut": ((50, 44, 61), 11),
    "one exon": ((180,), 15),
    "two bases and one": ((41, 2, 1, 57), 14),
}


def flip(text: str) -> str:
    return text.translate(_FLIP)[::-1]


class MadeUp:
    """A gene with its genome: exons of given lengths, introns of 40 bases, 50 bases on either side."""

    def __init__(self, name: str, lengths: tuple[int, ...], first: int, strand: int) -> None:
        dice = random.Random(f"{name} {strand}")
        total = sum(lengths)
        tail = {"stop codon cut": lengths[-1] - 1}.get(
            name, 21
        )  # 1: the stop codon reaches over the junction
        coding = (total - tail - first) // 3 * 3
        tail = total - first - coding
        codons = [c for c, residue in _CODE.items() if residue not in "*M"]
        middle = "".join(dice.choice(codons) for _ in range(coding // 3 - 2))
        other = "".join(dice.choice("ACGT") for _ in range(total))
        text = (other[:first] + "ATG" + middle + dice.choice(("TAA", "TAG", "TGA")) + other)[: first + coding]
        self.text = text + "".join(dice.choice("ACGT") for _ in range(tail))
        self.first, self.last = first, first + coding
        genome, places, at = "".join(dice.choice("ACGT") for _ in range(50)), [], 0
        for number, length in enumerate(lengths):
            places += range(len(genome), len(genome) + length)
            genome += self.text[at : at + length]
            at += length
            if number < len(lengths) - 1:
                genome += "GT" + "".join(dice.choice("ACGT") for _ in range(36)) + "AG"
        genome += "".join(dice.choice("ACGT") for _ in range(50))
        if strand < 0:
            places = [len(genome) - 1 - place for place in places]
            genome = flip(genome)
        self.genome, self.places, self.strand = genome, places, strand
        edges = [tuple(sorted((run[0], run[-1]))) for run in _runs(places)]
        cds = sorted((places[self.first], places[self.last - 1]))
        exons = tuple(sorted((low, high + 1) for low, high in edges))
        self.model = Transcript(
            "MADE", "GRCh38", "NM_900001.1", "1", 1 if strand > 0 else -1, exons, cds[0], cds[1] + 1,
            protein="NP_900001.1",
        )  # fmt: skip
        self.engine = ConsequenceEngine(
            Panel({"MADE": Gene("MADE", "", "", transcripts=(self.model,))}, ()),
            "GRCh38",
            KnownStretches("GRCh38", [("1", 0, genome)]),
            {},
        )

    def effect(self, start: int, ref: str, alt: str) -> Effect:
        if not ref or not alt:
            start, ref, alt = start - 1, self.genome[start - 1] + ref, self.genome[start - 1] + alt
        (effect,) = self.engine.effects(Variant("GRCh38", "1", start, ref, alt, "S"))
        return effect

    def protein(self, edits: dict[int, str] | None = None) -> str | None:
        """Translate the joined exons with places replaced; None without the start codon in its place."""
        at, parts = {place: i for i, place in enumerate(self.places)}, list(self.text)
        for place, bases in (edits or {}).items():
            parts[at[place]] = bases if self.strand > 0 else flip(bases)
        text = "".join(parts[self.first :])
        if not text.startswith("ATG"):
            return None
        found = ""
        for i in range(0, len(text) - 2, 3):
            found += _CODE[text[i : i + 3]]
            if found[-1] == "*":
                break
        return found


def _runs(places: list[int]) -> list[list[int]]:
    runs = [[places[0]]]
    for before, place in itertools.pairwise(places):
        if abs(place - before) == 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


GENES = [(name, strand) for name in SHAPES for strand in (1, -1)]


def made(name: str, strand: int) -> MadeUp:
    lengths, first = SHAPES[name]
    return MadeUp(name, lengths, first, strand)


@pytest.mark.parametrize(("name", "strand"), GENES)
def test_a_made_up_gene_has_the_shape_that_it_is_named_for(name: str, strand: int) -> None:
    gene = made(name, strand)
    old = gene.protein()
    assert old is not None
    assert old.startswith("M")
    assert old.index("*") == len(old) - 1 == (gene.last - gene.first) // 3 - 1
    lengths = [high - low for low, high in gene.model.exons][:: gene.strand]
    assert tuple(lengths) == SHAPES[name][0]
    junctions = {sum(lengths[:i]) - gene.first for i in range(1, len(lengths))}
    if name == "phase one and two":
        assert {junction % 3 for junction in junctions} >= {1, 2}
    if name == "start codon cut":
        assert junctions & {1, 2}
    if name == "stop codon cut":
        assert junctions & {gene.last - gene.first - 1, gene.last - gene.first - 2}


@pytest.mark.parametrize(("name", "strand"), GENES)
def test_every_substitution_of_every_exonic_base_is_what_its_translation_says(name: str, strand: int) -> None:
    gene = made(name, strand)
    old = gene.protein()
    assert old is not None
    for number, place in enumerate(gene.places):
        for alt in set("ACGT") - {gene.genome[place]}:
            effect = gene.effect(place, gene.genome[place], alt)
            new = gene.protein({place: alt})
            here = f"{name} {strand} {place} {alt}: {effect.terms} {effect.hgvsp} {old} {new}"
            if not gene.first <= number < gene.last:
                assert effect.event == "non_coding", here
            elif new is None:
                assert (effect.event, effect.hgvsp) == ("start_loss", "NP_900001.1:p.(Met1?)"), here
            elif new == old:
                assert effect.event == "synonymous", here
            elif len(new) == len(old):
                at = next(i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
                assert (effect.event, effect.residue) == ("missense", at + 1), here
            elif len(new) < len(old) and new[-1] == "*":
                assert (effect.event, effect.residue) == ("truncating", len(new)), here
                assert (effect.hgvsp or "").endswith(f"{len(new)}Ter)"), here
            else:
                assert (effect.event, effect.terms[0]) == ("in_frame", "stop_lost"), here
            exon = next(i for i, run in enumerate(_runs(gene.places), 1) if place in run)
            assert (effect.exon, effect.exon_count) == (exon, len(gene.model.exons)), here


@pytest.mark.parametrize(("name", "strand"), GENES)
def test_every_deletion_within_an_exon_is_what_its_translation_says(name: str, strand: int) -> None:
    gene = made(name, strand)
    old = gene.protein()
    assert old is not None
    judged = 0
    for run in _runs(gene.places):
        low, high = min(run), max(run) + 1
        for size in (1, 2, 3, 5, 6):
            for start in range(low, high - size + 1):
                effect = gene.effect(start, gene.genome[start : start + size], "")
                new = gene.protein(dict.fromkeys(range(start, start + size), ""))
                coding = {gene.places[i] for i in range(gene.first + 3, gene.last - 3)}
                if not set(range(start, start + size)) <= coding or effect.event == "undetermined":
                    continue
                judged += 1
                here = f"{name} {strand} {start} {size}: {effect.terms} {effect.hgvsc} {effect.hgvsp} {old} {new}"
                assert new is not None, here
                if size % 3:
                    assert effect.event in ("truncating", "in_frame"), here
                    if new.endswith("*") and len(new) < len(old) - 2:
                        assert effect.event == "truncating", here
                elif new.endswith("*") and len(new) < len(old) - size // 3:
                    assert (effect.event, "stop_gained" in effect.terms) == ("truncating", True), here
                else:
                    assert effect.event == "in_frame", here
    assert judged > 100


@pytest.mark.parametrize(("name", "strand"), GENES)
def test_every_canonical_base_of_every_intron_is_a_splice_event_of_its_intron(name: str, strand: int) -> None:
    gene = made(name, strand)
    runs = _runs(gene.places)
    for number, (before, after) in enumerate(itertools.pairwise(runs), 1):
        for place, term in (
            (before[-1] + strand, "donor"), (before[-1] + 2 * strand, "donor"),
            (after[0] - strand, "acceptor"), (after[0] - 2 * strand, "acceptor"),
        ):  # fmt: skip
            ref = gene.genome[place]
            effect = gene.effect(place, ref, next(b for b in "ACGT" if b != ref))
            assert (effect.event, effect.intron, effect.exon) == ("splice", number, None)
            assert effect.terms[0] == f"splice_{term}_variant"
            assert (effect.hgvsp or "").endswith("p.?")


@pytest.mark.parametrize("strand", [1, -1])
def test_the_loss_of_an_exon_of_one_base_with_its_sites_is_told(strand: int) -> None:
    gene = made("one base alone", strand)
    (alone,) = _runs(gene.places)[1]
    low, high = alone - 4, alone + 5
    effect = gene.effect(low, gene.genome[low:high], "")
    assert {"splice_acceptor_variant", "splice_donor_variant", "coding_sequence_variant"} <= {*effect.terms}
    assert (effect.event, effect.exon) == ("splice", 2)
    single = gene.effect(alone, gene.genome[alone], "")
    # The base may be the same as a canonical one beside it; else the exon is gone and its frame with it.
    assert single.event in ("truncating", "splice", "undetermined")


def test_genes_that_overlap_are_each_told_on_their_own_strand() -> None:
    first = made("phase one and two", 1)
    exons = tuple((low, high) for low, high in first.model.exons)
    other = Transcript("OVER", "GRCh38", "NM_900002.1", "1", -1, ((exons[1][0] - 20, exons[1][1] + 30),), exons[1][0] + 1, exons[1][0] + 31)  # fmt: skip
    panel = Panel(
        {
            "MADE": Gene("MADE", "", "", transcripts=(first.model,)),
            "OVER": Gene("OVER", "", "", transcripts=(other,)),
        },
        (),
    )
    both = ConsequenceEngine(panel, "GRCh38", KnownStretches("GRCh38", [("1", 0, first.genome)]), {})
    place = exons[1][0] + 12
    ref = first.genome[place]
    alt = next(base for base in "ACGT" if base != ref)
    effects = {e.gene: e for e in both.effects(Variant("GRCh38", "1", place, ref, alt, "S"))}
    assert set(effects) == {"MADE", "OVER"}
    forward, backward = effects["MADE"].hgvsc or "", effects["OVER"].hgvsc or ""
    assert forward.endswith(f"{ref}>{alt}")
    assert backward.endswith(f"{flip(ref)}>{flip(alt)}")
    assert effects["MADE"].event in ("missense", "truncating", "synonymous")
    assert effects["OVER"].transcript == "NM_900002.1"
