"""The command line answers at once, explains itself, and shows an error of the user's as one message."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.cli.show import Display
from pipelines.progress import Progress, listening, report
from pipelines.settings import Settings
from pipelines.simulating import serve_simulator
from sources.lake import Lake, install_extensions
from sources.simulators.company.branches import SIMULATED

COMMANDS = ("init", "demo", "run", "ingest", "sources", "query", "publish", "simulate", "ui")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    monkeypatch.delenv("CRM_CONFIG", raising=False)
    return tmp_path


def test_help_names_every_command_and_the_exit_codes() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(command in shown.output for command in COMMANDS)
    assert "Exit codes" in shown.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_ends_in_a_full_stop(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "." in shown.output.split("─")[0]


def test_help_loads_neither_dagster_nor_dbt_nor_great_expectations() -> None:
    script = (
        "import sys; from pipelines.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'dagster', 'dbt', 'great_expectations', 'duckdb', 'pandas'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip().endswith("[]")


def test_init_writes_a_configuration_that_loads_and_never_overwrites_one(home: Path) -> None:
    from sources.config import load_config

    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert load_config(home / "crm_sources.yaml").sources == ()
    (home / "crm_sources.yaml").write_text("sources: {}\n")
    again = CliRunner().invoke(app, ["init"])
    assert again.exit_code == 1
    assert "exists already" in again.output
    assert (home / "crm_sources.yaml").read_text() == "sources: {}\n"


def test_run_without_a_configuration_says_what_to_do(home: Path) -> None:
    shown = CliRunner().invoke(app, ["run"])
    assert shown.exit_code == 1
    assert "crm-warehouse init" in shown.output


def test_query_before_anything_is_published_says_so(home: Path) -> None:
    shown = CliRunner().invoke(app, ["query", "select 1"])
    assert shown.exit_code == 1
    assert "Nothing is published yet" in shown.output


@pytest.mark.slow
def test_query_of_the_lake_shows_the_ledger_and_cannot_change_it(home: Path) -> None:
    early = CliRunner().invoke(app, ["query", "--lake", "select 1"])
    assert early.exit_code == 1 and "There is no lake yet" in early.output
    settings = Settings.from_environment()
    install_extensions(settings.extensions)
    with Lake(settings.lake) as lake:
        lake.record_failure("shop", "orders", ValueError("out of paper"), "run-1")
    shown = CliRunner().invoke(app, ["query", "--lake", "select _source, error from lake.ingest.failures", "--csv"])
    assert shown.output.splitlines()[1:] == ["shop,out of paper"]
    refused = CliRunner().invoke(app, ["query", "--lake", "delete from lake.ingest.failures"])
    assert refused.exit_code == 1 and "read-only" in refused.output


def test_query_shows_a_table_or_csv_and_cannot_change_anything(home: Path) -> None:
    import duckdb

    (home / "published").mkdir()
    with duckdb.connect(str(home / "published" / "crm.duckdb")) as connection:
        connection.execute("create table customers as select 1 as id, 'Ann, Bo' as name")
    table = CliRunner().invoke(app, ["query", "from customers"])
    assert "Ann, Bo" in table.output and "id" in table.output
    csv = CliRunner().invoke(app, ["query", "from customers", "--csv"])
    assert csv.output == 'id,name\n1,"Ann, Bo"\n'
    refused = CliRunner().invoke(app, ["query", "drop table customers"])
    assert refused.exit_code == 1
    assert "read-only" in refused.output


def test_an_unknown_source_or_simulator_is_named_with_what_there_is(home: Path) -> None:
    (home / "crm_sources.yaml").write_text("sources: {emeas: {type: mapped, mapping: emeas.yaml}}\n")
    unknown = CliRunner().invoke(app, ["sources", "check", "emea"])
    assert unknown.exit_code == 1 and "there is no source 'emea'; did you mean 'emeas'?" in " ".join(
        unknown.output.split()
    )
    simulator = CliRunner().invoke(app, ["simulate", "sap"])
    assert simulator.exit_code == 1 and "salesforce" in simulator.output


@pytest.mark.parametrize("words", [["check"], ["list"], ["describe", "emea"]])
def test_no_source_to_speak_of_is_an_error_that_says_what_to_do(home: Path, words: list[str]) -> None:
    missing = CliRunner().invoke(app, ["sources", *words])
    assert missing.exit_code == 1 and "`crm-warehouse init` writes one" in " ".join(missing.output.split())
    (home / "crm_sources.yaml").write_text("sources:\n  # my_salesforce:\n")
    empty = CliRunner().invoke(app, ["sources", *words])
    assert empty.exit_code == 1 and "no source is configured in" in empty.output


@pytest.mark.parametrize("kind", ["dynamics", "hubspot", "salesforce", "zoho"])
def test_what_a_simulator_prints_is_a_source_that_passes_its_check(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    said: list[str] = []
    own = tmp_path_factory.mktemp("own")

    def pasted_meanwhile() -> None:
        shell, _, source = said[-1].partition("sources:\n")
        for name, value in re.findall(r"^export (\w+)=(.*)$", shell, re.M):
            monkeypatch.setenv(name, value)
        (own / "crm_sources.yaml").write_text(f"sources:\n{source}")
        monkeypatch.setenv("CRM_HOME", str(own))
        checked = CliRunner().invoke(app, ["sources", "check"])
        said.append(f"{checked.exit_code} {checked.output}")

    monkeypatch.setattr("sources.simulators.http.wait_until_interrupted", pasted_meanwhile)
    serve_simulator(Settings.from_environment(), kind, 0, 100, said.append)
    assert said[-1].startswith("0 ") and f"simulated_{kind}" in said[-1], said[-1]


@pytest.mark.parametrize("kind", ["dynamics", "hubspot", "zoho"])
def test_a_simulator_of_a_type_that_the_demos_company_does_not_use_is_served_empty_and_without_a_company(
    home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    said: list[str] = []
    answers: list[httpx.Response] = []

    def asked_meanwhile() -> None:
        (url,) = re.findall(r"on (http://\S+) until", said[-1])
        answers.append(httpx.get(url))

    monkeypatch.delitem(SIMULATED, kind)
    monkeypatch.setattr("sources.simulators.http.wait_until_interrupted", asked_meanwhile)
    serve_simulator(Settings.from_environment(), kind, 0, 100, said.append)
    assert "is empty" in said[0] and f"type {kind}" in said[0]
    assert [answer.status_code // 100 for answer in answers] == [4]
    assert not list(home.iterdir())


def test_the_demo_refuses_a_home_with_sources_of_ones_own(home: Path) -> None:
    (home / "crm_sources.yaml").write_text("sources: {}\n")
    shown = CliRunner().invoke(app, ["demo", "--customers", "100"])
    assert shown.exit_code == 1
    assert "another CRM_HOME" in shown.output
    assert (home / "crm_sources.yaml").read_text() == "sources: {}\n"


def test_a_new_task_finishes_the_one_before() -> None:
    from rich.progress import Progress as Bars

    bars = Bars(disable=True)
    display = Display(bars)
    for news in (Progress("Read a", "x", 5, unit="rows"), Progress("Read a", "y", 7), Progress("Build", total=3)):
        display.show(news)
    read, build = bars.tasks
    assert (read.completed, read.total, read.finished) == (12, 12, True)
    assert (build.completed, build.total, build.finished) == (0, 3, False)
    display.finish()
    assert build.finished


def test_progress_reaches_only_who_listens() -> None:
    heard: list[Progress] = []
    report("before")
    with listening(heard.append):
        report("Read a", "things", 3)
    report("after")
    assert heard == [Progress("Read a", "things", 3)]


def test_what_a_source_said_is_shown_with_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.cli import show_sources
    from sources.contract import Check

    said = "no column [customers] in [/exports/a.csv]"
    show_sources.checks({"shop": [Check("orders", False, said)]})
    assert said in capsys.readouterr().out


def test_what_could_not_be_read_ends_with_a_cross_and_what_was_read_when_tried_again_with_a_tick(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pipelines.cli import show
    from pipelines.progress import report

    with show.working() as display:
        report("Read zoho", "Deals", 3, unit="rows")
        report("Read zoho", failed="2 of 4 objects could not be read")
        report("Read shop", failed="1 of 1 objects could not be read")
        report("Read shop", "orders", 5, unit="rows")
        display.finish()
    zoho, shop = (line for line in capsys.readouterr().out.splitlines() if "Read" in line)
    assert "✗" in zoho and "2 of 4 objects could not be read" in zoho
    assert "✓" in shop and "could not" not in shop
