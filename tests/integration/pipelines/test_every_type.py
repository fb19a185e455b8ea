"""A night over the demo company with all its branches at once, held against the company's truth."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sources.simulators.company.branches import TYPES
from tests.integration.pipelines import nights

pytestmark = pytest.mark.slow

CUSTOMERS = 600
# what the design says the sources supply
ENTITIES = (
    "accounts", "contacts", "leads", "contact_points", "opportunities", "opportunity_lines",
    "opportunity_stage_changes", "products", "orders", "order_lines", "interactions", "cases", "campaigns",
    "campaign_members", "subscriptions", "users", "exchange_rates", "consents",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's first night with every branch."""
    folder = tmp_path_factory.mktemp("every_type") / "home"
    finished = nights.crm_warehouse(folder, "demo", "--customers", str(CUSTOMERS))
    assert finished.code == 0, finished.output
    return folder


def _types(home: Path, entity: str) -> set[str]:
    """Return the types of source that an entity has rows of."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.execute(f"select distinct source_system from intermediate.int_{entity}__unioned").fetchall()
    return {row[0] for row in rows}


def test_every_type_of_source_is_read_and_supplies_orders(home: Path) -> None:
    assert _types(home, "orders") == {"salesforce", "mapped", *TYPES}


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_entity_comes_from_two_types_at_least(home: Path, entity: str) -> None:
    assert len(_types(home, entity)) >= 2


def test_the_orders_of_every_system_are_the_truths_to_the_cent(home: Path) -> None:
    truth = home / "simulator" / "truth" / "orders.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'published' / 'crm.duckdb'}' as published (read_only)")
        found = connection.execute("""
            select source_instance, count(*), sum(order_reporting_amount) filter (is_counted)
            from published.core.fct_orders group by all order by all
            """).fetchall()
        told = connection.execute(f"""
            select source_instance, count(*), sum(order_amount_eur) filter (order_status in ('placed', 'fulfilled'))
            from '{truth}' group by all order by all
            """).fetchall()
    assert found == told


def test_the_subscriptions_of_every_system_are_the_truths_to_the_cent(home: Path) -> None:
    truth = home / "simulator" / "truth" / "subscriptions.parquet"
    columns = "source_instance, count(*), sum(monthly_amount), min(start_date), max(start_date)"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'published' / 'crm.duckdb'}' as published (read_only)")
        found = connection.execute(
            f"select {columns}, count(customer_id) from published.core.fct_subscriptions group by 1 order by 1"
        ).fetchall()
        told = connection.execute(f"select {columns}, count(*) from '{truth}' group by 1 order by 1").fetchall()
    assert found == told


def test_every_record_of_every_system_is_accounted_for(home: Path) -> None:
    unaccounted = nights.query(home, "select * from core.record_reconciliation where unaccounted_count <> 0")
    assert unaccounted == []
