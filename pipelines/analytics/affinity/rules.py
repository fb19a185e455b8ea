"""Rules of any length, `these items lead to that one`, where more than pairs is asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("antecedent", "consequent", "basket_count", "antecedent_count", "consequent_count", "rule_count")
_SLACK = 1e-9  # the library compares floats; what it lets through beyond the border is compared again in whole numbers


def find_rules(
    connection: duckdb.DuckDBPyConnection, baskets: str, support: Fraction, confidence: Fraction, longest: int
) -> pd.DataFrame:
    """Return the rules of up to ``longest`` items with one consequent, in the columns ``COLUMNS``; none below three.

    ``baskets`` is a query as in ``pairs``; antecedents are sorted lists. Both thresholds are inclusive. Pairs alone are
    SQL: see ``pairs.frequent_pairs``.
    """
    import pandas as pd
    from efficient_apriori import apriori

    rows: list[tuple[object, ...]] = []
    if longest > 2:
        held = connection.execute(f"select list(item order by item) from ({baskets}) group by basket").fetchall()
        transactions = [tuple(items) for (items,) in held]
        count = len(transactions)
        _, found = apriori(
            transactions,
            min_support=max(0.0, float(support) - _SLACK),
            min_confidence=max(0.0, float(confidence) - _SLACK),
            max_length=longest,
        )
        rows = [
            (sorted(rule.lhs), rule.rhs[0], count, rule.count_lhs, rule.count_rhs, rule.count_full)
            for rule in found
            if len(rule.rhs) == 1
            and rule.count_full * support.denominator >= support.numerator * count
            and rule.count_full * confidence.denominator >= confidence.numerator * rule.count_lhs
        ]
    return pd.DataFrame(sorted(rows, key=lambda row: (row[0], row[1])), columns=list(COLUMNS))
