"""The forecast of open deals, held against made-up pipelines whose odds are known."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from pipelines.analytics import forecasting
from pipelines.analytics.forecasting.backtest import look_back, open_then
from pipelines.analytics.forecasting.history import NEVER, day_number, read_open_deals, read_stretches
from pipelines.analytics.forecasting.pipeline import HISTORY, SOURCE, UNMEASURED, forecast
from pipelines.analytics.forecasting.rates import curves_of, donors_of
from pipelines.analytics.forecasting.simulation import interval
from pipelines.analytics.runs import MemoryModels, Run
from tests.unit.analytics.forecasting.pipelines_made_up import (
    AS_OF,
    REACH,
    TODAY,
    WIN,
    known_by,
    made_up,
    open_deals,
)


def test_win_rates_are_those_of_the_stage_whatever_the_age() -> None:
    stretches, _ = made_up(1, 20_000)
    curves = curves_of(donors_of(known_by(stretches, TODAY), TODAY))
    # at ages at which many deals stood there
    assert curves.won[0, :4, -1] == pytest.approx([REACH * WIN] * 4, abs=0.03)
    assert curves.won[1, 1:5, -1] == pytest.approx([WIN] * 4, abs=0.03)


def test_a_deal_is_won_when_such_deals_were() -> None:
    stretches, _ = made_up(1, 20_000)
    donors = donors_of(known_by(stretches, TODAY), TODAY)
    young = curves_of(donors).won[1, 2]
    # simulated anew: days left to a win of a deal that stood in the second stage at 15 to 30 days on a random day
    standing = np.flatnonzero((stretches.stage == 1) & stretches.is_won)
    days = [
        stretches.closed[row] - day
        for row in standing
        for day in range(stretches.since[row], stretches.until[row])
        if 15 <= day - stretches.opened[row] < 31
    ]
    half = np.median(days)
    assert abs(int((young >= young[-1] / 2).argmax()) - half) <= 1


def test_nothing_that_happened_after_the_day_is_used() -> None:
    stretches, cents = made_up(2, 2_000)
    day = AS_OF - timedelta(days=91)
    past = known_by(stretches, TODAY - 91)
    deals, _ = open_then(stretches, cents, TODAY - 91)
    seen, blind = forecast(stretches, deals, day), forecast(past, deals, day)
    assert seen.chief_method == HISTORY
    assert (seen.cents == blind.cents).all()
    assert (seen.drawn == blind.drawn).all()


def test_the_order_of_the_deals_changes_nothing() -> None:
    stretches, cents = made_up(3, 1_000)
    past = known_by(stretches, TODAY)
    deals, _ = open_then(past, cents, TODAY)
    mixed = np.random.default_rng(1).permutation(len(past.deal))
    columns = ("deal", "stage", "opened", "since", "until", "closed", "is_won")
    other = type(past)(past.stages, *(getattr(past, name)[mixed] for name in columns))
    assert (forecast(past, deals, AS_OF).drawn == forecast(other, deals, AS_OF).drawn).all()


@pytest.mark.slow
def test_the_interval_holds_what_is_won_about_four_times_of_five() -> None:
    held, errors = [], []
    for seed in range(100):
        stretches, cents = made_up(seed, 900)
        deals, rows = open_then(stretches, cents, TODAY)
        made = forecast(known_by(stretches, TODAY), deals, AS_OF, days=60)
        won = stretches.is_won[rows] & (stretches.closed[rows] <= TODAY + 60)
        actual = int(deals.cents[won].sum())
        low, high = interval(made.drawn.sum(axis=1))
        held.append(low <= actual <= high)
        errors.append(made.cents.sum() - actual)
    assert 0.72 <= np.mean(held) <= 0.88
    assert abs(np.mean(errors)) < 2 * np.std(errors) / np.sqrt(len(errors))


def test_with_few_closed_deals_the_probability_of_the_source_counts_from_0_to_1() -> None:
    stretches, _ = made_up(1, 20)
    deals = open_deals(["first", "second"], [5, 20], [100_000, 50_000], 0.6, [TODAY + 40, TODAY - 9])
    made = forecast(known_by(stretches, TODAY), deals, AS_OF)
    assert made.chief_method == SOURCE
    assert "deals ran their course" in made.reason
    # 60 % of 1,000.00 are 600.00, in the month of the plan; what is overdue is expected next
    assert made.months[0] == date(2026, 7, 1)
    assert made.cents.sum(axis=0).tolist() == [30_000, 60_000]


def test_without_history_and_probabilities_nothing_is_measured() -> None:
    stretches, _ = made_up(1, 20)
    made = forecast(known_by(stretches, TODAY), open_deals(["first"], [5], [100], float("nan"), [NEVER]), AS_OF)
    assert made.chief_method == UNMEASURED
    assert made.cents.sum() == 0


def test_a_stage_without_a_history_is_won_as_often_as_its_source_says() -> None:
    stretches, _ = made_up(1, 2_000)
    deals = open_deals(["first", "unheard of"], [5, 5], [100_000, 100_000], 0.2, [TODAY + 40, TODAY + 40])
    made = forecast(known_by(stretches, TODAY), deals, AS_OF)
    assert made.method.tolist() == [HISTORY, SOURCE]
    assert made.rate.sum(axis=1)[1] == pytest.approx(0.2)


def test_looks_of_the_past_hold_what_the_deals_of_then_came_to() -> None:
    stretches, cents = made_up(5, 2_000)
    looks = look_back(known_by(stretches, TODAY), cents, AS_OF)
    assert len(looks) == 12
    for look in looks:
        day = day_number(look.day)
        deals = np.unique(
            stretches.deal[
                (stretches.opened <= day) & (stretches.closed > day) & (stretches.closed <= day + 60) & stretches.is_won
            ]
        )
        assert look.actual == cents[deals].sum()
        assert look.low <= look.forecast <= look.high


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Return an empty core."""
    connection = duckdb.connect()
    connection.execute(
        """
        create schema core;
        create table core.fct_opportunities (
            opportunity_id varchar, created_at timestamp, close_date date, stage_name varchar, is_won boolean,
            is_closed boolean, is_open boolean, is_deleted boolean, opportunity_reporting_amount decimal(18, 2),
            probability_rate decimal(9, 4)
        );
        create table core.fct_opportunity_stages (
            opportunity_id varchar, stage_name varchar, entered_at timestamp, left_at timestamp
        )
        """
    )
    return connection


