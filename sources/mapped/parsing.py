"""The files of one read as one SELECT: archives are opened, and each format is handed to its parser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sources.contract import Reading
from sources.databases.database import KEPT, load_extension
from sources.errors import SourceError
from sources.mapped import excel_files
from sources.mapped.access_files import parse_access
from sources.mapped.csv_feed import parse_csv
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.dbf_files import parse_dbf
from sources.mapped.file_feed import FeedFile, Parsed, numbered
from sources.mapped.fixed_width import parse_fixed
from sources.mapped.mapping import TableMapping
from sources.mapped.unreadable import UndecodableFile, UnreadableFile
from sources.mapped.zip_files import unpacked
from sources.quoting import quoted

_PARSERS = {"csv": parse_csv, "fixed": parse_fixed, "dbf": parse_dbf, "access": parse_access}


def parse(
    source: str, mapping: Path, table: TableMapping, files: Sequence[FeedFile], reading: Reading
) -> Parsed | None:
    """Return the rows of the files; None where they are ZIPs in which no member matches.

    Raises SourceError for a file that is damaged, cut off, or not as its format is described.
    """
    try:
        if table.members:
            files = unpacked(files, table.members, reading.staging)
            if not files:
                return None
        if parser := _PARSERS.get(table.format.kind):
            return parser(files, table.format, reading)
        return _excel(table, files, reading) if table.format.kind == "excel" else _parquet(files, reading)
    except UnreadableFile as error:
        raise refused(source, mapping, table, error) from None


def refused(source: str, mapping: Path, table: TableMapping, error: UnreadableFile) -> SourceError:
    """Return the error of a file that is refused whole."""
    where = f"({mapping}:{table.node.line})"
    if isinstance(error, UndecodableFile):
        remedy = f"Correct `encoding:` {where}."
    else:
        remedy = f"Deliver it again, or correct the table's `format:` {where}."
    return SourceError(source, table.name, f"{error}.", f"{remedy} {KEPT}")


def _excel(table: TableMapping, files: Sequence[FeedFile], reading: Reading) -> Parsed:
    load_extension(reading.connection, "excel")
    places = [(each.path, f"{number:09}") for number, each in enumerate(files, 1)]
    return Parsed(*excel_files.select_sql(reading.connection, places, table.format))


def _parquet(files: Sequence[FeedFile], reading: Reading) -> Parsed:
    paths = ", ".join(quoted(each.path) for each in files)
    source = f"read_parquet([{paths}], union_by_name = true, filename = {quoted(FILE_COLUMN)})"
    described = reading.connection.execute(f"describe select * exclude ({FILE_COLUMN}) from {source}").fetchall()
    select = f"select * replace ({numbered([str(each.path) for each in files])} as {FILE_COLUMN}) from {source}"
    return Parsed(select, tuple((row[0], row[1]) for row in described))
