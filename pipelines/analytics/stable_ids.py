"""Which id each group of records keeps or gets: the promise that a customer's id never changes.

Works on temporary tables of one connection. How the outcome differs from the registry is told by `id_changes`;
`registry` loads what is known and writes what changed.

Reads `today(record_key, component, customer_type)`: the groups of today, their components numbered in any way;
`records(record_key, delete_reason)`: the same records; and what `registry.load` leaves:
`known(record_key, customer_id, customer_type, is_current)`: the registry's last word on every record;
`handed_out(customer_id, born_revision, born, first_merged, last_merged, is_alias, is_erased, heir)`:
every id there ever was;
`absorbed(customer_id, record_key)`: what an alias had when it was merged away.
"""

from __future__ import annotations

import duckdb

from pipelines.analytics import id_changes

MAX_ATTEMPTS = 1000


def assign(connection: duckdb.DuckDBPyConnection) -> None:
    """Give every component of `today` its id.

    Leaves temp tables `assigned(record_key, customer_id, customer_type)`: one row per record; how it came about:
    `claims(customer_id, component, members, first_key)`: where each known id went; `kept(component, customer_id)`: the
    known id that stayed; `returned(component, customer_id)`: the alias that came back;
    `newborn(component, customer_id, first_key)`; and those of `id_changes.tell`.

    Neither the order of rows nor the numbers of components make a difference. Raises RuntimeError when no free id is
    found, which takes a thousand collisions of one hash.
    """
    _place(connection)
    _find_undone_merges(connection)
    _claim(connection)
    _keep_ids(connection)
    _name_newborn(connection)
    connection.execute(
        """
        create or replace temp table assigned as
        select
            placed.record_key,
            coalesce(kept.customer_id, returned.customer_id, newborn.customer_id) as customer_id,
            max(placed.customer_type) over (partition by placed.component) as customer_type
        from placed
        left join kept using (component)
        left join returned using (component)
        left join newborn using (component)
        """
    )
    id_changes.tell(connection)


def _place(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy today's groups to `placed`; an erased record that nothing living holds `is_resting`.

    It says nothing about anybody any more, so it stays with the customer it was with. Left to itself, each of them
    would leave and become a customer of its own.
    """
    connection.execute(
        """
        create or replace temp table placed as
        with erased as (
            select distinct today.component
            from today
            join records using (record_key)
            where records.delete_reason = 'erased'
        ),
        silent as (
            select today.component
            from today
            join erased using (component)
            join records using (record_key)
            group by today.component
            having bool_and(coalesce(records.delete_reason, '') = 'erased')
        ),
        resting as (
            select
                today.record_key,
                known.customer_type,
                -dense_rank() over (order by known.customer_id) as component
            from today
            join silent using (component)
            join known using (record_key)
            where known.is_current
        )
        select
            today.record_key,
            coalesce(resting.component, today.component) as component,
            coalesce(resting.customer_type, today.customer_type) as customer_type,
            resting.record_key is not null as is_resting
        from today
        left join resting using (record_key)
        """
    )


def _find_undone_merges(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the components in which an alias may come back: `undone(component, customer_id)`.

    A merge is undone when the very records that the alias had leave its heir together. Records that are gone since
    and records that nobody knew do not count; one that the alias had, and that is elsewhere today, forbids it.
    """
    connection.execute(
        """
        create or replace temp table undone as
        with present as (
            select absorbed.customer_id, min(placed.component) as component, count(*) as members
            from absorbed
            join placed using (record_key)
            where not placed.is_resting
            group by absorbed.customer_id
            having min(placed.component) = max(placed.component)
        ),
        parts as (
            select placed.component, min(known.customer_id) as customer_id, count(*) as members
            from placed
            semi join present using (component)
            join known using (record_key)
            where not placed.is_resting
            group by placed.component
            having min(known.customer_id) = max(known.customer_id) and bool_and(known.is_current)
        )
        -- of two aliases with the same records the one that was merged last
        select present.component, present.customer_id
        from present
        join parts on present.component = parts.component and present.members = parts.members
        join handed_out on present.customer_id = handed_out.customer_id and parts.customer_id = handed_out.heir
        qualify row_number() over (
            partition by present.component order by handed_out.last_merged desc, present.customer_id
        ) = 1
        """
    )


def _claim(connection: duckdb.DuckDBPyConnection) -> None:
    """Send every known id that is no alias to one component, `claims`, and the records that rest after it."""
    connection.execute(
        """
        -- an id follows the larger part of its customer, of equal parts the one with the smallest record key; but it
        -- leaves to an alias what the alias had. An id that was merged away stays with its heir, even when one of its
        -- records returns alone
        create or replace temp table claims as
        with followed as (
            select
                known.customer_id,
                placed.component,
                count(*) as members,
                min(placed.record_key) as first_key,
                bool_and(placed.is_resting) as is_resting
            from known
            join placed using (record_key)
            anti join (select customer_id from handed_out where is_alias) as aliases using (customer_id)
            group by known.customer_id, placed.component
        )
        select followed.customer_id, followed.component, followed.members, followed.first_key
        from followed
        left join undone using (component)
        qualify row_number() over (
            partition by followed.customer_id
            order by followed.is_resting, undone.component is not null, followed.members desc, followed.first_key
        ) = 1;

        update placed set component = claims.component
        from known
        join claims using (customer_id)
        where placed.is_resting and placed.record_key = known.record_key;
        """
    )


def _keep_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Choose the id that stays where several meet, `kept`, and the aliases that come back, `returned`."""
    connection.execute(
        """
        -- the oldest stays. Of equally old ones, one that was never merged away; then the one that was merged later,
        -- or is the larger customer when both never were. So an id once merged into another stays behind it, and a
        -- merge that is undone and made again ends with the same id, whatever either had meanwhile
        create or replace temp table kept as
        select claims.component, claims.customer_id
        from claims
        join handed_out using (customer_id)
        qualify row_number() over (
            partition by claims.component
            order by
                handed_out.born_revision,
                handed_out.born,
                handed_out.first_merged desc nulls first,
                case when handed_out.first_merged is null then claims.members end desc nulls last,
                claims.customer_id
        ) = 1;

        create or replace temp table returned as
        select component, customer_id from undone anti join kept using (component);
        """
    )


def _name_newborn(connection: duckdb.DuckDBPyConnection) -> None:
    """Hash an id for each component that has none, from its smallest record key: `newborn`."""
    connection.execute(
        """
        create or replace temp table nameless as
        select component, min(record_key) as first_key
        from placed
        anti join kept using (component)
        anti join returned using (component)
        group by component;
        create or replace temp table newborn (component bigint, customer_id varchar, first_key varchar);
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
