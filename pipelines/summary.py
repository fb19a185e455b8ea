"""What a run did, read back from the ledger, the change log and the registry. Nothing is shown here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from pipelines.lakes import has_lake, open_lake
from pipelines.settings import Settings

_NUMBERS = """
    select
        _source, count(distinct object), sum(rows_read), sum(rows_appended), sum(rows_deleted), sum(rows_rejected)
    from lake.ingest.windows
    where run_id = ?
    group by _source
    order by _source
"""

# a failure that a later attempt of the same run made good is no failure of the run
_FAILURES = """
    with last_failures as (
        select _source, object, error, failed_at
        from lake.ingest.failures
        where run_id = $run_id
        qualify row_number() over (partition by _source, object order by failed_at desc) = 1
    )

    select failed._source, failed.object, failed.error
    from last_failures as failed
    left join lake.ingest.windows as windows
        on windows.run_id = $run_id
        and windows._source = failed._source
        and (failed.object is null or windows.object = failed.object)
        and windows.committed_at > failed.failed_at
    where windows.run_id is null
    order by all
"""

_CHANGES = """
    select
        case
            when log._op = 'delete' and log._delete_reason = 'merged' then 'merged'
            when log._op = 'delete' then 'deleted'
            when earlier._record_id is null then 'new'
            else 'changed'
        end as change,
        count(distinct (log._source, log._record_id)) as records
    from {table} as log
    left join (
        select _source, _record_id, min(_loaded_at) as first_loaded_at from {table} group by all
    ) as earlier
        on earlier._source = log._source
        and earlier._record_id = log._record_id
        and earlier.first_loaded_at < log._loaded_at
    where log._run_id = ?
    group by change
"""


_VANISHED = """
    select _source, object, list(distinct column_name order by column_name)
    from lake.ingest.schema_changes
    where run_id = ? and change = 'vanished'
    group by _source, object
    order by _source, object
"""


@dataclass(frozen=True)
class SourceNumbers:
    """What one source brought in a run, in rows."""

    source: str
    objects: int
    rows_read: int
    rows_appended: int
    rows_deleted: int
    rows_rejected: int


@contextmanager
def _lake(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_lake(settings, read_only=True) as lake:
        yield lake.connection


def night_numbers(settings: Settings, run_id: str) -> tuple[SourceNumbers, ...]:
    """Return what each source brought in a run, by name."""
    with _lake(settings) as connection:
        found = connection.execute(_NUMBERS, [run_id]).fetchall()
    return tuple(SourceNumbers(str(row[0]), *(int(value) for value in row[1:])) for row in found)


def failed_sources(settings: Settings, run_id: str) -> tuple[str, ...]:
    """Return one message per source that could not be read in a run, objects with the same error together."""
    with _lake(settings) as connection:
        found = connection.execute(_FAILURES, {"run_id": run_id}).fetchall()
    return tuple(dict.fromkeys(str(error) for _, _, error in found))


def vanished_columns(settings: Settings, run_id: str) -> tuple[str, ...]:
    """Return one message per object of which a source no longer showed columns that it showed before."""
    with _lake(settings) as connection:
        found = connection.execute(_VANISHED, [run_id]).fetchall()
    return tuple(
        f"{source}, {name}: no longer shown: {', '.join(columns)}. Removed, renamed, or hidden from the user who reads?"
        " What was read stays; in rows that come from now on it is NULL."
        for source, name, columns in found
    )


def record_changes(settings: Settings, run_id: str) -> dict[str, int]:
    """Return how many source records a run found ``new``, ``changed``, ``deleted`` and ``merged``."""
    total = dict.fromkeys(("new", "changed", "deleted", "merged"), 0)
    with _lake(settings) as connection:
        for table in _touched_tables(connection, run_id):
            for change, records in connection.execute(_CHANGES.format(table=table), [run_id]).fetchall():
                total[change] += records
    return total


def _touched_tables(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    found = connection.execute(
        "select distinct connector_type, table_name from lake.ingest.windows"
        " where run_id = ? and rows_appended + rows_deleted > 0 order by all",
        [run_id],
    ).fetchall()
    return [f'lake."{connector_type}"."{table}"' for connector_type, table in found]


def identity_events(settings: Settings, run_id: str) -> dict[str, int]:
    """Return how often each thing happened to customer ids in a run, e.g. ``created`` or ``merged``."""
    with _lake(settings) as connection:
        found = connection.execute(
            "select event_type, count(distinct (customer_id, other_customer_id))"
            " from lake.identity.events where run_id = ? group by event_type order by event_type",
            [run_id],
        ).fetchall()
    return {str(event): int(count) for event, count in found}


def source_freshness(settings: Settings) -> dict[str, datetime]:
    """Return until when each source has been read, by the object that is furthest behind; empty without a lake."""
    if not has_lake(settings):
        return {}
    with _lake(settings) as connection:
        found = connection.execute(
            "select _source, min(read_until) from ("
            " select _source, object, max(window_until) as read_until from lake.ingest.windows group by all"
            ") group by _source"
        ).fetchall()
    return dict(found)


def query_published(settings: Settings, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one query on the published file, read-only; returns column names and rows.

    Raises CrmWarehouseError when nothing is published yet or DuckDB refuses the query.
    """
    from sources.errors import CrmWarehouseError

    file = settings.published / "crm.duckdb"
    if not file.exists():
        raise CrmWarehouseError(f"Nothing is published yet: {file} does not exist. Run `crm-warehouse run` first.")
    try:
        with duckdb.connect(str(file.resolve()), read_only=True) as connection:
            return _answer(connection, sql)
    except duckdb.Error as error:
        raise CrmWarehouseError(str(error)) from None


def query_lake(settings: Settings, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one query with the lake attached as ``lake``, read-only; returns column names and rows.

    Raises CrmWarehouseError when there is no lake yet or DuckDB refuses the query.
    """
    from sources.errors import CrmWarehouseError
    from sources.lake import Lake

    if not has_lake(settings):
        raise CrmWarehouseError(f"There is no lake yet in {settings.home}. Run `crm-warehouse run` first.")
    try:
        with Lake(settings.lake, read_only=True) as lake:
            return _answer(lake.connection, sql)
    except duckdb.Error as error:
        raise CrmWarehouseError(str(error)) from None


def _answer(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    cursor = connection.execute(sql)
    return [str(column[0]) for column in cursor.description or ()], cursor.fetchall()
