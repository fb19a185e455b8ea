"""What ``make demo`` costs after installation: the first night and the second, each in a fresh process and home.

python -m tests.benchmarks.bench_demo --rounds 5
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.processes import COMMAND, measure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    nights: dict[str, list] = {"first night": [], "second night": []}
    for _ in range(rounds):
        home = Path(tempfile.mkdtemp(prefix="crm-demo-"))
        for runs in nights.values():
            runs.append(measure([str(COMMAND), "demo"], home))
        shutil.rmtree(home)
    lines = [
        "### `make demo` at its default size, after installation",
        "",
        "| | runs | wall s (median) | CPU s (median) | peak MB |",
        "|---|---|---|---|---|",
    ]
    for name, runs in nights.items():
        wall, cpu = statistics.median(r.wall for r in runs), statistics.median(r.cpu for r in runs)
        lines.append(f"| {name} | {len(runs)} | {wall:.1f} | {cpu:.1f} | {max(r.peak for r in runs):.0f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
