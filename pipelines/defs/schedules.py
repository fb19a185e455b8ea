"""The nightly job and when it runs."""

import dagster as dg

from pipelines.settings import Settings


@dg.definitions
def schedules() -> dg.Definitions:
    """Return the job over everything and its schedule, in the reporting zone; both settings are in crm_sources.yaml."""
    reporting = Settings.from_environment().load_config().reporting
    nightly = dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Read every source, check what landed, build, resolve customers, check again, publish.",
    )
    schedule = dg.ScheduleDefinition(
        name="nightly",
        job=nightly,
        cron_schedule=reporting.schedule,
        execution_timezone=reporting.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[nightly], schedules=[schedule])
