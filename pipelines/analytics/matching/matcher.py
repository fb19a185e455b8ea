"""A night of matching, in order: what changed, what is compared, what is linked, which records are one customer.

Works on a connection whose current database is the warehouse; everything it keeps there, in schema ``matching``, can
be made again. The models are given and returned: they live in the lake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from pipelines.analytics.matching import blocking, features, grouping, population, quality, scoring, views
from pipelines.analytics.matching.comparisons import Kind
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.model import Model, stated
from pipelines.analytics.matching.organizations import ORGANIZATIONS
from pipelines.analytics.matching.persons import PERSONS
from pipelines.analytics.matching.quality import Expected

KINDS: tuple[Kind, ...] = (PERSONS, ORGANIZATIONS)
# a model that has seen less than half of the records is learnt anew
_OUTGROWN = 2


@dataclass(frozen=True)
class Matched:
    """What a night of matching did for one kind of customer.

    Attributes:
        model: the model that was used.
        records: how many there are; compared: how many of them were compared tonight.
        pairs: how many pairs were looked at tonight.
        curve: what thresholds are expected to give, where the model was learnt tonight; None where it was given.
    """

    model: Model
    records: int
    compared: int
    pairs: int
    curve: tuple[Expected, ...] | None = None

    @property
    def is_new(self) -> bool:
        """Whether the model was learnt tonight."""
        return self.curve is not None


def match(connection: duckdb.DuckDBPyConnection, models: Mapping[str, Model]) -> dict[str, Matched]:
    """Match all records of the warehouse; return customer type -> what was done.

    Reads `intermediate.int_customers__features` and `int_customers__links`, and temp table
    `decisions(kind, record_key, other_record_key)`. Leaves views `matching.links`, `review`, `clusters` and table
    `quality`. A killed run is made good by the next: changes are one transaction, and what is matched from nothing
    counts only when it is complete.

    Args:
        connection: writable; its current database is the warehouse.
        models: customer type -> the model to use; a kind without one, or whose model is outgrown, learns one.
    """
    connection.execute(
        """
        create schema if not exists matching;
        create table if not exists matching.state (customer_type varchar primary key, model_id varchar);
        """
    )
    done = {kind.customer_type: _match(connection, kind, models.get(kind.customer_type)) for kind in KINDS}
    kinds = [(Store(kind), done[kind.customer_type].model) for kind in KINDS]
    with _transaction(connection):
        views.create(connection, kinds)
        quality.measure(connection, kinds)
    return done


def _match(connection: duckdb.DuckDBPyConnection, kind: Kind, model: Model | None) -> Matched:
    store = Store(kind)
    records = features.count(connection, kind)
    known = model if model is not None and _fits(model, kind, records) else None
    if known and _kept(connection, store) == known.model_id and features.differences(connection, store):
        with _transaction(connection):
            done = _match_changes(connection, store, known, records)
            grouping.group(connection, store, known)
        return done
    # too much for one transaction, which DuckDB would hold in memory: what is half done is not taken for done
    connection.execute("delete from matching.state where customer_type = ?", [kind.customer_type])
    done = _match_all(connection, store, known, records) if known else _learn(connection, store, records)
    grouping.group(connection, store, done.model)
    connection.execute("insert into matching.state values (?, ?)", [kind.customer_type, done.model.model_id])
    return done


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin transaction")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _fits(model: Model, kind: Kind, records: int) -> bool:
    return model.kind == stated(kind) and records <= _OUTGROWN * max(model.trained_on.get("records", 0), 1)


def _learn(connection: duckdb.DuckDBPyConnection, store: Store, records: int) -> Matched:
    model = population.train(connection, store, records)
    scoring.weigh(connection, store, model)
    curve = quality.curve(connection, "weighed")
    model = replace(model, threshold=quality.best_threshold(curve))
    _keep_pairs(connection, store)
    return Matched(model, records, records, int(model.trained_on["compared_pairs"]), tuple(curve))


def _match_all(connection: duckdb.DuckDBPyConnection, store: Store, model: Model, records: int) -> Matched:
    features.keep_all(connection, store, model)
    blocking.block_all(connection, store, model)
    scoring.compare(connection, store)
    scoring.weigh(connection, store, model)
    _keep_pairs(connection, store)
    return Matched(model, records, records, _count(connection, "compared"))


def _keep_pairs(connection: duckdb.DuckDBPyConnection, store: Store) -> None:
    connection.execute(f"create or replace table {store.pairs} as select * from weighed")
    connection.execute(f"create or replace table {store.sound} (fingerprint ubigint)")


def _match_changes(connection: duckdb.DuckDBPyConnection, store: Store, model: Model, records: int) -> Matched:
    if not _count(connection, "fresh") + _count(connection, "gone"):
        return Matched(model, records, 0, 0)
    blocking.mark_gone(connection, store, model)
    last = features.keep_changes(connection, store, model)
    blocking.mark_touched(connection, store, model, last)
    blocking.block_touched(connection, store, model)
    scoring.compare(connection, store)
    scoring.weigh(connection, store, model)
    connection.execute(
        f"""
        delete from {store.pairs}
        where l in (select id from gone union all select id from touched)
           or r in (select id from gone union all select id from touched);
        insert into {store.pairs} select * from weighed;
        """
    )
    return Matched(model, records, _count(connection, "touched"), _count(connection, "compared"))


def _kept(connection: duckdb.DuckDBPyConnection, store: Store) -> str | None:
    """Return the id of the model by which the warehouse's records were compared last."""
    row = connection.execute(
        "select model_id from matching.state where customer_type = ?", [store.kind.customer_type]
    ).fetchone()
    return row[0] if row else None


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
