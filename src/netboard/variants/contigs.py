"""One name for a chromosome, whatever the file calls it.

UCSC (``chr7``), Ensembl (``7``), RefSeq (``NC_000007.14``) and GenBank (``CM000669.2``) names of the
24 chromosomes and the mitochondrion become ``1`` to ``22``, ``X``, ``Y``, ``MT``. Alternate, decoy, patch
and unplaced contigs have no such name: they are not targets. RefSeq and GenBank versions, and the
lengths of the chromosomes, tell the build.

Lengths and accession versions: NCBI assembly reports of GRCh37 (GCF_000001405.13) and GRCh38
(GCF_000001405.26).
"""

from __future__ import annotations

import re
from functools import lru_cache

from netboard.model.variant import Build

MAIN_CHROMOSOMES: tuple[str, ...] = (*(str(n) for n in range(1, 23)), "X", "Y", "MT")

_LENGTHS_37 = (
    249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431,
    135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753, 81195210, 78077248,
    59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
)  # fmt: skip
_LENGTHS_38 = (
    248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717,
    133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345, 83257441, 80373285,
    58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
)  # fmt: skip
#: Length in bases of each chromosome; MT is left out because files of both builds use one sequence.
LENGTHS: dict[Build, dict[str, int]] = {
    "GRCh37": dict(zip(MAIN_CHROMOSOMES, _LENGTHS_37, strict=False)),
    "GRCh38": dict(zip(MAIN_CHROMOSOMES, _LENGTHS_38, strict=False)),
}

#: Version of the RefSeq accession NC_0000nn of chromosomes 1 to 22, X and Y.
_REFSEQ_37 = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9)
_REFSEQ_38 = (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10)
#: GenBank accessions run from CM000663 (chromosome 1) to CM000686 (Y); version 1 is GRCh37, 2 GRCh38.
_GENBANK_FIRST = 663

_REFSEQ = re.compile(r"NC_0000(\d\d)(?:\.(\d+))?", re.IGNORECASE)
_GENBANK = re.compile(r"CM000(\d{3})(?:\.(\d+))?", re.IGNORECASE)
#: PLINK numbers the sex chromosomes and the mitochondrion on.
_SYNONYMS = {"M": "MT", "23": "X", "24": "Y", "26": "MT"}


@lru_cache(maxsize=65536)
def recognise(name: str) -> tuple[str, Build | None] | None:
    """Return (chromosome, build that the name tells or None), or None for any other contig."""
    plain = name[3:] if name[:3].lower() == "chr" else name
    plain = plain.upper()
    plain = _SYNONYMS.get(plain, plain)
    if plain in _CHROMOSOME_SET:
        return plain, None
    if name in ("NC_012920.1", "J01415.2"):
        return "MT", None
    if match := _REFSEQ.fullmatch(name):
        return _by_accession(int(match[1]), match[2], _REFSEQ_37, _REFSEQ_38)
    if match := _GENBANK.fullmatch(name):
        return _by_accession(int(match[1]) - _GENBANK_FIRST + 1, match[2], (1,) * 24, (2,) * 24)
    return None


def _by_accession(
    number: int, version: str | None, of_37: tuple[int, ...], of_38: tuple[int, ...]
) -> tuple[str, Build | None] | None:
    if not 1 <= number <= 24:
        return None
    chrom = MAIN_CHROMOSOMES[number - 1]
    if version is None:
        return chrom, None
    if int(version) == of_37[number - 1]:
        return chrom, "GRCh37"
    if int(version) == of_38[number - 1]:
        return chrom, "GRCh38"
    # An accession of another assembly: its positions are not ours.
    return None


def chromosome(name: str) -> str | None:
    """Return ``1`` to ``22``, ``X``, ``Y`` or ``MT`` for a chromosome, None for any other contig."""
    found = recognise(name)
    return found[0] if found else None


def build_of_length(chrom: str, length: int) -> Build | None:
    """Return the build in which chromosome ``chrom`` has ``length`` bases, or None."""
    for build, lengths in LENGTHS.items():
        if lengths.get(chrom) == length:
            return build
    return None


def name_pattern(chrom: str) -> str:
    """Return a regular expression (RE2 syntax, no groups kept) of all names of ``chrom``."""
    index = MAIN_CHROMOSOMES.index(chrom)
    plain = [chrom] + [other for other, own in _SYNONYMS.items() if own == chrom]
    letters = "|".join("".join(f"[{c}{c.lower()}]" if c.isalpha() else c for c in p) for p in plain)
    names = [f"(?:[cC][hH][rR])?(?:{letters})"]
    if index < 24:
        names.append(rf"[nN][cC]_0000{index + 1:02d}(?:\.[0-9]+)?")
        names.append(rf"[cC][mM]000{_GENBANK_FIRST + index:03d}(?:\.[0-9]+)?")
    else:
        names.extend((r"NC_012920\.1", r"J01415\.2"))
    return "(?:" + "|".join(names) + ")"


_CHROMOSOME_SET = frozenset(MAIN_CHROMOSOMES)
