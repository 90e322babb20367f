"""Events of whole chromosome arms, from copy-number segments.

An arm has an event when it covers at least 80 % of what the segments tell of the arm, the threshold of Taylor
et al., "Genomic and functional approaches to understanding cancer aneuploidy", Cancer Cell 2018. Gains and
losses are told against the genome's own ploidy rounded to a whole number, as there; a loss of
heterozygosity may be copy-neutral. Nothing is told of arms of which less than half is covered (the short
arms of the acrocentric chromosomes, exome data of sparse arms), nor of X and Y, whose normal number of
copies depends on the sex.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from netboard.model.markers import ArmShare
from netboard.model.variant import Build, CopyNumber
from netboard.variants.contigs import LENGTHS
from netboard.variants.thresholds import LOG2_GAIN, LOG2_LOSS, LOST_BELOW

ArmEventKind = Literal["loss", "gain", "loss_of_heterozygosity"]

#: Share of the told part of an arm from which it counts as altered.
WHOLE_ARM = 0.8
#: Share of an arm that the segments must tell of.
TOLD_ARM = 0.5
#: Short arms of the acrocentric chromosomes, which hold satellites and ribosomal DNA alone.
ACROCENTRIC = frozenset({"13p", "14p", "15p", "21p", "22p"})

#: Start and end of the centromere of chromosomes 1 to 22. GRCh37: UCSC table ``gap`` (type centromere);
#: GRCh38: UCSC table ``centromeres``, from the first to the last base of the models of a chromosome.
_CENTROMERES_37 = (
    (121535434, 124535434), (92326171, 95326171), (90504854, 93504854), (49660117, 52660117),
    (46405641, 49405641), (58830166, 61830166), (58054331, 61054331), (43838887, 46838887),
    (47367679, 50367679), (39254935, 42254935), (51644205, 54644205), (34856694, 37856694),
    (16000000, 19000000), (16000000, 19000000), (17000000, 20000000), (35335801, 38335801),
    (22263006, 25263006), (15460898, 18460898), (24681782, 27681782), (26369569, 29369569),
    (11288129, 14288129), (13000000, 16000000),
)  # fmt: skip
_CENTROMERES_38 = (
    (122026459, 124932724), (92188145, 94090557), (90772458, 93655574), (49712061, 51743951),
    (46485900, 50059807), (58553888, 59829934), (58169653, 61528020), (44033744, 45877265),
    (43389635, 45518558), (39686682, 41593521), (51078348, 54425074), (34769407, 37185252),
    (16000000, 18051248), (16000000, 18173523), (17083673, 19725254), (36311158, 38265669),
    (22813679, 26616164), (15460899, 20861206), (24498980, 27190874), (26436232, 30038348),
    (10864560, 12915808), (12954788, 15054318),
)  # fmt: skip
CENTROMERES: Mapping[Build, Mapping[str, tuple[int, int]]] = {
    "GRCh37": {str(n): place for n, place in enumerate(_CENTROMERES_37, 1)},
    "GRCh38": {str(n): place for n, place in enumerate(_CENTROMERES_38, 1)},
}


@dataclass(frozen=True, slots=True)
class ArmEvent:
    """An event of a whole arm. ``arm`` is for instance ``11q``; shares are from 0 to 1.

    ``total`` is the mean of the arm's copies over its told part, None where segments tell ratios alone.
    """

    build: Build
    arm: str
    event: ArmEventKind
    #: Share of the told part of the arm that shows the event.
    share: float
    #: Share of the arm that the segments tell of.
    told: float
    total: float | None


def arms(build: Build) -> tuple[tuple[str, str, int, int], ...]:
    """Return (arm, chromosome, start, end) of each autosomal arm (0-based half-open), the centromere left out."""
    found = []
    for chrom, (start, end) in CENTROMERES[build].items():
        found.append((f"{chrom}p", chrom, 0, start))
        found.append((f"{chrom}q", chrom, end, LENGTHS[build][chrom]))
    return tuple(found)


def arm_events(segments: Iterable[CopyNumber], build: Build) -> tuple[ArmEvent, ...]:
    """Return the events of whole arms in genome order; an arm may be lost and lack heterozygosity at once.

    Segments of another build and segments that tell neither copies nor a ratio are passed over.
    """
    found = []
    for arm, told, parts, shares in _arms_told(segments, build):
        if told < TOLD_ARM:
            continue
        totals = [(n, s.total) for n, s in parts if s.total is not None]
        known = sum(n for n, _ in totals)
        mean = round(sum(n * total for n, total in totals) / known, 3) if known else None
        for event in _KINDS:
            if shares[event] >= WHOLE_ARM:
                found.append(ArmEvent(build, arm, event, round(shares[event], 4), round(told, 4), mean))
    return tuple(found)


def arm_shares(segments: Iterable[CopyNumber], build: Build) -> tuple[ArmShare, ...]:
    """Return what the segments tell of every autosomal arm, so that no event is told from nothing known.

    Events of an arm are shares of its told part. The short arms of the acrocentric chromosomes are left out:
    they hold repeats alone, and a whole chromosome is told there by its long arm.
    """
    found = []
    for arm, told, parts, shares in _arms_told(segments, build):
        if arm not in ACROCENTRIC:
            by = _told_by([segment for _, segment in parts])
            rounded: dict[str, float] = {kind: round(share, 4) for kind, share in shares.items()}
            found.append(ArmShare(arm, round(told, 4), by, rounded))
    return tuple(found)


def _told_by(parts: list[CopyNumber]) -> str:
    if any(segment.total is None for segment in parts):
        return "ratio"
    return "alleles" if all(segment.minor is not None for segment in parts) else "copies"


_Parts = list[tuple[int, CopyNumber]]


def _arms_told(
    segments: Iterable[CopyNumber], build: Build
) -> Iterator[tuple[str, float, _Parts, dict[ArmEventKind, float]]]:
    """Yield (arm, share told, its pieces with their lengths, share of the told part by event)."""
    usable = [s for s in segments if s.build == build and (s.total is not None or s.log2 is not None)]
    base = round(_ploidy(usable))
    by_chrom: dict[str, list[CopyNumber]] = {}
    for segment in usable:
        by_chrom.setdefault(segment.chrom, []).append(segment)
    for arm, chrom, start, end in arms(build):
        parts = [
            (min(s.end, end) - max(s.start, start), s)
            for s in by_chrom.get(chrom, ())
            if s.start < end and start < s.end
        ]
        told = sum(length for length, _ in parts)
        shares = {
            kind: sum(n for n, s in parts if _shows(s, kind, base)) / told if told else 0.0 for kind in _KINDS
        }
        yield arm, told / (end - start), parts, shares


_KINDS: tuple[ArmEventKind, ...] = ("loss", "gain", "loss_of_heterozygosity")


def _ploidy(segments: Iterable[CopyNumber]) -> float:
    """Return the mean copies of the autosomes, weighted by length; 2 where no copies are told."""
    weighed = [(s.end - s.start, s.total) for s in segments if s.total is not None and s.chrom.isdigit()]
    length = sum(n for n, _ in weighed)
    return sum(n * total for n, total in weighed) / length if length else 2.0


def _shows(segment: CopyNumber, event: ArmEventKind, base: int) -> bool:
    if event == "loss_of_heterozygosity":
        return segment.call in ("loss_of_heterozygosity", "deletion") or (
            segment.minor is not None and segment.minor < LOST_BELOW
        )
    if segment.total is not None:
        return segment.total < base - 0.5 if event == "loss" else segment.total > base + 0.5
    if segment.log2 is None:
        return False
    return segment.log2 <= LOG2_LOSS if event == "loss" else segment.log2 >= LOG2_GAIN
