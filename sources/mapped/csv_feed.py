"""The CSV files of one read as one SELECT, damaged files replaced by copies of their good records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from sources.contract import Reading, Reject
from sources.mapped import csv_files
from sources.mapped.csv_files import FILE_COLUMN, CsvFile
from sources.mapped.file_feed import FeedFile, Parsed, is_most, numbered
from sources.mapped.mapping import FileFormat
from sources.mapped.unreadable import UndecodableFile, UnreadableFile
from sources.quoting import identifier


def parse_csv(files: Sequence[FeedFile], written: FileFormat, reading: Reading) -> Parsed:
    """Return the files as text columns; lines that fit no header are rejects.

    Raises UnreadableFile for a file without its footer or of which most lines are broken, UndecodableFile for one in
    another encoding.
    """
    ready: list[CsvFile] = []
    rejects: list[Reject] = []
    spellings: dict[str, str] = {}
    for each in files:
        file = csv_files.prepare(each.name, each.path, written, reading.staging)
        ready.append(replace(file, header=csv_files.spelt(file.header, spellings)))
    if not _parses(reading.connection, ready, written):
        for position, file in enumerate(ready):
            if not _parses(reading.connection, [file], written):
                ready[position], broken = _repaired(file, written, reading)
                rejects += broken
    names = tuple(dict.fromkeys(name for file in ready for name in file.header))
    columns = tuple((name, "VARCHAR") for name in names)
    fast, ordered = (_union(ready, written, in_order=in_order) for in_order in (False, True))
    return Parsed(fast, columns, tuple(rejects), ordered)


def _repaired(file: CsvFile, written: FileFormat, reading: Reading) -> tuple[CsvFile, tuple[Reject, ...]]:
    """Return the good records of a damaged file and its bad lines."""
    clean, broken, good = csv_files.repair(file, written, reading.staging)
    if is_most(len(broken), good + len(broken)):
        total = good + len(broken)
        message = f"{len(broken):,} of {total:,} lines of {file.name} do not fit the header; {broken[0].reason}"
        if file.undecoded:
            raise UndecodableFile(message)
        raise UnreadableFile(f"{message}. Look at delimiter and quote")
    if not _parses(reading.connection, [clean], written):
        raise UnreadableFile(f"{file.name} cannot be parsed")
    return clean, broken


def _parses(duck: duckdb.DuckDBPyConnection, files: Sequence[CsvFile], written: FileFormat) -> bool:
    """Whether every record of the files decodes and fits its header."""
    if any(file.undecoded for file in files):
        return False
    try:
        for group in _by_header(files):
            duck.execute(f"select count(*) from {csv_files.from_sql(group, written)}").fetchone()
    except duckdb.Error:
        return False
    return True


def _by_header(files: Sequence[CsvFile]) -> list[list[CsvFile]]:
    groups: dict[tuple[str, ...], list[CsvFile]] = {}
    for file in files:
        groups.setdefault(file.header, []).append(file)
    return list(groups.values())


def _union(files: Sequence[CsvFile], written: FileFormat, *, in_order: bool) -> str:
    """Return a SELECT over files of different headers."""
    place = numbered([str(file.path) for file in files])
    parts = []
    for group in _by_header(files):
        rows = csv_files.from_sql(group, written, in_order=in_order)
        values = ", ".join(f"{_unwrapped(name)} as {name}" for name in map(identifier, group[0].header))
        parts.append(f"select {values}, {place} as {FILE_COLUMN} from {rows}")
    return " union all by name ".join(parts)


def _unwrapped(value: str) -> str:
    """Return a value without the formula around it: exports write ="0012" to keep a spreadsheet from rounding it."""
    is_formula = f"starts_with({value}, '=\"') and regexp_full_match({value}, '=\"[^\"]*\"')"
    return f"case when {is_formula} then {value}[3:-2] else {value} end"
