"""The vocabulary every connector and the lake share: SourceObject, Window, Extract, Connector.

No I/O and no vendor knowledge belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import duckdb


@dataclass(frozen=True)
class Column:
    """A column of a source object: the source's own name and the DuckDB type it is kept as.

    ``parse`` is SQL over the relation's columns that yields the value in ``type``, or NULL where it cannot; the
    column then counts as failed when its raw value is not NULL. None stands for ``try_cast("name" as type)``.
    ``plain`` goes with a ``parse`` of numbers in another notation: SQL that yields the number as plain text, with all
    its places and a decimal point.
    """

    name: str
    type: str
    parse: str | None = None
    plain: str | None = None


@dataclass(frozen=True)
class SourceObject:
    """One object of a source: a row of a connector's object table.

    Attributes:
        name: the source's own name, e.g. ``OpportunityLineItem``.
        table: lake table inside the connector type's schema, e.g. ``opportunity_line_item``.
        key: columns that identify a record; their text joined with ``|`` is ``_record_id``.
        columns: columns that always exist in the lake, read or not.
        cursor: column holding the source's own change time; None means every read is a full snapshot.
        deleted_when: SQL over the source columns, true for a soft-deleted row; None if the source has no flag.
        merged_into: column naming the survivor of a merge, or None.
        lag: how far behind the source's clock a window must end, so that late commits are seen.
        lookback: how far before the last window's end the next one starts.
        deletes_by: how its deletes are found, or why they are not, in a few words for people.
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    cursor: str | None = None
    deleted_when: str | None = None
    merged_into: str | None = None
    lag: timedelta = timedelta(minutes=5)
    lookback: timedelta = timedelta(minutes=10)
    deletes_by: str = ""


@dataclass(frozen=True)
class Window:
    """A half-open span of source change time, ``[since, until)``, naive UTC; ``since`` None is from the start.

    ``token`` is what the source handed out to go on from, such as a delta link. In the window to read it is the one
    that the last window left, in the window of an extract the one to go on from next; it is kept with the cursor. A
    window to read that has a ``since`` and no token asks again for a span that may have been read: all of it is due.
    """

    since: datetime | None
    until: datetime
    token: str | None = None


@dataclass(frozen=True)
class Reject:
    """A row or field the reader itself could not take in (a ragged line, bytes that do not decode).

    ``record_id`` and ``field_name`` are None where the row was too broken to tell; ``payload`` is the raw text.
    """

    record_id: str | None
    field_name: str | None
    raw_value: str | None
    reason: str
    payload: str


@dataclass(frozen=True)
class FieldCheck:
    """A condition over an extract's typed rows; each row where it is true is recorded in the rejects, and kept.

    Attributes:
        field: what cannot be used, e.g. ``contacts.birth_date``.
        raw_value: SQL over the typed columns yielding the value as text.
        fails: SQL over the typed columns, true where the field is unusable.
        reason: what is wrong, for the person who reads the rejects.
    """

    field: str
    raw_value: str
    fails: str
    reason: str


@dataclass(frozen=True)
class SourceFile:
    """A file that an extract read whole, kept in ``ingest.files`` so that a replay does not read it again.

    ``path`` is relative to the source's folder; ``modified_at`` is naive UTC; ``sha256`` is hexadecimal.
    """

    path: str
    size: int
    modified_at: datetime
    sha256: str


