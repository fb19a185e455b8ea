"""Baskets made by hand: the counts of pairs, thresholds in whole numbers, significance against textbook values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb
import numpy as np
import pytest

from pipelines.analytics import affinity
from pipelines.analytics.affinity import pairs, rules, significance
from pipelines.analytics.runs import MemoryModels, Run

BASKETS = """
    select basket, unnest(items) as item, 1.00::decimal(18, 2) as amount from (values
        (1, ['bread', 'butter', 'jam']), (2, ['bread', 'butter', 'jam']), (3, ['bread', 'butter', 'jam']),
        (4, ['bread', 'butter', 'jam']), (5, ['bread', 'butter']), (6, ['bread']), (7, ['salt']), (8, ['salt']),
        (9, ['salt']), (10, ['salt'])
    ) as held(basket, items)
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_a_pair_is_counted_once_a_basket_and_in_both_directions(connection: duckdb.DuckDBPyConnection) -> None:
    found = pairs.count_pairs(connection, pairs.pairs_query(BASKETS)).set_index(["item", "companion"])
    names = ["basket_count", "item_count", "companion_count", "pair_count"]
    assert len(found) == 6
    assert found.loc[("bread", "jam"), names].tolist() == [10, 6, 4, 4]
    assert found.loc[("jam", "bread"), names].tolist() == [10, 4, 6, 4]
    assert found.loc[("butter", "bread"), names].tolist() == [10, 5, 6, 5]


def test_a_pair_at_the_border_is_kept_and_one_below_it_is_not(connection: duckdb.DuckDBPyConnection) -> None:
    def kept(support: Fraction, confidence: Fraction) -> list[tuple[str, str]]:
        found = pairs.frequent_pairs(connection, BASKETS, support, confidence)
        return list(found[["item", "companion"]].itertuples(index=False, name=None))

    # butter is with jam in 4 of its 5 baskets, bread with jam in 4 of 6
    assert ("butter", "jam") in kept(Fraction(4, 10), Fraction(8, 10))
    assert ("butter", "jam") not in kept(Fraction(4, 10), Fraction(800_001, 1_000_000))
    assert ("bread", "jam") not in kept(Fraction(4, 10), Fraction(8, 10))
    assert kept(Fraction(400_001, 1_000_000), Fraction(0)) == [("bread", "butter"), ("butter", "bread")]


def test_longer_rules_are_found_where_asked_for_and_keep_their_borders(connection: duckdb.DuckDBPyConnection) -> None:
    found = rules.find_rules(connection, BASKETS, Fraction(4, 10), Fraction(8, 10), longest=3)
    longer = found[found["antecedent"].map(len) == 2].set_index("consequent")
    assert longer.loc["jam"].tolist() == [["bread", "butter"], 10, 5, 4, 4]
    assert set(longer.index) == {"bread", "butter", "jam"}
    stricter = rules.find_rules(connection, BASKETS, Fraction(4, 10), Fraction(800_001, 1_000_000), longest=3)
    assert ["bread", "butter"] not in stricter["antecedent"].tolist()
    assert rules.find_rules(connection, BASKETS, Fraction(0), Fraction(0), longest=2).empty


def test_chi_squared_agrees_with_scipy_on_whole_tables() -> None:
    from scipy.stats import chi2_contingency

    table = np.array([[10, 20], [30, 40]])
    expected = chi2_contingency(table, correction=False).pvalue
    (found,) = significance.chi_squared(np.array([10.0]), np.array([30.0]), np.array([40.0]), np.array([100.0]))
    assert found == pytest.approx(expected, rel=1e-12)
    (empty,) = significance.chi_squared(np.array([5.0]), np.array([10.0]), np.array([5.0]), np.array([10.0]))
    assert empty == pytest.approx(1.0)


def test_fisher_gives_the_tea_taster_her_probability() -> None:
    # Fisher 1935: 3 of 4 cups right, one-sided 17/70; twice that here, because both directions are of interest
    eight = np.array([4.0]), np.array([4.0]), np.array([8.0])
    assert significance.fisher(np.array([3.0]), *eight)[0] == pytest.approx(34 / 70)
    assert significance.fisher(np.array([4.0]), *eight)[0] == pytest.approx(2 / 70)
    assert significance.fisher(np.array([0.0]), *eight)[0] == pytest.approx(2 / 70)


