"""Changes to an organization's records, for tests: what a user, a workflow or an import would do.

Stamps come from the organization's clock. A state file cannot be changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from sources.simulators.http import quoted, text
from sources.simulators.zoho.state import DELETED, OrganizationState

Values = Mapping[str, Any]
_FIRST_ID = 554023000001000000


class Records:
    """Create, update, delete, restore and merge. Raises KeyError for unknown modules and fields."""

    def __init__(self, state: OrganizationState) -> None:
        self.state = state
        self._numbers = itertools.count(_FIRST_ID)
        self._bin: dict[tuple[str, str], dict[str, Any]] = {}

    def insert(self, module: str, values: Values, *, visible_at: datetime | None = None) -> str:
        """Create a record and return its id; with ``visible_at`` it can be read only from then on."""
        (record,) = self.insert_many(module, [values], visible_at=visible_at)
        return record

    def insert_many(self, module: str, rows: Iterable[Values], *, visible_at: datetime | None = None) -> list[str]:
        """Create records with one stamp and return their ids; stamps and ids that ``rows`` name are kept."""
        described, now = self.state.schema[module], self.state.now()
        stamps = {name: now for name in ("Created_Time", "Modified_Time") if described.field(name)}
        full = []
        for row in rows:
            full.append({"id": str(next(self._numbers))} | stamps | self._known(module, row))
        if visible_at is None:
            self._write(module, full)
        else:
            self.state.later(visible_at, lambda: self._write(module, full))
        return [row["id"] for row in full]

    def update(self, module: str, record: str, values: Values, *, touch: bool = True) -> None:
        """Change fields; ``touch=False`` leaves Modified_Time as it is, as when a formula is computed."""
        changed = dict(self._known(module, values))
        if touch and self.state.schema[module].field("Modified_Time"):
            changed["Modified_Time"] = self.state.now()
        assignments = ", ".join(f"{quoted(name)} = ?" for name in changed)
        self._execute(f"update {self.state.table(module)} set {assignments} where id = ?", [*changed.values(), record])

    def delete(self, module: str, record: str, *, permanently: bool = False) -> None:
        """Move a record to the recycle bin, or past it."""
        row = self._taken(module, record)
        if not permanently:
            self._bin[module, record] = row
        name = row.get(self.state.schema[module].name_field)
        entry = [module, record, name, "permanent" if permanently else "recycle", self.state.now()]
        self._execute(f"insert into {self.state.table(DELETED)} values (?, ?, ?, ?, ?)", entry)

    def purge(self, module: str, record: str) -> None:
        """Remove a record so that no list names it, as when the list's time is over."""
        self._taken(module, record)

    def restore(self, module: str, record: str, *, touch: bool = False) -> None:
        """Bring a record back from the bin under its own id; Modified_Time moves only with ``touch``."""
        row = self._bin.pop((module, record))
        self._execute(f"delete from {self.state.table(DELETED)} where module = ? and id = ?", [module, record])
        self._write(module, [row | ({"Modified_Time": self.state.now()} if touch else {})])

    def merge(self, module: str, winner: str, losers: Iterable[str]) -> None:
        """Merge ``losers`` into ``winner``: they go to the bin, and what points to them moves."""
        for loser in losers:
            self.delete(module, loser)
            for child in self.state.schema.values():
                for field in child.fields:
                    if field.about == module and field.sql_type:
                        self._repoint(child.name, field.name, loser, winner)
        self.update(module, winner, {})

    def convert(self, lead: str, *, account: str, contact: str, deal: str | None = None) -> None:
        """Convert a lead."""
        made = {"Converted_Account": account, "Converted_Contact": contact, "Converted_Deal": deal}
        self.update("Leads", lead, made | {"Converted__s": True, "Converted_Date_Time": self.state.now()})

    def set_lines(self, parent: str, lines: str, rows: Iterable[Values]) -> list[str]:
        """Replace the lines of a parent, e.g. ``lines="Quoted_Items"``; the parent's stamp is left alone."""
        self._execute(f'delete from {self.state.table(lines)} where "Parent_Id" = ?', [parent])
        return self.insert_many(lines, [{"Parent_Id": parent, **row} for row in rows])

    def add_field(self, module: str, name: str, sql_type: str = "varchar") -> None:
        """Add a custom field; existing records have null in it and keep their stamps."""
        with self.state.lock:
            self._execute(f"alter table {self.state.table(module)} add column {quoted(name)} {sql_type}", [])
            self.state.refresh_schema()

    def remove_field(self, module: str, name: str) -> None:
        """Drop a field."""
        with self.state.lock:
            self._execute(f"alter table {self.state.table(module)} drop column {quoted(name)}", [])
            self.state.refresh_schema()

    def add_module(self, name: str, fields: Mapping[str, str]) -> None:
        """Make a custom module with these fields, field → DuckDB type; ``Name`` names its records."""
        columns = {"id": "varchar", "Name": "varchar", "Created_Time": "timestamp", "Modified_Time": "timestamp"}
        columns |= dict.fromkeys(("Created_By", "Modified_By", "Owner", "Tag"), "varchar")
        columns |= {**fields, "_approved": "boolean"}
        with self.state.lock:
            body = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            self._execute(f"create table {self.state.table(name)} ({body})", [])
            self.state.refresh_schema()

    def _repoint(self, module: str, column: str, old: str, new: str) -> None:
        where = f"{quoted(column)} = {text(old)}"
        rows = self.state.cursor().execute(f"select id from {self.state.table(module)} where {where}").fetchall()
        for (record,) in rows:
            self.update(module, record, {column: new})

    def _taken(self, module: str, record: str) -> dict[str, Any]:
        """Remove a record and return what it was."""
        with self.state.lock, self.state.cursor() as cursor:
            found = cursor.execute(f"select * from {self.state.table(module)} where id = ?", [record])
            names = [each[0] for each in found.description or ()]
            row = found.fetchone()
            if row is None:
                raise KeyError(record)
            cursor.execute(f"delete from {self.state.table(module)} where id = ?", [record])
        return dict(zip(names, row, strict=True))

    def _known(self, module: str, values: Values) -> dict[str, Any]:
        if self.state.read_only:
            raise PermissionError("a state file is served read-only; give the simulator a connection to change records")
        unknown = set(values) - set(self.state.schema[module].columns())
        if unknown:
            raise KeyError(f"{module} has no field {', '.join(sorted(unknown))}")
        return dict(values)

    def _write(self, module: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        names = list(dict.fromkeys(name for row in rows for name in row))
        columns = ", ".join(map(quoted, names))
        with self.state.lock, self.state.cursor() as cursor:
            new = pa.table({name: [row.get(name) for row in rows] for name in names})
            cursor.register("_new_records", new)
            cursor.execute(f"insert into {self.state.table(module)} ({columns}) select {columns} from _new_records")
            cursor.unregister("_new_records")

    def _execute(self, sql: str, parameters: list[Any]) -> None:
        with self.state.lock, self.state.cursor() as cursor:
            cursor.execute(sql, parameters)
