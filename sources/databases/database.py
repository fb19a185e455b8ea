"""What the database readers share: attaching read-only, column descriptions, errors without secrets."""

from __future__ import annotations

import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from sources.config import Secret
from sources.contract import Window
from sources.databases.connection import Connection
from sources.databases.table import SourceTable
from sources.databases.windows import instant
from sources.errors import SourceError, TransientSourceError
from sources.lake.location import extension_file, redacted
from sources.quoting import identifier, quoted
from sources.yaml_lines import nearest

KEPT = "Nothing of this window was committed; what earlier runs loaded is kept."
#: Marks a value that is no UTF-8 text; its bytes follow in hexadecimal. A noncharacter, so no text begins with it.
UNDECODABLE = "\ufdd0"
_REFUSED = ("password authentication failed", "access denied", "no password supplied", "role ")
_UNREACHABLE = (
    "connection refused", "could not connect", "can't connect", "timeout", "timed out", "no route", "server closed",
    "lost connection", "gone away", "could not translate host", "unknown server host", "unknown mysql server host",
    "starting up", "shutting down", "terminating connection", "database is locked",
)  # fmt: skip


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source table.

    Attributes:
        type: the DuckDB type it lands as.
        read: expression in the source's dialect that yields what DuckDB receives.
        convert: expression in DuckDB over the received column; None takes it as it is.
        is_direct: whether a plain scan of the attached table receives the same as ``read``.
        is_text: whether what DuckDB holds is text that still has to be cast to ``type``.
        time: ``utc`` or ``local`` for a column of points in time, else None.
        parse: expression over the text that types it, where a cast does not.
    """

    name: str
    type: str
    read: str
    convert: str | None = None
    is_direct: bool = True
    is_text: bool = False
    time: str | None = None
    parse: str | None = None


def decodable(name: str, typed: str) -> str:
    """Return ``typed``, SQL over the column ``name``, or NULL where the text is marked as undecodable."""
    return f"case when not starts_with({identifier(name)}, '{UNDECODABLE}') then {typed} end"


class Database(ABC):
    """One source database, attached read-only to whatever DuckDB connection is at hand."""

    kind = ""
    extension = ""
    #: whether two scans in one transaction see the same rows
    is_repeatable = False

    def __init__(self, source: str, connection: Connection) -> None:
        self.source, self.settings = source, connection
        self.alias = f"source_{source}"

    @abstractmethod
    def clock_sql(self) -> str:
        """Return the query that asks the server for its UTC time."""

    @abstractmethod
    def query(self, sql: str) -> str:
        """Return a FROM clause that runs ``sql`` in the source."""

    @abstractmethod
    def columns(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
        """Describe a table or query; empty when the table does not exist."""

    @abstractmethod
    def tables(self, duck: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        """Return the names of the source's tables, for suggestions."""

    @abstractmethod
    def attach_sql(self) -> tuple[str, ...]:
        """Return the statements that attach the source as ``alias``."""

    def qualified(self, name: str) -> str:
        """Return a table's full name in the source's dialect."""
        return self.identifier(name)

    def from_sql(self, table: SourceTable) -> str:
        """Return the table or query as a FROM clause in the source's dialect."""
        if table.query:
            return f"({table.query}\n) as q"
        own, dated = self.qualified(table.source_name), table.dated_by
        if dated is None:
            return own
        both = f"d.{self.identifier(dated.key)} = o.{self.identifier(dated.column)}"
        join = f"{'inner' if dated.is_head else 'left'} join {self.qualified(dated.table)} as d on {both}"
        borrowed = "".join(f", d.{self.identifier(name)}" for name in table.borrowed)
        return f"(select o.*{borrowed} from {own} as o {join}) as q"

    @abstractmethod
    def window_sql(self, column: SourceColumn, window: Window, text_format: str | None) -> str:
        """Return the window's condition in the source's dialect; empty reads all. ``text_format`` as declared."""

    def scan(
        self, duck: duckdb.DuckDBPyConnection, table: SourceTable, columns: Sequence[SourceColumn], where: str
    ) -> str:
        """Return a FROM clause yielding each column under its own name, as ``read`` yields it."""
        selected = ", ".join(f"{column.read} as {self.identifier(column.name)}" for column in columns)
        return self.query(f"select {selected} from {self.from_sql(table)}{f' where {where}' if where else ''}")

    def exact(
        self, duck: duckdb.DuckDBPyConnection, table: SourceTable, columns: Sequence[SourceColumn], where: str
    ) -> tuple[SourceColumn, ...]:
        """Return the columns with those read as text that hold what DuckDB would read wrongly."""
        return tuple(columns)

    def identifier(self, name: str) -> str:
        """Return a quoted identifier of the source's dialect."""
        return identifier(name)

    def attach(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Attach the source, afresh where it is attached already. Raises SourceError without any secret."""
        try:
            load_extension(duck, self.extension)
            self.detach(duck)
            for statement in self.attach_sql():
                duck.execute(statement)
            # attaching alone need not connect
            self.rows(duck, "select 1")
        except duckdb.Error as error:
            self.detach(duck)
            raise self.failure(None, error) from None

    def detach(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Detach the source: DuckDB asks every attached database for its tables, also one that is gone by then."""
        duck.execute(f"detach database if exists {identifier(self.alias)}")

    @contextlib.contextmanager
    def snapshot(self, duck: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Read the source as of one moment, where it can be; nothing is written to it or the lake meanwhile."""
        if not self.is_repeatable:
            yield
            return
        duck.execute("begin")
        try:
            yield
        finally:
            with contextlib.suppress(duckdb.Error):  # the server may be gone, and what failed is being raised
                duck.execute("rollback")

    def rows(self, duck: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
        """Run a query in the source and return its rows: for descriptions, never for data."""
        return duck.execute(f"select * from {self.query(sql)}").fetchall()

    def clock(self, duck: duckdb.DuckDBPyConnection, sql: str | None) -> datetime:
        """Return the source's time, naive UTC. Raises SourceError when it does not answer with a time.

        What ``sql`` yields without a zone is in the source's ``time_zone``, as its cursors are.
        """
        try:
            rows = self.rows(duck, sql or self.clock_sql())
        except duckdb.Error as error:
            raise self.failure(None, error, "asking for its time: ") from None
        said = rows[0][0] if rows else None
        if isinstance(said, str):
            with contextlib.suppress(ValueError):
                said = datetime.fromisoformat(said.strip())
        if not isinstance(said, datetime):
            answer = "no time" if said is None else f"{said!r}, which is no time"
            raise SourceError(
                self.source, None, f"its clock gave {answer}.", f"Correct `clock:` in {self.settings.path}."
            )
        return instant(said, self.settings.time_zone if sql else "UTC")

    def try_reading(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
        """Read no row of a table: to see its columns is not yet to be allowed to. Raises SourceError."""
        try:
            self.rows(duck, f"select * from {self.from_sql(table)} limit 0")
        except duckdb.Error as error:
            raise self.failure(table.name, error) from None

    def missing(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> SourceError:
        """Return the error about a table that is not there."""
        name = table.source_name
        hint = nearest(name, self.tables(duck))
        remedy = f"{table.correct} or give the user access. {KEPT}"
        return SourceError(self.source, table.name, f"the source has no table '{name}'{hint}.", remedy)

    def failure(self, object_name: str | None, error: duckdb.Error, doing: str = "") -> SourceError:
        """Return a duckdb error as one that names the source, says what to do, and shows no secret."""
        text = self._clean(str(error))
        lowered = text.lower()
        settings = self.settings
        if any(words in lowered for words in _REFUSED):
            remedy = f"Check user and password ({settings.place})."
            return SourceError(self.source, object_name, f"{doing}{text}.", f"{remedy} {KEPT}")
        if any(words in lowered for words in _UNREACHABLE):
            remedy = f"Is the server running, and are host and port right ({settings.place})?"
            return TransientSourceError(self.source, object_name, f"{doing}{text}.", f"{remedy} {KEPT}")
        return SourceError(self.source, object_name, f"{doing}{text}.", KEPT)

    def _clean(self, text: str) -> str:
        """Return the source's own words: no secret, no DuckDB wrapping, no excerpt of SQL."""
        password = self.settings.settings.get("password")
        if isinstance(password, Secret) and (revealed := _revealed(password)):
            text = text.replace(revealed, "***")
        text = re.split(r"\n+LINE \d+:", redacted(text))[0]
        text = re.sub(r"^[A-Z][\w ]* Error: ", "", text)
        text = re.sub(r'^Unable to connect to Postgres at ".*?": ', "", text, flags=re.DOTALL)
        text = re.sub(r'Failed to prepare( MySQL)? query ".*?": ', "", text, flags=re.DOTALL)
        return " ".join(text.split()).rstrip(".")

    def _secret_sql(self, kind: str, names: dict[str, str]) -> str:
        """Return the CREATE SECRET of the connection: a password in ATTACH would be shown in errors."""
        parts = [f"{option} {quoted(value)}" for option, name in names.items() if (value := self.settings.text(name))]
        return f"create or replace temporary secret {identifier(self.alias)} (type {kind}, {', '.join(parts)})"


def _revealed(secret: Secret) -> str:
    from sources.errors import ConfigError

    try:
        return secret.reveal()
    except ConfigError:
        return ""


def load_extension(duck: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a DuckDB extension from the extension directory, or straight from its wheel where there is none."""
    try:
        duck.execute(f"load {name}")
    except duckdb.Error:
        duck.execute(f"load {quoted(extension_file(name))}")
