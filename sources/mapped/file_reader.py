"""Reads one feed of files: what is new since the lake's manifest, parsed to text, one version per record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from sources.contract import Column, Extract, Reading, SourceFile, SourceObject, Window
from sources.errors import SourceError
from sources.lake.rows import typed_value
from sources.lake.schema import TECHNICAL, log_columns
from sources.mapped import excel_files, landing
from sources.mapped.canonical import entity_checks
from sources.mapped.csv_feed import parse_csv
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.database import KEPT, load_extension
from sources.mapped.file_feed import FeedFile, Parsed, complete_files, manifest, numbered, to_read
from sources.mapped.landing import Landing
from sources.mapped.mapping import Mapping, TableMapping
from sources.mapped.windows import instant
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
        import tempfile
        from pathlib import Path

        files = complete_files(self.source, self.mapping.connection, table)
        if not files:
            raise self._no_files(table)
        with tempfile.TemporaryDirectory() as folder:
            parsed = self._parsed(table, files[-1:], Reading(duck, Path(folder)))
        self._check_columns(table, parsed, files[-1].name)
        return f"{len(files)} files, the newest {files[-1].name}, {len(parsed.columns)} columns"

    def read(self, table: TableMapping, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Return the rows of every file to read. Raises SourceError, ConfigError for columns the files lack."""
        duck = reading.connection
        files = complete_files(self.source, self.mapping.connection, table)
        known = manifest(duck, self.source, table)
        if not files and not known:
            raise self._no_files(table)
        chosen = to_read(files, known, table, is_full=window.since is None)
        if not chosen:
            return self._nothing(table, obj, window, duck)
        try:
            return self._extract(table, obj, window, reading, chosen)
        except duckdb.Error as error:
            raise self._failure(table.name, error) from None

    def _extract(
        self,
        table: TableMapping,
        obj: SourceObject,
        window: Window,
        reading: Reading,
        chosen: Sequence[tuple[FeedFile, SourceFile]],
    ) -> Extract:
        files = [file for file, _ in chosen]
        parsed = self._parsed(table, files, reading)
        self._check_columns(table, parsed, files[-1].name)
        landings = self._landings(table, parsed)
        time_zone = self.mapping.connection.time_zone
        extra = landing.utc_cursor(table, landings, "local", time_zone)
        if extra:
            landings, obj = [*landings, extra], replace(obj, cursor=extra.column.name)
        columns = tuple(each.column for each in landings)
        checks = entity_checks(table, columns)
        relation = self._one_per_record(table, parsed, landings, files, reading)
        return Extract(
            obj, columns, window, relation,
            is_snapshot=table.mode == "snapshot", rejects=parsed.rejects, shrink_limit=table.shrink_limit,
            checks=checks, files=tuple(entry for _, entry in chosen),
        )  # fmt: skip

    def _one_per_record(
        self,
        table: TableMapping,
        parsed: Parsed,
        landings: Sequence[Landing],
        files: Sequence[FeedFile],
        reading: Reading,
    ) -> str:
        """Stage the rows; of several versions of a record the last file's last line counts."""
        names = [identifier(each.column.name) for each in landings]
        values = ", ".join(f"{each.value} as {name}" for each, name in zip(landings, names, strict=True))
        staged = landing.stage(reading, f"select {values}, {FILE_COLUMN} from ({parsed.select})", "rows")
        by_name = {each.column.name.lower(): each.column for each in landings}
        parts = [f"cast({typed_value(by_name[(each.column or '').lower()])} as varchar)" for each in table.key]
        keys = ", ".join(parts)
        counted = reading.connection.execute(
            f"select count(*), count(distinct row({keys})) from {staged} as raw"
        ).fetchone() or (0, 0)
        if counted[0] == counted[1]:
            return f"(select {', '.join(names)} from {staged})"
        order = parsed.ordered_select or parsed.select
        numbered = f"select *, row_number() over () as {_ORDER} from ({order})"
        select = f"select {values}, {FILE_COLUMN}, {_ORDER} from ({numbered})"
        staged = landing.stage(Reading(reading.connection, reading.staging), select, "ordered")
        return f"""(
            select {", ".join(names)} from {staged} as raw
            qualify row_number() over (partition by {keys} order by {FILE_COLUMN} desc, {_ORDER} desc) = 1
                or {" is null or ".join(parts)} is null
        )"""

    def _landings(self, table: TableMapping, parsed: Parsed) -> list[Landing]:
        """Return what lands of each column of the files."""
        keys = {(each.column or "").lower() for each in table.key}
        landings = []
        for name, kind in parsed.columns:
            own = landing.declared(table, name)
            value = identifier(name)
            if kind == "TIMESTAMP WITH TIME ZONE":
                kind, value = "TIMESTAMP", f"cast({value} as timestamp)"
            column = Column(name, own.type if own else kind)
            if kind == "VARCHAR" or own:
                parse = landing.parse_file_text(
                    column, table.format, own.format if own else None, is_key=name.lower() in keys
                )
                if own and kind != "VARCHAR":
                    value = f"cast({value} as varchar)"
                column = replace(column, parse=parse, plain=landing.plain_number(column, table.format))
            landings.append(Landing(column, value, True))
        return landings

    def _parsed(self, table: TableMapping, files: Sequence[FeedFile], reading: Reading) -> Parsed:
        if table.format.kind == "csv":
            return parse_csv(self.source, self.mapping.path, table, files, reading)
        if table.format.kind == "excel":
            load_extension(reading.connection, "excel")
            places = [(each.path, f"{number:09}") for number, each in enumerate(files)]
            try:
                return Parsed(*excel_files.select_sql(reading.connection, places, table.format))
            except excel_files.UnreadableWorkbook as error:
                raise SourceError(self.source, table.name, f"{error}.", KEPT) from None
        paths = ", ".join(quoted(each.path) for each in files)
        source = f"read_parquet([{paths}], union_by_name = true, filename = {quoted(FILE_COLUMN)})"
        described = reading.connection.execute(f"describe select * exclude ({FILE_COLUMN}) from {source}").fetchall()
        numbers = numbered([str(each.path) for each in files])
        select = f"select * replace ({numbers} as {FILE_COLUMN}) from {source}"
        return Parsed(select, tuple((row[0], row[1]) for row in described))

    def _check_columns(self, table: TableMapping, parsed: Parsed, newest: str) -> None:
        names = tuple(name for name, _ in parsed.columns)
        for expression in table.expressions():
            expression.check_columns(names, f"{table.name} (newest file {newest})")

    def _nothing(
        self, table: TableMapping, obj: SourceObject, window: Window, duck: duckdb.DuckDBPyConnection
    ) -> Extract:
        """Return the extract of a night without new files: no rows, and no proof that anything is gone."""
        log = log_columns(duck, "mapped").get(obj.table, {})
        columns = tuple(Column(name, kind) for name, kind in log.items() if name not in TECHNICAL)
        empty = ", ".join(f"cast(null as {each.type}) as {identifier(each.name)}" for each in columns)
        if table.cursor and any(each.name == f"{table.cursor.column}__utc" for each in columns):
            obj = replace(obj, cursor=f"{table.cursor.column}__utc")
        return Extract(obj, columns, window, f"(select {empty} where false)", is_typed=True)

    def _no_files(self, table: TableMapping) -> SourceError:
        folder = self.mapping.connection.file("folder")
        where = f"{self.mapping.path}:{table.node.line}"
        message = f"no complete file matches '{table.files}' in {folder}."
        return SourceError(self.source, table.name, message, f"Correct `files:` ({where}) or deliver a file. {KEPT}")

    def _failure(self, object_name: str | None, error: duckdb.Error) -> SourceError:
        text = " ".join(str(error).split("\n\nLINE")[0].split())
        return SourceError(self.source, object_name, f"{text}.", KEPT)
