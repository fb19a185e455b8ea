"""Contacts whose customer ids are given by hand, for tests of what is known of a customer once its records are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sources.lake import Lake
from tests.integration.dbt.people import mapped
from tests.integration.dbt.small_lake import SmallLake

DAY = date(2025, 6, 30)
GOLDEN = ("+dim_customers", "+customer_attributes")
Row = dict[str, Any]


def contact(source: str, key: str, changed: str, **fields: Any) -> Row:
    """Return a contact of a mapped source that was changed on a day."""
    return mapped(source, key, changed, **fields)


def record_key(row: Row) -> str:
    """Return the key of a contact in the whole warehouse."""
    return f"mapped|{row['_source']}|contacts|{row['_record_id']}"


def register(lake: SmallLake, customers: Mapping[str, Iterable[Row]]) -> None:
    """Make these, customer id -> contacts, all that the registry knows."""
    rows = [
        ("mapped", row["_source"], "contacts", row["_record_id"], customer, "person", True, DAY)
        for customer, rows in customers.items()
        for row in rows
    ]
    with Lake(lake.location) as opened:
        opened.connection.execute("delete from lake.identity.assignments")
        opened.connection.executemany(
            "insert into lake.identity.assignments (source_system, source_instance, entity, source_record_id,"
            " customer_id, customer_type, is_current, assigned_at_as_of) values (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def pin(lake: SmallLake, row: Row, attribute: str, value: str, decided_on: str = "2025-06-01") -> None:
    """Have a steward pin a value of the customer that a contact belongs to."""
    decision = (f"d_{record_key(row)}_{attribute}_{value}", "pinned_value", record_key(row), attribute, value)
    with Lake(lake.location) as opened:
        opened.connection.execute(
            "insert into lake.identity.decisions (decision_id, kind, record_key, attribute, value, status, decided_on)"
            " values (?, ?, ?, ?, ?, 'active', ?)",
            [*decision, date.fromisoformat(decided_on)],
        )


def unpin(lake: SmallLake) -> None:
    """Have the stewards take all their rows back."""
    with Lake(lake.location) as opened:
        opened.connection.execute("delete from lake.identity.decisions")


def build(lake: SmallLake, *selected: str) -> None:
    """Build golden values, and what they are made of, as a night does, with the tests that speak of nothing else."""
    lake.build("--indirect-selection", "cautious", "--select", *(selected or GOLDEN), as_of=DAY.isoformat())