@dataclass(frozen=True)
class Extract:
    """What one read of one object in one window staged, ready for the lake to commit.

    Attributes:
        object: the object read.
        columns: every source column in ``relation`` with the type it should have in the lake; may hold columns
            the object does not declare (custom fields) and lack some it does (vanished ones). A ``parse`` is used
            only when ``is_typed`` is false.
        window: the span that is complete once this extract is committed.
        relation: SQL for a FROM clause on the lake's connection that yields exactly ``columns`` by name, e.g.
            ``read_csv([...], all_varchar = true, ...)`` or an attached table. It may be scanned more than once.
        is_typed: whether ``relation`` already carries the types in ``columns``; otherwise its values are text
            and are cast by the lake, a failing field going to the rejects.
        is_snapshot: whether ``relation`` lists every living record, so that an absent one is a delete.
        is_current: whether each row is what the source holds of its record now, so that none is a late copy, however
            far its change time lies back; a snapshot's always are.
        is_lasting: whether ``relation`` can still be read after the next object was; one that reads the source itself
            cannot.
        source_count: the rows the source says it sent; the lake refuses the window when it disagrees.
        deletes: SQL for a FROM clause yielding ``record_id varchar, deleted_at timestamp, reason varchar``
            from a native delete feed, or None.
        replaced: SQL for a FROM clause yielding ``parent_id varchar, changed_at timestamp``: the parents whose children
            the relation lists all. A known record with such a parent, which is the first column of the object's key,
            that is not listed is gone since ``changed_at`` (naive UTC, or NULL). None where nothing is replaced.
        merges: SQL for a FROM clause yielding ``record_id varchar, merged_into varchar``: records known to have been
            merged away though no row of theirs came, or None. One that is living or deleted in the log becomes merged.
        rejects: what the reader itself had to set aside.
        shrink_limit: share of known records (0-1) whose absence from a snapshot is believed; more is refused.
        checks: conditions on the typed rows whose failures are recorded as rejects in the same transaction.
        files: files read by this extract, written to ``ingest.files`` (run_id, connector_type, _source, object, path,
            size, modified_at, sha256, committed_at) in the same transaction.
    """

    object: SourceObject
    columns: tuple[Column, ...]
    window: Window
    relation: str
    is_typed: bool = False
    is_snapshot: bool = False
    is_current: bool = False
    is_lasting: bool = True
    source_count: int | None = None
    deletes: str | None = None
    replaced: str | None = None
    merges: str | None = None
    rejects: tuple[Reject, ...] = ()
    shrink_limit: float = 0.5
    checks: tuple[FieldCheck, ...] = ()
    files: tuple[SourceFile, ...] = ()

    @property
    def has_feed(self) -> bool:
        """Whether it says of records without rows what became of them."""
        return self.deletes is not None or self.merges is not None


def _ignore(rows: int) -> None:
    """Default progress callback."""


def _no_log(table: str) -> str:
    """Default of a reading outside of a lake."""
    raise LookupError(f"this reading has no log of {table}")


@dataclass(frozen=True)
class Reading:
    """What a connector is handed to read with.

    Attributes:
        connection: the lake's DuckDB connection; a database connector attaches its source to it.
        staging: an empty folder for pages, removed after the commit.
        progress: called with the number of rows newly staged.
        last: the window of the object that the lake committed last; None where it had none, and so knows no record. A
            window to read that was asked for again lacks its token and begins elsewhere.
        log: returns SQL for a FROM clause yielding what the lake has committed of a table of this source: the change
            log's own columns. For what a source tells only to who knows the record, such as whether it still exists.
    """

    connection: duckdb.DuckDBPyConnection
    staging: Path
    progress: Callable[[int], None] = field(default=_ignore)
    log: Callable[[str], str] = field(default=_no_log)
    last: Window | None = None


@dataclass(frozen=True)
class Check:
    """One finding of ``crm-warehouse sources check``."""

    what: str
    passed: bool
    detail: str


class Connector(Protocol):
    """A configured instance of a source type. Constructing one opens nothing."""

    type: str
    name: str

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared objects, without touching the source."""

    def clock(self) -> datetime:
        """Return the source's own time, naive UTC. Raises SourceError when the source cannot be reached."""

    def check(self) -> list[Check]:
        """Try credentials, permissions and every declared object; never raises for a source's answer."""

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns that a read of ``obj`` would bring now, declared or not, as ``Extract.columns`` has them.

        Empty where the source has no such object. Raises SourceError; reads no rows into the lake.
        """

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every row of ``obj`` that changed in ``window``. Raises SourceError; commits nothing."""

    def close(self) -> None:
        """Release connections. Safe to call twice."""
