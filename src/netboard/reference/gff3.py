"""Gene annotation in GFF3 as Ensembl, GENCODE, MANE and RefSeq write it, read for a few wanted genes.

The dialects differ in the names of attributes (``Name``, ``gene_name``, ``gene``), in where a version stands
(``ENST00000000001.2``, or ``version=2`` apart) and in their tags (``MANE_Select``, ``MANE Select``); what they share
is Parent: a gene has transcripts, a transcript has exons and coding stretches. A file of three million lines is
read once, line by line; it is read again only when children stood before their parents. Positions of the file are
1-based closed; those returned are 0-based half-open.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from netboard.errors import BuildError, InputError
from netboard.model.variant import Build
from netboard.variants.contigs import build_of_length, recognise

_PARENT = re.compile(rb"(?:^|;)Parent=([^;]+)")
_BUILD_WORD = re.compile(r"GRCh3[78]")
_ACC = re.compile(r"Acc:HGNC:(\d+)")
_PARTS = frozenset((b"exon", b"CDS", b"stop_codon"))
#: Tags of a transcript whose ends are not known (Ensembl, GENCODE).
_UNFINISHED = frozenset(("cds start NF", "cds end NF", "mRNA start NF", "mRNA end NF"))
Span = tuple[int, int]


@dataclass(slots=True)
class GffTranscript:
    """A transcript: exons and coding stretches sorted in genome order, coding ones with the stop codon."""

    accession: str
    tags: frozenset[str]
    ensembl: str = ""
    protein: str = ""
    exons: tuple[Span, ...] = ()
    cds: tuple[Span, ...] = ()
    #: Why it cannot be used, ``""`` when it can.
    fault: str = ""
    parts: list[tuple[bytes, int, int, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class GffGene:
    """A gene with its transcripts; an identifier that the file does not state is ``""``."""

    symbol: str
    name: str
    hgnc: str
    ncbi: str
    ensembl: str
    chrom: str
    strand: Literal[1, -1]
    transcripts: list[GffTranscript] = field(default_factory=list)


def read_genes(path: Path, wanted: Sequence[str], build: Build) -> dict[str, GffGene]:
    """Return the wanted genes of a GFF3 (plain or gzipped) by symbol.

    Raises
    ------
    InputError
        When the file cannot be read, a line is malformed, or a wanted gene is not in it.
    BuildError
        When the file says that it is of another build than ``build``.
    """
    reading = _Reading(path, wanted, build)
    for _ in range(3):
        reading.read()
        if reading.complete():
            break
    found = {symbol: reading.gene(symbol) for symbol in wanted}
    missing = [symbol for symbol, gene in found.items() if gene is None]
    if missing:
        hints = [
            f"{name} is called {reading.synonyms[name]} there" for name in missing if name in reading.synonyms
        ]
        raise InputError(
            f"no gene {', '.join(missing)} on a chromosome" + (f" ({'; '.join(hints)})" if hints else ""),
            where=str(path),
            remedy="Give the symbols as the GFF3 has them (its attributes Name, gene_name or gene).",
        )
    return {symbol: gene for symbol, gene in found.items() if gene is not None}


class _Reading:
    """What was gathered of a file: genes and transcripts by contig and ID."""

    def __init__(self, path: Path, wanted: Sequence[str], build: Build) -> None:
        self._path, self._wanted, self._build = path, frozenset(wanted), build
        self._genes: dict[tuple[bytes, str], GffGene] = {}
        self._transcripts: dict[tuple[bytes, str], GffTranscript] = {}
        self.synonyms: dict[str, str] = {}
        self._words: set[str] = set()

    def read(self) -> None:
        """Read the file once more, with what is known of it."""
        for transcript in self._transcripts.values():
            transcript.parts.clear()
        for number, line in enumerate(_lines(self._path), 1):
            if line[:1] == b"#":
                if line.startswith(b"##FASTA"):
                    break
                self._comment(line, number)
            elif line.strip():
                self._feature(line.rstrip(b"\r\n"), number)
        if len(self._words) == 1 and self._build not in self._words:
            raise self._other_build(f"its header speaks of {next(iter(self._words))}", 1)

    def _comment(self, line: bytes, number: int) -> None:
        text = line.decode("utf-8", "replace")
        if text.startswith("##sequence-region"):
            cells = text.split()
            known = recognise(cells[1]) if len(cells) == 4 and cells[3].isdigit() else None
            told = build_of_length(known[0], int(cells[3])) if known else None
            if told is not None and told != self._build:
                raise self._other_build(f"its {cells[1]} has {cells[3]} bases, as in {told}", number)
        else:
            self._words.update(_BUILD_WORD.findall(text))

    def _other_build(self, what: str, number: int) -> BuildError:
        return BuildError(
            f"the GFF3 is not of {self._build}: {what}",
            where=f"{self._path}:{number}",
            remedy=f"Give the annotation of {self._build}; positions are never lifted.",
        )

    def _feature(self, line: bytes, number: int) -> None:
        fields = line.split(b"\t")
        if len(fields) != 9:
            raise InputError(
                f"{len(fields)} columns where a GFF3 has 9",
                where=f"{self._path}:{number}",
                remedy="Give GFF3 (of Ensembl, GENCODE, MANE or RefSeq), not GTF or a table.",
            )
        contig, kind, attributes = fields[0], fields[2], fields[8]
        if kind in _PARTS:
            self._part(fields, number)
        elif kind.endswith(b"gene"):
            self._gene(contig, fields, attributes, number)
        else:
            parent = _PARENT.search(attributes)
            gene = self._genes.get((contig, parent[1].decode("utf-8", "replace"))) if parent else None
            if gene is not None:
                self._transcript(contig, gene, _attributes(attributes))

    def _gene(self, contig: bytes, fields: list[bytes], text: bytes, number: int) -> None:
        known = recognise(contig.decode("utf-8", "replace"))
        if known is None:
            return
        if known[1] is not None and known[1] != self._build:
            raise self._other_build(f"{contig.decode()} is of {known[1]}", number)
        given = _attributes(text)
        symbol = given.get("gene_name") or given.get("gene") or given.get("Name", "")
        for synonym in given.get("gene_synonym", "").split(","):
            if synonym in self._wanted:
                self.synonyms[synonym] = symbol
        key = (contig, given.get("ID", ""))
        if symbol not in self._wanted or key in self._genes:
            return
        described = given.get("description", "")
        references = given.get("Dbxref", "").split(",")
        acc = _ACC.search(described)
        hgnc = given.get("hgnc_id") or next((r[5:] for r in references if r.startswith("HGNC:")), "")
        identifiers = (given.get("gene_id", ""), key[1].removeprefix("gene:"), *(r[8:] for r in references))
        self._genes[key] = GffGene(
            symbol=symbol,
            name=described.partition(" [Source:")[0] or symbol,
            hgnc=f"HGNC:{acc[1]}" if acc else (f"HGNC:{hgnc.removeprefix('HGNC:')}" if hgnc else ""),
            ncbi=next((r[7:] for r in references if r.startswith("GeneID:")), ""),
            ensembl=next((_stem(i) for i in identifiers if i.startswith("ENSG")), ""),
            chrom=known[0],
            strand=-1 if fields[6] == b"-" else 1,
        )

    def _transcript(self, contig: bytes, gene: GffGene, given: dict[str, str]) -> None:
        key = (contig, given.get("ID", ""))
        if not key[1] or key in self._transcripts:
            return
        name = given.get("transcript_id") or re.sub(r"^(transcript:|rna-)", "", key[1])
        accession = _versioned(name, given.get("version"))
        references = given.get("Dbxref", "").split(",")
        ensembl = next((r[8:] for r in references if r.startswith("Ensembl:ENST")), "")
        tags = frozenset(tag.replace("_", " ") for tag in given.get("tag", "").split(",") if tag)
        transcript = GffTranscript(accession, tags, accession if accession.startswith("ENST") else ensembl)
        if given.get("partial") == "true" or tags & _UNFINISHED:
            transcript.fault = "it is incomplete"
        self._transcripts[key] = transcript
        gene.transcripts.append(transcript)

    def _part(self, fields: list[bytes], number: int) -> None:
        parents = _PARENT.search(fields[8])
        if parents is None:
            return
        for parent in parents[1].decode("utf-8", "replace").split(","):
            transcript = self._transcripts.get((fields[0], parent))
            if transcript is None:
                continue
            if not fields[3].isdigit() or not fields[4].isdigit() or int(fields[3]) > int(fields[4]):
                raise InputError("malformed positions", where=f"{self._path}:{number}")
            transcript.parts.append((fields[2], int(fields[3]) - 1, int(fields[4]), fields[7]))
            if fields[2] == b"CDS" and not transcript.protein:
                given = _attributes(fields[8])
                transcript.protein = _versioned(given.get("protein_id", ""), given.get("version"))

    def complete(self) -> bool:
        """Whether every wanted gene that was found has its transcripts, and each of those its exons."""
        return all(g.transcripts for g in self._genes.values()) and all(
            t.parts for t in self._transcripts.values()
        )

    def gene(self, symbol: str) -> GffGene | None:
        """Return the gene so called; of the two copies of a pseudoautosomal gene that on X."""
        found = [gene for gene in self._genes.values() if gene.symbol == symbol]
        for gene in found:
            for transcript in gene.transcripts:
                _settle(transcript, gene.strand)
        coding = [gene for gene in found if any(item.cds for item in gene.transcripts)] or found
        if {gene.chrom for gene in coding} == {"X", "Y"}:
            coding = [gene for gene in coding if gene.chrom == "X"]
        if len(coding) > 1:
            raise InputError(
                f"{len(coding)} genes are called {symbol} (chromosomes {', '.join(g.chrom for g in coding)})",
                where=str(self._path),
                remedy="Leave the one that is not meant out of the GFF3.",
            )
        return coding[0] if coding else None


def _settle(transcript: GffTranscript, strand: int) -> None:
    """Work out exons and coding stretches, and what speaks against the transcript."""
    exons = sorted({(low, high) for kind, low, high, _ in transcript.parts if kind == b"exon"})
    coding = sorted({(low, high) for kind, low, high, _ in transcript.parts if kind == b"CDS"})
    stop = [(low, high) for kind, low, high, _ in transcript.parts if kind == b"stop_codon"]
    exons = exons or coding
    transcript.exons = tuple(exons)
    if not exons:
        transcript.fault = "it has no exon"
    elif any(left[1] >= right[0] for left, right in pairwise(exons)):
        transcript.fault = transcript.fault or "its exons touch each other"
    if not coding:
        transcript.cds = ()
        return
    first, last = min(low for low, _ in (*coding, *stop)), max(high for _, high in (*coding, *stop))
    transcript.cds = tuple((max(a, first), min(b, last)) for a, b in exons if max(a, first) < min(b, last))
    if _bases((*coding, *stop)) != _bases(transcript.cds) or transcript.cds[0][0] != first:
        transcript.fault = transcript.fault or "its coding stretches are not those of its exons"
    phases = {(low, high): phase for kind, low, high, phase in transcript.parts if kind == b"CDS"}
    done = 0
    for low, high in coding if strand == 1 else reversed(coding):
        if phases[low, high] != str(-done % 3).encode():
            transcript.fault = transcript.fault or (
                f"the phase of its coding stretch at {low + 1}-{high} does not follow from those before it"
            )
        done += high - low


def _bases(spans: Sequence[Span]) -> int:
    """Return how many bases are covered by ``spans``, each counted once."""
    covered = reach = 0
    for low, high in sorted(spans):
        covered += max(0, high - max(low, reach))
        reach = max(reach, high)
    return covered


def _stem(identifier: str) -> str:
    return identifier.partition(".")[0]


def _versioned(name: str, version: str | None) -> str:
    return f"{name}.{version}" if name and version and version.isdigit() and "." not in name else name


def _attributes(text: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in text.decode("utf-8", "replace").split(";"):
        key, mark, value = item.strip().partition("=")
        if mark:
            found[key] = unquote(value) if "%" in value else value
    return found


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as handle:
            packed = handle.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as lines:
            yield from lines
    except FileNotFoundError:
        raise InputError(
            "no such GFF3", where=str(path), remedy="Check the path given with --gff3."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"the GFF3 cannot be read ({error})", where=str(path), remedy="Copy or download it again."
        ) from None
