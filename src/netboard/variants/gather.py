"""What a file says of its samples, gathered line by line: by one process, or by one per range and added up.

Each gathering holds the votes of the REF bases for both builds and a collector per tumour sample. The
gatherings of the ranges of one file add up to that of the whole, but where an allele stands in two ranges
or their annotations are defined differently: :meth:`Gathering.add` then says so, and the lines must be read
again in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from netboard.model.variant import BUILDS, Build, Panel, SequenceProvider
from netboard.variants.build import Place, Votes
from netboard.variants.header import HeaderFacts
from netboard.variants.normalise import bare_left
from netboard.variants.plain import (
    NOWHERE,
    REFERENCE_STARTS,
    SUBSTITUTIONS,
    StretchMap,
    cell_reader,
    other_cells,
    plain_counts,
)
from netboard.variants.records import Record, filters_of, record_of, require_ref, shown_filters
from netboard.variants.roles import Role
from netboard.variants.rows import Rows
from netboard.variants.samples import Collector, Gathered, RowMaker
from netboard.variants.sieve import KEPT, LEFT, PASSED
from netboard.variants.site import KnownKeys, Site, make_site
from netboard.variants.spans import GeneSpans
from netboard.variants.targets import POS_DIGITS, TargetSet

_REFERENCE = frozenset({b"0/0", b"0|0", b"0"})
#: From this many tumour samples on, columns are sorted out as bytes before any is parsed.
_MANY = 4
#: Different texts of AD that are remembered.
_SUPPORTS = 1 << 16


def targets_of(panel: Panel, builds: tuple[Build, ...]) -> TargetSet:
    """Return the stretches of the panel's genes on ``builds``."""
    return TargetSet(
        (interval.chrom, interval.start, interval.end)
        for build in builds
        for interval, _ in panel.targets(build)
    )


_SUBSTITUTIONS = frozenset(SUBSTITUTIONS.values())


class Places(NamedTuple):
    """Where the panel lies on a build: what is wanted of it, and its genes; the same for every gathering."""

    wanted: TargetSet
    genes: GeneSpans


