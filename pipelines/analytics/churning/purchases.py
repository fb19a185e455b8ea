"""Churn of customers without a contract: the probability that no counted order follows in the next 90 days.

A model is trained on windows of 90 days: features as of the first evening, outcome within the window. The last window
judges and chooses between boosting, its logistic baseline, their blend, and the Pareto/NBD, whose probability is also a
feature; the one before it calibrates where that is needed; those that end before it, one every 45 days, train.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from pipelines.analytics.churning import purchase_words, rhythm
from pipelines.analytics.churning.rhythm import Rhythm, rhythm_of
from pipelines.analytics.runs import Run, StoredModel
from pipelines.analytics.scoring import cards
from pipelines.analytics.scoring.classifier import Classifier
from pipelines.analytics.scoring.drivers import add_drivers
from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.scoring.keeping import TooThin, current
from pipelines.analytics.scoring.measures import measure
from pipelines.analytics.scoring.training import Sample, pooled, thin, train

if TYPE_CHECKING:
    import pandas as pd

NAME = "purchase_churn"
DAYS = 90
# how many days before `as_of` each window starts
TESTING, CALIBRATING, TRAINING = 90, 180, tuple(range(270, 541, 45))
_WITHOUT_FEATURE = "customer_id"


@dataclass(frozen=True)
class Windows:
    """Feature rows of one warehouse as of any evening, and what followed."""

    connection: duckdb.DuckDBPyConnection
    as_of: date

    def features(self, evening: date) -> pd.DataFrame:
        """Return one row per customer with a counted order up to ``evening``, in the order of their ids."""
        return self.connection.execute(_query(), {"cut_off": evening}).df()

    def sample(self, days_ago: int, alone: Rhythm | None) -> Sample:
        """Return the window that starts so many days before `as_of`; outcome 1 is no purchase in it."""
        evening = self.as_of - timedelta(days=days_ago)
        table = self.features(evening)
        bought = self.connection.execute(
            "select distinct customer_id from core.fct_orders"
            " where is_counted and order_date > $evening and order_date <= $evening + $days",
            {"evening": evening, "days": DAYS},
        ).fetchnumpy()["customer_id"]
        outcome = (~table["customer_id"].isin(bought)).to_numpy(dtype=np.float64)
        return Sample(with_rhythm(table, alone), outcome)


@cache
def _query() -> str:
    return files(__package__).joinpath("features.sql").read_text(encoding="utf-8")


def with_rhythm(table: pd.DataFrame, alone: Rhythm | None) -> pd.DataFrame:
    """Return the features with the probability of no purchase by the rhythm alone."""
    return table.assign(**{rhythm.COLUMN: alone.rates(table, DAYS) if alone else np.nan})


def train_model(windows: Windows) -> StoredModel:
    """Return a new model and its card; raises TooThin where the windows hold too little."""
    # its parameters know no day that a test or calibration row has not seen
    alone = rhythm_of(windows.features(windows.as_of - timedelta(days=TRAINING[0])))
    samples = [windows.sample(days, alone) for days in (TESTING, CALIBRATING, *TRAINING)]
    testing, calibrating, *earlier = [
        Sample(each.table.drop(columns=_WITHOUT_FEATURE), each.outcome) for each in samples
    ]
    training = pooled(earlier)
    missing = thin(training, testing)
    if missing:
        raise TooThin(missing)
    given = {alone.name: rhythm.COLUMN} if alone else {}
    chosen = train(training, calibrating, testing, given)
    payload = {
        "name": chosen.name,
        "classifier": chosen.classifier.to_json(),
        "rhythm": {"name": alone.name, "parameters": dict(alone.parameters)} if alone else None,
    }
    return StoredModel(windows.as_of, payload, {name: measures.to_json() for name, measures in chosen.measures.items()})


def _stored_rhythm(model: StoredModel) -> Rhythm | None:
    kept = model.payload["rhythm"]
    return Rhythm(kept["name"], kept["parameters"]) if kept else None


def probability(model: StoredModel, table: pd.DataFrame) -> Floats:
    """Return the churn probability of feature rows; raises KeyError when the model needs a feature they lack."""
    return Classifier.from_json(model.payload["classifier"]).probability(with_rhythm(table, _stored_rhythm(model)))


def score(connection: duckdb.DuckDBPyConnection, run: Run) -> dict[str, object]:
    """Make the temporary table ``purchase_churn`` of every customer with a counted order; return the model's card."""
    windows = Windows(connection, run.as_of)
    table = windows.features(run.as_of)
    testing = windows.sample(TESTING, None)

    def brier(model: StoredModel) -> float | None:
        try:
            return float(np.mean((probability(model, testing.table) - testing.outcome) ** 2))
        except KeyError:
            return None

    kept = current(run.models, NAME, run.as_of, lambda: train_model(windows), brier)
    card: dict[str, object] = {"purchases: decision": kept.decision}
    if kept.model is not None:
        card |= _card(kept.model, testing)
        scored = _by_model(table, kept.model)
    else:
        scored = _by_rhythm(table, kept.decision)
    _write(connection, scored)
    return card


