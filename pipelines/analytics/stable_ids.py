"""Which id each group of records keeps or gets: the promise that a customer's id never changes.

Works on temporary tables of one connection; `identity` fills them and writes the outcome to the lake.

Reads: `today(record_key, component, customer_type)`: the groups of today;
`known(record_key, customer_id, customer_type, is_current)`: the registry's last word on every record;
`handed_out(customer_id, born, is_alias)`: every id there ever was.
"""

from __future__ import annotations

import duckdb

MAX_ATTEMPTS = 1000


def assign(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every component of `today` its id and tell what that changes.

    Leaves temp tables `assigned(record_key, customer_id, customer_type)`: one row per record;
    `changed(record_key, customer_id, customer_type, old_customer_id)`: what the registry must take in;
    `closed(record_key)`: whose current row must be closed;
    `happened(event_type, customer_id, other_customer_id, record_key)`: the events.
    """
    _keep_ids(connection)
    _name_newborn(connection)
    _compare(connection)
    _tell_events(connection)


def _keep_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Give known ids to components: `claims` (where each id went) and `kept` (which of them stays)."""
    connection.execute(
        """
        -- an id follows the larger part of its customer; of equal parts the one with the smallest record key;
        -- an id that was merged away stays with its heir, even when one of its records returns alone
        create or replace temp table claims as
        select known.customer_id, today.component, count(*) as members, min(today.record_key) as first_key
        from known
        join today using (record_key)
        join handed_out using (customer_id)
        where not handed_out.is_alias
        group by known.customer_id, today.component
        qualify row_number() over (partition by known.customer_id order by members desc, first_key) = 1;

        -- of the ids that meet in one component the oldest stays, then that of the larger customer
        create or replace temp table kept as
        select claims.component, claims.customer_id
        from claims
        join handed_out using (customer_id)
        qualify row_number() over (
            partition by claims.component order by handed_out.born, claims.members desc, claims.customer_id
        ) = 1;
        """
    )


def _name_newborn(connection: duckdb.DuckDBPyConnection) -> None:
    """Hash an id for each component that has none, from its smallest record key: `newborn`."""
    connection.execute(
        """
        create or replace temp table nameless as
        select component, min(record_key) as first_key
        from today anti join kept using (component)
        group by component;
        create or replace temp table newborn (component integer, customer_id varchar, first_key varchar);
        """
    )
    for attempt in range(MAX_ATTEMPTS):
        # taken already: its customer has split away from the record it was named after
        connection.execute(
            """
            create or replace temp table named as
            select component, 'c_' || left(sha256(first_key || ?), 20) as customer_id, first_key from nameless
            """,
            [f"#{attempt}" if attempt else ""],
        )
        connection.execute(
            """
            insert into newborn
            select component, customer_id, first_key
            from named
            where customer_id not in (select customer_id from handed_out)
              and customer_id not in (select customer_id from newborn)
            qualify row_number() over (partition by customer_id order by first_key) = 1;
            delete from nameless where component in (select component from newborn);
            """
        )
        if connection.execute("select count(*) from nameless").fetchone() == (0,):
            return
    raise RuntimeError(f"no free customer id after {MAX_ATTEMPTS} attempts")


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell today from the registry: `assigned`, `changed`, `closed`."""
    connection.execute(
        """
        create or replace temp table assigned as
        select
            today.record_key,
            coalesce(kept.customer_id, newborn.customer_id) as customer_id,
            max(today.customer_type) over (partition by today.component) as customer_type
        from today
        left join kept using (component)
        left join newborn using (component);

        create or replace temp table changed as
        select assigned.*, known.customer_id as old_customer_id
        from assigned
        left join known using (record_key)
        where known.record_key is null or not known.is_current
           or known.customer_id <> assigned.customer_id or known.customer_type <> assigned.customer_type;

        -- what changed, and what the sources show no more
        create or replace temp table closed as
        select known.record_key
        from known
        left join assigned using (record_key)
        where known.is_current
          and (assigned.record_key is null or assigned.record_key in (select record_key from changed));
        """
    )


def _tell_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Say what happened to ids: `happened`, one row per event."""
    connection.execute(
        """
        create or replace temp table happened as
        select 'created' as event_type, customer_id, null::varchar as other_customer_id, first_key as record_key
        from newborn
        union all
        select 'merged', claims.customer_id, kept.customer_id, claims.first_key
        from claims
        join kept using (component)
        where claims.customer_id <> kept.customer_id
        union all
        select 'split', changed.old_customer_id, changed.customer_id, min(changed.record_key)
        from changed
        join newborn using (customer_id)
        where changed.old_customer_id is not null
        group by changed.old_customer_id, changed.customer_id
        union all
        select 'moved', old_customer_id, customer_id, record_key
        from changed
        where old_customer_id <> customer_id
        union all
        select 'retired', customer_id, null, min(record_key)
        from known
        where is_current and customer_id not in (select customer_id from claims)
        group by customer_id;
        """
    )
