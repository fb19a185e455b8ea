"""Every connector type brings the rooms that DESIGN lists for it, and nothing central names it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from sources.discovery import connector_types, declared_objects

ROOT = Path(__file__).parents[2]
SIMULATED = [each for each in connector_types() if (ROOT / "sources" / "simulators" / each).is_dir()]


@pytest.mark.parametrize("connector_type", connector_types())
def test_a_connector_type_brings_all_its_rooms(connector_type: str) -> None:
    rooms = [
        ROOT / "sources" / connector_type / "README.md",
        ROOT / "dbt_project" / "models" / "staging" / connector_type,
        ROOT / "quality" / "suites" / f"{connector_type}.py",
    ]
    assert not [str(room.relative_to(ROOT)) for room in rooms if not room.exists()]


@pytest.mark.parametrize("connector_type", SIMULATED)
def test_a_simulator_can_be_served_by_its_type_and_says_what_it_simulates(connector_type: str) -> None:
    package = importlib.import_module(f"sources.simulators.{connector_type}")
    assert callable(package.SIMULATOR) and callable(package.EMPTY)
    assert (ROOT / "sources" / "simulators" / connector_type / "README.md").exists()


@pytest.mark.parametrize("connector_type", connector_types())
def test_every_declared_object_has_a_key_among_its_columns(connector_type: str) -> None:
    for obj in declared_objects(connector_type):
        names = {column.name for column in obj.columns}
        assert obj.key and set(obj.key) <= names, obj.name
        assert obj.cursor is None or obj.cursor in names, obj.name


@pytest.mark.parametrize("connector_type", connector_types())
def test_every_declared_object_says_how_its_deletes_are_found(connector_type: str) -> None:
    assert not [obj.name for obj in declared_objects(connector_type) if not obj.deletes_by]
