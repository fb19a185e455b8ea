"""Reads one object in one window: through REST or a bulk job, with its deletes, as one extract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sources.contract import Column, Extract, Reading, SourceObject, Window
from sources.http import ApiError
from sources.http.pages import Staged, united
from sources.reconciling import reconciles
from sources.salesforce.api import Api
from sources.salesforce.bulk import BulkReader, BulkUnavailableError
from sources.salesforce.deletes import Feed, FeedExpiredError, purged, read_feed, unseen
from sources.salesforce.fields import Described
from sources.salesforce.objects import CURSORS
from sources.salesforce.rest import RestReader
from sources.salesforce.soql import Query

# the token of a window that was read: an object the org did not have then is read from the start when it comes
SEEN = "seen"


@dataclass(frozen=True)
class Policy:
    """How objects are read.

    Attributes:
        bulk_above: reads of more rows than this go through a bulk job.
        page_rows: rows asked for in one bulk result page.
        reconcile_days: an object is read whole when a window's end enters a new span of this many days; None never.
        shrink_limit: share (0-1) of the known records whose absence from a whole read is believed.
        without_bulk: objects that Bulk was found unable to read; grows.
    """

    bulk_above: int
    page_rows: int
    reconcile_days: int | None
    shrink_limit: float
    without_bulk: set[str]


class ObjectReader:
    """One read of one object. ``folder`` must not exist yet."""

    def __init__(self, api: Api, policy: Policy, found: Described, reading: Reading, folder: Path) -> None:
        self._api, self._policy, self._found = api, policy, found
        self._reading, self._folder = reading, folder
        self._rest = RestReader(api, reading.connection, folder, reading.progress)

    def read(self, obj: SourceObject, window: Window) -> Extract:
        """Return every change of the window; a window that reconciles, or is the first, is read as a snapshot."""
        obj = _as_visible(obj, self._found)
        is_whole = window.since is None or window.token != SEEN or obj.cursor is None
        if is_whole or reconciles(obj, window, self._policy.reconcile_days):
            return self._snapshot(obj, window)
        assert window.since is not None
        feed = None
        if obj.deleted_when and self._found.has_delete_feed:
            try:
                feed = read_feed(self._api, obj.name, window.since, window.until, self._folder)
            except FeedExpiredError:
                return self._snapshot(obj, window)
        until = feed.covered_until if feed else window.until
        query = Query(obj.name, self._found.names, obj.cursor, window.since, until)
        read = self._rows(query)
        deletes = None
        if feed:
            read, deletes = self._with_deletes(query, feed, read)
        return self._extract(obj, Window(window.since, until, SEEN), read, deletes=deletes)

    def _snapshot(self, obj: SourceObject, window: Window) -> Extract:
        """Read every row. The end is left open: a row that changes meanwhile must not look absent."""
        read = self._rows(Query(obj.name, self._found.names, obj.cursor or _stamp(self._found)))
        return self._extract(obj, Window(None, window.until, SEEN), read, is_snapshot=True)

    def _rows(self, query: Query) -> Staged:
        """Read a query by REST if it is small, else by a bulk job, else by REST whatever its size."""
        first = None
        if query.object_name not in self._policy.without_bulk:
            if query.fits_url(self._api.root()):
                try:
                    first = self._rest.first_page(query)
                except ApiError as error:
                    if error.code != "QUERY_TIMEOUT":
                        raise
            if first is None or int(first["totalSize"]) > self._policy.bulk_above:
                try:
                    reader = BulkReader(self._api, self._reading.connection, self._policy.page_rows)
                    return reader.read(query, self._folder / "bulk", self._reading.progress)
                except BulkUnavailableError:
                    self._policy.without_bulk.add(query.object_name)
        return self._rest.read(query, first)

    def _with_deletes(self, query: Query, feed: Feed, read: Staged) -> tuple[Staged, str | None]:
        """Return the rows with those that only the feed knows of, and a relation of what is gone for good.

        A delete may be in the feed and not among the rows: purged from the recycle bin, undone, or of an object
        whose cursor does not move when it is deleted. Asking by id tells which.
        """
        unknown = unseen(self._reading.connection, feed, read)
        if not unknown:
            return read, None
        found = self._rest.read_ids(query, unknown)
        cursor = self._reading.connection.cursor()
        present = {row[0] for row in cursor.execute(f'select "Id" from {found.relation}').fetchall()}
        gone = [record_id for record_id in unknown if record_id not in present]
        deletes = purged(self._reading.connection, feed, gone, self._folder) if gone else None
        return united([read, found], query.fields), deletes

    def _extract(
        self, obj: SourceObject, window: Window, read: Staged, *, is_snapshot: bool = False, deletes: str | None = None
    ) -> Extract:
        columns: tuple[Column, ...] = self._found.columns
        return Extract(
            object=obj,
            columns=columns,
            window=window,
            relation=read.relation,
            is_snapshot=is_snapshot,
            source_count=read.rows,
            deletes=deletes,
            shrink_limit=self._policy.shrink_limit,
        )


def _as_visible(obj: SourceObject, found: Described) -> SourceObject:
    """Return the object without rules on fields that this org or user does not have."""
    names = found.names
    cursor = obj.cursor
    if cursor is not None and cursor not in names:
        # a creation time does not move with changes: without a better stamp every read is a whole one
        cursor = next((name for name in CURSORS if name in names and name != "CreatedDate"), None)
    has_flag = "IsDeleted" in names
    return replace(
        obj,
        cursor=cursor,
        deleted_when=obj.deleted_when if has_flag else None,
        merged_into=obj.merged_into if has_flag and obj.merged_into in names else None,
    )


def _stamp(found: Described) -> str | None:
    return next((name for name in CURSORS if name in found.names), None)
