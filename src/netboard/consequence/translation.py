"""The standard genetic code."""

from __future__ import annotations

_BASES = "TCAG"
_AMINO = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
#: The standard genetic code (NCBI translation table 1).
CODONS = {
    a + b + c: _AMINO[16 * i + 4 * j + k]
    for i, a in enumerate(_BASES)
    for j, b in enumerate(_BASES)
    for k, c in enumerate(_BASES)
}
#: Residues by letter, as HGVS writes them; the stop is Ter.
ONE_TO_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "*": "Ter",
}  # fmt: skip
#: Codons translated at a time: a premature stop mostly stands near, so little is translated in vain.
_PIECE = 300


def translate(bases: str) -> tuple[str, bool]:
    """Return the protein up to its stop, and whether a stop was reached; an unknown codon is X."""
    get = CODONS.get
    pieces: list[str] = []
    for start in range(0, len(bases) - 2, _PIECE):
        last = min(start + _PIECE, len(bases) - 2)
        piece = "".join([get(bases[index : index + 3], "X") for index in range(start, last, 3)])
        stop = piece.find("*")
        if stop >= 0:
            return "".join(pieces) + piece[:stop], True
        pieces.append(piece)
    return "".join(pieces), False
