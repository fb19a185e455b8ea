"""A new connector type is written whole into a clone, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.scaffolding import scaffold
from sources.errors import CrmWarehouseError

PROJECT = """\
vars:
  crm_sources:
    salesforce: {accounts: [account]}
    mapped: {accounts: [accounts]}
models:
  crm_warehouse:
    staging:
      +schema: staging
      salesforce: {+enabled: "{{ 'salesforce' in env_var('CRM_SOURCE_TYPES', 'salesforce') }}"}
    core:
      +schema: core
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What makes a folder a clone."""
    for room in ("sources", "dbt_project", "quality", "tests"):
        (tmp_path / room).mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "dbt_project" / "dbt_project.yml").write_text(PROJECT)
    return tmp_path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_every_room_of_a_connector_is_written_under_the_name_of_the_type(clone: Path) -> None:
    before = files(clone)
    written = {path.as_posix() for path in scaffold(clone, "globex_crm")}
    assert files(clone) - before == written - {"dbt_project/dbt_project.yml"}
    assert {
        *(f"sources/globex_crm/{name}" for name in ("__init__.py", "objects.py", "options.py", "connector.py")),
        "sources/globex_crm/README.md",
        "sources/simulators/globex_crm/server.py",
        "sources/simulators/globex_crm/README.md",
        "dbt_project/models/staging/globex_crm/stg_globex_crm__products.sql",
        "dbt_project/models/staging/globex_crm/stg_globex_crm__products.yml",
        "quality/suites/globex_crm.py",
        "tests/unit/simulators/globex_crm/test_globex_crm_simulator.py",
        "tests/integration/globex_crm/planted.py",
        "tests/integration/globex_crm/test_globex_crm_night.py",
    } <= written
    texts = [(clone / path).read_text() for path in written]
    assert not [text for text in texts if "acme" in text.lower()]
    assert "class GlobexCrmConnector" in (clone / "sources/globex_crm/connector.py").read_text()


def test_the_longest_name_makes_no_line_of_python_too_long(clone: Path) -> None:
    written = scaffold(clone, "a" * 24)
    lines = [line for path in written if path.suffix == ".py" for line in (clone / path).read_text().splitlines()]
    assert max(map(len, lines)) <= 120


def test_the_type_gets_its_lines_in_dbt_project_and_every_other_line_stays(clone: Path) -> None:
    scaffold(clone, "globex")
    lines, before = (clone / "dbt_project" / "dbt_project.yml").read_text().splitlines(), PROJECT.splitlines()
    switch = """      globex: {+enabled: "{{ 'globex' in env_var('CRM_SOURCE_TYPES', 'globex').split() }}"}"""
    assert lines == [*before[:3], "    globex: {products: [item]}", *before[3:9], switch, *before[9:]]


@pytest.mark.parametrize(
    "name", ["Globex", "2globex", "globex__crm", "globex-crm", "_globex", "", "a" * 25, "class", "ingest", "main"]
)
def test_a_name_that_is_none_or_means_something_else_writes_nothing(clone: Path, name: str) -> None:
    before = files(clone)
    with pytest.raises(CrmWarehouseError, match=r"no name of a type|means something else"):
        scaffold(clone, name)
    assert files(clone) == before


def test_a_file_that_is_there_is_never_overwritten_and_nothing_is_written_beside_it(clone: Path) -> None:
    (clone / "quality" / "suites").mkdir()
    (clone / "quality" / "suites" / "globex.py").write_text("mine")
    before = files(clone)
    with pytest.raises(CrmWarehouseError, match=r"quality/suites/globex\.py exists already; nothing was written"):
        scaffold(clone, "globex")
    assert files(clone) == before and (clone / "quality" / "suites" / "globex.py").read_text() == "mine"


def test_outside_a_clone_it_says_where_to_work(tmp_path: Path) -> None:
    with pytest.raises(CrmWarehouseError, match=r"is no clone of crm-warehouse: it lacks pyproject\.toml"):
        scaffold(tmp_path, "globex")
    assert files(tmp_path) == set()


def test_a_project_that_is_laid_out_otherwise_is_left_alone(clone: Path) -> None:
    (clone / "dbt_project" / "dbt_project.yml").write_text("vars: {}\n")
    before = files(clone)
    with pytest.raises(CrmWarehouseError, match="Nothing was written"):
        scaffold(clone, "globex")
    assert files(clone) == before
