"""A line of a VCF, taken apart as far as it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from netboard.errors import InputError
from netboard.model.variant import Build
from netboard.variants.build import Place
from netboard.variants.contigs import recognise
from netboard.variants.header import ANNOTATION_KEYS
from netboard.variants.sieve import fault_of

AltKind = Literal["sequence", "symbolic", "breakend", "gvcf_block", "overlapping_deletion", "none", "invalid"]

_BASES = re.compile(r"[ACGTN]+")
_REF = re.compile(rb"[ACGTUNRYSWKMBDHV]+", re.IGNORECASE)
_GVCF = frozenset({"<NON_REF>", "<*>", "<X>"})
#: Population frequencies by INFO key. Plain ``AF`` is not one: callers use it for the sample.
POPULATION_KEYS: tuple[str, ...] = (
    "gnomAD_AF", "gnomADe_AF", "gnomADg_AF", "gnomad_AF", "gnomad_af", "gnomAD_exome_AF", "gnomAD_genome_AF",
    "gnomAD_exomes_AF", "gnomAD_genomes_AF", "gnomADe_AF_popmax", "gnomADg_AF_popmax", "gnomAD_AF_popmax",
    "AF_popmax", "AF_grpmax", "gnomAD_exome_ALL", "gnomAD_genome_ALL", "MAX_AF", "ExAC_AF", "ExAC_ALL", "EXAC_AF",
    "1000g2015aug_all", "KGP_AF", "POP_AF",
)  # fmt: skip
#: Mutect2 writes -log10 of the population frequency; at 5 and beyond it means "not in the resource".
_NEGATIVE_LOG_KEY = "POPAF"
_ABSENT_AT = 5.0


_POPULATION_ORDER = (*POPULATION_KEYS, _NEGATIVE_LOG_KEY)
_POPULATION = frozenset(_POPULATION_ORDER)


class Info(Mapping[str, str]):
    """INFO as key to value; the text is taken apart when a key is first asked for."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        if self._found is None:
            self._found = parse_info(self._text)[0]
        return self._found

    def __getitem__(self, key: str) -> str:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, key: object) -> bool:
        return key in self._all()


@dataclass(slots=True)
class Record:
    """A record of the panel. ``start`` is 0-based; ``samples`` is the text of the sample columns."""

    line: int | None
    raw: bytes
    chrom: str
    told: Build | None
    start: int
    identifier: str
    ref: str
    ref_written: str
    alts: tuple[str, ...]
    filters: tuple[str, ...]
    info_written: str
    format: tuple[str, ...]
    samples: bytes
    _columns: list[bytes] | None = None
    _parsed: dict[int, Mapping[str, str]] = field(default_factory=dict)
    _info: Info | None = None

    @property
    def info(self) -> Info:
        """INFO as key to value, flags with ``""``."""
        if self._info is None:
            self._info = Info(self.info_written)
        return self._info

    @property
    def columns(self) -> list[bytes]:
        """The raw sample columns."""
        if self._columns is None:
            self._columns = self.samples.split(b"\t") if self.samples else []
        return self._columns

    @property
    def repeated(self) -> Mapping[str, Sequence[str]]:
        """All values of each annotation key that INFO holds."""
        text = self.info_written
        # Most records hold none: a look at the text spares taking it apart.
        if "CSQ" not in text and "ANN" not in text and "FUNCOTATION" not in text:
            return {}
        return parse_info(text)[1]

    def sample(self, column: int | None) -> Mapping[str, str]:
        """Return FORMAT key to raw value of a sample column; trailing fields may be left out."""
        if column is None or column >= len(self.columns):
            return {}
        if column not in self._parsed:
            values = self.columns[column].decode("utf-8", "replace").strip().split(":")
            found = self._parsed[column] = dict(zip(self.format, values, strict=False))
            return found
        return self._parsed[column]

    @property
    def name(self) -> str:
        """How people find the record: ``chrom:pos REF>ALT``."""
        ref = self.ref if len(self.ref) <= 20 else f"{self.ref[:17]}..."
        alt = ",".join(self.alts)
        return f"{self.chrom}:{self.start + 1} {ref}>{alt if len(alt) <= 40 else alt[:37] + '...'}"

    @property
    def written(self) -> str:
        """CHROM to INFO as in the file (INFO cut where it is long), for provenance."""
        text = b"\t".join(self.raw.split(b"\t", 8)[:8]).decode("utf-8", "replace")
        return text if len(text) <= 400 else text[:397] + "..."


