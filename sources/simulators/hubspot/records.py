"""Changes to an account's records, for tests: what users, apps and imports would do.

Stamps come from the account's clock. A state file cannot be changed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from sources.simulators.http import quoted, text
from sources.simulators.hubspot.rendering import iso
from sources.simulators.hubspot.state import AccountState

Values = Mapping[str, str | None]
_WITH_HISTORY = "dealstage"


class Records:
    """Create, update, archive, restore, erase, merge and associate. Raises KeyError for what is not known."""

    def __init__(self, state: AccountState) -> None:
        self.state = state
        self._numbers = itertools.count(101)

    def insert(self, name: str, values: Values, *, visible_at: datetime | None = None) -> str:
        """Create a record and return its id; with ``visible_at`` its transaction commits only then."""
        (identifier,) = self.insert_many(name, [values], visible_at=visible_at)
        return identifier

    def insert_many(
        self, name: str, rows: Iterable[Values], *, visible_at: datetime | None = None, at: datetime | None = None
    ) -> list[str]:
        """Create records with one stamp, ``at`` or now, and return their ids."""
        now, full = at or self.state.exact_now(), []
        for row in rows:
            own: dict[str, Any] = dict(self._known(name, row))
            stamps = {"_created_at": now, "_updated_at": now, "_archived": False, "_archived_at": None}
            full.append({"_id": str(next(self._numbers)), **stamps, **own})
        if visible_at is None:
            self._write(name, full)
        else:
            self.state.later(visible_at, lambda: self._write(name, full, since=visible_at))
        return [row["_id"] for row in full]

    def update(self, name: str, identifier: str, values: Values, *, touch: bool = True) -> None:
        """Change properties; ``touch=False`` leaves the stamp, as when a calculated property is computed."""
        changed: dict[str, Any] = dict(self._known(name, values))
        now = self.state.exact_now()
        if touch:
            changed["_updated_at"] = now
        self._set(name, identifier, changed)
        if _WITH_HISTORY in values:
            self._remember(name, [(identifier, values[_WITH_HISTORY], now)])

    def archive(self, name: str, identifier: str) -> None:
        """Delete a record the way users do: it can be restored for 90 days."""
        self._set(name, identifier, {"_archived": True, "_archived_at": self.state.exact_now()})

    def restore(self, name: str, identifier: str) -> None:
        """Bring an archived record back; its stamp does not move."""
        self._set(name, identifier, {"_archived": False, "_archived_at": None})

    def erase(self, name: str, identifier: str) -> None:
        """Remove a record for good: a privacy delete, or an archived one after 90 days."""
        self._remove(name, [identifier])
        ours = f"(from_type = {text(name)} and from_id = {text(identifier)})"
        theirs = f"(to_type = {text(name)} and to_id = {text(identifier)})"
        self._execute(f"delete from {self._side('_associations')} where {ours} or {theirs}")

    def merge(self, name: str, primary: str, other: str) -> str:
        """Merge two records and return the survivor's id: a new one, unless the account merges as it once did."""
        rows = {each: self._row(name, each) for each in (primary, other)}
        keeps = self.state.faults.keeps_primary_id
        survivor = primary if keeps else str(next(self._numbers))
        gone = [each for each in (primary, other) if each != survivor]
        before = [rows[each].get("hs_merged_object_ids") or "" for each in (primary, other)]
        merged = dict.fromkeys([each for listed in before for each in listed.split(";") if each] + gone)
        now = self.state.exact_now()
        created = min(row["_created_at"] for row in rows.values())
        kept = rows[primary] | {"_id": survivor, "_created_at": created, "_updated_at": now}
        kept["hs_merged_object_ids"] = ";".join(merged)
        self._remove(name, [primary, other])
        losers = [rows[each] | {"_archived": True, "_archived_at": now} for each in gone]
        self._write(name, [kept, *(losers if self.state.faults.lists_merged else [])], remembered=False)
        for each in gone:
            self._redirect(name, each, survivor)
        return survivor

    def associate(
        self, pair: Sequence[tuple[str, str]], *, label: str | None = None, type_ids: tuple[int, int] = (279, 280)
    ) -> None:
        """Associate two records, given as (object type, id), in both directions; no stamp moves."""
        (one, one_id), (two, two_id) = pair
        category = "HUBSPOT_DEFINED"
        rows = [[one, one_id, two, two_id, category, type_ids[0], label]]
        rows.append([two, two_id, one, one_id, category, type_ids[1], label])
        for row in rows:
            self._execute(f"insert into {self._side('_associations')} values (?, ?, ?, ?, ?, ?, ?)", row)

    def dissociate(self, pair: Sequence[tuple[str, str]]) -> None:
        """Remove every association of two records; no stamp moves."""
        for (one, one_id), (two, two_id) in (pair, pair[::-1]):
            ends = {"from_type": one, "from_id": one_id, "to_type": two, "to_id": two_id}
            condition = " and ".join(f"{column} = {text(value)}" for column, value in ends.items())
            self._execute(f"delete from {self._side('_associations')} where {condition}")

    def add_property(self, name: str, property_name: str, kind: str = "string", *, unique: bool = False) -> None:
        """Add a custom property; existing records have nothing in it and keep their stamps.

        With ``unique`` its values are one record's each, and calls may name records by them.
        """
        self._execute(f"alter table {self.state.table(name)} add column {quoted(property_name)} varchar")
        self._execute(f"insert into {self._side('_properties')} values (?, ?, ?)", [name, property_name, kind])
        self._forget_property(name, property_name)
        if unique:
            self.document(f"unique_property:{name}", property_name, {"name": property_name})
        self.state.refresh_schema()

    def remove_property(self, name: str, property_name: str) -> None:
        """Archive a property: it is listed apart, and not answered any more."""
        archived_at = {"archived": True, "archivedAt": iso(self.state.exact_now())}
        found = self.state.schema[name]
        definition = next(each for each in found.definitions(()) if each["name"] == property_name)
        self._forget_property(name, property_name)
        self.document(f"property:{name}", property_name, definition | archived_at, archived=True)
        self._execute(f"alter table {self.state.table(name)} drop column {quoted(property_name)}")
        self.state.refresh_schema()

    def document(self, kind: str, identifier: str, body: Mapping[str, Any], *, archived: bool = False) -> None:
        """Put an owner, a pipeline (kind ``pipeline:deals``), a campaign, a rate or a schema there, or replace it."""
        where = f"where kind = {text(kind)} and id = {text(identifier)} and archived = {archived}"
        self._execute(f"delete from {self._side('_documents')} {where}")
        row = [kind, identifier, archived, json.dumps(body)]
        self._execute(f"insert into {self._side('_documents')} values (?, ?, ?, ?)", row)

    def _forget_property(self, name: str, property_name: str) -> None:
        """Let a property of that name be neither archived nor unique."""
        kinds = f"kind in ({text(f'property:{name}')}, {text(f'unique_property:{name}')})"
        self._execute(f"delete from {self._side('_documents')} where {kinds} and id = {text(property_name)}")

    def _redirect(self, name: str, old: str, new: str) -> None:
        """Let an old id, and whatever led to it, lead to the survivor, and move what points to it."""
        named = f"object = {text(name)}"
        self._execute(f"update {self._side('_merged')} set new_id = {text(new)} where {named} and new_id = {text(old)}")
        self._execute(f"insert into {self._side('_merged')} values (?, ?, ?)", [name, old, new])
        self._execute(f"update {self._side('_history')} set id = {text(new)} where {named} and id = {text(old)}")
        for end in ("from", "to"):
            condition = f"{end}_type = {text(name)} and {end}_id = {text(old)}"
            self._execute(f"update {self._side('_associations')} set {end}_id = {text(new)} where {condition}")

    def _row(self, name: str, identifier: str) -> dict[str, Any]:
        cursor = self.state.cursor()
        found = cursor.execute(f"select * from {self.state.table(name)} where _id = ?", [identifier])
        names = [each[0] for each in found.description or ()]
        row = found.fetchone()
        if row is None:
            raise KeyError(identifier)
        return dict(zip(names, row, strict=True))

    def _set(self, name: str, identifier: str, values: Mapping[str, Any]) -> None:
        self._prepare_index(name)
        assignments = ", ".join(f"{quoted(column)} = ?" for column in values)
        sql = f"update {self.state.table(name)} set {assignments} where _id = ?"
        self._execute(sql, [*values.values(), identifier])
        self._reach_index(name, [identifier])

    def _remove(self, name: str, identifiers: Sequence[str]) -> None:
        self._prepare_index(name)
        listed = ", ".join(map(text, identifiers))
        self._execute(f"delete from {self.state.table(name)} where _id in ({listed})")
        self._reach_index(name, identifiers)

    def _write(
        self, name: str, rows: list[dict[str, Any]], *, remembered: bool = True, since: datetime | None = None
    ) -> None:
        if not rows:
            return
        self._prepare_index(name)
        names = sorted({column for row in rows for column in row})
        columns = ", ".join(map(quoted, names))
        with self.state.lock, self.state.cursor() as cursor:
            cursor.register("_new_records", pa.table({column: [row.get(column) for row in rows] for column in names}))
            cursor.execute(f"insert into {self.state.table(name)} ({columns}) select {columns} from _new_records")
            cursor.unregister("_new_records")
        staged = [(row["_id"], row[_WITH_HISTORY], row["_updated_at"]) for row in rows if row.get(_WITH_HISTORY)]
        if remembered and staged:
            self._remember(name, staged)
        self._reach_index(name, [row["_id"] for row in rows], since)

    def _remember(self, name: str, values: Iterable[tuple[str, str | None, datetime]]) -> None:
        for identifier, value, at in values:
            row = [name, identifier, _WITH_HISTORY, value, at, "CRM_UI"]
            self._execute(f"insert into {self._side('_history')} values (?, ?, ?, ?, ?, ?)", row)

    def _prepare_index(self, name: str) -> None:
        """Give the search a table of its own before the first change that reaches it late."""
        if self.state.faults.index_lag and name not in self.state.indexed:
            index = self.state.table(f"_index_{name}")
            self._execute(f"create or replace table {index} as select * from {self.state.table(name)}")
            self.state.indexed.add(name)

    def _reach_index(self, name: str, identifiers: Sequence[str], since: datetime | None = None) -> None:
        """Let the search see records as they are then, late; ``since`` is when they changed, now without it."""
        if name not in self.state.indexed:
            return
        listed = ", ".join(map(text, identifiers))

        def arrive() -> None:
            index = self.state.table(f"_index_{name}")
            self._execute(f"delete from {index} where _id in ({listed})")
            self._execute(f"insert into {index} by name select * from {self.state.table(name)} where _id in ({listed})")

        if self.state.faults.index_lag:
            self.state.later((since or self.state.now()) + self.state.faults.index_lag, arrive)
        else:
            arrive()

    def _known(self, name: str, values: Values) -> Values:
        if self.state.read_only:
            raise PermissionError("a state file is served read-only; give the simulator a connection to change records")
        if unknown := set(values) - set(self.state.schema[name].properties):
            raise KeyError(f"{name} has no property {', '.join(sorted(unknown))}")
        return values

    def _side(self, name: str) -> str:
        return self.state.table(name)

    def _execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        with self.state.lock, self.state.cursor() as cursor:
            cursor.execute(sql, list(parameters)) if parameters else cursor.execute(sql)
