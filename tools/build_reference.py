"""Builds ``annotations/reference/`` from source tables: transcripts, sequence and recurrent alleles.

Run by a curator when the panel or a source changes; its outputs are committed and reviewed::

    python tools/build_reference.py --mane panel_mane.tsv --exons panel_exons.tsv \
        --transcripts panel_transcripts.tsv --sequences panel_sequences.fa.gz \
        --alleles hotspot_alleles.tsv --out annotations/reference

All positions of the source tables are 1-based closed; all positions written are 0-based half-open.

A transcript carries the version of its MANE accession only where the model was checked: its coding
exons are those of the MANE Select transcript on GRCh38, and the coding exons of GRCh37 have the same
lengths. Other models keep their accession without a version and a note that says why.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import defaultdict
from pathlib import Path

Exons = list[tuple[int, int]]
CODONS = {
    a + b + c: "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"[16 * i + 4 * j + k]
    for i, a in enumerate("TCAG")
    for j, b in enumerate("TCAG")
    for k, c in enumerate("TCAG")
}


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


class Sequence:
    """Known stretches of both builds, for checks and left alignment."""

    def __init__(self, path: str) -> None:
        self.records: list[tuple[str, str, int, int, str, str, str]] = []
        self.by_place: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        with gzip.open(path, "rt") as handle:
            for block in handle.read().split(">")[1:]:
                head, _, body = block.partition("\n")
                name, gene, _transcript, *source = head.split(" ")
                build, chrom, span = name.split(":")
                first, last = (int(part) for part in span.split("-"))
                bases = body.replace("\n", "").upper()
                if len(bases) != last - first + 1:
                    raise SystemExit(f"{name}: {len(bases)} bases for {last - first + 1} positions")
                accession = source[-1]
                self.records.append((build, chrom, first - 1, last, gene, accession, bases))
                self.by_place[build, chrom].append((first - 1, bases))

    def base(self, build: str, chrom: str, start: int, end: int) -> str | None:
        for first, bases in self.by_place[build, chrom]:
            if first <= start and end <= first + len(bases):
                return bases[start - first : end - first]
        return None


def exons_of(row: dict[str, str]) -> Exons:
    starts, ends = row["exon_starts"].split(","), row["exon_ends"].split(",")
    return sorted((int(a) - 1, int(b)) for a, b in zip(starts, ends, strict=True))


def coding(exons: Exons, start: int, end: int) -> Exons:
    return [(max(a, start), min(b, end)) for a, b in exons if max(a, start) < min(b, end)]


def shifted(mane: Exons, here38: Exons, here37: Exons) -> Exons | None:
    """Return MANE exons of GRCh38 on GRCh37 by the offsets of the same exons of another model.

    Every edge moves by the offset of the nearest edge of that model; where the offsets differ between
    exons (an indel between the builds), only edges that the model has itself are moved.
    """
    if len(here38) != len(here37):
        return None
    edges = {
        x38: x37 - x38
        for p38, p37 in zip(here38, here37, strict=True)
        for x38, x37 in zip(p38, p37, strict=True)
    }
    uniform = len(set(edges.values())) == 1
    moved: Exons = []
    for exon in mane:
        if not uniform and any(edge not in edges for edge in exon):
            return None
        offsets = [edges.get(edge, next(iter(edges.values()))) for edge in exon]
        moved.append((exon[0] + offsets[0], exon[1] + offsets[1]))
    return moved


def protein_is_whole(sequence: Sequence, build: str, chrom: str, strand: str, parts: Exons) -> bool | None:
    """Whether the coding sequence has whole codons, starts with ATG and stops only at its end."""
    pieces = [sequence.base(build, chrom, a, b) for a, b in parts]
    if any(piece is None for piece in pieces):
        return None
    text = "".join(piece for piece in pieces if piece)
    if strand == "-":
        text = text[::-1].translate(str.maketrans("ACGT", "TGCA"))
    protein = "".join(CODONS.get(text[i : i + 3], "X") for i in range(0, len(text), 3))
    return len(text) % 3 == 0 and text.startswith("ATG") and protein.index("*") == len(protein) - 1


def transcripts(args: argparse.Namespace, sequence: Sequence) -> list[list[str]]:
    mane = {(row["symbol"], row["RefSeq_nuc"]): row for row in rows(args.mane)}
    select = {row["symbol"]: row for row in mane.values() if row["MANE_status"] == "MANE Select"}
    ensembl: dict[tuple[str, str], Exons] = defaultdict(list)
    for row in rows(args.exons):
        if row["build"] == "GRCh38":
            ensembl[row["gene"], row["transcript"]].append((int(row["start"]) - 1, int(row["end"])))
    models = {(row["build"], row["gene"], row["refseq"]): row for row in rows(args.transcripts)}
    out = []
    for (build, gene, refseq), row in sorted(models.items()):
        other = models.get(("GRCh38" if build == "GRCh37" else "GRCh37", gene, refseq))
        out.append(_transcript(row, other, build, gene, refseq, mane, select, ensembl, sequence))
    order = {"MANE Select": 0, "stand-in": 1, "MANE Plus Clinical": 2}
    return sorted(out, key=lambda item: (item[0], item[1], order[item[9]], item[2]))


def _transcript(row, other, build, gene, refseq, mane, select, ensembl, sequence):  # type: ignore[no-untyped-def]
    exons = exons_of(row)
    start, end = int(row["cds_start"]) - 1, int(row["cds_end"])
    parts = coding(exons, start, end)
    row38 = row if build == "GRCh38" else other
    notes: list[str] = []
    plus = row["status"] == "MANE Plus Clinical"
    record = mane.get((gene, row["mane_refseq"])) if plus else select[gene]
    accession, status = refseq, "MANE Plus Clinical" if plus else "stand-in"
    if plus:
        span = (int(record["chr_start"]) - 1, int(record["chr_end"]))
        here38 = exons_of(row38)
        if (here38[0][0], here38[-1][1]) == span:
            accession = record["RefSeq_nuc"]
            notes.append("ends agree with MANE on GRCh38")
        else:
            notes.append("version not given: the model's ends differ from MANE's")
    else:
        wanted = sorted(ensembl.get((gene, record["Ensembl_nuc"]), []))
        start38, end38 = int(row38["cds_start"]) - 1, int(row38["cds_end"])
        parts38 = coding(exons_of(row38), start38, end38)
        same_lengths = [b - a for a, b in parts38] == [b - a for a, b in parts]
        if wanted and coding(wanted, start38, end38) == parts38 and same_lengths:
            accession, status = record["RefSeq_nuc"], "MANE Select"
            if refseq != accession.split(".")[0]:
                notes.append(f"coding span of {refseq}, whose coding exons are those of MANE")
            whole = wanted if build == "GRCh38" else shifted(wanted, exons_of(row38), exons)
            if whole is not None and coding(whole, start, end) == parts:
                exons = whole
                placed = "" if build == "GRCh38" else ", placed on GRCh37 by the same exons"
                notes.append(f"exons of MANE{placed}")
            else:
                notes.append("coding exons agree with MANE; untranslated ends of an older version")
        elif row["mane_refseq"] and row["mane_refseq"].split(".")[0] == refseq:
            status = "MANE Select"
            notes.append("version not given: no exons of MANE to check against")
        else:
            notes.append(f"stands in for {record['RefSeq_nuc']}, whose coding exons could not be confirmed")
    whole_protein = protein_is_whole(sequence, build, row["chrom"], row["strand"], parts)
    if whole_protein is False:
        raise SystemExit(f"{gene} {accession} on {build}: the coding sequence is not whole")
    if whole_protein:
        notes.append("coding sequence whole")
    versioned = "." in accession
    return [
        gene, build, accession, row["chrom"], row["strand"],
        ",".join(str(a) for a, _ in exons), ",".join(str(b) for _, b in exons), str(start), str(end),
        status, record["Ensembl_nuc"] if status != "stand-in" else "",
        record["RefSeq_prot"] if versioned else "", "; ".join(notes),
    ]  # fmt: skip


def alleles(args: argparse.Namespace, sequence: Sequence) -> list[list[str]]:
    found: dict[tuple[str, str, int, str, str], list[str]] = {}
    for row in rows(args.alleles):
        build, chrom, ref, alt = row["build"], row["chrom"], row["ref"], row["alt"]
        start = int(row["pos"]) - 1
        if ref == "-":
            start += 1  # an insertion stands at the base before it
        ref, alt = ref.replace("-", ""), alt.replace("-", "")
        start, ref, alt = trimmed(start, ref, alt)
        start, ref, alt = left_aligned(sequence, build, chrom, start, ref, alt)
        if not ref and not alt:
            continue
        substitution = len(ref) == len(alt) == 1
        key = (build, chrom, start, ref, alt)
        entry = [
            build, chrom, str(start), ref or ".", alt or ".", row["gene"], row["protein_change"],
            row["class"], "1" if substitution else "0",
        ]  # fmt: skip
        found.setdefault(key, entry)
    return [found[key] for key in sorted(found)]


def trimmed(start: int, ref: str, alt: str) -> tuple[int, str, str]:
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


def left_aligned(
    sequence: Sequence, build: str, chrom: str, start: int, ref: str, alt: str
) -> tuple[int, str, str]:
    while not (ref and alt):
        before = sequence.base(build, chrom, start - 1, start)
        unit = ref or alt
        if before is None or not unit or before != unit[-1]:
            break
        unit = before + unit[:-1]
        start, ref, alt = start - 1, unit if ref else "", unit if alt else ""
    return start, ref, alt


def write(path: Path, comments: list[str], columns: list[str], body: list[list[str]]) -> None:
    lines = [*(f"# {line}" for line in comments), "\t".join(columns), *("\t".join(row) for row in body)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("mane", "exons", "transcripts", "sequences", "alleles", "out"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    sequence = Sequence(args.sequences)
    write(
        out / "transcripts.tsv",
        [
            "Transcript models of the panel on both builds; positions 0-based half-open.",
            "Sources: MANE v1.5 (NCBI, EMBL-EBI) and UCSC refGene of 2019; see README.md.",
        ],
        ["gene", "build", "accession", "chrom", "strand", "exon_starts", "exon_ends", "cds_start", "cds_end",
         "status", "ensembl", "protein", "note"],
        transcripts(args, sequence),
    )  # fmt: skip
    write(
        out / "alleles.tsv",
        [
            "Recurrent alleles derived from the second cancer hotspots release (Chang et al., Cancer Discovery 2018,",
            "PMID 29247016), made available under the Open Database License (ODbL) 1.0; this derived table is under "
            "it too.",
            "Trimmed and left-aligned where sequence is known; start 0-based; '.' is an empty allele.",
            "A label is a protein change for substitutions only; for indels it names the hotspot.",
        ],
        ["build", "chrom", "start", "ref", "alt", "gene", "label", "class", "substitution"],
        alleles(args, sequence),
    )  # fmt: skip
    body = "".join("\t".join(map(str, record)) + "\n" for record in sorted(sequence.records))
    head = "#build\tchrom\tstart\tend\tgene\tsource\tbases\n"
    with open(out / "sequences.tsv.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as handle:
        handle.write((head + body).encode())


if __name__ == "__main__":
    main()
