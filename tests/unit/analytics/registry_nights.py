"""A registry in an in-memory lake, and nights on which groups of records get their ids."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any

import duckdb

from pipelines.analytics import registry, stable_ids
from pipelines.analytics.registry import IdentityResult
from sources.lake.registry import TABLES

DAY = date(2025, 1, 1)
Links = Iterable[tuple[str, str]]


class Registry:
    """A lake with nothing but the registry; records are called `a`, `b`, …"""

    def __init__(self, seed: int | None = None) -> None:
        self.nights = 0
        self.chance = random.Random(seed) if seed is not None else None
        self.connection = duckdb.connect()
        # tables of a few rows: threads would cost more than they bring
        self.connection.execute("set threads = 1; attach ':memory:' as lake")
        for name, columns in TABLES.items():
            self.connection.execute(f"create schema if not exists lake.{name.split('.')[0]}")
            self.connection.execute(f"create table lake.{name} ({columns})")

    def transaction(self, work: Callable[[], Any]) -> Any:
        self.connection.execute("begin")
        try:
            done = work()
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")
        return done

    def night(
        self, records: Iterable[str], links: Links, as_of: date | None = None, erased: Collection[str] = ()
    ) -> IdentityResult:
        """Give ids to records joined by links and write them; every call is a later day unless it says which."""
        self.nights += 1
        self.show(records, links, erased)
        self.resolve(as_of or DAY + timedelta(days=self.nights))
        return registry.result(self.connection)

    def show(self, records: Iterable[str], links: Links, erased: Collection[str] = (), kind: str = "person") -> None:
        """Make the temp tables that matching leaves; with a seed, in any order and with any numbers."""
        records, links = list(records), list(links)
        numbered = list(enumerate(sorted(map(sorted, components(records, links)))))
        numbers = self.chance.sample(range(1000), len(numbered)) if self.chance else list(range(len(numbered)))
        rows = [[key(name), numbers[number], name, name in erased] for number, names in numbered for name in names]
        if self.chance:
            self.chance.shuffle(rows)
        fill(self.connection, "given", "record_key varchar, component integer, name varchar, is_erased boolean", rows)
        pairs = [[*sorted([key(left), key(right)])] for left, right in dict.fromkeys(links) if left != right]
        fill(self.connection, "pairs", "record_key varchar, other_record_key varchar", pairs)
        self.connection.execute(
            f"""
            create or replace temp table records as
            select record_key, 'crm' as source_system, 'one' as source_instance, 'contacts' as entity,
                   name as source_record_id, '{kind}' as customer_type,
                   case when is_erased then 'erased' end as delete_reason
            from given;
            create or replace temp table today as select record_key, component, '{kind}' as customer_type from given;
            create or replace temp table links as
            select distinct *, 'model' as rule, 9.5::double as weight, 0.99::double as probability, 'email' as levels
            from pairs;
            """
        )

    def resolve(self, as_of: date) -> bool:
        """Load, assign and write, as a night does after matching."""
        registry.load(self.connection)
        stable_ids.assign(self.connection)
        return registry.write(self, as_of, f"run-{self.nights:03}")

    def ids(self) -> dict[str, str]:
        """Return the customer of each current record."""
        rows = self.rows("select source_record_id, customer_id from lake.identity.assignments where is_current")
        found = dict(rows)
        assert len(found) == len(rows), "a record has two current customers"
        return found

    def events(self, kind: str) -> set[tuple[str, str | None]]:
        """Return (customer_id, other_customer_id) of every event of a kind."""
        return set(
            self.rows("select customer_id, other_customer_id from lake.identity.events where event_type = ?", kind)
        )

    def told(self) -> list[tuple[Any, ...]]:
        """Return (event, customer_id, other_customer_id, record) of the last night that wrote any, in order."""
        return self.rows(
            "select event_type, customer_id, other_customer_id, source_record_id from lake.identity.events"
            " where revision = (select max(revision) from lake.identity.events) order by all"
        )

    def sizes(self) -> tuple[int, ...]:
        """Return how many rows each table holds, closed ones included."""
        tables = ("assignments", "events", "evidence")
        return tuple(self.rows(f"select count(*) from lake.identity.{table}")[0][0] for table in tables)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(parameters)).fetchall()


def fill(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[list[Any]]) -> None:
    """Make a temp table of ``rows``."""
    connection.execute(f"create or replace temp table {table} ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into {table} values ({marks})", rows)


def key(record: str) -> str:
    return f"crm|one|contacts|{record}"


def components(records: Iterable[str], links: Links) -> set[frozenset[str]]:
    """Group records by following links, one at a time: slow and obvious."""
    groups = {record: {record} for record in records}
    for left, right in links:
        joined = groups[left] | groups[right]
        for record in joined:
            groups[record] = joined
    return {frozenset(group) for group in groups.values()}


def groups(ids: dict[str, str]) -> set[frozenset[str]]:
    """Return the records of each customer."""
    return {frozenset(r for r, other in ids.items() if other == customer) for customer in ids.values()}
