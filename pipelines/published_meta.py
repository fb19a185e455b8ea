"""The schema ``meta`` of a published file: its tables, what they mean, and what they say about the sources.

The ledger of the lake is summarised here; the tables of core and marts are not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from sources.quoting import literal, quoted

Configured = Mapping[str, Collection[str] | None]

TABLES = """
create schema next.meta;
create table next.meta.run (run_id varchar, as_of date, published_at timestamp, version varchar);
create table next.meta.sources (
    source varchar, connector_type varchar, read_until timestamp, rows_read bigint, rows_appended bigint,
    rows_unchanged bigint, rows_deleted bigint, rows_rejected bigint, last_read_at timestamp,
    last_failure_at timestamp, last_failure varchar, is_stale boolean, is_configured boolean);
create table next.meta.rejects (
    source varchar, object varchar, field varchar, reason varchar, row_count bigint, last_rejected_at timestamp);
create table next.meta.tables (
    schema_name varchar, table_name varchar, row_count bigint, content_hash varchar, description varchar);
create table next.meta.columns (
    schema_name varchar, table_name varchar, column_name varchar, position integer, type varchar, description varchar);
create table next.meta.relationships (
    schema_name varchar, table_name varchar, column_name varchar,
    to_schema_name varchar, to_table_name varchar, to_column_name varchar);
"""

DESCRIPTIONS = {
    "run": "One row: the run that made this file.",
    "run.run_id": "The run, the same in every table of this schema and in the run's log.",
    "run.as_of": "The last day that the figures of this file include.",
    "run.published_at": "When the file was written (UTC).",
    "run.version": "Version of crm-warehouse that made the file.",
    "sources": "One row per source instance that is configured, was ever read, or failed: how fresh its data is.",
    "sources.source": "Configured name of the source instance.",
    "sources.connector_type": "Kind of source; NULL when it has never been read.",
    "sources.read_until": "What the source changed before this is in this file (UTC); its oldest object decides.",
    "sources.rows_read": "Rows read in the last window of every object.",
    "sources.rows_appended": "Of these, rows that were new or changed.",
    "sources.rows_unchanged": "Of these, rows that were known already.",
    "sources.rows_deleted": "Records the source reported as deleted in the last windows.",
    "sources.rows_rejected": "Rows or fields that could not be taken in, in the last windows.",
    "sources.last_read_at": "When the last window was committed (UTC).",
    "sources.last_failure_at": "When reading last failed (UTC), whether or not it succeeded since.",
    "sources.last_failure": "What the source said then.",
    "sources.is_stale": "An object failed after it was last read, or nothing of the day as_of has been read."
    " False for a source that is no longer configured: nothing more is awaited of it.",
    "sources.is_configured": "Whether crm_sources.yaml lists it; what was read before it left stays in this file.",
    "rejects": "One row per source, object, field and reason: what the lake keeps aside instead of in a record.",
    "rejects.source": "Configured name of the source instance.",
    "rejects.object": "The source's own object or table.",
    "rejects.field": "The field that could not be taken in; NULL when the whole row could not.",
    "rejects.reason": "Why.",
    "rejects.row_count": "Distinct rows concerned.",
    "rejects.last_rejected_at": "When it last happened (UTC).",
    "tables": "One row per published table.",
    "tables.schema_name": "Schema of the table.",
    "tables.table_name": "Name of the table.",
    "tables.row_count": "Rows of the table.",
    "tables.content_hash": "Fingerprint of columns and rows; equal for equal content, whatever the order of rows.",
    "tables.description": "What the table holds; its first sentence says what one row is.",
    "columns": "One row per published column: the column dictionary.",
    "columns.schema_name": "Schema of the table.",
    "columns.table_name": "Table of the column.",
    "columns.column_name": "Name of the column.",
    "columns.position": "Place in the table, from 1.",
    "columns.type": "DuckDB type.",
    "columns.description": "What the column means.",
    "relationships": "One row per column that refers to another published table: how to join.",
    "relationships.schema_name": "Schema of the table that refers.",
    "relationships.table_name": "Table that refers.",
    "relationships.column_name": "Its column; a value of it, where there is one, is found in the other table.",
    "relationships.to_schema_name": "Schema of the table referred to.",
    "relationships.to_table_name": "Table referred to.",
    "relationships.to_column_name": "Its column.",
}

_SOURCES = """
with

