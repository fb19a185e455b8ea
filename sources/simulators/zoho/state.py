"""The organization's data: one table per module, and the list of what was deleted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from sources.simulators.http import Clock, State, quoted
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.schema import Module, custom_module, field_of_column, load_schema

DELETED = "_deleted"


def empty_organization() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with every table of schema.yml, empty, and the list of deletes."""
    connection = duckdb.connect(":memory:")
    create_tables(connection, "memory")
    return connection


def create_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Create every table of schema.yml, empty, and the list of deletes in an attached database."""
    for module in load_schema().values():
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in module.columns().items())
        connection.execute(f"create table {catalog}.{quoted(module.name)} ({columns})")
    listed = "module varchar, id varchar, display_name varchar, type varchar, deleted_at timestamp"
    connection.execute(f"create table {catalog}.{DELETED} ({listed})")


class OrganizationState(State):
    """The tables, their metadata and the clock."""

    def __init__(self, database: Path | duckdb.DuckDBPyConnection, clock: Clock, faults: Faults) -> None:
        super().__init__(database, clock)
        self.faults = faults
        self.refresh_schema()

    def refresh_schema(self) -> None:
        """Take up modules and fields that were added or dropped. Raises ValueError where no module is known."""
        present, known, self.schema = self.tables(), load_schema(), {}
        for name, columns in present.items():
            if name == DELETED:
                continue
            module = known.get(name)
            if module is None:
                self.schema[name] = custom_module(name, columns)
                continue
            own = tuple(each for each in module.fields if each.sql_type is None or each.name in columns)
            of_schema = module.columns()
            added = tuple(field_of_column(c, t) for c, t in columns.items() if c not in of_schema)
            self.schema[name] = replace(module, fields=(*own, *added))
        if not any(each.is_module for each in self.schema.values()):
            raise ValueError("the database holds no module of a Zoho organization")

    def module(self, name: str) -> Module | None:
        """Return a module as the caller may see it, or None."""
        module = self.schema.get(name)
        if module is None or name in self.faults.hidden_modules:
            return None
        shown = tuple(each for each in module.fields if f"{name}.{each.name}" not in self.faults.hidden_fields)
        return replace(module, fields=shown)
