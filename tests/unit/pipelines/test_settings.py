"""Where a warehouse lies is told by three variables, and nothing else is needed to find its parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.settings import Settings
from sources.discovery import connector_types, declared_objects
from sources.lake import Lake, install_extensions


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRM_HOME", "CRM_CONFIG", "CRM_LAKE_CATALOG"):
        monkeypatch.delenv(name, raising=False)


def test_everything_lies_below_data_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment()
    assert settings.home == tmp_path / "data"
    assert settings.config == tmp_path / "data" / "crm_sources.yaml"
    assert settings.lake.attach_uri == f"ducklake:sqlite:{tmp_path}/data/lake/catalog.sqlite"
    assert not settings.home.exists()


def test_a_catalog_on_postgres_is_one_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.setenv("CRM_LAKE_CATALOG", "postgres:dbname=lake host=db")
    settings = Settings.from_environment()
    assert settings.lake.attach_uri == "ducklake:postgres:dbname=lake host=db"
    assert settings.lake.files == tmp_path / "lake" / "files"


def test_dbt_is_told_the_warehouse_the_lake_and_the_extensions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    told = Settings.from_environment().dbt_env()
    assert told["CRM_WAREHOUSE"] == str(tmp_path / "warehouse.duckdb")
    assert told["CRM_LAKE_ATTACH"] == f"ducklake:sqlite:{tmp_path}/lake/catalog.sqlite"
    assert told["CRM_LAKE_FILES"] == f"{tmp_path}/lake/files/"
    assert told["CRM_EXTENSIONS"] == str(tmp_path / "extensions")
    assert told["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"


def test_without_a_configuration_there_are_no_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    config = Settings.from_environment().load_config()
    assert config.sources == ()
    assert config.reporting.schedule == "0 2 * * *"


def test_a_dagster_yaml_that_is_there_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    # export writes variables; the ones monkeypatch knows are put back afterwards
    for name in ("DAGSTER_HOME", "CRM_WAREHOUSE", "CRM_DAGSTER_RUNS"):
        monkeypatch.setenv(name, "")
    settings = Settings.from_environment()
    settings.export()
    written = settings.dagster_home / "dagster.yaml"
    assert "telemetry:\n  enabled: false" in written.read_text()
    written.write_text("# mine\n")
    settings.export()
    assert written.read_text() == "# mine\n"


def _configured(home: Path, *types: str) -> Settings:
    home.mkdir(exist_ok=True)
    lines = [f"  of_{each}:\n    type: {each}\n    mapping: m.yaml\n" for each in types]
    (home / "crm_sources.yaml").write_text("sources:\n" + "".join(lines), encoding="utf-8")
    return Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")


def test_models_are_those_of_the_types_that_are_configured_or_were_ever_read(tmp_path: Path) -> None:
    settings = _configured(tmp_path / "home", "mapped")
    assert settings.source_types() == ("mapped",)
    install_extensions(settings.extensions)
    with Lake(settings.lake) as lake:
        lake.declare("salesforce", declared_objects("salesforce")[:1])
    assert settings.source_types() == ("mapped", "salesforce")


def test_where_nothing_is_configured_every_type_has_its_models(tmp_path: Path) -> None:
    nothing = Settings(tmp_path, tmp_path / "crm_sources.yaml", f"sqlite:{tmp_path}/lake/catalog.sqlite")
    assert nothing.source_types() == connector_types()


def test_a_catalog_on_a_server_is_not_asked_at_every_start(tmp_path: Path) -> None:
    served = replace(_configured(tmp_path / "home", "mapped"), lake_catalog="postgres:host=nowhere.invalid")
    assert served.source_types() == connector_types()
