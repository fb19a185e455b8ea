"""The graph that Dagster shows: one step after another, gates in between, and a name for everything."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.analytics.areas import AREAS
from pipelines.settings import Settings
from sources.discovery import connector_types, declared_objects
from sources.mapped.entities import entities

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """Load everything on a machine without configuration, credentials or data."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CRM_CONFIG", "CRM_LAKE_CATALOG", *Settings.from_environment().dbt_env(), "DAGSTER_HOME"):
            patch.delenv(name, raising=False)
        patch.setenv("CRM_HOME", str(tmp_path_factory.mktemp("home")))
        from pipelines.definitions import defs

        return defs()


def test_every_declared_object_and_canonical_entity_is_an_asset(definitions: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    declared = {f"lake/{each}/{obj.table}" for each in connector_types() for obj in declared_objects(each)}
    assert declared | {f"lake/mapped/{entity}" for entity in entities()} <= keys
    assert {"identity/assignments", "published/crm", "marts/customer_360", "core/dim_customers"} <= keys


def test_every_asset_that_a_model_reads_has_a_producer(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable] == []


def test_groups_are_layers(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert {"lake_salesforce", "lake_mapped", "lake_ledger", "identity", "core", "analytics"} <= groups
    assert {"marts_value", "marts_lifecycle", "marts_overview", "published"} <= groups
    assert "default" not in groups


def test_the_night_reads_checks_builds_resolves_builds_checks_and_publishes(definitions: dg.Definitions) -> None:
    steps = [node.name for node in definitions.resolve_job_def("nightly").nodes_in_topological_order]
    wanted = [
        "read_salesforce", "landing_salesforce", "open_lake", "landing_mapped", "stewardship",
        "build_customer_records",
        "resolve_identity", "build_core", "build_marts", "release", "published__crm", "published__report",
    ]  # fmt: skip
    assert [step for step in steps if step in wanted] == wanted
    computed = {f"compute_{each}" for each in AREAS}
    of_types = {f"{step}_{each}" for step in ("read", "landing") for each in connector_types()}
    assert set(steps) - set(wanted) <= of_types | computed


def test_gates_block_and_unread_sources_do_not(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {key.name: graph.get(key).blocking for key in graph.asset_check_keys}
    assert blocking["landing_salesforce"] and blocking["landing_mapped"] and blocking["release"]
    assert not blocking["was_read"]


def test_the_schedule_is_two_o_clock_in_the_reporting_zone_unless_configured(
    definitions: dg.Definitions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipelines.defs.schedules import schedules

    schedule = definitions.resolve_schedule_def("nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "UTC")

    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "crm_sources.yaml"))
    (tmp_path / "crm_sources.yaml").write_text('reporting: {time_zone: Asia/Tokyo, schedule: "30 4 * * 1-5"}\n')
    (configured,) = schedules().schedules
    assert (configured.cron_schedule, configured.execution_timezone) == ("30 4 * * 1-5", "Asia/Tokyo")


def test_a_mapping_file_with_a_mistake_does_not_take_the_graph_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipelines.ingestion import lake_tables

    (tmp_path / "crm_sources.yaml").write_text("sources: {old: {type: mapped, mapping: old.yaml}}\n")
    (tmp_path / "old.yaml").write_text("conection: {}\n")
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "crm_sources.yaml"))
    assert lake_tables("mapped", Settings.from_environment().load_config()) == {}
