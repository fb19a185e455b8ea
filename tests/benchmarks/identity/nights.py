"""Nights of matching over synthetic people, ours and stock Splink's: the first, later ones, and one with little news.

Each run is a process of its own over files made beforehand; what it costs is the match step, from records in the
forms in which they are compared (ours) or plainly cleaned (stock) to clusters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.benchmarks.identity import ours, stock_splink
from tests.benchmarks.identity.children import run_child
from tests.benchmarks.identity.datasets import write_warehouse
from tests.benchmarks.identity.evaluate import Score, score, scores_over_thresholds
from tests.benchmarks.identity.people import People

CHANGED = 0.01


@dataclass(frozen=True)
class Run:
    """One run of one matcher: wall and CPU seconds, peak MB, its clusters' score, and all else that it told."""

    wall: float
    cpu: float
    peak: float
    score: Score
    told: dict[str, Any]


class Nights:
    """The files of a first night and of the next, and the runs over them; everything is below ``folder``."""

    def __init__(self, folder: Path, people: People) -> None:
        """Write both nights' records, for us and for stock Splink."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.first, self.next = folder / "first.duckdb", folder / "next.duckdb"
        write_warehouse("people", self.first, people)
        write_warehouse("people", self.next, people, CHANGED)
        for night in (self.first, self.next):
            with duckdb.connect(str(night), read_only=True) as connection:
                stock_splink.prepare(connection, night.with_suffix(".stock.parquet"))

    def stock(self, night: Path, *, is_later: bool) -> Run:
        """Run stock Splink, training it, or with the model that its last training left."""
        home = self.folder / "stock"
        home.mkdir(exist_ok=True)
        people = str(night.with_suffix(".stock.parquet"))
        told = run_child("tests.benchmarks.identity.stock_splink", people, str(home), *["--later"] * is_later)
        with _opened(night) as connection:
            connection.execute(f"create temp view found as from '{home / 'clusters.parquet'}'")
            return _run(told, score(connection, "found", "truth"))

    def learn(self) -> Run:
        """Match the first night with no model and nothing matched before."""
        (self.folder / "models.json").unlink(missing_ok=True)
        return self._match(self._fresh(self.first, "ours.duckdb"), self.first)

    def change(self) -> Run:
        """Match the next night after `learn`: the little that is new against all that is known."""
        work = self.folder / "ours.duckdb"
        with duckdb.connect(str(work)) as connection:
            connection.execute(
                f"""
                attach '{self.next}' as next (read_only);
                create or replace table intermediate.int_customers__features as
                from next.intermediate.int_customers__features;
                """
            )
        return self._match(work, self.next)

    def match_all(self) -> Run:
        """Match the next night whole with the stored model, as after the loss of the warehouse."""
        return self._match(self._fresh(self.next, "whole.duckdb"), self.next)

    def idle(self) -> Run:
        """Match once more after `change`, with nothing new."""
        return self._match(self.folder / "ours.duckdb", self.next)

    def differing_records(self) -> int:
        """Return how many records `change` and `match_all` left in different company."""
        sets = {}
        for name in ("ours", "whole"):
            with _opened(self.folder / f"{name}.duckdb") as connection:
                sets[name] = connection.execute(
                    f"select record_key, min(record_key) over (partition by cluster) as first from ({ours.CLUSTERS})"
                ).to_arrow_table()
        with duckdb.connect() as connection:
            for name, table in sets.items():
                connection.register(f"{name}_found", table)
            row = connection.execute("select count(*) from (from ours_found except from whole_found)").fetchone()
        return int(row[0]) if row else 0

    def _fresh(self, night: Path, name: str) -> Path:
        return Path(shutil.copy(night, self.folder / name))

    def _match(self, warehouse: Path, night: Path) -> Run:
        told = run_child("tests.benchmarks.identity.ours", str(warehouse), str(self.folder / "models.json"))
        return _run(told, score_ours(warehouse, night))


def score_ours(warehouse: Path, night: Path) -> Score:
    """Score the clusters in ``warehouse`` by the truth that ``night`` holds."""
    with _opened(warehouse) as connection:
        connection.execute(f"create temp table found as {ours.CLUSTERS}")
        connection.execute(f"attach '{night}' as night (read_only)")
        return score(connection, "found", "night.truth")


def curve_of(warehouse: Path, night: Path, thresholds: Sequence[float]) -> dict[float, Score]:
    """Return precision against recall: the pairs in ``warehouse`` joined at each threshold, without guards."""
    with _opened(warehouse) as connection:
        connection.execute(f"create temp table pairs as {ours.PAIRS}")
        connection.execute(f"attach '{night}' as night (read_only)")
        return scores_over_thresholds(connection, "pairs", "night.truth", thresholds)


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse under the name by which its views know it."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only); use warehouse")
        yield connection


def _run(told: dict[str, Any], found: Score) -> Run:
    return Run(told["wall"], told["cpu"], told["peak"], found, told)
