"""The step that reads the stewards' files: it refuses what is wrong, and shows what has no effect without failing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from tests.integration.pipelines.stewards import ANN, BOB, DAY, Home, new_home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = new_home(tmp_path)
    home.assign((ANN, "c1"), (BOB, "c2"))
    for name in ("CRM_CONFIG", "CRM_LAKE_CATALOG", "CRM_STEWARDSHIP"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"CRM_HOME": str(tmp_path), "DAGSTER_HOME": "", **home.settings.dbt_env()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CRM_LAKE_CATALOG", home.settings.lake_catalog)
    return home


@pytest.fixture
def run(home: Home) -> Callable[[], dg.ExecuteInProcessResult]:
    from pipelines.defs.stewardship import stewardship
    from pipelines.resources import Night

    [step] = stewardship().assets or ()

    def materialize() -> dg.ExecuteInProcessResult:
        return dg.materialize([step], resources={"night": Night(as_of=DAY.isoformat())}, raise_on_error=False)

    return materialize


def test_the_first_run_makes_the_files_and_finds_nothing_to_remark(home: Home, run: Callable) -> None:
    result = run()
    assert result.success
    assert len(list(home.folder.iterdir())) == 4
    [check] = result.get_asset_check_evaluations()
    assert check.passed


def test_a_decision_without_its_record_is_kept_and_the_check_warns(home: Home, run: Callable) -> None:
    home.write("must_link", f"{ANN},{BOB},ann,x,,", f"{ANN},mapped|shop|leads|404,ann,x,,")
    result = run()
    assert result.success
    [event] = result.get_asset_materialization_events()
    shown = {name: each.value for name, each in event.materialization.metadata.items()}
    assert (shown["active"], shown["vanished"], shown["changed"]) == (1, 1, 2)
    [check] = result.get_asset_check_evaluations()
    assert not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert (check.description or "").startswith(f"{home.folder}/must_link.csv:3")
    rows = home.lake("select status, run_id from lake.identity.decisions order by status")
    assert rows == [("active", result.run_id), ("vanished", result.run_id)]


def test_nothing_that_names_a_person_is_told_to_dagster(home: Home, run: Callable) -> None:
    home.write("must_link", f"{ANN},mapped|shop|leads|ann@gone.example,ann,moved in with daughter Zoe,,")
    home.write("pinned_values", f"{ANN},email,zoe@secret.example,ann,she called about it,,")
    result = run()
    assert result.success
    told = repr([event.to_json() if hasattr(event, "to_json") else repr(event) for event in result.all_events])
    assert "must_link.csv:2" in told
    assert [each for each in ("gone.example", "secret.example", "Zoe", "she called") if each in told] == []


def test_a_wrong_row_fails_the_step_with_its_place(home: Home, run: Callable) -> None:
    from pipelines.nightly import _failures

    home.write("must_link", f"{ANN},{BOB},,x,,")
    result = run()
    assert not result.success
    [words] = _failures(result)
    assert words.startswith(f"{home.folder}/must_link.csv:2: the author is missing")
    assert home.lake("select count(*) from lake.identity.decisions") == [(0,)]
