"""Reads one module in one window: what changed, or all of it, by the way that can, with its deletes, as one extract."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sources.contract import Extract, Reading, SourceObject, Window
from sources.http import ApiError
from sources.http.chunking import Chunks
from sources.http.pages import Staged, empty_relation, united
from sources.quoting import identifier, quoted
from sources.reconciling import reads_whole
from sources.zoho.api import Api
from sources.zoho.bulk import BulkReader, BulkUnavailableError
from sources.zoho.coql import Query, QueryReader
from sources.zoho.counting import counted
from sources.zoho.deletes import FeedExpiredError, Gone, deletes_relation, read_feed
from sources.zoho.fields import KEY, SEEN, STAMP, Described
from sources.zoho.listing import WAITING, ListReader
from sources.zoho.objects import LISTED

_log = logging.getLogger(__name__)
_REFUSED_QUERY = frozenset({"INVALID_QUERY", "INVALID_MODULE", "SYNTAX_ERROR", "OAUTH_SCOPE_MISMATCH", "INVALID_DATA"})


@dataclass(frozen=True)
class Policy:
    """How modules are read: through bulk above so many records, whole when a new span of so many days begins."""

    bulk_above: int
    reconcile_days: int | None


class ModuleReader:
    """One read of one module. ``folder`` must not exist yet.

    Attributes:
        found: what is known of the module, less what COQL turned out to refuse.
    """

    def __init__(self, api: Api, policy: Policy, found: Described, reading: Reading, folder: Path) -> None:
        self.found = found.without_query(None) if found.name in LISTED else found
        self._api, self._policy, self._reading, self._folder = api, policy, reading, folder
        parts = (api, reading.connection, folder)
        self._queries, self._lists = QueryReader(*parts, reading.progress), ListReader(*parts, reading.progress)
        self._merges = 0

    def read(self, obj: SourceObject, window: Window) -> Extract:
        """Return every change of the window; a window that reconciles, or has no start, is read as a snapshot."""
        has_stamp = STAMP in self.found.names
        obj = replace(obj, cursor=STAMP if has_stamp else None)
        feed: dict[str, Gone] = {}
        last = self._reading.last
        is_whole = not has_stamp or reads_whole(obj, window, last, self._policy.reconcile_days)
        if window.since is not None:
            try:
                feed = read_feed(self._api, obj.name, window.since, window.until, last)
            except FeedExpiredError:
                is_whole = True
        rows = self._whole() if is_whole else self._changed(window)
        rows, gone = self._settled(rows, feed, is_whole=is_whole)
        return Extract(
            object=obj,
            columns=self.found.columns,
            window=Window(None if is_whole else window.since, window.until, SEEN),
            relation=rows.relation,
            is_snapshot=is_whole,
            # a restore does not move Modified_Time, and an import may set it back
            is_current=True,
            source_count=rows.rows,
            deletes=deletes_relation(self._reading.connection, gone, self._folder / "gone"),
        )

    def _changed(self, window: Window) -> Staged:
        """Read what changed in a window: by COQL, and by id what COQL does not give."""
        while self.found.queried:
            query = Query(self.found.name, self.found.queried, window.since, window.until)
            rows = self._queried(query)
            if rows is None:
                continue
            if not rows.rows:
                return Staged(empty_relation(self.found.names), 0)
            if not self.found.listed:
                return rows
            ids = self._ids(rows)
            listed = self._lists.by_ids(self.found.name, (*self.found.keys, *self.found.listed), self.found.keys, ids)
            return self._merged([rows, listed], [self.found.queried, self.found.listed])
        return self._lists.read(self.found.name, self.found.names, self.found.keys, window.since)

    def _whole(self) -> Staged:
        """Read every record. Fewer than the API counts before and after is not every record."""
        return counted(self._api, self.found.name, self.found.name, self._all, self._distinct)

    def _all(self, count: int) -> Staged:
        """Read every record by the widest way there is: bulk, COQL, lists."""
        module, keys = self.found.name, self.found.keys
        parts: list[Staged] = []
        taken: list[tuple[str, ...]] = []
        if count > self._policy.bulk_above and self.found.queried:
            try:
                reader = BulkReader(self._api, self._reading.connection, self._new_folder(), self._reading.progress)
                parts.append(self._whole_again(self.found.in_bulk, *reader.read(module, self.found.in_bulk, keys)))
                taken.append(self.found.in_bulk)
            except BulkUnavailableError as error:
                _log.warning("%s.%s: no bulk read (%s); it is read by queries", self._api.http.source, module, error)
        while rest := _without(self.found.queried, (keys if taken else (), *taken)):
            rows = self._queried(Query(module, tuple(dict.fromkeys((*keys, *rest)))))
            if rows is not None:
                parts.append(rows)
                taken.append(rest)
                break
        if not parts:
            return self._lists.read(module, self.found.names, keys)
        if rest := _without(self.found.names, (keys, *taken)):
            parts.append(self._lists.read(module, (*keys, *rest), keys))
            taken.append(rest)
        rows = parts[0] if len(parts) == 1 else self._merged(parts, taken)
        # what waits for approval is in no query
        waiting = self._lists.read(module, self.found.names, keys, options=WAITING)
        return united([rows, waiting], self.found.names)

    def _queried(self, query: Query) -> Staged | None:
        """Run a query; None when COQL refuses a field, or all, which is then among those that are listed."""
        try:
            return self._whole_again(query.fields, *self._queries.read(query, self.found.name, self.found.keys))
        except ApiError as error:
            if error.code not in _REFUSED_QUERY:
                raise
            named = [name for name in _without(self.found.queried, (self.found.keys,)) if f'"{name}"' in error.message]
            _log.warning("%s.%s: COQL refuses %s", self._api.http.source, self.found.name, named or error.message)
            self.found = self.found.without_query(named[0] if named else None)
            return None

    def _settled(self, rows: Staged, feed: dict[str, Gone], *, is_whole: bool) -> tuple[Staged, dict[str, Gone]]:
        """Return the rows, with those that the feed names and that live all the same, and what is gone.

        The feed was read first: what is among the rows lives again. What a window lacks may have been restored with
        its old change time; asking by id tells.
        """
        unknown = self._absent(feed, rows)
        if is_whole or not unknown:
            return rows, {key: feed[key] for key in unknown}
        found = self._lists.by_ids(self.found.name, self.found.names, self.found.keys, unknown)
        return united([rows, found], self.found.names), {key: feed[key] for key in self._absent(unknown, found)}

    def _whole_again(self, fields: Sequence[str], rows: Staged, torn: list[str]) -> Staged:
        """Return the rows with those that changed between two groups of fields, read again by id."""
        if not torn:
            return rows
        return united([rows, self._lists.by_ids(self.found.name, fields, self.found.keys, torn)], fields)

    def _merged(self, parts: list[Staged], taken: list[tuple[str, ...]]) -> Staged:
        """Put together what came by several ways; records that changed between two are read again by id."""
        keys, self._merges = self.found.keys, self._merges + 1
        groups = [tuple(dict.fromkeys((*keys, *names))) for names in taken]
        folder = self._folder / f"merged_{self._merges}"
        chunks = Chunks(self.found.names, keys, groups, self._reading.connection, folder)
        merged = chunks.merged(parts)
        return self._whole_again(self.found.names, merged, chunks.torn())

    def _absent(self, ids: Iterable[str], rows: Staged) -> list[str]:
        """Return those of a few ids that no row has."""
        listed = ", ".join(quoted(each) for each in ids)
        if not listed:
            return []
        present = f"select {identifier(KEY)} from {rows.relation}"
        cursor = self._reading.connection.cursor()
        found = cursor.execute(
            f"select id from (select unnest([{listed}]) as id) where id not in ({present}) order by id"
        )
        return [each[0] for each in found.fetchall()]

    def _ids(self, rows: Staged) -> list[str]:
        cursor = self._reading.connection.cursor()
        return [
            each[0] for each in cursor.execute(f"select distinct {identifier(KEY)} from {rows.relation}").fetchall()
        ]

    def _distinct(self, rows: Staged) -> int:
        sql = f"select count(distinct {identifier(KEY)}) from {rows.relation}"
        counted = self._reading.connection.cursor().execute(sql).fetchone()
        return counted[0] if counted else 0

    def _new_folder(self) -> Path:
        self._merges += 1
        return self._folder / f"part_{self._merges}"


def _without(names: Iterable[str], taken: Iterable[Iterable[str]]) -> tuple[str, ...]:
    left_out = {name for some in taken for name in some}
    return tuple(name for name in names if name not in left_out)
