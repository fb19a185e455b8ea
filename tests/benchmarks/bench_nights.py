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
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo import serving
from pipelines.settings import Settings
from sources.lake import Lake
from sources.simulators.world import World
from tests.benchmarks.processes import COMMAND, Measured, measure


@dataclass(frozen=True)
class Night:
    """One incremental night: its cost, the share of rows that changed, and whether it was a weekly reconciliation.

    Once a week the Salesforce connector reads every row of the org and compares it, whatever changed.
    """

    cost: Measured
    share: float
    is_reconciliation: bool


def last_run(settings: Settings) -> tuple[int, int, bool]:
    """Return rows the last run appended (changes and deletes), rows logged before it, and whether it read all."""
    with Lake(settings.lake, read_only=True) as lake:
        appended, before, is_whole = lake.connection.execute(
            """
            select
                sum(rows_appended + rows_deleted) filter (where run_id = last_run),
                sum(rows_appended) filter (where run_id <> last_run),
                bool_or(is_snapshot) filter (where run_id = last_run and table_name = 'account')
            from lake.ingest.windows, (select arg_max(run_id, committed_at) as last_run from lake.ingest.windows)
            """
        ).fetchone() or (0, 0, False)
    return int(appended or 0), int(before or 0), bool(is_whole)


def night(home: Path, day: str) -> Measured:
    return measure([str(COMMAND), "run", "--as-of", day], home)


def bench(customers: int, rounds: int, changed: float) -> str:
    """Return a Markdown section with the medians of ``rounds`` full builds and as many incremental nights."""
    home = Path(tempfile.mkdtemp(prefix="crm-nights-"))
    floor_home = Path(tempfile.mkdtemp(prefix="crm-floor-"))
    settings = Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")
    full: list[Measured] = []
    nights: list[Night] = []
    try:
        world = World.create(settings.simulator, customers, 1)
        for _ in range(rounds):
            for leftover in ("lake", "warehouse.duckdb", "published", "dagster", "quality"):
                path = home / leftover
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            full.append(served_night(settings, world))
        days = 1
        while sum(not each.is_reconciliation for each in nights) < rounds:
            world.advance(days)
            cost = served_night(settings, world)
            appended, before, is_reconciliation = last_run(settings)
            share = appended / before
            if share >= changed * 0.8:
                nights.append(Night(cost, share, is_reconciliation))
            days = max(1, round(days * changed / share))
        floor = [measure([str(COMMAND), "run", "--as-of", "2020-01-01"], _empty(floor_home)) for _ in range(3)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(floor_home, ignore_errors=True)
    return report(customers, full, nights, floor)


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


def report(customers: int, full: list[Measured], nights: list[Night], floor: list[Measured]) -> str:
    lines = [
        f"### A night against a full build, {customers:,} customers",
        "",
        "| | runs | wall s (median) | CPU s (median) | peak MB | ratio to full |",
        "|---|---|---|---|---|---|",
    ]
    whole = statistics.median(each.wall for each in full)
    share = f"{statistics.median(each.share for each in nights):.1%} of rows changed"
    ordinary = [each.cost for each in nights if not each.is_reconciliation]
    weekly = [each.cost for each in nights if each.is_reconciliation]
    kinds = {
        "full build": full,
        f"night, {share}": ordinary,
        "night of the weekly reconciliation": weekly,
        "empty run (the floor)": floor,
    }
    for name, runs in kinds.items():
        if runs:
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
