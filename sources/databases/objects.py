"""The object table of a legacy CRM as data: what each of its tables is keyed, dated and deleted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sources.contract import Column, SourceObject
from sources.databases.table import DatedBy, DeclaredColumn, SourceTable

_TYPES = {
    "text": "VARCHAR",
    "number": "BIGINT",
    "money": "DECIMAL(38,10)",
    "real": "DOUBLE",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMP",
    "day": "DATE",
}


@dataclass(frozen=True)
class DatabaseObject:
    """One table of a legacy CRM: a row of its connector's object table.

    Attributes:
        object: what the lake is told; its name is the source's table. Without a cursor the table is read whole each
            time and compared; so it is in an installation whose table lacks the cursor.
        dated_by: the table that has the cursor, where this one has no such column.
        sweep: whether every key is compared each time, to find rows deleted without trace and rows committed late.
        watched: declared columns that the sweep compares too, since they change without moving the cursor.
        is_always: whether every installation has the table, so that its absence is an error.
        unread: columns, in lower case, that are never read: what the system's own users log in with.
    """

    object: SourceObject
    dated_by: DatedBy | None = None
    sweep: bool = True
    watched: tuple[str, ...] = ()
    is_always: bool = False
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The source's table."""
        return self.object.name

    def source_table(self, shrink_limit: float) -> SourceTable:
        """Return the table as the readers take it; the declared columns land in their declared types."""
        obj = self.object
        return SourceTable(
            obj.name,
            obj.key,
            cursor=obj.cursor,
            dated_by=self.dated_by,
            columns={column.name: DeclaredColumn(column.type) for column in obj.columns},
            shrink_limit=shrink_limit,
            sweep=self.sweep and obj.cursor is not None,
            watched=self.watched,
            unread=self.unread,
        )


def columns(**kinds: str) -> tuple[Column, ...]:
    """Return columns to declare; each keyword is a kind of ``_TYPES``, its value column names separated by blanks."""
    return tuple(Column(name, _TYPES[kind]) for kind, names in kinds.items() for name in names.split())


def database_object(
    name: str,
    key: str | Sequence[str],
    declared: Sequence[Column] = (),
    *,
    table: str | None = None,
    cursor: str | None = None,
    dated_by: DatedBy | None = None,
    deleted_when: str | None = None,
    lookback: timedelta = SourceObject.lookback,
    sweep: bool = True,
    watched: Sequence[str] = (),
    is_always: bool = False,
    unread: Sequence[str] = (),
) -> DatabaseObject:
    """Return a row of an object table.

    Args:
        name: the source's table.
        key: the columns that identify a row; text unless they are among the declared.
        declared: columns that are in the lake whatever the installation has, and land in these types. It may have
            further ones; those land in its own types. The cursor is a moment unless it is among them.
        table: the lake's name of the table, where it is not the source's.
        lookback: the longest time that a transaction of the source may take.
    """
    keys = (key,) if isinstance(key, str) else tuple(key)
    named = {column.name for column in declared}
    own = [Column(each, _TYPES["text"]) for each in keys if each not in named]
    stamp = [Column(cursor, _TYPES["moment"])] if cursor and cursor not in named else []
    obj = SourceObject(
        name,
        table or name,
        keys,
        (*own, *declared, *stamp),
        cursor,
        deleted_when,
        lookback=lookback,
        deletes_by=_deletes_by(cursor, deleted_when, sweep=sweep),
    )
    return DatabaseObject(obj, dated_by, sweep, tuple(watched), is_always, tuple(unread))


def _deletes_by(cursor: str | None, deleted_when: str | None, *, sweep: bool) -> str:
    if cursor is None:
        return "absence from each read"
    found = [f"{deleted_when}"] if deleted_when else []
    return ", ".join([*found, *(["absence from a sweep of all keys"] if sweep else [])]) or "not found: no sweep"
