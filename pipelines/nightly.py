"""Runs the nightly job, or a part of it, in this process and says how it ended. Shows nothing."""

from __future__ import annotations

import contextlib
import importlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.settings import Settings
from sources.errors import CrmWarehouseError

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        run_id: the run's id, in Dagster and in the lake.
        succeeded: every step succeeded.
        published: a new file was published.
        failures: what failed, one message each; of a gate, each failed expectation.
    """

    run_id: str
    succeeded: bool
    published: bool
    failures: tuple[str, ...]


def run(
    settings: Settings,
    *,
    as_of: date | None = None,
    full_refresh: bool = False,
    select: str | None = None,
    attempts: int = 3,
    retry_seconds: float = 30,
    accept_change: bool = False,
) -> Outcome:
    """Run the ``nightly`` job, or the assets ``select`` names in Dagster's selection syntax.

    With ``accept_change`` a difference from the last publication does not block publishing, this once. The run is kept
    in Dagster's history, so that the UI shows it. Raises CrmWarehouseError when nothing could start.
    """
    import dagster as dg

    settings.export()
    _prepare_lake(settings)
    config = {
        "full_refresh": full_refresh,
        "attempts": attempts,
        "retry_seconds": retry_seconds,
        "accept_change": accept_change,
        **({"as_of": as_of.isoformat()} if as_of else {}),
    }
    with dg.DagsterInstance.get() as instance:
        outcome = _outcome(_execute(instance, select, config))
    return _with_unread_sources(settings, outcome)


def load_libraries(settings: Settings) -> None:
    """Import what a run needs and parse the dbt project, ahead of the run; what fails here fails again there."""
    with contextlib.suppress(Exception):
        import dagster_dbt  # noqa: F401
        import dbt.cli.main  # noqa: F401

        from pipelines.dbt import manifest_path

        settings.export()
        manifest_path(settings)
        importlib.import_module("pipelines.definitions")


def _prepare_lake(settings: Settings) -> None:
    from sources.lake import install_extensions

    install_extensions(settings.extensions)


def _execute(instance: dg.DagsterInstance, select: str | None, config: dict[str, Any]) -> dg.ExecuteInProcessResult:

    from pipelines.definitions import defs

    definitions = defs()
    job = _part(definitions, select) if select else definitions.resolve_job_def("nightly")
    return job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={
            "resources": {"night": {"config": config}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )


def _part(definitions: dg.Definitions, select: str) -> dg.JobDefinition:
    """Return a job over what ``select`` names and its checks; nothing is published past the release gate."""
    from pipelines.defs.publish import PUBLISHED
    from pipelines.defs.quality import RELEASE

    keys = set(_selected(definitions, select))
    known = definitions.resolve_asset_graph().asset_check_keys
    checks = {each for each in known if each.asset_key in keys or (each.name == RELEASE and PUBLISHED in keys)}
    whole = definitions.resolve_implicit_global_asset_job_def()
    return whole.get_subset(asset_selection=keys, asset_check_selection=checks)


def _selected(definitions: dg.Definitions, select: str) -> list[dg.AssetKey]:
    """Return the keys a selection names. Raises CrmWarehouseError when it names none."""
    import dagster as dg

    try:
        keys = dg.AssetSelection.from_string(select).resolve(definitions.resolve_asset_graph())
    except dg.DagsterError as error:
        raise CrmWarehouseError(f"'{select}' is not a selection of assets: {error}") from None
    if not keys:
        raise CrmWarehouseError(
            f"'{select}' selects no asset. Examples: group:core, key:\"marts/customer_value\", +tag."
        )
    return sorted(keys)


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    import dagster as dg

    published = dg.AssetKey(["published", "crm"]) in {
        event.asset_key for event in result.get_asset_materialization_events()
    }
    return Outcome(result.run_id, result.success, published, tuple(_failures(result)))


def _with_unread_sources(settings: Settings, outcome: Outcome) -> Outcome:
    """Return the outcome with the sources that could not be read: they fail a night that succeeded otherwise, and are
    told first of one that failed, since they may be why.
    """
    from pipelines.summary import failed_sources

    try:
        unread = failed_sources(settings, outcome.run_id)
    except CrmWarehouseError:
        # a lake that cannot be opened is among the failures
        return outcome
    # the report of a published night has named them
    untold = tuple(each for each in unread if not any(each in told for told in outcome.failures))
    return replace(outcome, succeeded=outcome.succeeded and not unread, failures=(*untold, *outcome.failures))


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """Return why steps failed: the words of a failed gate or of an error of ours, else the error's own message."""
    words: list[str] = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                words.append(data.user_failure_data.description)
            elif data.error is not None:
                words.append(_innermost(data.error))
        elif event.is_run_failure and not words and event.job_failure_data.error:
            words.append(_innermost(event.job_failure_data.error))
    checks = [
        check.description or f"{check.asset_key.to_user_string()}: {check.check_name} failed"
        for check in result.get_asset_check_evaluations()
        if check.blocking and not check.passed and check.severity.value == "ERROR"
    ]
    return [word for word in words if "blocking asset check" not in word] + checks


def _innermost(error: Any) -> str:
    while error.cause is not None:
        error = error.cause
    return str(error.message).strip().removeprefix(f"{error.cls_name}: ").split(f"{error.cls_name}: ")[-1]
