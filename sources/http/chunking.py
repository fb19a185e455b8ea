"""Objects too wide for one request: the same rows read in groups of fields and put together again.

A record may change between two groups. It is taken only if every group has it with the same change time;
the others are named by ``torn`` and read again by id. How much fits into a request is the vendor's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb

from sources.http.pages import Staged, empty_relation
from sources.quoting import identifier, quoted


def field_groups(
    fields: Iterable[str], always: Iterable[str], fits: Callable[[Sequence[str]], bool]
) -> list[tuple[str, ...]]:
    """Split fields into groups that fit, each led by the ``always`` ones; a group has at least one more field."""
    lead = tuple(dict.fromkeys(always))
    groups: list[list[str]] = [[]]
    for name in (field for field in fields if field not in lead):
        if groups[-1] and not fits((*lead, *groups[-1], name)):
            groups.append([])
        groups[-1].append(name)
    return [(*lead, *group) for group in groups]


class Chunks:
    """The field groups of one read.

    Args:
        fields: every field wanted, in the order of the result.
        keys: the fields every group leads with: the record's id, then its change time where there is one.
        groups: what ``field_groups`` made of them.
        connection: any DuckDB connection; it puts the groups together.
        folder: created here; takes the rows put together, as one Parquet file of text.
    """

    def __init__(
        self,
        fields: Sequence[str],
        keys: Sequence[str],
        groups: Sequence[tuple[str, ...]],
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
    ) -> None:
        self.groups = tuple(groups)
        self._fields, self._keys = tuple(fields), tuple(keys)
        self._cursor, self._folder = connection.cursor(), folder
        self._torn: list[str] = []

    def merged(self, parts: Sequence[Staged]) -> Staged:
        """Return the rows that every group has in the same version; ``parts`` are in the order of ``groups``."""
        self._folder.mkdir(parents=True)
        file = self._folder / "merged.parquet"
        key, keys = identifier(self._keys[0]), ", ".join(identifier(name) for name in self._keys)
        # a row read twice, before and after a restart, is one version
        sources = [f"(select distinct on ({keys}) * from {part.relation})" for part in parts]
        joins = sources[0] + " as part_0"
        for number, source in enumerate(sources[1:], start=1):
            joins += f" join {source} as part_{number} using ({keys})"
        names = ", ".join(identifier(name) for name in self._fields)
        self._cursor.execute(f"copy (select {names} from {joins}) to {quoted(file)} (format parquet)")
        relation = f"read_parquet({quoted(file)})"
        every = " union ".join(f"select {key} from {part.relation}" for part in parts)
        torn = self._cursor.execute(f"select {key} from ({every}) where {key} not in (select {key} from {relation})")
        self._torn = [row[0] for row in torn.fetchall()]
        counted = self._cursor.execute(f"select count(*) from {relation}").fetchone()
        rows = counted[0] if counted else 0
        return Staged(relation if rows else empty_relation(self._fields), rows)

    def torn(self) -> list[str]:
        """Return the ids that some group has and others lack, or have in another version."""
        return self._torn
