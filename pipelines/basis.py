"""What the tables of the warehouse rest on, and whether those of the last build still stand.

An incremental model adds to what it built before. That is the same as building it whole only while its code, its
variables, the canonical views and the lake's past are what they were; when one of them is not, the step builds all
of its models anew. The basis of each step's last complete build is kept in the warehouse, beside what it speaks of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.dbt import project_digest
from pipelines.lakes import Snapshot, is_past, newest_snapshot, open_lake
from pipelines.settings import Settings
from sources.quoting import quoted


@dataclass(frozen=True)
class Basis:
    """What a build rests on.

    Attributes:
        digest: a hash over the dbt project, the variables other than ``as_of``, the source types that have models,
            and the lake's views.
        snapshot: the newest state of the lake.
    """

    digest: str
    snapshot: Snapshot


def examine(settings: Settings, step: str, variables: Mapping[str, Any]) -> tuple[Basis, bool]:
    """Return the basis of a build that starts now, and whether ``step`` may add to what it built last.

    Raises CrmWarehouseError when the lake cannot be opened.
    """
    known = _known(settings.warehouse, step)
    with open_lake(settings, read_only=True) as lake:
        views = lake.connection.execute(
            "select schema_name, view_name, sql from duckdb_views() where database_name = 'lake' order by all"
        ).fetchall()
        basis = Basis(
            _digest({**variables, "source_types": settings.source_types()}, views), newest_snapshot(lake.connection)
        )
        stands = known is not None and known.digest == basis.digest and is_past(lake.connection, known.snapshot)
    return basis, stands


def record(warehouse: Path, step: str, basis: Basis) -> None:
    """Keep the basis of a complete build of ``step``."""
    values = f"{quoted(step)}, {quoted(basis.digest)}, {basis.snapshot.number}, {basis.snapshot.at}"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists build")
        connection.execute(
            "create table if not exists build.steps"
            " (step varchar primary key, digest varchar, snapshot_id bigint, snapshot_at bigint)"
        )
        connection.execute(f"insert or replace into build.steps values ({values})")


def _digest(variables: Mapping[str, Any], views: list[tuple[str, ...]]) -> str:
    # as_of is left out: rows that depend on it are compared by what it makes of them
    lasting = {name: value for name, value in variables.items() if name != "as_of"}
    told = json.dumps([project_digest(), lasting, views], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _known(warehouse: Path, step: str) -> Basis | None:
    """Return the basis of the last complete build of ``step``, or None."""
    if not warehouse.exists():
        return None
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        has_steps = "select 1 from duckdb_tables() where schema_name = 'build' and table_name = 'steps'"
        if connection.execute(has_steps).fetchone() is None:
            return None
        row = connection.execute(
            f"select digest, snapshot_id, snapshot_at from build.steps where step = {quoted(step)}"
        ).fetchone()
    return Basis(row[0], Snapshot(row[1], row[2])) if row else None
