"""Churn of subscriptions: the probability that one alive today ends in the next 90 days.

Survival is fitted as of 90 days ago, and judged by what ended since: Cox's proportional hazards where there are ends
enough and its Brier score is the lower one, else Kaplan-Meier by age. An end that is known ahead is certain.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from pipelines.analytics.churning.survival import Survival, concordance, kaplan_meier, proportional_hazards
from pipelines.analytics.runs import Run, StoredModel
from pipelines.analytics.scoring import cards
from pipelines.analytics.scoring.drivers import add_drivers, counted, in_words
from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.scoring.keeping import TooThin, current
from pipelines.analytics.scoring.measures import measure

if TYPE_CHECKING:
    import pandas as pd

NAME = "contract_churn"
DAYS = 90
# ends below which age says nothing, and below which features say nothing beside it
FEWEST_ENDS, FEWEST_ENDS_FOR_FEATURES = 20, 100
# without any experience a tenth ends in 90 days, as if 40 contracts had been watched for as long
_PRIOR_RATE, _PRIOR_CONTRACTS = 0.1, 40

THEMES = {
    "size": ("size",),
    "product": ("product_id",),
    "type": ("customer_type",),
    "history": ("earlier_count", "order_count", "known_days"),
}
_WORDS = {
    "size": "cast(monthly_amount as decimal(18, 2)) || ' a month'",
    "product": "'product ' || product_id::varchar",
    "type": "'is ' || case customer_type when 'organization' then 'an organization' else 'a person' end",
    "history": f"""
        {counted("order_count", "order")} || ' and ' || {counted("earlier_count", "subscription")}
        || ' before it started'""",
}


@cache
def _query() -> str:
    return files(__package__).joinpath("contracts.sql").read_text(encoding="utf-8")


def contracts(connection: duckdb.DuckDBPyConnection, run: Run, days_ago: int) -> pd.DataFrame:
    """Return one row per subscription, as it was on the evening so many days before `as_of`."""
    evening = run.as_of - timedelta(days=days_ago)
    return connection.execute(_query(), {"evening": evening, "days": DAYS}).df()


def _features(table: pd.DataFrame) -> pd.DataFrame:
    return table[[feature for theme in THEMES.values() for feature in theme]]


def _ages(table: pd.DataFrame) -> Floats:
    return table["age_days"].to_numpy(dtype=np.float64)


def _outcome(testing: pd.DataFrame) -> Floats:
    return testing["is_ended_within"].to_numpy(dtype=bool, na_value=False).astype(np.float64)


def train_model(seen: pd.DataFrame, testing: pd.DataFrame, run: Run) -> StoredModel:
    """Return a model of the contracts ``seen`` 90 days ago, chosen on those alive then; raises TooThin."""
    ended = seen["is_ended"].to_numpy(dtype=np.float64)
    if ended.sum() < FEWEST_ENDS or not len(testing):
        raise TooThin(f"{int(ended.sum())} of {FEWEST_ENDS} ends of contracts")
    models = {"kaplan_meier": kaplan_meier(_ages(seen), ended)}
    if ended.sum() >= FEWEST_ENDS_FOR_FEATURES:
        models["proportional_hazards"] = proportional_hazards(_features(seen), _ages(seen), ended)
    briers = {
        name: float(np.mean((model.ending(_features(testing), _ages(testing), DAYS) - _outcome(testing)) ** 2))
        for name, model in models.items()
    }
    best = min(briers, key=lambda name: briers[name])
    card = {f"{name}: brier": value for name, value in briers.items()} | {
        f"{name}: concordance": concordance(model, _features(seen), _ages(seen), ended)
        for name, model in models.items()
    }
    return StoredModel(run.as_of, {"name": best, "survival": models[best].to_json()}, card)


def score(connection: duckdb.DuckDBPyConnection, run: Run) -> dict[str, object]:
    """Make the temporary table ``contract_churn`` of every customer with a subscription; return the model's card."""
    today, seen = contracts(connection, run, 0), contracts(connection, run, DAYS)
    testing = seen[~seen["is_ended"]]

    def brier(model: StoredModel) -> float | None:
        try:
            return float(np.mean((_ending(model, testing) - _outcome(testing)) ** 2)) if len(testing) else None
        except KeyError:
            return None

    kept = current(run.models, NAME, run.as_of, lambda: train_model(seen, testing, run), brier)
    card: dict[str, object] = {"contracts: decision": kept.decision}
    if kept.model is not None:
        card |= {"contracts: model": kept.model.payload["name"]} | {
            f"contracts: {name} at training": value for name, value in kept.model.card.items()
        }
        if 0 < _outcome(testing).sum() < len(testing):
            rates = _ending(kept.model, testing)
            card |= cards.figures(measure(_outcome(testing), rates), "contracts: ")
            plots = cards.plots(_outcome(testing), rates, "Subscription ends in 90 days")
            card |= {f"contracts: {name}": plot for name, plot in plots.items()}
    _write(connection, _scored(today, kept.model, kept.decision), run)
    return card


