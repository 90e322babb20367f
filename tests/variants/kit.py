"""What the tests of this room share: an invented panel, sequences, VCF text and BGZF bytes."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Sequence

from netboard.model.variant import BUILDS, Build, Gene, KnownAllele, Panel, Transcript

#: Gene, build, chromosome, start and end (0-based half-open) of its one exon.
PLACES: tuple[tuple[str, Build, str, int, int], ...] = (
    ("AAA1", "GRCh37", "11", 64_570_000, 64_578_000),
    ("AAA1", "GRCh38", "11", 64_803_000, 64_811_000),
    ("BBB2", "GRCh37", "7", 140_430_000, 140_434_000),
    ("BBB2", "GRCh38", "7", 140_730_000, 140_734_000),
)
EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
HEAD = "##fileformat=VCFv4.2\n"
CONTIGS = {
    "GRCh37": "##contig=<ID=7,length=159138663>\n##contig=<ID=11,length=135006516>\n",
    "GRCh38": "##contig=<ID=7,length=159345973>\n##contig=<ID=11,length=135086622>\n",
}


class Bases:
    """Known sequence: stretches by chromosome."""

    def __init__(self, build: Build, stretches: Sequence[tuple[str, int, str]]) -> None:
        self.build: Build = build
        self.stretches = list(stretches)

    def base(self, chrom: str, start: int, end: int) -> str | None:
        for name, begin, text in self.stretches:
            if name == chrom and begin <= start and end <= begin + len(text):
                return text[start - begin : end - begin]
        return None


def small_panel(alleles: Sequence[KnownAllele] = ()) -> Panel:
    genes = {}
    for symbol in ("AAA1", "BBB2"):
        models = tuple(
            Transcript(symbol, build, f"NM_{symbol}", chrom, 1, ((start, end),), start + 10, end - 10)
            for name, build, chrom, start, end in PLACES
            if name == symbol
        )
        genes[symbol] = Gene(symbol=symbol, name=symbol, hgnc_id="HGNC:0", transcripts=models)
    return Panel(genes=genes, alleles=tuple(alleles))


def invented_sequences() -> dict[Build, Bases]:
    chance = random.Random(11)
    found: dict[Build, Bases] = {}
    for build in BUILDS:
        stretches = []
        for _, own, chrom, start, end in PLACES:
            if own == build:
                stretches.append((chrom, start, "".join(chance.choices("ACGT", k=end - start))))
        found[build] = Bases(build, stretches)
    return found


SEQUENCES = invented_sequences()
#: 1-based positions within the genes on each build.
AT = {"GRCh37": ("11", 64_571_001), "GRCh38": ("11", 64_804_001)}


def snv(build: Build, offset: int = 0, tail: str = ". GT:AD 0/1:10,10", gene: str = "AAA1") -> str:
    """Return a record of an SNV, its REF that of the genome, ``offset`` bases into the gene."""
    chrom, start = next((c, s) for g, b, c, s, _ in PLACES if g == gene and b == build)
    position = start + 1000 + offset
    ref = SEQUENCES[build].base(chrom, position, position + 1)
    alt = "ACGT"[("ACGT".index(str(ref)) + 1) % 4]
    return f"{chrom} {position + 1} . {ref} {alt} . PASS {tail}"


def vcf(
    records: Sequence[str],
    samples: Sequence[str] = ("S",),
    *,
    meta: str = "",
    contigs: str = CONTIGS["GRCh38"],
) -> str:
    """Return a VCF as text; in ``records`` spaces stand for tabs."""
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    if samples:
        columns += ["FORMAT", *samples]
    lines = ["\t".join(record.split(" ")) for record in records]
    return HEAD + contigs + meta + "\t".join(columns) + "\n" + "".join(line + "\n" for line in lines)


def block(data: bytes) -> bytes:
    """Return one BGZF block."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    extra = struct.pack("<BBHH", 66, 67, 2, len(body) + 25)
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", 6) + extra
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def bgzf(data: bytes, size: int = 60_000, end: bytes = EOF) -> bytes:
    """Return ``data`` as BGZF in blocks of ``size`` bytes."""
    return b"".join(block(data[i : i + size]) for i in range(0, len(data), size)) + end
