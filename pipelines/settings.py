"""Where everything of one warehouse lies. The only module besides ``sources.config`` that touches the environment.

What a source is and how it is reached belongs to crm_sources.yaml, not here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources.config import WarehouseConfig
    from sources.lake import LakeLocation

PROJECT = Path(__file__).resolve().parents[1]
DBT_PROJECT = PROJECT / "dbt_project"

_DAGSTER_YAML = """\
# Written by crm-warehouse when it is missing. Runs, events and schedules are kept beside this file.
telemetry:
  enabled: false
nux:
  enabled: false
# one run at a time: the warehouse has one writer
concurrency:
  runs:
    max_concurrent_runs: 1
event_log_storage:
  module: pipelines.history
  class: KeptEventLogStorage
  config:
    base_dir: {env: CRM_DAGSTER_RUNS}
# step output is in the event log; capturing the terminal would cost a process for every step
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


@dataclass(frozen=True)
class Settings:
    """The paths and switches of one warehouse.

    Attributes:
        home: CRM_HOME; everything the warehouse keeps is below it.
        config: CRM_CONFIG, the list of sources.
        lake_catalog: CRM_LAKE_CATALOG, ``sqlite:<file>`` or ``postgres:<libpq dsn>``.
        decisions: CRM_STEWARDSHIP, the folder of the stewards' decisions, or None where it is the home's own.
    """

    home: Path
    config: Path
    lake_catalog: str
    decisions: Path | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read CRM_HOME (default ./data), CRM_CONFIG, CRM_LAKE_CATALOG and CRM_STEWARDSHIP; touches no file."""
        home = Path(os.environ.get("CRM_HOME") or "data").expanduser().resolve()
        config = Path(os.environ.get("CRM_CONFIG") or home / "crm_sources.yaml").expanduser().resolve()
        catalog = os.environ.get("CRM_LAKE_CATALOG") or f"sqlite:{home / 'lake' / 'catalog.sqlite'}"
        decisions = os.environ.get("CRM_STEWARDSHIP")
        return cls(home, config, catalog, Path(decisions).expanduser().resolve() if decisions else None)

    @property
    def lake(self) -> LakeLocation:
        """Where the lake's catalog, files and extensions are."""
        from sources.lake import LakeLocation

        return LakeLocation(self.lake_catalog, self.home / "lake" / "files", self.extensions)

    @property
    def extensions(self) -> Path:
        """DuckDB's extension folder, filled from the installed wheels."""
        return self.home / "extensions"

    @property
    def warehouse(self) -> Path:
        """The file dbt builds. May be deleted at any time between runs."""
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder BI tools read from."""
        return self.home / "published"

    @property
    def stewardship(self) -> Path:
        """The folder of the stewards' decisions, four CSV files; one that is kept in git can lie elsewhere."""
        return self.decisions or self.home / "stewardship"

    @property
    def staging(self) -> Path:
        """Pages of a read in progress; emptied at the start of every run."""
        return self.home / "staging"

    @property
    def quality(self) -> Path:
        """Results of the quality gates."""
        return self.home / "quality"

    @property
    def simulator(self) -> Path:
        """The demo company."""
        return self.home / "simulator"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history."""
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """Compiled models and the manifest."""
        return self.home / "dbt" / "target"

    def load_config(self) -> WarehouseConfig:
        """Return crm_sources.yaml, or a configuration without sources when there is none.

        Raises ConfigError for a file that is wrong.
        """
        from sources.config import Reporting, WarehouseConfig, load_config

        return load_config(self.config) if self.config.exists() else WarehouseConfig(self.config, Reporting(), ())

    def source_types(self) -> tuple[str, ...]:
        """Return the types of the sources that are configured or in the lake, which no other models are built for.

        All of them where nothing is configured and read, and where the lake's catalog is on a server, which a start
        does not wait for. Mapped sources are views that cost nothing while there are none.
        """
        from sources.discovery import connector_types
        from sources.errors import ConfigError
        from sources.lake.location import schemas

        known = connector_types()
        try:
            configured = {source.type for source in self.load_config().sources}
        except ConfigError:
            return known
        kept = schemas(self.lake)
        if kept is None or not (used := {each for each in known if each in configured | kept}):
            return known
        return tuple(sorted(used | {"mapped"}))

    def dbt_env(self) -> dict[str, str]:
        """Return the variables that dbt_project reads, and where dbt puts its files."""
        return {
            "CRM_SOURCE_TYPES": " ".join(self.source_types()),
            "CRM_WAREHOUSE": str(self.warehouse),
            "CRM_LAKE_ATTACH": self.lake.attach_uri,
            "CRM_LAKE_FILES": self.lake.data_path,
            "CRM_EXTENSIONS": str(self.extensions),
            "DBT_PROJECT_DIR": str(DBT_PROJECT),
            "DBT_PROFILES_DIR": str(DBT_PROJECT),
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.home / "dbt" / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }

    def export(self) -> None:
        """Put these settings into the environment of this process and its children; makes DAGSTER_HOME usable."""
        self.dagster_home.mkdir(parents=True, exist_ok=True)
        instance = self.dagster_home / "dagster.yaml"
        if not instance.exists():
            instance.write_text(_DAGSTER_YAML, encoding="utf-8")
        os.environ.update(
            self.dbt_env(),
            CRM_HOME=str(self.home),
            CRM_CONFIG=str(self.config),
            CRM_LAKE_CATALOG=self.lake_catalog,
            DAGSTER_HOME=str(self.dagster_home),
            CRM_DAGSTER_RUNS=str(self.dagster_home / "history" / "runs"),
            DAGSTER_DISABLE_TELEMETRY="yes",
            GX_ANALYTICS_ENABLED="false",
        )


def set_variables(values: dict[str, str]) -> None:
    """Set environment variables of this process, e.g. the credentials of the demo's simulator."""
    os.environ.update(values)
