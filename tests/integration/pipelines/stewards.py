"""A lake and a warehouse with a few records, small enough to know by heart, and the stewards' files beside them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from pipelines.settings import Settings
from pipelines.stewardship.files import COLUMNS
from pipelines.stewardship.recording import Standing, read_decisions, record
from sources.lake import Lake, install_extensions

DAY = date(2026, 2, 1)
CONFIGURED = [("salesforce", "emea"), ("mapped", "shop")]
ANN, ANNA, BOB, BOBBY, ACME = (
    "salesforce|emea|contacts|1", "mapped|shop|contacts|2", "salesforce|emea|contacts|3", "mapped|shop|leads|4|x",
    "salesforce|emea|accounts|5",
)  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A CRM_HOME with a lake."""

    settings: Settings

    @property
    def folder(self) -> Path:
        return self.settings.stewardship

    def write(self, name: str, *rows: str) -> None:
        """Write one of the stewards' files anew."""
        self.folder.mkdir(exist_ok=True)
        text = "\n".join([",".join(COLUMNS[name]), *rows])
        (self.folder / f"{name}.csv").write_text(text + "\n")

    def read(self, as_of: date = DAY) -> tuple[list[Standing], list[str]]:
        with Lake(self.settings.lake) as lake:
            return read_decisions(self.folder, lake.connection, CONFIGURED, as_of)

    def record(self, run_id: str, as_of: date = DAY) -> int:
        with Lake(self.settings.lake) as lake:
            return record(lake, read_decisions(self.folder, lake.connection, CONFIGURED, as_of)[0], run_id)

    def lake(self, sql: str) -> list[tuple]:
        with Lake(self.settings.lake) as lake:
            return lake.connection.execute(sql).fetchall()

    def assign(self, *customers: tuple[str, str], customer_type: str = "person", is_current: bool = True) -> None:
        """Write (record key, customer id) into the registry."""
        with Lake(self.settings.lake) as lake:
            for key, customer in customers:
                lake.connection.execute(
                    "insert into lake.identity.assignments (source_system, source_instance, entity, source_record_id,"
                    " customer_id, customer_type, is_current, assigned_at_as_of, run_id)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, 'r0')",
                    [*key.split("|", 3), customer, customer_type, is_current, DAY],
                )

    def land(self, table: str, source: str, record_id: str) -> None:
        """Put a record into a change log."""
        schema = table.split(".")[0]
        with Lake(self.settings.lake) as lake:
            lake.connection.execute(f"create schema if not exists lake.{schema}")
            lake.connection.execute(
                f"create table if not exists lake.{table} (_source varchar, _record_id varchar, _op varchar)"
            )
            lake.connection.execute(f"insert into lake.{table} values ('{source}', '{record_id}', 'upsert')")

    def warehouse(self, *scripts: str) -> None:
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            for script in scripts:
                connection.execute(script)


@cache
def _extensions() -> Path:
    """Install DuckDB's extensions once for all homes: they are large."""
    folder = Path(tempfile.mkdtemp(prefix="crm-stewards-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    install_extensions(folder)
    return folder


def new_home(folder: Path) -> Home:
    """Make a CRM_HOME with an empty lake."""
    settings = Settings(folder, folder / "crm_sources.yaml", f"sqlite:{folder / 'lake' / 'catalog.sqlite'}")
    settings.extensions.symlink_to(_extensions())
    return Home(settings)
