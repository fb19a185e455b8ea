"""Products bought together, attribution and effects of campaigns against published figures and known truths.

- ``groceries``: association rules of the groceries set (groceries_long.parquet), published with the R package arules;
- ``attribution``: channels of PathData (attribution_paths.parquet), against the R package ChannelAttribution;
- ``lift``: how often the 95 % interval holds the true effect of a campaign, over ``--seeds`` synthetic companies.

    python -m tests.benchmarks.bench_marts_promotion --data <folder> [--part groceries ...]

The folder of the public sets is ``--data``, else ``$CRM_BENCH_DATA``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.promotions.lifts import Covered, coverage
from tests.benchmarks.promotions.published import Figure, attribution, groceries

FILES = {"groceries": "groceries_long.parquet", "attribution": "attribution_paths.parquet"}
PARTS = (*FILES, "lift")


def bench_published(title: str, figures: Sequence[Figure]) -> str:
    """Return the table of published figures and ours."""
    lines = [f"### {title}", "", "| | published | ours | difference | s |", "|---|---|---|---|---|"]
    lines += [
        f"| {each.name} | {each.published:,.1f} | {each.ours:,.1f} | {each.ours / each.published - 1:+.2%} |"
        f" {each.seconds:.2f} |"
        for each in figures
    ]
    return "\n".join(lines)


def bench_lift(seeds: int, customers: int) -> str:
    """Return how often intervals hold the truth, with and without held-out customers."""
    lines = [f"### 95 % intervals of the effects of campaigns: {seeds} companies of {customers:,} customers", ""]
    lines += [
        "| compared are | effect of | companies where measurable | truth within | mean width |",
        "|---|---|---|---|---|",
    ]
    for name, with_control in (("held-out customers", True), ("customers who had bought alike", False)):
        found = coverage(range(1, seeds + 1), customers, with_control=with_control)
        lines += [_row(name, each, found) for each in sorted(found.measured, key=_order)]
        print(f"{name} done", file=sys.stderr, flush=True)
    return "\n".join(lines)


def _row(name: str, each: str, found: Covered) -> str:
    measured, hits, widths = found.measured[each], found.hits[each], found.widths[each]
    return f"| {name} | {each} | {measured} | {hits} ({hits / measured:.0%}) | {sum(widths) / len(widths):.3f} |"


def _order(name: str) -> tuple[int, str]:
    digits = "".join(letter for letter in name if letter.isdigit())
    return (int(digits) if digits else 1000, name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("CRM_BENCH_DATA"))
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--customers", type=int, default=4000)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    given = parser.parse_args()
    parts: dict[str, Callable[[Path], str]] = {
        "groceries": lambda file: bench_published("Rules of the groceries set against arules", groceries(file)),
        "attribution": lambda file: bench_published("PathData against ChannelAttribution", attribution(file)),
    }
    for name in given.part or PARTS:
        if name == "lift":
            print(bench_lift(given.seeds, given.customers), end="\n\n", flush=True)
        elif given.data is None:
            print(f"`{FILES[name]}` is not on this machine: give its folder by --data or CRM_BENCH_DATA.", end="\n\n")
        else:
            print(parts[name](Path(given.data) / FILES[name]), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
