"""The connector of an org that is known by its weekly Data Export only: every object in it is a snapshot."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceFile, SourceObject, Window
from sources.errors import CrmWarehouseError
from sources.http.pages import empty_relation
from sources.mapped.file_feed import place
from sources.quoting import quoted
from sources.salesforce.export.archives import Export, Part, newest_export
from sources.salesforce.export.rows import read_rows
from sources.salesforce.inspection import currency_check
from sources.salesforce.objects.chosen import chosen_currency, chosen_objects


class ExportConnector:
    """One org's exports. Constructing it opens nothing."""

    type = "salesforce"

    def __init__(self, config: SourceConfig) -> None:
        self.name = config.name
        self._objects = chosen_objects(config)
        self._currency, self._shrink_limit = chosen_currency(config), config.number("shrink_limit")
        self._pattern = config.file("export")
        self._encoding = str(config.text("export_encoding"))
        try:
            codecs.lookup(self._encoding)
        except LookupError:
            usual = "usual: utf-8, iso-8859-1, cp1252, shift_jis, gb2312"
            raise config.error("export_encoding", f"unknown encoding '{self._encoding}'; {usual}") from None
        self._export: Export | None = None
        self._read: dict[Part, SourceFile] = {}

    def objects(self) -> tuple[SourceObject, ...]:
        """Return the declared objects without those that the configuration skips, and those it adds."""
        return self._objects

    def clock(self) -> datetime:
        """Return this machine's time, naive UTC. Raises SourceError where there is no whole export.

        A run begins with it, so the newest export is looked for after it.
        """
        self._export = None
        self._newest()
        return datetime.now(UTC).replace(tzinfo=None, microsecond=0)

    def check(self) -> list[Check]:
        """Look for an export and for every declared object in it."""
        try:
            export = self._newest()
        except CrmWarehouseError as error:
            return [Check("export", False, str(error))]
        size = sum(part.state()[0] for part in export.parts)
        found = Check("export", True, f"{len(export.parts)} parts, {size / 1e6:,.1f} MB, {export.parts[0].name} first")
        checks = [found, currency_check(bool(export.parts_of("CurrencyType")), self._currency)]
        for obj in self._objects:
            parts = export.parts_of(obj.name)
            held = sum(member.file_size for _, member in parts)
            detail = f"{held / 1e6:,.1f} MB in {len(parts)} files" if parts else "not in the export: its records stay"
            checks.append(Check(obj.name, True, detail))
        return checks

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of ``obj`` in the newest export; empty where it is not in it. Raises SourceError."""
        export = self._newest()
        if not export.parts_of(obj.name):
            return ()
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as duck:
            return read_rows(export, obj, self._encoding, Reading(duck, Path(folder))).columns

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage every record of ``obj`` in the newest export, unless the lake has read the same files or later ones.

        An object that was not chosen for the export says nothing about its records. Raises SourceError.
        """
        export = self._newest()
        parts = list(dict.fromkeys(part for part, _ in export.parts_of(obj.name)))
        known = self._known(reading.connection, obj)
        files = tuple(self._described(part, known) for part in parts)
        is_known = bool(files) and {file.sha256 for file in files} == {file.sha256 for file in known}
        if not files or ((is_known or _is_outdated(files, known)) and window.since is not None):
            return Extract(obj, obj.columns, window, empty_relation([column.name for column in obj.columns]))
        rows = read_rows(export, obj, self._encoding, reading)
        whole = Window(None, window.until)
        return Extract(
            obj, rows.columns, whole, rows.relation, is_snapshot=True, rejects=rows.rejects, files=files,
            shrink_limit=self._shrink_limit,
        )  # fmt: skip

    def close(self) -> None:
        """Nothing is held open."""

    def _newest(self) -> Export:
        if self._export is None:
            self._export = newest_export(self.name, self._pattern)
        return self._export

    def _described(self, part: Part, known: Sequence[SourceFile]) -> SourceFile:
        """Return a part's entry in the manifest; read for its checksum once, and not at all where nothing changed."""
        if part not in self._read:
            same = (each for each in known if (each.path, each.size, each.modified_at) == (part.name, *part.state()))
            self._read[part] = next(same, None) or part.described()
        return self._read[part]

    def _known(self, duck: duckdb.DuckDBPyConnection, obj: SourceObject) -> list[SourceFile]:
        """Return the files of the last export that the lake has read an object from."""
        rows = duck.execute(
            f"select path, size, modified_at, sha256 from lake.ingest.files where _source = {quoted(self.name)}"
            f" and object = {quoted(obj.name)} qualify committed_at = max(committed_at) over ()"
        ).fetchall()
        return [SourceFile(*row) for row in rows]


def _is_outdated(files: Sequence[SourceFile], known: Sequence[SourceFile]) -> bool:
    """Whether the export that was read last, and is no longer there, comes after another by its name and its time."""
    if not known:
        return False
    is_earlier = max(place(each.path) for each in files) < max(place(each.path) for each in known)
    return is_earlier and max(each.modified_at for each in files) < max(each.modified_at for each in known)
