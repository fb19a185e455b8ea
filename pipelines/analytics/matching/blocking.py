"""Which records are compared at all: those that a blocking rule brings together, counted before they are compared.

A key that too many records share brings none of them together. Comparing is in ``scoring``.
"""

from __future__ import annotations

import duckdb

from pipelines.analytics.matching.comparisons import BlockingRule, Kind
from pipelines.analytics.matching.features import SOURCE, Store, key_column, plain_columns
from pipelines.analytics.matching.model import Model
from sources.quoting import quoted

MAX_BLOCK = 200
# records of which keys are counted to see what a rule asks for
_COUNTED = 100_000
# the key of the rule that brings all records together, where they are few
EVERYTHING = "true"
# comparisons a record may cost on average; small companies are compared more thoroughly, whatever the rule
_PER_RECORD, _ALWAYS = 6, 600_000


def choose(connection: duckdb.DuckDBPyConnection, kind: Kind, records: int) -> dict[str, int]:
    """Return rule -> comparisons it asks for, of the rules that together stay within what is affordable.

    Rules are taken in their declared order; essential ones always. Of very many records a share is counted, the same
    whatever their order, and the rest is inferred from it.
    """
    budget = max(_ALWAYS, _PER_RECORD * records)
    step = max(1, -(-records // _COUNTED))
    connection.execute(
        f"create or replace temp table counted as select {plain_columns(kind)} from {SOURCE}"
        f" where customer_type = {quoted(kind.customer_type)}"
        + (f" and hash(record_key, 'count') % {step} = 0" if step > 1 else "")
    )
    chosen: dict[str, int] = {}
    for rule in kind.rules:
        asked, whole = _asked(connection, rule, step)
        # a rule that would leave most of its pairs out for too common keys finds little that others do not
        if rule.is_essential or (asked and whole <= 4 * asked and sum(chosen.values()) + asked <= budget):
            chosen[rule.name] = asked
        if rule.key == EVERYTHING and rule.name in chosen:
            break
    connection.execute("drop table counted")
    return chosen


def _asked(connection: duckdb.DuckDBPyConnection, rule: BlockingRule, step: int) -> tuple[int, int]:
    """Return how many comparisons a rule asks for, and how many it would without leaving out common keys."""
    key = f"unnest({rule.key})" if rule.is_list else rule.key
    row = connection.execute(
        f"""
        select
            coalesce(sum(n * (n - 1) // 2) filter (n <= {rule.most // step + 1}), 0)::bigint,
            coalesce(sum(n * (n - 1) // 2), 0)::bigint
        from (
            select count(*) as n
            from (select hash(key) as key from (select {key} as key from counted) where key is not null)
            group by key
        )
        """
    ).fetchone()
    assert row is not None, "a sum is a row"
    return int(row[0]) * step * step, int(row[1]) * step * step


def _limit(rule: BlockingRule, model: Model) -> int:
    """Return how many records may share a key; the rule that compares everything has one key for all."""
    return rule.most if rule.key == EVERYTHING else min(rule.most, model.max_block)


def block_all(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Bring all records together: temp table `candidates(l, r, rules)`, a pair once with the bits of its rules."""
    connection.execute("create or replace temp table found (l integer, r integer, rules integer)")
    for number, rule in enumerate(model.chosen(store.kind)):
        keyed, limit = _keyed(store, rule, number), _limit(rule, model)
        connection.execute(
            f"""
            create or replace temp table shared as
            select id, key from ({keyed})
            where key in (select key from ({keyed}) group by key having count(*) between 2 and {limit});
            insert into found
            select a.id, b.id, {1 << number} from shared as a join shared as b on a.key = b.key and a.id < b.id;
            """
        )
    connection.execute("drop table shared")
    _once(connection)


def mark_gone(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Count the keys that go with the records in `gone`, before these are dropped: temp table `key_counts`."""
    connection.execute("create or replace temp table key_counts (rule utinyint, key ubigint, went integer)")
    for number, rule in enumerate(model.chosen(store.kind)):
        keyed = _keyed(store, rule, number)
        connection.execute(
            f"""
            insert into key_counts
            select {number}, key, count(*) from ({keyed}) where id in (select id from gone) group by key
            """
        )


def mark_touched(connection: duckdb.DuckDBPyConnection, store: Store, model: Model, last: int) -> None:
    """Find the records whose pairs may have changed, when changes are kept: temp table `touched(id)`.

    Besides the new ones, numbered above ``last``, these are the records with a key that changes pushed over the limit,
    or back below it.
    """
    connection.execute(f"create or replace temp table touched as select id from {store.records} where id > {last}")
    for number, rule in enumerate(model.chosen(store.kind)):
        keyed, limit = _keyed(store, rule, number), _limit(rule, model)
        connection.execute(
            f"""
            create or replace temp table moved as
            select key, sum(came)::integer as came, sum(went)::integer as went
            from (
                select key, count(*) as came, 0 as went from ({keyed}) where id > {last} group by key
                union all
                select key, 0, went from key_counts where rule = {number}
            )
            group by key;
            create or replace temp table flipped as
            select key
            from (
                select key, count(*) as after from ({keyed}) where key in (select key from moved) group by key
            )
            join moved using (key)
            where (after <= {limit}) <> (after - came + went <= {limit});
            insert into touched select id from ({keyed}) where key in (select key from flipped);
            """
        )
    connection.execute("create or replace temp table touched as select distinct id from touched")


def block_touched(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Bring the records in `touched` together with all: `candidates` as in `block_all`."""
    connection.execute("create or replace temp table found (l integer, r integer, rules integer)")
    for number, rule in enumerate(model.chosen(store.kind)):
        keyed = _keyed(store, rule, number)
        connection.execute(
            f"""
            create or replace temp table shared as
            select id, key from ({keyed})
            where key in (select key from ({keyed}) where id in (select id from touched));
            create or replace temp table usable as
            select key from shared group by key having count(*) <= {_limit(rule, model)};
            insert into found
            select least(a.id, b.id), greatest(a.id, b.id), {1 << number}
            from shared as a
            join touched on a.id = touched.id
            join usable on a.key = usable.key
            join shared as b on a.key = b.key and a.id <> b.id;
            """
        )
    _once(connection)


def _keyed(store: Store, rule: BlockingRule, number: int) -> str:
    if rule.is_list:
        return f"select id, key from {store.keys} where rule = {number}"
    return f"select id, {key_column(rule)} as key from {store.records} where {key_column(rule)} is not null"


def _once(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create or replace temp table candidates as select l, r, bit_or(rules) as rules from found group by l, r;"
        "drop table found"
    )


def random_pairs(connection: duckdb.DuckDBPyConnection, store: Store, records: int, wanted: int) -> float:
    """Draw pairs of different records into temp table `candidates`; all of them where there are few. Return how many.

    The draw depends on the records' keys alone, not on their order.
    """
    if records * (records - 1) // 2 <= wanted:
        connection.execute(
            "create or replace temp table candidates as select a.id as l, b.id as r, 0 as rules"
            f" from {store.records} as a join {store.records} as b on a.id < b.id"
        )
    else:
        turns = -(-wanted // records)
        drawn = " union all ".join(_turn(store, turn, wanted // turns) for turn in range(turns))
        connection.execute(f"create or replace temp table candidates as select l, r, 0 as rules from ({drawn})")
    row = connection.execute("select count(*) from candidates").fetchone()
    return float(row[0]) if row else 0.0


def _turn(store: Store, turn: int, wanted: int) -> str:
    return (
        f"(select id as l, lead(id) over (order by hash(record_key, {turn})) as r from {store.records}"
        f" qualify r is not null order by hash(record_key, {turn}) limit {wanted})"
    )
