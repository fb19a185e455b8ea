"""Reads what belongs to the records of a module: the lines of a subform, or a related list, parent by parent.

A parent that changed is read again whole, and what it no longer has is gone. Everything is read once a week; of a
list that costs a request a parent, so many a run, the window ending where the run got to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sources.contract import Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.http import ApiError
from sources.http.pages import Pages, Staged
from sources.reconciling import reads_whole
from sources.zoho.answers import GRANT_READ
from sources.zoho.api import ROOT, Api
from sources.zoho.coql import Query, QueryReader
from sources.zoho.counting import counted
from sources.zoho.deletes import FeedExpiredError, Gone, read_feed, replaced_relation
from sources.zoho.fields import KEY, SEEN, STAMP, Described, parsed_moment, row
from sources.zoho.listing import EVERY, WAITING, ListReader
from sources.zoho.objects import Child

_PARENT = "Parent_Id"
_IDS_A_REQUEST = 100
_KEYS = (KEY, STAMP)


@dataclass(frozen=True)
class _Parents:
    """Parents to read, by change time (naive UTC), and the end of the window that is complete with them."""

    stamps: dict[str, datetime]
    until: datetime


class ChildReader:
    """One read of one child object. ``most`` parents are asked for in one read of an object that is capped."""

    def __init__(self, api: Api, child: Child, found: Described, reading: Reading, folder: Path, most: int) -> None:
        self._api, self._child, self._found, self._reading = api, child, found, reading
        self._folder, self._most = folder, most
        self._rows = Pages(reading.connection, folder / "rows", found.names)
        # parents are no rows of the object, so that nobody is told of their number
        parts = (api, reading.connection, folder, lambda rows: None)
        self._queries, self._lists = QueryReader(*parts), ListReader(*parts)

    def read(self, obj: SourceObject, window: Window, days: int | None) -> Extract:
        """Return the children of every parent that changed in the window, or of all parents as a snapshot."""
        feed: dict[str, Gone] = {}
        last = self._reading.last
        is_whole = window.since is None or (reads_whole(obj, window, last, days) and not self._child.is_capped)
        if window.since is not None:
            try:
                feed = read_feed(self._api, self._child.parent, window.since, window.until, last)
            except FeedExpiredError:
                is_whole = not self._child.is_capped
        parents = self._changed(obj, None if is_whole else window.since, window.until)
        asked = dict(parents.stamps)
        asked.update({key: gone.at for key, gone in feed.items() if key not in asked})
        there = set(self._subforms(list(asked)) if self._child.is_subform else self._related(list(asked)))
        # what is not there any more has no children, but only the list of deletes proves that it is gone
        replaced = [(key, at) for key, at in asked.items() if key in there or key in feed]
        staged = self._rows.staged()
        return Extract(
            object=obj,
            columns=self._found.columns,
            window=Window(None if is_whole else window.since, parents.until, SEEN),
            relation=staged.relation,
            is_snapshot=is_whole and not self._child.is_capped,
            source_count=staged.rows,
            replaced=replaced_relation(self._reading.connection, replaced, self._folder / "parents"),
        )

    def _changed(self, obj: SourceObject, since: datetime | None, until: datetime) -> _Parents:
        """Return the parents that changed in a window, or all there are; of a capped object the first so many."""
        end = until if since is not None or self._child.is_capped else None
        if end is None:
            return _Parents(self._all(obj), until)
        stamps = self._found_by(Query(self._child.parent, _KEYS, since, end), obj)
        if not self._child.is_capped or len(stamps) <= self._most:
            return _Parents(stamps, until)
        # parents of one moment belong together: the window ends before the first that is left
        first_left = list(stamps.values())[self._most]
        kept = {key: at for key, at in stamps.items() if at < first_left}
        if not kept:
            kept = {key: at for key, at in stamps.items() if at <= first_left}
            first_left = min((at for at in stamps.values() if at > first_left), default=until)
        return _Parents(kept, first_left)

    def _all(self, obj: SourceObject) -> dict[str, datetime]:
        """Return all parents, those that wait for approval too."""
        parent = self._child.parent

        def read(count: int) -> dict[str, datetime]:
            stamps = self._found_by(Query(parent, _KEYS), obj)
            # what waits for approval is in no query
            return stamps | self._stamps(self._lists.read(parent, _KEYS, _KEYS, options=WAITING))

        return counted(self._api, parent, obj.name, read, len)

    def _found_by(self, query: Query, obj: SourceObject) -> dict[str, datetime]:
        return self._stamps(self._queries.read(query, obj.name, _KEYS)[0])

    def _stamps(self, found: Staged) -> dict[str, datetime]:
        sql = f"select {KEY}, {STAMP} from {found.relation} order by {STAMP}, {KEY}"
        rows = self._reading.connection.cursor().execute(sql).fetchall()
        return {key: parsed_moment(stamp) for key, stamp in rows}

    def _subforms(self, ids: Sequence[str]) -> Iterator[str]:
        """Stage the lines of parents, a hundred to a request, and yield each parent that is there."""
        (name,) = self._child.lists
        for start in range(0, len(ids), _IDS_A_REQUEST):
            some = ",".join(ids[start : start + _IDS_A_REQUEST])
            path = f"{ROOT}/{self._child.parent}"
            answer = self._api.get(path, name, {**EVERY, "ids": some, "fields": f"{KEY},{name}"})
            for record in answer.get("data", ()):
                if name not in record:
                    message = f"{self._child.parent} show no {name} any more."
                    raise SourceError(self._api.http.source, name, message, GRANT_READ)
                self._keep([{**line, _PARENT: record[KEY]} for line in record.get(name) or ()])
                yield record[KEY]

    def _related(self, ids: Sequence[str]) -> Iterator[str]:
        """Stage the related lists of parents, a request each, and yield each parent that is there."""
        for key in ids:
            try:
                for name in self._child.lists:
                    path, fields = f"{ROOT}/{self._child.parent}/{key}/{name}", ",".join(self._child.fields)
                    for page in self._api.pages(path, "data", self._child.lists[0], {"fields": fields}):
                        self._keep([{**each, _PARENT: key, "Module": name} for each in page])
            except ApiError as error:
                # deleted since it was listed
                if error.code not in ("INVALID_DATA", "RESOURCE_NOT_FOUND") or self._is_there(key):
                    raise
                continue
            yield key

    def _is_there(self, key: str) -> bool:
        path = f"{ROOT}/{self._child.parent}"
        return bool(self._api.get(path, self._child.parent, {**EVERY, "ids": key, "fields": KEY}).get("data"))

    def _keep(self, records: list[dict[str, Any]]) -> None:
        if records:
            self._rows.add_records([row(each) for each in records])
            self._reading.progress(len(records))
