"""What matching expects of itself comes true where its probabilities do: in pairs drawn as likely as they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import duckdb
import numpy as np
import pytest

from pipelines.analytics.matching import quality
from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.organizations import ORGANIZATIONS
from pipelines.analytics.matching.persons import PERSONS
from tests.unit.analytics.matching.warehouse import Warehouse, key, person

Pair = tuple[int, int]
# of the true pairs, the share that evidence makes as likely as this; the rest is not seen at all
EVIDENCE = {
    0.02: 0.01, 0.1: 0.01, 0.3: 0.01, 0.55: 0.01, 0.65: 0.01, 0.75: 0.01, 0.82: 0.01, 0.87: 0.02, 0.93: 0.03,
    0.97: 0.1, 0.995: 0.3, 0.9999: 0.45,
}  # fmt: skip
CUSTOMERS = {1: 3000, 2: 2000, 3: 500}


@dataclass(frozen=True)
class Company:
    """Pairs of records with their probabilities, and those that are really one customer."""

    pairs: dict[Pair, float]
    true: set[Pair]


def couples(chance: np.random.Generator) -> Company:
    """Draw pairs that have nothing to do with each other."""
    likely = chance.choice([*EVIDENCE], 6000, p=np.array([*EVIDENCE.values()]) / sum(EVIDENCE.values()))
    # so that there are doubtful ones
    likely[:2000] = chance.uniform(0.02, 1, 2000)
    pairs = {(2 * at, 2 * at + 1): float(probability) for at, probability in enumerate(likely)}
    return Company(pairs, {pair for pair, probability in pairs.items() if chance.random() < probability})


def company(chance: np.random.Generator) -> Company:
    """Draw customers of up to three records, and as many false pairs as the probability of the true ones says."""
    sizes = [size for size, count in CUSTOMERS.items() for _ in range(count)]
    records = chance.permutation(sum(sizes)).tolist()
    true: set[Pair] = set()
    for size in sizes:
        true.update(combinations(sorted(records.pop() for _ in range(size)), 2))
    pairs: dict[Pair, float] = {}
    levels, shares = [*EVIDENCE, 0.0], [*EVIDENCE.values(), 1 - sum(EVIDENCE.values())]
    for pair, level in zip(sorted(true), chance.choice(levels, len(true), p=shares).tolist(), strict=True):
        if level:
            pairs[pair] = level
    for level, share in EVIDENCE.items():
        for _ in range(chance.poisson(len(true) * share * (1 - level) / level)):
            left, right = sorted(chance.choice(sum(sizes), 2, replace=False).tolist())
            pairs.setdefault((left, right), level)
    return Company(pairs, true)


def joined(pairs: Iterable[Pair]) -> set[Pair]:
    """Return all pairs that come together when ``pairs`` do."""
    group: dict[int, set[int]] = {}
    for left, right in pairs:
        whole = group.get(left, {left}) | group.get(right, {right})
        group |= dict.fromkeys(whole, whole)
    return {pair for whole in group.values() for pair in combinations(sorted(whole), 2)}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def expected(connection: duckdb.DuckDBPyConnection, pairs: dict[Pair, float]) -> list[quality.Expected]:
    connection.execute("create or replace temp table weighed (l integer, r integer, probability double)")
    if pairs:
        rows = [[left, right, probability] for (left, right), probability in pairs.items()]
        connection.executemany("insert into weighed values (?, ?, ?)", rows)
    return quality.curve(connection, "weighed")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("draw", "doubtful_tolerance"),
    # below 0.9 a doubtful link to a customer of several records is believed a little too much: the other records of
    # the customer speak against it by not being linked
    [(couples, 0.02), (company, 0.05)],
)
def test_expected_precision_is_that_of_calibrated_pairs(
    connection: duckdb.DuckDBPyConnection,
    draw: Callable[[np.random.Generator], Company],
    doubtful_tolerance: float,
    seed: int,
) -> None:
    drawn = draw(np.random.default_rng(seed))
    curve = expected(connection, drawn.pairs)
    for each in curve:
        linked = joined(pair for pair, probability in drawn.pairs.items() if probability >= each.threshold)
        tolerance = 0.02 if each.threshold >= 0.9 else doubtful_tolerance
        assert each.precision == pytest.approx(len(linked & drawn.true) / len(linked), abs=tolerance), each
        if draw is couples:
            assert each.recall == pytest.approx(len(linked & drawn.true) / len(drawn.true), abs=0.02), each
    # the higher the threshold, the fewer and the surer
    assert [each.precision for each in curve] == sorted({each.precision for each in curve})
    assert [each.recall for each in curve] == sorted({each.recall for each in curve}, reverse=True)
    assert [each.threshold for each in curve] == sorted({each.threshold for each in curve})


def test_a_chain_of_links_is_as_likely_as_its_links_together(connection: duckdb.DuckDBPyConnection) -> None:
    (at,) = (each for each in expected(connection, {(1, 2): 0.9, (2, 3): 0.95}) if each.threshold == 0.9)
    # three pairs came together
    assert at.precision == pytest.approx(3 * 0.9 * 0.95 / 3)


def test_a_chain_of_links_holds_at_least_what_each_promises(connection: duckdb.DuckDBPyConnection) -> None:
    at = expected(connection, {(1, 2): 0.6, (2, 3): 0.55})[0]
    assert (at.threshold, at.precision) == (0.5, pytest.approx((0.6 + 0.55) / 3))


def test_without_pairs_nothing_is_expected(connection: duckdb.DuckDBPyConnection) -> None:
    assert expected(connection, {}) == []
    assert quality.best_threshold(quality.curve(connection, "weighed")) == 0.5


# the F-measure that weighs precision four times gains from a pair that is likelier than four fifths of it
@pytest.mark.parametrize(("probability", "is_linked"), [(0.65, False), (0.72, False), (0.87, True), (0.97, True)])
def test_pairs_are_linked_that_are_likely_enough_for_a_wrong_merge_to_be_worse_than_a_missed_one(
    connection: duckdb.DuckDBPyConnection, probability: float, is_linked: bool
) -> None:
    sure = {(2 * at, 2 * at + 1): 0.9999 for at in range(100)}
    expected(connection, sure | {(1000 + 2 * at, 1001 + 2 * at): probability for at in range(20)})
    assert (quality.best_threshold(quality.curve(connection, "weighed")) <= probability) == is_linked


def test_the_measures_of_a_night_count_what_was_joined(warehouse: Warehouse) -> None:
    warehouse.hold([person(each, "anna", "muster", email="am@web.de") for each in "abc"] + [person("d", "bernd")])
    warehouse.decide([("must_not_link", key("a"), key("b"))])
    warehouse.match()
    told = quality.read(warehouse.connection, "person")
    # the third record is with one of the two
    assert (told["records"], told["groups"], told["joined_pairs"], told["refused_links"]) == (4, 3, 1, 1)
    found = [row[0] for row in warehouse.rows("select probability from matching.person_pairs")]
    assert len(found) == 3
    assert told["expected_precision"] == pytest.approx(found[0])
    assert told["expected_recall"] == pytest.approx(1 / 3)
    assert quality.read(warehouse.connection, "organization")["records"] == 0


def test_decided_pairs_are_told_with_what_the_model_alone_says(warehouse: Warehouse) -> None:
    warehouse.hold([person(each, "anna", "muster", email="am@web.de") for each in "ab"] + [person("d", "bernd")])
    warehouse.decide(
        [
            ("must_not_link", key("b"), key("a")),
            ("must_link", key("a"), key("d")),
            ("must_link", key("a"), key("gone")),
        ]
    )
    matched = warehouse.match()
    told = quality.decided_pairs(warehouse.connection, [Store(kind) for kind in (PERSONS, ORGANIZATIONS)])
    assert told.keys() == {(key("a"), key("b")), (key("a"), key("d"))}
    assert told[key("a"), key("b")] > matched["person"].model.threshold
    assert told[key("a"), key("d")] == 0