def parse_record(line: bytes, number: int | None, where: str, columns: int) -> Record:
    """Take a line apart; ``columns`` is the number of columns of the ``#CHROM`` line.

    Raises
    ------
    InputError
        When the line is no record; the message names its number or position.
    """
    _require_record(line, number, where, columns)
    return record_of(line.split(b"\t", 9), line, number)


def record_of(cells: Sequence[bytes], line: bytes, number: int | None) -> Record:
    """Return the record of a line that was split at its first nine tabs and is known to be a record."""
    text = b"\t".join(cells[:9]).decode("utf-8", "replace").split("\t")
    name, pos, identifier, ref, alts = text[:5]
    chrom, told = recognise(name) or (name, None)
    return Record(
        number,
        line,
        chrom,
        told,
        int(pos) - 1,
        identifier,
        ref.upper(),
        ref,
        tuple(alts.split(",")) if "," in alts else (alts,),
        _filters(text[6]),
        text[7],
        _format(text[8]) if len(text) > 8 else (),
        cells[9] if len(cells) > 9 else b"",
    )


@lru_cache(maxsize=4096)
def _filters(text: str) -> tuple[str, ...]:
    return () if text in (".", "") else tuple(f for f in text.split(";") if f)


class Filters(NamedTuple):
    """The filters of a record, none for ``.``, and how they are shown."""

    names: tuple[str, ...]
    written: str
    #: Added to the alternate reads, which of two records of one allele speaks: first the one that passed.
    rank: int


_PASSED_RANK = 10**12


@lru_cache(maxsize=4096)
def filters_of(written: bytes) -> Filters:
    """Return what a FILTER column says."""
    return shown_filters(_filters(written.decode("utf-8", "replace")))


@lru_cache(maxsize=4096)
def shown_filters(names: tuple[str, ...]) -> Filters:
    """Return the filters ``names`` with how they are shown and what they count."""
    passed = all(name in ("PASS", ".") for name in names)
    return Filters(names, ";".join(names) or ".", _PASSED_RANK if passed else 0)


@lru_cache(maxsize=4096)
def _format(text: str) -> tuple[str, ...]:
    return tuple(text.split(":"))


def place_of(line: bytes, number: int | None, where: str, columns: int) -> Place:
    """Return of a line only what the check of REF bases needs.

    Raises
    ------
    InputError
        As :func:`parse_record`.
    """
    _require_record(line, number, where, columns)
    return place_of_columns(line.split(b"\t", 4), number)


def place_of_columns(columns: Sequence[bytes], number: int | None) -> Place:
    """Return what :func:`place_of` does for a line that was split and is known to be a record."""
    contig, pos, _, ref = columns[:4]
    name = contig.decode("utf-8", "replace")
    chrom, told = recognise(name) or (name, None)
    return Place(chrom, int(pos) - 1, ref.decode("ascii").upper(), number, told)


def require_ref(cells: Sequence[bytes], number: int | None, where: str) -> None:
    """Refuse a record, known to be well formed otherwise, whose REF is not a sequence of bases.

    Raises
    ------
    InputError
        The message names its number or position.
    """
    if not _REF.fullmatch(cells[3]):
        _require_record(b"\t".join(cells), number, where, 0)


def _require_record(line: bytes, number: int | None, where: str, columns: int) -> None:
    fault = fault_of(line, columns)
    if fault is None:
        contig, pos, _, ref, _ = line.split(b"\t", 4)
        if _REF.fullmatch(ref):
            return
        record = b":".join((contig, pos)).decode("utf-8", "replace")
        written = ref[:40].decode("utf-8", "replace")
        fault = f"REF of record {record} is {written!r}, which is not a sequence of bases"
    place = f"{where}:{number}" if number is not None else where
    raise InputError(fault, where=place, remedy="Write the file again with the program that made it")


