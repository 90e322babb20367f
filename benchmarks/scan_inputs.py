"""The files that the scan is measured on, made here: synthetic, GRCh38, sorted; nothing is downloaded.

A record of one sample has 94 bytes. Their text packs better than that of real files does. Everything is drawn
from a fixed seed.
"""

from __future__ import annotations

import os
import random
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

from netboard.model.variant import Gene, Panel, SequenceProvider, Transcript
from netboard.variants.contigs import LENGTHS
from netboard.variants.targets import TargetSet

_BASES = "ACGT"
_LENGTHS = {c: n for c, n in LENGTHS["GRCh38"].items() if c != "Y"}


def panel_and_sequence() -> tuple[Panel, SequenceProvider]:
    """Return netboard's own panel and the reference bases it embeds."""
    from netboard.consequence.sequence import embedded
    from netboard.knowledge.load import load

    panel = load().panel
    return panel, embedded(panel, "GRCh38")


def write_vcf(path: Path, records: int, samples: int, seed: int = 1) -> None:
    """Write a sorted VCF over the autosomes and X with plausible INFO and FORMAT, packed as BGZF."""
    import pysam

    chance = random.Random(seed)
    # In known sequence REF must be the genome's, or the file is refused.
    panel, sequence = panel_and_sequence()
    genes = TargetSet((i.chrom, i.start, i.end) for i, _ in panel.targets("GRCh38"))
    genome = sum(_LENGTHS.values())
    names = "\t".join(f"S{i}" for i in range(samples))
    # Rows of genotypes are drawn once and reused: to make each anew would take longer than all else.
    rows = [_row(chance, samples) for _ in range(64 if samples > 1 else 4096)]
    with pysam.BGZFile(str(path), "w", None) as out:
        out.write(("\n".join([*_header(), f"{_COLUMNS}\tFORMAT\t{names}"]) + "\n").encode())
        for chrom, length in _LENGTHS.items():
            count = records * length // genome
            step = length // max(1, count)
            lines, position = [], 10_000
            for _ in range(count):
                position += chance.randint(1, 2 * step - 1)
                ref, alt = chance.sample(_BASES, 2)
                if genes.overlaps(chrom, position - 1, position):
                    ref = sequence.base(chrom, position - 1, position) or ref
                    alt = alt if alt != ref else _BASES[_BASES.index(ref) - 1]
                lines.append(
                    f"chr{chrom}\t{position}\t.\t{ref}\t{alt}\t{chance.randint(20, 99)}\tPASS\t"
                    f"DP={chance.randint(20, 300)};ECNT=1;MBQ=30,{chance.randint(28, 31)};MMQ=60,60;"
                    f"TLOD={chance.random() * 60:.2f}\tGT:AD:DP\t"
                    f"{rows[chance.randrange(len(rows))]}\n"
                )
                if len(lines) >= 2000:
                    out.write("".join(lines).encode())
                    lines = []
            out.write("".join(lines).encode())


_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def _header() -> list[str]:
    """Return the lines before #CHROM; every field is declared, since BCF needs that."""
    return [
        "##fileformat=VCFv4.2",
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
        '##INFO=<ID=ECNT,Number=1,Type=Integer,Description="Events">',
        '##INFO=<ID=MBQ,Number=R,Type=Integer,Description="Base qualities">',
        '##INFO=<ID=MMQ,Number=R,Type=Integer,Description="Mapping qualities">',
        '##INFO=<ID=TLOD,Number=1,Type=Float,Description="Log odds">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allele depths">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
        *(f"##contig=<ID=chr{c},length={n}>" for c, n in _LENGTHS.items()),
    ]


def _row(chance: random.Random, samples: int) -> str:
    cells = []
    for _ in range(samples):
        depth = chance.randint(10, 120)
        alt = 0 if samples > 1 and chance.random() < 0.97 else chance.randint(2, depth)
        cells.append(f"{'0/1' if alt else '0/0'}:{depth - alt},{alt}:{depth}")
    return "\t".join(cells)


def write_text(packed: Path, path: Path) -> None:
    """Write the text of a BGZF file."""
    import gzip

    with gzip.open(packed) as source, path.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def write_gzip(text: Path, path: Path) -> None:
    """Pack a text as one member of ordinary gzip, level 6."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    with text.open("rb") as source, path.open("wb") as out:
        while data := source.read(1 << 20):
            out.write(packer.compress(data))
        out.write(packer.flush())


def index(packed: Path, path: Path, *, csi: bool) -> None:
    """Link a BGZF file under another name and put a .tbi or .csi index beside it."""
    import pysam

    os.link(packed, path)
    pysam.tabix_index(str(path), preset="vcf", csi=csi, force=True)


def write_bcf(packed: Path, path: Path) -> None:
    """Write a BCF with its .csi index from a BGZF file."""
    import pysam.bcftools

    pysam.bcftools.view("-Ob", "-o", str(path), str(packed), catch_stdout=False)
    pysam.bcftools.index("-f", str(path))


def write_bed(path: Path) -> None:
    """Write the panel's targets on GRCh38 as BED, for the peers that take regions."""
    panel, _ = panel_and_sequence()
    path.write_text("".join(f"chr{i.chrom}\t{i.start}\t{i.end}\n" for i, _ in panel.targets("GRCh38")))


def larger_panel(panel: Panel, genes: int, seed: int = 2) -> Panel:
    """Return a panel of ``genes`` genes: its own, and invented ones of their lengths anywhere on GRCh38."""
    chance = random.Random(seed)
    lengths = [i.end - i.start - 2 * panel.padding for i, _ in panel.targets("GRCh38")]
    found = dict(panel.genes)
    while len(found) < genes:
        chrom = chance.choices(list(_LENGTHS), list(_LENGTHS.values()))[0]
        length = chance.choice(lengths)
        start = chance.randrange(10_000, _LENGTHS[chrom] - length)
        name = f"INVENTED{len(found)}"
        exons = ((start, start + 200), (start + length - 200, start + length))
        model = Transcript(name, "GRCh38", f"NM_{name}", chrom, 1, exons, None, None)
        found[name] = Gene(symbol=name, name=name, hgnc_id="", transcripts=(model,))
    return Panel(found, panel.alleles, panel.sequence_file, panel.padding)


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """Return ``path``, made by ``make`` when it does not exist yet."""
    if not path.exists():
        make(path)
    return path
