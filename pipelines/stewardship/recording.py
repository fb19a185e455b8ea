"""The stewards' decisions in the lake: ``identity.decisions``, written only where the files differ from it.

Also says which of them speak of a record that the lake does not hold, or holds no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.analytics.registry import RegistryLake
from pipelines.stewardship import contradictions
from pipelines.stewardship.decisions import Decision, load, standing
from pipelines.stewardship.keys import Instances, records
from sources.discovery import connector_types
from sources.quoting import identifier, quoted

_COLUMNS = (
    "decision_id", "kind", "record_key", "other_record_key", "attribute", "value", "author", "reason", "decided_on",
    "expires_on", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A decision with its status: ``active``, ``expired``, or ``vanished``, with the records that are not there."""

    decision: Decision
    status: str
    missing: tuple[str, ...] = ()


def read_decisions(
    folder: Path, connection: duckdb.DuckDBPyConnection, configured: Iterable[tuple[str, str]], as_of: date
) -> tuple[list[Standing], list[str]]:
    """Return each decision of a folder once, with its status on the day ``as_of``, and a word about repeated rows.

    ``connection`` has the lake attached as ``lake``; ``configured`` are the (type, name) of the configured sources.
    Raises StewardshipError for rows that are wrong or contradict each other.
    """
    found = load(folder, known_instances(connection, configured))
    contradictions.refuse(found, as_of)
    decisions, repeated = standing(found, as_of)
    missing = missing_records(connection, {key for each in decisions for key in each.keys})
    return [_with_status(each, missing, as_of) for each in decisions], repeated


def _with_status(decision: Decision, missing: Collection[str], as_of: date) -> Standing:
    gone = tuple(key for key in decision.keys if key in missing)
    if decision.has_expired(as_of):
        return Standing(decision, "expired")
    return Standing(decision, "vanished" if gone else "active", gone)


def known_instances(connection: duckdb.DuckDBPyConnection, configured: Iterable[tuple[str, str]]) -> Instances:
    """Return every source that is configured or was ever read."""
    read = connection.execute(
        "select distinct connector_type, _source from lake.ingest.windows"
        " union select distinct source_system, source_instance from lake.identity.assignments"
    ).fetchall()
    return Instances.of([*read, *configured], connector_types())


def missing_records(connection: duckdb.DuckDBPyConnection, keys: Collection[str]) -> set[str]:
    """Return those of the record keys that the lake has never seen or holds no more.

    A record that its source deleted is there: it stays, flagged, and so does what was decided about it.
    """
    if not keys:
        return set()
    # a record that came in tonight has no customer yet
    connection.execute(
        "create or replace temp table unseen as"
        f" select asked.* from {records(keys)} anti join (from lake.identity.assignments where is_current)"
        " using (source_system, source_instance, entity, source_record_id)"
    )
    kinds = connection.execute("select distinct source_system, entity from unseen order by all").fetchall()
    for system, entity in kinds:
        for table in _logs(connection, system, entity):
            connection.execute(
                f"delete from unseen where source_system = {quoted(system)} and entity = {quoted(entity)}"
                f" and (source_instance, source_record_id) in (select _source, _record_id from {table}"
                f" where _record_id in (select source_record_id from unseen))"
            )
    return {key for (key,) in connection.execute("select record_key from unseen").fetchall()}


def _logs(connection: duckdb.DuckDBPyConnection, system: str, entity: str) -> list[str]:
    """Return the change logs of a system that can hold an entity: the one of its name, else all."""
    found = connection.execute(
        "select distinct table_name from duckdb_columns() where database_name = 'lake'"
        f" and schema_name = {quoted(system)} and column_name = '_record_id'"
    ).fetchall()
    tables = {name for (name,) in found}
    return [
        f"lake.{identifier(system)}.{identifier(table)}" for table in ([entity] if entity in tables else sorted(tables))
    ]


def record(lake: RegistryLake, decisions: Sequence[Standing], run_id: str) -> int:
    """Make ``identity.decisions`` say what the decisions say, in one transaction; return how many rows changed.

    Rows that stay as they are keep the run that wrote them; without a difference nothing is written.
    """
    connection = lake.connection
    columns = ", ".join(_COLUMNS)
    _fill_decided(connection, decisions)
    connection.execute(
        f"""
        create or replace temp table newly_decided as
        select {columns} from decided except select {columns} from lake.identity.decisions;

        create or replace temp table no_more_decided as
        select {columns} from lake.identity.decisions except select {columns} from decided;
        """
    )
    counted = connection.execute(
        "select count(distinct decision_id) from (from newly_decided union all from no_more_decided)"
    ).fetchone()
    changed = int(counted[0]) if counted else 0
    if changed:
        lake.transaction(lambda: _write(connection, run_id))
    return changed


def _write(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Replace what differs. Runs inside the lake's transaction."""
    connection.execute(
        "delete from lake.identity.decisions where decision_id in (select decision_id from no_more_decided)"
    )
    columns = ", ".join(_COLUMNS)
    connection.execute(
        f"insert into lake.identity.decisions ({columns}, run_id) select {columns}, {quoted(run_id)} from newly_decided"
    )


def _fill_decided(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Standing]) -> None:
    """Make the temp table `decided` of the decisions; what a kind has not is NULL."""
    import pyarrow as pa

    days = {"decided_on", "expires_on"}
    schema = pa.schema([(name, pa.date32() if name in days else pa.string()) for name in _COLUMNS])
    rows = [
        {name: each.status if name == "status" else getattr(each.decision, name) or None for name in _COLUMNS}
        for each in decisions
    ]
    connection.register("decided_rows", pa.Table.from_pylist(rows, schema))
    connection.execute("create or replace temp table decided as select * from decided_rows")
    connection.unregister("decided_rows")
