"""An independent judge: its own way from the genome to the protein, for comparison with the engine.

It shares nothing with the package but the table of transcripts and the embedded bases: the edited exons
are laid out base by base, joined and translated, and a p. name is read back by applying it to the
reference protein.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netboard.model.variant import SequenceProvider, Transcript, Variant

THREE = dict(
    zip(
        "ARNDCQEGHILKMFPSTWYV*",
        [
            "Ala",
            "Arg",
            "Asn",
            "Asp",
            "Cys",
            "Gln",
            "Glu",
            "Gly",
            "His",
            "Ile",
            "Leu",
            "Lys",
            "Met",
            "Phe",
            "Pro",
            "Ser",
            "Thr",
            "Trp",
            "Tyr",
            "Val",
            "Ter",
        ],
        strict=True,
    )
)
ONE = {three: one for one, three in THREE.items()}
_FAMILIES = {
    "A": "GCN", "R": "CGN AGR", "N": "AAY", "D": "GAY", "C": "TGY", "Q": "CAR", "E": "GAR", "G": "GGN",
    "H": "CAY", "I": "ATY ATA", "L": "CTN TTR", "K": "AAR", "M": "ATG", "F": "TTY", "P": "CCN",
    "S": "TCN AGY", "T": "ACN", "W": "TGG", "Y": "TAY", "V": "GTN", "*": "TAR TGA",
}  # fmt: skip
_WOBBLE = {"N": "ACGT", "R": "AG", "Y": "CT"}
CODE = {
    family[:2] + last: residue
    for residue, families in _FAMILIES.items()
    for family in families.split()
    for last in _WOBBLE.get(family[2], family[2])
}


def other_strand(bases: str) -> str:
    """Return the other strand, read from its own 5' end."""
    return "".join({"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}[base] for base in reversed(bases))


@dataclass(frozen=True)
class Spliced:
    """Exonic places of a transcript in its own direction, and where its coding sequence lies in them."""

    model: Transcript
    places: tuple[int, ...]
    first: int
    last: int

    @property
    def coding(self) -> tuple[int, ...]:
        return self.places[self.first : self.last]


def spliced(model: Transcript) -> Spliced:
    """Lay a transcript's exonic places out in its own direction."""
    places = [place for start, end in model.exons for place in range(start, end)]
    assert model.cds_start is not None and model.cds_end is not None
    ends = model.cds_start, model.cds_end - 1
    if model.strand < 0:
        places.reverse()
        ends = ends[::-1]
    return Spliced(model, tuple(places), places.index(ends[0]), places.index(ends[1]) + 1)


def known(sequence: SequenceProvider, chrom: str, place: int) -> str:
    """Return the base at ``place`` or N."""
    return sequence.base(chrom, place, place + 1) or "N"


def protein(text: str) -> str:
    """Translate up to and with the first stop; without one the protein has no ``*`` at its end."""
    found = ""
    for i in range(0, len(text) - 2, 3):
        found += CODE.get(text[i : i + 3], "?")
        if found[-1] == "*":
            break
    return found


def reference_protein(transcript: Spliced, sequence: SequenceProvider) -> str:
    return protein(_text(transcript, sequence, {}, transcript.first, transcript.last))


def _text(
    transcript: Spliced, sequence: SequenceProvider, edits: dict[int, str], first: int, last: int | None
) -> str:
    forward = transcript.model.strand > 0
    places = transcript.places[first:last]
    parts = list(_known_text(transcript, sequence)[first:last])
    if edits:
        for index, place in enumerate(places):
            if place in edits:
                parts[index] = edits[place] if forward else other_strand(edits[place])
    return "".join(parts)


_TEXTS: dict[tuple[str, str], str] = {}


def _known_text(transcript: Spliced, sequence: SequenceProvider) -> str:
    key = (transcript.model.build, transcript.model.accession)
    if key not in _TEXTS:
        found = [known(sequence, transcript.model.chrom, place) for place in transcript.places]
        forward = transcript.model.strand > 0
        _TEXTS[key] = "".join(base if forward else other_strand(base) for base in found)
    return _TEXTS[key]


def edited_protein(
    transcript: Spliced, sequence: SequenceProvider, start: int, ref: str, alt: str
) -> str | None:
    """Return the protein of the edited transcript (whole allele within one exon), or None: no start codon.

    An allele that leaves an ATG at the place of the start codon keeps the start.
    """
    edits = {start + i: "" for i in range(len(ref))}
    edits[start] = alt if ref else alt + known(sequence, transcript.model.chrom, start)
    before = _text(transcript, sequence, edits, 0, transcript.first)
    after = _text(transcript, sequence, edits, transcript.first, None)
    whole = before + after
    candidates = {transcript.first}
    initiator = set(transcript.places[transcript.first : transcript.first + 3])
    if initiator & set(range(start - 1, start + len(ref) + 1)):
        candidates |= {len(before), transcript.first + len(alt) - len(ref)}
    proteins = {protein(whole[i:]) for i in candidates if i >= 0 and whole[i : i + 3] == "ATG"}
    old = reference_protein(transcript, sequence)
    if old in proteins:
        return old
    return min(proteins, key=len) if proteins else None


_P = re.compile(r"p\.\((.+)\)$")
_RESIDUE = r"([A-Z][a-z]{2})(\d+)"


def apply(name: str, old: str) -> tuple[str, int | None]:
    """Return (protein that ``name`` describes of ``old``, residues up to a new stop for a frameshift).

    A frameshift's new residues are not in its name: the protein is then cut before the first one and the
    second value is the length that the whole one must have, stop included.
    """
    match = _P.search(name)
    assert match, name
    body = match[1]
    if body == "=":
        return old, None
    if same := re.fullmatch(_RESIDUE + f"(?:_{_RESIDUE})?=", body):
        assert old[int(same[2]) - 1] == ONE[same[1]], name
        return old, None
    if shift := re.fullmatch(_RESIDUE + r"([A-Z][a-z]{2})fs(?:Ter(\d+|\?))?", body):
        at = int(shift[2])
        assert old[at - 1] == ONE[shift[1]], name
        length = at - 1 + int(shift[4]) if shift[4] and shift[4] != "?" else -1
        return old[: at - 1] + ONE[shift[3]], length
    if longer := re.fullmatch(r"Ter(\d+)([A-Z][a-z]{2})extTer(\d+|\?)", body):
        at = int(longer[1])
        assert old[at - 1] == "*", name
        return old[: at - 1] + ONE[longer[2]], at + int(longer[3]) if longer[3] != "?" else -1
    if one := re.fullmatch(_RESIDUE + r"([A-Z][a-z]{2})", body):
        at = int(one[2])
        assert old[at - 1] == ONE[one[1]], name
        new = old[: at - 1] + ONE[one[3]]
        return (new, None) if one[3] == "Ter" else (new + old[at:], None)
    ranged = re.fullmatch(_RESIDUE + r"(?:_" + _RESIDUE + r")?(delins|del|dup|ins)((?:[A-Z][a-z]{2})*)", body)
    assert ranged, name
    low = int(ranged[2])
    high = int(ranged[4]) if ranged[4] else low
    assert old[low - 1] == ONE[ranged[1]], name
    assert not ranged[3] or old[high - 1] == ONE[ranged[3]], name
    added = "".join(ONE[part] for part in re.findall("...", ranged[6]))
    kind = ranged[5]
    if kind == "dup":
        new = old[:high] + old[low - 1 : high] + old[high:]
    elif kind == "ins":
        new = old[:low] + added + old[high - 1 :]
    else:
        new = old[: low - 1] + added + old[high:]
    if "*" in new[:-1]:
        new = new[: new.index("*") + 1]
    return new, None


def agrees(name: str, old: str, new: str) -> bool:
    """Whether the p. name describes the change of ``old`` into ``new``."""
    described, length = apply(name, old)
    if length is None:
        return described == new
    if length == -1:
        return new.startswith(described) and not new.endswith("*")
    return new.startswith(described) and len(new) == length and new.endswith("*")


_C = re.compile(
    r"c\.(?P<a>[-*]?\d+)(?P<ai>[+-]\d+)?(?:_(?P<b>[-*]?\d+)(?P<bi>[+-]\d+)?)?"
    r"(?P<edit>(?P<r>[ACGT])>(?P<s>[ACGT])|delins(?P<di>[ACGT]+)|del|dup|ins(?P<i>[ACGT]+))$"
)


def from_c_name(name: str, transcript: Spliced, sequence: SequenceProvider) -> Variant:
    """Return the VCF-style variant (anchored, as placed by the name) of a c. name."""
    match = _C.match(name)
    assert match, name
    model = transcript.model
    a = _place(transcript, match["a"], match["ai"])
    b = _place(transcript, match["b"], match["bi"]) if match["b"] else a
    low, high = min(a, b), max(a, b)
    flip = (lambda s: s) if model.strand > 0 else other_strand

    def bases(start: int, end: int) -> str:
        found = sequence.base(model.chrom, start, end)
        assert found is not None, name
        return found

    if match["r"]:
        assert bases(low, low + 1) == flip(match["r"]), name
        start, ref, alt = low, flip(match["r"]), flip(match["s"])
    elif match["i"]:
        start, ref = low, bases(low, low + 1)
        alt = ref + flip(match["i"])
    elif match["edit"] == "dup":
        start, ref = low - 1, bases(low - 1, low)
        alt = ref + bases(low, high + 1)
    elif match["di"]:
        start, ref, alt = low, bases(low, high + 1), flip(match["di"])
    else:
        start, ref = low - 1, bases(low - 1, high + 1)
        alt = ref[0]
    return Variant(model.build, model.chrom, start, ref, alt, "S")


def _place(transcript: Spliced, text: str, offset: str | None) -> int:
    if text.startswith("*"):
        index = transcript.last + int(text[1:]) - 1
    else:
        number = int(text)
        index = transcript.first + (number - 1 if number > 0 else number)
    return transcript.places[index] + transcript.model.strand * int(offset or 0)
