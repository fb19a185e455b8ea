"""Two nights of one small company, which several tests look at and none changes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from tests.integration.pipelines import nights

CUSTOMERS = 150


@dataclass
class Reading:
    """What a reader saw who asked again and again while a night ran."""

    held: list[tuple] = field(default_factory=list)
    anew: list[tuple] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Night:
    """What a night left behind, and how its command ended."""

    finished: nights.Finished
    lake: dict[str, nights.Content]
    marts: dict[str, nights.Content]
    cursors: list[tuple[str, str, object]]
    customer_ids: set[str]


@dataclass(frozen=True)
class Company:
    """A home after two nights, with what was there after each; ``reading`` was done during the second."""

    home: Path
    first: Night
    second: Night
    reading: Reading


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Run the demo twice, undisturbed."""
    home = tmp_path_factory.mktemp("company") / "home"
    first = _night(home, "demo", "--no-branches", "--customers", str(CUSTOMERS))
    reading, stop = Reading(), threading.Event()
    reader = threading.Thread(target=_read, args=(home, reading, stop))
    reader.start()
    second = _night(home, "demo")
    stop.set()
    reader.join()
    return Company(home, first, second, reading)


def _night(home: Path, *words: str) -> Night:
    finished = nights.crm_warehouse(home, *words)
    assert finished.code == 0, finished.output
    ids = {row[0] for row in nights.query(home, "select customer_id from core.dim_customers")}
    return Night(finished, nights.lake_content(home), nights.published_content(home), nights.cursors(home), ids)


_QUESTION = """
    select
        (select min(run_id) from meta.run),
        (select count(*) from core.dim_customers),
        (select row_count from meta.tables where table_name = 'dim_customers')
"""
_ASK = (
    "import duckdb, json, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
    "print(json.dumps(c.execute(sys.argv[2]).fetchall()[0]))"
)


def _read(home: Path, reading: Reading, stop: threading.Event) -> None:
    """Hold one connection open all night, and open another one for every query, as BI tools do."""
    file = str(home / "published" / "crm.duckdb")
    try:
        with duckdb.connect(file, read_only=True) as held:
            while not stop.wait(0.3):
                reading.held.append(held.execute(_QUESTION).fetchall()[0])
                reading.anew.append(_ask_anew(file))
    except duckdb.Error as error:
        reading.errors.append(str(error))


def _ask_anew(file: str) -> tuple:
    # a process of its own: within one, DuckDB hands out the file it already holds
    found = subprocess.run([sys.executable, "-c", _ASK, file, _QUESTION], capture_output=True, text=True, check=False)
    if found.returncode:
        raise duckdb.Error(found.stderr)
    return tuple(json.loads(found.stdout))