def test_false_finds_are_counted_over_all_tests_and_never_fall_with_rank() -> None:
    # Benjamini and Hochberg 1995, table 1: 15 p values of which the first 4 pass at 0.05
    small = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344)
    published = np.array([*small, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])
    found = significance.benjamini_hochberg(published, 15)
    assert (found <= 0.05).sum() == 4
    assert (np.diff(found) >= 0).all()
    # the same four finds among a hundred tests that found nothing count for less
    assert (significance.benjamini_hochberg(published[:4], 100) <= 0.05).sum() == 2


def test_pairs_never_bought_together_count_as_tests_too(connection: duckdb.DuckDBPyConnection) -> None:
    found = significance.judge_pairs(pairs.count_pairs(connection, pairs.pairs_query(BASKETS)))
    # of six possible pairs of four items three were seen: salt is with nothing
    weakest = found.loc[found["p_value"].idxmax()]
    assert weakest["adjusted_p_value"] == pytest.approx(min(1.0, weakest["p_value"] * 6 / 3))
    both = found.set_index(["item", "companion"])["adjusted_p_value"]
    assert both["bread", "jam"] == both["jam", "bread"]
    assert set(found["test_name"]) == {"fisher"}


def warehouse(connection: duckdb.DuckDBPyConnection, longest: int) -> None:
    connection.execute(
        """
        create schema core; create schema seeds;
        create table core.dim_products (product_id varchar, product_name varchar);
        insert into core.dim_products values ('A', 'Apple'), ('B', null), ('C', 'Cake');
        create table core.fct_order_lines (
            order_id varchar, customer_id varchar, product_id varchar, line_reporting_amount decimal(18, 2),
            is_counted boolean
        );
        create table seeds.rule_thresholds (
            longest_rule integer, support_rate decimal(9, 6), confidence_rate decimal(9, 6)
        );
        """
    )
    connection.execute("insert into seeds.rule_thresholds values (?, 0.5, 1)", [longest])


def test_pairs_of_the_warehouse_are_of_counted_orders_with_a_customer(connection: duckdb.DuckDBPyConnection) -> None:
    warehouse(connection, longest=2)
    connection.execute(
        """
        insert into core.fct_order_lines values
            ('o1', 'c', 'A', 1.50::decimal(18, 2), true), ('o1', 'c', 'A', 1.50, true), ('o1', 'c', 'B', 2.25, true),
            ('o2', 'c', 'A', 9.00, false), ('o2', 'c', 'B', 9.00, false), ('o3', null, 'A', 9.00, true),
            ('o3', null, 'B', 9.00, true), ('o4', 'd', 'A', 4.00, true), ('o5', 'd', null, 4.00, true)
        """
    )
    affinity.compute(connection, Run(date(2025, 1, 1), "run", "EUR", MemoryModels()))
    found = connection.execute(
        "select product_id, order_count, product_order_count, companion_order_count, pair_order_count,"
        " companion_amount from analytics.product_pairs order by product_id"
    ).fetchall()
    assert found == [("A", 2, 2, 1, 1, Decimal("2.25")), ("B", 2, 1, 2, 1, Decimal("3.00"))]
    assert connection.execute("select count(*) from analytics.product_rules").fetchone() == (0,)


def test_rules_of_more_products_are_written_where_the_seed_asks_for_them(connection: duckdb.DuckDBPyConnection) -> None:
    warehouse(connection, longest=3)
    for order, products in (("o1", "ABC"), ("o2", "ABC"), ("o3", "AC"), ("o4", "C")):
        for product in products:
            connection.execute("insert into core.fct_order_lines values (?, 'c', ?, 1, true)", [order, product])
    affinity.compute(connection, Run(date(2025, 1, 1), "run", "EUR", MemoryModels()))
    # A and C hold in three orders, of which two have B: not in all
    assert connection.execute("from analytics.product_rules").fetchall() == [
        ("A + B", "Apple + B", "C", 2, 4, 2, 4, 2),
        ("B + C", "B + Cake", "A", 2, 4, 2, 3, 2),
    ]
