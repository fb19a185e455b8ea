"""Lifecycle models on any history: against slow readings, published data, and a past that did not know what came."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from random import Random

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.integration.dbt.compiled import CompiledModels
from tests.integration.dbt.small_lake import ROOT
from tests.integration.marts.conftest import CompanyNight
from tests.integration.marts.lifecycle_days import History, lived

pytestmark = pytest.mark.slow

FIRST = date(2020, 1, 1)
LAST = date(2023, 12, 31)
DAYS = (LAST - FIRST).days
STATUSES = ("int_purchases__spaced", "int_customer_statuses__dated", "fct_customer_status_changes")
WIN_BACK = (*STATUSES, "int_lapses__followed", "int_lapses__rated", "customer_winback")
LOYALTY = ("int_purchases__spaced", "customer_loyalty")
GROWTH = ("int_purchases__spaced", "customer_growth")
SEEDS = ROOT / "dbt_project" / "seeds"
NO_SUBSCRIPTIONS = (
    "select '' as customer_id, null::date as start_date, null::date as end_date, true as is_counted where false"
)
# the tables of a night that a lapse is read from, with their days: the first says since when a row is known
NIGHTLY_DATES = {
    "core.dim_customers": ("first_seen_at",),
    "core.fct_orders": ("order_date",),
    "core.fct_subscriptions": ("start_date", "end_date"),
    "core.fct_interactions": ("occurred_date",),
    "core.fct_campaign_touches": ("touched_date",),
    "intermediate.int_customers__removed": ("removed_date",),
    "staging.base_identity__assignments_history": ("valid_from",),
}
# the days on which a state begins or ends are where a rule goes wrong
GAPS = (1, 7, 30, 60, 89, 90, 91, 92, 120, 179, 180, 181, 182, 271, 360, 361, 540, 541, 545, 546, 547, 900)


def history(luck: Random) -> History:
    start = luck.randint(0, DAYS)
    days = list(accumulate(luck.choices(GAPS, k=luck.randint(0, 7)), initial=start))
    spells = [
        (first, luck.choice([None, first + luck.choice(GAPS)]))
        for first in luck.choices(range(DAYS), k=luck.choice([0, 0, 1, 2]))
    ]
    return History(
        luck.choice([start, luck.randint(0, DAYS)]),
        frozenset(day for day in days if day <= DAYS and luck.random() < 0.95),
        tuple(spells),
        (luck.randint(0, DAYS), luck.choice(["lost", "erased"])) if luck.random() < 0.2 else None,
    )


def day(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(days=number)


def frame(rows: list[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype("object")


def changes(models: CompiledModels, people: list[History]) -> duckdb.DuckDBPyConnection:
    """The models built upon these histories; the number of a history is its customer id."""
    tables: dict[str, tuple[dict[str, str], list[tuple[object, ...]]]] = {
        "core.dim_customers": (
            {"customer_id": "varchar", "first_seen_at": "timestamp"},
            [(str(n), day(p.seen)) for n, p in enumerate(people)],
        ),
        "core.fct_orders": (
            {"customer_id": "varchar", "order_date": "date", "is_counted": "boolean"},
            [(str(n), day(order), True) for n, p in enumerate(people) for order in p.orders],
        ),
        "core.fct_subscriptions": (
            {"customer_id": "varchar", "start_date": "date", "end_date": "date", "is_counted": "boolean"},
            [(str(n), day(a), day(b), True) for n, p in enumerate(people) for a, b in p.subscriptions],
        ),
        "intermediate.int_customers__removed": (
            {"customer_id": "varchar", "removed_date": "date", "removed_status": "varchar"},
            [(str(n), day(p.removed[0]), p.removed[1]) for n, p in enumerate(people) if p.removed],
        ),
        "staging.base_identity__assignments_history": ({"customer_id": "varchar", "valid_from": "date"}, []),
    }
    inputs, frames = {}, {}
    for name, (columns, rows) in tables.items():
        alias = name.replace(".", "_")
        frames[alias] = frame(rows, columns)
        casts = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
        inputs[name] = f"select {casts} from {alias}"
    return models.run(STATUSES, inputs, frames)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    return CompiledModels(tmp_path_factory.mktemp("lifecycle") / "home", {*WIN_BACK, *LOYALTY, *GROWTH}, LAST)


def test_the_state_on_any_day_is_what_the_rules_say_of_the_days_before(models: CompiledModels) -> None:
    people = [history(Random(seed)) for seed in range(500)]
    rows = (
        changes(models, people)
        .execute(
            "select cast(customer_id as integer), status, valid_from_date, coalesce(valid_to_date, ?)"
            " from core.fct_customer_status_changes",
            [LAST + timedelta(days=1)],
        )
        .fetchall()
    )
    found: list[dict[int, str]] = [{} for _ in people]
    for number, status, since, until in rows:
        for each in range((since - FIRST).days, (until - FIRST).days):
            assert each not in found[number], "two states on one day"
            found[number][each] = status
    for number, person in enumerate(people):
        assert found[number] == lived(person, DAYS), person


def test_946_of_the_2357_customers_of_cdnow_bought_again_within_39_weeks(models: CompiledModels) -> None:
    text = (files("lifetimes") / "datasets" / "CDNOW_sample.txt").read_text()
    visits = [(line.split()[1], date.fromisoformat(line.split()[2])) for line in text.splitlines()]
    until = date(1997, 9, 30)
    shift = (LAST - until).days
    connection = models.run(
        LOYALTY,
        {
            "core.fct_orders": f"select customer_id, cast(day as date) + {shift} as order_date, true as is_counted"
            f" from visits where cast(day as date) <= date '{until}'",
            "core.fct_subscriptions": NO_SUBSCRIPTIONS,
            "core.dim_customers": "select distinct customer_id, '' as customer_type, '' as customer_name from visits",
            "intermediate.int_customer_categories__ranked": "select '' as customer_id, 0 as category_count,"
            " null::decimal(18, 4) as category_rate, '' as top_category, null::decimal(18, 4) as top_category_rate"
            " where false",
            "seeds.loyalty_points": f"from read_csv('{SEEDS}/loyalty_points.csv')",
            "seeds.loyalty_tiers": f"from read_csv('{SEEDS}/loyalty_tiers.csv')",
        },
        {"visits": pd.DataFrame(visits, columns=["customer_id", "day"])},
    )
    counted = connection.execute(
        "select count(*), sum(is_repeat_customer::int), count(loyalty_tier) from marts.customer_loyalty"
    ).fetchall()
    assert counted == [(2357, 946, 2357)]


def test_the_trend_is_the_line_that_numpy_fits(models: CompiledModels) -> None:
    amounts = np.random.default_rng(1).integers(0, 10**9, 40)
    months = pd.date_range(end="2023-12-01", periods=40, freq="MS").date
    connection = models.run(
        GROWTH,
        {
            "core.fct_orders": "select 'a' as customer_id, cast(month as date) as order_date, true as is_counted,"
            " cast(cents / 100 as decimal(18, 2)) as order_reporting_amount from orders",
            "core.fct_subscriptions": NO_SUBSCRIPTIONS,
            "core.dim_customers": "select 'a' as customer_id, 'person' as customer_type, 'Web' as acquisition_source,"
            " 'DE' as country",
            "marts.customer_profiles": "select 'a' as customer_id, 'high' as value_level",
            "core.dim_dates": "select cast(day as date) as date_day,"
            " cast(date_trunc('month', day) as date) as month_start_date, true as is_past"
            " from range(date '2015-01-01', date '2024-01-01', interval 1 day) as days (day)",
        },
        {"orders": pd.DataFrame({"month": months, "cents": amounts})},
    )
    found = connection.execute(
        "select monthly_trend_amount from marts.customer_growth where segment_kind = 'all' order by month_start_date"
    ).fetchall()
    assert [trend for (trend,) in found[:11]] == [None] * 11
    for last, (trend,) in enumerate(found[11:], 12):
        assert abs(float(trend) - np.polyfit(range(12), amounts[last - 12 : last] / 100, 1)[0]) <= 0.0051


def test_as_many_lapsed_customers_come_back_as_were_said_to(
    models: CompiledModels, night: CompanyNight, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Half a year ago, knowing what was known by then; three standard errors of as many coins."""
    until = night.as_of - timedelta(days=180)
    shift = (LAST - until).days
    inputs = dict.fromkeys(["marts.customer_value", *NIGHTLY_DATES], "")
    for table in inputs:
        file = tmp_path / f"{table}.parquet"
        connection.execute(f"copy (from {table}) to '{file}' (format parquet)")
        dates = NIGHTLY_DATES.get(table, ())
        moved = ", ".join(f"case when {day} <= date '{until}' then {day} + to_days({shift}) end as {day}"
                          for day in dates)  # fmt: skip
        known = f"where {dates[0]} <= date '{until}'" if dates else "limit 0"
        inputs[table] = f"select * {f'replace ({moved})' if dates else ''} from '{file}' {known}"
    earlier = models.run(WIN_BACK, inputs)
    asked = earlier.execute("select customer_id, win_back_rate from marts.customer_winback where is_open").fetchall()
    back = {
        customer
        for (customer,) in connection.execute(
            "select customer_id from intermediate.int_purchases__spaced where purchase_date > $1"
            " and purchase_date <= $1 + 180",
            [until],
        ).fetchall()
    }
    rates = [float(rate) for _, rate in asked]
    assert len(asked) > 100
    came = sum(customer in back for customer, _ in asked)
    assert abs(came - sum(rates)) <= 3 * sum(rate * (1 - rate) for rate in rates) ** 0.5
