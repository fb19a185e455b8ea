"""Removal effects against the textbook example and against solving the chain anew without each channel."""

from __future__ import annotations

from itertools import pairwise

import duckdb
import numpy as np
import pytest

from pipelines.analytics.attribution.removal import chain


def effects(paths: list[tuple[list[str], int, int]]) -> dict[str, float]:
    """Return the removal effects of paths with how often they ended in a conversion and in nothing."""
    connection = duckdb.connect()
    connection.execute("create table steps (path int, channel varchar, touch_number int, ways int, conversions int)")
    for path, (channels, conversions, failures) in enumerate(paths):
        for number, channel in enumerate(channels, 1):
            connection.execute(
                "insert into steps values (?, ?, ?, ?, ?)", [path, channel, number, conversions + failures, conversions]
            )
    return chain(connection, "from steps", ["conversions"]).removal_effects("conversions")


def without(paths: list[tuple[list[str], int, int]], removed: str | None) -> float:
    """Return the probability of a conversion when ``removed`` leads to nothing, by powers of the transition matrix."""
    names = ["(start)", *sorted({channel for channels, _, _ in paths for channel in channels}), "(yes)", "(no)"]
    counts = np.zeros((len(names), len(names)))
    for channels, conversions, failures in paths:
        for ways, end in ((conversions, "(yes)"), (failures, "(no)")):
            walk = ["(start)", *channels, end]
            for origin, target in pairwise(walk):
                counts[names.index(origin), names.index(target)] += ways
    matrix = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    if removed is not None:
        matrix[names.index(removed)] = 0
    for end in ("(yes)", "(no)"):
        matrix[names.index(end), names.index(end)] = 1
    return float(np.linalg.matrix_power(matrix, 4096)[0, names.index("(yes)")])


def test_the_textbook_example() -> None:
    # Anderl et al.'s scheme on three paths: C1 > C2 > C3 converts, C1 and C2 > C3 lead to nothing.
    # P = 1/3: start to C1 2/3, C1 to C2 1/2, C2 to C3 1, C3 to conversion 1/2; without C1 1/6, without C2 or C3 0
    found = effects([(["C1", "C2", "C3"], 1, 0), (["C1"], 0, 1), (["C2", "C3"], 0, 1)])
    assert found == pytest.approx({"C1": 0.5, "C2": 1.0, "C3": 1.0})


def test_one_inverse_gives_what_removing_each_channel_gives() -> None:
    rng = np.random.default_rng(5)
    paths = [
        ([*rng.choice(list("abcde"), rng.integers(1, 7))], int(rng.integers(0, 4)), int(rng.integers(0, 9)) + 1)
        for _ in range(60)
    ]
    whole = without(paths, None)
    expected = {channel: 1 - without(paths, channel) / whole for channel in "abcde"}
    assert effects(paths) == pytest.approx(expected, rel=1e-9)


def test_without_a_conversion_nothing_has_an_effect() -> None:
    assert effects([(["a", "b"], 0, 3)]) == {"a": 0.0, "b": 0.0}
