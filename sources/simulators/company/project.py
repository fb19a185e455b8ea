"""A day of the company: from (seed, customers, day) to the files of every source system and the truth beside them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from sources.simulators.company.branches import choose_customers, move_to_branches
from sources.simulators.company.legacy_crm import write_legacy_crm
from sources.simulators.company.order_export import epoch_start, export_name, write_order_export
from sources.simulators.company.people import Plan
from sources.simulators.company.salesforce import write_salesforce
from sources.simulators.company.timeline import generate, sql
from sources.simulators.company.timing import START_DAY
from sources.simulators.company.truth import write_truth

_DRAFTS = ".next"


@dataclass(frozen=True)
class Snapshot:
    """The company with ``customers`` on the start day, chosen by ``seed``, at the end of ``day``.

    ``branches`` are the connector types whose system keeps customers that Salesforce would keep.
    """

    seed: int
    customers: int
    day: date
    branches: tuple[str, ...] = ()

    def write(self, home: Path, clock: datetime) -> None:
        """Write every file into ``home``; each appears whole, by rename. Missing exports of earlier days are added."""
        drafts = home / _DRAFTS
        shutil.rmtree(drafts, ignore_errors=True)
        (drafts / "exports").mkdir(parents=True)
        (drafts / "truth").mkdir()
        with duckdb.connect(config={"preserve_insertion_order": True}) as connection:
            generate(connection, Plan(self.seed, self.customers))
            self._exports(connection, home, drafts)
            _show(connection, self.day)
            choose_customers(connection, self.branches)
            write_salesforce(connection, drafts / "salesforce.duckdb")
            move_to_branches(connection, drafts / "salesforce.duckdb", drafts, self.branches, clock)
            write_legacy_crm(connection, drafts / "legacy_crm.sqlite", clock)
            write_truth(connection, drafts / "truth", self.day)
        for draft in sorted(path for path in drafts.rglob("*") if path.is_file()):
            target = home / draft.relative_to(drafts)
            target.parent.mkdir(exist_ok=True)
            draft.replace(target)
        shutil.rmtree(drafts)

    def _exports(self, connection: duckdb.DuckDBPyConnection, home: Path, drafts: Path) -> None:
        """Write the day's export and those of earlier days that are not there; the first one holds all history."""
        for day in _days(START_DAY, self.day):
            if day != self.day and (home / "exports" / export_name(day)).exists():
                continue
            _show_until(connection, day)
            since = epoch_start() if day == START_DAY else datetime.combine(day, time())
            connection.execute(f"set variable since = timestamp '{since}'")
            write_order_export(connection, drafts / "exports" / export_name(day))


def _days(first: date, last: date) -> Iterator[date]:
    """Yield every day from ``first`` to ``last``."""
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _show_until(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Set the moment all queries look from: the last second of ``day``."""
    connection.execute(f"set variable now = timestamp '{day} 23:59:59'")


def _show(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Create ``faces``, how each record of Salesforce and the legacy CRM shows its customer at the end of ``day``.

    And ``contracts_now``, what each contract says then.
    """
    _show_until(connection, day)
    face = sql("face").replace("{columns}", sql("faces_now")).replace("{at}", "now()")
    face = face.replace(
        "{from}",
        "records as r inner join customers as c on r.customer = c.customer"
        " where r.system <> 2 and r.created_at <= now() and r.purged_at > now()",
    )
    connection.execute(f"create or replace table faces as {face}")
    connection.execute(f"create or replace table contracts_now as {sql('contracts_now')}")
