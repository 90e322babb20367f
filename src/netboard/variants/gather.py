"""What a file says of its samples, gathered line by line: by one process, or by one per range and added up.

Each gathering holds the votes of the REF bases for both builds and a collector per tumour sample. The
gatherings of the ranges of one file add up to that of the whole, but where an allele stands in two ranges
or their annotations are defined differently: :meth:`Gathering.add` then says so, and the lines must be read
again in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from netboard.model.variant import BUILDS, Build, Panel, SequenceProvider
from netboard.variants.build import Votes
from netboard.variants.header import HeaderFacts
from netboard.variants.normalise import bare_left
from netboard.variants.records import Record, record_of, require_ref
from netboard.variants.roles import Role
from netboard.variants.samples import Collector, Gathered, RowMaker
from netboard.variants.site import KnownKeys, Site, make_site
from netboard.variants.spans import GeneSpans
from netboard.variants.targets import TargetSet

_REFERENCE = frozenset({b"0/0", b"0|0", b"0"})
_REFERENCE_FIRST = frozenset({b"0/0:", b"0|0:"})
#: From this many tumour samples on, columns are sorted out as bytes before any is parsed.
_MANY = 4


def targets_of(panel: Panel, builds: tuple[Build, ...]) -> TargetSet:
    """Return the stretches of the panel's genes on ``builds``."""
    return TargetSet(
        (interval.chrom, interval.start, interval.end)
        for build in builds
        for interval, _ in panel.targets(build)
    )


@dataclass
class Annotations:
    """The annotation definitions, and which of several fits the records."""

    header: HeaderFacts
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)

    def of(self, record: Record) -> dict[str, str]:
        """Return the raw annotation of a record by key; of a repeated field the one that fits."""
        found: dict[str, str] = {}
        repeated = record.repeated
        if not repeated:
            return found
        for key, values in repeated.items():
            fields = self._fields(key, values)
            fitting = [v for v in values if fields and _width(v) == len(fields)]
            if len(values) > 1:
                self.warnings[f"INFO holds {key} more than once in some records; one that fits is used"] = (
                    None
                )
            found[key] = fitting[-1] if fitting else self._of_another(key, values[-1], fields)
            if not fields:
                self.warnings[f"the records hold {key}, which the header does not define"] = None
        if "ANN" in found:  # SnpEff writes what it says of a gene's loss beside its annotation
            found.update((key, record.info[key]) for key in ("LOF", "NMD") if key in record.info)
        return found

    def _of_another(self, key: str, value: str, fields: tuple[str, ...]) -> str:
        """Return an annotation that only another of the header's definitions fits, in the chosen one's order.

        A file that was annotated anew in part holds records of either definition.
        """
        for other in reversed(self.header.definitions.get(key, ())):
            if fields and len(other) == _width(value):
                places = [other.index(name) if name in other else None for name in fields]
                return ",".join(
                    "|".join("" if place is None else cells[place] for place in places)
                    for cells in (item.split("|") for item in value.split(","))
                    if len(cells) == len(other)
                )
        return value

    def _fields(self, key: str, values: list[str] | object) -> tuple[str, ...]:
        if key not in self.chosen:
            definitions = self.header.definitions.get(key, ())
            widths = {_width(v) for v in values} if isinstance(values, list) else set()
            fitting = [d for d in definitions if len(d) in widths]
            if definitions:
                self.chosen[key] = fitting[-1] if fitting else definitions[-1]
        return self.chosen.get(key, ())

    def settled(self) -> tuple[dict[str, tuple[str, ...]], list[str]]:
        """Return the definitions to use, and the warnings."""
        return {**self.header.annotations, **self.chosen}, list(self.warnings)


def _width(annotation: str) -> int:
    return annotation.split(",", 1)[0].count("|") + 1


@dataclass(frozen=True)
class State:
    """A gathering as it passes from one process to another."""

    votes: dict[Build, Votes]
    unverifiable: int
    in_targets: int
    chosen: dict[str, tuple[str, ...]]
    warnings: dict[str, None]
    samples: list[Gathered]


