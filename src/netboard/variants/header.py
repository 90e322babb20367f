"""What the header of a VCF says: samples, build, callers and the field order of annotations.

The parser is tolerant: a meta line it does not understand is passed over, because the records decide
what is read and a strict validator would refuse files of widely used callers. Only a missing or wrong
``#CHROM`` line and duplicate sample names are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from netboard.errors import BuildError, InputError
from netboard.model.variant import Build
from netboard.variants.contigs import build_of_length, recognise

ANNOTATION_KEYS: tuple[str, ...] = ("CSQ", "ANN", "BCSQ", "FUNCOTATION")
_COLUMNS = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_QUOTED_PAIR = re.compile(r'([A-Za-z0-9_.]+)=("(?:[^"\\]|\\.)*"|[^,]*)')
_FORMAT_OF = re.compile(
    r"(?:format\s*:|fields\s+are\s*:|annotations?\s*:)\s*(.+)$", re.IGNORECASE | re.DOTALL
)
#: Words in free text that name a build. A hint only: such text is often stale after a lift-over.
_HINTS: tuple[tuple[re.Pattern[str], Build], ...] = (
    (re.compile(r"grch38|hg38|hs38|\bb38\b|g1k_v38", re.IGNORECASE), "GRCh38"),
    (re.compile(r"grch37|hg19|hs37|\bb37\b|g1k_v37|b37_", re.IGNORECASE), "GRCh37"),
)
#: Meta keys that name the program that called or changed the records.
_CALLER_KEY = re.compile(
    r"source|.*_?source_version|GATKCommandLine.*|MutectVersion|DeepVariant_version|platypusOptions|octopus"
    r"|DRAGENVersion|DRAGENCommandLine|SentieonCommandLine.*|VarDict.*|VarScan.*|LoFreq.*|strelka.*|cmdline",
    re.IGNORECASE,
)
_HAS_STRUCTURAL = re.compile(rb"SVTYPE|SVCLAIM|SVLEN|CHR2|##ALT=<ID=(?!NON_REF)[A-Z]")


@dataclass(frozen=True)
class HeaderFacts:
    """The header, read.

    ``annotations`` gives for each annotation key the field names in their order. ``contigs`` maps the
    names of ``##contig`` lines to lengths (None where not given). ``build`` is what lengths or
    accessions prove, ``hint`` what free text suggests.
    """

    samples: tuple[str, ...] = ()
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    callers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: All definitions of each annotation key, in file order: re-annotated files have several.
    definitions: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    contigs: Mapping[str, int | None] = field(default_factory=dict)
    build: Build | None = None
    build_basis: str = ""
    hint: Build | None = None
    #: A chromosome whose stated length is of neither build, as a clause; ``""`` when there is none.
    foreign: str = ""
    tumour_samples: tuple[str, ...] = ()
    normal_samples: tuple[str, ...] = ()
    #: Whether the header declares structural records (their mates may lie far from their position).
    structural: bool = False
    #: Number of header lines, ``#CHROM`` included.
    lines: int = 0
    fileformat: str = ""


@dataclass
class _Draft:
    definitions: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    contigs: dict[str, int | None] = field(default_factory=dict)
    callers: list[str] = field(default_factory=list)
    tumours: list[str] = field(default_factory=list)
    normals: list[str] = field(default_factory=list)
    hints: set[Build] = field(default_factory=set)
    fileformat: str = ""


def parse_header(data: bytes, where: str) -> HeaderFacts:
    """Read ``data``, the header lines up to and including ``#CHROM``.

    Raises
    ------
    InputError
        When the ``#CHROM`` line is missing or wrong, or a sample name occurs twice.
    BuildError
        When lengths or accessions of the contigs are of both builds.
    """
    lines = data.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
    draft = _Draft()
    for line in lines:
        if line.startswith("##"):
            _meta(line, draft)
    columns = next((line for line in lines if line.startswith("#CHROM")), None)
    samples = _samples(columns, len(lines), where)
    build, basis, foreign = build_of_contigs(draft.contigs, where)
    warnings = []
    if not draft.fileformat:
        warnings.append("the header has no ##fileformat line")
    for key, found in draft.definitions.items():
        if len(set(found)) > 1:
            warnings.append(
                f"the header defines {key} {len(found)} times; the definition whose number of fields fits the "
                "records is used, else the last"
            )
    return HeaderFacts(
        samples=samples,
        annotations={key: found[-1] for key, found in draft.definitions.items()},
        callers=tuple(dict.fromkeys(draft.callers)),
        warnings=tuple(warnings),
        definitions={key: tuple(found) for key, found in draft.definitions.items()},
        contigs=draft.contigs,
        build=build,
        build_basis=basis,
        foreign=foreign,
        hint=next(iter(draft.hints)) if len(draft.hints) == 1 else None,
        tumour_samples=tuple(dict.fromkeys(draft.tumours)),
        normal_samples=tuple(dict.fromkeys(draft.normals)),
        structural=_HAS_STRUCTURAL.search(data) is not None,
        lines=len(lines),
        fileformat=draft.fileformat,
    )


def _samples(columns: str | None, number: int, where: str) -> tuple[str, ...]:
    if columns is None:
        raise InputError(
            "the #CHROM line is missing", where=where, remedy="Give a VCF with its header, or a BCF"
        )
    place = f"{where}:{number}"
    names = columns.rstrip("\r").split("\t")
    if len(names) < 8 and len(columns.split()) >= 8:
        raise InputError(
            "the #CHROM line is separated by spaces, not tabs",
            where=place,
            remedy="Write the file again with tabs between columns",
        )
    if tuple(names[:8]) != _COLUMNS:
        raise InputError(
            f"the #CHROM line does not name the columns {' '.join(_COLUMNS)}",
            where=place,
            remedy="Write the file again with a VCF tool",
        )
    if len(names) > 8 and names[8] != "FORMAT":
        raise InputError(
            f"column 9 is called {names[8]!r}, not FORMAT", where=place, remedy="Name the ninth column FORMAT"
        )
    samples = tuple(names[9:])
    twice = (
        sorted({name for name in samples if samples.count(name) > 1})
        if len(set(samples)) < len(samples)
        else []
    )
    if twice:
        raise InputError(
            f"sample name {twice[0]!r} occurs more than once in the #CHROM line",
            where=place,
            remedy="Rename the samples, for instance with `bcftools reheader --samples`",
        )
    return samples


def _meta(line: str, draft: _Draft) -> None:
    key, sep, value = line[2:].partition("=")
    if not sep:
        return
    key, value = key.strip(), value.strip()
    lower = key.lower()
    if lower == "fileformat":
        draft.fileformat = value
    elif lower == "contig":
        _contig(value, draft)
    elif lower == "info":
        _annotation(value, draft)
    elif lower in ("tumor_sample", "tumour_sample"):
        draft.tumours.append(value)
    elif lower in ("normal_sample", "control_sample"):
        draft.normals.append(value)
    elif lower in ("sample", "pedigree"):
        _sample_line(value, draft)
    elif lower in ("reference", "assembly", "new_reference_genome", "vep", "ref_genome", "refgenome"):
        _hint(value, draft)
    if _CALLER_KEY.fullmatch(key):
        _caller(key, value, draft)


def pairs(value: str) -> dict[str, str]:
    """Return the ``key=value`` pairs of a structured meta value ``<...>``, quotes removed."""
    inner = value[1:-1] if value.startswith("<") and value.endswith(">") else value.strip("<>")
    return {k: v[1:-1] if len(v) > 1 and v[0] == v[-1] == '"' else v for k, v in _QUOTED_PAIR.findall(inner)}


def _contig(value: str, draft: _Draft) -> None:
    fields = pairs(value)
    name = fields.get("ID", "")
    if not name:
        return
    length = fields.get("length", "")
    draft.contigs[name] = int(length) if length.isdigit() else None
    _hint(fields.get("assembly", ""), draft)


def _hint(text: str, draft: _Draft) -> None:
    for pattern, build in _HINTS:
        if pattern.search(text):
            draft.hints.add(build)


def _annotation(value: str, draft: _Draft) -> None:
    fields = pairs(value)
    key = fields.get("ID", "")
    if key not in ANNOTATION_KEYS:
        return
    names = annotation_fields(fields.get("Description", ""))
    if names:
        draft.definitions.setdefault(key, []).append(names)


def annotation_fields(description: str) -> tuple[str, ...]:
    """Return the field names that a Description lists, separated by ``|``, in their order."""
    match = _FORMAT_OF.search(description)
    text = match[1] if match else description
    if "|" not in text:
        return ()
    names = [name.strip(" \"'\\.") for name in text.split("|")]
    names[0] = names[0].removeprefix("[*]")
    return tuple(names)


def _sample_line(value: str, draft: _Draft) -> None:
    fields = pairs(value)
    # ##PEDIGREE=<Derived=TUMOUR,Original=NORMAL>: VCF 4.2, section 1.2.9.
    if "Derived" in fields and "Original" in fields:
        draft.tumours.append(fields["Derived"])
        draft.normals.append(fields["Original"])
        return
    name = fields.get("ID", "")
    for role, into in (("tumo", draft.tumours), ("normal", draft.normals)):
        told = f"{name} {fields.get('Description', '')} {fields.get('Type', '')}".lower()
        if role in told and not ("tumo" in told and "normal" in told):
            into.append(name)
            if fields.get("SampleName"):
                into.append(fields["SampleName"])


def _caller(key: str, value: str, draft: _Draft) -> None:
    if key.lower().startswith(("gatkcommandline", "sentieoncommandline")):
        name = pairs(value).get("ID") or key.partition(".")[2]
    elif key.lower() == "source":
        name = value
    else:
        name = f"{key} {value}"
    name = name.strip().strip('"')[:80]
    if name:
        draft.callers.append(name)


def build_of_contigs(contigs: Mapping[str, int | None], where: str) -> tuple[Build | None, str, str]:
    """Return (build that lengths or accessions prove, what says so, a length of neither build).

    Raises
    ------
    BuildError
        When they contradict each other.
    """
    votes: dict[Build, list[str]] = {"GRCh37": [], "GRCh38": []}
    foreign: list[str] = []
    for name, length in contigs.items():
        found = recognise(name)
        if found is None or found[0] == "MT":
            continue
        chrom, told = found
        by_length = build_of_length(chrom, length) if length else None
        if length and by_length is None:
            foreign.append(f"{name} has {length} bases")
        for build in {b for b in (told, by_length) if b}:
            votes[build].append(f"{name} of {length} bases" if by_length else name)
    if votes["GRCh37"] and votes["GRCh38"]:
        raise BuildError(
            f"the header's contigs are of both builds: {votes['GRCh37'][0]} is GRCh37, {votes['GRCh38'][0]} GRCh38",
            where=where,
            remedy="Give the file with the header it was called with",
        )
    for build, names in votes.items():
        if names:
            return build, f"contig lengths or accessions of the header ({names[0]})", ""
    return None, "", foreign[0] if foreign else ""
