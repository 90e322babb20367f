"""``S.json``: the record of one sample; every other format is a view of it."""

from __future__ import annotations

import json

from netboard.model.result import Interpretation, to_json


def result_json(result: Interpretation) -> str:
    """Return the result as JSON in the order of its fields, ending with a newline.

    Raises
    ------
    ValueError
        When a number is not finite: JSON has no such number, and none must reach a reader as text.
    """
    return json.dumps(to_json(result), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
