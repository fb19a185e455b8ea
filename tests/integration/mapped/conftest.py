"""A lake, and a mapped source whose mapping file is written by the test."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sources.config import SourceConfig
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, LakeLocation
from sources.lake.schema import TECHNICAL, log_columns, normalised
from sources.mapped import create, publish_views


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


@dataclass
class MappedSource:
    """A mapped source in ``folder`` and the lake it is read into."""

    lake: Lake
    folder: Path
    name: str = "old_crm"
    runs: int = 0

    def write(self, mapping: str) -> None:
        """Write the mapping file."""
        (self.folder / f"{self.name}.yaml").write_text(mapping, encoding="utf-8")

    @property
    def config(self) -> SourceConfig:
        return SourceConfig(self.name, "mapped", {"mapping": f"{self.name}.yaml"}, self.folder / "crm_sources.yaml")

    def night(self, *, publish: bool = True, **options: Any) -> dict[str, ObjectResult]:
        """Read every table once, publish the views, and return each table's result."""
        self.runs += 1
        connector = create(self.config)
        try:
            done = ingest(connector, self.lake, f"run-{self.runs}", staging=self.folder / "staging", **options)
            results = {result.object_name: result for result in done}
        finally:
            connector.close()
        if publish:
            publish_views(self.lake, [self.config])
        return results

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the lake."""
        return self.lake.connection.execute(sql).fetchall()

    def living(self, table: str, columns: str = "_record_id") -> list[tuple[Any, ...]]:
        """Return the latest state of the records of a lake table that are not deleted."""
        return self.rows(
            f"select {columns} from (select * from lake.mapped.{table} qualify row_number() over"
            " (partition by _source, _record_id order by _loaded_at desc) = 1) where _op = 'upsert' order by all"
        )

    def columns(self, table: str) -> dict[str, str]:
        """Return the source columns of a lake table and their types."""
        columns = log_columns(self.lake.connection, "mapped")[table]
        return {name: kind for name, kind in columns.items() if name not in TECHNICAL}

    def described(self, table: str) -> dict[str, str]:
        """Return the columns that the connector describes of a table of the mapping file, types as DuckDB has them."""
        with closing(create(self.config)) as connector:
            (obj,) = [each for each in connector.objects() if each.name == table]
            return {each.name: each.type for each in normalised(self.lake.connection, connector.describe(obj))}

    def rejects(self) -> list[tuple[Any, ...]]:
        """Return record, field and raw value of everything refused so far."""
        return self.rows("select _record_id, field, raw_value from lake.ingest.rejected_rows order by all")


@pytest.fixture
def source(lake: Lake, tmp_path: Path) -> MappedSource:
    """A mapped source without a mapping file yet."""
    return MappedSource(lake, tmp_path)


@pytest.fixture
def another(lake: Lake, tmp_path: Path) -> Callable[[str], MappedSource]:
    """Make further mapped sources over the same lake."""
    return lambda name: MappedSource(lake, tmp_path, name)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The folder files are dropped into."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def deliver(folder: Path, name: str, content: str | bytes) -> Path:
    """Drop a file that was finished a minute ago."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (time.time() - 60,) * 2)
    return path
