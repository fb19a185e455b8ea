"""Trains a model on the records of the warehouse: draws and counts pairs, and learns from the counts."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from pipelines.analytics.matching import blocking, features, scoring
from pipelines.analytics.matching.comparisons import Kind
from pipelines.analytics.matching.features import SOURCE, Store
from pipelines.analytics.matching.model import Model, stated
from pipelines.analytics.matching.training import Learnt, learn
from sources.quoting import quoted

THRESHOLD = 0.5
RANDOM_PAIRS = 300_000
# a value held by fewer records is called rare; listing it would tell who they are
_LISTED_FROM, _LISTED = 10, 5000
# what is usual of names, by what is declared, tells as much as this many records
_USUAL_RECORDS = 200


def train(connection: duckdb.DuckDBPyConnection, store: Store, records: int) -> Model:
    """Learn a model of the records of a kind; leaves them kept, and compared in temp table `compared`."""
    kind = store.kind
    asked = blocking.choose(connection, kind, records)
    frequencies, rare = _frequencies(connection, kind)
    model = Model(
        kind.customer_type,
        stated(kind),
        m={},
        u={},
        match_rate=0.5,
        threshold=THRESHOLD,
        rules=tuple(asked),
        max_block=blocking.MAX_BLOCK,
        frequencies=frequencies,
        rare=rare,
    )
    features.keep_all(connection, store, model)
    drawn = blocking.random_pairs(connection, store, records, RANDOM_PAIRS)
    scoring.compare(connection, store)
    random = scoring.count_patterns(connection, kind)
    blocking.block_all(connection, store, model)
    scoring.compare(connection, store)
    candidates = scoring.count_patterns(connection, kind)
    all_pairs = max(records * (records - 1) / 2, 1.0)
    learnt = learn(kind, model.chosen(kind), candidates, random, _equal(connection, kind), all_pairs)
    told = {"records": records, "random_pairs": drawn, "compared_pairs": float(candidates.pairs.sum())}
    return _named(kind, model, learnt, {**told, **{f"asked_by_{name}": n for name, n in asked.items()}})


def _named(kind: Kind, model: Model, learnt: Learnt, trained_on: dict[str, float]) -> Model:
    def by_label(values: tuple[object, ...]) -> dict[str, dict[str, float]]:
        return {
            each.name: {level.label: float(value) for level, value in zip(each.levels, row, strict=True)}  # type: ignore[call-overload]
            for each, row in zip(kind.comparisons, values, strict=True)
        }

    m, u = by_label(learnt.m), by_label(learnt.u)
    return replace(model, m=m, u=u, match_rate=learnt.match_rate, trained_on=trained_on)


def _frequencies(
    connection: duckdb.DuckDBPyConnection, kind: Kind
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return the commonest values of each column with their shares, and the average share of the others."""
    listed: dict[str, dict[str, float]] = {}
    rare: dict[str, float] = {}
    for column in kind.frequencies:
        rows = connection.execute(
            f"""
            select value, n from (
                select {column} as value, count(*) as n from {SOURCE}
                where customer_type = {quoted(kind.customer_type)} and {column} is not null
                group by all
            )
            order by n desc, value
            """
        ).fetchnumpy()
        counts = rows["n"].astype(float)
        total = counts.sum()
        if not total:
            continue
        usual = _usual(kind, column)
        keep = min(int((counts >= _LISTED_FROM).sum()), _LISTED)
        listed[column] = {
            str(value): _share(n, total, usual) for value, n in zip(rows["value"][:keep], counts[:keep], strict=True)
        }
        rest = counts[keep:]
        rare[column] = _share(float(rest.mean()) if len(rest) else 1.0, total, usual)
    return listed, rare


def _share(count: float, total: float, usual: float) -> float:
    """Return how common a value is; a handful of records is filled up with what is usual."""
    return float((count + usual * _USUAL_RECORDS) / (total + _USUAL_RECORDS))


def _usual(kind: Kind, column: str) -> float:
    """Return how common a value of a column usually is: most are rarer than the chance that two are equal."""
    return next(level.u for each in kind.comparisons for level in each.levels if level.frequency == column) / 3


def _equal(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, float]:
    """Return column -> how likely two random records that know it have the same value, counted exactly."""
    columns = dict.fromkeys(level.equal for each in kind.comparisons for level in each.levels if level.equal)
    shares = {}
    for column in columns:
        row = connection.execute(
            f"""
            select sum(n * (n - 1)) / (sum(n) * (sum(n) - 1)) from (
                select count(*)::double as n from {SOURCE}
                where customer_type = {quoted(kind.customer_type)} and {column} is not null
                group by {column}
            )
            having sum(n) > 1
            """
        ).fetchone()
        if row and row[0]:
            shares[str(column)] = float(row[0])
    return shares
