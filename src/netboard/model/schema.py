"""JSON Schema of ``S.json``, derived from the nouns of :mod:`netboard.model.result`.

Deriving it keeps schema and code from drifting apart: a field cannot be written that the schema does
not know. The schema is additive: unknown fields are allowed, so that a reader of an older version
accepts a newer file of the same major version.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from netboard.model.effect import NMD_RULES
from netboard.model.evidence import Truth
from netboard.model.result import SCHEMA_VERSION, Interpretation

_ENUMS: Mapping[tuple[str, str], tuple[str | None, ...]] = {
    ("Finding", "type"): ("small_variant", "copy_number", "rearrangement"),
    ("Finding", "event"): (
        "truncating", "splice", "start_loss", "in_frame", "missense", "hotspot", "promoter", "synonymous",
        "undetermined", "deletion", "loss_of_heterozygosity", "amplification", "fusion", "disruption",
    ),
    ("Finding", "nmd_rule"): (*NMD_RULES, None),
    ("Finding", "support"): ("adequate", "low", "unknown"),
    ("Finding", "origin"): ("somatic", "germline_suspect", "unknown"),
    ("Finding", "ref_check"): ("agree", "disagree", "unverifiable"),
    ("TherapyLine", "match"): ("yes", "unknown"),
    ("TherapyLine", "direction"): ("sensitivity", "resistance", "no_benefit", "unclear"),
    ("TherapyLine", "context_match"): ("same_tumour", "other_net", "other_tumour", "preclinical", "unknown"),
    ("TherapyLine", "standing"): (
        "", "approved_here", "approved_elsewhere", "approval_open", "preclinical", "no_approval_entered",
    ),
    ("TrialLine", "status_state"): ("", "current", "not_current", "not_dated", "historical"),
    ("PrognosisLine", "match"): ("yes", "related", "unknown"),
    ("SubgroupLine", "state"): ("yes", "unknown", "no", "not_assessable"),
    **{
        ("GeneAssessment", scope): ("altered", "assessed", "partly", "not_assessed", "undeclared")
        for scope in ("small_variants", "copy_number", "fusions", "promoter")
    },
}  # fmt: skip


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one sample's result."""
    definitions: dict[str, Any] = {}
    root = _object(Interpretation, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "netboard result of one sample",
        "description": f"schema_version {SCHEMA_VERSION}; fields may be added within a major version",
        **root,
        "$defs": definitions,
    }


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    properties = {}
    required = []
    for f in fields(kind):
        shape = _shape(hints[f.name], definitions)
        values = _ENUMS.get((kind.__name__, f.name))
        if values is not None:
            shape = {"enum": list(values)}
        properties[f.name] = shape
        if f.default is MISSING and f.default_factory is MISSING:
            required.append(f.name)
    if kind is Interpretation:
        required.append("schema_version")
        properties["schema_version"] = {"type": "string", "pattern": r"^1\.\d+\.\d+$"}
        properties["counts"] = _COUNTS
    return {"type": "object", "properties": properties, "required": required}


_COUNTS = {
    "type": "object",
    "required": ["records", "in_targets", "kept", "skipped", "contigs_seen"],
    "properties": {
        "records": {"type": ["integer", "null"]},
        "in_targets": {"type": "integer", "minimum": 0},
        "kept": {"type": "integer", "minimum": 0},
        "skipped": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        "contigs_seen": {"type": "array", "items": {"type": "string"}},
    },
}

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _shape(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        options = [
            {"type": "null"} if arg is type(None) else _shape(arg, definitions)
            for arg in typing.get_args(hint)
        ]
        return {"anyOf": options}
    if origin is tuple:
        return {"type": "array", "items": _shape(typing.get_args(hint)[0], definitions)}
    if hint is Truth:
        return {"enum": [value.value for value in Truth]}
    if is_dataclass(hint):
        name = typing.cast(type, hint).__name__
        if name not in definitions:
            definitions[name] = {}  # a placeholder, since a proof holds proofs
            definitions[name] = _object(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if origin is not None or hint is Mapping:
        return {"type": "object"}
    return {}
