"""Runs commands of crm-warehouse, each in a process of its own, and reads what a night left behind.

The processes are forked from one that has imported everything and opened nothing: a night costs its work, not its
start. A command can be killed at a given piece of news.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.progress import Progress, listening
from sources.lake import Lake, LakeLocation

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.integration.pipelines.preloaded"])
PATIENCE = 1200

# when and by whom a row reached the lake: two runs over the same input differ in nothing else
TOLD_BY_THE_CLOCK = ("_loaded_at", "_run_id", "run_id", "known_from_at")

# the columns of a table with their types, its rows, and a hash that their order does not change
Content = tuple[tuple[tuple[str, str], ...], int, int]


@dataclass(frozen=True)
class Kill:
    """SIGKILL ``delay`` seconds after the process has begun ``task``, as its progress reports name it."""

    task: str
    delay: float


@dataclass(frozen=True)
class Finished:
    """How a command ended: exit code (negative: the signal that ended it), output, the task of each piece of news."""

    code: int
    output: str
    news: tuple[str, ...]


def crm_warehouse(
    home: Path, *words: str, kill: Kill | None = None, variables: dict[str, str] | None = None
) -> Finished:
    """Run ``crm-warehouse <words>`` with CRM_HOME ``home`` to its end."""
    home.mkdir(parents=True, exist_ok=True)
    output, news = home.parent / f"{home.name}.output", home.parent / f"{home.name}.news"
    process = _CONTEXT.Process(target=_command, args=(home, words, output, news, kill, variables or {}))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode is not None, f"{words} took longer than {PATIENCE} s: {output.read_text()}"
    heard = tuple(news.read_text().splitlines()) if news.exists() else ()
    return Finished(process.exitcode, output.read_text(), heard)


def _command(
    home: Path, words: tuple[str, ...], output: Path, news: Path, kill: Kill | None, variables: dict[str, str]
) -> None:
    # a group of its own: whatever it starts cannot be mistaken for the test's
    os.setsid()
    with output.open("w") as stream, news.open("w", buffering=1) as heard:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        # the server these processes are forked from may have been started with another home's settings
        for name in [name for name in os.environ if name.startswith("CRM_")]:
            del os.environ[name]
        os.environ.update(variables, CRM_HOME=str(home))
        from pipelines.cli import app

        waiting = [kill] if kill else []

        def note(progress: Progress) -> None:
            heard.write(f"{progress.task}\n")
            if waiting and waiting[0].task == progress.task:
                threading.Timer(waiting.pop().delay, os.kill, (os.getpid(), signal.SIGKILL)).start()

        try:
            with listening(note):
                app(list(words))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()


def open_lake(home: Path) -> Lake:
    """Open the lake of a home, read-only."""
    catalog = f"sqlite:{home / 'lake' / 'catalog.sqlite'}"
    return Lake(LakeLocation(catalog, home / "lake" / "files", home / "extensions"), read_only=True)


def lake_content(home: Path) -> dict[str, Content]:
    """Return ``schema.table`` → what the tables of the lake hold, the ledger of runs apart."""
    with open_lake(home) as lake:
        return _contents(lake.connection, "database_name = 'lake' and schema_name <> 'ingest'")


def published_content(home: Path) -> dict[str, Content]:
    """Return ``schema.table`` → what the published core and marts hold."""
    # attached: connecting to a path shares what this process has open there, which may be the night before
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'published' / 'crm.duckdb'}' as published (read_only)")
        return _contents(connection, "database_name = 'published' and schema_name in ('core', 'marts')")


def _contents(connection: duckdb.DuckDBPyConnection, chosen: str) -> dict[str, Content]:
    tables = connection.execute(
        f"select database_name, schema_name, table_name from duckdb_tables() where {chosen}"
    ).fetchall()
    return {".".join(names[1:]): _content(connection, ".".join(f'"{name}"' for name in names)) for names in tables}


def _content(connection: duckdb.DuckDBPyConnection, relation: str) -> Content:
    described = connection.execute(f"describe {relation}").fetchall()
    columns = tuple(sorted((row[0], row[1]) for row in described if row[0] not in TOLD_BY_THE_CLOCK))
    kept = ", ".join(f'"{name}"' for name, _ in columns)
    found = connection.execute(
        f"select count(*), coalesce(sum(hash(kept)::hugeint), 0) from (select {kept} from {relation}) as kept"
    ).fetchone()
    assert found is not None
    return columns, *found


def cursors(home: Path) -> list[tuple[str, str, object]]:
    """Return source, object and the end of the last committed window."""
    with open_lake(home) as lake:
        return lake.connection.execute(
            "select _source, object, max(window_until) from lake.ingest.windows group by all order by all"
        ).fetchall()


def query(home: Path, sql: str) -> list[tuple]:
    """Run a query on the published file, as a BI tool would."""
    with duckdb.connect(str((home / "published" / "crm.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(sql).fetchall()
