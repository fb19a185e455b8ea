"""What could not be taken in: rows without a key, fields that do not fit their type, what a reader set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from sources.contract import Column, Extract
from sources.lake.column_types import decimal_shape
from sources.lake.location import quoted
from sources.lake.rows import record_id, typed_rows, typed_value
from sources.lake.schema import identifier

_GUARD_DIGITS = 6  # binary noise of a float printed as text lies beyond these places, a real digit does not


def write(
    connection: duckdb.DuckDBPyConnection,
    connector_type: str,
    source: str,
    extract: Extract,
    columns: Sequence[Column],
    run_id: str,
    now: datetime,
    *,
    has_keyless: bool,
) -> None:
    """Append the extract's rejects to ``ingest.rejected_rows``; one that is already there is not repeated."""
    parts = []
    if has_keyless:
        parts.append(_keyless(extract, columns))
    if not extract.is_typed:
        parts.append(_untyped(extract, columns))
    parameters: list[object] = []
    if extract.rejects:
        parts.append(
            "select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]),"
            " unnest(?::varchar[])"
        )
        rows = [(r.record_id, r.field_name, r.raw_value, r.reason, r.payload) for r in extract.rejects]
        parameters = [list(values) for values in zip(*rows, strict=True)]
    found = " union all ".join(part for part in parts if part)
    if not found:
        return
    fields = [run_id, connector_type, source, extract.object.name]
    connection.execute(
        f"""
insert into lake.ingest.rejected_rows
with found(record_id, field, raw_value, reason, payload) as ({found}),
hashed as (select distinct *, md5(to_json(found)) as reject_hash from found)
select {", ".join(quoted(value) for value in fields)},
    record_id, field, raw_value, reason, payload, reject_hash, {quoted(now)}::timestamp
from hashed
where reject_hash not in (
    select reject_hash from lake.ingest.rejected_rows
    where _source = {quoted(source)} and object = {quoted(extract.object.name)}
)""",
        parameters,
    )


def _keyless(extract: Extract, columns: Sequence[Column]) -> str:
    """Return a SELECT of the rows whose key is missing."""
    names = ", ".join(extract.object.key)
    return f"""
select null, {quoted(names)}, null, 'no key: the row is kept here only', to_json(payload)
from (select raw as payload, typed.* from {_typed_beside_raw(extract, columns)}) where {record_id(extract.object.key)} is null
"""


def _typed_beside_raw(extract: Extract, columns: Sequence[Column]) -> str:
    """Return a FROM clause with ``raw``, the row as it came, and ``typed``, its key columns typed."""
    by_name = {column.name.lower(): column for column in columns}
    keys = [by_name[name.lower()] for name in extract.object.key]
    values = ", ".join(
        f"{identifier(key.name)} := {_key_value(extract, key)}" for key in keys
    )
    return f"(select raw, struct_pack({values}) as typed from {extract.relation} as raw)"


def _key_value(extract: Extract, key: Column) -> str:
    """Return the expression of a key column as the log types it."""
    return f"raw.{identifier(key.name)}" if extract.is_typed else typed_value(key)


def _untyped(extract: Extract, columns: Sequence[Column]) -> str:
    """Return a SELECT of the fields that do not fit their type, or an empty text when every column is text."""
    findings = [_finding(column) for column in columns if column.type != "VARCHAR"]
    if not findings:
        return ""
    return f"""
select _record_id, finding.field, finding.raw_value, finding.reason, payload
from (
    select {record_id(extract.object.key)} as _record_id, to_json(raw) as payload,
        unnest(list_filter([{", ".join(findings)}], finding -> finding is not null)) as finding
    from (select raw, typed.* from {_typed_beside_raw(extract, columns)})
) where _record_id is not null
"""


def _finding(column: Column) -> str:
    """Return the expression of what is wrong with one text field, NULL when nothing is."""
    raw, typed = f"raw.{identifier(column.name)}", typed_value(column)
    wrong = f"({typed}) is null"
    reason = quoted(f"not a {column.type}: the field is NULL in the log")
    shape = None if column.type.startswith(("U", "T", "S", "I", "B")) else decimal_shape(column.type)
    if shape and sum(shape) + _GUARD_DIGITS <= 38:
        finer = f"try_cast({raw} as decimal({sum(shape) + _GUARD_DIGITS},{shape[1] + _GUARD_DIGITS}))"
        rounded = quoted(f"more places than {column.type}: the log keeps the rounded value")
        reason = f"case when {wrong} then {reason} else {rounded} end"
        wrong = f"({wrong} or {finer} <> {typed})"
    return (
        f"case when nullif({raw}, '') is not null and {wrong} then {{'field': {quoted(column.name)},"
        f" 'raw_value': cast({raw} as varchar), 'reason': {reason}}} end"
    )


