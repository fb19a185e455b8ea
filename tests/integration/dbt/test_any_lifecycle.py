"""The lifecycle of any customer against the rules read slowly, one day at a time, by somebody who sees no later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from random import Random

import duckdb
import pandas as pd
import pytest

from tests.integration.dbt.compiled import CompiledModels

pytestmark = pytest.mark.slow

FIRST = date(2020, 1, 1)
LAST = date(2023, 12, 31)
DAYS = (LAST - FIRST).days
MODELS = ("int_purchases__spaced", "int_customer_statuses__dated", "fct_customer_status_changes")


@dataclass(frozen=True)
class History:
    """What happened to a customer, in days after FIRST."""

    seen: int
    orders: frozenset[int]
    subscriptions: tuple[tuple[int, int | None], ...]  # first day, last day
    removed: tuple[int, str] | None  # day, state


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


def state_at_end_of(day: int, history: History, states: dict[int, str]) -> str:
    """The state, read from what happened until ``day`` and the states of earlier days."""
    if history.removed and history.removed[0] <= day:
        return history.removed[1]
    orders = sorted(order for order in history.orders if order <= day)
    begun = [(first, last) for first, last in history.subscriptions if first <= day]
    purchases = {*orders, *(first for first, _ in begun)}
    if not purchases:
        return "prospect"
    running = any(last is None or last >= day for _, last in begun)
    silent_since = day if running else max([*orders, *(last for _, last in begun if last is not None)])
    silence = day - silent_since
    gaps = [later - earlier for earlier, later in pairwise(orders)]
    mean = sum(gaps) / len(gaps) if gaps else 0.0
    lapse = min(max(180, 3 * mean), 540)
    if silence > lapse + 365:
        return "lost"
    if silence > lapse:
        return "lapsed"
    returns = [p for p in purchases if states.get(p - 1) in ("lapsed", "lost")]
    if returns and day - max(returns) <= 90:
        return "won_back"
    if day - min(purchases) <= 90:
        return "new"
    return "at_risk" if silence > min(max(90, 2 * mean), 360) else "active"


def lived(history: History) -> dict[int, str]:
    """The state on every day since the customer was first known."""
    begin = min(
        history.seen, *history.orders, *(first for first, _ in history.subscriptions),
        *([history.removed[0]] if history.removed else []), DAYS,
    )  # fmt: skip
    states: dict[int, str] = {}
    for day in range(begin, DAYS + 1):
        states[day] = state_at_end_of(day, history, states)
    return states


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
    return models.run(inputs, frames)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    return CompiledModels(tmp_path_factory.mktemp("lifecycle") / "home", MODELS, LAST)


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
        assert found[number] == lived(person), person
