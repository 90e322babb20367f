"""Import of a trial from CTML (``treatment_list.step[].arm[].match``) as a directory of rules of ours.

What comes out is an overlay: the trial with a rule and cases for each arm, the criteria that only a person
can settle as biomarkers, drugs that the base does not know, and the source. It is checked like any other
(``netboard knowledge check DIR``) and stays marked for a curator. Nothing of a match is left out silently:
:mod:`netboard.knowledge.ctml_rule` says how a criterion that cannot be asked is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netboard.errors import InputError
from netboard.knowledge import rule_schema
from netboard.knowledge.case_maker import make_cases
from netboard.knowledge.compile import clause
from netboard.knowledge.ctml_rule import Reading, Rule, rule_of
from netboard.model.evidence import Knowledge

#: Keys that are read here, and keys that describe a trial without being a criterion of its arms.
_READ_TRIAL = {
    "nct_id", "long_title", "short_title", "phase", "status", "treatment_list", "match", "drug_list",
}  # fmt: skip
_DESCRIPTION = {
    "age", "cancer_center_accrual_goal_upper", "curated_on", "curation_status", "data_table4",
    "last_updated", "management_group_list", "nct_purpose", "oncology_group_list", "phase_data",
    "principal_investigator", "principal_investigator_institution", "program_area_list", "protocol_id",
    "protocol_ids", "protocol_no", "protocol_target_accrual", "protocol_type", "prior_treatment_requirements",
    "site_list", "sponsor_list", "staff_list", "summary", "tumor_types", "trial_id", "_id", "_summary",
    "_elasticsearch", "_genomic", "_suggest",
}  # fmt: skip
_READ_STEP = {"arm", "match"}
_STEP_DESCRIPTION = {"step_code", "step_internal_id", "step_type"}
_READ_ARM = {
    "arm_code",
    "arm_description",
    "arm_internal_id",
    "arm_suspended",
    "match",
    "dose_level",
    "drugs",
}
_ARM_DESCRIPTION = {"arm_info", "arm_type"}
_LEVEL = {"level_code", "level_description", "level_internal_id", "level_suspended"}
_STATUS = {
    "open to accrual": "recruiting",
    "closed to accrual": "not_recruiting",
    "closed": "not_recruiting",
    "completed": "completed",
    "terminated": "terminated",
    "withdrawn": "withdrawn",
}
_NCT = re.compile(r"NCT[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Imported:
    """A trial as read: the files of the overlay by name, and the warnings."""

    nct: str
    files: dict[str, dict[str, Any]]
    warnings: tuple[str, ...]
    arms: int


def import_ctml(path: Path, knowledge: Knowledge, *, as_of: str = "") -> Imported:
    """Return the trial that a CTML file (YAML or JSON) holds, as files of an overlay.

    ``as_of`` is the day to which the trial's status was read; without it an open trial is entered as of
    unknown status.

    Raises
    ------
    InputError
        When the file is no CTML, names no NCT number, or holds no arm with a criterion.
    """
    data = _read(path)
    reading = Reading(knowledge)
    for key in sorted(map(str, data.keys() - _READ_TRIAL - _DESCRIPTION)):
        reading.warn(key, "key not understood; it is not among what this program reads of a trial")
    drugs, new_drugs = _drugs(data, reading)
    arms = list(_arms(data, drugs, new_drugs, reading))
    if not arms:
        raise InputError(
            "no arm with a match was found (treatment_list.step[].arm[].match)",
            where=str(path),
            remedy="Give a CTML file whose arms have criteria.",
        )
    nct = str(data["nct_id"])
    source = f"ctml_{nct.lower()}"
    trial = {
        "nct": nct,
        "title": str(data.get("long_title") or data.get("short_title") or nct),
        "phase": str(data.get("phase") or ""),
        **_status(data, as_of, reading),
        "sources": [source],
        "curation": "needs_curator",
        "note": f"Imported from CTML ({path.name}). Read each rule and case before use.",
        "arms": arms,
    }
    if len(arms) > 1:
        trial["both_arms"] = "The file does not say which arm goes first where two fit."
    citation = {"citation": f"{trial['title']} (CTML file {path.name})", "nct": nct, "verified": False}
    files: dict[str, dict[str, Any]] = {
        "overlay.yaml": {
            "name": source.replace("_", "-"),
            "note": "Written by netboard knowledge import-ctml.",
        },
        f"trials/{nct}.yaml": trial,
        "sources.yaml": {"sources": {source: citation}},
    }
    if reading.open_criteria:
        files["biomarkers.yaml"] = {"biomarkers": reading.open_criteria}
    if new_drugs:
        files["therapies.yaml"] = {"therapies": new_drugs}
    return Imported(nct, files, tuple(reading.warnings), len(arms))


def write_overlay(imported: Imported, directory: Path) -> list[Path]:
    """Write the files of an imported trial, with schemas for editors beside them; return the paths.

    Raises
    ------
    InputError
        When the directory holds a file already that would be written over.
    """
    from netboard.knowledge.editor import header, write_editor_schemas
    from netboard.output import write_atomic

    taken = [name for name in imported.files if (directory / name).exists()]
    if taken:
        raise InputError(
            f"holds {taken[0]} already", where=str(directory), remedy="Name a new directory with --out."
        )
    written = []
    for name, data in imported.files.items():
        path = directory / name
        write_atomic(path, header(name) + _yaml(data))
        written.append(path)
    write_editor_schemas(directory / "schemas")
    return written


def _yaml(data: Mapping[str, Any]) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.representer.ignore_aliases = lambda _: True
    out = StringIO()
    yaml.dump(dict(data), out)
    return out.getvalue()


def _read(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    except (UnicodeDecodeError, YAMLError) as error:
        text = " ".join(str(error).split())
        raise InputError(f"neither YAML nor JSON ({text})", where=str(path)) from None
    if not isinstance(data, dict) or not isinstance(data.get("treatment_list"), dict):
        raise InputError(
            "no CTML: a trial is a mapping with treatment_list",
            where=str(path),
            remedy="Give one trial per file, as MatchMiner reads it.",
        )
    if not _NCT.fullmatch(str(data.get("nct_id", ""))):
        raise InputError(
            f"nct_id {data.get('nct_id')!r} is no NCT number",
            where=str(path),
            remedy="Trials are named by it.",
        )
    return data


def _status(data: Mapping[str, Any], as_of: str, reading: Reading) -> dict[str, str]:
    word = str(data.get("status") or "").lower()
    status = _STATUS.get(word, "unknown")
    if word and status == "unknown":
        reading.warn("status", f"{word}: not understood; entered as unknown")
    if status != "unknown" and not as_of:
        reading.warn("status", f"{word}: bears no day; entered as unknown (give the day with --as-of)")
        status = "unknown"
    return {"status": status, **({"as_of": as_of} if status != "unknown" else {})}


def _drugs(data: Mapping[str, Any], reading: Reading) -> tuple[list[str], dict[str, Any]]:
    """Return the drugs of the whole trial, by our names, and entries for those the base does not know."""
    new: dict[str, Any] = {}
    held = data.get("drug_list") or {}
    items = held.get("drug") or [] if isinstance(held, Mapping) else held
    names = [item.get("drug_name") if isinstance(item, Mapping) else item for item in _listed(items)]
    for index, name in enumerate(names):
        if not name:
            reading.warn(f"drug_list.drug[{index}]", "names no drug")
    return [_drug(str(name), reading.knowledge, new) for name in names if name], new


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _mappings(value: Any, place: str, reading: Reading) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (place, item) of the mappings in a list; anything else is a warning."""
    for index, item in enumerate(_listed(value)):
        if isinstance(item, Mapping):
            yield f"{place}[{index}]", item
        else:
            reading.warn(f"{place}[{index}]", f"{item!r} is no mapping; nothing is read from it")


