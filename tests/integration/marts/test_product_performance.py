"""product_performance against the orders, deliveries and stock of the company."""

from __future__ import annotations

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_sales_returns_and_deliveries_of_each_product_and_month_are_the_companys(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = connection.execute(
        """
        with lines as (
            select *, date_trunc('month', order_date) as month
            from memory.truth.order_lines
            inner join memory.truth.orders on
                order_lines.source_instance = orders.source_instance
                and order_record_id = source_record_id
        ),

        summed as (
            select
                product_code,
                month,
                coalesce(sum(quantity) filter (order_status in ('placed', 'fulfilled')), 0) as units,
                coalesce(sum(line_amount_eur) filter (order_status in ('placed', 'fulfilled')), 0) as revenue,
                coalesce(sum(line_amount_eur - cost_amount_eur) filter (order_status in ('placed', 'fulfilled')), 0)
                    as margin,
                coalesce(sum(quantity) filter (order_status = 'returned'), 0) as returned_units,
                count(distinct order_key) filter (fulfilled_date is not null) as delivered,
                count(distinct order_key) filter (fulfilled_date - order_date > 5) as late
            from lines
            group by all
        )

        select
            known.product_code, known.units, ours.unit_count, known.revenue, ours.revenue_amount,
            known.margin, ours.margin_amount, known.returned_units, ours.returned_unit_count,
            known.delivered, ours.delivered_order_count, known.late, ours.late_order_count
        from summed as known
        left join marts.product_performance as ours
            on known.product_code = ours.product_id and known.month = ours.month_start_date
        where known.units + known.returned_units > 0
        """
    ).fetchall()
    assert len(rows) > 500
    assert not [row for row in rows if row[1::2] != row[2::2]]


def test_a_product_is_out_on_the_days_that_ended_without_any(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        with days as (
            select date_day, month_start_date from core.dim_dates where is_past
        ),

        out_days as (
            select known.product_code, days.month_start_date, count(*) as day_count
            from memory.truth.stock_outs as known
            inner join days
                on
                    known.out_of_stock_at < days.date_day + interval 1 day
                    and coalesce(known.back_in_stock_at >= days.date_day + interval 1 day, true)
            group by all
        )

        select ours.product_id, ours.month_start_date, coalesce(known.day_count, 0), ours.stock_out_day_count
        from marts.product_performance as ours
        full join out_days as known
            on ours.product_id = known.product_code and ours.month_start_date = known.month_start_date
        """
    ).fetchall()
    assert sum(row[2] for row in rows) > 50
    assert not [row for row in rows if row[2] != row[3]]
