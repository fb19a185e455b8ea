"""The probability that an open lead converts within 60 days of its creation, from what it shows in its first 14.

Trained on leads whose 60 days are over, looked at when they were 0, 4, 7 and 14 days old and still open: nothing that
was recorded later, or after the outcome, is known to the model. The windows follow one another by creation: the first
leads train, later ones calibrate, the latest judge. Every night the odds are shifted to what the latest leads did,
because base rates move.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from pipelines.analytics.leads.waiting import Waiting, waiting_of
from pipelines.analytics.leads.words import REASONS, THEMES
from pipelines.analytics.runs import Run, StoredModel
from pipelines.analytics.scoring import cards
from pipelines.analytics.scoring.calibration import probability, shift
from pipelines.analytics.scoring.classifier import Classifier
from pipelines.analytics.scoring.drivers import add_drivers
from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.scoring.keeping import TooThin, current
from pipelines.analytics.scoring.measures import measure
from pipelines.analytics.scoring.training import Sample, thin, train

if TYPE_CHECKING:
    import pandas as pd

NAME = "lead_conversion"
DAYS = 60
AGES = (0, 4, 7, 14)
# shares of the mature leads, by creation, up to which they train and calibrate; the rest judges
_TRAINING, _CALIBRATING = 0.6, 0.8
_FEATURES = ("age_days", "created_year", *(feature for theme in THEMES.values() for feature in theme))


@cache
def _query() -> str:
    return files(__package__).joinpath("features.sql").read_text(encoding="utf-8")


def looked_at(connection: duckdb.DuckDBPyConnection, as_of: date, ages: tuple[int, ...]) -> pd.DataFrame:
    """Return one row per lead and age of ``ages`` at which it was open; without ages, the open leads as of today."""
    return connection.execute(
        _query(),
        {"as_of": as_of, "ages": list(ages), "last_age": AGES[-1], "is_scoring": not ages, "days": DAYS},
    ).df()


def _mature(connection: duckdb.DuckDBPyConnection, as_of: date) -> pd.DataFrame:
    """Return leads whose 60 days are over, each at every age, oldest first."""
    table = looked_at(connection, as_of, AGES)
    over = table["created_date"].dt.date <= as_of - timedelta(days=DAYS)
    return table[over].sort_values(["created_date", "lead_id", "age_days"], ignore_index=True)


def _sample(table: pd.DataFrame) -> Sample:
    return Sample(table[list(_FEATURES)], table["is_converted"].to_numpy(dtype=np.float64))


def windows(mature: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the training, calibration and test rows; the outcomes of the first two are known before the third begins.

    A lead is judged once, at the last age.
    """
    created = mature["created_date"]
    first, second = created.quantile([_TRAINING, _CALIBRATING], interpolation="lower")
    known = created < second - np.timedelta64(DAYS, "D")
    testing = (created >= second) & (mature["age_days"] == AGES[-1])
    return mature[known & (created < first)], mature[known & (created >= first)], mature[testing]


def train_model(connection: duckdb.DuckDBPyConnection, as_of: date) -> StoredModel:
    """Return a new model and its card; raises TooThin where there are too few mature leads."""
    mature = _mature(connection, as_of)
    if not len(mature):
        raise TooThin("no lead is 60 days old")
    training, calibrating, testing = (_sample(part) for part in windows(mature))
    missing = thin(training, testing)
    if missing:
        raise TooThin(missing)
    chosen = train(training, calibrating, testing, {})
    payload = {
        "name": chosen.name,
        "classifier": chosen.classifier.to_json(),
        "waiting": waiting_of(_waits(connection, as_of), AGES[-1], DAYS).to_json(),
    }
    return StoredModel(as_of, payload, {name: measures.to_json() for name, measures in chosen.measures.items()})


def _waits(connection: duckdb.DuckDBPyConnection, as_of: date) -> pd.DataFrame:
    """Return `took_days` and `watched_days` of every lead."""
    table = looked_at(connection, as_of, (0,))
    took = (table["converted_date"] - table["created_date"]).dt.days
    watched = (np.datetime64(as_of) - table["created_date"]).dt.days
    return table.assign(took_days=took, watched_days=watched)


