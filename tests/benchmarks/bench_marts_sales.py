"""How good the forecast of open deals is, on pipelines whose future is known.

The synthetic company is asked on past days what its open deals will bring, and then what they brought. Its lost deals
copy won ones, so amounts won and lost are not independent there; made-up pipelines, whose deals are, stand beside it.

    python -m tests.benchmarks.bench_marts_sales --seeds 12
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta

import numpy as np

from pipelines.analytics.forecasting.backtest import open_then
from pipelines.analytics.forecasting.pipeline import forecast
from pipelines.analytics.forecasting.simulation import interval
from tests.integration.marts.company_pipeline import Outcome, company, outcome
from tests.unit.analytics.forecasting.pipelines_made_up import AS_OF, TODAY, known_by, made_up

AHEAD = 60
DAYS = [date(2026, 6, 30) - timedelta(days=61 * step) for step in range(6)]


def made_up_outcome(seed: int) -> Outcome:
    """Return the forecast of a made-up pipeline of some fifty open deals, beside what they bring."""
    stretches, cents = made_up(seed, 900)
    deals, rows = open_then(stretches, cents, TODAY)
    made = forecast(known_by(stretches, TODAY), deals, AS_OF, AHEAD)
    won = stretches.is_won[rows] & (stretches.closed[rows] <= TODAY + AHEAD)
    low, high = interval(made.drawn.sum(axis=1))
    return Outcome(len(rows), int(made.cents.sum()), low, high, int(deals.cents[won].sum()))


def row(name: str, outcomes: list[Outcome]) -> str:
    """Return a line of the table."""
    bias = sum(each.forecast for each in outcomes) / sum(each.actual for each in outcomes) - 1
    error = np.mean([abs(each.forecast / each.actual - 1) for each in outcomes if each.actual])
    within = np.mean([each.low <= each.actual <= each.high for each in outcomes])
    deals = np.mean([each.deals for each in outcomes])
    return f"| {name} | {len(outcomes)} | {deals:.0f} | {bias:+.1%} | {error:.1%} | {within:.0%} |"


def bench(seeds: int) -> str:
    """Return a Markdown section."""
    companies = []
    for seed in range(100, 100 + seeds):
        connection = company(seed, 3_000)
        companies += [outcome(connection, day, AHEAD) for day in DAYS]
    return "\n".join(
        [
            f"## Forecast of open deals for {AHEAD} days",
            "",
            "| pipeline | forecasts | open deals | bias | mean error | within the 80 % interval |",
            "|---|---|---|---|---|---|",
            row(f"synthetic company, {seeds} seeds, {len(DAYS)} days each", companies),
            row(
                f"made up, independent deals, {10 * seeds} seeds", [made_up_outcome(seed) for seed in range(10 * seeds)]
            ),
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12)
    print(bench(parser.parse_args().seeds))
