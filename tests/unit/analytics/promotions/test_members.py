"""Who counts as reached or held out, and which orders fall into which window: customers made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from pipelines.analytics import promotions
from pipelines.analytics.promotions.members import members_query
from pipelines.analytics.promotions.windows import Windows
from pipelines.analytics.runs import MemoryModels, Run
from tests.unit.analytics.campaigns import warehouse

AS_OF = date(2025, 12, 31)
START = "2025-06-01"


def members(connection: duckdb.DuckDBPyConnection, columns: str, as_of: date = AS_OF) -> list[tuple[Any, ...]]:
    query = members_query(Windows(), as_of)
    return connection.execute(f"select {columns} from ({query}) order by campaign_id, customer_id").fetchall()


def effects(connection: duckdb.DuckDBPyConnection, columns: str, as_of: date = AS_OF) -> list[tuple[Any, ...]]:
    promotions.compute(connection, Run(as_of, "run", "EUR", MemoryModels()))
    return connection.execute(
        f"select {columns} from analytics.promotion_effects order by campaign_id, segment"
    ).fetchall()


def test_orders_fall_into_the_window_of_the_customer_who_placed_them() -> None:
    days = ["2025-05-31", "2025-06-01", "2025-06-29", "2025-06-30", "2025-07-27", "2025-07-28"]
    orders = [("anna", day, "10.00", "4.00") for day in days]
    connection = warehouse([("anna", "a", START)], orders)  # type: ignore[arg-type]
    columns = "prior_order_count, orders, revenue_cents, margin_cents, after_orders"
    # before; the day itself and 28 more; 28 after those; beyond
    assert members(connection, columns) == [(1, 2, 2000, 800, 2)]


def test_a_customer_in_both_arms_is_in_neither_and_counted() -> None:
    touches = [("anna", "a", START), ("anna", "a", "2025-06-03"), ("peter", "a", START)]
    connection = warehouse(touches, controls=[("anna", "a", START), ("karl", "a", START)])
    assert members(connection, "customer_id, arm") == [("anna", "both"), ("karl", "control"), ("peter", "treated")]
    columns = "treated_count, control_count, both_count"
    assert effects(connection, f"segment, {columns}") == [("all", 1, 1, 1)]


def test_who_was_reached_by_another_campaign_at_that_time_is_not_alone() -> None:
    touches = [("anna", "a", START), ("anna", "b", "2025-06-29"), ("peter", "a", START), ("peter", "b", "2025-06-30")]
    connection = warehouse([*touches, ("karl", "a", START)], controls=[("karl", "b", START)])
    found = members(connection, "campaign_id, customer_id, is_alone")
    assert found == [
        ("a", "anna", False), ("a", "karl", True), ("a", "peter", True),
        # held out of b is karl, whom a reached that day
        ("b", "anna", False), ("b", "karl", False), ("b", "peter", True),
    ]  # fmt: skip


def test_a_window_is_measured_once_it_has_passed() -> None:
    connection = warehouse([("anna", "a", START)])
    assert members(connection, "is_over, is_after_over", date(2025, 6, 28)) == [(False, False)]
    assert members(connection, "is_over, is_after_over", date(2025, 6, 29)) == [(True, False)]
    assert members(connection, "is_over, is_after_over", date(2025, 7, 27)) == [(True, True)]


def company(*, control: bool) -> duckdb.DuckDBPyConnection:
    """A hundred customers who order every quarter; 40 are reached, 20 of them order once more within the window.

    The other 60 are held out, or simply were not reached.
    """
    names = [f"c{number:03}" for number in range(100)]
    orders = [(name, day, "10.00", "4.00") for name in names for day in ("2025-01-10", "2025-04-10", "2025-06-20")]
    orders += [(name, "2025-06-15", "10.00", "4.00") for name in names[:20]]
    touches = [(name, "a", START) for name in names[:40]]
    controls = [(name, "a", START) for name in names[40:]] if control else []
    return warehouse(touches, orders, controls)  # type: ignore[arg-type]


def test_an_effect_against_the_held_out_is_found() -> None:
    columns = "segment, method, orders_effect, revenue_effect, margin_effect, measured_count, compared_count"
    found = effects(company(control=True), columns)
    # one row for the campaign, one for all campaigns; all have bought before, so that buyers are no segment
    assert found == [("all", "control", 0.5, 5.0, 2.0, 40, 60), ("all", "control", 0.5, 5.0, 2.0, 40, 60)]


def test_without_held_out_customers_others_who_had_bought_alike_are_compared() -> None:
    columns = "method, method_reason, orders_effect, margin_effect, measured_count, compared_count"
    found, _ = effects(company(control=False), columns)
    assert found[:2] == (
        "matched_pre_period",
        "nobody was held out; 60 others of the same kind, recency and number of orders are compared",
    )
    assert found[2:] == (pytest.approx(0.5), pytest.approx(2.0), 40, 60)


def test_customers_held_out_for_having_bought_less_are_not_relied_on() -> None:
    # all held out have never ordered; those reached have, and 30 others like them as well
    names = [f"c{number:03}" for number in range(90)]
    orders = [(name, day, "10.00", "4.00") for name in names for day in ("2025-01-10", "2025-06-20")]
    connection = warehouse(
        [(name, "a", START) for name in names[:60]],
        orders,  # type: ignore[arg-type]
        [(f"d{number:03}", "a", START) for number in range(40)],
    )
    ((method, reason, effect), _) = effects(connection, "method, method_reason, orders_effect")
    assert method == "matched_pre_period"
    assert reason.startswith("those held out had bought otherwise before (p = ")
    assert effect == 0.0


def test_before_its_window_has_passed_a_campaign_is_not_measurable() -> None:
    for control in (True, False):
        ((method, reason),) = effects(company(control=control), "method, method_reason", date(2025, 6, 21))
        assert method == "not_measurable"
        assert reason.endswith("window of 28 days has not passed")


def test_a_campaign_without_customers_is_listed_and_none_at_all_is_no_error() -> None:
    connection = warehouse()
    assert effects(connection, "*") == []
    connection.execute("insert into core.dim_campaigns values ('empty', false), ('gone', true)")
    assert effects(connection, "campaign_id, method, method_reason") == [
        ("empty", "not_measurable", "no customer is on its list")
    ]
