"""The SQL that turns a staged relation into change-log rows: typing, key, change time, operation, hash.

Everything here returns SQL text; running it belongs to ``changes``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sources.contract import Column, Extract
from sources.lake.column_types import is_integer
from sources.lake.schema import Placed
from sources.quoting import identifier, quoted


def typed_value(column: Column) -> str:
    """Return the expression that types the text column ``raw.<name>``; NULL where that would lose the value.

    A column's own ``parse`` comes first. An empty text is a missing value for every type but VARCHAR.
    A decimal with more places than its type is rounded (``rejects`` keeps the unrounded text); an integer with a
    fraction is not an integer.
    """
    raw = f"raw.{identifier(column.name)}"
    if column.parse is not None:
        return f"cast(({column.parse}) as {column.type})"
    if column.type == "VARCHAR":
        return f"cast({raw} as varchar)"
    if is_integer(column.type):
        value = f"try_cast({raw} as {column.type})"
        return f"case when cast({value} as double) = try_cast({raw} as double) then {value} end"
    if column.type == "TIMESTAMP":
        # a direct cast would drop the offset of 2024-01-01T10:00:00+02:00 in silence
        return f"cast(try_cast({raw} as timestamptz) as timestamp)"
    return f"try_cast({raw} as {column.type})"


def typed_rows(extract: Extract, columns: Sequence[Column]) -> str:
    """Return a SELECT with every column of ``columns``, typed, and declared but vanished columns as NULL."""
    if extract.is_typed:
        values = [_cast(f"raw.{identifier(column.name)}", column.type) for column in columns]
    else:
        values = [typed_value(column) for column in columns]
    selected = [f"{value} as {identifier(column.name)}" for value, column in zip(values, columns, strict=True)]
    present = {column.name.lower() for column in columns}
    for column in extract.object.columns:
        if column.name.lower() not in present:
            selected.append(f"cast(null as {column.type}) as {identifier(column.name)}")
    return f"select {', '.join(selected)} from {extract.relation} as raw"


def _cast(expression: str, type_name: str) -> str:
    """Return a cast; DuckDB removes it where the type is already right."""
    return f"cast({expression} as {type_name})"


def record_id(key: Sequence[str]) -> str:
    """Return the expression of ``_record_id``; NULL when any part of the key is missing or empty."""
    parts = [f"nullif(cast({identifier(name)} as varchar), '')" for name in key]
    if len(parts) == 1:
        return parts[0]
    # a bar inside a part is escaped, or ('a|b', 'c') and ('a', 'b|c') would be one record
    escaped = [rf"replace(replace({part}, '\', '\\'), '|', '\|')" for part in parts]
    return " || '|' || ".join(escaped)


def modified_at(cursor: str | None, columns: Sequence[Column]) -> str:
    """Return the expression of ``_source_modified_at`` in naive UTC; NULL where the cursor is no time."""
    types = {column.name.lower(): column.type for column in columns}
    type_name = types.get(cursor.lower(), "") if cursor else ""
    if not cursor or not (type_name == "VARCHAR" or type_name == "DATE" or type_name.startswith("TIMESTAMP")):
        return "cast(null as timestamp)"
    name = identifier(cursor)
    if type_name == "VARCHAR":
        return f"cast(try_cast({name} as timestamptz) as timestamp)"
    return f"cast({name} as timestamp)"


def row_hash(placed: Sequence[Placed]) -> str:
    """Return the expression of ``_row_hash`` over the lake columns: 64 bits as hexadecimal text.

    DuckDB combines several arguments by an exclusive or; the outer hash keeps values that swap columns apart.
    Every value that is not NULL contributes a hash salted with its column's name, and the contributions are
    combined without order: columns may come in any order, NULL is not '', and a column added later leaves the
    hash of rows without a value in it alone. A hash is only ever compared with that of the same record's last
    row, so 64 bits miss one change in 1.8e19. A value hashes alike before and after its column widened: in the first
    of the column's types that holds it.
    """
    terms = [
        f"case when {identifier(column.name)} is null then 0::ubigint else {_value_hash(column)} end"
        for column in placed
    ]
    combined = "0::ubigint"
    for term in terms:
        combined = f"xor({combined}, {term})"
    return f"to_hex({combined})"


def _value_hash(column: Placed) -> str:
    """Return the hash of a value that is not NULL, salted with its column's name."""
    name, salt = identifier(column.name), quoted(column.name.lower())
    hashed = f"hash(hash({_hashable(name, column.type)}, {salt}))"
    for former in reversed(column.former):
        value = f"try_cast({name} as {former})"
        same = f"hash(hash({_hashable(value, former)}, {salt}))"
        hashed = f"case when try_cast({value} as {column.type}) = {name} then {same} else {hashed} end"
    return hashed


