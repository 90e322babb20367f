"""Reading YAML with lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netboard.errors import KnowledgeError
from netboard.knowledge.yamlfile import read_document


def _read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path).data


def test_yes_and_no_are_words_and_only_true_and_false_are_truth_values(tmp_path: Path) -> None:
    assert _read(tmp_path, "a: yes\nb: no\nc: true\nd: on\n") == {"a": "yes", "b": "no", "c": True, "d": "on"}


def test_what_looks_like_a_number_is_one_unless_it_is_quoted_or_starts_with_nought(tmp_path: Path) -> None:
    found = _read(tmp_path, 'a: 12\nb: "12"\nc: 0.95\nd: 007\ne: 2026-11-24\nf: -3\n')
    assert found == {"a": 12, "b": "12", "c": 0.95, "d": "007", "e": "2026-11-24", "f": -3}


def test_each_key_and_item_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("top:\n  - name: a\n  - name: b\n    more: [1,\n      2]\n", encoding="utf-8")
    document = read_document(path)
    assert document.line(("top", 1, "more")) == 4
    assert document.line(("top", 1, "more", 1)) == 5
    assert document.line(("top", 1, "absent")) == 3


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\na: 2\n", 2, "key 'a' stands twice"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        ("a: 1\nb: [1, 2\n", 3, "not YAML"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("? [a, b]\n: 1\n", 1, "not a plain word"),
        ("", 1, "holds nothing"),
    ],
)
def test_what_is_not_plain_yaml_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, part: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        _read(tmp_path, text)
    assert caught.value.where == f"{tmp_path / 'file.yaml'}:{line}"
    assert part in str(caught.value)


def test_a_file_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("a: caf\xe9\n".encode("latin-1"))
    with pytest.raises(KnowledgeError, match="not UTF-8"):
        read_document(path)


_WORDS = st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=12)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS.filter(bool), inner, max_size=4),
    max_leaves=15,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_VALUES.filter(lambda value: value is not None))
def test_json_is_read_as_json(tmp_path: Path, value: object) -> None:
    assert _read(tmp_path, json.dumps(value)) == value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    refused = None
    try:
        read_document(path)
    except KnowledgeError as error:
        refused = error
    assert refused is None or str(path) in refused.where
