"""The forecast of open deals against the company's own future, which its generator knows."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pytest

from tests.integration.marts.company_pipeline import company, outcome, show
from tests.integration.marts.conftest import CompanyNight

pytestmark = pytest.mark.slow

DAYS = [date(2026, 6, 30) - timedelta(days=70 * step) for step in range(5)]


def test_what_open_deals_bring_in_sixty_days_is_forecast_without_bias_and_within_the_bounds() -> None:
    outcomes = []
    for seed in (11, 12, 13):
        connection = company(seed, 1_500)
        outcomes += [outcome(connection, day, 60) for day in DAYS]
    forecast = sum(each.forecast for each in outcomes)
    actual = sum(each.actual for each in outcomes)
    assert abs(forecast / actual - 1) < 0.1
    assert np.mean([abs(each.forecast / each.actual - 1) for each in outcomes]) < 0.3
    assert np.mean([each.low <= each.actual <= each.high for each in outcomes]) >= 0.75


def test_the_mart_holds_what_the_deals_of_the_night_will_bring(
    night: CompanyNight, connection: duckdb.DuckDBPyConnection
) -> None:
    world = json.loads((night.home / "simulator" / "world.json").read_text())
    future = company(world["seed"], world["customers"])
    show(future, night.as_of + timedelta(days=99))
    won = {
        row[0] for row in future.execute("select opportunity_id from core.fct_opportunities where is_won").fetchall()
    }
    deals = connection.execute(
        """
        select facts.source_record_id, deals.opportunity_reporting_amount, deals.expected_amount
        from marts.opportunity_forecasts as deals
        inner join core.fct_opportunities as facts on deals.opportunity_id = facts.opportunity_id
        """
    ).fetchall()
    actual = sum(amount for deal, amount, _ in deals if deal in won)
    (total,) = connection.execute(
        "select forecast_amount from marts.pipeline_forecast"
        " where forecast_period = 'total' and forecast_method = 'history'"
    ).fetchall()[0]
    assert sum(expected for *_, expected in deals) == total
    # one night may lie outside of its bounds; how often that happens is asked above
    assert abs(actual / total - 1) < Decimal("0.35")


def test_deals_of_every_stage_and_category_are_in_the_open_pipeline(connection: duckdb.DuckDBPyConnection) -> None:
    (open_amount, most_likely), (total,) = (
        connection.execute(
            "select open_amount, most_likely_amount from marts.pipeline_forecast where forecast_period = 'total'"
        ).fetchall()[0],
        connection.execute(
            "select sum(opportunity_reporting_amount) from core.fct_opportunities where is_open"
        ).fetchall()[0],
    )
    assert open_amount == total
    told = connection.execute(
        "select sum(opportunity_reporting_amount) from core.fct_opportunities"
        " where is_open and forecast_category = 'most_likely'"
    ).fetchall()[0][0]
    assert most_likely == (told or 0)
