"""COQL: rows of one module by keyset, of a window in the order (change time, id), of a whole module by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from sources.errors import TransientSourceError
from sources.http.chunking import Chunks, field_groups
from sources.http.pages import Pages, Staged
from sources.zoho.api import Api, iso
from sources.zoho.fields import KEY, STAMP, parsed_moment, row

_MOST_FIELDS, _PAGE_ROWS = 500, 2_000


@dataclass(frozen=True)
class Query:
    """A read of one module: rows with the change time in ``[since, until)``; without ``until`` all rows.

    ``after_stamp`` and ``after_id`` are those of the last row read.
    """

    module: str
    fields: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    after_stamp: datetime | None = None
    after_id: str | None = None

    def text(self) -> str:
        """Return the COQL. A condition joins two others at most; each further one needs parentheses."""
        select = f"select {', '.join(self.fields)} from {self.module} where {self._condition()}"
        order = KEY if self.until is None else f"{STAMP} asc, {KEY}"
        return f"{select} order by {order} asc limit {_PAGE_ROWS}"

    def _condition(self) -> str:
        after = f"{KEY} > {self.after_id}"
        if self.until is None:
            return after if self.after_id else f"{KEY} is not null"
        start = self.after_stamp or self.since
        inside = f"{STAMP} < '{iso(self.until)}'"
        if start:
            inside = f"({STAMP} >= '{iso(start)}' and {inside})"
        if self.after_stamp:
            inside = f"({inside} and ({STAMP} > '{iso(self.after_stamp)}' or {after}))"
        return inside


class QueryReader:
    """Reads queries into folders of their own below ``folder``."""

    def __init__(
        self, api: Api, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[int], None]
    ) -> None:
        self._api, self._connection, self._folder, self._progress = api, connection, folder, progress
        self._reads = 0

    def read(self, query: Query, subject: str, keys: Sequence[str]) -> tuple[Staged, list[str]]:
        """Return every row of a query, and the ids of those that changed between two groups of fields.

        More fields than a query may have are read in groups and put together.
        """
        groups = field_groups(query.fields, keys, lambda names: len(names) <= _MOST_FIELDS)
        parts = [self._read(replace(query, fields=group), subject) for group in groups]
        if len(parts) == 1:
            return parts[0], []
        chunks = Chunks(query.fields, keys, groups, self._connection, self._new_folder())
        return chunks.merged(parts), chunks.torn()

    def _read(self, query: Query, subject: str) -> Staged:
        pages = Pages(self._connection, self._new_folder(), query.fields)
        while True:
            answer = self._api.query(query.text(), subject)
            records = [row(each) for each in answer.get("data", ())]
            if records:
                pages.add_records(records)
                self._progress(len(records))
            if not (answer.get("info") or {}).get("more_records"):
                return pages.staged()
            last = records[-1] if records else {KEY: query.after_id}
            if last[KEY] == query.after_id:
                message = "a page of COQL leads back to the one before."
                raise TransientSourceError(self._api.http.source, subject, message, "Nothing of it was kept.")
            stamp = parsed_moment(last[STAMP]) if query.until else None
            query = replace(query, after_id=str(last[KEY]), after_stamp=stamp)

    def _new_folder(self) -> Path:
        self._reads += 1
        return self._folder / f"query_{self._reads}"
