"""What a mapping file says, as plain values. How it is written and checked belongs to ``mapping_file``."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sources.config import Secret
from sources.mapped.expressions import Expression
from sources.yaml_lines import YamlNode

#: What a ``columns:`` entry may say beside the type: a strptime format, or seconds or milliseconds since 1970.
EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000}


@dataclass(frozen=True)
class Connection:
    """Where the source is. ``settings`` holds host, port, database, user, password, schema, path, folder as given."""

    kind: str
    settings: Map[str, str | Secret]
    time_zone: str
    path: Path
    line: int

    def text(self, name: str) -> str | None:
        """Return a setting with its secrets revealed, or None when it is not given."""
        value = self.settings.get(name)
        return value.reveal() if isinstance(value, Secret) else value

    def file(self, name: str) -> Path:
        """Return a setting that is a path; a relative one starts at the mapping file's folder."""
        return (self.path.parent / Path(self.text(name) or ".").expanduser()).resolve()


@dataclass(frozen=True)
class DeclaredColumn:
    """A column whose type the mapping file gives; ``format`` is a strptime format or one of EPOCHS."""

    type: str
    format: str | None
    node: YamlNode


@dataclass(frozen=True)
class FileFormat:
    """How a feed's files are written.

    Attributes:
        kind: csv, excel or parquet.
        thousands: the separator inside numbers, or empty.
        date_format: strptime format of date columns; None takes ISO dates.
        skip_lines: lines before the header.
        sheet: worksheet; None takes the first.
        header_row: the header's row in a worksheet, from 1.
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
    sheet: str | None = None
    header_row: int = 1


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
        mode: of files: ``delta`` (rows are added or replaced) or ``snapshot`` (the newest file lists all that live).
        sweep: whether the keys of a table with a cursor are compared each time, to find rows deleted without trace.
    """

    name: str
    node: YamlNode
    key: tuple[Expression, ...]
    table: str | None = None
    query: str | None = None
    files: str | None = None
    format: FileFormat = field(default_factory=FileFormat)
    mode: str = "delta"
    cursor: Expression | None = None
    deleted_when: Expression | None = None
    merged_into: Expression | None = None
    lag: timedelta | None = None
    lookback: timedelta | None = None
    columns: Map[str, DeclaredColumn] = field(default_factory=dict)
    shrink_limit: float = 0.5
    sweep: bool = False
    entities: tuple[EntityMapping, ...] = ()

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
