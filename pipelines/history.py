"""Dagster's run history, opened so that writing it costs little. What is kept in it is Dagster's business.

Dagster opens and closes its SQLite files for every event, and closing the last connection of a file in WAL mode
copies its log and waits for the disk: most of the price of an event. One idle connection a file avoids that.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance


@contextlib.contextmanager
def open_history(settings: Settings) -> Iterator[DagsterInstance]:
    """Yield the Dagster instance of CRM_HOME/dagster. A crash of the machine may cost the last events, not more."""
    import dagster as dg
    import sqlalchemy

    settings.export()
    keepers = _Keepers(settings.dagster_home)
    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", keepers.on_connect)
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", keepers.on_connect)
        keepers.close()


class _Keepers:
    """One idle connection for each SQLite file below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._open: dict[str, sqlite3.Connection] = {}

    def on_connect(self, connection: Any, record: object) -> None:
        """Take note of a connection that Dagster opens, and keep its file open."""
        if not isinstance(connection, sqlite3.Connection):
            return
        path = connection.execute("pragma database_list").fetchone()[2]
        if not path or self._folder not in Path(path).resolve().parents:
            return
        # in WAL mode this loses no consistency, only the last moments before a power cut
        connection.execute("pragma synchronous = normal")
        if path not in self._open:
            self._open[path] = sqlite3.connect(path, check_same_thread=False)
        # a connection counts as open once it has read
        self._open[path].execute("select count(*) from sqlite_master").fetchone()

    def close(self) -> None:
        """Let go of all files."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()
