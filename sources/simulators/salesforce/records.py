"""Changes to an org's records, for tests: what a user, an integration or the nightly purge would do.

Stamps come from the org's clock. A state file cannot be changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from sources.simulators.http import quoted
from sources.simulators.salesforce.auth import USER_ID
from sources.simulators.salesforce.ids import record_id
from sources.simulators.salesforce.schema import SObject
from sources.simulators.salesforce.state import OrgState

# children that go with their parent, and the field that names it
CASCADE = {
    "Opportunity": (("OpportunityLineItem", "OpportunityId"), ("OpportunityHistory", "OpportunityId")),
    "Order": (("OrderItem", "OrderId"),),
    "Campaign": (("CampaignMember", "CampaignId"),),
}
DEFAULTS = {"IsDeleted": False, "IsArchived": False}
Values = Mapping[str, Any]


class Records:
    """Insert, update, delete, restore, merge and purge. Raises KeyError for unknown objects and fields."""

    def __init__(self, state: OrgState) -> None:
        self.state = state
        self._numbers = itertools.count(1)

    def insert(self, sobject: str, values: Values, *, visible_at: datetime | None = None) -> str:
        """Create a record and return its id; stamps that ``values`` names are kept.

        With ``visible_at`` the record carries today's stamp but shows only from that moment on, like one whose
        transaction commits late.
        """
        (identifier,) = self.insert_many(sobject, [values], visible_at=visible_at)
        return identifier

    def insert_many(self, sobject: str, rows: Iterable[Values], *, visible_at: datetime | None = None) -> list[str]:
        """Create records with one stamp and return their ids."""
        described, now = self._described(sobject), self.state.now()
        stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), now)
        people = dict.fromkeys(("CreatedById", "LastModifiedById"), USER_ID)
        common = {name: value for name, value in (stamps | people | DEFAULTS).items() if described.has(name)}
        full = [
            {"Id": record_id(described.key_prefix, next(self._numbers))} | common | self._known(described, row)
            for row in rows
        ]
        if visible_at is None:
            self._write(described, full)
        else:
            self.state.later(visible_at, lambda: self._write(described, full))
        return [str(row["Id"]) for row in full]

    def update(self, sobject: str, identifier: str, values: Values, *, touch: bool = True) -> None:
        """Change fields; ``touch=False`` leaves the stamps alone, as when a formula's result moves."""
        described, now = self._described(sobject), self.state.now()
        stamps = {name: now for name in ("LastModifiedDate", "SystemModstamp") if described.has(name)}
        self._set(described, self._known(described, values) | (stamps if touch else {}), "Id", identifier)

    def delete(self, sobject: str, identifier: str) -> None:
        """Move a record and its children to the recycle bin."""
        described = self._described(sobject)
        for child, parent in CASCADE.get(described.name, ()):
            for (child_id,) in self._select(child, parent, identifier):
                self.delete(child, child_id)
        self._bin(described, identifier, {})

    def undelete(self, sobject: str, identifier: str) -> None:
        """Bring a record back from the recycle bin with a new stamp."""
        self.update(sobject, identifier, {"IsDeleted": False})
        self._log_out(sobject, identifier)

    def merge(self, sobject: str, winner: str, losers: Iterable[str]) -> None:
        """Merge ``losers`` into ``winner``: they go to the bin naming it, their children move to it."""
        described = self._described(sobject)
        for loser in losers:
            self._bin(described, loser, {"MasterRecordId": winner})
            for child in self.state.schema.values():
                self._reparent(child, described.name, loser, winner)
        self.update(sobject, winner, {})

    def purge(self, sobject: str, identifier: str, *, logged: bool = True) -> None:
        """Remove a record for good; ``logged=False`` leaves no trace in the delete feed either."""
        self._log_out(sobject, identifier)
        if logged:
            self._log(sobject, identifier)
        self._execute(f'delete from {self.state.table(sobject)} where "Id" = ?', [identifier])

    def add_field(self, sobject: str, name: str, sql_type: str = "varchar") -> None:
        """Add a custom field; existing records have null in it and keep their stamps."""
        self._described(sobject)
        with self.state.lock:
            self._execute(f"alter table {self.state.table(sobject)} add column {quoted(name)} {sql_type}", [])
            self.state.refresh_schema()

    def remove_field(self, sobject: str, name: str) -> None:
        """Drop a field from the object."""
        self._described(sobject)
        with self.state.lock:
            self._execute(f"alter table {self.state.table(sobject)} drop column {quoted(name)}", [])
            self.state.refresh_schema()

    def _described(self, sobject: str) -> SObject:
        if self.state.read_only:
            raise PermissionError("a state file is served read-only; give the simulator a connection to change records")
        return self.state.schema[sobject]

    def _known(self, described: SObject, values: Values) -> dict[str, Any]:
        columns = {field.name for field in described.columns}
        if unknown := set(values) - columns:
            raise KeyError(f"{described.name} has no field {', '.join(sorted(unknown))}")
        return dict(values)

    def _write(self, described: SObject, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        names = sorted({name for row in rows for name in row})
        columns = ", ".join(map(quoted, names))
        new = pa.table({name: [row.get(name) for row in rows] for name in names})
        with self.state.lock, self.state.cursor() as cursor:
            cursor.register("_new_records", new)
            cursor.execute(
                f"insert into {self.state.table(described.name)} ({columns}) select {columns} from _new_records"
            )
            cursor.unregister("_new_records")

    def _set(self, described: SObject, values: Values, where: str, value: str) -> None:
        if not values:
            return
        assignments = ", ".join(f"{quoted(name)} = ?" for name in values)
        sql = f"update {self.state.table(described.name)} set {assignments} where {quoted(where)} = ?"
        self._execute(sql, [*values.values(), value])

    def _bin(self, described: SObject, identifier: str, values: Values) -> None:
        self.update(described.name, identifier, {"IsDeleted": True, **values})
        self._log(described.name, identifier)

    def _reparent(self, child: SObject, parent: str, loser: str, winner: str) -> None:
        now = self.state.now()
        stamps = {"SystemModstamp": now} if child.has("SystemModstamp") else {}
        for field in child.columns:
            if parent in field.referenceTo and field.name != "MasterRecordId":
                self._set(child, {field.name: winner, **stamps}, field.name, loser)

    def _select(self, sobject: str, field: str, value: str) -> list[tuple[str]]:
        sql = f'select "Id" from {self.state.table(sobject)} where {quoted(field)} = ? and not "IsDeleted"'
        rows: list[tuple[str]] = self.state.cursor().execute(sql, [value]).fetchall()
        return rows

    def _log(self, sobject: str, identifier: str) -> None:
        row = [sobject, identifier, self.state.now()]
        self._execute(f"insert into {self.state.table('_deleted')} values (?, ?, ?)", row)

    def _log_out(self, sobject: str, identifier: str) -> None:
        log = self.state.table("_deleted")
        self._execute(f"delete from {log} where object = ? and id = ?", [sobject, identifier])

    def _execute(self, sql: str, parameters: list[Any]) -> None:
        with self.state.lock, self.state.cursor() as cursor:
            cursor.execute(sql, parameters)
