"""From a tumour as a clinician tells it to the files netboard reads, and through the whole pipeline.

A variant is told by gene and c. name. The name is turned into a VCF record on either build by the judge of the
consequence tests, which shares nothing with the engine. Where no sequence of a gene is packaged, the bases of
the record are filler: an insertion shifts the frame whatever they are, and netboard says so itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from consequence.bench import bases
from consequence.judge import from_c_name, spliced
from netboard.context import build_context
from netboard.interpret.settings import Settings
from netboard.model.evidence import Knowledge
from netboard.model.result import Interpretation
from netboard.model.variant import Build, Panel, Transcript
from netboard.pipeline import SampleRequest, interpret_file

FOLDER = Path(__file__).resolve().parent
#: Base per missing stretch of genome: never part of a statement that needs the sequence.
_FILLER = "A"
_HEADER = '##fileformat=VCFv4.2\n##FILTER=<ID=LowQual,Description="low quality">\n'
#: Ends of one chromosome per build are enough to tell the builds apart.
_FIRST_CONTIG = {"GRCh37": 249250621, "GRCh38": 248956422}
_BREAKEND_INFO = "SVTYPE=BND;MATEID={mate}"


class _Filled:
    """The packaged sequence with filler where none is known."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self._known = bases(build)

    def base(self, chrom: str, start: int, end: int) -> str:
        return self._known.base(chrom, start, end) or _FILLER * (end - start)


@dataclass(frozen=True, slots=True)
class Line:
    """A record of the file without its sample columns, and those."""

    chrom: str
    pos: int
    id: str
    ref: str
    alt: str
    filter: str
    info: str
    tumour: str
    normal: str


@dataclass(frozen=True, slots=True)
class Case:
    """A tumour and how its file is written: the ways of writing must not matter."""

    given: Mapping[str, Any]
    build: Build = "GRCh38"
    prefix: str = "chr"
    tumour: str = "tumour"
    normal: str = "blood"
    #: Order of the records: as sorted, or backwards.
    backwards: bool = False


@cache
def _place(gene: str, name: str, build: Build, panel_id: int) -> tuple[str, int, str, str]:
    model = _PANELS[panel_id].genes[gene].models(build)[0]
    made = from_c_name(name, spliced(model), _Filled(build))  # type: ignore[arg-type]
    return made.chrom, made.start + 1, made.ref, made.alt


_PANELS: dict[int, Panel] = {}


def record_of(text: str, build: Build, panel: Panel) -> tuple[str, int, str, str]:
    """Return (chrom, pos, ref, alt) of ``GENE c.name`` or of ``chrom:pos:ref:alt``."""
    if " " not in text:
        chrom, pos, ref, alt = text.split(":")
        return chrom, int(pos), ref, alt
    gene, name = text.split(" ")
    _PANELS[id(panel)] = panel
    return _place(gene, name, build, id(panel))


def _columns(told: Mapping[str, Any]) -> tuple[str, str]:
    """Return the tumour's and the normal's column of a variant."""
    if told.get("reads") == "unstated":
        return f"{told.get('genotype', '0/1')}:.:.", "0/0:60,0:60"
    mutant, depth = (int(part) for part in str(told.get("reads", "40/100")).split("/"))
    beside, deep = (int(part) for part in str(told.get("normal_reads", "0/60")).split("/"))
    genotype = str(told.get("genotype", "0/1"))
    kept = "0/1" if beside else "0/0"
    return f"{genotype}:{depth - mutant},{mutant}:{depth}", f"{kept}:{deep - beside},{beside}:{deep}"


def lines_of(given: Mapping[str, Any], build: Build, panel: Panel, prefix: str) -> list[Line]:
    """Return the records of a tumour on one build."""
    found = []
    for told in given.get("variants", ()):
        told = {"variant": told} if isinstance(told, str) else told
        text = told["variant"] if "variant" in told else told["record"][build]
        chrom, pos, ref, alt = record_of(text, build, panel)
        tumour, normal = _columns(told)
        found.append(
            Line(
                chrom,
                pos,
                ".",
                ref,
                alt,
                told.get("filter", "PASS"),
                told.get("info", "."),
                tumour,
                normal,
            )
        )
    for number, pair in enumerate(given.get("fusions", ())):
        found.extend(_breakends(pair, number, build, panel, prefix))
    return found


