"""What others read of matching: views in schema ``matching`` over the tables of all kinds, in words and record keys.

`links`: every link with its rule, weight in bits, probability, and levels; `review`: pairs that wait for a steward;
`clusters`: every record with the number of its group.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np

from pipelines.analytics.matching.arrays import given
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.grouping import CERTAIN
from pipelines.analytics.matching.model import Model, levels_of

# pairs less likely than this are not worth a steward's time
REVIEW_FROM = 0.1
_DECIDED = """
    select least(record_key, other_record_key) as record_key, greatest(record_key, other_record_key) as other_record_key
    from matching.decided
"""


def create(connection: duckdb.DuckDBPyConnection, kinds: Sequence[tuple[Store, Model]]) -> None:
    """Create the views anew, and the tables of words they read."""
    for store, model in kinds:
        _spell(connection, store, model)
    _keep_decided(connection)
    connection.execute(f"create or replace view matching.links as {_links(kinds)}")
    connection.execute(f"create or replace view matching.review as {_review(kinds)}")
    connection.execute(f"create or replace view matching.clusters as {_clusters(kinds)}")


def _spell(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Say what each pattern means: `<kind>_patterns(pattern, levels, pattern_weight)`."""
    import pyarrow

    found = connection.execute(f"select distinct pattern from {store.pairs} order by pattern").fetchnumpy()
    patterns = np.asarray(found["pattern"], dtype=np.int64)
    words = [""] * len(patterns)
    for at, comparison in enumerate(store.kind.comparisons):
        weights = model.level_weights(comparison)
        labels = [level.label for level in comparison.levels]
        for row, number in enumerate(levels_of(patterns, at)):
            if number:
                words[row] += f"{comparison.name}={labels[number - 1]}:{weights[number]:+.2f};"
    arrays = {
        "pattern": patterns,
        "levels": pyarrow.array(words, pyarrow.string()),
        "pattern_weight": model.pattern_weights(store.kind, patterns),
    }
    with given(connection, arrays):
        connection.execute(f"create or replace table {store.patterns} as select * from given")


def _keep_decided(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create or replace table matching.decided as select * from decisions")


def _links(kinds: Sequence[tuple[Store, Model]]) -> str:
    compared = " union all ".join(
        f"{_pairs(store)} where pairs.probability >= {model.threshold!r}" for store, model in kinds
    )
    refused = " union all ".join(_refused(store) for store, _ in kinds)
    return f"""
        select * from ({_told(kinds)} union all {compared})
        anti join (
            {_DECIDED} where kind = 'must_not_link'
            union all
            select record_key, other_record_key from ({refused})
        )
        using (record_key, other_record_key)
    """


def _told(kinds: Sequence[tuple[Store, Model]]) -> str:
    """Return the query of the links that sources state and stewards decided, of records that are there."""
    return " union all ".join(
        f"""
        select
            least(told.record_key, told.other_record_key) as record_key,
            greatest(told.record_key, told.other_record_key) as other_record_key,
            told.rule, 100.0::double as weight, 1.0::double as probability, '' as levels
        from (
            select record_key, other_record_key, rule from {CERTAIN}
            union
            select record_key, other_record_key, kind from matching.decided where kind = 'must_link'
        ) as told
        semi join {store.records} as a on told.record_key = a.record_key
        semi join {store.records} as b on told.other_record_key = b.record_key
        """
        for store, _ in kinds
    )


def _refused(store: Store, but: str = "") -> str:
    """Return the query of the links that a guard refused; ``but`` joins away some of them."""
    return f"""
        select
            least(a.record_key, b.record_key) as record_key,
            greatest(a.record_key, b.record_key) as other_record_key,
            cuts.reason
        from {store.cuts} as cuts {but}
        join {store.records} as a on cuts.l = a.id
        join {store.records} as b on cuts.r = b.id
    """


def _pairs(store: Store, numbers: str = "") -> str:
    """Return the query of the pairs that may be true; ``numbers`` are columns of `pairs` to select first."""
    return f"""
        select
            {numbers}
            least(a.record_key, b.record_key) as record_key,
            greatest(a.record_key, b.record_key) as other_record_key,
            'model' as rule, pairs.weight, pairs.probability,
            patterns.levels
            || case when abs(pairs.weight - patterns.pattern_weight) >= 0.005
                then printf('commonness=values:%+.2f;', pairs.weight - patterns.pattern_weight) else '' end as levels
        from {store.pairs} as pairs
        join {store.patterns} as patterns using (pattern)
        join {store.records} as a on pairs.l = a.id
        join {store.records} as b on pairs.r = b.id
    """


def _review(kinds: Sequence[tuple[Store, Model]]) -> str:
    waiting = " union all ".join(
        f"""
        select waiting.record_key, waiting.other_record_key, coalesce(cuts.reason, 'uncertain') as reason,
               waiting.weight, waiting.probability, waiting.levels
        from ({_pairs(store, "pairs.l, pairs.r,")}) as waiting
        left join {store.cuts} as cuts on waiting.l = cuts.l and waiting.r = cuts.r
        left join {store.groups} as g on waiting.l = g.id
        left join {store.groups} as h on waiting.r = h.id
        where (cuts.reason is not null or waiting.probability between {REVIEW_FROM} and {model.threshold!r})
          and (g.component is null or h.component is null or g.component <> h.component)
        union all
        select *, 100.0, 1.0, ''
        from ({_refused(store, f"anti join {store.pairs} as pairs on cuts.l = pairs.l and cuts.r = pairs.r")})
        """
        for store, model in kinds
    )
    return f"select * from ({waiting}) anti join ({_DECIDED}) using (record_key, other_record_key)"


def _clusters(kinds: Sequence[tuple[Store, Model]]) -> str:
    # each kind has its own range of numbers
    return " union all ".join(
        f"select record_key, ({number * 10**9} + coalesce(g.component, records.id))::integer as component"
        f" from {store.records} as records left join {store.groups} as g using (id)"
        for number, (store, _) in enumerate(kinds)
    )
