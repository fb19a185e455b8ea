"""Credentials of every connector type are looked for in all that is told of them: it finds new types by itself."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import dagster as dg
import pytest
from typer.testing import CliRunner

from pipelines import ingestion
from pipelines.cli import app
from pipelines.defs.ingestion import _reader
from pipelines.lakes import keep_open, open_lake
from pipelines.resources import Night
from pipelines.settings import Settings
from sources.discovery import connector_types, create
from sources.errors import CrmWarehouseError
from sources.lake import install_extensions
from sources.lake.ledger import TABLES
from tests.planted import Planted

pytestmark = pytest.mark.slow

WRONG = "wrong~but/planted+too&"


@dataclass(frozen=True)
class House:
    """A CRM_HOME whose lake and Dagster history stay open: to open them costs more than these readings."""

    home: Path
    settings: Settings
    instance: dg.DagsterInstance


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all types; afterwards the environment is as it was."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("CRM_", "DAGSTER_"))]:
        del os.environ[name]
    home = tmp_path_factory.mktemp("house") / "home"
    home.mkdir()
    os.environ["CRM_HOME"] = str(home)
    settings = Settings.from_environment()
    settings.export()
    install_extensions(settings.extensions)
    with keep_open(settings), dg.DagsterInstance.get() as instance:
        yield House(home, settings, instance)
    os.environ.clear()
    os.environ.update(before)


class Told:
    """Everything that was told: where, and the text."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def add(self, where: str, text: object) -> None:
        self.texts.append((where, str(text)))

    def of(self, secret: str) -> list[str]:
        """Return where a secret is, also as it is written in URLs, JSON and Python."""
        spellings = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
        return [where for where, text in self.texts if any(each in text for each in spellings)]


def planted_of(connector_type: str) -> Any:
    try:
        module = importlib.import_module(f"tests.integration.{connector_type}.planted")
    except ModuleNotFoundError:
        pytest.fail(f"tests/integration/{connector_type}/planted.py is missing; tests/planted.py says what it offers")
    return module.planted


@pytest.mark.parametrize("connector_type", connector_types())
def test_the_credentials_of_a_source_are_told_nowhere(
    connector_type: str,
    request: pytest.FixtureRequest,
    house: House,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    told = Told()
    with planted_of(connector_type)(request) as planted:
        name = _configure(house, connector_type, planted)
        os.environ.update(planted.variables)
        assert _night(house, connector_type, planted, told, "in health") is None
        _questions(house, name, planted, told, "in health")
        for variable in planted.variables:
            os.environ.update(planted.variables | {variable: WRONG + variable})
            # what is no secret may be wrong and be refused, or not be asked for: only what is told counts
            _night(house, connector_type, planted, told, f"wrong {variable}")
            _questions(house, name, planted, told, f"wrong {variable}")
        os.environ.update(planted.variables)
        for lets_in in (True, False):
            planted.refuse(lets_in)
            assert _night(house, connector_type, planted, told, f"refused, signed in: {lets_in}") is not None
            _questions(house, name, planted, told, f"refused, signed in: {lets_in}")
        words = [word for each in planted.objects for word in ("--object", each)]
        told.add("ingest", CliRunner().invoke(app, ["ingest", name, "--attempts", "1", *words]).output)
        secrets = [*planted.variables.values(), *(WRONG + each for each in planted.variables), *planted.issued()]
    told.add("log", caplog.text)
    told.add("output", "".join(capfd.readouterr()))
    _add_ledger(house, told)
    _add_files(house, told)
    assert all(len(secret) >= 8 for secret in secrets)
    assert {where: secret for secret in secrets for where in told.of(secret)} == {}


def _configure(house: House, connector_type: str, planted: Planted) -> str:
    """Write crm_sources.yaml, whose own check refuses a secret that is no ``${NAME}``; return the source's name."""
    name = f"planted_{connector_type}"
    source = json.dumps({"type": connector_type, **planted.options})
    house.settings.config.write_text(f"sources: {{{name}: {source}}}\n")
    files = [Path(str(value)) for value in planted.options.values() if str(value).endswith(".yaml")]
    given = "".join(path.read_text() for path in [house.settings.config, *files])
    assert all(f"${{{variable}}}" in given for variable in planted.variables), "planted and not used"
    return name


def _questions(house: House, name: str, planted: Planted, told: Told, when: str) -> None:
    """Ask whatever shows something of a source."""
    config = house.settings.load_config()
    told.add(f"{when}: configuration", repr(config))
    with closing(create(config.sources[0])) as connector:
        with contextlib.suppress(CrmWarehouseError):
            connector.clock()
        told.add(f"{when}: connector", (repr(connector), str(connector)))
    for words in (["check", name], ["describe", name, planted.objects[0]]):
        told.add(f"{when}: {words}", CliRunner().invoke(app, ["sources", *words]).output)


def _night(house: House, connector_type: str, planted: Planted, told: Told, when: str) -> BaseException | None:
    """Read as the nightly job does, tell all that Dagster keeps of it, and return the error of reading."""
    kept: list[ingestion.Read] = []
    read = ingestion._read_source

    def watched(*given: Any) -> Iterator[ingestion.Read]:
        for each in read(*given):
            kept.append(each)
            yield each

    config = house.settings.load_config()
    reader = _reader(connector_type, config)
    tables = {obj.table for obj in create(config.sources[0]).objects() if obj.name in planted.objects}
    wanted = [key for key in reader.keys if key.path[-1] in tables]
    resources = {"night": Night(attempts=1, retry_seconds=0)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingestion, "_read_source", watched)
        done = dg.materialize(
            [reader], selection=wanted, resources=resources, instance=house.instance, raise_on_error=False
        )
    for record in house.instance.all_logs(done.run_id):
        told.add(f"{when}: Dagster's log", dg.serialize_value(record))
    told.add(f"{when}: Dagster's run", dg.serialize_value(done.dagster_run))
    told.add(f"{when}: metadata", [each.materialization.metadata for each in done.get_asset_materialization_events()])
    errors = [each.error for each in kept if each.error]
    for error in errors:
        told.add(f"{when}: error", (str(error), repr(error), "".join(traceback.format_exception(error))))
    told.add(f"{when}: results", kept)
    assert done.success and kept
    return errors[0] if errors else None


def _add_ledger(house: House, told: Told) -> None:
    with open_lake(house.settings, read_only=True) as lake:
        found = {table: lake.connection.execute(f"select * from lake.{table}").fetchall() for table in TABLES}
    assert found["ingest.windows"] and found["ingest.failures"]
    for table, rows in found.items():
        told.add(f"lake.{table}", rows)


def _add_files(house: House, told: Told) -> None:
    """Whatever was left in files: Dagster's history, the catalog, staged pages."""
    files = [path for path in house.home.rglob("*") if path.is_file() and "extensions" not in path.parts]
    assert [path for path in files if "dagster" in path.parts]
    for path in files:
        told.add(str(path.relative_to(house.home)), path.read_bytes().decode("latin-1"))
