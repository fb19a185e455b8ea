"""Predictions of the value models against what the customers of synthetic companies then bought.

The company is not made for the models: a fifth of those who leave come back, persons and firms differ, employees start
late, campaigns cause orders of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analytics.value.computing import compute_value
from sources.simulators.company import campaigns, catalog
from sources.simulators.company.changes import change_particulars
from sources.simulators.company.leads import keep_leads
from sources.simulators.company.people import ORGANIZATION, Plan, populate
from sources.simulators.company.purchases import fill_lines, place_orders
from sources.simulators.company.records import keep_records
from sources.simulators.company.timing import DAY, LAST, NEVER
from sources.simulators.company.words import load_words

HORIZON = 365  # days
CUT = date(1970, 1, 1) + timedelta(LAST - HORIZON)


@dataclass(frozen=True)
class Outcome:
    """Customers of some companies, one element each, and what was said of them on the evening of ``CUT``.

    Attributes:
        expected, actual: purchases in the ``HORIZON``.
        low, high, revenue: the range of the revenue in the same time, and what it was.
        within: of every range of a back-test's cohort, whether it held the purchases that came.
        totals: of every population of every company, whether the range of its revenue held what it was.
        models: how often each model was used.
    """

    expected: np.ndarray
    actual: np.ndarray
    low: np.ndarray
    high: np.ndarray
    revenue: np.ndarray
    within: np.ndarray
    totals: np.ndarray
    models: dict[str, int]

    @property
    def tenths(self) -> np.ndarray:
        """Expected over actual purchases of ten groups of customers, those with the least expectations first."""
        parts = np.array_split(np.argsort(self.expected, kind="stable"), 10)
        return np.array([self.expected[part].sum() / self.actual[part].sum() for part in parts])

    @property
    def total(self) -> float:
        """Expected over actual purchases of all."""
        return float(self.expected.sum() / self.actual.sum())

    @property
    def covered(self) -> np.ndarray:
        """Whether each customer's range held their revenue, to the cent."""
        return (self.low - 0.005 <= self.revenue) & (self.revenue <= self.high + 0.005)

    @property
    def covered_where_open(self) -> float:
        """The share of ranges that held the revenue, of those that are more than nothing at all."""
        return float(self.covered[self.high > 0].mean())


def outcome(seeds: Iterable[int], customers: int, *, with_promotions: bool) -> Outcome:
    """Return what came of the predictions for the companies of ``seeds``.

    Orders that a campaign caused are left out of past and future unless ``with_promotions``: a campaign is a decision
    that nobody has made yet.
    """
    found = [_one(seed, customers, with_promotions) for seed in seeds]
    arrays = {
        name: np.concatenate([getattr(each, name) for each in found])
        for name in ("expected", "actual", "low", "high", "revenue", "within", "totals")
    }
    models: dict[str, int] = {}
    for each in found:
        for name, count in each.models.items():
            models[name] = models.get(name, 0) + count
    return Outcome(**arrays, models=models)


def _one(seed: int, customers: int, with_promotions: bool) -> Outcome:
    with duckdb.connect() as connection:
        connection.register("made", _orders(Plan(seed, customers), with_promotions))
        connection.execute("""
            create schema core;
            create table core.fct_orders as
            select
                customer_id, order_date, true as is_counted,
                cast(cents / 100 as decimal(18, 2)) as order_reporting_amount,
                cast(cents / 200 as decimal(18, 2)) as cost_reporting_amount,
                cast(cents / 200 as decimal(18, 2)) as margin_reporting_amount
            from made;
            create table core.dim_customers as select distinct customer_id, customer_type from made;
            create table core.fct_subscriptions (
                subscription_id varchar, start_date date, end_date date, monthly_reporting_amount decimal(18, 2),
                is_counted boolean
            );
        """)
        future = f"order_date > date '{CUT}' and order_date <= date '{CUT + timedelta(HORIZON)}'"
        connection.execute(f"create temp table coming as from core.fct_orders where {future}")
        connection.execute(f"delete from core.fct_orders where order_date > date '{CUT}'")
        compute_value(connection, CUT)
        rows = connection.execute("""
            select
                p.expected_purchase_count_365_days as expected,
                cast(p.expected_revenue_low_amount_365_days as double) as low,
                cast(p.expected_revenue_high_amount_365_days as double) as high,
                count(distinct c.order_date) as actual,
                cast(coalesce(sum(c.order_reporting_amount), 0) as double) as revenue
            from analytics.customer_value_predictions as p
            left join coming as c using (customer_id)
            group by p.customer_id, expected, low, high
            order by p.customer_id
        """).fetchnumpy()
        (within,) = connection.execute("""
            select coalesce(
                list(actual_purchase_count between expected_purchase_low_count and expected_purchase_high_count), []
            )
            from analytics.value_backtest where is_chosen
        """).fetchone() or ([],)
        totals = connection.execute("""
            select m.expected_revenue_low_amount_365_days <= r.revenue
                and r.revenue <= m.expected_revenue_high_amount_365_days
            from analytics.value_models as m
            inner join (
                select population, coalesce(sum(order_reporting_amount), 0) as revenue
                from analytics.customer_value_predictions left join coming using (customer_id) group by population
            ) as r using (population)
            where m.expected_revenue_low_amount_365_days is not null
        """).fetchall()
        models = connection.execute("""
            select value_model, count(distinct population)
            from analytics.customer_value_predictions group by value_model
        """).fetchall()
        return Outcome(**rows, within=np.array(within, dtype=bool), totals=np.array(totals)[:, 0], models=dict(models))


def _orders(plan: Plan, with_promotions: bool) -> pa.Table:
    """Return the company's orders that were neither cancelled nor sent back: customer, type, day, cents."""
    words = load_words()
    people = populate(plan, words)
    change_particulars(plan, people)
    records, *_ = keep_leads(plan, words, people, keep_records(plan, people))
    products, rates = catalog.stock(plan.seed, words), catalog.exchange_rates(plan.seed)
    _, *extra = campaigns.run_campaigns(plan, people, records)
    orders = place_orders(plan, words, people, records, (extra[0], extra[1], extra[2]))
    fill_lines(plan, people, products, rates, orders)
    kept = (orders["cancelled_at"] == NEVER) & (orders["returned_at"] == NEVER)
    if not with_promotions:
        kept &= orders["campaign"] < 0
    customer = orders["customer"][kept]
    firm = people["kind"][customer] == ORGANIZATION
    return pa.table(
        {
            "customer_id": pa.array(customer).cast(pa.string()),
            "customer_type": pa.array(np.where(firm, "organization", "person")),
            "order_date": pa.array((orders["placed_at"][kept] // DAY).astype("datetime64[D]")),
            "cents": pa.array(orders["total_eur_cents"][kept]),
        }
    )
