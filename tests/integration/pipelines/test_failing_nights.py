"""Nights on which something is wrong: a source, the warehouse file, a gate. What is sound is published all the same."""

from __future__ import annotations

import fcntl
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake, LakeLocation
from sources.simulators.salesforce import SalesforceSimulator
from sources.simulators.world import World
from tests.integration.pipelines import nights
from tests.integration.pipelines.conftest import Company

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The company's home, to be spoiled: afterwards it is put back. Its lake only works where it was made."""
    backup = tmp_path_factory.mktemp("backup") / "home"
    subprocess.run(["cp", "-a", company.home, backup], check=True)
    yield company.home
    shutil.rmtree(company.home)
    backup.rename(company.home)


def test_a_lost_warehouse_file_is_built_again_to_the_same_marts_and_ids(company: Company, home: Path) -> None:
    (home / "warehouse.duckdb").unlink()
    finished = nights.crm_warehouse(home, "demo", "--days", "0")
    assert finished.code == 0, finished.output
    assert nights.published_content(home) == company.second.marts
    # the same day read again appends nothing, and no id is given out anew
    assert nights.lake_content(home) == company.second.lake


def test_sources_that_cannot_be_read_say_why_and_the_others_are_published(home: Path) -> None:
    world = World.open(home / "simulator")
    mapping = (home / "legacy_crm.yaml").read_text()
    (home / "broken_crm.yaml").write_text(mapping.replace("from order_items", "from no_such_table"))
    (home / "mistyped_crm.yaml").write_text(mapping.replace("first_name:", "frist_name:", 1))
    with SalesforceSimulator(home / "simulator" / "salesforce.duckdb", clock=world.clock) as org:
        (home / "crm_sources.yaml").write_text(_configuration(org.url, f"http://127.0.0.1:{_unused_port()}"))
        secrets = {"SF_ID": org.client_id, "SF_WRONG_SECRET": "not-the-secret", "SF_SECRET": org.client_secret}
        day = world.today.isoformat()
        finished = nights.crm_warehouse(
            home, "run", "--as-of", day, "--attempts", "2", "--retry-seconds", "0", variables=secrets
        )

    assert finished.code == 3, finished.output
    said = " ".join(finished.output.split())
    assert "published with failures" in said
    for name in ("wrong_password", "nobody_there", "broken_crm", "mistyped_crm"):
        assert name in said, said
    assert "no_such_table" in said and "first_name" in said
    assert "Traceback" not in said and "not-the-secret" not in said
    [(published,)] = nights.query(home, "select count(*) from meta.sources where source = 'sound'")
    assert published == 1
    with nights.open_lake(home) as lake:
        read = lake.connection.execute(
            "select count(*) from lake.ingest.windows where _source = 'broken_crm' and table_name like '%customers'"
        ).fetchone()
    assert read is not None and read[0] > 0, "the broken source's other tables were read"


def _configuration(url: str, dead_url: str) -> str:
    salesforce = 'type: salesforce, auth: client_credentials, client_id: "${SF_ID}", client_secret: "${%s}"'
    return f"""
sources:
  wrong_password: {{{salesforce % "SF_WRONG_SECRET"}, login_url: "{url}"}}
  nobody_there: {{{salesforce % "SF_SECRET"}, login_url: "{dead_url}"}}
  broken_crm: {{type: mapped, mapping: broken_crm.yaml}}
  mistyped_crm: {{type: mapped, mapping: mistyped_crm.yaml}}
  sound: {{type: mapped, mapping: order_export.yaml}}
"""


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_failed_gate_keeps_the_last_published_file(home: Path) -> None:
    before = nights.query(home, "select run_id from meta.run")
    location = LakeLocation(f"sqlite:{home}/lake/catalog.sqlite", home / "lake" / "files", home / "extensions")
    with Lake(location) as lake:
        # the same record twice in one commit: what the log promises never to hold
        lake.connection.execute(
            "insert into lake.salesforce.account by name"
            " select * from lake.salesforce.account where _op = 'upsert' limit 1"
        )
    finished = nights.crm_warehouse(home, "demo", "--days", "0")

    assert finished.code == 1, finished.output
    assert "nothing was published" in " ".join(finished.output.split())
    assert "salesforce.account" in finished.output
    assert nights.query(home, "select run_id from meta.run") == before


def test_a_typo_in_the_configuration_names_the_line_and_the_nearest_word(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    config = tmp_path / "home" / "crm_sources.yaml"
    config.write_text("sources:\n  emea:\n    type: salesfroce\n")
    finished = nights.crm_warehouse(tmp_path / "home", "run")
    assert finished.code == 1
    said = " ".join(finished.output.split())
    assert "crm_sources.yaml:3" in said and "salesforce" in said
    assert "Traceback" not in said


def test_only_one_run_at_a_time_works_on_a_warehouse(home: Path) -> None:
    with (home / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = nights.crm_warehouse(home, "demo", "--days", "0")
    assert finished.code == 1
    assert "busy" in finished.output
