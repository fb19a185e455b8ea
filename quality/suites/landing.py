"""What every landing suite shares: the latest state of a lake table, and the ledger's volumes.

Deleted records are left out: their last values were checked while they lived.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, rows, tolerated, unique, warning

EXAMPLES = ("_source", "_record_id")
# a collapse is told from the ordinary life of a small table by this many rows
ENOUGH = 100


def landed(connector_type: str, table: str, *rules: Rule) -> Table:
    """Return the living records of a lake table with ``rules`` and those every record obeys.

    Records written twice by one commit both remain, so that the uniqueness of ``_key`` proves the log's order.
    """
    return Table(
        f"{connector_type}.{table}",
        _latest(f'lake."{connector_type}"."{table}"', "true"),
        (filled("_record_id"), unique("_key"), *rules),
        EXAMPLES,
        is_copied=True,
        is_of_rows=True,
    )


def restricted(suite: Suite, since: Mapping[str, datetime | None]) -> Suite:
    """Return the suite over records that landed at a time or later; None is of a table where nothing landed.

    ``since`` is by table name. A record's latest state lies after a time when any of its states does, so what is
    left is the latest state of every record that a row came for.
    """
    tables = []
    for table in suite.tables:
        if table.name in since:
            schema, _, name = table.name.partition(".")
            earliest = since[table.name]
            condition = f"_loaded_at >= timestamp '{earliest}'" if earliest else "false"
            relation = _latest(f'lake."{schema}"."{name}"', condition)
            table = replace(table, relation=relation, is_empty=earliest is None)
        tables.append(table)
    return replace(suite, tables=tuple(tables))


def emptied(suite: Suite, names: Collection[str]) -> Suite:
    """Return the suite told that the tables of these names have no row: DuckLake is slow to say so of many."""
    tables = (replace(table, is_empty=True) if table.name in names else table for table in suite.tables)
    return replace(suite, tables=tuple(tables))


def _latest(relation: str, condition: str) -> str:
    return f"""(
        select *, _source || '|' || _record_id as _key
        from {relation}
        where {condition}
        qualify rank() over (partition by _source, _record_id order by _loaded_at desc) = 1 and _op = 'upsert'
    )"""


def volumes(connector_type: str) -> Table:
    """Return the last committed window of every object, beside the one before it."""
    relation = f"""(
        select
            *,
            lag(rows_read) over earlier as previous_rows_read,
            max(rows_read) over (partition by _source, object) as most_rows_read
        from lake.ingest.windows
        where connector_type = '{connector_type}'
        window earlier as (partition by _source, object order by committed_at)
        qualify row_number() over (partition by _source, object order by committed_at desc) = 1
    )"""
    halved = f"is_snapshot and previous_rows_read >= {ENOUGH} and rows_read < 0.5 * previous_rows_read"
    emptied = f"rows_deleted >= {ENOUGH} and rows_deleted > 0.5 * most_rows_read"
    broken = f"rows_rejected >= {ENOUGH} and rows_rejected > 0.2 * rows_read"
    return Table(
        f"{connector_type}: last windows",
        relation,
        (
            _ledger("no full read to be less than half of the one before", halved),
            _ledger("no window to delete more than half of an object", emptied),
            _ledger("no window to lose a fifth of its rows to the rejects", broken),
            warning(_ledger("no rejected rows or fields", "rows_rejected > 0")),
        ),
        ("_source", "object", "rows_read", "rows_deleted", "rows_rejected"),
    )


def stamped(column: str, as_of: date, *, first: int = 1990, ahead: timedelta = timedelta(days=2)) -> Rule:
    """Expect a date or timestamp between the year ``first`` and ``as_of + ahead``; a stray one is tolerated."""
    return tolerated(between(column, date(first, 1, 1), as_of + ahead))


def email(column: str) -> Rule:
    """Expect text shaped like an e-mail address; stewards mend it, so it never blocks."""
    return warning(matching(column, r"^[^@\s]+@[^@\s]+\.[^@\s]{2,}$", f"{column} shaped like an e-mail address"))


def currency(column: str) -> Rule:
    """Expect an ISO 4217 code: three capital letters."""
    return tolerated(matching(column, r"^[A-Z]{3}$", f"{column} to be a three-letter currency code"))


def amount(column: str) -> Rule:
    """Expect money within a trillion either way: more is a decimal point lost."""
    return tolerated(between(column, -(10**12), 10**12))


def _ledger(meaning: str, condition: str) -> Rule:
    # no columns are named, so the whole of this small relation is read
    return rows(meaning, f"select * from {{batch}} where {condition}")
