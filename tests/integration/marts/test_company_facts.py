"""What the synthetic company's sources show arrives in core as the truth has it: deliveries, contracts, leads."""

from __future__ import annotations

import duckdb
import pytest

from tests.integration.marts.conftest import CompanyNight

pytestmark = pytest.mark.slow


def test_every_order_was_delivered_and_came_back_when_the_truth_says(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        """
        select truth.*, fct_orders.fulfilled_date, fct_orders.returned_date
        from memory.truth.orders as truth
        left join core.fct_orders using (source_instance, source_record_id)
        where fct_orders.order_id is null
            or fct_orders.fulfilled_date is distinct from truth.fulfilled_date
            or fct_orders.returned_date is distinct from truth.returned_date
        """
    ).fetchall()
    assert wrong == []
    [(systems,)] = connection.execute(
        "select count(distinct source_instance) from core.fct_orders where returned_date is not null"
    ).fetchall()
    assert systems == 3


def test_every_contract_runs_as_long_and_costs_as_much_as_the_truth_says(
    connection: duckdb.DuckDBPyConnection, night: CompanyNight
) -> None:
    [(contracts, ended, wrong)] = connection.execute(
        """
        select count(*), count(*) filter (truth.cancelled_date <= $as_of), count(*) filter (
            fct.subscription_id is null
            or fct.start_date <> truth.start_date
            or fct.end_date is distinct from case when truth.cancelled_date <= $as_of then truth.cancelled_date end
            or fct.is_active = coalesce(truth.cancelled_date <= $as_of, false)
            or fct.monthly_amount <> truth.monthly_amount
            or fct.currency_code <> truth.currency_code
        )
        from memory.truth.subscriptions as truth
        left join core.fct_subscriptions as fct using (source_record_id)
        """,
        {"as_of": night.as_of},
    ).fetchall()
    assert wrong == 0
    assert contracts > ended > 0


def test_every_lead_still_known_converted_when_the_truth_says(
    connection: duckdb.DuckDBPyConnection, night: CompanyNight
) -> None:
    [(leads, unknown, wrong)] = connection.execute(
        """
        with truth as (
            select *, is_converted and converted_date <= $as_of as has_converted from memory.truth.leads
        )
        select count(*), count(*) filter (fct.lead_id is null and not truth.is_deleted), count(*) filter (
            fct.is_converted <> truth.has_converted
            or fct.converted_date is distinct from case when truth.has_converted then truth.converted_date end
        )
        from truth
        left join core.fct_leads as fct using (source_record_id)
        """,
        {"as_of": night.as_of},
    ).fetchall()
    assert (unknown, wrong) == (0, 0)
    assert leads > 400
