"""What was sequenced, as the user declares it: a kind, a BED of targets, or a YAML of the laboratory.

Nothing declared means nothing assumed: absence of a finding is then unknown for every gene.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from netboard.errors import ConfigError
from netboard.model.variant import BUILDS, Assay, Build, Interval, Panel

_KEYS = ("name", "kind", "targets", "callable", "sees", "megabases", "matched_normal")
#: ``germline`` says that inherited variants are in the file, which a paired somatic caller takes out.
_SEES = ("small_variants", "copy_number", "fusions", "promoter", "methylation", "germline")
_KINDS: Mapping[str, Assay] = {
    "genome": Assay(
        True, "genome", "genome", frozenset({"small_variants", "promoter"}), source="--assay genome"
    ),
    "exome": Assay(True, "exome", "exome", frozenset({"small_variants"}), source="--assay exome"),
}


def read_assay(
    spec: str | None, targets: str | None, canonical: Callable[[str], str | None], *, where: str = ""
) -> Assay:
    """Return the declared assay.

    Parameters
    ----------
    spec
        ``genome``, ``exome``, the path of a YAML file, or None.
    targets
        Path of a BED file of targets, or None. It narrows ``spec``.
    canonical
        Maps any spelling of a contig to this project's name, None for contigs that are not primary.

    Raises
    ------
    ConfigError
        When a file is missing or malformed.
    """
    if spec is None:
        assay = Assay()
    elif spec.lower() in _KINDS:
        assay = _KINDS[spec.lower()]
    else:
        assay = _from_yaml(Path(spec), canonical, where)
    if targets is None:
        return assay
    regions = read_bed(Path(targets), canonical)
    if not assay.declared:
        # What a capture panel sees by itself: small variants, and promoters where it has targets there.
        assay = Assay(True, Path(targets).name, "panel", frozenset({"small_variants", "promoter"}))
    return replace(assay, targets=regions, source=f"--targets {Path(targets).name}")


def read_bed(path: Path, canonical: Callable[[str], str | None]) -> tuple[Interval, ...]:
    """Return the intervals of a BED file (0-based half-open as the format has them).

    Raises
    ------
    ConfigError
        When the file is missing, a line is malformed, or none of its contigs is known.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(
            f"the BED file cannot be read ({reason})",
            where=str(path),
            remedy="Check the path; decompress it.",
        ) from None
    found: list[Interval] = []
    lines = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        lines += 1
        fields = line.split("\t") if "\t" in line else line.split()
        if (
            len(fields) < 3
            or not fields[1].isdigit()
            or not fields[2].isdigit()
            or int(fields[1]) > int(fields[2])
        ):
            raise ConfigError(
                "a BED line needs contig, start and end, start not above end", where=f"{path}:{number}"
            )
        chrom = canonical(fields[0])
        if chrom is not None:
            found.append(Interval(chrom, int(fields[1]), int(fields[2])))
    if not found:
        what = "holds no interval" if not lines else "names no contig of the human genome that is known"
        raise ConfigError(f"the BED file {what}", where=str(path))
    return tuple(found)


def check_build(assay: Assay, panel: Panel, build: Build) -> None:
    """Refuse targets that fit the panel's coding exons of the other build better than of this one.

    A BED file carries no build of its own, and one of the wrong build would turn "looked for and not
    found" into a false statement without a sign.

    Raises
    ------
    ConfigError
        When the targets belong to the other build.
    """
    if assay.targets is None:
        return
    from netboard.interpret.assessed import coverage

    shares = {}
    for candidate in BUILDS:
        seen = coverage(assay, panel, candidate)
        shares[candidate] = sum(scopes["small_variants"].covered or 0.0 for scopes in seen.values())
    other = BUILDS[1] if build == BUILDS[0] else BUILDS[0]
    if shares[other] > 2 * shares[build] and shares[other] >= 1:
        raise ConfigError(
            f"the targets cover {shares[other]:.1f} panel genes on {other} and {shares[build]:.1f} on {build}, "
            f"the build of the variants",
            where=assay.source or assay.name,
            remedy=f"Give the targets of {build}.",
        )


def describe(assay: Assay) -> dict[str, Any]:
    """Return the assay as it is printed: no intervals, only their number."""
    return {
        "declared": assay.declared,
        "name": assay.name,
        "kind": assay.kind,
        "sees": sorted(assay.sees),
        "targets": None if assay.targets is None else len(assay.targets),
        "callable_regions": None if assay.callable_regions is None else len(assay.callable_regions),
        "megabases": assay.megabases,
        "matched_normal": assay.matched_normal,
        "source": assay.source,
    }


def _from_yaml(path: Path, canonical: Callable[[str], str | None], where: str) -> Assay:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=True).load(path)
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        detail = "no such file" if isinstance(error, FileNotFoundError) else str(error).splitlines()[0]
        raise ConfigError(
            f"assay {str(path)!r} is not genome, exome or a readable YAML file ({detail})",
            where=where,
            remedy="docs/inputs.md shows an assay file.",
        ) from None
    if not isinstance(data, dict):
        raise ConfigError("an assay file is a mapping", where=str(path), remedy=f"Keys: {', '.join(_KEYS)}.")
    for key in data:
        if key not in _KEYS:
            raise ConfigError(f"unknown key {key!r}", where=str(path), remedy=f"Keys: {', '.join(_KEYS)}.")
    sees = data.get("sees", ["small_variants"])
    if not isinstance(sees, list) or not sees or any(item not in _SEES for item in sees):
        raise ConfigError(f"sees must list some of {', '.join(_SEES)}", where=str(path))

    def regions(key: str) -> tuple[Interval, ...] | None:
        value = data.get(key)
        return None if value is None else read_bed(_beside(path, str(value)), canonical)

    size = data.get("megabases")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int | float) or size <= 0):
        raise ConfigError("megabases must be a positive number", where=str(path))
    normal = data.get("matched_normal")
    if normal is not None and not isinstance(normal, bool):
        raise ConfigError("matched_normal must be true or false", where=str(path))
    kind = str(data.get("kind", "panel"))
    if kind not in ("genome", "exome") and "targets" not in data and "callable" not in data:
        raise ConfigError(
            "a panel without targets would count as covering every gene",
            where=str(path),
            remedy="Name its BED as `targets`, or say `kind: exome` or `kind: genome`.",
        )
    return Assay(
        declared=True,
        name=str(data.get("name", path.stem)),
        kind=kind,
        sees=frozenset(sees),
        targets=regions("targets"),
        callable_regions=regions("callable"),
        megabases=float(size) if size is not None else None,
        matched_normal=normal,
        source=path.name,
    )


def _beside(path: Path, name: str) -> Path:
    """Return ``name`` relative to the file that names it."""
    given = Path(name)
    return given if given.is_absolute() else path.parent / given