def _ending(model: StoredModel, table: pd.DataFrame) -> Floats:
    return Survival.from_json(model.payload["survival"]).ending(_features(table), _ages(table), DAYS)


def _scored(today: pd.DataFrame, model: StoredModel | None, why: str) -> pd.DataFrame:
    if model is not None:
        survival = Survival.from_json(model.payload["survival"])
        told = add_drivers(today, survival.contributions(_features(today), THEMES), list(THEMES))
        return told.assign(
            end_rate=_ending(model, today),
            churn_model=model.payload["name"],
            churn_note=None,
            model_id=model.model_id,
            model_trained_date=model.trained_as_of,
        )
    watched = _ages(today).sum() / DAYS + _PRIOR_CONTRACTS
    rate = (today["is_ended"].sum() + _PRIOR_RATE * _PRIOR_CONTRACTS) / watched
    told = add_drivers(today, np.zeros((len(today), len(THEMES))), list(THEMES))
    return told.assign(
        end_rate=float(min(rate, 1.0)),
        churn_model="rules",
        churn_note=f"By rule, the same pace for all: {why}.",
        model_id=None,
        model_trained_date=None,
    )


def _write(connection: duckdb.DuckDBPyConnection, scored: pd.DataFrame, run: Run) -> None:
    """A customer's rate is that of the running contracts, weighted by what they bring; without any it is 1."""
    connection.register("scored_contracts", scored)
    try:
        connection.execute(
            f"""
            create or replace temp table contract_churn as
            with told as (
                select
                    *,
                    -- a known end is the last day, and nothing else ends a contract before it
                    case
                        when end_date is null then end_rate
                        when end_date < $as_of + {DAYS} then 1
                        else 0
                    end as rate,
                    case
                        when is_ended then 'its subscription ended on ' || end_date::date
                        when end_date is not null then 'its subscription is to end on ' || end_date::date
                        else 'running for ' || {counted("age_days", "day")}
                    end as state,
                    greatest(monthly_amount, 0.01) as weight,
                    concat_ws(' ', {in_words(_WORDS, "Raised by", "Lowered by")}, churn_note) as drivers
                from (select * replace (customer_id::varchar as customer_id) from scored_contracts)
            ),
            running as (
                select
                    customer_id,
                    sum(rate * weight) / sum(weight) as churn_rate,
                    arg_max(state, (weight, subscription_id)) as state,
                    arg_max(drivers, (weight, subscription_id)) as drivers,
                    any_value(churn_model) as churn_model,
                    any_value(model_id) as model_id,
                    any_value(model_trained_date) as model_trained_date
                from told where not is_ended group by customer_id
            ),
            ended as (
                select
                    customer_id,
                    1 as churn_rate,
                    arg_max(state, (end_date, subscription_id)) as state,
                    null as drivers,
                    'ended' as churn_model,
                    null as model_id,
                    null as model_trained_date
                from told group by customer_id
            ),
            final as (
                select * from running
                union all
                select * from ended where customer_id not in (select customer_id from running)
            )
            select
                customer_id,
                'contractual' as churn_kind,
                case when churn_model in ('rules', 'ended') then 'rules' else 'model' end as churn_method,
                churn_model,
                churn_rate,
                concat_ws(' ', upper(state[1]) || state[2:] || '.', nullif(drivers, '')) as churn_reasons,
                model_id,
                model_trained_date
            from final
            """,
            {"as_of": run.as_of},
        )
    finally:
        connection.unregister("scored_contracts")
