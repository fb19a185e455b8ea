"""dbt inside this process: the manifest and the invocations. What the results mean to Dagster belongs to defs/.

dbt's import costs seconds and a second process could outlive a killed run with the warehouse file locked,
so dbt is called through its own runner instead of its command line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.settings import DBT_PROJECT, Settings
from sources.errors import CrmWarehouseError

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

_QUIET = ("--quiet", "--log-level", "none", "--no-use-colors", "--no-version-check")


class DbtError(CrmWarehouseError):
    """dbt could not parse or build; the text holds dbt's own words."""


def manifest_path(settings: Settings) -> Path:
    """Return the path of a manifest that fits the project's files, parsing the project when it does not."""
    path = settings.dbt_target / "manifest.json"
    mark = settings.dbt_target / "fingerprint"
    if not path.exists() or not mark.exists() or mark.read_text() != _fingerprint(settings):
        parse(settings)
    return path


def project_digest() -> str:
    """Return a hash over the names and contents of the project's files."""
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.is_file() and not {"target", "logs"} & set(path.relative_to(DBT_PROJECT).parts[:1]):
            digest.update(f"{path.relative_to(DBT_PROJECT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _fingerprint(settings: Settings) -> str:
    """Return what a manifest is made of: the project's files, and the source types that have models."""
    return f"{project_digest()} {' '.join(settings.source_types())}"


def parse(settings: Settings) -> Manifest:
    """Parse the dbt project and write its manifest; touches neither lake nor warehouse."""
    return _parse(settings, _fingerprint(settings))


@cache
def _parse(settings: Settings, fingerprint: str) -> Manifest:
    result = _runner(settings, None, None).invoke([*_QUIET, "parse"])
    if not result.success:
        raise DbtError(f"the dbt project does not parse: {_reason(result)}")
    (settings.dbt_target / "fingerprint").write_text(fingerprint)
    manifest: Manifest = result.result
    return manifest


def build(
    settings: Settings, arguments: Sequence[str], variables: Mapping[str, Any], on_event: Callable[[Any], None]
) -> None:
    """Run ``dbt build`` with ``arguments``; ``on_event`` is called with every dbt event, from dbt's threads.

    Raises DbtError naming each failed model or test. The warehouse file is closed when this returns.
    """
    # the manifest is written when the project is parsed
    settled = (*_QUIET, "--no-write-json", "build", "--exclude-resource-type", "unit_test")
    words = [*settled, *arguments, "--vars", json.dumps(variables)]
    try:
        result = _runner(settings, parse(settings), on_event).invoke(words)
    finally:
        _close_warehouse()
    if not result.success:
        raise DbtError(_reason(result))


def docs_site(settings: Settings) -> Path:
    """Write dbt's own documentation as one file that needs no server, and return its path. Raises DbtError."""
    try:
        result = _runner(settings, None, None).invoke([*_QUIET, "docs", "generate", "--static"])
    finally:
        _close_warehouse()
    if not result.success:
        raise DbtError(f"dbt could not write its documentation: {_reason(result)}")
    return settings.dbt_target / "static_index.html"


def _runner(settings: Settings, manifest: Manifest | None, on_event: Callable[[Any], None] | None) -> Any:
    from dbt.cli.main import dbtRunner

    settings.export()
    return dbtRunner(manifest=manifest, callbacks=[on_event] if on_event else [])


def _close_warehouse() -> None:
    """Let go of the warehouse file, which dbt-duckdb keeps open until the process ends."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # its own close_all_connections() only forgets the connection (dbt-duckdb 1.11.1)
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def _reason(result: dbtRunnerResult) -> str:
    """Return what went wrong, one line for each failed node."""
    if result.exception is not None:
        return str(result.exception).strip()
    nodes = getattr(result.result, "results", None) or []
    failed = [node for node in nodes if node.status in ("error", "fail", "runtime error")]
    return "\n".join(f"{node.node.name}: {' '.join(str(node.message).split())}" for node in failed) or "dbt failed"
