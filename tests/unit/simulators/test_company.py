"""The company's timeline, before any system shows it: hazards, movement, money, randomization."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import numpy as np
import pytest

from sources.simulators.company.campaigns import CAMPAIGNS
from sources.simulators.company.catalog import CURRENCIES, exchange_rates
from sources.simulators.company.contracts import LEAVING
from sources.simulators.company.identifiers import salesforce_ids
from sources.simulators.company.leads import CALL_DAYS
from sources.simulators.company.people import Plan
from sources.simulators.company.selling import HANDED_OVER
from sources.simulators.company.timeline import generate
from sources.simulators.company.timing import HORIZON_DAYS, START_DAY


@pytest.fixture(scope="module")
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """The whole timeline of a company of 500."""
    with duckdb.connect() as connection:
        generate(connection, Plan(seed=3, customers=500))
        yield connection


@pytest.fixture(scope="module")
def large() -> Iterator[duckdb.DuckDBPyConnection]:
    """The whole timeline of a company of 20,000, for statements about frequencies."""
    with duckdb.connect() as connection:
        generate(connection, Plan(seed=5, customers=20_000))
        yield connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple:  # type: ignore[type-arg]
    """Return the only row of a query."""
    rows = connection.execute(query).fetchall()
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize(
    "movement",
    [
        "select created_at from records where is_account and survivor < 0",
        "select created_at from records where system = 1 and survivor < 0",
        "select created_at from records where is_lead",
        "select placed_at from orders where system = 0",
        "select placed_at from orders where system = 2",
        "select unnest([moved_at, email_changed_at, phone_changed_at]) from records where system = 0 and not is_lead",
        "select ended_at from records where is_account and ending = 1",
        "select ended_at from records where is_lead and ending = 2",
        "select ended_at from records where system = 1",
        "select purged_at from interactions",
    ],
)
def test_every_day_to_come_brings_every_kind_of_movement(small: duckdb.DuckDBPyConnection, movement: str) -> None:
    days = {row[0] for row in small.execute(f"select distinct d::date from ({movement}) as t(d)").fetchall()}
    missing = [day for step in range(1, HORIZON_DAYS) if (day := START_DAY + timedelta(days=step)) not in days]
    assert missing == []


def test_a_newborn_company_has_as_many_customers_as_asked(small: duckdb.DuckDBPyConnection) -> None:
    known = one(small, f"select count(*) from people where acquired_at < date '{START_DAY}' + 1")[0]
    assert known == 500


def test_line_amounts_in_euro_are_exact_decimals_rounded_half_up(small: duckdb.DuckDBPyConnection) -> None:
    rates = exchange_rates(3)
    rows = small.execute(
        "select l.amount_cents, l.eur_cents, o.currency, epoch(o.placed_at)::bigint from lines as l"
        " inner join orders as o on l.order = o.order_key"
    ).fetchall()
    starts = rates.starts.tolist()
    for cents, euro_cents, currency, placed in rows:
        month = max(at for at, start in enumerate(starts) if start <= placed // 86_400)
        rate = Decimal(int(rates.micro[currency, month])) / 1_000_000
        expected = (Decimal(cents) / 100 / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert Decimal(euro_cents) / 100 == expected, (cents, CURRENCIES[currency], rate)


def test_a_half_cent_is_rounded_up() -> None:
    rates = exchange_rates(3)
    assert rates.to_euro(np.array([1, 3, 5]), np.array([2_000_000] * 3)).tolist() == [1, 2, 3]


def test_orders_total_their_lines(small: duckdb.DuckDBPyConnection) -> None:
    wrong = one(
        small,
        "select count(*) from (select o.order_key, o.total_cents,"
        " sum(l.quantity * l.unit_cents - l.discount_cents) as lines_cents"
        " from orders as o left join lines as l on l.order = o.order_key group by all)"
        " where lines_cents is distinct from total_cents",
    )
    assert wrong == (0,)


def test_customers_buy_at_the_rate_the_truth_says_while_they_are_active(large: duckdb.DuckDBPyConnection) -> None:
    bought, expected = one(
        large,
        """
        with spells as (
            select p.*, timestamp '2026-11-07' as until, least(churned_at, timestamp '2026-11-07') as first_end
            from people as p where kind < 2 and not is_prospect
        ),
        ran as (
            select *, (epoch(first_end) - epoch(acquired_at) + greatest(0, epoch(until) - epoch(came_back_at)))
                / 86400 / 365.25 as years from spells
        )
        select
            (select count(*) from orders as o inner join people as p on o.customer = p.customer
             where p.kind < 2 and o.campaign < 0),
            (select count(*) + sum(rate * years) from ran)
        """,
    )
    assert bought == pytest.approx(expected, rel=0.02)


def test_customers_leave_and_return_at_the_hazards_the_truth_says(large: duckdb.DuckDBPyConnection) -> None:
    left, expected, back, gone_long = one(
        large,
        """
        select
            count(*) filter (churned_at < timestamp '2026-11-07'),
            sum(1 - exp(-hazard * (epoch(timestamp '2026-11-07') - epoch(acquired_at)) / 86400 / 365.25)),
            count(*) filter (churned_at < timestamp '2024-06-30' and came_back_at < timestamp '2026-11-07'),
            count(*) filter (churned_at < timestamp '2024-06-30'),
        from people
        """,
    )
    assert left == pytest.approx(expected, rel=0.03)
    assert back / gone_long == pytest.approx(0.2, abs=0.04)


def test_what_follows_the_calendar_goes_on_with_the_same_hazards(large: duckdb.DuckDBPyConnection) -> None:
    bought, expected, left, leaving, kept, keeping = one(
        large,
        """
        with lived as (
            select *, timestamp '2026-11-07' as begins, timestamp '2026-11-07' + interval 180 day as until,
                churned_at > timestamp '2026-11-07' as is_first_spell,
            from people where kind < 2 and not is_prospect
        ),
        years as (
            select *, greatest(0, epoch(least(until, leaves_at)) - epoch(begins)) / 86400 / 365.25
                + greatest(0, epoch(until) - epoch(greatest(begins, returns_at))) / 86400 / 365.25 as years
            from lived
        )
        select
            (select count(*) from later_orders as o inner join people as p on o.customer = p.customer where kind < 2),
            sum(rate * years),
            count(*) filter (is_first_spell and leaves_at < until),
            sum(1 - exp(-hazard * 180 / 365.25)) filter (is_first_spell),
            (select avg(is_kept::int) from later_orders),
            (select 0.96 * (1 - avg(p.goods_return_rate))
             from later_orders as o inner join people as p on o.customer = p.customer),
        from years
        """,
    )
    assert bought == pytest.approx(expected, rel=0.03)
    assert left == pytest.approx(leaving, rel=0.08)
    assert kept == pytest.approx(keeping, abs=0.01)


def test_campaigns_reach_customers_several_times_before_they_order(large: duckdb.DuckDBPyConnection) -> None:
    several, orders = one(
        large,
        """
        with touches as (
            select o.order_key, count(*) as touches from orders as o
            inner join records as r on o.customer = r.customer
            inner join members as m on r.record = m.record and not m.is_control
                and m.created_at between o.placed_at - interval 90 day and o.placed_at
            group by o.order_key
        )
        select count(*) filter (touches > 1), count(*) from touches
        """,
    )
    assert several > 0.1 * orders > 100


def test_leads_convert_as_often_as_the_truth_says_and_within_two_months(large: duckdb.DuckDBPyConnection) -> None:
    groups = large.execute(
        """
        with placed as (
            select probability, ntile(10) over (order by probability) as tenth,
                converts_at < timestamp '2199-01-01' as converts,
            from leads as l inner join records as r on l.record = r.record where r.ended_at > timestamp '2199-01-01'
        )
        select avg(probability), avg(converts::int), count(*) from placed group by tenth order by 1
        """
    ).fetchall()
    for expected, converted, leads in groups:
        assert converted == pytest.approx(expected, abs=4 * (expected * (1 - expected) / leads) ** 0.5)
    assert groups[-1][0] > 4 * groups[0][0]
    leads, customers, soonest, latest, lost = one(
        large,
        f"""
        select count(*), (select count(*) from people where acquired_at < timestamp '{START_DAY}'),
            min(datediff('day', r.created_at, r.converted_at)) filter (r.converted_at < timestamp '2199-01-01'),
            max(datediff('day', r.created_at, r.converted_at)) filter (r.converted_at < timestamp '2199-01-01'),
            count(*) filter (r.converted_at < timestamp '2199-01-01' and r.converted_contact_id is null)
        from records as r where r.is_lead and r.created_at < timestamp '{START_DAY}'
        """,
    )
    assert leads > 0.25 * customers
    assert CALL_DAYS < soonest < latest <= 60 and lost == 0


def test_goods_come_back_as_often_as_each_customers_probability_says(large: duckdb.DuckDBPyConnection) -> None:
    returned, expected = one(
        large,
        "select count(*) filter (o.returned_at < timestamp '2199-01-01'), sum(p.goods_return_rate)"
        " from orders as o inner join people as p on o.customer = p.customer"
        " where o.cancelled_at > timestamp '2199-01-01'",
    )
    assert returned == pytest.approx(expected, rel=0.06)


def test_contracts_end_as_the_shifted_beta_geometric_model_says(large: duckdb.DuckDBPyConnection) -> None:
    # Fader and Hardie: P(ends at renewal 1) = a / (a + b), P(t) = P(t - 1) (b + t - 2) / (a + b + t - 1)
    a, b = LEAVING
    lasted = dict(large.execute(
        "select datediff('month', starts_at::date, ends_at::date), count(*) from contracts group by all"
    ).fetchall())  # fmt: skip
    contracts, share = sum(lasted.values()), a / (a + b)
    assert contracts > 1_000
    for month in range(1, 13):
        noise = (share * (1 - share) / contracts) ** 0.5
        assert lasted[month] / contracts == pytest.approx(share, abs=4 * noise), month
        share *= (b + month - 1) / (a + b + month)


def test_amounts_of_contracts_go_up_and_down_at_renewals_and_some_holders_come_back(
    large: duckdb.DuckDBPyConnection,
) -> None:
    raised, lowered, kept = one(
        large,
        """
        with steps as (
            select *, lag(monthly_cents) over (partition by contract order by since_at) as before from contract_amounts
        ),
        renewals as (
            select sum(datediff('month', starts_at::date, least(ends_at, timestamp '2028-01-01')::date) - 1) as count
            from contracts
        )
        select count(*) filter (monthly_cents > before), count(*) filter (monthly_cents < before),
            (select count from renewals) from steps
        """,
    )
    assert raised > lowered > 0.005 * kept
    holders, contracts = one(large, "select count(distinct record), count(*) from contracts")
    assert 0.05 < contracts / holders - 1 < 0.25


def test_deals_change_owner_only_while_they_are_open_and_some_are_most_likely(large: duckdb.DuckDBPyConnection) -> None:
    share, outside, same = one(
        large,
        "select avg(moves::int), count(*) filter (moves and handed_over_at not between created_at and closed_at),"
        " count(*) filter (owner = next_owner)"
        " from (select *, handed_over_at < timestamp '2199-01-01' as moves from opportunities)",
    )
    assert (share, outside, same) == (pytest.approx(HANDED_OVER, abs=0.02), 0, 0)
    category = "forecast_category(w.category, s.opportunity, s.stage)"
    likely = large.execute(
        f"select w.name, avg(({category} = 'MostLikely')::int) from stages as s"
        " inner join words_stage as w on s.stage = w.at group by all"
    ).fetchall()
    assert {name for name, portion in likely if portion > 0.2} == {"Proposal", "Negotiation"}


def test_the_control_group_is_random_and_the_lift_is_what_the_truth_says(large: duckdb.DuckDBPyConnection) -> None:
    rows = large.execute(
        """
        with outcome as (
            select m.campaign, m.is_control, r.customer, p.rate,
                (select count(*) from orders as o where o.customer = r.customer and o.placed_at >= c.starts_at
                 and o.placed_at < c.starts_at + interval 29 days) as orders
            from members as m
            inner join campaigns as c on m.campaign = c.campaign
            inner join records as r on m.record = r.record
            inner join people as p on r.customer = p.customer
            where r.is_contact and c.type = 'Email'
        )
        select is_control, count(*), avg(rate), avg(orders), var_samp(orders), var_samp(rate) from outcome
        group by is_control order by is_control
        """
    ).fetchall()
    (_, treated, rate, orders, spread, rate_spread), (_, held, held_rate, held_orders, held_spread, _) = rows
    assert held / (held + treated) == pytest.approx(0.2, abs=0.015)
    assert abs(rate - held_rate) < 4 * (rate_spread / held + rate_spread / treated) ** 0.5
    sizes = dict(
        large.execute(
            "select campaign, count(*) from members semi join (from campaigns where type = 'Email') using (campaign)"
            " where not is_control group by all"
        ).fetchall()
    )
    true_lift = sum(CAMPAIGNS[campaign].lift * size for campaign, size in sizes.items()) / sum(sizes.values())
    noise = (spread / treated + held_spread / held) ** 0.5
    assert orders - held_orders == pytest.approx(true_lift, abs=4 * noise)
    assert true_lift > 4 * noise, "the lift must be large enough to be found"


def test_an_id_ends_in_the_checksum_of_its_upper_case_letters() -> None:
    # each checksum letter: one bit per upper-case letter of five characters, first letter lowest, A-Z then 0-5
    assert salesforce_ids("001", np.array([0, 1, 10, 35, 36, 61, 62, 62 * 10 + 10, -1])).to_pylist() == [
        "0015g0000000000AAA", "0015g0000000001AAA", "0015g000000000AAAQ", "0015g000000000ZAAQ", "0015g000000000aAAA",
        "0015g000000000zAAA", "0015g0000000010AAA", "0015g00000000AAAAY", None,
    ]  # fmt: skip
