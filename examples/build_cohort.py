"""Write the VCFs of the demo cohort from its tables, the same bytes each time.

``cohort.yaml`` says what stands in each file, ``alleles.tsv`` holds the published alleles and
``background.tsv`` the records around them; ``callers.py`` knows how each caller writes a record and
``annotators.py`` how an annotator does. Read counts are made up, from a checksum of file and
position, so that a second run gives the same figures. Run it from anywhere::

    python examples/build_cohort.py            # writes examples/cohort/
    python examples/build_cohort.py --out DIR  # writes elsewhere
"""

from __future__ import annotations

import argparse
import csv
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from annotators import ANNOTATORS, Annotated  # noqa: E402
from callers import CALLERS, Call, Counts  # noqa: E402

Row = Mapping[str, str]
_NO_CALL = "0/0"


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a tab-separated table beside this script."""
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


@dataclass(frozen=True)
class Tables:
    """The tables the cohort is made of."""

    alleles: Mapping[str, Row]
    background: Sequence[Row]
    transcripts: Mapping[str, Row]
    contigs: Sequence[Row]

    @classmethod
    def read(cls) -> Tables:
        """Read the tables beside this script."""
        return cls(
            alleles={row["id"]: row for row in read_table("alleles.tsv")},
            background=read_table("background.tsv"),
            transcripts={row["gene"]: row for row in read_table("transcripts.tsv")},
            contigs=read_table("contigs.tsv"),
        )


def files() -> list[dict[str, Any]]:
    """Return the plan: one mapping a file."""
    plan = YAML(typ="safe", pure=True).load(HERE / "cohort.yaml")["files"]
    assert isinstance(plan, list)
    return plan


def _number(*parts: object, low: int, high: int) -> int:
    """Return a figure between ``low`` and ``high`` that depends on ``parts`` alone."""
    return low + zlib.crc32("|".join(map(str, parts)).encode()) % (high - low + 1)


def columns_of(plan: Mapping[str, Any]) -> list[str]:
    """Return the sample columns, tumour first."""
    if "samples" in plan:
        return list(plan["samples"])
    return [name for name in (plan.get("tumour"), plan.get("normal")) if name]


def _genotype(alts: Sequence[int]) -> str:
    """Return a diploid genotype for reads of each ALT."""
    seen = [str(i) for i, n in enumerate(alts, 1) if n > 1]
    return _NO_CALL if not seen else f"0/{seen[0]}" if len(seen) == 1 else f"{seen[0]}/{seen[1]}"


def _counts(given: Sequence[int]) -> Counts:
    """``[alt reads, ..., depth]`` as counts."""
    *alts, depth = given
    return Counts(depth, tuple(alts), _genotype(alts))


def _planned(plan: Mapping[str, Any], tables: Tables) -> Iterator[tuple[Call, list[Row]]]:
    """Records of the published alleles of one file."""
    caller_says = "unknown" if plan["caller"] not in ("varscan2", "strelka2") else "somatic"
    for entry in plan["alleles"]:
        ids = entry["id"] if isinstance(entry["id"], list) else [entry["id"]]
        rows = [tables.alleles[name] for name in ids]
        first = rows[0]
        if any((r["build"], r["chrom"], r["pos"], r["ref"]) != _place(first) for r in rows):
            raise SystemExit(f"{plan['file']}: alleles of one record lie apart: {ids}")
        if first["build"] != plan["build"]:
            raise SystemExit(f"{plan['file']}: {ids} is an allele of {first['build']}")
        if "samples" in plan:
            columns = [_joint_counts(plan, first["pos"], entry["carriers"].get(s)) for s in plan["samples"]]
        else:
            columns = [_counts(entry[role]) for role in ("tumour", "normal") if role in entry]
        yield (
            Call(
                chrom=first["chrom"],
                pos=int(first["pos"]),
                ref=first["ref"],
                alts=tuple(r["alt"] for r in rows),
                filter=entry.get("filter", "PASS"),
                columns=tuple(columns),
                status=entry.get("status", caller_says),
                extra={"sample": str(plan.get("tumour", ""))},
            ),
            rows,
        )


def _joint_counts(plan: Mapping[str, Any], pos: str, given: Sequence[int] | None) -> Counts:
    if given is not None:
        return _counts(given)
    return Counts(_number(plan["file"], pos, low=70, high=140), (0,), _NO_CALL)


def _place(row: Row) -> tuple[str, str, str, str]:
    return row["build"], row["chrom"], row["pos"], row["ref"]


def _background(plan: Mapping[str, Any], tables: Tables) -> Iterator[tuple[Call, list[Row]]]:
    """Records around them: real positions, figures of a checksum."""
    annotated = plan.get("annotation") in ("vep", "snpeff")
    rows = [
        r
        for r in tables.background
        if r["build"] == plan["build"] and (r["consequence"] or not annotated) and _writable(r, plan)
    ]
    rows.sort(key=lambda r: zlib.crc32(f"{plan['file']}|{r['chrom']}:{r['pos']}".encode()))
    for row in rows[: plan["background"]]:
        key = (plan["file"], row["chrom"], row["pos"])
        columns = []
        for index, name in enumerate(columns_of(plan) or ["site"]):
            depth = _number(*key, name, "depth", low=60, high=180)
            alt = _number(*key, name, "alt", low=depth // 8, high=depth // 2)
            absent = index > 0 and "samples" not in plan
            if "samples" in plan:
                absent = _number(*key, name, "carrier", low=0, high=2) == 0 and index > 0
            alt = 0 if absent else alt
            columns.append(Counts(depth, (alt,), _genotype([alt])))
        yield (
            Call(
                chrom=row["chrom"],
                pos=int(row["pos"]),
                ref=row["ref"],
                alts=(row["alt"],),
                filter="PASS",
                columns=tuple(columns),
                status="somatic" if plan["caller"] in ("varscan2", "strelka2") else "unknown",
                extra={"sample": str(plan.get("tumour", ""))},
            ),
            [row],
        )


def _writable(row: Row, plan: Mapping[str, Any]) -> bool:
    """LoFreq's default run and VarScan's SNV file hold SNVs only."""
    return plan["caller"] not in ("lofreq", "varscan2") or len(row["ref"]) == len(row["alt"]) == 1


def header(plan: Mapping[str, Any], tables: Tables) -> list[str]:
    """Return the header lines, the column line last."""
    caller = CALLERS[plan["caller"]]
    lines = ["##fileformat=VCFv4.2", "##fileDate=20240105"]
    lines += caller.header
    if plan["caller"] == "mutect2":
        lines.append(f"##tumor_sample={plan['tumour']}")
        if plan.get("normal"):
            lines.append(f"##normal_sample={plan['normal']}")
    for row in tables.contigs:
        name = contig(plan, row)
        lines.append(f"##contig=<ID={name},length={row[plan['build'] + '_length']}>")
    if "annotation" in plan:
        lines += ANNOTATORS[plan["annotation"]].header
    names = columns_of(plan)
    if caller.normal_first and plan.get("normal"):
        names = [names[1], names[0]]
    fixed = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    return [*lines, "\t".join([*fixed, *(["FORMAT", *names] if names else [])])]


def contig(plan: Mapping[str, Any], row: Row) -> str:
    """Return the chromosome's name in the file's spelling."""
    if plan["contigs"] == "refseq":
        return row[plan["build"] + "_accession"]
    if plan["contigs"] == "ensembl":
        return row["chrom"]
    return "chrM" if row["chrom"] == "MT" else f"chr{row['chrom']}"


def record(plan: Mapping[str, Any], call: Call, rows: Sequence[Row], tables: Tables, name: str) -> str:
    """Return one line of the file."""
    caller = CALLERS[plan["caller"]]
    annotation = ""
    if "annotation" in plan:
        value = ANNOTATORS[plan["annotation"]].value
        parts = [
            value(
                Annotated(
                    call.pos, call.ref, alt, row, tables.transcripts[row["gene"]] if "id" in row else {}
                )
            )
            for alt, row in zip(call.alts, rows, strict=True)
        ]
        annotation = ";".join(part for part in parts if part)
    call = Call(
        call.chrom,
        call.pos,
        call.ref,
        call.alts,
        call.filter,
        call.columns,
        call.status,
        annotation,
        call.extra,
    )
    info, layout, columns = caller.layout(call)
    if caller.normal_first and len(columns) == 2:
        columns = (columns[1], columns[0])
    flag = "." if plan["caller"] == "freebayes" else call.filter
    reads = max(column.alts[0] for column in call.columns)
    quality = "." if plan["caller"] in ("mutect2", "strelka2", "varscan2") else str(40 * min(reads, 50))
    cells = [name, str(call.pos), ".", call.ref, ",".join(call.alts), quality, flag]
    cells.append(f"{info};{annotation}" if annotation else info)
    if layout:
        cells += [layout, *columns]
    return "\t".join(cells)


def text_of(plan: Mapping[str, Any], tables: Tables) -> str:
    """Return the whole file as text."""
    names = {row["chrom"]: contig(plan, row) for row in tables.contigs}
    order = {chrom: number for number, chrom in enumerate(names)}
    records = [*_planned(plan, tables), *_background(plan, tables)]
    records.sort(key=lambda item: (order[item[0].chrom], item[0].pos))
    lines = header(plan, tables)
    lines += [record(plan, call, rows, tables, names[call.chrom]) for call, rows in records]
    return "\n".join(lines) + "\n"


def write(plan: Mapping[str, Any], tables: Tables, directory: Path) -> Path:
    """Write one file as its name asks: text, BGZF with an index, or BCF."""
    path = directory / str(plan["file"])
    text = text_of(plan, tables)
    if path.suffix == ".vcf":
        path.write_text(text, encoding="utf-8", newline="\n")
        return path
    import pysam

    plain = path.with_name(path.name + ".part.vcf")
    plain.write_text(text, encoding="utf-8", newline="\n")
    try:
        if path.suffix == ".gz":
            pysam.tabix_compress(str(plain), str(path), force=True)
            pysam.tabix_index(str(path), preset="vcf", force=True)
        else:
            with (
                pysam.VariantFile(str(plain)) as source,
                pysam.VariantFile(str(path), "wb", header=source.header) as out,
            ):
                for entry in source:
                    out.write(entry)
    finally:
        plain.unlink()
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every file of the plan."""
    parser = argparse.ArgumentParser(description="Write the VCFs of the demo cohort.")
    parser.add_argument("--out", type=Path, default=HERE / "cohort")
    directory = parser.parse_args(arguments).out
    directory.mkdir(parents=True, exist_ok=True)
    tables = Tables.read()
    for plan in files():
        print(write(plan, tables, directory))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
