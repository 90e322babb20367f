"""The real files, and the conformance files of the VCF specification."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from netboard.errors import BuildError, NetboardError
from netboard.model.variant import Build, Panel
from netboard.variants.reader import ReadOptions, read_file
from netboard.variants.records import kind_of_alt, parse_genotype, parse_record
from netboard.variants.samples import REASONS
from netboard.variants.scan import scan
from netboard.variants.source import open_source
from netboard.variants.support import Evidence, support_of
from netboard.variants.targets import TargetSet
from variants.kit import Bases

pytestmark = pytest.mark.shared
Sequences = Mapping[Build, Bases]


@pytest.mark.parametrize(
    ("name", "build", "records", "kept", "skipped"),
    [
        ("HCC1395.vep95.grch38.vcf.gz", None, 2734, 23, {}),
        ("T001-COAD.grch37.vcf.gz", None, 3317, 37, {}),
        ("T001-COAD.grch38.vcf.gz", None, 3313, 37, {}),
        ("vcf2maf_test_b37.vcf", "GRCh37", 25, 0, {}),
        ("vcf2maf_test_b38.vcf", None, 25, 0, {}),
        ("vcf2maf_test_delly.vcf", None, 15, 1, {}),
        ("vcf2maf_test_mutect.vcf", None, 500, 1, {"reference_genotype": 1}),
        ("vcf2maf_test_strelka.vcf", "GRCh37", 240, None, None),
        ("vcf2maf_test_varscan.vcf", "GRCh37", 500, None, None),
    ],
)
def test_real_files_give_their_counts(
    shared_dir: Path,
    real_panel: Panel,
    real_sequences: Sequences,
    name: str,
    build: Build | None,
    records: int,
    kept: int | None,
    skipped: dict[str, int] | None,
) -> None:
    path = str(shared_dir / "data" / "vcf" / name)
    reading = read_file(path, real_panel, real_sequences, ReadOptions(build=build))
    assert reading.records == records
    (sample,) = reading.samples
    counts = sample.counts
    assert counts.in_targets == counts.kept + sum(counts.skipped.values())
    assert set(counts.skipped) <= set(REASONS)
    if kept is not None:
        assert (counts.kept, dict(counts.skipped)) == (kept, skipped)
    assert all(v.support.source for v in sample.variants if "delly" not in name)
    assert reading.ref_check.disagree == 0


@pytest.mark.parametrize(
    "name", ["vcf2maf_test_b37.vcf", "vcf2maf_test_strelka.vcf", "vcf2maf_test_varscan.vcf"]
)
def test_real_files_that_do_not_tell_their_build_say_so(
    shared_dir: Path, real_panel: Panel, real_sequences: Sequences, name: str
) -> None:
    with pytest.raises(BuildError, match="--build"):
        read_file(str(shared_dir / "data" / "vcf" / name), real_panel, real_sequences)


def test_one_tumour_on_two_builds_has_the_same_support(
    shared_dir: Path, real_panel: Panel, real_sequences: Sequences
) -> None:
    found = {}
    for build in ("GRCh37", "GRCh38"):
        reading = read_file(
            str(shared_dir / "data" / "vcf" / f"T001-COAD.{build.lower()}.vcf.gz"), real_panel, real_sequences
        )
        assert reading.build == build
        assert (reading.ref_check.agree, reading.ref_check.disagree) == (15, 0)
        (sample,) = reading.samples
        assert sample.matched_normal
        assert all(v.support.source == "FORMAT/DPT,ADT" for v in sample.variants)
        found[build] = sorted((v.chrom, v.support.depth or 0, v.support.alt_depth) for v in sample.variants)
    pairs = list(zip(found["GRCh37"], found["GRCh38"], strict=True))
    assert len(pairs) == 37
    # One record of the GRCh37 file contradicts itself (ADT 130,0 beside TVAF=1.0): its reads are unknown.
    assert [pair for pair in pairs if pair[0] != pair[1]] == [(("10", 130, None), ("10", 130, 28))]


def conformance(shared_dir: Path, kind: str) -> list[Path]:
    found = sorted((shared_dir / "data" / "conformance").glob(f"*/{kind}/*.vcf"))
    assert len(found) > 40
    return found


def every_record(path: Path) -> int:
    """Read header and all records of a file as the reader would read those of the panel."""
    opened = open_source(str(path))
    try:
        chroms = ("1", "2", "3", "4", "5", "X", "Y", "MT", *map(str, range(6, 23)))
        scanned = scan(opened, TargetSet((c, 0, 3_000_000_000) for c in chroms))
        samples = opened.header.samples
        for number, line in scanned.lines():
            record = parse_record(line, number, str(path), 9 + len(samples) if samples else 8)
            for column in range(len(samples)):
                fields = record.sample(column)
                parse_genotype(fields.get("GT"))
                for i, alt in enumerate(record.alts):
                    kind_of_alt(alt)
                    support_of(Evidence(fields, record.info, record.ref, alt, i, len(record.alts)))
        assert scanned.records is not None
        return scanned.records
    finally:
        opened.close()


def test_every_valid_file_of_the_specification_is_read(shared_dir: Path) -> None:
    for path in conformance(shared_dir, "passed"):
        text = path.read_bytes().decode("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        assert every_record(path) == len(lines), path


def refusal(read: Callable[[Path], object], path: Path) -> NetboardError | None:
    """Return the one-sentence error with which a file is refused, None when it is read."""
    try:
        read(path)
    except NetboardError as error:
        found = error
    else:
        return None
    assert "\n" not in str(found), path
    assert str(path) in str(found)
    return found


def test_every_invalid_file_is_read_or_refused_in_one_sentence(
    shared_dir: Path, real_panel: Panel, real_sequences: Sequences
) -> None:
    refused = []
    for path in conformance(shared_dir, "failed"):
        alone = refusal(every_record, path)
        if alone is not None:
            assert alone.remedy
            refused.append(path.stem)
        options = ReadOptions(build="GRCh37", tumour="all")
        refusal(lambda p, o=options: read_file(str(p), real_panel, real_sequences, o), path)
    for needed in (
        "failed_body_pos_000",
        "failed_body_pos_001",
        "failed_body_pos_002",
        "failed_header_000",
        "failed_body_ref_000",
        "failed_body_sample_011",
    ):
        assert needed in refused
