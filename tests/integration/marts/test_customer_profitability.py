"""customer_profitability against what the company itself earned."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

pytestmark = pytest.mark.slow

MEASURES = (
    "revenue_amount",
    "discount_amount",
    "product_cost_amount",
    "service_cost_amount",
    "campaign_cost_amount",
    "return_cost_amount",
    "returned_order_count",
)
_OURS = "acquisition_cost_amount + promotion_cost_amount as campaign_cost_amount, *"
_TRUE = "promotion_cost_amount as campaign_cost_amount, *"


def test_what_was_earned_and_spent_is_what_the_company_earned_and_spent(connection: duckdb.DuckDBPyConnection) -> None:
    # what was spent on people whose records were purged before anybody read them is nobody's, and not lost
    ours = connection.execute(
        """
        select
            (select sum(revenue_amount) from marts.customer_profitability),
            (select sum(discount_amount) from marts.customer_profitability),
            (select sum(product_cost_amount) from marts.customer_profitability),
            (select sum(item_cost_amount) from marts.customer_service_costs where cost_type <> 'returned_order'),
            (select sum(cost_share_amount) from marts.campaign_cost_shares),
            (select sum(return_cost_amount) from marts.customer_profitability),
            (select sum(returned_order_count) from marts.customer_profitability)
        """
    ).fetchall()
    sums = ", ".join(f"sum({name})" for name in MEASURES)
    known = connection.execute(f"select {sums} from (select {_TRUE} from memory.truth.profits)").fetchall()
    assert ours == known
    assert min(ours[0]) > 0


def test_a_customer_brings_what_it_truly_brought_to_the_cent(connection: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(f"coalesce(ours.{name}, 0), known.{name}" for name in MEASURES)
    rows = connection.execute(
        f"""
        with pairs as (
            select distinct sources.customer_id, told.truth_customer_id
            from core.bridge_customer_sources as sources
            inner join memory.truth.record_map as told using (source_instance, entity, source_record_id)
        ),

        alike as (
            select * from pairs
            qualify
                count(*) over (partition by customer_id) = 1
                and count(*) over (partition by truth_customer_id) = 1
        )

        select alike.customer_id, {names}
        from alike
        inner join (select {_TRUE} from memory.truth.profits) as known using (truth_customer_id)
        left join (select {_OURS} from marts.customer_profitability) as ours using (customer_id)
        """
    ).fetchall()
    assert len(rows) > 1_000
    wrong = [row for row in rows if row[1::2] != row[2::2]]
    assert not wrong


def test_what_a_customer_brings_bridges_from_list_prices_to_net_profit(connection: duckdb.DuckDBPyConnection) -> None:
    (gap,) = connection.execute(
        """
        select max(abs(
            gross_amount - discount_amount - uncosted_revenue_amount - product_cost_amount - service_cost_amount
            - acquisition_cost_amount - promotion_cost_amount - return_cost_amount - net_profit_amount
        ))
        from marts.customer_profitability
        """
    ).fetchall()[0]
    assert gap == Decimal(0)
