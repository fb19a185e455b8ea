"""The registry of customer ids in the lake: what it knows is loaded into temporary tables, what changed is written.

Which id a group keeps belongs to `stable_ids`, what that changes to `id_changes`; which records are one customer, and
why, is decided before and given as temporary tables:
`records(record_key, source_system, source_instance, entity, source_record_id, customer_type, delete_reason)`;
`links(record_key, other_record_key, rule, weight, probability, levels)`: why records are together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import duckdb

from pipelines.analytics import evidence
from pipelines.analytics.record_keys import key_of


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
        created, merged, retired, erased: customer ids born; become aliases; left without any record; all of whose
            records were erased.
        split: parts that left a customer for an id of their own.
        moved: records that went from one customer to another.
        joined: records that came to a customer that was there before, moved ones included.
        left: records that are not with their customer any more, moved ones included.
    """

    records: int
    customers: int
    links: int
    created: int
    merged: int
    split: int
    retired: int
    erased: int
    moved: int
    joined: int
    left: int


def load(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in what the registry knows; the lake is attached as ``lake``.

    Leaves temp tables `registry`: its assignments with their `record_key`; `known(record_key, customer_id,
    customer_type, is_current)`: its last word on every record; `handed_out`: one row per id there ever was, with its
    birth (`born_revision`, `born`), its merges (`first_merged`, `last_merged`, as revisions), whether it `is_alias`
    today and of whom (`heir`), and whether it was told as erased; `absorbed(customer_id, record_key)`: the records
    that each alias had when it was merged away.
    """
    connection.execute(
        f"""
        create or replace temp table registry as
        select
            *,
            {key_of()} as record_key,
            coalesce(revision, 0) as written
        from lake.identity.assignments;

        -- a record has one current row, or, when it is gone, the one that was written last
        create or replace temp table known as
        select record_key, customer_id, customer_type, is_current
        from registry
        qualify row_number() over (
            partition by record_key order by is_current desc, written desc, assigned_at_as_of desc, customer_id
        ) = 1;
        """
    )
    _load_aliases(connection)
    _load_ids(connection)


def _load_aliases(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in the ids that were merged away, and who answers for them: `aliases`, `heirs`."""
    connection.execute(
        """
        create or replace temp table aliases as
        with merged as (
            select
                customer_id,
                arg_max(other_customer_id, coalesce(revision, 0)) as next_id,
                min(coalesce(revision, 0)) as first_merged,
                max(coalesce(revision, 0)) as last_merged
            from lake.identity.events
            where event_type = 'merged'
            group by customer_id
        ),
        came_back as (
            select other_customer_id as customer_id, max(coalesce(revision, 0)) as revision
            from lake.identity.events
            where event_type = 'split'
            group by other_customer_id
        )
        select merged.*, coalesce(came_back.revision <= merged.last_merged, true) as is_alias
        from merged
        left join came_back using (customer_id);

        create or replace temp table heirs as
        with recursive chains as (
            select customer_id, next_id as heir, 1 as merges from aliases where is_alias
            union all
            select chains.customer_id, aliases.next_id, chains.merges + 1
            from chains
            join aliases on chains.heir = aliases.customer_id
            where aliases.is_alias
        )
        select customer_id, arg_max(heir, merges) as heir from chains group by customer_id;
        """
    )


def _load_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in every id there ever was and what became of it: `handed_out`, `absorbed`."""
    connection.execute(
        f"""
        create or replace temp table handed_out as
        select
            born.*,
            aliases.first_merged,
            aliases.last_merged,
            coalesce(aliases.is_alias, false) as is_alias,
            heirs.heir,
            erased.customer_id is not null as is_erased
        from (
            select customer_id, min(written) as born_revision, min(assigned_at_as_of) as born
            from registry
            group by customer_id
        ) as born
        left join aliases using (customer_id)
        left join heirs using (customer_id)
        left join (select distinct customer_id from lake.identity.events where event_type = 'erased') as erased
            using (customer_id);

        create or replace temp table absorbed as
        select
            aliases.customer_id,
            {key_of("events")} as record_key
        from lake.identity.events as events
        join aliases
            on events.other_customer_id = aliases.customer_id
            and events.customer_id = aliases.next_id
            and events.revision = aliases.last_merged
        where events.event_type = 'joined' and aliases.is_alias
        """
    )


def write(lake: RegistryLake, as_of: date, run_id: str) -> bool:
    """Write what changed in one transaction of the lake; say whether anything did.

    Needs the temp tables of `load` and `stable_ids.assign`. Without changes nothing is written, so a repeated night
    leaves the registry as it is; a night that is cut off leaves it as it was.

    Args:
        lake: an open, writable lake.
        as_of: the first day on which what is written holds, and the first on which what is closed does not.
        run_id: the run written beside it.

    Raises:
        duckdb.Error: the lake refused the transaction.
    """
    connection = lake.connection
    evidence.compare(connection)
    changes = connection.execute(
        "select 1 from changed union all select 1 from closed union all select 1 from happened"
        " union all select 1 from new_evidence union all select 1 from old_evidence limit 1"
    ).fetchone()

    def work() -> None:
        _write_assignments(connection, as_of, run_id)
        evidence.write(connection, as_of, run_id)

    if changes is not None:
        lake.transaction(work)
    return changes is not None


def _write_assignments(connection: duckdb.DuckDBPyConnection, as_of: date, run_id: str) -> None:
    """Close what is over, append what is new and tell what happened. Runs inside the lake's transaction."""
    row = connection.execute(
        "select coalesce(max(revision), 0) + 1 from ("
        "select revision from lake.identity.assignments union all select revision from lake.identity.events)"
    ).fetchone()
    revision = row[0] if row else 1
    connection.execute(
        f"""
        update lake.identity.assignments set is_current = false, valid_to = ?
        where is_current and {key_of()} in (select record_key from closed)
        """,
        [as_of],
    )
    connection.execute(
        """
        insert into lake.identity.assignments
            (source_system, source_instance, entity, source_record_id,
             customer_id, customer_type, is_current, assigned_at_as_of, run_id, revision)
        select r.source_system, r.source_instance, r.entity, r.source_record_id,
               changed.customer_id, changed.customer_type, true, ?, ?, ?
        from changed join records as r using (record_key)
        """,
        [as_of, run_id, revision],
    )
    # an event may speak of a record that is gone, so its key is taken from the registry
    connection.execute(
        """
        insert into lake.identity.events
            (event_type, customer_id, other_customer_id,
             source_system, source_instance, entity, source_record_id, as_of, run_id, revision)
        select happened.event_type, happened.customer_id, happened.other_customer_id,
               r.source_system, r.source_instance, r.entity, r.source_record_id, ?, ?, ?
        from happened
        join (
            select record_key, source_system, source_instance, entity, source_record_id from records
            union all
            select distinct record_key, source_system, source_instance, entity, source_record_id
            from registry
            anti join records using (record_key)
        ) as r using (record_key)
        """,
        [as_of, run_id, revision],
    )


def result(connection: duckdb.DuckDBPyConnection) -> IdentityResult:
    """Count what was found and what happens by it, whether it has been written yet or not."""
    found = connection.execute(
        "select count(*), count(distinct customer_id), (select count(*) from links) from assigned"
    ).fetchone() or (0, 0, 0)
    events = dict(connection.execute("select event_type, count(*) from happened group by 1").fetchall())
    moved = connection.execute("select count(*) from changed where old_customer_id <> customer_id").fetchone() or (0,)
    names = ("created", "merged", "split", "retired", "erased", "joined", "left")
    counts = {name: events.get(name, 0) for name in names}
    return IdentityResult(records=found[0], customers=found[1], links=found[2], moved=moved[0], **counts)
