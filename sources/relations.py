"""Which tables and views a database has that is attached to a DuckDB connection.

Told from the columns: ``duckdb_tables()`` and ``information_schema.tables`` ask every table of every attached database
for its size as well, which DuckLake answers with queries of its catalog, some milliseconds for each of hundreds.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from sources.quoting import quoted


def relations(
    connection: duckdb.DuckDBPyConnection, database: str, schemas: Collection[str]
) -> dict[tuple[str, str], int]:
    """Return (schema, name) -> number of columns of every table and view of these schemas, sorted."""
    rows = connection.execute(
        "select schema_name, table_name, count(*) from duckdb_columns()"
        f" where database_name = {quoted(database)} and schema_name in ({', '.join(map(quoted, schemas))})"
        " group by all order by all"
    ).fetchall()
    return {(schema, name): width for schema, name, width in rows}


def tables(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> list[str]:
    """Return the names of the tables of a schema, sorted; views are left out."""
    views = connection.execute(
        "select view_name from duckdb_views()"
        f" where database_name = {quoted(database)} and schema_name = {quoted(schema)}"
    ).fetchall()
    return [name for _, name in relations(connection, database, [schema]) if (name,) not in views]
