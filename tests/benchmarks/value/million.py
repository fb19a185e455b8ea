"""BG/NBD on a million customers: ours and that of lifetimes, each in a process of its own, in turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.processes import peak_mb

TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SIDES = ("ours", "lifetimes")


def make(file: Path, customers: int) -> None:
    """Write customers who live by ``TRUTH``, seen for 30 to 730 days: purchases, day of the last, days seen."""
    rng = np.random.default_rng(7)
    days = rng.integers(30, 731, customers)
    rate = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers)
    leaves = rng.beta(TRUTH["a"], TRUTH["b"], customers)
    frequency, last = np.zeros(customers, np.int64), np.zeros(customers)
    here = np.arange(customers)
    clock = np.zeros(customers)
    while len(here):
        clock[here] += rng.exponential(1.0, len(here)) / rate[here]
        here = here[clock[here] <= days[here] / 7]
        frequency[here] += 1
        last[here] = clock[here]
        here = here[rng.random(len(here)) >= leaves[here]]
    last = np.where(frequency > 0, np.clip(np.ceil(last * 7), 1, days), 0).astype(np.int64)
    np.savez(file, frequency=frequency, recency=last, age=days)


def bench(customers: int, rounds: int) -> str:
    """Return the table of both sides: medians of ``rounds`` rounds, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "customers.npz"
        make(file, customers)
        found = {side: [] for side in SIDES}  # type: dict[str, list[dict[str, float]]]
        for _ in range(rounds):
            for side in SIDES:
                found[side].append(_measured(side, file))
    return _table(customers, rounds, found)


def _measured(side: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.value.million", side, str(file)]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **threads})
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _table(customers: int, rounds: int, found: dict[str, list[dict[str, float]]]) -> str:
    middle = {
        side: {name: statistics.median(each[name] for each in runs) for name in runs[0]} for side, runs in found.items()
    }
    ours, other = middle["ours"], middle["lifetimes"]
    gap = max(abs(ours[name] / other[name] - 1) for name in TRUTH)
    lines = [
        f"### BG/NBD on {customers:,} customers, {ours['groups']:,.0f} distinct histories: medians of {rounds}",
        "",
        "| | group, s | fit, s | score, s | peak memory, MB | r | alpha | a | b |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for side, told in middle.items():
        times = " | ".join(f"{told[name]:.2f}" for name in ("group", "fit", "score"))
        parameters = " | ".join(f"{told[name]:.5f}" for name in TRUTH)
        lines.append(f"| {side} | {times} | {told['peak']:.0f} | {parameters} |")
    fit_ratio = other["fit"] / ours["fit"]
    both = (other["fit"] + other["group"]) / (ours["fit"] + ours["group"])
    verdict = (
        f"Ours fits {fit_ratio:.1f} times as fast ({both:.1f} with grouping); parameters differ by {gap:.3%} at most."
    )
    lines += ["", verdict]
    return "\n".join(lines)


def _ours(file: Path) -> dict[str, float]:
    import scipy.optimize  # noqa: F401 - lifetimes has imported it too before the clock starts

    from pipelines.analytics.value import bg_nbd
    from pipelines.analytics.value.fitting import Histories
    from pipelines.analytics.value.purchase_models import fit

    with np.load(file) as made:
        histories = Histories.of(made["frequency"], made["recency"] / 7, made["age"] / 7)
    started = time.perf_counter()
    groups, place = histories.grouped()
    grouped = time.perf_counter()
    found = fit(bg_nbd, groups)
    fitted = time.perf_counter()
    expected = bg_nbd.expected_purchases(found.vector, groups, 52.0)[place]
    scored = time.perf_counter()
    assert found.converged and np.isfinite(expected).all()
    times = {"group": grouped - started, "fit": fitted - grouped, "score": scored - fitted}
    return {**times, "groups": len(groups), **found.parameters}


def _lifetimes(file: Path) -> dict[str, float]:
    import pandas as pd
    from lifetimes import BetaGeoFitter

    with np.load(file) as made:
        frame = pd.DataFrame({"x": made["frequency"], "t": made["recency"] / 7, "T": made["age"] / 7})
    started = time.perf_counter()
    groups = frame.groupby(["x", "t", "T"]).size().reset_index(name="n")
    grouped = time.perf_counter()
    fitter = BetaGeoFitter()
    fitter.fit(groups["x"], groups["t"], groups["T"], weights=groups["n"])
    fitted = time.perf_counter()
    fitter.conditional_expected_number_of_purchases_up_to_time(52.0, frame["x"], frame["t"], frame["T"])
    scored = time.perf_counter()
    times = {"group": grouped - started, "fit": fitted - grouped, "score": scored - fitted}
    return {**times, "groups": len(groups), **{name: float(fitter.params_[name]) for name in TRUTH}}


def main() -> None:
    """Measure one side, and print what it cost as one line of JSON."""
    side, file = sys.argv[1], Path(sys.argv[2])
    told = _ours(file) if side == "ours" else _lifetimes(file)
    print(json.dumps({**told, "peak": peak_mb()}))


if __name__ == "__main__":
    main()
