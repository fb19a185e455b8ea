"""The landing gate looks at everything once, and from then on at what landed since it last passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines import landing
from pipelines.settings import Settings
from quality.suite import SuiteResult
from sources.discovery import declared_objects
from sources.lake import Lake, install_extensions

pytestmark = pytest.mark.slow

AS_OF = date(2026, 1, 10)
Land = Callable[..., None]
Gate = Callable[..., SuiteResult]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path, tmp_path / "crm_sources.yaml", f"sqlite:{tmp_path / 'lake' / 'catalog.sqlite'}")
    install_extensions(settings.extensions)
    return settings


@pytest.fixture
def lake(settings: Settings) -> Iterator[Lake]:
    with Lake(settings.lake) as lake:
        lake.declare("salesforce", declared_objects("salesforce"))
        yield lake


@pytest.fixture
def land(lake: Lake) -> Land:
    """Return a function that writes contacts ``first`` to ``first + rows`` of one commit into the log."""

    def write(
        first: int, rows: int, hour: int, key: str = "'0030000000000' || lpad(i::varchar, 2, '0') || 'AAA'"
    ) -> None:
        lake.connection.execute(
            'insert into lake.salesforce.contact (_source, _record_id, _op, _loaded_at, "LastName", "SystemModstamp")'
            f" select 'org', {key}, 'upsert', timestamp '2026-01-11' + to_hours({hour}), 'x', timestamp '2026-01-05'"
            f" from range({first}, {first + rows}) as r(i)"
        )

    return write


@pytest.fixture
def gate(settings: Settings) -> Gate:
    def run(as_of: date = AS_OF) -> SuiteResult:
        return landing.run_gate(settings, "salesforce", run_id="r", as_of=as_of)

    return run


def looked_at(result: SuiteResult) -> int:
    return int(result.statistics["rows"]["salesforce.contact"])


def test_only_what_landed_since_the_gate_last_passed_is_looked_at(land: Land, gate: Gate) -> None:
    land(0, 50, 1)
    assert (looked_at(gate()), looked_at(gate())) == (50, 0)
    land(48, 4, 2)
    assert looked_at(gate()) == 4


def test_what_did_not_pass_is_looked_at_again(land: Land, gate: Gate) -> None:
    land(0, 10, 1)
    assert gate().passed
    land(10, 1, 2, key="'too short'")
    assert not gate().passed
    land(20, 5, 3)
    result = gate()
    assert "ids of 18 characters" in result.failures[0] and looked_at(result) == 6


def test_a_row_with_an_old_stamp_meets_its_twin(land: Land, gate: Gate) -> None:
    land(0, 10, 1)
    assert gate().passed
    land(20, 5, 2)
    assert gate().passed
    land(3, 1, 1)
    [failure] = gate().failures
    assert "expected every _key once; found 2 of" in failure


def test_everything_is_looked_at_again_for_an_earlier_day_another_suite_or_another_lake(
    land: Land, gate: Gate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(0, 50, 1)
    assert gate().passed
    assert looked_at(gate(date(2026, 1, 9))) == 50
    assert looked_at(gate(date(2026, 1, 9))) == 0
    record = settings.quality / "landing_salesforce.json"
    written = record.read_text()
    for broken in (
        written.replace('"suite": "', '"suite": "0'),
        written.replace('"at": ', '"at": 1'),
        "",
    ):
        record.write_text(broken)
        assert looked_at(gate()) == 50


def test_a_table_that_came_after_the_last_pass_is_looked_at(lake: Lake, land: Land, gate: Gate) -> None:
    land(0, 5, 1)
    lake.connection.execute("drop table lake.salesforce.contact")
    lake.connection.execute("create table lake.salesforce.other (_loaded_at timestamp)")
    lake.declare("salesforce", declared_objects("salesforce"))
    assert gate().passed
    lake.connection.execute("create table lake.salesforce.newer (_loaded_at timestamp)")
    lake.connection.execute("insert into lake.salesforce.newer values (timestamp '2026-01-11')")
    land(0, 7, 2)
    assert looked_at(gate()) == 7
