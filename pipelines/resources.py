"""What every step of a run shares: the settings, the day it speaks of, and that it is the only run.

No step's own work belongs here.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import Field, PrivateAttr

from pipelines.lakes import keep_open
from pipelines.locking import only_run
from pipelines.settings import Settings
from sources.config import WarehouseConfig

# a run that is being started by the daemon (STARTING) or waits for it (QUEUED) is not abandoned
_UNFINISHED = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


class Night(dg.ConfigurableResource):
    """One run over one warehouse. Set up once a run: every job here runs in one process."""

    as_of: str | None = Field(default=None, description="The day the marts speak of, YYYY-MM-DD; default: yesterday.")
    full_refresh: bool = Field(default=False, description="Read every source and build every model from the beginning.")
    attempts: int = Field(default=3, description="How often a source that fails for a passing reason is read.")
    retry_seconds: float = Field(default=30, description="Pause before the second attempt; doubled after each.")
    accept_change: bool = Field(
        default=False, description="Publish although the release gate finds it too different from the last publication."
    )

    _settings: Settings = PrivateAttr()
    _config: WarehouseConfig = PrivateAttr()
    _day: date = PrivateAttr()
    _run_id: str = PrivateAttr()

    @property
    def settings(self) -> Settings:
        """Where everything lies."""
        return self._settings

    @property
    def config(self) -> WarehouseConfig:
        """The sources, as they were when the run began."""
        return self._config

    @property
    def day(self) -> date:
        """The run's one ``as_of``."""
        return self._day

    @property
    def run_id(self) -> str:
        """The run's id, in the lake as in Dagster."""
        return self._run_id

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Night, None, None]:
        """Take the lock, clear what a killed run left behind, and fix the day."""
        self._settings = Settings.from_environment()
        self._settings.export()
        self._config = self._settings.load_config()
        self._day = date.fromisoformat(self.as_of) if self.as_of else _day_of(self._config)
        self._run_id = context.run_id or "unknown"
        with only_run(self._settings, self._run_id), keep_open(self._settings):
            _close_abandoned_runs(context)
            shutil.rmtree(self._settings.staging, ignore_errors=True)
            self._settings.staging.mkdir(parents=True)
            try:
                yield self
            finally:
                shutil.rmtree(self._settings.staging, ignore_errors=True)


def _day_of(config: WarehouseConfig) -> date:
    """Return the configured day, or the last complete one where the reporting day begins."""
    if config.reporting.as_of:
        return config.reporting.as_of
    return datetime.now(ZoneInfo(config.reporting.time_zone)).date() - timedelta(days=1)


def _close_abandoned_runs(context: dg.InitResourceContext) -> None:
    """Mark runs as failed whose process is gone: this run holds the lock, so none of them can still be working."""
    if context.instance is None or context.instance.is_ephemeral:
        return
    filters = dg.RunsFilter(statuses=_UNFINISHED)
    for run in context.instance.get_runs(filters=filters):
        if run.run_id != context.run_id:
            context.instance.report_run_failed(run, "Its process ended before it did. A later run has taken over.")
