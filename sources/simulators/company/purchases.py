"""What customers buy: orders and their lines, in exact integer cents, each order kept by exactly one system."""

from __future__ import annotations

import numpy as np

from sources.simulators.company.catalog import CURRENCIES, PRODUCTS, Rates
from sources.simulators.company.people import EMPLOYEE, ORGANIZATION, SALESFORCE, SHOP, Plan
from sources.simulators.company.records import MERGED
from sources.simulators.company.timing import DAY, LAST, NEVER, YEAR, Columns, Ints, stream, within_hours
from sources.simulators.company.words import Words

_COMPANION = 0.35  # probability that a later line is the usual companion of the first
_CANCELLED = 0.04
LATER_DAYS = 180


def _moments(plan: Plan, people: Columns) -> tuple[Ints, Ints]:
    """Return customer and moment of every purchase: one on arrival, then a Poisson stream while active."""
    rng = stream(plan.seed, "purchases")
    start, end = people["acquired_at"], LAST * DAY
    first_spell = np.maximum(0, np.minimum(people["churned_at"], end) - start)
    spells = first_spell + np.maximum(0, end - people["came_back_at"])
    count = rng.poisson(people["rate"] * spells / YEAR)
    count[people["is_prospect"]] = 0
    customer = np.repeat(np.arange(len(count)), count)
    offset = (rng.random(len(customer)) * spells[customer]).astype(np.int64)
    late = offset >= first_spell[customer]
    base = np.where(late, people["came_back_at"][customer] - first_spell[customer], start[customer])
    arrivals = np.flatnonzero(~people["is_prospect"] & (people["kind"] != EMPLOYEE))
    placed = np.maximum(within_hours(base + offset), start[customer] + 1800)
    return np.concatenate([arrivals, customer]), np.concatenate([start[arrivals] + 1800, placed])


def later_purchases(plan: Plan, people: Columns) -> Columns:
    """Return the orders of the ``LATER_DAYS`` after the calendar by those known in it: customer, moment, and if kept.

    No source ever shows them: they are what a forecast made near the end of the calendar is held against.
    """
    rng = stream(plan.seed, "later purchases")
    first, end = LAST * DAY, (LAST + LATER_DAYS) * DAY
    until, since = (np.clip(people[name], first, end) for name in ("leaves_at", "returns_at"))
    spell = np.where(people["is_prospect"], 0, until - first + end - since)
    customer = np.repeat(np.arange(len(spell)), rng.poisson(people["rate"] * spell / YEAR))
    offset = (rng.random(len(customer)) * spell[customer]).astype(np.int64)
    before = (until - first)[customer]
    placed = np.where(offset < before, first + offset, since[customer] + offset - before)
    system = _keeper(rng, people, customer, placed)
    stays = (rng.random(len(customer)) >= _CANCELLED) & (
        rng.random(len(customer)) >= people["goods_return_rate"][customer]
    )
    taken = system >= 0
    return {"customer": customer[taken], "placed_at": placed[taken], "is_kept": stays[taken]}


def _keeper(rng: np.random.Generator, people: Columns, customer: Ints, placed: Ints) -> Ints:
    """Return which system takes each order: one that knows the customer by then, -1 if none does."""
    choice, best = np.full(len(customer), -1), np.zeros(len(customer))
    for system, name in enumerate(("registered_salesforce", "registered_legacy", "registered_shop")):
        ticket = rng.random(len(customer)) * (people[name][customer] < placed)
        if system == SALESFORCE:  # an employee buys for himself only where he is known as a person
            ticket *= people["kind"][customer] != EMPLOYEE
        choice, best = np.where(ticket > best, system, choice), np.maximum(ticket, best)
    return choice


def _booking(rng: np.random.Generator, records: Columns, orders: Columns, customers: int) -> None:
    """Book each order on a record of its customer; on a duplicate it moves to the survivor at the merge."""
    n = len(orders["customer"])
    primary, twin = np.full((customers, 3), -1), np.full((customers, 3), -1)
    keeps = ~records["is_lead"] & (records["is_account"] | (records["system"] != SALESFORCE))
    for table, rows in ((primary, keeps & (records["survivor"] < 0)), (twin, keeps & (records["ending"] == MERGED))):
        at = np.flatnonzero(rows)
        table[records["customer"][at], records["system"][at]] = at
    where = (orders["customer"], orders["system"])
    orders["record"], double = primary[where], twin[where]
    inside = (records["created_at"][double] < orders["placed_at"]) & (orders["placed_at"] < records["ended_at"][double])
    on_twin = (double >= 0) & inside & (rng.random(n) < 0.5)
    orders["booked_record"] = np.where(on_twin, double, orders["record"])
    orders["rebooked_at"] = np.where(on_twin, records["ended_at"][double], NEVER)


