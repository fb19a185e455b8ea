"""Names and values as SQL text. Which SQL they stand in belongs to whoever writes it."""

from __future__ import annotations

from datetime import datetime


def identifier(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: object) -> str:
    """Return ``text`` as a SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def literal(value: str | int | datetime | None) -> str:
    """Return a value as a SQL literal.

    Used instead of ``?`` where values are few: DuckDB's first bound parameter imports pandas, which costs a second.
    """
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f"timestamp {quoted(value)}"
    return quoted(value) if isinstance(value, str) else str(value)
