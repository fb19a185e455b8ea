"""How far two records agree, and what that weighs: patterns of agreement, in DuckDB, for any number of pairs.

Which pairs is ``blocking``'s question, what a pattern weighs ``model``'s.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import numpy as np

from pipelines.analytics.matching.arrays import given
from pipelines.analytics.matching.comparisons import BITS, Comparison, Kind
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.training import Counts

# pairs that are less likely than this are forgotten
KEEP_FROM = 0.01


def compare(connection: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Give each pair of `candidates(l, r, rules)` its agreement pattern: temp table `compared(…, pattern)`."""
    connection.execute(
        f"""
        create or replace temp table compared as
        select c.l, c.r, c.rules, {pattern(store.kind)} as pattern
        from candidates as c
        join {store.records} as l on c.l = l.id
        join {store.records} as r on c.r = r.id
        """
    )


def pattern(kind: Kind, only: Collection[str] | None = None) -> str:
    """Return the SQL of the agreement pattern of rows ``l`` and ``r``; comparisons not in ``only`` count as missing."""
    parts = (
        f"(({level_number(each)}) << {BITS * at})"
        for at, each in enumerate(kind.comparisons)
        if only is None or each.name in only
    )
    return f"({' | '.join(parts)})::bigint"


def level_number(comparison: Comparison) -> str:
    """Return the SQL of the number of the level that a pair has; 0 where a value is missing."""
    cases = " ".join(f"when {level.when} then {number}" for number, level in enumerate(comparison.levels, 1))
    return f"case when {comparison.missing} then 0 {cases} end"


def count_patterns(connection: duckdb.DuckDBPyConnection, kind: Kind) -> Counts:
    """Return how many pairs of `compared` have which pattern and rules."""
    found = connection.execute(
        f"""
        with counted as (
            select pattern, rules::bigint as rules, count(*)::double as pairs from compared group by all
        ),
        spelled as (
            select *, {kind.labels("pattern")} from counted
        )
        select pattern, rules, pairs, ({kind.required}) as is_possible from spelled order by pattern, rules
        """
    ).fetchnumpy()
    return Counts(
        np.asarray(found["pattern"], dtype=np.int64),
        np.asarray(found["pairs"], dtype=np.float64),
        np.asarray(found["rules"], dtype=np.int64),
        np.asarray(found["is_possible"], dtype=np.bool_),
    )


def weigh(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Weigh `compared`: temp table `weighed(l, r, pattern, weight, probability)` of the pairs that may be links.

    A weight is the logarithm to base 2 of the odds that the pair is one customer, commonness of values included.
    """
    kind = store.kind
    patterns = np.asarray(connection.execute("select distinct pattern from compared").fetchnumpy()["pattern"])
    patterns = np.sort(patterns.astype(np.int64))
    spelled = f"select pattern, weight, {kind.labels('pattern')} from pattern_weights"
    lowest = float(np.log2(KEEP_FROM / (1 - KEEP_FROM)))
    with given(connection, {"pattern": patterns, "weight": model.pattern_weights(kind, patterns)}):
        connection.execute(
            "create or replace temp table pattern_weights as"
            f" select * from given where weight >= {lowest - _most(model, kind)!r}"
        )
    connection.execute(
        f"""
        create or replace temp table weighed as
        select w.l, w.r, w.pattern, w.weight, 1 / (1 + pow(2, -w.weight)) as probability
        from (
            select c.l, c.r, c.pattern, p.weight + {commonness(kind, model)} as weight
            from compared as c
            join (select pattern, weight from ({spelled}) where {allowed(kind, model)}) as p using (pattern)
            join {store.records} as l on c.l = l.id
        ) as w
        where w.weight >= {lowest!r};
        """
    )


def allowed(kind: Kind, model: Model) -> str:
    """Return the SQL, over level labels, of what a pair must and must not have to be a link at all."""
    return f"({model.required(kind)}) and not ({model.forbidden(kind)})"


def commonness(kind: Kind, model: Model) -> str:
    """Return the SQL of what the commonness of the values of ``l`` adds to the weight of `pattern`."""
    terms = []
    for at, comparison in enumerate(kind.comparisons):
        for number, level in enumerate(comparison.levels, 1):
            if level.frequency and level.frequency in model.rare:
                share = model.u[comparison.name][level.label]
                terms.append(
                    f"case when (c.pattern >> {BITS * at}) & {(1 << BITS) - 1} = {number}"
                    f" then log2({share!r} / l.{level.frequency}_frequency) else 0 end"
                )
    return " + ".join(terms) or "0"


def _most(model: Model, kind: Kind) -> float:
    """Return what commonness can add at most."""
    most = 0.0
    for comparison in kind.comparisons:
        for level in comparison.levels:
            if level.frequency and level.frequency in model.rare:
                rarest = min([model.rare[level.frequency], *model.frequencies.get(level.frequency, {}).values()])
                most += max(0.0, float(np.log2(model.u[comparison.name][level.label] / rarest)))
    return most
