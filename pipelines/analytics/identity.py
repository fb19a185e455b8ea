"""Which records are one customer: groups what dbt linked and has the registry of customer ids brought up to date.

How records are matched belongs to dbt (`int_customers__links`); which id a group keeps to `stable_ids`; what of it is
written to `registry`; what calls this, and when, to `pipelines/defs`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from pipelines.analytics import registry, stable_ids
from pipelines.analytics.registry import IdentityResult, RegistryLake

__all__ = ["IdentityResult", "RegistryLake", "resolve"]


def resolve(warehouse: Path, lake: RegistryLake, as_of: date, run_id: str) -> IdentityResult:
    """Group the records of ``warehouse`` into customers and bring the registry in the lake up to date.

    The same records and links give the same ids in any order. An id is never handed out twice; a merge keeps the
    older id (of equally old ones the larger customer's), a split keeps it with the larger part; a merge that is undone
    gives both their ids back. A record that was gone and returns gets its id back. All changes are one lake
    transaction; without changes nothing is written.

    Args:
        warehouse: the file holding `intermediate.int_customers__records` and `int_customers__links`, which is
            opened read-only.
        lake: an open, writable lake.
        as_of: the day written to assignments and events.
        run_id: the run written beside them.

    Raises:
        duckdb.Error: the warehouse lacks those tables, or the lake refused the transaction.
    """
    connection = lake.connection
    path = str(warehouse).replace("'", "''")
    connection.execute(f"attach '{path}' as identity_warehouse (read_only)")
    try:
        _load(connection)
    finally:
        connection.execute("detach identity_warehouse")
    _group(connection)
    registry.load(connection)
    stable_ids.assign(connection)
    registry.write(lake, as_of, run_id)
    return registry.result(connection)


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in what dbt made: `records`, `links`."""
    connection.execute(
        """
        create or replace temp table records as
        select
            (row_number() over (order by record_key) - 1)::integer as position,
            record_key, source_system, source_instance, entity, source_record_id, customer_type, delete_reason
        from identity_warehouse.intermediate.int_customers__records;

        create or replace temp table links as
        select
            links.*, null::double as probability, null::varchar as levels,
            own.position, other.position as other_position
        from identity_warehouse.intermediate.int_customers__links as links
        join records as own on links.record_key = own.record_key
        join records as other on links.other_record_key = other.record_key;
        """
    )


def _group(connection: duckdb.DuckDBPyConnection) -> None:
    """Number the connected components of the links: `today(record_key, customer_type, component)`."""
    import numpy as np
    import pyarrow
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    row = connection.execute("select count(*) from records").fetchone()
    size = row[0] if row else 0
    edges = connection.execute("select position, other_position from links").fetchnumpy()
    left, right = np.asarray(edges["position"]), np.asarray(edges["other_position"])
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1] if size else np.empty(0)
    numbered = {"position": np.arange(size, dtype=np.int32), "component": labels.astype(np.int32)}
    connection.register("identity_grouped", pyarrow.table(numbered))
    connection.execute(
        """
        create or replace temp table today as
        select records.record_key, records.customer_type, grouped.component
        from records
        join identity_grouped as grouped using (position);
        """
    )
    connection.unregister("identity_grouped")
