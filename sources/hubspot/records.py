"""Reads one object type in one window: what the search shows changed, or all of it, with archives, merges, restores.

The search shows the state of its index, which lags; the list and the batch are always right. So whatever the lake
would have to take back (a record known as gone that the search shows, one known as archived that is so no longer, one
that a whole read misses) is asked for by id first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sources.contract import Extract, Reading, SourceObject, Window
from sources.http import ApiError
from sources.http.pages import Pages, Staged, united
from sources.hubspot.api import LONGEST_BATCH, Api
from sources.hubspot.fields import Described
from sources.hubspot.objects import MERGED
from sources.hubspot.searching import ChangeSearch
from sources.quoting import literal
from sources.reconciling import reconciles

# beyond it a list names no properties and each of its pages is read again by id, whose body may be long
_LONGEST_PROPERTIES = 6_000
_RESTORABLE = timedelta(days=90)


@dataclass(frozen=True)
class _Truth:
    """What asking by id tells: the rows that live, and where merged ids lead."""

    rows: Staged
    merges: dict[str, str]


class RecordReader:
    """One read of one object type, at ``path``. ``folder`` must not exist yet."""

    def __init__(self, api: Api, path: str, found: Described, reading: Reading, folder: Path) -> None:
        self._api, self._found, self._reading, self._folder = api, found, reading, folder
        self._path = f"/crm/v3/objects/{path}"
        self._cursor = reading.connection.cursor()
        self._properties = list(found.properties)
        self._log = self._subject = ""
        self._parts = 0

    def read(self, obj: SourceObject, window: Window, days: int | None, shrink_limit: float) -> Extract:
        """Return every change of the window; what is new, and ``days`` apart what is known, is read whole.

        Where more than ``shrink_limit`` of the known records are missing, none of them is asked for.
        """
        obj = replace(obj, cursor=obj.cursor if obj.cursor in self._found.names else None)
        self._subject, self._log = obj.name, self._reading.log(obj.table)
        if window.since is None or obj.cursor is None or reconciles(obj, window, days):
            return self._whole(obj, window, shrink_limit)
        return self._changes(obj, window)

    def _changes(self, obj: SourceObject, window: Window) -> Extract:
        """Read what the search shows, then what is archived; what contradicts the lake is asked for by id."""
        assert window.since is not None and obj.cursor is not None
        search = ChangeSearch(self._api, self._path, obj.name, obj.cursor, self._properties)
        changed = self._staged(search.pages(window.since, window.until))
        archived = self._archived()
        gone = self._last("_op = 'delete'")
        doubtful = self._ids(f"select id from {changed.relation} where id in (select _record_id from {gone})")
        earliest = literal(window.until - _RESTORABLE)
        recently = self._last(f"_op = 'delete' and _delete_reason = 'soft' and _loaded_at >= {earliest}")
        doubtful += self._ids(
            f"select _record_id from {recently} where _record_id not in (select id from {archived.relation})"
        )
        truth = self._asked(doubtful)
        rows = self._without(changed, archived, truth.rows, doubtful)
        return self._extract(obj, window, [rows, self._news(archived, truth.rows), truth.rows], truth.merges)

    def _whole(self, obj: SourceObject, window: Window, shrink_limit: float) -> Extract:
        """Read every living record, then every archived one; known ones in neither are asked for by id."""
        living = self._staged(self._listed(archived=False))
        archived = self._archived()
        seen = f"select id from {living.relation} union all select id from {archived.relation}"
        known = self._last("_op = 'upsert'")
        missed = f"from {known} where _record_id not in ({seen})"
        counted = self._cursor.execute(f"select count(*), (select count(*) from {known}) {missed}").fetchone() or (0, 0)
        # where too many of them are missing the lake refuses the read, so nothing is asked
        believable = counted[0] <= shrink_limit * counted[1]
        truth = self._asked(self._ids(f"select _record_id {missed}") if believable else [])
        rows = self._without(living, archived, truth.rows)
        extract = self._extract(
            obj, Window(None, window.until), [rows, self._news(archived, truth.rows), truth.rows], truth.merges
        )
        return replace(extract, is_snapshot=True)

    def _extract(self, obj: SourceObject, window: Window, parts: Sequence[Staged], asked: dict[str, str]) -> Extract:
        """Return the parts as one, with the merges that their survivors tell of and those found by asking."""
        rows = united(parts, self._found.names)
        return Extract(
            object=obj,
            columns=self._found.columns,
            window=Window(window.since, window.until),
            relation=rows.relation,
            source_count=rows.rows,
            merges=self._merges(rows, asked),
        )

    def _merges(self, rows: Staged, asked: dict[str, str]) -> str | None:
        """Return (old id, survivor) of every merge known; a survivor lists the ids that were merged into it."""
        parts = []
        if MERGED in self._found.names and rows.rows:
            listed = f"trim(unnest(string_split({MERGED}, ';'))) as old_id"
            survivors = f"select id, archived, {listed} from {rows.relation} where {MERGED} is not null"
            # one that was merged away itself may still be listed, as archived: the living one goes before it
            parts.append(
                f"select old_id as record_id, arg_min(id, archived = 'true') as merged_into from ({survivors})"
                " where old_id <> id and old_id <> '' group by old_id"
            )
        if asked:
            pairs = ", ".join(f"({literal(old)}, {literal(new)})" for old, new in asked.items())
            parts.append(f"select * from (values {pairs}) as asked(record_id, merged_into)")
        return f"({' union all '.join(parts)})" if parts else None

    def _asked(self, ids: Sequence[str]) -> _Truth:
        """Ask for records by id: those that live, under their own id; those that were merged, under the survivor's."""
        rows = self._pages()
        merges: dict[str, str] = {}
        for start in range(0, len(ids), LONGEST_BATCH):
            some = list(ids[start : start + LONGEST_BATCH])
            answer = self._api.batch(self._path, self._subject, some, properties=self._properties)
            rows.add_records([self._found.row(each) for each in answer.records])
            told = {str(each["id"]) for each in answer.records} | answer.missing
            for each in answer.records:
                old = str((each.get("properties") or {}).get(MERGED) or "").split(";")
                merges |= {name: str(each["id"]) for name in old if name in some and name != str(each["id"])}
            for each_id in (name for name in some if name not in told and name not in merges):
                if survivor := self._survivor(each_id):
                    merges[each_id] = survivor
        return _Truth(rows.staged(), merges)

    def _survivor(self, identifier: str) -> str | None:
        """Return the id that an id leads to, None where it is no other."""
        try:
            answer = self._api.get(f"{self._path}/{identifier}", self._subject, properties="hs_object_id")
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return str(answer["id"]) if str(answer["id"]) != identifier else None

    def _archived(self) -> Staged:
        return self._staged(self._listed(archived=True))

    def _listed(self, *, archived: bool) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of the list; one that is too wide for a URL is read again by id, page for page."""
        which, names = "true" if archived else "false", ",".join(self._properties)
        if len(names) <= _LONGEST_PROPERTIES:
            yield from self._api.pages(
                self._path, self._subject, limit=str(LONGEST_BATCH), archived=which, properties=names
            )
            return
        for page in self._api.pages(self._path, self._subject, limit=str(LONGEST_BATCH), archived=which):
            ids = [str(each["id"]) for each in page]
            if ids:
                answer = self._api.batch(self._path, self._subject, ids, archived=archived, properties=self._properties)
                yield answer.records

    def _staged(self, pages: Iterator[list[dict[str, Any]]]) -> Staged:
        rows = self._pages()
        for page in pages:
            if page:
                rows.add_records([self._found.row(each) for each in page])
                self._reading.progress(len(page))
        return rows.staged()

    def _without(self, rows: Staged, archived: Staged, asked: Staged, doubtful: Sequence[str] = ()) -> Staged:
        """Return one row a record, of those that were not archived meanwhile, not asked for, and not in doubt."""
        if not rows.rows:
            return rows
        others = " union all ".join(f"select id from {each.relation}" for each in (archived, asked))
        known = ", ".join(map(literal, doubtful)) or "''"
        return self._counted(
            f"select distinct on (id) * from {rows.relation} where id not in ({others}) and id not in ({known})"
        )

    def _news(self, archived: Staged, asked: Staged) -> Staged:
        """Return the archived rows but those found living since, and those the lake knows as merged, purged or erased.

        One that it knows as archived may have been restored, changed and archived again since.
        """
        if not archived.rows:
            return archived
        gone = self._last("_op = 'delete' and _delete_reason <> 'soft'")
        others = f"select id from {asked.relation} union all select _record_id from {gone}"
        return self._counted(f"select * from {archived.relation} where id not in ({others})")

    def _counted(self, query: str) -> Staged:
        row = self._cursor.execute(f"select count(*) from ({query})").fetchone()
        return Staged(f"({query})", row[0] if row else 0)

    def _last(self, condition: str) -> str:
        """Return the records whose last state in the lake meets a condition, as a relation."""
        return (
            f"(select _record_id from (select _record_id, _op, _delete_reason, _loaded_at from {self._log}"
            f" qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1) where {condition})"
        )

    def _ids(self, query: str) -> list[str]:
        return [str(row[0]) for row in self._cursor.execute(f"select distinct * from ({query}) order by 1").fetchall()]

    def _pages(self) -> Pages:
        self._parts += 1
        return Pages(self._reading.connection, self._folder / f"part_{self._parts}", self._found.names)
