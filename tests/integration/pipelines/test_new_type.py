"""What ``crm-warehouse sources new`` writes passes the checks that every connector has to pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
# late in the alphabet, so that its imports stand elsewhere than those of the templates
TYPE = "zeta_business_suite"
NOT_PART_OF_A_CLONE = (".git", ".venv", "data", "docs", "target", "logs", "__pycache__", ".*_cache", ".hypothesis")
OWN_TESTS = (f"tests/unit/simulators/{TYPE}", f"tests/integration/{TYPE}")
COMMAND = "from pipelines.cli import app; app()"
PARSE = "from pipelines.dbt import parse; from pipelines.settings import Settings; " + (
    f"names = parse(Settings.from_environment()).nodes; assert 'model.crm_warehouse.stg_{TYPE}__products' in names"
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree with the new type."""
    clone = tmp_path_factory.mktemp("clone") / "crm-warehouse"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*NOT_PART_OF_A_CLONE))
    said = python(clone, "-c", COMMAND, "sources", "new", TYPE)
    assert f"sources/{TYPE}/connector.py" in said and f"tests/integration/{TYPE}" in said
    return clone


def python(clone: Path, *words: str) -> str:
    """Run Python on the clone and return what it said; fails when it does."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CRM_", "DAGSTER_", "DBT_"))}
    variables = own | {"PYTHONPATH": str(clone), "CRM_HOME": str(clone.parent / "home")}
    done = subprocess.run(
        [sys.executable, *words], cwd=clone, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_python_is_typed_and_in_the_style_of_the_house_as_is_its_sql(clone: Path) -> None:
    rooms = (f"sources/{TYPE}", f"sources/simulators/{TYPE}", f"quality/suites/{TYPE}.py", *OWN_TESTS)
    python(clone, "-m", "ruff", "check", "--no-cache", *rooms)
    python(clone, "-m", "ruff", "format", "--no-cache", "--check", *rooms)
    python(clone, "-m", "mypy", *rooms)
    python(clone, "-m", "sqlfluff", "lint", f"dbt_project/models/staging/{TYPE}")


def test_dbt_parses_its_models_among_the_others(clone: Path) -> None:
    python(clone, "-c", PARSE)


def test_its_own_tests_and_those_of_every_connector_pass(clone: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={clone.parent / 'tests'}")
    shared = ("tests/integration/connectors", "tests/architecture")
    said = python(clone, "-m", "pytest", *options, *OWN_TESTS, *shared, "-k", f"{TYPE} or test_layers")
    assert "skipped" not in said


def test_it_is_not_written_twice(clone: Path) -> None:
    with pytest.raises(AssertionError, match="exists already; nothing was written"):
        python(clone, "-c", COMMAND, "sources", "new", TYPE)
