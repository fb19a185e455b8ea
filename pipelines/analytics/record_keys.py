"""A record's key as SQL: one text of its four parts, as `record_id` of the dbt project writes it."""

from __future__ import annotations


def key_of(alias: str = "", *, other: bool = False) -> str:
    """Return the key of the record that a row of the registry names, or of the ``other`` one that it names.

    ``alias`` is the row's table in the query, where it has one.
    """
    before = f"{alias}." if alias else ""
    prefix = "other_" if other else ""
    parts = ("source_system", "source_instance", "entity", "source_record_id")
    return f"concat_ws('|', {', '.join(f'{before}{prefix}{part}' for part in parts)})"