-- an object of NULL stands for every object of its source
configured as ({configured}),

known_windows as (
    select windows.* from lake.ingest.windows as windows
    where {is_listed}
),

known_failures as (
    select windows.* from lake.ingest.failures as windows
    where windows.object is null or {is_listed}
),

windows as (
    select *, max(committed_at) over (partition by _source, object) as last_committed_at
    from known_windows
    qualify row_number() over (partition by _source, object order by window_until desc, committed_at desc) = 1
),

failures as (
    select
        failures._source, failures.failed_at, failures.error,
        -- a failure of the whole source has no object: it concerns each of them
        coalesce(bool_or(failures.failed_at > windows.last_committed_at), true) as is_after_last_read
    from known_failures as failures
    left join windows
        on windows._source = failures._source and (failures.object is null or windows.object = failures.object)
    group by failures._source, failures.object, failures.failed_at, failures.error
),

read as (
    select
        _source, max(connector_type) as connector_type, min(window_until) as read_until,
        sum(rows_read) as rows_read, sum(rows_appended) as rows_appended, sum(rows_unchanged) as rows_unchanged,
        sum(rows_deleted) as rows_deleted, sum(rows_rejected) as rows_rejected, max(last_committed_at) as last_read_at
    from windows
    group by _source
),

failed as (
    select
        _source, max(failed_at) as last_failure_at, max_by(error, failed_at) as last_failure,
        bool_or(is_after_last_read) as is_failing
    from failures
    group by _source
),

sources as (
    select _source, _source in (select _source from configured) as is_configured
    from (
        select _source from read
        union
        select _source from failed
        union
        select _source from configured
    )
)

select
    sources._source, connector_type, read_until, rows_read, rows_appended, rows_unchanged,
    rows_deleted, rows_rejected, last_read_at, last_failure_at, last_failure,
    is_configured
        and (coalesce(is_failing, false) or coalesce(read_until < cast({as_of} as timestamp), true)) as is_stale,
    is_configured
from sources
left join read on read._source = sources._source
left join failed on failed._source = sources._source
order by 1
"""

# an object that left the configuration of a source that stayed is no part of how fresh the source is
_IS_LISTED = """
    windows._source not in (select _source from configured)
    or exists (
        select 1 from configured
        where configured._source = windows._source
            and (configured.object is null or configured.object = windows.object)
    )
"""
_EVERY_SOURCE = """
    select _source, null::varchar as object from lake.ingest.windows
    union
    select _source, null from lake.ingest.failures
"""

_REJECTS = """
select _source, object, field, reason, count(*), max(rejected_at)
from lake.ingest.rejected_rows
group by all
order by all
"""


@dataclass(frozen=True)
class Ledger:
    """The rows of ``meta.sources`` and ``meta.rejects``, in the order of their columns."""

    sources: list[tuple[object, ...]]
    rejects: list[tuple[object, ...]]


def read_ledger(connection: duckdb.DuckDBPyConnection, as_of: date, configured: Configured | None = None) -> Ledger:
    """Summarise the ingestion ledger; ``connection`` has the lake attached as ``lake``.

    ``configured`` is source -> the objects that its configuration lists, None where that cannot be told; without it
    every source of the ledger counts as configured.
    """
    sources = _SOURCES.format(
        configured=_EVERY_SOURCE if configured is None else _listed(configured),
        is_listed=f"({_IS_LISTED})",
        as_of=quoted(as_of),
    )
    return Ledger(connection.execute(sources).fetchall(), connection.execute(_REJECTS).fetchall())


def _listed(configured: Configured) -> str:
    pairs = [
        (source, each) for source, objects in configured.items() for each in ([None] if objects is None else objects)
    ]
    rows = ", ".join(f"({quoted(source)}, {literal(each)})" for source, each in pairs)
    values = f"values {rows}" if rows else "select null, null where false"
    return f"select _source::varchar as _source, object::varchar as object from ({values}) as listed (_source, object)"
