"""Brings links to groups in the warehouse: finds the groups that need a guard's look, and keeps what came out.

The guards themselves are in ``clustering``. Keeps, in schema ``matching``, for each kind:
`<kind>_groups(id, component)` for records that are not alone, `<kind>_cuts(l, r, reason)` for links that a guard
refused, and `<kind>_sound(fingerprint)` for groups in which no two records contradict each other.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.matching.clustering import MAX_SIZE, STRONG, Cut, Link, components, guarded
from pipelines.analytics.matching.comparisons import BITS
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.scoring import level_number

CERTAIN = "intermediate.int_customers__links"


def group(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Group the kind's records by its pairs, by what sources state, and by temp table `decisions`.

    `decisions(kind, record_key, other_record_key)` holds a steward's must_link and must_not_link pairs.
    """
    _collect(connection, store, model)
    row = connection.execute(f"select coalesce(max(id), 0) + 1 from {store.records}").fetchone()
    size = int(row[0]) if row else 1
    found = connection.execute("select l, r from edges").fetchnumpy()
    labels = components(size, np.asarray(found["l"]), np.asarray(found["r"]))
    _keep_groups(connection, store, labels)
    _find_doubtful(connection, store, model)
    _guard(connection, store)


def _collect(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Gather the links: temp tables `torn(l, r)` and `edges(l, r, rank, probability)`, a pair once by its surest."""
    connection.execute(
        f"""
        create or replace temp table named as
        select kind as rule, least(a.id, b.id) as l, greatest(a.id, b.id) as r
        from (
            select kind, record_key, other_record_key from decisions
            union all
            select 'stated', record_key, other_record_key from {CERTAIN}
        ) as told
        join {store.records} as a on told.record_key = a.record_key
        join {store.records} as b on told.other_record_key = b.record_key
        where told.record_key <> told.other_record_key;
        create or replace temp table torn as select distinct l, r from named where rule = 'must_not_link';
        create or replace temp table edges as
        select l, r, min(rank) as rank, max(probability) as probability
        from (
            select l, r, case rule when 'must_link' then 0 else 1 end as rank, 1.0::double as probability
            from named where rule <> 'must_not_link'
            union all
            select l, r, 2, probability from {store.pairs} where probability >= {model.threshold!r}
        )
        anti join torn using (l, r)
        group by l, r;
        """
    )


def _keep_groups(connection: duckdb.DuckDBPyConnection, store: Store, labels: NDArray[np.int32]) -> None:
    """Keep the groups of more than one record."""
    import pyarrow

    counts = np.bincount(labels) if len(labels) else np.empty(0, dtype=np.int64)
    together = np.flatnonzero(counts[labels] > 1) if len(labels) else np.empty(0, dtype=np.int64)
    # a group is named by its first record, so that no other group's records change its name
    first = np.full(len(counts), len(labels), dtype=np.int64)
    np.minimum.at(first, labels[together], together)
    table = pyarrow.table({"id": together.astype(np.int32), "component": first[labels[together]].astype(np.int32)})
    connection.register("groups_given", table)
    connection.execute(f"create or replace table {store.groups} as select * from groups_given")
    connection.unregister("groups_given")


def _find_doubtful(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Find groups that a guard must look at: temp tables `doubtful(component)` and `apart(l, r)`."""
    connection.execute(
        f"""
        create table if not exists {store.sound} (fingerprint ubigint);
        create or replace temp table sizes as
        select component, count(*) as n, hash(bit_xor(hash(id)), count(*)) as fingerprint
        from {store.groups} group by component;
        create or replace temp table unchecked as
        select component, fingerprint from sizes
        anti join {store.sound} using (fingerprint)
        where n between 3 and {MAX_SIZE};
        create or replace temp table apart as {_contradictions(store, model)};
        create or replace temp table doubtful as
        select component from sizes where n > {MAX_SIZE}
        union
        select g.component from apart join {store.groups} as g on apart.l = g.id
        union
        select g.component from torn
        join {store.groups} as g on torn.l = g.id
        join {store.groups} as h on torn.r = h.id and g.component = h.component
        union
        select g.component from edges
        join {store.groups} as g on edges.l = g.id
        join sizes on g.component = sizes.component
        where edges.rank = 2 and edges.probability < {STRONG} and sizes.n >= 4;
        insert into {store.sound}
        select fingerprint from unchecked
        anti join (select g.component from apart join {store.groups} as g on apart.l = g.id) as bad using (component);
        """
    )


def _contradictions(store: Store, model: Model) -> str:
    """Return the query of the pairs of one unchecked group that the kind's vetoes keep apart."""
    kind = store.kind
    concerned = {veto.comparison for veto in kind.vetoes} | {
        each.name for each in kind.comparisons if any(each.name in veto.unless for veto in kind.vetoes)
    }
    pattern = " | ".join(
        f"(({level_number(each)}) << {BITS * at})" for at, each in enumerate(kind.comparisons) if each.name in concerned
    )
    return f"""
        select l, r from (
            select l, r, {kind.labels("pattern")} from (
                select l.id as l, r.id as r, ({pattern})::bigint as pattern
                from unchecked
                join {store.groups} as a on unchecked.component = a.component
                join {store.groups} as b on a.component = b.component and a.id < b.id
                join {store.records} as l on a.id = l.id
                join {store.records} as r on b.id = r.id
            )
        )
        where {model.forbidden(kind)}
    """


def _guard(connection: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Take doubtful groups apart where the guards say so."""
    links = connection.execute(
        f"""
        select edges.rank, 1 - edges.probability, a.record_key, b.record_key, edges.l, edges.r
        from edges
        join {store.groups} as g on edges.l = g.id
        join doubtful on g.component = doubtful.component
        join {store.records} as a on edges.l = a.id
        join {store.records} as b on edges.r = b.id
        """
    ).fetchall()
    apart = connection.execute("select l, r from apart").fetchall()
    torn = connection.execute("select l, r from torn").fetchall()
    groups, cuts = guarded((_link(*row) for row in links), apart, torn)
    _replace(connection, store, groups, cuts)


def _link(rank: int, doubt: float, key: str, other: str, left: int, right: int) -> Link:
    first, second = sorted((key, other))
    return Link(rank, doubt, first, second, left, right)


def _replace(connection: duckdb.DuckDBPyConnection, store: Store, groups: dict[int, int], cuts: list[Cut]) -> None:
    import pyarrow

    def table(columns: dict[str, list[int]], reason: list[str] | None = None) -> pyarrow.Table:
        arrays = {name: pyarrow.array(values, pyarrow.int32()) for name, values in columns.items()}
        return pyarrow.table(
            {**arrays, **({"reason": pyarrow.array(reason, pyarrow.string())} if reason is not None else {})}
        )

    connection.register("regrouped", table({"id": list(groups), "component": list(groups.values())}))
    left, right = [cut.link.left for cut in cuts], [cut.link.right for cut in cuts]
    connection.register("cuts_given", table({"l": left, "r": right}, [cut.reason for cut in cuts]))
    connection.execute(
        f"""
        delete from {store.groups} where component in (select component from doubtful);
        insert into {store.groups}
        select id, component from regrouped
        where component in (select component from regrouped group by component having count(*) > 1);
        create or replace table {store.cuts} as
        select cuts_given.* from cuts_given
        left join {store.groups} as g on l = g.id
        left join {store.groups} as h on r = h.id
        where g.component is distinct from h.component or g.component is null;
        """
    )
    connection.unregister("regrouped")
    connection.unregister("cuts_given")
