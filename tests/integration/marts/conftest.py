"""One night of a demo company whose truth is known, made once for every test that holds the marts against it."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.integration.pipelines import nights

CUSTOMERS = 2_000


@dataclass(frozen=True)
class CompanyNight:
    """A home after one night; nobody writes to it.

    Attributes:
        truth: folder of the company's truth, one Parquet file per table.
        as_of: the day the marts speak of.
    """

    home: Path
    as_of: date

    @property
    def warehouse(self) -> Path:
        """The file dbt built."""
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The file people read."""
        return self.home / "published" / "crm.duckdb"

    @property
    def truth(self) -> Path:
        """The folder of the truth."""
        return self.home / "simulator" / "truth"


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> CompanyNight:
    """Run the demo once, whichever worker of the test run comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    home = folder / "marts_company"
    with (folder / "marts_company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            finished = nights.crm_warehouse(home, "demo", "--no-branches", "--customers", str(CUSTOMERS))
            assert finished.code == 0, finished.output
    today = json.loads((home / "simulator" / "world.json").read_text())["today"]
    return CompanyNight(home, date.fromisoformat(today))


@pytest.fixture
def connection(night: CompanyNight) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, read-only and in use, with the truth as views in the schema ``truth`` of another database."""
    with duckdb.connect() as opened:
        opened.execute(f"attach '{night.warehouse}' as warehouse (read_only)")
        opened.execute("create schema memory.truth")
        for file in night.truth.glob("*.parquet"):
            opened.execute(f"create view memory.truth.{file.stem} as from '{file}'")
        opened.execute("use warehouse")
        yield opened
