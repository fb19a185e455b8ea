"""A night's tables: what is in them when there is much, little and nothing to go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from pipelines.analytics.runs import MemoryModels, Run
from pipelines.analytics.value import OUTPUTS, compute
from pipelines.analytics.value.contracts import contract_rows, fit_lasting
from pipelines.analytics.value.drawing import likely_range
from tests.benchmarks.value import cdnow

AS_OF = date(2025, 6, 30)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def night(connection: duckdb.DuckDBPyConnection, rows: str, as_of: date = AS_OF) -> None:
    """Compute the tables of this area for the orders of a query."""
    cdnow.orders(connection, rows)
    compute(connection, Run(as_of, "run", "EUR", MemoryModels()))


def told(connection: duckdb.DuckDBPyConnection, columns: str, table: str = "customer_value_predictions") -> list[tuple]:
    return connection.execute(f"select {columns} from analytics.{table} order by all").fetchall()


def test_no_orders_give_empty_tables(connection: duckdb.DuckDBPyConnection) -> None:
    night(connection, "select 'a' as customer_id, date '2025-01-01' as order_date, 1.0 as amount where false")
    assert [told(connection, "count(*)", output.name) for output in OUTPUTS] == [[(0,)]] * len(OUTPUTS)


def test_few_customers_get_the_average_and_the_reason(connection: duckdb.DuckDBPyConnection) -> None:
    # 100 and 50 days seen, two repeat purchases: one in 75 days, of 30 each
    night(connection, f"""
        select * from (values
            ('a', date '{AS_OF - timedelta(100)}', 30.0), ('a', date '{AS_OF - timedelta(60)}', 30.0),
            ('a', date '{AS_OF - timedelta(5)}', 30.0), ('b', date '{AS_OF - timedelta(50)}', 30.0)
        ) as t(customer_id, order_date, amount)
    """)  # fmt: skip
    rows = told(connection, "customer_id, value_model, value_model_reason, alive_rate, expected_purchase_count_90_days")
    assert rows == [(one, "average", "customers who have bought again: 1", None, pytest.approx(1.2)) for one in "ab"]
    assert told(connection, "distinct expected_revenue_amount_365_days, spending_model") == [(146, "average")]
    ((low, middle, high),) = told(
        connection, "sum(lifetime_value_low_amount), sum(lifetime_value_amount), sum(lifetime_value_high_amount)"
    )
    assert 0 <= low < middle < high


def test_customers_without_known_costs_have_no_lifetime_value(connection: duckdb.DuckDBPyConnection) -> None:
    cdnow.orders(connection, f"select 'a' as customer_id, date '{AS_OF}' as order_date, 10.0 as amount")
    connection.execute("update core.fct_orders set cost_reporting_amount = null, margin_reporting_amount = null")
    compute(connection, Run(AS_OF, "run", "EUR", MemoryModels()))
    assert told(connection, "expected_margin_rate, lifetime_value_amount, lifetime_value_high_amount") == [(None,) * 3]


def test_customers_who_are_all_alike_do_not_break_a_night(connection: duckdb.DuckDBPyConnection) -> None:
    night(connection, f"""
        select 'c' || i as customer_id, date '{AS_OF}' - cast(j as integer) as order_date, 5.0 as amount
        from range(80) as a(i), (values (0), (10), (20)) as b(j)
    """)  # fmt: skip
    assert told(connection, "count(*)") == [(80,)]
    assert told(connection, "count(*) filter (not (expected_purchase_count_365_days >= 0 and alive_rate <= 1))") == [
        (0,)
    ]


def test_what_is_sold_at_a_loss_is_worth_nothing_not_less(connection: duckdb.DuckDBPyConnection) -> None:
    cdnow.orders(connection, f"select 'a' as customer_id, date '{AS_OF}' - 30 as order_date, 10.0 as amount")
    connection.execute("update core.fct_orders set cost_reporting_amount = 15, margin_reporting_amount = -5")
    compute(connection, Run(AS_OF, "run", "EUR", MemoryModels()))
    assert told(connection, "lifetime_value_low_amount, lifetime_value_amount, lifetime_value_high_amount") == [
        (0, 0, 0)
    ]


@pytest.fixture(scope="module")
def cdnow_night() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        night(opened, cdnow.sample(), cdnow.END)
        yield opened


@pytest.mark.slow
def test_a_night_says_which_model_it_used_and_why(cdnow_night: duckdb.DuckDBPyConnection) -> None:
    rows = told(cdnow_night, "model, is_converged, is_chosen, reason", "value_models")
    assert [row[0] for row in rows] == ["bg_nbd", "gamma_gamma", "mbg_nbd", "pareto_nbd"]
    assert all(row[1] for row in rows)
    assert sum(row[2] for row in rows if row[0] != "gamma_gamma") == 1
    assert all("chi-square" in row[3] for row in rows if row[2] and row[0] != "gamma_gamma")


@pytest.mark.slow
def test_every_customer_is_predicted_within_reason(cdnow_night: duckdb.DuckDBPyConnection) -> None:
    assert told(cdnow_night, "count(*), count(distinct customer_id)") == [(2357, 2357)]
    broken = """count(*) filter (not (
        alive_rate between 0 and 1
        and 0 < expected_purchase_count_30_days
        and expected_purchase_count_30_days < expected_purchase_count_90_days
        and expected_purchase_count_90_days < expected_purchase_count_365_days
        and 0 <= expected_revenue_low_amount_365_days
        and expected_revenue_low_amount_365_days <= expected_revenue_high_amount_365_days
        and 0 <= lifetime_value_amount and 0 <= lifetime_value_low_amount
        and lifetime_value_low_amount <= lifetime_value_high_amount
        and abs(expected_margin_rate - 0.3) < 0.001
    ))"""
    assert told(cdnow_night, broken) == [(0,)]


@pytest.mark.slow
def test_nobody_who_bought_once_is_surely_alive(cdnow_night: duckdb.DuckDBPyConnection) -> None:
    ((highest,),) = cdnow_night.execute("""
        select max(alive_rate) from analytics.customer_value_predictions
        where customer_id in (select customer_id from core.fct_orders group by all having count(*) = 1)
    """).fetchall()
    assert highest < 0.5


@pytest.mark.slow
def test_the_back_test_counts_what_came_cohort_by_cohort(cdnow_night: duckdb.DuckDBPyConnection) -> None:
    # half of the 545 days of history are held out
    cut = date(1997, 10, 1)
    (row,) = cdnow_night.execute(f"""
        with days as (select distinct customer_id, order_date from core.fct_orders)
        select count(*) from days
        where order_date > date '{cut}' and order_date <= date '{cdnow.END}'
    """).fetchall()
    for model in ("bg_nbd", "mbg_nbd", "pareto_nbd"):
        rows = told(
            cdnow_night,
            f"sum(actual_purchase_count) filter (value_model = '{model}'), min(calibration_end_date),"
            f" count(*) filter (value_model = '{model}'), sum(customer_count) filter (value_model = '{model}')",
            "value_backtest",
        )
        assert rows == [(row[0], cut, 3, 2357)]


@pytest.mark.slow
def test_the_same_orders_in_any_order_give_the_same_rows(cdnow_night: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as other:
        night(other, f"from ({cdnow.sample()}) order by hash(order_date, customer_id, amount)", cdnow.END)
        for output in OUTPUTS:
            assert told(other, "*", output.name) == told(cdnow_night, "*", output.name)


def test_a_likely_range_holds_four_fifths_or_starts_at_nothing() -> None:
    futures = np.array([np.arange(200.0), np.where(np.arange(200) < 100, 0, np.arange(200.0)), np.zeros(200)])
    low, high = likely_range(futures.astype(np.float32))
    assert low.tolist() == pytest.approx([19.9, 0, 0], abs=0.1)
    assert high.tolist() == pytest.approx([179.1, 159.2, 0], abs=0.1)


def test_few_ended_subscriptions_all_end_at_the_same_rate() -> None:
    ended = np.array([True] * 2 + [False] * 8)
    months = np.full(10, 4.0)
    lasting = fit_lasting(months, ended)
    assert (lasting.model, lasting.reason) == ("average", "subscriptions that have ended: 2")
    contracts = {
        "subscription_id": np.arange(10).astype(str),
        "is_ended": ended,
        "months": months,
        "amount": np.full(10, 8.0),
    }
    rows = contract_rows(contracts, lasting)
    stays = 1 - 2 / 40
    expected = sum(stays**month for month in range(1, 61))
    assert rows["expected_remaining_months"].tolist() == pytest.approx([0, 0] + [expected] * 8, rel=1e-3)
    assert rows["survival_rate_12_months"].tolist() == pytest.approx([0, 0] + [stays**12] * 8, rel=1e-3)
    discounted = sum(8 * stays**month * 1.1 ** (-month / 12) for month in range(1, 61))
    assert rows["remaining_value_amount"].tolist() == pytest.approx([0, 0] + [discounted] * 8, rel=1e-3)
