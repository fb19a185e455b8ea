"""The pipeline of the synthetic company on any day, and what became of it, without building a warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipelines.analytics.forecasting.history import read_open_deals, read_stretches
from pipelines.analytics.forecasting.pipeline import forecast
from pipelines.analytics.forecasting.simulation import interval
from sources.simulators.company.people import Plan
from sources.simulators.company.timeline import generate, sql


@dataclass(frozen=True)
class Outcome:
    """A forecast of the open deals of one day for the days after it, and what they came to; amounts in cents."""

    deals: int
    forecast: int
    low: int
    high: int
    actual: int


def company(seed: int, customers: int) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds the whole timeline of a company."""
    connection = duckdb.connect()
    generate(connection, Plan(seed, customers))
    connection.execute("create schema core")
    return connection


def show(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make the facts about deals what they are at the end of ``day``."""
    connection.execute(f"set variable now = timestamp '{day} 23:59:59'")
    connection.execute(
        f"""
        create or replace table core.fct_opportunities as
        select
            Id as opportunity_id, created_at, CloseDate as close_date, StageName as stage_name, IsWon as is_won,
            IsClosed as is_closed, not IsClosed as is_open, false as is_deleted,
            Amount as opportunity_reporting_amount, cast(Probability * 0.01 as decimal(9, 4)) as probability_rate
        from ({sql("salesforce/Opportunity")})
        """
    )
    connection.execute(
        f"""
        create or replace table core.fct_opportunity_stages as
        select
            OpportunityId as opportunity_id, StageName as stage_name, created_at as entered_at,
            lead(created_at) over (partition by OpportunityId order by created_at, Id) as left_at
        from ({sql("salesforce/OpportunityHistory")})
        """
    )


def outcome(connection: duckdb.DuckDBPyConnection, day: date, days: int) -> Outcome:
    """Return the forecast of ``day`` by what is known then, beside what was won within ``days``."""
    show(connection, day)
    deals = read_open_deals(connection, day)
    made = forecast(read_stretches(connection), deals, day, days)
    low, high = interval(made.drawn.sum(axis=1))
    show(connection, day + timedelta(days=days))
    won = dict(
        connection.execute(
            "select opportunity_id, cast(opportunity_reporting_amount * 100 as bigint)"
            " from core.fct_opportunities where is_won"
        ).fetchall()
    )
    return Outcome(len(deals.ids), int(made.cents.sum()), low, high, sum(won.get(deal, 0) for deal in deals.ids))
