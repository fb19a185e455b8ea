"""One extract becomes change-log rows: what is new, changed, deleted or the same as the record's last row.

Works inside the transaction that ``lake`` opened and leaves committing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from sources.contract import Column, Extract, Window
from sources.errors import SourceError
from sources.lake import ledger, rejects, schema
from sources.lake.location import quoted
from sources.lake.rows import log_rows, record_id, typed_rows
from sources.lake.schema import Placed, identifier

_STATE = ("_op", "_delete_reason", "_merged_into", "_row_hash")


@dataclass(frozen=True)
class Committed:
    """What one commit did.

    ``rows_read = rows_appended + rows_unchanged + rows_rejected``: every row read is a new log row, says nothing
    new (the same as the last row, older than it, or a second copy in the extract), or could not be kept (no key,
    or set aside whole by the reader). ``rows_deleted`` counts records that the commit newly marks as deleted,
    also those that no row was read for (delete feed, absence from a snapshot).
    """

    rows_read: int
    rows_appended: int
    rows_unchanged: int
    rows_deleted: int
    rows_rejected: int
    schema_changes: tuple[str, ...]
    window: Window


class NotStreamable(Exception):
    """A first load met rows without a key or several versions of one record; it must be compared instead."""


@dataclass(frozen=True)
class Target:
    """One change log as one commit writes to it."""

    connector_type: str
    source: str
    run_id: str
    log: str
    columns: tuple[Column, ...]
    placed: tuple[Placed, ...]
    loaded_at: datetime

    @property
    def mine(self) -> str:
        """Return the condition that picks this source's rows of the log."""
        return f"_source = {quoted(self.source)}"


def apply(
    connection: duckdb.DuckDBPyConnection,
    connector_type: str,
    source: str,
    extract: Extract,
    run_id: str,
    now: datetime,
    *,
    stream: bool,
) -> Committed:
    """Write one extract: schema first, then rows, rejects, schema changes and the window.

    Raises SourceError when the extract contradicts itself or the log; NotStreamable when ``stream`` was too
    hopeful. Either way the caller rolls everything back.
    """
    obj = extract.object
    logs = schema.log_columns(connection, connector_type)
    columns = schema.normalised(connection, extract.columns)
    _require_keys(source, extract, columns)
    placed, changes = schema.evolve(connection, connector_type, obj.table, logs.get(obj.table), columns)
    loaded_at = ledger.next_commit_time(connection, source, obj, now)
    log = schema.log_name(connector_type, obj.table)
    target = Target(connector_type, source, run_id, log, columns, placed, loaded_at)
    _load_feed(connection, extract)
    is_empty = stream and _is_empty(connection, target)
    done = _append_all(connection, target, extract) if is_empty else _append_changed(connection, target, extract)
    whole_rows = sum(1 for reject in extract.rejects if reject.field_name is None)
    keyless = done.rows_rejected
    done = replace(done, rows_read=done.rows_read + whole_rows, rows_rejected=keyless + whole_rows)
    _verify_count(source, extract, done.rows_read)
    run = (run_id, connector_type, source)
    rejects.write(connection, extract, columns, run=run, now=loaded_at, has_keyless=keyless > 0)
    done = replace(done, schema_changes=tuple(str(change) for change in changes))
    _record(connection, target, extract, done, changes)
    return done


def _require_keys(source: str, extract: Extract, columns: Sequence[Column]) -> None:
    """Raise SourceError when the extract lacks a column of the key: no row could be told from another."""
    present = {column.name.lower() for column in columns}
    missing = [name for name in extract.object.key if name.lower() not in present]
    if missing or not extract.object.key:
        what = f"the key column {', '.join(missing)} is not among the columns read" if missing else "it has no key"
        raise SourceError(source, extract.object.name, f"{what}.", "Nothing was committed. Correct the key.")


def _load_feed(connection: duckdb.DuckDBPyConnection, extract: Extract) -> None:
    """Keep the latest entry per record of the native delete feed in ``temp.lake_feed``."""
    if extract.deletes is None:
        return
    connection.execute(f"""
create or replace temp table lake_feed as
select record_id as _record_id, cast(max(deleted_at) as timestamp) as _fed_at,
    coalesce(arg_max(reason, coalesce(deleted_at, timestamp '-infinity')), 'purged') as _fed_reason
from {extract.deletes} as feed where record_id is not null group by record_id""")


def _is_empty(connection: duckdb.DuckDBPyConnection, target: Target) -> bool:
    """Say whether the log has no row of this source yet."""
    return connection.execute(f"select 1 from {target.log} where {target.mine} limit 1").fetchone() is None


def _insert(target: Target, rows: str) -> str:
    """Return the INSERT of ``rows``, a FROM clause with lake columns and row state, into the log."""
    own = [identifier(column.name) for column in target.placed]
    state = ["_record_id", *_STATE, "_source_modified_at"]
    stamps = f"{quoted(target.source)}, {quoted(target.loaded_at)}::timestamp, {quoted(target.run_id)}"
    return (
        f"insert into {target.log} (_source, _loaded_at, _run_id, {', '.join(state + own)})"
        f" select {stamps}, {', '.join(state + own)} from {rows}"
    )


