"""The CSV files of one read as one SELECT, damaged files replaced by copies of their good records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from sources.contract import Reading, Reject
from sources.errors import SourceError
from sources.mapped import csv_files
from sources.mapped.csv_files import FILE_COLUMN, CsvFile
from sources.mapped.database import KEPT
from sources.mapped.file_feed import FeedFile, Parsed, numbered
from sources.mapped.mapping import TableMapping

#: More than this share of broken lines means that the format is wrong, not the lines.
_MOST_BROKEN = 0.5


def parse_csv(source: str, mapping: Path, table: TableMapping, files: Sequence[FeedFile], reading: Reading) -> Parsed:
    """Return the files as text columns; lines that fit no header are rejects.

    Raises SourceError for a file in another encoding or of which most lines are broken.
    """
    ready: list[CsvFile] = []
    rejects: list[Reject] = []
    for each in files:
        try:
            file, undecoded = csv_files.prepare(each.name, each.path, table.format, reading.staging)
        except csv_files.UndecodableFile as error:
            remedy = f"Correct `encoding:` ({mapping}:{table.node.line}). {KEPT}"
            raise SourceError(source, table.name, f"{error}.", remedy) from None
        ready.append(file)
        rejects += undecoded
    if not _parses(reading.connection, ready, table):
        for position, file in enumerate(ready):
            if not _parses(reading.connection, [file], table):
                ready[position], broken = _repaired(source, mapping, table, file, reading)
                rejects += broken
    names = tuple(dict.fromkeys(name for file in ready for name in file.header))
    columns = tuple((name, "VARCHAR") for name in names)
    fast, ordered = (_union(ready, table, in_order=in_order) for in_order in (False, True))
    return Parsed(fast, columns, tuple(rejects), ordered)


def _repaired(
    source: str, mapping: Path, table: TableMapping, file: CsvFile, reading: Reading
) -> tuple[CsvFile, tuple[Reject, ...]]:
    """Return the good records of a damaged file and its bad lines."""
    clean, broken, good = csv_files.repair(file, table.format, reading.staging)
    if len(broken) > max(1, _MOST_BROKEN * (good + len(broken))):
        message = f"{len(broken):,} of {good + len(broken):,} lines do not fit the header; {broken[0].reason}."
        remedy = f"Check delimiter and quote ({mapping}:{table.node.line}). {KEPT}"
        raise SourceError(source, table.name, message, remedy)
    if not _parses(reading.connection, [clean], table):
        raise SourceError(source, table.name, f"{file.name} cannot be parsed.", f"Look at the file. {KEPT}")
    return clean, broken


def _parses(duck: duckdb.DuckDBPyConnection, files: Sequence[CsvFile], table: TableMapping) -> bool:
    """Whether every record of the files fits its header."""
    try:
        for group in _by_header(files):
            duck.execute(f"select count(*) from {csv_files.from_sql(group, table.format)}").fetchone()
    except duckdb.Error:
        return False
    return True


def _by_header(files: Sequence[CsvFile]) -> list[list[CsvFile]]:
    groups: dict[tuple[str, ...], list[CsvFile]] = {}
    for file in files:
        groups.setdefault(file.header, []).append(file)
    return list(groups.values())


def _union(files: Sequence[CsvFile], table: TableMapping, *, in_order: bool) -> str:
    """Return a SELECT over files of different headers."""
    place = numbered([str(file.path) for file in files])
    parts = []
    for group in _by_header(files):
        rows = csv_files.from_sql(group, table.format, in_order=in_order)
        parts.append(f"select * replace ({place} as {FILE_COLUMN}) from {rows}")
    return " union all by name ".join(parts)
