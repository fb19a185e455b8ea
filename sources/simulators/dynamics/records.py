"""Changes to an environment's records, for tests: what a user, a plug-in or an import would do.

Stamps come from the environment's clock. A state file cannot be changed.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from sources.simulators.dynamics.state import LOG, EnvironmentState
from sources.simulators.http import quoted, text

_NAMESPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
Values = Mapping[str, Any]


class Records:
    """Create, update, delete, restore and merge. Raises KeyError for unknown tables and columns."""

    def __init__(self, state: EnvironmentState) -> None:
        self.state = state
        self._numbers = itertools.count(1)
        self._bin: dict[tuple[str, str], dict[str, Any]] = {}

    def insert(self, table: str, values: Values, *, visible_at: datetime | None = None) -> str:
        """Create a record and return its id; with ``visible_at`` its transaction commits only then."""
        (identifier,) = self.insert_many(table, [values], visible_at=visible_at)
        return identifier

    def insert_many(self, table: str, rows: Iterable[Values], *, visible_at: datetime | None = None) -> list[str]:
        """Create records with one stamp and return their ids; stamps that ``rows`` name are kept."""
        described, now = self.state.schema[table], self.state.now()
        stamps = {name: now for name in ("createdon", "modifiedon") if name in described.columns()}
        full = []
        for row in rows:
            own = {described.primary_id: str(uuid.uuid5(_NAMESPACE, f"{table} {next(self._numbers)}"))}
            full.append(own | stamps | self._known(table, row))
        if visible_at is None:
            self._write(table, full)
        else:
            self.state.later(visible_at, lambda: self._write(table, full))
        return [row[described.primary_id] for row in full]

    def update(self, table: str, identifier: str, values: Values, *, touch: bool = True) -> None:
        """Change columns; ``touch=False`` moves neither stamp nor version, as when a rollup is computed."""
        described = self.state.schema[table]
        changed = dict(self._known(table, values))
        if touch:
            changed["versionnumber"] = self.state.next_version()
            if "modifiedon" in described.columns():
                changed["modifiedon"] = self.state.now()
        assignments = ", ".join(f"{quoted(name)} = ?" for name in changed)
        sql = f"update {self.state.table(table)} set {assignments} where {quoted(described.primary_id)} = ?"
        self._execute(sql, [*changed.values(), identifier])

    def delete(self, table: str, identifier: str) -> None:
        """Remove a record at once, as Dataverse does; the log remembers it."""
        described = self.state.schema[table]
        key = quoted(described.primary_id)
        with self.state.lock, self.state.cursor() as cursor:
            found = cursor.execute(f"select * from {self.state.table(table)} where {key} = ?", [identifier])
            names = [each[0] for each in found.description or ()]
            row = found.fetchone()
            if row is None:
                raise KeyError(identifier)
            self._bin[table, identifier] = dict(zip(names, row, strict=True))
            cursor.execute(f"delete from {self.state.table(table)} where {key} = ?", [identifier])
            log = [table, identifier, self.state.next_version(), self.state.now()]
            cursor.execute(f"insert into {self.state.table(LOG)} values (?, ?, ?, ?)", log)

    def restore(self, table: str, identifier: str) -> None:
        """Bring a deleted record back under its own id."""
        row = self._bin.pop((table, identifier))
        with self.state.lock:
            known = f"table_name = {text(table)} and id = {text(identifier)}"
            self._execute(f"delete from {self.state.table(LOG)} where {known}", [])
            stamp = {"modifiedon": self.state.now()} if "modifiedon" in row else {}
            self._write(table, [row | stamp])

    def merge(self, table: str, winner: str, losers: Iterable[str]) -> None:
        """Merge ``losers`` into ``winner``: they stay, inactive, and name it; what points to them moves."""
        for loser in losers:
            self.update(table, loser, {"merged": True, "masterid": winner, "statecode": 1})
            for child in self.state.schema.values():
                for attribute in child.attributes:
                    if table in attribute.targets and attribute.name != "masterid":
                        self._repoint(child.name, attribute.name, loser, winner)
        self.update(table, winner, {})

    def add_table(self, name: str, columns: Mapping[str, str], primary_id: str | None = None) -> None:
        """Make a custom table with these columns, column → DuckDB type; ``primary_id`` is its name with id after it."""
        kinds = {primary_id or f"{name}id": "varchar", "versionnumber": "bigint"}
        kinds |= {"createdon": "timestamp", "modifiedon": "timestamp", **columns}
        with self.state.lock:
            body = ", ".join(f"{quoted(column)} {kind}" for column, kind in kinds.items())
            self._execute(f"create table {self.state.table(name)} ({body})", [])
            self.state.refresh_schema()

    def add_column(self, table: str, name: str, sql_type: str = "varchar") -> None:
        """Add a custom column; existing records have null in it and keep their stamps."""
        with self.state.lock:
            self._execute(f"alter table {self.state.table(table)} add column {quoted(name)} {sql_type}", [])
            self.state.refresh_schema()

    def remove_column(self, table: str, name: str) -> None:
        """Drop a column."""
        with self.state.lock:
            self._execute(f"alter table {self.state.table(table)} drop column {quoted(name)}", [])
            self.state.refresh_schema()

    def _repoint(self, table: str, column: str, old: str, new: str) -> None:
        described = self.state.schema[table]
        key, where = quoted(described.primary_id), f"{quoted(column)} = {text(old)}"
        rows = self.state.cursor().execute(f"select {key} from {self.state.table(table)} where {where}").fetchall()
        for (identifier,) in rows:
            self.update(table, identifier, {column: new})

    def _known(self, table: str, values: Values) -> dict[str, Any]:
        if self.state.read_only:
            raise PermissionError("a state file is served read-only; give the simulator a connection to change records")
        if unknown := set(values) - set(self.state.schema[table].columns()):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        return dict(values)

    def _write(self, table: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        names = sorted({name for row in rows for name in row} | {"versionnumber"})
        columns = ", ".join(map(quoted, names))
        with self.state.lock, self.state.cursor() as cursor:
            # the version is that of the commit: a transaction that commits late is new to every token before it
            versioned = [row | {"versionnumber": self.state.next_version()} for row in rows]
            new = pa.table({name: [row.get(name) for row in versioned] for name in names})
            cursor.register("_new_records", new)
            cursor.execute(f"insert into {self.state.table(table)} ({columns}) select {columns} from _new_records")
            cursor.unregister("_new_records")

    def _execute(self, sql: str, parameters: list[Any]) -> None:
        with self.state.lock, self.state.cursor() as cursor:
            cursor.execute(sql, parameters)
