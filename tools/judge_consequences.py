"""Compare the consequence engine with two judges from outside, and write every disagreement with its cause.

``bcftools csq`` (inside pysam) judges the consequence, ``ferro-hgvs`` the names: syntax, normal form, and c. and
p. names made anew from the genomic one. ferro-hgvs is no dependency; name an interpreter that has it:

    python -m venv /tmp/ferro && /tmp/ferro/bin/pip install ferro-hgvs==1.0.0
    python tools/judge_consequences.py --ferro /tmp/ferro/bin/python --write

Without ``--write`` only the figures are printed. Exit status 1 when a disagreement has no cause.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT / "src"), str(_ROOT / "tests")]

from consequence.bench import bases, embedded_models, engine  # noqa: E402
from consequence.draw import drawn  # noqa: E402
from consequence.ferro import ask_ferro  # noqa: E402
from consequence.judged import against_csq, against_ferro  # noqa: E402
from consequence.sparse import run_csq, write_genome  # noqa: E402
from netboard.model.effect import Effect  # noqa: E402
from netboard.model.variant import BUILDS, Build, Transcript, Variant  # noqa: E402

_TABLE = _ROOT / "docs" / "consequence-judges.tsv"
COLUMNS = (
    "judge", "cause", "build", "gene", "chrom", "pos", "ref", "alt", "event", "terms", "hgvsc", "hgvsp", "judge_says",
)  # fmt: skip
Row = dict[str, Any]


def _row(judge: str, cause: str, variant: Variant, effect: Effect, said: str) -> Row:
    cells = (
        judge, cause, variant.build, effect.gene, variant.chrom, variant.pos, variant.ref, variant.alt, effect.event,
        "&".join(effect.terms), (effect.hgvsc or effect.hgvsc_unshifted or ""), effect.hgvsp or "", said,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def _short(entry: str) -> str:
    """Shorten the residues that csq lists up to a stop."""
    return "|".join(cell if len(cell) < 40 else f"{cell[:36]}..." for cell in entry.split("|"))


def judged_by_csq(
    build: Build, alleles: Sequence[tuple[Transcript, Variant]], effects: Sequence[Effect]
) -> list[Row]:
    """Return the rows in which ``bcftools csq`` says another event."""
    with tempfile.TemporaryDirectory() as folder:
        genome = write_genome(Path(folder), embedded_models(build), bases(build))
        said = run_csq(genome, [variant for _, variant in alleles], [model.gene for model, _ in alleles])
    rows = []
    for (model, variant), effect, entries in zip(alleles, effects, said, strict=True):
        cause = against_csq(model, variant, effect, entries)
        if cause is not None:
            text = ",".join(_short(entry) for entry in entries)
            rows.append(_row("bcftools csq", cause, variant, effect, text))
    return rows


def judged_by_ferro(
    python: str, build: Build, alleles: Sequence[tuple[Transcript, Variant]], effects: Sequence[Effect]
) -> list[Row]:
    """Return the rows in which ferro-hgvs refuses a name, normalises it to another, or makes other names."""
    rows = []
    for (model, variant), effect, answer in zip(
        alleles, effects, ask_ferro(python, build, alleles, effects), strict=True
    ):
        for name in answer["refused"]:
            versioned = ":" in name and "." in name.partition(":")[0]
            cause = "unexplained" if versioned else "accession that is not known, or not its version"
            rows.append(_row("ferro-hgvs syntax", cause, variant, effect, name))
        found = against_ferro(model, variant, effect, answer["c"], answer["p"])
        if found is not None:
            kind, cause = found
            said = f"{answer['c']} {answer['p']}"
            rows.append(_row(f"ferro-hgvs {kind}", cause, variant, effect, said))
        if answer["g"] is not None:
            cause = (
                "ferro writes a repeat" if "]" in answer["g"] and ";" not in answer["g"]
                else "ferro tells a delins as several changes" if ";" in answer["g"] else "unexplained"
            )  # fmt: skip
            rows.append(_row("ferro-hgvs g.", cause, variant, effect, f"{effect.hgvsg} {answer['g']}"))
    return rows


def main() -> int:
    """Draw, judge, count, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alleles", type=int, default=20000, help="of both builds together")
    parser.add_argument("--seed", default="judges")
    parser.add_argument("--ferro", metavar="PYTHON", help="an interpreter that has ferro-hgvs")
    parser.add_argument("--write", action="store_true", help="write docs/consequence-judges.tsv")
    options = parser.parse_args()
    rows: list[Row] = []
    total = 0
    for build in BUILDS:
        alleles = drawn(build, options.alleles // 2, f"{options.seed} {build}")
        total += len(alleles)
        effects = [
            next(e for e in engine(build, with_alleles=False).effects(variant) if e.gene == model.gene)
            for model, variant in alleles
        ]
        rows += judged_by_csq(build, alleles, effects)
        if options.ferro:
            rows += judged_by_ferro(options.ferro, build, alleles, effects)
    print(f"{total} alleles")
    for (judge, cause), count in sorted(Counter((r["judge"], r["cause"]) for r in rows).items()):
        print(f"{judge}\t{cause}\t{count}")
    if options.write:
        with _TABLE.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda r: (r["judge"], r["cause"])))
    for row in [r for r in rows if r["cause"] == "unexplained"][:20]:
        print(json.dumps(row), file=sys.stderr)
    return int(any(r["cause"] == "unexplained" for r in rows))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"a judge failed: {error.stderr or error}")
