"""What an incremental night costs against a full build, and what the floor under both is.

The demo company is served from this process; every night is a fresh ``crm-warehouse run``, as a scheduler would
start it. Full builds start from an empty lake over the same company. Then days pass until at least ``--changed``
of all rows are new, changed or deleted, and one night brings them in.

    python -m tests.benchmarks.bench_nights --customers 100000 --rounds 5
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import duckdb

from pipelines.demo import serving
from pipelines.settings import Settings
from sources.simulators.world import World
from tests.benchmarks.processes import COMMAND, Measured, measure


def rows_of_last_run(published: Path) -> tuple[int, int]:
    """Return rows the last run appended (changes and deletes), and rows in the lake's logs before it."""
    catalog = published.parent.parent / "lake" / "catalog.sqlite"
    with duckdb.connect(config={"extension_directory": str(published.parent.parent / "extensions")}) as connection:
        connection.execute("load ducklake; load sqlite_scanner")
        connection.execute(f"attach 'ducklake:sqlite:{catalog}' as lake (read_only)")
        (appended, before) = connection.execute(
            """
            select
                sum(rows_appended + rows_deleted) filter (where run_id = last_run),
                sum(rows_appended) filter (where run_id <> last_run)
            from lake.ingest.windows, (select arg_max(run_id, committed_at) as last_run from lake.ingest.windows)
            """
        ).fetchone() or (0, 0)
    return int(appended or 0), int(before or 0)


def night(home: Path, day: str) -> Measured:
    return measure([str(COMMAND), "run", "--as-of", day], home)


def bench(customers: int, rounds: int, changed: float) -> str:
    """Return a Markdown section with the medians of ``rounds`` full builds and as many incremental nights."""
    home = Path(tempfile.mkdtemp(prefix="crm-nights-"))
    floor_home = Path(tempfile.mkdtemp(prefix="crm-floor-"))
    settings = Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")
    full: list[Measured] = []
    nights: list[Measured] = []
    shares: list[float] = []
    try:
        world = World.create(settings.simulator, customers, 1)
        for _ in range(rounds):
            for leftover in ("lake", "warehouse.duckdb", "published", "dagster"):
                path = home / leftover
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            full.append(served_night(settings, world))
        days = 1
        while len(nights) < rounds:
            world.advance(days)
            measured = served_night(settings, world)
            appended, before = rows_of_last_run(settings.published / "crm.duckdb")
            shares.append(appended / before)
            if shares[-1] >= changed * 0.8:
                nights.append(measured)
            days = max(1, round(days * changed / shares[-1]))
        floor = [measure([str(COMMAND), "run", "--as-of", "2020-01-01"], _empty(floor_home)) for _ in range(3)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(floor_home, ignore_errors=True)
    return report(customers, full, nights, shares[-len(nights) :], floor)


def served_night(settings: Settings, world: World) -> Measured:
    """Measure one night over the company as it is today."""
    with serving(settings, world):
        return night(settings.home, world.today.isoformat())


def _empty(home: Path) -> Path:
    """Return a home with no sources and no data, so that a run there costs only what every run costs."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / "crm_sources.yaml").write_text("sources: {}\n")
    return home


def report(
    customers: int, full: list[Measured], nights: list[Measured], shares: list[float], floor: list[Measured]
) -> str:
    lines = [
        f"### A night against a full build, {customers:,} customers",
        "",
        "| | runs | wall s (median) | CPU s (median) | peak MB | ratio to full |",
        "|---|---|---|---|---|---|",
    ]
    whole = statistics.median(each.wall for each in full)
    share = f"{statistics.median(shares):.1%} of rows changed"
    for name, runs in (("full build", full), (f"night, {share}", nights), ("empty run (the floor)", floor)):
        wall = statistics.median(each.wall for each in runs)
        cpu = statistics.median(each.cpu for each in runs)
        peak = max(each.peak for each in runs)
        lines.append(f"| {name} | {len(runs)} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {wall / whole:.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--changed", type=float, default=0.01)
    given = parser.parse_args()
    print(bench(given.customers, given.rounds, given.changed))


if __name__ == "__main__":
    main()
