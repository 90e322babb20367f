"""The four ways in which annotators write consequences into INFO, read into one shape.

``CSQ`` (Ensembl VEP) and ``ANN`` (SnpEff, or VEP told to use that key) are tables of ``|`` columns named in
the header; ``BCSQ`` (bcftools csq) has fixed columns; ``FUNCOTATION`` (GATK Funcotator) has one bracketed
group for each ALT. Each reader returns the entries that speak of the allele asked for and of a gene of the
panel; what is malformed yields no entry and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from netboard.consequence.terms import event_of_terms, funcotator_terms, split_terms, substitution_name
from netboard.consequence.upstream_alleles import Alleles, Entry

#: (symbol, HGNC id, gene id) as an entry states them, to the panel's symbol or None.
GeneFinder = Callable[[str, str, str], str | None]

_EMPTY: Final = frozenset({"", ".", "-"})
#: Columns of SnpEff's ANN 1.0, for files whose header does not list them.
ANN_FIELDS: Final[tuple[str, ...]] = (
    "Allele", "Annotation", "Annotation_Impact", "Gene_Name", "Gene_ID", "Feature_Type", "Feature_ID",
    "Transcript_BioType", "Rank", "HGVS.c", "HGVS.p",
)  # fmt: skip
#: What a column is for, by its name in lower case without punctuation (VEP, SnpEff).
_ROLES: Final[dict[str, str]] = {
    "allele": "allele",
    "allelenum": "allele_number",
    "consequence": "terms",
    "annotation": "terms",
    "symbol": "symbol",
    "genename": "symbol",
    "hgncid": "hgnc",
    "gene": "gene",
    "geneid": "gene",
    "featuretype": "feature_type",
    "feature": "feature",
    "featureid": "feature",
    "biotype": "biotype",
    "transcriptbiotype": "biotype",
    "hgvsc": "hgvsc",
    "hgvsp": "hgvsp",
    "maneselect": "mane_select",
    "maneplusclinical": "mane_plus_clinical",
    "mane": "mane",
    "canonical": "canonical",
    "pick": "pick",
    "proteinposition": "protein_position",
    "aminoacids": "amino_acids",
    "cdsposition": "cds_position",
    "cdsposcdslength": "cds_position",
    "aaposaalength": "protein_position",
}
_FREQUENCY: Final[re.Pattern[str]] = re.compile(r"gnomad\w*_af(?:_\w+)?|max_af", re.IGNORECASE)


def _text(value: str) -> str:
    value = value.strip()
    return "" if value in _EMPTY else value


def _name(value: str) -> str | None:
    """Return an HGVS name with its escapes undone (VEP writes ``=`` as ``%3D``), or None when empty."""
    found = _text(unquote(value) if "%" in value else value)
    return found or None


class Table:
    """Reads ``CSQ`` and ``ANN`` by the header's own order of columns."""

    def __init__(self, fields: Sequence[str]) -> None:
        """Take the column names; those that are not known are left alone."""
        self._column: dict[str, int] = {}
        self._frequencies: list[tuple[int, str]] = []
        for index, field in enumerate(fields):
            role = _ROLES.get(re.sub(r"[^a-z0-9]", "", field.lower()))
            if role:
                self._column.setdefault(role, index)
            elif _FREQUENCY.fullmatch(field.strip()):
                self._frequencies.append((index, field.strip()))
        used = (*self._column.values(), *(index for index, _ in self._frequencies))
        self._splits = max(used, default=0) + 1
        self._snpeff = any(re.sub(r"[^a-z]", "", field.lower()) == "genename" for field in fields)

    @property
    def usable(self) -> bool:
        """Whether the columns name a consequence and a gene."""
        return "terms" in self._column and any(k in self._column for k in ("symbol", "hgnc", "gene"))

    def entries(self, text: str, alleles: Alleles, find: GeneFinder) -> list[Entry]:
        """Return the entries of the allele and the panel, in file order."""
        if not self.usable:
            return []
        rows: list[tuple[str, list[str]]] = []
        for item in text.split(","):
            cells = item.split("|", self._splits)
            gene = find(self._cell(cells, "symbol"), self._cell(cells, "hgnc"), self._cell(cells, "gene"))
            # Regulatory features, motifs and SnpEff's interactions say nothing of a transcript.
            if gene and self._cell(cells, "feature_type").lower() in ("", "transcript"):
                rows.append((gene, cells))
        return [self._entry(gene, cells) for gene, cells in self._of_allele(rows, alleles)]

    def _of_allele(
        self, rows: list[tuple[str, list[str]]], alleles: Alleles
    ) -> Iterable[tuple[str, list[str]]]:
        if "allele_number" in self._column:
            numbers = [self._cell(cells, "allele_number") for _, cells in rows]
            if alleles.numbered(numbers):
                wanted = str(alleles.index + 1)
                return [row for row, number in zip(rows, numbers, strict=True) if number == wanted]
        if "allele" not in self._column:
            return rows if alleles.single else []
        # "-" is the name of a deletion here and must not be taken for an empty cell.
        column = self._column["allele"]
        named = [cells[column].strip().upper() if column < len(cells) else "" for _, cells in rows]
        name = alleles.name_among(set(named), as_written=self._snpeff)
        return [row for row, own in zip(rows, named, strict=True) if own == name] if name is not None else []

    def _cell(self, cells: Sequence[str], role: str) -> str:
        index = self._column.get(role)
        return _text(cells[index]) if index is not None and index < len(cells) else ""

    def _entry(self, gene: str, cells: Sequence[str]) -> Entry:
        terms = split_terms(self._cell(cells, "terms"))
        mane = self._cell(cells, "mane")
        clinical = "clinical" in mane.lower()
        frequency, source = self.frequency(cells)
        return Entry(
            gene=gene,
            transcript=self._cell(cells, "feature"),
            terms=terms,
            hgvsc=_name(self._cell(cells, "hgvsc")),
            hgvsp=_name(self._cell(cells, "hgvsp")) or self._protein(cells, terms),
            biotype=self._cell(cells, "biotype"),
            # Column MANE: an accession in VEP 101 to 103, a flag since.
            mane_select=self._cell(cells, "mane_select") or ("" if clinical else mane),
            mane_plus_clinical=self._cell(cells, "mane_plus_clinical") or (mane if clinical else ""),
            canonical=self._cell(cells, "canonical").upper() in ("YES", "1", "TRUE"),
            pick=self._cell(cells, "pick") == "1",
            cds_length=self._cds_length(cells),
            frequency=frequency,
            frequency_field=source,
        )

    def _cds_length(self, cells: Sequence[str]) -> int | None:
        # VEP (--total_length) and SnpEff write a position with its total: "51/960" bases, "17/320" residues.
        for role, bases in (("cds_position", 1), ("protein_position", 3)):
            total = self._cell(cells, role).rpartition("/")[2] if "/" in self._cell(cells, role) else ""
            if total.isascii() and total.isdigit():
                return int(total) * bases
        return None

    def _protein(self, cells: Sequence[str], terms: Sequence[str]) -> str | None:
        # VEP without --hgvs: "175" and "R/H"; one letter alone for a synonymous change.
        position = self._cell(cells, "protein_position").split("/")[0]
        old, _, new = self._cell(cells, "amino_acids").partition("/")
        return substitution_name(position, old, new or old, event_of_terms(terms))

    def frequency(self, cells: Sequence[str]) -> tuple[float | None, str]:
        """Return the highest population frequency (0 to 1) among the gnomAD columns, and its column."""
        best: tuple[float | None, str] = (None, "")
        for index, field in self._frequencies:
            for value in cells[index].split("&") if index < len(cells) else ():
                number = _fraction(value)
                if number is not None and (best[0] is None or number > best[0]):
                    best = (number, field)
        return best


