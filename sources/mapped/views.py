"""The canonical views: ``lake.mapped.<entity>`` over everything that mapped sources landed.

Each table feeding an entity has a view of its own, ``<source>__<table>__<entity>``; the entity's view is their
union. A view stays as it was while its mapping file cannot be read, and when its source is no longer
configured: the lake is the memory, and a legacy system that was switched off is still part of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import duckdb

from sources.config import SourceConfig
from sources.errors import ConfigError
from sources.lake import Lake
from sources.lake.schema import log_columns
from sources.mapped.entities import entities
from sources.mapped.mapping import Mapping
from sources.mapped.mapping_file import load_mapping
from sources.mapped.view_sql import STATE, entity_sql
from sources.quoting import identifier, quoted

_log = logging.getLogger(__name__)


def publish(lake: Lake, configs: Iterable[SourceConfig]) -> None:
    """(Re)create the canonical views, in one transaction; what has not changed is left alone."""
    mappings: dict[str, Mapping] = {}
    for config in configs:
        if config.type != "mapped":
            continue
        try:
            mappings[config.name] = load_mapping(config.file("mapping"))
        except ConfigError as error:
            _log.warning("%s: its canonical views stay as they were: %s", config.name, error)
    lake.transaction(lambda: _publish(lake.connection, mappings))


def _publish(duck: duckdb.DuckDBPyConnection, mappings: dict[str, Mapping]) -> None:
    duck.execute("create schema if not exists lake.mapped")
    existing = _views(duck)
    logs = log_columns(duck, "mapped")
    parts = set(existing) - set(entities())
    for source, mapping in mappings.items():
        current = _parts(duck, source, mapping, logs)
        for name in [each for each in parts if each.startswith(f"{source}__") and each not in current]:
            duck.execute(f"drop view lake.mapped.{identifier(name)}")
            parts.discard(name)
        for name, select in current.items():
            if _create(duck, name, select, existing):
                parts.add(name)
    for entity in entities():
        fed = sorted(name for name in parts if name.endswith(f"__{entity}"))
        _create(
            duck,
            entity,
            " union all by name ".join([_empty(entity), *(f"select * from {_view(n)}" for n in fed)]),
            existing,
        )


def _parts(
    duck: duckdb.DuckDBPyConnection, source: str, mapping: Mapping, logs: dict[str, dict[str, str]]
) -> dict[str, str]:
    """Return name -> SELECT of every view of one source; a table that was never read has none."""
    views = {}
    for table in mapping.tables:
        log = f"{source}__{table.name}"
        if log not in logs:
            continue
        variants = _variants(duck, source, table.name)
        for entity in table.entities:
            views[f"{log}__{entity.entity}"] = entity_sql(source, log, table, entity, logs[log], variants)
    return views


def _variants(duck: duckdb.DuckDBPyConnection, source: str, name: str) -> tuple[str, ...]:
    """Return the columns a table's log got beside others because the source changed their type."""
    rows = duck.execute(
        "select distinct column_name from lake.ingest.schema_changes"
        f" where _source = {quoted(source)} and object = {quoted(name)} and change = 'variant' order by column_name"
    ).fetchall()
    return tuple(column for (column,) in rows)


def _views(duck: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = duck.execute(
        "select view_name, sql from duckdb_views() where database_name = 'lake' and schema_name = 'mapped'"
    ).fetchall()
    return dict(rows)


def _create(duck: duckdb.DuckDBPyConnection, name: str, select: str, existing: dict[str, str]) -> bool:
    """Create or replace a view unless it is already so; say whether it now exists."""
    try:
        # DuckDB rewrites the text of a view, so the old one is compared with how it would rewrite the new one
        duck.execute(f"create or replace temp view mapped_candidate as {select}")
        row = duck.execute(
            "select sql from duckdb_views() where view_name = 'mapped_candidate' and temporary"
        ).fetchone()
    except duckdb.Error as error:
        _log.warning("lake.mapped.%s stays as it was: %s", name, error)
        return name in existing
    body = row[0].partition(" AS ")[2] if row else ""
    if name not in existing or existing[name].partition(" AS ")[2] != body:
        duck.execute(f"create or replace view {_view(name)} as {select}")
    return True


def _view(name: str) -> str:
    return f"lake.mapped.{identifier(name)}"


def _empty(entity: str) -> str:
    """Return a SELECT without rows that gives an entity's view its columns and types."""
    columns = {**STATE, **entities()[entity]}
    nulls = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
    return f"select {nulls} from (select {quoted(entity)}) where false"
