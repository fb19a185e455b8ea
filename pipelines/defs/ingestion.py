"""One step per source type that reads all its configured sources, and one that opens the lake to dbt.

A source that cannot be read fails a check of its tables and never the step: what the others brought goes on.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from pipelines import lakes
from pipelines.ingestion import Read, lake_tables, read_sources, sources_of
from pipelines.metadata import empty_table_metadata, table_metadata, view_metadata
from pipelines.progress import report
from pipelines.resources import Night
from pipelines.settings import Settings
from sources.config import WarehouseConfig
from sources.discovery import connector_types
from sources.lake import ledger
from sources.lake.schema import log_columns, log_name
from sources.mapped.entities import entities
from sources.quoting import quoted

CHECK = "was_read"
LEDGER = ("windows", "rejected_rows", "schema_changes", "failures")

_WINDOWS = """
    select
        table_name,
        _source, window_since, window_until, rows_read, rows_appended, rows_unchanged, rows_deleted, rows_rejected
    from lake.ingest.windows
    where run_id = {run_id} and connector_type = {connector_type}
    order by committed_at
"""


@dg.definitions
def ingestion() -> dg.Definitions:
    """Return the reading steps of all types and the step that publishes canonical views and the ledger."""
    settings = Settings.from_environment()
    config = settings.load_config()
    readers = [_reader(each, config) for each in settings.source_types()]
    keys = [key for reader in readers for key in reader.keys]
    return dg.Definitions(assets=[*readers, _views(keys)])


def lake_key(schema: str, table: str) -> dg.AssetKey:
    """Return the key of a lake table."""
    return dg.AssetKey(["lake", schema, table])


def _reader(connector_type: str, config: WarehouseConfig) -> dg.AssetsDefinition:
    tables = lake_tables(connector_type, config)
    keys = {table: lake_key(connector_type, table) for table in tables}

    @dg.multi_asset(
        name=f"read_{connector_type}",
        specs=[
            dg.AssetSpec(
                keys[table],
                group_name=f"lake_{connector_type}",
                description=f"Change log of `{name}` of every {connector_type} source.",
                kinds={"ducklake"},
                skippable=True,
            )
            for table, name in tables.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=key, description="Every configured source gave its rows.")
            for key in keys.values()
        ],
        can_subset=True,
        description=f"Read every configured {connector_type} source into the lake.",
    )
    def read(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult[Any]]:
        selected = {table for table, key in keys.items() if key in context.selected_asset_keys}
        with lakes.open_lake(night.settings) as lake:
            reads = read_sources(night, lake, connector_type, selected if context.is_subset else None, context.log.info)
            windows = _windows(lake.connection, night.run_id, connector_type)
            columns = log_columns(lake.connection, connector_type)
            filled = ledger.filled_tables(lake.connection, connector_type)
            for table in sorted(selected):
                own = windows.get(table, [])
                if table in filled:
                    is_news = any(appended + deleted for *_, appended, _, deleted, _ in own)
                    shown = table_metadata(
                        lake.connection, log_name(connector_type, table), columns[table], with_preview=is_news
                    )
                else:
                    shown = empty_table_metadata(columns[table])
                yield _materialized(night, table, keys[table], reads, own, shown)

    return read


def _windows(connection: Any, run_id: str, connector_type: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return table -> its windows of a run."""
    rows = connection.execute(_WINDOWS.format(run_id=quoted(run_id), connector_type=quoted(connector_type))).fetchall()
    windows: dict[str, list[tuple[Any, ...]]] = {}
    for table, *window in rows:
        windows.setdefault(table, []).append(tuple(window))
    return windows


def _materialized(
    night: Night,
    table: str,
    key: dg.AssetKey,
    reads: Iterable[Read],
    windows: list[tuple[Any, ...]],
    shown: Mapping[str, Any],
) -> dg.MaterializeResult[Any]:
    """Return what a table shows after a night: rows, windows, preview, and a failed check for a source not read."""
    own = [each for each in reads if each.table == table or (each.table is None and each.error is not None)]
    errors = {each.source: str(each.error) for each in own if each.error is not None}
    metadata = {
        **shown,
        "rows_read": sum(window[3] for window in windows),
        "rows_appended": sum(window[4] for window in windows),
        "rows_rejected": sum(window[7] for window in windows),
        "seconds": round(sum(each.seconds for each in own), 2),
        "windows": dg.MetadataValue.md(_windows_table(windows)),
        "configuration": dg.MetadataValue.path(str(night.config.path)),
    }
    check = dg.AssetCheckResult(
        passed=not errors,
        asset_key=key,
        check_name=CHECK,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join(errors.values()) or f"{len(own)} source(s) read",
        metadata={**errors},
    )
    return dg.MaterializeResult(asset_key=key, metadata=metadata, check_results=[check])


def _windows_table(windows: list[tuple[Any, ...]]) -> str:
    if not windows:
        return "*nothing read in this run*"
    head = "| source | since | until | read | appended | unchanged | deleted | rejected |\n" + "|---" * 8 + "|"
    rows = (" | ".join("start" if value is None else str(value) for value in window) for window in windows)
    return "\n".join([head, *(f"| {row} |" for row in rows)])


def _views(upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    views = {lake_key("mapped", entity): f"lake.mapped.{entity}" for entity in entities()}
    ledger_tables = {lake_key("ingest", table): f"lake.ingest.{table}" for table in LEDGER}
    specs = [
        dg.AssetSpec(key, deps=upstream, group_name=group, description=description, kinds={"ducklake"}, skippable=True)
        for keys, group, description in (
            (views, "lake_mapped", "Canonical view over every mapped source."),
            (ledger_tables, "lake_ledger", "What every run read, refused and could not read."),
        )
        for key in keys
    ]

    @dg.multi_asset(name="open_lake", specs=specs, can_subset=True)
    def open_lake(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult[Any]]:
        """Publish the canonical views of mapped sources and show the ledger."""
        from sources.mapped import publish_views

        report("Open the lake", "canonical views")
        with lakes.open_lake(night.settings) as lake:
            for each in connector_types():
                # where no configuration of a type can be read there is no table, and so no step that tried
                if sources_of(each, night.config) and not lake_tables(each, night.config):
                    read_sources(night, lake, each, None, context.log.info)
            publish_views(lake, [source for source in night.config.sources if source.type == "mapped"])
            for key, relation in {**views, **ledger_tables}.items():
                if key in context.selected_asset_keys:
                    shown = view_metadata if key in views else table_metadata
                    yield dg.MaterializeResult(asset_key=key, metadata=shown(lake.connection, relation))

    return open_lake
