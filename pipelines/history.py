"""Dagster's run history: its SQLite event log with connections that are kept. What is kept in it is Dagster's business.

Dagster's own class makes an engine, a connection and a compiled statement anew for every event, and closing the last
connection of a file waits for the disk: a third of the time of a small night. Written to dagster.yaml by
``settings``; nothing else imports it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster import _check as check
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import QueuePool

_BUSY_SECONDS = 60
_FILES_KEPT = 8


class KeptEventLogStorage(SqliteEventLogStorage):
    """The event log in SQLite files, one engine for each file as long as the process lives."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        self._engines_lock = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptEventLogStorage:
        """Return the storage that dagster.yaml describes."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        """Yield a connection inside a transaction, as the class above does, from the file's own pool."""
        check.str_param(shard, "shard")
        with self._db_lock:
            engine = self._engine(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        with self._engines_lock:
            if shard not in self._engines:
                engine = sqlalchemy.create_engine(
                    self.conn_string_for_shard(shard),
                    poolclass=QueuePool,
                    connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
                )
                sqlalchemy.event.listen(engine, "connect", _be_quick)
                self._engines[shard] = engine
                self._let_go_of_old_runs(shard)
            engine = self._engines[shard]
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def _let_go_of_old_runs(self, newest: str) -> None:
        """Close the files of runs that were asked for longest ago: the UI may page through hundreds."""
        runs = [shard for shard in self._engines if shard not in (INDEX_SHARD_NAME, newest)]
        for shard in runs[:-_FILES_KEPT]:
            self._engines.pop(shard).dispose()

    def dispose(self) -> None:
        """Close the files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _be_quick(connection: Any, record: object) -> None:
    # in WAL mode this loses no consistency, only the last moments before a power cut
    connection.execute("pragma synchronous = normal")
