"""Publishing takes only what passed the release gate: a pass speaks of the rows it was given for, and of no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.release import ReleaseRefused, ensure_passed, passed, run_gate
from pipelines.settings import Settings
from sources.lake import Lake, install_extensions
from tests.integration.quality.test_release_gate import META, PARTS, SOURCE_TAKEN_AWAY, make

pytestmark = pytest.mark.slow

AS_OF = date(2026, 1, 10)
WRONG_REVENUE = "update marts.customer_value set revenue_amount = 1 where customer_id = 'c7'"
RIGHT_REVENUE = "update marts.customer_value set revenue_amount = 201 where customer_id = 'c7'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path, tmp_path / "crm_sources.yaml", f"sqlite:{tmp_path / 'lake' / 'catalog.sqlite'}")
    install_extensions(settings.extensions)
    with Lake(settings.lake):
        make(settings.warehouse, PARTS)
    return settings


def gate(settings: Settings, *, accept_change: bool = False) -> bool:
    return run_gate(settings, run_id="r1", as_of=AS_OF, accept_change=accept_change).passed


def test_a_pass_ends_with_the_first_row_that_changes_and_holds_for_equal_rows(settings: Settings) -> None:
    assert passed(settings, AS_OF) is None
    assert gate(settings)
    release = passed(settings, AS_OF)
    assert release is not None and release.tables["core.fct_orders"][0] == 2000
    assert passed(settings, date(2026, 1, 11)) is None
    # another file with the same rows, as a second build leaves it
    settings.warehouse.unlink()
    make(settings.warehouse, PARTS)
    assert passed(settings, AS_OF) == release
    make(settings.warehouse, "update core.dim_customers set customer_id = 'other' where customer_id = 'c7'")
    assert passed(settings, AS_OF) is None


def test_a_failed_gate_takes_back_the_pass_before_it(settings: Settings) -> None:
    assert gate(settings)
    make(settings.warehouse, WRONG_REVENUE)
    assert not gate(settings)
    make(settings.warehouse, RIGHT_REVENUE)
    assert passed(settings, AS_OF) is None


def test_publishing_by_itself_passes_the_gate_first(settings: Settings) -> None:
    release = ensure_passed(settings, run_id="alone", as_of=AS_OF, accept_change=False)
    assert release.run_id == "alone"
    assert ensure_passed(settings, run_id="later", as_of=AS_OF, accept_change=False).run_id == "alone"
    make(settings.warehouse, WRONG_REVENUE)
    with pytest.raises(ReleaseRefused, match="revenue of a customer"):
        ensure_passed(settings, run_id="alone", as_of=AS_OF, accept_change=False)


def test_an_accepted_change_is_kept_with_the_pass(settings: Settings) -> None:
    settings.published.mkdir()
    make(settings.published / "crm.duckdb", PARTS, META)
    make(settings.warehouse, SOURCE_TAKEN_AWAY)
    with pytest.raises(ReleaseRefused, match="crm-warehouse run --accept-change"):
        ensure_passed(settings, run_id="r1", as_of=AS_OF, accept_change=False)
    assert ensure_passed(settings, run_id="r2", as_of=AS_OF, accept_change=True).accepts_change


def test_materializing_only_the_published_file_meets_the_gate(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the Dagster UI does: the one asset, without the check that stands before it in the graph."""
    import dagster as dg

    from pipelines.defs.publish import PUBLISHED, publishing
    from pipelines.resources import Night

    for name, value in {"CRM_HOME": str(settings.home), "DAGSTER_HOME": "", **settings.dbt_env()}.items():
        monkeypatch.setenv(name, value)
    make(settings.warehouse, WRONG_REVENUE)
    asset = next(
        each for each in publishing().assets or () if isinstance(each, dg.AssetsDefinition) and each.key == PUBLISHED
    )

    def materialize() -> dg.ExecuteInProcessResult:
        night = Night(as_of=AS_OF.isoformat())
        return dg.materialize([asset], resources={"night": night}, raise_on_error=False)

    assert not materialize().success
    assert not (settings.published / "crm.duckdb").exists()
    make(settings.warehouse, RIGHT_REVENUE)
    result = materialize()
    assert result.success
    with duckdb.connect(str(settings.published / "crm.duckdb"), read_only=True) as connection:
        assert connection.execute("select run_id from meta.run").fetchone() == (result.run_id,)
    [event] = result.get_asset_materialization_events()
    assert event.materialization.metadata["accept_change"].value is False
