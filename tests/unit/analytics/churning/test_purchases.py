"""Churn without contracts: on a company whose rates and future are known, on thin data, and on none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from pipelines.analytics import churning
from pipelines.analytics.outputs import Plot
from pipelines.analytics.runs import MemoryModels, Run
from tests.unit.analytics.churning.oracle import from_rates, from_rates_and_orders, latents
from tests.unit.analytics.core_company import core_of

TODAY = date(2026, 8, 4)
EPOCH = date(1970, 1, 1)
pytestmark = pytest.mark.slow


def night(models: MemoryModels, today: date = TODAY) -> Run:
    return Run(today, "run", "EUR", models)


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    """A company of 10,000 whose next 90 days are known, scored."""
    with core_of(10_000, 7, TODAY) as connection:
        company_card.update(churning.compute(connection, night(MemoryModels()))["customer_churn_rates"])
        yield connection


company_card: dict[str, object] = {}


def scores(connection: duckdb.DuckDBPyConnection) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return customer, churn rate and whether no order that stays counted follows in the next 90 days."""
    found = connection.execute(
        """
        select customer_id, churn_rate::double as rate, customer_id not in (
            select customer::varchar from orders
            where
                placed_at::date > $today and placed_at::date <= $today + 90
                and cancelled_at >= timestamp '2199-01-01' and returned_at >= timestamp '2199-01-01'
        ) as is_lost
        from analytics.customer_churn_rates where churn_kind = 'non_contractual'
        """,
        {"today": TODAY},
    ).fetchnumpy()
    return list(found["customer_id"]), found["rate"], found["is_lost"].astype(float)


def auc(outcome: np.ndarray, score: np.ndarray) -> float:
    """Return the share of pairs in the right order, by ranks."""
    from scipy.stats import rankdata

    ranks, positives = rankdata(score), outcome == 1
    n = positives.sum()
    return float((ranks[positives].sum() - n * (n + 1) / 2) / (n * (len(outcome) - n)))


def test_risk_ranks_customers_nearly_as_well_as_their_true_hazards(company: duckdb.DuckDBPyConnection) -> None:
    """The true hazard of no purchase: from each customer's own rates of buying and leaving and the time since arrival.

    Who knows, beside these, all orders so far ranks better still; no history tells a rate that exactly, so that bound
    is only there to be seen. A forecaster who knows the distribution of rates, but not whose is which, is at 0.773.
    """
    customers, rate, lost = scores(company)
    buying, leaving, arrived = latents(company, customers)
    today = (TODAY - EPOCH).days
    place = {customer: at for at, customer in enumerate(customers)}
    orders = company.execute(
        "select customer_id, order_date - date '1970-01-01' as day from core.fct_orders"
        " where (is_counted or returned_date is not null) and customer_id in (select unnest($ids))",
        {"ids": customers},
    ).fetchnumpy()
    customer, day = np.array([place[c] for c in orders["customer_id"]]), orders["day"].astype(int)
    first = np.full(len(customers), 10**9)
    np.minimum.at(first, customer, day)
    ours = auc(lost, rate)
    hazards = auc(lost, from_rates(buying, leaving, today - arrived, 90))
    everything = auc(lost, from_rates_and_orders(buying, leaving, first, (customer, day), today, 90))
    assert ours >= hazards - 0.02
    assert everything - 0.05 <= ours <= everything


def test_rates_are_calibrated_against_the_future(company: duckdb.DuckDBPyConnection) -> None:
    _, rate, lost = scores(company)
    assert abs(rate.mean() - lost.mean()) < 0.03
    order = np.argsort(rate, kind="stable")
    for part in np.array_split(order, 10):
        assert abs(rate[part].mean() - lost[part].mean()) < 0.07


def test_the_card_shows_figures_and_plots_of_the_last_window(company: duckdb.DuckDBPyConnection) -> None:
    assert company_card["purchases: model"] in {"boosting", "logistic", "blend", "pareto_nbd", "mbg_nbd"}
    plots = {name for name, shown in company_card.items() if isinstance(shown, Plot)}
    assert {"purchases: roc", "purchases: calibration", "purchases: gains"} <= plots
    assert float(str(company_card["purchases: auc"])) > 0.7


def test_every_customer_with_orders_has_one_rate_and_reasons(company: duckdb.DuckDBPyConnection) -> None:
    query = """
        select count(*), count(distinct customer_id), bool_and(churn_reasons is not null and churn_rate between 0 and 1)
        from analytics.customer_churn_rates
        where customer_id in (select customer_id from core.fct_orders where is_counted)
    """
    buyers = company.execute("select count(distinct customer_id) from core.fct_orders where is_counted").fetchall()
    assert company.execute(query).fetchall() == [(buyers[0][0], buyers[0][0], True)]
    ((words,),) = company.execute(
        "select max_by(churn_reasons, churn_rate) from analytics.customer_churn_rates"
        " where churn_kind = 'non_contractual'"
    ).fetchall()
    assert words.startswith("Raised by: ")


def test_a_warehouse_built_anew_gives_the_same_rates_and_a_new_day_uses_the_model_it_has() -> None:
    models, found = MemoryModels(), []
    for day in (TODAY, TODAY, TODAY + timedelta(days=20)):
        with core_of(1_500, 3, day) as connection:
            churning.compute(connection, night(models, day))
            found.append(
                connection.execute(
                    "select * from analytics.customer_churn_rates where churn_model not in ('ended', 'rules')"
                ).fetchall()
            )
    assert found[0] == found[1]
    assert {row[-1] for row in found[2]} == {TODAY}


def test_thin_data_is_judged_without_training_and_says_so() -> None:
    with core_of(100, 3, TODAY) as connection:
        churning.compute(connection, night(MemoryModels()))
        told = connection.execute(
            "select distinct churn_model, churn_method, churn_reasons like '%rarer outcome in the % window%'"
            " from analytics.customer_churn_rates where churn_kind = 'non_contractual'"
        ).fetchall()
        assert told == [("pareto_nbd", "model", True)]
        connection.execute("delete from core.fct_orders where customer_id::integer > 30")
        churning.compute(connection, night(MemoryModels()))
        told = connection.execute(
            "select distinct churn_model, churn_method, churn_reasons like '%By rule: no new model%'"
            " from analytics.customer_churn_rates where churn_kind = 'non_contractual'"
        ).fetchall()
        assert told == [("rules", "rules", True)]


def test_an_empty_warehouse_gives_an_empty_table() -> None:
    with core_of(50, 3, TODAY) as connection:
        for table in ("fct_orders", "fct_subscriptions", "dim_customers"):
            connection.execute(f"delete from core.{table}")
        churning.compute(connection, night(MemoryModels()))
        assert connection.execute("select count(*) from analytics.customer_churn_rates").fetchall() == [(0,)]


def test_what_happens_after_the_evening_changes_no_feature_of_it() -> None:
    from pipelines.analytics.churning.purchases import Windows

    evening = TODAY - timedelta(days=90)
    with core_of(400, 3, TODAY) as connection:
        before = Windows(connection, TODAY).features(evening)
        for table, day in (
            ("fct_orders", "order_date"),
            ("bridge_customer_sources", "created_at::date"),
            ("fct_interactions", "occurred_date"),
            ("fct_cases", "opened_date"),
            ("fct_campaign_touches", "touched_date"),
            ("fct_opportunities", "created_at::date"),
        ):
            assert connection.execute(f"select count(*) > 0 from core.{table} where {day} > $1", [evening]).fetchone()
            connection.execute(f"delete from core.{table} where {day} > $1", [evening])
        assert before.equals(Windows(connection, TODAY).features(evening))
