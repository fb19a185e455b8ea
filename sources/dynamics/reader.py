"""Reads one table in one window: what changed since the delta link, or all of it where there is none."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sources.contract import Extract, Reading, SourceObject, Window
from sources.dynamics.answers import refuses_link
from sources.dynamics.api import Api, Page, collection
from sources.dynamics.fields import Described
from sources.dynamics.objects import MODIFIED
from sources.errors import TransientSourceError
from sources.http import ApiError
from sources.http.pages import Pages, Staged, deletes_relation, united
from sources.quoting import identifier
from sources.reconciling import reads_whole

_log = logging.getLogger(__name__)
# the token of a window without a delta link: without any token the environment had no such table, and all of it is due
_SEEN = "seen"
# beyond it a URL is refused; without $select every column comes
_LONGEST_SELECT = 28_000
# what fits into a URL beside it
_IDS_A_REQUEST = 40
# pages without a unique order may skip some records; that so many are skipped is an answer that went wrong, and so many
# are asked for one by one
_MOST_BY_ID = 1_000


class TableReader:
    """One read of one table. ``folder`` must not exist yet."""

    def __init__(self, api: Api, found: Described, reading: Reading, folder: Path) -> None:
        self._api, self._found, self._reading, self._folder = api, found, reading, folder
        self._key = found.key
        self._parts = 0

    def read(self, obj: SourceObject, window: Window, days: int | None) -> Extract:
        """Return every change of the window; ``days`` apart, and where no changes are kept, it is read whole."""
        obj = _as_visible(obj, self._found)
        is_whole = reads_whole(obj, window, self._reading.last, days)
        if self._found.is_tracked:
            if window.token and not is_whole and self._asks_for_all(window.token):
                try:
                    return self._changes(obj, window, window.token)
                except ApiError as error:
                    if not refuses_link(error):
                        raise
                    _log.warning("%s; %s is read whole", error, obj.name)
            return self._whole(obj, window)
        if is_whole or obj.cursor is None:
            path = collection(self._found.set_name, self._selected(), orderby=self._key, count="true")
            staged, _ = self._rows(obj, path)
            return self._extract(obj, Window(None, window.until, _SEEN), staged, is_snapshot=True)
        assert window.since is not None
        inside = f"{MODIFIED} ge {_moment(window.since)} and {MODIFIED} lt {_moment(window.until)}"
        order = f"{MODIFIED},{self._key}"
        path = collection(self._found.set_name, self._selected(), filter=inside, orderby=order, count="true")
        return self._extract(obj, Window(window.since, window.until, _SEEN), self._rows(obj, path)[0])

    def _asks_for_all(self, link: str) -> bool:
        """Whether a delta link names the columns there are now: it keeps to those that the whole read asked for."""
        if link == _SEEN:
            return False
        asked = parse_qs(urlsplit(link).query).get("$select", [""])[0]
        return set(filter(None, asked.split(","))) == set(self._selected())

    def _changes(self, obj: SourceObject, window: Window, link: str) -> Extract:
        """Read what changed since ``link``.

        A record that is named as changed and as deleted was deleted while the pages came, or is there again: what
        becomes of it is asked by its id; of very many, by reading the table whole. The next link may count from the
        last page, so what changed since the first is read once more.
        """
        started = self._api.http.server_time or self._api.clock()
        rows, gone = self._pages(self._found.names), self._pages(("record_id", "deleted_at"))
        token, pages = None, 0
        for page in self._api.pages(link, obj.name, tracked=True):
            pages += 1
            self._keep(rows, page)
            if page.deleted:
                gone.add_records([{"record_id": each.lower()} for each in page.deleted])
            token = page.delta_link
        staged, deletes = rows.staged(), deletes_relation(gone.staged(), "purged")
        if pages > 1:
            staged = self._with_late(obj, staged, started)
        if deletes:
            both = f"select record_id from {deletes} where record_id in ({self._keys(staged)})"
            if self._counted(both) > _MOST_BY_ID:
                return self._whole(obj, window)
            there = self._by_ids(obj, self._texts(both))
            staged = united([staged, there], self._found.names)
            deletes = f"(select * from {deletes} where record_id not in ({self._keys(there)}))"
        extract = self._extract(obj, Window(window.since, window.until, token), staged)
        return replace(extract, deletes=deletes)

    def _whole(self, obj: SourceObject, window: Window) -> Extract:
        """Read every row, then what changed meanwhile, then the ids that are there at the end.

        The delta link may count from the last page: what was changed or deleted while the pages came is in no delta.
        """
        started = self._api.http.server_time or self._api.clock()
        staged, token = self._rows(obj, collection(self._found.set_name, self._selected()), tracked=True)
        staged = self._living(obj, self._with_late(obj, staged, started))
        return self._extract(obj, Window(None, window.until, token), staged, is_snapshot=True)

    def _with_late(self, obj: SourceObject, staged: Staged, started: datetime) -> Staged:
        """Return the rows with those that were changed since a read began."""
        if obj.cursor is None:
            return staged
        since = f"{MODIFIED} ge {_moment(started - obj.lookback)}"
        late, _ = self._rows(obj, collection(self._found.set_name, self._selected(), filter=since))
        return united([staged, late], self._found.names)

    def _living(self, obj: SourceObject, staged: Staged) -> Staged:
        """Return the rows of the records that are there now.

        One that did not come, and one that the list of ids lacks, is asked for by its id. Raises TransientSourceError
        where those are too many.
        """
        ids = self._pages((self._key,))
        for page in self._api.pages(collection(self._found.set_name, (self._key,), orderby=self._key), obj.name):
            ids.add_records([self._found.row(each) for each in page.records])
        came, listed = self._keys(staged), self._keys(ids.staged())
        missed = f"({listed} except {came}) union ({came} except {listed})"
        if (count := self._counted(missed)) > _MOST_BY_ID:
            message = f"{count:,} records came or were listed, and not both."
            raise TransientSourceError(self._api.http.source, obj.name, message, "Nothing of it was kept.")
        found = self._by_ids(obj, self._texts(missed))
        staged = united([staged, found], self._found.names)
        key = identifier(self._key)
        relation = f"(select * from {staged.relation} where {key} in ({listed}) or {key} in ({self._keys(found)}))"
        return Staged(relation, self._counted(f"from {relation}"))

    def _by_ids(self, obj: SourceObject, ids: Sequence[str]) -> Staged:
        """Return the records with these ids as they are now; what is not there is left out."""
        parts = []
        for start in range(0, len(ids), _IDS_A_REQUEST):
            named = " or ".join(f"{self._key} eq {each}" for each in ids[start : start + _IDS_A_REQUEST])
            found, _ = self._rows(obj, collection(self._found.set_name, self._selected(), filter=named))
            parts.append(found)
        return united(parts, self._found.names)

    def _keys(self, staged: Staged) -> str:
        return f"select {identifier(self._key)} from {staged.relation}"

    def _counted(self, query: str) -> int:
        counted = self._reading.connection.cursor().execute(f"select count(*) from ({query})").fetchone()
        return counted[0] if counted else 0

    def _texts(self, query: str) -> list[str]:
        return [each[0] for each in self._reading.connection.cursor().execute(f"{query} order by all").fetchall()]

    def _rows(self, obj: SourceObject, path: str, *, tracked: bool = False) -> tuple[Staged, str | None]:
        """Stage every row of a collection; with ``tracked`` also return the delta link."""
        rows, token = self._pages(self._found.names), None
        for page in self._api.pages(path, obj.name, tracked=tracked):
            self._keep(rows, page)
            token = page.delta_link
        return rows.staged(), token

    def _keep(self, rows: Pages, page: Page) -> None:
        if page.records:
            rows.add_records([self._found.row(each) for each in page.records])
            self._reading.progress(len(page.records))

    def _pages(self, columns: tuple[str, ...]) -> Pages:
        self._parts += 1
        return Pages(self._reading.connection, self._folder / f"part_{self._parts}", columns)

    def _selected(self) -> tuple[str, ...]:
        fits = sum(len(name) + 1 for name in self._found.selected) <= _LONGEST_SELECT
        return self._found.selected if fits else ()

    def _extract(self, obj: SourceObject, window: Window, staged: Staged, *, is_snapshot: bool = False) -> Extract:
        return Extract(
            object=obj,
            columns=self._found.columns,
            window=window,
            relation=staged.relation,
            is_snapshot=is_snapshot,
            # an import or a plug-in may set modifiedon back
            is_current=True,
            source_count=staged.rows,
        )


def _as_visible(obj: SourceObject, found: Described) -> SourceObject:
    """Return the table with the environment's key, without rules on columns that it or its user does not have."""
    names = found.names
    merges = obj.merged_into is not None and {"merged", obj.merged_into} <= set(names)
    return replace(
        obj,
        key=(found.key,),
        cursor=obj.cursor if obj.cursor in names else None,
        deleted_when=obj.deleted_when if merges else None,
        merged_into=obj.merged_into if merges else None,
    )


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds") + "Z"
