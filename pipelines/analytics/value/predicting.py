"""From chosen models to rows: what each customer will buy and be worth, and how models did on unseen days."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.value import average
from pipelines.analytics.value.assumptions import DISCOUNT_RATE, LIFETIME_YEARS, WEEK_DAYS, YEAR_WEEKS
from pipelines.analytics.value.choosing import BackTest, Candidate, Population
from pipelines.analytics.value.drawing import FUTURES, draw_futures, likely_range
from pipelines.analytics.value.fitting import Floats, Histories
from pipelines.analytics.value.purchase_models import MODELS, discounted_purchases
from pipelines.analytics.value.spending import Spending

if TYPE_CHECKING:
    import pandas as pd

_LIFETIME = LIFETIME_YEARS * YEAR_WEEKS
_WEEKLY_RATE = math.log1p(DISCOUNT_RATE) / YEAR_WEEKS
_YEAR = 365 / WEEK_DAYS


def predictions(population: Population) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return one row per customer of the population, and what all of them together are expected to bring."""
    import pandas as pd

    observed = population.observed
    groups, place = observed.histories.grouped()
    purchase_amount = population.spending.expected(observed)
    year = expected(population, groups, _YEAR)[place]
    lifetime = lifetime_purchases(population, groups)[place] * purchase_amount * observed.margin_rate
    revenue_low, revenue_high, revenues = _ranges(population, _YEAR, 0.0, np.ones(len(observed)))
    low, high, lifetimes = _ranges(population, _LIFETIME, _WEEKLY_RATE, observed.margin_rate)
    rows = {
        "customer_id": observed.customer_id,
        "population": population.name,
        "value_model": population.chosen,
        "value_model_reason": population.reason,
        "spending_model": population.spending.model,
        "alive_rate": _alive(population, groups)[place],
        "expected_purchase_count_30_days": expected(population, groups, 30 / WEEK_DAYS)[place],
        "expected_purchase_count_90_days": expected(population, groups, 90 / WEEK_DAYS)[place],
        "expected_purchase_count_365_days": year,
        "expected_purchase_amount": purchase_amount,
        "expected_revenue_amount_365_days": year * purchase_amount,
        "expected_revenue_low_amount_365_days": revenue_low,
        "expected_revenue_high_amount_365_days": revenue_high,
        "expected_margin_rate": observed.margin_rate,
        "lifetime_value_amount": lifetime,
        "lifetime_value_low_amount": low,
        "lifetime_value_high_amount": high,
    }
    together = {
        **_together("expected_revenue", "_365_days", year * purchase_amount, revenues),
        **_together("lifetime_value", "", lifetime, lifetimes),
    }
    return pd.DataFrame(rows), together


def _together(name: str, when: str, each: Floats, totals: Floats) -> dict[str, float]:
    """Return the sum over all customers and the likely range of its futures."""
    low, high = (float(end[0]) for end in likely_range(totals[None, :].astype(np.float32)))
    return {
        f"{name}_amount{when}": float(each.sum()),
        f"{name}_low_amount{when}": low,
        f"{name}_high_amount{when}": high,
    }


def expected(population: Population, groups: Histories, weeks: float) -> Floats:
    """Return the purchases expected of a customer of each group within ``weeks``."""
    if population.chosen == average.NAME:
        return average.expected_purchases(population.fit.vector, groups, weeks)
    return MODELS[population.chosen].expected_purchases(population.fit.vector, groups, weeks)


def lifetime_purchases(population: Population, groups: Histories) -> Floats:
    """Return the discounted purchases expected of a customer of each group within a lifetime."""
    if population.chosen == average.NAME:
        each = -math.expm1(-_WEEKLY_RATE * _LIFETIME) / _WEEKLY_RATE
        return average.expected_purchases(population.fit.vector, groups, each)
    return discounted_purchases(MODELS[population.chosen], population.fit.vector, groups, _LIFETIME, _WEEKLY_RATE)


def _alive(population: Population, groups: Histories) -> Floats:
    """Return who is still a customer; never from BG/NBD, whose answer is 1 for everybody who bought once."""
    if population.alive_model is None:
        return average.alive(population.fit.vector, groups)
    parameters = population.candidates[population.alive_model].fit.vector
    return MODELS[population.alive_model].alive(parameters, groups)


