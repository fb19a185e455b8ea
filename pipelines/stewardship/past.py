"""What became of a customer id: everything the registry noted about it, and who answers for it today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from pipelines.analytics.record_keys import key_of
from sources.errors import CrmWarehouseError
from sources.quoting import quoted

_NOTED = """
    select
        as_of, run_id, event_type, customer_id, other_customer_id,
        {key} as record_key
    from lake.identity.events
    where {customer} in (customer_id, other_customer_id)
    order by coalesce(revision, 0), as_of, event_type, customer_id, other_customer_id, record_key
"""
_MOST_HEIRS = 100


@dataclass(frozen=True)
class Event:
    """One thing that happened to an id, in words, on the day and in the run that noted it."""

    day: date
    run_id: str
    words: str


@dataclass(frozen=True)
class Past:
    """The life of a customer id.

    Attributes:
        heirs: the ids that took it over, one after another; empty while it is its own.
        records: the records of whoever answers for it today; empty when it was retired.
    """

    customer_id: str
    events: tuple[Event, ...]
    heirs: tuple[str, ...]
    records: tuple[str, ...]

    @property
    def today(self) -> str:
        """The id that answers for it."""
        return self.heirs[-1] if self.heirs else self.customer_id


def past(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Past:
    """Return the life of an id; ``connection`` has the lake attached as ``lake``.

    Raises CrmWarehouseError for an id that was never handed out.
    """
    events = tuple(_events(connection, customer_id))
    if not events and not records_of(connection, customer_id):
        raise CrmWarehouseError(f"'{customer_id}' is no customer id that was ever handed out.")
    heirs = tuple(heirs_of(connection, customer_id))
    return Past(customer_id, events, heirs, tuple(records_of(connection, heirs[-1] if heirs else customer_id)))


def records_of(connection: duckdb.DuckDBPyConnection, customer_id: str) -> list[str]:
    """Return the record keys a customer has today."""
    found = connection.execute(
        f"select {key_of()} as record_key"
        f" from lake.identity.assignments where is_current and customer_id = {quoted(customer_id)} order by record_key"
    ).fetchall()
    return [key for (key,) in found]


def heirs_of(connection: duckdb.DuckDBPyConnection, customer_id: str) -> list[str]:
    """Return the ids that took an id over, the one that answers today last; none for an id that has records."""
    heirs: list[str] = []
    here = customer_id
    while len(heirs) < _MOST_HEIRS and not records_of(connection, here):
        found = connection.execute(
            f"select other_customer_id from lake.identity.events where event_type = 'merged'"
            f" and customer_id = {quoted(here)} order by coalesce(revision, 0) desc, as_of desc limit 1"
        ).fetchone()
        if not found or found[0] in (customer_id, *heirs):
            break
        here = found[0]
        heirs.append(here)
    return heirs


def _events(connection: duckdb.DuckDBPyConnection, customer_id: str) -> list[Event]:
    """Return what was noted, records that went the same way in one run together."""
    sql = _NOTED.format(customer=quoted(customer_id), key=key_of())
    grouped: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for day, run_id, kind, own, other, record_key in connection.execute(sql).fetchall():
        is_own = own == customer_id
        grouped[day, run_id, kind, is_own, other if is_own else own].append(record_key)
    found = []
    for (day, run_id, kind, is_own, other), records in grouped.items():
        words = (_OWN if is_own else _OTHER).get(kind)
        if words:
            found.append(Event(day, run_id, words(other, records)))
    return found


def _listed(records: list[str]) -> str:
    shown = ", ".join(records[:5])
    return f"{shown} and {len(records) - 5} more" if len(records) > 5 else shown


def _from(other: str | None) -> str:
    return f" from {other}" if other else ""


Words = Callable[[str | None, list[str]], str]
# of the id that the event is noted under
_OWN: Mapping[str, Words] = {
    "created": lambda _, records: f"born with {_listed(records)}",
    "merged": lambda other, _: f"merged into {other}, which answers for it from then on",
    "split": lambda other, records: f"split: {_listed(records)} left for {other}, an id of its own",
    "joined": lambda other, records: f"joined by {_listed(records)}{_from(other)}",
    "left": lambda other, records: f"left by {_listed(records)}" + (f" for {other}" if other else ", which is gone"),
    "moved": lambda other, records: f"left by {_listed(records)} for {other}",
    "retired": lambda _, records: f"retired: {_listed(records)} was the last record and is gone",
    "erased": lambda _, records: f"erased with {_listed(records)}",
}
# of the id that the event names as the other one; what is noted under both ids is told once
_OTHER: Mapping[str, Words] = {
    "merged": lambda other, _: f"took over {other}",
    "split": lambda other, records: f"parted from {other} with {_listed(records)}",
    "moved": lambda other, records: f"joined by {_listed(records)} from {other}",
}
