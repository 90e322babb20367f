"""The VCF specification's own files: each is read or refused with one clear sentence, quickly.

Every chromosome is a gene here, so that every record is one of the panel: it is parsed, normalised, counted
and, if skipped, named.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netboard.errors import NetboardError
from netboard.model.variant import BUILDS, Gene, Panel, Transcript
from netboard.variants.contigs import LENGTHS, MAIN_CHROMOSOMES
from netboard.variants.reader import FileReading, ReadOptions, read_file
from netboard.variants.samples import REASONS
from variants.kit import SEQUENCES, Bases, bgzf, small_panel, snv, vcf

SECONDS = 5.0
MEGABYTES = 200


def everything() -> Panel:
    """Return a panel of which every chromosome is a gene."""
    genes = {}
    for chrom in MAIN_CHROMOSOMES:
        models = tuple(
            Transcript(
                f"C{chrom}",
                build,
                f"NM_{chrom}",
                chrom,
                1,
                ((0, LENGTHS[build].get(chrom, 16_569)),),
                10,
                100,
            )
            for build in BUILDS
        )
        genes[f"C{chrom}"] = Gene(symbol=f"C{chrom}", name=chrom, hgnc_id="HGNC:0", transcripts=models)
    return Panel(genes=genes, alleles=())


PANEL = everything()
NOTHING = {build: Bases(build, []) for build in BUILDS}


def assert_of_file(error: NetboardError, path: Path) -> None:
    assert str(error).startswith(str(path)), str(error)


def one_sentence(error: NetboardError) -> NetboardError:
    """Assert that a refusal says in one line what to do."""
    assert "\n" not in str(error), str(error)
    assert error.remedy, str(error)
    return error


def outcome(path: Path, **options: object) -> FileReading | NetboardError:
    """Return the reading or the one-sentence refusal; anything else is a fault and escapes."""
    try:
        return read_file(str(path), PANEL, NOTHING, ReadOptions(**options))  # type: ignore[arg-type]
    except NetboardError as error:
        assert_of_file(error, path)
        return one_sentence(error)


def check_counts(reading: FileReading, skips: list[str] | None = None) -> None:
    """Assert that each record is kept or skipped for a named reason, and each skipped one was named."""
    for sample in reading.samples:
        counts = sample.counts
        assert counts.in_targets == counts.kept + sum(counts.skipped.values())
        assert set(counts.skipped) <= set(REASONS)
    if skips is not None:
        assert len(skips) == sum(sum(s.counts.skipped.values()) for s in reading.samples)
        assert all(any(f"({reason}): " in line for reason in REASONS) for line in skips)


@pytest.mark.shared
def test_every_file_of_the_specification_is_read_or_refused_in_one_sentence(
    shared_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((shared_dir / "data" / "conformance").glob("*/*/*.vcf"))
    assert len(files) == 433
    found: Counter[tuple[str, str, str]] = Counter()
    slowest = 0.0
    for path in files:
        skips: list[str] = []
        begun = time.perf_counter()
        result = outcome(path, build="GRCh37", tumour="all", on_skip=skips.append)
        slowest = max(slowest, time.perf_counter() - begun)
        refused = isinstance(result, NetboardError)
        if not isinstance(result, NetboardError):
            check_counts(result, skips)
            lines = [x for x in path.read_bytes().splitlines() if not x.startswith(b"#")]
            # Blank lines are no records by the specification, yet stand among the lines that are counted.
            assert sum(bool(x.strip()) for x in lines) <= (result.records or 0) <= len(lines), path
        found[path.parts[-3], path.parts[-2], "refused" if refused else "read"] += 1
        assert not (refused and path.parts[-2] == "passed"), result
        # Without options too there is an answer, or a sentence that asks for what is missing.
        outcome(path)
    assert slowest < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000
    with capsys.disabled():
        shown = ", ".join(f"{v} {kind} {said}: {n}" for (v, kind, said), n in sorted(found.items()))
        print(f"\n{shown}; the slowest took {slowest:.3f} s")


def test_records_of_two_thousand_alleles_neither_hang_nor_fill_memory(tmp_path: Path) -> None:
    alts = ",".join(f"A{'C' * (i % 50)}G{'T' * (i // 50 % 50)}{i % 4 * 'A'}" for i in range(2_000))
    depths = ",".join("5" for _ in range(2_001))
    line = f"11 64804001 . A {alts} . PASS DP=5 GT:AD 0/1:{depths}"
    path = tmp_path / "in.vcf"
    path.write_text(vcf([line] * 5))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    result = outcome(path, build="GRCh38")
    assert not isinstance(result, NetboardError)
    assert time.perf_counter() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


# Bytes that no caller wrote

CELLS = (
    ". |0/1|0\\1|1/2|PASS|A|ACGT|N|*|<DEL>|<NON_REF>|A,C|A,<*>|N[7:140731000[|]chr7:5]N|N.|SVTYPE=DEL;END=64805000|"
    "SVTYPE=BND;CHR2=7;POS2=x|SVLEN=-9|GT:AD:DP|GT:AU:CU:GU:TU|GT:MAP_HF|GT:CN|0/1:3,4:7|0/1:.:.|-5|99999999999999999999"
)
CELL = st.one_of(
    st.sampled_from([cell.strip().replace("\\", "|") for cell in CELLS.split("|")]),
    st.text(st.characters(blacklist_characters="\t\n\r", max_codepoint=0x2FF), max_size=12),
)
LINE = st.one_of(
    st.lists(CELL, min_size=1, max_size=12).map("\t".join),
    st.builds(
        lambda ref, alt, rest: "\t".join(["11", "64804001", ".", ref, alt, ".", *rest]),
        st.sampled_from(["A", "N", "ACG", "NNNN"]),
        CELL,
        st.lists(CELL, min_size=4, max_size=4),
    ),
)
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "bgzf": lambda data: bgzf(data, 100),
    "cut": lambda data: bgzf(data, 100)[:-40],
    "turned": lambda data: bytes(reversed(bgzf(data, 100))),
}


@settings(max_examples=150)
@given(
    st.lists(LINE, max_size=8),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.sampled_from(sorted(PACKINGS)),
    st.binary(max_size=40),
)
def test_whatever_the_records_hold_the_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str, packing: str, tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz", numbered=True) / "in.vcf"
    text = vcf([snv("GRCh38")]) + "".join(line + ending for line in lines)
    path.write_bytes(PACKINGS[packing](text.encode() + tail))
    skips: list[str] = []
    for panel in (PANEL, small_panel()):
        skips.clear()
        try:
            reading = read_file(
                str(path), panel, SEQUENCES, ReadOptions(build="GRCh38", on_skip=skips.append, threads=1)
            )
        except NetboardError as error:
            one_sentence(error)
            continue
        check_counts(reading, skips)


@settings(max_examples=150)
@given(st.binary(max_size=300), st.booleans())
def test_whatever_the_bytes_are_the_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, headed: bool
) -> None:
    path = tmp_path_factory.mktemp("bytes", numbered=True) / "in.vcf"
    path.write_bytes((b"##fileformat=VCFv4.2\n" if headed else b"") + data)
    try:
        check_counts(read_file(str(path), PANEL, NOTHING, ReadOptions(build="GRCh38", threads=1)))
    except NetboardError as error:
        one_sentence(error)
