"""The connector of a legacy CRM whose tables are known: its object table, read from the database itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.databases.database import KEPT
from sources.databases.objects import DatabaseObject, database_object
from sources.databases.options import connection
from sources.databases.session import Session
from sources.databases.table import DatedBy, SourceTable
from sources.errors import CrmWarehouseError, SourceError
from sources.inspecting import clock_check, tried
from sources.lake.schema import log_name
from sources.quoting import identifier, quoted
from sources.reconciling import reconcile_days, reconciles
from sources.yaml_lines import nearest


class DatabaseConnector:
    """One installation of a legacy CRM. Constructing it reads no secret and opens nothing.

    Args:
        connector_type: the type's name.
        objects: the type's object table.
        custom: makes the object of a further table of this installation, by the type's conventions for custom modules.
    """

    def __init__(
        self,
        connector_type: str,
        config: SourceConfig,
        objects: Sequence[DatabaseObject],
        custom: Callable[[str], DatabaseObject],
    ) -> None:
        self.type, self.name = connector_type, config.name
        known = {each.name.lower(): each for each in objects}
        skipped = {str(name).lower() for name in config.options.get("skip_objects") or ()}
        if unknown := sorted(skipped - set(known)):
            raise config.error("skip_objects", f"unknown table '{unknown[0]}'{nearest(unknown[0], known)}")
        extra = [_extra(config, each, custom) for each in config.options.get("extra_objects") or ()]
        if again := [each.name for each in extra if each.name.lower() in known]:
            raise config.error("extra_objects", f"'{again[0]}' is read anyway")
        kept = [each for name, each in known.items() if name not in skipped]
        self._objects = {each.object.table: each for each in (*kept, *extra)}
        self._required = {each.name for each in (*extra, *(one for one in kept if one.is_always))}
        self._session = Session(connector_type, config.name, connection(config), config.text("clock"))
        self._shrink_limit, self._days = config.number("shrink_limit"), reconcile_days(config)

    def __repr__(self) -> str:
        return f"DatabaseConnector({self.type!r}, {self.name!r})"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared tables without those that the configuration skips, and those it adds."""
        return tuple(each.object for each in self._objects.values())

    def clock(self) -> datetime:
        """Return the database's own time, naive UTC. Raises SourceError when it is not reached."""
        return self._session.clock()

    def check(self) -> list[Check]:
        """Connect, and look for every table and the columns that it is read by; never raises for an answer."""
        try:
            time = self.clock()
        except CrmWarehouseError as error:
            return [Check("connection", False, str(error))]
        kind = self._session.database.kind
        checks = [Check("connection", True, f"{kind}, read-only"), clock_check("the database", time)]
        return [*checks, *(tried(each.name, partial(self._check, each)) for each in self._objects.values())]

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of a table, none where this installation lacks it. Raises SourceError."""
        each, names = self._objects[obj.table], self._session.columns(obj.name)
        return self._session.landed(self._fitted(each, names)) if names else ()

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Return every row of ``obj`` that changed in the window; a table that this installation lacks is empty.

        Raises SourceError; commits nothing. A table is read from the start when it was not there last time, and every
        ``reconcile``.
        """
        each = self._objects[obj.table]
        names = self._session.columns(obj.name)
        if not names:
            return self._absent(each, window, reading)
        table = self._fitted(each, names)
        if window.token is None or reconciles(obj, window, self._days):
            window = replace(window, since=None)
        if table.cursor is None:
            obj = replace(obj, cursor=None)
        extract = self._session.read(table, obj, window, reading)
        # a key is in a table once: whoever set the date back, the row is the record's state
        return replace(extract, is_current=True)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        self._session.close()

    def _fitted(self, each: DatabaseObject, names: Sequence[str]) -> SourceTable:
        """Return the table as this installation has it. Raises SourceError when it lacks a column of the key."""
        has, table = {name.lower() for name in names}, each.source_table(self._shrink_limit)
        if lacking := [name for name in table.key if name.lower() not in has]:
            message = f"it has no column '{lacking[0]}', which identifies its rows{nearest(lacking[0], names)}"
            raise SourceError(self.name, each.name, f"{message}.", f"Name another key in extra_objects. {KEPT}")
        if table.dated_by and table.dated_by.is_head:
            return self._with_head(table, table.dated_by, has)
        table = replace(table, watched=tuple(name for name in table.watched if name.lower() in has))
        if table.cursor and table.cursor.lower() in has:
            return replace(table, dated_by=None)
        if table.cursor and table.dated_by and table.dated_by.column.lower() in has:
            dated = {name.lower() for name in self._session.columns(table.dated_by.table)}
            if {table.cursor.lower(), table.dated_by.key.lower()} <= dated:
                return table
        return replace(table, cursor=None, dated_by=None, sweep=False)

    def _with_head(self, table: SourceTable, head: DatedBy, has: set[str]) -> SourceTable:
        """Return a table whose rows are records only by another one, which also says whether they are deleted.

        Raises SourceError when that one lacks a column: read without it, every deleted record would live again.
        """
        theirs = self._session.columns(head.table)
        borrowed = tuple(name for name in table.borrowed if name.lower() not in has)
        for name in (head.key, *borrowed):
            if name.lower() not in {each.lower() for each in theirs}:
                message = f"its rows are dated by {head.table}, which has no column '{name}'{nearest(name, theirs)}."
                raise SourceError(self.name, table.name, message, f"Give the user access to it. {KEPT}")
        return replace(table, dated_by=replace(head, brings=borrowed))

    def _absent(self, each: DatabaseObject, window: Window, reading: Reading) -> Extract:
        """Return an empty extract of a table that is not there, or raise SourceError where it must be or once was.

        Without a token: when the table appears it is read from the start.
        """
        obj = each.object
        remedy = f"Give the user access to it, or name it in skip_objects if it is really gone. {KEPT}"
        if each.name in self._required:
            hint = nearest(each.name, self._session.tables())
            raise SourceError(self.name, each.name, f"the database has no such table{hint}.", remedy)
        log = log_name(self.type, obj.table)
        mine = f"select 1 from {log} where _source = {quoted(self.name)} limit 1"
        if reading.connection.execute(mine).fetchone():
            raise SourceError(self.name, each.name, "the table that was read before is no longer there.", remedy)
        nulls = ", ".join(f"cast(null as {column.type}) as {identifier(column.name)}" for column in obj.columns)
        relation = f"(select {nulls} where false)"
        return Extract(obj, obj.columns, replace(window, token=None), relation, is_typed=True, source_count=0)

    def _check(self, each: DatabaseObject) -> Check:
        """Return how a table will be read. Raises SourceError when it cannot be."""
        names = self._session.columns(each.name)
        if not names:
            if each.name in self._required:
                hint = nearest(each.name, self._session.tables())
                raise SourceError(self.name, each.name, f"the database has no such table{hint}.")
            return Check(each.name, True, "not in this installation")
        table = self._fitted(each, names)
        found = self._session.check(table)
        return replace(found, detail=f"{found.detail}, {f'by {table.cursor}' if table.cursor else 'whole each time'}")


def _extra(config: SourceConfig, given: object, custom: Callable[[str], DatabaseObject]) -> DatabaseObject:
    """Return the object of an entry of ``extra_objects``: a name, or a table with the columns it is read by."""
    if isinstance(given, str):
        return custom(given)
    if not isinstance(given, dict) or not {"table", "key"} <= set(given) <= {"table", "key", "cursor"}:
        message = f"{given!r} must be a table's name or {{table: …, key: …}}, with a cursor if it has one"
        raise config.error("extra_objects", message)
    key = given["key"] if isinstance(given["key"], list) else [given["key"]]
    return database_object(given["table"], [str(name) for name in key], cursor=given.get("cursor"))