class Gathering:
    """Takes the lines of a file that concern the panel; ``where`` names the file in messages."""

    def __init__(
        self,
        panel: Panel,
        build: Build,
        sequences: Mapping[Build, SequenceProvider],
        header: HeaderFacts,
        roles: tuple[Role, ...],
        where: str,
        *,
        on_skip: Callable[[str], None] | None = None,
        row: RowMaker | None = None,
    ) -> None:
        genes = GeneSpans(panel, build)
        self.annotations = Annotations(header)
        self.votes = {b: Votes() for b in BUILDS}
        #: Records of the panel whose REF lies in no known sequence.
        self.unverifiable = 0
        self.in_targets = 0
        self._own = self.votes[build]
        self._others = [(self.votes[b], sequences.get(b)) for b in BUILDS if b != build]
        self._sequence = sequences.get(build)
        self._wanted = targets_of(panel, (build,))
        self._where = where
        self._known = cache(lambda: _known_keys(panel, build, self._sequence))
        own = len(header.samples) <= 1
        self.collectors = [
            Collector(role, build, genes, own, len(roles), on_skip=on_skip, row=row) for role in roles
        ]
        self._columns = [role.tumour or 0 for role in roles]
        self._every_column = self._columns == list(range(len(header.samples)))
        #: Records whose columns were sorted as bytes, and of each sample those where it was not plain reference.
        self._sorted = 0
        self._not_plain = [0] * len(roles)

    def take(self, number: int | None, line: bytes) -> None:
        """Read a line that the scan let through; ``number`` is its line number, where known.

        Raises
        ------
        InputError
            When its REF is not a sequence of bases.
        """
        cells = line.split(b"\t")
        require_ref(cells, number, self._where)
        record = record_of(cells, line, number)
        for votes, sequence in self._others:
            votes.cast(sequence, record)
        outcome = self._own.cast(self._sequence, record)
        # Records of the other build's exons have voted, and are no records of this panel.
        if self._wanted.reaches_columns(record.chrom, record.start, cells):
            self.unverifiable += outcome == "unverifiable"
            self._collect(record, outcome)

    def _collect(self, record: Record, ref_check: str) -> None:
        self.in_targets += 1
        site = make_site(record, self.annotations.of(record), ref_check, self._known, self._sequence)
        if len(self.collectors) < _MANY or record.format[:1] != ("GT",) or site.may_override_genotype:
            for collector in self.collectors:
                collector.take(site)
        else:
            self._carriers(site)

    def _carriers(self, site: Site) -> None:
        """Sort the columns as bytes: plain reference and empty genotypes need no parsing."""
        if all(kind in ("none", "gvcf_block", "overlapping_deletion") for kind in site.kinds):
            # Not the genotype is why such a record is skipped.
            for collector in self.collectors:
                collector.take(site)
            return
        columns = site.record.columns
        cells = columns if self._every_column else [columns[i] for i in self._columns]
        if self.collectors[0].on_skip is not None:
            others: Iterable[int] = range(len(cells))
        else:
            # Nearly all cells of a cohort are plain reference: they are counted together, by settle().
            self._sorted += 1
            others = [i for i, cell in enumerate(cells) if cell[:4] not in _REFERENCE_FIRST]
        for i in others:
            collector, cell = self.collectors[i], cells[i]
            self._not_plain[i] += 1
            if cell.split(b":", 1)[0] in _REFERENCE:
                collector.skip(site.record, "reference_genotype")
            elif not cell.strip(b"./|:,"):
                collector.skip(site.record, "no_call")
            else:
                collector.take(site)

    def settle(self) -> None:
        """Give each sample its count of plain reference genotypes; to be called after the last line."""
        if self._sorted:
            for collector, others in zip(self.collectors, self._not_plain, strict=True):
                if self._sorted > others:
                    collector.found.skipped["reference_genotype"] += self._sorted - others
        self._sorted, self._not_plain = 0, [0] * len(self.collectors)

    def state(self) -> State:
        """Return what was gathered, to be added to what another process gathered from earlier lines."""
        self.settle()
        return State(
            self.votes,
            self.unverifiable,
            self.in_targets,
            self.annotations.chosen,
            self.annotations.warnings,
            [collector.found for collector in self.collectors],
        )

    def add(self, later: Any) -> bool:
        """Add the :class:`State` of the lines that follow; False when the lines must be read in order."""
        assert isinstance(later, State)
        mine = self.annotations.chosen
        if any(mine.get(key, names) != names for key, names in later.chosen.items()):
            return False
        for collector, found in zip(self.collectors, later.samples, strict=True):
            if not collector.add(found):
                return False
        mine.update(later.chosen)
        self.annotations.warnings.update(later.warnings)
        for build, votes in self.votes.items():
            votes.add(later.votes[build])
        self.unverifiable += later.unverifiable
        self.in_targets += later.in_targets
        return True


def _known_keys(panel: Panel, build: Build, sequence: SequenceProvider | None) -> KnownKeys:
    own = (a for a in panel.alleles if a.build == build)
    return {(a.chrom, *bare_left(a.chrom, a.start, a.ref, a.alt, sequence)): a for a in own}