def _drug(name: str, knowledge: Knowledge, new: dict[str, Any]) -> str:
    plain = name.strip().lower()
    for therapy in knowledge.therapies.values():
        if plain in (therapy.id, therapy.name.lower(), *(word.lower() for word in therapy.aliases)):
            return therapy.id
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "not_named"
    new[key] = {"name": name.strip()}
    return key


def _arms(
    data: Mapping[str, Any], drugs: list[str], new_drugs: dict[str, Any], reading: Reading
) -> Iterator[dict[str, Any]]:
    listed = data["treatment_list"]
    above = [rule_of(data["match"], "match", reading)] if data.get("match") else []
    if listed.get("match"):
        above.append(rule_of(listed["match"], "treatment_list.match", reading))
    _unread(listed, {"step", "match"}, set(), "treatment_list", reading)
    taken: set[str] = set()
    for place, step in _mappings(listed.get("step"), "treatment_list.step", reading):
        _unread(step, _READ_STEP, _STEP_DESCRIPTION, place, reading)
        here = [*above, rule_of(step["match"], f"{place}.match", reading) if step.get("match") else None]
        for at, arm in _mappings(step.get("arm"), f"{place}.arm", reading):
            made = _arm(arm, at, [rule for rule in here if rule is not None], reading)
            if made is None:
                reading.warn(at, "no match at the arm, its step or the trial; the arm is not imported")
                continue
            listed_drugs = _listed(arm.get("drugs"))
            own = [item.get("name") if isinstance(item, Mapping) else item for item in listed_drugs]
            made["drugs"] = [_drug(str(name), reading.knowledge, new_drugs) for name in own if name] or drugs
            if not made["drugs"]:
                reading.warn(at, "names no drug")
                made["drugs"] = [_drug("not named", reading.knowledge, new_drugs)]
            made["id"] = _free(made["id"], taken)
            yield made


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free)
    return free