def score(connection: duckdb.DuckDBPyConnection, run: Run) -> dict[str, object]:
    """Make the temporary table ``lead_rates`` of every open lead; return the model's card."""
    mature = _mature(connection, run.as_of)
    testing = _sample(windows(mature)[2] if len(mature) else mature)

    def brier(model: StoredModel) -> float | None:
        try:
            rates = Classifier.from_json(model.payload["classifier"]).probability(testing.table)
            return float(np.mean((rates - testing.outcome) ** 2)) if len(rates) else None
        except KeyError:
            return None

    kept = current(run.models, NAME, run.as_of, lambda: train_model(connection, run.as_of), brier)
    card: dict[str, object] = {"decision": kept.decision}
    leads = looked_at(connection, run.as_of, ())
    if kept.model is not None:
        card |= _card(kept.model, testing)
        scored = leads.assign(
            **_by_model(leads, kept.model, testing),
            score_model=kept.model.payload["name"],
            score_note=None,
            model_id=kept.model.model_id,
            model_trained_date=kept.model.trained_as_of,
        )
    else:
        scored = _by_rule(leads, mature, kept.decision)
    _write(connection, scored)
    return card


def rates(model: StoredModel, leads: pd.DataFrame, latest: Sample) -> Floats:
    """Return the probability of open leads, as shifted to what the ``latest`` mature ones did."""
    classifier = Classifier.from_json(model.payload["classifier"])
    moved = 0.0
    if len(latest.outcome):
        moved = shift(_log_odds(classifier, latest.table), latest.outcome)
    rate = probability(_log_odds(classifier, leads) + moved)
    age = leads["lead_age_days"].to_numpy(dtype=np.float64)
    return Waiting.from_json(model.payload["waiting"]).left(rate, age)


def _log_odds(classifier: Classifier, table: pd.DataFrame) -> Floats:
    rate = np.clip(classifier.probability(table), 1e-6, 1 - 1e-6)
    result: Floats = np.log(rate / (1 - rate))
    return result


def _by_model(leads: pd.DataFrame, model: StoredModel, latest: Sample) -> dict[str, Any]:
    classifier = Classifier.from_json(model.payload["classifier"])
    told = add_drivers(leads, classifier.contributions(leads, THEMES), list(THEMES))
    drivers = {name: told[name] for name in told.columns if name.startswith("driver_")}
    return {"conversion_rate": rates(model, leads, latest), **drivers}


def _by_rule(leads: pd.DataFrame, mature: pd.DataFrame, why: str) -> pd.DataFrame:
    """Return the share of mature leads that converted, drawn to a tenth where there are few, for every lead."""
    first = mature[mature["age_days"] == AGES[0]]
    rate = (float(first["is_converted"].sum()) + 2.0) / (len(first) + 20.0)
    old = leads["lead_age_days"].to_numpy(dtype=np.float64) >= DAYS
    told = add_drivers(leads, np.zeros((len(leads), len(THEMES))), list(THEMES))
    return told.assign(
        conversion_rate=np.where(old, rate / 10, rate),
        score_model="rules",
        score_note=f"By rule, the same for all of its age: {why}.",
        model_id=None,
        model_trained_date=None,
    )


def _card(model: StoredModel, testing: Sample) -> dict[str, object]:
    card: dict[str, object] = {
        "model": model.payload["name"],
        "model_id": model.model_id,
        "trained as of": model.trained_as_of.isoformat(),
    }
    for name, told in model.card.items():
        card |= {f"{name} at training, {figure}": told[figure] for figure in ("auc", "brier")}
    if testing.fewest():
        rate = Classifier.from_json(model.payload["classifier"]).probability(testing.table)
        card |= cards.figures(measure(testing.outcome, rate))
        card |= cards.plots(testing.outcome, rate, "Lead converts in 60 days")
    return card


def _write(connection: duckdb.DuckDBPyConnection, scored: pd.DataFrame) -> None:
    connection.register("scored_leads", scored)
    try:
        connection.execute(
            f"""
            create or replace temp table lead_rates as
            select
                lead_id::varchar as lead_id,
                case when score_model = 'rules' then 'rules' else 'model' end as score_method,
                score_model,
                conversion_rate,
                concat_ws(
                    ' ',
                    'Open for ' || lead_age_days || case when lead_age_days = 1 then ' day' else ' days' end
                    || case when lead_age_days >= {DAYS} then ', when few convert' else '' end || '.',
                    case when lead_age_days < {DAYS} then {REASONS} end,
                    score_note
                ) as score_reasons,
                model_id,
                model_trained_date
            from scored_leads
            """
        )
    finally:
        connection.unregister("scored_leads")
