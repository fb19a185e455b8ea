"""What other decisions or another threshold would change: who would merge, split and move, and with how much money.

Who would be whose customer comes from ``pipelines.analytics``; here it is counted. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pyarrow

_OWNERS = """
    create or replace temp table owned as
    with orders as (
        select
            order_reporting_amount as amount,
            concat_ws('|', source_system, source_instance, 'accounts', account_record_id) as account_key,
            concat_ws('|', source_system, source_instance, 'contacts', contact_record_id) as contact_key,
            account_record_id is not null as has_account
        from warehouse.core.fct_orders
        where is_counted and customer_id is not null
    )
    select
        orders.amount,
        coalesce(accounts.customer_id_now, contacts.customer_id_now) as customer_id_now,
        case when accounts.record_key is not null then accounts.customer_id_then else contacts.customer_id_then end
            as customer_id_then
    from orders
    left join foreseen as accounts on orders.has_account and orders.account_key = accounts.record_key
    left join foreseen as contacts on orders.contact_key = contacts.record_key
"""

_MOVES = """
    with gone as (
        select distinct customer_id_now as customer_id from foreseen
        where customer_id_now not in (select customer_id_then from foreseen where customer_id_then is not null)
    ),

    parts as (
        select customer_id_now, count(distinct customer_id_then) as part_count from foreseen group by customer_id_now
    ),

    born as (
        select distinct customer_id_then as customer_id from foreseen
        where customer_id_then not in (select customer_id_now from foreseen where customer_id_now is not null)
    ),

    records as (
        select customer_id_now, customer_id_then, count(*) as records
        from foreseen
        where customer_id_now <> customer_id_then
        group by all
    ),

    money as (
        select customer_id_now, customer_id_then, count(*) as orders, coalesce(sum(amount), 0) as amount
        from owned
        where customer_id_now <> customer_id_then
        group by all
    )

    select
        case
            when gone.customer_id is not null and parts.part_count = 1 then 'merge'
            when born.customer_id is not null then 'split'
            else 'move'
        end as change,
        records.customer_id_now,
        records.customer_id_then,
        customers.customer_name,
        records.records,
        coalesce(money.orders, 0) as orders,
        coalesce(money.amount, 0)::decimal(18, 2) as amount
    from records
    join parts using (customer_id_now)
    left join money using (customer_id_now, customer_id_then)
    left join warehouse.core.dim_customers as customers on customers.customer_id = records.customer_id_now
    left join gone on gone.customer_id = records.customer_id_now
    left join born on born.customer_id = records.customer_id_then
    order by abs(coalesce(money.amount, 0)) desc, records.records desc, customer_id_now, customer_id_then
"""


@dataclass(frozen=True)
class Move:
    """Records, orders and money that would go from one customer to another.

    ``change`` is ``merge`` when the customer would wholly become another, ``split`` when they would leave for an id of
    their own, else ``move``. ``customer_name`` is that of the customer they are of now.
    """

    change: str
    customer_id_now: str
    customer_id_then: str
    customer_name: str | None
    records: int
    orders: int
    amount: Decimal


@dataclass(frozen=True)
class Outcome:
    """What would change; ``revenue`` is the money of all counted orders, in the reporting currency."""

    customers_now: int
    customers_then: int
    moves: tuple[Move, ...]
    revenue: Decimal

    @property
    def counts(self) -> Counter[str]:
        """How many merges, splits and moves there would be."""
        return Counter(move.change for move in self.moves)

    @property
    def records(self) -> int:
        """How many records would belong to another customer."""
        return sum(move.records for move in self.moves)

    @property
    def amount(self) -> Decimal:
        """How much money would belong to another customer."""
        return sum((abs(move.amount) for move in self.moves), Decimal(0))

    @property
    def share(self) -> Decimal:
        """The share (0-1) of all revenue that this is."""
        return self.amount / abs(self.revenue) if self.revenue else Decimal(0)


def outcome(connection: duckdb.DuckDBPyConnection, foreseen: pyarrow.Table) -> Outcome:
    """Count what ``foreseen`` (record_key, customer_id_now, customer_id_then; one row per record) would change.

    ``connection`` has the warehouse attached as ``warehouse``. A record without a customer today is no move. An order
    belongs to the customer of its account, else of its contact.
    """
    connection.register("given", foreseen)
    connection.execute(
        "create or replace temp table foreseen as select record_key, customer_id_now, customer_id_then from given"
    )
    connection.unregister("given")
    connection.execute(_OWNERS)
    counted = connection.execute(
        "select count(distinct customer_id_now), count(distinct customer_id_then),"
        " (select coalesce(sum(amount), 0)::decimal(18, 2) from owned) from foreseen"
    ).fetchone()
    assert counted is not None
    moves = tuple(Move(*row) for row in connection.execute(_MOVES).fetchall())
    return Outcome(counted[0], counted[1], moves, counted[2])
