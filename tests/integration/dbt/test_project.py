"""The dbt project without a lake, on an empty lake, and against the canonical contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sources.discovery import connector_types
from tests.integration.dbt.small_lake import ENTITIES, ROOT, SmallLake

KEY = dict.fromkeys(("source_system", "source_instance", "source_record_id"), "varchar")
STATE = {
    "created_at": "timestamp", "modified_at": "timestamp", "is_deleted": "boolean", "deleted_at": "timestamp",
    "delete_reason": "varchar", "merged_into_record_id": "varchar", "loaded_at": "timestamp",
}  # fmt: skip


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_contract_of_a_unioned_entity_is_the_canonical_one(entity: str) -> None:
    path = ROOT / "dbt_project" / "models" / "intermediate" / "unioned" / f"int_{entity}__unioned.yml"
    (model,) = YAML(typ="safe").load(path.read_text())["models"]
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    assert list(columns.items()) == list((KEY | ENTITIES[entity] | STATE).items())
    assert model["config"]["contract"]["enforced"]


@pytest.mark.slow
def test_an_empty_lake_builds_empty_marts_and_every_unit_test_passes(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path / "empty", connector_types())
    lake.night("empty", "2025-01-01")
    said = lake.dbt("test", "--select", "test_type:unit", as_of="2025-01-01")
    assert "ERROR=0" in said
    assert said.count("START unit_test") >= 5
    tables = ("core.dim_customers", "core.fct_order_lines", "core.record_reconciliation", "marts.customer_360")
    assert [lake.query(f"select count(*) from {table}") for table in tables] == [[(0,)]] * len(tables)
