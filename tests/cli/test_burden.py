"""A mutational burden from a file and its BED, end to end: what counts, and when none is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from netboard.cli import main
from netboard.model.schema import result_schema

HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr11,length=135086622>\n"
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR\tNORMAL\n"
)
Record = Callable[..., str]


def record(
    pos: int,
    ref: str = "C",
    alt: str = "T",
    filters: str = "PASS",
    tumour: str = "60,40",
    normal: str = "80,0",
) -> str:
    return f"chr11\t{pos}\t.\t{ref}\t{alt}\t.\t{filters}\t.\tGT:AD\t0/1:{tumour}\t0/0:{normal}\n"


#: Twenty somatic substitutions and two indels inside the BED; the rest must not count.
COUNTED = [record(70_000_001 + 1000 * i) for i in range(15)]
COUNTED += [record(70_020_001 + 1000 * i, "A", "G") for i in range(5)]
COUNTED += [record(70_030_000, "CA", "C"), record(70_031_000, "C", "CTT")]
OTHERS = [
    record(70_031_000, "C", "CTT"),
    record(70_040_000, filters="weak_evidence"),
    record(70_041_000, normal="40,38"),
    record(70_042_000, tumour="98,2"),
    record(71_000_001),
    record(69_999_999),
]


def _run(tmp_path: Path, records: list[str], bed: str, *options: str, header: str = HEADER) -> dict[str, Any]:
    vcf, targets, out = tmp_path / "s.vcf", tmp_path / "t.bed", tmp_path / "out"
    ordered = sorted(records, key=lambda line: int(line.split("\t")[1]))
    vcf.write_text(header + "".join(ordered))
    targets.write_text(bed)
    arguments = ["run", str(vcf), "--out", str(out), "--targets", str(targets), "--build", "GRCh38"]
    assert main([*arguments, *options]) == 0
    result: dict[str, Any] = json.loads(next(out.glob("*/*.json")).read_text())
    jsonschema.validate(result, result_schema())
    result["page"] = next(out.glob("*/*.report.html")).read_text()
    return result


def _tmb(result: dict[str, Any]) -> dict[str, Any]:
    return next(item for item in result["biomarkers"] if item["id"] == "tmb")  # type: ignore[no-any-return]


ONE_MB = "chr11\t70000000\t71000000\nchr11\t70000000\t70500000\n"


def test_only_somatic_variants_inside_the_bed_count_each_once(tmp_path: Path) -> None:
    result = _run(tmp_path, COUNTED + OTHERS, ONE_MB, "--prior-therapy", "none")
    tmb = _tmb(result)
    assert (tmb["value"], tmb["state"]) == (22.0, "estimated")
    counts = result["extra"]["tally"]["counts"]
    assert (counts["somatic"], counts["indels"], counts["substitutions"], counts["changed"]) == (
        22,
        2,
        20,
        15,
    )
    assert (counts["filtered"], counts["inherited"], counts["weak"]) == (1, 1, 1)
    assert "22 mutations/Mb" in result["page"]
    assert "silent changes, non-coding ones and indels too" in result["page"]
    waiting = [
        line
        for line in result["therapies"]
        if "TMB" in line["statement"] or "mutations/Mb" in line["statement"]
    ]
    assert all(line["match"] == "unknown" for line in waiting)


def test_a_declared_size_without_a_bed_counts_the_whole_file_on_the_laboratorys_word(tmp_path: Path) -> None:
    vcf, assay, out = tmp_path / "s.vcf", tmp_path / "lab.yaml", tmp_path / "out"
    ordered = sorted(COUNTED + OTHERS, key=lambda line: int(line.split("\t")[1]))
    vcf.write_text(HEADER + "".join(ordered))
    assay.write_text("name: Exome 1\nkind: exome\nmegabases: 2\n")
    assert main(["run", str(vcf), "--out", str(out), "--assay", str(assay), "--build", "GRCh38"]) == 0
    tmb = _tmb(json.loads(next(out.glob("*/*.json")).read_text()))
    # The two variants outside of the BED of the other tests are in the file, so they count here.
    assert (tmb["value"], tmb["state"]) == (12.0, "estimated")
    assert "on the laboratory's word" in tmb["because"]


def test_order_of_records_and_names_of_contigs_do_not_matter(tmp_path: Path) -> None:
    plain = [line.removeprefix("chr") for line in COUNTED]
    header = HEADER.replace("ID=chr11", "ID=11")
    assert _tmb(_run(tmp_path, plain, ONE_MB, header=header))["value"] == 22.0


def test_after_an_alkylating_agent_the_page_says_so(tmp_path: Path) -> None:
    result = _run(tmp_path, COUNTED, ONE_MB, "--prior-therapy", "temozolomide")
    assert _tmb(result)["flags"] == ["after_alkylator"]
    assert "may be a trace of the drug" in result["page"]


@pytest.mark.parametrize(
    ("bed", "header", "words"),
    [
        ("chr11\t70000000\t70100000\n", HEADER, "0.10 Mb; below 0.667 Mb"),
        (ONE_MB, HEADER.replace("\tNORMAL", ""), "without a matched normal"),
    ],
)
def test_a_burden_that_cannot_be_right_is_refused_with_its_remedy(
    tmp_path: Path, bed: str, header: str, words: str
) -> None:
    columns = 10 if "NORMAL" not in header else 11
    records = ["\t".join(line.rstrip("\n").split("\t")[:columns]) + "\n" for line in COUNTED]
    result = _run(tmp_path, records, bed, header=header)
    assert (_tmb(result)["value"], _tmb(result)["state"]) == (None, "refused")
    assert words in _tmb(result)["because"]
    gap = next(item for item in result["not_assessed"] if item["what"] == "Tumour mutational burden")
    assert words in gap["why"]
    assert gap["remedy"]
    assert words in result["page"]


ASCAT = "sample\tchr\tstartpos\tendpos\tnMajor\tnMinor\n"


def _segments(lost: tuple[str, ...]) -> str:
    from netboard.variants.contigs import LENGTHS

    return ASCAT + "".join(
        f"T\t{chrom}\t1\t{LENGTHS['GRCh38'][chrom]}\t1\t{0 if chrom in lost else 1}\n"
        for chrom in map(str, range(1, 23))
    )


@pytest.mark.parametrize(
    ("lost", "tumour_type", "states"),
    [
        (
            ("18",),
            "SBWDNET",
            {
                "Small-intestinal NET with loss of chromosome 18 or CDKN1B mutation": "yes",
                "Small-intestinal NET with many copy-number changes": "no",
                "Small-intestinal NET with CpG island methylator phenotype": "not_assessable",
            },
        ),
        (("18", "5", "7"), "SBWDNET", {"Small-intestinal NET with many copy-number changes": "unknown"}),
        (
            ("11",),
            "PANET",
            {
                "Pancreatic NET with loss of chromosome 11 alone": "yes",
                "Pancreatic NET with losses of many whole chromosomes": "no",
            },
        ),
        (
            ("1", "2", "3", "6", "8", "10", "11", "15", "16", "22"),
            "PANET",
            {
                "Pancreatic NET with loss of chromosome 11 alone": "no",
                "Pancreatic NET with losses of many whole chromosomes": "yes",
            },
        ),
        (("3", "6", "11"), "PANET", {"Pancreatic NET with losses of many whole chromosomes": "unknown"}),
    ],
)
def test_groups_by_copy_number_are_told_from_segments(
    tmp_path: Path, lost: tuple[str, ...], tumour_type: str, states: dict[str, str]
) -> None:
    table = tmp_path / "segments.tsv"
    table.write_text(_segments(lost))
    options = ("--segments", str(table), "--tumour-type", tumour_type)
    result = _run(tmp_path, COUNTED, ONE_MB, *options)
    found = {line["name"]: line["state"] for line in result["subgroups"]}
    assert {name: found[name] for name in states} == states
    assert f"{'yes' if '18' in lost else 'no'}" in {
        item["value"] for item in result["biomarkers"] if item["id"] == "chromosome_18_loss"
    }


def test_without_segments_the_groups_by_copy_number_name_what_would_settle_them(tmp_path: Path) -> None:
    result = _run(tmp_path, COUNTED, ONE_MB, "--tumour-type", "PANET")
    lines = [line for line in result["subgroups"] if "chromosome" in line["name"]]
    assert len(lines) == 2
    for line in lines:
        assert line["state"] == "unknown"
        assert "--segments" in line["because"]
