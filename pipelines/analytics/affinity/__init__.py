"""Which products are bought together: counts and significance of every pair, and rules of more items where asked for.

Support, confidence, lift and money of a pair are worked out from these counts by the mart ``product_affinity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import duckdb

from pipelines.analytics.affinity.pairs import count_pairs, pairs_query
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
    "One row per rule that several products in an order lead to another one; empty unless the seed asks for them.",
    {
        "antecedent_product_ids": "varchar",
        "antecedent_product_names": "varchar",
        "consequent_product_id": "varchar",
        "antecedent_product_count": "integer",
        "order_count": "integer",
        "antecedent_order_count": "integer",
        "consequent_order_count": "integer",
        "rule_order_count": "integer",
    },
)
OUTPUTS = (PAIRS, RULES)
READS = ("core/fct_order_lines", "core/dim_products", "seeds/rule_thresholds")

_BASKETS = """
    select order_id as basket, product_id as item, sum(line_reporting_amount) as amount
    from core.fct_order_lines
    where is_counted and customer_id is not null and product_id is not null
    group by order_id, product_id
"""


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the pairs and, where the seed ``rule_thresholds`` asks for more than two products, the rules."""
    connection.execute(f"create or replace temp table counted_pairs as {pairs_query(_BASKETS)}")
    judged = judge_pairs(count_pairs(connection, "from counted_pairs"))
    connection.register("judged_pairs", judged[["item", "companion", "test_name", "p_value", "adjusted_p_value"]])
    written = write(
        connection,
        PAIRS,
        """
        select item as product_id, companion as companion_product_id, basket_count as order_count,
            item_count as product_order_count, companion_count as companion_order_count, pair_count as pair_order_count,
            companion_amount, test_name, p_value, adjusted_p_value
        from counted_pairs inner join judged_pairs using (item, companion)
        """,
    )
    connection.unregister("judged_pairs")
    connection.execute("drop table counted_pairs")
    significant = int((judged["adjusted_p_value"] <= 0.05).sum()) if written else 0
    return {
        PAIRS.name: {"pairs": written, "significant pairs": significant},
        RULES.name: {"rules": _write_rules(connection)},
    }


def _write_rules(connection: duckdb.DuckDBPyConnection) -> int:
    """Write the rules that start from more than one product; return how many there are."""
    asked = connection.execute(
        "select longest_rule, support_rate, confidence_rate from seeds.rule_thresholds order by all limit 1"
    ).fetchone()
    longest, support, confidence = asked or (2, 0, 0)
    rules = find_rules(connection, _BASKETS, Fraction(support), Fraction(confidence), longest)
    rules = rules[rules["antecedent"].map(len) > 1]
    named = dict(
        connection.execute("select product_id, coalesce(product_name, product_id) from core.dim_products").fetchall()
    )
    columns = rules.assign(
        antecedent_product_ids=rules["antecedent"].map(" + ".join),
        antecedent_product_names=rules["antecedent"].map(lambda ids: " + ".join(named.get(each, each) for each in ids)),
        antecedent_product_count=rules["antecedent"].map(len),
    )
    names = {
        "consequent": "consequent_product_id",
        "basket_count": "order_count",
        "antecedent_count": "antecedent_order_count",
        "consequent_count": "consequent_order_count",
        "rule_count": "rule_order_count",
    }
    return write(connection, RULES, columns.rename(columns=names))
