"""Facts and dimensions of core hold what the company truly did: its campaigns, deals, firms, quotas and stock."""

from __future__ import annotations

import duckdb
import pytest

from tests.integration.marts.conftest import CompanyNight
from tests.integration.pipelines import nights

pytestmark = pytest.mark.slow


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(f"{query} order by all").fetchall()


def test_campaigns_and_their_members_are_those_of_the_company(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        """
        select
            campaigns.source_record_id, campaigns.start_date, campaigns.end_date,
            campaigns.actual_cost_reporting_amount, count(*) filter (not touches.is_control),
            count(*) filter (touches.is_control)
        from core.dim_campaigns as campaigns
        inner join core.fct_campaign_touches as touches on campaigns.campaign_id = touches.campaign_id
        where touches.is_counted
        group by all
        """,
    )
    truth = "source_record_id, start_date, end_date, cost_amount_eur, treated_count, control_count"
    assert found and found == rows(connection, f"select {truth} from memory.truth.campaigns")


def test_quotas_are_those_of_the_company(connection: duckdb.DuckDBPyConnection) -> None:
    quota = "source_record_id, user_record_id, period_start_date, period_end_date, quota_amount"
    found = rows(connection, f"select {quota} from core.fct_quotas where user_id is not null")
    assert found and found == rows(connection, f"select {quota} from memory.truth.quotas")


def test_the_last_amount_of_a_contract_is_the_one_it_has_now(connection: duckdb.DuckDBPyConnection) -> None:
    last = (
        "select subscription_id, max_by(monthly_amount, valid_from_date) from core.fct_subscription_periods group by 1"
    )
    now = "select subscription_id, monthly_amount from core.fct_subscriptions where start_date is not null"
    assert rows(connection, last) == rows(connection, now) != []


def test_a_product_is_out_of_stock_when_it_truly_was(connection: duckdb.DuckDBPyConnection) -> None:
    # a product that is sold no more has none either, without missing it
    spells = """
        select levels.product_id, levels.valid_from_at, levels.valid_to_at
        from core.fct_stock_levels as levels
        inner join core.dim_products as products on levels.product_id = products.product_id
        where levels.is_out_of_stock and (products.is_active or levels.valid_to_at is not null)
    """
    truth = "select product_code, out_of_stock_at, back_in_stock_at from memory.truth.stock_outs"
    assert rows(connection, spells) == rows(connection, truth) != []


def test_a_deal_visits_its_stages_in_their_order_and_ends_in_the_one_it_is_in(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    wrong = rows(
        connection,
        """
        select deals.opportunity_id, deals.stage_name, visits.stage_name
        from core.fct_opportunities as deals
        left join core.fct_opportunity_stages as visits
            on deals.opportunity_id = visits.opportunity_id and visits.is_current
        where visits.stage_name is distinct from deals.stage_name
        """,
    )
    order = ["Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
    back = rows(
        connection,
        f"""
        select opportunity_id from (
            select *, list_position({order}, stage_name) as place, lag(place) over
                (partition by opportunity_id order by visit_number) as place_before
            from core.fct_opportunity_stages
        ) where place <= place_before
        """,
    )
    assert not wrong and not back


def test_firms_stand_below_those_that_own_them(connection: duckdb.DuckDBPyConnection) -> None:
    levels = dict(connection.execute("select hierarchy_level, count(*) from core.dim_accounts group by 1").fetchall())
    assert sorted(levels) == [1, 2, 3]
    unsettled = """
        select accounts.account_id
        from core.dim_accounts as accounts
        left join core.dim_accounts as parents on accounts.parent_account_id = parents.account_id
        where
            accounts.hierarchy_level <> coalesce(parents.hierarchy_level, 0) + 1
            or accounts.ultimate_parent_account_id
            <> coalesce(parents.ultimate_parent_account_id, accounts.survivor_account_id, accounts.account_id)
    """
    assert not rows(connection, unsettled)


def test_every_object_is_as_fresh_as_its_last_window_in_the_ledger(
    night: CompanyNight, connection: duckdb.DuckDBPyConnection
) -> None:
    shown = connection.execute(
        "select source_instance, source_object, fresh_until from core.source_freshness order by all"
    ).fetchall()
    assert shown == nights.cursors(night.home)
