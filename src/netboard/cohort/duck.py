"""The one place that imports DuckDB."""

from __future__ import annotations

from typing import Any

from netboard.errors import ConfigError


def connect() -> Any:
    """Return a private DuckDB connection that never reaches for the network.

    Raises
    ------
    ConfigError
        When the extra ``cohort`` is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise ConfigError(
            "cohorts need the package duckdb, which is not installed",
            remedy="Install it with: pip install 'netboard[cohort]'",
        ) from None
    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": 2,
            "memory_limit": "1GB",
        },
    )


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def quoted_list(texts: list[str]) -> str:
    """Return paths as an SQL list literal; none of them is read as a pattern."""
    return f"[{', '.join(quoted(_literal(text)) for text in texts)}]"


def _literal(path: str) -> str:
    """Keep characters that DuckDB would take for a glob pattern as they are."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)
