"""A customer of three systems is taken apart by a steward's rows, and put together again by taking them away."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.stewardship.files import COLUMNS
from tests.integration.pipelines import nights
from tests.integration.pipelines.conftest import Company

pytestmark = pytest.mark.slow

# a customer of three sources, and the one of them in which it has a single record, and orders
_WHOLE = """
    with sources as (
        select customer_id, source_instance, count(*) as records
        from core.bridge_customer_sources
        group by customer_id, source_instance
        qualify count(*) over (partition by customer_id) = 3
    )

    select distinct sources.customer_id, sources.source_instance
    from sources
    join core.fct_orders as orders using (customer_id, source_instance)
    where orders.is_counted and sources.records = 1
    order by all
    limit 1
"""
_RECORDS = "select source_system || '|' || source_instance || '|' || entity || '|' || source_record_id, customer_id"


@dataclass(frozen=True)
class State:
    """Who is who, and what everybody is worth, in the published file."""

    owners: dict[str, str]
    revenue: dict[str, Decimal]
    orders: dict[str, tuple[str, str, Decimal]]


def state(home: Path) -> State:
    return State(
        dict(nights.query(home, f"{_RECORDS} from core.bridge_customer_sources")),
        dict(nights.query(home, "select customer_id, revenue_amount from marts.customer_value")),
        {
            order: (customer, source, amount)
            for order, customer, source, amount in nights.query(
                home,
                "select order_id, customer_id, source_instance, order_reporting_amount from core.fct_orders"
                " where is_counted",
            )
        },
    )


def night(home: Path, *rows: str) -> State:
    """Run a night on which nothing happens but that the stewards' file has these rows."""
    file = home / "stewardship" / "must_not_link.csv"
    file.write_text("\n".join([",".join(COLUMNS["must_not_link"]), *rows, ""]))
    finished = nights.crm_warehouse(home, "demo", "--days", "0")
    assert finished.code == 0, finished.output
    return state(home)


def test_a_customer_of_three_systems_is_unmerged_by_rows_and_whole_again_without_them(
    company: Company, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company.home, home, symlinks=True)
    before = state(home)
    [(customer, system)] = nights.query(home, _WHOLE)
    records = sorted(key for key, owner in before.owners.items() if owner == customer)
    [leaver] = [key for key in records if f"|{system}|" in key]
    others = [key for key in records if key != leaver]
    own = {order for order, (owner, source, _) in before.orders.items() if (owner, source) == (customer, system)}
    money = sum((before.orders[order][2] for order in own), Decimal(0))
    rows = [f"{leaver},{key},ann,another person of the same name,2026-01-05," for key in others]

    file = home / "stewardship" / "must_not_link.csv"
    file.write_text("\n".join([",".join(COLUMNS["must_not_link"]), *rows, ""]))
    foreseen = nights.crm_warehouse(home, "identity", "what-if")
    assert f"{money:,} EUR" in foreseen.output and f"{len(own):,}" in foreseen.output

    apart = night(home, *rows)
    # the larger part keeps the id, the record that left has one of its own
    newborn = apart.owners[leaver]
    assert newborn not in before.owners.values()
    assert {apart.owners[key] for key in others} == {customer}
    # the money of its system's orders went with it, and no other customer noticed
    assert {order for order in own if apart.orders[order][0] == newborn} == own
    assert apart.revenue[newborn] == money
    assert apart.revenue.get(customer, Decimal(0)) == before.revenue[customer] - money
    unmoved = before.revenue.keys() - {customer}
    assert {each: apart.revenue[each] for each in unmoved} == {each: before.revenue[each] for each in unmoved}

    again = night(home)
    assert again == before
    [(today,)] = nights.query(
        home, f"select customer_id from core.bridge_customer_ids where known_customer_id = '{newborn}'"
    )
    assert today == customer
    told = nights.crm_warehouse(home, "identity", "history", newborn)
    assert "split" not in told.output.split("\n")[0] and f"{customer} answers for {newborn}" in told.output
