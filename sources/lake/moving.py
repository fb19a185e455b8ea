"""A lake may be moved: the catalog names its files relative to a data path, and that path may be out of date.

Every attachment gives the path anew; here it is proved right and, for a catalog that moves with its files, kept.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import duckdb

from sources.errors import CrmWarehouseError
from sources.quoting import quoted

_METADATA = "__ducklake_metadata_lake"  # DuckLake's name for the catalog of what is attached as `lake`
_LIVING_FILES = """
with files as (
    select table_id, path, path_is_relative from {0}.ducklake_data_file where end_snapshot is null
    union all
    select table_id, path, path_is_relative from {0}.ducklake_delete_file where end_snapshot is null
)
select case when tables.path_is_relative and schemas.path_is_relative then schemas.path || tables.path || files.path end
from files
inner join {0}.ducklake_table as tables on files.table_id = tables.table_id and tables.end_snapshot is null
inner join {0}.ducklake_schema as schemas
    on tables.schema_id = schemas.schema_id and schemas.end_snapshot is null
where files.path_is_relative"""


def data_path(files: Path) -> str:
    """Return the folder of a lake's files as DuckLake writes it: with a separator at its end."""
    return str(files) + os.sep


def settle(connection: duckdb.DuckDBPyConnection, files: Path, *, keep: bool) -> None:
    """Prove that a lake attached as ``lake`` has its files in ``files``; looks only when the catalog says otherwise.

    With ``keep`` the catalog is corrected, for readers that attach it by hand. Raises CrmWarehouseError when a file
    is missing there: the catalog was moved without its files, or with some of them.
    """
    row = connection.execute(f"select value from {_METADATA}.ducklake_metadata where key = 'data_path'").fetchone()
    if row is None or row[0] == data_path(files):
        return
    named = [path for (path,) in connection.execute(_LIVING_FILES.format(_METADATA)).fetchall() if path]
    missing = sum(not (files / path).is_file() for path in named)
    if missing:
        raise CrmWarehouseError(
            f"The lake was moved, but its files are not all in {files}: {missing:,} of {len(named):,} are missing."
            f" Its catalog last had them in {row[0]}. Nothing was changed. Move the whole folder, then run again."
        )
    if keep:
        path = quoted(data_path(files))
        with contextlib.suppress(duckdb.Error):  # another writer is at it; the next opening corrects it
            connection.execute(f"update {_METADATA}.ducklake_metadata set value = {path} where key = 'data_path'")
