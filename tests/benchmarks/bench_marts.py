"""What rebuilding every mart costs against the floor under it: one scan and one sort of what the marts are made of.

A demo company gets one night; then, in turns, the marts are built again (the computations of Python and dbt's step
for the marts, each in a process of its own that has to start) and bare DuckDB writes every relation that they read
into a table, sorted by its first column.

    python -m tests.benchmarks.bench_marts --customers 100000 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.analytics.areas import AREAS, area
from pipelines.dbt import manifest_path
from pipelines.settings import Settings
from sources.quoting import identifier, quoted
from sources.simulators.world import World
from tests.benchmarks.bench_nights import served_night
from tests.benchmarks.processes import COMMAND, Measured, measure

_MARTS = "group:analytics or key:marts/*"
SECONDS = "wall s (median)"


def inputs(settings: Settings) -> list[str]:
    """Return ``schema.table`` of everything outside the marts that a mart or a computation reads."""
    nodes = json.loads(manifest_path(settings).read_text(encoding="utf-8"))["nodes"]
    marts = [each for each in nodes.values() if each["resource_type"] == "model" and each["schema"] == "marts"]
    read = {parent for mart in marts for parent in mart["depends_on"]["nodes"] if parent in nodes}
    named = {(nodes[each]["schema"], nodes[each]["alias"]) for each in read}
    named |= {tuple(each.split("/")) for name in AREAS for each in area(name).READS}
    return sorted(f"{schema}.{table}" for schema, table in named if schema != "marts")


def floor(warehouse: Path, relations: list[str]) -> float:
    """Return the seconds that bare DuckDB needs to read and sort every relation into a table."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        started = time.perf_counter()
        for relation in relations:
            schema, table = relation.split(".")
            name = f"warehouse.{identifier(schema)}.{identifier(table)}"
            connection.execute(f"create or replace temp table sorted as select * from {name} order by 1")
        return time.perf_counter() - started


def bench(customers: int, rounds: int) -> str:
    """Return a Markdown section with the medians of ``rounds`` rebuilds and as many floors."""
    home = Path(tempfile.mkdtemp(prefix="crm-marts-"))
    settings = Settings(home, home / "crm_sources.yaml", f"sqlite:{home}/lake/catalog.sqlite")
    rebuilds: list[Measured] = []
    starts: list[Measured] = []
    floors: list[float] = []
    try:
        world = World.create(settings.simulator, customers, 1)
        served_night(settings, world)
        relations = inputs(settings)
        day = ["--as-of", world.today.isoformat()]
        for _ in range(rounds):
            rebuilds.append(measure([str(COMMAND), "run", *day, "--select", _MARTS], home))
            # one seed of ten rows: what any such process costs before and after its work
            starts.append(measure([str(COMMAND), "run", *day, "--select", "key:seeds/source_priorities"], home))
            floors.append(floor(settings.warehouse, relations))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return report(customers, len(relations), rebuilds, starts, floors)


def report(
    customers: int, relations: int, rebuilds: list[Measured], starts: list[Measured], floors: list[float]
) -> str:
    bare = statistics.median(floors)
    whole, start = (statistics.median(each.wall for each in runs) for runs in (rebuilds, starts))
    peak = max(each.peak for each in rebuilds)
    return "\n".join(
        [
            f"### Every mart rebuilt against its floor, {customers:,} customers, {len(floors)} rounds",
            "",
            f"| | {SECONDS} | ratio to the floor |",
            "|---|---|---|",
            f"| floor: {relations} relations read and sorted by bare DuckDB | {bare:.1f} | 1.0 |",
            f"| every mart and computation, in a process of its own | {whole:.1f} | {whole / bare:.1f} |",
            f"| a process that builds one seed | {start:.1f} | {start / bare:.1f} |",
            f"| the difference: the marts alone | {whole - start:.1f} | {(whole - start) / bare:.1f} |",
            "",
            f"Peak {peak:.0f} MB.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(bench(given.customers, given.rounds))


if __name__ == "__main__":
    main()