def _fraction(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


_CHANGE: Final[re.Pattern[str]] = re.compile(r"(\d+)([A-Za-z*<>_]+?)>([A-Za-z*<>_]+)")
_RESIDUE: Final[re.Pattern[str]] = re.compile(r"(\d+)([A-Z])(?:>(\d+)([A-Z*]))?")


def read_bcsq(
    text: str, alleles: Alleles, find: GeneFinder, at: Callable[[int], str] | None = None
) -> list[Entry]:
    """Return the entries of ``[*]consequence|gene|transcript|biotype[|strand|amino acids|dna change]``.

    ``@123`` says that the haplotype's consequence stands in the record at that position of the chromosome:
    ``at`` gives the BCSQ of a position, and of it what names this allele's change is taken, as a statement
    about alleles together. Without that record nothing can be told and no entry is made. An entry without a
    DNA change names no allele, so in a record of several ALTs it is not taken. ``175R>175H`` is put into
    words as HGVS when the change stands alone in its haplotype.
    """
    found: list[tuple[Entry, str]] = []
    for item in _bcsq_items(text, alleles, at):
        cells = [_text(cell) for cell in item.split("|")]
        cells += [""] * (7 - len(cells))
        gene = find(cells[1], "", "")
        if gene is None:
            continue
        compound = "+" in cells[6] or cells[0].startswith("*")
        terms = split_terms(cells[0])
        entry = Entry(
            gene=gene,
            transcript=cells[2],
            terms=terms,
            hgvsp=None if compound else _bcsq_protein(cells[5], terms),
            biotype=cells[3],
            compound=compound,
        )
        found.append((entry, cells[6]))
    return _bcsq_of_allele(found, alleles)


def _bcsq_items(text: str, alleles: Alleles, at: Callable[[int], str] | None) -> Iterable[str]:
    for item in text.split(","):
        if not item.startswith("@"):
            yield item
        elif at is not None and item[1:].isascii() and item[1:].isdigit():
            for other in at(int(item[1:])).split(","):
                change = other.rpartition("|")[2]
                if "+" in change and _is_own(change, alleles):
                    yield other


def _bcsq_of_allele(found: list[tuple[Entry, str]], alleles: Alleles) -> list[Entry]:
    own = {change for _, change in found if change and _is_own(change, alleles)}
    changes = {change for _, change in found if change}
    if not own and alleles.single and len(changes) == 1:
        # The record was normalised after annotation: its one change can only be this one.
        own = {change for change in changes if "+" not in change}
    return [entry for entry, change in found if change in own or (not change and alleles.single)]


def _is_own(change: str, alleles: Alleles) -> bool:
    for part in change.split("+"):
        match = _CHANGE.fullmatch(part)
        if match and alleles.is_change(int(match[1]), match[2].upper(), match[3].upper()):
            return True
    return False


def _bcsq_protein(change: str, terms: Sequence[str]) -> str | None:
    match = _RESIDUE.fullmatch(change)
    if match is None or (match[3] and match[3] != match[1]):
        return None
    return substitution_name(match[1], match[2], match[4] or match[2], event_of_terms(terms))


_ESCAPE: Final[re.Pattern[str]] = re.compile(r"_%([0-9A-Fa-f]{2})_")


class Funcotations:
    """Reads ``FUNCOTATION`` by the header's own order of fields."""

    def __init__(self, fields: Sequence[str]) -> None:
        """Take the field names (``Gencode_34_hugoSymbol`` and so on, whatever the release)."""
        self._fields = tuple(fields)
        self._column: dict[str, int] = {}
        for index, field in enumerate(fields):
            if field.startswith("Gencode_"):
                self._column.setdefault(field.rpartition("_")[2], index)
        self._rates = Table([f if _FREQUENCY.fullmatch(f) else "" for f in fields])

    def entries(self, text: str, alleles: Alleles, find: GeneFinder) -> list[Entry]:
        """Return the entries of the allele: one for each transcript of its bracketed group."""
        groups = text.split("],[")
        if len(groups) == alleles.count:
            chosen = [groups[alleles.index]]
        else:
            chosen = self._by_allele(groups, alleles)
        entries = []
        for group in chosen:
            for item in group.split("]#["):
                cells = [_unescape(cell) for cell in item.strip("[]").split("|")]
                entry = self._entry(cells, find)
                if entry is not None:
                    entries.append(entry)
        return entries

    def _by_allele(self, groups: Sequence[str], alleles: Alleles) -> list[str]:
        named: Mapping[str, str] = {
            (self._cell(group.strip("[]").split("|"), "tumorSeqAllele2", empty="-") or "").upper(): group
            for group in groups
        }
        name = alleles.name_among(set(named), as_written=False)
        return [named[name]] if name is not None else []

    def _cell(self, cells: Sequence[str], name: str, empty: str = "") -> str:
        index = self._column.get(name)
        value = cells[index].strip() if index is not None and index < len(cells) else ""
        return empty if value in _EMPTY or value == "__UNKNOWN__" else value

    def _entry(self, cells: Sequence[str], find: GeneFinder) -> Entry | None:
        gene = find(self._cell(cells, "hugoSymbol"), "", "")
        if gene is None:
            return None
        change = self._cell(cells, "cDnaChange")
        classification = self._cell(cells, "variantClassification").upper()
        secondary = self._cell(cells, "secondaryVariantClassification").upper()
        frequency, source = self._rates.frequency(cells)
        return Entry(
            gene=gene,
            transcript=self._cell(cells, "annotationTranscript"),
            terms=funcotator_terms(classification, secondary, change),
            # "c.e5-2A>G" counts exons and is no HGVS.
            hgvsc=None if change.startswith("c.e") else _name(change),
            hgvsp=_name(self._cell(cells, "proteinChange")),
            frequency=frequency,
            frequency_field=source,
        )


def _unescape(cell: str) -> str:
    # Funcotator writes what VCF forbids as _%20_.
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell) if "_%" in cell else cell
