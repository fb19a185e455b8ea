"""dbt finds the files of a lake that was moved, also before anything else opened it where it is now."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.integration.dbt.small_lake import SmallLake


@pytest.mark.slow
def test_dbt_reads_a_copied_lake_and_not_its_original(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path / "here")
    with Lake(lake.location) as opened:
        # enough rows for a Parquet file of their own
        opened.connection.execute(
            "insert into lake.salesforce.account (_source, _record_id, _op, _loaded_at)"
            f" select 'emea', range::varchar, 'upsert', timestamp '{datetime(2025, 1, 1)}' from range(5000)"
        )
    assert list(lake.location.files.rglob("*.parquet"))
    copy = tmp_path / "there"
    shutil.copytree(lake.settings.home, copy, symlinks=True)
    shutil.rmtree(lake.settings.home)
    said = SmallLake(copy).dbt("show", "--inline", "select 'rows ' || count(*) as found from lake.salesforce.account")
    assert "rows 5000" in said
