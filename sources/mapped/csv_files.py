"""CSV files as a FROM clause. DuckDB parses strictly; only a damaged file is split by hand, line by line.

DuckDB's own way to skip bad lines is not used: after a quoting error it drops good lines without a word.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.contract import Reject
from sources.mapped.file_ends import without_footer
from sources.mapped.mapping import FileFormat
from sources.mapped.unreadable import UndecodableFile
from sources.quoting import quoted

_CHUNK = 1 << 20
_MOST_LINES = 500  # of one record, quoted line breaks included
_LONGEST_RECORD = 2 << 20  # bytes
FILE_COLUMN = "_crm_file"
_NO_CHARACTER = "\U0010fffe"  # which no text holds: a delimiter that keeps a line whole
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


@dataclass(frozen=True)
class CsvFile:
    """A CSV file ready for DuckDB: UTF-8 at ``path``, with the header's names made unique."""

    name: str
    path: Path
    header: tuple[str, ...]
    skip_lines: int


def prepare(name: str, path: Path, written: FileFormat, staging: Path) -> tuple[CsvFile, tuple[Reject, ...]]:
    """Return a file as UTF-8 without its footer, and what did not decode. Raises UnreadableFile for a lost footer."""
    ready, rejects = as_utf8(name, path, written.encoding, staging)
    if written.footer:
        ready = without_footer(name, ready, written.footer, written.quote, staging)
    return CsvFile(name, ready, header(ready, written), written.skip_lines), rejects


def as_utf8(name: str, path: Path, encoding: str, staging: Path) -> tuple[Path, tuple[Reject, ...]]:
    """Return a file as UTF-8, copied to ``staging`` only where it is something else, and what did not decode."""
    encoding, bom = _encoding(path, encoding)
    if encoding in ("utf-8", "ascii") and not bom and _decodes(path):
        return path, ()
    ready = staging / f"{path.stem}-{abs(hash(name)):x}.utf8"
    return ready, tuple(_transcode(name, path, ready, encoding, bom))


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


def from_sql(files: Sequence[CsvFile], written: FileFormat, *, in_order: bool = False) -> str:
    """Return a FROM clause over files with one header, every value as text, plus FILE_COLUMN with the path."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in files[0].header)
    options = {
        "columns": f"{{{columns}}}", "auto_detect": "false", "header": "true", "encoding": "'utf-8'",
        "delim": quoted(written.delimiter), "quote": quoted(written.quote), "escape": quoted(written.quote),
        "nullstr": f"[{', '.join(quoted(each) for each in written.null_values)}]", "skip": str(files[0].skip_lines),
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
        target.write("".join([*head, first]))
        while (line := lines.number) and (text := lines.peek()):
            record, problem = _record(lines, written, len(file.header))
            if problem is None:
                target.write(record if record.endswith(("\n", "\r")) else record + "\n")
                good += bool(record.strip())
            elif text.strip():
                rejects.append(Reject(None, None, None, f"{file.name} line {line}: {problem}", text.rstrip("\r\n")))
    return CsvFile(file.name, clean, file.header, file.skip_lines), tuple(rejects), good


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
        if width is None or len(values) == width or not text.strip():
            for _ in range(count + 1):
                lines.take()
            return text, None
        problem = f"{len(values)} values where the header has {width}"
        break
    return lines.take(), problem or "a quote is opened and not closed"


def _reader(file: io.TextIOBase, written: FileFormat) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 24)
    return csv.reader(file, delimiter=written.delimiter, quotechar=written.quote, strict=True)


def _encoding(path: Path, declared: str) -> tuple[str, int]:
    """Return the encoding, a byte-order mark's before the declared one, and the length of the mark."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding, len(mark)
    return declared, 0


def _decodes(path: Path) -> bool:
    """Whether a whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _transcode(name: str, path: Path, target: Path, encoding: str, bom: int) -> Iterator[Reject]:
    """Write a file as UTF-8; where bytes do not decode, set the line aside and keep its place as a blank line."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
            source.seek(bom)
            while chunk := source.read(_CHUNK):
                copy.write(decoder.decode(chunk))
            copy.write(decoder.decode(b"", final=True))
        return
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            raise UndecodableFile(f"{name} is not {encoding}: {error.reason}") from None
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        source.seek(bom)
        for number, line in enumerate(source, 1):
            try:
                copy.write(line.decode(encoding))
            except UnicodeDecodeError as error:
                reason = f"{name} line {number}: byte {error.object[error.start]:#04x} is not {encoding}"
                text = line.decode(encoding, "backslashreplace").rstrip("\r\n")
                yield Reject(None, None, None, reason, text)
                copy.write("\n")
