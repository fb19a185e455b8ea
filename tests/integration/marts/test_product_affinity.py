"""Products that the company's customers truly buy together are found, and next to nothing else is."""

from __future__ import annotations

import duckdb
import pytest

from sources.simulators.company.catalog import stock
from sources.simulators.company.words import load_words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def companion() -> dict[str, str]:
    """The product that a third of the later lines hold, by the product of the first line."""
    usual = stock(42, load_words())["companion"]
    return {f"SKU-{product:04}": f"SKU-{other:04}" for product, other in enumerate(usual)}


def test_the_best_companion_of_a_popular_product_is_its_true_one(
    connection: duckdb.DuckDBPyConnection, companion: dict[str, str]
) -> None:
    best = connection.execute(
        "select product_id, companion_product_id from marts.product_affinity where companion_rank = 1"
        " order by product_order_count desc, product_id limit 10"
    ).fetchall()
    # a product goes with its companion, and with what it is the companion of
    assert all(companion[product] == other or companion[other] == product for product, other in best)
    assert [companion[product] for product, _ in best[:2]] == [other for _, other in best[:2]]


def test_what_is_called_significant_is_true_but_for_the_promised_share(
    connection: duckdb.DuckDBPyConnection, companion: dict[str, str]
) -> None:
    found = connection.execute(
        "select product_id, companion_product_id from marts.product_affinity where affinity = 'together'"
    ).fetchall()
    true = [pair for pair in found if companion[pair[0]] == pair[1] or companion[pair[1]] == pair[0]]
    assert len(found) >= 40
    assert len(true) >= 0.9 * len(found)


def test_measures_agree_with_a_count_in_bare_sql(connection: duckdb.DuckDBPyConnection) -> None:
    (differing, pairs) = connection.execute(
        """
        with lines as (
            select distinct order_id, product_id from core.fct_order_lines
            where is_counted and customer_id is not null and product_id is not null
        ),
        counted as (
            select a.product_id, b.product_id as companion_product_id, count(*) as pair_count,
                any_value((select count(*) from lines as l where l.product_id = a.product_id)) as product_count,
                any_value((select count(*) from lines as l where l.product_id = b.product_id)) as companion_count,
                (select count(distinct order_id) from lines) as order_count
            from lines as a inner join lines as b on a.order_id = b.order_id and a.product_id <> b.product_id
            group by 1, 2
        )
        select
            count(*) filter (
                m.product_id is null or c.product_id is null or m.pair_order_count <> c.pair_count
                or abs(m.lift - c.pair_count * c.order_count / (c.product_count * c.companion_count)) > 1e-9
                or abs(m.confidence_rate - c.pair_count / c.product_count) > 1e-12
            ),
            count(*)
        from marts.product_affinity as m
        full join counted as c using (product_id, companion_product_id)
        """
    ).fetchone()  # type: ignore[misc]
    assert pairs > 1000
    assert differing == 0
