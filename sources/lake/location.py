"""Where a lake lies and how a DuckDB connection to it is opened: extensions, catalog, limits.

Knows nothing of tables; those are made by ``ledger`` and ``schema``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sources.errors import CrmWarehouseError
from sources.lake import moving
from sources.quoting import quoted

EXTENSIONS = ("ducklake", "sqlite_scanner", "postgres_scanner", "mysql_scanner", "excel")
DEFAULT_MEMORY_LIMIT = "400MB"  # of DuckDB's own buffers; the process stays well under twice that
_BUSY_MILLISECONDS = 10_000
# as rows, DuckDB's own bound, the groups of a table of fifty columns would not fit into the limit above: measured, its
# first load took 2.6 times the CPU
_ROW_GROUP_MEGABYTES = 16
# a DSN's quotes are doubled where it is quoted in SQL; an @ may be part of a password
_SECRET = re.compile(
    r"(password\s*=\s*)(''(?:[^'\\]|\\.)+''|'(?:[^'\\]|\\.)*'|\S+)|(://[^:/@\s]+:)[^\s/]+(?=@)", re.IGNORECASE
)


@dataclass(frozen=True)
class LakeLocation:
    """The places of one lake.

    Attributes:
        catalog: ``sqlite:<absolute path>`` for one writer on one machine, or ``postgres:<libpq DSN>`` for several.
        files: folder of the Parquet files.
        extensions: folder that ``install_extensions`` filled.
    """

    catalog: str = field(repr=False)  # a DSN may hold a password
    files: Path
    extensions: Path

    @property
    def attach_uri(self) -> str:
        """Return what DuckDB's ATTACH takes, e.g. ``ducklake:sqlite:/data/lake/catalog.sqlite``."""
        return f"ducklake:{self.catalog}"

    @property
    def data_path(self) -> str:
        """Return the data_path of an ATTACH; with override_data_path, since a moved catalog names the old one."""
        return moving.data_path(self.files)

    @property
    def is_sqlite(self) -> bool:
        """Say whether the catalog is a SQLite file."""
        return self.catalog.startswith("sqlite:")


def redacted(text: str) -> str:
    """Return ``text`` without the passwords that a DSN or URL inside it carries."""
    return _SECRET.sub(lambda found: f"{found.group(1) or found.group(3)}***", text)


def install_extensions(directory: Path) -> None:
    """Install DuckDB's extensions from their wheels into ``directory``, without any download.

    Does nothing for an extension already there. DuckDB writes beside and renames, so a killed installation
    leaves no half a file. Raises CrmWarehouseError when a wheel is missing or of another DuckDB version.
    """
    missing = [name for name in EXTENSIONS if not any(directory.glob(_installed(name)))]
    if not missing:
        return
    directory.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"extension_directory": str(directory)}) as connection:
        for name in missing:
            connection.execute(f"install {quoted(extension_file(name))}")


def _installed(name: str) -> str:
    """Return the glob of an installed extension below an extension directory."""
    return f"v{duckdb.__version__}/*/{name}.duckdb_extension"


def extension_file(name: str) -> Path:
    """Return the extension's file inside its wheel. Raises CrmWarehouseError when the wheel is not of this DuckDB."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(root, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension")
        if file.is_file():
            return file
    distribution = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
    raise CrmWarehouseError(f"DuckDB extension {name} {duckdb.__version__} is not installed. Install {distribution}.")


def connect(location: LakeLocation, *, read_only: bool, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB with the lake attached as ``lake``.

    Raises CrmWarehouseError, without any password, when the catalog cannot be opened.
    """
    scratch = location.extensions.parent / "tmp"
    settings: dict[str, str | bool | int | float | list[str]] = {
        "extension_directory": str(location.extensions),
        "autoinstall_known_extensions": False,
        "memory_limit": memory_limit or DEFAULT_MEMORY_LIMIT,
        "temp_directory": str(scratch),
        # a log has no order of its own; without this a bulk load would buffer row groups
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("load ducklake")
        connection.execute("load sqlite_scanner" if location.is_sqlite else "load postgres_scanner")
        connection.execute(_attach_statement(location, read_only))
        # a catalog on a server does not move with the files, and other machines may reach them by another path
        moving.settle(connection, location.files, keep=location.is_sqlite and not read_only)
    except CrmWarehouseError:
        connection.close()
        raise
    except duckdb.Error as error:
        connection.close()
        catalog = redacted(location.catalog)
        raise CrmWarehouseError(f"The lake catalog {catalog} cannot be opened: {redacted(str(error))}") from None
    return connection


def bound_row_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the lake write row groups of so many megabytes, whatever the width of a table; kept in its catalog."""
    option = "parquet_row_group_size_bytes"
    told = connection.execute(f"select value from ducklake_options('lake') where option_name = {quoted(option)}")
    if told.fetchone() != (str(_ROW_GROUP_MEGABYTES * 10**6),):
        connection.execute(f"call lake.set_option({quoted(option)}, '{_ROW_GROUP_MEGABYTES}MB')")


def _attach_statement(location: LakeLocation, read_only: bool) -> str:
    """Return the ATTACH statement, making the folders a new lake needs."""
    options = [f"data_path {quoted(location.data_path)}", "override_data_path true"]
    if not read_only:
        location.files.mkdir(parents=True, exist_ok=True)
    if location.is_sqlite:
        if not read_only:
            Path(location.catalog.removeprefix("sqlite:")).parent.mkdir(parents=True, exist_ok=True)
        options.append(f"meta_busy_timeout {_BUSY_MILLISECONDS}")
        if not read_only:
            # readers and the writer do not block each other; with a rollback journal a commit that met another
            # writer keeps its lock on the catalog until the connection closes
            options.append("meta_journal_mode 'WAL'")
    if read_only:
        options.append("read_only")
    return f"attach {quoted(location.attach_uri)} as lake ({', '.join(options)})"


def schemas(location: LakeLocation) -> frozenset[str] | None:
    """Return the names of a lake's schemas, none where there is no lake yet; None where only a server could tell.

    Opens no lake: it is asked at every start.
    """
    if not location.is_sqlite:
        return None
    path = Path(location.catalog.removeprefix("sqlite:"))
    if not path.exists():
        return frozenset()
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as catalog:
        try:
            rows = catalog.execute("select schema_name from ducklake_schema where end_snapshot is null").fetchall()
        except sqlite3.OperationalError as error:
            raise CrmWarehouseError(f"The lake catalog {path} cannot be read: {error}") from None
    return frozenset(name for (name,) in rows)


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and everything in it; a folder that is not there is fine."""
    shutil.rmtree(folder, ignore_errors=True)
