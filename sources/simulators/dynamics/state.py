"""The environment's data: one table per logical name, and the log of changes that delta tokens are answered from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.schema import Table, attribute_of_column, custom_table, load_schema
from sources.simulators.http import Clock, State, quoted

LOG = "_deleted"


def empty_environment() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with every table of schema.yml, empty, and the log of deletes."""
    connection = duckdb.connect(":memory:")
    create_tables(connection, "memory")
    return connection


def create_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Create every table of schema.yml, empty, and the log of deletes in an attached database."""
    for table in load_schema().values():
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in table.columns().items())
        connection.execute(f"create table {catalog}.{quoted(table.name)} ({columns})")
    log = "table_name varchar, id varchar, version bigint, deleted_at timestamp"
    connection.execute(f"create table {catalog}.{LOG} ({log})")


class EnvironmentState(State):
    """The tables, their metadata, the clock and the version that the next change gets.

    A change's version is its row's ``versionnumber``; deletes are in the table ``_deleted``.
    """

    def __init__(self, database: Path | duckdb.DuckDBPyConnection, clock: Clock, faults: Faults) -> None:
        super().__init__(database, clock)
        self.faults = faults
        self.refresh_schema()
        tops = [f"select max(versionnumber) as top from {self.table(name)}" for name in self.schema]
        if LOG in self.tables():
            tops.append(f"select max(version) as top from {self.table(LOG)}")
        row = self.cursor().execute(f"select coalesce(max(top), 0) from ({' union all '.join(tops)})").fetchone()
        self.version = int(row[0]) if row else 0

    def refresh_schema(self) -> None:
        """Take up tables and columns that were added or dropped. Raises ValueError where no table is known."""
        present, known, self.schema = self.tables(), load_schema(), {}
        for name, columns in present.items():
            if (table := known.get(name)) is not None:
                own = tuple(each for each in table.attributes if each.name in columns)
                of_schema = table.columns()
                added = tuple(attribute_of_column(c, t) for c, t in columns.items() if c not in of_schema)
                self.schema[name] = replace(table, attributes=(*own, *added))
            elif "versionnumber" in columns:
                self.schema[name] = custom_table(name, columns)
        if all(each.is_custom for each in self.schema.values()):
            raise ValueError("the database holds no table of a Dataverse environment")

    def next_version(self) -> int:
        """Return the version of one more change."""
        with self.lock:
            self.version += 1
            return self.version

    def visible(self, table: Table) -> Table:
        """Return the table without the columns that are hidden."""
        shown = tuple(
            each for each in table.attributes if f"{table.name}.{each.name}" not in self.faults.hidden_columns
        )
        return replace(table, attributes=shown)

    def by_set(self, set_name: str) -> Table | None:
        """Return the table of an entity set, or None."""
        found = next((each for each in self.schema.values() if each.set_name == set_name), None)
        return None if found is None else self.visible(found)

    def is_tracked(self, table: Table) -> bool:
        """Whether the table keeps changes."""
        return table.has_change_tracking and table.name not in self.faults.tracked_off
