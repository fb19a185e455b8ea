"""The landing suites on a real lake."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from quality.rules import Suite
from quality.suite import run_suite
from quality.suites import landing_suite
from tests.integration.quality.conftest import AS_OF

pytestmark = pytest.mark.slow

ENTITIES = YAML(typ="safe").load((Path(__file__).parents[3] / "sources/entities.yml").read_text())


def gate(lake, context, *tables: str, connector_type: str = "salesforce"):
    """Run the suite of a type, or only what it says of some tables."""
    suite = landing_suite(connector_type, AS_OF)
    assert suite is not None
    kept = tuple(table for table in suite.tables if not tables or table.name in tables)
    assert not tables or len(kept) == len(tables)
    return run_suite(Suite(suite.name, kept), lake.connection, context)


def window(lake, hour: int, *, read: int = 1000, deleted: int = 0, rejected: int = 0, snapshot: bool = True) -> None:
    lake.connection.execute(
        "insert into lake.ingest.windows by name select 'r' as run_id, 'salesforce' as connector_type,"
        " 'org' as _source, 'Account' as object, 'account' as table_name, ? as window_until, ? as is_snapshot,"
        " ? as rows_read, 0 as rows_appended, 0 as rows_unchanged, ? as rows_deleted, ? as rows_rejected,"
        " ? as committed_at",
        [datetime(2026, 1, 10, hour), snapshot, read, deleted, rejected, datetime(2026, 1, 10, hour)],
    )


def test_an_org_that_has_sent_nothing_passes(lake, context):
    result = gate(lake, context)
    assert result.findings == ()
    assert len(result.statistics["rows"]) == 24  # the objects that models read, and the ledger


def test_ordinary_records_pass(lake, context, land):
    land("account", 200, Name="'Company ' || i", PersonEmail="'a' || i || '@example.com'", CurrencyIsoCode="'EUR'")
    assert gate(lake, context, "salesforce.account").findings == ()


def test_a_record_written_twice_by_one_commit_is_found(lake, context, land):
    land("account", 3, Name="'x'")
    land("account", 1, Name="'x'")
    result = gate(lake, context, "salesforce.account")
    assert len(result.failures) == 1
    assert "expected every _key once; found 2 of 4 rows otherwise" in result.failures[0]
    assert "_record_id 001000000000000AAA" in result.failures[0]


def test_only_the_latest_state_of_living_records_is_looked_at(lake, context, land):
    land("account", 3, _record_id="'short' || i", Name="null")
    land("account", 3, _record_id="'short' || i", _op="'delete'", _loaded_at="timestamp '2026-01-12 02:00'")
    assert gate(lake, context, "salesforce.account").findings == ()


def test_ids_of_another_length_block(lake, context, land):
    land("contact", 1, _record_id="'003000000000001'", LastName="'x'")
    (failure,) = gate(lake, context, "salesforce.contact").failures
    assert "expected ids of 18 characters" in failure and "003000000000001" in failure


@pytest.mark.parametrize(
    ("rows", "absurd", "blocks"), [(1000, 50, False), (1000, 51, True), (8, 5, False), (8, 6, True)]
)
def test_a_few_absurd_dates_are_reported_and_a_twentieth_of_the_table_blocks(lake, context, land, rows, absurd, blocks):
    day = f"case when i < {absurd} then date '9999-12-31' else date '2026-01-03' end"
    land("order", rows, EffectiveDate=day, Status="'Activated'", TotalAmount="10", CurrencyIsoCode="'EUR'")
    result = gate(lake, context, "salesforce.order")
    (finding,) = result.findings
    assert finding.severity == ("critical" if blocks else "warning")
    assert finding.found == f"{absurd} of {rows:,} rows otherwise"
    assert "9999-12-31" in finding.examples[0]


def test_misshapen_addresses_and_currencies_are_told_apart(lake, context, land):
    land("contact", 100, LastName="'x'", Email="'nobody'", CurrencyIsoCode="'euro'")
    result = gate(lake, context, "salesforce.contact")
    assert [finding.columns for finding in result.findings if finding.severity == "critical"] == [("CurrencyIsoCode",)]
    assert any("shaped like an e-mail address; found 100 of 100" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ({"read": 400}, "no full read to be less than half of the one before"),
        ({"deleted": 600}, "no window to delete more than half of an object"),
        ({"rejected": 300}, "no window to lose a fifth of its rows to the rejects"),
    ],
)
def test_a_collapse_against_the_window_before_blocks(lake, context, last, expected):
    window(lake, 1)
    window(lake, 2, **last)
    result = gate(lake, context, "salesforce: last windows")
    assert len(result.failures) == 1
    assert f"expected {expected}; found 1 rows, e.g. _source org, object Account" in result.failures[0]


def test_a_smaller_window_of_changes_is_no_collapse(lake, context):
    window(lake, 1, snapshot=False)
    window(lake, 2, read=3, deleted=2, snapshot=False)
    assert gate(lake, context, "salesforce: last windows").findings == ()


def test_mapped_entities_are_looked_at_in_canonical_columns(lake, context):
    lake.connection.execute("create schema if not exists lake.mapped")
    record = "'shop' as _source, i::varchar as _record_id, 'upsert' as _op, timestamp '2026-01-11' as _loaded_at"
    for entity, columns in ENTITIES.items():
        values = {
            **{name: f"null::{kind}" for name, kind in columns.items()},
            "created_at": "null::timestamp",
            "modified_at": "null::timestamp",
        }
        if entity == "orders":
            values |= {"order_date": "date '2026-01-02'", "order_status": "'shipped?'", "order_amount": "1.00"}
        own = ", ".join(f"{value} as {name}" for name, value in values.items())
        size = 10 if entity == "orders" else 0
        lake.connection.execute(
            f"create view lake.mapped.{entity} as select {record}, {own} from range({size}) as r(i)"
        )
    (failure,) = gate(lake, context, connector_type="mapped").failures
    assert "mapped.orders: expected order_status to be one of placed, fulfilled, cancelled, returned" in failure
