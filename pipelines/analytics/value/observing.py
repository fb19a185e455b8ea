"""What the models see of each customer up to a day, and what the customer did in the days after it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.value.assumptions import ORDERS_OF_MARGIN_PRIOR, WEEK_DAYS
from pipelines.analytics.value.fitting import Floats, Histories

_HISTORIES = f"""
    with
    first_days as (
        select customer_id, min(order_date) as first_date from value_days group by customer_id
    ),
    summed as (
        select
            customer_id,
            any_value(customer_type) as customer_type,
            any_value(first_date) as first_date,
            count(*) filter (order_date <= $until) - 1 as frequency,
            max(order_date) filter (order_date <= $until) - any_value(first_date) as recency,
            $until - any_value(first_date) as age,
            count(*) filter (amount > 0 and order_date > first_date and order_date <= $until) as valued,
            avg(amount) filter (amount > 0 and order_date > first_date and order_date <= $until) as amount,
            count(*) filter (amount > 0 and order_date <= $until) as paid,
            avg(amount) filter (amount > 0 and order_date <= $until) as paid_amount,
            coalesce(sum(costed_amount) filter (order_date <= $until), 0) as costed_amount,
            coalesce(sum(margin_amount) filter (order_date <= $until and costed_amount is not null), 0)
                as margin_amount,
            count(costed_amount) filter (order_date <= $until) as costed_count,
            count(*) filter (order_date > $until and order_date <= $later) as later_purchases,
            coalesce(sum(amount) filter (order_date > $until and order_date <= $later), 0) as later_amount
        from value_days inner join first_days using (customer_id)
        where first_date <= $until
        group by customer_id
    ),
    priors as (
        select
            customer_type,
            sum(margin_amount) / nullif(sum(costed_amount), 0) as rate,
            {ORDERS_OF_MARGIN_PRIOR} * sum(costed_amount) / nullif(sum(costed_count), 0) as weight
        from summed group by customer_type
    )
    select
        customer_id, customer_type, first_date, later_purchases, later_amount, valued, paid,
        cast(frequency as double) as frequency, cast(recency as double) as recency, cast(age as double) as age,
        coalesce(cast(amount as double), 'nan') as amount,
        coalesce(cast(paid_amount as double), 'nan') as paid_amount,
        -- what is sold at a loss has no value, not a negative one: nobody has to sell it
        case
            when weight > 0 then greatest((margin_amount + weight * rate) / (costed_amount + weight), 0)
            else 'nan'
        end as margin_rate
    from summed left join priors using (customer_type)
    order by customer_id
"""


@dataclass(frozen=True)
class Observed:
    """Customers with at least one purchase, in the order of their ids. A purchase is a day with counted orders.

    Attributes:
        customer_id, customer_type: texts.
        frequency, recency, age: as in ``Histories``, in weeks, one customer each.
        valued: purchases after the first whose amount is known and positive.
        amount: their mean amount; NaN where there are none.
        paid, paid_amount: the same of all purchases, the first included.
        margin_rate: margin per revenue, drawn to that of the customer's type the less is known; NaN where no cost is.
        cohort: first day of the month of the first purchase.
        later_purchases, later_amount: what followed in the days after.
    """

    customer_id: NDArray[Any]
    customer_type: NDArray[Any]
    frequency: Floats
    recency: Floats
    age: Floats
    valued: Floats
    amount: Floats
    paid: Floats
    paid_amount: Floats
    margin_rate: Floats
    cohort: NDArray[Any]
    later_purchases: Floats
    later_amount: Floats

    def __len__(self) -> int:
        return len(self.customer_id)

    @property
    def histories(self) -> Histories:
        """Their purchase histories, not grouped."""
        return Histories.of(self.frequency, self.recency, self.age)

    def part(self, chosen: NDArray[Any]) -> Observed:
        """Return some of the customers."""
        return replace(self, **{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def collect_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``value_days``: one row per customer and day with counted orders."""
    connection.execute(
        """
        create or replace temp table value_days as
        select
            customer_id,
            any_value(customers.customer_type) as customer_type,
            order_date,
            -- an order whose amount is not known leaves that of its day open
            case when count(*) = count(order_reporting_amount) then sum(order_reporting_amount) end as amount,
            sum(cost_reporting_amount + margin_reporting_amount) as costed_amount,
            sum(margin_reporting_amount) as margin_amount
        from core.fct_orders as orders
        inner join core.dim_customers as customers using (customer_id)
        where orders.is_counted
        group by customer_id, order_date
        """
    )


def observe(connection: duckdb.DuckDBPyConnection, until: date, days_after: int = 0) -> Observed:
    """Return all customers as they were on the evening of ``until``; ``value_days`` must be there."""
    later = until + timedelta(days=days_after)
    found = connection.execute(
        _HISTORIES,
        {"until": until, "later": later},
    ).fetchnumpy()
    numbers = {
        name: np.asarray(found[name], dtype=np.float64)
        for name in (
            "frequency",
            "valued",
            "amount",
            "paid",
            "paid_amount",
            "margin_rate",
            "later_purchases",
            "later_amount",
        )
    }
    return Observed(
        customer_id=np.asarray(found["customer_id"]),
        customer_type=np.asarray(found["customer_type"]),
        recency=np.asarray(found["recency"], dtype=np.float64) / WEEK_DAYS,
        age=np.asarray(found["age"], dtype=np.float64) / WEEK_DAYS,
        cohort=np.asarray(found["first_date"]).astype("datetime64[M]"),
        **numbers,
    )


def first_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the day of the first purchase of all, None where there is none."""
    row = connection.execute("select min(order_date) from value_days").fetchone()
    return row[0] if row else None
