"""States and cohorts against the truth of the company: its own orders and contracts, read by other means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.integration.marts.conftest import CompanyNight
from tests.integration.marts.lifecycle_days import History, lived

pytestmark = pytest.mark.slow

# customers that identity has neither split nor joined with another
KNOWN = """
    with pairs as (
        select distinct bridge.customer_id, truth.truth_customer_id
        from core.bridge_customer_sources as bridge
        join memory.truth.record_map as truth using (source_instance, entity, source_record_id)
    )
    select customer_id, truth_customer_id
    from pairs
    where
        customer_id in (select customer_id from pairs group by all having count(*) = 1)
        and truth_customer_id in (select truth_customer_id from pairs group by all having count(*) = 1)
"""


@pytest.fixture
def known(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection with the table ``known`` of customers whose truth is theirs alone."""
    connection.execute(f"create temp table known as {KNOWN}")
    yield connection


def orders(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, date, Decimal]]:
    """Customer, day and worth of every order that counts, as the company knows them."""
    return connection.execute(
        "select customer_id, order_date, order_amount_eur from memory.truth.orders"
        " join known using (truth_customer_id)"
        " where order_status in ('placed', 'fulfilled') and order_date <= ?",
        [as_of],
    ).fetchall()


def contracts(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, date, date | None]]:
    """Customer, first day and, if it is over by then, last day of every contract."""
    return connection.execute(
        "select customer_id, start_date, case when cancelled_date <= $1 then cancelled_date end"
        " from memory.truth.subscriptions join known using (truth_customer_id) where start_date <= $1",
        [as_of],
    ).fetchall()


def test_the_states_of_a_customer_are_those_of_the_companys_own_orders_and_contracts(
    known: duckdb.DuckDBPyConnection, night: CompanyNight
) -> None:
    first = date(2020, 1, 1)
    bought: dict[str, set[int]] = defaultdict(set)
    held: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for customer, day, _ in orders(known, night.as_of):
        bought[customer].add((day - first).days)
    for customer, start, end in contracts(known, night.as_of):
        held[customer].append(((start - first).days, None if end is None else (end - first).days))
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for customer, since, status in known.execute(
        "select customer_id, valid_from_date, status from core.fct_customer_status_changes"
        " where status <> 'prospect' order by all"
    ).fetchall():
        found[customer].append((since, status))
    customers = sorted({*bought, *held})[::4]
    assert len(customers) > 100
    last = (night.as_of - first).days
    for customer in customers:
        states = lived(History(last, frozenset(bought[customer]), tuple(held[customer]), None), last)
        changes = [
            (since, status)
            for since, status in ((day, states[day]) for day in states)
            if states.get(since - 1) != status
        ]
        assert [((since - first).days, status) for since, status in found[customer]] == changes, customer
    nobody = known.execute(
        "select count(*) from known join core.fct_customer_status_changes using (customer_id)"
        " where is_current and status <> 'prospect' and customer_id not in (select unnest($1))",
        [sorted({*bought, *held})],
    ).fetchall()
    assert nobody == [(0,)]


def test_cohorts_are_those_of_the_companys_own_orders(
    connection: duckdb.DuckDBPyConnection, night: CompanyNight
) -> None:
    """Whose orders they are is taken from the warehouse; when and for how much, from the truth."""
    bought = connection.execute(
        "select facts.customer_id, truth.order_date, truth.order_amount_eur from memory.truth.orders as truth"
        " join core.fct_orders as facts using (source_instance, source_record_id)"
        " where truth.order_status in ('placed', 'fulfilled') and truth.order_date <= $1",
        [night.as_of],
    ).fetchall()
    held = connection.execute(
        "select facts.customer_id, truth.start_date, least(truth.cancelled_date, $1) from memory.truth.subscriptions"
        " as truth join core.fct_subscriptions as facts using (source_record_id) where truth.start_date <= $1",
        [night.as_of],
    ).fetchall()
    months: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for customer, day, worth in bought:
        months[customer][month(day)] += worth
    for customer, start, end in held:
        for each in range(month(start), month(end) + 1):
            months[customer][each] += 0
    counts: dict[tuple[int, int], int] = defaultdict(int)
    revenues: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for of_customer in months.values():
        joined = min(of_customer)
        for each, worth in of_customer.items():
            counts[joined, each - joined] += 1
            revenues[joined, each - joined] += worth
    rows = connection.execute(
        "select cohort_start_date, period_number, customer_count, retained_customer_count, revenue_amount, is_complete"
        " from marts.retention_cohorts where cohort_grain = 'month'"
    ).fetchall()
    assert sum(count for _, period, count, *_ in rows if period == 0) == len(months)
    for start, period, count, retained, revenue, is_complete in rows:
        cohort = month(start)
        assert count == counts[cohort, 0]
        if is_complete:
            assert (retained, revenue) == (counts[cohort, period], revenues[cohort, period])
        else:
            assert (retained, revenue, cohort + period) == (None, None, month(night.as_of))


def month(day: date) -> int:
    return day.year * 12 + day.month - 1


def test_first_orders_and_their_channels_bring_every_customer_in_the_month_that_the_company_knows(
    known: duckdb.DuckDBPyConnection, night: CompanyNight
) -> None:
    joined: dict[str, date] = {}
    for customer, day, *_ in [*orders(known, night.as_of), *contracts(known, night.as_of)]:
        joined[customer] = min(day, joined.get(customer, day))
    found = dict(known.execute(
        "select customer_id, first_purchase_date from intermediate.int_customers__acquired"
        " join known using (customer_id)"
    ).fetchall())  # fmt: skip
    assert found == joined
    assert len(joined) > 500


def test_tiers_and_levels_put_every_customer_in_one(connection: duckdb.DuckDBPyConnection) -> None:
    levels = connection.execute("select value_level, count(*) from marts.customer_profiles group by all").fetchall()
    (customers,) = connection.execute("select count(*) from core.dim_customers").fetchall()[0]
    (buyers,) = connection.execute("select count(*) from marts.customer_loyalty").fetchall()[0]
    by_level = dict(levels)
    assert sum(by_level.values()) == customers
    assert customers - by_level["none"] == buyers
    assert by_level["high"] == pytest.approx(0.2 * buyers, abs=2)
    assert by_level["medium"] == pytest.approx(0.3 * buyers, abs=2)
