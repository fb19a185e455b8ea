"""Dependencies point one way, and nothing happens at import. Reads the source as text; imports nothing of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("sources", "quality", "pipelines")

FORBIDDEN = {
    "sources": {"dagster", "dagster_dbt", "dbt", "pipelines", "quality", "great_expectations"},
    "quality": {"dagster", "dagster_dbt", "dbt", "pipelines", "sources"},
    "pipelines/analytics": {"dagster", "dagster_dbt", "dbt"},
}
HEAVY = {"great_expectations", "splink"}
READS_ENVIRONMENT = {"pipelines/settings.py", "sources/config.py"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in modules(room)
        if (found := imported(ast.parse(path.read_text())) & FORBIDDEN[room])
    }
    assert modules(room), f"{room}/ is empty"
    assert not wrong


@pytest.mark.parametrize("package", PACKAGES)
def test_heavy_libraries_are_imported_inside_functions(package: str) -> None:
    for path in modules(package):
        at_module_level = ast.Module(
            [node for node in ast.parse(path.read_text()).body if isinstance(node, (ast.Import, ast.ImportFrom))], []
        )
        assert not imported(at_module_level) & HEAVY, path


@pytest.mark.parametrize("package", PACKAGES)
def test_only_settings_and_config_read_the_environment(package: str) -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in modules(package)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("os", "environ"), ("os", "getenv")}
    }
    assert readers <= READS_ENVIRONMENT


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_opens_with_what_belongs_in_it(package: str) -> None:
    silent = [str(p.relative_to(ROOT)) for p in modules(package) if not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_stay_short_enough_to_read(package: str) -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules(package) if (n := len(p.read_text().splitlines())) > 350}
    assert not long


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [p for package in PACKAGES for p in modules(package) if p.name in drawers]
