"""What running subscriptions will bring: how long they last, by the shifted-beta-geometric model, times the amount."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from pipelines.analytics.value import shifted_beta_geometric as sbg
from pipelines.analytics.value.assumptions import DISCOUNT_RATE, FEWEST_ENDED_CONTRACTS, INTERVAL, LIFETIME_YEARS
from pipelines.analytics.value.fitting import Fit, Floats, maximise

if TYPE_CHECKING:
    import pandas as pd

_HORIZON = round(LIFETIME_YEARS * 12)
_MONTHLY_RATE = math.expm1(math.log1p(DISCOUNT_RATE) / 12)
# a chance to leave that is the same for everybody: the beta distribution with this much certainty
_ALIKE = 1e6


@dataclass(frozen=True)
class Lasting:
    """How long contracts last: ``sbg`` or ``average`` with its parameters, and why it is this model."""

    model: str
    fit: Fit
    reason: str


def observe_contracts(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, np.ndarray]:
    """Return all counted subscriptions: id, months lasted, whether they ended, and the amount a month (NaN: unknown).

    Of ended ones the months are the renewal at which they stopped, of running ones the renewals they lived through.
    """
    found = connection.execute(
        """
        select
            subscription_id,
            coalesce(end_date < $as_of, false) as is_ended,
            cast(
                case
                    when end_date < $as_of then greatest(round((end_date + 1 - start_date) / 30.4375), 1)
                    else datesub('month', start_date, $as_of)
                end as double
            ) as months,
            coalesce(cast(monthly_reporting_amount as double), 'nan') as amount
        from core.fct_subscriptions
        where is_counted
        order by subscription_id
        """,
        {"as_of": as_of},
    ).fetchnumpy()
    return {name: np.asarray(values) for name, values in found.items()}


def fit_lasting(months: Floats, is_ended: np.ndarray) -> Lasting:
    """Return how long contracts last, from the months they have lasted so far."""
    ended, exposure = int(is_ended.sum()), float(months.sum())
    average = Fit(_alike(ended / exposure if exposure else 0.0), float("nan"), True)
    if ended < FEWEST_ENDED_CONTRACTS:
        return Lasting("average", average, f"subscriptions that have ended: {ended}")
    longest = int(months.max()) + 1
    by_end = np.bincount(months[is_ended].astype(int) - 1, minlength=longest)
    running = np.bincount(months[~is_ended].astype(int), minlength=longest)
    likelihood = sbg.Likelihood(by_end.astype(np.float64), running.astype(np.float64))
    found = maximise(likelihood, sbg.START, len(months))
    if not found.converged:
        return Lasting("average", average, "the shifted-beta-geometric model did not converge")
    return Lasting("shifted_beta_geometric", found, "converged")


def contract_rows(contracts: dict[str, np.ndarray], lasting: Lasting) -> pd.DataFrame:
    """Return one row per counted subscription: what is left of it. Nothing is left of ended ones."""
    import pandas as pd

    parameters, runs = lasting.fit.vector, ~contracts["is_ended"]
    months, place = np.unique(contracts["months"], return_inverse=True)
    low, high = _remaining_range(parameters, months)
    annuity = np.concatenate([[0.0], np.cumsum((1 + _MONTHLY_RATE) ** -np.arange(1.0, _HORIZON + 1))])
    amount = np.where(runs, contracts["amount"], 0.0)
    year = np.exp(sbg.log_survival(parameters, months + 12) - sbg.log_survival(parameters, months))
    rows = {
        "subscription_id": contracts["subscription_id"],
        "lasting_model": lasting.model,
        "lasting_model_reason": lasting.reason,
        "completed_month_count": contracts["months"],
        "survival_rate_12_months": np.where(runs, year[place], 0.0),
        "expected_remaining_months": np.where(runs, sbg.expected_periods(parameters, months, _HORIZON)[place], 0.0),
        "remaining_value_amount": amount * sbg.expected_periods(parameters, months, _HORIZON, _MONTHLY_RATE)[place],
        "remaining_value_low_amount": amount * annuity[low][place],
        "remaining_value_high_amount": amount * annuity[high][place],
    }
    return pd.DataFrame(rows)


def lasting_row(contracts: dict[str, np.ndarray], lasting: Lasting) -> dict[str, object]:
    """Return the model's row in ``value_models``."""
    return {
        "population": "subscriptions",
        "model": lasting.model,
        "parameters": json.dumps(lasting.fit.parameters),
        "log_likelihood": lasting.fit.log_likelihood,
        "is_converged": True,
        "is_chosen": True,
        "reason": lasting.reason,
        "customer_count": len(contracts["months"]),
    }


def _alike(chance: float) -> dict[str, float]:
    """Return the parameters of contracts that all end with the same chance a month; of none where none has ended."""
    share = min(max(chance, 1e-9), 1 - 1e-9)
    return {"alpha": share * _ALIKE, "beta": (1 - share) * _ALIKE}


def _remaining_range(parameters: Floats, completed: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Return, per length so far, the fewest and the most further months of the range that holds ``INTERVAL`` of all."""
    ahead = np.arange(1.0, _HORIZON + 1)
    base = sbg.log_survival(parameters, completed)[:, None]
    outlives = np.exp(sbg.log_survival(parameters, completed[:, None] + ahead) - base)
    tail = (1 - INTERVAL) / 2
    return (outlives >= 1 - tail).sum(axis=1), (outlives > tail).sum(axis=1)
