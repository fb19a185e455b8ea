"""What the deals of the past did: read from the warehouse as arrays, one element per stretch of days in one cell.

A cell is a stage and an age. How win rates follow from the stretches belongs to ``rates``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# a deal's age in days since it was created: each band from its first day to the next one's
AGE_BANDS = (0, 8, 15, 31, 61, 91, 181)
# a stage that the history of a deal does not tell
NO_STAGE = ""

# one row per deal that is neither deleted nor after the day, and per open stage it stood in at the end of some day;
# a deal without such a stage has one row for its whole life, in no stage
_STRETCHES = """
create or replace temp table pipeline_stretches as
with

deals as (
    select
        opportunity_id,
        cast(created_at as date) as opened_date,
        case when is_closed then greatest(close_date, cast(created_at as date)) end as closed_date,
        stage_name,
        is_won,
        is_closed
    from core.fct_opportunities
    where not is_deleted and created_at is not null and (close_date is not null or not is_closed)
),

closing_stages as (
    select distinct stage_name from deals where is_closed and stage_name is not null
),

visits as (
    select
        stages.opportunity_id,
        stages.stage_name,
        cast(stages.entered_at as date) as from_date,
        cast(stages.left_at as date) as to_date
    from core.fct_opportunity_stages as stages
    anti join closing_stages on stages.stage_name = closing_stages.stage_name
    where stages.stage_name is not null and stages.entered_at is not null
),

told as (
    select
        deals.opportunity_id,
        visits.stage_name,
        greatest(visits.from_date, deals.opened_date) as from_date,
        least(visits.to_date, deals.closed_date) as to_date
    from deals
    inner join visits on deals.opportunity_id = visits.opportunity_id
),

stretches as (
    select * from told where to_date is null or from_date < to_date
    union all
    select opportunity_id, '', opened_date, closed_date
    from deals
    anti join told on deals.opportunity_id = told.opportunity_id
    where closed_date is null or opened_date < closed_date
)

select
    dense_rank() over (order by deals.opportunity_id) - 1 as deal,
    stretches.stage_name,
    deals.opened_date - date '1970-01-01' as opened,
    stretches.from_date - date '1970-01-01' as since,
    stretches.to_date - date '1970-01-01' as until,
    deals.closed_date - date '1970-01-01' as closed,
    deals.is_won and deals.is_closed as is_won,
    deals.opportunity_id
from stretches
inner join deals on stretches.opportunity_id = deals.opportunity_id
"""


@dataclass(frozen=True)
class Stretches:
    """Deals and where they stood, one element per stretch; days count from 1970, ``until`` is exclusive.

    ``closed`` and ``until`` are ``NEVER`` where that has not happened. ``deal`` numbers the deals from 0, ``stage``
    is a place in ``stages``.
    """

    stages: tuple[str, ...]
    deal: Ints
    stage: Ints
    opened: Ints
    since: Ints
    until: Ints
    closed: Ints
    is_won: NDArray[np.bool_]


NEVER = 10**6


@dataclass(frozen=True)
class OpenDeals:
    """Deals open at the end of a day, in the order of their ids.

    ``probability`` is what the source says, 0 to 1, and NaN where it says nothing; ``close`` is the day it plans to
    close on, ``NEVER`` where there is none. ``cents`` is 0 where the amount is not known in the reporting currency.
    """

    ids: NDArray[np.object_]
    stage: NDArray[np.object_]
    age: Ints
    cents: Ints
    probability: Floats
    close: Ints


def day_number(day: date) -> int:
    """Return the days from 1970 to ``day``."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def read_stretches(connection: duckdb.DuckDBPyConnection) -> Stretches:
    """Return where every deal of ``core.fct_opportunities`` stood, by ``core.fct_opportunity_stages``."""
    connection.execute(_STRETCHES)
    found = connection.execute(
        """
        select
            deal,
            stage_name,
            opened,
            since,
            coalesce(until, 1000000) as until,
            coalesce(closed, 1000000) as closed,
            coalesce(is_won, false) as is_won
        from pipeline_stretches
        order by all
        """
    ).fetchnumpy()
    names = np.asarray(found["stage_name"], dtype=object)
    stages, places = np.unique(names.astype(str), return_inverse=True)
    days = {name: np.asarray(found[name], dtype=np.int64) for name in ("deal", "opened", "since", "until", "closed")}
    return Stretches(
        tuple(str(stage) for stage in stages),
        days["deal"],
        places.astype(np.int64),
        days["opened"],
        days["since"],
        days["until"],
        days["closed"],
        np.asarray(found["is_won"], dtype=bool),
    )


def read_open_deals(connection: duckdb.DuckDBPyConnection, as_of: date) -> OpenDeals:
    """Return the deals that are open now; one created after ``as_of`` is left out."""
    found = connection.execute(
        """
        select
            opportunity_id,
            coalesce(stage_name, '') as stage_name,
            greatest(coalesce(cast($as_of as date) - cast(created_at as date), 0), 0) as age,
            cast(coalesce(opportunity_reporting_amount, 0) * 100 as bigint) as cents,
            cast(coalesce(probability_rate, 'nan'::double) as double) as probability,
            coalesce(close_date - date '1970-01-01', 1000000) as close
        from core.fct_opportunities
        where is_open and coalesce(cast(created_at as date) <= cast($as_of as date), true)
        order by opportunity_id
        """,
        {"as_of": as_of},
    ).fetchnumpy()
    return OpenDeals(
        np.asarray(found["opportunity_id"], dtype=object),
        np.asarray(found["stage_name"], dtype=object),
        np.asarray(found["age"], dtype=np.int64),
        np.asarray(found["cents"], dtype=np.int64),
        np.asarray(found["probability"], dtype=np.float64),
        np.asarray(found["close"], dtype=np.int64),
    )


def read_stretches_amounts(connection: duckdb.DuckDBPyConnection) -> Ints:
    """Return the cents of each deal that ``read_stretches`` has just numbered; 0 where the amount is not known."""
    found = connection.execute(
        """
        select cast(coalesce(max(deals.opportunity_reporting_amount), 0) * 100 as bigint) as cents
        from pipeline_stretches
        inner join core.fct_opportunities as deals on pipeline_stretches.opportunity_id = deals.opportunity_id
        group by deal
        order by deal
        """
    ).fetchnumpy()
    return np.asarray(found["cents"], dtype=np.int64)
