"""The records of one kind as they were last compared, kept in the warehouse: what changed is what is compared again.

Everything kept here can be made again from `int_customers__features`. How pairs are found is in ``blocking``.

Keeps, in schema ``matching``, for each kind: `<kind>_records(id, record_key, source_hash, <compared columns>,
<column>_frequency …, k_<rule> …)` and `<kind>_keys(id, rule, key)` for the rules whose keys are lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.analytics.matching.arrays import given
from pipelines.analytics.matching.comparisons import BlockingRule, Kind
from pipelines.analytics.matching.model import Model
from sources.quoting import quoted

SOURCE = "intermediate.int_customers__features"
FRESH = "and record_key in (select record_key from fresh)"
# beyond this share of changed records comparing everything again is no dearer
_MANY = 0.2


@dataclass(frozen=True)
class Store:
    """Names of a kind's tables."""

    kind: Kind

    @property
    def records(self) -> str:
        """Compared records."""
        return f"matching.{self.kind.customer_type}_records"

    @property
    def keys(self) -> str:
        """Keys of rules whose keys are lists."""
        return f"matching.{self.kind.customer_type}_keys"

    @property
    def pairs(self) -> str:
        """Pairs that may be true, with their weights."""
        return f"matching.{self.kind.customer_type}_pairs"

    @property
    def patterns(self) -> str:
        """What the patterns of those pairs say, in words."""
        return f"matching.{self.kind.customer_type}_patterns"

    @property
    def groups(self) -> str:
        """Groups of more than one record."""
        return f"matching.{self.kind.customer_type}_groups"

    @property
    def cuts(self) -> str:
        """Links that a guard refused."""
        return f"matching.{self.kind.customer_type}_cuts"

    @property
    def sound(self) -> str:
        """Groups that were checked and hold no contradiction."""
        return f"matching.{self.kind.customer_type}_sound"


def count(connection: duckdb.DuckDBPyConnection, kind: Kind) -> int:
    """Return how many records of a kind there are now."""
    row = connection.execute(
        f"select count(*) from {SOURCE} where customer_type = {quoted(kind.customer_type)}"
    ).fetchone()
    return int(row[0]) if row else 0


def differences(connection: duckdb.DuckDBPyConnection, store: Store) -> bool:
    """Fill temp tables `gone(id)` and `fresh(record_key, source_hash)`; return whether they are few."""
    connection.execute(
        f"""
        create or replace temp table incoming as
        select record_key, {_source_hash(store.kind)} as source_hash
        from {SOURCE} where customer_type = {quoted(store.kind.customer_type)};
        create or replace temp table gone as
        select stored.id from {store.records} as stored anti join incoming using (source_hash);
        create or replace temp table fresh as
        select incoming.* from incoming anti join {store.records} as stored using (source_hash);
        """
    )
    row = connection.execute(
        "select (select count(*) from fresh) + (select count(*) from gone), (select count(*) from incoming)"
    ).fetchone()
    return row is not None and row[0] <= _MANY * row[1]


def keep_all(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Keep every record anew."""
    take_frequencies(connection, model)
    connection.execute(f"create or replace table {store.records} as {_rows(store.kind, model, '', 0)}")
    connection.execute(f"create or replace table {store.keys} (id integer, rule utinyint, key ubigint)")
    _keep_list_keys(connection, store, model, "true")


def keep_changes(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> int:
    """Drop the records in `gone`, take in those in `fresh` under numbers above the last one; return that."""
    take_frequencies(connection, model)
    row = connection.execute(f"select coalesce(max(id), 0) from {store.records}").fetchone()
    last = row[0] if row else 0
    connection.execute(f"delete from {store.records} where id in (select id from gone)")
    connection.execute(f"delete from {store.keys} where id in (select id from gone)")
    connection.execute(f"insert into {store.records} {_rows(store.kind, model, FRESH, last)}")
    _keep_list_keys(connection, store, model, f"id > {last}")
    return int(last)


def take_frequencies(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Put the model's commonness of values into temp table `frequencies(column_name, value, frequency)`."""
    import pyarrow

    rows = [(column, value, share) for column, values in model.frequencies.items() for value, share in values.items()]
    columns, values, shares = zip(*rows, strict=True) if rows else ((), (), ())
    arrays = {
        "column_name": pyarrow.array(columns, pyarrow.string()),
        "value": pyarrow.array(values, pyarrow.string()),
        "frequency": pyarrow.array(shares, pyarrow.float64()),
    }
    with given(connection, arrays):
        connection.execute("create or replace temp table frequencies as select * from given")


def plain_columns(kind: Kind) -> str:
    """Return the select list of the compared columns, and of those derived from them."""
    derived = {"birth_date": "strftime(birth_date, '%Y%m%d') as birth_text", "phones": "phones[1] as phone"}
    return ", ".join([*kind.columns, *(each for column, each in derived.items() if column in kind.columns)])


def key_column(rule: BlockingRule) -> str:
    """Return the name of the column that holds a rule's keys."""
    return f"k_{rule.name}"


def _source_hash(kind: Kind) -> str:
    """Return the SQL of one number for a record and all that is compared about it."""
    return f"hash(record_key, {', '.join(kind.columns)})"


def _rows(kind: Kind, model: Model, which: str, last: int) -> str:
    frequencies = "".join(
        f", coalesce(f_{column}.frequency, {model.rare.get(column, 1.0)!r}) as {column}_frequency"
        for column in kind.frequencies
    )
    joins = "\n".join(
        f"left join frequencies as f_{column}"
        f" on f_{column}.column_name = {quoted(column)} and f_{column}.value = {column}"
        for column in kind.frequencies
    )
    keys = "".join(
        f", case when {rule.key} is not null then hash({rule.key}) end as {key_column(rule)}"
        for rule in model.chosen(kind)
        if not rule.is_list
    )
    return f"""
        with plain as (
            select
                ({last} + row_number() over ())::integer as id, record_key,
                {_source_hash(kind)} as source_hash, {plain_columns(kind)}
            from {SOURCE}
            where customer_type = {quoted(kind.customer_type)} {which}
        )
        select plain.*{frequencies}{keys} from plain {joins}
    """


def _keep_list_keys(connection: duckdb.DuckDBPyConnection, store: Store, model: Model, which: str) -> None:
    for number, rule in enumerate(model.chosen(store.kind)):
        if rule.is_list:
            connection.execute(
                f"insert into {store.keys} select id, {number}, hash(value) from"
                f" (select id, unnest({rule.key}) as value from {store.records} where {which})"
            )
