"""What a mapping file says, as plain values. How it is written and checked belongs to ``mapping_file``."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sources.databases.connection import Connection
from sources.databases.table import DeclaredColumn
from sources.mapped.expressions import Expression
from sources.yaml_lines import YamlNode


@dataclass(frozen=True)
class TypedColumn(DeclaredColumn):
    """A column whose type the mapping file gives, and where."""

    node: YamlNode | None = None


@dataclass(frozen=True)
class Field:
    """A field of fixed-width records.

    Attributes:
        start: its first character or byte in the record, from 1.
        stored: ``text``; ``zoned``, digits whose last one carries the sign; ``packed``, two digits to a byte with the
            sign last; ``binary``, a signed big-endian integer.
        scale: digits behind a decimal point that is not written.
    """

    name: str
    start: int
    width: int
    stored: str = "text"
    scale: int = 0

    @property
    def end(self) -> int:
        """The field's last character or byte, from 1."""
        return self.start + self.width - 1


@dataclass(frozen=True)
class Trailer:
    """The last record of a file: the text it starts with, and where in it stands how many records there are.

    ``counts_all``: the number includes header and trailer.
    """

    starts_with: str
    count_start: int | None = None
    count_width: int = 0
    counts_all: bool = False


@dataclass(frozen=True)
class FileFormat:
    """How a feed's files are written.

    Attributes:
        kind: one of ``file_format.FORMATS``.
        encoding: empty where the file says it itself (dbf, access).
        thousands: the separator inside numbers, or empty.
        date_format: strptime format of date columns; None takes ISO dates.
        skip_lines: lines before the header.
        footer: what the lines after the last record begin with; a file without them is cut off.
        sheet: worksheet; None takes the first.
        header_row: the header's row in a worksheet, from 1.
        fields: the layout of fixed-width records.
        offsets: what ``fields`` count: ``characters`` or ``bytes``.
        record_length: bytes of a record in a file without line breaks.
        is_trimmed: whether blanks at the end of a line may be missing.
        header_records: records before the first one of data.
        table: the table of an Access file.
        has_memos: whether the memo fields of a DBF file are read.
    """

    kind: str = "csv"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    date_format: str | None = None
    timestamp_format: str | None = None
    null_values: tuple[str, ...] = ("",)
    skip_lines: int = 0
    footer: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = 1
    fields: tuple[Field, ...] = ()
    offsets: str = "characters"
    record_length: int | None = None
    is_trimmed: bool = False
    header_records: int = 0
    trailer: Trailer | None = None
    table: str | None = None
    has_memos: bool = True

    def field(self, name: str) -> Field | None:
        """Return the field of fixed-width records that a column comes from, in any case of its name."""
        return next((each for each in self.fields if each.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class CanonicalColumn:
    """One canonical column and what fills it; ``values`` translates codes, anything else is refused."""

    name: str
    type: str
    expression: Expression
    values: Map[str, str | None] | None = None


@dataclass(frozen=True)
class EntityMapping:
    """One entity a table feeds.

    Attributes:
        key: the columns whose text is the entity's record id; the table's own key unless given.
        id_prefix: text before the id, to keep ids of two tables apart.
        when: rows that are such a record; None is all.
    """

    entity: str
    key: tuple[Expression, ...]
    id_prefix: str
    when: Expression | None
    columns: tuple[CanonicalColumn, ...]
    node: YamlNode


@dataclass(frozen=True)
class TableMapping:
    """One table, query or feed of files of the source.

    Attributes:
        table: the source's table, when there is neither ``query`` nor ``files``.
        files: glob below the folder.
        members: glob of the members to read when the files are ZIPs.
        has_parts: whether files whose names differ in their last number only are parts of one delivery.
        mode: of files: ``delta`` (rows are added or replaced) or ``snapshot`` (the newest file lists all that live).
        sweep: whether the keys of a table with a cursor are compared each time, to find rows deleted without trace.
    """

    name: str
    node: YamlNode
    key: tuple[Expression, ...]
    table: str | None = None
    query: str | None = None
    files: str | None = None
    members: str | None = None
    has_parts: bool = False
    format: FileFormat = field(default_factory=FileFormat)
    mode: str = "delta"
    cursor: Expression | None = None
    deleted_when: Expression | None = None
    merged_into: Expression | None = None
    lag: timedelta | None = None
    lookback: timedelta | None = None
    columns: Map[str, TypedColumn] = field(default_factory=dict)
    shrink_limit: float = 0.5
    sweep: bool = False
    entities: tuple[EntityMapping, ...] = ()

    @property
    def cursor_column(self) -> str | None:
        """The name of the cursor, or None."""
        return self.cursor.column if self.cursor else None

    def declared(self, name: str) -> TypedColumn | None:
        """Return what the mapping file declares of a column, in any case of its name."""
        return next((each for own, each in self.columns.items() if own.lower() == name.lower()), None)

    def expressions(self) -> tuple[Expression, ...]:
        """Return everything that names columns of the table."""
        single = [each for each in (self.cursor, self.deleted_when, self.merged_into) if each]
        fed = [part for each in self.entities for part in (*each.key, *([each.when] if each.when else []))]
        return (*self.key, *single, *fed, *(column.expression for each in self.entities for column in each.columns))


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file; ``clock`` is SQL in the source's dialect for its own time."""

    path: Path
    connection: Connection
    clock: str | None
    tables: tuple[TableMapping, ...]
