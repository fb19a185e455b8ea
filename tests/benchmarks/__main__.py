"""Run every benchmark and write BENCHMARKS.md: ``make bench``. Takes about an hour on two cores."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
HEAD = """# Benchmarks

Written by `make bench`. Machines are noisy, so read the ratios: both sides of each were measured in one run. Figures
are medians. This run: Python {python}, DuckDB {duckdb}, {cores}.

"""
BENCHES = {
    "bench_postgres_to_lake": ("--rows", "3000000", "--rounds", "5"),
    "bench_json_to_lake": ("--rows", "200000", "--rounds", "5"),
    "bench_salesforce_to_lake": ("--rows", "100000", "1000000", "3000000", "--rounds", "3"),
    "bench_nights": ("--customers", "100000", "--rounds", "5"),
    "bench_demo": ("--rounds", "5"),
    "bench_marts": ("--customers", "100000", "--rounds", "5"),
    "bench_marts_churn": ("--seeds", "5"),
    "bench_marts_promotion": ("--seeds", "100"),
    "bench_marts_value": ("--seeds", "50"),
    "bench_marts_sales": ("--seeds", "12"),
    "bench_identity": ("--records", "1000000", "--customers", "100000", "--rounds", "3"),
}


def main() -> None:
    import os

    cores = f"{os.cpu_count()} cores, {platform.machine()}"
    sections = []
    for name, arguments in BENCHES.items():
        print(f"{name} …", flush=True)
        command = [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout, flush=True)
        sections.append(f"{done.stdout.strip()}\n\n`{' '.join(['python', *command[1:]])}`\n")
    head = HEAD.format(python=platform.python_version(), duckdb=duckdb.__version__, cores=cores)
    (ROOT / "BENCHMARKS.md").write_text(head + "\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
