"""CSV files as a FROM clause. DuckDB parses strictly; only a damaged file is split by hand, line by line.

DuckDB's own way to skip bad lines is not used: after a quoting error it drops good lines without a word.
"""

from __future__ import annotations

import csv
import io
import itertools
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.contract import Reject
from sources.mapped import text_files
from sources.mapped.file_ends import NOTHING, without_footer
from sources.mapped.mapping import FileFormat
from sources.mapped.text_files import Undecoded, as_marked_utf8
from sources.mapped.unreadable import UndecodableFile
from sources.quoting import quoted

_CHUNK = 1 << 20
_MOST_LINES = 500  # of one record, quoted line breaks included
_LONGEST_RECORD = 2 << 20  # bytes
FILE_COLUMN = "_crm_file"
_NO_CHARACTER = "\U0010fffe"  # which no text holds: as a delimiter it keeps a line whole


@dataclass(frozen=True)
class CsvFile:
    """A CSV file ready for DuckDB: UTF-8 at ``path``, with the header's names made unique.

    ``undecoded`` is there when bytes of it are not in its encoding; they are marked at ``path``.
    """

    name: str
    path: Path
    header: tuple[str, ...]
    skip_lines: int
    undecoded: Undecoded | None = None


def prepare(name: str, path: Path, written: FileFormat, staging: Path) -> CsvFile:
    """Return a file as UTF-8 without its footer.

    Raises UnreadableFile for a lost footer, UndecodableFile where the header or no line by itself decodes.
    """
    ready, undecoded = as_marked_utf8(name, path, written.encoding, staging)
    if written.footer:
        ready = without_footer(name, ready, written.footer, written.quote, staging)
    if written.skip_lines:
        ready = _with_blank_head(name, ready, written.skip_lines, staging)
    names = header(ready, written)
    if undecoded and any(map(text_files.undecoded, names)):
        raise UndecodableFile(undecoded.first)
    return CsvFile(name, ready, names, written.skip_lines, undecoded)


def _with_blank_head(name: str, path: Path, count: int, staging: Path) -> Path:
    """Return a copy of a UTF-8 file whose first lines are blank.

    DuckDB parses what it skips: after a quote in it that is not closed it finds no record, and says nothing.
    """
    target = staging / f"{path.stem}-{abs(hash(name)):x}.head"
    with path.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
        for line in itertools.islice(source, count):
            copy.write(line[len(line.rstrip("\r\n")) :])
        shutil.copyfileobj(source, copy, _CHUNK)
    return target


def header(path: Path, written: FileFormat) -> tuple[str, ...]:
    """Return the names of a UTF-8 file's columns: a blank one becomes ``column_<n>``, a repeated one ``<name>_<n>``."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(written.skip_lines):
            file.readline()
        names = next(_reader(file, written), [])
    return unique_names(names)


def unique_names(names: Sequence[str | None]) -> tuple[str, ...]:
    """Return column names without blanks and, in any case of letters, without repetition."""
    unique: list[str] = []
    for position, given in enumerate(names, 1):
        name = (given or "").strip() or f"column_{position}"
        base, count = name, 2
        while name.lower() in (each.lower() for each in unique):
            name, count = f"{base}_{count}", count + 1
        unique.append(name)
    return tuple(unique)


def spelt(header: Sequence[str], known: dict[str, str]) -> tuple[str, ...]:
    """Return a header in the spelling of those before, which are in ``known`` by their small letters, and add it there.

    Files of one feed may write a name in other letters, and a table has one column of a name in any.
    """
    return tuple(known.setdefault(name.lower(), name) for name in header)


def from_sql(files: Sequence[CsvFile], written: FileFormat, *, in_order: bool = False) -> str:
    """Return a FROM clause over files with one header, every value as text, plus FILE_COLUMN with the path."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in files[0].header)
    # without a word for nothing an empty value is a text; DuckDB wants one
    nulls = written.null_values or (_NO_CHARACTER,)
    options = {
        "columns": f"{{{columns}}}", "auto_detect": "false", "header": "true", "encoding": "'utf-8'",
        "delim": quoted(written.delimiter), "quote": quoted(written.quote), "escape": quoted(written.quote),
        "nullstr": f"[{', '.join(map(quoted, nulls))}]", "skip": str(files[0].skip_lines),
        "strict_mode": "true", "filename": quoted(FILE_COLUMN), "max_line_size": str(_LONGEST_RECORD),
        # DuckDB's own choice is sixteen of the longest lines for each thread, too much for the lake's memory limit
        "buffer_size": str(4 * _LONGEST_RECORD),
        "parallel": "false" if in_order else "true",
    }  # fmt: skip
    paths = ", ".join(quoted(file.path) for file in files)
    return f"read_csv([{paths}], {', '.join(f'{name} = {value}' for name, value in options.items())})"


