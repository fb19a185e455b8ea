"""Brings links to groups: reads them, finds the groups that need a guard's look, and keeps what came out.

The guards themselves are in ``clustering``. Keeps, in schema ``matching``, for each kind:
`<kind>_groups(id, component)` for records that are not alone, `<kind>_cuts(l, r, reason)` for links that a guard
refused, and `<kind>_sound(fingerprint)` for groups in which no two records contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.matching.arrays import given
from pipelines.analytics.matching.clustering import MAX_SIZE, STRONG, Cut, Link, Pair, components, guarded
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.scoring import pattern

CERTAIN = "intermediate.int_customers__links"

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Edges:
    """The links of a kind: numbers of two records, rank (0 a steward's, 1 a source's, 2 found), probability."""

    left: Ints
    right: Ints
    rank: Ints
    probability: NDArray[np.float64]

    def part(self, which: NDArray[np.bool_]) -> _Edges:
        return _Edges(self.left[which], self.right[which], self.rank[which], self.probability[which])


def group(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> None:
    """Group the kind's records by its pairs, by what sources state, and by temp table `decisions`.

    `decisions(kind, record_key, other_record_key)` holds a steward's must_link and must_not_link pairs.
    """
    edges, torn = _collect(connection, store, model)
    row = connection.execute(f"select coalesce(max(id), 0) + 1 from {store.records}").fetchone()
    labels = components(int(row[0]) if row else 1, edges.left, edges.right).astype(np.int64)
    sizes = np.bincount(labels)
    apart = _contradictions(connection, store, model, edges, labels, sizes)
    doubtful = _doubtful(edges, labels, sizes, apart, torn)
    links = _links(connection, store, edges.part(doubtful[labels[edges.left]]))
    groups, cuts = guarded(links, apart, torn)
    # a large group is compared pair by pair once the guards have left less of it
    while sizes.max() > MAX_SIZE:
        rest = _contradictions(connection, store, model, *_left_of_large(edges, labels, sizes, groups))
        unknown = sorted(set(rest).difference(apart))
        if not unknown:
            break
        apart += unknown
        groups, cuts = guarded(links, apart, torn)
    _keep(connection, store, _regrouped(labels, sizes, groups), cuts, groups)


def _collect(connection: duckdb.DuckDBPyConnection, store: Store, model: Model) -> tuple[_Edges, list[Pair]]:
    """Return the links, a pair once for each who says so, and the pairs that a steward keeps apart."""
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
        """
    )
    found = connection.execute(
        f"""
        select l, r, case rule when 'must_link' then 0 else 1 end as rank, 1.0::double as probability
        from named anti join torn using (l, r)
        where rule <> 'must_not_link'
        union all
        select l, r, 2, probability from {store.pairs} anti join torn using (l, r)
        where probability >= {model.threshold!r}
        """
    ).fetchnumpy()
    left, right, rank = (np.asarray(found[name], dtype=np.int64) for name in ("l", "r", "rank"))
    edges = _Edges(left, right, rank, np.asarray(found["probability"], dtype=np.float64))
    return edges, connection.execute("select l, r from torn").fetchall()