def parse_info(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return INFO as key to value (flags have ``""``), and all values of annotation keys.

    Where a key occurs twice the last value is taken.
    """
    info: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    if text in (".", ""):
        return info, repeated
    for item in text.split(";"):
        key, _, value = item.partition("=")
        if key:
            info[key] = value
            if key in ANNOTATION_KEYS:
                repeated.setdefault(key, []).append(value)
    return info, repeated


@lru_cache(maxsize=8192)
def kind_of_alt(alt: str) -> AltKind:
    """Return what an ALT as written is."""
    if alt in (".", ""):
        return "none"
    if alt == "*":
        return "overlapping_deletion"
    if alt in _GVCF:
        return "gvcf_block"
    if alt.startswith("<"):
        return "symbolic" if re.fullmatch(r"<[^<>\s]+>", alt) else "invalid"
    if "[" in alt or "]" in alt or (len(alt) > 1 and (alt[0] == "." or alt[-1] == ".")):
        return "breakend"
    return "sequence" if _BASES.fullmatch(alt.upper()) else "invalid"


@dataclass(frozen=True)
class Genotype:
    """GT: allele numbers (None for a missing one) and whether it is phased."""

    alleles: tuple[int | None, ...]
    phased: bool

    @property
    def missing(self) -> bool:
        """Whether any allele is missing, so that absence of an allele is not shown."""
        return None in self.alleles


@lru_cache(maxsize=8192)
def parse_genotype(text: str | None) -> Genotype | None:
    """Return GT read, or None when it is absent or malformed."""
    if not text or not re.fullmatch(r"[/|]?(?:\d{1,9}|\.)(?:[/|](?:\d{1,9}|\.))*", text):
        return None
    # VCF 4.4 allows a leading phase mark.
    alleles = re.split(r"[/|]", text.lstrip("/|"))
    return Genotype(tuple(None if a == "." else int(a) for a in alleles), "|" in text and "/" not in text)


def phase_of(fields: Mapping[str, str], allele: int) -> str | None:
    """Return ``phase set:haplotype`` of an allele (1-based number), or None when it is not phased.

    PS with a phased GT (VCF 4.2), or PID with PGT (GATK). An allele on every haplotype, or a phased GT
    without a phase set, names none: nothing then tells which alleles share a molecule.
    """
    for set_key, genotype_key in (("PS", "GT"), ("PID", "PGT")):
        phase_set = fields.get(set_key, ".")
        if phase_set in (".", ""):
            continue
        genotype = parse_genotype(fields.get(genotype_key))
        if genotype is None or not genotype.phased:
            continue
        # PGT speaks of the alternate allele as 1 whatever its number in a split record.
        wanted = allele if set_key == "PS" else 1
        haplotypes = [i for i, a in enumerate(genotype.alleles) if a == wanted]
        if len(haplotypes) == 1:
            return f"{phase_set}:{haplotypes[0]}"
    return None


def caller_status(info: Mapping[str, str], fields: Mapping[str, str]) -> str:
    """Return ``somatic``, ``germline``, ``loh`` or ``unknown``: what the caller said.

    INFO SOMATIC; INFO STATUS of VarDict; SS of VarScan 2 (INFO) and of SomaticSniper and MuSE (FORMAT):
    1 germline, 2 somatic, 3 loss of heterozygosity.
    """
    if "SOMATIC" in info and info["SOMATIC"].lower() not in ("0", "false", "no"):
        return "somatic"
    status = info.get("STATUS", "").lower()
    for word, meaning in (("somatic", "somatic"), ("germline", "germline"), ("loh", "loh")):
        if word in status:
            return meaning
    numbers = {"1": "germline", "2": "somatic", "3": "loh"}
    return numbers.get(info.get("SS", ""), numbers.get(fields.get("SS", ""), "unknown"))


def population_frequency(info: Mapping[str, str], alt_index: int) -> tuple[float | None, str]:
    """Return the highest population frequency that INFO states for an allele, and its key."""
    best: tuple[float | None, str] = (None, "")
    stated = _POPULATION.intersection(info)
    # In the table's order, so that of equal frequencies the same key is named each time.
    for key in _POPULATION_ORDER if stated else ():
        if key not in stated:
            continue
        values = info[key].split(",")
        text = values[alt_index] if alt_index < len(values) else values[0] if len(values) == 1 else ""
        value = _fraction(text, negative_log=key == _NEGATIVE_LOG_KEY)
        if value is not None and (best[0] is None or value > best[0]):
            best = (value, f"INFO/{key}")
    return best


def _fraction(text: str, negative_log: bool) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if negative_log:
        if not 0 <= value < _ABSENT_AT:
            return None
        value = 10.0**-value
    return value if 0 <= value <= 1 else None
