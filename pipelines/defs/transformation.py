"""dbt in three steps: what the identity step reads, what the computations read, and the marts. Tests become checks."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from pipelines.basis import examine, record
from pipelines.dbt import DbtError, build, manifest_path
from pipelines.metadata import table_metadata
from pipelines.progress import report
from pipelines.resources import Night
from pipelines.settings import Settings
from pipelines.translator import WarehouseTranslator

BEFORE_IDENTITY = "+int_customers__features +int_customers__links"
MARTS = "fqn:crm_warehouse.marts"


@dg.definitions
def transformation() -> dg.Definitions:
    """Return the dbt steps over one manifest, which is parsed first when it does not fit the project's files."""
    manifest = json.loads(manifest_path(Settings.from_environment()).read_text(encoding="utf-8"))
    translator = WarehouseTranslator()

    @dbt_assets(
        manifest=manifest, select=BEFORE_IDENTITY, name="build_customer_records", dagster_dbt_translator=translator
    )
    def build_customer_records(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
        """Staging, unioned entities, and which records may be one customer."""
        # a test that also reads a model of the second step waits for it
        yield from _build(
            context, night, manifest, translator, "Build customer records", ["--indirect-selection", "buildable"]
        )

    @dbt_assets(
        manifest=manifest,
        select="fqn:*",
        exclude=f"{BEFORE_IDENTITY} {MARTS}",
        name="build_core",
        dagster_dbt_translator=translator,
    )
    def build_core(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
        """Customers and their facts."""
        yield from _build(
            context, night, manifest, translator, "Build customers and facts", ["--indirect-selection", "buildable"]
        )

    @dbt_assets(manifest=manifest, select=MARTS, name="build_marts", dagster_dbt_translator=translator)
    def build_marts(context: dg.AssetExecutionContext, night: Night) -> Iterator[Any]:
        """One table per business question."""
        yield from _build(context, night, manifest, translator, "Build marts", [])

    return dg.Definitions(assets=[build_customer_records, build_core, build_marts])


def dbt_variables(night: Night) -> dict[str, Any]:
    """Return what a run tells the models; the same values give the same tables."""
    reporting = night.config.reporting
    return {
        "as_of": night.day.isoformat(),
        "reporting_currency": reporting.currency,
        "reporting_time_zone": reporting.time_zone,
        "fiscal_year_start_month": reporting.fiscal_year_start_month,
        "plan_rates": {code: f"{rate:f}" for code, rate in reporting.plan_rates.items()},
        "source_currencies": {
            source.name: source.text("currency") for source in night.config.sources if source.options.get("currency")
        },
        "source_time_zones": {
            source.name: source.text("time_zone")
            for source in night.config.sources
            if source.options.get("time_zone", "UTC") != "UTC"
        },
    }


def _build(
    context: dg.AssetExecutionContext,
    night: Night,
    manifest: Mapping[str, Any],
    translator: WarehouseTranslator,
    task: str,
    arguments: list[str],
) -> Iterator[Any]:
    """Run dbt for the step's selected assets; yield what was built, also when something failed."""
    selection = get_updated_cli_invocation_params_for_context(context, manifest, translator)
    if selection.indirect_selection:
        arguments = ["--indirect-selection", selection.indirect_selection]
    step, variables = context.op_def.name, dbt_variables(night)
    basis, stands = examine(night.settings, step, variables)
    if night.full_refresh or not stands:
        arguments = [*arguments, "--full-refresh"]
    results = _Results(task, total=len(context.selected_asset_keys))
    failure: DbtError | None = None
    try:
        build(night.settings, [*selection.selection_args, *arguments], variables, results.add)
        # a part of the step leaves the rest on the old basis
        if not context.is_subset:
            record(night.settings.warehouse, step, basis)
    except DbtError as error:
        failure = error
    sizes = _sizes(night, [event["data"]["node_info"] for event in results.events])
    for raw in results.events:
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for event in message.to_default_asset_events(manifest, translator, context):
            yield _with_size(event, sizes)
    if failure:
        raise dg.Failure(f"dbt: {failure}", allow_retries=False)


class _Results:
    """Collects dbt's result events, which arrive from dbt's threads."""

    def __init__(self, task: str, total: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._task, self._total = task, total
        report(task, "dbt", 0, total, unit="models")

    def add(self, event: Any) -> None:
        if event.info.name not in ("LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult"):
            return
        from google.protobuf.json_format import MessageToDict

        raw = MessageToDict(event, preserving_proto_field_name=True)
        node = raw["data"]["node_info"]
        is_test = event.info.name == "LogTestResult"
        self.events.append(raw)
        report(self._task, node.get("node_name", ""), 0 if is_test else 1, self._total, unit="models")


def _sizes(night: Night, nodes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the metadata of each table dbt has just built, by unique id; views are left unread."""
    import duckdb

    if not night.settings.warehouse.exists():
        return {}
    with duckdb.connect(str(night.settings.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        tables = {name for (name,) in found}
        return {
            node["unique_id"]: table_metadata(connection, _relation(node))
            for node in nodes
            if f"{_named(node, 'schema')}.{_named(node, 'alias')}" in tables and node["resource_type"] != "test"
        }


def _named(node: dict[str, Any], part: str) -> str:
    return str(node.get("node_relation", {}).get(part, ""))


def _relation(node: dict[str, Any]) -> str:
    return f'"{_named(node, "schema")}"."{_named(node, "alias")}"'


def _with_size(event: Any, sizes: dict[str, dict[str, Any]]) -> Any:
    """Return dagster-dbt's event with rows, columns and preview added to a materialization."""
    if not isinstance(event, dg.Output):
        return event
    unique_id = event.metadata["unique_id"].value
    return event.with_metadata({**event.metadata, **sizes.get(str(unique_id), {})})
