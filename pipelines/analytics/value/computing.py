"""The night's work of this area: observe, choose, predict, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from pipelines.analytics.outputs import Output, Plot, write
from pipelines.analytics.value import predicting
from pipelines.analytics.value.assumptions import FEWEST_HOLDOUT_DAYS, HOLDOUT_DAYS
from pipelines.analytics.value.choosing import Population, populations
from pipelines.analytics.value.contracts import contract_rows, fit_lasting, lasting_row, observe_contracts
from pipelines.analytics.value.observing import collect_days, first_day, observe
from pipelines.analytics.value.tables import BACK_TEST, CONTRACTS, MODELS, PREDICTIONS

if TYPE_CHECKING:
    import pandas as pd


def compute_value(connection: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, Mapping[str, object]]:
    """Write the tables of this area as of a day; return table -> what a run shows of it."""
    from threadpoolctl import threadpool_limits

    # the search multiplies matrices of four rows: threads would only wait for each other
    with threadpool_limits(1, user_api="blas"):
        return _compute(connection, as_of)


def _compute(connection: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, Mapping[str, object]]:
    import pandas as pd

    collect_days(connection)
    now = observe(connection, as_of)
    cut = _cut(first_day(connection), as_of)
    past = observe(connection, cut, (as_of - cut).days) if cut else None
    found = populations(now, past, cut, as_of) if len(now) else []
    predicted, models, tested = [], [], []
    for population in found:
        rows, together = predicting.predictions(population)
        predicted.append(rows)
        models += list(predicting.model_rows(population, together))
        tested.append(predicting.back_test_rows(population))
    connection.execute("drop table value_days")
    contracts = observe_contracts(connection, as_of)
    lasting = fit_lasting(contracts["months"], contracts["is_ended"])
    if len(contracts["months"]):
        models.append(lasting_row(contracts, lasting))
    _write(connection, PREDICTIONS, predicted)
    _write(connection, MODELS, [pd.DataFrame(models)])
    _write(connection, BACK_TEST, tested)
    _write(connection, CONTRACTS, [contract_rows(contracts, lasting)])
    return {
        PREDICTIONS.name: {population.name: population.chosen for population in found},
        MODELS.name: {name: text for population in found for name, text in _fits(population).items()},
        BACK_TEST.name: {key: value for population in found for key, value in _shown(population).items()},
        CONTRACTS.name: {"model": lasting.model, "reason": lasting.reason, **lasting.fit.parameters},
    }


def _cut(first: date | None, as_of: date) -> date | None:
    """Return the last day of the past that a back-test fits to; None where the past is too short for one."""
    if first is None:
        return None
    held_out = min(HOLDOUT_DAYS, (as_of - first).days // 2)
    return as_of - timedelta(days=held_out) if held_out >= FEWEST_HOLDOUT_DAYS else None


def _write(connection: duckdb.DuckDBPyConnection, output: Output, parts: Sequence[pd.DataFrame]) -> None:
    """Write the rows; what a part lacks is NULL, and so is what is not a number."""
    import pandas as pd

    filled = [part for part in parts if len(part)]
    rows = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    rows = rows.reindex(columns=list(output.columns))
    connection.register("value_rows", rows)
    try:
        columns = ", ".join(
            f"case when not isnan(cast({name} as double)) then {name} end as {name}"
            if type_ == "double" or type_.startswith("decimal")
            else name
            for name, type_ in output.columns.items()
        )
        connection.execute(f"create or replace temp table value_rows_told as select {columns} from value_rows")
        write(connection, output, "select * from value_rows_told")
        connection.execute("drop table value_rows_told")
    finally:
        connection.unregister("value_rows")


def _fits(population: Population) -> dict[str, str]:
    """Return each model's fit in words, and why the one in use is."""
    told = {}
    for one in population.candidates.values():
        parameters = ", ".join(f"{name} {value:.4g}" for name, value in one.fit.parameters.items())
        test = f", chi-square {one.back_test.chi_square:.1f}" if one.back_test else ""
        told[f"{population.name}_{one.model}"] = f"{parameters}; log-likelihood {one.fit.log_likelihood:.1f}{test}"
    return {**told, f"{population.name}_reason": population.reason}


def _shown(population: Population) -> dict[str, object]:
    """Return the figures and the plot of a population's back-test."""
    test = population.candidates[population.chosen].back_test if population.chosen in population.candidates else None
    if test is None:
        return {}
    expected, actual = test.tenths
    tenths = list(range(1, 11))
    return {
        f"{population.name}_expected_purchases": round(float(expected.sum()), 1),
        f"{population.name}_actual_purchases": int(actual.sum()),
        f"{population.name}_back_test": Plot(
            title=f"Purchases after {test.cut}: {population.name}, {population.chosen}",
            x="tenth of the customers by expected purchases",
            y="purchases per customer",
            series={
                "expected": (tenths, _per_customer(expected, len(test.observed))),
                "actual": (tenths, _per_customer(actual, len(test.observed))),
            },
        ),
    }


def _per_customer(values: np.ndarray, customers: int) -> list[float]:
    return (values / max(customers / 10, 1)).round(4).tolist()