def places_of(panel: Panel, build: Build) -> Places:
    """Return where the panel lies on ``build``."""
    return Places(targets_of(panel, (build,)), GeneSpans(panel, build))


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
            told = any("|" in value for value in values)
            if len(values) > 1 and told:
                self.warnings[f"INFO holds {key} more than once in some records; one that fits is used"] = (
                    None
                )
            found[key] = fitting[-1] if fitting else self._of_another(key, values[-1], fields)
            if not fields and told:
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
        scanned: TargetSet | None = None,
        places: Places | None = None,
    ) -> None:
        places = places or places_of(panel, build)
        self.annotations = Annotations(header)
        self.votes = {b: Votes() for b in BUILDS}
        #: Records of the panel whose REF lies in no known sequence.
        self.unverifiable = 0
        self.in_targets = 0
        self._build = build
        self._row = row
        self._own = self.votes[build]
        self._others = [(self.votes[b], sequences.get(b)) for b in BUILDS if b != build]
        self._sequence = sequences.get(build)
        self._wanted = places.wanted
        self._where = where
        self._known = cache(lambda: _known_keys(panel, build, self._sequence))
        own = len(header.samples) <= 1
        self.collectors = [
            Collector(role, build, places.genes, own, len(roles), on_skip=on_skip, row=row) for role in roles
        ]
        self._columns = [role.tumour or 0 for role in roles]
        #: Of a file that is read plainly, its one sample.
        self._keep_plain, self._cell = self.collectors[0].keep_plain, 9 + self._columns[0]
        self._every_column = self._columns == list(range(len(header.samples)))
        self._scanned = scanned or self._wanted
        self._stretches = StretchMap(self._borders, self._stretch, self._known_stretches)
        self._place = NOWHERE
        self._format, self._read = b"", cell_reader(b"")
        self._supports: dict[bytes, tuple[int, str]] = {}
        #: Whether plain records are read from their bytes: one sample, whose skipped records nobody asks for.
        self.plainly = row is not None and on_skip is None and len(roles) == 1 and bool(header.samples)
        #: Plain records that lie in no known sequence of either build.
        self._unvoted = 0
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
        cells = line.split(b"\t", 9)
        require_ref(cells, number, self._where)
        record = record_of(cells, line, number)
        for votes, sequence in self._others:
            votes.cast(sequence, record)
        outcome = self._own.cast(self._sequence, record)
        # Records of the other build's exons have voted, and are no records of this panel.
        if self._wanted.reaches_columns(record.chrom, record.start, cells):
            self.unverifiable += outcome == "unverifiable"
            self._collect(record, outcome)

    def take_plain(self, cells: list[bytes]) -> int:
        """Read a line, split at its tabs, if it is plain (see ``plain``), and say what became of it.

        A line that is LEFT has left no trace here. Only to be called where :attr:`plainly` holds.
        """
        alleles, pos, info = SUBSTITUTIONS.get((cells[3], cells[4])), cells[1], cells[7]
        if alleles is None or not pos.isdigit() or len(pos) > POS_DIGITS:
            return LEFT
        start = int(pos) - 1
        place = self._place
        if not place.start <= start < place.end or cells[0] != place.name:
            found = self._stretches.at(cells[0], start)
            if found is None:
                return LEFT
            place = self._place = found
        if not place.wanted:
            # A mark of a structural record makes it count wherever it stands.
            return PASSED if info.find(b"SV") < 0 and not self._scanned.holds(place.chrom, start) else LEFT
        if cells[8] != self._format:
            self._format, self._read = cells[8], cell_reader(cells[8])
        # Without a bar there is no annotation to be read.
        if self._read is None or info.find(b"|") >= 0:
            return LEFT
        counts = self._read(cells[self._cell])
        if counts is None:
            return LEFT
        support = self._supports.get(counts) or self._new_support(counts)
        if support is None:
            return LEFT
        self.in_targets += 1
        if place.known:
            self._vote(Place(place.chrom, start, alleles[0], None))
        else:
            self._unvoted += 1
        key = (place.chrom, start, *alleles)
        self._keep_plain(key, filters_of(cells[6]), place.genes, support)
        return KEPT

    def _new_support(self, written: bytes) -> tuple[int, str] | None:
        """Return the alternate reads of a plain AD and the cells that show it; None of any other."""
        counts = plain_counts(written)
        if counts is None:
            return None
        assert self._row is not None
        if len(self._supports) >= _SUPPORTS:
            self._supports.clear()
        # Depths are of a narrow range: few are met that were not met before.
        support = self._supports[written] = counts[1], self._row.support(*counts)
        return support

    def _vote(self, place: Place) -> None:
        for votes, sequence in self._others:
            votes.cast(sequence, place)
        self.unverifiable += self._own.cast(self._sequence, place) == "unverifiable"

    def _providers(self) -> list[SequenceProvider]:
        found = [self._sequence, *(sequence for _, sequence in self._others)]
        return [provider for provider in found if provider is not None]

    def _borders(self, chrom: str) -> Iterable[int]:
        assert self._row is not None
        yield from self._wanted.borders(chrom)
        yield from self._row.borders(self._build, chrom)

    def _stretch(self, chrom: str, start: int) -> tuple[bool, str]:
        assert self._row is not None
        wanted = self._wanted.holds(chrom, start)
        return wanted, self._row.genes(self._build, chrom, start, start + 1) if wanted else ""

    def _known_stretches(self, chrom: str) -> Iterable[tuple[int, int]]:
        for provider in (self._sequence, *(sequence for _, sequence in self._others)):
            if provider is not None:
                # Who cannot tell where the known ends is asked for each base.
                spans: Callable[[str], Iterable[tuple[int, int]]] | None = getattr(provider, "spans", None)
                yield from spans(chrom) if spans is not None else [(0, 1 << 62)]

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
        plain = self._plain_cells(site)
        for i, cell in self._sorted_cells(site.record):
            collector = self.collectors[i]
            self._not_plain[i] += 1
            if plain is not None and plain(collector, cell):
                continue
            if cell.split(b":", 1)[0] in _REFERENCE:
                collector.skip(site.record, "reference_genotype")
            elif not cell.strip(b"./|:,"):
                collector.skip(site.record, "no_call")
            else:
                collector.take(site)

    def _sorted_cells(self, record: Record) -> Iterable[tuple[int, bytes]]:
        """Return (number of the collector, cell) of the cells to be looked at one by one.

        Nearly all cells of a cohort are plain reference: they are counted together, by :meth:`settle`.
        """
        if self.collectors[0].on_skip is not None:
            return enumerate([record.columns[i] for i in self._columns])
        self._sorted += 1
        if self._every_column:
            return other_cells(record.samples, len(self.collectors))
        cells = enumerate([record.columns[i] for i in self._columns])
        return [(i, cell) for i, cell in cells if cell[:4] not in REFERENCE_STARTS]

    def _plain_cells(self, site: Site) -> Callable[[Collector, bytes], bool] | None:
        """Return what keeps a sample's plain cell of a plain record; None where the record is not plain."""
        record = site.record
        alleles = (record.ref_written, record.alts[0])
        if self._row is None or len(record.alts) > 1 or alleles not in _SUBSTITUTIONS:
            return None
        read = cell_reader(":".join(record.format).encode())
        if read is None:
            return None
        key = (record.chrom, record.start, *alleles)
        genes = self._row.genes(self._build, record.chrom, record.start, record.start + 1)
        filters = shown_filters(record.filters)

        def keep(collector: Collector, cell: bytes) -> bool:
            counts = read(cell)
            if counts is None:
                return False
            support = self._supports.get(counts) or self._new_support(counts)
            if support is not None:
                collector.keep_plain(key, filters, genes, support)
            return support is not None

        return keep

    def settle(self) -> None:
        """Add what was counted together for all samples; to be called after the last line."""
        for votes in self.votes.values():
            votes.unverifiable += self._unvoted
        self.unverifiable += self._unvoted
        self._unvoted = 0
        for collector in self.collectors:
            found = collector.found
            if len(found.rows):
                found.packed, found.rows = found.rows.packed(), Rows()
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

    def add(self, states: Sequence[Any]) -> bool:
        """Add the :class:`State` of each consecutive range; False when the lines must be read in order."""
        chosen: dict[str, tuple[str, ...]] = {}
        for state in states:
            assert isinstance(state, State)
            if any(chosen.get(key, names) != names for key, names in state.chosen.items()):
                return False
            chosen.update(state.chosen)
        for collector, *parts in zip(self.collectors, *(state.samples for state in states), strict=True):
            if not collector.add(parts):
                return False
        self.annotations.chosen.update(chosen)
        for state in states:
            self.annotations.warnings.update(state.warnings)
            for build, votes in self.votes.items():
                votes.add(state.votes[build])
            self.unverifiable += state.unverifiable
            self.in_targets += state.in_targets
        return True


def _known_keys(panel: Panel, build: Build, sequence: SequenceProvider | None) -> KnownKeys:
    own = (a for a in panel.alleles if a.build == build)
    return {(a.chrom, *bare_left(a.chrom, a.start, a.ref, a.alt, sequence)): a for a in own}
