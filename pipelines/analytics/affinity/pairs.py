"""Baskets to pairs of items, in SQL. Whether a pair is more than chance belongs to ``significance``.

A query of baskets has the columns basket, item and amount, one row per basket and item.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

_PAIRS = """
    with baskets as materialized ({baskets}),

    items as (select item, count(*) as item_count from baskets group by item),

    -- each pair once; the other direction has the same count
    pairs as (
        select
            one.item as first, other.item as second, count(*) as pair_count,
            sum(one.amount) as first_amount, sum(other.amount) as second_amount
        from baskets as one
        inner join baskets as other on one.basket = other.basket and one.item < other.item
        group by one.item, other.item
    ),

    directed as (
        select first as item, second as companion, pair_count, second_amount as companion_amount from pairs
        union all
        select second, first, pair_count, first_amount from pairs
    )

    select
        directed.item, directed.companion,
        (select count(distinct basket) from baskets) as basket_count,
        (select count(*) from items) as distinct_item_count,
        items.item_count, companions.item_count as companion_count, directed.pair_count, directed.companion_amount,
    from directed
    inner join items on directed.item = items.item
    inner join items as companions on directed.companion = companions.item
"""


def pairs_query(baskets: str) -> str:
    """Return the query of every ordered pair of items that some basket holds both of.

    Columns: item, companion, basket_count, distinct_item_count, item_count, companion_count, pair_count (baskets with
    any item, how many items there are, baskets with the one, the other, both) and companion_amount, what the baskets
    with both hold of the companion.
    """
    return _PAIRS.format(baskets=baskets)


def count_pairs(connection: duckdb.DuckDBPyConnection, pairs: str) -> pd.DataFrame:
    """Return the counts of ``pairs``, a query or table of ``pairs_query``; amounts stay where they are exact."""
    return connection.execute(f"select * exclude (companion_amount) from ({pairs}) order by item, companion").df()


def frequent_pairs(
    connection: duckdb.DuckDBPyConnection, baskets: str, support: Fraction, confidence: Fraction
) -> pd.DataFrame:
    """Return the pairs of the baskets that are at or above both thresholds, compared in whole numbers."""
    query = f"""
        select * exclude (companion_amount) from ({pairs_query(baskets)})
        where pair_count * {support.denominator} >= {support.numerator} * basket_count
        and pair_count * {confidence.denominator} >= {confidence.numerator} * item_count
        order by item, companion
    """
    return connection.execute(query).df()
