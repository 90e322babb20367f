"""YAML with line numbers, so that every error of the knowledge base names file, line and key.

Only the plain part of YAML is understood: mappings, lists and scalars. A plain ``yes`` or ``no`` is a
word, never a truth value; anchors, aliases and tags are refused, since a curator who reads one file
must see all that it says. Duplicate keys are an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netboard.errors import KnowledgeError

#: Keys and list indices from the top of a document to a value.
Location = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
#: Tags that a reader gives to plain scalars by itself; any other was written and is refused.
_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = ("", "str", "int", "float", "bool", "null", "timestamp", "value", "merge")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one YAML file, with the 1-based line of every key and list item."""

    path: Path
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)

    def line(self, location: Location) -> int:
        """Return the line of ``location``, or of the nearest place above it that the file holds."""
        for length in range(len(location), -1, -1):
            found = self.lines.get(location[:length])
            if found is not None:
                return found
        return 1

    def where(self, location: Location) -> str:
        """Return ``file:line`` of ``location``."""
        return f"{self.path}:{self.line(location)}"


def read_document(path: Path) -> Document:
    """Return the YAML document of ``path``.

    Raises
    ------
    KnowledgeError
        When the file cannot be read, is not UTF-8, is not YAML, or uses a part of YAML that the
        knowledge base does not.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"not UTF-8 text ({error.reason})", where=str(path)) from None
    except OSError as error:
        raise KnowledgeError(f"cannot be read ({error.strerror})", where=str(path)) from None
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        what = error.problem or error.context or "not YAML"
        raise KnowledgeError(f"not YAML: {what}", where=f"{path}:{line}") from None
    except YAMLError as error:
        raise KnowledgeError(f"not YAML: {error}", where=str(path)) from None
    if node is None:
        raise KnowledgeError("holds nothing", where=f"{path}:1", remedy="Fill it in or remove it.")
    builder = _Builder(path)
    data = builder.build(node, ())
    return Document(path, data, builder.lines)


class _Builder:
    """Turns composed nodes into plain data, noting the line of each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self._seen: set[int] = set()

    def build(self, node: Any, location: Location) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(location, line)
        if id(node) in self._seen:
            raise self._error(line, "anchors and aliases are not used here", "Write the value out.")
        self._seen.add(id(node))
        kind = type(node).__name__
        if kind == "MappingNode":
            return self._mapping(node, location)
        if kind == "SequenceNode":
            return [self.build(item, (*location, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: Any, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if type(key_node).__name__ != "ScalarNode":
                raise self._error(line, "a key is not a plain word")
            key = str(key_node.value)
            if key in result:
                raise self._error(line, f"key {key!r} stands twice", "Keep one of them.")
            self.lines[(*location, key)] = line
            result[key] = self.build(value_node, (*location, key))
        return result

    def _scalar(self, node: Any, line: int) -> Any:
        text = str(node.value)
        tag = str(getattr(node, "tag", "") or "")
        if tag.removeprefix(_STANDARD) not in _PLAIN_TAGS:
            raise self._error(line, f"tag {tag!r} is not used here", "Write the plain value.")
        if node.style is not None and node.style != "":
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text) and not text.lstrip("+-").startswith("00"):
            return float(text)
        return text

    def _error(self, line: int, what: str, remedy: str = "") -> KnowledgeError:
        return KnowledgeError(what, where=f"{self.path}:{line}", remedy=remedy)
