"""The synthetic company through the front door: one first night over its three systems, scored by its own truth.

A shop's e-mail that several customers share is one record about each of them: a pair of records is true when their
truths have a customer in common. Records that the company purged before the first night are in no system.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.demo import serving
from pipelines.settings import Settings
from sources.simulators.world import World
from tests.benchmarks.identity.children import measured_apart
from tests.benchmarks.identity.evaluate import Pairs, score_of_several
from tests.benchmarks.processes import COMMAND, Measured

KINDS = {"persons": ("person", "employee"), "organizations": ("organization",)}


@dataclass(frozen=True)
class CompanyNight:
    """A first night over the company: persons and organizations each scored, records scored, and the night's cost."""

    scores: dict[str, Pairs]
    records: dict[str, int]
    cost: Measured


def run(customers: int, home: Path, seed: int = 1) -> CompanyNight:
    """Make a company in the empty folder ``home``, serve it, run one night and score its customers by kind."""
    settings = Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")
    world = World.create(settings.simulator, customers, seed)
    with serving(settings, world):
        cost = measured_apart([str(COMMAND), "run", "--as-of", world.today.isoformat()], home)
    return scored(home, settings.simulator / "truth", cost)


def scored(home: Path, truth: Path, cost: Measured) -> CompanyNight:
    """Compare ``core.bridge_customer_sources`` below ``home`` with the company's truth."""
    scores, records = {}, {}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(
            """
            create temp table clusters as
            select concat_ws('|', source_instance, entity, source_record_id) as record_key, customer_id as cluster
            from core.bridge_customer_sources
            """
        )
        for kind, types in KINDS.items():
            connection.execute(
                f"""
                create or replace temp table truth as
                select
                    concat_ws('|', source_instance, entity, source_record_id) as record_key,
                    truth_customer_id as entity_id,
                from '{truth / "record_map.parquet"}'
                semi join (from '{truth / "customers.parquet"}' where customer_type in {(*types, "")})
                    using (truth_customer_id)
                """
            )
            scores[kind] = score_of_several(connection, "clusters", "truth")
            told = connection.execute("select count(*) from clusters semi join truth using (record_key)").fetchone()
            records[kind] = told[0] if told else 0
    return CompanyNight(scores, records, cost)
