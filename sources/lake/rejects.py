"""What could not be taken in: rows without a key, fields that do not fit, failed checks, what a reader set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from sources.contract import Column, Extract
from sources.lake.column_types import decimal_shape, is_integer
from sources.lake.comparison import Appended
from sources.lake.rows import record_id, typed_rows, typed_value
from sources.quoting import identifier, quoted

_GUARD_DIGITS = 6  # binary noise of a float printed as text lies beyond these places, a real digit does not
# the row as it came: a column that a source calls raw or typed must not take its place in the payload
_ROW = '"the whole row"'
_WIDEST = 38
_READER_ROWS = "select " + ", ".join(["unnest(?::varchar[])"] * 5)


def write(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    columns: Sequence[Column],
    *,
    run: Sequence[str],
    now: datetime,
    found: Appended,
) -> None:
    """Append the extract's rejects to ``ingest.rejected_rows``; one that is already there is not repeated.

    Args:
        run: run id, connector type and source.
        now: the commit's time, naive UTC.
        found: what the commit made of the rows; spares a scan for rows without a key where there are none.
    """
    parts = _keyless(extract, columns) if found.keyless else []
    parts += _clashing(extract) if found.clashing else []
    parts += _unfit(extract, columns) + _unchecked(extract, columns)
    parameters: list[object] = []
    if extract.rejects:
        parts.append(_READER_ROWS)
        rows = [(r.record_id, r.field_name, r.raw_value, r.reason, r.payload) for r in extract.rejects]
        parameters = [list(values) for values in zip(*rows, strict=True)]
    if not parts:
        return
    connection.execute(
        "create or replace temp table lake_rejects as"
        f" with found(record_id, field, raw_value, reason, payload) as ({' union all '.join(parts)})"
        " select distinct *, md5(to_json(found)) as reject_hash from found",
        *([parameters] if parameters else []),
    )
    if not connection.execute("select 1 from temp.lake_rejects limit 1").fetchone():
        return
    source, obj = quoted(run[2]), quoted(extract.object.name)
    connection.execute(f"""
insert into lake.ingest.rejected_rows
select {", ".join(quoted(value) for value in run)}, {obj},
    record_id, field, raw_value, reason, payload, reject_hash, {quoted(now)}::timestamp
from temp.lake_rejects
where reject_hash not in (
    select reject_hash from lake.ingest.rejected_rows where _source = {source} and object = {obj}
)""")


def _keyless(extract: Extract, columns: Sequence[Column]) -> list[str]:
    """Return a SELECT of the rows whose key is missing."""
    names = quoted(", ".join(extract.object.key))
    return [
        f"select null, {names}, null, 'no key: the row is kept here only', to_json({_ROW})::varchar"
        f" from ({_with_key(extract, columns)}) where _record_id is null"
    ]


def _clashing(extract: Extract) -> list[str]:
    """Return a SELECT of the rows that share their key and change time with another that was kept."""
    names = quoted(", ".join(extract.object.key))
    reason = "another row has this key, and no later change time tells them apart: the row is kept here only"
    return [f"select null, {names}, _record_id, {quoted(reason)}, payload from temp.lake_clashes"]


def _with_key(extract: Extract, columns: Sequence[Column], findings: Sequence[str] = ()) -> str:
    """Return a SELECT of the whole row as it came, ``_record_id`` from its typed key, and ``findings``."""
    by_name = {column.name.lower(): column for column in columns}
    keys = [by_name[name.lower()] for name in extract.object.key]
    values = [f"raw.{identifier(key.name)}" if extract.is_typed else typed_value(key) for key in keys]
    packed = ", ".join(f"{identifier(key.name)} := {value}" for key, value in zip(keys, values, strict=True))
    return f"""
select {_ROW}, findings, {record_id(extract.object.key)} as _record_id
from (
    select {_ROW}, [{", ".join(findings)}] as findings, unnest(struct_pack({packed}))
    from (select {_ROW}, {_ROW}.* from {extract.relation} as {_ROW}) as raw
)"""


def _unfit(extract: Extract, columns: Sequence[Column]) -> list[str]:
    """Return a SELECT of the text fields that do not fit their type, where any can fail to."""
    failable = [column for column in columns if column.type != "VARCHAR" or column.parse is not None]
    if extract.is_typed or not failable:
        return []
    findings = [_finding(column) for column in failable]
    # most rows are fit: they are passed over before anything is made of them
    suspects = f"(select * from {extract.relation} as raw where {' or '.join(_misfits(column) for column in failable)})"
    return [
        f"""
select _record_id, finding.field, finding.raw_value, finding.reason, to_json({_ROW})::varchar
from (
    select {_ROW}, _record_id, unnest(list_filter(findings, lambda found: found is not null)) as finding
    from ({_with_key(replace(extract, relation=suspects), columns, findings)})
) where _record_id is not null"""
    ]


def _finding(column: Column) -> str:
    """Return the expression of what is wrong with one text field, NULL when nothing is."""
    raw = f"raw.{identifier(column.name)}"
    reason = quoted(f"not a {column.type}: the field is NULL in the log")
    if _is_rounded(column):
        rounded = quoted(f"more places than {column.type}: the log keeps the rounded value")
        reason = f"case when ({typed_value(column)}) is null then {reason} else {rounded} end"
    return (
        f"case when {_misfits(column)} then"
        f" {{'field': {quoted(column.name)}, 'raw_value': cast({raw} as varchar), 'reason': {reason}}} end"
    )


def _misfits(column: Column) -> str:
    """Return the condition that a text field holds something that its type does not keep, or not exactly."""
    rounded = _is_rounded(column)
    wrong = f"({typed_value(column)}) is null" + (f" or {rounded}" if rounded else "")
    return f"(nullif(cast(raw.{identifier(column.name)} as varchar), '') is not null and ({wrong}))"


def _is_rounded(column: Column) -> str | None:
    """Return the condition that a decimal has more places than its column, or None where none can be had.

    Only text with more of them is cast to a wider decimal, which costs ten times what the cast to its own does. A
    number that no wider one has room for is told by its digits.
    """
    number = f"cast(raw.{identifier(column.name)} as varchar)" if column.parse is None else column.plain
    shape = None if number is None or is_integer(column.type) else decimal_shape(column.type)
    if not shape or shape[1] == _WIDEST:
        return None
    places = min(shape[1] + _GUARD_DIGITS, _WIDEST)
    wider = f"decimal({min(shape[0] + places, _WIDEST)},{places})"
    differs = f"try_cast({number} as {wider}) <> try_cast({typed_value(column)} as {wider})"
    point = f"strpos({number}, '.')"
    has_places = f"{point} > 0 and length({number}) - {point} > {shape[1]}"
    digits = f"regexp_matches({number}, '[.][0-9]{{{shape[1]}}}[0-9]*[1-9]')"
    return (
        f"case when ({has_places}) or contains(lower({number}), 'e') then coalesce({differs}, {digits}) else false end"
    )


def _unchecked(extract: Extract, columns: Sequence[Column]) -> list[str]:
    """Return one SELECT per check of the rows that fail it."""
    return [
        f"select {record_id(extract.object.key)}, {quoted(check.field)}, cast(({check.raw_value}) as varchar),"
        f" {quoted(check.reason)}, to_json({_ROW})::varchar from ({typed_rows(extract, columns)}) as {_ROW}"
        f" where ({check.fails}) and {record_id(extract.object.key)} is not null"
        for check in extract.checks
    ]
