"""What the command line calls a record or a customer, as records: a record key, or any id ever handed out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import duckdb

from pipelines.analytics.record_keys import key_of
from pipelines.stewardship.keys import Instances, UnreadableKeyError, full_key
from pipelines.stewardship.opening import has_table
from pipelines.stewardship.past import past
from pipelines.stewardship.paths import shortest
from pipelines.stewardship.recording import missing_records
from sources.errors import CrmWarehouseError
from sources.quoting import quoted

_MOST_PAIRS = 30


@dataclass(frozen=True)
class Subject:
    """Records that are spoken of, and the customer they belong to, None for a record that has none."""

    customer_id: str | None
    records: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """An accepted link between two records."""

    record_key: str
    other_record_key: str
    rule: str
    weight: float
    probability: float


def subject(connection: duckdb.DuckDBPyConnection, text: str, instances: Instances) -> Subject:
    """Return the records that ``text``, a record key or a customer id, speaks of; the lake is attached as ``lake``.

    An id that was merged away speaks of the customer that took it over. Raises CrmWarehouseError where there is none.
    """
    if "|" not in text:
        life = past(connection, text)
        if not life.records:
            raise CrmWarehouseError(f"customer {text} has no records any more; `identity history {text}` says why.")
        return Subject(life.today, life.records)
    try:
        key = full_key(text, instances)
    except UnreadableKeyError as error:
        raise CrmWarehouseError(str(error)) from None
    if missing_records(connection, [key]):
        raise CrmWarehouseError(f"the record {key} cannot be found in any source.")
    return Subject(customer_of(connection, key), (key,))


def customer_of(connection: duckdb.DuckDBPyConnection, record_key: str) -> str | None:
    """Return the customer a record belongs to today, or None."""
    found = connection.execute(
        f"select customer_id from lake.identity.assignments where is_current and {key_of()} = {quoted(record_key)}"
    ).fetchone()
    return str(found[0]) if found else None


def pairs(connection: duckdb.DuckDBPyConnection, left: Subject, right: Subject) -> list[tuple[str, str]]:
    """Return the pairs of records to explain: the heaviest that the last run weighed, else some of all there are.

    ``connection`` has the warehouse attached as ``warehouse``.
    """
    possible = [(one, other) for one in left.records for other in right.records if one != other]
    if len(possible) <= 1:
        return possible
    weighed: dict[tuple[str, str], float] = {}
    for table in ("links", "review"):
        if has_table(connection, "warehouse", "matching", table):
            ours, theirs = (", ".join(map(quoted, each.records)) for each in (left, right))
            for one, other, weight in connection.execute(
                f"select record_key, other_record_key, weight from warehouse.matching.{table}"
                f" where (record_key in ({ours}) and other_record_key in ({theirs}))"
                f" or (record_key in ({theirs}) and other_record_key in ({ours}))"
            ).fetchall():
                weighed[one, other] = weight
    if weighed:
        return [min(weighed, key=lambda pair: (-weighed[pair], pair))]
    return possible[:_MOST_PAIRS]


def way(connection: duckdb.DuckDBPyConnection, record_key: str, other_record_key: str) -> list[Link]:
    """Return the accepted links that lead from one record to another; none where they are two customers."""
    if not has_table(connection, "warehouse", "matching", "links"):
        return []
    found = connection.execute(
        f"""
        with recursive
        links as (
            select record_key, other_record_key, rule, weight, probability from warehouse.matching.links
            union all
            select other_record_key, record_key, rule, weight, probability from warehouse.matching.links
        ),
        reached as (
            select {quoted(record_key)} as record_key
            union
            select links.other_record_key from reached join links using (record_key)
        )
        select links.* from links semi join reached using (record_key)
        order by links.weight desc, links.record_key, links.other_record_key, links.rule
        """
    ).fetchall()
    links: dict[str, list[tuple[str, Link]]] = defaultdict(list)
    for row in found:
        links[row[0]].append((row[1], Link(*row)))
    return shortest(links, record_key, other_record_key)