def _contradictions(
    connection: duckdb.DuckDBPyConnection, store: Store, model: Model, edges: _Edges, labels: Ints, sizes: Ints
) -> list[Pair]:
    """Return the pairs of one group that the kind's vetoes keep apart.

    Where everyone is linked with everyone each pair was compared already, and a group that was checked is remembered.
    """
    found = edges.rank == 2
    linked = np.bincount(labels[edges.left[found]], minlength=len(sizes))
    is_loose = (sizes >= 3) & (sizes <= MAX_SIZE) & (linked < sizes * (sizes - 1) // 2)
    members = np.flatnonzero(is_loose[labels])
    with given(connection, {"id": members, "component": labels[members]}):
        connection.execute(
            f"""
            create table if not exists {store.sound} (fingerprint ubigint);
            create or replace temp table loose as
            -- by what its records hold, not by their numbers: those of records that went are given again
            select
                id, component,
                hash(bit_xor(hash(record_key, source_hash)) over whole, count(*) over whole) as fingerprint
            from given join {store.records} using (id) window whole as (partition by component);
            create or replace temp table unchecked as select * from loose anti join {store.sound} using (fingerprint);
            """
        )
    apart = connection.execute(_vetoed(store, model)).fetchall()
    bad = sorted({int(labels[left]) for left, _ in apart})
    with given(connection, {"component": np.asarray(bad, dtype=np.int64)}):
        connection.execute(
            f"insert into {store.sound} select distinct fingerprint from unchecked anti join given using (component)"
        )
    return apart


def _left_of_large(edges: _Edges, labels: Ints, sizes: Ints, groups: Mapping[int, int]) -> tuple[_Edges, Ints, Ints]:
    """Return links, labels and sizes of the groups that the guards left of those that were too large."""
    left = np.arange(len(labels), dtype=np.int64)
    for record, group in groups.items():
        if sizes[labels[record]] > MAX_SIZE:
            left[record] = group
    return edges.part(left[edges.left] == left[edges.right]), left, np.bincount(left)


def _vetoed(store: Store, model: Model) -> str:
    """Return the query of the pairs of `unchecked` groups that a veto keeps apart."""
    kind = store.kind
    concerned = {veto.comparison for veto in kind.vetoes} | {
        each.name for each in kind.comparisons if any(each.name in veto.unless for veto in kind.vetoes)
    }
    return f"""
        select l, r from (
            select l, r, {kind.labels("pattern")} from (
                select l.id as l, r.id as r, {pattern(kind, concerned)} as pattern
                from unchecked as a
                join unchecked as b on a.component = b.component and a.id < b.id
                join {store.records} as l on a.id = l.id
                join {store.records} as r on b.id = r.id
            )
        )
        where {model.forbidden(kind)}
    """


def _doubtful(edges: _Edges, labels: Ints, sizes: Ints, apart: list[Pair], torn: list[Pair]) -> NDArray[np.bool_]:
    """Return which groups a guard must look at: large ones, those with weak links between several records, and those
    that hold a contradiction or what a steward keeps apart."""
    doubtful: NDArray[np.bool_] = sizes > MAX_SIZE
    weak = (edges.rank == 2) & (edges.probability < STRONG)
    doubtful[labels[edges.left[weak]]] = True
    doubtful &= sizes >= 4
    for left, right in [*apart, *torn]:
        if labels[left] == labels[right]:
            doubtful[labels[left]] = True
    return doubtful


def _links(connection: duckdb.DuckDBPyConnection, store: Store, edges: _Edges) -> list[Link]:
    """Return links with the keys of their records, which settle ties whatever the numbers."""
    wanted = np.unique(np.concatenate([edges.left, edges.right]))
    with given(connection, {"id": wanted}):
        keys = dict(
            connection.execute(f"select id, record_key from {store.records} semi join given using (id)").fetchall()
        )
    found = []
    rows = zip(edges.left.tolist(), edges.right.tolist(), edges.rank.tolist(), edges.probability.tolist(), strict=True)
    for left, right, rank, probability in rows:
        first, second = sorted((keys[left], keys[right]))
        found.append(Link(rank, 1 - probability, first, second, left, right))
    return found


def _regrouped(labels: Ints, sizes: Ints, groups: Mapping[int, int]) -> dict[str, Ints]:
    """Return id and component of the records that are not alone, as the guards left them.

    A group is named by its smallest record, so that no other group's records change its name.
    """
    together = np.flatnonzero(sizes[labels] > 1)
    first = np.full(len(sizes), len(labels), dtype=np.int64)
    np.minimum.at(first, labels[together], together)
    component = np.arange(len(labels), dtype=np.int64)
    component[together] = first[labels[together]]
    if groups:
        component[np.fromiter(groups.keys(), dtype=np.int64)] = np.fromiter(groups.values(), dtype=np.int64)
    kept = np.flatnonzero(np.bincount(component, minlength=len(labels))[component] > 1)
    return {"id": kept, "component": component[kept]}


def _keep(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    grouped: dict[str, Ints],
    cuts: list[Cut],
    groups: Mapping[int, int],
) -> None:
    with given(connection, grouped):
        connection.execute(
            f"create or replace table {store.groups} as select id::integer as id, component::integer as component"
            " from given"
        )
    # a link between two records that came together through others was not refused after all
    parted = [cut for cut in cuts if groups[cut.link.left] != groups[cut.link.right]]
    connection.execute(f"create or replace table {store.cuts} (l integer, r integer, reason varchar)")
    if parted:
        # once for a pair, whoever says it
        rows = sorted({(cut.link.left, cut.link.right, cut.reason) for cut in parted})
        connection.executemany(f"insert into {store.cuts} values (?, ?, ?)", rows)
