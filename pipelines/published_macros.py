"""The function that a published file offers beside its tables: which customer an id was on a day.

It reads a published table; a file without that table has no such function.
"""

from __future__ import annotations

import duckdb

_TABLE = "bridge_customer_ids_history"
_CUSTOMER_ID_AS_OF = f"""
    create or replace macro core.customer_id_as_of(known_id, day) as (
        select customer_id
        from core.{_TABLE}
        where known_customer_id = known_id and valid_from <= day and (valid_to is null or day < valid_to)
    )
"""


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``core.customer_id_as_of(known_id, day)`` in the database ``next``, or drop it where its table is missing.

    It looks for the table in the database that is in use: whoever attaches the file beside others says ``use`` first.
    Leaves the database ``memory`` in use.
    """
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = 'next' and schema_name = 'core' and table_name = ?",
        [_TABLE],
    ).fetchone()
    connection.execute("use next")
    connection.execute(_CUSTOMER_ID_AS_OF if found else "drop macro if exists core.customer_id_as_of")
    connection.execute("use memory")
