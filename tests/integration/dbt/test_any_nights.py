"""Whatever happens from night to night: models that add to the last build hold what a build from nothing holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dbt.people import AS_OF, FIRST_NIGHT, salesforce, stamp
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

NIGHTS = 3
Row = dict[str, Any]
# e-mails whose customers are those of a case, and contracts, beside what the people do
RECORDS: dict[str, list[Row]] = FIRST_NIGHT | {
    "salesforce.case": [salesforce("500A", AccountId="001ACME", ContactId="003ANNA", CaseNumber="1")],
    "salesforce.email_message": [
        salesforce("02sA", ParentId="500A", Incoming=True, Subject="help", MessageDate=stamp("2025-02-01")),
        salesforce("02sB", RelatedToId="001ACME", ActivityId="00TA", Subject="offer"),
    ],
    "salesforce.contract": [
        salesforce(
            "800A",
            AccountId="001ACME",
            Status="Activated",
            StartDate=date(2025, 1, 1),
            ActivatedDate=stamp("2025-01-01"),
        ),
    ],
}


def test_nights_in_any_order_give_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    seed = 20250630
    chance = random.Random(seed)
    lake = SmallLake(tmp_path / "nights")
    records = {(table, row["_source"], row["_record_id"]): row for table, rows in RECORDS.items() for row in rows}
    lake.write(RECORDS)
    build(lake, date.fromisoformat(AS_OF), "night-0")
    for night in range(1, NIGHTS + 1):
        changed = dict(happenings(chance, records, night))
        records |= changed
        tables: dict[str, list[Row]] = {}
        for (table, _, _), row in changed.items():
            tables.setdefault(table, []).append(row)
        lake.write(tables)
        as_of = date.fromisoformat(AS_OF) + timedelta(days=chance.choice([-70, -1, 1, 40]))
        build(lake, as_of, f"night-{night}")
        if night % 2:
            added = contents(lake)
            lake.warehouse.unlink()
            build(lake, as_of, f"rebuild-{night}")
            rebuilt = contents(lake)
            assert added.keys() == rebuilt.keys()
            for name, rows in rebuilt.items():
                assert added[name] == rows, f"{name} after night {night}, seed {seed}"


def build(lake: SmallLake, as_of: date, run_id: str) -> None:
    """Build as a night does, without its tests."""
    lake.night(run_id, as_of.isoformat(), "--exclude-resource-type", "test")


def contents(lake: SmallLake) -> dict[str, list[str]]:
    """Return what every table of the warehouse holds, every view of core, and what matching says in record keys.

    Matching's own tables number the records as they came, so they are read through its views.
    """
    relations = lake.query(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where (table_type = 'BASE TABLE' and table_schema not in ('build', 'matching')) or table_schema = 'core'"
        " order by all"
    )
    names = [name for (name,) in relations] + ["matching.links", "matching.review", "matching.quality"]
    groups = "select list(record_key order by record_key) from matching.clusters group by component"
    queries = {name: f"select * from {name}" for name in names} | {"matching.clusters": groups}
    return {name: sorted(map(str, lake.query(sql))) for name, sql in queries.items()}


def happenings(
    chance: random.Random, records: dict[tuple[str, str, str], Row], night: int
) -> Iterator[tuple[tuple[str, str, str], Row]]:
    """Yield what changes in one night: about a third of all records, and a copy of one of them under a new id."""
    for key, row in sorted(records.items()):
        if chance.random() < 0.35:
            yield key, changed(chance, row, records)
    (table, source, record), row = chance.choice(sorted(records.items(), key=lambda each: each[0]))
    name = f"{record}-{night}"
    yield (table, source, name), {**row, "_record_id": name, **({"Id": name} if "Id" in row else {})}


def changed(chance: random.Random, row: Row, records: dict[tuple[str, str, str], Row]) -> Row:
    """Return a row as its source might show it the next time: deleted, restored, or with other values."""
    what = chance.random()
    if what < 0.15:
        return {**row, "_op": "delete", "_delete_reason": "soft"}
    if what < 0.3:
        return {**row, "_op": "upsert", "_delete_reason": None, "_merged_into": None}
    return {**row, **{name: other(chance, name, value, row, records) for name, value in row.items() if value}}


def other(chance: random.Random, name: str, value: Any, row: Row, records: dict[tuple[str, str, str], Row]) -> Any:
    """Return a value or, now and then, another one that the same column might hold."""
    if chance.random() < 0.5 or name.startswith("_") or name in ("Id", "IsoCode", "ProductCode", "product_code"):
        return value
    if name.endswith(("account_record_id", "contact_record_id", "AccountId", "WhoId", "order_record_id", "OrderId")):
        others = {each[name] for each in records.values() if name in each and each["_source"] == row["_source"]}
        return chance.choice(sorted(others - {None}))
    if isinstance(value, bool):
        return not value
    if isinstance(value, Decimal):
        return value + Decimal(chance.choice(["0.05", "1.00", "-0.01"]))
    if isinstance(value, date) and value.year < 9000:
        return value + timedelta(days=chance.choice([-30, 1, 45]))
    if "urrency" in name:
        return chance.choice(["EUR", "USD", "CHF", "XXX"])
    if "tatus" in name:
        return chance.choice(["placed", "fulfilled", "cancelled", "Activated", "Draft"])
    return f"{value}x" if isinstance(value, str) else value
