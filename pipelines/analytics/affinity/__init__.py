"""Which products are bought together: counts and significance of every pair, and rules of more items where asked for.

Support, confidence, lift and money of a pair are worked out from these counts by the mart ``product_affinity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import duckdb

from pipelines.analytics.affinity.pairs import count_pairs
from pipelines.analytics.affinity.rules import find_rules
from pipelines.analytics.affinity.significance import judge_pairs
from pipelines.analytics.outputs import Output, write
from pipelines.analytics.runs import Run

PAIRS = Output(
    "product_pairs",
    "One row per ordered pair of products that at least one counted order holds both of.",
    {
        "product_id": "varchar",
        "companion_product_id": "varchar",
        "order_count": "integer",
        "product_order_count": "integer",
        "companion_order_count": "integer",
        "pair_order_count": "integer",
        "companion_amount": "decimal(18,2)",
        "test_name": "varchar",
        "p_value": "double",
        "adjusted_p_value": "double",
    },
)
RULES = Output(
    "product_rules",
    "One row per rule that several products in an order lead to another one; empty unless longer rules are asked for.",
    {
        "antecedent_product_ids": "varchar[]",
        "consequent_product_id": "varchar",
        "order_count": "integer",
        "antecedent_order_count": "integer",
        "consequent_order_count": "integer",
        "rule_order_count": "integer",
    },
)
OUTPUTS = (PAIRS, RULES)
READS = ("core/fct_order_lines",)

_BASKETS = """
    select order_id as basket, product_id as item, sum(line_reporting_amount) as amount
    from core.fct_order_lines
    where is_counted and customer_id is not null and product_id is not null
    group by order_id, product_id
"""
_SUPPORT, _CONFIDENCE = Fraction(1, 1000), Fraction(1, 4)


def compute(connection: duckdb.DuckDBPyConnection, run: Run, longest: int = 2) -> Mapping[str, Mapping[str, object]]:
    """Write the pairs and, where ``longest`` is above two, the rules of up to that many products.

    Rules need a thousandth of the orders and hold in a quarter of the orders with what they start from.
    """
    pairs = judge_pairs(count_pairs(connection, _BASKETS))
    names = {
        "item": "product_id",
        "companion": "companion_product_id",
        "basket_count": "order_count",
        "item_count": "product_order_count",
        "companion_count": "companion_order_count",
        "pair_count": "pair_order_count",
    }
    written = write(connection, PAIRS, pairs.rename(columns=names))
    rules = find_rules(connection, _BASKETS, _SUPPORT, _CONFIDENCE, longest)
    rules = rules[rules["antecedent"].map(len) > 1]
    names = {
        "antecedent": "antecedent_product_ids",
        "consequent": "consequent_product_id",
        "basket_count": "order_count",
        "antecedent_count": "antecedent_order_count",
        "consequent_count": "consequent_order_count",
        "rule_count": "rule_order_count",
    }
    write(connection, RULES, rules.rename(columns=names))
    significant = int((pairs["adjusted_p_value"] <= 0.05).sum()) if written else 0
    return {
        PAIRS.name: {"pairs": written, "significant pairs": significant},
        RULES.name: {"rules": len(rules), "longest rule": longest},
    }
