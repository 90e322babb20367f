"""A ``match`` tree of CTML (the Clinical Trial Markup Language of MatchMiner) as a rule of ours.

Our rules have three values where CTML has two: what an assay could not see is unknown. A criterion that
this program cannot ask (an age, an exon, a word it does not know) is never left out, since a rule without it
would fit too many patients; it becomes a biomarker of its own that nobody has measured, so that the arm
stays unknown and says what to look up. Each such key is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netboard.model.evidence import Knowledge

Rule = dict[str, Any]

_AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
_SUBSTITUTION = re.compile(r"(?:p\.)?([A-Z])([0-9]+)([A-Z])")
_RESIDUE = re.compile(r"(?:p\.)?([A-Z])([0-9]+)")
_AT_LEAST = re.compile(r"\s*>=\s*([0-9]+(?:\.[0-9]+)?)\s*")

#: Words of ``variant_category`` and the events that they are.
_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "mutation": ("mutation",),
    "copy number variation": ("amplification", "deletion"),
    "cnv": ("amplification", "deletion"),
    "structural variation": ("rearrangement",),
    "sv": ("rearrangement",),
    "any variation": ("mutation", "amplification", "deletion", "rearrangement"),
}
_CALLS: Mapping[str, str] = {
    "high amplification": "amplification",
    "amplification": "amplification",
    "homozygous deletion": "deletion",
}
#: MAF words of ``variant_classification``.
_CLASSES: Mapping[str, str] = {
    "missense_mutation": "missense",
    "missense": "missense",
    "nonsense_mutation": "truncating",
    "frame_shift_del": "truncating",
    "frame_shift_ins": "truncating",
    "in_frame_del": "in_frame",
    "in_frame_ins": "in_frame",
    "splice_site": "splice",
    "translation_start_site": "start_loss",
}
#: Keys and words that are a biomarker of ours: (biomarker, what it equals).
_STATES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("mmr_status", "mmr-deficient"): ("mmr", "deficient"),
    ("mmr_status", "mmr-proficient"): ("mmr", "proficient"),
    ("ms_status", "msi-h"): ("msi", "high"),
    ("ms_status", "mss"): ("msi", "stable"),
}
_BURDEN = "tmb"
_TRUE, _FALSE = ("true", "yes", "y"), ("false", "no", "n", "none", "")
_SOLID = "_SOLID_"


@dataclass(slots=True)
class Reading:
    """What was met while a file was read: warnings, and criteria that only a person can settle."""

    knowledge: Knowledge
    warnings: list[str] = field(default_factory=list)
    #: Biomarkers to be written beside the trial: id to entry.
    open_criteria: dict[str, dict[str, Any]] = field(default_factory=dict)

    def warn(self, place: str, text: str) -> None:
        """Note a warning at a place of the file, once."""
        line = f"{place}: {text}"
        if line not in self.warnings:
            self.warnings.append(line)

    def open(self, place: str, key: str, value: Any, why: str = "key not understood") -> Rule:
        """Return a clause that stays unknown until a person looks ``key`` up, and warn."""
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        self.warn(place, f"{key}: {shown}: {why}; kept as a criterion that stays unknown")
        slug = re.sub(r"[^a-z0-9]+", "_", f"{key} {shown}".lower()).strip("_")
        name = f"ctml_{slug}"[:80]
        self.open_criteria[name] = {
            "name": f"{key.replace('_', ' ')}: {shown}",
            "measured_by": "clinical",
            "settled_by": f"the patient's record: {key.replace('_', ' ')} {shown}",
        }
        return {"biomarker": {"name": name, "equals": "yes"}}


def rule_of(node: Any, place: str, reading: Reading) -> Rule | None:
    """Return the rule that a ``match`` node is, or None for an empty one."""
    if isinstance(node, list):
        return _join("all_of", [rule_of(item, f"{place}[{at}]", reading) for at, item in enumerate(node)])
    if not isinstance(node, Mapping):
        return reading.open(place, "match", node, "no mapping of criteria")
    if not node:
        reading.warn(place, "is empty; it asks for nothing")
    parts = []
    for key, value in node.items():
        here = f"{place}.{key}"
        if key in ("and", "or"):
            items = value if isinstance(value, list) else [value]
            inner = [rule_of(item, f"{here}[{at}]", reading) for at, item in enumerate(items)]
            parts.append(_join("all_of" if key == "and" else "any_of", inner))
        elif key == "genomic" and isinstance(value, Mapping):
            parts.append(_genomic(dict(value), here, reading))
        elif key == "clinical" and isinstance(value, Mapping):
            parts.append(_clinical(dict(value), here, reading))
        else:
            parts.append(reading.open(place, str(key), value))
    return _join("all_of", parts)


def _join(op: str, parts: list[Rule | None]) -> Rule | None:
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else {op: kept}


def _negated(value: Any) -> tuple[Any, bool]:
    if isinstance(value, str) and value.startswith("!"):
        return value[1:], True
    return value, False


def _not(rule: Rule, negated: bool) -> Rule:
    return {"none_of": [rule]} if negated else rule


# ---------------------------------------------------------------- genomic


def _genomic(node: dict[str, Any], place: str, reading: Reading) -> Rule | None:
    parts: list[Rule | None] = []
    if not node:
        reading.warn(place, "is empty; it asks for nothing")
    gene, not_gene = _negated(node.pop("hugo_symbol", ""))
    if gene:
        parts.append(_gene(str(gene), not_gene, node, place, reading))
    else:
        # A criterion about the whole tumour; a category beside it says the same once more.
        category = str(node.get("variant_category", ""))
        if node.keys() - {"variant_category"} and category.lower() in ("signature", ""):
            node.pop("variant_category", None)
    for key, value in node.items():
        word, negated = _negated(value)
        state = _STATES.get((key, str(word).lower()))
        if state is not None and state[0] in reading.knowledge.biomarkers:
            parts.append(_not({"biomarker": {"name": state[0], "equals": state[1]}}, negated))
        else:
            parts.append(reading.open(place, str(key), value))
    return _join("all_of", parts)


def _gene(gene: str, negated: bool, node: dict[str, Any], place: str, reading: Reading) -> Rule:
    """Return the clause on a gene, taking the keys it understands out of ``node``."""
    if gene not in reading.knowledge.panel.genes:
        told = {"hugo_symbol": gene, **node}
        node.clear()
        text = " ".join(f"{key} {value}" for key, value in told.items())
        return _not(reading.open(place, "genomic", text, f"{gene} is not on the panel"), negated)
    category, not_category = _negated(node.pop("variant_category", "Any Variation"))
    events: tuple[str, ...] | None = _CATEGORIES.get(str(category).lower())
    if events is None:
        return _not(reading.open(place, f"{gene} variant_category", category), negated != not_category)
    extra: list[Rule] = []
    call = node.get("cnv_call")
    if call is not None and str(call).lower() in _CALLS:
        events = (_CALLS[str(node.pop("cnv_call")).lower()],)
    kind = node.get("variant_classification")
    if kind is not None and str(kind).lower() in _CLASSES:
        events = (_CLASSES[str(node.pop("variant_classification")).lower()],)
        if events == ("truncating",):
            reading.warn(place, f"variant_classification: {kind}: read as any truncating change")
    alleles = _alleles(node, place, gene, reading)
    if alleles:
        events = ("hotspot", "missense")
    event: Rule = {"gene": [gene], "is": list(events), **({"alleles": alleles} if alleles else {})}
    rule: Rule = {"event": event}
    wild = str(node.get("wildtype", "")).lower()
    if wild in (*_TRUE, *_FALSE):
        node.pop("wildtype", None)
    if wild in _TRUE:
        rule = {"none_of": [rule]}
    for key in [key for key in node if (key, str(_negated(node[key])[0]).lower()) not in _STATES]:
        extra.append(reading.open(f"{place} ({gene})", key, node.pop(key)))
    joined = _join("all_of", [_not(rule, negated != not_category), *extra])
    assert joined is not None
    return joined


def _alleles(node: dict[str, Any], place: str, gene: str, reading: Reading) -> list[str]:
    """Return the named changes of a gene; a residue stands for each of its nineteen substitutions."""
    exact = _SUBSTITUTION.fullmatch(str(node.get("protein_change", "")))
    if exact is not None:
        node.pop("protein_change")
        return ["".join(exact.groups())]
    residue = _RESIDUE.fullmatch(str(node.get("wildcard_protein_change", "")))
    if residue is not None:
        node.pop("wildcard_protein_change")
        reading.warn(place, f"wildcard_protein_change of {gene}: read as any substitution of the residue")
        first, number = residue.groups()
        return [f"{first}{number}{other}" for other in _AMINO_ACIDS if other != first]
    return []


# ---------------------------------------------------------------- clinical


def _clinical(node: dict[str, Any], place: str, reading: Reading) -> Rule | None:
    parts: list[Rule | None] = []
    if not node:
        reading.warn(place, "is empty; it asks for nothing")
    for key, value in node.items():
        if key == "oncotree_primary_diagnosis":
            parts.append(_diagnosis(value, place, reading))
            continue
        cut = _AT_LEAST.fullmatch(str(value)) if key == "tmb_numerical" else None
        if cut is not None and _BURDEN in reading.knowledge.biomarkers:
            parts.append({"biomarker": {"name": _BURDEN, "at_least": float(cut.group(1))}})
            continue
        parts.append(reading.open(place, str(key), value))
    return _join("all_of", parts)


def _diagnosis(value: Any, place: str, reading: Reading) -> Rule:
    values = value if isinstance(value, list) else [value]
    wanted: list[str] = []
    parts: list[Rule] = []
    for item in values:
        word, negated = _negated(str(item))
        code = _code(word, reading.knowledge)
        if code is None:
            parts.append(
                _not(reading.open(place, "oncotree_primary_diagnosis", word, "type not known"), negated)
            )
        elif negated:
            parts.append({"none_of": [{"context": {"tumour_type": [code]}}]})
        else:
            wanted.append(code)
    if wanted:
        parts.append({"context": {"tumour_type": wanted}})
    joined = _join("any_of", list(parts))
    assert joined is not None
    return joined


def _code(word: str, knowledge: Knowledge) -> str | None:
    """Return our code of an OncoTree name, code or CTML group, or None."""
    if word == _SOLID:
        return "SOLID" if "SOLID" in knowledge.tumour_types else None
    if word in knowledge.tumour_types:
        return word
    plain = word.strip().lower()
    return next((code for code, item in knowledge.tumour_types.items() if item.name.lower() == plain), None)
