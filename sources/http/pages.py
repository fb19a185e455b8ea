"""Pages on disk: CSV files, as an API sends them or made of its JSON, counted, checked, and read back by SQL."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sources.http.answers import Incomplete
from sources.quoting import identifier, quoted

# a Salesforce org allows 1.6 million characters of long text per record
_LONGEST_ROW = 16 * 2**20
_SHORTEST_BUFFER = 2**20


@dataclass(frozen=True)
class Staged:
    """Rows on disk: a FROM clause of SQL yielding text columns, and how many rows it has."""

    relation: str
    rows: int


def csv_relation(files: Iterable[Path], columns: Sequence[str]) -> str:
    """Return ``read_csv(…)`` over pages with these columns: all text, an empty field NULL and nothing else NULL.

    The line end is left to the reader: quoted values hold CR, LF, NUL and U+2028 of their own.
    """
    files = list(files)
    paths = ", ".join(quoted(path) for path in files)
    # DuckDB's own buffer would be sixteen of the longest rows, more than the memory a lake is given
    row = min(_LONGEST_ROW, max(_SHORTEST_BUFFER, *(path.stat().st_size for path in files)))
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv([{paths}], columns = {{{types}}}, auto_detect = false, header = true, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', strict_mode = true, max_line_size = {row}, buffer_size = {2 * row})"
    )


def empty_relation(columns: Sequence[str]) -> str:
    """Return a relation with these columns, as text, and no row."""
    return "(select " + ", ".join(f"null::varchar as {identifier(name)}" for name in columns) + " where false)"


def deletes_relation(staged: Staged, reason: str) -> str | None:
    """Return what an Extract's ``deletes`` takes, of text rows ``record_id, deleted_at``; None where there are none."""
    if not staged.rows:
        return None
    deleted_at = "deleted_at::timestamp as deleted_at"
    return f"(select record_id, {deleted_at}, {quoted(reason)} as reason from {staged.relation})"


def united(parts: Iterable[Staged], columns: Sequence[str]) -> Staged:
    """Return all parts as one, with exactly these columns."""
    parts = [part for part in parts if part.rows]
    if not parts:
        return Staged(empty_relation(columns), 0)
    names = ", ".join(identifier(name) for name in columns)
    if len(parts) == 1:
        return parts[0]
    selects = " union all ".join(f"select {names} from {part.relation}" for part in parts)
    return Staged(f"({selects})", sum(part.rows for part in parts))


class Pages:
    """The pages of one read, in one folder.

    Args:
        connection: any DuckDB connection; it counts the rows of each page.
        folder: an empty folder, created here.
        columns: the columns that every page has, in this order.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, columns: Sequence[str]) -> None:
        folder.mkdir(parents=True)
        self.columns = tuple(columns)
        self.rows = 0
        self._cursor, self._folder = connection.cursor(), folder
        self._files: list[Path] = []

    def next_path(self) -> Path:
        """Return where the next page goes."""
        return self._folder / f"{len(self._files) + 1:06d}.csv"

    def verify(self, path: Path, promised: int | None) -> int:
        """Return the rows of a page. Raises Incomplete where its header or its count is not the promised one."""
        if path.stat().st_size == 0:
            rows = 0
        else:
            self._verify_header(path)
            try:
                found = self._cursor.execute(f"select count(*) from {csv_relation([path], self.columns)}").fetchone()
            except duckdb.Error as error:
                raise Incomplete(f"a page of CSV breaks off: {str(error).splitlines()[0]}") from None
            rows = found[0] if found else 0
        if promised is not None and rows != promised:
            raise Incomplete(f"a page of CSV holds {rows} rows where {promised} were promised")
        return rows

    def keep(self, path: Path, rows: int) -> None:
        """Count a verified page in."""
        self.rows += rows
        if rows:
            self._files.append(path)

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Write a page of JSON records as CSV.

        A loop over rows, unlike a bulk path: an API sends at most a few thousand a request, and waiting for it
        dominates. DuckDB's own JSON reader would round numbers of more than 17 digits.
        """
        path = self.next_path()
        # half of a surrogate pair, where a text was cut to its length, has no encoding: it stays escaped
        with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows([_as_text(record.get(name)) for name in self.columns] for record in records)
        self.keep(path, len(records))

    def staged(self) -> Staged:
        """Return all pages as one relation."""
        if not self._files:
            return Staged(empty_relation(self.columns), 0)
        return Staged(csv_relation(self._files, self.columns), self.rows)

    def _verify_header(self, path: Path) -> None:
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            line = file.readline(1_000_000)
        header = next(csv.reader([line.rstrip("\r\n")]), [])
        if [name.lower() for name in header] != [name.lower() for name in self.columns]:
            raise Incomplete(f"a page of CSV opens with {line[:200]!r} instead of the fields asked for")


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
