"""sales_performance and revenue_changes against the orders of the company."""

from __future__ import annotations

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_each_month_and_the_days_of_a_year_before_are_the_companys(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        with counted as (
            select order_date, order_amount_eur from memory.truth.orders where order_status in ('placed', 'fulfilled')
        ),

        as_of as (
            select max(as_of_date) as day from marts.customer_profitability
        ),

        known as (
            select
                months.month_start_date,
                (
                    select sum(order_amount_eur)
                    from counted
                    where date_trunc('month', order_date) = months.month_start_date
                ) as revenue,
                (
                    select sum(order_amount_eur)
                    from counted
                    where
                        date_trunc('month', order_date) = months.month_start_date - interval 1 year
                        and order_date <= as_of.day - interval 1 year
                ) as prior_year_revenue
            from (select distinct month_start_date from core.dim_dates where is_past) as months
            cross join as_of
        ),

        ours as (
            select
                month_start_date,
                sum(revenue_amount) as revenue,
                sum(prior_year_revenue_amount) as prior_year_revenue
            from marts.sales_performance
            group by month_start_date
        )

        select
            month_start_date, coalesce(known.revenue, 0), coalesce(ours.revenue, 0),
            coalesce(known.prior_year_revenue, 0), coalesce(ours.prior_year_revenue, 0)
        from known
        full join ours using (month_start_date)
        """
    ).fetchall()
    assert sum(row[3] for row in rows) > 0
    assert not [row for row in rows if row[1::2] != row[2::2]]


def test_every_customer_with_an_order_has_one_first_order(connection: duckdb.DuckDBPyConnection) -> None:
    (first,), (customers,) = (
        connection.execute(query).fetchall()[0]
        for query in (
            "select sum(order_count) from marts.sales_performance where sales_type = 'first_order'",
            "select count(distinct customer_id) from core.fct_orders where is_counted",
        )
    )
    assert first == customers > 0
