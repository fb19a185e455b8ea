"""A learnt model weighs pairs as Splink does with the same parameters: the scoring in DuckDB is Fellegi-Sunter's."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.analytics.matching import blocking, scoring
from pipelines.analytics.matching.comparisons import Comparison
from pipelines.analytics.matching.features import Store, plain_columns
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.persons import PERSONS
from tests.unit.analytics.matching.populations import PEOPLE, PERSON_VALUES
from tests.unit.analytics.matching.warehouse import Record, Warehouse, person

pytestmark = pytest.mark.slow
RECORDS = 300
STORE = Store(PERSONS)


def test_every_pair_weighs_what_splink_says(tmp_path: Path) -> None:
    warehouse = Warehouse(str(tmp_path / "warehouse.duckdb"))
    warehouse.hold(people(random.Random(20250630)))
    learnt = warehouse.match()["person"].model
    # how common a value is, is adjusted for in a way of our own
    model = replace(learnt, rare={}, frequencies={}, trained_on={"records": 1_000.0})
    warehouse.match({"person": model})
    expected = splink_weights(warehouse, model)
    assert len(expected) == RECORDS * (RECORDS - 1) // 2
    kept = ours(warehouse, f"select l, r, weight from {STORE.pairs}")
    assert len(kept) > 1_000
    # those that are no link, too, whatever they weigh
    weights = all_weights(warehouse, model)
    assert weights.keys() == expected.keys()
    for pairs in (kept, weights):
        assert pairs == pytest.approx({pair: expected[pair] for pair in pairs}, abs=1e-6)
    assert len({round(weight, 6) for weight in weights.values()}) > 500


def people(chance: random.Random) -> list[Record]:
    """Return records that agree in some, but not in all."""
    made = []
    for number in range(RECORDS):
        values: dict[str, Any] = dict(chance.choice(PEOPLE))
        for field in chance.sample(sorted(PERSON_VALUES), chance.randrange(7)):
            values[field] = chance.choice(PERSON_VALUES[field])
        made.append(person(f"{number:03}", **values))
    return made


def all_weights(warehouse: Warehouse, model: Model) -> dict[tuple[str, str], float]:
    """Return what our patterns of all pairs weigh."""
    connection = warehouse.connection
    blocking.random_pairs(connection, STORE, RECORDS, RECORDS**2)
    scoring.compare(connection, STORE)
    patterns = [pattern for (pattern,) in warehouse.rows("select distinct pattern from compared")]
    connection.execute("create or replace temp table weights (pattern bigint, weight double)")
    rows = zip(patterns, model.pattern_weights(PERSONS, patterns).tolist(), strict=True)
    connection.executemany("insert into weights values (?, ?)", [list(row) for row in rows])
    return ours(warehouse, "select l, r, weight from compared join weights using (pattern)")


def ours(warehouse: Warehouse, pairs: str) -> dict[tuple[str, str], float]:
    rows = warehouse.rows(
        f"select a.record_key, b.record_key, weight from ({pairs}) as pairs"
        f" join {STORE.records} as a on pairs.l = a.id join {STORE.records} as b on pairs.r = b.id"
    )
    return {(min(left, right), max(left, right)): weight for left, right, weight in rows}


def splink_weights(warehouse: Warehouse, model: Model) -> dict[tuple[str, str], float]:
    """Return the match weights of all pairs by Splink."""
    from splink import DuckDBAPI, Linker, SettingsCreator  # noqa: TID251

    table = warehouse.connection.sql(
        f"select record_key as unique_id, {plain_columns(PERSONS)} from intermediate.int_customers__features"
    ).to_arrow_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[comparison_of(each, model) for each in PERSONS.comparisons],
        blocking_rules_to_generate_predictions=["1=1"],
        probability_two_random_records_match=model.match_rate,
        retain_matching_columns=False,
    )
    connection = duckdb.connect()
    connection.register("people", table)
    api = DuckDBAPI(connection)
    linker = Linker(api.register("people"), settings)
    rows = linker.inference.predict().as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_weight").fetchall()
    return {(min(left, right), max(left, right)): weight for left, right, weight in rows}


def comparison_of(comparison: Comparison, model: Model) -> dict[str, Any]:
    """Return a comparison in Splink's words."""
    levels: list[dict[str, Any]] = [
        {"sql_condition": of_splink(comparison.missing), "label_for_charts": "missing", "is_null_level": True}
    ]
    for level in comparison.levels:
        levels.append(
            {
                "sql_condition": "ELSE" if level.when == "true" else of_splink(level.when),
                "label_for_charts": level.label,
                "m_probability": model.m[comparison.name][level.label],
                "u_probability": model.u[comparison.name][level.label],
            }
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def of_splink(condition: str) -> str:
    """Return a condition over ``l.column`` and ``r.column`` as one over ``column_l`` and ``column_r``."""
    return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", condition)
