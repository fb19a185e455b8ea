"""The forecast of open deals from what deals before them did: tables, not methods.

The history is read in ``history``, win rates are in ``rates``, a day's forecast in ``pipeline``, its interval in
``simulation``, how it would have done before in ``backtest``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from pipelines.analytics.forecasting.backtest import AHEAD_DAYS, Look, look_back
from pipelines.analytics.forecasting.history import (
    AGE_BANDS,
    OpenDeals,
    read_open_deals,
    read_stretches,
    read_stretches_amounts,
)
from pipelines.analytics.forecasting.pipeline import UNMEASURED, Forecast, forecast
from pipelines.analytics.forecasting.rates import Curves
from pipelines.analytics.forecasting.simulation import interval
from pipelines.analytics.outputs import Output, Plot, write
from pipelines.analytics.runs import Run

if TYPE_CHECKING:
    import pandas as pd

DEALS = Output(
    "opportunity_forecasts",
    "One row per open opportunity.",
    {
        "opportunity_id": "varchar",
        "win_rate": "decimal(9,4)",
        "days_to_win": "integer",
        "forecast_method": "varchar",
        "forecast_reason": "varchar",
    },
)
MONTHS = Output(
    "opportunity_forecast_months",
    "One row per open opportunity and month in which it may be won.",
    {
        "opportunity_id": "varchar",
        "month_start_date": "date",
        "win_rate": "decimal(9,4)",
        "expected_cents": "bigint",
    },
)
INTERVALS = Output(
    "pipeline_intervals",
    "One row per month in which open deals may be won, and one for all of them, whose month is empty.",
    {
        "month_start_date": "date",
        "low_cents": "bigint",
        "high_cents": "bigint",
        "forecast_method": "varchar",
        "forecast_reason": "varchar",
    },
)
RATES = Output(
    "stage_win_rates",
    "One row per stage and age at which deals stood in it.",
    {
        "stage_name": "varchar",
        "from_age_days": "integer",
        "to_age_days": "integer",
        "deal_count": "integer",
        "observed_win_rate": "decimal(9,4)",
        "win_rate": "decimal(9,4)",
        "horizon_days": "integer",
    },
)
BACKTESTS = Output(
    "pipeline_backtests",
    "One row per past day on which the forecast was made again with what was known then.",
    {
        "forecast_date": "date",
        "until_date": "date",
        "forecast_cents": "bigint",
        "low_cents": "bigint",
        "high_cents": "bigint",
        "actual_cents": "bigint",
    },
)
OUTPUTS = (DEALS, MONTHS, INTERVALS, RATES, BACKTESTS)
READS = ("core/fct_opportunities", "core/fct_opportunity_stages")


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the tables of ``OUTPUTS``; return what a run shows of them."""
    stretches = read_stretches(connection)
    deals = read_open_deals(connection, run.as_of)
    made = forecast(stretches, deals, run.as_of)
    looks = look_back(stretches, read_stretches_amounts(connection), run.as_of) if made.curves else []
    write(connection, DEALS, _deal_rows(deals, made))
    write(connection, MONTHS, _month_rows(deals, made))
    write(connection, INTERVALS, _interval_rows(made))
    write(connection, RATES, _rate_rows(stretches.stages, made.curves))
    write(connection, BACKTESTS, _look_rows(looks))
    return {
        DEALS.name: {"method": made.chief_method, "reason": made.reason, "deals": len(deals.ids)},
        RATES.name: _shown_curves(made.curves),
        BACKTESTS.name: _shown_looks(looks),
    }


def _frame(rows: Mapping[str, Any] | Sequence[Mapping[str, Any]], output: Output) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(output.columns))


def _deal_rows(deals: OpenDeals, made: Forecast) -> pd.DataFrame:
    days = made.days_to_win.astype(object)
    days[made.days_to_win < 0] = None
    rate = made.rate.sum(axis=1).astype(object)
    rate[made.method == UNMEASURED] = None
    told = {"opportunity_id": deals.ids, "win_rate": rate, "days_to_win": days, "forecast_method": made.method}
    return _frame(told | {"forecast_reason": np.full(len(deals.ids), made.reason or None, dtype=object)}, DEALS)


def _month_rows(deals: OpenDeals, made: Forecast) -> pd.DataFrame:
    deal, month = np.nonzero(made.rate)
    months = np.array(made.months, dtype=object)
    told = {"opportunity_id": deals.ids[deal], "month_start_date": months[month], "win_rate": made.rate[deal, month]}
    return _frame(told | {"expected_cents": made.cents[deal, month]}, MONTHS)


def _interval_rows(made: Forecast) -> pd.DataFrame:
    told = {"forecast_method": made.chief_method, "forecast_reason": made.reason or None}
    parts = [(month, made.drawn[:, place]) for place, month in enumerate(made.months)]
    rows = []
    for month, drawn in [*parts, (None, made.drawn.sum(axis=1))]:
        low, high = interval(drawn)
        rows.append({"month_start_date": month, "low_cents": low, "high_cents": high, **told})
    return _frame(rows if len(made.method) else [], INTERVALS)


def _rate_rows(stages: tuple[str, ...], curves: Curves | None) -> pd.DataFrame:
    ends = [*AGE_BANDS[1:], None]
    rows = []
    if curves is not None:
        for stage, band in zip(*np.nonzero(curves.deals), strict=True):
            rows.append(
                {
                    "stage_name": stages[stage],
                    "from_age_days": AGE_BANDS[band],
                    "to_age_days": ends[band],
                    "deal_count": curves.deals[stage, band],
                    "observed_win_rate": curves.observed[stage, band, -1],
                    "win_rate": curves.won[stage, band, -1],
                    "horizon_days": curves.horizon,
                }
            )
    return _frame(rows, RATES)


def _look_rows(looks: Sequence[Look]) -> pd.DataFrame:
    rows = [(look.day, look.until, look.forecast, look.low, look.high, look.actual) for look in looks]
    return _frame([dict(zip(BACKTESTS.columns, row, strict=True)) for row in rows], BACKTESTS)


def _shown_curves(curves: Curves | None) -> dict[str, object]:
    """Return the share of all deals won by the days that have passed since a look at them."""
    if curves is None:
        return {}
    days = list(range(curves.horizon + 1))
    plot = Plot(
        "Deals won after a look at the pipeline", "days", "share", {"all deals": (days, list(curves.all_deals))}
    )
    return {"horizon_days": curves.horizon, "win_curve": plot}


def _shown_looks(looks: Sequence[Look]) -> dict[str, object]:
    """Return how the forecasts of past days did: within the bounds, and how far off."""
    if not looks:
        return {"looks": 0}
    asc = sorted(looks, key=lambda look: look.day)
    across = [float(day) for day in range(len(asc))]
    series = {
        name: (across, [getattr(look, name) / 100 for look in asc]) for name in ("forecast", "low", "high", "actual")
    }
    return {
        "looks": len(looks),
        "within_bounds": sum(look.low <= look.actual <= look.high for look in looks),
        "mean_error_rate": float(np.mean([abs(look.forecast - look.actual) / max(look.actual, 1) for look in looks])),
        "looks_back": Plot(f"Forecasts of {AHEAD_DAYS} days and what came", "past day", "amount", series),
    }
