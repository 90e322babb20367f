"""What an annotator wrote about an allele: one call for each annotation key and gene of the panel.

An annotator speaks of many transcripts; one of them is chosen, and the call says why (``chosen_by``). In this
order, the first in the file where several are alike:

1. ``mane_select`` or ``panel_transcript``: the transcript that the panel reports (RefSeq or Ensembl accession,
   version ignored), the first name where the annotator itself marks it MANE Select. Only this one is
   ``on_panel_transcript``, and only its protein position may be trusted.
2. ``mane_select``: marked MANE Select, yet not the panel's transcript;
3. ``mane_plus_clinical``: marked so, or another model of the panel;
4. ``canonical``, then ``pick``, then ``longest_cds`` where lengths are stated, then ``first``, among
   protein-coding transcripts;
5. ``first`` of any.

The panel's transcript comes even before another that the file marks MANE Select: that is the case only where a
documented stand-in is reported, and a finding tells one transcript.

A record without annotation, or with a malformed one, yields no call: nothing is thereby said of the allele.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from netboard.consequence.terms import event_of_terms, event_rank, sort_terms
from netboard.consequence.upstream_alleles import Alleles, Entry, alleles_of
from netboard.consequence.upstream_formats import ANN_FIELDS, Funcotations, Table, read_bcsq
from netboard.model.effect import UpstreamCall
from netboard.model.variant import Build, Gene, Panel, Variant

#: Annotation keys, in the order in which their calls are given.
KEYS: tuple[str, ...] = ("CSQ", "ANN", "BCSQ", "FUNCOTATION")

#: Rank of a protein-coding transcript that nothing marks.
_UNMARKED = 6
#: SnpEff's LOF and NMD: ``(gene|gene id|transcripts of the gene|share of them)``.
_LOSS = re.compile(r"\(([^|()]*)\|([^|()]*)\|(\d{1,6})\|(0(?:\.\d+)?|1(?:\.0+)?)\)")
_CODING_BIOTYPES = frozenset({"", "protein_coding", "coding", "mrna"})


class UpstreamReader:
    """Reads the annotation of one file, whose header gave ``fields`` (names by key, in their order)."""

    def __init__(self, panel: Panel, build: Build, fields: Mapping[str, tuple[str, ...]]) -> None:
        """Prepare for the genes of ``panel`` and their models on ``build``."""
        self._names = _GeneNames(panel)
        self._models = {gene.symbol: _Models.of(gene, build) for gene in panel.genes.values()}
        self._tables = {
            "CSQ": Table(fields.get("CSQ", ())),
            "ANN": Table(fields.get("ANN", ()) or ANN_FIELDS),
        }
        self._funcotations = Funcotations(fields.get("FUNCOTATION", ()))

    def calls(
        self, variant: Variant, at: Callable[[str, int], str] | None = None
    ) -> tuple[UpstreamCall, ...]:
        """Return at most one call for each annotation key and panel gene, in the order of ``KEYS``.

        ``at`` gives the BCSQ of the record at a place (chromosome, 1-based position) of the same sample, to
        which one record may refer from another, and "" where there is none. Never raises on what a file may
        hold; an entry that cannot be understood is no entry.
        """
        if not variant.annotation:
            return ()
        alleles = alleles_of(variant)
        found: list[UpstreamCall] = []
        for key in KEYS:
            text = variant.annotation.get(key)
            if not text:
                continue
            by_gene: dict[str, list[Entry]] = {}
            there = partial(at, variant.chrom) if at is not None else None
            for entry in self._entries(key, text, alleles, there):
                by_gene.setdefault(entry.gene, []).append(entry)
            found.extend(self._choose(key, entries) for entries in by_gene.values())
        if variant.annotation.get("LOF") or variant.annotation.get("NMD"):
            remarks = self._remarks(variant, alleles)
            found = [
                replace(call, remarks=remarks.get(call.gene, ())) if call.key == "ANN" else call
                for call in found
            ]
        return tuple(found)

    def _remarks(self, variant: Variant, alleles: Alleles) -> dict[str, tuple[str, ...]]:
        """Return what SnpEff's LOF and NMD say of each gene; they name no allele, so of a lone one only."""
        found: dict[str, tuple[str, ...]] = {}
        for key in ("LOF", "NMD") if alleles.single else ():
            for symbol, gene_id, count, share in _LOSS.findall(variant.annotation.get(key, "")):
                gene = self._names.find(symbol.strip(), "", gene_id.strip())
                if gene is not None:
                    said = f"{key}: {float(share):.0%} of {count} transcript{'s' * (int(count) != 1)}"
                    found[gene] = (*found.get(gene, ()), said)
        return found

    def _entries(
        self, key: str, text: str, alleles: Alleles, at: Callable[[int], str] | None
    ) -> Iterable[Entry]:
        if key == "BCSQ":
            entries = read_bcsq(text, alleles, self._names.find, at)
        elif key == "FUNCOTATION":
            entries = self._funcotations.entries(text, alleles, self._names.find)
        else:
            entries = self._tables[key].entries(text, alleles, self._names.find)
        return (entry for entry in entries if entry.terms)

    def _choose(self, key: str, entries: Sequence[Entry]) -> UpstreamCall:
        models = self._models[entries[0].gene]
        ranked = _by_length([(*_rank(entry, models), entry) for entry in entries])
        best = min(rank for rank, *_ in ranked)
        first = next(item for item in ranked if item[0] == best)
        # bcftools csq says several things of one transcript: of the allele alone before it and its haplotype.
        same = [item for item in ranked if item[0] == best and item[2].transcript == first[2].transcript]
        _, reason, entry = min(same, key=lambda i: (i[2].compound, event_rank(event_of_terms(i[2].terms))))
        return UpstreamCall(
            key=key,
            gene=entry.gene,
            transcript=entry.transcript,
            terms=sort_terms(entry.terms),
            event=event_of_terms(entry.terms),
            hgvsc=entry.hgvsc,
            hgvsp=entry.hgvsp,
            chosen_by=reason,
            on_panel_transcript=best == 0,
            compound=entry.compound,
            population_frequency=entry.frequency,
            population_source=f"{key}/{entry.frequency_field}" if entry.frequency is not None else "",
        )


