"""Scores of a clustering against the truth: pairwise and B-cubed, and precision against recall over thresholds.

Relations are named by the caller and live on its connection; nothing is read from files here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Pairs:
    """How well a clustering tells who is who; a pair of records counts as found when both are in one cluster.

    Attributes:
        true_pairs, found_pairs, right_pairs: pairs of one entity, of one cluster, and of both.
    """

    true_pairs: int
    found_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float:
        """Share of the found pairs that are true; 1 when none was found."""
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 when there are none."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of pairwise precision and recall."""
        return _harmonic(self.precision, self.recall)


@dataclass(frozen=True)
class Score(Pairs):
    """Pairs, and for each record how much of its cluster is its entity and how much of its entity its cluster.

    Attributes:
        bcubed_precision, bcubed_recall: means of these shares over records, 0-1.
    """

    bcubed_precision: float
    bcubed_recall: float

    @property
    def bcubed_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        return _harmonic(self.bcubed_precision, self.bcubed_recall)


def score(connection: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> Score:
    """Compare ``clusters(record_key, cluster)`` with ``truth(record_key, entity_id)``.

    A record of the truth that no cluster holds stands alone; a record that the truth does not know counts for nothing.

    Raises:
        ValueError: a record is in two clusters, or twice in the truth.
    """
    for relation in (clusters, truth):
        twice = connection.execute(
            f"select record_key from {relation} group by record_key having count(*) > 1 limit 1"
        ).fetchone()
        if twice:
            raise ValueError(f"{relation} has {twice[0]} more than once")
    row = connection.execute(
        f"""
        with placed as (
            select
                truth.entity_id,
                coalesce('c' || clusters.cluster::varchar, 'alone' || truth.record_key) as cluster,
            from {truth} as truth
            left join {clusters} as clusters on truth.record_key = clusters.record_key
        ),

        cells as (select entity_id, cluster, count(*) as n from placed group by entity_id, cluster),

        sized as (
            select
                n,
                sum(n) over (partition by entity_id) as entity_size,
                sum(n) over (partition by cluster) as cluster_size,
            from cells
        )

        select
            (select coalesce(sum(size * (size - 1) // 2), 0)::bigint
                from (select sum(n) as size from cells group by entity_id)),
            (select coalesce(sum(size * (size - 1) // 2), 0)::bigint
                from (select sum(n) as size from cells group by cluster)),
            (select coalesce(sum(n * (n - 1) // 2), 0)::bigint from cells),
            (select coalesce(sum(n * n / cluster_size) / sum(n), 1) from sized),
            (select coalesce(sum(n * n / entity_size) / sum(n), 1) from sized)
        """
    ).fetchone()
    assert row is not None
    return Score(*row)


def score_of_several(connection: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> Pairs:
    """Compare ``clusters(record_key, cluster)`` with a truth in which a record may be of several entities.

    A mailbox that a family orders under is one record about each of them: a pair is true when two records have an
    entity in common. Only records that both relations know are compared.
    """
    row = connection.execute(
        f"""
        with told as (
            select distinct truth.record_key, truth.entity_id
            from {truth} as truth
            semi join {clusters} as clusters on truth.record_key = clusters.record_key
        ),

        true_pairs as (
            select distinct own.record_key, other.record_key as other_record_key
            from told as own
            join told as other on own.entity_id = other.entity_id and own.record_key < other.record_key
        ),

        known as (select record_key, cluster from {clusters} semi join told using (record_key)),

        found_pairs as (
            select own.record_key, other.record_key as other_record_key
            from known as own
            join known as other on own.cluster = other.cluster and own.record_key < other.record_key
        )

        select
            (select count(*) from true_pairs),
            (select count(*) from found_pairs),
            (select count(*) from found_pairs semi join true_pairs using (record_key, other_record_key))
        """
    ).fetchone()
    assert row is not None
    return Pairs(*row)


def cluster_at(connection: duckdb.DuckDBPyConnection, links: str, truth: str, threshold: float, into: str) -> None:
    """Create ``into(record_key, cluster)``: the connected components of the links at ``threshold`` or above.

    Args:
        connection: where all relations live.
        links: relation with record_key, other_record_key and probability.
        truth: relation whose records are to be clustered.
        threshold: least probability of a link, 0-1.
        into: temporary table to create or replace.
    """
    import numpy as np
    import pyarrow
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    connection.execute(
        f"""
        create or replace temp table numbered_records as
        select record_key, row_number() over () - 1 as place from (select distinct record_key from {truth})
        """
    )
    pairs = connection.execute(
        f"""
        select own.place as own, other.place as other
        from {links} as links
        join numbered_records as own on links.record_key = own.record_key
        join numbered_records as other on links.other_record_key = other.record_key
        where links.probability >= {threshold}
        """
    ).fetchnumpy()
    (size,) = connection.execute("select count(*) from numbered_records").fetchone() or (0,)
    graph = coo_matrix((np.ones(len(pairs["own"]), np.int8), (pairs["own"], pairs["other"])), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    connection.register("component_labels", pyarrow.table({"place": np.arange(size), "cluster": labels}))
    connection.execute(
        f"""
        create or replace temp table {into} as
        select record_key, cluster from numbered_records join component_labels using (place)
        """
    )
    connection.unregister("component_labels")


def scores_over_thresholds(
    connection: duckdb.DuckDBPyConnection, links: str, truth: str, thresholds: Sequence[float]
) -> dict[float, Score]:
    """Return the score of the connected components at each threshold: precision against recall."""
    found = {}
    for threshold in thresholds:
        cluster_at(connection, links, truth, threshold, "clusters_at_threshold")
        found[threshold] = score(connection, "clusters_at_threshold", truth)
    return found


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