def _hashable(value: str, type_name: str) -> str:
    """Return the value in a type that hashes alike whatever width its column has."""
    if is_integer(type_name):
        return value if type_name == "UBIGINT" else f"cast({value} as bigint)"
    if type_name == "FLOAT":
        return f"cast({value} as double)"
    return value


# What tells a record's states apart; with ``_row_key`` beside it, 128 bits stand for (record, state).
STATE = "hash(_op, _delete_reason, _merged_into, _row_hash)"
KEY = "hash(_record_id)"


def log_rows(extract: Extract, columns: Sequence[Column], placed: Sequence[Placed]) -> str:
    """Return a SELECT of the lake columns and the row's state, one row per row of the extract.

    Besides the technical columns it has ``_row_order`` (ranks versions of one record in the extract),
    ``_row_key`` and ``_row_state`` (64-bit stand-ins for the record and its state; NULL key, NULL record).
    """
    obj = extract.object
    merged = f"nullif(cast({identifier(obj.merged_into)} as varchar), '')" if obj.merged_into else "null::varchar"
    deleted = f"coalesce(cast(({obj.deleted_when}) as boolean), false)" if obj.deleted_when else "false"
    order = identifier(obj.cursor) if obj.cursor and _has(columns, obj.cursor) else "null::timestamp"
    own = ", ".join(identifier(column.name) for column in placed)
    stored = ", ".join(
        f"{_cast(identifier(column.source), column.type)} as {identifier(column.name)}" for column in placed
    )
    return f"""
with typed as ({typed_rows(extract, columns)}),
described as (
    select
        {stored},
        {record_id(obj.key)} as _record_id,
        {merged} as _merged_into,
        {deleted} or {merged} is not null as _row_is_deleted,
        {modified_at(obj.cursor, columns)} as _own_modified_at,
        {order} as _row_order,
    from typed
),
fed as (
    {_FEED if extract.has_feed else _NO_FEED}
),
stated as (
    select {own}, _record_id, _merged_into, _row_order,
        case when _row_is_deleted or _row_is_fed then 'delete' else 'upsert' end as _op,
        case
            when _merged_into is not null then 'merged'
            when _row_is_deleted then 'soft'
            when _row_is_fed then _fed_reason
        end as _delete_reason,
        case when _row_is_fed and not _row_is_deleted then coalesce(_fed_at, _own_modified_at)
            else _own_modified_at
        end as _source_modified_at,
        {row_hash(placed)} as _row_hash,
    from fed
)
select *, {KEY} as _row_key, {STATE} as _row_state from stated
"""


_NO_FEED = "select *, false as _row_is_fed, null::varchar as _fed_reason, null::timestamp as _fed_at from described"
# a change of the record after the feed's delete undoes it
_FEED = """select * replace (
        case when _row_is_fed then coalesce(_merged_into, _fed_into) else _merged_into end as _merged_into
    ) from (
        select described.*, feed._fed_reason, feed._fed_at, feed._fed_into,
            feed._record_id is not null and coalesce(feed._fed_at >= described._own_modified_at, true) as _row_is_fed
        from described left join temp.lake_feed as feed using (_record_id)
    )"""


def _has(columns: Sequence[Column], name: str) -> bool:
    """Say whether a column of that name, in any case, is there."""
    return any(column.name.lower() == name.lower() for column in columns)