def _breakends(pair: str, number: int, build: Build, panel: Panel, prefix: str) -> list[Line]:
    """Return the two breakends of ``GENE-GENE`` or ``GENE-chrom:pos`` (a place outside the panel)."""
    ends = []
    for part in pair.split("-"):
        if ":" in part:
            chrom, pos = part.split(":")
            ends.append((chrom, int(pos)))
        else:
            model = panel.genes[part].models(build)[0]
            # in the longest intron, where breakpoints of fusions lie
            gap = max(zip(model.exons, model.exons[1:], strict=False), key=lambda two: two[1][0] - two[0][1])
            ends.append((model.chrom, (gap[0][1] + gap[1][0]) // 2))
    result = []
    for index, (chrom, pos) in enumerate(ends):
        far, place = ends[1 - index]
        mate = f"bnd_{number}_{1 - index}"
        base = bases(build).base(chrom, pos - 1, pos) or "N"
        alt = f"{base}[{prefix}{far}:{place}["
        info = _BREAKEND_INFO.format(mate=mate)
        result.append(
            Line(
                chrom,
                pos,
                f"bnd_{number}_{index}",
                base,
                alt,
                "PASS",
                info,
                "0/1:60,40:100",
                "0/0:60,0:60",
            )
        )
    return result


def write_vcf(path: Path, case: Case, panel: Panel) -> None:
    """Write the file of a case; a plain tumour-only file has one column."""
    lines = sorted(
        lines_of(case.given, case.build, panel, case.prefix),
        key=lambda line: (line.chrom, line.pos, line.alt),
        reverse=case.backwards,
    )
    paired = bool(case.given.get("normal", False))
    head = [f"##contig=<ID={case.prefix}1,length={_FIRST_CONTIG[case.build]}>"]
    if paired:
        head += [f"##tumor_sample={case.tumour}", f"##normal_sample={case.normal}"]
    names = [case.tumour, case.normal] if paired else [case.tumour]
    head.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *names]))
    body = []
    for line in lines:
        columns = [line.tumour, line.normal] if paired else [line.tumour]
        body.append(
            "\t".join(
                [
                    case.prefix + line.chrom,
                    str(line.pos),
                    line.id,
                    line.ref,
                    line.alt,
                    ".",
                    line.filter,
                    line.info,
                    "GT:AD:DP",
                    *columns,
                ]
            )
        )
    path.write_text(_HEADER + "\n".join([*head, *body]) + "\n")


def _coding(model: Transcript) -> list[tuple[int, int]]:
    assert model.cds_start is not None and model.cds_end is not None
    pieces = [(max(a, model.cds_start), min(b, model.cds_end)) for a, b in model.exons]
    return [(a, b) for a, b in pieces if a < b]


def write_assay(folder: Path, told: Mapping[str, Any], build: Build, panel: Panel) -> str:
    """Write an assay with its targets: the genes told, each whole or to a share of its coding bases."""
    rows = []
    for gene, share in {**dict.fromkeys(told.get("genes", ()), 1.0), **told.get("partly", {})}.items():
        model = panel.genes[gene].models(build)[0]
        left = round(share * sum(b - a for a, b in _coding(model)))
        for start, end in _coding(model):
            take = min(end - start, left)
            left -= take
            if take:
                rows.append(f"chr{model.chrom}\t{start}\t{start + take}\t{gene}")
    (folder / "targets.bed").write_text("\n".join(rows) + "\n")
    sees = ", ".join(told.get("sees", ["small_variants"]))
    (folder / "assay.yaml").write_text(
        f"name: told panel\nkind: panel\ntargets: targets.bed\nsees: [{sees}]\n"
    )
    return str(folder / "assay.yaml")


def write_segments(folder: Path, copies: Mapping[str, str], build: Build, panel: Panel) -> str:
    """Write an ASCAT table: two copies of everything, but for the genes told as ``major+minor``."""
    rows = ["Chromosome\tStart\tEnd\tnMajor\tnMinor"]
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for gene, told in copies.items():
        model = panel.genes[gene].models(build)[0]
        spans.setdefault(model.chrom, []).append(
            (model.exons[0][0] - 50_000, model.exons[-1][1] + 50_000, told)
        )
    ends = {model.chrom: 0 for gene in panel.genes.values() for model in gene.models(build)}
    for gene in panel.genes.values():
        for model in gene.models(build):
            ends[model.chrom] = max(ends[model.chrom], model.exons[-1][1] + 1000)
    for chrom in sorted(ends):
        at = 1
        for start, end, told in sorted(spans.get(chrom, [])):
            rows.append(f"{chrom}\t{at}\t{start}\t1\t1")
            rows.append("\t".join([chrom, str(start + 1), str(end), *told.split("+")]))
            at = end + 1
        if at < ends[chrom]:
            rows.append(f"{chrom}\t{at}\t{ends[chrom]}\t1\t1")
    path = folder / "told.ascat.tsv"
    path.write_text("\n".join(rows) + "\n")
    return str(path)


def interpretation(case: Case, knowledge: Knowledge, folder: Path) -> Interpretation:
    """Return what netboard makes of a case, from real files."""
    given = case.given
    panel = knowledge.panel
    vcf = folder / "tumour.vcf"
    write_vcf(vcf, case, panel)
    told = given.get("assay")
    assay = write_assay(folder, told, case.build, panel) if isinstance(told, Mapping) else told
    if isinstance(assay, str) and assay == "undeclared":
        assay = None
    segments = write_segments(folder, given["segments"], case.build, panel) if given.get("segments") else None
    context = build_context({key: str(value) for key, value in given.get("context", {}).items()}, knowledge)
    request = SampleRequest(
        str(vcf), sample="Vignette", build=case.build, context=context, assay=assay, segments=segments
    )
    (result,) = interpret_file(request, knowledge, Settings())
    return result


def read_vignettes() -> list[tuple[str, dict[str, Any]]]:
    """Return every vignette with the theme (the file's name) it stands under."""
    yaml = YAML(typ="safe", pure=True)
    return [
        (path.stem, vignette)
        for path in sorted(FOLDER.glob("*.yaml"))
        for vignette in yaml.load(path.read_text(encoding="utf-8"))
    ]


def plain_id(text: str) -> str:
    """Return a text as a test's id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def both(texts: Sequence[str]) -> str:
    """Return texts as one readable line for a failed assertion."""
    return "; ".join(texts) or "nothing"
