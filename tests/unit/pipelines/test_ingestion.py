"""Who is read how often: a source that fails for a passing reason again, one that fails for good once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines import ingestion
from sources.config import Reporting, SourceConfig, WarehouseConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.errors import ConfigError, SourceError, TransientSourceError
from sources.lake import Lake, LakeLocation, install_extensions

THINGS = SourceObject("Things", "things", ("id",), (Column("id", "bigint"),))
OTHERS = SourceObject("Others", "others", ("id",), (Column("id", "bigint"),))


@dataclass
class Source:
    """A source of one row per object that fails as it is told to, in order; counts how often it is read."""

    name: str
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    type: str = "test"

    def objects(self) -> tuple[SourceObject, ...]:
        return THINGS, OTHERS

    def clock(self) -> datetime:
        return datetime(2026, 1, 31, 2)

    def check(self) -> list[Check]:
        return []

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        return obj.columns

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        self.reads.append(obj.table)
        if self.failures.get(obj.table):
            raise self.failures[obj.table].pop(0)
        return Extract(obj, obj.columns, window, "(select 1::bigint as id)", is_typed=True)

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> LakeLocation:
    folder = tmp_path_factory.mktemp("lake")
    install_extensions(folder / "extensions")
    return LakeLocation(f"sqlite:{folder / 'catalog.sqlite'}", folder / "files", folder / "extensions")


@pytest.fixture
def read(
    location: LakeLocation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., list[ingestion.Read]]]:
    """Read the given sources as one night does, without pauses."""

    def reading(*sources: Any, attempts: int = 3) -> list[ingestion.Read]:
        def create(config: SourceConfig) -> Any:
            found = next(each for each in sources if each.name == config.name)
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(ingestion, "create", create)
        monkeypatch.setattr(ingestion, "declared_objects", lambda _: ())
        configs = tuple(SourceConfig(each.name, "test", {}) for each in sources)
        night: Any = SimpleNamespace(
            config=WarehouseConfig(Path("crm_sources.yaml"), Reporting(), configs),
            settings=SimpleNamespace(staging=tmp_path),
            run_id="run",
            attempts=attempts,
            retry_seconds=0,
            full_refresh=False,
        )
        with Lake(location) as lake:
            return ingestion.read_sources(night, lake, "test", None, lambda _: None)

    yield reading


def _passing(name: str) -> TransientSourceError:
    return TransientSourceError(name, "Things", "timed out")


def test_what_fails_for_a_passing_reason_is_read_again_and_nothing_else_is(read: Callable[..., Any]) -> None:
    source = Source("shaky", {"things": [_passing("shaky")]})
    reads = read(source)
    assert [each.error for each in reads] == [None, None]
    assert source.reads == ["things", "others", "things"]


def test_a_source_is_given_up_after_the_last_attempt(read: Callable[..., Any]) -> None:
    source = Source("down", {"things": [_passing("down") for _ in range(9)]})
    reads = read(source, attempts=2)
    assert source.reads.count("things") == 2
    assert {each.table: each.error is None for each in reads} == {"things": False, "others": True}


def test_what_fails_for_good_is_read_once(read: Callable[..., Any]) -> None:
    source = Source("wrong", {"things": [SourceError("wrong", "Things", "no such table")]})
    read(source)
    assert source.reads == ["things", "others"]


def test_one_source_failing_does_not_stop_another(read: Callable[..., Any]) -> None:
    broken, sound = Source("broken", {"things": [SourceError("broken", "Things", "gone")]}), Source("sound")
    reads = read(broken, sound)
    assert sound.reads == ["things", "others"]
    assert [each.source for each in reads if each.error is not None] == ["broken"]


def test_a_source_that_cannot_even_be_made_is_recorded_and_passed_over(
    read: Callable[..., Any], location: LakeLocation
) -> None:
    mistyped = ConfigError("legacy.yaml", 7, "unknown column")
    mistyped.name = "mistyped"  # type: ignore[attr-defined]
    reads = read(mistyped, Source("sound_too"))
    assert [(each.source, each.table) for each in reads if each.error is not None] == [("mistyped", None)]
    with Lake(location, read_only=True) as lake:
        recorded = lake.connection.execute("select error from lake.ingest.failures where _source = 'mistyped'")
        assert recorded.fetchall() == [("legacy.yaml:7: unknown column",)]
