"""Reading stored results (``S.json``) back."""

from __future__ import annotations

import json
from pathlib import Path

from netboard.errors import InputError
from netboard.model.result import SCHEMA_VERSION, Interpretation, from_json


def read_result(path: str | Path) -> Interpretation:
    """Return the interpretation that a file stores.

    Raises
    ------
    InputError
        When the file is missing, is no result of netboard, or is of another major schema version.
    """
    place = str(path)
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the result cannot be read ({error.strerror})", where=place) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"not JSON ({error})", where=place, remedy="Give the S.json that `netboard run` wrote."
        ) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if not isinstance(version, str):
        raise InputError("not a result of netboard (no schema_version)", where=place)
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise InputError(
            f"schema version {version} cannot be read by this netboard ({SCHEMA_VERSION})",
            where=place,
            remedy="Run the VCF again, or use the netboard version that wrote it.",
        )
    try:
        return from_json(data)
    except (ValueError, KeyError, AttributeError) as error:
        raise InputError(f"a damaged result ({error})", where=place, remedy="Run the VCF again.") from None
