"""The ingestion ledger: windows, which are the cursors, rejects, schema changes, files, failures.

Only its shape and the reading and writing of single entries belong here; what counts as a change does not. The shape
of the registry, which is made with it, is in `registry`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb

from sources.contract import SourceObject, Window
from sources.lake import registry
from sources.lake.schema import SchemaChange
from sources.quoting import literal
from sources.relations import relations

TABLES = registry.TABLES | {
    "ingest.windows": "run_id varchar, connector_type varchar, _source varchar, object varchar, table_name varchar,"
    " window_since timestamp, window_until timestamp, is_snapshot boolean, rows_read bigint, rows_appended bigint,"
    " rows_unchanged bigint, rows_deleted bigint, rows_rejected bigint, source_count bigint, committed_at timestamp,"
    " token varchar, columns varchar",
    "ingest.rejected_rows": "run_id varchar, connector_type varchar, _source varchar, object varchar,"
    " _record_id varchar, field varchar, raw_value varchar, reason varchar, payload varchar, reject_hash varchar,"
    " rejected_at timestamp",
    "ingest.schema_changes": "run_id varchar, connector_type varchar, _source varchar, object varchar,"
    " column_name varchar, change varchar, old_type varchar, new_type varchar, changed_at timestamp,"
    " table_name varchar",
    "ingest.files": "run_id varchar, connector_type varchar, _source varchar, object varchar, path varchar,"
    " size bigint, modified_at timestamp, sha256 varchar, committed_at timestamp",
    "ingest.engines": "duckdb_version varchar, hash_probe varchar, first_used_at timestamp",
    "ingest.failures": "run_id varchar, _source varchar, object varchar, error varchar, failed_at timestamp",
}


# a value of every kind that is hashed; another result is another hash function
_HASH_PROBE = (
    "to_hex(hash(hash('text', 'salt'), hash(-15::bigint, 'salt'), hash(cast(-1.5 as decimal(18,2)), 'salt'),"
    " hash(cast(-1.5 as decimal(38,2)), 'salt'), hash(1.5::double, 'salt'), hash(true, 'salt'),"
    " hash(date '2024-02-29', 'salt'), hash(timestamp '2024-02-29 12:00', 'salt'), hash('\\x00'::blob, 'salt')))"
)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the ledger's and the registry's tables, and columns of them, that are missing."""
    found = relations(connection, "lake", {name.split(".")[0] for name in TABLES})
    widths = {".".join(name): width for name, width in found.items()}
    missing = [name for name in TABLES if name not in widths]
    for schema in sorted({name.split(".")[0] for name in missing}):
        connection.execute(f"create schema if not exists lake.{schema}")
    for name in missing:
        connection.execute(f"create table if not exists lake.{name} ({TABLES[name]})")
    for name in TABLES.keys() - missing:
        columns = TABLES[name].split(",")
        for column in columns[widths[name] :]:
            connection.execute(f"alter table lake.{name} add column if not exists {column}")


def record_engine(connection: duckdb.DuckDBPyConnection, now: datetime) -> str | None:
    """Keep in ``ingest.engines`` which DuckDB computes the row hashes from now on; nothing when it is the last one.

    Returns that last one's version when it hashed otherwise: every row read again is then taken for changed and
    appended once more, so a snapshot repeats whole and a windowed table its look-back. Nothing is lost by it.
    """
    probe, version = connection.execute(f"select {_HASH_PROBE}, version()").fetchone() or ("", "")
    last = connection.execute(
        "select duckdb_version, hash_probe from lake.ingest.engines order by first_used_at desc limit 1"
    ).fetchone()
    if last == (version, probe):
        return None
    insert(connection, "ingest.engines", duckdb_version=version, hash_probe=probe, first_used_at=now)
    return last[0] if last and last[1] != probe else None


def insert(connection: duckdb.DuckDBPyConnection, table: str, **values: str | int | datetime | None) -> None:
    """Insert one row, given by column name, into a ledger table."""
    columns, row = ", ".join(values), ", ".join(literal(value) for value in values.values())
    connection.execute(f"insert into lake.{table} ({columns}) values ({row})")


def record_change(
    connection: duckdb.DuckDBPyConnection,
    run: Mapping[str, str | None],
    obj: SourceObject,
    change: SchemaChange,
    now: datetime,
) -> None:
    """Keep one change of a log's columns; ``run`` gives run_id, connector_type and _source."""
    insert(
        connection, "ingest.schema_changes", **run, object=obj.name, column_name=change.column, change=change.change,
        old_type=change.old_type, new_type=change.new_type, changed_at=now, table_name=obj.table,
    )  # fmt: skip


def last_windows(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, Window]:
    """Return table -> the committed window that ends last, of every table of a source."""
    rows = connection.execute(
        "select table_name, window_since, window_until, token from lake.ingest.windows"
        f" where _source = {literal(source)}"
        " qualify row_number() over (partition by table_name order by window_until desc, committed_at desc) = 1"
    ).fetchall()
    return {table: Window(*window) for table, *window in rows}


def last_window(connection: duckdb.DuckDBPyConnection, source: str, table: str) -> Window | None:
    """Return the committed window that ends last: an old period read again does not take the cursor back."""
    row = connection.execute(
        "select window_since, window_until, token from lake.ingest.windows"
        f" where _source = {literal(source)} and table_name = {literal(table)}"
        " order by window_until desc, committed_at desc limit 1"
    ).fetchone()
    return Window(*row) if row else None


def last_commit(connection: duckdb.DuckDBPyConnection, source: str) -> tuple[frozenset[str], datetime | None]:
    """Return the tables that rows of a source were ever written to, and the time of its last commit."""
    row = connection.execute(
        "select list(distinct table_name) filter (rows_appended + rows_deleted > 0), max(committed_at)"
        f" from lake.ingest.windows where _source = {literal(source)}"
    ).fetchone()
    assert row is not None
    return frozenset(row[0] or ()), row[1]


def filled_tables(connection: duckdb.DuckDBPyConnection, connector_type: str) -> frozenset[str]:
    """Return the tables of a connector type that rows of any source were ever written to."""
    rows = connection.execute(
        "select distinct table_name from lake.ingest.windows"
        f" where connector_type = {literal(connector_type)} and rows_appended + rows_deleted > 0"
    ).fetchall()
    return frozenset(name for (name,) in rows)


def former_types(connection: duckdb.DuckDBPyConnection, connector_type: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return table → column → the types it had, oldest first, of every column of the type's logs that widened."""
    # few rows, picked in Python: DuckLake takes longer to plan a condition than to read them all
    noted = connection.execute(
        "select changed_at, table_name, column_name, old_type, connector_type, change from lake.ingest.schema_changes"
    ).fetchall()
    types: dict[str, dict[str, tuple[str, ...]]] = {}
    for _, table, column, old_type in sorted(row[:4] for row in noted if row[4:] == (connector_type, "widened")):
        own = types.setdefault(table, {})
        own[column] = (*own.get(column, ()), old_type)
    return types