def lines_sql(path: Path, skip: int, *, in_order: bool = False) -> str:
    """Return a FROM clause over the lines of a UTF-8 file as one column, ``line``, NULL for an empty one."""
    options = {
        "columns": "{'line': 'VARCHAR'}", "auto_detect": "false", "header": "false", "encoding": "'utf-8'",
        "delim": quoted(_NO_CHARACTER), "quote": "''", "escape": "''", "skip": str(skip), "strict_mode": "true",
        "max_line_size": str(_LONGEST_RECORD), "buffer_size": str(4 * _LONGEST_RECORD),
        "parallel": "false" if in_order else "true",
    }  # fmt: skip
    return f"read_csv({quoted(path)}, {', '.join(f'{name} = {value}' for name, value in options.items())})"


def repair(file: CsvFile, written: FileFormat, staging: Path) -> tuple[CsvFile, tuple[Reject, ...], int]:
    """Copy the good records of a damaged file; return the copy, the lines set aside, and the number of good ones."""
    clean = staging / f"{file.path.stem}-{abs(hash(file.name)):x}.clean"
    rejects, good = [], 0
    with (
        file.path.open(encoding="utf-8", newline="") as source,
        clean.open("w", encoding="utf-8", newline="") as target,
    ):
        lines = _Lines(source)
        head = [lines.take() for _ in range(file.skip_lines)]
        first, _ = _record(lines, written, None)
        target.write("".join(map(_ended, [*head, first])))
        while (line := lines.number) and (text := lines.peek()):
            record, problem = _record(lines, written, len(file.header))
            if problem is None and file.undecoded and (byte := text_files.undecoded(record)):
                text, problem = record, f"byte {byte} is not {file.undecoded.encoding}"
            if not text.strip(NOTHING):
                # a line of blanks alone is none: DuckDB takes it for a record of one value
                continue
            if problem is None:
                target.write(_ended(record))
                good += 1
            else:
                shown = text_files.unmarked(text) if file.undecoded else text
                rejects.append(Reject(None, None, None, f"{file.name} line {line}: {problem}", shown.rstrip("\r\n")))
    return CsvFile(file.name, clean, file.header, file.skip_lines), tuple(rejects), good


def _ended(record: str) -> str:
    """Return a record with the line end that all of a copy have: DuckDB takes no file in which they differ."""
    return record.removesuffix("\n").removesuffix("\r") + "\n"


class _Lines:
    """Physical lines that can be looked at before they are taken; ``number`` is that of the next one."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file, self._ahead, self.number = file, [], 1  # type: ignore[var-annotated]

    def peek(self, offset: int = 0) -> str:
        while len(self._ahead) <= offset and (line := self._file.readline()):
            self._ahead.append(line)
        return self._ahead[offset] if offset < len(self._ahead) else ""

    def take(self) -> str:
        line = self.peek()
        self._ahead = self._ahead[1:]
        self.number += 1
        return line


def _record(lines: _Lines, written: FileFormat, width: int | None) -> tuple[str, str | None]:
    """Take one record and return it with None, or its first line alone with what is wrong with it."""
    text, problem = "", None
    for count in range(_MOST_LINES):
        more = lines.peek(count)
        if not more:
            break
        text += more
        try:
            values = next(_reader(io.StringIO(text, newline=""), written), [])
        except csv.Error as error:
            problem = str(error)
            if "unexpected end" in problem:
                problem = "a quote is opened and not closed"
                continue
            break
        if len(text.encode()) >= _LONGEST_RECORD:
            problem = f"longer than {_LONGEST_RECORD:,} bytes"
            break
        if width is None or len(values) == width or not text.strip(NOTHING):
            for _ in range(count + 1):
                lines.take()
            return text, None
        problem = f"{len(values)} values where the header has {width}"
        break
    return lines.take(), problem or "a quote is opened and not closed"


def _reader(file: io.TextIOBase, written: FileFormat) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 24)
    return csv.reader(file, delimiter=written.delimiter, quotechar=written.quote, strict=True)
