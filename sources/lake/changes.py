"""What one commit consists of: schema, rows, rejects, ledger, in the order that keeps all of it true.

Works inside the transaction that ``lake`` opened and leaves committing to it. Which rows are changes is found
in ``comparison``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from sources.contract import Column, Extract, Window
from sources.errors import SourceError
from sources.lake import ledger, rejects, schema, sightings
from sources.lake.comparison import Target, append


class MustWiden(Exception):
    """A column has to widen before the rows can come.

    DuckLake (up to 1.0 at least, its issue 1308) loses the least and the largest value of a column that widens in a
    transaction with an insert, and later takes those of newer rows for all: older values then read back wrong.
    """


@dataclass(frozen=True)
class Committed:
    """What one commit did.

    ``rows_read = rows_appended + rows_unchanged + rows_rejected``: every row read is a new log row, says nothing
    new (the same as the last row, older than it, or a second copy in the extract), or could not be kept (no key, the
    key and change time of another row that says otherwise, or set aside whole by the reader).
    ``rows_deleted`` counts records that the commit newly marks as deleted, also those that no row was read for (delete
    feed, absence from a snapshot).
    """

    rows_read: int
    rows_appended: int
    rows_unchanged: int
    rows_deleted: int
    rows_rejected: int
    schema_changes: tuple[str, ...]
    window: Window


@dataclass
class Before:
    """What the lake holds before a commit, asked once for objects that are committed together.

    Attributes:
        logs: table → column → type, of the connector type's change logs.
        former: table → column → the types it had, oldest first, of columns that widened.
        filled: tables that have rows of the source.
        committed_at: the source's last commit, naive UTC; moves on with each object.
        shown: table → the columns that the source showed last.
    """

    logs: dict[str, dict[str, str]]
    former: dict[str, dict[str, tuple[str, ...]]]
    filled: frozenset[str]
    committed_at: datetime | None
    shown: dict[str, list[str]]

    def next_commit(self, now: datetime) -> datetime:
        """Return ``now``, or just after the last commit where the machine's clock has gone back.

        So whoever has read a source's rows up to one commit finds all later ones after it.
        """
        if self.committed_at is not None:
            now = max(now, self.committed_at + timedelta(microseconds=1))
        self.committed_at = now
        return now


def before(connection: duckdb.DuckDBPyConnection, connector_type: str, source: str) -> Before:
    """Return what the lake holds of a type and a source."""
    logs = schema.log_columns(connection, connector_type)
    former = ledger.former_types(connection, connector_type)
    return Before(logs, former, *ledger.last_commit(connection, source), sightings.shown_before(connection, source))


def apply(
    connection: duckdb.DuckDBPyConnection,
    connector_type: str,
    source: str,
    extract: Extract,
    run_id: str,
    now: datetime,
    held: Before,
    *,
    stream: bool,
    earlier: Sequence[schema.SchemaChange] = (),
) -> Committed:
    """Write one extract: schema first, then rows, rejects, schema changes and the window.

    ``held`` is what ``before`` returns in the same transaction; ``earlier`` are the changes that ``widen`` made for the
    extract. Raises SourceError when it contradicts itself or the log, NotStreamable when ``stream`` was too hopeful,
    MustWiden when ``widen`` has to come first. In each case the caller rolls everything back.
    """
    obj = extract.object
    columns = schema.normalised(connection, extract.columns)
    _require_keys(source, extract, columns)
    if any(change.change == "widened" for change in schema.place(held.logs.get(obj.table, {}), columns)[1]):
        raise MustWiden
    placed, changes = schema.evolve(connection, connector_type, obj.table, held.logs.get(obj.table), columns)
    former = held.former.get(obj.table, {})
    placed = tuple(replace(each, former=former.get(each.name, ())) for each in placed)
    loaded_at = held.next_commit(now)
    log = schema.log_name(connector_type, obj.table)
    target = Target(source, run_id, log, columns, placed, loaded_at)
    appended = append(connection, target, extract, stream=stream and obj.table not in held.filled)
    shown = None
    # where no row was read, the columns may be those that are declared
    if appended.read:
        seen, shown = sightings.compare(held.shown.get(obj.table), columns, held.logs.get(obj.table, {}))
        changes = (*changes, *seen)
    whole_rows = sum(1 for reject in extract.rejects if reject.field_name is None)
    unkept = appended.keyless + appended.clashing
    _verify_count(source, extract, appended.read + whole_rows)
    run = (run_id, connector_type, source)
    rejects.write(connection, extract, columns, run=run, now=loaded_at, found=appended)
    done = Committed(
        rows_read=appended.read + whole_rows,
        rows_appended=appended.rows,
        rows_unchanged=appended.read - appended.rows - unkept,
        rows_deleted=appended.deleted,
        rows_rejected=unkept + whole_rows,
        schema_changes=tuple(str(change) for change in (*earlier, *changes)),
        window=extract.window,
    )
    run_columns = {"run_id": run_id, "connector_type": connector_type, "_source": source}
    _record(connection, run_columns, extract, done, changes, loaded_at, shown)
    return done


def widen(
    connection: duckdb.DuckDBPyConnection,
    connector_type: str,
    source: str,
    extract: Extract,
    run_id: str,
    now: datetime,
) -> tuple[schema.SchemaChange, ...]:
    """Bring the log to hold the extract's columns, and record how, without any row."""
    obj, run = extract.object, {"run_id": run_id, "connector_type": connector_type, "_source": source}
    columns = schema.normalised(connection, extract.columns)
    logs = schema.log_columns(connection, connector_type)
    _, changes = schema.evolve(connection, connector_type, obj.table, logs.get(obj.table), columns)
    for change in changes:
        ledger.record_change(connection, run, obj, change, now)
    return changes


def _require_keys(source: str, extract: Extract, columns: Sequence[Column]) -> None:
    """Raise SourceError when the extract lacks a column of the key: no row could be told from another."""
    present = {column.name.lower() for column in columns}
    missing = [name for name in extract.object.key if name.lower() not in present]
    if missing or not extract.object.key:
        what = f"the key column {', '.join(missing)} is not among the columns read" if missing else "it has no key"
        raise SourceError(source, extract.object.name, f"{what}.", "Nothing was committed. Correct the key.")


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
    run: dict[str, str],
    extract: Extract,
    done: Committed,
    changes: Sequence[schema.SchemaChange],
    now: datetime,
    shown: str | None,
) -> None:
    """Write the schema changes, the files and the window, which is the cursor; ``shown`` as sightings gives it."""
    for change in changes:
        ledger.record_change(connection, run, extract.object, change, now)
    for file in extract.files:
        ledger.insert(
            connection, "ingest.files", **run, object=extract.object.name, path=file.path, size=file.size,
            modified_at=file.modified_at, sha256=file.sha256, committed_at=now,
        )  # fmt: skip
    ledger.insert(
        connection, "ingest.windows", **run, object=extract.object.name, table_name=extract.object.table,
        window_since=extract.window.since, window_until=extract.window.until, is_snapshot=extract.is_snapshot,
        rows_read=done.rows_read, rows_appended=done.rows_appended, rows_unchanged=done.rows_unchanged,
        rows_deleted=done.rows_deleted, rows_rejected=done.rows_rejected, source_count=extract.source_count,
        committed_at=now, token=extract.window.token, columns=shown,
    )  # fmt: skip