@dataclass(frozen=True, slots=True)
class _Models:
    """Accessions of a gene's models without version: of the first, and of the others."""

    first: frozenset[str]
    others: frozenset[str]
    first_is_select: bool

    @classmethod
    def of(cls, gene: Gene, build: Build) -> _Models:
        models = gene.models(build)
        names = [
            frozenset(bare for bare in (_bare(m.accession), _bare(m.ensembl or "")) if bare) for m in models
        ]
        return cls(
            first=names[0] if names else frozenset(),
            others=frozenset().union(*names[1:]),
            first_is_select=bool(models) and models[0].status == "MANE Select",
        )


def _bare(accession: str) -> str:
    return accession.strip().upper().partition(".")[0]


def _is_accession(value: str) -> bool:
    return _bare(value).startswith(("NM_", "NR_", "ENST"))


def _rank(entry: Entry, models: _Models) -> tuple[int, str]:
    select = entry.mane_select
    names = {_bare(entry.transcript), _bare(select)} - {""}
    # A mere flag names no accession: it is the panel's transcript where that is MANE Select.
    flagged = bool(select) and not _is_accession(select) and models.first_is_select
    if names & models.first or flagged:
        return 0, "mane_select" if select else "panel_transcript"
    if select:
        return 1, "mane_select"
    if entry.mane_plus_clinical or names & models.others:
        return 2, "mane_plus_clinical"
    if entry.biotype.lower() not in _CODING_BIOTYPES:
        return _UNMARKED + 1, "first"
    if entry.canonical:
        return 3, "canonical"
    return (4, "pick") if entry.pick else (_UNMARKED, "first")


def _by_length(ranked: list[tuple[int, str, Entry]]) -> list[tuple[int, str, Entry]]:
    """Return the ranking with the longest coding sequence first where nothing better is known of any."""
    lengths = [entry.cds_length or 0 for rank, _, entry in ranked if rank == _UNMARKED]
    longest = max(lengths, default=0)
    if not longest or min(rank for rank, *_ in ranked) < _UNMARKED:
        return ranked
    chosen = next(e.transcript for rank, _, e in ranked if rank == _UNMARKED and e.cds_length == longest)
    return [
        (_UNMARKED - 1, "longest_cds", entry)
        if rank == _UNMARKED and entry.transcript == chosen
        else (rank, reason, entry)
        for rank, reason, entry in ranked
    ]


class _GeneNames:
    """Finds the panel's gene by what an entry calls it.

    The approved symbol decides, then HGNC and Ensembl identifiers (a file may use a former symbol), then an
    alias that names one gene only and that no identifier of the entry contradicts. NCBI gene numbers, which
    VEP gives with RefSeq transcripts, stand in the same column as Ensembl's.
    """

    def __init__(self, panel: Panel) -> None:
        self._symbols = {gene.symbol.upper(): gene for gene in panel.genes.values()}
        self._ids: dict[str, Gene | None] = {}
        self._aliases: dict[str, Gene | None] = {}
        for gene in panel.genes.values():
            for name in _identifiers(gene.hgnc_id, gene.ensembl_gene, gene.ncbi_gene_id):
                self._ids[name] = None if name in self._ids else gene
            for alias in {a.upper() for a in gene.aliases}:
                self._aliases[alias] = None if alias in self._aliases else gene
        self._seen: dict[tuple[str, str, str], str | None] = {}

    def find(self, symbol: str, hgnc: str, gene: str) -> str | None:
        """Return the panel's symbol of the gene so called, or None when it is not of the panel."""
        key = (symbol, hgnc, gene)
        if key not in self._seen:
            found = self._look_up(*key)
            # Bounded, so that a file of nonsense does not fill the memory.
            if len(self._seen) > 100_000:
                self._seen.clear()
            self._seen[key] = found.symbol if found else None
        return self._seen[key]

    def _look_up(self, symbol: str, hgnc: str, gene: str) -> Gene | None:
        # SnpEff's column Gene_ID may hold the symbol again.
        for name in (symbol, "" if symbol else gene):
            if name.upper() in self._symbols:
                return self._symbols[name.upper()]
        stated = _identifiers(hgnc, gene, gene)
        for identifier in stated:
            known = self._ids.get(identifier)
            if known is not None:
                return known
        found = self._aliases.get(symbol.upper())
        if found is not None:
            own = _identifiers(found.hgnc_id, found.ensembl_gene, found.ncbi_gene_id)
            kinds = {name.partition(":")[0] for name in own}
            if any(name.partition(":")[0] in kinds and name not in own for name in stated):
                return None
        return found


def _identifiers(hgnc: str, ensembl: str, ncbi: str) -> tuple[str, ...]:
    number = hgnc.strip().upper().removeprefix("HGNC:")
    return tuple(
        name
        for name, given in (
            (f"hgnc:{number}", number.isdigit()),
            (f"ensembl:{_bare(ensembl)}", _bare(ensembl).startswith("ENSG")),
            (f"ncbi:{ncbi.strip()}", ncbi.strip().isdigit()),
        )
        if given
    )