def _append_all(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> Committed:
    """First load: stream the source straight into the log, then prove that every row is a record of its own."""
    connection.execute(_insert(target, f"({log_rows(extract, target.columns, target.placed)})"))
    counted = connection.execute(
        f"select count(*), count(distinct _record_id), count(*) filter (_op = 'delete')"
        f" from {target.log} where {target.mine}"
    ).fetchone()
    rows, records, deleted = counted or (0, 0, 0)
    if rows != records:
        raise NotStreamable
    return Committed(rows, rows, 0, deleted, 0, (), extract.window)


def _append_changed(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> Committed:
    """Compare every row with its record's last row in the log and append what differs, and the deletes."""
    read, keyless = _load_seen(connection, target, extract)
    _load_latest(connection, target, extract)
    _load_changed(connection, target, extract)
    appended, soft = _counts(connection, "lake_changed", "_op = 'delete' and _known_op is distinct from 'delete'")
    gone = _load_gone(connection, target, extract, keyless)
    connection.execute(_insert(target, "temp.lake_changed"))
    if gone:
        connection.execute(_insert_gone(target))
    for table in ("lake_seen", "lake_latest", "lake_changed", "lake_gone"):
        connection.execute(f"drop table if exists temp.{table}")
    return Committed(read, appended, read - appended - keyless, soft + gone, keyless, (), extract.window)


def _counts(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> tuple[int, int]:
    """Return the number of rows of a temporary table and of those that meet ``condition``."""
    row = connection.execute(f"select count(*), count(*) filter ({condition}) from temp.{table}").fetchone()
    return row or (0, 0)


def _load_seen(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> tuple[int, int]:
    """Keep which records the extract lists and how often; return the rows read and those without a key."""
    connection.execute(f"""
create or replace temp table lake_seen as
with typed as ({typed_rows(extract, target.columns)})
select {record_id(extract.object.key)} as _record_id, count(*) as _copies from typed group by all""")
    row = connection.execute(
        "select coalesce(sum(_copies), 0)::bigint,"
        " coalesce(sum(_copies) filter (_record_id is null), 0)::bigint from temp.lake_seen"
    ).fetchone()
    return row or (0, 0)


def _load_latest(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> None:
    """Keep the last log row's state of every record the extract can say something about."""
    wanted = "select _record_id from temp.lake_seen"
    if extract.deletes is not None:
        wanted += " union all select _record_id from temp.lake_feed"
    about = "" if extract.is_snapshot else f"and _record_id in ({wanted})"
    connection.execute(f"""
create or replace temp table lake_latest as
select _record_id, max(_loaded_at) as _known_at,
    arg_max(_op, _loaded_at) as _known_op,
    arg_max_null(_delete_reason, _loaded_at) as _known_reason,
    arg_max_null(_merged_into, _loaded_at) as _known_merged_into,
    arg_max_null(_source_modified_at, _loaded_at) as _known_modified_at,
    arg_max(_row_hash, _loaded_at) as _known_hash
from {target.log} where {target.mine} {about} group by _record_id""")


def _load_changed(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract) -> None:
    """Keep the rows to append: one per record, different from its last row, and not older than it.

    Of several versions of a record in one extract the one the cursor puts last counts; ties fall to the larger
    hash, so that the order of arrival never matters. A row older than the record's last row (by the source's
    own change time) is a late copy and says nothing new; a snapshot, though, states what is true now.
    """
    differs = """(_known_op is null or _op <> _known_op or _row_hash <> _known_hash
        or _delete_reason is distinct from _known_reason or _merged_into is distinct from _known_merged_into)"""
    late = "false" if extract.is_snapshot else "coalesce(_source_modified_at < _known_modified_at, false)"
    connection.execute(f"""
create or replace temp table lake_candidates as
with rows as ({log_rows(extract, target.columns, target.placed)})
select rows.*, _known_op, _known_hash, _known_reason, _known_merged_into, _known_modified_at, _copies
from rows
inner join temp.lake_seen using (_record_id)
left join temp.lake_latest using (_record_id)
where _copies > 1 or {differs}""")
    connection.execute(f"""
create or replace temp table lake_changed as
select * from temp.lake_candidates where _copies = 1 and not {late}
union all
select * from (
    select * from temp.lake_candidates where _copies > 1
    qualify row_number() over (
        partition by _record_id order by _row_order desc nulls last, _row_hash desc, _op desc
    ) = 1
) where {differs} and not {late}""")
    connection.execute("drop table temp.lake_candidates")


def _load_gone(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, keyless: int) -> int:
    """Keep the living records that a delete feed or their absence from a snapshot proves gone; return how many."""
    gone = []
    if extract.deletes is not None:
        # an entry already applied is in the log with its time; one older than the record's last change was undone
        gone.append(f"""
select _record_id, _known_at, _fed_at as _gone_at, _fed_reason as _gone_reason
from temp.lake_latest inner join temp.lake_feed using (_record_id)
where _known_op = 'upsert' and _record_id not in (select _record_id from temp.lake_seen where _record_id is not null)
    and coalesce(_fed_at >= _known_modified_at, true)
    and not exists (
        select 1 from {target.log} as old where old.{target.mine} and old._op = 'delete'
        and old._record_id = lake_latest._record_id and old._source_modified_at = lake_feed._fed_at
    )""")
    unknown = keyless or any(reject.record_id is None for reject in extract.rejects)
    if extract.is_snapshot and not unknown:
        set_aside = ", ".join(quoted(reject.record_id) for reject in extract.rejects) or "''"
        gone.append(f"""
select _record_id, _known_at, null as _gone_at, 'purged' as _gone_reason
from temp.lake_latest
where _known_op = 'upsert' and _record_id not in ({set_aside})
    and _record_id not in (select _record_id from temp.lake_seen where _record_id is not null)""")
    if not gone:
        return 0
    connection.execute(f"""
create or replace temp table lake_gone as
select * from ({" union all ".join(gone)})
qualify row_number() over (partition by _record_id order by _gone_at desc nulls last) = 1""")
    found, absent = _counts(connection, "lake_gone", "_gone_at is null and _gone_reason = 'purged'")
    if extract.is_snapshot:
        _verify_shrink(connection, target, extract, absent)
    return found


def _verify_shrink(connection: duckdb.DuckDBPyConnection, target: Target, extract: Extract, absent: int) -> None:
    """Raise SourceError when more records are absent from a snapshot than can be believed."""
    _, known = _counts(connection, "lake_latest", "_known_op = 'upsert'")
    if absent <= extract.shrink_limit * known:
        return
    raise SourceError(
        target.source,
        extract.object.name,
        f"the snapshot lacks {absent:,} of {known:,} known records, more than the shrink limit of"
        f" {extract.shrink_limit:.0%} lets it.",
        "Nothing was committed: every record is kept as it was. Check that the source was read completely;"
        " if the records are really gone, raise shrink_limit for one run.",
    )


def _insert_gone(target: Target) -> str:
    """Return the INSERT of delete rows that repeat each gone record's last values."""
    log_columns = [identifier(column.name) for column in target.placed]
    own = "".join(f", {name}" for name in log_columns)
    return f"""
insert into {target.log} (_source, _loaded_at, _run_id, _op, _delete_reason, _source_modified_at,
    _record_id, _merged_into, _row_hash{own})
select _source, {quoted(target.loaded_at)}::timestamp, {quoted(target.run_id)}, 'delete', _gone_reason, _gone_at,
    last._record_id, _merged_into, _row_hash{own}
from {target.log} as last inner join temp.lake_gone as gone
    on last._record_id = gone._record_id and last._loaded_at = gone._known_at
where {target.mine}"""


def _verify_count(source: str, extract: Extract, rows_read: int) -> None:
    """Raise SourceError when the source says it sent another number of rows than arrived."""
    if extract.source_count is None or extract.source_count == rows_read:
        return
    raise SourceError(
        source,
        extract.object.name,
        f"the source counts {extract.source_count:,} rows but {rows_read:,} arrived.",
        "Nothing of this window was committed; the next run reads it again.",
    )


def _record(
    connection: duckdb.DuckDBPyConnection,
    target: Target,
    extract: Extract,
    done: Committed,
    changes: Sequence[schema.SchemaChange],
) -> None:
    """Write the schema changes, the files and the window, which is the cursor."""
    run = {"run_id": target.run_id, "connector_type": target.connector_type, "_source": target.source}
    for change in changes:
        ledger.insert(
            connection, "ingest.schema_changes", **run, object=extract.object.name, column_name=change.column,
            change=change.change, old_type=change.old_type, new_type=change.new_type, changed_at=target.loaded_at,
        )  # fmt: skip
    for file in extract.files:
        ledger.insert(
            connection, "ingest.files", **run, object=extract.object.name, path=file.path, size=file.size,
            modified_at=file.modified_at, sha256=file.sha256, committed_at=target.loaded_at,
        )  # fmt: skip
    ledger.insert(
        connection, "ingest.windows", **run, object=extract.object.name, table_name=extract.object.table,
        window_since=extract.window.since, window_until=extract.window.until, is_snapshot=extract.is_snapshot,
        rows_read=done.rows_read, rows_appended=done.rows_appended, rows_unchanged=done.rows_unchanged,
        rows_deleted=done.rows_deleted, rows_rejected=done.rows_rejected, source_count=extract.source_count,
        committed_at=target.loaded_at,
    )  # fmt: skip
