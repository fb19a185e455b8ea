"""SOQL text: literals, cursor windows, keyset positions. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

# Salesforce's front end refuses 16,384 bytes of request line and headers together; headers need some of it
LONGEST_URL = 15_000
# no record of Salesforce is older; an open window starts here when it has to be halved
FIRST_DAY = datetime(1999, 1, 1)
SHORTEST_SPAN = timedelta(seconds=2)
# half of a URL: the other half is for the filter
_LONGEST_FIELDS = 7_000


def timestamp(moment: datetime) -> str:
    """Return a naive UTC moment as a SOQL literal, cut to milliseconds."""
    return moment.isoformat(timespec="milliseconds") + "Z"


def parsed_timestamp(text: str) -> datetime:
    """Return a moment of REST (``…+0000``) or Bulk (``…Z``) as naive UTC."""
    return datetime.fromisoformat(text.removesuffix("Z").removesuffix("+0000"))


@dataclass(frozen=True)
class Position:
    """The last row read: the cursor's value (None without a cursor) and the id."""

    stamp: str | None
    record_id: str


@dataclass(frozen=True)
class Query:
    """A read of one object: ``fields`` of rows with the cursor in ``[since, until)``; None leaves a side open.

    Rows come in the order of (cursor, Id). ``after`` resumes behind a row; ``ids`` asks for those records only.
    """

    object_name: str
    fields: tuple[str, ...]
    cursor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: Position | None = None
    ids: tuple[str, ...] = ()

    def text(self, ordered: bool = True) -> str:
        """Return the SOQL. ``ordered`` False leaves ORDER BY out, which Bulk needs to split the work."""
        where = " AND ".join(self._conditions())
        soql = f"SELECT {', '.join(self.fields)} FROM {self.object_name}" + (f" WHERE {where}" if where else "")
        order = ", ".join(name for name in (self.cursor, "Id") if name)
        return f"{soql} ORDER BY {order}" if ordered else soql

    def _conditions(self) -> Iterator[str]:
        if self.since and self.cursor:
            yield f"{self.cursor} >= {timestamp(self.since)}"
        if self.until and self.cursor:
            yield f"{self.cursor} < {timestamp(self.until)}"
        if self.after and self.cursor:
            stamp, after = self.after.stamp, f"Id > '{self.after.record_id}'"
            yield f"(({self.cursor} = {stamp} AND {after}) OR {self.cursor} > {stamp})"
        elif self.after:
            yield f"Id > '{self.after.record_id}'"
        if self.ids:
            yield "Id IN (" + ",".join(f"'{record_id}'" for record_id in self.ids) + ")"

    def fits_url(self, path: str) -> bool:
        """Whether the query can be sent as a GET of ``path``."""
        return len(path) + len(quote(self.text(), safe="")) <= LONGEST_URL

    def halves(self, now: datetime) -> tuple[Query, Query] | None:
        """Return the query's earlier and later half, or None when it cannot be split further."""
        if self.cursor is None or self.ids:
            return None
        start = parsed_timestamp(self.after.stamp) if self.after and self.after.stamp else self.since or FIRST_DAY
        end = self.until or now
        if end - start < SHORTEST_SPAN:
            return None
        middle = (start + (end - start) / 2).replace(microsecond=0)
        later = replace(self, since=middle, after=None)
        return replace(self, until=middle), later


def fits_url(fields: Iterable[str]) -> bool:
    """Whether a list of fields leaves a URL enough room for the filter."""
    return sum(len(quote(f"{field}, ", safe="")) for field in fields) <= _LONGEST_FIELDS
