"""Value models against published figures, companies whose future is known, and the speed of another library.

- ``cdnow``: the CDNOW customers (they come with lifetimes), against Fader, Hardie and Lee 2005;
- ``company``: what ``--seeds`` synthetic companies then bought, against what was expected of each of their customers;
- ``million``: BG/NBD fitted to a million made-up customers with daily observation times, against lifetimes.

    python -m tests.benchmarks.bench_marts_value [--part cdnow ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tests.benchmarks.value import million
from tests.benchmarks.value.company import HORIZON, outcome
from tests.benchmarks.value.published import figures

PARTS = ("cdnow", "company", "million")


def bench_cdnow() -> str:
    """Return the table of published figures and ours."""
    lines = [
        "### CDNOW, against Fader, Hardie and Lee 2005",
        "",
        "| | published | ours | difference |",
        "|---|---|---|---|",
    ]
    for name, published, ours in figures():
        lines.append(f"| {name} | {published:,g} | {ours:,.7g} | {ours / published - 1:+.2%} |")
    return "\n".join(lines)


def bench_company(seeds: int, customers: int) -> str:
    """Return expected over actual purchases, and how often ranges held what came."""
    lines = [f"### {seeds} companies of {customers:,} customers, {HORIZON} days ahead", ""]
    lines += [
        "| orders caused by campaigns | customers | expected / actual | by tenth, least expected first |"
        " 80 % ranges of customers | those above nothing | of cohorts | of total revenue |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, with_promotions in (("left out", False), ("in", True)):
        found = outcome(range(1, seeds + 1), customers, with_promotions=with_promotions)
        tenths = " ".join(f"{each:.2f}" for each in found.tenths)
        lines.append(
            f"| {name} | {len(found.expected):,} | {found.total:.3f} | {tenths} | {found.covered.mean():.1%} |"
            f" {found.covered_where_open:.1%} | {found.within.mean():.1%} | {found.totals.mean():.1%} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--companies-of", type=int, default=3_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    given = parser.parse_args()
    parts: dict[str, Callable[[], str]] = {
        "cdnow": bench_cdnow,
        "company": lambda: bench_company(given.seeds, given.companies_of),
        "million": lambda: million.bench(given.customers, given.rounds),
    }
    for name in given.part or PARTS:
        print(parts[name](), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
