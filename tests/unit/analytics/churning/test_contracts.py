"""Churn of subscriptions, against the monthly probability that each contract of the company truly has."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipelines.analytics import churning
from pipelines.analytics.runs import MemoryModels, Run
from tests.unit.analytics.core_company import core_of

TODAY = date(2026, 8, 4)
pytestmark = pytest.mark.slow


def test_the_rate_is_the_true_one_in_total_and_known_ends_are_certain() -> None:
    with core_of(8_000, 5, TODAY) as connection:
        soon, late = TODAY + timedelta(days=89), TODAY + timedelta(days=90)
        ((first, second),) = connection.execute(
            "select min(customer_id), max(customer_id) from core.fct_subscriptions where end_date is null"
        ).fetchall()
        for customer, day in ((first, soon), (second, late)):
            connection.execute(
                "update core.fct_subscriptions set end_date = $1 where customer_id = $2", [day, customer]
            )
        churning.compute(connection, Run(TODAY, "run", "EUR", MemoryModels()))
        rates = dict(
            connection.execute("select customer_id, churn_rate::double from analytics.customer_churn_rates").fetchall()
        )
        assert (rates[first], rates[second]) == (1.0, 0.0)
        # three renewals lie within 90 days
        ((true, told, customers),) = connection.execute(
            """
            select avg(1 - (1 - c.leaving_probability) ** 3), avg(churn_rate), count(*)
            from analytics.customer_churn_rates as a
            inner join core.fct_subscriptions as s using (customer_id)
            inner join contracts as c on s.subscription_id = c.contract::varchar
            where churn_kind = 'contractual' and s.end_date is null
            """
        ).fetchall()
        assert customers > 300
        assert float(told) == pytest.approx(true, abs=0.03)
        gone = connection.execute(
            "select distinct churn_rate::double, churn_reasons like 'Its subscription ended on %'"
            " from analytics.customer_churn_rates where churn_model = 'ended'"
        ).fetchall()
        assert gone == [(1.0, True)]
