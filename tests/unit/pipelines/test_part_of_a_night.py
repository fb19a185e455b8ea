"""A part of the night, run by itself: an unread source fails it, and the gate stands before publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import nightly
from pipelines.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_CONFIG", raising=False)
    monkeypatch.delenv("CRM_LAKE_CATALOG", raising=False)
    # what exporting the settings sets is taken back with the rest
    for name in (*Settings.from_environment().dbt_env(), "DAGSTER_HOME", "CRM_DAGSTER_RUNS"):
        monkeypatch.setenv(name, "")
    return Settings.from_environment()


def test_a_source_that_cannot_be_read_fails_a_run_of_its_tables_alone(settings: Settings) -> None:
    settings.config.write_text("sources: {shop: {type: mapped, mapping: missing.yaml}}\n")
    outcome = nightly.run(settings, select="group:lake_mapped", attempts=1)
    assert not outcome.succeeded and not outcome.published
    assert any("missing.yaml" in failure for failure in outcome.failures), outcome.failures


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        (("a gate stopped it",), ("zoho: is down", "a gate stopped it")),
        (("Published with failures: zoho: is down",), ("Published with failures: zoho: is down",)),
    ],
)
def test_a_failed_night_tells_of_each_unread_source_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, failures: tuple[str, ...], told: tuple[str, ...]
) -> None:
    monkeypatch.setattr("pipelines.summary.failed_sources", lambda settings, run_id: ("zoho: is down",))
    outcome = nightly._with_unread_sources(settings, nightly.Outcome("r", False, False, failures))
    assert (outcome.succeeded, outcome.failures) == (False, told)


def test_publishing_alone_still_passes_the_release_gate(settings: Settings) -> None:
    from pipelines.definitions import defs

    settings.export()
    job = nightly._part(defs(), 'key:"published/*"')
    assert {node.name for node in job.nodes} == {"release", "published__crm", "published__report"}
    order = [node.name for node in job.nodes_in_topological_order]
    assert order.index("release") < order.index("published__crm")


def test_a_part_without_publishing_runs_its_own_checks_only(settings: Settings) -> None:
    from pipelines.definitions import defs

    settings.export()
    job = nightly._part(defs(), 'key:"identity/*"')
    assert {node.name for node in job.nodes} == {"resolve_identity", "stewardship"}
