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


# what the last run left: ann twice under one customer, bob twice under two, a company, and pairs that wait
BUILT = f"""
create schema intermediate; create schema matching; create schema core; create schema marts;
create table intermediate.int_customers__records (
    record_key varchar, first_name varchar, last_name varchar, birth_date date, email varchar, phone varchar,
    street varchar, postal_code varchar, city varchar, country varchar,
    full_name varchar default null, mobile_phone varchar default null, modified_at timestamp default '2026-01-01',
    is_deleted boolean default false
);
insert into intermediate.int_customers__records
    (record_key, first_name, last_name, birth_date, email, phone, street, postal_code, city, country) values
    ('{ANN}', 'Ann', 'Lee', '1980-05-01', 'ann@x.example', '030 123456', 'Main Street 1', '10115', 'Berlin', 'DE'),
    ('{ANNA}', 'Anna', 'Lee', '1980-05-01', 'ann@x.example', null, 'Main St 1', '10115', 'Berlin', 'DE'),
    ('{BOB}', 'Bob', 'Stone', '1970-01-02', 'bob@y.example', '+49 30 777777', 'Elm Row 9', '10117', 'Berlin', 'DE'),
    ('{BOBBY}', 'Bobby', 'Stone', null, 'b.stone+shop@y.example', '030 777777', null, null, 'Berlin', null);
insert into intermediate.int_customers__records (record_key, full_name) values ('{ACME}', 'Acme [EU] Ltd');
create table intermediate.int_customers__links as select * from (values
    ('{ANNA}', '{ANN}', 'lead_conversion', 1.0::double)) as v(record_key, other_record_key, rule, weight);
create table matching.review as select * from (values
    ('{BOBBY}', '{BOB}', 'uncertain', 1.5, 0.74, 'first_name=nickname:+3.20;phone=exact:+6.00;email=mailbox:-1.50;'),
    ('{ANN}', '{BOBBY}', 'weak_bridge', -2.0, 0.2, ''),
    ('{ANN}', '{ANNA}', 'conflict', 5.0, 0.97, 'first_name=alike:+1.00;'),
    ('{BOB}', '{ACME}', 'uncertain', 0.1, 0.52, '')
) as v(record_key, other_record_key, reason, weight, probability, levels);
create table matching.links as select * from (values
    ('{ANNA}', '{ANN}', 'lead_conversion', 100.0, 1.0, '')
) as v(record_key, other_record_key, rule, weight, probability, levels);
create table core.dim_customers as select * from (values
    ('c1', 'Ann Lee'), ('c2', 'Bob Stone'), ('c3', 'Bobby Stone'), ('c5', 'Acme [EU] Ltd')
) as v(customer_id, customer_name);
create table core.fct_orders as select
    'o' || i as order_id, *, true as is_counted from (values
    (1, 'c1', 'salesforce', 'emea', null, '1', 100.00::decimal(18, 2)),
    (2, 'c1', 'mapped', 'shop', null, '2', 40.00),
    (3, 'c2', 'salesforce', 'emea', null, '3', 900.50),
    (4, 'c5', 'salesforce', 'emea', '5', '3', 5000.00)
) as v(i, customer_id, source_system, source_instance, account_record_id, contact_record_id, order_reporting_amount);
create table marts.customer_value as
    select customer_id, sum(order_reporting_amount)::decimal(18, 2) as revenue_amount from core.fct_orders group by all;
"""


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
        _execute(self.settings.warehouse, *scripts)


def _execute(file: Path, *scripts: str) -> None:
    with duckdb.connect(str(file)) as connection:
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


@cache
def _built() -> Path:
    """Make what a run would have left, once: registry, warehouse and published file."""
    folder = Path(tempfile.mkdtemp(prefix="crm-stewards-")) / "home"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    folder.mkdir()
    home = new_home(folder)
    home.assign((ANN, "c1"), (ANNA, "c1"), (BOB, "c2"), (BOBBY, "c3"))
    home.assign((ACME, "c5"), customer_type="organization")
    home.warehouse(BUILT)
    home.settings.published.mkdir()
    _execute(home.settings.published / "crm.duckdb", BUILT)
    return folder


def built_home(folder: Path) -> Home:
    """Make a CRM_HOME as a run has left it."""
    shutil.copytree(_built(), folder, symlinks=True, dirs_exist_ok=True)
    return Home(Settings(folder, folder / "crm_sources.yaml", f"sqlite:{folder / 'lake' / 'catalog.sqlite'}"))
