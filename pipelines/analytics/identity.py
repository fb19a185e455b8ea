"""Which records are one customer: groups what dbt linked and keeps the registry of customer ids in the lake.

How records are matched belongs to dbt (`int_customers__links`); which id a group keeps to `stable_ids`; what
calls this, and when, to `pipelines/defs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb

from pipelines.analytics import stable_ids


class RegistryLake(Protocol):
    """What is needed of the lake: a writable connection on which it is attached as ``lake``, and transactions."""

    connection: duckdb.DuckDBPyConnection

    def transaction(self, work: Callable[[], Any]) -> Any:
        """Run ``work`` in one transaction; it may run again when another writer was in the way."""


@dataclass(frozen=True)
class IdentityResult:
    """What one resolution found and changed.

    Attributes:
        records, customers: what the registry holds as current afterwards.
        links: pairs of records that some rule holds together; a pair under two rules counts twice.
        created, merged, split, retired: customer ids born; become aliases; left part of their records to a
            newborn one; left without any record.
        moved: records that went from one customer to another.
    """

    records: int
    customers: int
    links: int
    created: int
    merged: int
    split: int
    retired: int
    moved: int


def resolve(warehouse: Path, lake: RegistryLake, as_of: date, run_id: str) -> IdentityResult:
    """Group the records of ``warehouse`` into customers and bring the registry in the lake up to date.

    The same records and links give the same ids in any order. An id is never handed out twice; a merge keeps the
    older id (of equally old ones the larger customer's), a split keeps it with the larger part. A record that was
    gone and returns gets its id back. All changes are one lake transaction; without changes nothing is written.

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
    stable_ids.assign(connection)
    _compare_evidence(connection)
    if _has_changes(connection):
        lake.transaction(lambda: _write(connection, as_of, run_id))
    return _result(connection)


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in records, links and what the registry knows: `records`, `links`, `known`, `handed_out`."""
    connection.execute(
        """
        create or replace temp table records as
        select
            (row_number() over (order by record_key) - 1)::integer as position,
            record_key, source_system, source_instance, entity, source_record_id, customer_type
        from identity_warehouse.intermediate.int_customers__records;

        create or replace temp table links as
        select links.*, own.position, other.position as other_position
        from identity_warehouse.intermediate.int_customers__links as links
        join records as own on links.record_key = own.record_key
        join records as other on links.other_record_key = other.record_key;

        create or replace temp table registry as
        select *, concat_ws('|', source_system, source_instance, entity, source_record_id) as record_key
        from lake.identity.assignments;

        -- a record has one current row, or, when it is gone, the one that was closed last
        create or replace temp table known as
        select record_key, customer_id, customer_type, is_current
        from registry
        qualify row_number() over (
            partition by record_key order by is_current desc, assigned_at_as_of desc, customer_id
        ) = 1;

        create or replace temp table handed_out as
        select
            customer_id,
            min(assigned_at_as_of) as born,
            customer_id in (select customer_id from lake.identity.events where event_type = 'merged') as is_alias
        from registry
        group by customer_id;
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


def _compare_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell today's links from the recorded ones: `new_evidence`, `old_evidence`."""
    connection.execute(
        """
        create or replace temp table recorded as
        select
            concat_ws('|', source_system, source_instance, entity, source_record_id) as record_key,
            concat_ws('|', other_source_system, other_source_instance, other_entity, other_source_record_id)
                as other_record_key,
            rule,
            weight
        from lake.identity.evidence
        where is_current;

        create or replace temp table new_evidence as
        select record_key, other_record_key, rule, weight from links
        except
        select record_key, other_record_key, rule, weight from recorded;

        create or replace temp table old_evidence as
        select record_key, other_record_key, rule, weight from recorded
        except
        select record_key, other_record_key, rule, weight from links;
        """
    )


def _has_changes(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether anything must be written."""
    return (
        connection.execute(
            """
        select 1 from changed union all select 1 from closed
        union all select 1 from new_evidence union all select 1 from old_evidence limit 1
        """
        ).fetchone()
        is not None
    )


def _write(connection: duckdb.DuckDBPyConnection, as_of: date, run_id: str) -> None:
    """Close what is over and append what is new. Runs inside the lake's transaction."""
    connection.execute(
        """
        update lake.identity.assignments set is_current = false
        where is_current
          and concat_ws('|', source_system, source_instance, entity, source_record_id)
              in (select record_key from closed);

        update lake.identity.evidence as evidence set is_current = false
        from old_evidence as old
        where evidence.is_current
          and concat_ws('|', evidence.source_system, evidence.source_instance, evidence.entity,
                        evidence.source_record_id) = old.record_key
          and concat_ws('|', evidence.other_source_system, evidence.other_source_instance, evidence.other_entity,
                        evidence.other_source_record_id) = old.other_record_key
          and evidence.rule = old.rule and evidence.weight = old.weight;
        """
    )
    connection.execute(
        """
        insert into lake.identity.assignments
            (source_system, source_instance, entity, source_record_id,
             customer_id, customer_type, is_current, assigned_at_as_of, run_id)
        select r.source_system, r.source_instance, r.entity, r.source_record_id,
               changed.customer_id, changed.customer_type, true, ?, ?
        from changed join records as r using (record_key)
        """,
        [as_of, run_id],
    )
    # an event may speak of a record that is gone, so its key is taken from the registry
    connection.execute(
        """
        insert into lake.identity.events
            (event_type, customer_id, other_customer_id,
             source_system, source_instance, entity, source_record_id, as_of, run_id)
        select happened.event_type, happened.customer_id, happened.other_customer_id,
               r.source_system, r.source_instance, r.entity, r.source_record_id, ?, ?
        from happened
        join (
            select record_key, source_system, source_instance, entity, source_record_id from records
            union
            select record_key, source_system, source_instance, entity, source_record_id from registry
        ) as r using (record_key)
        """,
        [as_of, run_id],
    )
    connection.execute(
        """
        insert into lake.identity.evidence
            (source_system, source_instance, entity, source_record_id,
             other_source_system, other_source_instance, other_entity, other_source_record_id,
             rule, weight, is_current, run_id)
        select r.source_system, r.source_instance, r.entity, r.source_record_id,
               o.source_system, o.source_instance, o.entity, o.source_record_id,
               new.rule, new.weight, true, ?
        from new_evidence as new
        join records as r on new.record_key = r.record_key
        join records as o on new.other_record_key = o.record_key
        """,
        [run_id],
    )


def _result(connection: duckdb.DuckDBPyConnection) -> IdentityResult:
    """Count what was found and what happened."""
    found = connection.execute(
        "select count(*), count(distinct customer_id), (select count(*) from links) from assigned"
    ).fetchone() or (0, 0, 0)
    events = dict(connection.execute("select event_type, count(*) from happened group by 1").fetchall())
    counts = {name: events.get(name, 0) for name in ("created", "merged", "split", "retired", "moved")}
    return IdentityResult(records=found[0], customers=found[1], links=found[2], **counts)
