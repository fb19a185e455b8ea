"""Public sets of baskets and of marketing paths, and the figures that others have published for them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines.analytics.affinity.pairs import frequent_pairs
from pipelines.analytics.affinity.rules import find_rules
from pipelines.analytics.attribution.credits import credits
from pipelines.analytics.attribution.removal import chain

# arules on Groceries: (support, confidence, longest rule, rules)
RULES = (
    (Fraction(6, 1000), Fraction(1, 4), 2, 150),
    (Fraction(6, 1000), Fraction(1, 4), 10, 463),
    (Fraction(1, 1000), Fraction(4, 5), 10, 410),
)
# ChannelAttribution 2.2.5 on PathData, channels above 1,000; its Markov model simulates
MARKOV = {"alpha": 5357.3, "beta": 2550.1, "eta": 3345.8, "iota": 3794.6, "theta": 1974.8, "lambda": 1305.7}
ALPHA = {"first": 6308.0, "last": 8447.0, "linear": 7574.7}
MILLION = 1_000_000


@dataclass(frozen=True)
class Figure:
    """A published figure, ours, and how long ours took."""

    name: str
    published: float
    ours: float
    seconds: float


def groceries(file: Path) -> list[Figure]:
    """Return how many rules there are in the baskets of ``file`` (columns tid, item)."""
    connection = duckdb.connect()
    connection.execute("select 1").df()  # imports pandas, which is not to be timed
    baskets = f"select distinct tid as basket, item, 1.00::decimal(18, 2) as amount from '{file}'"
    found = []
    for support, confidence, longest, published in RULES:
        started = time.perf_counter()
        if longest == 2:
            ours = len(frequent_pairs(connection, baskets, support, confidence))
        else:
            ours = len(find_rules(connection, baskets, support, confidence, longest))
        name = f"rules of up to {longest} items, support {float(support)}, confidence {float(confidence)}"
        found.append(Figure(name, published, ours, time.perf_counter() - started))
    return found


def attribution(file: Path) -> list[Figure]:
    """Return the conversions credited to channels in the paths of ``file`` (path, total_conversions, total_null)."""
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table paths as
            select row_number() over () as path, string_split(path, ' > ') as channels,
                total_conversions::bigint as conversions, (total_conversions + total_null)::bigint as ways
            from '{file}';
        create table touches as
            select path, unnest(channels) as channel, generate_subscripts(channels, 1) as touch_number,
                len(channels) as touch_count, conversions, ways
            from paths;
        """
    )
    started = time.perf_counter()
    effects = chain(connection, "from touches", ["conversions"]).removal_effects("conversions")
    seconds = time.perf_counter() - started
    (total,) = connection.execute("select sum(conversions) from paths").fetchone() or (0,)
    whole = sum(effects.values())
    found = [
        Figure(f"markov, {channel}", published, effects[channel] / whole * total, seconds)
        for channel, published in MARKOV.items()
    ]
    started = time.perf_counter()
    columns = "path as conversion, channel, touch_number, touch_count, 1.0 as decay"
    query = credits(
        f"select {columns} from touches where conversions > 0",
        f"select path as conversion, conversions * {MILLION} as parts from paths",
        ["parts"],
    )
    rows = connection.execute(f"select model, channel, sum(parts) from ({query}) group by model, channel").fetchall()
    seconds = time.perf_counter() - started
    parts = {(model, channel): float(value) / MILLION for model, channel, value in rows}
    found += [Figure(f"{model}, alpha", value, parts[model, "alpha"], seconds) for model, value in ALPHA.items()]
    sums = {model: sum(value for (each, _), value in parts.items() if each == model) for model, _ in parts}
    return found + [
        Figure(f"{model}, sum of all channels", float(total), sums[model], seconds) for model in sorted(sums)
    ]
