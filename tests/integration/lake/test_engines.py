"""The lake knows which DuckDB computed its row hashes, and says so when another one does not agree."""

from __future__ import annotations

import duckdb
import pytest

from sources.lake import Lake, LakeLocation

ENGINES = "select duckdb_version from lake.ingest.engines order by first_used_at"


def test_the_engine_that_hashes_is_noted_once(location: LakeLocation, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        with Lake(location) as lake:
            assert lake.connection.execute(ENGINES).fetchall() == [(f"v{duckdb.__version__}",)]
    assert not caplog.records


def test_another_engine_with_the_same_hashes_is_noted_without_a_word(
    location: LakeLocation, caplog: pytest.LogCaptureFixture
) -> None:
    with Lake(location) as lake:
        lake.connection.execute("update lake.ingest.engines set duckdb_version = 'v1.4.0'")
    with Lake(location) as lake:
        assert lake.connection.execute(ENGINES).fetchall() == [("v1.4.0",), (f"v{duckdb.__version__}",)]
    assert not caplog.records


def test_an_engine_with_other_hashes_is_told_of_once(location: LakeLocation, caplog: pytest.LogCaptureFixture) -> None:
    with Lake(location) as lake:
        lake.connection.execute("update lake.ingest.engines set duckdb_version = 'v9.0.0', hash_probe = 'other'")
    for _ in range(2):
        with Lake(location) as lake:
            assert len(lake.connection.execute(ENGINES).fetchall()) == 2
    (said,) = caplog.messages
    assert "v9.0.0" in said and "Nothing is lost" in said
