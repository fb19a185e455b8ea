"""Files of fixed-width records as one SELECT: lines are cut by DuckDB, bytes are unpacked before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sources.contract import Reading, Reject
from sources.mapped import byte_records, csv_files
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.file_ends import verify_count, without_trailer
from sources.mapped.file_feed import FeedFile, Parsed, is_most
from sources.mapped.mapping import FileFormat
from sources.mapped.text_files import as_utf8
from sources.mapped.unreadable import UnreadableFile
from sources.quoting import identifier, quoted

#: Blanks, and the byte that ends text files of CP/M and DOS.
_IS_BLANK = r"trim(coalesce(line, ''), ' ' || chr(26)) = ''"


def parse_fixed(files: Sequence[FeedFile], written: FileFormat, reading: Reading) -> Parsed:
    """Return the files as text columns, fields without the blanks at their end.

    Lines of another length than the layout's are rejects. Raises UnreadableFile for a file that is cut off or
    damaged, or of which most lines have another length; UndecodableFile for one in another encoding.
    """
    parts: list[_Part] = []
    for position, file in enumerate(files, 1):
        if written.offsets == "bytes":
            part = _unpacked(file, written, reading.staging / f"records-{position}.parquet")
        else:
            part = _cut(file, written, reading)
        if is_most(len(part.rejects), part.records):
            wrong = f"{len(part.rejects):,} of {part.records:,} records do not fit"
            raise UnreadableFile(f"{file.name}: {wrong}; {part.rejects[0].reason}")
        parts.append(part)
    columns = tuple((each.name, "VARCHAR") for each in written.fields)
    rejects = tuple(reject for part in parts for reject in part.rejects)
    counted = [part.counted for part in parts if part.counted is not None]
    source_count = sum(counted) if len(counted) == len(parts) else None
    fast, ordered = _union([part.select for part in parts]), _union([part.ordered_select for part in parts])
    return Parsed(fast, columns, rejects, ordered, source_count)


@dataclass(frozen=True)
class _Part:
    """One file as a SELECT, what was set aside of it, how many records it has, and how many its trailer counts."""

    select: str
    ordered_select: str
    rejects: Sequence[Reject]
    records: int
    counted: int | None


def _unpacked(file: FeedFile, written: FileFormat, target: Path) -> _Part:
    """Return a file that is cut by bytes."""
    unpack = byte_records.unpack_records if written.record_length else byte_records.unpack_lines
    done = unpack(file.name, file.path, written, target)
    values = ", ".join(_value(identifier(each.name), each.name, written) for each in written.fields)
    select = f"select {values} from read_parquet({quoted(done.path)})"
    return _Part(select, select, done.rejects, done.records, done.counted)


def _cut(file: FeedFile, written: FileFormat, reading: Reading) -> _Part:
    """Return a file of lines that are cut by characters."""
    path, undecoded = as_utf8(file.name, file.path, written.encoding, reading.staging)
    last = ""
    if written.trailer:
        path, last = without_trailer(file.name, path, written.trailer, reading.staging)
    width = max(each.end for each in written.fields)
    fits = f"length(line) {'<=' if written.is_trimmed else '='} {width}"
    try:
        total, wrong = _counted(path, written, fits, reading.connection)
    except duckdb.Error:
        path = _with_one_line_end(path, reading.staging)
        total, wrong = _counted(path, written, fits, reading.connection)
    lines = csv_files.lines_sql(path, written.header_records)
    records = total + len(undecoded)
    counted = verify_count(file.name, last, written.trailer, records, written.header_records)
    aside = [*undecoded, *(_wrong_lines(file.name, path, written, fits, width, reading.connection) if wrong else ())]
    values = ", ".join(
        _value(f"rtrim(substring(line, {each.start}, {each.width}))", each.name, written) for each in written.fields
    )
    ordered = csv_files.lines_sql(path, written.header_records, in_order=True)
    fast, slow = (f"select {values} from {each} where {fits} and not {_IS_BLANK}" for each in (lines, ordered))
    return _Part(fast, slow, aside, records, counted)


def _counted(path: Path, written: FileFormat, fits: str, duck: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return how many lines there are and how many of them have another length than the layout's."""
    lines = csv_files.lines_sql(path, written.header_records)
    count = f"select count(*), count(*) filter (where not {fits}) from {lines} where not {_IS_BLANK}"
    return duck.execute(count).fetchone() or (0, 0)


def _with_one_line_end(path: Path, staging: Path) -> Path:
    """Return a copy of a UTF-8 file whose lines all end alike: DuckDB takes no file in which they differ."""
    target = staging / f"{path.stem}-{abs(hash(str(path))):x}.lines"
    with path.open(encoding="utf-8") as source, target.open("w", encoding="utf-8", newline="\n") as copy:
        copy.writelines(source)
    return target


def _union(selects: Sequence[str]) -> str:
    """Return a SELECT over files, each row with its file's place."""
    placed = (f"select *, '{at:09}' as {FILE_COLUMN} from ({each})" for at, each in enumerate(selects, 1))
    return " union all ".join(placed)


def _wrong_lines(
    name: str, path: Path, written: FileFormat, fits: str, width: int, duck: duckdb.DuckDBPyConnection
) -> Iterator[Reject]:
    """Yield the lines of another length than the layout's, with their numbers in the file."""
    lines = csv_files.lines_sql(path, written.header_records, in_order=True)
    numbered = f"select row_number() over () + {written.header_records} as number, line from {lines}"
    for number, line in duck.execute(f"select * from ({numbered}) where not {fits} and not {_IS_BLANK}").fetchall():
        reason = f"{name} line {number}: {len(line)} characters where the layout has {width}"
        yield Reject(None, None, None, reason, line)


def _value(value: str, name: str, written: FileFormat) -> str:
    """Return a field, NULL where it holds one of the texts that stand for that."""
    nulls = ", ".join(quoted(each) for each in written.null_values)
    if nulls:
        value = f"case when {value} not in ({nulls}) then {value} end"
    return f"{value} as {identifier(name)}"