def _arm(arm: Mapping[str, Any], place: str, above: list[Rule], reading: Reading) -> dict[str, Any] | None:
    _unread(arm, _READ_ARM, _ARM_DESCRIPTION, place, reading)
    own = rule_of(arm["match"], f"{place}.match", reading) if arm.get("match") else None
    levels = []
    for at, level in _mappings(arm.get("dose_level"), f"{place}.dose_level", reading):
        levels += [reading.open(at, str(key), value) for key, value in level.items() if key not in _LEVEL]
    rules = [*above, *([own] if own is not None else []), *levels]
    if not rules:
        return None
    if own is not None and above:
        reading.warn(place, "has a match of its own and one above it; both are asked")
    suspended = str(arm.get("arm_suspended", "")).upper() in ("Y", "YES", "TRUE")
    name = str(arm.get("arm_description") or arm.get("arm_code") or "Arm")
    when, context = _split(rules)
    parts = [part for part in (when, context) if part is not None]
    compiled = [clause(rule_schema.ClauseRule.model_validate(part)) for part in parts]
    slug = re.sub(r"[^a-z0-9]+", "-", str(arm.get("arm_code") or name).lower()).strip("-") or "arm"
    made: dict[str, Any] = {"id": slug, "name": name, "drugs": [], "when": when}
    if context is not None:
        made["context"] = context
    if suspended:
        reading.warn(place, "is suspended; the note of the arm says so")
        made["note"] = "Suspended according to the file."
    made["cases"] = make_cases(compiled, reading.knowledge)
    return made


def _split(rules: list[Rule]) -> tuple[Rule, Rule | None]:
    """Return (what a gene or biomarker decides, what the clinical context decides) of rules that all hold."""
    flat = _flat(rules)
    context = [rule for rule in flat if _only_context(rule)]
    rest = [rule for rule in flat if not _only_context(rule)]
    if not rest:
        return _all(context), None
    return _all(rest), _all(context) if context else None


def _flat(rules: list[Rule]) -> list[Rule]:
    return [part for rule in rules for part in (_flat(rule["all_of"]) if "all_of" in rule else [rule])]


def _all(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else {"all_of": rules}


def _only_context(rule: Rule) -> bool:
    if "context" in rule:
        return True
    parts = [part for op in ("all_of", "any_of", "none_of") for part in rule.get(op, [])]
    return bool(parts) and all(_only_context(part) for part in parts)


def _unread(
    node: Mapping[str, Any], read: set[str], described: set[str], place: str, reading: Reading
) -> None:
    for key in sorted(map(str, node.keys() - read - described)):
        reading.warn(f"{place}.{key}", "key not understood; it is not among what this program reads")
