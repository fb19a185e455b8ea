"""The rows of one object in an export: its CSV files as one relation, ids of 18 characters, bad lines set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from sources.contract import Column, Reading, Reject, SourceObject
from sources.databases.landing import stage
from sources.errors import SourceError
from sources.mapped import csv_files
from sources.mapped.csv_files import CsvFile
from sources.mapped.mapping import FileFormat
from sources.quoting import identifier, quoted
from sources.salesforce.export.archives import Export
from sources.salesforce.ids import CHECKSUM

# more than this share of broken lines means that the file is, not its lines
_MOST_BROKEN = 0.5
_NO_ID = "0" * 15


@dataclass(frozen=True)
class Rows:
    """A FROM clause of text columns, these columns as the lake keeps them, and the lines that were set aside."""

    relation: str
    columns: tuple[Column, ...]
    rejects: tuple[Reject, ...]


def read_rows(export: Export, obj: SourceObject, encoding: str, reading: Reading) -> Rows:
    """Stage the records of an object that is in the export.

    Raises SourceError for bytes that are not in ``encoding`` and for a file most lines of which do not fit its header.
    """
    written, files = FileFormat(encoding=encoding), []
    rejects: list[Reject] = []
    folder = reading.staging / "export"
    folder.mkdir(parents=True)
    names = {column.name.lower(): column.name for column in obj.columns}
    for name, path in export.unpack(obj.name, folder):
        file = csv_files.prepare(name, path, written, folder)
        if file.undecoded:
            # a machine wrote it, in one encoding: a byte that is not in it is in another one everywhere
            advice = "Set export_encoding to what was chosen in the org. Nothing of it was read."
            raise SourceError(export.source, obj.name, f"{file.undecoded.first}.", advice)
        if not _parses(reading.connection, file, written):
            file, broken = _repaired(export.source, obj.name, file, written, reading)
            rejects += broken
        files.append(replace(file, header=tuple(names.get(each.lower(), each) for each in file.header)))
    columns = _columns(obj, files)
    selected = ", ".join(_selected(column.name, column.name in obj.key) for column in columns)
    parts = " union all by name ".join(f"select * from {csv_files.from_sql([file], written)}" for file in files)
    return Rows(stage(reading, f"select {selected} from ({parts})", "export"), columns, tuple(rejects))


def _repaired(
    source: str, name: str, file: CsvFile, written: FileFormat, reading: Reading
) -> tuple[CsvFile, tuple[Reject, ...]]:
    clean, broken, good = csv_files.repair(file, written, reading.staging / "export")
    if len(broken) > max(1, _MOST_BROKEN * (good + len(broken))) or not _parses(reading.connection, clean, written):
        message = f"{len(broken):,} of {good + len(broken):,} lines of {file.name} do not fit its header."
        raise SourceError(source, name, message, "Nothing of it was read. Download it again.")
    return clean, broken


def _parses(connection: duckdb.DuckDBPyConnection, file: CsvFile, written: FileFormat) -> bool:
    try:
        connection.execute(f"select count(*) from {csv_files.from_sql([file], written)}").fetchone()
    except duckdb.Error:
        return False
    return True


def _columns(obj: SourceObject, files: Sequence[CsvFile]) -> tuple[Column, ...]:
    """Return the columns of all files: of their declared type, and text where none is; ids in their long form."""
    types = {column.name: column.type for column in obj.columns}
    names = dict.fromkeys(name for file in files for name in file.header)
    return tuple(_column(name, types.get(name, "VARCHAR"), name in obj.key) for name in names)


def _column(name: str, kind: str, is_key: bool) -> Column:
    if kind != "VARCHAR" or not name.endswith("Id"):
        return Column(name, kind)
    raw = f"raw.{identifier(name)}"
    # what is no id stays as it is, unless it should tell one record from another
    other = "" if is_key else f" else {raw}"
    return Column(
        name, kind, f"case length({raw}) when 15 then {raw} || {_checksum(raw)} when 18 then {raw}{other} end"
    )


def _selected(name: str, is_key: bool) -> str:
    """Return a column of the files; a reference that may be empty is written as an id of zeros there."""
    column = identifier(name)
    if is_key:
        return column
    written = f"nullif({column}, '{_NO_ID}')" if name.endswith("Id") else column
    return f"nullif({written}, '{_NO_ID}AAA') as {column}"


def _checksum(raw: str) -> str:
    """Return the SQL of the three characters that make a 15-character id one of 18; as ``ids.long_id`` does."""
    return " || ".join(
        f"substr({quoted(CHECKSUM)}, 1 + "
        + " + ".join(
            f"{1 << place} * (substr({raw}, {start + place}, 1) between 'A' and 'Z')::int" for place in range(5)
        )
        + ", 1)"
        for start in (1, 6, 11)
    )