def place_orders(
    plan: Plan, words: Words, people: Columns, records: Columns, extra: tuple[Ints, Ints, Ints]
) -> Columns:
    """Return every order, oldest first; ``extra`` is customer, moment, campaign of those a campaign caused."""
    rng = stream(plan.seed, "orders")
    customer, placed = _moments(plan, people)
    campaign = np.concatenate([np.full(len(customer), -1), extra[2]])
    customer, placed = np.concatenate([customer, extra[0]]), np.concatenate([placed, extra[1]])
    system = _keeper(rng, people, customer, placed)
    kept = np.flatnonzero((system >= 0) & (placed < LAST * DAY))
    kept = kept[np.argsort(placed[kept], kind="stable")]
    n = len(kept)
    orders: Columns = {
        "customer": customer[kept],
        "placed_at": placed[kept],
        "system": system[kept],
        "campaign": campaign[kept],
    }
    city_currency = np.array([CURRENCIES.index(c) for c in words.currency])
    orders["currency"] = city_currency[people["city1"][orders["customer"]]]
    cancelled = rng.random(n) < _CANCELLED
    fulfilled = within_hours(orders["placed_at"] + rng.integers(1, 7, n) * DAY)
    returned = ~cancelled & (rng.random(n) < people["goods_return_rate"][orders["customer"]])
    called_off = within_hours(orders["placed_at"] + rng.integers(1, 3, n) * DAY)
    orders["cancelled_at"] = np.where(cancelled, called_off, NEVER)
    orders["fulfilled_at"] = np.where(cancelled, NEVER, fulfilled)
    orders["returned_at"] = np.where(returned, within_hours(fulfilled + rng.integers(4, 40, n) * DAY), NEVER)
    orders["channel"] = np.where(orders["system"] == SHOP, 0, rng.integers(0, 3, n))
    _booking(rng, records, orders, len(people["kind"]))
    for name in ("system", "currency"):
        orders[name] = orders[name].astype(np.int8)
    return orders


def _products(rng: np.random.Generator, products: Columns, orders: Columns, order: Ints, number: Ints) -> Ints:
    """Return the product of each line: popular ones often, companions together, nothing after its end of sale."""
    popularity = 1.0 / (1.0 + stream(7, "popularity").permutation(PRODUCTS)) ** 0.7
    draw = np.searchsorted(np.cumsum(popularity / popularity.sum()), rng.random(len(order)), side="right")
    product = np.minimum(draw, PRODUCTS - 1)
    lead = product[np.flatnonzero(number == 1)][order]
    together = (number > 1) & (rng.random(len(order)) < _COMPANION)
    product = np.where(together, products["companion"][lead], product)
    for _ in range(2):  # a companion may have gone as well
        gone = products["discontinued_at"][product] <= orders["placed_at"][order]
        product = np.where(gone, (product + 1) % PRODUCTS, product)
    return product


def fill_lines(plan: Plan, people: Columns, products: Columns, rates: Rates, orders: Columns) -> Columns:
    """Return every order line and add each order's totals; amounts are cents, exact."""
    rng = stream(plan.seed, "lines")
    count = np.minimum(rng.geometric(0.56, len(orders["customer"])), 6)
    order = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    number = np.arange(len(order)) - first[order] + 1
    product = _products(rng, products, orders, order, number)
    many = people["kind"][orders["customer"][order]] == ORGANIZATION
    quantity = np.where(many, rng.integers(1, 21, len(order)), np.minimum(rng.geometric(0.7, len(order)), 5))
    currency = orders["currency"][order].astype(np.int64)
    raised = products["price_changed_at"][product] <= orders["placed_at"][order]
    listed = np.where(raised, products["price2_cents"][product], products["price1_cents"][product])
    unit = (listed * rates.micro[currency, 0] // 1_000_000 + 2) // 5 * 5  # one price list per currency, in steps of 5
    percent = np.where(rng.random(len(order)) < 0.2, rng.integers(1, 4, len(order)) * 5, 0)
    discount = (quantity * unit * percent + 50) // 100
    amount = quantity * unit - discount
    rate = rates.at(currency, orders["placed_at"][order])
    euro = rates.to_euro(amount, rate)
    orders["line_count"], orders["first_line"] = count, first
    orders["total_cents"], orders["total_eur_cents"] = np.add.reduceat(amount, first), np.add.reduceat(euro, first)
    return {
        "order": order,
        "line": number,
        "product": product,
        "quantity": quantity,
        "unit_cents": unit,
        "discount_cents": discount,
        "amount_cents": amount,
        "eur_cents": euro,
        "discount_eur_cents": rates.to_euro(discount, rate),
    }
