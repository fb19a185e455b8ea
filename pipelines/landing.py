"""The landing gate of a type: over everything once, and from then on over what landed since it last passed.

How far it has passed is a snapshot of the lake, kept in CRM_HOME/quality; whatever makes that doubtful (another lake,
another suite, an earlier day) makes the gate look at everything again. What is expected lives in ``quality/suites``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.gates import keep_pass, open_landed
from pipelines.lakes import Snapshot, is_past, newest_snapshot, written_tables
from pipelines.settings import Settings
from quality.suites import landing_suite
from quality.suites.landing import emptied, restricted
from sources.lake import ledger
from sources.quoting import quoted
from sources.relations import tables

if TYPE_CHECKING:
    from quality.rules import Suite
    from quality.suite import SuiteResult

_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Passed:
    """How far a gate has passed.

    Attributes:
        snapshot: the newest state of the lake then.
        suite: a hash over what was expected, whatever the day.
        as_of: the day it was checked for.
    """

    snapshot: Snapshot
    suite: str
    as_of: str


def run_gate(settings: Settings, connector_type: str, *, run_id: str, as_of: date) -> SuiteResult:
    """Run the landing suite of a type over what landed since it last passed; when it passes, keep how far."""
    from quality.suite import RunContext, run_suite

    suite = landing_suite(connector_type, as_of)
    assert suite is not None, f"{connector_type} has no landing suite"
    context = RunContext(run_id=run_id, as_of=as_of, results=settings.quality)
    record = settings.quality / f"landing_{connector_type}.json"
    with open_landed(settings) as connection:
        now = _now(connection, connector_type, as_of)
        last = _last(record)
        if last is not None and _still_holds(connection, last, now):
            landed = _landed_since(connection, connector_type, last.snapshot.number, now.snapshot.number)
            suite = _since(suite, connector_type, landed)
        elif connector_type != "mapped":
            filled = ledger.filled_tables(connection, connector_type)
            filled |= written_tables(connection, 0, now.snapshot.number)
            suite = emptied(suite, {name for name in _named(suite) if name.partition(".")[2] not in filled})
        result = run_suite(suite, connection, context)
    if result.passed:
        keep_pass(record, now)
    return result


def _since(suite: Suite, connector_type: str, landed: Mapping[str, datetime]) -> Suite:
    """Return the suite over what landed; a canonical entity may be fed by any table, so the earliest counts."""
    names = _named(suite)
    since = {f"{connector_type}.{table}": earliest for table, earliest in landed.items()}
    if connector_type == "mapped":
        earliest = min(landed.values(), default=None)
        return restricted(suite, dict.fromkeys(names, earliest))
    return restricted(suite, {name: since.get(name) for name in names})


def _named(suite: Suite) -> list[str]:
    """Return the names of the suite's tables that are of the lake."""
    return [table.name for table in suite.tables if "." in table.name]


def _landed_since(
    connection: duckdb.DuckDBPyConnection, connector_type: str, after: int, until: int
) -> dict[str, datetime]:
    """Return table -> the earliest ``_loaded_at`` among rows written since a snapshot; tables without are left out.

    What was written is asked of the lake, not of ``_loaded_at``: a row that carries an old stamp is looked at too.
    """
    # asking a table for its insertions costs as much where there are none
    written = written_tables(connection, after, until)
    queries = [
        f"select {quoted(table)} as table_name, min(_loaded_at) as earliest"
        f" from ducklake_table_insertions('lake', {quoted(connector_type)}, {quoted(table)}, {after + 1}, {until})"
        for table in tables(connection, "lake", connector_type)
        if table in written
    ]
    if not queries:
        return {}
    found = connection.execute(f"from ({' union all '.join(queries)}) where earliest is not null").fetchall()
    return {str(table): earliest for table, earliest in found}


def _now(connection: duckdb.DuckDBPyConnection, connector_type: str, as_of: date) -> Passed:
    expected = repr(landing_suite(connector_type, _ANY_DAY))
    return Passed(newest_snapshot(connection), hashlib.sha256(expected.encode()).hexdigest(), as_of.isoformat())


def _still_holds(connection: duckdb.DuckDBPyConnection, last: Passed, now: Passed) -> bool:
    if last.suite != now.suite or last.as_of > now.as_of or last.snapshot.number > now.snapshot.number:
        return False
    return is_past(connection, last.snapshot)


def _last(record: Path) -> Passed | None:
    """Return how far the gate has passed, or None when nothing readable says so."""
    try:
        found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        return Passed(**{**found, "snapshot": Snapshot(**found["snapshot"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
