"""The org's data: a DuckDB database with one table per object, and what its tables say of the objects.

Tests change it through records.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from sources.simulators.http import Clock, State, quoted
from sources.simulators.salesforce.schema import Schema, SObject, custom_object, field_of_column, load_schema


def empty_org() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with every table of schema.yml, empty."""
    connection = duckdb.connect(":memory:")
    for sobject in load_schema().values():
        columns = ", ".join(f"{quoted(field.name)} {field.sql_type}" for field in sobject.columns)
        connection.execute(f"create table {quoted(sobject.name)} ({columns})")
    connection.execute("create table _deleted (object varchar, id varchar, deleted_date timestamp)")
    return connection


class OrgState(State):
    """The tables, their metadata and the clock. Raises ValueError where there is no table of a known object."""

    def __init__(self, database: Path | duckdb.DuckDBPyConnection, clock: Clock) -> None:
        super().__init__(database, clock)
        self.schema = self._described()
        self.schema_changed_at = self.now()
        if not self.schema:
            raise ValueError(f"{database} holds no table of a Salesforce object")

    def has_delete_log(self) -> bool:
        """Whether the database has the table ``_deleted`` behind getDeleted."""
        return "_deleted" in self.tables()

    def sobject(self, name: str) -> SObject | None:
        """The object of that name in any case, or None."""
        wanted = name.lower()
        return next((sobject for known, sobject in self.schema.items() if known.lower() == wanted), None)

    def refresh_schema(self) -> None:
        """Take up tables and columns that were added or dropped."""
        self.schema, self.schema_changed_at = self._described(), self.now()

    def _described(self) -> Schema:
        tables, schema = self.tables(), {}
        for name, sobject in load_schema().items():
            if "Id" not in (columns := tables.get(name, {})):
                continue
            known = [field for field in sobject.fields if field.is_compound or field.name in columns]
            added = [field_of_column(c, t) for c, t in columns.items() if not sobject.has(c)]
            schema[name] = replace(sobject, fields=(*known, *added))
        for number, name in enumerate(each for each in tables if each.endswith("__c")):
            schema[name] = custom_object(name, number, tables[name])
        return schema
