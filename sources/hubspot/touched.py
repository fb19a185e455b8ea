"""Reads what hangs on records and moves no stamp of theirs: associations, and the history of a deal's stage.

Which records to ask about, the lake knows: those that a commit has changed since the last read, or once in a while all
of them. How far the lake had come is the window's token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sources.contract import Extract, Reading, SourceObject, Window
from sources.http.pages import Pages
from sources.hubspot.api import LONGEST_ASSOCIATION_BATCH, LONGEST_BATCH_WITH_HISTORY, Api
from sources.hubspot.objects import PATHS, Pair
from sources.quoting import quoted
from sources.reconciling import reconciles

_STAGE = "dealstage"


@dataclass(frozen=True)
class _Touched:
    """The records to ask about: SQL for a FROM clause yielding ``_record_id``, and the token to go on from."""

    relation: str
    token: str | None
    is_whole: bool


class TouchedReader:
    """One read of what hangs on the records of one object type. ``folder`` must not exist yet."""

    def __init__(self, api: Api, reading: Reading, folder: Path, days: int | None) -> None:
        self._api, self._reading, self._folder, self._days = api, reading, folder, days
        self._cursor = reading.connection.cursor()

    def associations(self, obj: SourceObject, pair: Pair, window: Window) -> Extract:
        """Return every association of the touched records; one of theirs that is not there any more is gone."""
        touched = self._touched(obj, pair.one, window)
        rows, asked = self._pages("rows", obj), self._pages("asked", ("from_id",))
        one, two = (PATHS.get(name, name) for name in (pair.one, pair.two))
        for ids in self._batches(touched, LONGEST_ASSOCIATION_BATCH):
            found = self._api.associations(one, two, obj.name, ids)
            rows.add_records([row for each in found for row in _association_rows(*each)])
            asked.add_records([{"from_id": each} for each in ids])
            self._reading.progress(len(ids))
        extract = self._extract(obj, window, touched, rows)
        if touched.is_whole:
            return replace(extract, is_snapshot=True)
        return replace(extract, deletes=self._gone(obj, rows, asked))

    def stage_history(self, obj: SourceObject, deals: str, window: Window) -> Extract:
        """Return every stage that the touched deals were in; what HubSpot forgets of it stays in the lake."""
        touched, rows = self._touched(obj, deals, window), self._pages("rows", obj)
        for ids in self._batches(touched, LONGEST_BATCH_WITH_HISTORY):
            answer = self._api.batch(
                f"/crm/v3/objects/{deals}", obj.name, ids, properties=[_STAGE], propertiesWithHistory=[_STAGE]
            )
            for deal in answer.records:
                history = (deal.get("propertiesWithHistory") or {}).get(_STAGE) or []
                rows.add_records([{"deal_id": deal["id"], **each} for each in history])
            self._reading.progress(len(ids))
        return self._extract(obj, window, touched, rows)

    def _touched(self, obj: SourceObject, table: str, window: Window) -> _Touched:
        """Return the living records of ``table`` that were committed since the token; deleted ones too, but for all."""
        log = self._reading.log(table)
        newest = self._cursor.execute(f"select max(_loaded_at) from {log}").fetchone()
        token = newest[0].isoformat(timespec="microseconds") if newest and newest[0] else None
        is_whole = window.token is None or reconciles(obj, window, self._days)
        if is_whole:
            last = f"{log} qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1"
            return _Touched(f"(select _record_id from (select * from {last}) where _op = 'upsert')", token, True)
        since = f"_loaded_at > {quoted(window.token)}::timestamp"
        return _Touched(f"(select distinct _record_id from {log} where {since})", token, False)

    def _batches(self, touched: _Touched, size: int) -> Iterator[list[str]]:
        self._cursor.execute(f"select _record_id from {touched.relation} order by 1")
        while some := self._cursor.fetchmany(size):
            yield [row[0] for row in some]

    def _gone(self, obj: SourceObject, rows: Pages, asked: Pages) -> str | None:
        """Return the associations that the lake knows of the records asked about, and that came no more."""
        if not asked.rows:
            return None
        parts = " || '|' || ".join(obj.key)
        present = f"select {parts} from {rows.staged().relation}"
        about = f"select from_id from {asked.staged().relation}"
        known = (
            f"select _record_id from {self._reading.log(obj.table)} where from_id in ({about})"
            " group by _record_id having arg_max(_op, _loaded_at) = 'upsert'"
        )
        return (
            "(select _record_id as record_id, null::timestamp as deleted_at, 'purged' as reason"
            f" from ({known}) where _record_id not in ({present}))"
        )

    def _extract(self, obj: SourceObject, window: Window, touched: _Touched, rows: Pages) -> Extract:
        staged = rows.staged()
        since = None if touched.is_whole else window.since
        return Extract(
            object=obj,
            columns=obj.columns,
            window=Window(since, window.until, touched.token),
            relation=staged.relation,
            source_count=staged.rows,
        )

    def _pages(self, name: str, of: SourceObject | tuple[str, ...]) -> Pages:
        columns = of if isinstance(of, tuple) else tuple(column.name for column in of.columns)
        return Pages(self._reading.connection, self._folder / name, columns)


def _association_rows(identifier: str, associated: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row per kind in which two records are associated."""
    return [
        {
            "from_id": identifier,
            "to_id": associated["toObjectId"],
            "category": kind.get("category"),
            "type_id": kind.get("typeId"),
            "label": kind.get("label"),
        }
        for kind in associated.get("associationTypes") or []
    ]
