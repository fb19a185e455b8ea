"""Reads one feed of files: what is new since the lake's manifest, parsed to text, one version per record."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sources.contract import Column, Extract, Reading, SourceFile, SourceObject, Window
from sources.databases import landing
from sources.databases.database import KEPT
from sources.databases.landing import Landing
from sources.databases.windows import instant
from sources.errors import SourceError
from sources.lake.rows import typed_value
from sources.lake.schema import TECHNICAL, log_columns
from sources.mapped.arrivals import complete_files
from sources.mapped.canonical import entity_checks
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.deliveries import manifest, newest_delivery, to_read
from sources.mapped.file_feed import FeedFile, Parsed
from sources.mapped.file_text import parse_file_text, plain_number
from sources.mapped.mapping import Mapping, TableMapping
from sources.mapped.parsing import parse, refused
from sources.mapped.unreadable import UnreadableFile
from sources.quoting import identifier, quoted

_ORDER = "_crm_order"


class FileReader:
    """The feeds of one mapping file whose connection is a folder."""

    def __init__(self, source: str, mapping: Mapping) -> None:
        self.source, self.mapping = source, mapping

    def clock(self, duck: duckdb.DuckDBPyConnection) -> datetime:
        """Return the machine's time, or what the mapping's clock makes of ``files(path, size, modified_at)``."""
        connection = self.mapping.connection
        feeds = [complete_files(self.source, connection, table) for table in self.mapping.tables]
        if not self.mapping.clock:
            return datetime.now(UTC).replace(tzinfo=None)
        files = [each for feed in feeds for each in feed]
        rows = ", ".join(f"({quoted(f.name)}, {f.size}, {quoted(f.modified_at)}::timestamp)" for f in files)
        listed = f"select * from (values {rows or '(null, null, null)'}) as files(path, size, modified_at)"
        try:
            answer = duck.execute(
                f"with files as ({listed}) select cast(({self.mapping.clock}) as timestamp)"
            ).fetchone()
        except duckdb.Error as error:
            raise self._failure(None, error) from None
        if not answer or answer[0] is None:
            raise SourceError(self.source, None, "its clock gave no time.", "Correct `clock:` in the mapping file.")
        return instant(answer[0], connection.time_zone)

    def check(self, duck: duckdb.DuckDBPyConnection, table: TableMapping) -> str:
        """Return what there is of a feed, after looking for its columns in the newest file."""
        files, parsed = self._newest(duck, table)
        return f"{len(files)} files, the newest {files[-1].name}, {len(parsed.columns)} columns"

    def describe(self, duck: duckdb.DuckDBPyConnection, table: TableMapping) -> tuple[Column, ...]:
        """Return what the newest file would bring as its columns."""
        _, parsed = self._newest(duck, table)
        return tuple(each.column for each in self._all_landings(table, parsed))

    def read(self, table: TableMapping, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Return the rows of every file to read. Raises SourceError, ConfigError for columns the files lack."""
        duck = reading.connection
        files = complete_files(self.source, self.mapping.connection, table)
        known = manifest(duck, self.source, table)
        if not files and not known:
            raise self._no_files(table)
        try:
            chosen = to_read(files, known, table, is_full=window.since is None)
            extract = self._extract(table, obj, window, reading, chosen)
        except UnreadableFile as error:
            raise refused(self.source, self.mapping.path, table, error) from None
        except duckdb.Error as error:
            raise self._failure(table.name, error) from None
        if not known and not extract.columns:
            raise self._no_member(table)
        return extract

    def _extract(
        self,
        table: TableMapping,
        obj: SourceObject,
        window: Window,
        reading: Reading,
        chosen: Sequence[tuple[FeedFile, SourceFile]],
    ) -> Extract:
        files, entries = [file for file, _ in chosen], tuple(entry for _, entry in chosen)
        parsed = parse(self.source, self.mapping.path, table, files, reading) if files else None
        if parsed is None:
            return self._nothing(table, obj, window, reading.connection, entries)
        self._check_columns(table, parsed, files[-1].name)
        landings = self._all_landings(table, parsed)
        if len(landings) > len(parsed.columns):
            obj = replace(obj, cursor=landings[-1].column.name)
        columns = tuple(each.column for each in landings)
        checks = entity_checks(table, columns)
        relation, is_all = self._one_per_record(table, parsed, landings, reading)
        return Extract(
            obj, columns, window, relation,
            source_count=parsed.source_count if is_all and not parsed.rejects else None,
            is_snapshot=table.mode == "snapshot", rejects=parsed.rejects, shrink_limit=table.shrink_limit,
            checks=checks, files=entries,
        )  # fmt: skip

    def _one_per_record(
        self,
        table: TableMapping,
        parsed: Parsed,
        landings: Sequence[Landing],
        reading: Reading,
    ) -> tuple[str, bool]:
        """Stage the rows; of several versions of a record the last file's last line counts. False if there were."""
        names = [identifier(each.column.name) for each in landings]
        values = ", ".join(f"{each.value} as {name}" for each, name in zip(landings, names, strict=True))
        # a value may be typed text of another column, which `typed_value` calls raw.<name>
        staged = landing.stage(reading, f"select {values}, {FILE_COLUMN} from ({parsed.select}) as raw", "rows")
        by_name = {each.column.name.lower(): each.column for each in landings}
        parts = [f"cast({typed_value(by_name[(each.column or '').lower()])} as varchar)" for each in table.key]
        keys = ", ".join(parts)
        counted = reading.connection.execute(
            f"select count(*), count(distinct row({keys})) from {staged} as raw"
        ).fetchone() or (0, 0)
        if counted[0] == counted[1]:
            return f"(select {', '.join(names)} from {staged})", True
        order = parsed.ordered_select or parsed.select
        numbered = f"select *, row_number() over () as {_ORDER} from ({order})"
        select = f"select {values}, {FILE_COLUMN}, {_ORDER} from ({numbered}) as raw"
        staged = landing.stage(Reading(reading.connection, reading.staging), select, "ordered")
        return (
            f"""(
            select {", ".join(names)} from {staged} as raw
            qualify row_number() over (partition by {keys} order by {FILE_COLUMN} desc, {_ORDER} desc) = 1
                or {" is null or ".join(parts)} is null
        )""",
            False,
        )

    def _newest(self, duck: duckdb.DuckDBPyConnection, table: TableMapping) -> tuple[list[FeedFile], Parsed]:
        """Return the feed's files and the newest delivery parsed. Raises SourceError and ConfigError."""
        files = complete_files(self.source, self.mapping.connection, table)
        if not files:
            raise self._no_files(table)
        try:
            newest = newest_delivery(files, table)
        except UnreadableFile as error:
            raise refused(self.source, self.mapping.path, table, error) from None
        with tempfile.TemporaryDirectory() as folder:
            parsed = parse(self.source, self.mapping.path, table, newest, Reading(duck, Path(folder)))
        if parsed is None:
            raise self._no_member(table)
        self._check_columns(table, parsed, newest[-1].name)
        return files, parsed

    def _all_landings(self, table: TableMapping, parsed: Parsed) -> list[Landing]:
        """Return what lands of each column, and last, where the cursor is no UTC time, that time in UTC."""
        landings = self._landings(table, parsed)
        extra = landing.utc_cursor(table.cursor_column, landings, "local", self.mapping.connection.time_zone)
        return [*landings, extra] if extra else landings

    def _landings(self, table: TableMapping, parsed: Parsed) -> list[Landing]:
        """Return what lands of each column of the files."""
        keys = {(each.column or "").lower() for each in table.key}
        landings = []
        for name, kind in parsed.columns:
            own = table.declared(name)
            told, told_format = parsed.types.get(name, (kind, None))
            value = identifier(name)
            if kind == "TIMESTAMP WITH TIME ZONE":
                told, value = "TIMESTAMP", f"cast({value} as timestamp)"
            column = Column(name, own.type if own else told)
            if kind == "VARCHAR" or own:
                parse = parse_file_text(
                    column, table.format, own.format if own else told_format, is_key=name.lower() in keys
                )
                if own and kind != "VARCHAR":
                    value = f"cast({value} as varchar)"
                column = replace(column, parse=parse, plain=plain_number(column, table.format))
            landings.append(Landing(column, value, True))
        return landings

    def _check_columns(self, table: TableMapping, parsed: Parsed, newest: str) -> None:
        names = tuple(name for name, _ in parsed.columns)
        for expression in table.expressions():
            expression.check_columns(names, f"{table.name} (newest file {newest})")

    def _nothing(
        self,
        table: TableMapping,
        obj: SourceObject,
        window: Window,
        duck: duckdb.DuckDBPyConnection,
        files: tuple[SourceFile, ...],
    ) -> Extract:
        """Return the extract of a night without new rows, which is no proof that anything is gone."""
        log = log_columns(duck, "mapped").get(obj.table, {})
        columns = tuple(Column(name, kind) for name, kind in log.items() if name not in TECHNICAL)
        empty = ", ".join(f"cast(null as {each.type}) as {identifier(each.name)}" for each in columns)
        if table.cursor and any(each.name == f"{table.cursor.column}__utc" for each in columns):
            obj = replace(obj, cursor=f"{table.cursor.column}__utc")
        return Extract(obj, columns, window, f"(select {empty} where false)", is_typed=True, files=files)

    def _no_files(self, table: TableMapping) -> SourceError:
        folder = self.mapping.connection.file("folder")
        where = f"{self.mapping.path}:{table.node.line}"
        message = f"no complete file matches '{table.files}' in {folder}."
        return SourceError(self.source, table.name, message, f"Correct `files:` ({where}) or deliver a file. {KEPT}")

    def _no_member(self, table: TableMapping) -> SourceError:
        where = f"{self.mapping.path}:{table.node.line}"
        message = f"no file that matches '{table.files}' holds a member '{table.members}'."
        return SourceError(self.source, table.name, message, f"Correct `members:` ({where}) or the export. {KEPT}")

    def _failure(self, object_name: str | None, error: duckdb.Error) -> SourceError:
        text = " ".join(str(error).split("\n\nLINE")[0].split())
        return SourceError(self.source, object_name, f"{text}.", KEPT)
