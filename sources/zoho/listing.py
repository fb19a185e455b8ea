"""The records API: lists of a module that nothing slips through while others write, and records by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from sources.errors import TransientSourceError
from sources.http import ApiError
from sources.http.chunking import Chunks, field_groups
from sources.http.pages import Pages, Staged, united
from sources.zoho.api import PAGE_ROWS, ROOT, Api
from sources.zoho.fields import KEY, STAMP, parsed_moment, row

_MOST_FIELDS, _MOST_IDS, _NUMBERED_ROWS = 50, 100, 2_000
_RESTARTS = 3
# a record that waits for approval, and a lead that was converted, are records all the same
EVERY = {"approved": "both", "converted": "both"}
# those that wait only, which no query finds
WAITING = {"approved": "false", "converted": "both"}


class ListReader:
    """Reads lists of one module into folders of their own below ``folder``."""

    def __init__(
        self, api: Api, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[int], None]
    ) -> None:
        self._api, self._connection, self._folder, self._progress = api, connection, folder, progress
        self._reads = 0

    def read(
        self,
        module: str,
        fields: Sequence[str],
        keys: Sequence[str],
        since: datetime | None = None,
        options: dict[str, str] = EVERY,
    ) -> Staged:
        """Return every record changed ``since`` (naive UTC), some of them twice; None is all of them."""
        groups = _groups(fields, keys)
        parts = [self._list(module, group, keys, since, options) for group in groups]
        if len(parts) == 1:
            return parts[0]
        chunks = Chunks(fields, keys, groups, self._connection, self._new_folder())
        merged = chunks.merged(parts)
        return united([merged, self.by_ids(module, fields, keys, chunks.torn())], fields)

    def by_ids(self, module: str, fields: Sequence[str], keys: Sequence[str], ids: Sequence[str]) -> Staged:
        """Return the living records with these ids as they are now; unknown ids are left out."""
        groups, wanted, parts = _groups(fields, keys), list(ids), list[Staged]()
        for _ in range(_RESTARTS):
            found = [self._by_ids(module, group, wanted) for group in groups]
            if len(groups) == 1 or not wanted:
                return united([*parts, found[0]], fields)
            chunks = Chunks(fields, keys, groups, self._connection, self._new_folder())
            parts.append(chunks.merged(found))
            if not (wanted := chunks.torn()):
                return united(parts, fields)
        message = f"{len(wanted)} records change faster than they can be read."
        raise TransientSourceError(self._api.http.source, module, message, "Nothing of it was kept.")

    def _by_ids(self, module: str, fields: Sequence[str], ids: Sequence[str]) -> Staged:
        pages = Pages(self._connection, self._new_folder(), fields)
        for start in range(0, len(ids), _MOST_IDS):
            some = ",".join(ids[start : start + _MOST_IDS])
            answer = self._api.get(f"{ROOT}/{module}", module, {**EVERY, "ids": some, "fields": ",".join(fields)})
            if records := answer.get("data"):
                pages.add_records([row(each) for each in records])
                self._progress(len(records))
        return pages.staged()

    def _list(
        self, module: str, fields: Sequence[str], keys: Sequence[str], since: datetime | None, options: dict[str, str]
    ) -> Staged:
        """Read a list page by page, each from the last change time read on.

        A page token is a position: a record that moves while pages come would shift others past it. So tokens are
        followed only through records of one second, and a list may be longer than tokens reach.
        """
        pages = Pages(self._connection, self._new_folder(), fields)
        has_stamp = STAMP in keys
        chosen: dict[str, str | int] = {**options, "fields": ",".join(fields), "per_page": PAGE_ROWS}
        chosen |= {"sort_order": "asc", "sort_by": STAMP if has_stamp else KEY}
        start, place, read = since, dict[str, Any](), 0
        followed, restarts = set[str](), 0
        while True:
            try:
                answer = self._api.get(f"{ROOT}/{module}", module, {**chosen, **place}, start)
            except ApiError as error:
                is_stale = "page_token" in place and error.code in ("EXPIRED_VALUE", "INVALID_DATA")
                if not is_stale or restarts == _RESTARTS:
                    raise
                restarts, place, read, followed = restarts + 1, {}, 0, set()
                continue
            records = [row(each) for each in answer.get("data", ())]
            if records:
                pages.add_records(records)
                self._progress(len(records))
            if not (info := answer.get("info") or {}).get("more_records"):
                return pages.staged()
            if not records:
                raise self._api.loops(module)
            last = parsed_moment(records[-1][STAMP]) if has_stamp else start
            if last != start:
                start, place, read, followed = last, {}, 0, set()
                continue
            read += len(records)
            place = self._next(module, info, read)
            if str(place) in followed:
                raise self._api.loops(module)
            followed.add(str(place))

    def _next(self, module: str, info: dict[str, Any], read: int) -> dict[str, Any]:
        """Return the parameters of the next page of a list of which ``read`` records are read."""
        if token := info.get("next_page_token"):
            return {"page_token": token}
        if read < _NUMBERED_ROWS:
            return {"page": int(info.get("page") or 1) + 1}
        message = f"more than {read} records share one second, and no page token leads on."
        raise TransientSourceError(self._api.http.source, module, message, "Nothing of it was kept.")

    def _new_folder(self) -> Path:
        self._reads += 1
        return self._folder / f"list_{self._reads}"


def _groups(fields: Sequence[str], keys: Sequence[str]) -> list[tuple[str, ...]]:
    return field_groups(fields, keys, lambda names: len(names) <= _MOST_FIELDS)
