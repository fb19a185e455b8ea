"""Credit for hand-made orders, worked out on paper; whatever the paths, it sums to the orders to the cent."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analytics import attribution
from pipelines.analytics.attribution.credits import WEIGHTS, shared_out
from pipelines.analytics.runs import MemoryModels, Run
from tests.unit.analytics.campaigns import warehouse

AS_OF = date(2025, 12, 31)
MARKOV = "select 'markov', campaign_id, order_credit, attributed_revenue_amount from analytics.campaign_removal_effects"


def computed(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Decimal]]:
    """Return model -> campaign -> revenue."""
    attribution.compute(connection, Run(AS_OF, "run", "EUR", MemoryModels()))
    rows = connection.execute(
        "select attribution_model, campaign_id, sum(order_credit), sum(attributed_revenue_amount)"
        f" from analytics.order_attributions group by all union all {MARKOV}"
    ).fetchall()
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for model, campaign, _, revenue in rows:
        found[model][campaign] = revenue
    return found


def test_each_model_gives_the_credit_it_is_named_after() -> None:
    touches = [("anna", "a", "2025-06-01"), ("anna", "b", "2025-06-08"), ("anna", "c", "2025-06-15")]
    found = computed(warehouse(touches, [("anna", "2025-06-15", "100.00", "40.00")]))
    assert found["first"] == {"a": Decimal("100.00")}
    assert found["last"] == {"c": Decimal("100.00")}
    # a third of a cent is left: the earliest touch gets it
    assert found["linear"] == {"a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33")}
    assert found["position"] == {"a": Decimal("40.00"), "b": Decimal("20.00"), "c": Decimal("40.00")}
    # weights 1/4, 1/2 and 1 at 14, 7 and 0 days; without any of them there is no order at all
    assert found["time_decay"] == {"a": Decimal("14.29"), "b": Decimal("28.57"), "c": Decimal("57.14")}
    assert found["markov"] == {"a": Decimal("33.34"), "b": Decimal("33.33"), "c": Decimal("33.33")}


def test_two_touches_share_evenly_by_position() -> None:
    touches = [("anna", "a", "2025-06-01"), ("anna", "b", "2025-06-08")]
    found = computed(warehouse(touches, [("anna", "2025-06-09", "10.00", None)]))
    assert found["position"] == {"a": Decimal("5.00"), "b": Decimal("5.00")}


def test_only_touches_within_the_look_back_window_get_credit() -> None:
    touches = [("anna", "early", "2025-05-31"), ("anna", "in", "2025-06-01"), ("anna", "after", "2025-07-02")]
    connection = warehouse([*touches, ("peter", "in", "2025-06-20")], [("anna", "2025-07-01", "10.00", "1.00")])
    assert computed(connection)["linear"] == {"in": Decimal("10.00")}


def test_who_was_held_out_gets_no_credit() -> None:
    connection = warehouse([], [("anna", "2025-06-02", "10.00", "1.00")], controls=[("anna", "a", "2025-06-01")])
    assert computed(connection) == {}


def test_markov_gives_each_campaign_its_own_revenue_where_nobody_meets_two() -> None:
    touches = [("anna", "a", "2025-06-01"), ("peter", "b", "2025-06-01"), ("karl", "b", "2025-06-01")]
    connection = warehouse(touches, [("anna", "2025-06-02", "10.01", "1"), ("peter", "2025-06-02", "89.99", "1")])
    assert computed(connection)["markov"] == {"a": Decimal("10.01"), "b": Decimal("89.99")}


def test_a_path_to_nothing_ends_where_no_order_can_follow_any_more() -> None:
    # a and then b without an order; c is touched too late to know
    touches = [("anna", "a", "2025-06-01"), ("anna", "b", "2025-06-20"), ("anna", "c", "2025-12-20")]
    connection = warehouse([*touches, ("peter", "a", "2025-06-01")], [("peter", "2025-06-02", "10.00", "1")])
    computed(connection)
    effects = connection.execute(
        "select campaign_id, removal_effect from analytics.campaign_removal_effects order by 1"
    ).fetchall()
    assert effects == [("a", 1.0), ("b", 0.0)]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("abcd"), st.integers(0, 40)), max_size=12),
    st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 60), st.integers(-500, 99_999)), max_size=6),
)
def test_every_model_sums_to_the_orders_to_the_cent(
    touches: list[tuple[str, str, int]], orders: list[tuple[str, int, int]]
) -> None:
    def day(number: int) -> str:
        return str(date(2025, 6, 1) + timedelta(days=number))

    connection = warehouse(
        [(customer, campaign, day(number)) for customer, campaign, number in touches],
        [(customer, day(number), str(Decimal(cents) / 100), None) for customer, number, cents in orders],
    )
    computed(connection)
    touched = connection.execute(
        "select count(*), coalesce(sum(order_reporting_amount), 0) from core.fct_orders as o where exists (select 1"
        " from core.fct_campaign_touches as t where t.customer_id = o.customer_id"
        " and t.touched_date between o.order_date - 30 and o.order_date)"
    ).fetchall()[0]
    sums = connection.execute(
        "select attribution_model, sum(order_credit), sum(attributed_revenue_amount)"
        f" from (from (select attribution_model, campaign_id, order_credit, attributed_revenue_amount"
        f" from analytics.order_attributions) union all {MARKOV}) group by 1"
    ).fetchall()
    if touched[0]:
        assert {model: (credit, revenue) for model, credit, revenue in sums} == dict.fromkeys(
            (*WEIGHTS, "markov"), touched
        )
    broken = connection.execute(
        "select order_id from analytics.order_attributions inner join core.fct_orders using (order_id)"
        " group by order_id, attribution_model, order_reporting_amount"
        " having sum(attributed_revenue_amount) <> order_reporting_amount"
    ).fetchall()
    assert broken == []


def test_shares_are_whole_and_leftovers_go_to_the_largest_remainder() -> None:
    assert shared_out(100, {"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 34, "b": 33, "c": 33}
    assert shared_out(-10, {"a": 2.0, "b": 1.0}) == {"a": -7, "b": -3}
    assert shared_out(5, {"a": 0.0}) == {"a": 0}
    assert shared_out(5, {}) == {}


@pytest.mark.parametrize("orders", [[], [("anna", "2025-06-15", "1.00", "1.00")]])
def test_without_campaigns_there_is_no_credit(orders: list[tuple[str, str, str | None, str | None]]) -> None:
    assert computed(warehouse([], orders)) == {}
