"""A branch of the company on Dynamics 365: one state file with the tables of the simulated environment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from sources.simulators.company.timeline import sql
from sources.simulators.dynamics.schema import load_schema
from sources.simulators.dynamics.state import LOG, create_tables


def write_dynamics(connection: duckdb.DuckDBPyConnection, path: Path, clock: datetime) -> None:
    """Write the branch's environment into a new DuckDB file; needs the schema ``branch``."""
    connection.execute(f"attach '{path}' as target")
    try:
        create_tables(connection, "target")
        connection.execute(sql("dynamics/_choices"))
        connection.execute(sql("dynamics/_activities"))
        for table in load_schema():
            if (query := _query(table)) is not None:
                connection.execute(f'insert into target."{table}" by name {query}')
        connection.execute(f"insert into target.{LOG} {sql(f'dynamics/{LOG}')}")
    finally:
        connection.execute("detach target")


def _query(table: str) -> str | None:
    try:
        return sql(f"dynamics/{table}")
    except FileNotFoundError:
        return None