def _ranges(population: Population, weeks: float, weekly_rate: float, factor: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the likely range of ``factor`` times each customer's amount, and its total over all in each future."""
    low, high = np.empty(len(population.observed)), np.empty(len(population.observed))
    total = np.zeros(FUTURES)
    drawn = draw_futures(
        population.chosen,
        population.fit,
        population.spending,
        population.observed,
        weeks,
        weekly_rate,
        _seed(population.name, population.chosen),
    )
    for block, _, amounts in drawn:
        worth = amounts * factor[block, None].astype(np.float32)
        low[block], high[block] = likely_range(worth)
        total += worth.sum(axis=0, dtype=np.float64)
    return low, high, total


def _seed(*names: str) -> int:
    """Return a seed of its own for each population and model."""
    return zlib.crc32("|".join(names).encode())


def back_test_rows(population: Population) -> pd.DataFrame:
    """Return one row per model and month of the first purchase; none where there was no back-test."""
    import pandas as pd

    tested = [one for one in population.candidates.values() if one.back_test is not None]
    return pd.DataFrame([row for one in tested for row in _cohorts(population, one, one.back_test)])


def _cohorts(population: Population, candidate: Candidate, test: BackTest | None) -> Iterable[dict[str, Any]]:
    if test is None:
        return
    months, cohort = np.unique(test.observed.cohort, return_inverse=True)
    purchases, amounts = _cohort_futures(population, candidate, test, cohort, len(months))
    low, high = likely_range(purchases)
    revenue_low, revenue_high = likely_range(amounts)

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(cohort, values, minlength=len(months)), dtype=np.float64)

    columns = {
        "customer_count": summed(np.ones(len(cohort))),
        "expected_purchase_count": summed(test.expected),
        "expected_purchase_low_count": low,
        "expected_purchase_high_count": high,
        "actual_purchase_count": summed(test.observed.later_purchases),
        "expected_revenue_amount": summed(test.expected * test.spending.expected(test.observed)),
        "expected_revenue_low_amount": revenue_low,
        "expected_revenue_high_amount": revenue_high,
        "actual_revenue_amount": summed(test.observed.later_amount),
    }
    for at, month in enumerate(months):
        yield {
            "population": population.name,
            "value_model": candidate.model,
            "cohort_month_date": month.astype("datetime64[D]").item(),
            "calibration_end_date": test.cut,
            "holdout_end_date": test.end,
            "is_chosen": candidate.model == population.chosen,
            **{name: values[at] for name, values in columns.items()},
        }


def _cohort_futures(
    population: Population, candidate: Candidate, test: BackTest, cohort: NDArray[np.int64], size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return purchases and amounts of each cohort in each future: two arrays, cohorts x futures."""
    purchases, amounts = np.zeros((size, FUTURES), np.float32), np.zeros((size, FUTURES), np.float32)
    seed = _seed(population.name, candidate.model, "back-test")
    drawn = draw_futures(candidate.model, test.fit, test.spending, test.observed, test.weeks, 0.0, seed)
    for block, counts, spent in drawn:
        np.add.at(purchases, cohort[block], counts)
        np.add.at(amounts, cohort[block], spent)
    return purchases, amounts


def model_rows(population: Population, together: dict[str, float]) -> Iterable[dict[str, Any]]:
    """Yield one row per model fitted to the population, that of spending included, and of ``average`` where it is used.

    ``together`` is the second result of ``predictions``, shown with the model in use.
    """
    shared = {
        "population": population.name,
        "customer_count": len(population.observed),
        "repeat_customer_count": int((population.observed.frequency > 0).sum()),
    }
    for one in population.candidates.values():
        test = one.back_test
        chosen = one.model == population.chosen
        yield {
            **shared,
            "model": one.model,
            "parameters": json.dumps(one.fit.parameters),
            "log_likelihood": one.fit.log_likelihood,
            "is_converged": one.fit.converged,
            "back_test_chi_square": test.chi_square if test else None,
            "back_test_bias_rate": _bias(test) if test else None,
            "is_chosen": chosen,
            "reason": population.reason
            if chosen
            else "another model is used"
            if one.fit.converged
            else "not converged",
            **(together if chosen else {}),
        }
    if population.chosen == average.NAME:
        told = {"model": average.NAME, "parameters": json.dumps(population.fit.parameters), "reason": population.reason}
        yield {**shared, **told, "is_converged": True, "is_chosen": True, **together}
    yield {**shared, **_spending_row(population.spending)}


def _spending_row(spending: Spending) -> dict[str, Any]:
    return {
        "model": "gamma_gamma" if spending.model == "gamma_gamma" else "average_amount",
        "parameters": json.dumps(spending.fit.parameters if spending.fit else {}),
        "log_likelihood": spending.fit.log_likelihood if spending.fit else None,
        "is_converged": spending.fit is not None,
        "is_chosen": True,
        "reason": spending.reason,
    }


def _bias(test: BackTest) -> float | None:
    """Return expected over actual purchases of the holdout, less 1; None where nothing was bought."""
    actual = float(test.observed.later_purchases.sum())
    return float(test.expected.sum()) / actual - 1 if actual else None
