"""Compares every key of a source's table with the lake: what is gone is a delete, what no window showed is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sources.contract import Column, Extract, Reading
from sources.databases import landing
from sources.databases.database import KEPT, Database
from sources.databases.table import SourceTable
from sources.databases.windows import FAR
from sources.errors import SourceError
from sources.lake.rows import modified_at, record_id
from sources.lake.schema import log_name
from sources.quoting import identifier, quoted


@dataclass(frozen=True)
class Swept:
    """What a sweep found: a FROM clause as ``Extract.deletes`` takes it, and the rows that the window did not show.

    ``unseen`` records are new to the lake, or differ from it in their change time or a watched column, and are not
    among the extract's, nor due in a later window: they were committed late, with a stamp before the window, were
    inserted again under an old key, or changed without a stamp.
    """

    deletes: str
    unseen: int


def sweep(
    database: Database,
    connector_type: str,
    table: SourceTable,
    extract: Extract,
    keys: tuple[str, tuple[Column, ...]],
    reading: Reading,
) -> Swept:
    """Compare the keys of the source, staged raw with their columns, with the lake's records.

    Raises SourceError when more records are gone than the shrink limit lets.
    """
    identity = record_id(tuple(extract.object.key))
    stamp = modified_at(extract.object.cursor, keys[1])
    rows = f"select {identity} as record_id, {stamp} as stamp, {_watched(table)} as watched from ({_typed(*keys)})"
    # of rows that share a key the lake keeps the one stamped last
    latest = "max(stamp) as stamp, arg_max(watched, coalesce(stamp, timestamp '-infinity')) as watched"
    present = landing.stage(
        reading, f"select record_id, {latest} from ({rows}) group by record_id", "present", are_rows=False
    )
    log, mine = log_name(connector_type, extract.object.table), f"_source = {quoted(database.source)}"
    records = f"from {log} where {mine} group by _record_id having"
    living = f"select _record_id as record_id {records} arg_max(_op, _loaded_at) = 'upsert'"
    # a soft-deleted row is still in the source, and known
    is_held = "arg_max(_op = 'upsert' or _delete_reason is distinct from 'purged', _loaded_at)"
    last = f"arg_max_null(_source_modified_at, _loaded_at) as stamp, arg_max({_watched(table)}, _loaded_at) as watched"
    held = f"select _record_id as record_id, {last} {records} {is_held}"
    until = extract.window.until
    is_due = f"coalesce(stamp >= timestamp '{until}' and stamp < timestamp '{until + FAR}', false)"
    read = _typed(extract.relation, [each for each in extract.columns if _is_among(each.name, extract.object.key)])
    known, gone, unseen = reading.connection.execute(f"""
        with living as ({living}), held as ({held}),
        present as (select * from {present} where record_id is not null),
        window_rows as (select {identity} as record_id from ({read}))
        select (select count(*) from living), (select count(*) from living anti join present using (record_id)),
            (
                select count(*) from present anti join window_rows using (record_id) anti join held
                on present.record_id = held.record_id and present.watched = held.watched
                    and present.stamp is not distinct from held.stamp
                where not ({is_due})
            )
        """).fetchone() or (0, 0, 0)
    if gone > table.shrink_limit * known:
        message = (
            f"{gone:,} of {known:,} known records are gone, more than the shrink limit of {table.shrink_limit:.0%}."
        )
        raise SourceError(database.source, table.name, message, f"If they are really gone, raise shrink_limit. {KEPT}")
    deletes = f"(select record_id, cast(null as timestamp) as deleted_at, 'purged' as reason from ({living})" + (
        f" where record_id not in (select record_id from {present} where record_id is not null))"
    )
    return Swept(deletes, unseen)


def _typed(relation: str, columns: Sequence[Column]) -> str:
    """Return a SELECT of staged columns in the types that the lake keeps."""
    values = ", ".join(
        f"{column.parse or f'try_cast({own} as {column.type})'} as {own}"
        for column in columns
        if (own := identifier(column.name))
    )
    return f"select {values} from {relation}"


def _watched(table: SourceTable) -> str:
    """Return what stands for the watched columns of a row, never NULL."""
    return f"hash({', '.join([f'cast({identifier(name)} as varchar)' for name in table.watched] or ['0'])})"


def _is_among(name: str, names: Sequence[str]) -> bool:
    return name.lower() in {each.lower() for each in names}
