"""The account's data: a table per object type, the search index, and what is no record (owners, pipelines, rates).

Tables beside those of schema.yml: ``_merged`` (where old ids lead), ``_associations`` (one row a direction),
``_history`` (values of dealstage), ``_documents`` (JSON of owners, pipelines, campaigns, currencies, and of
what is said of properties), ``_properties`` (types of properties that schema.yml does not know).
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from sources.simulators.http import Clock, State, quoted, text
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.schema import RECORD, ObjectType, custom_type, load_schema

SIDE_TABLES = {
    "_merged": "object varchar, old_id varchar, new_id varchar",
    "_associations": "from_type varchar, from_id varchar, to_type varchar, to_id varchar, category varchar,"
    " type_id integer, label varchar",
    "_history": "object varchar, id varchar, property varchar, value varchar, changed_at timestamp,"
    " source_type varchar",
    "_documents": "kind varchar, id varchar, archived boolean, body varchar",
    "_properties": "object varchar, name varchar, kind varchar",
}


def empty_account() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with every object type of schema.yml, empty, and the side tables."""
    connection = duckdb.connect(":memory:")
    create_tables(connection, "memory")
    return connection


def create_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Create every object type of schema.yml, empty, and the side tables in an attached database."""
    for found in load_schema().values():
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in found.columns().items())
        connection.execute(f"create table {catalog}.{quoted(found.name)} ({columns})")
    for name, columns in SIDE_TABLES.items():
        connection.execute(f"create table {catalog}.{quoted(name)} ({columns})")


class AccountState(State):
    """The tables, their properties and the clock.

    Attributes:
        indexed: object types whose search index is a table of its own, ``_index_<type>``: changes reach it late.
    """

    def __init__(self, database: Path | duckdb.DuckDBPyConnection, clock: Clock, faults: Faults) -> None:
        super().__init__(database, clock)
        self.faults = faults
        self.indexed: set[str] = set()
        self.schema: dict[str, ObjectType] = {}
        self.refresh_schema()

    def refresh_schema(self) -> None:
        """Take up object types and properties that were added or dropped. Raises ValueError where there is none."""
        present, known = self.tables(), load_schema()
        own = self._own_kinds(present)
        self.schema = {}
        for table, columns in present.items():
            if table.startswith("_"):
                continue
            base = known.get(table) or custom_type(table, f"2-{len(self.schema) + 1}", {})
            stamps = {"hs_object_id", base.created, base.modified}
            kinds = {
                name: base.properties.get(name) or own.get((table, name), "string")
                for name in columns
                if name not in RECORD
            }
            self.schema[table] = base.with_properties(
                {name: base.properties[name] for name in stamps if name not in kinds} | kinds
            )
        if not self.schema:
            raise ValueError("the database holds no table of a HubSpot account")

    def object_type(self, name: str) -> ObjectType | None:
        """Return the object type of a path's name: plural, objectTypeId, or of a custom type the qualified name."""
        found = self.schema.get(name)
        return found or next((each for each in self.schema.values() if each.type_id == name), None)

    def searched(self, name: str) -> str:
        """The SQL name of what the search sees of an object type."""
        return self.table(f"_index_{name}" if name in self.indexed else name)

    def documents(self, kind: str, archived: bool | None = None) -> list[str]:
        """Return the JSON of every document of a kind, by id; with ``archived`` only those that are or are not."""
        condition = "" if archived is None else f" and archived = {archived}"
        sql = f"select body from {self.table('_documents')} where kind = {text(kind)}{condition} order by id"
        return [row[0] for row in self.cursor().execute(sql).fetchall()]

    def unique_properties(self, found: ObjectType) -> frozenset[str]:
        """Return the custom properties that were made to have unique values."""
        return frozenset(json.loads(each)["name"] for each in self.documents(f"unique_property:{found.name}"))

    def _own_kinds(self, present: dict[str, dict[str, str]]) -> dict[tuple[str, str], str]:
        if "_properties" not in present:
            return {}
        rows = self.cursor().execute(f"select object, name, kind from {self.table('_properties')}").fetchall()
        return {(table, name): kind for table, name, kind in rows}
