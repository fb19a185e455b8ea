"""REST queryAll: keyset order, locators that expire, time-outs, and objects too wide for one URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from sources.errors import TransientSourceError
from sources.http import ApiError
from sources.http.chunking import Chunks, field_groups
from sources.http.pages import Pages, Staged, united
from sources.salesforce.api import Api
from sources.salesforce.objects import CURSORS
from sources.salesforce.soql import Position, Query, fits_url

_RESTARTS = 3
_IDS_A_REQUEST = 200
_EXCERPT = 200


class RestReader:
    """Reads queries of one object into folders of their own below ``folder``."""

    def __init__(
        self, api: Api, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[int], None]
    ) -> None:
        self._api, self._connection, self._folder, self._progress = api, connection, folder, progress
        self._reads = 0

    def first_page(self, query: Query) -> dict[str, Any]:
        """Return the first answer to a query; its ``totalSize`` counts all of it."""
        return self._ask(self._api.query_path(query), query.object_name)

    def read(self, query: Query, first: dict[str, Any] | None = None) -> Staged:
        """Return every row of a query. ``first`` is its first answer where that was asked for already."""
        if query.fits_url(self._api.root()):
            return self._read_whole(query, first)
        chunks = self._chunks(query)
        parts = chunks.merged([self._read_whole(replace(query, fields=group), None) for group in chunks.groups])
        again = chunks.torn()
        return united([parts, self.read_ids(query, again)], query.fields)

    def read_ids(self, query: Query, ids: Sequence[str]) -> Staged:
        """Return the records with these ids as they are now, with the query's fields; unknown ids are left out."""
        bare = Query(query.object_name, query.fields, cursor=query.cursor)
        parts = []
        for start in range(0, len(ids), _IDS_A_REQUEST):
            some = replace(bare, ids=tuple(ids[start : start + _IDS_A_REQUEST]))
            parts.append(self._read_whole(some, None) if some.fits_url(self._api.root()) else self._read_torn(some))
        return united(parts, query.fields)

    def _read_torn(self, query: Query) -> Staged:
        """Return records by id in field chunks, asking again for those that changed between two chunks."""
        parts: list[Staged] = []
        for _ in range(_RESTARTS):
            chunks = self._chunks(query)
            found = [self._read_whole(replace(query, fields=group), None) for group in chunks.groups]
            parts.append(chunks.merged(found))
            if not (again := chunks.torn()):
                return united(parts, query.fields)
            query = replace(query, ids=tuple(again))
        raise TransientSourceError(
            self._api.http.source, query.object_name, f"{len(query.ids)} records change faster than they can be read."
        )

    def _read_whole(self, query: Query, first: dict[str, Any] | None) -> Staged:
        """Return every row of a query that fits into a URL, asking for half the span after each time-out."""
        pages = Pages(self._connection, self._new_folder(), query.fields)
        pending = [query]
        while pending:
            current = pending.pop()
            rest = self._follow(current, pages, first)
            first = None
            if rest is None:
                continue
            halves = rest.halves(self._api.http.server_time or self._api.clock())
            if halves is None:
                message = f"QUERY_TIMEOUT even for the span {rest.since} to {rest.until}."
                raise TransientSourceError(self._api.http.source, query.object_name, message)
            pending += reversed(halves)
        return pages.staged()

    def _follow(self, query: Query, pages: Pages, first: dict[str, Any] | None) -> Query | None:
        """Stage the pages of a query; return what is left of it after a time-out, or None."""
        restarts = 0
        answer, path = first, self._api.query_path(query)
        read, total = 0, -1
        followed: set[str] = set()
        while True:
            try:
                answer = answer or self._ask(path, query.object_name)
            except ApiError as error:
                if error.code == "QUERY_TIMEOUT":
                    return query
                if error.code != "INVALID_QUERY_LOCATOR" or restarts == _RESTARTS:
                    raise
                # the locator is forgotten after a while: ask again for what lies behind the last row
                restarts, read, total = restarts + 1, 0, -1
                path = self._api.query_path(query)
                continue
            records = answer["records"]
            total = int(answer["totalSize"]) if total < 0 else total
            if records:
                pages.add_records(records)
                self._progress(len(records))
                query, read, restarts = replace(query, after=_position(query, records[-1])), read + len(records), 0
            if answer["done"]:
                break
            path, answer = answer["nextRecordsUrl"], None
            if path in followed:
                message = "a page leads back to one that was read already."
                raise TransientSourceError(self._api.http.source, query.object_name, message, "Nothing of it was kept.")
            followed.add(path)
        if read != total:
            message = f"{read} rows came where Salesforce counted {total}."
            raise TransientSourceError(self._api.http.source, query.object_name, message, "Nothing of it was kept.")
        return None

    def _ask(self, path: str, name: str) -> dict[str, Any]:
        """Return one page of a query's answer."""
        answer = self._api.get(path, name)
        if not isinstance(answer, dict) or not answer.keys() >= {"totalSize", "done", "records"}:
            message = f"the answer to a query is none: {str(answer)[:_EXCERPT]}"
            raise TransientSourceError(self._api.http.source, name, message, "Nothing of it was kept.")
        return answer

    def _chunks(self, query: Query) -> Chunks:
        stamp = query.cursor or next((name for name in CURSORS if name in query.fields), None)
        keys = ("Id", stamp) if stamp else ("Id",)
        groups = field_groups(query.fields, keys, fits_url)
        return Chunks(query.fields, keys, groups, self._connection, self._new_folder())

    def _new_folder(self) -> Path:
        self._reads += 1
        return self._folder / f"rest_{self._reads}"


def _position(query: Query, record: dict[str, Any]) -> Position:
    stamp = record.get(query.cursor) if query.cursor else None
    return Position(str(stamp).replace("+0000", "Z") if stamp else None, record["Id"])
