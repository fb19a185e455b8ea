"""The pairs of records that wait for a steward: those of the last run that nobody has decided, the dearest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from pipelines.analytics.record_keys import key_of
from pipelines.stewardship.contradictions import Joined
from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.opening import has_table
from sources.errors import CrmWarehouseError

_WAITING = """
    with waiting as (
        select
            least(record_key, other_record_key) as record_key,
            greatest(record_key, other_record_key) as other_record_key,
            reason, weight, probability, levels
        from warehouse.matching.review
        qualify row_number() over (
            partition by least(record_key, other_record_key), greatest(record_key, other_record_key)
            order by reason, weight desc
        ) = 1
    ),

    customers as (
        select {key} as record_key, customer_id
        from lake.identity.assignments
        where is_current
    )

    select
        waiting.*,
        own.customer_id,
        other.customer_id as other_customer_id,
        coalesce(own_value.revenue_amount, 0)
            + case when own.customer_id = other.customer_id then 0 else coalesce(other_value.revenue_amount, 0) end
            as stake
    from waiting
    left join customers as own on own.record_key = waiting.record_key
    left join customers as other on other.record_key = waiting.other_record_key
    left join {money} as own_value on own_value.customer_id = own.customer_id
    left join {money} as other_value on other_value.customer_id = other.customer_id
    order by stake desc, abs(waiting.probability - 0.5), waiting.record_key, waiting.other_record_key
"""


@dataclass(frozen=True)
class Case:
    """A pair of records to decide on.

    Attributes:
        reason: uncertain, weak_bridge, conflict or too_large.
        weight, probability, levels: what the matcher found; the weight in bits.
        customer_id, other_customer_id: whose records they are today; None for a record without a customer.
        stake: published revenue of the customer or customers, in the reporting currency.
    """

    record_key: str
    other_record_key: str
    reason: str
    weight: float
    probability: float
    levels: str | None
    customer_id: str | None
    other_customer_id: str | None
    stake: Decimal


class Decided:
    """Tells which pairs stewards have decided, by a row of their own or by what several rows say together."""

    def __init__(self, decisions: Iterable[Decision], as_of: date) -> None:
        active = [each for each in decisions if not each.has_expired(as_of)]
        self._joined = Joined(active)
        self._apart = {frozenset(map(self._joined.group, each.keys)) for each in active if each.kind == "must_not_link"}

    def __contains__(self, pair: tuple[str, str]) -> bool:
        groups = frozenset(map(self._joined.group, pair))
        return len(groups) == 1 or groups in self._apart


def waiting(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], as_of: date) -> list[Case]:
    """Return the undecided pairs, those first whose customers brought the most money.

    ``connection`` has lake, warehouse and maybe the published file attached. Raises CrmWarehouseError before the first
    run that compares records.
    """
    if not has_table(connection, "warehouse", "matching", "review"):
        raise CrmWarehouseError("No run has compared records yet. Run `crm-warehouse run` first.")
    has_money = has_table(connection, "published", "marts", "customer_value")
    money = (
        "published.marts.customer_value"
        if has_money
        else ("(select null::varchar as customer_id, 0::decimal(18, 2) as revenue_amount where false)")
    )
    decided = Decided(decisions, as_of)
    cases = [Case(*row) for row in connection.execute(_WAITING.format(money=money, key=key_of())).fetchall()]
    return [case for case in cases if (case.record_key, case.other_record_key) not in decided]
