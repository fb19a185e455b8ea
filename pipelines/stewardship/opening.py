"""Opens what stewards look at: the lake, and beside it the warehouse and the published file. Nothing can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from pipelines.gates import open_built
from pipelines.lakes import open_lake
from pipelines.settings import Settings
from sources.errors import CrmWarehouseError
from sources.relations import relations


@contextmanager
def open_registry(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the lake attached as ``lake``. Raises CrmWarehouseError when there is none yet."""
    _require_lake(settings)
    with open_lake(settings, read_only=True) as lake:
        _require_decisions(settings, lake.connection)
        yield lake.connection


@contextmanager
def open_all(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with ``lake``, ``warehouse`` and, once there is one, ``published`` attached.

    Raises CrmWarehouseError when nothing was built yet, or a run is writing to it.
    """
    _require_lake(settings)
    if not settings.warehouse.exists():
        raise CrmWarehouseError(f"{settings.warehouse} does not exist. Run `crm-warehouse run` first.")
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(open_built(settings))
        except duckdb.IOException as error:
            raise CrmWarehouseError(
                f"{settings.warehouse} cannot be read now; if a run is at work, wait for its end. {error}"
            ) from None
        _require_decisions(settings, connection)
        yield connection


def _require_lake(settings: Settings) -> None:
    catalog = settings.lake_catalog.removeprefix("sqlite:")
    if not settings.extensions.exists() or (settings.lake.is_sqlite and not Path(catalog).exists()):
        raise CrmWarehouseError(f"There is no lake yet in {settings.home}. Run `crm-warehouse run` first.")


def _require_decisions(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    if not has_table(connection, "lake", "identity", "decisions"):
        raise CrmWarehouseError(f"{settings.home} was made by an earlier release. Run `crm-warehouse run` first.")


def has_table(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> bool:
    """Say whether a table or view exists in an attached database."""
    return (schema, table) in relations(connection, database, [schema])
