"""Every small variant of one sample inside given regions, whatever the gene.

The panel's own reading never looks beyond its genes; a mutational burden and a pattern of substitutions need
all records of the regions that were sequenced. They are read in a pass of their own, one record at a time,
by the same steps as the panel's (normalised, with its support in tumour and normal); nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netboard.model.variant import Build, Interval, Panel, Variant
from netboard.variants.contigs import LENGTHS, chromosome
from netboard.variants.records import record_of, require_ref
from netboard.variants.roles import Role
from netboard.variants.samples import Collector
from netboard.variants.scan import scan
from netboard.variants.site import make_site
from netboard.variants.source import open_source
from netboard.variants.spans import GeneSpans
from netboard.variants.targets import TargetSet

#: Regions that the scan looks for by themselves; of more it reads every record.
_FEW = 2000
_AUTOSOMES = frozenset(str(number) for number in range(1, 23))


def regions_of(intervals: Iterable[Interval] | None, build: Build) -> TargetSet:
    """Return the regions to read: ``intervals`` on the autosomes and X, or the whole of these."""
    wanted = (*_AUTOSOMES, "X")
    if intervals is None:
        return TargetSet((chrom, 0, LENGTHS[build][chrom]) for chrom in wanted)
    return TargetSet((item.chrom, item.start, item.end) for item in intervals if item.chrom in wanted)


def size_of(regions: TargetSet) -> int:
    """Return how many bases the regions hold, each once."""
    return sum(end - start for _, start, end in regions.intervals())


def small_variants(
    path: str,
    build: Build,
    regions: TargetSet,
    tumour_column: int | None,
    normal_column: int | None,
    tumours: int = 1,
) -> Iterator[Variant]:
    """Yield the small variants of a sample whose position lies in ``regions``, in file order, repeats left out.

    ``tumour_column`` and ``normal_column`` count the sample columns from 0, as the panel's reading found them;
    ``tumours`` is how many tumour samples the file holds.

    Raises
    ------
    InputError
        The file cannot be read a second time, or holds a malformed record.
    """
    opened = open_source(path, digest=False)
    try:
        header, where = opened.header, opened.where
        role = _role(header.samples, tumour_column, normal_column)
        # An exome's regions are too many for the scan's expression, which took ten seconds to be made of them.
        few = sum(1 for _ in regions.intervals()) <= _FEW
        scanned = scan(opened, regions if few else regions_of(None, build))
        collector = Collector(role, build, GeneSpans(Panel({}, ()), build), len(header.samples) <= 1, tumours)
        seen: set[int] = set()
        for number, line in scanned.lines():
            cells = line.split(b"\t", 9)
            if not few and not _held(cells, regions):
                continue
            require_ref(cells, number, where)
            record = record_of(cells, line, number)
            if record.chrom is None or not regions.holds(record.chrom, record.start):
                continue
            collector.take(make_site(record, {}, "unverifiable", dict, None))
            for variant in collector.drain():
                key = hash((variant.chrom, variant.start, variant.ref, variant.alt))
                if key not in seen:
                    seen.add(key)
                    yield variant
        scanned.close()
    finally:
        opened.close()


def _held(cells: Sequence[bytes], regions: TargetSet) -> bool:
    """Whether the position of a line lies in the regions; what is no record is left to the reader."""
    if len(cells) < 2 or not cells[1].isdigit():
        return True
    chrom = chromosome(cells[0].decode("utf-8", "replace"))
    return chrom is None or regions.holds(chrom, int(cells[1]) - 1)


def _role(samples: Sequence[str], tumour: int | None, normal: int | None) -> Role:
    name = samples[tumour] if tumour is not None else ""
    return Role(name, tumour, normal, "as for the panel", matched_normal=normal is not None)
