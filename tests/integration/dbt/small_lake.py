"""A small lake written by hand: real lake tables, a few rows, no source behind them.

Rows are given per table as dictionaries; what a row leaves out is NULL. Two calls of `write` are two commits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from ruamel.yaml import YAML

from pipelines.analytics.areas import compute_all
from pipelines.analytics.identity import resolve
from pipelines.analytics.registry import IdentityResult
from pipelines.analytics.runs import LakeModels, Run
from pipelines.dbt import build
from pipelines.defs.transformation import BEFORE_IDENTITY, MARTS
from pipelines.settings import Settings
from sources.contract import Column, SourceObject
from sources.discovery import declared_objects
from sources.lake import Lake, install_extensions

ROOT = Path(__file__).parents[3]
ENTITIES = YAML(typ="safe").load((ROOT / "sources" / "entities.yml").read_text())
LOG = (
    "_source varchar, _record_id varchar, _op varchar, _delete_reason varchar, _merged_into varchar,"
    " _source_modified_at timestamp, _loaded_at timestamp"
)
# what the org of these tests has added to Salesforce
CUSTOM = {
    "Product2": (Column("Unit_Cost__c", "DECIMAL(18,2)"), Column("List_Price__c", "DECIMAL(18,2)")),
    "Order": (Column("Channel__c", "VARCHAR"),),
}
TOLD = {"reporting_currency": "EUR", "reporting_time_zone": "Europe/Berlin"}
Rows = Sequence[Mapping[str, Any]]


class SmallLake:
    """A lake in ``home``, made for sources of ``types`` when there is none, and the warehouse built from it."""

    def __init__(self, home: Path, types: Sequence[str] = ("salesforce", "mapped")) -> None:
        self.settings = Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")
        self.location = self.settings.lake
        self.warehouse = self.settings.warehouse
        self.loaded_at = datetime(2025, 1, 1)
        if home.exists():
            return
        extensions = home.parent / "extensions"
        install_extensions(extensions)
        (home / "lake").mkdir(parents=True)
        self.settings.extensions.symlink_to(extensions)
        with Lake(self.location) as lake:
            for connector_type in types:
                objects = declared_objects(connector_type)
                lake.declare(connector_type, [replace(obj, columns=obj.columns + _custom(obj)) for obj in objects])
            lake.connection.execute("create schema if not exists lake.mapped")
            for entity, columns in ENTITIES.items():
                own = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                lake.connection.execute(
                    f"create table lake.mapped.{entity} ({LOG}, {own}, created_at timestamp, modified_at timestamp)"
                )

    def write(self, rows: Mapping[str, Rows]) -> None:
        """Append rows to ``<schema>.<table>`` of the lake, all of them as one later commit."""
        self.loaded_at += timedelta(days=1)
        with Lake(self.location) as lake:
            for table, records in rows.items():
                schema, name = table.split(".")
                for record in records:
                    full = {"_op": "upsert", "_loaded_at": self.loaded_at, **record}
                    names = ", ".join(f'"{column}"' for column in full)
                    marks = ", ".join("?" for _ in full)
                    lake.connection.execute(
                        f'insert into lake.{schema}."{name}" ({names}) values ({marks})', list(full.values())
                    )

    def build(self, *arguments: str, **variables: str) -> None:
        """Build with dbt in this process, as a night does; raises DbtError naming what failed."""
        before = dict(os.environ)
        try:
            build(self.settings, arguments, variables, lambda _event: None)
        finally:
            # a lake shared by a session is built outside of any test, whose environment is its own
            os.environ.clear()
            os.environ.update(before)

    def facts(self, run_id: str, as_of: str, *arguments: str, **variables: str) -> IdentityResult:
        """Build as the first part of a night does: records, who is who, customers and facts."""
        told = {**TOLD, "as_of": as_of, **variables}
        buildable = (*arguments, "--indirect-selection", "buildable")
        self.build(*buildable, "--select", BEFORE_IDENTITY, **told)
        with Lake(self.location) as lake:
            found = resolve(self.warehouse, lake, date.fromisoformat(as_of), run_id).ids
        self.build(*buildable, "--exclude", BEFORE_IDENTITY, MARTS, **told)
        return found

    def night(self, run_id: str, as_of: str, *arguments: str, **variables: str) -> IdentityResult:
        """Build as a night does: facts, what Python computes, marts."""
        told = {**TOLD, "as_of": as_of, **variables}
        day = date.fromisoformat(as_of)
        found = self.facts(run_id, as_of, *arguments, **variables)
        with Lake(self.location) as lake, duckdb.connect(str(self.warehouse)) as warehouse:
            compute_all(warehouse, Run(day, run_id, told["reporting_currency"], LakeModels(lake, run_id)))
        self.build(*arguments, "--select", MARTS, **told)
        return found

    def dbt(self, *arguments: str, **variables: str) -> str:
        """Run dbt's own command line on this lake and return what it printed; an error fails the test in its words."""
        command = [sys.executable, "-m", "dbt.cli.main", *arguments, "--vars", str(variables)]
        environment = os.environ | self.settings.dbt_env()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def _custom(obj: SourceObject) -> tuple[Column, ...]:
    return CUSTOM.get(obj.name, ())