def test_a_deal_stands_where_it_stood_at_the_end_of_each_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        """
        insert into core.fct_opportunities values
            ('a', '2026-01-01 09:00', '2026-01-20', 'Won', true, true, false, false, 10, 1),
            ('b', '2026-01-05 09:00', '2026-03-01', 'Talk', false, false, true, false, null, 0.5),
            ('c', '2026-01-06 09:00', '2026-03-01', 'Talk', false, false, false, true, 10, 0.5),
            ('d', '2026-01-07 09:00', '2026-01-30', 'Lost', false, true, false, false, 10, 0),
            ('e', '2026-09-07 09:00', '2026-12-30', 'Talk', false, false, true, false, 10, 0);
        insert into core.fct_opportunity_stages values
            ('a', 'Talk', '2026-01-01 09:00', '2026-01-10 12:00'),
            ('a', 'Offer', '2026-01-10 12:00', '2026-01-10 15:00'),
            ('a', 'Order', '2026-01-10 15:00', '2026-01-20 15:00'),
            ('a', 'Won', '2026-01-20 15:00', null),
            ('b', 'Talk', '2026-01-05 09:00', null)
        """
    )
    found = read_stretches(warehouse)
    stages = np.array(found.stages)[found.stage]
    rows = list(
        zip(found.deal.tolist(), stages.tolist(), (found.since - 20454).tolist(), found.until.tolist(), strict=True)
    )
    # days count from 2026-01-01; the stage of an afternoon is none, a deal without any is in no stage
    assert sorted(rows) == [
        (0, "Order", 9, 20454 + 19),
        (0, "Talk", 0, 20454 + 9),
        (1, "Talk", 4, NEVER),
        (2, "", 6, 20454 + 29),
        (3, "", 249, NEVER),
    ]
    deals = read_open_deals(warehouse, AS_OF)
    assert (deals.ids.tolist(), deals.age.tolist(), deals.cents.tolist()) == (["b"], [176], [0])


def test_a_warehouse_without_deals_gives_empty_tables(warehouse: duckdb.DuckDBPyConnection) -> None:
    shown = forecasting.compute(warehouse, Run(AS_OF, "run", "EUR", MemoryModels()))
    assert shown["pipeline_backtests"] == {"looks": 0}
    for output in forecasting.OUTPUTS:
        assert warehouse.execute(f"select count(*) from analytics.{output.name}").fetchone() == (0,)
