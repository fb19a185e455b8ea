"""One company for all tests of its files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sources.simulators.world import World
from tests.unit.simulators.world_files import DAYS


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folder of one company of 500 as it was on the start day and on each of the next two."""
    home = tmp_path_factory.mktemp("company")
    world, kept = World.create(home / "world", 500, 11), []
    for step in range(DAYS + 1):
        if step:
            world.advance(1)
        kept.append(home / f"day{step}")
        shutil.copytree(world.home, kept[-1])
    return kept
