"""customer_churn against the truth of the company: who is in it, the money, and the true future."""

from __future__ import annotations

import duckdb
import pytest

pytestmark = pytest.mark.slow

# a customer of the warehouse is that of the truth with most of its orders
_PAIRED = """
    with pairs as (
        select o.customer_id, t.truth_customer_id, count(*) as orders
        from core.fct_orders as o
        inner join memory.truth.orders as t
            on o.source_instance = t.source_instance and o.source_record_id = t.source_record_id
        where o.is_counted
        group by all
    ),
    paired as (
        select customer_id, arg_max(truth_customer_id, (orders, truth_customer_id)) as truth_customer_id
        from pairs group by customer_id
    )
"""


def test_every_customer_with_orders_or_a_subscription_is_there_once(connection: duckdb.DuckDBPyConnection) -> None:
    ((missing, rows, customers),) = connection.execute(
        """
        with entitled as (
            select customer_id from core.fct_orders where is_counted and customer_id is not null
            union
            select customer_id from core.fct_subscriptions where is_counted and customer_id is not null
        )
        select
            (select count(*) from entitled where customer_id not in (select customer_id from marts.customer_churn)),
            count(*), count(distinct customer_id)
        from marts.customer_churn where customer_id in (from entitled)
        """
    ).fetchall()
    assert missing == 0
    assert rows == customers == connection.execute("select count(*) from marts.customer_churn").fetchall()[0][0]


def test_money_at_risk_is_a_part_of_what_was_bought_or_is_paid_in_a_year(connection: duckdb.DuckDBPyConnection) -> None:
    ((mismatches, bought, ordered, paid, running),) = connection.execute(
        """
        select
            count(*) filter (amount_at_risk <> cast(churn_rate * yearly_amount as decimal(18, 2))),
            sum(yearly_amount) filter (churn_kind = 'non_contractual'),
            (
                select sum(order_reporting_amount) from core.fct_orders
                where is_counted and order_date > any_value(as_of_date) - 365 and customer_id in (
                    select customer_id from marts.customer_churn where churn_kind = 'non_contractual'
                )
            ),
            sum(yearly_amount) filter (churn_kind = 'contractual'),
            (select 12 * sum(monthly_reporting_amount) from core.fct_subscriptions where is_active)
        from marts.customer_churn
        """
    ).fetchall()
    assert mismatches == 0
    assert bought == ordered > 0
    assert paid == running > 0


def test_risk_tells_who_truly_does_not_buy_in_the_next_90_days(connection: duckdb.DuckDBPyConnection) -> None:
    """The truth knows more than anybody could: each customer's rates, and whether the customer is still there."""
    found = connection.execute(
        _PAIRED
        + """
        select
            churn_rate::double as rate,
            kept_order_count_next_90_days = 0 as is_lost,
            no_purchase_probability_90_days as true_rate
        from marts.customer_churn
        inner join paired using (customer_id)
        inner join memory.truth.purchases using (truth_customer_id)
        where churn_kind = 'non_contractual'
        """
    ).fetchnumpy()
    from sklearn.metrics import roc_auc_score

    lost, rate = found["is_lost"], found["rate"]
    assert abs(rate.mean() - lost.mean()) < 0.05
    ours, knowing = roc_auc_score(lost, rate), roc_auc_score(lost, found["true_rate"])
    assert 0.70 < ours < knowing


def test_reasons_are_told_and_bands_follow_the_rate(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute(
        "select count(*) from marts.customer_churn where churn_reasons is null or churn_reasons = ''"
    ).fetchall() == [(0,)]
    bands = connection.execute(
        "select risk_band, min(churn_rate)::double from marts.customer_churn"
        " where churn_kind = 'non_contractual' group by all order by 2"
    ).fetchall()
    assert [band for band, _ in bands] == ["low", "medium", "high"]
    assert bands[1][1] >= 0.7 and bands[2][1] >= 0.9
