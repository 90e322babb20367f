"""Which sample column is the tumour and which the normal.

In order of trust: the options, what the header names (``##tumor_sample``, ``##normal_sample``,
``##SAMPLE``, ``##PEDIGREE``), what the column names say. The order of the columns says nothing: callers
differ, and a normal read as the tumour would yield a wrong report without any sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netboard.errors import ConfigError
from netboard.variants.header import HeaderFacts

_SPLIT = re.compile(r"[^A-Za-z0-9]+")
_TUMOUR_WORDS = re.compile(
    r"tumou?r\d*|tum\d*|cancer\d*|primary\d*|metastas[ie]s\d*|met\d*|relapse\d*|xenograft|pdx\d*"
)
_NORMAL_WORDS = re.compile(
    r"normal\d*|norm\d*|blood\d*|germline|control\d*|ctrl\d*|pbmc|buffy|saliva|constitutional"
)
_TUMOUR_LETTER = re.compile(r"t\d{0,2}", re.IGNORECASE)
_NORMAL_LETTER = re.compile(r"n\d{0,2}", re.IGNORECASE)
_GLUED_LETTER = re.compile(r"(.*\d)([TN])")
#: TCGA barcode: sample type 01 to 09 is tumour, 10 to 19 normal (GDC code tables).
_TCGA = re.compile(r"TCGA-\w{2}-\w{4}-([01]\d)\w?(?![\s\S]*TCGA-)", re.IGNORECASE)


@dataclass(frozen=True)
class Role:
    """One tumour sample: its name, column and normal column (0-based among samples), and why."""

    name: str
    tumour: int | None
    normal: int | None
    basis: str
    matched_normal: bool


def role_of_name(name: str) -> str:
    """Return ``tumour``, ``normal`` or ``""`` as the words of a sample name tell."""
    if match := _TCGA.match(name):
        return "tumour" if match[1] < "10" else "normal"
    tokens = [t for t in _SPLIT.split(name.lower()) if t]
    words = {"tumour" for t in tokens if _TUMOUR_WORDS.fullmatch(t)}
    words |= {"normal" for t in tokens if _NORMAL_WORDS.fullmatch(t)}
    if len(words) == 1:
        return words.pop()
    if words or not tokens:
        return ""
    for token in (tokens[-1], tokens[0]):
        if _TUMOUR_LETTER.fullmatch(token):
            return "tumour"
        if _NORMAL_LETTER.fullmatch(token):
            return "normal"
    if match := _GLUED_LETTER.fullmatch(name):
        return "tumour" if match[2] == "T" else "normal"
    return ""


def assign_roles(
    header: HeaderFacts, where: str, *, tumour: str | None, normal: str | None, sample_name: str | None
) -> tuple[Role, ...]:
    """Return the tumour samples of a file with their normals.

    ``tumour`` is a name, a comma-separated list or ``all``; ``normal`` a name. ``sample_name`` renames
    the one tumour sample.

    Raises
    ------
    ConfigError
        When an option names no column, or when two columns cannot be told apart.
    """
    roles = _assign(header, where, tumour, normal)
    if sample_name is None:
        return roles
    if len(roles) != 1:
        raise ConfigError(
            f"one sample name is given for {len(roles)} tumour samples ({_names([r.name for r in roles])})",
            where=where,
            remedy="Name the column with --tumour",
        )
    only = roles[0]
    return (Role(sample_name, only.tumour, only.normal, only.basis, only.matched_normal),)


def _assign(header: HeaderFacts, where: str, tumour: str | None, normal: str | None) -> tuple[Role, ...]:
    samples = header.samples
    if not samples:
        if tumour not in (None, "all") or normal is not None:
            raise ConfigError(
                "the file has no sample columns, so --tumour and --normal name nothing",
                where=where,
                remedy="Leave both out",
            )
        return (
            Role(
                "", None, None, "the file has no sample columns: its records are taken as the tumour's", False
            ),
        )
    normal_index = _column(samples, normal, "--normal", where) if normal is not None else None
    if tumour is not None and tumour != "all":
        wanted = [part.strip() for part in tumour.split(",") if part.strip()]
        indices = [_column(samples, name, "--tumour", where) for name in dict.fromkeys(wanted)]
        if normal_index in indices:
            raise ConfigError(
                f"{normal!r} is named as tumour and as normal",
                where=where,
                remedy="Name two different columns",
            )
        return _chosen(header, indices, normal_index, "named by --tumour")
    if len(samples) == 1 and normal_index is None:
        return (_single(header, where, asked=tumour == "all"),)
    told = [_told(header, name) for name in samples]
    if normal_index is not None:
        told[normal_index] = "normal"
        basis = "every column but the one named by --normal"
        indices = [i for i, role in enumerate(told) if role != "normal"]
    elif tumour == "all":
        indices, basis = list(range(len(samples))), "every column, as --tumour all asks"
        return _chosen(header, indices, None, basis)
    elif len(samples) == 2:
        return _pair(header, told, where)
    else:
        _require_told(samples, told, where)
        indices = [i for i, role in enumerate(told) if role != "normal"]
        basis = f"one of {len(samples)} columns, none of which is taken as a normal"
        if len(indices) < len(samples):
            basis = (
                f"one of {len(samples)} columns, of which the names call {len(samples) - len(indices)} normal"
            )
    if not indices:
        raise ConfigError(
            f"every sample of the file is called a normal ({_names(samples)})",
            where=where,
            remedy="Name the tumour's column with --tumour",
        )
    return _chosen(header, indices, normal_index, basis)


def _require_told(samples: Sequence[str], told: Sequence[str], where: str) -> None:
    """Refuse columns of which some are called tumours and others nothing: one of those may be the normal."""
    open_ = [name for name, role in zip(samples, told, strict=True) if not role]
    if open_ and "tumour" in told:
        raise ConfigError(
            f"some samples are called tumours, and nothing tells what {_names(open_)} is",
            where=where,
            remedy="Name the tumours with --tumour A,B and the normal with --normal (or --tumour all)",
        )


def _single(header: HeaderFacts, where: str, *, asked: bool) -> Role:
    name = header.samples[0]
    words = [t for t in _SPLIT.split(name.lower()) if _NORMAL_WORDS.fullmatch(t)]
    if not asked and (name in header.normal_samples or words) and name not in header.tumour_samples:
        raise ConfigError(
            f"the only sample, {name}, is called a normal",
            where=where,
            remedy=f"If it is the tumour all the same, say so with --tumour {name}",
        )
    others = [n for n in header.normal_samples if n != name]
    if others and _told(header, name) != "normal":
        basis = f"the only sample; the header names the normal {others[0]}, whose column is not in the file"
        return Role(name, 0, None, basis, True)
    return Role(name, 0, None, "the only sample of the file", False)


def _told(header: HeaderFacts, name: str) -> str:
    if name in header.tumour_samples and name not in header.normal_samples:
        return "tumour"
    if name in header.normal_samples and name not in header.tumour_samples:
        return "normal"
    return role_of_name(name)


def _pair(header: HeaderFacts, told: list[str], where: str) -> tuple[Role, ...]:
    samples = header.samples
    if told == ["tumour", "tumour"]:
        return _chosen(header, [0, 1], None, "both columns are called tumours")
    if sorted(told) in (["normal", "tumour"], ["", "normal"]):
        normal = told.index("normal")
        by_header = samples[normal] in header.normal_samples or samples[1 - normal] in header.tumour_samples
        source = "the header's sample lines" if by_header else "the names of the columns"
        basis = f"{source}: tumour {samples[1 - normal]}, normal {samples[normal]}"
        return (Role(samples[1 - normal], 1 - normal, normal, basis, True),)
    raise ConfigError(
        f"nothing tells which of the samples {_names(samples)} is the tumour and which the normal",
        where=where,
        remedy="Name them with --tumour and --normal (or --tumour all when both are tumours)",
    )


def _chosen(header: HeaderFacts, indices: list[int], normal: int | None, basis: str) -> tuple[Role, ...]:
    samples = header.samples
    chosen = set(indices)
    normals = [i for i, name in enumerate(samples) if i not in chosen and _told(header, name) == "normal"]
    roles = []
    for i in indices:
        own = normal if normal is not None else _normal_of(samples, i, normals, len(indices))
        why = basis if own is None else f"{basis}; normal {samples[own]}"
        roles.append(Role(samples[i], i, own, why, own is not None))
    return tuple(roles)


def _normal_of(samples: Sequence[str], tumour: int, normals: list[int], tumours: int) -> int | None:
    """Return the normal that shares the stem of the tumour's name, or the only normal of one patient."""
    stem = _stem(samples[tumour])
    same = [i for i in normals if stem and _stem(samples[i]) == stem]
    if len(same) == 1:
        return same[0]
    # One normal beside one tumour, or beside samples whose names carry no patient of their own.
    if len(normals) == 1 and (tumours == 1 or not _stem(samples[normals[0]])):
        return normals[0]
    return None


def _stem(name: str) -> str:
    if match := re.match(r"(TCGA-\w{2}-\w{4})-[01]\d", name, re.IGNORECASE):
        return match[1].lower()
    if match := _GLUED_LETTER.fullmatch(name):
        return match[1].lower()
    tokens = [t for t in _SPLIT.split(name.lower()) if t]
    words = (_TUMOUR_WORDS, _NORMAL_WORDS, _TUMOUR_LETTER, _NORMAL_LETTER)
    return "-".join(t for t in tokens if not any(w.fullmatch(t) for w in words))


def _column(samples: Sequence[str], name: str, option: str, where: str) -> int:
    if name in samples:
        return samples.index(name)
    raise ConfigError(
        f"{option} names {name!r}, which is no sample of the file ({_names(samples)})",
        where=where,
        remedy="Give one of its names",
    )


def _names(samples: Sequence[str]) -> str:
    shown = ", ".join(samples[:6])
    return shown if len(samples) <= 6 else f"{shown} and {len(samples) - 6} more"
