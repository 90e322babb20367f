"""JSON Schemas of the YAML files, for editors that check while a curator types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from netboard.knowledge.schema import KINDS
from netboard.output import write_atomic


def editor_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of knowledge file (a key of :data:`netboard.knowledge.schema.KINDS`)."""
    document = KINDS[kind].model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_lists_may_be_single(document),
        "title": f"netboard knowledge: {kind}",
    }


def write_editor_schemas(directory: Path) -> list[Path]:
    """Write every schema as ``KIND.schema.json`` into ``directory``; return the paths."""
    written = []
    for kind in KINDS:
        path = directory / f"{kind}.schema.json"
        write_atomic(path, json.dumps(editor_schema(kind), indent=1, ensure_ascii=False) + "\n")
        written.append(path)
    return written


def header(name: str) -> str:
    """Return the first line of a knowledge file ``name`` (as inside its directory) for YAML editors."""
    folder, _, file = name.rpartition("/")
    kind = _FOLDER_KINDS.get(folder, file.removesuffix(".yaml"))
    return f"# yaml-language-server: $schema={'../' if folder else ''}schemas/{kind}.schema.json\n"


_FOLDER_KINDS = {"genes": "gene", "assertions": "assertion", "trials": "trial"}


def _lists_may_be_single(node: Any) -> Any:
    """Let a lone word stand where a list of words belongs, as the reader does."""
    if isinstance(node, list):
        return [_lists_may_be_single(item) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _lists_may_be_single(value) for key, value in node.items()}
    items = inner.get("items")
    if inner.get("type") == "array" and isinstance(items, dict) and items.get("type") == "string":
        outer = {key: inner.pop(key) for key in ("title", "default", "description") if key in inner}
        return {**outer, "anyOf": [inner, items]}
    return inner
