"""Which records are one customer, and which id each customer has: a night's resolution, and what another would change.

How records are matched belongs to `matching`, which id a group keeps to `stable_ids`, what the lake keeps of it to
`registry`; what calls this, and when, to `pipelines/defs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipelines.analytics import models, registry, stable_ids
from pipelines.analytics.matching import grouping, quality
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.matcher import KINDS, Matched, match
from pipelines.analytics.registry import IdentityResult, RegistryLake
from sources.errors import CrmWarehouseError
from sources.quoting import identifier, quoted

Decided = Sequence[tuple[str, str, str]]

# a million records are matched in it; more spill to disk
MEMORY_LIMIT = "800MB"


@dataclass(frozen=True)
class Resolution:
    """One night's resolution.

    Attributes:
        ids: what happened to customer ids.
        matched: customer type -> what was compared, and by which model.
        quality: customer type -> measure -> value, see `matching.quality`.
        decided: pairs that stewards decided, the smaller key first -> the probability by the model alone.
    """

    ids: IdentityResult
    matched: Mapping[str, Matched]
    quality: Mapping[str, Mapping[str, float | None]]
    decided: Mapping[tuple[str, str], float]


def resolve(warehouse: Path, lake: RegistryLake, as_of: date, run_id: str) -> Resolution:
    """Group the records of ``warehouse`` into customers and bring the registry in the lake up to date.

    The same records, links, decisions and models give the same ids in any order. An id is never handed out twice; a
    merge keeps the older id (of equally old ones the larger customer's), a split keeps it with the larger part. All
    changes of the registry are one lake transaction; without changes nothing is written.

    Args:
        warehouse: the file holding `intermediate.int_customers__records`, `__features` and `__links`; schema
            `matching` of it is brought up to date.
        lake: an open, writable lake; its `identity.decisions` are the stewards'.
        as_of: the day written to assignments and events.
        run_id: the run written beside them.

    Raises:
        duckdb.Error: the warehouse lacks those tables, or the lake refused the transaction.
    """
    connection = lake.connection
    known = models.load(connection)
    with _matching(warehouse, _recorded_decisions(connection)) as own:
        matched = match(own, known)
        measures = {kind: quality.read(own, kind) for kind in matched}
        learnt = {kind: done.model for kind, done in matched.items() if done.is_new}
        decided = quality.decided_pairs(own, [Store(kind) for kind in KINDS])
    models.save(lake, learnt, as_of, run_id)
    name = identifier(warehouse.stem)
    connection.execute(f"attach {quoted(str(warehouse))} as {name} (read_only)")
    try:
        connection.execute(f"use {name}")
        _group(connection)
    finally:
        connection.execute("use memory")
        connection.execute(f"detach {name}")
    registry.load(connection)
    stable_ids.assign(connection)
    registry.write(lake, as_of, run_id)
    return Resolution(registry.result(connection), matched, measures, decided)


def preview(
    warehouse: Path, connection: duckdb.DuckDBPyConnection, decisions: Decided, threshold: float | None = None
) -> None:
    """Work out who would be who under other decisions, or another threshold, and keep nothing of it.

    Leaves temp table `foreseen(record_key, customer_id_now, customer_id_then)`, one row per record.

    Args:
        warehouse: as in `resolve`, after a night.
        connection: a connection with the lake attached as ``lake``.
        decisions: rows (must_link or must_not_link, record_key, other_record_key).
        threshold: the probability from which a pair is a link; None keeps that of each model.
    """
    known = models.load(connection)
    with _matching(warehouse, decisions) as own:
        own.execute("begin transaction")
        try:
            for kind in KINDS:
                model = known.get(kind.customer_type)
                if model is None:
                    raise CrmWarehouseError("No night has matched customers yet. Run `crm-warehouse run` first.")
                grouping.group(
                    own, Store(kind), replace(model, threshold=model.threshold if threshold is None else threshold)
                )
            _group(own)
            found = {name: own.table(name).to_arrow_table() for name in ("records", "today")}
        finally:
            own.execute("rollback")
    for name, table in found.items():
        connection.register("found_table", table)
        connection.execute(f"create or replace temp table {name} as select * from found_table")
        connection.unregister("found_table")
    registry.load(connection)
    stable_ids.assign(connection)
    connection.execute(
        """
        create or replace temp table foreseen as
        select assigned.record_key, known.customer_id as customer_id_now, assigned.customer_id as customer_id_then
        from assigned
        left join known on assigned.record_key = known.record_key and known.is_current
        """
    )


@contextmanager
def _matching(warehouse: Path, decisions: Decided) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse to match in it, with temp table `decisions`.

    It has a DuckDB of its own: comparing needs more memory than the lake is given, and gives it back.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": f"{warehouse}.tmp",
        "preserve_insertion_order": False,
    }
    with duckdb.connect(str(warehouse), config=settings) as connection:
        # what is compared tonight is written once and read at once: packing it would cost more than all the rest
        connection.execute("set force_compression = 'uncompressed'; set checkpoint_threshold = '4GB'")
        connection.execute(
            "create or replace temp table decisions (kind varchar, record_key varchar, other_record_key varchar)"
        )
        if decisions:
            connection.executemany("insert into decisions values (?, ?, ?)", [list(each) for each in decisions])
        yield connection


def _recorded_decisions(connection: duckdb.DuckDBPyConnection) -> Decided:
    return connection.execute(
        "select kind, record_key, other_record_key from lake.identity.decisions"
        " where status = 'active' and kind in ('must_link', 'must_not_link') order by all"
    ).fetchall()


def _group(connection: duckdb.DuckDBPyConnection) -> None:
    """Take over what matching found, where the warehouse is the current database.

    Temp tables `records`, `links` and `today(record_key, customer_type, component)`, as `registry` reads them.
    """
    connection.execute(
        """
        create or replace temp table records as
        select record_key, source_system, source_instance, entity, source_record_id, customer_type, delete_reason
        from intermediate.int_customers__records;

        create or replace temp table today as
        select clusters.record_key, records.customer_type, clusters.component
        from matching.clusters as clusters
        join records using (record_key);

        create or replace temp table links as
        select record_key, other_record_key, rule, weight, probability, levels from matching.links;
        """
    )
