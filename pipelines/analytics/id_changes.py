"""What a night's ids change in the registry, and what happened to customers by it.

Which id goes where is decided in `stable_ids`. Works on the temporary tables that it and `registry.load` leave.
"""

from __future__ import annotations

import duckdb


def tell(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the ids of today with the registry.

    Leaves temp tables `changed(record_key, customer_id, customer_type, old_customer_id)`: what the registry must take
    in, with the customer the record was with until now; `closed(record_key, customer_id, is_gone)`: whose current row
    must be closed; and `happened(event_type, customer_id, other_customer_id, record_key)`:

    created   an id was born, with its smallest record.
    merged    an id became an alias of another one.
    split     records left for an id of their own: a newborn one, or an alias that took back what it had.
    left      a record is not with a customer any more; with the one it went to, if its source still shows it.
    joined    a record came to a customer that was there before; with the one it came from.
    retired   a customer has no record left.
    erased    every record of a customer was erased; told once.
    """
    connection.execute(
        """
        create or replace temp table changed as
        select assigned.*, case when known.is_current then known.customer_id end as old_customer_id
        from assigned
        left join known using (record_key)
        where known.record_key is null or not known.is_current
           or known.customer_id <> assigned.customer_id or known.customer_type <> assigned.customer_type;

        create or replace temp table closed as
        select known.record_key, known.customer_id, false as is_gone
        from known
        join changed using (record_key)
        where known.is_current
        union all
        select known.record_key, known.customer_id, true
        from known
        anti join assigned using (record_key)
        where known.is_current;
        """
    )
    _tell_of_ids(connection)
    _tell_of_records(connection)


def _tell_of_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Begin `happened` with the events of ids."""
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
        join (select customer_id from newborn union all select customer_id from returned) using (customer_id)
        where changed.old_customer_id is not null
        group by changed.old_customer_id, changed.customer_id
        union all
        select 'retired', closed.customer_id, null, min(closed.record_key)
        from closed
        anti join claims using (customer_id)
        where closed.is_gone
        group by closed.customer_id;

        insert into happened
        with erased as (
            select record_key from records where delete_reason = 'erased'
        ),
        members as (
            select customer_id, record_key from assigned
            union all
            select customer_id, record_key from closed where is_gone
        ),
        touched as (
            select distinct members.customer_id from members join erased using (record_key)
        )
        select 'erased', members.customer_id, null, min(members.record_key)
        from members
        join touched using (customer_id)
        left join erased using (record_key)
        left join handed_out using (customer_id)
        where not coalesce(handed_out.is_erased, false)
        group by members.customer_id
        having bool_and(erased.record_key is not null);
        """
    )


def _tell_of_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the events of records; those a customer is born or comes back with are told by its assignments."""
    connection.execute(
        """
        insert into happened
        select 'left', old_customer_id, customer_id, record_key
        from changed
        where old_customer_id <> customer_id
        union all
        select 'left', customer_id, null, record_key
        from closed
        where is_gone
        union all
        select 'joined', customer_id, old_customer_id, record_key
        from changed
        anti join newborn using (customer_id)
        anti join returned using (customer_id)
        where old_customer_id is distinct from customer_id;
        """
    )
