"""Objects too wide for one URL: the same rows read in groups of fields and put together again.

A record may change between two groups. It is taken only if every group has it with the same change time;
the others are named by ``torn`` and read again by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from sources.quoting import identifier, quoted
from sources.salesforce.objects import CURSORS
from sources.salesforce.soql import Query, chunks
from sources.salesforce.staging import Staged, empty_relation

# half of a URL: the other half is for the filter
_LONGEST_FIELDS = 7_000


class Chunks:
    """The field groups of one query. ``folder`` takes the rows put together, as one Parquet file of text."""

    def __init__(self, query: Query, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        stamp = query.cursor or next((name for name in CURSORS if name in query.fields), None)
        self._keys = ("Id", stamp) if stamp else ("Id",)
        self._groups = chunks(query.fields, self._keys, _LONGEST_FIELDS)
        self._query, self._cursor, self._folder = query, connection.cursor(), folder
        self._torn: list[str] = []

    def queries(self) -> list[Query]:
        """Return one query per group, to be read in this order."""
        return [replace(self._query, fields=group) for group in self._groups]

    def merged(self, parts: Sequence[Staged]) -> Staged:
        """Return the rows that every group has in the same version."""
        self._folder.mkdir(parents=True)
        file = self._folder / "merged.parquet"
        keys = ", ".join(identifier(key) for key in self._keys)
        # a row read twice, before and after a restart, is one version
        sources = [f"(select distinct on ({keys}) * from {part.relation})" for part in parts]
        joins = sources[0] + " as part_0"
        for number, source in enumerate(sources[1:], start=1):
            joins += f" join {source} as part_{number} using ({keys})"
        names = ", ".join(identifier(name) for name in self._query.fields)
        self._cursor.execute(f"copy (select {names} from {joins}) to {quoted(file)} (format parquet)")
        relation = f"read_parquet({quoted(file)})"
        every = " union ".join(f'select "Id" from {part.relation}' for part in parts)
        torn = self._cursor.execute(f'select "Id" from ({every}) where "Id" not in (select "Id" from {relation})')
        self._torn = [row[0] for row in torn.fetchall()]
        counted = self._cursor.execute(f"select count(*) from {relation}").fetchone()
        rows = counted[0] if counted else 0
        return Staged(relation if rows else empty_relation(self._query.fields), rows)

    def torn(self) -> list[str]:
        """Return the ids that some group has and others lack, or have in another version."""
        return self._torn
