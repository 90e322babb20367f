"""Providers of reference bases: what they know, what they refuse to guess, and what they say when damaged."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import KnownStretches, Layered, bases_or_n, embedded
from netboard.errors import BuildError, KnowledgeError
from netboard.model.variant import BUILDS, Build, Gene, Panel, Transcript, Variant
from netboard.reference.fasta import FastaSequence


def test_only_a_stretch_known_whole_is_answered() -> None:
    known = KnownStretches("GRCh38", [("1", 10, "ACGT"), ("1", 14, "GG"), ("1", 30, "TTT")])
    assert known.base("1", 10, 16) == "ACGTGG"
    assert known.base("1", 12, 13) == "G"
    assert known.base("1", 9, 11) is None
    assert known.base("1", 15, 17) is None
    assert known.base("1", 16, 30) is None
    assert known.base("2", 10, 11) is None
    assert known.base("1", 11, 11) is None


def known_part(known: KnownStretches, held: Callable[[int], bool]) -> list[tuple[str, int, str]]:
    """Return the bases of ``known`` at the places that are held, each a stretch of its own."""
    return [
        (chrom, place, base)
        for chrom, start, bases in known.stretches()
        for place, base in enumerate(bases, start)
        if held(place)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=6),
    st.integers(0, 80),
    st.integers(0, 40),
)
def test_bases_are_those_of_the_genome_and_n_where_unknown(
    stretches: list[tuple[int, int]], start: int, length: int
) -> None:
    genome = "".join("ACGT"[(i * i + i // 3) % 4] for i in range(200))
    known = KnownStretches("GRCh37", [("7", at, genome[at : at + n]) for at, n in stretches])
    covered = {place for at, n in stretches for place in range(at, at + n)}
    expected = "".join(genome[i] if i in covered else "N" for i in range(start, start + length))
    assert bases_or_n(known, "7", start, start + length) == expected
    assert known.base("7", start, start + length) == (
        expected if expected.strip("N") == expected != "" and "N" not in expected else None
    )
    halves = (
        KnownStretches("GRCh37", known_part(known, lambda at: at % 40 < 20)),
        KnownStretches("GRCh37", known_part(known, lambda at: at % 40 >= 20)),
    )
    for first, second in ((KnownStretches("GRCh37", ()), known), halves):
        assert bases_or_n(Layered(first, second), "7", start, start + length) == expected


def test_builds_are_never_mixed() -> None:
    with pytest.raises(BuildError, match="cannot be mixed"):
        Layered(KnownStretches("GRCh37", ()), KnownStretches("GRCh38", ()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not gzip at all", "damaged"),
        (gzip.compress(b"#head\nGRCh38\t1\t0\t4\tG\tNG_1.1\tACGT\n")[:-12], "damaged"),
        (gzip.compress(b"#head\nGRCh38\t1\t0\t5\tG\tNG_1.1\tACGT\n"), ":2: a malformed line"),
        (gzip.compress(b"#head\nGRCh39\t1\t0\t4\tG\tNG_1.1\tACGT\n"), ":2: a malformed line"),
    ],
    # a packed file holds the time it was made, which must not become a test's name
    ids=["no gzip", "cut short", "wrong length", "wrong build"],
)
def test_a_damaged_embedded_sequence_is_an_error_that_names_the_file(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "sequences.tsv.gz"
    path.write_bytes(content)
    with pytest.raises(KnowledgeError, match=message) as caught:
        embedded(Panel({}, (), str(path)), "GRCh38")
    assert "sequences.tsv.gz" in str(caught.value)


def test_a_panel_without_sequence_knows_no_base() -> None:
    for build in BUILDS:
        assert embedded(Panel({}, ()), build).base("17", 7_675_000, 7_675_001) is None


# An invented gene of two exons: ATG GCA TGC AA|gtaag...cag|A TTT GAA TAA, with a little on either side.
_LEFT, _RIGHT = "CCGCCACC", "GCTAGGACTTTAAC"
_EXON1, _INTRON, _EXON2 = "ATGGCATGCAA", "GTAAGTCCCTTTCCTTTACTAACAG", "ATTTGAATAA"
_GENOME = _LEFT + _EXON1 + _INTRON + _EXON2 + _RIGHT
_STARTS = (8 - 4, 8 + 11 + 25)
_ENDS = (8 + 11, 8 + 11 + 25 + 10 + 6)


def _invented(build: Build) -> Panel:
    model = Transcript(
        "INVENTED", build, "NM_9.1", "7", 1, tuple(zip(_STARTS, _ENDS, strict=True)), 8, 54, protein="NP_9.1"
    )
    return Panel({"INVENTED": Gene("INVENTED", "an invented gene", "", transcripts=(model,))}, ())


@pytest.mark.parametrize(
    ("start", "ref", "alt", "event", "hgvsp"),
    [
        (11, "G", "A", "missense", "NP_9.1:p.(Ala2Thr)"),
        (13, "A", "AT", "truncating", "NP_9.1:p.(Cys3LeufsTer4)"),
        (16, "C", "A", "truncating", "NP_9.1:p.(Cys3Ter)"),
        (8, "A", "G", "start_loss", "NP_9.1:p.(Met1?)"),
        (46, "T", "TGGG", "in_frame", "NP_9.1:p.(Phe5delinsLeuGly)"),
        (19, "G", "C", "splice", "NP_9.1:p.?"),
    ],
)
def test_a_users_fasta_determines_what_geometry_leaves_open(
    tmp_path: Path, start: int, ref: str, alt: str, event: str, hgvsp: str
) -> None:
    path = tmp_path / "genome.fa"
    path.write_text(f">chr7\n{_GENOME}\n")
    panel = _invented("GRCh38")
    variant = Variant("GRCh38", "7", start, ref, alt, "S")
    layered = Layered(embedded(panel, "GRCh38"), FastaSequence(str(path), "GRCh38"))
    (seen,) = ConsequenceEngine(panel, "GRCh38", layered, {}).effects(variant)
    assert (seen.event, seen.hgvsp, seen.source) == (event, hgvsp, "sequence")
    assert seen.proved
    (blind,) = ConsequenceEngine(panel, "GRCh38", embedded(panel, "GRCh38"), {}).effects(variant)
    assert blind.source == "geometry"
    assert blind.event in ("undetermined", event)
    if blind.event == "undetermined":
        assert event in blind.possible
        assert "--fasta" in blind.remedy
