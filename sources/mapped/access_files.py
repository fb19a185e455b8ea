"""Tables of Microsoft Access files (.mdb, .accdb) as one SELECT, exported by the command line of mdbtools."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import duckdb

from sources.contract import Reading
from sources.mapped.csv_files import FILE_COLUMN, CsvFile, from_sql, unique_names
from sources.mapped.file_feed import FeedFile, Parsed
from sources.mapped.mapping import FileFormat
from sources.mapped.unreadable import UnreadableFile
from sources.yaml_lines import nearest

_TOOLS = ("mdb-tables", "mdb-schema", "mdb-count", "mdb-export")
_MISSING = "Access files are read with mdbtools, which is not installed; on Debian: apt-get install mdbtools"
_NULL = "\x1f"  # which no text of Access holds: "" and NULL stay apart
_CUT_OFF = "beyond EOF"
_COLUMN = re.compile(r"\t\[(?P<name>.+)\]\t+(?P<type>[^(,]+?)(?: \((?P<size>[\d, ]+)\))?,? *")
_TYPES = {
    "boolean": "BOOLEAN", "byte": "UTINYINT", "integer": "SMALLINT", "long integer": "INTEGER", "bigint": "BIGINT",
    "single": "FLOAT", "double": "DOUBLE", "currency": "DECIMAL(19,4)", "datetime": "TIMESTAMP",
}  # fmt: skip


def parse_access(files: Sequence[FeedFile], written: FileFormat, reading: Reading) -> Parsed:
    """Return one table of the files as text columns with its columns' types.

    Raises UnreadableFile where mdbtools is not installed, for a file without the table, and for one that is damaged.
    """
    if not all(shutil.which(tool) for tool in _TOOLS):
        raise UnreadableFile(_MISSING)
    parts, source_count = [], 0
    types: dict[str, str] = {}
    plain = FileFormat(null_values=(_NULL,))
    for position, file in enumerate(files, 1):
        columns = _columns(file, written)
        target = reading.staging / f"access-{position}.csv"
        exported = _export(file, written, tuple(columns), target)
        select = f"select * replace ('{position:09}' as {FILE_COLUMN}) from {from_sql([exported], plain)}"
        source_count += _verified_count(file, written, select, reading.connection)
        parts.append(select)
        types |= columns
    declared = {name: (kind, None) for name, kind in types.items()}
    names = tuple((name, "VARCHAR") for name in types)
    return Parsed(" union all by name ".join(parts), names, source_count=source_count, types=declared)


def _columns(file: FeedFile, written: FileFormat) -> dict[str, str]:
    """Return the types of the table's columns."""
    names = _run(file, written, "mdb-tables", "-1", str(file.path)).splitlines()
    if written.table not in names:
        raise UnreadableFile(f"{file.name} has no table '{written.table}'{nearest(written.table or '', names)}")
    schema = _run(file, written, "mdb-schema", "--no-indexes", "--no-relations", "--no-not-null",
                  "--no-default-values", "-T", written.table or "", str(file.path))  # fmt: skip
    found = [match for line in schema.splitlines() if (match := _COLUMN.fullmatch(line))]
    if not found:
        raise UnreadableFile(f"{file.name}: mdb-schema says nothing of the columns of '{written.table}'")
    return dict(zip(unique_names([each["name"] for each in found]), map(_type, found), strict=True))


def _type(column: re.Match[str]) -> str:
    """Return the type a column lands as; what has none of its own, such as a binary, lands as text."""
    kind, size = column["type"].strip().lower(), (column["size"] or "").replace(" ", "")
    if kind == "numeric" and "," in size:
        return f"DECIMAL({size})"
    return _TYPES.get(kind, "VARCHAR")


def _export(file: FeedFile, written: FileFormat, names: Sequence[str], target: Path) -> CsvFile:
    """Write a table as CSV in UTF-8; bytes are hexadecimal there."""
    with target.open("w", encoding="utf-8", newline="") as head:
        csv.writer(head, lineterminator="\n").writerow(names)
    options = ("-H", "-D", "%Y-%m-%d", "-T", "%Y-%m-%d %H:%M:%S", "-b", "hex", "-0", _NULL)
    with target.open("ab") as rows:
        _run(file, written, "mdb-export", *options, str(file.path), written.table or "", output=rows)
    return CsvFile(file.name, target, tuple(names), 0)


def _verified_count(file: FeedFile, written: FileFormat, select: str, duck: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows the table says it has.

    Raises UnreadableFile when fewer arrived: mdb-export passes over damaged pages in silence.
    """
    counted = int(_run(file, written, "mdb-count", str(file.path), written.table or "").strip() or 0)
    arrived = (duck.execute(f"select count(*) from ({select})").fetchone() or (0,))[0]
    if counted != arrived:
        message = f"'{written.table}' counts {counted:,} rows, and {arrived:,} could be read"
        raise UnreadableFile(f"{file.name} is damaged or cut off: {message}")
    return counted


def _run(file: FeedFile, written: FileFormat, *command: str, output: object = subprocess.PIPE) -> str:
    """Run a tool of mdbtools and return what it printed."""
    # files of Access 97 and older do not say their code page
    page = [f"MDB_JET3_CHARSET={written.encoding}"] if written.encoding else []
    done = subprocess.run(["env", *page, *command], stdout=output, stderr=subprocess.PIPE, check=False)  # type: ignore[call-overload]
    said = " ".join(done.stderr.decode("utf-8", "replace").split())
    # over a file that was cut off the tools go on, with success
    if done.returncode or _CUT_OFF in said:
        said = said or f"exit code {done.returncode}"
        raise UnreadableFile(f"{file.name} cannot be read by {command[0]}: {said}")
    return (done.stdout or b"").decode("utf-8", "replace")
