"""Reads a window of changes through the search, which pages by offset and shows at most 10,000 results of one query.

The pages are cut by the time of the change instead: the next query begins where the last page ended. A record that
changes meanwhile leaves the window, which would push others across a page's border; and the limit is never met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sources.hubspot.api import Api

Page = list[dict[str, Any]]
_PAGE_ROWS = 200
# a time of 0 is refused
_EARLIEST = 1_000


class ChangeSearch:
    """The searches of one object type; ``cursor`` is the property with the time of the last change."""

    def __init__(self, api: Api, path: str, subject: str, cursor: str, properties: Sequence[str]) -> None:
        self._api, self._path, self._subject, self._cursor = api, path, subject, cursor
        self._properties = list(dict.fromkeys([*properties, cursor, "hs_object_id"]))

    def pages(self, since: datetime, until: datetime) -> Iterator[Page]:
        """Yield every record changed in ``[since, until)``, page by page; one at a page's border comes twice."""
        start, end = max(_EARLIEST, _milliseconds(since)), _milliseconds(until)
        while start < end:
            page, more = self._first_filled(self._between(start, end), self._cursor)
            if page:
                yield page
            if not more:
                return
            last = self._time_of(page[-1])
            if last > start:
                start = last
                continue
            # all of the page changed in one millisecond: more may have than any query shows
            yield from self._by_id(start)
            start += 1

    def _by_id(self, moment: int) -> Iterator[Page]:
        """Yield every record changed in one millisecond, by id; the order of ids is the search's own."""
        filters, seen = self._between(moment, moment + 1), set()
        while True:
            page, more = self._first_filled(filters, "hs_object_id")
            if page:
                yield page
            if not more:
                return
            last = str(page[-1]["id"])
            if last in seen:
                raise self._api.broken(self._subject, f"the search does not get beyond the id {last}.")
            seen.add(last)
            filters = [
                *self._between(moment, moment + 1),
                {"propertyName": "hs_object_id", "operator": "GT", "value": last},
            ]

    def _first_filled(self, filters: Sequence[dict[str, str]], sort: str) -> tuple[Page, bool]:
        """Return the first page of a query that holds a record, and whether more follow.

        A page may be short, or empty, and still be followed by others.
        """
        after, followed = None, set()
        while True:
            body = {
                "filterGroups": [{"filters": list(filters)}],
                "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
                "properties": self._properties,
                "limit": _PAGE_ROWS,
            }
            page, following = self._api.search(self._path, self._subject, body | ({"after": after} if after else {}))
            if page or following is None:
                return page, following is not None
            if following in followed:
                raise self._api.broken(self._subject, "an empty page of the search leads back to one before it.")
            followed.add(following)
            after = following

    def _between(self, start: int, end: int) -> list[dict[str, str]]:
        return [
            {"propertyName": self._cursor, "operator": "GTE", "value": str(start)},
            {"propertyName": self._cursor, "operator": "LT", "value": str(end)},
        ]

    def _time_of(self, record: dict[str, Any]) -> int:
        value = str((record.get("properties") or {}).get(self._cursor) or "")
        try:
            return int(value) if value.isdigit() else _milliseconds(datetime.fromisoformat(value))
        except ValueError:
            raise self._api.broken(self._subject, f"the search answers {self._cursor} {value!r}, no time.") from None


def _milliseconds(moment: datetime) -> int:
    """Return milliseconds since 1970, of naive UTC or an aware time, exactly."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    elapsed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000 + elapsed.microseconds // 1_000