def _by_model(table: pd.DataFrame, model: StoredModel) -> pd.DataFrame:
    classifier = Classifier.from_json(model.payload["classifier"])
    table = with_rhythm(table, _stored_rhythm(model))
    contributions = classifier.contributions(table, purchase_words.THEMES)
    told = add_drivers(table, contributions, list(purchase_words.THEMES))
    return told.assign(
        churn_rate=classifier.probability(table),
        churn_model=model.payload["name"],
        churn_note=None,
        model_id=model.model_id,
        model_trained_date=model.trained_as_of,
    )


def _by_rhythm(table: pd.DataFrame, why: str) -> pd.DataFrame:
    """Return the rates of a model that needs no training, else of a rule; the reason is told in every row."""
    alone = rhythm_of(table)
    told = with_rhythm(table, alone)
    rates: Any = told[rhythm.COLUMN] if alone else purchase_words.by_rule(table)
    facts = np.zeros((len(table), len(purchase_words.THEMES)))
    facts[:, 0] = np.where(np.asarray(rates) >= 0.5, 1.0, -1.0)
    told = add_drivers(told, facts, list(purchase_words.THEMES))
    by = "By the rhythm of purchases alone" if alone else "By rule"
    return told.assign(
        churn_rate=rates,
        churn_model=alone.name if alone else "rules",
        churn_note=f"{by}: {why}.",
        model_id=None,
        model_trained_date=None,
    )


def _card(model: StoredModel, testing: Sample) -> dict[str, object]:
    """Return the figures of the latest window whose outcome is known, and those at training of all candidates."""
    card: dict[str, object] = {
        "purchases: model": model.payload["name"],
        "purchases: model_id": model.model_id,
        "purchases: trained as of": model.trained_as_of.isoformat(),
    }
    for name, told in model.card.items():
        card |= {f"purchases: {name} at training, {figure}": told[figure] for figure in ("auc", "brier")}
    if testing.fewest():
        rates = probability(model, testing.table)
        card |= cards.figures(measure(testing.outcome, rates), "purchases: ")
        plots = cards.plots(testing.outcome, rates, "No purchase in 90 days")
        card |= {f"purchases: {name}": plot for name, plot in plots.items()}
    return card


def _write(connection: duckdb.DuckDBPyConnection, scored: pd.DataFrame) -> None:
    connection.register("scored_purchases", scored)
    try:
        connection.execute(
            f"""
            create or replace temp table purchase_churn as
            select
                customer_id::varchar as customer_id,
                'non_contractual' as churn_kind,
                case when churn_model = 'rules' then 'rules' else 'model' end as churn_method,
                churn_model,
                churn_rate,
                concat_ws(' ', {purchase_words.REASONS}, churn_note) as churn_reasons,
                model_id,
                model_trained_date
            from scored_purchases
            """
        )
    finally:
        connection.unregister("scored_purchases")
